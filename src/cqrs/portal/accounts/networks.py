"""Where people of a kind of organisation may use the portal from, when somebody restricts it."""

from ipaddress import ip_address, ip_network
from time import monotonic

from cqrs.portal.accounts.models import AddressRange
from cqrs.portal.accounts.permissions import Refused

KIND_NAMES = {
    "practice": "Practices",
    "pcn": "Networks",
    "federation": "Federations",
    "pharmacy": "Pharmacies",
    "sub_icb": "Sub-ICB locations",
    "icb": "Integrated care boards",
    "region": "Regions",
    "national": "National bodies",
    "agency": "Payment agency",
    "supplier": "Suppliers",
}
KEPT_SECONDS = 15.0
"""Workers ask for the ranges anew so often: a change holds everywhere within this time."""
_kept: dict[str, tuple[str, ...]] = {}
_until = 0.0


def ranges() -> dict[str, tuple[str, ...]]:
    """The networks of each kind that has any; kept for a few seconds, so mostly no query."""
    global _kept, _until
    if monotonic() >= _until:
        found: dict[str, tuple[str, ...]] = {}
        rows = AddressRange.objects.order_by("organisation_kind", "network")
        for kind, network in rows.values_list("organisation_kind", "network"):
            found[kind] = (*found.get(kind, ()), network)
        _kept, _until = found, monotonic() + KEPT_SECONDS
    return _kept


def forget() -> None:
    """Ask the table again next time, in this process."""
    global _until  # noqa: PLW0603 - as above
    _until = 0.0


def lets_in(kind: str, address: str) -> bool:
    """Whether somebody of this kind of organisation may come from this address."""
    return covers(ranges().get(kind, ()), address)


def covers(networks: tuple[str, ...], address: str) -> bool:
    """Whether an address lies in one of the networks; no network at all is no restriction."""
    if not networks:
        return True
    asked = ip_address(address)
    mapped = getattr(asked, "ipv4_mapped", None)
    return any((mapped or asked) in ip_network(network) for network in networks)


def tidy(network: str) -> str:
    """An address range as it is kept: "10.0.0.0/8". Refused when it isn't one."""
    try:
        return str(ip_network(network.strip()))
    except ValueError as wrong:
        raise Refused(
            f"“{network}” is not an address range. Write the first address and the length, as "
            "10.0.0.0/8, or one address."
        ) from wrong

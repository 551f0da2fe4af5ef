"""What a merger, split or closure would do: roles, services, open claims, and the money of each.

A plan is computed from what is known now and changes nothing. The totals before and after are
the same to the penny, or there is no plan.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum

from cqrs.portal.accounts.models import Grant
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.catalogue.models import Participation, PublishedDefinition
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.states import STATES
from cqrs.portal.mergers.terms import Terms
from cqrs.portal.organisations.models import ListSize, Organisation
from cqrs.values import canonical_json, digest

PAID_STATES = ("sent",)
OVER = ("sent", "settled")
"""States in which nobody has anything left to do with a claim."""
FOR_INFORMATION = Q(collection__purpose="in_year")


@dataclass(frozen=True)
class RoleMove:
    """A person's role at a provider that closes, and where they hold it afterwards."""

    person: str
    role: str
    at: str
    then_at: str
    """Empty when the role ends."""


@dataclass(frozen=True)
class ServiceMove:
    """A service that a closing provider takes part in, and who goes on with it."""

    service: str
    """As people call it: "QOF 2025/26"."""
    provider: str
    last_day: str
    then: str
    """Who goes on; empty when nobody does."""
    already: bool
    """Whether the successor takes part in it already."""


@dataclass(frozen=True)
class ClaimMove:
    """An open claim of a closing provider, and who answers for it afterwards."""

    reference: str
    provider: str
    state: str
    pence: int
    then: str
    payee: str


@dataclass(frozen=True)
class Holding:
    """What one organisation answers for: open money, money already sent, claims and patients."""

    code: str
    name: str
    open_claims: int
    open_pence: int
    sent_pence: int
    registered: int | None
    """Patients on the newest list; None where none is known."""
    list_date: str


@dataclass(frozen=True)
class Plan:
    """Everything a change would do, with what each organisation holds before and after."""

    roles: tuple[RoleMove, ...]
    services: tuple[ServiceMove, ...]
    claims: tuple[ClaimMove, ...]
    before: tuple[Holding, ...]
    after: tuple[Holding, ...]

    @property
    def content(self) -> str:
        """Canonical JSON: what is agreed to, and kept."""
        return canonical_json(asdict(self)).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of the content: an agreement is bound to it."""
        return digest(self.content.encode())


def total(holdings: Sequence[Holding]) -> Holding:
    """The sums of a column of holdings."""
    patients = [h.registered for h in holdings if h.registered is not None]
    return Holding(
        "",
        "Together",
        sum(h.open_claims for h in holdings),
        sum(h.open_pence for h in holdings),
        sum(h.sent_pence for h in holdings),
        sum(patients) if patients else None,
        "",
    )


def plan_of(terms: Terms) -> Plan:
    """The plan of these terms as things stand, in seven queries. ValueError if money were lost."""
    closing = {o.pk: o for o in terms.closing}
    before = _holdings((*terms.closing, *terms.successors))
    after = _after(terms, before)
    kept = ("open_claims", "open_pence", "sent_pence")
    sums = [[getattr(total(side), name) for name in kept] for side in (before, after)]
    if sums[0] != sums[1]:
        raise ValueError(f"a change of providers may not change totals: {sums}")
    return Plan(
        roles=_roles(terms, closing),
        services=_services(terms, closing),
        claims=_claims(terms, closing),
        before=before,
        after=after,
    )


def _holdings(organisations: Sequence[Organisation]) -> tuple[Holding, ...]:
    ids = [o.pk for o in organisations]
    rows = (
        Claim.objects.filter(provider__in=ids)
        .exclude(FOR_INFORMATION)
        .values("provider_id")
        .annotate(
            open_claims=Count("id", filter=~Q(state__in=OVER)),
            open_pence=Sum("pence", filter=~Q(state__in=OVER), default=0),
            sent_pence=Sum("pence", filter=Q(state__in=PAID_STATES), default=0),
        )
        .order_by()
    )
    money = {row["provider_id"]: row for row in rows}
    lists = {
        row.organisation_id: row
        for row in ListSize.objects.filter(organisation__in=ids)
        .order_by("organisation_id", "-on_date", "-recorded_at", "-id")
        .distinct("organisation_id")
    }
    nothing = {"open_claims": 0, "open_pence": 0, "sent_pence": 0}
    found = []
    for o in organisations:
        row, size = money.get(o.pk, nothing), lists.get(o.pk)
        found.append(
            Holding(
                o.code,
                o.name,
                row["open_claims"],
                row["open_pence"],
                row["sent_pence"],
                size.registered if size else None,
                size.on_date.isoformat() if size else "",
            )
        )
    return tuple(found)


def _after(terms: Terms, before: tuple[Holding, ...]) -> tuple[Holding, ...]:
    """The lead answers for what the closing ones held; without one, each keeps its own."""
    if terms.lead is None:
        return before
    going = total(before[: len(terms.closing)])
    staying = before[len(terms.closing) :]
    return tuple(
        Holding(
            h.code,
            h.name,
            h.open_claims + going.open_claims,
            h.open_pence + going.open_pence,
            h.sent_pence + going.sent_pence,
            _patients(terms, h.registered, going.registered),
            h.list_date,
        )
        if h.code == terms.lead.code
        else h
        for h in staying
    )


def _patients(terms: Terms, own: int | None, going: int | None) -> int | None:
    """A merger adds lists up; how a split divides one, only the next list can say."""
    if terms.kind != "merger" or going is None:
        return own
    return (own or 0) + going


def _roles(terms: Terms, closing: dict[int, Organisation]) -> tuple[RoleMove, ...]:
    still = Q(end_date__isnull=True) | Q(end_date__gte=terms.effective_date)
    grants = (
        Grant.objects.filter(still, organisation__in=closing)
        .select_related("user", "organisation")
        .order_by("organisation__name", "user__full_name", "role")
    )
    lead = terms.lead if terms.people == "move" else None

    def goes(grant: Grant) -> str:
        fits = lead is not None and lead.kind in ROLES[grant.role].kinds
        return lead.name if lead is not None and fits and not grant.delegated_from_id else ""

    return tuple(
        RoleMove(g.user.full_name, ROLES[g.role].name, g.organisation.name, goes(g)) for g in grants
    )


def _services(terms: Terms, closing: dict[int, Organisation]) -> tuple[ServiceMove, ...]:
    last = terms.effective_date - timedelta(days=1)
    still = Q(end_date__isnull=True) | Q(end_date__gt=last)
    rows = (
        Participation.objects.filter(still, provider__in=closing, start_date__lte=last)
        .select_related("provider")
        .order_by("service", "provider__name")
    )
    lead = terms.lead
    has = (
        set(Participation.objects.filter(provider=lead.pk).values_list("service", flat=True))
        if lead
        else set()
    )
    titles = dict(
        PublishedDefinition.objects.order_by("version").values_list("service", "short_title")
    )
    return tuple(
        ServiceMove(
            titles.get(row.service, row.service),
            row.provider.name,
            last.isoformat(),
            lead.name if lead else "",
            row.service in has,
        )
        for row in rows
    )


def _claims(terms: Terms, closing: dict[int, Organisation]) -> tuple[ClaimMove, ...]:
    rows = (
        Claim.objects.filter(provider__in=closing)
        .exclude(FOR_INFORMATION)
        .exclude(state__in=OVER)
        .select_related("provider")
        .order_by("provider__name", "reference")
    )
    return tuple(
        ClaimMove(
            row.reference,
            row.provider.name,
            STATES[row.state].label,
            row.pence,
            terms.lead.name if terms.lead else row.provider.name,
            terms.lead.payee_reference if terms.lead else row.provider.payee_reference,
        )
        for row in rows
    )

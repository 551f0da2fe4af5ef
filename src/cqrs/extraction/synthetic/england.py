"""Drawing the organisations: 7 regions, 42 ICBs, about 1,270 networks, 6,300 practices.

Sources: the mean list is England's, 63,766,671 patients over 6,188 practices (NHS England, QOF
2024/25); the spread of list sizes is drawn so that half the practices have fewer than 9,100
patients and one in a hundred more than 34,000. Codes lie in blocks that no practice of England
bears: letter, 92, three digits. A99001 belongs to the block of cost centres that are no practices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from cqrs.extraction.synthetic import names
from cqrs.extraction.synthetic.chance import Chance
from cqrs.extraction.synthetic.organisations import Icb, Network, Practice, Region

SEED = 2026
PRACTICES = 6300
FEWEST = 20
PRACTICES_PER_NETWORK = 6300 / 1270
MEAN_LIST = 10305
LISTS = (
    (0, 1150), (3, 2300), (10, 3900), (25, 6100), (50, 9100), (75, 12900), (90, 17400),
    (96, 22500), (99, 34000), (99.8, 58000), (100, 104000),
)  # fmt: skip
"""Percent of practices, and the list that so many don't reach."""

MAIN_ICB = "QZ9"
MAIN_PRACTICE = Practice(
    code="A99001",
    name="Larkfield Road Surgery",
    icb_code=MAIN_ICB,
    pcn_code="UX0001",
    supplier=names.SUPPLIERS[0],
    registered_list=9842,
    payee_reference="GP-A99001",
)
"""The practice that the documents speak of: made up like the rest."""
MAIN_NETWORK = "Harbour and Vale PCN"
MAIN_ICB_PRACTICES = 152


@dataclass(frozen=True)
class England:
    """All organisations, each in the order of its code."""

    seed: int
    regions: tuple[Region, ...]
    icbs: tuple[Icb, ...]
    networks: tuple[Network, ...]
    practices: tuple[Practice, ...]

    @property
    def registered_patients(self) -> int:
        """Everybody on a list."""
        return sum(practice.registered_list for practice in self.practices)


def england(*, seed: int = SEED, practices: int = PRACTICES) -> England:
    """Draw an England of so many practices, at least 20. The same arguments give the same one.

    With fewer than 608 practices a quarter of them belong to NHS Westmere ICB, so that a small
    trial still has a commissioner with a day's work.
    """
    if practices < FEWEST:
        raise ValueError(f"an England of {practices} practices is too small: take {FEWEST} or more")
    regions = tuple(Region(f"YX{i + 1}", name) for i, name in enumerate(names.REGIONS))
    icbs = tuple(_icbs())
    sizes = _shares(practices, seed)
    networks: list[Network] = []
    drawn: list[Practice] = []
    numbers = dict.fromkeys((region.code for region in regions), 0)
    taken: set[str] = {MAIN_NETWORK}
    for icb, size in zip(icbs, sizes, strict=True):
        chance = Chance(seed, icb.code)
        here = list(_networks(chance, icb, size, len(networks), taken))
        networks += here
        first = numbers[icb.region_code]
        numbers[icb.region_code] += size
        drawn += _practices(chance, icb, here, first, size)
    drawn = _scaled(drawn)
    drawn[0] = MAIN_PRACTICE
    drawn.sort(key=lambda practice: practice.code)
    by_code = tuple(sorted(icbs, key=lambda icb: icb.code))
    return England(seed, regions, by_code, tuple(networks), tuple(drawn))


def _icbs() -> Iterator[Icb]:
    codes = [f"QZ{mark}" for mark in "9012345678ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    codes += [f"QB{mark}" for mark in "012345"]
    for region, here in enumerate(names.ICBS):
        for name in here:
            yield Icb(codes.pop(0), f"NHS {name} ICB", f"YX{region + 1}")


def _shares(practices: int, seed: int) -> list[int]:
    """How many practices each ICB has: the first a fixed number, the others 60 to 300."""
    first = min(MAIN_ICB_PRACTICES, practices // 4)
    chance = Chance(seed, "sizes")
    weights = [60 + int(240 * chance.share() * chance.share()) for _ in range(41)]
    edges = [0, *accumulate(weights)]
    rest, total = practices - first, edges[-1]
    cuts = [edge * rest // total for edge in edges]
    return [first, *(high - low for low, high in pairwise(cuts))]


def _networks(
    chance: Chance, icb: Icb, practices: int, so_far: int, taken: set[str]
) -> Iterator[Network]:
    for number in range(max(round(practices / PRACTICES_PER_NETWORK), 1)):
        code = f"UX{so_far + number + 1:04}"
        if code == MAIN_PRACTICE.pcn_code:
            yield Network(code, MAIN_NETWORK, icb.code)
            continue
        while True:
            one, other = chance.pick(names.LANDMARKS), chance.pick(names.LANDMARKS)
            name = f"{one} and {other} PCN"
            if one != other and name not in taken:
                break
        taken.add(name)
        yield Network(code, name, icb.code)


def _practices(
    chance: Chance, icb: Icb, networks: Sequence[Network], first: int, size: int
) -> Iterator[Practice]:
    letter = "ABCDEFG"[int(icb.region_code[-1]) - 1]
    taken = {MAIN_PRACTICE.name}
    for number in range(size):
        code = f"{letter}{92001 + first + number}"
        while (name := _practice_name(chance)) in taken:
            pass
        taken.add(name)
        yield Practice(
            code=code,
            name=name,
            icb_code=icb.code,
            pcn_code=networks[number * len(networks) // size].code,
            supplier=_supplier(chance),
            registered_list=_list(chance),
            payee_reference=f"GP-{code}",
        )


def _practice_name(chance: Chance) -> str:
    way = chance.pick(names.WAYS) if chance.share() < 0.7 else ""
    return " ".join(filter(None, (chance.pick(names.STREETS), way, chance.pick(names.KINDS))))


def _supplier(chance: Chance) -> str:
    percent = chance.share() * 100
    limits = accumulate(names.SUPPLIER_SHARES)
    return next(
        name for name, limit in zip(names.SUPPLIERS, limits, strict=True) if percent < limit
    )


def _list(chance: Chance) -> int:
    percent = chance.share() * 100
    for (low, smaller), (high, larger) in pairwise(LISTS):
        if percent < high:
            return int(smaller + (larger - smaller) * (percent - low) / (high - low))
    return LISTS[-1][1]


def _scaled(practices: Sequence[Practice]) -> list[Practice]:
    """The same practices with their lists stretched to England's mean."""
    wanted = MEAN_LIST * len(practices)
    drawn = sum(practice.registered_list for practice in practices)
    return [replace(p, registered_list=p.registered_list * wanted // drawn) for p in practices]

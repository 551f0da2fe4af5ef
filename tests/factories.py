"""A small made-up England for tests: two commissioners, six practices, counts, claims, people.

Everything goes through the rooms' own actions, so a test starts from what a user could have done.
Figures are the same in every run: they are drawn from the digest of practice and indicator.
"""

from dataclasses import dataclass
from datetime import date

from cqrs.definitions import load
from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.schema import Definition, Indicator
from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.models import User
from cqrs.portal.accounts.queries import Actor, actor_for, command_actor
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.claims import actions as claims
from cqrs.portal.collection import actions as collection
from cqrs.portal.collection import queries as collection_queries
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations.actions import NewListSize, NewOrganisation, NewRelationship
from cqrs.portal.organisations.queries import by_code
from cqrs.values import digest

PASSWORD = "a long made-up password"

WESTMERE, NORTHMOOR = "QZ9", "QZ8"
NATION = "NAT"
PRACTICES = {
    "A99001": ("Larkfield Road Surgery", WESTMERE, 9842),
    "A99002": ("Quayside Surgery", WESTMERE, 6120),
    "A99003": ("The Elms Practice", WESTMERE, 12455),
    "A99004": ("Mill Lane Medical Centre", WESTMERE, 10310),
    "A99005": ("Castle Hill Surgery", NORTHMOOR, 8007),
    "A99006": ("Riverside Health Centre", NORTHMOOR, 14290),
}

PEOPLE = {
    # The practice manager of product.md: service manager, data entry and finance viewer.
    "helen": ("Helen Marsh", "A99001", "practice_service_manager"),
    "ama": ("Dr Ama Osei", "A99001", "practice_declarer"),
    "joe": ("Joe Park", "A99001", "practice_viewer"),
    "quay": ("Sam Whitlock", "A99002", "practice_declarer"),
    "priya": ("Priya Nair", WESTMERE, "approval_manager"),
    "daniel": ("Daniel Ross", WESTMERE, "finance_manager"),
    "ruth": ("Ruth Calder", WESTMERE, "commissioner_viewer"),
    "tom": ("Tom Ellery", NORTHMOOR, "approval_manager"),
    "grace": ("Grace Obi", NATION, "payment_operator"),
    "liam": ("Liam Hart", NATION, "payment_releaser"),
    "anita": ("Anita Shah", NATION, "data_operator"),
    "felix": ("Felix Ward", NATION, "auditor"),
}
MORE_ROLES = {"helen": ("practice_data_entry", "practice_finance_viewer")}
NETWORK, REGION, SUB_ICB, PHARMACY = "U99901", "Y99", "99Q", "FX999"
OTHERS = {
    # One for each role that the few above don't have; `admit` makes them known where needed.
    "sue": ("Sue Tindall", "A99001", "practice_supervisor"),
    "una": ("Una Rees", "A99001", "practice_user_administrator"),
    "nia": ("Nia Bowen", NETWORK, "network_viewer"),
    "finn": ("Finn Ash", NETWORK, "network_finance_viewer"),
    "dot": ("Dot Marlow", NETWORK, "network_data_entry"),
    "sol": ("Sol Pryce", NETWORK, "network_service_manager"),
    "ned": ("Ned Ilves", NETWORK, "network_declarer"),
    "nell": ("Nell Akers", NETWORK, "network_supervisor"),
    "noor": ("Noor Hadi", NETWORK, "network_user_administrator"),
    "fay": ("Fay Linton", WESTMERE, "commissioner_finance_viewer"),
    "cora": ("Cora Benn", WESTMERE, "commissioning_manager"),
    "otto": ("Otto Reed", WESTMERE, "organisation_administrator"),
    "carl": ("Carl Denby", WESTMERE, "commissioner_user_administrator"),
    "alma": ("Alma Voss", WESTMERE, "advanced_user_administrator"),
    "reg": ("Reg Osborne", REGION, "commissioner_finance_viewer"),
    "rae": ("Rae Lomas", REGION, "approval_manager"),
    "sid": ("Sid Farrow", SUB_ICB, "commissioner_viewer"),
    "pip": ("Pip Wardle", PHARMACY, "practice_declarer"),
    "rose": ("Rose Quinn", NATION, "rule_author"),
    "paul": ("Paul Stead", NATION, "rule_publisher"),
    "hazel": ("Hazel Dunn", NATION, "help_desk"),
    "nora": ("Nora Pike", NATION, "national_user_administrator"),
}

PER_MILLE = {
    "AF": 21, "CHD": 30, "HF": 12, "HF_LVSD": 5, "HYP": 145, "STIA": 19, "DM": 75, "AST": 65,
    "COPD": 19, "DEM": 8, "MH": 10, "NDH": 80, "SMOK": 250,
}  # fmt: skip
"""How common a condition is on a list, roughly."""


@dataclass(frozen=True)
class Loaded:
    """A service whose counts are in and calculated."""

    definition: Definition
    collection_id: int


def email(who: str) -> str:
    """The address a person signs in with."""
    return f"{who}@portal.example"


def user(who: str) -> User:
    """The person, for a test client to sign in."""
    return User.objects.get(email=email(who))


def actor(who: str, organisation_code: str | None = None) -> Actor:
    """The person acting where they have a role; at their first organisation unless told."""
    place = by_code(organisation_code).id if organisation_code else None
    return actor_for(user(who), place)


def admit(*who: str) -> None:
    """Make people of OTHERS known, with their roles; region, sub-ICB or pharmacy comes along."""
    operator, start = command_actor(), date(2020, 4, 1)
    places = {OTHERS[one][1] for one in who} & {REGION, SUB_ICB, PHARMACY}
    if places:
        organisations.register(
            actor=operator,
            organisations=[
                NewOrganisation(REGION, "Midshires Region", "region"),
                NewOrganisation(SUB_ICB, "Westmere Quayside", "sub_icb"),
                NewOrganisation(PHARMACY, "Harbour Pharmacy", "pharmacy"),
            ],
        )
        organisations.relate(
            actor=operator,
            relationships=[
                NewRelationship(WESTMERE, REGION, "part_of", start),
                NewRelationship(SUB_ICB, WESTMERE, "part_of", start),
                NewRelationship(PHARMACY, WESTMERE, "commissioned_by", start),
            ],
        )
    for one in who:
        _admit(one, *OTHERS[one], start)


def _admit(who: str, name: str, place: str, role: str, start: date) -> None:
    operator = command_actor()
    accounts.create_user(actor=operator, email=email(who), full_name=name, password=PASSWORD)
    for granted in (role, *MORE_ROLES.get(who, ())):
        accounts.grant(
            actor=operator,
            email=email(who),
            role=granted,
            organisation_code=place,
            start_date=start,
        )


def set_up() -> None:
    """Organisations, relationships, list sizes of 2025/26 and 2023/24, people and their roles."""
    operator = command_actor()
    start = date(2020, 4, 1)
    organisations.register(
        actor=operator,
        organisations=[
            NewOrganisation(WESTMERE, "NHS Westmere ICB", "icb"),
            NewOrganisation(NORTHMOOR, "NHS Northmoor ICB", "icb"),
            NewOrganisation(NATION, "National Operations", "national"),
            NewOrganisation(NETWORK, "Harbour and Vale PCN", "pcn"),
            *(
                NewOrganisation(code, name, "practice", supplier=f"Supplier {1 + n % 2}")
                for n, (code, (name, _, _)) in enumerate(PRACTICES.items())
            ),
        ],
    )
    organisations.relate(
        actor=operator,
        relationships=[
            *(
                NewRelationship(code, commissioner, "commissioned_by", start)
                for code, (_, commissioner, _) in PRACTICES.items()
            ),
            NewRelationship("A99001", NETWORK, "member_of", start),
            NewRelationship("A99002", NETWORK, "member_of", start),
        ],
    )
    for day in (date(2026, 1, 1), date(2025, 4, 1), date(2024, 1, 1)):
        organisations.record_list_sizes(
            actor=operator,
            on_date=day,
            source_name=f"Practice list sizes, {day:%B %Y}",
            source_digest=digest(f"list sizes {day}".encode()),
            sizes=[NewListSize(code, people) for code, (_, _, people) in PRACTICES.items()],
        )
    for who, (name, place, role) in PEOPLE.items():
        _admit(who, name, place, role, start)


def load_service(
    service: str = "qof/2025-26",
    *,
    final: bool = True,
    declare_by: date = date(2026, 5, 29),
    leave_out: tuple[tuple[str, str], ...] = (),
) -> Loaded:
    """Publish, enrol, take in everybody's counts, strike national figures, calculate.

    `leave_out` names (practice, indicator) pairs for which nothing is submitted.
    """
    operator = command_actor()
    definition = load.load(service)
    catalogue.publish(actor=operator, definition=definition)
    catalogue.enrol(
        actor=operator,
        service=service,
        participants=[
            catalogue.NewParticipation(code, commissioner, definition.year.start)
            for code, (_, commissioner, _) in PRACTICES.items()
        ],
    )
    number = collection.open_collection(
        actor=operator,
        definition_digest=definition.digest,
        achievement_date=definition.year.end,
        declare_by=declare_by,
    )
    send_counts(number, definition, [counts(definition, code, leave_out) for code in PRACTICES])
    calculate(number, final=final)
    return Loaded(definition, number)


def send_counts(collection_id: int, definition: Definition, many: list[PracticeCounts]) -> None:
    """Take counts in as one extracted file."""
    content = b"".join(one.content for one in many)
    collection.take_in(
        actor=command_actor(),
        collection_id=collection_id,
        source_file=collection.FileDescription(
            f"{definition.quality_service}-{digest(content)[:6]}.csv",
            digest(content),
            len(content),
            "INDICATOR_VALUES",
        ),
        counts=many,
        source="extracted",
    )


def calculate(collection_id: int, *, final: bool = True) -> None:
    """Strike national figures, where the service needs them, and calculate everybody."""
    operator = command_actor()
    if collection_queries.collection(operator, collection_id).overview.needs_reference:
        collection.strike_reference(actor=operator, collection_id=collection_id, final=final)
    claims.calculate_nation(actor=operator, collection_id=collection_id)


# Counts ------------------------------------------------------------------------------------------


def counts(
    definition: Definition,
    practice: str,
    leave_out: tuple[tuple[str, str], ...] = (),
    changed: dict[tuple[str, str], int] | None = None,
) -> PracticeCounts:
    """A practice's counts for a service; `changed` overrides single values.

    A99002 has no patients for AST012, so one denominator is 0.
    """
    values: dict[tuple[str, str], int] = {}
    for indicator in definition.indicators:
        if (practice, indicator.id) not in leave_out:
            for name, value in _values(definition, practice, indicator).items():
                values[indicator.id, name] = value
    values.update(changed or {})
    return PracticeCounts(practice, definition.year.end, values)


def _values(definition: Definition, practice: str, indicator: Indicator) -> dict[str, int]:
    found: dict[str, int] = {}
    base = PRACTICES[practice][2] * 40 // 1000
    for name, field in indicator.fields.items():
        if field.kind == "register":
            found[name] = base = _register(definition, practice, name)
        elif field.kind == "yes_no":
            found[name] = practice != "A99003"
    removed = indicator.removed_fields
    nobody = (practice, indicator.id) == ("A99002", "AST012")
    left = base
    for name in removed:
        taken = left if nobody else left * _draw(practice, indicator.id, name, 20) // 1000
        found[name] = taken
        left -= taken
    if (denominator := indicator.field_of("denominator")) is not None:
        found[denominator] = left = 0 if nobody else left
        found[indicator.field_of("numerator") or ""] = left * _share(practice, indicator) // 1000
    if (count := indicator.field_of("count")) is not None:
        found[count] = base * 7 // 10
    return {name: found[name] for name in indicator.fields if name in found}


def _share(practice: str, indicator: Indicator) -> int:
    """Per mille of the denominator that succeeded, around the thresholds."""
    if indicator.kind != "fraction":
        return 0
    low, high = int(indicator.thresholds.lower) * 10, int(indicator.thresholds.upper) * 10
    drawn = low - 60 + (high - low + 120) * _draw(practice, indicator.id, "share", 1000) // 1000
    return max(0, min(1000, drawn))


def _register(definition: Definition, practice: str, field: str) -> int:
    people = PRACTICES[practice][2]
    key = next((key for key, known in definition.registers.items() if known.field == field), field)
    per_mille = PER_MILLE.get(key, 15) * (900 + _draw(practice, key, "register", 200))
    return people * per_mille // 1_000_000


def _draw(practice: str, first: str, second: str, below: int) -> int:
    return int(digest(f"{practice} {first} {second}".encode())[:8], 16) % below

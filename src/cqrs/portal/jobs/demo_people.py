"""The people of the demonstration: made up, one for each role, with one password for all.

The password is written here and printed at every start: it opens made-up data on this machine
and is never meant for anything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cqrs.extraction.synthetic import England
from cqrs.extraction.synthetic.chance import Chance
from cqrs.extraction.synthetic.england import MAIN_ICB, MAIN_PRACTICE

PASSWORD = "Larkfield-2026"  # noqa: S105 - printed at every start, opens made-up data only
NATIONAL = "XNC"
AGENCY = "XPA"
SINCE = date(2025, 4, 1)

MANAGER = ("practice_service_manager", "practice_data_entry", "practice_finance_viewer")


@dataclass(frozen=True)
class Person:
    """Somebody who acts in the demonstration. Without `title` they can't sign in."""

    name: str
    email: str
    organisation_code: str
    roles: tuple[str, ...]
    title: str = ""
    """What they are called in the printed table."""


def _person(name: str, at: str, code: str, title: str, *roles: str) -> Person:
    plain = name.removeprefix("Dr ").lower().replace(" ", ".")
    return Person(name, f"{plain}@{at}.example", code, roles, title)


MAIN = MAIN_PRACTICE.code
PRACTICE_MANAGER = _person("Helen Marsh", "larkfield", MAIN, "Practice manager", *MANAGER)
DECLARER = _person("Owen Hale", "larkfield", MAIN, "Practice declarer", "practice_declarer")
VIEWER = _person(
    "Joe Park", "larkfield", MAIN, "Practice viewer (points, no pounds)", "practice_viewer"
)
APPROVER = _person("Priya Nair", "westmere", MAIN_ICB, "ICB approval manager", "approval_manager")
FINANCE = _person("Daniel Ross", "westmere", MAIN_ICB, "ICB finance manager", "finance_manager")
OPERATOR = _person("Grace Obi", "payments", AGENCY, "Payment operator", "payment_operator")
RELEASER = _person("Martin Frost", "payments", AGENCY, "Payment releaser", "payment_releaser")
DATA_OPERATOR = _person(
    "Ines Duarte", "national", NATIONAL, "National data operator", "data_operator"
)
AUDITOR = _person("Ruth Kemp", "national", NATIONAL, "Auditor", "auditor")
SECOND_APPROVER = Person(
    "Tom Ellery", "tom.ellery@westmere.example", MAIN_ICB, ("approval_manager",)
)

NETWORK = MAIN_PRACTICE.pcn_code
RULE_AUTHOR = _person("Asha Menon", "national", NATIONAL, "Rule author", "rule_author")
RULE_PUBLISHER = _person("Colin Reeve", "national", NATIONAL, "Rule publisher", "rule_publisher")

SIGN_INS = (
    PRACTICE_MANAGER,
    DECLARER,
    VIEWER,
    _person(
        "Meera Joshi", "larkfield", MAIN, "Practice supervisor", "practice_supervisor"
    ),
    _person(
        "Ellen Stone", "larkfield", MAIN, "Practice user administrator",
        "practice_user_administrator",
    ),
    _person(
        "Farah Aziz", "harbourandvale", NETWORK, "Network finance viewer",
        "network_finance_viewer",
    ),
    _person(
        "Glenn Parry", "harbourandvale", NETWORK, "Network manager", "network_service_manager",
        "network_data_entry",
    ),
    _person("Dr Ines Salt", "harbourandvale", NETWORK, "Network declarer", "network_declarer"),
    _person(
        "Tess Moran", "harbourandvale", NETWORK, "Network supervisor", "network_supervisor",
        "network_viewer",
    ),
    _person(
        "Hugh Ferris", "harbourandvale", NETWORK, "Network user administrator",
        "network_user_administrator",
    ),
    APPROVER,
    FINANCE,
    _person(
        "Carys Dean", "westmere", MAIN_ICB, "Commissioning manager", "commissioning_manager"
    ),
    _person(
        "Ruth Calder", "westmere", MAIN_ICB, "ICB viewer (points, no pounds)",
        "commissioner_viewer",
    ),
    _person(
        "Nikhil Rao", "westmere", MAIN_ICB, "Organisation administrator",
        "organisation_administrator",
    ),
    _person(
        "Carl Denby", "westmere", MAIN_ICB, "ICB user administrator",
        "commissioner_user_administrator",
    ),
    _person(
        "Alma Voss", "westmere", MAIN_ICB, "ICB advanced user administrator",
        "advanced_user_administrator",
    ),
    OPERATOR,
    RELEASER,
    DATA_OPERATOR,
    RULE_AUTHOR,
    RULE_PUBLISHER,
    _person("Hazel Dunn", "national", NATIONAL, "Help desk", "help_desk"),
    _person(
        "Nora Pike", "national", NATIONAL, "National user administrator",
        "national_user_administrator",
    ),
    AUDITOR,
)  # fmt: skip


def elsewhere(country: England) -> tuple[Person, ...]:
    """People whose places depend on the country: a region's viewer, and two with two practices."""
    region = next(icb.region_code for icb in country.icbs if icb.code == MAIN_ICB)
    second = next(p.code for p in country.practices if p.icb_code == MAIN_ICB and p.code != MAIN)
    locum, both = "imogen.vale@locum.example", "lena.frey@locum.example"
    return (
        Person("Imogen Vale", locum, MAIN, MANAGER, "Locum manager, practice one of two"),
        Person("Imogen Vale", locum, second, MANAGER, "Locum manager, practice two of two"),
        Person("Dr Lena Frey", both, second, ("practice_declarer",), "Declarer at one of two"),
        Person("Dr Lena Frey", both, MAIN, ("practice_viewer",), "Viewer at two of two"),
        Person(
            "Grant Osborne", "grant.osborne@region.example", region,
            ("commissioner_finance_viewer",), "Region viewer (points and pounds)",
        ),
    )  # fmt: skip


FIRST_NAMES = (
    "Aisha", "Alan", "Amina", "Anya", "Asif", "Beth", "Carlos", "Chidi", "Clare", "David",
    "Dewi", "Elena", "Esther", "Fergus", "Fiona", "Gareth", "Hana", "Imran", "Ivan", "Jane",
    "Karim", "Kate", "Leo", "Lucia", "Maeve", "Mei", "Nadia", "Noor", "Olu", "Peter", "Rosa",
    "Sadia", "Sean", "Simran", "Tariq", "Una", "Vikram", "Wen", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abbas", "Adeyemi", "Barrow", "Begum", "Calder", "Chandra", "Cole", "Dass", "Drummond",
    "Ekwueme", "Farrow", "Fenn", "Gill", "Grant", "Hakim", "Hollis", "Iqbal", "Ince", "Jarvis",
    "Kaur", "Lowe", "Malik", "Merton", "Nkosi", "Osman", "Pell", "Quill", "Rahman", "Reyes",
    "Shah", "Stroud", "Tan", "Underhill", "Vance", "Wray", "Yates",
)  # fmt: skip


def provisional_manager(country: England, supplier: str) -> Person | None:
    """A manager of the first practice of the main area with this supplier, if there is one."""
    for practice in country.practices:
        if (practice.icb_code, practice.supplier) == (MAIN_ICB, supplier) and (
            practice.code != MAIN
        ):
            name = _name(practice.code)
            return Person(
                name, _email(name, practice.code), practice.code, MANAGER,
                "Practice manager (also provisional figures)",
            )  # fmt: skip
    return None


def declarer_of(code: str) -> Person:
    """Who declares for a practice in the background."""
    name = _name(f"{code}:declarer")
    return Person(name, _email(name, code), code, ("practice_declarer",))


def background(codes: tuple[str, ...]) -> Iterator[Person]:
    """Everybody who acts before a newcomer signs in."""
    yield SECOND_APPROVER
    yield from (declarer_of(code) for code in codes)


def _name(key: str) -> str:
    chance = Chance(2026, key)
    return f"{chance.pick(FIRST_NAMES)} {chance.pick(LAST_NAMES)}"


def _email(name: str, code: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{code.lower()}.example"

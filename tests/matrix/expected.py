"""The reviewed answers: a file that a person can read through and a test can hold the portal to.

    practice_readers = practice_viewer practice_data_entry ...        a group

    shared:claim  claims.see                                          a route, and who may by name
        GET   elsewhere           200 help_desk; 404 practice_readers; 403 the rest
        POST  all                 405 the rest

A line says for methods and places what status everybody gets. People stand in groups where the
whole group gets the same; who is in two of them counts where they are named first. "Everyone" is
everybody, signed in or not, "all" every place at which the route is asked. "The rest" are the
people not named, and never opens a page. Whoever is signed out is sent to sign in (302) unless the
line says otherwise.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.house import addresses
from tests.matrix.world import SIGNED_OUT

FILE = Path(__file__).with_name("expected.txt")
REFUSED = (302, 403, 404, 405)
REST, EVERYONE, ALL = "the rest", "everyone", "all"
TO_SIGN_IN = 302
INDENT = "    "
Line = tuple[str, str, str]
"""Route, method and place."""
Statuses = dict[str, int]
Lines = dict[Line, Statuses]


@dataclass(frozen=True)
class Book:
    """The file: its head and groups, which people keep, and its answers."""

    head: str
    groups: Mapping[str, Sequence[str]]
    lines: Lines


def read(text: str, places: Mapping[str, Sequence[str]], people: Sequence[str]) -> Book:
    """The file as statuses by person. `places` are those of each route there is today."""
    head: list[str] = []
    groups: dict[str, list[str]] = {}
    lines: Lines = {}
    route = ""
    for row in text.splitlines():
        if row.startswith(INDENT):
            methods, where, who = re.split(r"  +", row.strip(), maxsplit=2)
            statuses = _statuses(who, groups, people)
            for place in places.get(route, ()) if where == ALL else where.split(","):
                for method in methods.split(","):
                    lines[route, method, "" if place == "-" else place] = statuses
        elif " = " in row and not route:
            name, _, members = row.partition(" = ")
            groups[name.strip()] = [p for one in members.split() for p in groups.get(one, (one,))]
            head.append(row)
        elif row and not row.startswith("#"):
            route = row.split()[0]
        elif not route:
            head.append(row)
    return Book("\n".join(head).rstrip() + "\n", groups, lines)


def _statuses(who: str, groups: Mapping[str, Sequence[str]], people: Sequence[str]) -> Statuses:
    found: Statuses = {}
    rest = 0
    for part in who.split("; "):
        status, _, names = part.partition(" ")
        if names == REST:
            rest = int(status)
            continue
        for name in names.split(" "):
            for person in people if name == EVERYONE else groups.get(name, (name,)):
                found.setdefault(person, int(status))
    found.setdefault(SIGNED_OUT, TO_SIGN_IN)
    return dict.fromkeys(people, rest) | found


def written(book: Book, lines: Lines) -> str:
    """The whole file, with these answers."""
    out = [book.head]
    for route in addresses.listed().values():
        rows = list(_rows(route.name, lines, book.groups))
        if rows:
            out.append(f"\n{route.name}  {route.who}\n")
            out += [f"{INDENT}{methods:9} {where:28}  {who}\n" for methods, where, who in rows]
    return "".join(out)


def _rows(
    route: str, lines: Lines, groups: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, str]]:
    """Methods, places and answers, the same answers together."""
    places = [place for name, method, place in lines if name == route and method == "GET"]
    found: dict[tuple[str, str], list[str]] = {}
    for method in ("GET", "POST"):
        for place in places:
            who = _who(lines[route, method, place], groups)
            found.setdefault((method, who), []).append(place or "-")
    where = {key: _where(at, len(places)) for key, at in found.items()}
    for (method, who), at in where.items():
        if method == "GET" and where.get(("POST", who)) == at:
            yield "GET,POST", at, who
        elif not (method == "POST" and where.get(("GET", who)) == at):
            yield method, at, who


def _where(at: Sequence[str], of: int) -> str:
    return ALL if len(at) == of > 1 else ",".join(at)


def _who(statuses: Statuses, groups: Mapping[str, Sequence[str]]) -> str:
    by_status: dict[int, list[str]] = {}
    for person, status in statuses.items():
        by_status.setdefault(status, []).append(person)
    if len(by_status) == 1:
        return f"{next(iter(by_status))} {EVERYONE}"
    if statuses[SIGNED_OUT] == TO_SIGN_IN:
        by_status[TO_SIGN_IN].remove(SIGNED_OUT)
    by_size = sorted(by_status, key=lambda status: (len(by_status[status]), status))
    rest = next((s for s in reversed(by_size) if s in REFUSED and by_status[s]), 0)
    if rest:
        by_status[rest] = [SIGNED_OUT] if SIGNED_OUT in by_status[rest] else []
    parts: list[str] = []
    named: set[str] = set()
    for status in sorted(by_status, key=lambda status: (status in REFUSED, status)):
        if by_status[status]:
            parts.append(f"{status} {' '.join(_names(by_status[status], named, groups))}")
            named |= set(by_status[status])
    return "; ".join([*parts, f"{rest} {REST}"] if rest else parts)


def _names(
    people: Sequence[str], before: Collection[str], groups: Mapping[str, Sequence[str]]
) -> list[str]:
    """The fewest names: of groups whose people are among these or were named before."""
    left = list(people)
    names: list[str] = []
    while True:
        fits = {
            name: sum(person in left for person in members)
            for name, members in groups.items()
            if all(person in left or person in before or person in people for person in members)
        }
        best = max(fits, key=lambda name: fits[name], default="")
        if not best or fits[best] < 2:
            return names + left
        names.append(best)
        left = [person for person in left if person not in groups[best]]

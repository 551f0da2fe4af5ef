"""The reviewed answers: a line for each route, method and place, short enough to read in a diff.

    shared:claim  GET  elsewhere missing  200 commissioner; 302 signed_out; 403 …; 404 the rest

People who get the same answer stand together: a side of the portal where all of its roles do, and
"the rest" for the most common refusal. "The rest" is never an answer that opens a page.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.matrix.asking import REFUSED

FILE = Path(__file__).with_name("expected.txt")
HEAD = """\
# The answers of the portal to everybody: route, method, whose it is, and who gets which status.
# Reviewed by people: a change of a line is a change of who may do what. Words: expected.py;
# people and places: world.py. To write it again: python -m tests.matrix.write, then read the diff.

"""
REST = "the rest"
Line = tuple[str, str, str]
Statuses = dict[str, int]


def written(lines: Mapping[Line, Statuses], sides: Mapping[str, Sequence[str]]) -> str:
    """The whole file."""
    out: list[str] = [HEAD]
    last = ""
    for (route, method), places in _places(lines).items():
        if last and route.partition(":")[0] != last:
            out.append("\n")
        last = route.partition(":")[0]
        alike: dict[str, list[str]] = {}
        for place, statuses in places.items():
            alike.setdefault(_who(statuses, sides), []).append(place or "-")
        out += [f"{route}  {method}  {' '.join(at)}  {who}\n" for who, at in alike.items()]
    return "".join(out)


def _places(lines: Mapping[Line, Statuses]) -> dict[tuple[str, str], dict[str, Statuses]]:
    found: dict[tuple[str, str], dict[str, Statuses]] = {}
    for (route, method, place), statuses in lines.items():
        found.setdefault((route, method), {})[place] = statuses
    return found


def _who(statuses: Statuses, sides: Mapping[str, Sequence[str]]) -> str:
    groups: dict[int, list[str]] = {}
    for person, status in statuses.items():
        groups.setdefault(status, []).append(person)
    refusals = [status for status in groups if status in REFUSED]
    rest = max(refusals, key=lambda status: (len(groups[status]), status), default=0)
    if rest and len(groups[rest]) < 3:
        rest = 0
    parts = [
        f"{status} {' '.join(_names(groups[status], sides))}"
        for status in sorted(groups)
        if status != rest
    ]
    return "; ".join([*parts, f"{rest} {REST}"] if rest else parts)


def _names(people: Sequence[str], sides: Mapping[str, Sequence[str]]) -> list[str]:
    left, names = set(people), []
    for side, members in sides.items():
        if set(members) <= left and len(members) > 1:
            names.append(side)
            left -= set(members)
    return names + [person for person in people if person in left]


def read(text: str, sides: Mapping[str, Sequence[str]]) -> dict[Line, Statuses]:
    """The file as statuses by person for each route, method and place."""
    everybody = [person for members in sides.values() for person in members]
    lines: dict[Line, Statuses] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        route, method, places, who = line.split("  ", 3)
        for place in places.split(" "):
            lines[route, method, "" if place == "-" else place] = _statuses(who, sides, everybody)
    return lines


def _statuses(who: str, sides: Mapping[str, Sequence[str]], everybody: Sequence[str]) -> Statuses:
    statuses: Statuses = {}
    rest = 0
    for part in who.split("; "):
        status, _, names = part.partition(" ")
        if names == REST:
            rest = int(status)
            continue
        for name in names.split(" "):
            for person in sides.get(name, (name,)):
                statuses[person] = int(status)
    return {person: statuses.get(person, rest) for person in everybody}

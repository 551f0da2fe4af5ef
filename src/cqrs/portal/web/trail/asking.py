"""What a reader of events asks for: read from the address, and shown again in the form."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from cqrs.portal.audit.queries import GROUPS, Found, Search
from cqrs.portal.web.middleware import NUL
from cqrs.portal.web.paging import address

LONGEST = 200
LARGEST = 2**63


@dataclass(frozen=True)
class Asked:
    """A search, the page of it, and the days that can't be read as one."""

    search: Search
    before: int
    after: int
    problems: tuple[str, ...]


def asked(request: HttpRequest) -> Asked:
    """What the address asks; a day that is none is told and left out."""
    problems: list[str] = []

    def text(name: str) -> str:
        return request.GET.get(name, "").replace(NUL, "").strip()[:LONGEST]

    def number(name: str) -> int:
        given = text(name)
        return int(given) if given.isdecimal() and int(given) < LARGEST else 0

    def day(name: str, label: str) -> date | None:
        given = text(name)
        if not given:
            return None
        try:
            return date.fromisoformat(given)
        except ValueError:
            problems.append(f"{label} must be a date, such as 2026-05-12.")
            return None

    group = text("group")
    search = Search(
        who=text("who"),
        organisation=text("organisation"),
        group=group if group in GROUPS else "",
        subject=text("subject"),
        first=day("first", "The first day"),
        last=day("last", "The last day"),
        words=text("words"),
    )
    return Asked(search, number("before"), number("after"), tuple(problems))


def links(request: HttpRequest, found: Found) -> dict[str, str]:
    """Addresses of the pages beside this one; empty when there is none."""
    return {
        "older": address(request, before=found.older, after="", page="") if found.older else "",
        "newer": address(request, after=found.newer, before="", page="") if found.newer else "",
    }

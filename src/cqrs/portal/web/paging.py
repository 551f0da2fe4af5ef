"""Page n of m: the number a person asked for, the links round it, and the words for the title."""

from dataclasses import dataclass

from django.http import HttpRequest

NEAR = 2
"""Pages named on each side of the current one."""


@dataclass(frozen=True)
class Link:
    """A page to go to; an empty address is a gap in the numbers."""

    number: int
    address: str


@dataclass(frozen=True)
class Paging:
    """Where the reader is in a list of pages."""

    page: int
    pages: int
    links: tuple[Link, ...]
    previous: str
    following: str

    @property
    def in_title(self) -> str:
        """ " (page 2 of 7)", or nothing when there is one page."""
        return f" (page {self.page} of {self.pages})" if self.pages > 1 else ""


def page_number(request: HttpRequest) -> int:
    """The page asked for; 1 when it is not a number."""
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1


def paging(request: HttpRequest, page: int, pages: int) -> Paging:
    """Links that keep the rest of the address: first, last and those near the current page."""
    near = range(page - NEAR, page + NEAR + 1)
    wanted = sorted({1, pages, *(n for n in near if 1 <= n <= pages)})
    links: list[Link] = []
    for number in wanted:
        if links and number - links[-1].number > 1:
            links.append(Link(number - 1, ""))
        links.append(Link(number, address(request, page=number)))
    return Paging(
        page,
        pages,
        tuple(links),
        address(request, page=page - 1) if page > 1 else "",
        address(request, page=page + 1) if page < pages else "",
    )


def address(request: HttpRequest, **changes: str | int) -> str:
    """This page's query string with some values changed; an empty one is left out."""
    query = request.GET.copy()
    for key, value in changes.items():
        query[key] = str(value)
    for key in [key for key, value in query.items() if not value or (key, value) == ("page", "1")]:
        del query[key]
    return f"?{query.urlencode()}"

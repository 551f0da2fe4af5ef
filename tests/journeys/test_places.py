"""Every address of the portal with something in it: nothing for axe, a fit on a phone.

Which address is opened by whom, and why some are not, stands in places.py.
"""

from collections.abc import Callable

import pytest

from tests.house.addresses import listed

from . import places
from .conftest import Person
from .opening import opened
from .served import ROOT

People = Callable[..., Person]
ROUTES = places.by_opener()
SENT_ONLY = 405
BY_ROLE = pytest.mark.parametrize("who", ROUTES, ids=lambda who: who or places.NOBODY)


@BY_ROLE
def test_every_page_with_something_in_it(person: People, there: places.World, who: str) -> None:
    someone = person(who)
    found = []
    for route in ROUTES[who]:
        path = places.address(route, there)
        found += opened(someone, path, leads_on=route.name in places.LEADS_ON)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("who", ["", "Practice viewer"], ids=lambda who: who or places.NOBODY)
def test_an_address_that_is_not_there(person: People, who: str) -> None:
    someone = person(who)
    answer = someone.page.goto(f"{someone.demo.address}/nothing-here/")
    assert answer
    assert answer.status == 404
    assert not (found := someone.stands()), found


def test_what_has_no_page_has_none(person: People, there: places.World) -> None:
    found: list[str] = []
    met: dict[str, Person] = {}
    for name in sorted(places.FILES | places.SENT_ONLY):
        route = listed()[name]
        who = places.opener(route)
        someone = met.get(who) or met.setdefault(who, person(who))
        path = places.address(route, there)
        answer = someone.page.request.get(f"{someone.demo.address}{path}")
        is_file = answer.ok and "text/html" not in answer.headers["content-type"]
        if not (is_file if name in places.FILES else answer.status == SENT_ONLY):
            found.append(f"{name}: {path} answers {answer.status}")
    assert not found, "\n".join(found)


def test_pages_left_to_other_tests_are_named_once() -> None:
    left = [places.FILES, places.SENT_ONLY, places.NO_PROVIDER, places.ELSEWHERE.keys()]
    names = [name for some in left for name in some]
    assert len(names) == len(set(names))
    assert set(names) <= listed().keys()
    for test in places.ELSEWHERE.values():
        assert (ROOT / "tests" / test).exists(), test

"""Every address of the portal with nothing in it, on a phone."""

from collections.abc import Callable, Iterator

import pytest

from . import places
from .backstage import open_a_portal
from .conftest import Person
from .opening import opened
from .served import Demo, serving

People = Callable[..., Person]
ROUTES = places.by_opener()
PRACTICES = 300
PHONE = 390
BY_ROLE = pytest.mark.parametrize("who", ROUTES, ids=lambda who: who or places.NOBODY)


@pytest.fixture(scope="session")
def first_morning(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A portal whose people are let in, and in which nothing was collected, claimed or paid."""
    data = tmp_path_factory.mktemp("first-morning") / "var"
    open_a_portal(data, PRACTICES)
    with serving(data, second_factor="offered") as address:
        yield Demo(address, data, demo.printed)


@BY_ROLE
def test_every_page_with_nothing_in_it(person: People, first_morning: Demo, who: str) -> None:
    someone = person(who, width=PHONE, at=first_morning)
    found = []
    for route in ROUTES[who]:
        if "<" not in route.path:
            leads_on = route.name in places.LEADS_ON | places.ASKED.keys()
            found += opened(someone, f"/{route.path}", leads_on=leads_on)
    assert not found, "\n".join(found)

"""Every form of the portal sent with nothing in it: it says what lacks, and where."""

from collections.abc import Callable

import pytest

from . import places
from .conftest import Person
from .opening import forms, sent_empty

People = Callable[..., Person]
ROUTES = places.by_opener()
BY_ROLE = pytest.mark.parametrize("who", ROUTES, ids=lambda who: who or places.NOBODY)


@BY_ROLE
def test_every_form_sent_empty_says_what_lacks(
    person: People, there: places.World, who: str
) -> None:
    someone = person(who)
    found = []
    for route in ROUTES[who]:
        path = places.address(route, there)
        someone.page.goto(f"{someone.demo.address}{path}")
        for number in range(forms(someone)):
            found += sent_empty(someone, path, number, route.name)
    assert not found, "\n".join(found)

"""Every address of the portal, full, empty, and after a mistake: nothing for axe, a fit on a phone.

Which address is opened by whom, and why some are not, stands in places.py.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.house.addresses import listed

from . import places
from .backstage import make_things, open_a_portal
from .conftest import ROOT, Demo, Person, serving

People = Callable[..., Person]
ROUTES = places.by_opener()
NOBODY = "nobody signed in"
PRACTICES = 300
PHONE = 390
SENT_ONLY = 405
FORMS = """[...document.querySelectorAll('main form[method=post]')].filter((form) =>
  [...form.elements].some((one) => one.name && !['hidden', 'submit'].includes(one.type)))"""
SEND_EMPTY = f"""(number) => {{
  const form = {FORMS}[number]
  for (const one of form.elements) {{
    if (one.type === 'checkbox' || one.type === 'radio') one.checked = false
    else if (one.tagName === 'SELECT') one.selectedIndex = -1
    else if (one.type !== 'hidden' && one.tagName !== 'BUTTON') one.value = ''
  }}
  form.noValidate = true
  form.requestSubmit(form.querySelector('button:not([type=button])'))
}}"""
FOCUSED = "() => Boolean(document.activeElement.closest('.nhsuk-error-summary'))"


@pytest.fixture(scope="session")
def there(demo: Demo) -> places.World:
    """Something for every number in an address."""
    return places.world(make_things(demo))


@pytest.fixture(scope="session")
def first_morning(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A portal whose people are let in, and in which nothing was collected, claimed or paid."""
    data = tmp_path_factory.mktemp("first-morning") / "var"
    open_a_portal(data, PRACTICES)
    with serving(data, second_factor="offered") as address:
        yield Demo(address, data, demo.printed)


BY_ROLE = pytest.mark.parametrize("who", ROUTES, ids=lambda who: who or NOBODY)


@BY_ROLE
def test_every_page_with_something_in_it(person: People, there: places.World, who: str) -> None:
    someone = person(who)
    found = []
    for route in ROUTES[who]:
        path = places.address(route, there)
        found += opened(someone, path, leads_on=route.name in places.LEADS_ON)
    assert not found, "\n".join(found)


@BY_ROLE
def test_every_page_with_nothing_in_it(person: People, first_morning: Demo, who: str) -> None:
    someone = person(who, width=PHONE, at=first_morning)
    found = []
    for route in ROUTES[who]:
        if "<" not in route.path:
            leads_on = route.name in places.LEADS_ON | places.ASKED.keys()
            found += opened(someone, f"/{route.path}", leads_on=leads_on)
    assert not found, "\n".join(found)


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


@pytest.mark.parametrize("who", ["", "Practice viewer"], ids=lambda who: who or NOBODY)
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


# Steps -------------------------------------------------------------------------------------------


def opened(someone: Person, path: str, *, leads_on: bool) -> list[str]:
    """What is wrong with a page, or that it isn't shown."""
    answer = someone.page.goto(f"{someone.demo.address}{path}")
    assert answer
    found = [] if answer.status == 200 else [f"{path} answers {answer.status}"]
    shown = urlsplit(someone.page.url).path
    if (shown != urlsplit(path).path) != leads_on:
        found.append(f"{path} leads to {shown}")
    return found + someone.stands()


def forms(someone: Person) -> int:
    """How many forms of the page ask for something and change something."""
    return int(someone.page.evaluate(f"() => {FORMS}.length"))


def sent_empty(someone: Person, path: str, number: int, name: str) -> list[str]:
    """What is wrong with the page that answers a form with nothing in it."""
    page = someone.page
    page.goto(f"{someone.demo.address}{path}")
    with page.expect_navigation():
        page.evaluate(SEND_EMPTY, number)
    found = someone.stands()
    complains = page.locator(".nhsuk-error-summary").count() == 1
    if complains == (name in places.EMPTY_IS_FINE):
        found.append(f"{path}: form {number + 1} sent empty is answered by {page.title()!r}")
    if complains and not page.evaluate(FOCUSED):
        found.append(f"{path}: the summary of errors of form {number + 1} has not the focus")
    if complains and not page.title().startswith("Error: "):
        found.append(f"{path}: after an error the title is {page.title()!r}")
    return found

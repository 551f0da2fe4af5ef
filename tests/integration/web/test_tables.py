"""The table component: what the address asks, what the page shows, and what a file holds."""

import re
from dataclasses import dataclass

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory

from cqrs.portal.web import tables
from cqrs.portal.web.tables import Asked, Cell, Column, Cut, Filter, Shown, Table
from tests.integration.web.reading import words


@dataclass(frozen=True)
class Place:
    """A made-up row."""

    code: str
    name: str
    people: int
    state: str


PLACES = [
    Place(f"X{n:05}", f"Practice {n}", 9_000 - n, "open" if n % 3 else "closed")
    for n in range(1, 6_301)
]
TABLE: Table[Place] = Table(
    caption="Practices",
    thing="practice",
    columns=(
        Column("Practice", lambda p: Cell(p.name, f"/x/{p.code}/", sub=p.code), sort="name"),
        Column("People", lambda p: f"{p.people:,}", sort="people", numeric=True,
               file=lambda p: str(p.people)),
        Column("State", lambda p: Cell(p.state.capitalize(), tag="grey"), label=""),
        Column("Formula", lambda p: "=1+1"),
    ),
    sort="name",
    filters=(
        Filter("text", "Name or code"),
        Filter("state", "State", {"open": "Open", "closed": "Closed"}, default="open"),
    ),
    file_name="practices",
    none_yet=("There is no practice yet.", "They come with the first import."),
)  # fmt: skip
KEYS = {"name": lambda p: p.code, "people": lambda p: p.people}


def request(query: str = "") -> HttpRequest:
    """A request for the table."""
    return RequestFactory().get(f"/practices/{query}")


def fetch(wanted: Asked) -> Cut[Place]:
    """The rows that match, from a list."""
    rows = [
        p for p in PLACES
        if wanted["state"] in ("", p.state) and wanted["text"].lower() in p.name.lower()
    ]  # fmt: skip
    return tables.cut(rows, wanted, KEYS)


def shown(query: str = "") -> Shown[Place]:
    """The table as the address asks for it."""
    return tables.show(request(query), TABLE, fetch)


def html(page: Shown[Place]) -> str:
    """The table as the template draws it."""
    template = engines["jinja2"].from_string(
        '{% from "nhs/table.jinja" import table %}{{ table(shown) }}'
    )
    return template.render({"shown": page})


def test_one_page_of_many_says_where_it_stands() -> None:
    page = shown("?page=2&state=all")
    assert page.range == "Showing 21 to 40 of 6,300 practices"
    assert page.in_title == " (page 2 of 315)"
    assert [line[0].cell.text for line in page.lines][:1] == ["Practice 21"]
    drawn = words(html(page))
    assert "Showing 21 to 40 of 6,300 practices" in drawn
    assert "Page 2 of 315" in drawn


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert shown("?page=99999&state=all").range == "Showing 6,281 to 6,300 of 6,300 practices"


@pytest.mark.parametrize("sort", ["", "nonsense", "-nonsense", "state"])
def test_an_order_that_is_not_offered_is_the_usual_one(sort: str) -> None:
    assert shown(f"?sort={sort}").asked.sort == "name"


def test_a_heading_turns_the_order_round_and_says_which_it_is() -> None:
    first = shown()
    assert [h.sorted for h in first.headings] == ["ascending", "", "", ""]
    assert first.headings[0].address == "?sort=-name"
    assert first.headings[1].address == "?sort=-people", "numbers begin with the largest"
    assert first.headings[2].address == ""
    turned = shown("?sort=-people&page=3&text=practice")
    assert turned.headings[1].sorted == "descending"
    assert turned.headings[1].address == "?sort=people&text=practice", "the page starts anew"
    assert 'aria-sort="descending"' in html(turned)


def test_filters_stand_in_the_address_and_are_taken_off_one_by_one() -> None:
    page = shown("?text=practice+12&state=closed&sort=-name")
    assert [tag.label for tag in page.tags] == ["Name or code: practice 12", "State: Closed"]
    assert page.tags[0].address == "?state=closed&sort=-name"
    assert page.tags[1].address == "?text=practice+12&state=all&sort=-name"
    assert page.everything == "?state=all&sort=-name"
    drawn = html(page)
    assert 'value="practice 12"' in drawn
    assert '<option value="closed" selected>Closed</option>' in drawn


@pytest.mark.parametrize("query", ["?state=nonsense", "?state=all", "?state="])
def test_an_unknown_choice_filters_nothing(query: str) -> None:
    assert shown(query).cut.matching == 6_300


def test_a_filter_with_a_default_is_in_use_unless_told() -> None:
    assert [tag.label for tag in shown().tags] == ["State: Open"]
    assert shown().cut.matching == 4_200


def test_nothing_that_matches_keeps_the_filters_open_and_the_way_back() -> None:
    drawn = html(shown("?text=nowhere%00"))
    assert "No practice matches these filters." in drawn
    assert '<details class="nhsuk-details app-filters" open>' in drawn
    assert "Remove filter" in drawn


def test_nothing_at_all_says_how_rows_come() -> None:
    empty = tables.show(request("?state=all"), TABLE, lambda wanted: tables.cut([], wanted))
    drawn = html(empty)
    assert "They come with the first import." in drawn
    assert "<form" not in drawn
    assert empty.file == ""


def test_what_people_typed_is_never_markup() -> None:
    drawn = html(shown("?text=<script>alert(1)</script>"))
    assert "<script>" not in drawn


def test_every_cell_of_a_card_says_what_it_is() -> None:
    drawn = html(shown("?text=Practice+6299"))
    assert 'data-label="People"' in drawn
    assert 'data-label="State"' not in drawn, "a tag needs no label"
    assert drawn.count('scope="row"') == 1
    assert '<strong class="nhsuk-tag nhsuk-tag--grey">Open</strong>' in drawn


def test_the_file_holds_every_row_that_matches_as_plain_cells() -> None:
    asked = request("?state=closed&format=csv&page=3")
    assert tables.wants_file(asked)
    answer = tables.download(asked, TABLE, fetch)
    assert answer["Content-Disposition"] == 'attachment; filename="practices.csv"'
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2_101
    assert rows[:2] == ["Practice,People,State,Formula", "Practice 3,8997,Closed,'=1+1"]


def test_every_link_of_a_table_differs_in_words_or_leads_to_one_place() -> None:
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', html(shown("?page=5")))
    by_words: dict[str, set[str]] = {}
    for address, inner in found:
        by_words.setdefault(words(inner), set()).add(address)
    assert all(len(addresses) == 1 for addresses in by_words.values()), by_words

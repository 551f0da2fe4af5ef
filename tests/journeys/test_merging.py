"""A merger in a browser: proposed with its money shown, agreed by a second person."""

import re
from collections.abc import Callable

from .conftest import Person

People = Callable[..., Person]
CLOSES, GOES_ON = "A92026", "A92058"
POUNDS = re.compile(r"£[\d,]+\.\d\d")


def test_a_merger_shows_its_money_and_needs_a_second_person(person: People) -> None:
    proposer = person("Commissioning manager")
    proposer.open("/changes/")
    proposer.follow("Propose a change")
    nothing_filled_in_is_explained(proposer)
    fill_in(proposer)
    proposer.press("See what it does")
    before, after = totals(proposer)
    assert before == after, "a merger moves money and makes none"
    assert POUNDS.search(before), before
    proposer.sees("from 1 July 2026")
    proposer.picture("merger-preview")
    proposer.press("Propose the merger")
    proposer.sees("A second person must agree it")
    assert decisions(proposer) == 0

    agreeing = person("ICB finance manager")
    agreeing.follow(re.compile("^Agree or refuse: Cedar Close Surgery"))
    assert totals(agreeing) == (before, after)
    agreeing.picture("merger-decision")
    agreeing.press("Agree the merger")
    agreeing.sees("You agreed the change")
    assert decisions(agreeing) == 0

    proposer.open("/changes/")
    proposer.sees("Agreed")
    both_views_are_kept(agreeing)


def nothing_filled_in_is_explained(proposer: Person) -> None:
    """An empty form names every question and says what to enter."""
    proposer.press("See what it does")
    proposer.sees("There is a problem")
    proposer.sees("Enter the code of at least one provider that closes")


def fill_in(proposer: Person) -> None:
    """Cedar Close Surgery goes into Station Practice on 1 July; its people come along."""
    page = proposer.page
    page.get_by_label("Merger: one or more providers close").check()
    page.get_by_label("Which providers close?").fill(CLOSES)
    page.get_by_label("Which providers go on?").fill(GOES_ON)
    page.get_by_label("First day on which it is so").fill("1/7/2026")
    page.get_by_label("They get the same roles at the successor").check()
    page.get_by_label("Why?").fill("The partners of Cedar Close retire on 30 June.")


def totals(someone: Person) -> tuple[str, str]:
    """What stands under "Together" before and after: patients, claims and pounds."""
    rows = someone.page.get_by_role("row").filter(has_text="Together").all_inner_texts()
    assert len(rows) == 2, rows
    before, after = (re.sub(r"\s+", " ", row).strip() for row in rows)
    return before, after


def decisions(someone: Person) -> int:
    """How many buttons would agree a change."""
    return someone.page.get_by_role("button", name=re.compile("^Agree")).count()


def both_views_are_kept(someone: Person) -> None:
    """Both practices and their claims stay where they were found before."""
    for code in (CLOSES, GOES_ON):
        claim = f"/claims/LDHC2526-2026-03-31-{code}/"
        someone.open(claim)
        someone.sees(code)

"""The work queue: claims ticked, looked over, approved together, and what became of each."""

import re
from collections.abc import Callable

from .conftest import Person

People = Callable[..., Person]
TICKED = 2


def test_claims_are_approved_together_after_a_look(person: People) -> None:
    approver = person("ICB approval manager")
    approver.open("/queue/")
    boxes = approver.page.get_by_role("checkbox", name=re.compile("^Select (?!Larkfield)"))
    for number in range(TICKED):
        boxes.nth(number).check(force=True)  # its label lies over the small box
    approver.press(re.compile("^Review"))
    approver.sees("Check before you approve")
    approver.press(re.compile(f"^Approve {TICKED} claims, £"))
    approver.sees(f"{TICKED} claims approved")
    approver.sees("Nothing was left out")

"""The whole road in a browser: from a practice's counts to "sent", by the people who may."""

import re
from collections.abc import Callable

import pytest

from .conftest import Person

People = Callable[..., Person]
CLAIM = "/claims/QOF2526-2026-03-31-A99001/"
POUNDS = re.compile(r"£[\d,]+\.\d\d")


def test_from_counts_to_sent(person: People) -> None:
    manager = person("Practice manager")
    manager.sees("What needs your practice")
    manager.picture("home")
    amount = the_manager_opens_a_pound(manager)

    declarer = person("Practice declarer")
    the_declarer_declares(declarer, amount)

    approver = person("ICB approval manager")
    the_approver_returns_it(approver, amount)
    manager.open("/")
    manager.sees("The hypertension counts look too high. Check them.")
    declarer.open(f"{CLAIM}declare/")
    the_declarer_agrees(declarer, amount)
    approver.open(CLAIM)
    decide(approver, "Approve")
    approver.sees("Awaiting finance")
    assert approver.page.get_by_role("button", name="Continue").count() == 0

    finance = person("ICB finance manager")
    finance.open(CLAIM)
    decide(finance, "Finance-approve")

    run = the_run_is_built(person("Payment operator"))
    the_run_is_released(person("Payment releaser"), run)

    manager.open(CLAIM)
    manager.sees("Sent")
    manager.sees(run)
    manager.picture("sent")


def the_manager_opens_a_pound(manager: Person) -> str:
    """From home to the workings of a figure in three clicks; returns the claim's amount."""
    manager.follow("See all indicators of QOF 2025/26")
    manager.sees("Achievement at 31 March 2026")
    manager.picture("achievement")
    manager.follow("DM020")
    heading = manager.page.get_by_role("heading", level=1).inner_text()
    figure = POUNDS.search(heading)
    assert figure, heading
    manager.sees(re.compile("Check it with a (pocket )?calculator"))
    manager.sees("Where each number comes from")
    manager.picture("explain")
    assert pressed(manager) == figure.group()
    manager.open(CLAIM)
    lead = POUNDS.search(manager.page.locator(".app-lead").inner_text())
    assert lead
    return lead.group()


def pressed(manager: Person) -> str:
    """Press the printed keys on a calculator of plenty digits and round to the penny."""
    from fractions import Fraction

    from cqrs.values import pounds_text, round_half_up

    keys = manager.page.locator(".app-keys kbd").all_inner_texts()
    shown = Fraction(keys[0])
    for sign, figure in zip(keys[1:-1:2], keys[2:-1:2], strict=True):
        shown = shown * Fraction(figure) if sign == "×" else shown / Fraction(figure)
    return pounds_text(int(round_half_up(shown * 100, 0)))


def the_declarer_declares(declarer: Person, amount: str) -> None:
    declarer.open("/")
    declarer.follow("Declare: QOF 2025/26")
    declarer.picture("declare")
    declarer.press(f"Declare {amount}")
    declarer.sees("There is a problem")
    assert declarer.page.title().startswith("Error: ")
    declarer.picture("declare-error")
    the_declarer_agrees(declarer, amount)


def the_declarer_agrees(declarer: Person, amount: str) -> None:
    declarer.page.get_by_label("I have checked these figures").check()
    declarer.press(f"Declare {amount}")
    declarer.open(CLAIM)
    declarer.sees("Awaiting commissioner")


def the_approver_returns_it(approver: Person, amount: str) -> None:
    approver.sees("What needs you")
    approver.picture("home-commissioner")
    approver.open("/queue/")
    approver.picture("queue")
    approver.open("/queue/?text=A99001")
    approver.follow("Larkfield Road Surgery")
    approver.sees(amount)
    approver.picture("claim")
    decide(approver, "Return")
    approver.sees("There is a problem")
    approver.picture("claim-error")
    approver.page.get_by_label("What should the practice do?").fill(
        "The hypertension counts look too high. Check them."
    )
    reason = approver.page.locator("select[name=reason_code], select[name=code]")
    if reason.count():
        reason.select_option(index=1)
    approver.press("Continue")
    approver.open(CLAIM)
    approver.sees("Returned")


def decide(someone: Person, decision: str) -> None:
    """Choose in the decision panel and go on."""
    someone.page.get_by_role("radio", name=re.compile(f"^{decision}")).check()
    someone.press("Continue")


def the_run_is_built(operator: Person) -> str:
    """Build a run of everything approved; returns its reference."""
    operator.open("/payments/")
    operator.picture("payments")
    operator.follow(re.compile("^Build"))
    operator.press(re.compile("^Build a run of £"))
    heading = operator.page.get_by_role("heading", level=1).inner_text()
    assert operator.page.locator("main a").filter(has_text="Release").count() == 0
    return heading.removeprefix("Payment run").strip()


def the_run_is_released(releaser: Person, run: str) -> None:
    releaser.open(f"/payments/{run}/")
    releaser.picture("run")
    releaser.follow(re.compile("^Release £"))
    releaser.press(re.compile("^Release £"))
    releaser.open(f"/payments/{run}/")
    releaser.sees("SHA-256")
    with releaser.page.expect_download() as download:
        releaser.page.locator("main a").filter(has_text=".csv").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert any("A99001" in line for line in lines)
    amounts = [int(line.split(",")[5]) for line in lines[1:-1]]
    assert str(sum(amounts)) in lines[-1]
    written = list((releaser.demo.data / "outgoing").glob("*"))
    assert any(path.name == download.value.suggested_filename for path in written)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_viewer_sees_points_and_no_pounds(person: People, width: int) -> None:
    viewer = person("Practice viewer", width=width)
    for path in ("/", "/claims/", CLAIM, f"{CLAIM}achievement/", f"{CLAIM}explain/DM020/"):
        viewer.open(path)
        assert "£" not in viewer.page.get_by_role("main").inner_text(), path
    viewer.open(f"{CLAIM}achievement/")
    viewer.picture("no-pounds")


def test_provisional_figures_can_not_be_declared(person: People) -> None:
    manager = person("Practice manager (")
    manager.open("/claims/")
    manager.follow("December 2025")
    manager.sees(re.compile("[Pp]rovisional"))
    manager.follow(re.compile("See all .* indicators"))
    manager.sees("These figures are provisional")
    assert manager.page.get_by_role("link", name="Check and declare").count() == 0
    manager.picture("provisional")


def test_an_empty_home_says_so(person: People) -> None:
    operator = person("National data operator")
    operator.open("/collections/")
    operator.picture("collections")
    releaser = person("Payment releaser")
    releaser.open("/")
    releaser.picture("home-releaser")


PLACES = {
    "Practice manager": ["/", "/claims/", CLAIM, f"{CLAIM}achievement/", f"{CLAIM}explain/VI001/"],
    "Practice declarer": [f"{CLAIM}declare/", "/help/"],
    "ICB approval manager": ["/", "/queue/", CLAIM, "/queue/?text=nobody"],
    "ICB finance manager": ["/", "/queue/"],
    "Payment operator": ["/", "/payments/", "/payments/build/"],
    "National data operator": ["/", "/collections/"],
    "Auditor": ["/", "/audit/"],
}


@pytest.mark.parametrize("role", PLACES)
def test_every_page_fits_a_phone(person: People, role: str) -> None:
    someone = person(role, width=390)
    for path in PLACES[role]:
        someone.open(path)


def test_the_road_works_without_scripts(person: People) -> None:
    manager = person("Practice manager", scripts=False)
    manager.open(f"{CLAIM}achievement/?show=max")
    manager.follow(re.compile(r"^[A-Z]{2,4}\d{3}$"))
    manager.sees("Where each number comes from")

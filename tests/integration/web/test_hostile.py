"""What a browser never sends: such requests are answered, never a fault of ours."""

import pytest

from tests import factories
from tests.integration.web.conftest import SignIn

HUGE = "9" * 30


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("priya", "/queue/?text=%00"),
        ("priya", "/queue/?text=%00&state=all&flag=%00"),
        ("priya", "/claims/%00/"),
        ("ama", "/claims/A%00/declare/"),
        ("grace", "/payments/%00/"),
        ("felix", f"/collections/{HUGE}/"),
        ("felix", f"/audit/?page={HUGE}"),
    ],
)
def test_odd_addresses_are_no_fault(
    qof: factories.Loaded, sign_in: SignIn, who: str, address: str
) -> None:
    assert sign_in(who).get(address).status_code in (200, 404)


@pytest.mark.parametrize("number", [HUGE, "99999999999999999999", "\x00"])
def test_odd_picks_are_no_claims(qof: factories.Loaded, sign_in: SignIn, number: str) -> None:
    answer = sign_in("priya").post("/queue/confirm/", {"chosen": f"approve:{number}:abc"})
    assert answer.status_code == 404

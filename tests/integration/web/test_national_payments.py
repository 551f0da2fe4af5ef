"""Payment runs through the pages: one person builds, another releases, and nobody twice."""

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments import queries
from cqrs.portal.payments.queries import RunCard
from cqrs.values import digest, pounds_text
from tests import factories
from tests.integration.web import crowd
from tests.integration.web.conftest import SignIn
from tests.integration.web.reading import text, words

AT_MOST = 12
TWO = ["A99001", "A99002"]


def approve_fully(codes: list[str]) -> None:
    """Take the claims of these practices as far as they go without a run."""
    crowd.declare(codes)
    crowd.approve("priya", [c for c in crowd.cards("priya") if c.provider_code in codes])
    crowd.approve("daniel", [c for c in crowd.cards("daniel") if c.provider_code in codes])


@pytest.fixture
def approved(qof: factories.Loaded) -> factories.Loaded:
    """Two approved claims that no run pays yet."""
    approve_fully(TWO)
    return qof


@pytest.fixture
def built(approved: factories.Loaded) -> RunCard:
    """A run that Grace built."""
    return card(payments.build_run(actor=factories.actor("grace")))


def card(reference: str) -> RunCard:
    """The run as it stands."""
    return queries.run(factories.actor("grace"), reference).card


def seen(client: Client) -> dict[str, str]:
    """What the page to build a run sends back."""
    ready = queries.ready(factories.actor("grace"))
    assert client.get("/payments/build/").status_code == 200
    return {"seen": f"{ready.claims}:{ready.pence}"}


def test_the_operator_sees_what_is_ready_and_builds_it(
    approved: factories.Loaded, sign_in: SignIn
) -> None:
    grace = sign_in("grace")
    money = pounds_text(queries.ready(factories.actor("grace")).pence)
    assert f"2 claims approved and not in a run yet, worth {money}" in text(grace, "/payments/")
    assert f"Build a run of {money}" in text(grace, "/payments/build/")
    response = grace.post("/payments/build/", seen(grace), follow=True)
    page = words(response.content.decode())
    assert f"2 claims, {money}" in page
    assert "Waiting for release" in page
    assert "Only a payment releaser may release a payment run." in page
    assert queries.ready(factories.actor("grace")).claims == 0


def test_more_approved_meanwhile_is_shown_before_anything_is_built(
    approved: factories.Loaded, sign_in: SignIn
) -> None:
    grace = sign_in("grace")
    before = seen(grace)
    approve_fully(["A99003"])
    response = grace.post("/payments/build/", before)
    assert response.status_code == 409
    page = response.content.decode()
    assert "<title>Error: Build a payment run" in page
    assert "it is now 3 claims" in page
    assert not queries.runs(factories.actor("grace"))


def test_nothing_ready_builds_nothing(qof: factories.Loaded, sign_in: SignIn) -> None:
    grace = sign_in("grace")
    assert "Nothing is ready" in text(grace, "/payments/")
    assert "No run has been built yet." in text(grace, "/payments/")
    assert grace.post("/payments/build/", {"seen": "0:0"}).status_code == 409
    assert not queries.runs(factories.actor("grace"))


def test_a_second_person_releases_and_fetches_the_file(built: RunCard, sign_in: SignIn) -> None:
    liam, address = sign_in("liam"), f"/payments/{built.reference}/"
    money = pounds_text(built.total_pence)
    assert f"Release {built.reference}" in text(liam, "/")
    assert f"Release {money} for 2 claims" in text(liam, f"{address}release/")
    page = words(liam.post(f"{address}release/", follow=True).content.decode())
    assert f"You released {money}." in page
    released = card(built.reference)
    assert released.state == "released"
    assert released.file_sha256 in page
    response = liam.get(f"{address}file/")
    assert digest(response.content) == released.file_sha256
    assert response["Content-Disposition"] == f'attachment; filename="{built.reference}.csv"'
    assert response["Content-Type"].startswith("text/csv")


def test_the_builder_is_told_why_they_cannot_release(built: RunCard, sign_in: SignIn) -> None:
    accounts.grant(
        actor=command_actor(),
        email=factories.email("grace"),
        role="payment_releaser",
        organisation_code=factories.NATION,
        start_date=crowd.START,
    )
    grace, address = sign_in("grace"), f"/payments/{built.reference}/"
    page = grace.get(address).content.decode()
    assert "You built this run, so another person must release it." in page
    assert f"{address}release/" not in page
    response = grace.post(f"{address}release/")
    assert response.status_code == 409
    assert "another person must release it" in response.content.decode()
    assert card(built.reference).state == "built"


def test_a_run_is_released_once(built: RunCard, sign_in: SignIn) -> None:
    liam, address = sign_in("liam"), f"/payments/{built.reference}/release/"
    liam.post(address)
    released = card(built.reference)
    response = liam.post(address)
    assert response.status_code == 409
    assert "A run is released once." in response.content.decode()
    assert card(built.reference) == released


def test_cancelling_needs_a_reason_and_gives_the_claims_back(
    built: RunCard, sign_in: SignIn
) -> None:
    grace, address = sign_in("grace"), f"/payments/{built.reference}/cancel/"
    response = grace.post(address, {"reason": "  "})
    assert response.status_code == 409
    assert "Enter why the run is cancelled" in response.content.decode()
    assert "<title>Error: Cancel" in response.content.decode()
    assert card(built.reference) == built
    page = words(
        grace.post(address, {"reason": "Built before the last approval."}, follow=True)
        .content.decode()
    )  # fmt: skip
    assert "Built before the last approval." in page
    assert card(built.reference).state == "cancelled"
    assert queries.ready(factories.actor("grace")).claims == 2
    assert grace.post(address, {"reason": "Again."}).status_code == 409


def test_a_released_run_cannot_be_cancelled(built: RunCard, sign_in: SignIn) -> None:
    payments.release_run(actor=factories.actor("liam"), run_reference=built.reference)
    released = card(built.reference)
    response = sign_in("grace").post(f"/payments/{built.reference}/cancel/", {"reason": "Oh."})
    assert response.status_code == 409
    assert "was released by Liam Hart" in response.content.decode()
    assert card(built.reference) == released


@pytest.mark.parametrize("who", ["ama", "helen", "priya", "daniel", "anita"])
def test_others_see_no_run_and_fetch_no_file(built: RunCard, sign_in: SignIn, who: str) -> None:
    payments.release_run(actor=factories.actor("liam"), run_reference=built.reference)
    client = sign_in(who)
    for tail in ("", f"{built.reference}/", f"{built.reference}/file/", "build/"):
        assert client.get(f"/payments/{tail}").status_code == 403, tail
    for tail in ("build/", f"{built.reference}/release/", f"{built.reference}/cancel/"):
        assert client.post(f"/payments/{tail}", {"reason": "No."}).status_code == 403, tail


def test_each_role_does_only_its_own_step(built: RunCard, sign_in: SignIn) -> None:
    address = f"/payments/{built.reference}/"
    assert sign_in("liam").post("/payments/build/", {"seen": "0:0"}).status_code == 403
    assert sign_in("grace").post(f"{address}release/").status_code == 403
    felix = sign_in("felix")
    assert felix.get(address).status_code == 200
    for tail in ("release/", "cancel/"):
        assert felix.post(f"{address}{tail}", {"reason": "No."}).status_code == 403
    assert card(built.reference) == built


def test_an_unknown_run_is_not_found(england: None, sign_in: SignIn) -> None:
    for tail in ("", "release/", "file/"):
        assert sign_in("liam").get(f"/payments/RUN-NONE/{tail}").status_code == 404


def test_a_run_that_is_not_released_has_no_file(built: RunCard, sign_in: SignIn) -> None:
    assert sign_in("liam").get(f"/payments/{built.reference}/file/").status_code == 404


@pytest.mark.national
def test_long_runs_are_paged_and_need_no_more_queries(
    england: None, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    loaded = factories.load_service(final=False)
    many = crowd.add(loaded, 130)
    factories.calculate(loaded.collection_id)
    approve_fully(many[:95])
    reference = payments.build_run(actor=factories.actor("grace"))
    liam = sign_in("liam")
    page = liam.get(f"/payments/{reference}/").content.decode()
    assert f"<title>Payment run {reference} (page 1 of 2)" in page
    assert page.count('data-label="Payment identity"') == 50
    for address in ("/", "/payments/", f"/payments/{reference}/", f"/payments/{reference}/?page=2"):
        with django_assert_max_num_queries(AT_MOST):
            assert liam.get(address).status_code == 200

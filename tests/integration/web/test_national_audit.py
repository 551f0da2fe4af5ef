"""The audit trail as an auditor reads it."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.claims.actions import calculate_nation
from tests import factories
from tests.integration.web import crowd
from tests.integration.web.conftest import SignIn
from tests.integration.web.reading import text

AT_MOST = 12


def test_events_are_sentences_newest_first(qof: factories.Loaded, sign_in: SignIn) -> None:
    crowd.declare(["A99001"])
    page = text(sign_in("felix"), "/audit/")
    assert "Dr Ama Osei declared QOF2526-2026-03-31-A99001" in page
    assert page.index("Dr Ama Osei declared") < page.index("calculated QOF 2025/26")


def test_the_chain_is_verified_when_asked(qof: factories.Loaded, sign_in: SignIn) -> None:
    felix = sign_in("felix")
    assert "Check the whole chain now" in text(felix, "/audit/")
    page = text(felix, "/audit/?check=chain")
    assert "The chain holds" in page
    assert "events hold." in page


@pytest.mark.parametrize("who", ["ama", "priya", "grace", "liam", "anita"])
def test_others_do_not_read_it(qof: factories.Loaded, sign_in: SignIn, who: str) -> None:
    assert "Only an auditor" in text(sign_in(who), "/audit/", status=403)


def test_pages_are_numbered_and_need_few_queries(
    qof: factories.Loaded, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd.add(qof, 60)
    calculate_nation(actor=command_actor(), collection_id=qof.collection_id)
    crowd.declare(crowd.codes(60))
    felix = sign_in("felix")
    assert "Audit trail (page 1 of 3)" in text(felix, "/audit/")
    for address in (
        "/",
        "/audit/",
        "/audit/?page=2",
        "/audit/?check=chain",
        "/audit/?page=rubbish",
    ):
        with django_assert_max_num_queries(AT_MOST):
            assert felix.get(address).status_code == 200

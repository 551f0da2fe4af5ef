"""Collections through the pages: who is missing, striking, calculating."""

from dataclasses import replace

import pytest

from cqrs.portal.claims.actions import Calculated, calculate_nation
from cqrs.portal.collection import queries
from cqrs.portal.web.national.collections import is_for_operator, waits_for
from tests import factories
from tests.integration.web import crowd
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting
from tests.integration.web.reading import text, words

AT_MOST = 12


@pytest.fixture
def gappy(england: None) -> factories.Loaded:
    """QOF with provisional figures and 60 of 86 practices silent."""
    loaded = factories.load_service(final=False)
    crowd.add(loaded, 80, silent=60)
    return loaded


def overview(loaded: factories.Loaded) -> queries.CollectionOverview:
    """The collection as it stands."""
    return queries.collection(factories.actor("anita"), loaded.collection_id).overview


def test_the_overview_says_what_came_and_what_it_waits_for(
    gappy: factories.Loaded, sign_in: SignIn
) -> None:
    page = text(sign_in("anita"), "/collections/")
    assert "QOF 2025/26, year end" in page
    assert "26 of 86" in page
    assert "Waiting for the counts of 60 practices since 31 March 2026." in page
    assert "QOF 2025/26, year end" in text(sign_in("anita"), "/")


def test_a_collection_names_who_is_missing_and_every_file(
    gappy: factories.Loaded, sign_in: SignIn
) -> None:
    page = text(sign_in("anita"), f"/collections/{gappy.collection_id}/")
    assert "60 practices missing." in page
    assert "The first 50 of 60, by practice code." in page
    assert "B00021" in page
    assert "B00079" not in page
    assert "Supplier 3" in page
    assert page.count("INDICATOR_VALUES") == 2
    assert "Provisional" in page
    assert "60 of 86 practices have sent nothing" in page


def test_striking_final_is_refused_while_somebody_is_missing(
    gappy: factories.Loaded, sign_in: SignIn
) -> None:
    anita, before = sign_in("anita"), overview(gappy)
    address = f"/collections/{gappy.collection_id}/strike/"
    response = anita.post(address, {"status": "final"})
    assert response.status_code == 409
    page = words(response.content.decode())
    assert "60 practices that take part have sent nothing" in page
    assert "B00021" in page
    assert page.startswith("Error: Strike national figures")
    assert overview(gappy) == before


def test_nothing_is_preselected_and_something_must_be(
    gappy: factories.Loaded, sign_in: SignIn
) -> None:
    anita = sign_in("anita")
    address = f"/collections/{gappy.collection_id}/strike/"
    assert " checked" not in anita.get(address).content.decode()
    response = anita.post(address, {})
    assert response.status_code == 409
    assert "Select provisional or final" in response.content.decode()


def test_striking_provisional_then_final_when_all_counts_are_in(
    england: None, sign_in: SignIn
) -> None:
    loaded = factories.load_service(final=False)
    anita, address = sign_in("anita"), f"/collections/{loaded.collection_id}/strike/"
    page = words(anita.post(address, {"status": "provisional"}, follow=True).content.decode())
    assert "struck as provisional" in page
    page = words(anita.post(address, {"status": "final"}, follow=True).content.decode())
    assert "struck as final" in page
    assert "Final figures are never struck again." in page
    response = anita.post(address, {"status": "provisional"})
    assert response.status_code == 409
    assert overview(loaded).reference_status == "final"


def test_calculating_is_asked_for_and_told_in_words(
    england: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = factories.load_service(final=False)
    anita, address = sign_in("anita"), f"/collections/{loaded.collection_id}/"
    assert "Calculate 6 practices" in text(anita, f"{address}calculate/")
    page = words(anita.post(f"{address}calculate/", follow=True).content.decode())
    assert "asked for" in page
    assert "waits for the worker" in page
    done: Calculated = calculate_nation(
        actor=factories.actor("anita"), collection_id=loaded.collection_id
    )
    assert done.unchanged == 6
    page = text(anita, address)
    assert "Anita Shah calculated it: 0 new statements." in page


def test_the_summary_shows_pounds_to_those_who_see_them_only(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    address = f"/collections/{qof.collection_id}/"
    assert "£" not in text(sign_in("anita"), address)
    page = text(sign_in("felix"), address)
    assert "Worth £" in page
    assert "Awaiting provider 6 £" in page
    assert "Strike national figures" not in page
    assert "Calculate 6 practices" not in page


@pytest.mark.parametrize("who", ["ama", "priya", "grace", "liam"])
def test_others_see_no_collection(qof: factories.Loaded, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    for tail in ("", f"{qof.collection_id}/", f"{qof.collection_id}/strike/"):
        assert client.get(f"/collections/{tail}").status_code == 403
    for tail in ("strike/", "calculate/"):
        address = f"/collections/{qof.collection_id}/{tail}"
        assert client.post(address, {"status": "final"}).status_code == 403


def test_an_auditor_reads_and_changes_nothing(qof: factories.Loaded, sign_in: SignIn) -> None:
    felix, before = sign_in("felix"), overview(qof)
    for tail in ("strike/", "calculate/"):
        address = f"/collections/{qof.collection_id}/{tail}"
        assert felix.post(address, {"status": "final"}).status_code == 403
    assert overview(qof) == before


def test_an_unknown_collection_is_not_found(england: None, sign_in: SignIn) -> None:
    for tail in ("", "strike/", "calculate/"):
        assert sign_in("anita").get(f"/collections/987654/{tail}").status_code == 404


def test_without_a_collection_the_page_says_what_would_fill_it(
    england: None, sign_in: SignIn
) -> None:
    assert "No collection is open." in text(sign_in("anita"), "/collections/")
    assert "Nothing needs you." in text(sign_in("anita"), "/")


def test_many_practices_need_no_more_queries(gappy: factories.Loaded, sign_in: SignIn) -> None:
    anita, one = sign_in("anita"), f"/collections/{gappy.collection_id}/"
    for address in ("/", "/collections/", one, f"{one}strike/", f"{one}calculate/"):
        with counting() as made:
            assert anita.get(address).status_code == 200
        assert len(made) <= AT_MOST, (address, [query["sql"][:90] for query in made])


LD = "learning_disability_health_check/2025-26"


def test_a_service_without_registers_never_waits_for_national_figures(
    england: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr(factories, "calculate", lambda *_, **__: None)
        loaded = factories.load_service(LD)
    anita, address = sign_in("anita"), f"/collections/{loaded.collection_id}/"
    page = text(anita, address)
    assert "Waiting for a data operator to calculate, all counts of 31 March 2026 are in." in page
    assert "Strike national figures" not in page
    factories.calculate(loaded.collection_id)
    for page in (text(anita, address), text(anita, "/collections/"), text(anita, "/")):
        assert "Waiting for practices and commissioners. Next: each claim is declared" in page
    for shown in (address, "/collections/"):
        assert "Not needed" in text(anita, shown)
    refused = anita.post(f"/collections/{loaded.collection_id}/strike/", {"status": "provisional"})
    assert refused.status_code == 409
    assert "needs no national figures, so none are struck" in words(refused.content.decode())


def test_in_year_figures_are_never_said_to_become_final(gappy: factories.Loaded) -> None:
    december = replace(overview(gappy), purpose="in_year", reference_status="", struck_at=None)
    complete = replace(december, received=december.expected)
    for row in (december, complete):
        assert "final" not in waits_for(row, calculated=False)
    assert waits_for(complete, calculated=False).endswith("are struck as provisional.")
    assert not is_for_operator(replace(complete, reference_status="provisional"), calculated=False)


def test_final_figures_wait_to_be_calculated(gappy: factories.Loaded) -> None:
    struck = replace(overview(gappy), reference_status="final", received=86)
    assert waits_for(struck, calculated=False).startswith("Waiting for a data operator to calc")
    assert is_for_operator(struck, calculated=False)
    assert not is_for_operator(struck, calculated=True)

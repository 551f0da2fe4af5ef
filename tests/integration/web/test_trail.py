"""The pages of the trail: an organisation's own, the auditor's searches and files, the heads."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from cqrs.exchange.audit_seal import check_lines
from cqrs.portal.audit import queries
from cqrs.portal.audit.models import Event, View
from tests import factories
from tests.factories import actor
from tests.integration.web import crowd
from tests.integration.web.conftest import SignIn
from tests.integration.web.reading import text

AT_MOST = 12
CLAIM = "/claims/QOF2526-2026-03-31-A99001/"


def test_a_practice_reads_its_own_trail(
    qof: factories.Loaded, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd.declare(["A99001"])
    ama = sign_in("ama")
    page = text(ama, "/trail/")
    assert "Dr Ama Osei declared QOF2526-2026-03-31-A99001" in page
    assert "£" not in page
    with django_assert_max_num_queries(AT_MOST):
        ama.get("/trail/?words=declared&group=claims.")
    assert "No event matches" in text(ama, "/trail/?words=chimney")


@pytest.mark.parametrize("who", ["grace", "liam"])
def test_roles_without_a_trail_are_refused(
    qof: factories.Loaded, sign_in: SignIn, who: str
) -> None:
    assert "read what happened here" in text(sign_in(who), "/trail/", status=403)


def test_a_day_that_is_none_is_told(qof: factories.Loaded, sign_in: SignIn) -> None:
    page = text(sign_in("felix"), "/audit/?first=soon&before=rubbish&group=all")
    assert "There is a problem" in page
    assert "The first day must be a date, such as 2026-05-12." in page


def test_looking_at_anothers_pounds_is_kept_and_at_ones_own_is_not(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    crowd.declare(["A99001"])
    sign_in("ama").get(CLAIM)
    assert not View.objects.exists()
    priya = sign_in("priya")
    for address in (CLAIM, f"{CLAIM}achievement/", f"{CLAIM}achievement.csv", "/queue/"):
        assert priya.get(address).status_code == 200
    kept = View.objects.filter(person_name=actor("priya").name, owner_code="A99001")
    assert [(view.kind, view.reference) for view in kept] == [
        ("claim", "QOF2526-2026-03-31-A99001")
    ]


def test_a_page_without_pounds_keeps_nothing(qof: factories.Loaded, sign_in: SignIn) -> None:
    crowd.declare(["A99001"])
    page = sign_in("helen").get(CLAIM)
    assert page.status_code in (200, 404)
    assert not View.objects.exists()


def test_refusals_and_missing_things_are_kept_once_and_alike(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    ama = sign_in("ama")
    others, nobodys = "QOF2526-2026-03-31-A99002", "QOF2526-2026-03-31-A99999"
    for _ in range(2):
        for address in ("/audit/", f"/claims/{others}/", f"/claims/{nobodys}/"):
            assert ama.get(address).status_code in (403, 404)
    told = [e.sentence for e in Event.objects.filter(action="audit.refuse").order_by("seq")]
    assert len(told) == 3
    assert told[0].startswith("Dr Ama Osei was refused GET /audit/: Only an auditor")
    assert told[1].replace(others, nobodys) == told[2]


def test_an_auditor_takes_events_out(qof: factories.Loaded, sign_in: SignIn) -> None:
    felix = sign_in("felix")
    answer = felix.get("/audit/events.jsonl")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined] # streams
    assert check_lines(lines) == queries.last_seq(), "that it was taken out is its last line"
    assert json.loads(lines[0])["seq"] == 1
    sheet = b"".join(
        felix.get("/audit/events.csv?group=organisations.").streaming_content  # type: ignore[attr-defined] # streams
    ).decode("utf-8-sig")
    assert sheet.splitlines()[0].startswith("seq,at,actor_id,actor_name")
    assert "organisations.register" in sheet
    assert "claims." not in sheet
    assert Event.objects.filter(action="audit.take_out").count() == 2


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_others_take_nothing_out(qof: factories.Loaded, sign_in: SignIn, ending: str) -> None:
    before = queries.last_seq()
    assert sign_in("priya").get(f"/audit/events.{ending}").status_code == 403
    assert not Event.objects.filter(action="audit.take_out").exists()
    assert queries.last_seq() == before + 1, "the refusal alone"


def test_anybody_reads_the_published_heads(
    qof: factories.Loaded,
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CQRS_DATA", str(tmp_path))
    page = text(client, "/audit/heads/")
    assert "No head has been published yet" in page
    queries.publish(tmp_path / "published", queries.head())
    page = text(client, "/audit/heads/")
    assert queries.head().hash[:32] in page


def test_a_claims_page_leads_to_its_trail_for_who_reads_it_and_for_nobody_else(
    qof: factories.Loaded, sign_in: SignIn
) -> None:
    link = "/trail/?subject=QOF2526-2026-03-31-A99001"
    assert link in sign_in("ama").get(CLAIM).content.decode()
    assert link not in sign_in("helen").get(CLAIM).content.decode()
    crowd.declare(["A99001"])
    assert "declared QOF2526-2026-03-31-A99001" in sign_in("ama").get(link).content.decode()

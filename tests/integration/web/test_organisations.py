"""Pages of organisations: who sees which, loading files on screen, clusters by date."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.audit.models import Event
from cqrs.portal.jobs.telling import tell
from cqrs.portal.mergers import actions as actions_of_changes
from cqrs.portal.messages.models import Notice
from cqrs.portal.organisations import actions, queries
from cqrs.portal.organisations.actions import NewListSize, NewOrganisation
from cqrs.portal.organisations.models import OdsUpload, Organisation
from cqrs.values import clock
from tests.factories import NORTHMOOR, WESTMERE, actor, user
from tests.integration.rooms.road import everything
from tests.integration.rooms.test_mergers import agreed, merger, person
from tests.integration.rooms.test_ods_import import known
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import counting, lines
from tests.ods_files import practice

NEW = practice("A99101", "NEW SURGERY", commissioner=WESTMERE)


def page(client: Client, name: str, *given: Any, query: str = "", status: int = 200) -> str:
    answer = client.get(reverse(f"organisations:{name}", args=given) + query)
    assert answer.status_code == status, answer.content.decode()[:300]
    return lines(answer)


def post(client: Client, view: str, /, *given: Any, **data: Any) -> Any:
    return client.post(reverse(f"organisations:{view}", args=given), data)


def kept() -> dict[str, Any]:
    """Every row of the rooms; that somebody was refused is told in the audit trail."""
    return {name: rows for name, rows in everything().items() if not name.startswith("audit.")}


def number(code: str) -> int:
    return queries.by_code(code).id


def send(client: Client, *files: bytes, day: str = "1 April 2026") -> Any:
    many = [SimpleUploadedFile(f"epraccur-{n}.csv", one) for n, one in enumerate(files, start=1)]
    return post(client, "import", ods_files=many, effective_date=day)


@pytest.mark.parametrize(
    ("who", "seen"), [("helen", 1), ("quay", 1), ("priya", 5), ("tom", 3), ("felix", 10)]
)
def test_everybody_sees_the_organisations_of_their_reach(
    england: None, sign_in: SignIn, who: str, seen: int
) -> None:
    told = page(sign_in(who), "list")
    assert f"{seen} organisation" in told, told


def test_an_organisation_of_others_looks_as_if_it_did_not_exist(
    england: None, sign_in: SignIn
) -> None:
    for who, code in (("helen", "A99002"), ("priya", "A99005"), ("tom", "A99001")):
        others = sign_in(who).get(reverse("organisations:organisation", args=[number(code)]))
        missing = sign_in(who).get(reverse("organisations:organisation", args=[999_999]))
        assert (others.status_code, missing.status_code) == (404, 404)
        assert lines(others) == lines(missing)


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("?text=mill", "Mill Lane Medical Centre", "1 organisation"),
        ("?text=a9900", "Castle Hill Surgery", "6 organisations"),
        ("?kind=icb", "NHS Northmoor ICB", "2 organisations"),
        (f"?under={WESTMERE}", "Larkfield Road Surgery", "4 organisations"),
        ("?kind=practice&sort=-name", "The Elms Practice", "6 organisations"),
        ("?standing=closed", "No organisation matches these filters.", ""),
        ("?text=%00%27%25", "No organisation matches these filters.", ""),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(
    england: None, sign_in: SignIn, query: str, first: str, count: str
) -> None:
    told = page(sign_in("felix"), "list", query=query)
    assert first in told
    assert count in told


def test_the_list_of_seven_thousand_takes_as_few_queries_as_a_short_one(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("anita")
    page(client, "list")
    many = [NewOrganisation(f"B{n:05}", f"Surgery {n}", "practice") for n in range(7_000)]
    actions.register(actor=command_actor(), organisations=many)
    with counting() as made:
        told = page(client, "list", query="?sort=name&page=140")
    assert "of 7,010 organisations" in told
    assert len(made) <= 12, [query["sql"][:80] for query in made]


def test_the_page_tells_who_it_is_and_whom_it_belongs_to(england: None, sign_in: SignIn) -> None:
    actions.record_list_sizes(
        actor=command_actor(),
        on_date=clock.today(),
        source_name="With ages",
        source_digest="f" * 64,
        sizes=[NewListSize("A99001", 9_900, age_bands={"0_64": 8_000, "65OV": 1_900})],
    )
    client, larkfield = sign_in("priya"), number("A99001")
    page(client, "list")
    with counting() as made:
        told = page(client, "organisation", larkfield)
    assert "Is commissioned by NHS Westmere ICB (QZ9) from 1 April 2020" in told
    assert "Is a member of Harbour and Vale PCN (U99901) from 1 April 2020" in told
    assert "9,842" in told
    assert "Practice list sizes, January 2026" in told
    assert "By age: 0 to 64: 8,000, 65 and over: 1,900" in told
    assert "Payee reference A99001" in told
    assert len(made) <= 12, [query["sql"][:80] for query in made]


def test_a_data_operator_sends_looks_and_applies(england: None, sign_in: SignIn) -> None:
    client = sign_in("anita")
    before = everything()["organisations.Organisation"]
    answer = send(client, known(NEW))
    upload = OdsUpload.objects.get()
    assert answer["Location"] == reverse("organisations:import-check", args=[upload.pk])
    assert everything()["organisations.Organisation"] == before, "nothing changes by looking"
    told = page(client, "import-check", upload.pk)
    assert "New Surgery (A99101): is commissioned by NHS Westmere ICB (QZ9)" in told
    assert "Apply 1 change" in told
    html = client.get(answer["Location"]).content.decode()
    (shown,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', html)
    assert post(client, "import-check", upload.pk, shown=shown).status_code == 302
    told = page(client, "import-check", upload.pk)
    assert "1 change of organisations applied" in told
    assert "Anita Shah applied it on 12 May 2026" in told
    assert "epraccur-1.csv" in page(client, "import")
    again = send(client, known(NEW))
    told = lines(client.get(again["Location"]))
    assert "Nothing changed." in told
    assert "Anita Shah loaded exactly these files on 12 May 2026" in told
    assert "Apply" not in told


def test_files_with_errors_say_what_to_correct_and_offer_no_button(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("anita")
    wrong = [practice(f"A99{n}", status="X", commissioner=WESTMERE) for n in range(201, 271)]
    answer = send(client, known(*wrong))
    told = lines(client.get(answer["Location"]))
    assert "70 things in the files must be corrected before they can be loaded" in told
    assert "The first 50 of 70" in told
    assert "epraccur-1.csv, row 4 Status Code 'X' is not a status. Write A, C, D or P." in told
    assert "Apply" not in told


def test_a_difference_that_moved_is_shown_again_and_not_applied(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("anita")
    send(client, known(NEW))
    before = everything()
    answer = post(client, "import-check", OdsUpload.objects.get().pk, shown="0" * 64)
    assert answer.status_code == 409
    assert "no longer what you were shown" in lines(answer)
    assert everything() == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"effective_date": "1 April 2026"}, "Select at least one file"),
        (
            {"ods_files": SimpleUploadedFile("a.csv", b"x"), "effective_date": "soon"},
            "Write the date as day, month and year",
        ),
        (
            {"ods_files": SimpleUploadedFile("a.csv", b""), "effective_date": "1 April 2026"},
            "The file is empty",
        ),
    ],
)
def test_a_form_without_what_it_needs_says_so(
    england: None, sign_in: SignIn, data: dict[str, Any], words: str
) -> None:
    client = sign_in("anita")
    before = everything()
    answer = post(client, "import", **data)
    assert answer.status_code == 409
    assert "There is a problem" in lines(answer)
    assert words in lines(answer)
    assert everything() == before


def test_a_closing_date_from_ods_becomes_a_task(england: None, sign_in: SignIn) -> None:
    client = sign_in("anita")
    closed = practice(
        "A99003", "THE ELMS PRACTICE", opened="", commissioner=WESTMERE, status="C",
        closed="20260331",
    )  # fmt: skip
    answer = send(client, known(closed))
    html = client.get(answer["Location"]).content.decode()
    (shown,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', html)
    client.post(answer["Location"], {"shown": shown})
    told = page(client, "list")
    assert "1 provider closes without a closure" in told
    assert "The Elms Practice" in told
    assert "1 provider closes" not in page(sign_in("priya"), "list")


def test_an_organisation_administrator_makes_fills_and_empties_a_cluster(
    england: None, sign_in: SignIn, cluster_keeper: str
) -> None:
    client = sign_in(cluster_keeper)
    assert "There is no cluster yet." in page(client, "clusters")
    made = post(client, "cluster-make", name="Coast practices")
    cluster = int(made["Location"].rstrip("/").rpartition("/")[2])
    added = post(client, "cluster-add", cluster, codes="a99001, A99002", start_date="1 May 2026")
    assert added.status_code == 302
    told = page(client, "cluster", cluster)
    assert "2 providers of NHS Westmere ICB" in told
    assert "2 providers added to Coast practices from 1 May 2026" in told
    out = post(client, "cluster-take-out", cluster, number("A99001"), last_date="11 May 2026")
    assert out.status_code == 302
    told = page(client, "cluster", cluster)
    assert "Larkfield Road Surgery (A99001) from 1 May 2026 to 11 May 2026" in told
    assert {o.code for o in queries.in_cluster(cluster)} == {"A99002"}
    assert "Coast practices" in page(client, "organisation", number("A99002"))
    for refused, words in (
        (post(client, "cluster-make", name="coast  practices"), "already has a cluster called"),
        (
            post(client, "cluster-add", cluster, codes="A99005", start_date="1 May 2026"),
            "A99005: not a provider of NHS Westmere ICB today",
        ),
        (
            post(client, "cluster-add", cluster, codes="A99002", start_date="1 June 2026"),
            "A99002 is in the cluster already",
        ),
        (
            post(client, "cluster-take-out", cluster, number("A99002"), last_date="1 April 2026"),
            "its last day can't be before that",
        ),
    ):
        assert refused.status_code == 409
        assert words in lines(refused)
    assert {o.code for o in queries.in_cluster(cluster)} == {"A99002"}


def test_a_cluster_of_another_commissioner_looks_as_if_it_did_not_exist(
    england: None, sign_in: SignIn, cluster_keeper: str
) -> None:
    from cqrs.portal.organisations.models import Cluster

    other = Cluster.objects.create(owner_id=number(NORTHMOOR), name="Northern", made_at=clock.now())
    client = sign_in(cluster_keeper)
    before = kept()
    for name, more in (("cluster", ()), ("cluster-add", ()), ("cluster-take-out", (1,))):
        for cluster in (other.pk, 999_999):
            assert page(client, name, cluster, *more, status=404)
            sent = post(client, name, cluster, *more, codes="A99001")
            assert sent.status_code == (405 if name == "cluster" else 404)
    assert kept() == before


@pytest.fixture
def cluster_keeper(england: None) -> str:
    """Ruth Calder, who also administers NHS Westmere ICB's clusters."""
    from cqrs.portal.accounts.models import Grant, User

    ruth = User.objects.get(email="ruth@portal.example")
    Grant.objects.create(
        user=ruth,
        role="organisation_administrator",
        organisation_id=number(WESTMERE),
        start_date=clock.today(),
        granted_by_name="Test",
        granted_at=clock.now(),
    )
    return "ruth"


# One step or two, changes of providers -----------------------------------------------------------


def test_an_organisation_administrator_lets_a_provider_work_in_two_steps(
    england: None, sign_in: SignIn
) -> None:
    person("Nell", "organisation_administrator")
    client, larkfield = sign_in("nell"), number("A99001")
    page(client, "list")
    with counting() as made:
        told = page(client, "organisation", larkfield)
    assert "Change how claims are agreed" in told
    assert len(made) <= 12, [query["sql"][:80] for query in made]
    answer = post(client, "steps", larkfield, steps="2", reason="A second partner joined")
    assert answer.status_code == 302
    told = page(client, "organisation", larkfield)
    assert "Two people: a second one declares" in told
    assert "It works in two steps from now on. Its people are told." in told
    newest = Event.objects.latest("seq")
    assert newest.action == "accounts.set_provider_steps"
    assert "Reason: A second partner joined" in newest.sentence
    tell()
    (notice,) = Notice.objects.filter(title__startswith="How many people agree")
    assert notice.recipient_id == user("ama").pk


@pytest.mark.parametrize(
    ("who", "code", "data", "status", "words"),
    [
        ("nell", "A99005", {"steps": "2", "reason": "Why not"}, 404, ""),
        ("priya", "A99001", {"steps": "2", "reason": "Why not"}, 403, ""),
        ("nell", "A99001", {"steps": "2", "reason": " "}, 400, "Enter why it changes"),
        ("nell", "A99001", {"steps": "3", "reason": "Why not"}, 400, "Select"),
        ("nell", "A99001", {"steps": "1", "reason": "Why not"}, 409, "already works in one step"),
    ],
)
def test_steps_are_not_set_elsewhere_or_without_a_reason(
    england: None, sign_in: SignIn, who: str, code: str, data: dict[str, str], status: int,
    words: str,
) -> None:  # fmt: skip
    person("Nell", "organisation_administrator")
    client = sign_in(who)
    before = kept()
    answer = post(client, "steps", number(code), **data)
    assert answer.status_code == status
    assert words in lines(answer)
    assert kept() == before


def test_a_file_s_closing_leads_the_manager_into_the_wizard(england: None, sign_in: SignIn) -> None:
    person("Nora", "commissioning_manager")
    person("Omid", "commissioning_manager", NORTHMOOR)
    Organisation.objects.filter(code="A99002").update(close_date=date(2026, 6, 30))
    told = lines(sign_in("nora").get("/"))
    assert "Say what becomes of Quayside Surgery" in told
    assert "Say what becomes of" not in lines(sign_in("omid").get("/"))
    client = sign_in("nora")
    assert "A99002" in client.get("/changes/new/?closing=a99002").content.decode()
    odd = client.get("/changes/new/?closing=%22%3E%3Cscript%3E").content.decode()
    assert "&#34;&gt;" not in odd
    terms = merger()
    actions_of_changes.propose(actor=actor("nora"), terms=terms)
    assert "Say what becomes of" not in lines(client.get("/"))
    told = page(client, "organisation", number("A99002"))
    assert terms.sentence in told
    assert "Waiting for a second person to agree it" in told


def test_both_pages_say_who_answers_for_whom_since_a_merger(england: None, sign_in: SignIn) -> None:
    person("Nora", "commissioning_manager")
    agreed(actor("nora"), actor("daniel"), merger())
    told = page(sign_in("nora"), "organisation", number("A99001"))
    assert "Answers for Quayside Surgery (A99002) from 1 May 2026" in told
    told = page(sign_in("felix"), "organisation", number("A99002"))
    words = "Is succeeded and answered for by Larkfield Road Surgery (A99001) from 1 May 2026"
    assert words in told
    assert "Agreed" in told


def test_who_looks_after_people_only_is_shown_no_column_of_list_sizes(
    england: None, sign_in: SignIn
) -> None:
    person("Nell", "organisation_administrator")
    assert "Registered patients" not in page(sign_in("nell"), "list")
    assert "List sizes" not in page(sign_in("nell"), "organisation", number("A99001"))
    assert "Registered patients" in page(sign_in("priya"), "list")
    assert "List sizes" in page(sign_in("priya"), "organisation", number("A99001"))

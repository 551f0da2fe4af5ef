"""Customers read the trail of their own items; who looked at whose pounds is sealed at night."""

import re
from datetime import date

import pytest
from django.db import transaction

from cqrs.portal.accounts import trail
from cqrs.portal.accounts.permissions import Permission, Refused
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import actions, queries
from cqrs.portal.audit.actions import Seen
from cqrs.portal.audit.models import Event, Refusal, View
from cqrs.portal.audit.queries import Search
from cqrs.portal.claims import actions as claims
from cqrs.portal.payments import actions as payments
from tests.conftest import HeldClock
from tests.factories import Loaded, actor
from tests.integration.rooms.conftest import Sql
from tests.integration.rooms.road import declared, in_a_run
from tests.integration.rooms.test_audit import tamper

WORLD = "qof"
NIGHT = command_actor("The night's seal")
SEEN = [Seen("claim", "QOF-A99001", "A99001"), Seen("claim", "QOF-A99002", "A99002")]


@pytest.fixture
def walked(qof: Loaded) -> None:
    """Everything that happens to claims and money, once each."""
    claim = declared("A99002", "quay")
    claims.return_to_provider(
        actor=actor("priya"), claim_id=claim.pk, reason_code="records",
        reason="Send the list of £77,000.",
    )  # fmt: skip
    payments.cancel_run(
        actor=actor("grace"), run_reference=in_a_run(), reason="It should be £12.00 less."
    )
    payments.release_run(
        actor=actor("liam"), run_reference=payments.build_run(actor=actor("grace"))
    )


def test_no_sentence_of_any_action_carries_an_amount(walked: None) -> None:
    sentences = [event.sentence for event in Event.objects.all()]
    assert len({event.action for event in Event.objects.all()}) > 12
    assert [s for s in sentences if "£" in s or re.search(r"\d\.\d\d\b", s)] == []


def test_every_event_names_who_did_it(walked: None) -> None:
    nameless = [e.sentence for e in Event.objects.all() if e.actor_name not in e.sentence]
    assert nameless == []


def test_whoever_reads_a_trail_may_see_the_pounds_there() -> None:
    """So the reasons people type may stand on claims that readers of their trail open."""
    for role in ROLES.values():
        if Permission.READ_TRAIL in role.reach:
            assert role.reach.get(Permission.SEE_POUNDS) == role.reach[Permission.READ_TRAIL]


def test_a_practice_reads_what_is_about_it_and_nothing_else(walked: None) -> None:
    rows = trail.trail(actor("ama"), Search()).rows
    told = "\n".join(row.sentence for row in rows)
    assert "declared QOF2526-2026-03-31-A99001" in told
    assert "calculated QOF 2025/26" in told
    assert "A99002" not in told
    for event in Event.objects.filter(seq__in=[row.seq for row in rows]):
        assert "A99001" in event.concerns


def test_a_commissioner_reads_what_is_about_those_it_pays(walked: None) -> None:
    told = "\n".join(row.sentence for row in trail.trail(actor("priya"), Search()).rows)
    assert "declared QOF2526-2026-03-31-A99001" in told
    assert "returned QOF2526-2026-03-31-A99002" in told


def test_sign_ins_are_for_who_administers_users(walked: None) -> None:
    with transaction.atomic():
        actions.record(
            actor=actor("ama"), action="accounts.sign_in", subject_kind="sign-in",
            subject_reference="1", sentence="Dr Ama Osei signed in with a password.",
        )  # fmt: skip
    assert "signed in" not in "\n".join(
        row.sentence for row in trail.trail(actor("ama"), Search()).rows
    )
    found = queries.search(actor("felix"), Search(group="sign-ins"))
    assert [row.name for row in found.rows] == [actor("ama").name]


def test_without_a_role_for_it_nobody_reads_a_trail(walked: None) -> None:
    with pytest.raises(Refused, match="doesn't let you read what happened"):
        trail.trail(actor("grace"), Search())


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Search(organisation="a99002", group="claims."), {"claims.declare", "claims.return",
            "claims.calculate_nation"}),
        (Search(subject="QOF2526-2026-03-31-A99002"), {"claims.declare", "claims.return"}),
        (Search(words="returned nonsense"), set()),
        (Search(words="returned"), {"claims.return"}),
        (Search(who="liam"), {"payments.release_run"}),
        (Search(group="payments."), {"payments.build_run", "payments.cancel_run",
            "payments.release_run"}),
        (Search(first=date(2020, 1, 1), last=date(2020, 1, 2)), set()),
    ],
)  # fmt: skip
def test_an_auditor_searches(walked: None, search: Search, expected: set[str]) -> None:
    found = queries.search(actor("felix"), search)
    assert {row.action for row in found.rows} == expected


def test_pages_lead_to_each_other_and_back(qof: Loaded) -> None:
    with transaction.atomic():
        for number in range(120):
            actions.record(
                actor=actor("ama"), action="tests.do", subject_kind="thing",
                subject_reference="one", sentence=f"Did {number}.",
            )  # fmt: skip
    felix, search = actor("felix"), Search(subject="one")
    first = queries.search(felix, search)
    second = queries.search(felix, search, before=first.older)
    third = queries.search(felix, search, before=second.older)
    assert [len(page.rows) for page in (first, second, third)] == [50, 50, 20]
    assert (first.newer, third.older) == (0, 0)
    assert queries.search(felix, search, after=third.newer).rows == second.rows


def test_views_are_kept_once_a_day_and_not_of_ones_own(qof: Loaded) -> None:
    before = queries.last_seq()
    for _ in range(2):
        actions.view(actor=actor("priya"), seen=SEEN)
    actions.view(actor=actor("ama"), seen=SEEN[:1])
    assert View.objects.count() == 2
    assert queries.last_seq() == before, "a page takes no lock of the chain"


def test_the_night_seals_who_looked_and_the_practice_reads_it(
    qof: Loaded, clock: HeldClock
) -> None:
    clock.at(date(2026, 5, 12))
    actions.view(actor=actor("priya"), seen=SEEN)
    assert actions.seal_views(actor=NIGHT) == 0, "the day isn't over"
    clock.at(date(2026, 5, 13))
    assert actions.seal_views(actor=NIGHT) == 1
    assert actions.seal_views(actor=NIGHT) == 0, "sealed once"
    priya = actor("priya")
    said = f"{priya.name} of {priya.organisation_name} looked at the pounds of 2 providers on 12"
    assert said in trail.trail(actor("ama"), Search()).rows[0].sentence
    assert queries.verify().holds


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_view SET owner_code = 'A99003' WHERE owner_code = 'A99002'",
        "DELETE FROM audit_view WHERE owner_code = 'A99002'",
        "DELETE FROM audit_view",
        "INSERT INTO audit_view (day, person_id, person_name, organisation_code, kind, reference,"
        " organisation_name, owner_code, at) SELECT day, person_id, person_name, organisation_code,"
        " kind, 'another', organisation_name, owner_code, at FROM audit_view LIMIT 1",
    ],
)
def test_a_change_of_sealed_views_is_found(
    qof: Loaded, clock: HeldClock, sql: Sql, change: str
) -> None:
    clock.at(date(2026, 5, 12))
    actions.view(actor=actor("priya"), seen=SEEN)
    clock.at(date(2026, 5, 13))
    actions.seal_views(actor=NIGHT)
    tamper(change)
    broken = queries.verify()
    assert (broken.holds, broken.broken_seq) == (False, queries.last_seq())
    assert "views that event" in broken.sentence


def test_a_storm_of_refusals_does_not_fill_the_chain(qof: Loaded, clock: HeldClock) -> None:
    before = queries.last_seq()
    for _ in range(3):
        actions.refuse(actor=actor("ama"), address="GET /audit/", sentence="Only an auditor.")
    assert queries.last_seq() == before + 1
    for number in range(actions.REFUSALS_AN_HOUR + 20):
        actions.refuse(actor=actor("ama"), address=f"GET /claims/{number}/")
    assert queries.last_seq() == before + actions.REFUSALS_AN_HOUR
    assert Event.objects.get(seq=queries.last_seq()).sentence.endswith("are not listed.")
    assert Refusal.objects.count() == actions.REFUSALS_AN_HOUR

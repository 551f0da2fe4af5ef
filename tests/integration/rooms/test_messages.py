"""Telling people: once, as they chose, of what concerns them, without figures."""

from datetime import date, datetime, timedelta

import pytest
from django.db import Error, transaction

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.audit.models import Event
from cqrs.portal.claims import actions as claims
from cqrs.portal.jobs import sending
from cqrs.portal.jobs.telling import READER, tell
from cqrs.portal.messages import actions, queries
from cqrs.portal.messages.kinds import Kind, State, Way
from cqrs.portal.messages.models import Email, Notice
from cqrs.portal.messages.wording import figures
from cqrs.portal.payments import actions as payments
from cqrs.values import LONDON, clock
from tests.factories import Loaded, actor, admit, user
from tests.integration.rooms.conftest import TUESDAY, Sql
from tests.integration.rooms.road import approved, claim_of, declared, everything

WORLD = "qof"

NEXT_MORNING = datetime(2026, 5, 13, 7, 30, tzinfo=LONDON)


def post(who: str, key: str = "one", kind: str = Kind.CLAIMS, title: str = "Something") -> None:
    actions.post(key=key, kind=kind, title=title, body="What it is.", recipient_id=user(who).pk)


def titles(who: str) -> list[str]:
    return [notice.title for notice in queries.inbox(user(who).pk).notices]


@pytest.fixture
def begun(qof: Loaded) -> None:
    """The reader of events stands where a new one would: everything so far is told."""
    tell()


# Posting -----------------------------------------------------------------------------------------


def test_the_same_key_again_changes_nothing(qof: Loaded) -> None:
    post("ama", kind=Kind.ACCOUNT)
    before = everything()
    post("ama", kind=Kind.ACCOUNT, title="Something else")
    assert everything() == before


def test_the_same_key_reaches_two_people(qof: Loaded) -> None:
    post("ama")
    post("helen")
    assert queries.unread(user("ama").pk) == queries.unread(user("helen").pk) == 1


@pytest.mark.parametrize(
    ("kind", "way", "emails", "waits"),
    [
        (Kind.ACCOUNT, None, 1, False),
        (Kind.CLAIMS, None, 0, True),
        (Kind.CLAIMS, Way.AT_ONCE, 1, False),
        (Kind.CLAIMS, Way.PORTAL, 0, False),
        (Kind.ACCESS, Way.DAILY, 0, True),
    ],
)
def test_a_notice_is_mailed_as_the_person_chose(
    qof: Loaded, kind: str, way: Way | None, emails: int, waits: bool
) -> None:
    if way:
        accounts.choose_how_told(actor=actor("ama"), ways={kind: way})
    post("ama", kind=kind)
    assert Email.objects.count() == emails
    assert Notice.objects.get().in_digest == waits


def test_a_stranger_is_written_to_at_once_and_has_no_inbox(qof: Loaded) -> None:
    actions.post(key="k", kind=Kind.ACCESS, title="Come", body="b", email="New@Person.example")
    assert [(e.address, e.recipient_id) for e in Email.objects.all()] == [
        ("new@person.example", None)
    ]
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nonsense"},
        {"title": " "},
        {"key": ""},
        {"recipient_id": None},
    ],
)
def test_a_message_that_says_nothing_or_goes_nowhere_is_a_fault(
    qof: Loaded, wrong: dict[str, str]
) -> None:
    before = everything()
    message = {"key": "k", "kind": "claims", "title": "t", "body": "b", "recipient_id": 1}
    with pytest.raises(ValueError, match="message"):
        actions.post(**{**message, **wrong})  # type: ignore[arg-type]
    assert everything() == before


def test_figures_in_somebodys_words_are_left_out_and_the_message_still_goes(qof: Loaded) -> None:
    post("ama", title="You claimed £1,234.50 for 17.5 points\nand more")
    assert titles("ama") == ["You claimed (see the portal) for (see the portal) and more"]


# Choosing ----------------------------------------------------------------------------------------


def test_choosing_is_recorded_and_read_back(qof: Loaded) -> None:
    accounts.choose_how_told(actor=actor("ama"), ways={"claims": "portal", "payments": "at_once"})
    chosen = {c.kind: (c.way, c.may_change) for c in queries.choices(user("ama").pk)}
    assert chosen[Kind.CLAIMS] == (Way.PORTAL, True)
    assert chosen[Kind.PAYMENTS] == (Way.AT_ONCE, True)
    assert chosen[Kind.ACCOUNT] == (Way.AT_ONCE, False)


@pytest.mark.parametrize("ways", [{"account": "portal"}, {"claims": "never"}, {"rain": "daily"}])
def test_account_messages_cannot_be_switched_off(qof: Loaded, ways: dict[str, str]) -> None:
    before = everything()
    with pytest.raises(Refused, match="always come by email"):
        accounts.choose_how_told(actor=actor("ama"), ways=ways)
    assert everything() == before


def test_the_database_keeps_account_messages_on_too(qof: Loaded, sql: Sql) -> None:
    with pytest.raises(Error, match="preference_kind_may_be_chosen"), transaction.atomic():
        sql(
            "INSERT INTO messages_preference (recipient_id, kind, way) "
            "VALUES (1, 'account', 'daily')"
        )


# Reading -----------------------------------------------------------------------------------------


def test_unread_come_first_and_a_person_reads_only_their_own(qof: Loaded) -> None:
    for number in range(3):
        post("ama", key=f"k{number}", title=f"Notice {'abc'[number]}")
    ama, helen = user("ama").pk, user("helen").pk
    newest = queries.inbox(ama).notices[0]
    assert not actions.mark_read(recipient_id=helen, notice_id=newest.id)
    assert queries.notice(helen, newest.id) is None
    assert actions.mark_read(recipient_id=ama, notice_id=newest.id)
    assert titles("ama") == ["Notice b", "Notice a", "Notice c"]
    assert queries.unread(ama) == 2
    assert actions.mark_all_read(recipient_id=ama, kind="payments") == 0
    assert actions.mark_all_read(recipient_id=ama) == 2


# Being told of deeds -----------------------------------------------------------------------------


def test_a_declaration_is_told_to_the_approvers_of_its_commissioner_only(begun: None) -> None:
    declared()
    assert tell() > 0
    assert titles("priya") == ["Larkfield Road Surgery declared QOF 2025/26"]
    assert not [t for t in titles("tom") + titles("daniel") + titles("ruth") if "declared" in t]


def test_reading_again_tells_nobody_twice(begun: None) -> None:
    declared()
    tell()
    before = everything()
    tell()
    assert everything() == before
    actions.advance(reader=READER, seq=0)
    notices = Notice.objects.count()
    tell()
    assert Notice.objects.count() == notices


def test_a_return_is_told_to_the_practices_declarers(begun: None) -> None:
    declared()
    claims.return_to_provider(
        actor=actor("priya"), claim_id=claim_of("A99001").pk, reason_code="other",
        reason="The count of £500 is odd.",
    )  # fmt: skip
    tell()
    assert titles("ama")[0] == "Westmere ICB returned QOF 2025/26" or "returned" in titles("ama")[0]
    assert not [title for title in titles("quay") if "returned" in title]


def test_the_whole_road_is_told_without_a_figure_and_to_nobody_about_themselves(
    begun: None,
) -> None:
    claim = approved()
    tell()
    claims.finance_approve(
        actor=actor("daniel"), claim_id=claim.pk, statement_digest=claim.statement_digest
    )
    run = payments.build_run(actor=actor("grace"))
    tell()
    payments.release_run(actor=actor("liam"), run_reference=run)
    tell()
    assert any("waits for finance approval" in title for title in titles("daniel"))
    assert any("waits to be released" in title for title in titles("liam"))
    assert any("on its way" in title for title in titles("helen"))
    for notice in Notice.objects.all():
        assert not figures(f"{notice.title} {notice.body}")
        assert "see the portal" not in notice.title + notice.body
    assert not any(
        "Grace Obi" in n.body for n in Notice.objects.filter(recipient_id=user("grace").pk)
    )


def test_a_disabled_person_is_not_told(begun: None, sql: Sql) -> None:
    sql("UPDATE accounts_user SET is_active = false WHERE id = %s", user("priya").pk)
    declared()
    tell()
    assert not Notice.objects.filter(
        recipient_id=user("priya").pk, title__contains="declared"
    ).exists()


def test_a_calculation_is_told_once_though_it_is_repeated(qof: Loaded) -> None:
    tell()
    ready = [title for title in titles("ama") if "ready to check" in title]
    assert len(ready) == 1


# The daily email --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 5, 13, 7, 29, tzinfo=LONDON), 0),
        (NEXT_MORNING, 1),
        (datetime(2026, 5, 16, 9, 0, tzinfo=LONDON), 0),  # a Saturday
        (datetime(2026, 5, 25, 9, 0, tzinfo=LONDON), 0),  # a bank holiday
    ],
)
def test_the_daily_email_comes_at_half_past_seven_on_working_days(
    qof: Loaded, moment: datetime, written: int
) -> None:
    post("ama")
    with clock.fixed(moment):
        assert sending.write_digests() == written


def test_one_email_a_day_holds_all_unread_titles_and_no_notice_twice(qof: Loaded) -> None:
    post("ama", key="a", title="First")
    post("ama", key="b", title="Second")
    post("ama", key="c", title="Read before")
    actions.mark_read(recipient_id=user("ama").pk, notice_id=Notice.objects.get(key="c").pk)
    with clock.fixed(NEXT_MORNING):
        assert sending.write_digests() == 1
        post("ama", key="d", title="Later that day")
        assert sending.write_digests() == 0
    email = Email.objects.get()
    assert "- Second\n- First" in email.body
    assert "Read before" not in email.body
    with clock.fixed(NEXT_MORNING + timedelta(days=1)):
        assert sending.write_digests() == 1
    assert Email.objects.count() == 2


# Announcements -----------------------------------------------------------------------------------

TOLD = {
    "title": "The portal closes on Friday",
    "text": "From **5pm**.",
    "from_date": date(2026, 5, 12),
    "until_date": date(2026, 5, 15),
    "audiences": ["providers"],
}


def test_an_announcement_is_shown_to_its_kinds_on_its_days_and_told_once(qof: Loaded) -> None:
    accounts.announce(actor=actor("anita"), **TOLD)  # type: ignore[arg-type]
    assert [row.title for row in queries.announcements("practice")] == [TOLD["title"]]
    assert queries.announcements("icb") == ()
    tell()
    tell()
    assert titles("joe").count(str(TOLD["title"])) == 1
    assert TOLD["title"] not in titles("priya")
    with clock.fixed(TUESDAY + timedelta(days=4)):
        assert queries.announcements("practice") == ()


def test_a_withdrawn_announcement_is_shown_to_nobody(qof: Loaded) -> None:
    number = accounts.announce(actor=actor("anita"), **TOLD)  # type: ignore[arg-type]
    accounts.withdraw_announcement(actor=actor("anita"), announcement_id=number)
    assert queries.announcements("practice") == ()
    with pytest.raises(NotFound):
        accounts.withdraw_announcement(actor=actor("anita"), announcement_id=number)


@pytest.mark.parametrize(
    ("who", "change", "says"),
    [
        ("priya", {}, "Only national and help-desk"),
        ("anita", {"title": " "}, "title and a text"),
        ("anita", {"title": "x" * 121}, "too long"),
        ("anita", {"title": "A point is worth £225.49"}, "may hold no amount"),
        ("anita", {"until_date": date(2026, 5, 11)}, "before the first"),
        ("anita", {"from_date": date(2026, 5, 1), "until_date": date(2026, 5, 2)}, "is over"),
        ("anita", {"audiences": []}, "whom it is for"),
        ("anita", {"audiences": ["everybody"]}, "whom it is for"),
    ],
)
def test_announcements_that_are_refused_change_nothing(
    qof: Loaded, who: str, change: dict[str, object], says: str
) -> None:
    before = everything()
    with pytest.raises(Refused, match=says):
        accounts.announce(actor=actor(who), **{**TOLD, **change})  # type: ignore[arg-type]
    assert everything() == before


# The help desk -----------------------------------------------------------------------------------


def test_only_the_help_desk_sends_an_email_again_and_only_one_that_has_not_gone(
    qof: Loaded,
) -> None:
    admit("hazel")
    post("ama", kind=Kind.ACCOUNT)
    taken = actions.claim_next()
    assert taken is not None
    before = everything()
    with pytest.raises(Refused, match="help desk"):
        accounts.send_email_again(actor=actor("anita"), email_id=taken.id)
    assert everything() == before
    with pytest.raises(NotFound, match="not gone"):
        accounts.send_email_again(actor=actor("hazel"), email_id=taken.id)
    assert everything() == before, "a worker has it"
    actions.postpone(outgoing=taken, problem="Refused.", for_good=True)
    assert [trouble.problem for trouble in queries.troubles()] == ["Refused."]
    accounts.send_email_again(actor=actor("hazel"), email_id=taken.id)
    assert Email.objects.get().state == State.QUEUED
    event = Event.objects.latest("seq")
    assert event.sentence == f"Hazel Dunn sent email {taken.id} again."
    before = everything()
    with pytest.raises(NotFound, match="not gone"):
        accounts.send_email_again(actor=actor("hazel"), email_id=taken.id)
    assert everything() == before


def test_a_sent_email_stays_sent_whoever_asks(qof: Loaded, sql: Sql) -> None:
    post("ama", kind=Kind.ACCOUNT)
    taken = actions.claim_next()
    assert taken is not None
    actions.confirm(outgoing=taken)
    with pytest.raises(Error, match="stays so"), transaction.atomic():
        sql("UPDATE messages_email SET state = 'queued', sent_at = NULL")

"""Roles are confirmed each quarter, and none ends in the quiet months or without four warnings."""

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pytest

from cqrs.portal.accounts import actions, confirming
from cqrs.portal.accounts.expiry import WARNINGS
from cqrs.portal.accounts.models import Confirmation, Expiry, Grant
from cqrs.portal.accounts.permissions import NotFound, Refused
from cqrs.portal.accounts.queries import Actor, command_actor
from cqrs.portal.messages.models import Notice
from cqrs.portal.organisations.queries import by_code
from cqrs.values import LONDON, clock
from tests.factories import actor, email, user
from tests.integration.rooms.road import everything

WORLD = "england"
OWN = "A99001"
END = date(2026, 10, 30)
"""Where a role ends that nobody confirms for July to September 2026."""


@pytest.fixture
def nina(england: None) -> Actor:
    """The user administrator of Larkfield Road Surgery, since 2020."""
    with at(date(2020, 5, 1)):
        actions.create_user(
            actor=command_actor(), email=email("nina.hart"), full_name="Nina Hart", password="x"
        )
        actions.grant(
            actor=command_actor(),
            email=email("nina.hart"),
            role="practice_user_administrator",
            organisation_code=OWN,
        )
    # Given in June, so that July to September is the first quarter for which it is asked.
    Grant.objects.update(granted_at=datetime(2026, 6, 15, 12, tzinfo=LONDON))
    return actor("nina.hart")


def at(day: date) -> AbstractContextManager[None]:
    return clock.fixed(datetime.combine(day, time(6, 0), LONDON))


def run(*days: date) -> dict[date, int]:
    """The job of these days; answers on which of them how many roles ended.

    Between them nothing is due, which `test_on_days_between_nothing_happens` shows.
    """
    found = {}
    for day in days:
        with at(day):
            found[day] = actions.warn_and_end(actor=command_actor("Quarterly check"))
    return {day: ended for day, ended in found.items() if ended}


def towards(end: date) -> list[date]:
    """The days of the four warnings and the last day."""
    return [end - timedelta(days=mark) for mark in (*WARNINGS, 0)]


def told(who: str) -> list[tuple[date, str]]:
    rows = Notice.objects.filter(recipient_id=user(who).pk, key__startswith="expiry:")
    return [(row.at.date(), row.key.rpartition(":")[2]) for row in rows.order_by("at")]


def roles_at(place: str) -> dict[int, bool]:
    rows = Grant.objects.filter(organisation__code=place, end_date=None)
    return {row.pk: True for row in rows.exclude(user__email=email("nina.hart"))}


def test_an_unconfirmed_role_ends_30_days_after_the_quarter_after_four_warnings(
    nina: Actor,
) -> None:
    everybody = Grant.objects.filter(end_date=None).count()
    ended = run(date(2026, 8, 1), *towards(END))
    # Every role of the small England but that of the one administrator it has.
    assert ended == {date(2026, 10, 30): everybody - 1}
    assert told("joe") == [
        (date(2026, 8, 31), "60"),
        (date(2026, 9, 30), "30"),
        (date(2026, 10, 16), "14"),
        (date(2026, 10, 23), "7"),
        (date(2026, 10, 30), "ended"),
    ]
    to_nina = Notice.objects.filter(
        recipient_id=nina.user_id or 0, key__startswith="expiry-of-others"
    )
    assert to_nina.count() == len(WARNINGS)
    with at(date(2026, 10, 30)):
        with pytest.raises(NotFound):
            actor("joe")
        assert actor("nina.hart").role_names == ("Practice user administrator",)


def test_twice_on_a_day_changes_nothing_more(nina: Actor) -> None:
    run(date(2026, 8, 31))
    before = everything()
    run(date(2026, 8, 31))
    assert everything() == before


@pytest.mark.parametrize("down", [date(2026, 9, 25), date(2026, 10, 10), date(2026, 10, 20)])
def test_a_job_that_was_down_for_a_month_moves_the_end_and_warns_all_the_same(
    nina: Actor, down: date
) -> None:
    assert not run(*(day for day in towards(END) if day < down))
    up = down + timedelta(days=31)
    assert not run(up)
    moved = Expiry.objects.get(grant__user=user("joe")).ends_on
    ended = run(*(day for day in towards(moved) if day > up))
    days = {int(mark): day for day, mark in told("joe") if mark != "ended"}
    assert set(days) == set(WARNINGS)
    (last,) = ended
    assert last == moved
    assert all(last - days[mark] >= timedelta(days=mark) for mark in WARNINGS)
    assert last > date(2026, 10, 30)


def test_on_days_between_nothing_happens(nina: Actor) -> None:
    run(END - timedelta(days=60))
    before = everything()
    run(*(END - timedelta(days=left) for left in (59, 45, 31)))
    assert everything() == before


def test_nothing_ends_in_the_quiet_months_however_late_the_job_is(nina: Actor) -> None:
    Grant.objects.update(granted_at=datetime(2020, 5, 1, 12, tzinfo=LONDON))
    january = date(2026, 1, 30)
    assert not run(*towards(january)[:4])
    assert not run(date(2026, 3, 4))  # the job was down on the last day
    july = date(2026, 7, 16)
    assert Expiry.objects.get(grant__user=user("joe")).ends_on == july
    assert set(run(*towards(july))) == {july}
    again = [mark for day, mark in told("joe") if day > january]
    assert again == ["60", "30", "14", "7", "ended"]


def test_confirming_a_role_keeps_it_and_ending_one_ends_it(nina: Actor) -> None:
    place = by_code(OWN).id
    run(date(2026, 8, 31))
    joe = Grant.objects.get(user=user("joe")).pk
    with at(date(2026, 9, 2)):
        rows = confirming.to_confirm(nina, place)
        assert {row.name for row in rows if row.own} == {"Nina Hart"}
        assert {row.ends_on for row in rows if not row.own} == {date(2026, 10, 30)}
        assert confirming.review(nina).open == 5
        keep = {**roles_at(OWN), joe: False}
        actions.confirm_roles(actor=nina, organisation_id=place, keep=keep)
        assert confirming.review(nina).open == 0
        with pytest.raises(NotFound):
            actor("joe")
    ended = run(*towards(END)[1:])
    assert ended  # elsewhere
    with at(date(2026, 10, 31)):
        assert len(actor("helen").roles) == 3
    assert Confirmation.objects.count() == len(keep)
    assert not Expiry.objects.filter(grant__in=keep, ended_role=True).exists()


def test_nobody_confirms_their_own_role_or_those_of_others(nina: Actor) -> None:
    place = by_code(OWN).id
    own = Grant.objects.get(user=nina.user_id).pk
    other = Grant.objects.get(user=user("quay")).pk
    before = everything()
    for keep in ({own: True}, {other: True}, {}, {other: False, **roles_at(OWN)}):
        with pytest.raises((NotFound, Refused)):
            actions.confirm_roles(actor=nina, organisation_id=place, keep=keep)
    with pytest.raises(Refused):
        actions.confirm_roles(actor=actor("ama"), organisation_id=place, keep=roles_at(OWN))
    assert everything() == before


def test_an_end_that_somebody_chose_is_told_of_and_never_moved(nina: Actor) -> None:
    end = date(2026, 6, 20)
    actions.grant(
        actor=command_actor(),
        email=email("quay"),
        role="practice_viewer",
        organisation_code=OWN,
        end_date=end,
    )
    run(*(end - timedelta(days=left) for left in (38, 30, 29, 14, 8, 7, 0)))
    rows = Notice.objects.filter(recipient_id=user("quay").pk, key__startswith="chosen-end")
    assert [row.at.date() for row in rows.order_by("at")] == [
        date(2026, 5, 21), date(2026, 6, 6), date(2026, 6, 13),
    ]  # fmt: skip
    assert Grant.objects.get(user=user("quay"), organisation__code=OWN).end_date == end

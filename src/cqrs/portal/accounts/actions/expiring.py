"""Once a day: warn of every end that comes near, and end what nobody confirmed, never silently."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction

from cqrs.portal.accounts.actions.inviting import administrators_of
from cqrs.portal.accounts.actions.keeping import administrators_kept, end_grants
from cqrs.portal.accounts.confirming import chosen_ends, unconfirmed
from cqrs.portal.accounts.expiry import (
    WARNINGS,
    expires_on,
    first_day,
    quarter_of,
    quarter_words,
    unconfirmed_end,
    warning_due,
)
from cqrs.portal.accounts.models import Expiry, Grant, Invitation
from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import ROLES
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.kinds import Kind
from cqrs.portal.words import day_text
from cqrs.values import clock

MAY_NOT = "Only the daily job may warn of roles that end."
REASON = "Nobody confirmed the role for {quarter}"


@transaction.atomic
def warn_and_end(*, actor: Actor) -> int:
    """Post the warnings that are due today and end the roles whose day has come; answers how many.

    Twice on one day changes nothing more. Where a warning is late, because the job didn't run,
    the end moves: everybody has the whole time after each of the four.
    """
    require(actor, Permission.MANAGE_USERS, MAY_NOT)
    today = clock.today()
    _begin(today)
    ended = 0
    waiting = Expiry.objects.filter(closed_at=None).select_for_update(of=("self",))
    rows = waiting.select_related("grant__user", "grant__organisation")
    told: dict[tuple[int, date, int], int] = defaultdict(int)
    still = {
        quarter: frozenset(unconfirmed(quarter).values_list("pk", flat=True))
        for quarter in Expiry.objects.filter(closed_at=None).values_list("quarter", flat=True)
    }
    for expiry in rows.order_by("pk"):
        if expiry.grant_id not in still[expiry.quarter]:
            expiry.closed_at = clock.now()
            expiry.save(update_fields=["closed_at"])
            continue
        mark = _advance(expiry, today)
        if mark is not None:
            _warn(expiry, mark)
            told[expiry.grant.organisation_id, expiry.ends_on, mark] += 1
        elif expiry.ends_on <= today and set(expiry.warned) >= set(WARNINGS):
            ended += _end(actor, expiry)
    for (place, ends_on, mark), number in told.items():
        _tell_administrators(place, ends_on, mark, number)
    _warn_of_chosen_ends(today)
    _warn_of_invitations(today)
    if ended:
        audit.record(
            actor=actor,
            action="accounts.warn_and_end",
            subject_kind="accounts",
            subject_reference=str(today),
            sentence=f"{actor.name}: {ended} roles ended that nobody had confirmed.",
        )
    return ended


def _begin(today: date) -> None:
    """Open an expiry for each role that ends within the first warning's time."""
    this = quarter_of(today)
    before = quarter_of(first_day(this) - timedelta(days=1))
    for quarter in (before, this):
        planned = unconfirmed_end(quarter)
        if planned - timedelta(days=WARNINGS[0]) > today:
            continue
        open_ones = Expiry.objects.filter(closed_at=None)
        missing = unconfirmed(quarter).exclude(pk__in=open_ones.values("grant"))
        Expiry.objects.bulk_create(
            [
                Expiry(grant_id=number, quarter=quarter, ends_on=planned)
                for number in missing.values_list("pk", flat=True)
            ]
        )


def _advance(expiry: Expiry, today: date) -> int | None:
    """The warning to post now, or None. A late one moves the end, so that none is cut short."""
    if not set(WARNINGS) - set(expiry.warned):
        _move_out_of_the_quiet_months(expiry, today)
        return None
    mark = max(set(WARNINGS) - set(expiry.warned))
    if expiry.ends_on - today > timedelta(days=mark):
        return None
    end = max(expiry.ends_on, expires_on(today + timedelta(days=mark)))
    left = (end - today).days
    due: int | None = mark
    if left > mark:  # moved beyond the quiet months: warned again when it comes near
        expiry.warned = [one for one in expiry.warned if one > left]
        due = left if left in WARNINGS else None
    expiry.ends_on = end
    if due is not None:
        expiry.warned = [*expiry.warned, due]
    expiry.save(update_fields=["ends_on", "warned"])
    return due


def _move_out_of_the_quiet_months(expiry: Expiry, today: date) -> None:
    """Where the job was down on the last day and runs again when nothing may expire."""
    if expiry.ends_on <= today and expires_on(today) != today:
        expiry.ends_on = expires_on(today)
        expiry.warned = [one for one in expiry.warned if one > (expiry.ends_on - today).days]
        expiry.save(update_fields=["ends_on", "warned"])


def _warn(expiry: Expiry, mark: int) -> None:
    grant = expiry.grant
    role = ROLES[grant.role].name
    messages.post(
        key=f"expiry:{expiry.pk}:{expiry.ends_on}:{mark}",
        kind=Kind.ACCOUNT,
        title=f"Your role as {role} ends on {day_text(expiry.ends_on)} unless it is confirmed",
        body=(
            f"Nobody has confirmed for {quarter_words(expiry.quarter)} that you are still {role} "
            f"at {grant.organisation.name}. Ask your user administrator to confirm it."
        ),
        recipient_id=grant.user_id,
    )


def _tell_administrators(organisation_id: int, ends_on: date, mark: int, number: int) -> None:
    for person in administrators_of(organisation_id):
        messages.post(
            key=f"expiry-of-others:{organisation_id}:{ends_on}:{mark}",
            kind=Kind.ACCESS,
            title=f"Roles end on {day_text(ends_on)} unless you confirm them",
            body=(
                f"Colleagues' roles ({number}) that nobody has confirmed end on "
                f"{day_text(ends_on)}. Keep or end each on the page of confirmations."
            ),
            link="/people/confirm/",
            recipient_id=person,
        )


def _end(actor: Actor, expiry: Expiry) -> int:
    """End the role, unless it is the last that administers its organisation."""
    grant = expiry.grant
    why = REASON.format(quarter=quarter_words(expiry.quarter))
    try:
        with transaction.atomic(), administrators_kept([grant.organisation_id]):
            end_grants(actor, Grant.objects.filter(pk=grant.pk), why)
    except Refused:
        return 0
    expiry.closed_at, expiry.ended_role = clock.now(), True
    expiry.save(update_fields=["closed_at", "ended_role"])
    messages.post(
        key=f"expiry:{expiry.pk}:ended",
        kind=Kind.ACCOUNT,
        title=f"Your role as {ROLES[grant.role].name} has ended",
        body=(
            f"Nobody confirmed it for {quarter_words(expiry.quarter)}. Your user administrator at "
            f"{grant.organisation.name} can give it to you again."
        ),
        recipient_id=grant.user_id,
    )
    return 1


def _warn_of_chosen_ends(today: date) -> None:
    """Ends that people chose are never moved; they are told of all the same."""
    for grant in chosen_ends(today + timedelta(days=WARNINGS[0])):
        end = grant.end_date
        mark = warning_due(today, end) if end else None
        given = clock.today() if end is None else grant.granted_at.date()
        if end is None or mark is None or end - given < timedelta(days=mark):
            continue
        role = ROLES[grant.role].name
        for person in {grant.user_id, *administrators_of(grant.organisation_id)}:
            messages.post(
                key=f"chosen-end:{grant.pk}:{end}:{mark}",
                kind=Kind.ACCOUNT if person == grant.user_id else Kind.ACCESS,
                title=f"{grant.user.full_name}'s role as {role} ends on {day_text(end)}",
                body=f"It was given until then by {grant.granted_by_name}.",
                recipient_id=person,
            )


def _warn_of_invitations(today: date) -> None:
    rows = Invitation.objects.filter(
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=clock.now(),
        expires_at__lt=clock.now() + timedelta(days=7),
    )
    for row in rows.select_related("organisation"):
        messages.post(
            key=f"invitation:{row.pk}:{row.nonce}:7",
            kind=Kind.ACCOUNT,
            title=f"Your invitation to {row.organisation.name} ends soon",
            body=f"Its link works until {day_text(row.expires_at)}. Open it to accept.",
            email=row.email,
        )

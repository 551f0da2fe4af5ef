"""Announcements to everybody at some kinds of organisation, by national and help-desk people."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction

from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.accounts.roles import COMMISSIONER, NATIONAL, NETWORK, PROVIDER
from cqrs.portal.audit import actions as audit
from cqrs.portal.messages import actions as messages
from cqrs.portal.messages.wording import figures
from cqrs.values import clock, day_words

MAY_NOT = "Only national and help-desk people may write announcements."
LONGEST_TITLE = 120
AUDIENCES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "providers": ("Practices, pharmacies and federations", PROVIDER),
    "networks": ("Primary care networks", NETWORK),
    "commissioners": ("Commissioners and regions", COMMISSIONER),
    "national": ("National bodies and the payment agency", (*NATIONAL, "agency")),
}
"""Whom an announcement may be for: what they are called, and their kinds of organisation."""


@transaction.atomic
def announce(
    *,
    actor: Actor,
    title: str,
    text: str,
    from_date: date,
    until_date: date,
    audiences: Collection[str],
) -> int:
    """Announce something from one date to another, both included; answers its number.

    Refused, with what to do, for a title that is empty, too long or holds an amount (it goes out
    by email), dates that are over or the wrong way round, and nobody to read it.
    """
    require(actor, Permission.ANNOUNCE, MAY_NOT)
    title, text = " ".join(title.split()), text.strip()
    if not title or not text:
        raise Refused("An announcement needs a title and a text. Write both.")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"The title is too long: keep it to {LONGEST_TITLE} characters.")
    if figures(title):
        raise Refused(
            f"The title goes out by email and may hold no amount: put “{figures(title)[0]}” into "
            "the text."
        )
    if until_date < from_date:
        raise Refused("The last day is before the first. Correct one of them.")
    if until_date < clock.today():
        raise Refused(
            f"{day_words(until_date)} is over, so nobody would see it. Choose a later day."
        )
    if not audiences or not set(audiences) <= set(AUDIENCES):
        raise Refused("Nobody would see it. Choose whom it is for.")
    number = messages.announce(
        title=title,
        text=text,
        from_date=from_date,
        until_date=until_date,
        kinds=[kind for one in audiences for kind in AUDIENCES[one][1]],
        author_name=actor.name,
        author_organisation=actor.organisation_name,
    )
    audit.record(
        actor=actor,
        action="accounts.announce",
        subject_kind="announcement",
        subject_reference=str(number),
        sentence=f"{actor.name} announced “{title}”, {day_words(from_date)} to "
        f"{day_words(until_date)}.",
        details={"audiences": sorted(audiences)},
    )
    return number


@transaction.atomic
def withdraw_announcement(*, actor: Actor, announcement_id: int) -> None:
    """Take an announcement back. NotFound when there is none that still stands."""
    require(actor, Permission.ANNOUNCE, MAY_NOT)
    if not messages.withdraw(announcement_id=announcement_id):
        raise NotFound("There is no such announcement.")
    audit.record(
        actor=actor,
        action="accounts.withdraw_announcement",
        subject_kind="announcement",
        subject_reference=str(announcement_id),
        sentence=f"{actor.name} withdrew announcement {announcement_id}.",
    )

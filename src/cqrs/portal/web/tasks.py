"""What needs somebody: one list of sources, each asking one room, for the home of every role.

A source is a function of the actor. It asks nothing, and costs nothing, when no role of theirs
could do the task. Claims of practices and commissioners stand on their own homes, with the money.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from cqrs.portal.accounts.desk import Desk, desk
from cqrs.portal.accounts.directory import locked_people
from cqrs.portal.accounts.expiry import last_day, quarter_of, quarter_words
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.queries.calculations import with_final_statements
from cqrs.portal.collection.queries import overview
from cqrs.portal.config.pages import counted, list_day
from cqrs.portal.mergers.queries import awaiting, unsettled
from cqrs.portal.payments.queries import RunCard, ready, runs
from cqrs.portal.web.national.collections import is_for_operator, waits_for
from cqrs.values import LONDON, clock, pounds_text

SHOWN = 5
"""Collections named on a home; the rest are on their own page."""
NEWEST_RUNS = 50


@dataclass(frozen=True)
class Task:
    """Something to do, where it is done, and by when."""

    title: str
    address: str
    sentence: str
    amount: str = ""
    due: date | None = None
    tag: str = ""
    mine: bool = True
    """No when it waits for somebody else and this person may only look."""

    @property
    def day(self) -> str:
        """ "Fri 29 May"; nothing without a date."""
        return list_day(self.due) if self.due else ""

    @property
    def left(self) -> str:
        """ "17 days left", "today", "3 days late"."""
        return days_left(self.due) if self.due else ""

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.due is not None and self.due < clock.today()


def days_left(deadline: date) -> str:
    """17 days left, 1 day left, today, or 3 days late."""
    left = (deadline - clock.today()).days
    if left == 0:
        return "today"
    return f"{counted(left, 'day')} left" if left > 0 else f"{counted(-left, 'day')} late"


def lead(dues: Iterable[date | None]) -> str:
    """ "Tuesday 12 May 2026. 3 things, the first due on Mon 18 May." without the day: of tasks."""
    known = list(dues)
    dated = sorted(due for due in known if due)
    if not dated:
        return f"{counted(len(known), 'thing')}." if known else ""
    first = dated[0]
    things = counted(len(known), "thing") + (", the first" if len(known) > 1 else ",")
    if first < clock.today():
        return f"{things} overdue since {list_day(first)}."
    return f"{things} due {'today' if first == clock.today() else f'on {list_day(first)}'}."


# Sources -----------------------------------------------------------------------------------------

Source = Callable[[Actor], Iterable[Task]]


def payment_runs(actor: Actor) -> Iterator[Task]:
    """Approved claims without a run, and runs that nobody has released."""
    if not actor.may(Permission.SEE_RUNS):
        return
    waiting = ready(actor)
    if waiting.claims:
        claims = counted(waiting.claims, "approved claim")
        money = pounds_text(waiting.pence)
        if actor.may(Permission.BUILD_RUN):
            yield Task(
                f"Build a payment run of {claims}",
                reverse("national:payments-build"),
                "Building sends nothing: a second person releases it.",
                money,
            )
        else:
            yield Task(
                claims,
                reverse("national:payments"),
                "Waiting for a payment operator. Next: a payment run is built.",
                money,
                mine=False,
            )
    for card in runs(actor, newest=NEWEST_RUNS):
        if card.state == "built":
            yield _run(card)


def _run(card: RunCard) -> Task:
    mine = "release" in card.may
    return Task(
        f"Release {card.reference}" if mine else card.reference,
        reverse("national:payment-run", args=[card.reference]),
        card.sentence,
        pounds_text(card.total_pence),
        mine=mine,
    )


def collections(actor: Actor) -> Iterator[Task]:
    """Collections to take in, strike or calculate, and those that wait for others."""
    if not actor.may(Permission.SEE_COLLECTIONS):
        return
    final = with_final_statements(actor)
    for row in overview(actor)[:SHOWN]:
        calculated = row.id in final
        yield Task(
            row.title,
            reverse("national:collection", args=[row.id]),
            waits_for(row, calculated=calculated),
            mine=actor.may(Permission.STRIKE) and is_for_operator(row, calculated=calculated),
        )


def people(actor: Actor) -> Iterator[Task]:
    """Requests to decide, links to send again, colleagues locked out, roles to confirm."""
    found = desk(actor)
    if found.requests and found.oldest_request:
        title = f"Decide on {counted(found.requests, 'request')} for access"
        since = list_day(found.oldest_request)
        yield Task(title, reverse("people:requests"), f"The oldest was made on {since}.")
    if found.renewals:
        title = f"Send {counted(found.renewals, 'invitation')} again"
        yield Task(title, reverse("people:list"), "Whoever was invited asked for a new link.")
    yield from _invitations(found)
    if actor.may(Permission.UNLOCK):
        for row in locked_people(actor)[:SHOWN]:
            address = reverse("people:person", args=[row.user_id])
            yield Task(f"Unlock {row.name}", address, f"Locked out of {row.organisation_name}.")
    if found.unconfirmed:
        quarter = quarter_of(clock.today())
        yield Task(
            f"Confirm {counted(found.unconfirmed, 'role')} of your people",
            reverse("people:recertify"),
            f"Who still needs what they have, {quarter_words(quarter)}.",
            due=last_day(quarter),
        )


def _invitations(found: Desk) -> Iterator[Task]:
    """Links that end soon or have ended unused, and roles that were given until a day soon."""
    if found.ending and found.first_end:
        first = found.first_end.astimezone(LONDON).date()
        yield Task(
            _ends("invitation", found.ending, first),
            reverse("people:list"),
            "Nobody has accepted yet. Remind them, or send a new link.",
            due=first,
        )
    if found.ended:
        was = "was" if found.ended == 1 else "were"
        yield Task(
            f"{counted(found.ended, 'invitation')} ended and {was} not accepted",
            reverse("people:list"),
            "Send a new link, or withdraw it.",
        )
    if found.roles_ending and found.first_role_end:
        yield Task(
            _ends("role", found.roles_ending, found.first_role_end),
            reverse("people:list"),
            "They were given until then. Give them again to who still needs them.",
            due=found.first_role_end,
        )


def _ends(thing: str, number: int, first: date) -> str:
    """ "1 role ends on Fri 29 May", or "3 roles end soon, the first on Fri 29 May"."""
    if number == 1:
        return f"1 {thing} ends on {list_day(first)}"
    return f"{counted(number, thing)} end soon, the first on {list_day(first)}"


def changes(actor: Actor) -> Iterator[Task]:
    """Mergers, splits and closures that wait for a second person."""
    for card in awaiting(actor):
        yield Task(
            f"Agree or refuse: {card.sentence}",
            reverse("mergers:change", args=[card.id]),
            f"{card.proposed_by} proposed it on {list_day(card.proposed_at)}.",
            due=card.effective_date,
        )


def closings(actor: Actor) -> Iterator[Task]:
    """Providers that a file closed, whose claims, people and services nobody has settled."""
    found = unsettled(actor)
    for closing in found[:SHOWN]:
        yield Task(
            f"Say what becomes of {closing.name}",
            f"{reverse('mergers:new')}?closing={closing.code}",
            "A file of organisations closes it. Propose a merger, split or closure: who answers "
            f"for its claims, and what its people keep. {_left(len(found))}",
            due=closing.close_date,
        )


def _left(number: int) -> str:
    """How many closings stand on no home."""
    return f"{number - SHOWN:,} more close without one." if number > SHOWN else ""


SOURCES: tuple[Source, ...] = (people, payment_runs, collections, changes, closings)
"""In the order in which tasks without a date stand."""


@dataclass(frozen=True)
class Work:
    """What needs a person, and what waits for others."""

    mine: tuple[Task, ...]
    others: tuple[Task, ...]


def work(actor: Actor) -> Work:
    """Every task of every source: dated ones first, the soonest at the top."""
    found = [task for source in SOURCES for task in source(actor)]
    found.sort(key=lambda task: (task.due is None, task.due or date.max))
    return Work(
        tuple(task for task in found if task.mine),
        tuple(task for task in found if not task.mine),
    )

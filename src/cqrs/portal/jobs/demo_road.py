"""A few claims brought along the road, by made-up people on past days, so that pages are alive.

All in one commissioner's area, all through the rooms' real actions, in the order of time. The
practice that a newcomer signs in to is left as it is: awaiting its own declaration. When the
second payment run is built the road is done, and no later start touches a claim again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from cqrs.extraction.synthetic.chance import Chance
from cqrs.extraction.synthetic.england import MAIN_PRACTICE
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims import queries as claim_queries
from cqrs.portal.claims.calendar import is_working_day
from cqrs.portal.claims.queries import ClaimCard, QueueFilter
from cqrs.portal.jobs import demo_people, demo_work
from cqrs.portal.jobs.demo_progress import Stage
from cqrs.portal.jobs.demo_world import QOF, World, at
from cqrs.portal.payments import actions as payments
from cqrs.portal.payments import queries as payment_queries
from cqrs.values import LONDON, clock

SHARE = 152
"""The numbers of `GROUPS` are of so many practices."""
RETURN_REASON = (
    "The asthma register is half of last year's. Check the extraction of 31 March with your "
    "supplier, then declare again or tell us why it fell."
)


@dataclass(frozen=True)
class Group:
    """So many claims that went equally far, and when."""

    practices: int
    declared: tuple[date, date]
    """The first and the last day on which they were declared."""
    approved_at: datetime | None = None
    finance_approved_at: datetime | None = None
    ends: str = ""
    """returned or withdrawn, for those that came back."""


def _april(day: int) -> date:
    return date(2026, 4, day)


def _may(day: int) -> date:
    return date(2026, 5, day)


GROUPS = (
    Group(10, (_april(21), _april(24)), at(4, 27, 10, 5), at(4, 29, 14, 20)),
    Group(4, (_april(23), _april(29)), at(5, 1, 11, 30), at(5, 7, 9, 50)),
    Group(4, (_april(28), _april(30)), at(5, 5, 15, 10), at(5, 11, 16, 10)),
    Group(8, (_april(27), _may(5)), at(5, 8, 10, 40)),
    Group(1, (_april(28), _april(28)), ends="returned"),
    Group(1, (_may(5), _may(5)), ends="withdrawn"),
    Group(34, (_april(24), _may(11))),
)
"""Sent, in a run, approved, awaiting finance, returned, taken back, awaiting the commissioner."""

FIRST_RUN, FIRST_RELEASE = at(4, 30, 15), at(4, 30, 15, 25)
RETURNED, WITHDRAWN = at(5, 6, 11, 20), at(5, 6, 8, 55)
SECOND_RUN = at(5, 11, 15)


@dataclass(frozen=True)
class Act:
    """Something somebody did at a moment."""

    at: datetime
    do: Callable[[], object]


def bring_along(world: World, stage: Stage) -> None:
    """Do every act of the plan that isn't done yet, the earliest first."""
    road = _Road(world)
    if road.runs() >= 2:
        stage.already()
        return
    acts = sorted(road.acts(), key=lambda act: act.at)
    for done, act in enumerate(acts, start=1):
        with clock.fixed(act.at):
            act.do()
        stage.count(done, len(acts))
    demo_work.finish(stage)
    stage.done(f"{len(road.cards)} claims of NHS Westmere ICB, {road.runs()} payment runs")


class _Road:
    """The plan for one area: which claim goes how far."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._approver = world.actor(demo_people.APPROVER)
        self._finance = world.actor(demo_people.FINANCE)
        self._operator = world.actor(demo_people.OPERATOR)
        everything = [card for card in self._queue() if card.provider_code != MAIN_PRACTICE.code]
        self._groups = list(_dealt(everything))
        self.cards = [card for _, cards in self._groups for card in cards]

    def runs(self) -> int:
        """How many payment runs were ever built."""
        return len(payment_queries.runs(self._operator))

    def _queue(self) -> Iterator[ClaimCard]:
        """Every claim for the year end in the area, by code."""
        wanted = QueueFilter(service=QOF, status="final", size=100)
        first = claim_queries.queue(self._approver, wanted)
        found = list(first.cards)
        for page in range(2, first.pages + 1):
            more = QueueFilter(service=QOF, status="final", size=100, page=page)
            found += claim_queries.queue(self._approver, more).cards
        return iter(sorted(found, key=lambda card: card.provider_code))

    def acts(self) -> Iterator[Act]:
        """The whole plan."""
        for group, cards in self._groups:
            ids = [card.id for card in cards]
            for card in cards:
                yield Act(_moment(card, group.declared), partial(self._declare, card))
            if group.approved_at:
                yield Act(group.approved_at, partial(self._approve, ids))
            if group.finance_approved_at:
                yield Act(group.finance_approved_at, partial(self._finance_approve, ids))
            if group.ends == "returned":
                yield Act(RETURNED, partial(self._return, cards))
            if group.ends == "withdrawn":
                yield Act(WITHDRAWN, partial(self._withdraw, cards))
        yield Act(FIRST_RUN, partial(self._build, 0))
        yield Act(FIRST_RELEASE, self._release)
        yield Act(SECOND_RUN, partial(self._build, 1))

    def _in(self, state: str, ids: Sequence[int]) -> list[ClaimCard]:
        """Those of the claims that stand in the state and have never come back."""
        cards = claim_queries.chosen(self._approver, ids)
        return [card for card in cards if card.state.code == state and card.round == 1]

    def _declare(self, card: ClaimCard) -> None:
        person = demo_people.declarer_of(card.provider_code)
        for now in self._in("awaiting_provider", [card.id]):
            claims.declare(
                actor=self._world.actor(person),
                claim_id=now.id,
                statement_digest=now.statement_digest,
            )

    def _approve(self, ids: Sequence[int]) -> None:
        waiting = {c.id: c.statement_digest for c in self._in("awaiting_commissioner", ids)}
        if waiting:
            claims.approve_many(actor=self._approver, chosen=waiting)

    def _finance_approve(self, ids: Sequence[int]) -> None:
        waiting = {c.id: c.statement_digest for c in self._in("awaiting_finance", ids)}
        if waiting:
            claims.finance_approve_many(actor=self._finance, chosen=waiting)

    def _return(self, cards: Sequence[ClaimCard]) -> None:
        colleague = self._world.actor(demo_people.SECOND_APPROVER)
        for card in self._in("awaiting_commissioner", [card.id for card in cards]):
            claims.return_to_provider(
                actor=colleague, claim_id=card.id, reason_code="counts", reason=RETURN_REASON
            )

    def _withdraw(self, cards: Sequence[ClaimCard]) -> None:
        for card in self._in("awaiting_commissioner", [card.id for card in cards]):
            person = demo_people.declarer_of(card.provider_code)
            claims.withdraw(actor=self._world.actor(person), claim_id=card.id)

    def _build(self, earlier: int) -> None:
        if self.runs() == earlier and payment_queries.ready(self._operator).claims:
            payments.build_run(actor=self._operator)

    def _release(self) -> None:
        releaser = self._world.actor(demo_people.RELEASER)
        for run in payment_queries.runs(releaser):
            if "release" in run.may:
                payments.release_run(actor=releaser, run_reference=run.reference)


def _dealt(cards: Sequence[ClaimCard]) -> Iterator[tuple[Group, list[ClaimCard]]]:
    """Each group with its claims, fewer where the area is smaller; neighbours are spread out."""
    spread = sorted(cards, key=lambda card: Chance(1, card.provider_code).share())
    for group in GROUPS:
        number = min(group.practices, -(-group.practices * len(cards) // SHARE))
        yield group, [spread.pop() for _ in range(min(number, len(spread)))]


def _moment(card: ClaimCard, between: tuple[date, date]) -> datetime:
    """When a practice declared: a working day between the two, in office hours."""
    chance = Chance(2, card.provider_code)
    first, last = between
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in days if is_working_day(day)]
    day = working[int(chance.share() * len(working))]
    minutes = 8 * 60 + 35 + int(chance.share() * 490)
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=LONDON)


STAGES = (("Claims along the road", bring_along),)

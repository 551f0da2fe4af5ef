"""What a practice's home says: tasks with their deadlines, the road of money, who is waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cqrs.portal.claims.queries import ClaimCard, EventLine, Money, PracticeHome
from cqrs.portal.config.pages import counted, list_day, long_day
from cqrs.portal.web import tasks as tasks_of_all
from cqrs.portal.web.shared.claim import Happened, amount, timeline
from cqrs.values import clock, pounds_text


@dataclass(frozen=True)
class Task:
    """Something this person, or a colleague with another role, must do."""

    due: str
    left: str
    late: bool
    title: str
    reference: str
    tag: str
    notes: tuple[str, ...]
    amount: str
    own: bool
    """Whether this person may do it; else a colleague must, and they can look."""


@dataclass(frozen=True)
class Station:
    """A place on the road of money, and how many claims stand there."""

    name: str
    amount: str
    note: str
    claims: int


@dataclass(frozen=True)
class RecentEvent:
    """Something that happened, with the claim it happened to."""

    event: Happened
    title: str


STATIONS: Mapping[str, tuple[str, str]] = {
    "expected": ("Expected", "{} not declared yet"),
    "declared": ("Declared", "{} with your commissioner"),
    "approved": ("Approved", "{} for a payment run"),
    "sent": ("Sent", "{} sent to the payment agency"),
}


def lead(home: PracticeHome, more: Sequence[tasks_of_all.Task] = ()) -> str:
    """The day, how many things there are, and when the first is due."""
    cards = home.tasks or colleagues_do(home)
    dues = [*(card.declare_by for card in cards), *(task.due for task in more)]
    return f"{long_day(clock.today())}. {tasks_of_all.lead(dues)}".rstrip()


def colleagues_do(home: PracticeHome) -> tuple[ClaimCard, ...]:
    """Claims that wait for this practice, but for somebody with another role."""
    return tuple(card for card in home.waiting if card.is_final and card.state.owner == "provider")


def tasks(home: PracticeHome) -> tuple[Task, ...]:
    """Claims to declare, the earliest deadline first; a colleague's when none is one's own."""
    returned = {
        event.claim_reference: event for event in reversed(home.recent) if event.kind == "returned"
    }
    own = bool(home.tasks)
    wanted = home.tasks or colleagues_do(home)
    return tuple(_task(card, returned.get(card.reference), own=own) for card in wanted)


def _task(card: ClaimCard, returned: EventLine | None, *, own: bool) -> Task:
    again = card.round > 1
    notes = []
    if card.attainable:
        notes.append(f"{card.points:.2f} of {card.attainable:.0f} points.")
    if again and returned:
        notes.append(f"{returned.organisation} returned it: “{returned.reason}”")
        notes.append("Your figures are kept.")
    notes += [_sentence(flag.words) for flag in card.flags]
    if not (card.flags or again):
        notes.append("No warnings.")
    if not own:
        notes.append("A practice declarer declares it; you can check the figures.")
    return Task(
        due=list_day(card.declare_by),
        left=tasks_of_all.days_left(card.declare_by),
        late=card.declare_by < clock.today(),
        title=f"{'Check and declare again' if again else 'Declare'}: {card.title}",
        reference=card.reference,
        tag="Returned" if again and returned else "Came back" if again else "",
        notes=tuple(notes),
        amount=amount(card),
        own=own,
    )


def _sentence(words: str) -> str:
    words = words[:1].upper() + words[1:]
    return words if words.endswith(".") else f"{words}."


@dataclass(frozen=True)
class Road:
    """The stations this version can reach, each pound at the furthest it has come."""

    stations: tuple[Station, ...]
    total: str
    provisional: tuple[ClaimCard, ...]
    """Claims whose figures may still move: their pounds are not counted yet."""
    provisional_total: str


def road(home: PracticeHome) -> Road | None:
    """Where the money is; None for who sees no pounds.

    Provisional figures stand apart: counts in the year would otherwise be counted again with
    those of the year end.
    """
    if home.money is None:
        return None
    apart = tuple(card for card in home.waiting if not card.is_final)
    pence = sum(card.pence or 0 for card in apart)
    stations = tuple(_station(at, apart, pence) for at in home.money)
    total = (home.total_pence or 0) - pence
    return Road(stations, pounds_text(total), apart, pounds_text(pence))


def _station(at: Money, apart: Sequence[ClaimCard], pence: int) -> Station:
    name, note = STATIONS[at.station]
    left_out, less = (len(apart), pence) if at.station == "expected" else (0, 0)
    claims = at.claims - left_out
    return Station(
        name, pounds_text(at.pence - less), note.format(counted(claims, "claim")), claims
    )


def recent(home: PracticeHome) -> tuple[RecentEvent, ...]:
    """What happened, the newest first, with the title of the claim."""
    titles = {card.reference: card.title for card in (*home.tasks, *home.waiting, *home.finished)}
    return tuple(
        RecentEvent(event, titles.get(event.reference, event.reference))
        for event in timeline(home.recent)
    )


def with_points(home: PracticeHome) -> tuple[ClaimCard, ...]:
    """Claims that earn points, the newest first, for the panel at the side."""
    every = (*home.tasks, *home.waiting, *home.finished)
    scored = [card for card in every if card.attainable]
    return tuple(sorted(scored, key=lambda card: card.achievement_date, reverse=True)[:3])

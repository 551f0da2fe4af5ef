"""A commissioner's home: what needs this person, where the money of the area is, what happened."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs.portal.claims.queries import EventLine, QueueFilter, QueuePage, queue
from cqrs.portal.claims.queries.area import recent_decisions
from cqrs.portal.web.commissioner.queue import ALL, STEPS, row, turn
from cqrs.portal.web.request import acting
from cqrs.portal.web.tasks import work
from cqrs.values import clock

SHOWN = 5
RECENT = 6
DONE = {
    "declared": "declared",
    "approved": "approved",
    "finance_approved": "finance-approved",
    "returned": "returned",
    "withdrawn": "took back",
}
STATIONS = {
    "Expected": ("awaiting_provider",),
    "Declared": ("awaiting_commissioner",),
    "With finance": ("awaiting_finance",),
    "Approved": ("approved", "scheduled"),
    "Sent": ("sent",),
}
"""The road of money from the commissioner's side."""


@dataclass(frozen=True)
class Recent:
    """Something one person did, to one claim or to several at once."""

    first: EventLine
    claims: int

    @property
    def sentence(self) -> str:
        """ "Daniel Ross, NHS Westmere ICB, approved 8 claims"."""
        if self.claims == 1:
            return self.first.sentence
        one = self.first
        return f"{one.name}, {one.organisation}, {DONE[one.kind]} {self.claims:,} claims"


@dataclass(frozen=True)
class Station:
    """Claims and money that have come as far as this."""

    name: str
    state: str
    claims: int
    pence: int | None
    words: str


WORDS = {
    "Expected": "practices have not declared",
    "Declared": "wait for approval",
    "With finance": "wait for finance approval",
    "Approved": "wait for a payment run",
    "Sent": "sent for payment",
}


def home(request: HttpRequest) -> HttpResponse:
    """What needs you, the five that have waited longest, the money of the area, and recent."""
    actor = acting(request)
    state = turn(actor)
    wanted = QueueFilter(state="" if state == ALL else state, size=SHOWN)
    page = queue(actor, wanted)
    context = {
        "today": clock.today(),
        "more": work(actor).mine,
        "page": page,
        "state": state,
        "step": next((step for step, needed in STEPS.items() if actor.may(needed)), ""),
        "rows": [row(actor, card) for card in page.cards],
        "road": road(page),
        "pounds": page.everything_pence is not None,
        "recent": together(recent_decisions(actor)),
    }
    return render(request, "commissioner/home.jinja", context)


def together(events: tuple[EventLine, ...]) -> list[Recent]:
    """The newest events, those that a person did to many claims at one moment as one."""
    groups = [
        list(group)
        for _, group in groupby(events, key=lambda e: (e.name, e.organisation, e.kind, e.at))
    ]
    return [Recent(group[0], len(group)) for group in groups[:RECENT]]


@dataclass(frozen=True)
class Road:
    """Where the money of the area is, and what is not counted yet."""

    stations: tuple[Station, ...]
    total_pence: int | None
    provisional: int
    provisional_pence: int | None


def road(page: QueuePage) -> Road:
    """Stations with claims whose figures are final; provisional figures stand apart.

    Counts in the year would otherwise be counted again with those of the year end.
    """
    every = stations(page)
    pounds = page.everything_pence is not None
    return Road(
        every,
        sum(station.pence or 0 for station in every) if pounds else None,
        sum(s.provisional for s in page.by_state),
        sum(s.provisional_pence or 0 for s in page.by_state) if pounds else None,
    )


def stations(page: QueuePage) -> tuple[Station, ...]:
    """The states of all final claims of the area as stations: each pound is counted once."""
    found = {s.state: s for s in page.by_state}
    result = []
    for name, states in STATIONS.items():
        here = [found[state] for state in states if state in found]
        pence = sum((s.pence or 0) - (s.provisional_pence or 0) for s in here)
        result.append(
            Station(
                name,
                states[0],
                sum(s.claims - s.provisional for s in here),
                pence if page.everything_pence is not None else None,
                WORDS[name],
            )
        )
    return tuple(result)

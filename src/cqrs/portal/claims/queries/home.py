"""The practice's home: what it must do, where its money is, who it waits for, what happened."""

from dataclasses import dataclass

from django.db.models import Q

from cqrs.portal.accounts.permissions import NotFound, Permission
from cqrs.portal.accounts.queries import Actor, own, visible_organisations
from cqrs.portal.claims.queries.cards import ClaimCard, cards, seen_by
from cqrs.portal.claims.queries.claim_page import EventLine, events_of

AT_MOST = 200
RECENT = 10
STATION = {
    "awaiting_provider": "expected",
    "awaiting_commissioner": "declared",
    "awaiting_finance": "declared",
    "approved": "approved",
    "scheduled": "approved",
    "sent": "sent",
    "settled": "settled",
}


@dataclass(frozen=True)
class Money:
    """Pence and number of claims at one station of the road."""

    station: str
    pence: int
    claims: int


@dataclass(frozen=True)
class PracticeHome:
    """Everything on a practice's home page."""

    tasks: tuple[ClaimCard, ...]
    """Claims this person can declare now, the earliest deadline first."""
    waiting: tuple[ClaimCard, ...]
    """Claims that wait for somebody else."""
    finished: tuple[ClaimCard, ...]
    """Claims that wait for nobody here: sent, settled, or in-year and so for information."""
    money: tuple[Money, ...] | None
    """Expected, declared, approved, sent: each pound once. None without pounds."""
    total_pence: int | None
    recent: tuple[EventLine, ...]


def practice_home(actor: Actor) -> PracticeHome:
    """Home of the actor's practice, in three queries."""
    rows = list(
        seen_by(actor).filter(own(actor)).order_by("collection__declare_by", "reference")[:AT_MOST]
    )
    all_cards = cards(actor, rows)
    tasks = tuple(card for card in all_cards if "declare" in card.may)
    done = tuple(c for c in all_cards if c.state.owner in ("agency", "nobody") or not c.pays)
    others = tuple(card for card in all_cards if card not in tasks and card not in done)
    money = _money(all_cards) if _shows_all_pounds(actor, all_cards) else None
    return PracticeHome(
        tasks=tasks,
        waiting=others,
        finished=done,
        money=money,
        total_pence=sum(m.pence for m in money) if money is not None else None,
        recent=events_of(actor, [row.pk for row in rows], newest=RECENT),
    )


def _shows_all_pounds(actor: Actor, all_cards: tuple[ClaimCard, ...]) -> bool:
    """A sum that would leave a claim out isn't shown."""
    return actor.may(Permission.SEE_POUNDS) and all(card.shows_pounds for card in all_cards)


def _money(all_cards: tuple[ClaimCard, ...]) -> tuple[Money, ...]:
    sums = {station: [0, 0] for station in ("expected", "declared", "approved", "sent")}
    for card in all_cards:
        station = STATION[card.state.code]
        if station in sums and card.pays:
            sums[station][0] += card.pence or 0
            sums[station][1] += 1
    return tuple(Money(station, pence, number) for station, (pence, number) in sums.items())


def claims_of_provider(actor: Actor, provider_code: str | None = None) -> tuple[ClaimCard, ...]:
    """Claims of a provider the actor may see, their own unless told; the newest first."""
    code = provider_code or actor.organisation_code
    wanted = Q(provider__code=code) if code != actor.organisation_code else own(actor)
    rows = list(
        seen_by(actor)
        .filter(wanted)
        .order_by("-collection__achievement_date", "reference")[:AT_MOST]
    )
    if not rows and not visible_organisations(actor).filter(code=code).exists():
        raise NotFound(f"There is no provider {code}.")
    return cards(actor, rows)

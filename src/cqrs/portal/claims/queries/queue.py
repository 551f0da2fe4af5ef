"""The commissioner's work queue: filters, counts, totals, a page; and the claims chosen in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, Min, Q, QuerySet, Sum

from cqrs.portal.accounts.permissions import NotFound, Permission
from cqrs.portal.accounts.queries import Actor, as_far
from cqrs.portal.claims.calendar import working_days
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.permissions import deciding, seen, visible
from cqrs.portal.claims.queries.cards import ClaimCard, cards, seen_by
from cqrs.portal.claims.states import STATES, WAITS_IN, State
from cqrs.values import LONDON, clock

SORTS = {
    "oldest": ("state_since", "reference"),
    "newest": ("-state_since", "reference"),
    "most": ("-pence", "reference"),
    "least": ("pence", "reference"),
    "name": ("provider__name", "reference"),
}
WITHOUT_POUNDS = {"most": ("-points", "reference"), "least": ("points", "reference")}
LARGEST_PAGE = 100
IN_YEAR = Q(collection__purpose="in_year")
"""For information: nobody's work, and no money."""


@dataclass(frozen=True)
class QueueFilter:
    """What somebody asks the queue for. Empty means everything."""

    state: str = ""
    status: str = ""
    """provisional or final."""
    flag: str = ""
    """A flag's code, "any" or "none"."""
    text: str = ""
    """Part of a practice's name or code, or of a claim's reference."""
    service: str = ""
    sort: str = "oldest"
    page: int = 1
    size: int = 20

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than whole states."""
        return bool(self.status or self.flag or self.text or self.service)


@dataclass(frozen=True)
class StateCount:
    """How many claims stand in a state, and what they come to."""

    state: str
    label: str
    claims: int
    pence: int | None
    provisional: int
    """How many of the claims have figures that may still move."""
    provisional_pence: int | None


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue with its counts. Pence are None for roles without pounds."""

    cards: tuple[ClaimCard, ...]
    page: int
    pages: int
    first: int
    last: int
    matching: int
    matching_pence: int | None
    matching_flagged: int
    mine: int
    """Claims in all that wait for a step this person's role may take."""
    mine_pence: int | None
    everything: int
    everything_pence: int | None
    by_state: tuple[StateCount, ...]
    longest_wait: int
    """Working days the oldest claim that waits for this person's role has waited."""


def queue(actor: Actor, wanted: QueueFilter) -> QueuePage:
    """The page asked for, in three or four queries whatever the number of claims.

    A sum is None when this person doesn't see the pounds of every claim in it: a sum that leaves
    claims out would be read as the whole.
    """
    everything = Claim.objects.filter(visible(actor)).exclude(IN_YEAR)
    hidden = _hidden(actor)
    states = _by_state(actor, everything, hidden)
    matching = _filtered(everything, wanted)
    every = list(states.values())
    if wanted.narrows:
        sums = matching.aggregate(**_sums(hidden))
    else:
        shown = [row for row in every if wanted.state not in STATES or row["state"] == wanted.state]
        sums = {name: sum(row[name] or 0 for row in shown) for name in _sums(hidden)}
    size = min(max(wanted.size, 1), LARGEST_PAGE)
    pages = max(1, -(-sums["number"] // size))
    page = min(max(wanted.page, 1), pages)
    start = (page - 1) * size
    order = _order(wanted.sort, pounds=not sums["hidden"])
    # Only the rows of the page are joined to all that a card needs.
    on_page = matching.order_by(*order).values("pk")[start : start + size]
    rows = list(seen_by(actor).filter(pk__in=on_page).order_by(*order))
    waited = [row["oldest"] for row in every if row["oldest"]]
    return QueuePage(
        cards=cards(actor, rows),
        page=page,
        pages=pages,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        matching=sums["number"],
        matching_pence=_shown(actor, [sums], "money"),
        matching_flagged=sums["flagged"],
        mine=sum(row["mine"] for row in every),
        mine_pence=_shown(actor, every, "mine_money"),
        everything=sum(row["number"] for row in every),
        everything_pence=_shown(actor, every, "money"),
        by_state=tuple(
            _state_count(actor, state, states[code])
            for code, state in STATES.items()
            if code in states
        ),
        longest_wait=max(
            (working_days(at.astimezone(LONDON).date(), clock.today()) for at in waited), default=0
        ),
    )


def _hidden(actor: Actor) -> Count:
    """How many of the claims summed show this person no pounds; asked of rows where roles mix."""
    if as_far(actor, Permission.SEE_POUNDS, Permission.SEE_CLAIMS):
        return Count("id", filter=Q(pk__in=[]))
    if not actor.may(Permission.SEE_POUNDS):
        return Count("id")
    return Count("id", filter=~seen(actor, Permission.SEE_POUNDS))


def _sums(hidden: Count) -> dict[str, Aggregate]:
    """How many, what they come to, of how many the pounds are hidden, how many have a flag."""
    return {
        "number": Count("id"),
        "money": Sum("pence"),
        "hidden": hidden,
        "flagged": Count("id", filter=~Q(flags=[])),
    }


def _by_state(
    actor: Actor, claims: "QuerySet[Claim]", hidden: Count
) -> dict[str, Mapping[str, Any]]:
    moving, mine = Q(status="provisional"), _mine(actor)
    rows = (
        claims.values("state")
        .annotate(
            **_sums(hidden),
            moving=Count("id", filter=moving), moving_money=Sum("pence", filter=moving, default=0),
            mine=Count("id", filter=mine), mine_money=Sum("pence", filter=mine, default=0),
            oldest=Min("state_since", filter=mine),
        )
        .order_by()
    )  # fmt: skip
    return {row["state"]: row for row in rows}


def _mine(actor: Actor) -> Q:
    """The claims that wait for a step this person may take on them."""
    rows = Q(pk__in=[])
    for step, needed in STEPS.items():
        if actor.may(needed):
            rows |= Q(state=WAITS_IN[step]) & deciding(actor, needed)
    return rows


STEPS = {
    "declare": Permission.DECLARE,
    "approve": Permission.APPROVE,
    "finance_approve": Permission.FINANCE_APPROVE,
}


def _shown(actor: Actor, rows: Sequence[Mapping[str, Any]], name: str) -> int | None:
    if not actor.may(Permission.SEE_POUNDS) or any(row["hidden"] for row in rows):
        return None
    return sum(row[name] or 0 for row in rows)


def _state_count(actor: Actor, state: State, row: Mapping[str, Any]) -> StateCount:
    return StateCount(
        state.code, state.label, row["number"], _shown(actor, [row], "money"), row["moving"],
        _shown(actor, [row], "moving_money"),
    )  # fmt: skip


def _filtered(claims: "QuerySet[Claim]", wanted: QueueFilter) -> "QuerySet[Claim]":
    if wanted.state in STATES:
        claims = claims.filter(state=wanted.state)
    if wanted.status in ("provisional", "final"):
        claims = claims.filter(status=wanted.status)
    if wanted.service:
        claims = claims.filter(definition__service=wanted.service)
    if wanted.flag == "none":
        claims = claims.filter(flags=[])
    elif wanted.flag == "any":
        claims = claims.exclude(flags=[])
    elif wanted.flag:
        claims = claims.filter(flags__contains=[{"code": wanted.flag}])
    text = wanted.text.strip()
    if text:
        claims = claims.filter(
            Q(provider__name__icontains=text)
            | Q(provider__code__istartswith=text)
            | Q(reference__icontains=text)
        )
    return claims


def _order(sort: str, *, pounds: bool) -> tuple[str, ...]:
    if not pounds and sort in WITHOUT_POUNDS:
        return WITHOUT_POUNDS[sort]
    return SORTS.get(sort, SORTS["oldest"])


def chosen(actor: Actor, claim_ids: Iterable[int]) -> tuple[ClaimCard, ...]:
    """The claims chosen in the queue, for the review before a bulk decision."""
    ids = set(claim_ids)
    rows = list(seen_by(actor).filter(pk__in=ids).order_by(F("state_since"), "reference"))
    if len(rows) != len(ids):
        raise NotFound("There is no such claim.")
    return cards(actor, rows)


def matching_ids(actor: Actor, wanted: QueueFilter) -> tuple[int, ...]:
    """Every claim that matches the filter, for "select all matching"."""
    claims = seen_by(actor).exclude(IN_YEAR)
    return tuple(_filtered(claims, wanted).values_list("pk", flat=True))

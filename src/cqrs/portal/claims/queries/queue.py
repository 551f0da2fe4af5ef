"""The commissioner's work queue: filters, counts, totals, a page; and the claims chosen in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from cqrs.portal.accounts.permissions import NotFound, Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.calendar import working_days
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.permissions import visible
from cqrs.portal.claims.queries.cards import ClaimCard, cards, seen_by
from cqrs.portal.claims.states import STATES, WAITS_IN
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
    """The page asked for, in four queries whatever the number of claims."""
    everything = Claim.objects.filter(visible(actor)).exclude(IN_YEAR)
    pounds = actor.may(Permission.SEE_POUNDS)
    moving = Q(status="provisional")
    states = {
        row["state"]: row
        for row in everything.values("state")
        .annotate(
            number=Count("id"), money=Sum("pence"), oldest=Min("state_since"),
            moving=Count("id", filter=moving), moving_money=Sum("pence", filter=moving, default=0),
        )
        .order_by()
    }  # fmt: skip
    matching = _filtered(seen_by(actor).exclude(IN_YEAR), wanted)
    sums = matching.order_by().aggregate(
        number=Count("id"), money=Sum("pence"), flagged=Count("id", filter=~Q(flags=[]))
    )
    size = min(max(wanted.size, 1), LARGEST_PAGE)
    pages = max(1, -(-sums["number"] // size))
    page = min(max(wanted.page, 1), pages)
    start = (page - 1) * size
    rows = list(matching.order_by(*_order(wanted.sort, pounds=pounds))[start : start + size])
    mine = [states[state] for state in _turns(actor) if state in states]
    return QueuePage(
        cards=cards(actor, rows),
        page=page,
        pages=pages,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        matching=sums["number"],
        matching_pence=(sums["money"] or 0) if pounds else None,
        matching_flagged=sums["flagged"],
        mine=sum(row["number"] for row in mine),
        mine_pence=sum(row["money"] for row in mine) if pounds else None,
        everything=sum(row["number"] for row in states.values()),
        everything_pence=sum(row["money"] for row in states.values()) if pounds else None,
        by_state=tuple(
            StateCount(
                state.code, state.label, states[state.code]["number"],
                states[state.code]["money"] if pounds else None,
                states[state.code]["moving"],
                states[state.code]["moving_money"] if pounds else None,
            )
            for state in STATES.values()
            if state.code in states
        ),
        longest_wait=max(
            (
                working_days(row["oldest"].astimezone(LONDON).date(), clock.today())
                for row in mine
            ),
            default=0,
        ),
    )  # fmt: skip


def _turns(actor: Actor) -> tuple[str, ...]:
    permissions = {
        "declare": Permission.DECLARE,
        "approve": Permission.APPROVE,
        "finance_approve": Permission.FINANCE_APPROVE,
    }
    return tuple(WAITS_IN[step] for step, needed in permissions.items() if actor.may(needed))


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

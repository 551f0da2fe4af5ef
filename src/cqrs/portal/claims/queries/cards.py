"""A claim as every page shows it: figures, whose turn it is, what this person may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet

from cqrs.portal.accounts.duties import Duty
from cqrs.portal.accounts.permissions import Permission
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.actions.moving import WHO_SENT, done_by
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.newer import newer_counts_at
from cqrs.portal.claims.permissions import answers, name_of, refusal, visible
from cqrs.portal.claims.states import ACTIONS, STATES, State, Waiting, waiting
from cqrs.portal.collection.queries import title_of
from cqrs.portal.organisations.queries import answering_for
from cqrs.values import LONDON, clock


@dataclass(frozen=True)
class Flag:
    """Something to look at before deciding."""

    code: str
    words: str
    blocks_bulk: bool


@dataclass(frozen=True)
class ClaimCard:
    """One claim. What this person may not see of it is None: pence, or points too."""

    id: int
    reference: str
    title: str
    service: str
    achievement_date: date
    declare_by: date
    provider_id: int
    provider_code: str
    provider_name: str
    commissioner_name: str
    state: State
    status: str
    points: Decimal | None
    attainable: Decimal | None
    pence: int | None
    statement_digest: str
    statement_number: int
    round: int
    waiting: Waiting
    flags: tuple[Flag, ...]
    may: frozenset[str]
    """Actions this person may take now: declare, withdraw, approve, finance_approve, return."""
    pays: bool
    """No for an in-year claim, which only informs: its pounds belong in no sum of money."""
    refusals: dict[str, str]
    """For each action of the state that they may not take: why."""

    @property
    def blocks_bulk(self) -> bool:
        """Whether it must be opened to be decided."""
        return any(flag.blocks_bulk for flag in self.flags)

    @property
    def shows_pounds(self) -> bool:
        """Whether this person sees what it comes to in pounds."""
        return self.pence is not None

    @property
    def is_final(self) -> bool:
        """Whether the figures can be declared."""
        return self.status == "final"


def sees_points(claim: Claim) -> bool:
    """Whether the person who asked for this row sees its points and counts."""
    return bool(vars(claim)[name_of(Permission.SEE_POINTS)])


def sees_pounds(claim: Claim) -> bool:
    """Whether they see its pounds."""
    return bool(vars(claim)[name_of(Permission.SEE_POUNDS)])


def seen_by(actor: Actor) -> "QuerySet[Claim]":
    """The actor's claims with all that a card needs, in one query."""
    return (
        Claim.objects.filter(visible(actor))
        .select_related("provider", "commissioner", "collection", "definition")
        .defer("definition__content")
        .annotate(
            statement_number=F("statement__number"),
            newer_counts_at=newer_counts_at(),
            **WHO_SENT,
            **answers(actor),
        )
    )


def cards(actor: Actor, claims: Sequence[Claim]) -> tuple[ClaimCard, ...]:
    """Cards of the claims, in their order.

    One more query where any can be acted on, and one where a provider among them has closed.
    """
    done = done_by(actor, [claim for claim in claims if STATES[claim.state].actions])
    closed = {claim.provider_id for claim in claims if claim.provider.close_date}
    after = answering_for(closed) if closed else {}
    names = {number: successor.name for number, successor in after.items()}
    return tuple(
        _card(actor, claim, done.get(claim.pk, frozenset()), names.get(claim.provider_id, ""))
        for claim in claims
    )


def _card(actor: Actor, claim: Claim, done: frozenset[Duty], answering_name: str) -> ClaimCard:
    state = STATES[claim.state]
    refusals = {
        action: refusal(actor, action, claim, done=done)
        for action in ACTIONS
        if action in state.actions
    }
    points, pounds = sees_points(claim), sees_pounds(claim)
    newer = vars(claim)["newer_counts_at"]
    return ClaimCard(
        id=claim.pk,
        reference=claim.reference,
        title=title_of(
            claim.definition.short_title,
            claim.collection.purpose,
            claim.collection.achievement_date,
        ),
        service=claim.definition.service,
        achievement_date=claim.collection.achievement_date,
        declare_by=claim.collection.declare_by,
        provider_id=claim.provider_id,
        provider_code=claim.provider.code,
        provider_name=claim.provider.name,
        commissioner_name=claim.commissioner.name,
        state=state,
        status=claim.status,
        points=claim.points if points else None,
        attainable=claim.attainable if points else None,
        pence=claim.pence if pounds else None,
        statement_digest=claim.statement_digest,
        statement_number=vars(claim)["statement_number"],
        round=claim.round,
        waiting=waiting(
            newer_counts=newer.astimezone(LONDON).date() if newer else None,
            state=claim.state,
            status=claim.status,
            since=claim.state_since.astimezone(LONDON).date(),
            today=clock.today(),
            route=claim.route,
            provider_name=claim.provider.name,
            answering_name=answering_name,
            commissioner_name=claim.commissioner.name,
            pays=claim.collection.pays,
        ),
        flags=tuple(Flag(**flag) for flag in claim.flags),
        pays=claim.collection.pays,
        may=frozenset(action for action, no in refusals.items() if not no),
        refusals={action: no for action, no in refusals.items() if no},
    )

"""One claim with its statement, its route, everything that happened, and what it was made of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from cqrs.calculation.statement import PracticeInputs
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.inputs import inputs_of
from cqrs.portal.claims.models import Claim, ClaimEvent, Statement
from cqrs.portal.claims.permissions import as_column, seen
from cqrs.portal.claims.queries.cards import (
    ClaimCard,
    cards,
    seen_by,
    sees_points,
    sees_pounds,
)
from cqrs.portal.claims.states import RETURN_REASONS, SIGNED_AS, WAITS_IN
from cqrs.portal.collection.models import Source
from cqrs.portal.organisations.models import ListSize
from cqrs.values import pounds_text

WORDS = {
    "calculated": "calculated", "recalculated": "recalculated", "declared": "declared",
    "approved": "approved", "finance_approved": "finance-approved", "returned": "returned",
    "withdrawn": "took back", "scheduled": "put into a payment run",
    "unscheduled": "took out of a cancelled payment run", "sent": "sent for payment",
    "differs": "recalculated, without changing this claim,",
}  # fmt: skip
STEP_WORDS = {
    "declare": "Declare", "approve": "Approve", "finance_approve": "Finance approve",
    "pay": "Payment run",
}  # fmt: skip


@dataclass(frozen=True)
class EventLine:
    """What somebody did, in words; without pounds for roles that don't see them."""

    at: datetime
    name: str
    organisation: str
    kind: str
    sentence: str
    reason_label: str
    reason: str
    statement_number: int
    claim_reference: str


@dataclass(frozen=True)
class RouteStep:
    """A step of the claim's route: done by whom and when, now, or later."""

    code: str
    label: str
    state: str
    """done, now or later."""
    who: str
    at: datetime | None


@dataclass(frozen=True)
class StatementLine:
    """A statement of this claim: the current one or an earlier one."""

    number: int
    digest: str
    calculated_at: datetime
    status: str
    points: str
    pence: int | None
    is_current: bool


@dataclass(frozen=True)
class Sources:
    """What the current statement was made of."""

    submission_version: int
    submission_source: str
    submission_digest: str
    received_at: datetime
    received_by: str
    warnings: tuple[str, ...]
    file_name: str
    file_sha256: str
    registered_list: int
    list_date: date
    list_source: str
    list_source_digest: str
    reference_status: str
    reference_digest: str
    reference_struck_at: datetime | None
    definition_title: str
    definition_version: int
    definition_digest: str
    definition_published_at: datetime


class FiguresHidden(Refused):
    """They see where this claim stands, and not what it comes to."""


@dataclass(frozen=True)
class ClaimStatus:
    """Where one claim stands and who did what, without a figure."""

    card: ClaimCard
    steps: tuple[RouteStep, ...]
    events: tuple[EventLine, ...]


@dataclass(frozen=True)
class ClaimPage:
    """Everything about one claim."""

    card: ClaimCard
    content: dict[str, Any]
    """The current statement's JSON, without `pence` for roles that don't see pounds."""
    statements: tuple[StatementLine, ...]
    steps: tuple[RouteStep, ...]
    """None for an in-year claim, which nobody declares, approves or pays."""
    events: tuple[EventLine, ...]
    """The newest first."""
    sources: Sources
    definition: Definition
    inputs: PracticeInputs
    """What the statement was calculated from, for its workings."""


def claim(actor: Actor, reference: str) -> ClaimPage:
    """The claim with this reference, in six queries. NotFound when it isn't theirs to see.

    FiguresHidden when they see where it stands and not its points: `status` tells them that.
    """
    row = _row(actor, reference)
    card = cards(actor, [row])[0]
    statement = _statement(row.statement_id)
    content = json.loads(bytes(statement.content))
    definition, inputs = inputs_of(statement)
    history = list(_history([row.pk]))
    pounds = sees_pounds(row)
    return ClaimPage(
        card=card,
        content=content if pounds else without_pounds(content),
        statements=_statements(statement, pounds=pounds),
        steps=_steps(row.route, row.state, row.round, history) if card.pays else (),
        events=tuple(_event_line(event, pounds=pounds) for event in history),
        sources=_sources(statement, content),
        definition=definition,
        inputs=inputs,
    )


def calculation_inputs(actor: Actor, reference: str) -> tuple[Definition, PracticeInputs]:
    """What the claim's current statement was calculated from, for its workings. Two queries."""
    return inputs_of(_statement(_row(actor, reference).statement_id))


def status(actor: Actor, reference: str) -> ClaimStatus:
    """Where the claim stands, in four queries: for who sees no figures of it. Else NotFound."""
    row = seen_by(actor).filter(reference=reference).first()
    if row is None:
        raise NotFound(f"There is no claim {reference}.")
    card = cards(actor, [row])[0]
    history = list(_history([row.pk]))
    pounds = sees_pounds(row)
    return ClaimStatus(
        card=card,
        steps=_steps(row.route, row.state, row.round, history) if card.pays else (),
        events=tuple(_event_line(event, pounds=pounds) for event in history),
    )


def _row(actor: Actor, reference: str) -> Claim:
    row = seen_by(actor).filter(reference=reference).first()
    if row is None:
        raise NotFound(f"There is no claim {reference}.")
    if not sees_points(row):
        raise FiguresHidden(
            f"Your role sees where {reference} stands, and not its figures. Ask a user "
            "administrator for a role that sees points."
        )
    return row


def without_pounds(content: dict[str, Any]) -> dict[str, Any]:
    """The same statement for a role that sees points and not pounds."""
    lines = [{k: v for k, v in line.items() if k != "pence"} for line in content["lines"]]
    return {k: v for k, v in content.items() if k != "pence"} | {"lines": lines}


def _statement(statement_id: int) -> Statement:
    return (
        Statement.objects.select_related(
            "submission", "submission__source_file", "reference", "definition"
        )
        .defer("definition__content")
        .get(pk=statement_id)
    )


def _statements(current: Statement, *, pounds: bool) -> tuple[StatementLine, ...]:
    rows = (
        Statement.objects.filter(provider=current.provider_id, collection=current.collection_id)
        .order_by("-number")
        .only("number", "digest", "calculated_at", "status", "points", "pence")
    )
    return tuple(
        StatementLine(
            s.number, s.digest, s.calculated_at, s.status, str(s.points),
            s.pence if pounds else None, s.pk == current.pk,
        )
        for s in rows
    )  # fmt: skip


def events_of(
    actor: Actor,
    claims: "Sequence[int] | QuerySet[Claim]",
    *,
    newest: int | None = None,
    kinds: Sequence[str] = (),
) -> tuple[EventLine, ...]:
    """What happened to the claims, the newest first. The caller has checked they may be seen."""
    rows = _history(claims).annotate(
        pounds=as_column(seen(actor, Permission.SEE_POUNDS, "claim__"))
    )
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return tuple(_event_line(row, pounds=vars(row)["pounds"]) for row in rows[:newest])


def _history(claims: "Sequence[int] | QuerySet[Claim]") -> "QuerySet[ClaimEvent]":
    return (
        ClaimEvent.objects.filter(claim__in=claims)
        .select_related("statement", "claim")
        .defer("statement__content", "claim__flags", "claim__route")
        .order_by("-id")
    )


def _event_line(row: ClaimEvent, *, pounds: bool) -> EventLine:
    amount = f"{pounds_text(row.statement.pence)}, " if pounds else ""
    return EventLine(
        at=row.at,
        name=row.actor_name,
        organisation=row.organisation_name,
        kind=row.kind,
        sentence=f"{row.actor_name}, {row.organisation_name}, {WORDS[row.kind]} "
        f"{amount}statement {row.statement.number}",
        reason_label=RETURN_REASONS.get(row.reason_code, ""),
        reason=row.reason,
        statement_number=row.statement.number,
        claim_reference=row.claim.reference,
    )


def _steps(
    route: list[dict[str, str]], state: str, round_: int, history: Sequence[ClaimEvent]
) -> tuple[RouteStep, ...]:
    """The steps of this round; `history` has the newest event first."""
    done = {event.kind: event for event in reversed(history) if event.round == round_}
    steps = [
        _step(step["step"], done.get(SIGNED_AS[step["step"]]), now=state == WAITS_IN[step["step"]])
        for step in route
    ]
    if state == "settled":
        last = history[0] if history else None
        return (*steps, replace(_step("pay", last, now=False), label="Settled without a payment"))
    return (*steps, _step("pay", done.get("sent"), now=state in ("approved", "scheduled")))


def _step(code: str, event: ClaimEvent | None, *, now: bool) -> RouteStep:
    stands = "done" if event else "now" if now else "later"
    who = f"{event.actor_name}, {event.organisation_name}" if event else ""
    return RouteStep(code, STEP_WORDS[code], stands, who, event.at if event else None)


def _sources(statement: Statement, content: dict[str, Any]) -> Sources:
    submission, reference = statement.submission, statement.reference
    file, definition = submission.source_file, statement.definition
    used = content["reference"]
    day = date.fromisoformat(used["list_date"])
    size = (
        ListSize.objects.filter(
            organisation=statement.provider_id,
            on_date=day,
            registered=used["registered_list"],
            recorded_at__lte=statement.calculated_at,
        )
        .order_by("-recorded_at", "-id")
        .first()
    )
    return Sources(
        submission_version=submission.version,
        submission_source=Source(submission.source).label,
        submission_digest=submission.digest,
        received_at=submission.received_at,
        received_by=submission.received_by_name,
        warnings=tuple(submission.warnings),
        file_name=file.name if file else "",
        file_sha256=file.sha256 if file else "",
        registered_list=used["registered_list"],
        list_date=day,
        list_source=size.source_name if size else "",
        list_source_digest=size.source_digest if size else "",
        reference_status=used["status"],
        reference_digest=used["digest"],
        reference_struck_at=reference.struck_at if reference else None,
        definition_title=definition.title,
        definition_version=definition.version,
        definition_digest=definition.digest,
        definition_published_at=definition.published_at,
    )

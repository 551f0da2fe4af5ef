"""Payment runs and what is in them, and the payment of one claim."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from cqrs.portal.accounts.permissions import NotFound, Permission, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.newer import payable
from cqrs.portal.claims.permissions import as_column, seen, visible
from cqrs.portal.payments.models import Instruction, Run, RunState
from cqrs.portal.payments.permissions import release_refusal
from cqrs.portal.words import day_text
from cqrs.values import pounds_text, short_digest

MAY_NOT = "Only payment operators, releasers and auditors see payment runs."
PAGE_SIZE = 50
COLOURS = {"built": "yellow", "released": "green", "cancelled": "grey"}


@dataclass(frozen=True)
class Ready:
    """What the next run would pay."""

    claims: int
    pence: int


@dataclass(frozen=True)
class RunCard:
    """A payment run as a list shows it."""

    reference: str
    state: str
    state_label: str
    colour: str
    count: int
    total_pence: int
    built_by: str
    built_at: datetime
    released_by: str
    released_at: datetime | None
    cancelled_by: str
    cancelled_at: datetime | None
    cancel_reason: str
    file_name: str
    file_sha256: str
    sentence: str
    may: frozenset[str]
    """release, cancel: what this person may do now."""
    refusal: str
    """Why they may not release it; empty when they may, or when it is over."""


@dataclass(frozen=True)
class RunLine:
    """One payment of a run."""

    claim_reference: str
    provider_code: str
    provider_name: str
    commissioner_name: str
    payee_reference: str
    amount_pence: int
    identity: str


@dataclass(frozen=True)
class CommissionerTotal:
    """What one commissioner pays in a run."""

    name: str
    count: int
    pence: int


@dataclass(frozen=True)
class RunPage:
    """A run with a page of its payments."""

    card: RunCard
    lines: tuple[RunLine, ...]
    page: int
    pages: int
    by_commissioner: tuple[CommissionerTotal, ...]


@dataclass(frozen=True)
class RunFile:
    """The payment file as it was written."""

    name: str
    content: bytes
    sha256: str


@dataclass(frozen=True)
class PaymentLine:
    """Where the money of a claim is."""

    run_reference: str
    run_state: str
    amount_pence: int | None
    payee_reference: str
    identity: str
    built_at: datetime
    released_at: datetime | None
    file_name: str
    file_sha256: str


def ready(actor: Actor) -> Ready:
    """How many approved claims wait for a run, and what they come to."""
    require(actor, Permission.SEE_RUNS, MAY_NOT)
    sums = payable().aggregate(number=Count("id"), money=Sum("pence"))
    return Ready(sums["number"], sums["money"] or 0)


def runs(actor: Actor, *, newest: int = 100) -> tuple[RunCard, ...]:
    """The newest payment runs."""
    require(actor, Permission.SEE_RUNS, MAY_NOT)
    rows = Run.objects.defer("file_content").order_by("-id")[:newest]
    return tuple(_card(actor, row) for row in rows)


SORTS = {"built": "id", "claims": "count", "total": "total_pence"}


def matching_runs(
    actor: Actor, *, text: str = "", state: str = "", sort: str = "-built"
) -> "QuerySet[Run]":
    """Runs that match, in order; `text` is part of a reference or of who built it.

    Cut it into pages, then hand each to `run_cards`.
    """
    require(actor, Permission.SEE_RUNS, MAY_NOT)
    found = Run.objects.defer("file_content")
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(reference__icontains=text) | Q(built_by_name__icontains=text))
    sign = "-" if sort.startswith("-") else ""
    return found.order_by(sign + SORTS.get(sort.removeprefix("-"), "id"), "-id")


def run_cards(actor: Actor, rows: "QuerySet[Run]") -> tuple[RunCard, ...]:
    """Runs as lists show them, in their order. One query."""
    return tuple(_card(actor, row) for row in rows)


def run(actor: Actor, reference: str, page: int = 1) -> RunPage:
    """One run with fifty of its payments. NotFound when there is none."""
    row = _run(actor, reference)
    lines = (
        Instruction.objects.filter(run=row)
        .select_related("claim__provider", "claim__commissioner")
        .order_by("claim__provider__name", "id")
    )
    pages = max(1, -(-row.count // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    return RunPage(
        card=_card(actor, row),
        lines=tuple(
            RunLine(
                line.claim.reference, line.claim.provider.code, line.claim.provider.name,
                line.claim.commissioner.name, line.payee_reference, line.amount_pence,
                line.identity,
            )
            for line in lines[start : start + PAGE_SIZE]
        ),
        page=page,
        pages=pages,
        by_commissioner=tuple(
            CommissionerTotal(total["claim__commissioner__name"], total["number"], total["money"])
            for total in Instruction.objects.filter(run=row)
            .values("claim__commissioner__name")
            .annotate(number=Count("id"), money=Sum("amount_pence"))
            .order_by("claim__commissioner__name")
        ),
    )  # fmt: skip


def _run(actor: Actor, reference: str) -> Run:
    require(actor, Permission.SEE_RUNS, MAY_NOT)
    row = Run.objects.defer("file_content").filter(reference=reference).first()
    if row is None:
        raise NotFound(f"There is no payment run {reference}.")
    return row


def _card(actor: Actor, row: Run) -> RunCard:
    built = row.state == RunState.BUILT
    refusal = release_refusal(actor, row) if built else ""
    may = set()
    if built and not refusal:
        may.add("release")
    if built and (actor.may(Permission.BUILD_RUN) or actor.may(Permission.RELEASE_RUN)):
        may.add("cancel")
    return RunCard(
        reference=row.reference,
        state=row.state,
        state_label=RunState(row.state).label,
        colour=COLOURS[row.state],
        count=row.count,
        total_pence=row.total_pence,
        built_by=row.built_by_name,
        built_at=row.built_at,
        released_by=row.released_by_name,
        released_at=row.released_at,
        cancelled_by=row.cancelled_by_name,
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
        file_name=row.file_name,
        file_sha256=row.file_sha256 or "",
        sentence=_sentence(row),
        may=frozenset(may),
        refusal=refusal,
    )


def _sentence(row: Run) -> str:
    built = day_text(row.built_at)
    if row.state == RunState.BUILT:
        return (
            f"Waiting for a payment releaser other than {row.built_by_name} since {built}. "
            "Next: the payment file is written and sent."
        )
    if row.state == RunState.RELEASED:
        return (
            f"Waiting for the payment agency since {day_text(row.released_at)}. "
            f"Next: the agency says what it paid. File digest "
            f"{short_digest(row.file_sha256 or '')}."
        )
    reason = row.cancel_reason.rstrip(".")
    return (
        f"Waiting for nobody: {row.cancelled_by_name} cancelled it. {reason}. Next: nothing, this "
        f"run is finished; its claims, {pounds_text(row.total_pence)}, went back and each says "
        "what it waits for."
    )


def run_file(actor: Actor, reference: str) -> RunFile:
    """The payment file of a released run. NotFound before its release."""
    _run(actor, reference)
    return stored_file(reference)


def stored_file(reference: str) -> RunFile:
    """The same for the job that hands the file over, which no person asks for."""
    row = Run.objects.filter(reference=reference, state=RunState.RELEASED).first()
    if row is None or row.file_content is None:
        raise NotFound(f"There is no payment file of {reference}.")
    return RunFile(row.file_name, bytes(row.file_content), row.file_sha256 or "")


def payment_of(actor: Actor, claim_reference: str) -> PaymentLine | None:
    """The newest payment of a claim the actor may see, or None before it is in a run."""
    row = (
        Instruction.objects.filter(
            claim__in=Claim.objects.filter(visible(actor), reference=claim_reference).values("pk")
        )
        .select_related("run")
        .annotate(pounds=as_column(seen(actor, Permission.SEE_POUNDS, "claim__")))
        .defer("run__file_content")
        .order_by("-id")
        .first()
    )
    if row is None:
        return None
    return PaymentLine(
        run_reference=row.run.reference,
        run_state=row.run.state,
        amount_pence=row.amount_pence if row.pounds else None,
        payee_reference=row.payee_reference,
        identity=row.identity,
        built_at=row.run.built_at,
        released_at=row.run.released_at,
        file_name=row.run.file_name,
        file_sha256=row.run.file_sha256 or "",
    )

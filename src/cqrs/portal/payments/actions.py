"""Building, releasing and cancelling payment runs; every pound leaves once."""

from dataclasses import dataclass

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from cqrs.exchange.payment_file import PaymentLine, write
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Claim
from cqrs.portal.claims.newer import superseded
from cqrs.portal.organisations.queries import answering_for
from cqrs.portal.payments.ledger import accounts_of, identity_of, promise, void
from cqrs.portal.payments.models import Instruction, Run, RunState
from cqrs.portal.payments.permissions import MAY_NOT_RELEASE, release_refusal
from cqrs.portal.words import day_text
from cqrs.values import clock, digest, pounds_text, short_digest

STEP = "achievement"
"""What is paid: later steps, such as an adjustment, get a name of their own."""
JOB = "payments.write_file_to_outbox"
BATCH = 2000


@transaction.atomic
def build_run(*, actor: Actor) -> str:
    """Put every approved claim into a new run, its money pending; answers the run's reference.

    Runs built at the same moment share the claims out between them, each claim in one.
    """
    require(actor, Permission.BUILD_RUN, "Only a payment operator may build a payment run.")
    ready = claims.schedule(actor=actor)
    if not ready:
        raise Refused("No approved claim is waiting for a payment run.")
    run = _new_run(actor, ready)
    instructions = _instructions(run, ready)
    promise(run, instructions, accounts_of(ready))
    audit.record(
        actor=actor,
        action="payments.build_run",
        subject_kind="payment run",
        subject_reference=run.reference,
        sentence=f"{actor.name} built payment run {run.reference}: {run.count:,} payments.",
        concerns=[c for row in ready for c in (row.provider.code, row.commissioner.code)],
        details={"count": run.count, "total_pence": run.total_pence},
    )
    return run.reference


def _new_run(actor: Actor, ready: list[Claim]) -> Run:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('payments_run', 'id'))")
        (number,) = cursor.fetchone() or (0,)
    if actor.user_id is None:
        raise Refused("A payment run is built by a person who is signed in.")
    return Run.objects.create(
        pk=number,
        reference=f"RUN-{clock.today():%Y-%m-%d}-{number:05}",
        count=len(ready),
        total_pence=sum(claim.pence for claim in ready),
        built_by_id=actor.user_id,
        built_by_name=actor.name,
        built_at=clock.now(),
    )


def _instructions(run: Run, ready: list[Claim]) -> list[Instruction]:
    after = answering_for({claim.provider_id for claim in ready})
    payees = {c.provider_id: after.get(c.provider_id, c.provider) for c in ready}
    nameless = next((payee for payee in payees.values() if not payee.payee_reference), None)
    if nameless:
        raise Refused(
            f"{nameless.name} ({nameless.code}) has no payee reference. Record it first. Nothing "
            "was built."
        )
    before = _cancelled_instructions(ready)
    instructions = []
    for claim in ready:
        replaced = before.get((claim.pk, claim.statement_id))
        instructions.append(
            Instruction(
                run=run,
                claim=claim,
                statement_id=claim.statement_id,
                step=STEP,
                payee_reference=payees[claim.provider_id].payee_reference,
                amount_pence=claim.pence,
                identity=identity_of(
                    claim.reference,
                    claim.statement_digest,
                    STEP,
                    replaced.identity if replaced else "",
                ),
                replaces=replaced,
            )
        )
    return Instruction.objects.bulk_create(instructions, batch_size=BATCH)


def _cancelled_instructions(ready: list[Claim]) -> dict[tuple[int, int], Instruction]:
    """The last instruction of each claim that was in a run before, which must be cancelled."""
    last = Instruction.objects.filter(
        claim__in=[claim.pk for claim in ready], step=STEP, instruction__isnull=True
    )
    return {(row.claim_id, row.statement_id): row for row in last}


@transaction.atomic
def release_run(*, actor: Actor, run_reference: str) -> None:
    """Write the payment file of a run that somebody else built, and send its claims."""
    require(actor, Permission.RELEASE_RUN, MAY_NOT_RELEASE)
    run = _run(run_reference)
    no = release_refusal(actor, run)
    if no:
        raise Refused(no)
    lines = _checked(run)
    now = clock.now()
    content = write([line.for_file for line in lines], run_reference=run.reference, created_at=now)
    sha256 = digest(content)
    released = Run.objects.filter(pk=run.pk, state=RunState.BUILT).update(
        state=RunState.RELEASED,
        released_by_id=actor.user_id,
        released_by_name=actor.name,
        released_at=now,
        file_name=f"{run.reference}.csv",
        file_content=content,
        file_sha256=sha256,
    )
    if released != 1:
        raise Refused(_over(run_reference))
    claims.send(actor=actor, claim_ids=[line.claim_id for line in lines])
    jobs.configure_task(JOB, lock=run.reference).defer(run_reference=run.reference)
    audit.record(
        actor=actor,
        action="payments.release_run",
        subject_kind="payment run",
        subject_reference=run.reference,
        sentence=f"{actor.name} released payment run {run.reference}: {run.count:,} payments, "
        f"file digest {short_digest(sha256)}.",
        concerns=[line.for_file.provider_code for line in lines],
        details={"count": run.count, "total_pence": run.total_pence, "sha256": sha256},
    )


@dataclass(frozen=True)
class _Line:
    claim_id: int
    for_file: PaymentLine


def _run(reference: str) -> Run:
    run = Run.objects.select_for_update().filter(reference=reference).first()
    if run is None:
        raise NotFound(f"There is no payment run {reference}.")
    if run.state != RunState.BUILT:
        raise Refused(_over(reference))
    return run


def _over(reference: str) -> str:
    run = Run.objects.defer("file_content").get(reference=reference)
    if run.state == RunState.RELEASED:
        return (
            f"{reference} was released by {run.released_by_name} on "
            f"{day_text(run.released_at)}. A run is released once."
        )
    return f"{reference} was cancelled by {run.cancelled_by_name}. Build another run."


def _checked(run: Run) -> list[_Line]:
    """The lines of the file, when they are still what the claims say and add up to the run."""
    rows = list(
        Instruction.objects.filter(run=run)
        .select_related("claim", "claim__provider", "claim__definition")
        .defer("claim__definition__content")
    )
    for row in rows:
        same = (row.claim.pence, row.claim.statement_id) == (row.amount_pence, row.statement_id)
        if not same:
            raise Refused(
                f"{row.claim.reference} has changed since {run.reference} was built. Cancel the "
                "run and build another."
            )
    _refuse_changed_payee(run, rows)
    for claim in superseded(row.claim for row in rows):
        raise Refused(
            f"{claim.reference} was calculated again after {run.reference} was built, and its "
            "figures differ. Cancel the run and build another."
        )
    total = sum(row.amount_pence for row in rows)
    if (len(rows), total) != (run.count, run.total_pence):
        raise Refused(
            f"{run.reference} says {run.count:,} payments of {pounds_text(run.total_pence)}, its "
            f"lines are {len(rows):,} of {pounds_text(total)}. Nothing was released: cancel it."
        )
    return [
        _Line(
            row.claim_id,
            PaymentLine(
                payee_reference=row.payee_reference,
                provider_code=row.claim.provider.code,
                claim=row.claim.reference,
                service=row.claim.definition.quality_service,
                amount_pence=row.amount_pence,
                payment_identity=row.identity,
            ),
        )
        for row in rows
    ]


def _refuse_changed_payee(run: Run, rows: list[Instruction]) -> None:
    for row in rows:
        if row.payee_reference != row.claim.provider.payee_reference:
            raise Refused(
                f"The payee of {row.claim.provider.name} has changed since {run.reference} was "
                "built. Cancel the run and build another."
            )


@transaction.atomic
def cancel_run(*, actor: Actor, run_reference: str, reason: str) -> None:
    """Void a run that has not been released; its claims wait for another run.

    Claims whose figures changed meanwhile go back to their practice instead.
    """
    if not (actor.may(Permission.BUILD_RUN) or actor.may(Permission.RELEASE_RUN)):
        raise Refused("Only a payment operator or releaser may cancel a payment run.")
    if not reason.strip():
        raise Refused("Say why the run is cancelled. Nothing was changed.")
    run = _run(run_reference)
    void(run)
    Run.objects.filter(pk=run.pk).update(
        state=RunState.CANCELLED,
        cancelled_by_id=actor.user_id,
        cancelled_by_name=actor.name,
        cancelled_at=clock.now(),
        cancel_reason=reason.strip(),
    )
    ids = list(Instruction.objects.filter(run=run).values_list("claim_id", flat=True))
    fell_back = claims.unschedule(actor=actor, claim_ids=ids, reason=reason.strip())
    audit.record(
        actor=actor,
        action="payments.cancel_run",
        subject_kind="payment run",
        subject_reference=run.reference,
        sentence=f"{actor.name} cancelled payment run {run.reference}.",
        concerns=_paid(run),
        details={
            "reason": reason.strip(),
            "count": run.count,
            "total_pence": run.total_pence,
            "fell_back": fell_back,
        },
    )


def _paid(run: Run) -> list[str]:
    """Codes of the providers that the run would have paid."""
    rows = Instruction.objects.filter(run=run)
    return list(rows.values_list("claim__provider__code", flat=True))

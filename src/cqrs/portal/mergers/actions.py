"""Proposing, agreeing, refusing and withdrawing a change; agreeing writes all its dates at once."""

from django.db import IntegrityError, transaction

from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.mergers.models import Change, ChangeState, Part
from cqrs.portal.mergers.plan import Plan, plan_of
from cqrs.portal.mergers.queries import deciding_refusal, reaches_all, seen, terms_of
from cqrs.portal.mergers.terms import Terms
from cqrs.portal.organisations import actions as organisations
from cqrs.portal.organisations.actions import Successor
from cqrs.portal.organisations.queries import commissioner_of
from cqrs.values import clock, short_digest

MAY_NOT = "Only a commissioning manager or a data operator may propose a change of providers."


@transaction.atomic
def propose(*, actor: Actor, terms: Terms) -> int:
    """Put a change up for a second person to agree; answers its number. Nothing happens yet."""
    require(actor, Permission.PROPOSE_CHANGE, MAY_NOT)
    if actor.user_id is None:
        raise Refused("A change of providers is proposed by a person who is signed in.")
    if terms.faults:
        raise Refused(f"{next(iter(terms.faults.values()))}. Nothing was proposed.")
    if not terms.reason.strip():
        raise Refused("Say why the providers change. Nothing was proposed.")
    if not reaches_all(actor, Permission.PROPOSE_CHANGE, terms):
        raise NotFound("There is no such organisation in your area.")
    payer = commissioner_of(terms.closing[0].pk)
    row = Change.objects.create(
        kind=terms.kind,
        commissioner_id=payer.id if payer else None,
        effective_date=terms.effective_date,
        people=terms.people,
        roles_end_date=terms.roles_end_date,
        reason=terms.reason.strip(),
        proposed_by_id=actor.user_id,
        proposed_by_name=actor.name,
        proposed_at=clock.now(),
    )
    _add_parts(row, terms)
    _record(actor, row, terms, "propose", "proposed")
    return row.pk


def _add_parts(row: Change, terms: Terms) -> None:
    try:
        with transaction.atomic():
            Part.objects.bulk_create(
                Part(
                    change=row,
                    organisation=o,
                    closes=closes,
                    leads=not closes and o == terms.lead,
                )
                for closes, many in ((True, terms.closing), (False, terms.successors))
                for o in many
            )
    except IntegrityError as error:
        if "part_closes_once" not in str(error):
            raise
        raise Refused(
            "Another change already closes one of these providers. Withdraw it first. Nothing was "
            "proposed."
        ) from error


@transaction.atomic
def agree(*, actor: Actor, change_id: int, plan_digest: str) -> None:
    """Agree exactly the plan that was shown; from then on its dates do the rest.

    Refused when the plan is another one by now: claims may have moved since it was shown.
    """
    row, terms = _held(actor, change_id)
    if terms.faults:
        raise Refused(f"{next(iter(terms.faults.values()))}. Nothing was changed.")
    plan = plan_of(terms)
    if plan.digest != plan_digest:
        raise Refused(
            "The plan has changed since you opened it: claims, roles or services have moved. "
            "Nothing was changed. Look at the new plan first."
        )
    _decide(actor, row, ChangeState.AGREED, plan=plan)
    _carry_out(actor, terms)
    _record(actor, row, terms, "agree", f"agreed, plan {short_digest(plan.digest)}")


def _carry_out(actor: Actor, terms: Terms) -> None:
    lead = terms.lead.pk if terms.lead else None
    successors = [Successor(o.pk, o == terms.lead) for o in terms.successors]
    for closing in terms.closing:
        catalogue.hand_over(
            actor=actor, provider_id=closing.pk, to_id=lead, on_date=terms.effective_date
        )
        accounts.hand_over(
            actor=actor,
            organisation_id=closing.pk,
            to_id=lead if terms.people == "move" else None,
            on_date=terms.effective_date,
            last_date=terms.roles_end_date,
        )
        organisations.succeed(
            actor=actor,
            organisation_id=closing.pk,
            successors=successors,
            on_date=terms.effective_date,
        )


@transaction.atomic
def refuse(*, actor: Actor, change_id: int, reason: str) -> None:
    """Say no to a change, with a reason its proposer reads."""
    row, terms = _held(actor, change_id)
    if not reason.strip():
        raise Refused("Say why you refuse the change. Nothing was changed.")
    _decide(actor, row, ChangeState.REFUSED, reason=reason.strip())
    _record(actor, row, terms, "refuse", f"refused, because: {reason.strip()}")


@transaction.atomic
def withdraw(*, actor: Actor, change_id: int) -> None:
    """Take back a change one has proposed oneself, as long as nobody has decided it."""
    row = seen(actor, change_id)
    if row.proposed_by_id != actor.user_id:
        raise Refused("Only who proposed a change may withdraw it. Nothing was changed.")
    _refuse_decided(row)
    terms = terms_of(row)
    _decide(actor, row, ChangeState.WITHDRAWN)
    _record(actor, row, terms, "withdraw", "withdrawn")


def _held(actor: Actor, change_id: int) -> tuple[Change, Terms]:
    """The change, held until the transaction ends, for somebody who may decide it."""
    row = seen(actor, change_id)
    _refuse_decided(row)
    terms = terms_of(row)
    no = deciding_refusal(actor, row, terms)
    if no:
        raise Refused(no)
    return row, terms


def _refuse_decided(row: Change) -> None:
    if row.state != ChangeState.PROPOSED:
        raise Refused(f"This change is already {row.state}. Nothing was changed.")


def _decide(
    actor: Actor, row: Change, state: str, *, reason: str = "", plan: Plan | None = None
) -> None:
    Change.objects.filter(pk=row.pk).update(
        state=state,
        decided_by_id=actor.user_id,
        decided_by_name=actor.name,
        decided_at=clock.now(),
        decision_reason=reason,
        plan=plan.content if plan else "",
        plan_digest=plan.digest if plan else "",
    )
    if plan is None:
        Part.objects.filter(change=row).update(live=False)


def _record(actor: Actor, row: Change, terms: Terms, verb: str, done: str) -> None:
    codes = [o.code for o in (*terms.closing, *terms.successors)]
    audit.record(
        actor=actor,
        action=f"mergers.{verb}",
        subject_kind="change of providers",
        subject_reference=str(row.pk),
        sentence=f"{actor.name}: {terms.sentence[:-1]}: {done}.",
        concerns=codes,
        details={"organisations": codes, "effective_date": terms.effective_date.isoformat()},
    )

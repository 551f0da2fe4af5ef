"""Changes of providers that a person may see, and the plan behind each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from cqrs.portal.accounts.permissions import NotFound, Permission, require
from cqrs.portal.accounts.queries import Actor, visible_organisations, within
from cqrs.portal.mergers.models import Change, ChangeState, Part
from cqrs.portal.mergers.plan import (
    ClaimMove,
    Holding,
    Plan,
    RoleMove,
    ServiceMove,
    plan_of,
    total,
)
from cqrs.portal.mergers.terms import Terms
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import Closing, closed_without_wizard

MAY_NOT = "Your role does not see mergers, splits and closures."
LABELS = dict(ChangeState.choices)
COLOURS = {"proposed": "yellow", "agreed": "green", "refused": "red", "withdrawn": "grey"}
NEEDED = (Permission.PROPOSE_CHANGE, Permission.AGREE_CHANGE, Permission.READ_AUDIT)


@dataclass(frozen=True)
class ChangeCard:
    """A change as a list shows it."""

    id: int
    kind: str
    sentence: str
    effective_date: date
    state: str
    state_label: str
    colour: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    waiting: str
    """Whom it waits for and what comes next."""


@dataclass(frozen=True)
class ChangePage:
    """A change with its plan: as it would be now, or as it was agreed."""

    card: ChangeCard
    terms: Terms
    plan: Plan
    before_total: Holding
    after_total: Holding
    decision_reason: str
    may_decide: bool
    may_withdraw: bool
    refusal: str
    """Why this person may not decide it; empty when they may, or when it is over."""
    sees_pounds: bool


def find(codes: Iterable[str]) -> tuple[list[Organisation], list[str]]:
    """The organisations with these codes in their order, and the codes nobody has."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    found = {o.code: o for o in Organisation.objects.filter(code__in=wanted)}
    known = [found[code] for code in wanted if code in found]
    return known, [code for code in wanted if code not in found]


def preview(actor: Actor, terms: Terms) -> Plan:
    """What the terms would do now. Refused unless the actor may propose for every part."""
    require(actor, Permission.PROPOSE_CHANGE, "Only a commissioning manager may propose a change.")
    _reaches_all(actor, Permission.PROPOSE_CHANGE, terms)
    return plan_of(terms)


def sees_pounds(actor: Actor, terms: Terms) -> bool:
    """Whether the actor sees the pounds of every organisation in the change."""
    ids = {o.pk for o in (*terms.closing, *terms.successors)}
    rows = within(actor, Permission.SEE_POUNDS, organisation="pk")
    return Organisation.objects.filter(rows, pk__in=ids).count() == len(ids)


def _reaches_all(actor: Actor, permission: Permission, terms: Terms) -> None:
    ids = {o.pk for o in (*terms.closing, *terms.successors)}
    reached = set(
        Organisation.objects.filter(
            within(actor, permission, organisation="pk"), pk__in=ids
        ).values_list("pk", flat=True)
    )
    if ids - reached:
        raise NotFound("There is no such organisation in your area.")


def reaches_all(actor: Actor, permission: Permission, terms: Terms) -> bool:
    """Whether the actor has the permission for every organisation in the change."""
    try:
        _reaches_all(actor, permission, terms)
    except NotFound:
        return False
    return True


def _seen(actor: Actor) -> "QuerySet[Change]":
    """Changes of which the actor reaches some part, with their parts, in two queries."""
    if not any(actor.may(needed) for needed in NEEDED):
        require(actor, Permission.PROPOSE_CHANGE, MAY_NOT)
    parts = Part.objects.select_related("organisation").order_by("-closes", "-leads", "id")
    reached = visible_organisations(actor).values("pk")
    mine = Q(pk__in=Part.objects.filter(organisation__in=reached).values("change"))
    return Change.objects.filter(mine | Q(commissioner__in=reached)).prefetch_related(
        Prefetch("parts", queryset=parts)
    )


def seen(actor: Actor, change_id: int) -> Change:
    """The change, held until the transaction ends. NotFound when it isn't theirs to see."""
    row = _seen(actor).filter(pk=change_id).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(f"There is no change {change_id}.")
    return row


def changes(actor: Actor, *, newest: int = 200) -> tuple[ChangeCard, ...]:
    """The newest changes first. Refused without a role that proposes, agrees or audits."""
    return tuple(_card(change, terms_of(change)) for change in _seen(actor)[:newest])


def changes_about(actor: Actor, organisation_id: int) -> tuple[ChangeCard, ...]:
    """The changes of one organisation, the newest first; none for who sees no changes."""
    if not any(actor.may(needed) for needed in NEEDED):
        return ()
    rows = _seen(actor).filter(parts__organisation=organisation_id)
    return tuple(_card(change, terms_of(change)) for change in rows)


def unsettled(actor: Actor) -> tuple[Closing, ...]:
    """Providers in this person's area that close, by a file, without a change that says how.

    Those of a change that waits for its second person aren't named. Two queries, none for who
    proposes no changes.
    """
    if not actor.may(Permission.PROPOSE_CHANGE):
        return ()
    closings = closed_without_wizard()
    if not closings:
        return ()
    mine = Organisation.objects.filter(
        within(actor, Permission.PROPOSE_CHANGE, organisation="pk"),
        pk__in=[closing.id for closing in closings],
    ).exclude(pk__in=Part.objects.filter(closes=True, live=True).values("organisation"))
    known = set(mine.values_list("pk", flat=True))
    return tuple(closing for closing in closings if closing.id in known)


def awaiting(actor: Actor) -> tuple[ChangeCard, ...]:
    """The changes that wait for this person to agree or refuse them."""
    if actor.user_id is None or not actor.may(Permission.AGREE_CHANGE):
        return ()
    waiting = _seen(actor).filter(state=ChangeState.PROPOSED).exclude(proposed_by_id=actor.user_id)
    found = [(change, terms_of(change)) for change in waiting]
    return tuple(
        _card(change, terms)
        for change, terms in found
        if reaches_all(actor, Permission.AGREE_CHANGE, terms)
    )


def change(actor: Actor, change_id: int) -> ChangePage:
    """One change. NotFound when it isn't theirs to see."""
    row = _seen(actor).filter(pk=change_id).first()
    if row is None:
        raise NotFound(f"There is no change {change_id}.")
    terms = terms_of(row)
    is_open = row.state == ChangeState.PROPOSED
    plan = plan_of(terms) if is_open else _kept(row, terms)
    no = deciding_refusal(actor, row, terms) if is_open else ""
    return ChangePage(
        card=_card(row, terms),
        terms=terms,
        plan=plan,
        before_total=total(plan.before),
        after_total=total(plan.after),
        decision_reason=row.decision_reason,
        may_decide=is_open and not no,
        may_withdraw=is_open and row.proposed_by_id == actor.user_id,
        refusal=no,
        sees_pounds=sees_pounds(actor, terms),
    )


def deciding_refusal(actor: Actor, row: Change, terms: Terms) -> str:
    """Why the actor may not agree or refuse this change; empty when they may."""
    if row.proposed_by_id == actor.user_id:
        return "You proposed this change. Another person must agree it."
    if not actor.may(Permission.AGREE_CHANGE):
        return "Your role may not agree mergers, splits and closures."
    if not reaches_all(actor, Permission.AGREE_CHANGE, terms):
        return "Some of these providers are not in your area."
    return ""


def terms_of(row: Change) -> Terms:
    """The terms as they were proposed."""
    parts = list(row.parts.all())
    return Terms(
        kind=row.kind,
        closing=tuple(part.organisation for part in parts if part.closes),
        successors=tuple(part.organisation for part in parts if not part.closes),
        lead=next((part.organisation for part in parts if part.leads), None),
        effective_date=row.effective_date,
        people=row.people,
        roles_end_date=row.roles_end_date,
        reason=row.reason,
    )


def _card(row: Change, terms: Terms) -> ChangeCard:
    waiting = ""
    if row.state == ChangeState.PROPOSED:
        waiting = f"Waiting for a second person to agree it, since {row.proposed_by_name} proposed."
    return ChangeCard(
        id=row.pk,
        kind=row.get_kind_display(),
        sentence=terms.sentence,
        effective_date=row.effective_date,
        state=row.state,
        state_label=LABELS[row.state],
        colour=COLOURS[row.state],
        proposed_by=row.proposed_by_name,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by_name,
        decided_at=row.decided_at,
        waiting=waiting,
    )


def _kept(row: Change, terms: Terms) -> Plan:
    """The plan as it was agreed; of a change that came to nothing, as it would be now."""
    if not row.plan:
        return plan_of(terms)
    kept: dict[str, Any] = json.loads(row.plan)
    kinds: dict[str, Any] = {
        "roles": RoleMove,
        "services": ServiceMove,
        "claims": ClaimMove,
        "before": Holding,
        "after": Holding,
    }
    return Plan(
        **{
            field.name: tuple(kinds[field.name](**item) for item in kept[field.name])
            for field in fields(Plan)
        }
    )

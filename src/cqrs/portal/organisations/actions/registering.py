"""Registering organisations, relating them and recording list sizes; in bulk, and repeatable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from cqrs.portal.audit import actions as audit
from cqrs.portal.audit.permissions import ActingPerson, Refused, require
from cqrs.portal.organisations.models import (
    ListSize,
    Organisation,
    OrganisationKind,
    Relationship,
    RelationshipKind,
)
from cqrs.portal.words import day_text
from cqrs.values import clock

MANAGE_ORGANISATIONS = "organisations.manage"
MAY_NOT = "Only a data operator may change organisations and list sizes."
BATCH = 2000


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation as a source names it."""

    code: str
    name: str
    kind: str
    supplier: str = ""
    payee_reference: str = ""
    open_date: date | None = None
    close_date: date | None = None
    provider_steps: int = 1
    """2 where a second person of a provider declares, and decides who joins it. It holds for a new
    organisation; afterwards only its commissioner changes it."""


@dataclass(frozen=True)
class NewRelationship:
    """Two organisations by code, what the child is to the parent, and from when to when."""

    child_code: str
    parent_code: str
    kind: str
    start_date: date
    end_date: date | None = None


@dataclass(frozen=True)
class NewListSize:
    """Patients of an organisation; weighted ones and age bands where the source gives them."""

    code: str
    registered: int
    weighted: Decimal | None = None
    age_bands: Mapping[str, int] | None = None
    """Patients by age band, as {"0-4": 412, …}, where the source gives them."""


@dataclass(frozen=True)
class Registered:
    """How many organisations were new, changed, or already just so."""

    created: int
    changed: int
    unchanged: int


FIELDS = ("name", "kind", "supplier", "payee_reference", "open_date", "close_date")
"""What registering again brings up to date, where the source says it."""


@transaction.atomic
def register(*, actor: ActingPerson, organisations: Iterable[NewOrganisation]) -> Registered:
    """Make the organisations known, or bring them up to date. The same again changes nothing.

    What a source does not say stays as it is, and so does how many people of a provider agree a
    claim: that is its commissioner's choice.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT)
    wanted = {o.code: o for o in organisations}
    _refuse_unknown("kind", {o.kind for o in wanted.values()} - set(OrganisationKind.values))
    known = {o.code: o for o in Organisation.objects.filter(code__in=wanted)}
    created = [
        Organisation(
            code=new.code,
            **{name: getattr(new, name) for name in FIELDS if name != "payee_reference"},
            payee_reference=new.payee_reference or new.code,
            provider_steps=new.provider_steps,
        )
        for code, new in wanted.items()
        if code not in known
    ]
    changed = [
        known[code] for code, new in wanted.items() if code in known and _update(known[code], new)
    ]
    Organisation.objects.bulk_create(created, batch_size=BATCH)
    Organisation.objects.bulk_update(changed, FIELDS, batch_size=BATCH)
    outcome = Registered(len(created), len(changed), len(wanted) - len(created) - len(changed))
    if created or changed:
        audit.record(
            actor=actor,
            action="organisations.register",
            subject_kind="organisations",
            subject_reference=f"{len(created) + len(changed)} organisations",
            sentence=f"{actor.name} registered {len(created):,} organisations and changed "
            f"{len(changed):,}.",
            concerns=[o.code for o in (*created, *changed)],
            details={"created": len(created), "changed": [o.code for o in changed]},
        )
    return outcome


def _update(row: Organisation, new: NewOrganisation) -> bool:
    said = {name: value for name in FIELDS if (value := getattr(new, name))}
    differs = {name: value for name, value in said.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)


@transaction.atomic
def relate(*, actor: ActingPerson, relationships: Iterable[NewRelationship]) -> int:
    """Record relationships that are not yet recorded; answers how many were new.

    The database refuses a second parent of the same kind on the same day.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT)
    wanted = list(relationships)
    _refuse_unknown("relationship", {r.kind for r in wanted} - set(RelationshipKind.values))
    ids = _ids({r.child_code for r in wanted} | {r.parent_code for r in wanted})
    kinds = dict(Organisation.objects.filter(pk__in=ids.values()).values_list("id", "kind"))
    rows = {
        (ids[r.child_code], ids[r.parent_code], r.kind, r.start_date): r.end_date for r in wanted
    }
    known = set(
        Relationship.objects.filter(child__in={key[0] for key in rows}).values_list(
            "child_id", "parent_id", "kind", "start_date"
        )
    )
    new = [
        Relationship(
            child_id=child,
            parent_id=parent,
            parent_kind=kinds[parent],
            kind=kind,
            start_date=start,
            end_date=end,
        )
        for (child, parent, kind, start), end in rows.items()
        if (child, parent, kind, start) not in known
    ]
    Relationship.objects.bulk_create(new, batch_size=BATCH)
    if new:
        related = {number for row in new for number in (row.child_id, row.parent_id)}
        audit.record(
            actor=actor,
            action="organisations.relate",
            subject_kind="organisations",
            subject_reference=f"{len(new)} relationships",
            sentence=f"{actor.name} recorded {len(new):,} relationships between organisations.",
            concerns=[code for code, number in ids.items() if number in related],
        )
    return len(new)


@transaction.atomic
def record_list_sizes(
    *,
    actor: ActingPerson,
    on_date: date,
    source_name: str,
    source_digest: str,
    sizes: Iterable[NewListSize],
) -> int:
    """Record list sizes of a day from one source; answers how many were new.

    A source (its digest) gives a list size of a day once: the same again changes nothing, a
    corrected file adds rows, and the newest row counts.
    """
    require(actor, MANAGE_ORGANISATIONS, MAY_NOT)
    wanted = {size.code: size for size in sizes}
    ids = _ids(set(wanted))
    known = set(
        ListSize.objects.filter(on_date=on_date, source_digest=source_digest).values_list(
            "organisation_id", flat=True
        )
    )
    now = clock.now()
    new = [
        ListSize(
            organisation_id=ids[code],
            on_date=on_date,
            registered=size.registered,
            weighted=size.weighted,
            age_bands=dict(size.age_bands) if size.age_bands else None,
            source_name=source_name,
            source_digest=source_digest,
            recorded_at=now,
        )
        for code, size in wanted.items()
        if ids[code] not in known
    ]
    ListSize.objects.bulk_create(new, batch_size=BATCH)
    if new:
        audit.record(
            actor=actor,
            action="organisations.record_list_sizes",
            subject_kind="list sizes",
            subject_reference=on_date.isoformat(),
            sentence=f"{actor.name} recorded {len(new):,} list sizes of {day_text(on_date)} from "
            f"{source_name}.",
            concerns=[code for code in wanted if ids[code] not in known],
            details={"source_digest": source_digest},
        )
    return len(new)


def _ids(codes: set[str]) -> Mapping[str, int]:
    found = dict(Organisation.objects.filter(code__in=codes).values_list("code", "id"))
    missing = sorted(codes - set(found))
    if missing:
        raise Refused(
            f"{len(missing)} organisations are not known, the first is {missing[0]}. "
            "Register them first. Nothing was recorded."
        )
    return found


def _refuse_unknown(word: str, unknown: set[str]) -> None:
    if unknown:
        raise Refused(f"The {word} '{min(unknown)}' is not known. Nothing was recorded.")

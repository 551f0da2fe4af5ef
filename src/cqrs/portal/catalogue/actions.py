"""Drafting and publishing definitions, by two people, and enrolling providers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from cqrs.calculation.check import formula_faults
from cqrs.calculation.kinds import facts_of
from cqrs.calculation.kinds.points import protected_name
from cqrs.definitions.check import errors
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.duties import Duty, broken
from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor, everywhere, may_for
from cqrs.portal.audit import actions as audit
from cqrs.portal.catalogue.models import Draft, Participation, PublishedDefinition
from cqrs.portal.organisations.models import Organisation
from cqrs.portal.organisations.queries import commissioner_of
from cqrs.values import clock, short_digest

MAY_NOT_HAND_OVER = "Only who agrees mergers, splits and closures may hand services over."
BATCH = 2000
LOCAL = "local_"
NAMED = 5


@dataclass(frozen=True)
class NewParticipation:
    """A provider and the commissioner who pays it, by code, and from when to when."""

    provider_code: str
    commissioner_code: str
    start_date: date
    end_date: date | None = None


def _refuse_unsound(definition: Definition) -> None:
    """Rules that don't agree with themselves, can't be proven, or need what can't be kept here."""
    found = errors(definition) or formula_faults(definition)
    if found:
        raise Refused(
            f"{definition.short_title} can't be published: {found[0].path}: {found[0].words}. "
            "Nothing was published."
        )
    kept = {protected_name(indicator.id) for indicator in definition.scored}
    needed = sorted(set(facts_of(definition)) - kept)
    if needed:
        raise Refused(
            f"{definition.short_title} needs facts that can't be kept here yet: "
            f"{', '.join(needed[:NAMED])}. Calculate it with cqrs calculate --facts."
        )


@transaction.atomic
def draft(*, actor: Actor, definition: Definition) -> str:
    """Propose a version of a service's rules, for another person to publish; answers its digest.

    A national author drafts any service; a commissioner's drafts local schemes of its own, whose
    names begin with "local_". The same content again changes nothing.
    """
    require(actor, Permission.DRAFT, "Only a rule author may draft a definition.")
    if actor.user_id is None:
        raise Refused("A definition is drafted by a person who is signed in.")
    if Draft.objects.filter(digest=definition.digest).exists():
        return definition.digest
    _refuse_another_s(actor, definition)
    _refuse_published(definition)
    _refuse_unsound(definition)
    Draft.objects.create(
        service=definition.id,
        version=definition.version,
        digest=definition.digest,
        content=definition.content,
        title=definition.title,
        owner_id=actor.organisation_id,
        drafted_at=clock.now(),
        drafted_by_id=actor.user_id,
        drafted_by_name=actor.name,
    )
    audit.record(
        actor=actor,
        action="catalogue.draft",
        subject_kind="definition",
        subject_reference=definition.id,
        sentence=f"{actor.name} drafted {definition.title}, version {definition.version}, "
        f"digest {short_digest(definition.digest)}.",
        details={"digest": definition.digest, "version": definition.version},
    )
    return definition.digest


def _refuse_another_s(actor: Actor, definition: Definition) -> None:
    """A local author keeps to local schemes, and to schemes that no other organisation drafts."""
    if everywhere(actor, Permission.DRAFT, definition.id):
        return
    if not may_for(actor, Permission.DRAFT, actor.organisation_id, definition.id):
        raise Refused(
            f"You may draft some services only, and {definition.short_title} is not one of them."
        )
    if not definition.id.startswith(LOCAL):
        raise Refused(
            f"{definition.short_title} is a national service. A commissioner drafts local schemes, "
            f'whose names begin with "{LOCAL}". Nothing was drafted.'
        )
    others = Draft.objects.filter(service=definition.id).exclude(owner=actor.organisation_id)
    taken = PublishedDefinition.objects.filter(service=definition.id, draft__isnull=True)
    if others.exists() or taken.exists():
        raise Refused(
            f"There is a scheme {definition.id} of another organisation. Give yours another name. "
            "Nothing was drafted."
        )


def _refuse_published(definition: Definition) -> None:
    if PublishedDefinition.objects.filter(
        service=definition.id, version=definition.version
    ).exists():
        raise Refused(
            f"{definition.short_title} version {definition.version} is already published with "
            "other content. Give the changed definition the next version number."
        )


@transaction.atomic
def publish(*, actor: Actor, definition: Definition) -> str:
    """Keep a version of a service's rules for ever; answers its digest. Repeating is harmless.

    A person publishes what another person has drafted. The set-up on the command line, which is
    nobody, publishes the definitions it is installed with.
    """
    require(actor, Permission.PUBLISH, "Only a rule publisher may publish a definition.")
    if PublishedDefinition.objects.filter(digest=definition.digest).exists():
        return definition.digest
    _refuse_published(definition)
    _refuse_unsound(definition)
    drafted = _drafted(actor, definition)
    PublishedDefinition.objects.create(
        service=definition.id,
        version=definition.version,
        digest=definition.digest,
        content=definition.content,
        title=definition.title,
        short_title=definition.short_title,
        quality_service=definition.quality_service,
        published_at=clock.now(),
        published_by_id=actor.user_id,
        published_by_name=actor.name,
        draft=drafted,
        drafted_by_id=drafted.drafted_by_id if drafted else None,
    )
    audit.record(
        actor=actor,
        action="catalogue.publish",
        subject_kind="definition",
        subject_reference=definition.id,
        sentence=f"{actor.name} published {definition.title}, version {definition.version}, "
        f"digest {short_digest(definition.digest)}.",
        details={"digest": definition.digest, "version": definition.version},
    )
    return definition.digest


def _drafted(actor: Actor, definition: Definition) -> Draft | None:
    """The draft of another person that the actor may publish; None for the command line."""
    if actor.user_id is None:
        return None
    row = Draft.objects.filter(digest=definition.digest).first()
    if row is None or not may_for(actor, Permission.PUBLISH, row.owner_id, definition.id):
        raise Refused(
            f"Nobody has drafted {definition.short_title}, version {definition.version}, as it is "
            "here. A rule author drafts it first. Nothing was published."
        )
    if row.drafted_by_id == actor.user_id:
        raise Refused(broken(Duty.PUBLISH, [Duty.DRAFT]))
    return row


@transaction.atomic
def enrol(*, actor: Actor, service: str, participants: Iterable[NewParticipation]) -> int:
    """Record who takes part in a service; answers how many were new."""
    require(actor, Permission.ENROL, "Only a data operator may enrol providers in bulk.")
    wanted = {p.provider_code: p for p in participants}
    codes = set(wanted) | {p.commissioner_code for p in wanted.values()}
    ids = dict(Organisation.objects.filter(code__in=codes).values_list("code", "id"))
    missing = sorted(codes - set(ids))
    if missing:
        raise Refused(
            f"{len(missing)} organisations are not known, the first is {missing[0]}. "
            "Register them first. Nobody was enrolled."
        )
    known = set(
        Participation.objects.filter(service=service).values_list("provider__code", flat=True)
    )
    now = clock.now()
    new = [
        Participation(
            service=service,
            provider_id=ids[p.provider_code],
            commissioner_id=ids[p.commissioner_code],
            start_date=p.start_date,
            end_date=p.end_date,
            accepted_at=now,
            accepted_by_id=actor.user_id,
            accepted_by_name=actor.name,
        )
        for code, p in wanted.items()
        if code not in known
    ]
    Participation.objects.bulk_create(new, batch_size=BATCH)
    if new:
        audit.record(
            actor=actor,
            action="catalogue.enrol",
            subject_kind="service",
            subject_reference=service,
            sentence=f"{actor.name} enrolled {len(new):,} providers in {service}.",
            concerns=[
                code
                for p in wanted.values()
                if p.provider_code not in known
                for code in (p.provider_code, p.commissioner_code)
            ],
        )
    return len(new)


def hand_over(*, actor: Actor, provider_id: int, to_id: int | None, on_date: date) -> None:
    """End what the provider takes part in the day before; the successor goes on where it doesn't.

    The successor's own commissioner pays for what it takes on. Call it inside the transaction of
    the change that was agreed, which records the deed.
    """
    require(actor, Permission.AGREE_CHANGE, MAY_NOT_HAND_OVER)
    last = on_date - timedelta(days=1)
    still = Q(end_date__isnull=True) | Q(end_date__gt=last)
    running = Participation.objects.filter(still, provider=provider_id, start_date__lte=last)
    if to_id is not None:
        payer = commissioner_of(to_id, on_date)
        has = set(Participation.objects.filter(provider=to_id).values_list("service", flat=True))
        Participation.objects.bulk_create(
            Participation(
                service=row.service,
                provider_id=to_id,
                commissioner_id=payer.id if payer else row.commissioner_id,
                start_date=on_date,
                end_date=row.end_date,
                accepted_at=clock.now(),
                accepted_by_id=actor.user_id,
                accepted_by_name=actor.name,
            )
            for row in running
            if row.service not in has
        )
    running.update(end_date=last)

"""Striking the national reference: provisional as often as wanted, final once and only when whole.

In 2015 one supplier's missing day moved every practice's pay: so final is refused while a supplier
is missing as a whole, or more practices than the installation has agreed on.
"""

from datetime import date

from django.db import transaction

from cqrs.calculation.prevalence import reference_of, registers_needed, strike
from cqrs.portal.accounts.permissions import NotFound, Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.audit import actions as audit
from cqrs.portal.catalogue.queries import Participant, definition, participants
from cqrs.portal.collection.completeness import arrived
from cqrs.portal.collection.models import (
    Collection,
    CollectionState,
    NationalReference,
    ReferenceStatus,
)
from cqrs.portal.collection.queries import list_date, submitted
from cqrs.portal.organisations.queries import list_sizes
from cqrs.portal.words import day_text
from cqrs.values import clock, short_digest

NAMED = 5
UNTIL_THEN = (
    "National figures become final when all counts are in. Strike them as provisional, or chase "
    "the suppliers."
)


@transaction.atomic
def strike_reference(*, actor: Actor, collection_id: int, final: bool) -> int:
    """Pool the registers and lists of all participants; answers the reference's number.

    Striking the same figures with the same status again keeps the reference there is.
    """
    require(actor, Permission.STRIKE, "Only a data operator may strike national figures.")
    collection = (
        Collection.objects.select_for_update(no_key=True, of=("self",))
        .select_related("definition")
        .defer("definition__content")
        .filter(pk=collection_id)
        .first()
    )
    if collection is None:
        raise NotFound(f"There is no collection {collection_id}.")
    _refuse_second_final(collection, final)
    if final and not collection.pays:
        raise Refused(
            "In-year figures are for information and stay provisional: only the counts at the "
            "year end are paid. Strike them as provisional."
        )
    rules = definition(collection.definition.digest)
    if not registers_needed(rules):
        raise Refused(f"{rules.short_title} needs no national figures, so none are struck.")
    if final and rules.money is not None and rules.money.status != "final":
        raise Refused(
            f"The value of a point and the average list of {rules.short_title} are provisional, "
            "so its national figures can't be final. Publish the definition with final ones first."
        )
    taking_part = participants(collection.service, collection.achievement_date)
    given = {row.provider_id: row.values for row in submitted(collection.pk)}
    here = arrived(rules, collection.achievement_date, taking_part.values(), given)
    if final and here.refusal:
        raise Refused(f"{here.refusal} {UNTIL_THEN}")
    if not given:
        raise Refused("Nobody has sent counts yet, so there is nothing to strike.")
    lists = list_sizes(list_date(rules))
    _refuse_without_list(
        [p for p in taking_part.values() if p.provider_id in given and p.provider_id not in lists],
        list_date(rules),
    )
    content = strike(
        rules,
        [
            (code, lists[p.provider_id].registered, given[p.provider_id])
            for code, p in taking_part.items()
            if p.provider_id in given
        ],
        collection.achievement_date,
    )
    absent = [practice.practice_code for practice in here.absent]
    return _keep(
        actor, collection, content, "final" if final else "provisional", absent, list(taking_part)
    )


def _keep(
    actor: Actor,
    collection: Collection,
    content: dict[str, object],
    status: str,
    absent: list[str],
    taking_part: list[str],
) -> int:
    digest = reference_of(content, status).digest
    last = NationalReference.objects.filter(collection=collection).order_by("-id").first()
    if last and last.digest == digest:
        return last.pk
    row = NationalReference.objects.create(
        collection=collection,
        content=content,
        status=status,
        digest=digest,
        struck_at=clock.now(),
        struck_by_id=actor.user_id,
        struck_by_name=actor.name,
    )
    if status == ReferenceStatus.FINAL:
        Collection.objects.filter(pk=collection.pk).update(state=CollectionState.FINAL)
    audit.record(
        actor=actor,
        action="collection.strike_reference",
        subject_kind="collection",
        subject_reference=str(collection.pk),
        sentence=f"{actor.name} struck {status} national figures of "
        f"{collection.definition.short_title}, digest {short_digest(digest)}.",
        concerns=taking_part,
        details={"digest": digest, "status": status, "absent": absent},
    )
    return row.pk


def _refuse_second_final(collection: Collection, final: bool) -> None:
    last = NationalReference.objects.filter(collection=collection, status="final").first()
    if last:
        word = "again" if final else "as provisional"
        raise Refused(
            f"The national figures of {collection.definition.short_title} have been final since "
            f"{day_text(last.struck_at)}. They can't be struck {word}."
        )


def _refuse_without_list(without: list[Participant], day: date) -> None:
    if without:
        raise Refused(
            f"{len(without):,} practices have no list size of {day_text(day)}: {_names(without)}. "
            "Record the list sizes of that day first."
        )


def _names(some: list[Participant]) -> str:
    names = ", ".join(f"{p.provider_name} ({p.provider_code})" for p in some[:NAMED])
    return names + (" and others" if len(some) > NAMED else "")

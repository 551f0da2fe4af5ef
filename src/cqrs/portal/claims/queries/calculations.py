"""How the last national calculation went, or how far the one asked for is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from procrastinate.contrib.django.models import ProcrastinateJob

from cqrs.portal.accounts.permissions import Permission, require
from cqrs.portal.accounts.queries import Actor, everywhere
from cqrs.portal.audit.models import Event
from cqrs.portal.claims.actions.calculating import JOB
from cqrs.portal.claims.models import Claim
from cqrs.portal.collection.models import Collection
from cqrs.values import pounds_text

WORDS = {
    "todo": "A calculation has been asked for and waits for the worker. Next: every practice gets "
    "its statement.",
    "doing": "A calculation is running. Next: every practice gets its statement.",
    "failed": "The last calculation that was asked for did not finish, and nothing was changed. "
    "Ask for it again, and tell the help desk if it fails again.",
}


@dataclass(frozen=True)
class LastCalculation:
    """The newest finished calculation, and what is under way."""

    under_way: str
    """A sentence while a calculation waits, runs or has failed; else empty."""
    sentence: str
    """What the newest finished one did, pounds only for roles that see them; empty before it."""
    finished_at: datetime | None


def last_calculation(actor: Actor, collection_id: int) -> LastCalculation:
    """What the newest calculation of a collection did, in two queries."""
    require(actor, Permission.SEE_COLLECTIONS, "Only national roles see calculations.")
    done = (
        Event.objects.filter(
            subject_kind="collection",
            subject_reference=str(collection_id),
            action="claims.calculate_nation",
        )
        .order_by("-seq")
        .first()
    )
    status = (
        ProcrastinateJob.objects.filter(task_name=JOB, args__collection_id=collection_id)
        .order_by("-id")
        .values_list("status", flat=True)
        .first()
    )
    return LastCalculation(
        under_way=WORDS.get(status or "", ""),
        sentence=_sentence(done, pounds=everywhere(actor, Permission.SEE_POUNDS)) if done else "",
        finished_at=done.at if done else None,
    )


def with_final_statements(actor: Actor) -> frozenset[int]:
    """The collections whose claims have figures that can be declared, in one query."""
    require(actor, Permission.SEE_COLLECTIONS, "Only national roles see calculations.")
    final = Claim.objects.filter(collection=OuterRef("pk"), status="final")
    return frozenset(Collection.objects.filter(Exists(final)).values_list("pk", flat=True))


def _sentence(done: Event, *, pounds: bool) -> str:
    details = done.details
    back = len(details["fell_back"])
    parts = [f"{details['statements']:,} new statements"]
    if back:
        parts.append(f"{back:,} claims went back to their practice to be declared again")
    if pounds:
        parts.append(f"{pounds_text(details['pence'])} in all")
    return f"{done.actor_name} calculated it: {', '.join(parts)}."

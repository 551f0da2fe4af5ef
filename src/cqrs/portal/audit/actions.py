"""The one way an event is written: sealed, in the same transaction as what it tells of.

Refusals and views of pounds, which are nobody's deed, are noted here too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q

from cqrs.portal.audit.models import Event, Refusal, View
from cqrs.portal.audit.permissions import ActingPerson
from cqrs.portal.audit.seal import FIRST, seal
from cqrs.portal.words import day_text
from cqrs.values import clock

CHAIN_LOCK = 0x41554449
"""Advisory lock that puts writers of the chain in a queue until they commit."""
REFUSALS_AN_HOUR = 50
"""So many different addresses refused to one person in an hour are told one by one."""
LONGEST_ADDRESS = 200
NOTE_REFUSAL = """
INSERT INTO audit_refusal (hour, person_id, address) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


def record(
    *,
    actor: ActingPerson,
    action: str,
    subject_kind: str,
    subject_reference: str,
    sentence: str,
    concerns: Iterable[str] = (),
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Append an event to the chain. Call it last in a transaction: it holds the chain's lock.

    `concerns` are the codes of the organisations it is about, whose people may read it; the one
    the actor works for is added. Amounts belong into `details`, never into the sentence. Raises
    ValueError when nobody is named and RuntimeError outside a transaction, since an event
    without its deed, or a deed without its event, must not be possible.
    """
    if not (actor.name.strip() and actor.organisation_name.strip()):
        raise ValueError(f"{action} has nobody's name on it: an event is never anonymous")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{action} is recorded outside the transaction of its deed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        # A statement of its own: it must see what the last holder of the lock has committed.
        cursor.execute("SELECT seq, hash FROM audit_head()")
        seq, previous = cursor.fetchone() or (0, FIRST)
    event = Event(
        seq=seq + 1,
        at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        organisation_code=actor.organisation_code,
        organisation_name=actor.organisation_name,
        action=action,
        subject_kind=subject_kind,
        subject_reference=subject_reference,
        sentence=sentence,
        concerns=sorted({actor.organisation_code, *concerns} - {""}),
        details=dict(details or {}),
        previous_hash=previous,
    )
    event.hash = seal(event)
    event.save(force_insert=True)
    return event


def refuse(*, actor: ActingPerson, address: str, sentence: str = "") -> None:
    """Record that a page or deed was refused, once per person, address and hour.

    `sentence` is what the person was told; empty when there was nothing at the address that they
    may see, whether it exists or not: the two must take the same course. Whoever was refused
    often already costs one query and no transaction.
    """
    if actor.user_id is None:
        return
    address = address[:LONGEST_ADDRESS]
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    known = Refusal.objects.filter(hour=hour, person_id=actor.user_id)
    before = known.aggregate(all=Count("pk"), here=Count("pk", filter=Q(address=address)))
    if not before["here"] and before["all"] < REFUSALS_AN_HOUR:
        _note_refusal(actor, actor.user_id, hour, address, sentence)


@transaction.atomic
def _note_refusal(
    actor: ActingPerson, person_id: int, hour: datetime, address: str, sentence: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTE_REFUSAL, [hour, person_id, address])
        if not cursor.rowcount:
            return
    so_far = Refusal.objects.filter(hour=hour, person_id=person_id).count()
    last = so_far >= REFUSALS_AN_HOUR
    viewed_by = getattr(actor, "viewed_by", "")
    who = f"{viewed_by}, who viewed as {actor.name}," if viewed_by else actor.name
    words = f"{who} was refused {address}: {sentence or 'nothing there that they may see.'}"
    record(
        actor=actor,
        action="audit.refuse",
        subject_kind="address",
        subject_reference=address,
        sentence=f"{words} More in this hour are not listed." if last else words,
    )


@transaction.atomic
def take_out(*, actor: ActingPerson, layout: str, asked: str) -> None:
    """Record that an auditor took events out as a file: its layout, and what they asked for."""
    record(
        actor=actor,
        action="audit.take_out",
        subject_kind="audit trail",
        subject_reference=layout,
        sentence=f"{actor.name} took events of the audit trail out as {layout}.",
        details={"asked": asked},
    )


@dataclass(frozen=True)
class Seen:
    """Pounds on a page: of what, and whose."""

    kind: str
    reference: str
    owner_code: str


def view(*, actor: ActingPerson, seen: Iterable[Seen]) -> None:
    """Note that the actor saw pounds of others: one statement, no lock, once a day for each thing.

    Their own organisation's are left out. The night seals each person's day into the chain.
    """
    if actor.user_id is None:
        return
    now, day = clock.now(), clock.today()
    View.objects.bulk_create(
        [
            View(
                day=day,
                person_id=actor.user_id,
                person_name=actor.name,
                organisation_code=actor.organisation_code,
                organisation_name=actor.organisation_name,
                kind=one.kind,
                reference=one.reference,
                owner_code=one.owner_code,
                at=now,
            )
            for one in dict.fromkeys(seen)
            if one.owner_code != actor.organisation_code
        ],
        ignore_conflicts=True,
    )


BATCHES = """
SELECT to_char(day, 'YYYY-MM-DD') || '/' || person_id || '/' || organisation_code, day, person_id,
       min(person_name), organisation_code, min(organisation_name), count(*),
       array_agg(DISTINCT owner_code),
       encode(sha256(convert_to(string_agg(jsonb_build_array(
           id, extract(epoch FROM at)::text, person_name, organisation_name, kind, reference,
           owner_code)::text, E'\\n' ORDER BY id), 'UTF8')), 'hex')
  FROM audit_view WHERE day < %(today)s
 GROUP BY day, person_id, organisation_code
"""
"""Each person's day of views: name of the batch, who, how many, whose, and the digest of all."""
UNSEALED = f"""
SELECT * FROM ({BATCHES}) AS batch (name, day, person_id, person_name, organisation_code,
    organisation_name, number, owners, digest)
 WHERE NOT EXISTS (SELECT FROM audit_event e
                    WHERE e.subject_kind = 'views' AND e.subject_reference = batch.name)
 ORDER BY day, person_id, organisation_code
"""


@dataclass(frozen=True)
class _Viewer:
    """The person whose views are sealed, as the event names them."""

    user_id: int
    name: str
    organisation_code: str
    organisation_name: str

    def may(self, permission: str) -> bool:
        """They do nothing here themselves."""
        return False


@transaction.atomic
def seal_views(*, actor: ActingPerson) -> int:
    """Seal every person's views of the days that are over into the chain; answers how many.

    Sealing again changes nothing. The actor is the job; the events name those who looked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        cursor.execute(UNSEALED, {"today": clock.today()})
        batches = cursor.fetchall()
    for name, day, person_id, person, code, organisation, number, owners, digest in batches:
        whose = f"{len(owners):,} provider{'s' if len(owners) > 1 else ''}"
        record(
            actor=_Viewer(person_id, person, code, organisation),
            action="audit.view",
            subject_kind="views",
            subject_reference=name,
            sentence=f"{person} of {organisation} looked at the pounds of {whose} on "
            f"{day_text(day)}.",
            concerns=owners,
            details={"views": number, "digest": digest, "sealed_by": actor.name},
        )
    return len(batches)

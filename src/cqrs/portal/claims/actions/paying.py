"""What station 5 asks of a claim: into a run, out of a cancelled run, sent. Audited by the run."""

import json
from collections.abc import Sequence

from psycopg.types.json import Jsonb

from cqrs.portal.accounts.permissions import Permission, Refused, require
from cqrs.portal.accounts.queries import Actor
from cqrs.portal.claims.actions.keeping import Change, flags_of, give_statements
from cqrs.portal.claims.actions.moving import SOMEBODY_ELSE, locked, move
from cqrs.portal.claims.models import Claim, ClaimEvent, EventKind, Statement
from cqrs.portal.claims.newer import payable, superseded
from cqrs.portal.claims.states import start
from cqrs.values import clock


def schedule(*, actor: Actor) -> list[Claim]:
    """Put every approved claim that nobody else is paying right now into a run.

    Claims that another transaction holds are skipped: eight runs at once pay each claim once.
    """
    require(actor, Permission.BUILD_RUN, "Only a payment operator may build a payment run.")
    ready = list(
        payable()
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("provider", "commissioner", "statement")
        .defer("statement__content")
        .order_by("pk")
    )
    if ready:
        move(actor, ready, to="scheduled", kind=EventKind.SCHEDULED)
    return ready


def unschedule(*, actor: Actor, claim_ids: Sequence[int], reason: str) -> list[str]:
    """Give the claims of a cancelled run back, to wait for another run.

    Those whose figures were found to differ meanwhile fall back to their start with the newer
    figures; answers their references.
    """
    if not (actor.may(Permission.BUILD_RUN) or actor.may(Permission.RELEASE_RUN)):
        raise Refused("Only a payment operator or releaser may cancel a payment run.")
    claims = _scheduled(claim_ids)
    move(actor, claims, to="approved", kind=EventKind.UNSCHEDULED, reason=reason)
    return _fall_back(actor, claims)


def _fall_back(actor: Actor, claims: Sequence[Claim]) -> list[str]:
    newer = superseded(claims)
    statements = Statement.objects.select_related("submission").in_bulk(newer.values())
    now = clock.now()
    changes: list[Change] = []
    events: list[ClaimEvent] = []
    for claim, number in newer.items():
        statement = statements[number]
        given = statement.submission
        missing = json.loads(bytes(statement.content))["missing"]
        flags = flags_of(given.source, len(given.warnings), len(missing))
        state = start(claim.route, statement.pence)
        # A route without steps starts where it ends: nobody signed, so no round ends.
        round_ = claim.round + (state != "approved")
        changes.append((claim.pk, number, Jsonb(flags), state, round_))
        events.append(
            ClaimEvent(
                claim=claim,
                round=round_,
                kind=EventKind.RECALCULATED,
                to_state=state,
                statement=statement,
                actor_id=actor.user_id,
                actor_name=actor.name,
                organisation_name=actor.organisation_name,
                at=now,
            )
        )
    give_statements(changes, now)
    ClaimEvent.objects.bulk_create(events)
    return [claim.reference for claim in newer]


def send(*, actor: Actor, claim_ids: Sequence[int]) -> None:
    """Mark the claims of a released run as sent."""
    require(actor, Permission.RELEASE_RUN, "Only a payment releaser may release a payment run.")
    move(actor, _scheduled(claim_ids), to="sent", kind=EventKind.SENT)


def _scheduled(claim_ids: Sequence[int]) -> list[Claim]:
    claims = locked(claim_ids)
    if len(claims) != len(claim_ids) or any(claim.state != "scheduled" for claim in claims):
        raise Refused(SOMEBODY_ELSE.format(what="some of these claims"))
    return claims

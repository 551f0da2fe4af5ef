"""Walking a claim along the road, and counting what must not change when something is refused."""

from django.apps import apps
from django.db import connection

from cqrs.portal.audit.models import Concern, Event, Refusal, View
from cqrs.portal.claims import actions as claims
from cqrs.portal.claims.models import Claim
from cqrs.portal.payments import actions as payments
from tests.factories import actor

ROOMS = (
    "messages",
    *("audit", "organisations", "accounts", "catalogue"),
    *("collection", "claims", "payments", "mergers"),
)


def claim_of(practice: str) -> Claim:
    """The practice's claim as the database has it now."""
    return Claim.objects.get(provider__code=practice)


def declared(practice: str = "A99001", who: str = "ama") -> Claim:
    """The practice's claim, declared."""
    claim = claim_of(practice)
    claims.declare(actor=actor(who), claim_id=claim.pk, statement_digest=claim.statement_digest)
    return claim_of(practice)


def approved(practice: str = "A99001", who: str = "ama") -> Claim:
    """The practice's claim, declared and approved by the commissioner."""
    claim = declared(practice, who)
    claims.approve(actor=actor("priya"), claim_id=claim.pk, statement_digest=claim.statement_digest)
    return claim_of(practice)


def payable(practice: str = "A99001", who: str = "ama") -> Claim:
    """The practice's claim with all its approvals."""
    claim = approved(practice, who)
    claims.finance_approve(
        actor=actor("daniel"), claim_id=claim.pk, statement_digest=claim.statement_digest
    )
    return claim_of(practice)


def in_a_run(practice: str = "A99001") -> str:
    """The reference of a run that pays the practice's claim."""
    payable(practice)
    return payments.build_run(actor=actor("grace"))


def everything() -> dict[str, str]:
    """A digest of the rows of every table: the same before and after, or a refusal changed them.

    But for what tells of the refusal itself, and of what was looked at.
    """
    told = "(SELECT seq FROM audit_event WHERE action = 'audit.refuse')"
    models = [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if model not in (Refusal, View)
    ]
    of_each = [
        f"SELECT '{model._meta.label}', md5(string_agg(r::text, chr(10) ORDER BY r::text))"
        f" FROM {model._meta.db_table} r"
        + (f" WHERE seq NOT IN {told}" if model in (Event, Concern) else "")
        for model in models
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(of_each))
        return dict(cursor.fetchall())

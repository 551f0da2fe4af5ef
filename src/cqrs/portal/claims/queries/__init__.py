"""Every read of claims, starting from what the actor's organisation and role may see."""

from cqrs.portal.claims.queries.cards import ClaimCard, Flag
from cqrs.portal.claims.queries.claim_page import (
    ClaimPage,
    ClaimStatus,
    EventLine,
    FiguresHidden,
    RouteStep,
    Sources,
    StatementLine,
    calculation_inputs,
    claim,
    status,
)
from cqrs.portal.claims.queries.home import Money, PracticeHome, claims_of_provider, practice_home
from cqrs.portal.claims.queries.nation import NationalSummary, national_summary
from cqrs.portal.claims.queries.queue import (
    QueueFilter,
    QueuePage,
    chosen,
    matching_ids,
    queue,
)

__all__ = [
    "ClaimCard",
    "ClaimPage",
    "ClaimStatus",
    "EventLine",
    "FiguresHidden",
    "Flag",
    "Money",
    "NationalSummary",
    "PracticeHome",
    "QueueFilter",
    "QueuePage",
    "RouteStep",
    "Sources",
    "StatementLine",
    "calculation_inputs",
    "chosen",
    "claim",
    "claims_of_provider",
    "matching_ids",
    "national_summary",
    "practice_home",
    "queue",
    "status",
]

"""Every write of stations 2 to 4: calculate, declare, approve, return, and on to payment."""

from cqrs.portal.claims.actions.calculating import Calculated, calculate_nation, request_calculation
from cqrs.portal.claims.actions.deciding import (
    Outcome,
    approve,
    approve_many,
    declare,
    finance_approve,
    finance_approve_many,
    return_to_provider,
    withdraw,
)
from cqrs.portal.claims.actions.paying import schedule, send, unschedule

__all__ = [
    "Calculated",
    "Outcome",
    "approve",
    "approve_many",
    "calculate_nation",
    "declare",
    "finance_approve",
    "finance_approve_many",
    "request_calculation",
    "return_to_provider",
    "schedule",
    "send",
    "unschedule",
    "withdraw",
]

"""The roles, as code: what each is called, what it is for, and what it may do."""

from collections.abc import Mapping
from dataclasses import dataclass

from cqrs.portal.accounts import permissions

P = permissions.Permission
PRACTICE = ("practice", "pcn")
COMMISSIONER = ("icb", "region")
NATIONAL = ("national",)
PAYMENT = ("agency", "national")


@dataclass(frozen=True)
class Role:
    """A named set of permissions that a grant gives at one organisation."""

    code: str
    name: str
    description: str
    kinds: tuple[str, ...]
    """Kinds of organisation it may be granted at."""
    permissions: frozenset[P]
    scope: str
    """own: the organisation itself · area: the providers it commissions · nation: everybody."""


def _role(
    code: str, name: str, description: str, at: tuple[str, ...], scope: str, *permissions: P
) -> Role:
    return Role(code, name, description, at, frozenset(permissions), scope)


_ALL = (
    _role(
        "practice_viewer", "Practice viewer",
        "Sees the practice's counts, points and claims, without pounds.",
        PRACTICE, "own", P.SEE_POINTS, P.SEE_CLAIMS,
    ),
    _role(
        "practice_finance_viewer", "Practice finance viewer",
        "Sees the practice's counts, points and claims, with pounds.",
        PRACTICE, "own", P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS,
    ),
    _role(
        "practice_data_entry", "Practice data entry",
        "Types in and uploads the practice's counts.",
        PRACTICE, "own", P.SEE_POINTS, P.SEE_CLAIMS, P.ENTER_DATA,
    ),
    _role(
        "practice_service_manager", "Practice service manager",
        "Accepts or declines the services offered to the practice.",
        PRACTICE, "own", P.SEE_POINTS, P.SEE_CLAIMS, P.ACCEPT_OFFERS,
    ),
    _role(
        "practice_declarer", "Practice declarer",
        "Declares that the practice's figures are right, and takes a declaration back.",
        PRACTICE, "own", P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.DECLARE,
    ),
    _role(
        "approval_manager", "Approval manager",
        "Approves the claims of the practices a commissioner pays, or returns them.",
        COMMISSIONER, "area", P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.APPROVE,
    ),
    _role(
        "finance_manager", "Finance manager",
        "Finance-approves claims that a colleague has approved, or returns them.",
        COMMISSIONER, "area", P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.FINANCE_APPROVE,
    ),
    _role(
        "commissioner_viewer", "Commissioner viewer",
        "Sees the counts, points and claims of the area, without pounds.",
        COMMISSIONER, "area", P.SEE_POINTS, P.SEE_CLAIMS,
    ),
    _role(
        "payment_operator", "Payment operator",
        "Builds payment runs from approved claims.",
        PAYMENT, "nation", P.SEE_RUNS, P.BUILD_RUN,
    ),
    _role(
        "payment_releaser", "Payment releaser",
        "Releases payment runs that somebody else has built.",
        PAYMENT, "nation", P.SEE_RUNS, P.RELEASE_RUN,
    ),
    _role(
        "data_operator", "Data operator",
        "Takes counts in, watches completeness, strikes national figures and calculates.",
        NATIONAL, "nation", P.SEE_COLLECTIONS, P.TAKE_IN, P.STRIKE, P.CALCULATE, P.PUBLISH,
        P.MANAGE_ORGANISATIONS,
    ),
    _role(
        "auditor", "Auditor",
        "Reads everything and changes nothing.",
        NATIONAL, "nation", P.SEE_POINTS, P.SEE_POUNDS, P.SEE_CLAIMS, P.SEE_RUNS,
        P.SEE_COLLECTIONS, P.READ_AUDIT,
    ),
)  # fmt: skip

ROLES: Mapping[str, Role] = {role.code: role for role in _ALL}

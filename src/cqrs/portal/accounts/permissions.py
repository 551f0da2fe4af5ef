"""What a person may do, and how they are told that they may not."""

from enum import StrEnum

from cqrs.portal.audit.permissions import NotFound, Refused, require

__all__ = ["NotFound", "Permission", "Reach", "Refused", "require"]


class Permission(StrEnum):
    """One thing a role lets a person do. Whom they may do it for is the role's reach."""

    SEE_POINTS = "points.see"
    SEE_POUNDS = "pounds.see"
    SEE_CLAIMS = "claims.see"
    ENTER_DATA = "collection.enter"
    ENTER_ON_BEHALF = "collection.enter_on_behalf"
    ACCEPT_OFFERS = "catalogue.accept"
    OFFER = "catalogue.offer"
    ENROL = "catalogue.enrol"
    DECLARE = "claims.declare"
    APPROVE = "claims.approve"
    FINANCE_APPROVE = "claims.finance_approve"
    SEE_RUNS = "payments.see"
    BUILD_RUN = "payments.build"
    RELEASE_RUN = "payments.release"
    SEE_COLLECTIONS = "collection.see"
    TAKE_IN = "collection.take_in"
    STRIKE = "collection.strike"
    CALCULATE = "claims.calculate"
    DRAFT = "catalogue.draft"
    PUBLISH = "catalogue.publish"
    MANAGE_ORGANISATIONS = "organisations.manage"
    PROPOSE_CHANGE = "organisations.propose"
    AGREE_CHANGE = "organisations.agree"
    MANAGE_CLUSTERS = "organisations.clusters"
    KEEP_DETAILS = "organisations.details"
    MANAGE_USERS = "accounts.manage"
    APPROVE_ACCESS = "accounts.approve_access"
    UNLOCK = "accounts.unlock"
    VIEW_AS = "accounts.view_as"
    SEE_SIGN_INS = "audit.sign_ins"
    READ_TRAIL = "audit.trail"
    READ_AUDIT = "audit.read"
    ANNOUNCE = "messages.announce"


class Reach(StrEnum):
    """How far a permission goes from the organisation of the grant."""

    OWN = "own"
    MEMBERS = "members"
    """The network itself and its member practices."""
    AREA = "area"
    """The organisation and everything beneath it, or the cluster the grant names."""
    NATION = "nation"


ABOUT_SERVICES = frozenset(
    {
        Permission.SEE_POINTS, Permission.SEE_POUNDS, Permission.SEE_CLAIMS, Permission.ENTER_DATA,
        Permission.ENTER_ON_BEHALF, Permission.ACCEPT_OFFERS, Permission.OFFER, Permission.ENROL,
        Permission.DECLARE, Permission.APPROVE, Permission.FINANCE_APPROVE, Permission.TAKE_IN,
        Permission.STRIKE, Permission.CALCULATE, Permission.DRAFT, Permission.PUBLISH,
    }
)  # fmt: skip
"""Permissions that a grant may limit to services. Whoever asks about one of these without naming
the service gets nothing from a limited grant: a limit that is forgotten lets nobody in."""

"""What a person may do, and how they are told that they may not."""

from enum import StrEnum

from cqrs.portal.audit.permissions import NotFound, Refused, require

__all__ = ["NotFound", "Permission", "Refused", "require"]


class Permission(StrEnum):
    """One thing a role lets a person do. Whom they may do it for is the grant's organisation."""

    SEE_POINTS = "points.see"
    SEE_POUNDS = "pounds.see"
    SEE_CLAIMS = "claims.see"
    ENTER_DATA = "collection.enter"
    ACCEPT_OFFERS = "catalogue.accept"
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
    PUBLISH = "catalogue.publish"
    MANAGE_ORGANISATIONS = "organisations.manage"
    MANAGE_USERS = "accounts.manage"
    READ_AUDIT = "audit.read"

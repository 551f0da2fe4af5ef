"""What the tables of accounts defend themselves with, in SQL. Run by the first migration."""

from cqrs.portal.audit import guards

OPERATIONS = [
    guards.never_deleted("accounts_user"),
    guards.never_deleted("accounts_grant"),
    guards.never_deleted("accounts_invitation"),
    guards.never_deleted("accounts_accessrequest"),
    guards.never_deleted("accounts_viewing"),
    guards.never_deleted("accounts_confirmation"),
    guards.never_deleted("accounts_expiry"),
]

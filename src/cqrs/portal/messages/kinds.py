"""The kinds of notice, how each may reach a person by email, and the states of an email."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about: the unit in which people choose how they are told."""

    ACCOUNT = "account"
    ACCESS = "access"
    CLAIMS = "claims"
    COLLECTIONS = "collections"
    PAYMENTS = "payments"
    ORGANISATIONS = "organisations"
    ANNOUNCEMENTS = "announcements"


class Way(StrEnum):
    """How a notice of a kind reaches a person, beside standing in their inbox."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    PORTAL = "portal"


KIND_NAMES: Mapping[Kind, str] = {
    Kind.ACCOUNT: "Your account and security",
    Kind.ACCESS: "Requests for access",
    Kind.CLAIMS: "Claims",
    Kind.COLLECTIONS: "Collections of counts",
    Kind.PAYMENTS: "Payments",
    Kind.ORGANISATIONS: "Organisations and contracts",
    Kind.ANNOUNCEMENTS: "Announcements",
}
WAY_NAMES: Mapping[Way, str] = {
    Way.AT_ONCE: "Email at once",
    Way.DAILY: "One email a day",
    Way.PORTAL: "In the portal only",
}
FIRST_WAY: Mapping[Kind, Way] = {
    Kind.ACCOUNT: Way.AT_ONCE,
    Kind.ACCESS: Way.AT_ONCE,
    Kind.CLAIMS: Way.DAILY,
    Kind.COLLECTIONS: Way.DAILY,
    Kind.PAYMENTS: Way.DAILY,
    Kind.ORGANISATIONS: Way.DAILY,
    Kind.ANNOUNCEMENTS: Way.DAILY,
}
"""What holds until a person chooses: a day with hundreds of claims is one email, not hundreds."""

ALWAYS_AT_ONCE = frozenset({Kind.ACCOUNT})
"""What nobody can switch off: somebody else may be acting in their name."""


class State(StrEnum):
    """Where an email stands on its way out."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Refused five times, or for good. Listed for the help desk."""
    UNCERTAIN = "uncertain"
    """The worker died or lost the line while a mail server had it: it may have arrived."""

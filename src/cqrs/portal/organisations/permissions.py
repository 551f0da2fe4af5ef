"""Who may load organisations and keep clusters, and the words for those who may not."""

from typing import Protocol

from cqrs.portal.audit.permissions import ActingPerson, NotFound, Refused, require

__all__ = [
    "MANAGE_CLUSTERS",
    "MANAGE_ORGANISATIONS",
    "MAY_NOT_CLUSTER",
    "MAY_NOT_IMPORT",
    "Administrator",
    "NotFound",
    "Refused",
    "require",
]

MANAGE_ORGANISATIONS = "organisations.manage"
MANAGE_CLUSTERS = "organisations.clusters"
MAY_NOT_IMPORT = "Only a data operator may load organisations."
MAY_NOT_CLUSTER = "Only an organisation administrator may keep clusters."


class Administrator(ActingPerson, Protocol):
    """An acting person, with the organisation whose clusters they keep."""

    @property
    def organisation_id(self) -> int:
        """Number of the organisation they act for."""

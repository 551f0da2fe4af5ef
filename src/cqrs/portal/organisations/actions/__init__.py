"""Every write of organisations: registering, relating, list sizes, and succession."""

from cqrs.portal.organisations.actions.registering import (
    NewListSize,
    NewOrganisation,
    NewRelationship,
    Registered,
    record_list_sizes,
    register,
    relate,
)
from cqrs.portal.organisations.actions.succeeding import Successor, succeed

__all__ = [
    "NewListSize",
    "NewOrganisation",
    "NewRelationship",
    "Registered",
    "Successor",
    "record_list_sizes",
    "register",
    "relate",
    "succeed",
]

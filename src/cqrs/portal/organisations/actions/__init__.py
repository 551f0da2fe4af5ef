"""Every write of organisations: registering, list sizes, ODS imports, clusters, succession."""

from cqrs.portal.organisations.actions.clusters import (
    add_to_cluster,
    make_cluster,
    take_out_of_cluster,
)
from cqrs.portal.organisations.actions.importing import apply_ods, receive_ods
from cqrs.portal.organisations.actions.listing import apply_list, receive_list
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
    "add_to_cluster",
    "apply_list",
    "apply_ods",
    "make_cluster",
    "receive_list",
    "receive_ods",
    "record_list_sizes",
    "register",
    "relate",
    "succeed",
    "take_out_of_cluster",
]

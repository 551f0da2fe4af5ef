"""Every write of station 1: opening a collection, taking counts in, striking national figures."""

from cqrs.portal.collection.actions.intake import (
    FileDescription,
    IntakeRefused,
    TakenIn,
    open_collection,
    take_in,
)
from cqrs.portal.collection.actions.reference import strike_reference

__all__ = [
    "FileDescription",
    "IntakeRefused",
    "TakenIn",
    "open_collection",
    "strike_reference",
    "take_in",
]

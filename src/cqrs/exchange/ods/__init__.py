"""Files of the Organisation Data Service (ODS): practices, networks, ICBs and their ties."""

from cqrs.exchange.ods.read import read
from cqrs.exchange.ods.rows import (
    TIES,
    OdsFile,
    OdsOrganisation,
    OdsTie,
    problems_of,
    same_name,
)

__all__ = ["TIES", "OdsFile", "OdsOrganisation", "OdsTie", "problems_of", "read", "same_name"]

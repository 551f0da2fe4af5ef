"""National prevalence that has been published for a service: figures with source and standing.

A file services/<service>/<year>/national_prevalence.yaml beside the definition. No year's figures
are final yet, so none is carried; the portal keeps its own, struck from what practices submit.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from cqrs.definitions import load
from cqrs.definitions.load import DefinitionError, read_yaml
from cqrs.definitions.schema import Part, Sourced, Text, Whole

FILE = "national_prevalence.yaml"


class NationalFigure(Part):
    """People on a register and registered patients, both of all practices."""

    register_: Whole = Field(alias="register")
    list_: Whole = Field(alias="list", gt=0)


class NationalPrevalence(Sourced):
    """England's prevalence for one service and year."""

    schema_: Literal["cqrs/national-prevalence/1"] = Field(alias="schema")
    service: Text
    status: Literal["provisional", "final"]
    registers: Mapping[str, NationalFigure]

    @property
    def content(self) -> dict[str, object]:
        """The figures as calculations keep them."""
        return {
            "service": self.service,
            "method": f"published: {self.source}",
            "registers": {
                register_id: {"register": figure.register_, "list": figure.list_}
                for register_id, figure in self.registers.items()
            },
        }


def national_prevalence(service_id: str) -> NationalPrevalence | None:
    """What is published for a service, such as "qof/2025-26"; None when nothing is.

    DefinitionError when the file doesn't fit, or is another service's.
    """
    path: Path = load.SERVICES / service_id / FILE
    if not path.is_file():
        return None
    where = f"services/{service_id}/{FILE}"
    try:
        found = NationalPrevalence.model_validate(
            read_yaml(path.read_text(encoding="utf-8"), where)
        )
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise DefinitionError("\n".join([f"{where} does not fit:", *lines])) from error
    if found.service != service_id:
        raise DefinitionError(f"{where} is about {found.service}: move it or correct it")
    return found

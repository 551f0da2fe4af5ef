"""Reference data is dated: list sizes of the day a service asks for, prevalence of its own year.

In 2013/14 the list sizes of the year before were used, and practices were paid 1.9 % less, about
£2,000 each. So whatever bears another date is refused by name.

Published national prevalence is a file services/<service>/<year>/national_prevalence.yaml beside
the definition. No year's figures are final yet, so none is carried; the portal keeps its own,
struck from what practices submit.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from cqrs.definitions import load
from cqrs.definitions.load import DefinitionError, read_yaml
from cqrs.definitions.schema import Definition, Part, Sourced, Text, Whole
from cqrs.definitions.schema.figures import Day
from cqrs.values import day_words

FILE = "national_prevalence.yaml"


class NationalFigure(Part):
    """People on a register and registered patients, both of all practices."""

    register_: Whole = Field(alias="register")
    list_: Whole = Field(alias="list", gt=0)


class NationalPrevalence(Sourced):
    """England's prevalence for one service and year."""

    schema_: Literal["cqrs/national-prevalence/1"] = Field(alias="schema")
    service: Text
    achievement_date: Day
    """The day of the counts that the figures were struck from."""
    status: Literal["provisional", "final"]
    registers: Mapping[str, NationalFigure]

    @property
    def content(self) -> dict[str, object]:
        """The figures as calculations keep them."""
        return {
            "service": self.service,
            "achievement_date": self.achievement_date.isoformat(),
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
    if fault := _of_another_year(found, load.load(service_id)):
        raise DefinitionError(f"{where} {fault}")
    return found


def _of_another_year(found: NationalPrevalence, rules: Definition) -> str:
    """Why published figures are not this service's; empty when they are."""
    day, end = found.achievement_date, rules.year.end
    fits = day == end if found.status == "final" else day in rules.year
    if found.service == rules.id and fits:
        return ""
    return (
        f"is about {found.service} at {day_words(day)}; {rules.short_title} needs figures of "
        f"its own, final ones of {day_words(end)}: move the file or correct it"
    )


def of_another_date(rules: Definition, list_dates: Iterable[date]) -> str:
    """Why list sizes of these dates can't be used for a service; empty when they can.

    "these list sizes are of 1 January 2013; QOF 2013/14 needs those of 1 January 2014".
    """
    wanted = rules.list_size_date
    wrong = sorted(day for day in set(list_dates) if wanted is not None and day != wanted)
    if not wrong or wanted is None:
        return ""
    days = " and ".join(day_words(day) for day in wrong)
    return f"these list sizes are of {days}; {rules.short_title} needs those of {day_words(wanted)}"

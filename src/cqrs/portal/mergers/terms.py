"""The terms of a change: who closes, who comes after, when; and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cqrs.portal.organisations.models import Organisation
from cqrs.portal.words import day_text

WIND_DOWN_DAYS = 92
"""How long after a closure people may keep their roles, to finish what is open."""
PROVIDERS = ("practice", "pcn", "federation", "pharmacy")


@dataclass(frozen=True)
class Terms:
    """A change as somebody asks for it, its organisations found."""

    kind: str
    closing: tuple[Organisation, ...]
    successors: tuple[Organisation, ...]
    lead: Organisation | None
    effective_date: date
    people: str
    roles_end_date: date
    reason: str

    @property
    def sentence(self) -> str:
        """What happens, in one sentence."""
        who = _listed([o.name for o in self.closing])
        after = _listed([o.name for o in self.successors])
        day = day_text(self.effective_date)
        if self.kind == "closure":
            return f"{who} closes; it is open for the last time the day before {day}."
        if self.kind == "split":
            return f"{who} splits into {after} from {day}."
        return f"{who} merge{'s' if len(self.closing) == 1 else ''} into {after} from {day}."

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by the name of the field; empty when nothing is."""
        found: dict[str, str] = {}
        number = len(self.successors)
        if not self.closing:
            found["closing"] = "Enter the code of at least one provider that closes"
        if self.kind == "merger" and number != 1:
            found["successors"] = "A merger has one successor: enter its code"
        if self.kind == "split" and number < 2:
            found["successors"] = "A split has two or more successors: enter their codes"
        if self.kind == "split" and len(self.closing) > 1:
            found["closing"] = "A split is of one provider: enter its code only"
        if self.kind == "closure" and number:
            found["successors"] = "A closure has no successor: leave this empty, or choose a merger"
        if self.kind == "closure" and self.people == "move":
            found["people"] = "A closure has no successor to move people to"
        found |= self._faults_of_organisations()
        if self.kind == "split" and number >= 2 and self.lead not in self.successors:
            found["lead"] = "Enter which successor answers for the open claims"
        return found | self._faults_of_dates()

    def _faults_of_organisations(self) -> dict[str, str]:
        both = {o.code for o in self.closing} & {o.code for o in self.successors}
        if both:
            return {"successors": f"{min(both)} can't close and be a successor"}
        for name, many in (("closing", self.closing), ("successors", self.successors)):
            for o in many:
                if o.kind not in PROVIDERS:
                    return {name: f"{o.name} is not a provider"}
                if o.kind != self.closing[0].kind if self.closing else False:
                    return {name: f"{o.name} is of another kind than {self.closing[0].name}"}
                if o.close_date and o.close_date < self.effective_date:
                    return {name: f"{o.name} closed on {day_text(o.close_date)}"}
        return {}

    def _faults_of_dates(self) -> dict[str, str]:
        last = self.effective_date - timedelta(days=1)
        latest = last + timedelta(days=WIND_DOWN_DAYS)
        if not last <= self.roles_end_date <= latest:
            return {
                "roles_end_date": "The last day of the roles must be from "
                f"{day_text(last)} to {day_text(latest)}"
            }
        return {}


def _listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"

"""What the stages of the demonstration share: the country, the people, the dates, the folder."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from cqrs.extraction.synthetic import England
from cqrs.portal.accounts import actions as accounts
from cqrs.portal.accounts.queries import Actor, actor_by_id, command_actor
from cqrs.portal.config.embedded import data_folder
from cqrs.portal.jobs.demo_people import PASSWORD, SINCE, Person
from cqrs.portal.organisations import queries as organisations
from cqrs.values import LONDON

QOF = "qof/2025-26"
CHECKS = "learning_disability_health_check/2025-26"


def at(month: int, day: int, hour: int, minute: int = 0, *, year: int = 2026) -> datetime:
    """A moment in London."""
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@dataclass
class World:
    """A made-up England on its way into the database."""

    country: England
    setter_up: Actor
    incoming: Path
    collections: dict[tuple[str, date], int] = field(default_factory=dict)
    """Number of a collection by service and achievement date."""
    _numbers: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, country: England) -> "World":
        """The world of a country, before anything is known of the database."""
        return cls(
            country, command_actor("Set-up of the demonstration"), data_folder() / "incoming"
        )

    def admit(self, person: Person) -> None:
        """Make a person known with their roles; those with a title can sign in."""
        password = PASSWORD if person.title else None
        number = accounts.create_user(
            actor=self.setter_up, email=person.email, full_name=person.name, password=password
        )
        for role in person.roles:
            accounts.grant(
                actor=self.setter_up,
                email=person.email,
                role=role,
                organisation_code=person.organisation_code,
                start_date=SINCE,
            )
        place = organisations.by_code(person.organisation_code).id
        self._numbers[person.email, person.organisation_code] = (number, place)

    def actor(self, person: Person) -> Actor:
        """The person acting where their roles are."""
        key = (person.email, person.organisation_code)
        if key not in self._numbers:
            self.admit(person)
        return actor_by_id(*self._numbers[key])

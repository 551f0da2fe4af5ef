"""What a calculation reads: one practice's stored inputs, or a whole collection's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cqrs.calculation.prevalence import reference_of, registers_needed
from cqrs.calculation.statement import PracticeInputs, Reference, Statement, calculate
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.permissions import Refused
from cqrs.portal.catalogue.queries import Participant, definition, participants
from cqrs.portal.claims import models
from cqrs.portal.collection.models import Collection
from cqrs.portal.collection.queries import (
    Submitted,
    current_reference,
    current_versions,
    list_date,
    submitted,
    values_of,
)
from cqrs.portal.organisations.queries import ListSizeView, list_sizes
from cqrs.portal.words import day_text

NO_REFERENCE = reference_of({"registers": {}}, "final")
"""For a service whose money needs no national figures."""
PROVISIONAL = reference_of({"registers": {}}, "provisional")
"""For one whose value of a point may still change."""


@dataclass(frozen=True)
class Nation:
    """Everything a national calculation is made of."""

    collection: Collection
    definition: Definition
    reference_id: int | None
    reference: Reference
    list_date: date
    lists: dict[int, ListSizeView]
    providers: dict[int, Participant]

    @classmethod
    def of(cls, collection: Collection) -> "Nation":
        """Read it; Refused when the national figures or list sizes it needs are not there."""
        rules = definition(collection.definition.digest)
        reference_id, reference = _reference(collection, rules)
        taking_part = participants(collection.service, collection.achievement_date)
        day = list_date(rules)
        return cls(
            collection,
            rules,
            reference_id,
            reference,
            day,
            list_sizes(day),
            {p.provider_id: p for p in taking_part.values()},
        )

    def submissions_count(self) -> int:
        """How many participants have sent counts."""
        return len(set(current_versions(self.collection.pk)) & set(self.providers))

    def submissions(self) -> Iterator[Submitted]:
        """The newest counts of everybody who takes part."""
        return (s for s in submitted(self.collection.pk) if s.provider_id in self.providers)

    def calculate(self, given: Submitted) -> Statement:
        """The statement of one practice."""
        provider = self.providers[given.provider_id]
        size = self.lists.get(given.provider_id)
        if size is None:
            raise Refused(
                f"{provider.provider_name} ({provider.provider_code}) has no list size of "
                f"{day_text(self.list_date)}. Record it first. Nothing was calculated."
            )
        return calculate(
            self.definition,
            PracticeInputs(
                practice_code=provider.provider_code,
                achievement_date=self.collection.achievement_date,
                values=given.values,
                registered_list=size.registered,
                list_date=self.list_date,
                submission_digest=given.digest,
                reference=self.reference,
            ),
        )


def _reference(collection: Collection, rules: Definition) -> tuple[int | None, Reference]:
    struck = current_reference(collection.pk)
    if struck:
        return struck
    if registers_needed(rules):
        raise Refused(
            f"{rules.short_title} needs national figures and none are struck. Strike them first."
        )
    settled = rules.money is None or rules.money.status == "final"
    return None, NO_REFERENCE if settled else PROVISIONAL


def inputs_of(statement: "models.Statement") -> tuple[Definition, PracticeInputs]:
    """The inputs a stored statement was made of: calculating them again gives its bytes.

    The statement must come with its submission, reference and definition.
    """
    content = json.loads(bytes(statement.content))
    reference = (
        reference_of(statement.reference.content, statement.reference.status)
        if statement.reference
        else NO_REFERENCE
    )
    return definition(statement.definition.digest), PracticeInputs(
        practice_code=content["practice"],
        achievement_date=date.fromisoformat(content["achievement_date"]),
        values=values_of(statement.submission.counts),
        registered_list=content["reference"]["registered_list"],
        list_date=date.fromisoformat(content["reference"]["list_date"]),
        submission_digest=content["submission"],
        reference=reference,
        facts=content.get("facts", {}),
    )

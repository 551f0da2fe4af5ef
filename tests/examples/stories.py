"""Read the stories of a service (examples.yaml) and work them out with the calculation."""

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from cqrs.calculation.statement import PracticeInputs, Reference, Statement, calculate
from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.load import SERVICES, read_yaml
from cqrs.definitions.schema import Definition, Exact, Whole
from cqrs.definitions.schema.figures import Day

PRACTICE = "A99001"


def _answer(value: object) -> object:
    answers = {"yes": True, "no": False}
    return answers[value] if isinstance(value, str) and value in answers else int(str(value))


def _signed(value: object) -> object:
    text = str(value)
    exact = Fraction(text.removeprefix("-")) * (-100 if text.startswith("-") else 100)
    if exact.denominator != 1:
        raise ValueError(f"'{value}' is not an amount in pounds with at most two decimals")
    return int(exact)


SignedPounds = Annotated[int, BeforeValidator(_signed)]


class Strict(BaseModel):
    """A story says nothing that isn't asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class National(Strict):
    """England's people on a register and registered patients."""

    people: Whole = Field(alias="register")
    list: Whole


class Expected(Strict):
    """What an indicator comes to; items of service have no points."""

    points: Exact | None = None
    pounds: SignedPounds


class Total(Strict):
    """What the practice comes to, over the indicators of the story."""

    points: Exact | None = None
    attainable_points: Whole | None = None
    attainable_points_group_rule: Whole | None = None
    pounds: SignedPounds


class Story(Strict):
    """One provider: what it sent, and what that comes to or why it is refused.

    `facts` are whole numbers of 10^-places of the fact's unit: protected points in hundredths.
    """

    story: str
    registered_list: Whole = 10000
    achievement_date: Day | None = None
    """The end of the year unless said otherwise."""
    facts: dict[str, Whole] = {}
    national: dict[str, National] = {}
    counts: dict[str, dict[str, Annotated[int | bool, BeforeValidator(_answer)]]] = {}
    expect: dict[str, Expected] = {}
    by_hand: tuple[str, ...] = ()
    total: Total | None = None
    refused: str | None = None


def stories(service_id: str) -> list[Story]:
    """The stories of a service and year."""
    where = f"services/{service_id}/examples.yaml"
    raw = read_yaml((SERVICES / service_id / "examples.yaml").read_text(encoding="utf-8"), where)
    return TypeAdapter(dict[str, list[Story]]).validate_python(raw)["stories"]


def counts_of(definition: Definition, story: Story) -> PracticeCounts:
    """The counts of a story as a practice would send them at the end of the year."""
    values = {(i, f): v for i, fields in story.counts.items() for f, v in fields.items()}
    day = story.achievement_date or definition.year.end
    return PracticeCounts(PRACTICE, day, values, source=story.story)


def statement_of(definition: Definition, story: Story) -> Statement:
    """The statement of a story, calculated."""
    counts = counts_of(definition, story)
    national = {key: (one.people, one.list) for key, one in story.national.items()}
    inputs = PracticeInputs(
        practice_code=PRACTICE,
        achievement_date=counts.achievement_date,
        values=counts.values,
        registered_list=story.registered_list,
        list_date=definition.list_size_date or definition.year.start,
        submission_digest=counts.digest,
        reference=Reference(national, "final", "0" * 64),
        facts=story.facts,
    )
    return calculate(definition, inputs)

"""Separation of duties: which two things one person may not both do, in one place.

The rooms ask `broken` before they act. The database holds each pair a second time, by a
constraint or trigger that `guarded_by` names; a test walks the table and tries every pair.
Source: product.md, section 2: declarer, approver and finance approver of a claim are three
people; whoever typed counts in doesn't declare them where a practice has two steps or where a
commissioner typed them; builder and releaser of a run are two; so are drafter and publisher.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Duty(StrEnum):
    """Something that counts as one person's part in a decision."""

    ENTER = "enter"
    DECLARE = "declare"
    APPROVE = "approve"
    FINANCE_APPROVE = "finance_approve"
    BUILD = "build"
    RELEASE = "release"
    DRAFT = "draft"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Apart:
    """Two duties that must be two people's, on the same thing."""

    first: Duty
    second: Duty
    on: str
    """What both are done to: claim, run or definition."""
    sentence: str
    """For the person who did the first and would do the second."""
    guarded_by: str
    """The constraint or trigger of the database."""


NEXT_STEP = (
    "You have already taken a step on this claim. The next one must be taken by another person."
)
APART: tuple[Apart, ...] = (
    Apart(
        Duty.DECLARE, Duty.APPROVE, "claim", NEXT_STEP, "claim_signed_by_different_people"
    ),
    Apart(
        Duty.DECLARE, Duty.FINANCE_APPROVE, "claim", NEXT_STEP, "claim_signed_by_different_people"
    ),
    Apart(
        Duty.APPROVE, Duty.FINANCE_APPROVE, "claim", NEXT_STEP, "claim_signed_by_different_people"
    ),
    Apart(
        Duty.ENTER, Duty.DECLARE, "claim",
        "You sent these counts, so another person of the provider must declare them.",
        "declared_by_who_sent_the_counts",
    ),
    Apart(
        Duty.BUILD, Duty.RELEASE, "run",
        "You built this run, so another person must release it.",
        "run_is_released_by_another_person",
    ),
    Apart(
        Duty.DRAFT, Duty.PUBLISH, "definition",
        "You drafted this definition, so another person must publish it.",
        "definition_is_published_by_another_person",
    ),
)  # fmt: skip


def entering_counts(*, provider_steps: int, on_behalf: bool) -> bool:
    """Whether sending counts is a duty apart from declaring them.

    A one-step practice often has one manager, who may do both with the practice's own counts.
    """
    return provider_steps > 1 or on_behalf


def broken(duty: Duty, done: Iterable[Duty]) -> str:
    """Why somebody who has `done` these on the same thing may not do this; empty when they may."""
    before = set(done)
    return next(
        (
            rule.sentence
            for rule in APART
            if (rule.second == duty and rule.first in before)
            or (rule.first == duty and rule.second in before)
        ),
        "",
    )

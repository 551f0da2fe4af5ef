"""How every room says no, and what it needs to know of the person who acts.

Audit is the first room of the road, so the words stand here; the rooms after it take them from
`accounts.permissions`, where the permissions themselves are.
"""

from typing import Protocol


class ActingPerson(Protocol):
    """The part of `accounts.queries.Actor` that rooms before accounts rely on."""

    @property
    def user_id(self) -> int | None:
        """Number of the user; None for the command line."""

    @property
    def name(self) -> str:
        """Full name."""

    @property
    def organisation_code(self) -> str:
        """Code of the organisation they act for."""

    @property
    def organisation_name(self) -> str:
        """Name of the organisation they act for."""

    def may(self, permission: str) -> bool:
        """Whether a grant of theirs gives this permission."""


class Refused(Exception):  # noqa: N818 - it is an answer to a person, not a fault
    """Not allowed to this person, or not now. The sentence is written for them."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Exception):  # noqa: N818 - as above
    """There is no such thing, or it belongs to somebody else: the two look the same."""


def require(actor: ActingPerson, permission: str, sentence: str) -> None:
    """Refuse with the sentence unless the actor has the permission."""
    if not actor.may(permission):
        raise Refused(sentence)

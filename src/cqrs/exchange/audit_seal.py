"""What the hash of an audit event is taken over, so that anybody can check it without the portal.

The sealed bytes are those in which PostgreSQL hands a row out (`COPY ... WITH (FORMAT binary)`):
the number of fields in two bytes, then for each field its length in four bytes and its bytes, all
numbers with their highest byte first. No two events have the same bytes.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FIRST = "0" * 64
"""The previous hash of the first event."""
FIELDS = (
    "seq", "at", "actor_id", "actor_name", "organisation_code", "organisation_name", "action",
    "subject_kind", "subject_reference", "sentence", "concerns", "details", "previous_hash",
)  # fmt: skip
"""The fields that are sealed, in their order. The hash itself comes after them."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Moments are sealed as microseconds since then."""
PLAIN = str | int | bool | None


@dataclass(frozen=True)
class Sealed:
    """An event as it is sealed: what happened, whom it concerns, and the event before it."""

    seq: int
    at: datetime
    actor_id: int | None
    actor_name: str
    organisation_code: str
    organisation_name: str
    action: str
    subject_kind: str
    subject_reference: str
    sentence: str
    concerns: Sequence[str]
    details: Mapping[str, object]
    previous_hash: str

    def content(self) -> bytes:
        """The bytes the hash is taken over."""
        texts = (
            self.actor_name, self.organisation_code, self.organisation_name, self.action,
            self.subject_kind, self.subject_reference, self.sentence, ",".join(self.concerns),
            spelled(self.details), self.previous_hash,
        )  # fmt: skip
        pieces = [struct.pack(">h", len(FIELDS) + 1)]
        moment = (self.at - EPOCH) // timedelta(microseconds=1)
        for number in (self.seq, moment, self.actor_id):
            pieces.append(
                struct.pack(">i", -1) if number is None else struct.pack(">iq", 8, number)
            )
        for text in texts:
            data = text.encode()
            pieces += (struct.pack(">i", len(data)), data)
        return b"".join(pieces)

    def hash(self) -> str:
        """SHA-256 of the content, as 64 hexadecimal digits."""
        return hashlib.sha256(self.content()).hexdigest()


def spelled(value: object) -> str:
    """JSON as PostgreSQL spells it: shorter keys first, then in the order of their bytes.

    Raises TypeError on a fraction: what is sealed must have one spelling only.
    """
    return json.dumps(_in_order(value), ensure_ascii=False)


def _in_order(value: object) -> object:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return {key: _in_order(value[key]) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_in_order(one) for one in value]
    if not isinstance(value, PLAIN):
        raise TypeError(f"{type(value).__name__} can't be sealed: {value!r}")
    return value


class Broken(Exception):  # noqa: N818 - it is a finding, not a fault
    """A line of an exported trail that doesn't hold; `words` says which and why."""

    def __init__(self, words: str, seq: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.seq = seq


def check_lines(lines: Iterable[str]) -> int:
    """Check an export in JSON lines; answers how many events hold. Raises Broken at the first.

    A run of events without gaps is checked link by link; after a gap, as an export of a search
    has them, each event's own seal still is.
    """
    number, previous = 0, None
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            event = Sealed(
                **{name: row[name] for name in FIELDS if name != "at"},
                at=datetime.fromisoformat(row["at"]),
            )
            right = event.hash() == row["hash"]
        except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
            raise Broken(f"Line {place} isn't an event of an audit trail: {error}") from None
        if not right:
            words = f"Event {event.seq} (line {place}) is not as it was sealed."
            raise Broken(words, event.seq)
        if previous and event.seq == previous[0] + 1 and event.previous_hash != previous[1]:
            words = f"Event {event.seq} (line {place}) doesn't follow the one before it."
            raise Broken(words, event.seq)
        previous = (event.seq, row["hash"])
        number += 1
    return number

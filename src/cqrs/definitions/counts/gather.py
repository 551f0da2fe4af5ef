"""From rows of text to counts: each value is read by its field's kind, each key may stand once."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from cqrs.definitions.counts.form import CountRow, Key, PracticeCounts, Problem, Value, shown
from cqrs.definitions.schema import Definition, FieldKind

MOST_DIGITS = 9


def read_value(kind: FieldKind, text: str) -> Value:
    """Read a value that isn't blank: Y or N for a yes/no, else a whole number of at least 0.

    Raises ValueError with the remedy in words.
    """
    if kind == "yes_no":
        if text in ("Y", "N"):
            return text == "Y"
        raise ValueError("Write Y or N")
    if text.isascii() and text.isdigit():
        if len(text) <= MOST_DIGITS:
            return int(text)
        raise ValueError(f"Write a count of at most {MOST_DIGITS} digits")
    raise ValueError("Write a whole number of 0 or more, without commas, decimals or signs")


@dataclass
class _Practice:
    values: dict[Key, Value] = field(default_factory=dict)
    rows: "array[int]" = field(default_factory=lambda: array("Q"))
    blank: dict[Key, int] = field(default_factory=dict)


class Gathering:
    """Collects rows into one PracticeCounts for each practice and date, and tells what is wrong.

    A blank value is a field not submitted, but a key may still stand only once. `problems`
    grows as rows are added; after the last row take `counts()`.
    """

    def __init__(
        self, definition: Definition, source: str = "", *, once: str = "Keep one of the two"
    ) -> None:
        """`once` is the remedy for a key that stands twice."""
        self._source, self._once = source, once
        self._service = definition.short_title
        self._indicators = set(definition.by_id)
        self._known: dict[Key, tuple[Key, FieldKind]] = {
            (indicator.id, name): ((indicator.id, name), known.kind)
            for indicator in definition.indicators
            for name, known in indicator.fields.items()
        }
        self._practices: dict[tuple[str, date], _Practice] = {}
        self.problems: list[Problem] = []

    def add(self, rows: Iterable[CountRow]) -> None:
        """Add rows, in the order of the file."""
        practices, known = self._practices, self._known
        for row in rows:
            number, code, day, indicator, name, text = row
            found = known.get((indicator, name))
            if found is None:
                self._unknown(row)
                continue
            key, kind = found
            practice = practices.get((code, day))
            if practice is None:
                practice = practices[code, day] = _Practice()
            if key in practice.values or key in practice.blank:
                self._twice(row, practice, key)
            elif not text:
                practice.blank[key] = number
            else:
                try:
                    practice.values[key] = read_value(kind, text)
                    practice.rows.append(number)
                except ValueError as error:
                    practice.blank[key] = number
                    wanted = "Y or N" if kind == "yes_no" else "a count"
                    self._tell(row, f"'{shown(text)}' is not {wanted}", str(error))

    def counts(self) -> list[PracticeCounts]:
        """What was gathered, in the order in which the practices first gave a value."""
        return [
            PracticeCounts(code, day, practice.values, self._source, practice.rows)
            for (code, day), practice in self._practices.items()
            if practice.values
        ]

    def blank(self) -> list[tuple[str, date]]:
        """Practices and dates whose rows were all blank: nothing was submitted."""
        return [key for key, practice in self._practices.items() if not practice.values]

    def has(self, practice_code: str, achievement_date: date, key: Key) -> bool:
        """True when a row of this key was added, blank or not."""
        practice = self._practices.get((practice_code, achievement_date))
        return practice is not None and (key in practice.values or key in practice.blank)

    def _unknown(self, row: CountRow) -> None:
        if row.indicator in self._indicators:
            names = [name for indicator, name in self._known if indicator == row.indicator]
            self._tell(
                row,
                f"'{shown(row.field)}' is not a field of {row.indicator} in {self._service}",
                f"Use one of: {', '.join(names)}",
            )
        else:
            self._tell(
                row,
                f"'{shown(row.indicator)}' is not an indicator of {self._service}",
                "Correct the indicator, or take the row out",
            )

    def _twice(self, row: CountRow, practice: _Practice, key: Key) -> None:
        first = practice.blank.get(key)
        if first is None:
            first = dict(zip(practice.values, practice.rows, strict=True)).get(key)
        self._tell(row, f"this value stands twice: row {first} has it too", self._once)

    def _tell(self, row: CountRow, words: str, remedy: str) -> None:
        self.problems.append(
            Problem(
                words=words,
                remedy=remedy,
                file=self._source,
                row=row.row or None,
                practice_code=row.practice_code,
                indicator=row.indicator,
                field=row.field,
            )
        )

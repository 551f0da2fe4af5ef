"""The statements of a whole country at once, byte for byte those of `statement.calculate`.

Columns do the sums, and text is put together from pieces that all practices share. A practice
that columns can't compute goes through the exact reader, which finds its fault and has the words.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from cqrs.calculation.columns.country import Country, LineColumn, Lines
from cqrs.calculation.kinds import formulas
from cqrs.calculation.statement import SCHEMA, CalculationError, Line, Statement, calculate
from cqrs.values import Pence, canonical_json, decimal_text, digest

Writer = Callable[[LineColumn, list[str | None]], list[str]]
"""Writes the lines of an indicator, an entry for each practice, given its points as text."""


@dataclass(frozen=True)
class Outcome:
    """One practice's statement without its lines: they stand in its content."""

    content: bytes
    missing: tuple[str, ...]
    points: Fraction
    attainable_points: int
    attainable_points_group_rule: int
    pence: Pence

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.content)


@dataclass(frozen=True)
class Total:
    """One practice's sums."""

    practice_code: str
    points: Fraction
    attainable_points: int
    attainable_points_group_rule: int
    pence: Pence
    lines: int
    missing: tuple[str, ...]
    scored: bool
    """Whether any line earns points."""


class NoResult(CalculationError):  # noqa: N818 - an answer to a person, as its parent is
    """A practice that can't be calculated: the exact reader's words, and whose numbers they are."""

    def __init__(self, practice_code: str, words: str) -> None:
        super().__init__(words)
        self.practice_code = practice_code


class Nation:
    """A country's results. Raises NoResult for the first practice that has none."""

    def __init__(self, country: Country) -> None:
        self._country = country
        self._places = country.definition.rounding.points_places
        self._formulas = {f.indicator.id: f for f in formulas(country.definition)}
        lines = Lines(country)
        self._columns = tuple(lines.columns())
        self._sums = lines.totals()
        self._exact = {row: self._exactly(row) for row in lines.left_to_exact()}

    def _exactly(self, row: int) -> Statement:
        try:
            return calculate(self._country.definition, self._country.inputs(row))
        except CalculationError as error:
            raise NoResult(self._country.counts.codes[row], str(error)) from error

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """The sums of each practice, in the order of the country."""
        return tuple(self._total(row) for row in range(len(self._country.lists)))

    def written(self, write: Writer, places: int) -> Iterator[list[str]]:
        """Each practice's lines as text, in the order of the country; points with `places`."""
        columns = [write(column, self._points(column, places)) for column in self._columns]
        for row in range(len(self._country.lists)):
            one = self._exact.get(row)
            if one is None:
                yield [
                    texts[row]
                    for texts, column in zip(columns, self._columns)
                    if column.present[row]
                ]
            else:
                alone = [self._alone(line) for line in one.lines]
                yield [write(column, self._points(column, places))[0] for column in alone]

    def outcomes(self) -> Iterator[Outcome]:
        """Each practice's statement, in the order of the country."""
        shared = self._shared()
        for row, lines in enumerate(self.written(_json, self._places)):
            total, one = self.totals[row], self._exact.get(row)
            content = self._content(row, lines, shared) if one is None else one.content
            yield Outcome(
                content,
                total.missing,
                total.points,
                total.attainable_points,
                total.attainable_points_group_rule,
                total.pence,
            )

    def _total(self, row: int) -> Total:
        code, one, sums = self._country.counts.codes[row], self._exact.get(row), self._sums
        if one is not None:
            return Total(
                code,
                one.points,
                one.attainable_points,
                one.attainable_points_group_rule,
                one.pence,
                len(one.lines),
                one.missing,
                any(line.points is not None for line in one.lines),
            )
        there = [column.formula for column in self._columns if column.present[row]]
        absent = () if len(there) == len(self._columns) else self._absent(row)
        return Total(
            code,
            Fraction(sums.points[row], 10**self._places),
            sums.attainable[row],
            sums.group_rule[row],
            sums.pence[row],
            len(there),
            absent,
            any(formula.points is not None for formula in there),
        )

    def _absent(self, row: int) -> tuple[str, ...]:
        return tuple(c.formula.indicator.id for c in self._columns if not c.present[row])

    def _points(self, column: LineColumn, places: int) -> list[str | None]:
        if column.formula.points is None:
            return [None] * len(column.present)
        scale = 10**self._places
        text = {n: decimal_text(Fraction(n, scale), places) for n in set(column.points)}
        return [text[number] for number in column.points]

    def _alone(self, line: Line) -> LineColumn:
        """A line of the exact reader as a column of one practice."""
        return LineColumn(
            formula=self._formulas[line.indicator],
            present=[True],
            shown={
                "numerator": [line.numerator],
                "denominator": [line.denominator],
                "register": [line.register],
                "count": [line.count],
            },
            pcas=[line.pcas],
            attainable=[line.attainable],
            protected=[line.protected],
            points=[int((line.points or 0) * 10**self._places)],
            pence=[line.pence],
        )

    # Their bytes ----------------------------------------------------------------------------------

    def _shared(self) -> dict[str, str]:
        """What all statements say alike, as JSON."""
        definition, country = self._country.definition, self._country
        version = {"digest": definition.digest, "version": definition.version}
        return {
            "date": _text(country.achievement_date.isoformat()),
            "definition": _text(version),
            "reference": _text(country.reference.digest),
            "status": _text(country.reference.status),
            "schema": _text(SCHEMA),
            "service": _text(definition.id),
        }

    def _content(self, row: int, lines: list[str], shared: dict[str, str]) -> bytes:
        """The canonical JSON: no spaces, keys in the order of their spelling."""
        country, total = self._country, self.totals[row]
        list_date = country.list_dates[row].isoformat()
        return (
            f'{{"achievement_date":{shared["date"]},'
            f'"attainable_points":{total.attainable_points},'
            f'"attainable_points_group_rule":{total.attainable_points_group_rule},'
            f'"definition":{shared["definition"]},'
            f'"facts":{_text(dict(country.facts_of(row)))},'
            f'"lines":[{",".join(lines)}],'
            f'"missing":{_text(list(total.missing))},'
            f'"pence":{total.pence},'
            f'"points":"{decimal_text(total.points, self._places)}",'
            f'"practice":{_text(total.practice_code)},'
            f'"reference":{{"digest":{shared["reference"]},"list_date":"{list_date}",'
            f'"registered_list":{country.lists[row]},"status":{shared["status"]}}},'
            f'"schema":{shared["schema"]},'
            f'"service":{shared["service"]},'
            f'"submission":{_text(country.submissions[row])}}}'
        ).encode()


def _json(column: LineColumn, points: list[str | None]) -> list[str]:
    """The lines of an indicator in the canonical spelling."""
    formula = column.formula
    available = _text(formula.available)
    name = _text(formula.indicator.id)
    shown = column.shown
    number = (shown["count"], shown["denominator"], shown["numerator"], shown["register"])
    count, denominator, numerator, register = (map(_number, values) for values in number)
    return [
        f'{{"attainable":{_BOOL[a]},"available":{available},"count":{c},"denominator":{d},'
        f'"indicator":{name},"numerator":{n},"pcas":{p},"pence":{amount},"points":{scored},'
        f'"protected":{_BOOL[kept]},"register":{r}}}'
        for a, c, d, n, p, amount, scored, kept, r in zip(
            column.attainable,
            count,
            denominator,
            numerator,
            map(_number, column.pcas),
            column.pence,
            ("null" if text is None else f'"{text}"' for text in points),
            column.protected,
            register,
            strict=True,
        )
    ]


_BOOL = {False: "false", True: "true"}


def _number(number: int | None) -> str:
    return "null" if number is None else str(number)


def _text(value: object) -> str:
    return canonical_json(value).decode()

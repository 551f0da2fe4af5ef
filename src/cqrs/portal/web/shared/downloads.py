"""What the downloads of a statement and of one figure contain, row by row."""

from collections.abc import Iterator

from cqrs.portal.claims.queries import ClaimPage
from cqrs.portal.web.shared.achievement import Achievement
from cqrs.portal.web.shared.explain import ExplainedFigure
from cqrs.portal.web.shared.sources import SourceRow

Row = tuple[str, ...]

COLUMNS = (
    "practice_code", "area", "indicator", "title", "patients", "of", "pcas", "achieved", "points",
    "available",
)  # fmt: skip


def achievement(page: ClaimPage, a: Achievement, *, pounds: bool) -> Iterator[Row]:
    """One row an indicator, then the total, then the statement's digest."""
    money: Row = ("pounds",) if pounds else ()
    yield (*COLUMNS, *money)
    code = page.card.provider_code
    for group in a.groups:
        for r in group.rows:
            yield (
                code, group.title, r.indicator, r.name, _plain(r.patients), _plain(_of(r.of)),
                _plain(r.pcas), r.achieved or r.basis, r.points, r.available,
                *((_plain(r.pounds),) if pounds else ()),
            )  # fmt: skip
    total: Row = (_plain(a.pounds),) if pounds else ()
    yield (code, "", "", "Total", "", "", "", "", a.points, str(a.attainable), *total)
    blanks: Row = ("",) * len(money)
    for name, value in _identity(page):
        yield ("", "", "", name, value, "", "", "", "", "", *blanks)


def workings(
    page: ClaimPage, figure: ExplainedFigure, rows: tuple[SourceRow, ...]
) -> Iterator[Row]:
    """The steps in words and with numbers, the keys, every input with its full digest."""
    yield ("part", "what", "in words", "with numbers", "result", "from", "digest")
    for stage in figure.stages:
        for step in stage.sums:
            numbers = step.numbers.removesuffix(" = ").removesuffix(": ")
            yield (
                stage.stage, stage.heading, step.words, numbers, step.result,
                step.rounding.removesuffix(": "), "",
            )  # fmt: skip
    if figure.keys:
        keys = " ".join(figure.keys.pressed)
        shown = f"{figure.keys.shown} on {figure.keys.digits} digits"
        yield ("calculator", "keys to press", "", keys, figure.keys.pounds, shown, "")
    for row in rows:
        where = f"{row.where}; {row.more}" if row.more else row.where
        yield ("input", row.label, row.about, "", row.value, where, row.digest)
    for name, value in _identity(page):
        yield ("statement", name, "", "", "", value, "")


def _identity(page: ClaimPage) -> tuple[tuple[str, str], ...]:
    return (
        ("claim", page.card.reference),
        ("statement", f"number {page.card.statement_number}"),
        ("statement digest", page.card.statement_digest),
        ("definition digest", page.sources.definition_digest),
        ("submission digest", page.sources.submission_digest),
    )


def _of(words: str) -> str:
    return words.removeprefix("of ").removesuffix("on register").strip()


def _plain(number: str) -> str:
    return number.replace(",", "").removeprefix("£")

"""A collection of QOF 2025/26 that everybody takes part in, and what tests send to it."""

from datetime import date

from cqrs.definitions import load
from cqrs.definitions.counts import PracticeCounts
from cqrs.definitions.schema import Definition
from cqrs.portal.accounts.queries import command_actor
from cqrs.portal.catalogue import actions as catalogue
from cqrs.portal.collection import actions
from tests import factories
from tests.factories import PRACTICES

OPERATOR = command_actor()
QOF = load.load("qof/2025-26")
FILE = actions.FileDescription("counts.csv", "f" * 64, 1000, "tidy")


def enrolled(rules: Definition = QOF) -> int:
    """Everybody takes part, the year end is open, and nobody has sent counts."""
    catalogue.publish(actor=OPERATOR, definition=rules)
    catalogue.enrol(
        actor=OPERATOR,
        service=QOF.id,
        participants=[
            catalogue.NewParticipation(code, commissioner, QOF.year.start)
            for code, (_, commissioner, _) in PRACTICES.items()
        ],
    )
    return open_at(QOF.year.end, rules)


def open_at(day: date, rules: Definition = QOF) -> int:
    """The number of the collection at this day."""
    return actions.open_collection(
        actor=OPERATOR,
        definition_digest=rules.digest,
        achievement_date=day,
        declare_by=date(2026, 5, 29),
    )


def take_in(
    number: int, *many: PracticeCounts, file: actions.FileDescription = FILE
) -> actions.TakenIn:
    """Send counts as one file."""
    return actions.take_in(actor=OPERATOR, collection_id=number, counts=many, source_file=file)


def all_counts() -> list[PracticeCounts]:
    """The counts of everybody."""
    return [factories.counts(QOF, code) for code in PRACTICES]

"""The list of a provider's claims: what each row shows, and what may be asked of the list."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse

from cqrs.portal.claims.queries import ClaimCard
from cqrs.portal.claims.states import STATES
from cqrs.portal.config.pages import list_day, plain, points, pounds
from cqrs.portal.web import tables
from cqrs.portal.web.tables import Asked, Cell, Column, Cut, Filter, Table
from cqrs.values import plain_pounds

LARGEST = ("smallest first", "largest first")


def _points(card: ClaimCard) -> Cell:
    if not card.attainable:
        return Cell("")
    address = reverse("shared:achievement", args=[card.reference])
    return Cell(points(card.points), address, sub=f"of {plain(card.attainable)}")


AMOUNT: Column[ClaimCard] = Column(
    "Amount",
    lambda card: pounds(card.pence),
    sort="amount",
    numeric=True,
    orders=LARGEST,
    file=lambda card: "" if card.pence is None else plain_pounds(card.pence),
)
CLAIMS: Table[ClaimCard] = Table(
    caption="Claims",
    thing="claim",
    columns=(
        Column(
            "Claim",
            lambda card: Cell(
                card.title, reverse("shared:claim", args=[card.reference]), sub=card.reference
            ),
            sort="title",
        ),
        Column("State", lambda card: Cell(card.state.label, tag=card.state.colour)),
        Column("Whose turn", lambda card: card.waiting.sentence, label=""),
        Column("Declare by", lambda card: list_day(card.declare_by), sort="declare",
               orders=("soonest first", "latest first"),
               file=lambda card: card.declare_by.isoformat()),
        Column("Points", _points, sort="points", numeric=True, orders=LARGEST),
        AMOUNT,
    ),
    filters=(
        Filter("text", "Service or reference"),
        Filter("state", "State", {code: state.label for code, state in STATES.items()}),
    ),
    file_name="claims",
    none_yet=(
        "No claim has been made yet.", "A claim appears when a collection has been calculated.",
    ),
)  # fmt: skip
KEYS = {
    "title": lambda card: card.title,
    "declare": lambda card: card.declare_by,
    "points": lambda card: card.points or 0,
    "amount": lambda card: card.pence or 0,
}


def table(*, shows_pounds: bool) -> Table[ClaimCard]:
    """The table, without pounds for who sees none."""
    columns = CLAIMS.columns if shows_pounds else CLAIMS.columns[:-1]
    return replace(CLAIMS, columns=columns)


def cut(cards: Sequence[ClaimCard], asked: Asked) -> Cut[ClaimCard]:
    """The page asked for; the newest claim first unless asked otherwise."""
    text = asked["text"].lower()
    wanted = [
        card
        for card in cards
        if asked["state"] in ("", card.state.code)
        and text in f"{card.title} {card.reference}".lower()
    ]
    return tables.cut(wanted, asked, KEYS)

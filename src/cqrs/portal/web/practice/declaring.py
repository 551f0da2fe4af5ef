"""Check and declare: what a person was shown, what stops them, where most was missed."""

from dataclasses import dataclass

from django.core import signing

from cqrs.portal.claims.queries import ClaimCard, ClaimPage
from cqrs.portal.web.shared.achievement import Achievement, Group
from cqrs.portal.web.shared.claim import amount
from cqrs.portal.web.tasks import days_left
from cqrs.values import clock

SALT = "cqrs.declare"
UNTICKED = "Tick the box to say that you have checked the figures"
CHANGED = "The figures changed after you opened this page. Nothing was declared."
MOST = 5


@dataclass(frozen=True)
class Shown:
    """The statement a person had before them, signed so that the page can say what changed."""

    claim_id: int
    digest: str
    number: int
    points: str
    amount: str

    @classmethod
    def of(cls, card: ClaimCard) -> "Shown":
        """What the page shows now."""
        return cls(
            card.id,
            card.statement_digest,
            card.statement_number,
            f"{card.points:.2f}",
            amount(card),
        )

    @property
    def parts(self) -> list[int | str]:
        """As it travels in the form."""
        return [self.claim_id, self.digest, self.number, self.points, self.amount]


def read(token: str, card: ClaimCard) -> Shown | None:
    """What the form says was shown; None when it isn't ours or is of another claim."""
    try:
        shown = Shown(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None
    return shown if shown.claim_id == card.id else None


def changed(shown: Shown | None, page: ClaimPage) -> str:
    """The figures before and now, and who made the difference."""
    now = Shown.of(page.card)
    if shown is None:
        return "The page you sent was not complete. Check the figures below, then declare them."
    why = next((e for e in page.events if e.kind == "recalculated"), None)
    because = f" {why.name}, {why.organisation}, had them recalculated." if why else ""
    if page.card.attainable:
        was = f"{shown.points} points, {shown.amount}"
        is_now = f"{now.points} points, {now.amount}"
    else:
        was, is_now = shown.amount, now.amount
    before = f"Statement {shown.number} came to {was}."
    return f"{before} Statement {now.number} comes to {is_now}.{because}"


def readiness(card: ClaimCard) -> str:
    """What follows the deadline on the first line."""
    left = days_left(card.declare_by)
    when = "That was " + left.replace(" late", " ago") if "late" in left else left.capitalize()
    if "declare" not in card.may:
        return f"{when}."
    if card.declare_by < clock.today():
        return f"{when}. You can still declare."
    return f"{when}. Nothing stops you from declaring today."


def blocked(card: ClaimCard) -> str:
    """Why this person can't declare now, and who acts next; empty when they can."""
    if "declare" in card.may:
        return ""
    refusal = card.refusals.get("declare", "")
    return f"{refusal} {card.waiting.sentence}".strip()


def most_missed(a: Achievement) -> tuple[Group, ...]:
    """The areas that lost most points."""
    return tuple(sorted(a.groups, key=lambda group: -group.missed_points)[:MOST])

"""The payment file: one line for each amount to pay, and a control line that proves it whole.

The last line holds the word CONTROL, the number of lines, when the file was made, the total in
pence and the SHA-256 of every byte before it. The same lines always give the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cqrs.exchange.sheet import Sheet, Unreadable, write_rows
from cqrs.values import Pence, digest

COLUMNS = (
    "run",
    "payee_reference",
    "provider_code",
    "claim",
    "service",
    "amount_pence",
    "payment_identity",
)
CONTROL = "CONTROL"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet may take for a formula; such a text is written behind an apostrophe."""
ASK_AGAIN = "Don't pay from this file; ask for it to be sent again"


@dataclass(frozen=True)
class PaymentLine:
    """An amount in pence to pay one provider for one claim; below nought it is taken back."""

    payee_reference: str
    provider_code: str
    claim: str
    service: str
    amount_pence: Pence
    payment_identity: str


@dataclass(frozen=True)
class PaymentFile:
    """A payment file that was read and proved whole."""

    run_reference: str
    created_at: datetime
    lines: tuple[PaymentLine, ...]
    digest: str
    """SHA-256 of the whole file."""

    @property
    def total_pence(self) -> Pence:
        """The sum of the lines."""
        return sum(line.amount_pence for line in self.lines)


def write(lines: Iterable[PaymentLine], *, run_reference: str, created_at: datetime) -> bytes:
    """The bytes of a run's payment file, its lines in the order of their payment identities.

    Raises ValueError for no line, a payment identity that stands twice, an empty text, an amount
    that is not whole pence, or a moment without a time zone.
    """
    ordered = sorted(lines, key=lambda line: line.payment_identity)
    _sound(ordered, run_reference, created_at)
    rows = [_cells(line, run_reference) for line in ordered]
    body = b"".join(write_rows(COLUMNS, rows))
    return body + _control(ordered, created_at, body)


def read(content: bytes, name: str = "payment file") -> PaymentFile:
    """Read a payment file; raises Unreadable unless count, total and digest all agree."""
    sheet = Sheet.of(name, content)
    lines: list[PaymentLine] = []
    runs: set[str] = set()
    control: tuple[str, ...] | None = None
    for row, cells in sheet.rows(COLUMNS):
        if control is not None:
            raise sheet.stop("there is a line after the control line", ASK_AGAIN, row=row)
        if cells[0] == CONTROL:
            control = cells
            continue
        run, payee, provider, claim, service, amount, identity = map(_unguarded, cells)
        runs.add(run)
        pence = _pence(sheet, row, amount)
        lines.append(PaymentLine(payee, provider, claim, service, pence, identity))
    if control is None:
        raise sheet.stop("the control line is missing: the file is cut short", ASK_AGAIN)
    if len(runs) != 1:
        raise sheet.stop(f"the file holds {len(runs)} runs, not one", ASK_AGAIN, field="run")
    created_at = _checked(sheet, control, lines, content)
    return PaymentFile(runs.pop(), created_at, tuple(lines), sheet.digest)


def _checked(
    sheet: Sheet, control: Sequence[str], lines: Sequence[PaymentLine], content: bytes
) -> datetime:
    """Compare the control line with what was read; returns when the file was made."""
    total = sum(line.amount_pence for line in lines)
    if control[1] != str(len(lines)):
        words = f"the control line counts {control[1]} lines, the file has {len(lines)}"
        raise sheet.stop(words, ASK_AGAIN, field="payee_reference")
    if control[5] != str(total):
        words = f"the control total is {control[5]} pence, the lines add to {total}"
        raise sheet.stop(words, ASK_AGAIN, field="amount_pence")
    try:
        created_at = datetime.fromisoformat(control[4])
    except ValueError:
        raise sheet.stop("the control line has no moment", ASK_AGAIN, field="service") from None
    before = content[: content.rfind(b"\n", 0, -1) + 1]
    if before + _control(lines, created_at, before) != content:
        words = "the lines are not those that were written: their digest differs"
        raise sheet.stop(words, ASK_AGAIN, field="payment_identity")
    return created_at


def _sound(lines: Sequence[PaymentLine], run_reference: str, created_at: datetime) -> None:
    if not lines:
        raise ValueError("a payment file needs at least one line")
    if created_at.tzinfo is None:
        raise ValueError("the moment of a payment file needs a time zone")
    if run_reference == CONTROL:
        raise ValueError(f"a run can't be called {CONTROL}")
    before = ""
    for line in lines:
        if line.payment_identity == before:
            raise ValueError(f"the payment identity {before} stands twice")
        before = line.payment_identity
        if type(line.amount_pence) is not int:
            raise ValueError(f"{line.amount_pence!r} is not an amount in whole pence")
        for text in (run_reference, *_texts(line)):
            if not text or text != text.strip() or not text.isprintable():
                raise ValueError(f"{text!r} can't stand in a payment file")


def _texts(line: PaymentLine) -> tuple[str, ...]:
    return (
        line.payee_reference,
        line.provider_code,
        line.claim,
        line.service,
        line.payment_identity,
    )


def _cells(line: PaymentLine, run_reference: str) -> tuple[str | int, ...]:
    *first, identity = map(_guarded, (run_reference, *_texts(line)))
    return (*first, line.amount_pence, identity)


def _control(lines: Sequence[PaymentLine], created_at: datetime, body: bytes) -> bytes:
    """The last line; its digest covers everything before the digest itself."""
    total = sum(line.amount_pence for line in lines)
    moment = created_at.astimezone(UTC).isoformat()
    start = f"{CONTROL},{len(lines)},,,{moment},{total},".encode()
    return start + digest(body + start).encode() + b"\r\n"


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") else text


def _pence(sheet: Sheet, row: int, text: str) -> Pence:
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 18:
        return int(text)
    words = f"'{text[:30]}' is not an amount in whole pence"
    raise sheet.stop(words, ASK_AGAIN, row=row, field="amount_pence")


__all__ = ["COLUMNS", "PaymentFile", "PaymentLine", "Unreadable", "read", "write"]

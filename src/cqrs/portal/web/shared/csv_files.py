"""CSV downloads that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def response(name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    """The rows as a file to save, in UTF-8 with a mark, so that pounds and signs survive."""
    answer = HttpResponse(content(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def content(rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of the file. A cell that would start a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """The cell as a spreadsheet may show it."""
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell

"""Reading a page as a person does: its main part, as text, and how many queries it took."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def main(response: Any) -> str:
    """The main part of a page, with its markup."""
    page: str = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def lines(response: Any) -> str:
    """The words of the main part: no markup, single spaces."""
    words = re.sub(r"<(script|style).*?</\1>", " ", main(response), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", words))).replace(" .", ".")


class Queries(CaptureQueriesContext):
    """The queries made, without savepoints: they are of the test's own transaction."""

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        """Each query with its time."""
        made = super().captured_queries
        return [one for one in made if "SAVEPOINT" not in one["sql"]]


@contextmanager
def counting() -> Iterator[CaptureQueriesContext]:
    """The queries made inside, savepoints left out."""
    with Queries(connection) as made:
        yield made

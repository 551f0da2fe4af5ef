"""COPY, for the tables that take a whole nation at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_rows(
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    types: Sequence[str] | None = None,
) -> int:
    """Stream rows into a table inside the open transaction; answers how many.

    Constraints and triggers hold as for any insert. Wrap JSON columns in psycopg's `Jsonb`. With
    the types of its columns a row travels in binary: half the bytes where it holds bytes.
    PostgreSQL refuses COPY into a table whose rows are hidden from the role; there the rows take
    the way over a temporary table, and each must pass the table's policies.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active(%s)", [table])
        if cursor.fetchone() == (False,):
            return _copy(cursor, f'"{table}" ({names})', rows, types)
        cursor.execute(
            f'CREATE TEMPORARY TABLE "bulk_{table}" ON COMMIT DROP AS '
            f'SELECT {names} FROM "{table}" WHERE false'
        )
        written = _copy(cursor, f'"bulk_{table}" ({names})', rows, types)
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "bulk_{table}"')
        cursor.execute(f'DROP TABLE "bulk_{table}"')
    return written


def _copy(
    cursor: Any, target: str, rows: Iterable[Sequence[Any]], types: Sequence[str] | None
) -> int:
    written = 0
    statement = f"COPY {target} FROM STDIN"
    if types:
        statement += " (FORMAT BINARY)"
    with cursor.copy(statement) as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def next_ids(table: str, number: int) -> list[int]:
    """Draw ids before the rows are written, so that other rows can point at them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, number],
        )
        return [row[0] for row in cursor.fetchall()]

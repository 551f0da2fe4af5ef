"""How long the whole chain takes to verify: 1,000,000 made-up events, against a walk row by row.

    .venv/bin/python benchmarks/audit_verify.py [--events N]

It makes a database of its own in the embedded server of $CQRS_DATA, fills it, measures, and drops
it. The figure that counts is the ratio of both walks in the same run.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")

SECONDS = 1e9
BATCH = 10_000
NAME = "audit_benchmark"


def main() -> None:
    """Fill, measure both walks, tamper with one byte in the middle, drop."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    number = parser.parse_args().events
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    outside = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
        timed("filled", lambda: fill(number))
        measure(number)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = outside
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def fill(number: int) -> None:
    """Seal the events and COPY them, with the triggers asleep; index them afterwards."""
    from datetime import UTC, datetime, timedelta

    from django.db import connection

    from cqrs.exchange.audit_seal import FIELDS, FIRST, Sealed

    previous, start = FIRST, datetime(2026, 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY audit_event ({', '.join(FIELDS)}, hash) FROM STDIN") as rows:
            for seq in range(1, number + 1):
                code = f"A{seq % 6_300:05}"
                event = Sealed(
                    seq, start + timedelta(seconds=7 * seq), seq % 5_000 + 1,
                    f"Dr Made Up {seq % 5_000}", code, f"Made-up Surgery {code}", "claims.declare",
                    "claim", f"QOF2526-2026-03-31-{code}",
                    f"Dr Made Up {seq % 5_000} declared QOF2526-2026-03-31-{code}.",
                    (code, f"Q{seq % 42:02}"), {"statement": previous, "reason_code": ""}, previous,
                )  # fmt: skip
                previous = event.hash()
                rows.write_row(
                    (seq, event.at, event.actor_id, event.actor_name, code,
                     event.organisation_name, event.action, event.subject_kind,
                     event.subject_reference, event.sentence,
                     "{" + ",".join(event.concerns) + "}",
                     f'{{"statement": "{event.previous_hash}", "reason_code": ""}}',
                     event.previous_hash, previous)
                )  # fmt: skip
        cursor.execute(
            "INSERT INTO audit_concern (organisation_code, seq) "
            "SELECT unnest(concerns), seq FROM audit_event"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE audit_event, audit_concern")


def measure(number: int) -> None:
    """Both walks, a tampered byte, and the pages that read a million events."""
    from datetime import date

    from django.db import connection

    from cqrs.portal.audit import queries, verify
    from cqrs.portal.audit.queries import Search

    fast = min(timed("walk by COPY", lambda: verify._walk(1)) for _ in range(3))
    timed("everything `cqrs audit verify` does", queries.verify)
    slow = timed("walk row by row", row_by_row)
    print(f"ratio {slow / fast:.1f}")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_event SET sentence = overlay(sentence PLACING 'x' FROM 9 FOR 1) "
            "WHERE seq = %s",
            [number // 2],
        )
        cursor.execute("SET session_replication_role = origin")
    timed("one byte changed in the middle", lambda: print("  ", queries.verify().sentence))
    for words, search in {
        "everything": Search(),
        "one practice": Search(organisation="A00017"),
        "one commissioner": Search(organisation="Q07"),
        "a name": Search(who="up 4711"),
        "words that nothing has": Search(words="chimney"),
        "a group that nothing has": Search(group="payments."),
        "a month long ago": Search(first=date(2026, 1, 1), last=date(2026, 1, 31)),
        "a reference": Search(subject="QOF2526-2026-03-31-A00017"),
    }.items():
        timed(f"page of {words}", lambda s=search: queries._page(queries.narrowed(s), 0, 0))


def row_by_row() -> None:
    """The walk as it was: a model for each row, sealed again in Python."""
    from cqrs.portal.audit.models import Event
    from cqrs.portal.audit.seal import seal

    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        if event.hash != seal(event):
            sys.exit(f"event {event.seq} is broken")


def timed(words: str, deed: Callable[[], object]) -> float:
    """Do it, say how long it took, answer the seconds."""
    started = time.perf_counter_ns()
    deed()
    seconds = (time.perf_counter_ns() - started) / SECONDS
    print(f"{seconds:8.3f} s  {words}", flush=True)
    return seconds


if __name__ == "__main__":
    main()

"""The audit trail: who did what, newest first, and whether the chain of events still holds."""

import csv
import io
import json
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cqrs.portal.audit import actions, queries
from cqrs.portal.audit.queries import GROUPS
from cqrs.portal.config.embedded import data_folder
from cqrs.portal.web.paging import page_number, paging
from cqrs.portal.web.request import acting
from cqrs.portal.web.shared.csv_files import safe
from cqrs.portal.web.trail.asking import asked, links

NEWEST_HEADS = 366


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """A page of events as sentences; all of them, or those that are searched for."""
    actor = acting(request)
    wanted = asked(request)
    count = queries.last_seq()
    searched = bool(wanted.search) or wanted.before or wanted.after
    number, pages = page_number(request), max(1, -(-count // queries.PAGE_SIZE))
    found = None
    if searched:
        found = queries.search(actor, wanted.search, before=wanted.before, after=wanted.after)
    context = {
        "rows": found.rows if found else queries.events(actor, page=number, count=count),
        "count": count,
        "wanted": wanted,
        "groups": GROUPS,
        "beside": links(request, found) if found else {},
        "query": request.GET.urlencode(),
        "verified": _verified() if request.GET.get("check") == "chain" else None,
        "crumbs": [("Home", "/")],
        "paging": None if found else paging(request, min(number, pages), pages),
    }
    return render(request, "national/audit.jinja", context)


def _verified() -> queries.Verified:
    return queries.verify(heads=queries.published(data_folder() / "published"))


@require_GET
def heads(request: HttpRequest) -> HttpResponse:
    """The published heads of the chain, for anybody to keep a copy of."""
    found = queries.published(data_folder() / "published")
    context = {"heads": found[::-1][:NEWEST_HEADS], "crumbs": [("Home", "/")]}
    return render(request, "trail/heads.jinja", context)


@require_GET
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The events that are searched for, for a spreadsheet."""
    return _taken_out(request, "CSV", "csv", "text/csv; charset=utf-8")


@require_GET
def as_lines(request: HttpRequest) -> StreamingHttpResponse:
    """The same with all that is sealed and the hashes, a line of JSON each."""
    return _taken_out(request, "JSON lines", "jsonl", "application/x-ndjson")


def _taken_out(request: HttpRequest, layout: str, ending: str, kind: str) -> StreamingHttpResponse:
    actor = acting(request)
    rows = queries.export(actor, asked(request).search)
    actions.take_out(actor=actor, layout=layout, asked=request.GET.urlencode())
    lines = _csv_lines(rows) if ending == "csv" else _json_lines(rows)
    answer = StreamingHttpResponse(lines, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="audit-events.{ending}"'
    return answer


def _json_lines(rows: Iterator[dict[str, object]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _csv_lines(rows: Iterator[dict[str, object]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    begins = True
    for row in rows:
        if begins:
            text.write("\ufeff")
            writer.writerow(row)
        begins = False
        writer.writerow([safe(_words(value)) for value in row.values()])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _words(value: object) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")

"""Opening a file of the Organisation Data Service, whichever layout it has."""

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

from cqrs.definitions.counts import Problem, shown
from cqrs.exchange.ods import epraccur, fhir_json, mapping, ord_json
from cqrs.exchange.ods.rows import OdsFile, unread
from cqrs.exchange.ods.table import Table
from cqrs.exchange.sheet import Sheet, Unreadable

GZIP = b"\x1f\x8b"
LARGEST = 200_000_000
"""Bytes of a file once it is unpacked; the whole ORD extract of England fits."""
LAYOUTS = (
    "Send epraccur.csv (27 columns, no header), the mapping of practices to networks and ICBs, "
    "or ODS JSON (ORD or FHIR)"
)


def read(name: str, content: bytes) -> OdsFile:
    """What the file says. It never raises for its content: problems are told in the answer.

    CSV may be packed with gzip. Bad encoding is told with its byte and line.
    """
    name = shown(Path(name).name)
    digest = hashlib.sha256(content).hexdigest()
    try:
        return _read(name, digest, _unpacked(name, content))
    except Unreadable as stopped:
        return unread(name, digest, "", [stopped.problem])


def _read(name: str, digest: str, content: bytes) -> OdsFile:
    sheet = Sheet.of(name, content)
    sheet.digest = digest
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        return _read_json(sheet, digest, content)
    table = Table.of(sheet)
    first = table.rows[0][1]
    if mapping.is_mapping(first):
        return mapping.read(table)
    if len(first) == 1 or first[0].upper() in ("PRACTICE_CODE", "ORG_CODE"):
        raise sheet.stop("this is none of the files that are known", LAYOUTS, row=1)
    return epraccur.read(table)


def _read_json(sheet: Sheet, digest: str, content: bytes) -> OdsFile:
    try:
        parsed: Any = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        words = f"this is not JSON: {error.msg}, in column {error.colno}"
        raise sheet.stop(words, "Fetch the file again", row=error.lineno) from None
    except RecursionError:
        raise sheet.stop("this JSON is nested too deeply", "Fetch the file again") from None
    if fhir_json.is_fhir(parsed):
        return fhir_json.read(sheet.name, digest, parsed)
    if ord_json.is_ord(parsed):
        return ord_json.read(sheet.name, digest, parsed)
    raise sheet.stop("this JSON is neither of ODS ORD nor of FHIR", LAYOUTS)


def _unpacked(name: str, content: bytes) -> bytes:
    """The bytes themselves, or what a gzip archive holds."""
    if not content.startswith(GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(content, LARGEST)
    except zlib.error:
        raise _stop(name, "this gzip archive is damaged", "Fetch the file again") from None
    if unpacker.unconsumed_tail:
        words = f"unpacked it is larger than {LARGEST:,} bytes"
        raise _stop(name, words, "Send the practices only")
    if not unpacker.eof:
        raise _stop(name, "this gzip archive ends too early", "Fetch the file again")
    return plain


def _stop(name: str, words: str, remedy: str) -> Unreadable:
    return Unreadable(Problem(words=words, remedy=remedy, file=name))

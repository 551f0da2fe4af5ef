"""LibreOffice opens the sheet a finance team would keep, recalculates it and saves the results.

A row for each practice and indicator with its counts, a second sheet with the rules; points and
pounds are formulas. Seconds of computing are those of the sheet with formulas less those of the
same sheet with nothing to compute.
"""

import csv
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from peers.folder import Array, Indicator, Year, answer, given, read, whole

CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false"
"""Comma, quotes, UTF-8, from the first row, values as they are and not as they are shown."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def main() -> None:
    """Answer for the folder given."""
    year = read(given())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results, seconds = _converted(year, folder, formulas=True)
        started = time.perf_counter()
        _, idle = _converted(year, folder, formulas=False)
        aside = time.perf_counter() - started
    version = subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout
    engine = " ".join(version.split()[:2])
    points, pence = whole(results[:, 0]), whole(results[:, 1])
    answer(given(), points, pence, max(seconds - idle, 0), engine, aside)


def _converted(year: Year, folder: Path, *, formulas: bool) -> tuple[Array, float]:
    """Points and pounds as LibreOffice saves them, and how long it took from file to file."""
    sheet = folder / "qof.xlsx"
    _write(year, sheet, formulas=formulas)
    started = time.perf_counter()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", CSV, "--outdir", str(folder)]
    subprocess.run([*command, str(sheet)], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    with (folder / "qof.csv").open(newline="") as file:
        results = [row[5:7] for row in csv.reader(file)]
    return np.array(results, np.float64), seconds


def _write(year: Year, path: Path, *, formulas: bool) -> None:
    """A workbook of two sheets, the smallest that the format allows."""
    relation = f'<Relationship Type="{OFFICE}/%s" Id="r%d" Target="%s"/>'
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">%s</Relationships>'
    part = f'<Override PartName="/%s" ContentType="{KIND}.%s+xml"/>'
    kinds = part % ("workbook.xml", "sheet.main")
    kinds += "".join(part % (f"sheet{number}.xml", "worksheet") for number in (1, 2))
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    default += 'package.relationships+xml"/>'
    sheets = (
        '<sheet name="Counts" sheetId="1" r:id="r1"/><sheet name="Rules" sheetId="2" r:id="r2"/>'
    )
    both = "".join(relation % ("worksheet", n, f"sheet{n}.xml") for n in (1, 2))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        types = f'<Types xmlns="{PACKAGE}/content-types">{default}{kinds}</Types>'
        book.writestr("[Content_Types].xml", types)
        book.writestr("_rels/.rels", relations % relation % ("officeDocument", 1, "workbook.xml"))
        book.writestr("_rels/workbook.xml.rels", relations % both)
        opening = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        book.writestr("workbook.xml", f"{opening}<sheets>{sheets}</sheets></workbook>")
        for name, rows in (("1", _counts(year, formulas)), ("2", _rules(year))):
            with book.open(f"sheet{name}.xml", "w", force_zip64=True) as file:
                file.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
                for row in rows:
                    file.write(f"<row>{row}</row>".encode())
                file.write(b"</sheetData></worksheet>")


def _rules(year: Year) -> Iterator[str]:
    """First England's figures in A to C, then a row for each indicator."""
    yield _value(year.point_value / 100) + _value(year.average_list)
    for rule in year.indicators:
        people, patients = rule.national_register, rule.national_list
        prevalence = _value(people / patients if patients else 0)
        yield _value(rule.points) + _value(rule.lower) + _value(rule.upper) + prevalence


def _counts(year: Year, formulas: bool) -> Iterator[str]:
    """List, numerator, denominator, register and answer in A to E; points and pounds in F, G."""
    for row, (practice, number, *counts) in enumerate(year.counts.tolist(), 1):
        cells = _value(year.lists[practice]) + "".join(_value(count) for count in counts)
        if formulas:
            rule = year.indicators[number]
            cells += _formula(_points(rule, row, number + 2))
            cells += _formula(_pounds(rule, row, number + 2))
        else:
            cells += _value(row % 1000 / 100) * 2
        yield cells


def _value(number: float) -> str:
    return f"<c><v>{number!r}</v></c>"


def _formula(text: str) -> str:
    return f"<c><f>{text.replace('>', '&gt;')}</f></c>"


def _points(rule: Indicator, row: int, at: int) -> str:
    points, lower, upper = f"Rules!$A${at}", f"Rules!$B${at}", f"Rules!$C${at}"
    if rule.kind == "yes_no":
        return f"{points}*E{row}"
    if rule.kind == "register":
        return points if rule.paid_at_nil else f"IF(D{row}>0,{points},0)"
    share = f"MAX(0,MIN(1,(100*B{row}/C{row}-{lower})/({upper}-{lower})))"
    return f"IF(C{row}>0,ROUND({points}*{share},2),0)"


def _pounds(rule: Indicator, row: int, at: int) -> str:
    amount = f"F{row}*Rules!$A$1*(A{row}/Rules!$B$1)"
    if rule.national_register:
        amount += f"*(D{row}/A{row}/Rules!$D${at})"
    return f"ROUND({amount},2)"


if __name__ == "__main__":
    main()

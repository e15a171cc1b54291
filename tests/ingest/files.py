"""Files for the tests: text and Excel workbooks, written by hand so that every cell is what the test says."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from core.ingest import Ingested, read_source
from core.problems import CohortError, Problem

TODAY = date(2026, 1, 1)
_DAY_ZERO = date(1899, 12, 30)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write(folder: Path, text: str | bytes, name: str = "courses.csv") -> Path:
    """A file of this content in the folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes, name: str = "courses.csv", **options) -> Ingested:
    """The content, read as a source."""
    return read_source(write(folder, text, name), today=TODAY, **options)


def refused(folder: Path, text: str | bytes, name: str = "courses.csv", **options) -> tuple[Problem, ...]:
    """The problems with which a source of this content is refused."""
    try:
        read(folder, text, name, **options)
    except CohortError as refusal:
        return refusal.problems
    raise AssertionError("The source was not refused.")


def cells(ingested: Ingested, name: str, table: str = "courses") -> list:
    """A column as plain values, None where it is empty."""
    column = ingested.tables[table][name]
    plain = [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]
    return [value.date() if hasattr(value, "date") else value for value in plain]


def one_problem(ingested: Ingested) -> Problem:
    """The only problem that is about a value."""
    (problem,) = [one for one in ingested.problems if one.code not in ("no_times", "no_follow_up")]
    return problem


def xlsx(
    path: Path, sheets: dict[str, list[list]], *, date1904: bool = False, extra: dict[str, bytes] | None = None
) -> Path:
    """A workbook. A cell is text, a number, True or False, a date, None, or an XML fragment in a tuple."""
    names = list(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        types = "http://schemas.openxmlformats.org/package/2006/content-types"
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        book.writestr("_rels/.rels", _links([("rId1", "officeDocument", "xl/workbook.xml")]))
        entries = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
        )
        setting = '<workbookPr date1904="1"/>' if date1904 else ""
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{setting}<sheets>{entries}</sheets></workbook>',
        )
        links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
        book.writestr("xl/_rels/workbook.xml.rels", _links([*links, ("rId99", "styles", "styles.xml")]))
        formats = '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/></cellXfs>'
        book.writestr("xl/styles.xml", f'<styleSheet xmlns="{_MAIN}">{formats}</styleSheet>')
        for n, rows in enumerate(sheets.values(), 1):
            book.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(rows))
        for name, content in (extra or {}).items():
            book.writestr(name, content)
    return path


def _links(links: list[tuple[str, str, str]]) -> str:
    each = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in links)
    return f'<Relationships xmlns="{_RELATIONS}">{each}</Relationships>'


def _sheet(rows: list[list]) -> str:
    text = ""
    for n, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{_letters(place)}{n}", value) for place, value in enumerate(row) if value is not None)
        text += f'<row r="{n}">{cells}</row>'
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{text}</sheetData></worksheet>'


def _cell(place: str, value) -> str:
    if isinstance(value, tuple):
        return re.sub("@", place, value[0])
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - _DAY_ZERO).days}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)

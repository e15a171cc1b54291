"""The parts of an .xlsx workbook, measured before it is opened; its errors of formulas and cells in percent."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath
from xml.etree.ElementTree import Element

import numpy as np
from defusedxml.ElementTree import fromstring

from core.ingest.containers import inflate
from core.ingest.decode import REMEDY
from core.ingest.findings import Findings
from core.ingest.survey import SheetSurvey, check_repetition, check_span
from core.ingest.tabular import Limits

_OVERLAP = 8192
_CELL = re.compile(rb"""=\s*["']([A-Za-z]+)(\d+)["'](?![^<>]{0,4000}/>)""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL_TAG = re.compile(rb"<(?:\w+:)?c\b")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["'](?![^<>]{0,4000}/>)""")
_FAR_CELL = re.compile(rb"""=\s*["'](?:[A-Za-z]{3,}\d|[A-Za-z]{0,2}\d{6})""")
_LAST_CELL = re.compile(rb"""\br="([A-Z]+)(\d+)\"""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*\bt="e")[^<>]*\br="([A-Z]+)(\d+)"[^<>]*>(.{0,4000}?)</(?:\w+:)?c>""", re.S
)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_SHARED = re.compile(rb"""\bt="s"[^<>]*><v>(\d+)</v>""")
_STRING = re.compile(rb"<si\b.*?</si>", re.S)
_TEXT_REFERENCES = 500_000_000
_WIDE = 10_000_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PERCENT_FORMATS = frozenset({"9", "10"})


@dataclass(frozen=True)
class XlsxParts:
    """What is known of a workbook before it is opened.

    Parameters
    ----------
    from_1904 : its date numbers count from 1904
    sheets : sheet name -> its survey
    """

    from_1904: bool
    sheets: dict[str, SheetSurvey]


def survey_xlsx(archive: zipfile.ZipFile, packed: int, file: str, limits: Limits, findings: Findings) -> XlsxParts:
    """Measure every part of a workbook by inflating it within bounds.

    Raises
    ------
    CohortError
        Larger than allowed, entities in its XML, a sheet that is not as Excel writes it.
    """
    reader = _Reader(archive, packed, file, limits, findings)
    book = reader.xml("xl/workbook.xml")
    from_1904 = any(
        one.get("date1904") in ("1", "true")
        for one in ([] if book is None else book.iter())
        if _tag(one) == "workbookPr"
    )
    percents = _percent_styles(reader.xml("xl/styles.xml"))
    longest = reader.longest_string()
    by_part = {part: name for name, part in _sheet_parts(book, reader).items()}
    sheets, strings = {}, 0
    for part in archive.namelist():
        if part.lower().startswith("xl/worksheets/") and part.lower().endswith(".xml"):
            survey, shared = _sheet(reader, part, percents)
            strings += shared
            if part in by_part:
                sheets[by_part[part]] = survey
    if longest * strings > _TEXT_REFERENCES:
        reader.check_strings()
    return XlsxParts(from_1904, sheets)


class _Reader:
    """Reads parts within bounds; knows names whatever their case."""

    def __init__(self, archive: zipfile.ZipFile, packed: int, file: str, limits: Limits, findings: Findings) -> None:
        self.archive, self.packed, self.file, self.limits, self.findings = archive, packed, file, limits, findings
        self.names = {name.lower(): name for name in archive.namelist()}

    def xml(self, name: str) -> Element | None:
        """A small part, parsed; None when there is none."""
        if name.lower() not in self.names:
            return None
        data = b"".join(self.raw(name))
        self.refuse_entities(data)
        parsed: Element = fromstring(data, forbid_dtd=True)
        return parsed

    def raw(self, name: str) -> Iterator[bytes]:
        """The pieces of a part."""
        part = self.names[name.lower()]
        return inflate(self.archive, part, self.packed, self.file, self.limits, self.findings)

    def pieces(self, name: str) -> Iterator[tuple[bytes, int]]:
        """A part in pieces that overlap, with the length of what is new in each."""
        tail = b""
        for piece in self.raw(name):
            text = tail + piece
            self.refuse_entities(text)
            yield text, len(piece)
            tail = text[-_OVERLAP:]

    def refuse_entities(self, text: bytes) -> None:
        """Refuse XML that declares a document type or entities, which Excel never writes and bombs are made of."""
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            self.findings.refuse(
                "unsafe_xml",
                f"{self.file} declares XML entities, which no workbook needs and which can fill the memory; it is not "
                "opened.",
                "Open it in Excel or LibreOffice and save it again as .xlsx.",
            )

    def longest_string(self) -> int:
        """At most how long the longest shared string is, in bytes with its markup."""
        if "xl/sharedstrings.xml" not in self.names:
            return 0
        longest = current = 0
        for piece in self.raw("xl/sharedStrings.xml"):
            self.refuse_entities(piece)
            parts = piece.split(b"</si>")
            longest = max(longest, current + len(parts[0]), *map(len, parts[1:]), 0)
            current = len(parts[-1]) if len(parts) > 1 else current + len(piece)
        return longest

    def check_strings(self) -> None:
        """Refuse a few long strings that very many cells share: each cell would hold its own."""
        data = b"".join(self.raw("xl/sharedStrings.xml"))
        sizes = np.array([len(one.group()) for one in _STRING.finditer(data)], np.int64)
        cells = text = 0
        for part in self.names:
            if not part.startswith("xl/worksheets/"):
                continue
            for piece, fresh in self.pieces(part):
                places = np.array(_SHARED.findall(piece[len(piece) - fresh :]), np.int64)
                places = places[places < len(sizes)]
                cells, text = cells + len(places), text + int(sizes[places].sum())
        check_repetition(cells, cells, text, self.file, self.limits, self.findings)


def _sheet(reader: _Reader, part: str, percents: frozenset[bytes]) -> tuple[SheetSurvey, int]:
    """One sheet: its errors and cells in percent, and how many of its cells share a string."""
    survey, shared, far, rows, last = SheetSurvey(), 0, False, 0, 0
    in_percent = _cells_of_styles(percents)
    for text, fresh in reader.pieces(part):
        if b"\0" in text:
            reader.findings.refuse(
                "damaged", f"{reader.file} is damaged: a sheet of it is not as Excel writes it.", REMEDY
            )
        far = far or _FAR_CELL.search(text) is not None
        shared += text.count(b' t="s"', len(text) - fresh)
        if b'"e"' in text:
            for column, row, inner in _ERROR_CELL.findall(text):
                value = _VALUE.search(inner)
                survey.error(int(row) - 1, _column(column), (value[1] if value else b"#N/A").decode("ascii", "replace"))
        if in_percent is not None:
            for column, row in in_percent.findall(text):
                survey.percent(int(row) - 1, _column(column))
        rows, last = _extent(text, rows, last)
    if far or rows * last > _WIDE:
        _measure(reader, part)
    return survey, shared


def _extent(text: bytes, rows: int, last: int) -> tuple[int, int]:
    """At least the last row and column so far, told by the last cell of each row of a piece as Excel writes it."""
    end = text.find(b"</row>")
    while end >= 0:
        begin = text.rfind(b"<c ", 0, end)
        found = _LAST_CELL.search(text, begin, end) if begin >= 0 else None
        if found:
            last = max(last, _column(found[1]) + 1)
            rows = max(rows, int(found[2]))
        end = text.find(b"</row>", end + 1)
    return rows, last


def _measure(reader: _Reader, part: str) -> None:
    """Refuse a sheet by the rectangle from its first cell to its last used row and column.

    Only a sheet with a cell beyond column ZZ or row 99999, or a very large one, is measured by cells. A cell may leave
    its place unsaid.
    """
    letters: set[bytes] = set()
    last_row = rows = in_row = widest = used = 0
    for text, fresh in reader.pieces(part):
        found = _CELL.findall(text)
        letters.update({column.upper() for column, _ in found})
        numbers = [int(row) for _, row in found] + [int(row) for row in _ROW_NUMBER.findall(text)]
        last_row = max(last_row, *numbers, 0)
        first, *others = (len(_CELL_TAG.findall(part)) for part in _ROW.split(text[len(text) - fresh :]))
        used += first + sum(others)
        in_row += first
        widest = max(widest, in_row, *others, 0)
        in_row = others[-1] if others else in_row
        rows += len(others)
    columns = max((_column(column) + 1 for column in letters), default=0)
    check_span(max(last_row, rows), max(columns, widest), max(used, 1), reader.file, reader.limits, reader.findings)


def _sheet_parts(book: Element | None, reader: _Reader) -> dict[str, str]:
    """Sheet name -> the part that holds it."""
    relations = reader.xml("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    parts = {}
    for one in book.iter():
        target = targets.get(one.get(_RELATION), "") if _tag(one) == "sheet" else ""
        path = normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        if target and path.lower() in reader.names:
            parts[one.get("name", "")] = reader.names[path.lower()]
    return parts


def _percent_styles(styles: Element | None) -> frozenset[bytes]:
    """Numbers of the cell styles that show a number in percent."""
    if styles is None:
        return frozenset()
    formats = set(_PERCENT_FORMATS)
    for one in styles.iter():
        if _tag(one) == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", one.get("formatCode", "")):
            formats.add(one.get("numFmtId", ""))
    cells = next((one for one in styles.iter() if _tag(one) == "cellXfs"), None)
    found = [place for place, one in enumerate(cells if cells is not None else ()) if one.get("numFmtId") in formats]
    return frozenset(str(place).encode() for place in found)


def _cells_of_styles(styles: frozenset[bytes]) -> re.Pattern[bytes] | None:
    if not styles:
        return None
    return re.compile(
        rb'\br="([A-Z]+)(\d+)" s="(?:' + b"|".join(sorted(styles)) + rb')"(?! t="(?:s|str|inlineStr|b|e)")(?!\s*/>)'
    )


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _column(letters: bytes) -> int:
    """0-based place of a column: "A" is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1

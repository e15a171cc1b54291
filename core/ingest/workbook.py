"""Excel workbooks (.xlsx) to text tables: sheets named after the tables, or one sheet = courses."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

from core.ingest.decode import REMEDY
from core.ingest.delimited import Known, check_width, find_header
from core.ingest.findings import Findings
from core.ingest.tabular import Limits, TableBuilder, TextTable
from core.problems import CohortError

_DAY_ZERO = date(1899, 12, 30)
_DAY_ZERO_1904 = date(1904, 1, 1)
_PREAMBLE_ROWS = 20
_PIECE = 1 << 20
_OVERLAP = 8192
_CELL = re.compile(rb"""=\s*["']([A-Za-z]+)(\d+)["'](?![^<>]{0,4000}/>)""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL_TAG = re.compile(rb"<(?:\w+:)?c\b")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["'](?![^<>]{0,4000}/>)""")
_FAR_CELL = re.compile(rb"""=\s*["'](?:[A-Za-z]{3,}\d|[A-Za-z]{0,2}\d{6})""")
_ERROR_CELL = b' t="e"'
_SMALL = 20_000_000


@dataclass(frozen=True)
class Workbook:
    """An opened workbook.

    Parameters
    ----------
    sheets : names of the worksheets, in order
    day_zero : of its date numbers
    errors : worksheets may hold this many cells with an Excel error (#N/A, #DIV/0!) in all
    """

    file: str
    book: CalamineWorkbook
    sheets: tuple[str, ...]
    day_zero: date
    errors: int


def open_workbook(data: bytes, file: str, limits: Limits, findings: Findings) -> Workbook:
    """Open a workbook after measuring what it would inflate to.

    Raises
    ------
    CohortError
        Damaged, protected by a password, or larger than allowed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive, len(data), file, limits, findings)
            day_zero = _DAY_ZERO_1904 if _counts_from_1904(archive) else _DAY_ZERO
            errors = sum(
                _measure(archive, name, file, limits, findings)
                for name in archive.namelist()
                if name.startswith("xl/worksheets/")
            )
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        findings.refuse("password", f"{file} is protected by a password.", "Save it without a password.")
    except CohortError:
        raise
    except Exception:  # zipfile and zlib raise a dozen kinds of error on damaged archives
        findings.refuse("damaged", f"{file} is damaged: it cannot be opened as an Excel workbook.", REMEDY)
    sheets = tuple(sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
    return Workbook(file, book, sheets, day_zero, errors)


def read_sheet(
    workbook: Workbook, sheet: str, table: str, known: Known, limits: Limits, findings: Findings
) -> TextTable:
    """The text table of one worksheet.

    Raises
    ------
    CohortError
        An empty sheet, a damaged one, too many columns or rows.
    """
    file = f"{workbook.file}, sheet '{sheet}'"
    try:
        rows = workbook.book.get_sheet_by_name(sheet).iter_rows()
    except Exception:
        findings.refuse("damaged", f"{file} is damaged and cannot be read.", REMEDY, table=table)
    numbered = _filled(rows)
    first = [next(numbered, None) for _ in range(_PREAMBLE_ROWS)]
    head = [entry for entry in first if entry is not None]
    if not head:
        findings.refuse("empty_file", f"{file} is empty.", "Choose the sheet that holds the table.", table=table)
    start = find_header([row for _, row in head], known)
    line, headers = head[start]
    while headers and not headers[-1].strip():
        headers.pop()
    check_width(headers, table, file, line, limits, findings)
    builder = TableBuilder(table, file, headers, line, findings)
    for place, row in [*head[start + 1 :]]:
        builder.add(place, row, limits)
    for place, row in numbered:
        builder.add(place, row, limits)
    if start:
        findings.change(f"{table}: {file} has its header on row {line}; the {start} row(s) above left out.")
    return builder.table(day_zero=workbook.day_zero)


def cell_text(value: Any) -> str:
    """A sheet's cell as text: whole numbers without decimals, dates as ISO, yes/no as true and false."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 86400:g}"
    return str(value)


def _filled(rows: Iterator[list[Any]]) -> Iterator[tuple[int, list[str]]]:
    """Rows as text with their sheet row; those above the first that holds a value are skipped."""
    begun = False
    for number, row in enumerate(rows, start=1):
        cells = [cell_text(value) for value in row]
        begun = begun or any(cell.strip() for cell in cells)
        if begun:
            yield number, cells


def _check_size(archive: zipfile.ZipFile, packed: int, file: str, limits: Limits, findings: Findings) -> None:
    inflated = sum(entry.file_size for entry in archive.infolist())
    if inflated > limits.inflated_bytes or (inflated > _SMALL and inflated > limits.ratio * packed):
        findings.refuse(
            "too_large",
            f"{file} would inflate to {inflated / 1e6:,.0f} MB.",
            "Save the table as CSV, or leave out what is not needed.",
        )


def _counts_from_1904(archive: zipfile.ZipFile) -> bool:
    if "xl/workbook.xml" not in archive.namelist():
        return False
    head = archive.read("xl/workbook.xml")
    return re.search(rb'date1904="(1|true)"', head) is not None


def _measure(archive: zipfile.ZipFile, name: str, file: str, limits: Limits, findings: Findings) -> int:
    """Refuse a sheet whose used cells span too large a rectangle (it would be held whole); count its error cells.

    Only a sheet with a cell beyond column ZZ or row 99999 can be too large, and only such a one is measured by cells.
    """
    errors = 0
    far = False
    for text, fresh in _pieces(archive, name):
        if b"\0" in text:
            findings.refuse("damaged", f"{file} is damaged: a sheet of it is not as Excel writes it.", REMEDY)
        far = far or _FAR_CELL.search(text) is not None
        errors += text.count(_ERROR_CELL, len(text) - fresh)
    span = _span(archive, name) if far else 0
    if span > limits.cells:
        findings.refuse(
            "too_large",
            f"The used cells of a sheet of {file} span {span:,} cells.",
            "Delete stray cells far to the right of or below the table.",
        )
    return errors


def _span(archive: zipfile.ZipFile, name: str) -> int:
    """Cells of the rectangle from the first cell to the last used row and column; a cell may leave its place unsaid."""
    letters: set[bytes] = set()
    last_row = rows = in_row = widest = 0
    for text, fresh in _pieces(archive, name):
        found = _CELL.findall(text)
        letters.update({column.upper() for column, _ in found})
        numbers = [int(row) for _, row in found] + [int(row) for row in _ROW_NUMBER.findall(text)]
        last_row = max(last_row, *numbers, 0)
        first, *others = (len(_CELL_TAG.findall(part)) for part in _ROW.split(text[len(text) - fresh :]))
        in_row += first
        widest = max(widest, in_row, *others, 0)
        in_row = others[-1] if others else in_row
        rows += len(others)
    columns = max((_column_number(column) for column in letters), default=0)
    return max(last_row, rows) * max(columns, widest)


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[bytes, int]]:
    """A part of the archive in pieces that overlap, with the length of what is new in each."""
    tail = b""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            text = tail + piece
            yield text, len(piece)
            tail = text[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

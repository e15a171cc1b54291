"""Workbooks (.xlsx, .xls, .ods) to text tables, after their size is known."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.ingest.builder import TableBuilder
from core.ingest.containers import ODS, XLS, check_inflation
from core.ingest.decode import REMEDY
from core.ingest.delimited import first_rows
from core.ingest.findings import Findings
from core.ingest.furniture import Furniture, Known, Row, list_above, listed
from core.ingest.header_row import HEAD_ROWS, check_width, find_header, refuse_values, with_names_above
from core.ingest.ods_parts import survey_ods
from core.ingest.survey import SheetSurvey
from core.ingest.tabular import Limits, TextTable
from core.ingest.xls_records import survey_xls
from core.ingest.xlsx_parts import survey_xlsx
from core.problems import CohortError

_DAY_ZERO = date(1899, 12, 30)
_DAY_ZERO_1904 = date(1904, 1, 1)
_TALLEST_MERGE = 1_000
_MOST_MERGED = 200_000


@dataclass(frozen=True)
class Workbook:
    """An opened workbook.

    Parameters
    ----------
    sheets : names of the worksheets, in order
    hidden : those of them that are hidden
    day_zero : of its date numbers
    surveys : sheet name -> what its cells are besides their values
    """

    file: str
    book: CalamineWorkbook
    sheets: tuple[str, ...]
    hidden: frozenset[str]
    day_zero: date
    surveys: dict[str, SheetSurvey] = field(default_factory=dict)

    def rows(self, sheet: str) -> int:
        """The last row of a sheet; 0 of one that cannot be read."""
        with suppress(CohortError), _refusing_damaged(self.file, "", Findings()):
            end = self.book.get_sheet_by_name(sheet).end
            return end[0] + 1 if end else 0
        return 0


def open_workbook(data: bytes, kind: str, file: str, limits: Limits, findings: Findings) -> Workbook:
    """Open a workbook after measuring what it would inflate to.

    Raises
    ------
    CohortError
        Damaged, protected by a password, larger than allowed, or with entities in its XML.
    """
    with _refusing_damaged(file, "", findings):
        surveys, from_1904 = _survey(data, kind, file, limits, findings)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in book.sheets_metadata]
    if isinstance(surveys, list):
        surveys = dict(zip(names, surveys, strict=True)) if len(surveys) == len(names) else {}
    return Workbook(
        file,
        book,
        tuple(sheet.name for sheet in sheets),
        frozenset(sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible),
        _DAY_ZERO_1904 if from_1904 else _DAY_ZERO,
        surveys,
    )


@contextmanager
def _refusing_damaged(file: str, table: str, findings: Findings) -> Iterator[None]:
    """Refuse the file for whatever its readers raise: a dozen kinds of error, and panics, which are no Exception."""
    try:
        yield
    except (CohortError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except PasswordError:
        refuse_protected(file, findings)
    except BaseException:
        findings.refuse("damaged", f"{file} is damaged: it cannot be read as a workbook.", REMEDY, table=table)


def refuse_protected(file: str, findings: Findings) -> None:
    """Refuse a file that is protected by a password."""
    findings.refuse("password", f"{file} is protected by a password.", "Save it without a password.")


def _survey(
    data: bytes, kind: str, file: str, limits: Limits, findings: Findings
) -> tuple[dict[str, SheetSurvey] | list[SheetSurvey], bool]:
    """What the cells are besides their values, by sheet or in order of the sheets; whether dates count from 1904."""
    if kind == XLS:
        records = survey_xls(data, file, limits, findings)
        if records.protected:
            refuse_protected(file, findings)
        return records.sheets, records.from_1904
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_inflation(archive, len(data), file, limits, findings)
        if kind == ODS:
            return survey_ods(archive, len(data), file, limits, findings), False
        parts = survey_xlsx(archive, len(data), file, limits, findings)
        return parts.sheets, parts.from_1904


def read_sheet(
    workbook: Workbook, sheet: str, table: str, known: Known, limits: Limits, findings: Findings, patient: str = ""
) -> TextTable:
    """The text table of one worksheet; `patient` is the header that the mapping states for the patient.

    Raises
    ------
    CohortError
        An empty sheet, a damaged one, too many columns or rows.
    """
    file = f"{workbook.file}, sheet '{sheet}'"
    cells = _Cells(workbook, sheet, file, table, findings)
    numbered = cells.rows()
    head = first_rows(numbered)
    if not head:
        findings.refuse("empty_file", f"{file} is empty.", "Choose the sheet that holds the table.", table=table)
    start = find_header([row for _, row in head], known)
    line, headers = head[start]
    above = [row for _, row in head[:start]]
    headers = with_names_above(headers, above)
    while headers and not headers[-1].strip():
        headers.pop()
    check_width(headers, table, file, line, limits, findings)
    refuse_values(headers, table, file, line, known, findings)
    builder = TableBuilder(table, file, headers, line, findings)
    furniture = Furniture(table, file, headers, above, known, findings, patient)
    for place, row in furniture.rows(chain(head[start + 1 :], numbered)):
        builder.add(place, row, limits)
    if start:
        list_above(table, file, "row", line, head[:start], findings)
    cells.list_changes(line, headers)
    return builder.table(day_zero=workbook.day_zero)


def peek_sheet(workbook: Workbook, sheet: str) -> list[list[str]]:
    """The first rows of a worksheet that hold anything; none of one that cannot be read."""
    with suppress(CohortError):
        cells = _Cells(workbook, sheet, "", "", Findings())
        return [row for _, row in first_rows(cells.rows())][:HEAD_ROWS]
    return []


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


class _Cells:
    """The cells of one sheet as a person sees them: errors of formulas by name, percentages, merged cells filled."""

    def __init__(self, workbook: Workbook, sheet: str, file: str, table: str, findings: Findings) -> None:
        self.file, self.table, self.findings = file, table, findings
        with _refusing_damaged(file, table, findings):
            self.sheet: CalamineSheet = workbook.book.get_sheet_by_name(sheet)
            self._merged = _merged(self.sheet)
        self.survey = workbook.surveys.get(sheet, SheetSurvey())
        self._held: dict[tuple[int, int], str] = {}
        self._filled: list[int] = []
        self._percent: dict[int, int] = {}

    def rows(self) -> Iterator[Row]:
        """Rows as text with their sheet row; those above the first that holds a value are skipped."""
        begun = False
        for number, row in enumerate(self.sheet.iter_rows()):
            for column in self.survey.percents.get(number, ()):
                value = row[column] if column < len(row) else None
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    row[column] = float(f"{value * 100:.12g}")
                    self._percent[column] = number
            cells = [cell_text(value) for value in row]
            for column, text in self.survey.errors.get(number, {}).items():
                if column < len(cells):
                    cells[column] = text
            if number in self._merged:
                self._fill(number, cells)
            begun = begun or bool("".join(cells).strip())
            if begun:
                yield number + 1, cells

    def _fill(self, number: int, cells: list[str]) -> None:
        for column, first in self._merged[number]:
            if column >= len(cells):
                continue
            if number == first:
                self._held[first, column] = cells[column]
            elif not cells[column].strip() and self._held.get((first, column), "").strip():
                cells[column] = self._held[first, column]
                self._filled.append(number + 1)

    def list_changes(self, header_line: int, headers: list[str]) -> None:
        """List what was filled, and what was read in percent."""
        lines = sorted({line for line in self._filled if line > header_line})
        if lines:
            self.findings.change(
                f"{self.table}: {self.file} has cells merged over several rows; their value stands for each of them "
                f"({listed(lines)})."
            )
        shown = [column for column, last in self._percent.items() if last >= header_line and column < len(headers)]
        for column in sorted(shown):
            self.findings.change(
                f"{self.table}: '{headers[column].strip()}': cells shown in percent are read as shown, 0.15 as 15."
            )


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Row -> (column, first row) of each cell merged with others of its column, 0-based."""
    rows: dict[int, list[tuple[int, int]]] = {}
    number = 0
    for (first, left), (last, right) in sheet.merged_cell_ranges or ():
        if left != right or not 0 < last - first <= _TALLEST_MERGE or number > _MOST_MERGED:
            continue
        number += last - first
        for row in range(first, last + 1):
            rows.setdefault(row, []).append((left, first))
    return rows

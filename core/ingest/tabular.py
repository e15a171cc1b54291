"""A table as text: what every reader makes and every parser reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from core.ingest.findings import Findings
from core.ingest.words import MISSING

_CHUNK = 20_000


@dataclass(frozen=True)
class Limits:
    """How large a source may be.

    Parameters
    ----------
    file_bytes : bytes of one file
    inflated_bytes : bytes of one workbook after decompression
    ratio : inflated to compressed bytes above which a large workbook is taken for a bomb
    rows, columns : of one table
    cells : of the rectangle that a sheet's used cells span
    """

    file_bytes: int = 200_000_000
    inflated_bytes: int = 1_000_000_000
    ratio: int = 200
    rows: int = 2_000_000
    columns: int = 1_000
    cells: int = 75_000_000


@dataclass(frozen=True)
class TextColumn:
    """One column, each distinct cell once.

    Parameters
    ----------
    header : as it stands in the file; of a second column with the same header "header (column 7)"
    codes : int32 (n rows,), index into `values`
    values : distinct cells, white space around them removed
    made : the header is not the file's: it had none here, or one that stands over an earlier column
    """

    header: str
    codes: np.ndarray
    values: tuple[str, ...]
    made: bool = False

    @cached_property
    def counts(self) -> np.ndarray:
        """Number of rows of each distinct value, int64 (n values,)."""
        return np.bincount(self.codes, minlength=len(self.values))

    @cached_property
    def missing(self) -> np.ndarray:
        """Which distinct cells mean "no value", bool (n values,); "-" does not where "+" stands beside it."""
        markers = MISSING - {"-"} if "+" in self.values else MISSING
        flags = (not value[:1].isdigit() and value.casefold() in markers for value in self.values)
        return np.fromiter(flags, bool, len(self.values))

    def rows_of(self, wanted: Iterable[int]) -> np.ndarray:
        """Row numbers (0-based, ascending) whose distinct value is one of `wanted`."""
        flags = np.zeros(len(self.values), bool)
        flags[list(wanted)] = True
        return np.flatnonzero(flags[self.codes])

    def cells(self) -> np.ndarray:
        """The text of every row, object (n rows,)."""
        distinct = np.empty(len(self.values), object)
        distinct[:] = self.values
        return distinct[self.codes] if len(self.values) else np.empty(len(self.codes), object)


@dataclass(frozen=True)
class TextTable:
    """A table of a cohort before any reading of its values.

    Parameters
    ----------
    name : key of `core.dictionary.TABLES`
    file : file name, and sheet where there is one, as shown to a person
    columns : in the order of the file
    lines : int64 (n rows,), line or sheet row as the person sees it
    rows_read : rows in the file, those without any value included
    delimiter : of a text file, "" of a sheet
    day_zero : of a workbook's date numbers; None for a text file
    """

    name: str
    file: str
    columns: tuple[TextColumn, ...]
    lines: np.ndarray
    rows_read: int
    delimiter: str = ""
    day_zero: date | None = None

    def keep(self, rows: np.ndarray) -> TextTable:
        """The same table with some of its rows, 0-based and ascending."""
        columns = tuple(TextColumn(one.header, one.codes[rows], one.values, one.made) for one in self.columns)
        return replace(self, columns=columns, lines=self.lines[rows])


class _Column:
    """Codes of a growing column."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.parts: list[np.ndarray] = []

    def extend(self, cells: tuple[str, ...]) -> None:
        chunk = np.empty(len(cells), object)
        chunk[:] = cells
        codes, distinct = pd.factorize(chunk)
        index = self.index
        places = [index.setdefault(value.strip(), len(index)) for value in distinct]
        self.parts.append(np.asarray(places, np.int32)[codes])

    def codes(self) -> np.ndarray:
        return np.concatenate(self.parts) if self.parts else np.empty(0, np.int32)


class TableBuilder:
    """Collects the rows of one table; reports ragged rows, leaves empty ones out.

    Parameters
    ----------
    name, file : of the table, see `TextTable`
    headers : cells of the header row, in order
    header_line : its line
    """

    def __init__(self, name: str, file: str, headers: list[str], header_line: int, findings: Findings) -> None:
        self.name, self.file, self.findings = name, file, findings
        self._given = [header.strip() for header in headers]
        self.headers = _unique(name, self._given, header_line, findings)
        self._columns = [_Column() for _ in headers]
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self._read = self._empty = 0

    def add(self, line: int, row: list[str], limits: Limits) -> None:
        """Take one row; `line` is where it begins."""
        if not "".join(row).strip():
            self._empty += 1
            return
        self._read += 1 + self._empty
        self._empty = 0
        if len(row) != len(self.headers):
            row = self._even(line, row)
        self._rows.append(row)
        self._lines.append(line)
        if len(self._lines) > limits.rows:
            self.findings.refuse(
                "too_many_rows",
                f"The table has more than {limits.rows:,} rows.",
                "Split the file into several cohorts.",
                table=self.name,
            )
        if len(self._rows) >= _CHUNK:
            self._flush()

    def table(self, delimiter: str = "", day_zero: date | None = None) -> TextTable:
        """The finished table; columns without header and without values are gone."""
        self._flush()
        left_out = self._read - len(self._lines)
        if left_out:
            rows = "row" if left_out == 1 else "rows"
            self.findings.change(f"{self.name}: {left_out} empty {rows} left out.")
        columns = [
            TextColumn(header, column.codes(), tuple(column.index), made=header != given)
            for header, given, column in zip(self.headers, self._given, self._columns, strict=True)
        ]
        lines = np.asarray(self._lines, np.int64)
        kept = _named(self.name, columns, self.findings)
        return TextTable(self.name, self.file, kept, lines, self._read, delimiter, day_zero)

    def _even(self, line: int, row: list[str]) -> list[str]:
        width = len(self.headers)
        if len(row) < width:
            self.findings.warning(
                "short_row",
                self.name,
                line,
                message=f"The row has {len(row)} cells and the header {width}; the cells after its last are read as "
                "empty.",
                remedy="Check that no separator is missing in this row.",
            )
            return row + [""] * (width - len(row))
        if any(cell.strip() for cell in row[width:]):
            self.findings.error(
                "long_row",
                self.name,
                line,
                message=f"The row has {len(row)} cells and the header {width}, so that its values may stand in the "
                "wrong columns; only its first cell is used.",
                remedy="Put quotation marks around a value that holds the separator, or name the missing column.",
            )
            return row[:1] + [""] * (width - 1)
        return row[:width]

    def _flush(self) -> None:
        if self._rows:
            for column, cells in zip(self._columns, zip(*self._rows, strict=True), strict=True):
                column.extend(cells)
            self._rows = []


def _unique(table: str, headers: list[str], line: int, findings: Findings) -> list[str]:
    """Headers made unique: the first of equal ones keeps its name."""
    seen: set[str] = set()
    unique = []
    for place, header in enumerate(headers, start=1):
        name = header
        if header and header in seen:
            name = f"{header} (column {place})"
            findings.error(
                "duplicate_header",
                table,
                line,
                column=header,
                message=f"The header '{header}' stands over more than one column; the first is used under it, column "
                f"{place} is kept as '{name}'.",
                remedy="Give each column its own header.",
            )
        seen.add(header)
        unique.append(name)
    return unique


def _named(table: str, columns: list[TextColumn], findings: Findings) -> tuple[TextColumn, ...]:
    """Columns that have a header, or values and then a header made for them; R's row names are left out."""
    kept = []
    for place, column in enumerate(columns, start=1):
        if column.header:
            kept.append(column)
        elif any(column.values):
            if place == 1 and _counts_rows(column):
                findings.change(f"{table}: column 1 has no header and only numbers the rows; left out.")
                continue
            name = f"column {place}"
            findings.warning(
                "empty_header",
                table,
                None,
                column=name,
                message=f"Column {place} has values and no header; it is kept as '{name}'.",
                remedy="Give the column a header.",
            )
            kept.append(TextColumn(name, column.codes, column.values, made=True))
    return tuple(kept)


def _counts_rows(column: TextColumn) -> bool:
    """Whether the column holds 1, 2, 3, ... or 0, 1, 2, ... - the row names that R and pandas write."""
    n = len(column.codes)
    if len(column.values) != n:
        return False
    return any(list(column.cells()) == [str(number) for number in range(start, start + n)] for start in (0, 1))

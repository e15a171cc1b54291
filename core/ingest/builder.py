"""The rows of a file to a text table: cells factorised, ragged rows reported, columns named."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from core.ingest.findings import Findings
from core.ingest.formula_errors import is_formula_error, without_errors
from core.ingest.ragged import check_short_rows
from core.ingest.tabular import Limits, TextColumn, TextTable

_CHUNK = 20_000


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
        self._given = ["" if is_formula_error(header.strip()) else header.strip() for header in headers]
        self.headers = _unique(name, self._given, header_line, findings)
        self._columns = [_Column() for _ in headers]
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self._read = self._empty = 0
        self.expected = 0  # rows, roughly; 0 = not known
        self._short: dict[int, int] = {}

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
            self.findings.progress(f"Reading the rows of {self.name}", self._read, self.expected or None)

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
        whole = TextTable(self.name, self.file, tuple(columns), lines, self._read, delimiter, day_zero)
        even = check_short_rows(whole, self._short, self.findings)
        return without_errors(even.with_columns(_named(self.name, even.columns, self.findings)), self.findings)

    def _even(self, line: int, row: list[str]) -> list[str]:
        width = len(self.headers)
        if len(row) < width:
            self._short[len(self._lines)] = len(row)
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


def _named(table: str, columns: tuple[TextColumn, ...], findings: Findings) -> tuple[TextColumn, ...]:
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

"""A table as text: what every reader makes and every parser reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from core.ingest.words import MISSING


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

    def emptied(self, rows: np.ndarray) -> TextColumn:
        """The same column with nothing in some of its rows; what stands nowhere else is no value of it any more."""
        values = self.values if "" in self.values else (*self.values, "")
        codes = self.codes.copy()
        codes[rows] = values.index("")
        used = np.bincount(codes, minlength=len(values)) > 0
        moved = (np.cumsum(used) - 1).astype(np.int32)
        kept = tuple(value for value, stays in zip(values, used.tolist(), strict=True) if stays)
        return TextColumn(self.header, moved[codes], kept, self.made)

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

    def with_columns(self, columns: Iterable[TextColumn]) -> TextTable:
        """The same table with other columns of the same rows."""
        return replace(self, columns=tuple(columns))

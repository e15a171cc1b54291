"""Whether the cells of a column can be a field: the evidence beside what its header says."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from core.dictionary import Field
from core.ingest.findings import shorten
from core.ingest.identifiers import identifies
from core.ingest.parse import Context, Parsed, parse_column
from core.ingest.parse_number import decimal_marks
from core.ingest.tabular import TextColumn, TextTable

ENOUGH = 0.8
"""Share of the cells that are not empty; a column of which fewer can be read as a field is not that field."""
_SAMPLE = 300
_FEW_ROWS = 3
"""Of fewer, any column has a value of its own in each."""
_PSEUDONYM = re.compile(r"[^\W\d_]{0,8}[-_ ]?(?:\d{2,4}[-_])?\d{1,8}[^\W\d_]?")
"""Such as "17", "SB-001", "P17b", "2019-034"; no date, no decimal number."""


class Fit:
    """Reads columns as fields on trial; each column and field once.

    Parameters
    ----------
    text : the table
    today : no date may be later
    """

    def __init__(self, text: TextTable, today: date) -> None:
        self._text, self._today = text, today
        self._known: dict[tuple[int, str, float], float] = {}

    def share(self, place: int, field: Field, factor: float = 1.0) -> float:
        """Share of a column's cells (the first 300 different ones) that can be read as a field; 0 when all are empty.

        Cells outside the field's plausible range count as cells that cannot.
        """
        known = place, field.name, factor
        if known not in self._known:
            self._known[known] = self._share(self._text.columns[place], field, factor)
        return self._known[known]

    def fits(self, place: int, field: Field, factor: float = 1.0) -> bool:
        """Whether enough of a column's cells can be read as a field."""
        return self.share(place, field, factor) >= ENOUGH

    def empty(self, place: int) -> bool:
        """Whether a column has no value at all."""
        return bool(self._text.columns[place].missing.all())

    def filled(self, place: int) -> int:
        """Number of rows with a value."""
        column = self._text.columns[place]
        return int(column.counts[~column.missing].sum())

    def names_rows(self, place: int) -> bool:
        """Whether every row has a value, most have one of their own, and all look like pseudonyms or a numbering."""
        column = self._text.columns[place]
        if len(column.codes) < _FEW_ROWS or column.missing.any() or len(column.values) <= len(column.codes) / 2:
            return False
        if not all(_PSEUDONYM.fullmatch(value) and not identifies(value) for value in column.values):
            return False
        if not all(value.isdecimal() for value in column.values):
            return True
        numbers = [int(value) for value in column.cells()]  # plain numbers count patients where they ascend
        return numbers == sorted(numbers)

    def example(self, place: int) -> str:
        """The first cell that holds a value and identifies nobody."""
        column = self._text.columns[place]
        present = (value for value, gone in zip(column.values, column.missing, strict=True) if not gone)
        return shorten(next((value for value in present if not identifies(value)), ""))

    def agree(self, field: Field, one: tuple[int, float], other: tuple[int, float]) -> bool:
        """Whether two columns, each with its factor, say the same of every row in which both have a value."""
        first, second = (self._rows(place, field, factor) for place, factor in (one, other))
        both = ~pd.isna(first) & ~pd.isna(second)
        return bool(both.any()) and bool((first[both] == second[both]).all())

    def _share(self, column: TextColumn, field: Field, factor: float) -> float:
        places = np.flatnonzero(~column.missing)[:_SAMPLE]
        if not len(places):
            return 0.0
        values = tuple(column.values[place] for place in places.tolist())
        sample = TextColumn(column.header, np.arange(len(values), dtype=np.int32), values)
        parsed = self._parse(sample, field, factor)
        bad = [place in parsed.failures or place in parsed.odd for place in range(len(values))]
        rows = column.counts[places]
        return float(1 - rows[bad].sum() / rows.sum())

    def _rows(self, place: int, field: Field, factor: float) -> np.ndarray:
        column = self._text.columns[place]
        values = self._parse(column, field, factor).values
        return values[column.codes] if len(values) else np.full(len(column.codes), None, object)

    def _parse(self, column: TextColumn, field: Field, factor: float) -> Parsed:
        text = self._text
        context = Context(
            text.name, self._today, lambda: decimal_marks(column.values), frozenset, text.day_zero, text.delimiter
        )
        return parse_column(column, field, context, factor)

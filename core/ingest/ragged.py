"""Rows with fewer cells than the header: read where their cells look like their columns, so that none shifts."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from core.ingest.findings import Findings
from core.ingest.tabular import TextColumn, TextTable

_EMPTY, _NUMBER, _DATE, _WORD = range(4)
_NUMERIC = re.compile(r"[<>=~ ]*[-+]?\d[\d\s.,']*(?:e[-+]?\d+)?\s*%?", re.IGNORECASE)
_DATED = re.compile(r"\d{1,4}[-/.](?:\d{1,2}|[^\W\d_]{3,9}\.?)[-/.]\d{1,4}(?:[ T].*)?|\d{1,2} [^\W\d_]{3,9}\.? \d{2,4}")
_ENOUGH = 20
_FEW = 10


def check_short_rows(table: TextTable, rows: Mapping[int, int], findings: Findings) -> TextTable:
    """Report rows that end early; of one whose cells look like another column's only the first cell is used.

    Parameters
    ----------
    table : with every column of the file
    rows : row number (0-based, ascending) of each short row -> how many cells it has
    """
    if not rows:
        return table
    short, cells = np.asarray(list(rows), np.int64), np.asarray(list(rows.values()), np.int64)
    width = len(table.columns)
    first_misfit = np.full(len(short), -1)
    for place, column in enumerate(table.columns):
        bad = _unlike(column, short)[column.codes[short]] & (cells > place) & (first_misfit < 0)
        first_misfit[bad] = place
    for row, n, misfit in zip(short.tolist(), cells.tolist(), first_misfit.tolist(), strict=True):
        line = int(table.lines[row])
        if misfit < 0:
            findings.warning(
                "short_row",
                table.name,
                line,
                message=f"The row has {n} cells and the header {width}; the cells after its last are read as empty.",
                remedy="Check that no separator is missing in this row.",
            )
        else:
            findings.error(
                "short_row",
                table.name,
                line,
                message=f"The row has {n} cells and the header {width}, and what stands under "
                f"'{table.columns[misfit].header}' does not look like that column, so that its values may stand in the "
                "wrong columns; only its first cell is used.",
                remedy="Put in the separator that is missing in this row.",
            )
    emptied = short[first_misfit >= 0]
    if not len(emptied):
        return table
    return table.with_columns([table.columns[0], *(column.emptied(emptied) for column in table.columns[1:])])


def _unlike(column: TextColumn, short: np.ndarray) -> np.ndarray:
    """Which distinct values do not look like those of the full rows of their column, bool (n values,)."""
    kinds = np.array([_kind(value) for value in column.values], np.int64)
    counts = column.counts - np.bincount(column.codes[short], minlength=len(kinds))
    if not counts[kinds != _EMPTY].sum():
        return np.zeros(len(kinds), bool)
    of_kind = np.bincount(kinds, weights=counts, minlength=4)
    unlike = (of_kind[kinds] < 0.02 * counts[kinds != _EMPTY].sum()) | (of_kind[kinds] == 0)
    full = counts > 0
    words = full & (kinds == _WORD)
    if of_kind[_WORD] >= _ENOUGH and words.sum() <= _FEW:
        unlike |= (kinds == _WORD) & ~full
    numbers = kinds == _NUMBER
    if of_kind[_NUMBER] >= _ENOUGH:
        size = np.full(len(kinds), np.nan)
        size[numbers] = [_number(column.values[place]) for place in np.flatnonzero(numbers).tolist()]
        low, high = np.nanmin(size[full & numbers]), np.nanmax(size[full & numbers])
        unlike |= numbers & ((size < low - (high - low)) | (size > high + (high - low)))
    return unlike & (kinds != _EMPTY)


def _kind(value: str) -> int:
    if not value:
        return _EMPTY
    if _DATED.fullmatch(value):
        return _DATE
    return _NUMBER if _NUMERIC.fullmatch(value) else _WORD


def _number(value: str) -> float:
    """Size of a number, roughly: how its separators are meant does not matter here."""
    digits = re.sub(r"[^\d.]", "", value.replace(",", "."))
    whole, _, rest = digits.partition(".")
    return float(f"{whole or 0}.{rest.replace('.', '') or 0}")

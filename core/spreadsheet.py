"""CSV files that a spreadsheet opens without running what stands in their text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"


def guarded(text: str) -> str:
    """A text cell; one that a spreadsheet would take for a formula gets a leading quote.

    One that looks guarded already gets another, so that `unguarded` gives every text back.
    """
    return _GUARD + text if text.lstrip(_GUARD).startswith(_STARTS) else text


def unguarded(text: str) -> str:
    """The text of which `guarded` made a cell."""
    return text[1:] if text.startswith(_GUARD) and text.lstrip(_GUARD).startswith(_STARTS) else text


def write_csv(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """
    Write a table.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    header : sequence of str
        Guarded here.
    rows : iterable of sequences of str
        As they are: the caller knows which cells are text (to be guarded) and which are numbers (untouched).
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([guarded(name) for name in header])
    writer.writerows(rows)

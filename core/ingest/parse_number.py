"""Numbers as people write them: decimal comma or point, thousands separators - decided by the column, not by a cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]{1,3})?")
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_COMMA_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+|[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}")
_SPACED = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:[ \u00a0\u202f\u2009'’][0-9]{3})+)([.,][0-9]+)?")
_BOUND = re.compile(r"[<>≤≥~]=?\s*[0-9.,]+")

_PLAIN_CHARACTERS = str.maketrans("", "", "0123456789.+-eE")

POINT, COMMA = "point", "comma"


@dataclass(frozen=True)
class Numbers:
    """Distinct cells read as numbers.

    Parameters
    ----------
    values : float64, NaN where the cell is not a number
    failures : index -> (code, message, remedy)
    notes : what was changed, with the indices it concerns
    """

    values: np.ndarray
    failures: dict[int, tuple[str, str, str]]
    notes: tuple[tuple[str, tuple[int, ...]], ...]


def decimal_marks(values: Sequence[str]) -> frozenset[str]:
    """Which decimal marks cells show beyond doubt: a set of `POINT` and `COMMA`."""
    marks = set()
    for text in values:
        text = text.rstrip("%").strip().replace("−", "-")
        if _POINT_THOUSANDS.fullmatch(text):
            marks.add(COMMA)
        elif _COMMA_THOUSANDS.fullmatch(text):
            marks.add(POINT)
        elif not _MAYBE_THOUSANDS.fullmatch(text):
            if "," in text and _COMMA.fullmatch(text):
                marks.add(COMMA)
            elif "." in text and _PLAIN.fullmatch(text):
                marks.add(POINT)
        if len(marks) == 2:
            break
    return frozenset(marks)


def parse_numbers(
    values: Sequence[str],
    wanted: np.ndarray,
    elsewhere: Callable[[], frozenset[str]],
    delimiter: str = "",
    percent: bool = False,
) -> Numbers:
    """Read distinct cells as numbers.

    Parameters
    ----------
    values : distinct cells, trimmed
    wanted : bool (n values,), the cells that are not missing
    elsewhere : decimal marks that the rest of the table shows, asked for only when this column does not decide
    delimiter : of the file; a semicolon makes "1,234" a decimal and a comma makes it a thousand when nothing else tells
    percent : a "%" after the number is allowed

    Returns
    -------
    Numbers
        "1,234" alone may be 1.234 or 1234: the column's other cells decide, else the table's, else it is a failure.
        "1.234" alone is 1.234 unless the column, or else the table, writes decimal commas.
    """
    result = np.full(len(values), np.nan)
    failures: dict[int, tuple[str, str, str]] = {}
    unusual = _plain_numbers(values, np.flatnonzero(wanted).tolist(), result)
    reader = _Reader(values, unusual, result, elsewhere, delimiter)
    notes: dict[str, list[int]] = {}
    for place in unusual:
        number, note = reader.unusual(values[place], percent)
        _keep(place, number, note, values[place], result, failures, notes)
    if reader.points_are_doubtful():
        for place in np.flatnonzero(~np.isnan(result)).tolist():
            if "." in values[place] and _MAYBE_THOUSANDS.fullmatch(values[place]):
                number, note = reader.doubtful(values[place])
                _keep(place, number, note, values[place], result, failures, notes)
    for place in np.flatnonzero(np.isinf(result)).tolist():
        _keep(place, None, "", values[place], result, failures, notes)
    return Numbers(result, failures, tuple((note, tuple(places)) for note, places in notes.items()))


def _plain_numbers(values: Sequence[str], places: list[int], result: np.ndarray) -> list[int]:
    """Fill in the cells that are plain numbers; the places of the others."""
    texts = [values[place] for place in places]
    if not "".join(texts).translate(_PLAIN_CHARACTERS):
        try:
            result[places] = [float(text) for text in texts]
            return []
        except ValueError:
            pass
    unusual = []
    for place, text in zip(places, texts, strict=True):
        if _PLAIN.fullmatch(text):
            result[place] = float(text)
        else:
            unusual.append(place)
    return unusual


class _Reader:
    """What the decimal mark of one column is."""

    def __init__(
        self,
        values: Sequence[str],
        unusual: list[int],
        result: np.ndarray,
        elsewhere: Callable[[], frozenset[str]],
        delimiter: str,
    ) -> None:
        self._elsewhere, self._delimiter = elsewhere, delimiter
        pointed = [values[place] for place in np.flatnonzero(~np.isnan(result)).tolist() if "." in values[place]]
        self._pointed = bool(pointed)
        certain = any(not _MAYBE_THOUSANDS.fullmatch(text) for text in pointed)
        self._own = decimal_marks([values[place] for place in unusual]) | ({POINT} if certain else set())

    def points_are_doubtful(self) -> bool:
        """Whether "1.234" may be a thousand here: the column, or else the table, writes decimal commas."""
        return self._pointed and COMMA in self.marks()

    def marks(self) -> frozenset[str]:
        """Decimal marks of the column; of the rest of the table where the column shows none."""
        return self._own or self._elsewhere()

    def doubtful(self, text: str) -> tuple[float | None, str]:
        """A number of the form 1.234 or 1,234, read by the decimal mark of the column."""
        mark = "," if "," in text else "."
        marks = self.marks()
        if not marks and mark == ".":
            return float(text), ""
        if not marks and self._delimiter in (",", ";"):
            marks = frozenset([COMMA if self._delimiter == ";" else POINT])
        if len(marks) != 1:
            return None, "doubtful"
        if (COMMA in marks) == (mark == ","):
            return float(text.replace(",", ".")), "decimal comma" if mark == "," else ""
        return float(text.replace(mark, "")), "thousands separator"

    def unusual(self, text: str, percent: bool) -> tuple[float | None, str]:
        """A cell that is no plain number: its value and what was changed; None when it is no number at all."""
        text = text.replace("−", "-")
        if percent and text.endswith("%"):
            number, note = self.unusual(text[:-1].rstrip(), False)
            return number, note or "percent sign"
        if _PLAIN.fullmatch(text):
            return float(text), ""
        if _MAYBE_THOUSANDS.fullmatch(text):
            return self.doubtful(text)
        if _COMMA.fullmatch(text):
            return float(text.replace(",", ".")), "decimal comma"
        if _POINT_THOUSANDS.fullmatch(text):
            return float(text.replace(".", "").replace(",", ".")), "thousands separator"
        if _COMMA_THOUSANDS.fullmatch(text):
            return float(text.replace(",", "")), "thousands separator"
        spaced = _SPACED.fullmatch(text)
        if spaced:
            whole = re.sub(r"[^0-9+-]", "", spaced[1] + spaced[2])
            return float(whole + (spaced[3] or "").replace(",", ".")), "thousands separator"
        return None, "bound" if _BOUND.fullmatch(text) else ""


def _keep(
    place: int,
    number: float | None,
    note: str,
    text: str,
    result: np.ndarray,
    failures: dict[int, tuple[str, str, str]],
    notes: dict[str, list[int]],
) -> None:
    if number is None or not math.isfinite(number):
        result[place] = np.nan
        failures[place] = _failure(text, note)
        return
    result[place] = number
    if note:
        notes.setdefault(note, []).append(place)


def _failure(text: str, note: str) -> tuple[str, str, str]:
    if note == "doubtful":
        decimal, whole = text.replace(",", "."), re.sub("[.,]", "", text)
        return (
            "doubtful_number",
            f"'{text}' may be {decimal} or {whole}, and nothing else in the column or the table tells which.",
            f"Write it as {decimal} or as {whole}.",
        )
    if note == "bound":
        return (
            "wrong_type",
            f"'{text}' is a limit of detection, not a number.",
            "Write the number to be used, or leave the cell empty.",
        )
    return "wrong_type", f"'{text}' is not a number.", "Write a number such as 12.5, or leave the cell empty."

"""Numbers as people write them: decimal comma or point, thousands, limits - decided by the column, not by a cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]{1,3})?")
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_COMMA_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+|[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}")
_SPACED = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:[ \u00a0\u202f\u2009'’][0-9]{3})+)([.,][0-9]+)?")
_LIMIT = re.compile(r"(<=|>=|=<|=>|<|>|≤|≥|⩽|⩾)\s*(\S.*)")
_SIGNS = {"=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">="}
_UNSEPARATED = re.compile(r"[+-]?([0-9]{4,})(?:[.,][0-9]+)?")
_PLAIN_CHARACTERS = str.maketrans("", "", "0123456789.+-eE")

_MOSTLY_OUTSIDE = 0.5
POINT, COMMA = "point", "comma"
Span = tuple[float | None, float | None]


@dataclass(frozen=True)
class Numbers:
    """Distinct cells read as numbers.

    Parameters
    ----------
    values : float64, NaN where the cell is not a number
    failures : index -> (code, message, remedy)
    notes : what was changed, with the indices it concerns
    signs : index -> "<", "<=", ">" or ">="; the value is the limit
    doubt : index of the first cell that may be two numbers, when nothing tells which; else None
    """

    values: np.ndarray
    failures: dict[int, tuple[str, str, str]]
    notes: tuple[tuple[str, tuple[int, ...]], ...]
    signs: dict[int, str] = field(default_factory=dict)
    doubt: int | None = None


@dataclass(frozen=True)
class Hints:
    """What tells 1.234 from 1234 besides the cells of the column.

    Parameters
    ----------
    elsewhere : decimal marks that the rest of the table shows, asked for only when this column does not decide
    delimiter : of the file: a semicolon goes with decimal commas, a comma with decimal points
    plausible : closed interval of the field, in the unit of the cells
    whole : the field counts
    mark : the decimal mark that a person stated, "" when none was
    """

    elsewhere: Callable[[], frozenset[str]] = frozenset
    delimiter: str = ""
    plausible: Span | None = None
    whole: bool = False
    mark: str = ""


def decimal_marks(values: Sequence[str]) -> frozenset[str]:
    """Which decimal marks cells show beyond doubt: a set of `POINT` and `COMMA`."""
    marks = set()
    for text in values:
        if "." not in text and "," not in text:
            continue
        text = text.lstrip("<>=≤≥ ").rstrip("%").strip().replace("−", "-")
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


def split_limit(text: str) -> tuple[str, str]:
    """The sign of a limit and the text behind it: "≤ 0,5" -> ("<=", "0,5"); ("", text) when it is no limit."""
    match = _LIMIT.fullmatch(text)
    return (_SIGNS.get(match[1], match[1]), match[2]) if match else ("", text)


def parse_numbers(
    values: Sequence[str], wanted: np.ndarray, hints: Hints, percent: bool = False, limits: bool = False
) -> Numbers:
    """Read distinct cells as numbers.

    Parameters
    ----------
    values : distinct cells, trimmed
    wanted : bool (n values,), the cells that are not missing
    percent : a "%" after the number is allowed
    limits : "<0.5" is 0.5 with a sign

    Returns
    -------
    Numbers
        "1.234" and "1,234" may be two numbers each: the column's other cells decide, else the table's, else numbers of
        four digits written without separator, else the range in which only one reading lies, else the delimiter; else
        it is a doubt. Then "1.234" is 1.234 until a person says otherwise, and "1,234" a failure.
    """
    result = np.full(len(values), np.nan)
    texts = {}
    unusual = _plain_numbers(values, np.flatnonzero(wanted).tolist(), result)
    signs = {}
    for place in unusual:
        text = values[place].replace("−", "-")
        sign, rest = split_limit(text)
        if sign and limits:
            signs[place], text = sign, rest
        texts[place] = text[:-1].rstrip() if percent and text.endswith("%") else text
    read = _Read(result, signs)
    for place, text in texts.items():
        if not _MAYBE_THOUSANDS.fullmatch(text):
            number, note = _certain(text)
            percented = not note and place not in signs and text != values[place]
            read.keep(place, number, "percent sign" if percented else note, values[place])
    doubt = _read_maybe(_column(values, texts, wanted), values, hints, read)
    for place in np.flatnonzero(np.isinf(result)).tolist():
        read.keep(place, None, "", values[place])
    notes = tuple((note, tuple(places)) for note, places in read.notes.items())
    return Numbers(result, read.failures, notes, read.signs, doubt)


@dataclass(frozen=True)
class _Column:
    """The cells of a column by what their marks can be.

    Parameters
    ----------
    maybe : index -> text of the cells that may be two numbers each
    plain : indices of those among them that are numbers as they stand
    marks : decimal marks that the others show beyond doubt
    digits : most digits before the mark that another cell has without a separator
    """

    maybe: dict[int, str]
    plain: frozenset[int]
    marks: frozenset[str]
    digits: int


def _column(values: Sequence[str], texts: dict[int, str], wanted: np.ndarray) -> _Column:
    maybe = {place: text for place, text in texts.items() if _MAYBE_THOUSANDS.fullmatch(text)}
    plain = [place for place in np.flatnonzero(wanted).tolist() if place not in texts]
    pointed = [
        place for place in plain if values[place][-4:-3] == "." and _MAYBE_THOUSANDS.fullmatch(values[place])
    ]  # the cheap test first: columns of many distinct numbers are long
    maybe |= {place: values[place] for place in pointed}
    if not maybe:
        return _Column({}, frozenset(), frozenset(), 0)
    others = [values[place] for place in plain if place not in maybe]
    marks = decimal_marks([text for place, text in texts.items() if place not in maybe])
    if any("." in text for text in others):
        marks |= {POINT}
    digits = 0
    if not marks:
        digits = max((len(match[1]) for match in map(_UNSEPARATED.fullmatch, others) if match), default=0)
    return _Column(maybe, frozenset(pointed), marks, digits)


@dataclass
class _Read:
    """What was read so far."""

    result: np.ndarray
    signs: dict[int, str]
    failures: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    notes: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, place: int, number: float | None, note: str, text: str) -> None:
        if number is None or not math.isfinite(number):
            self.result[place] = np.nan
            self.signs.pop(place, None)
            self.failures[place] = _failure(text, note)
            return
        self.result[place] = number
        if note:
            self.notes.setdefault(note, []).append(place)


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


def _certain(text: str) -> tuple[float | None, str]:
    """A cell that is no plain number and can be read in one way only: its value and what was changed, else None."""
    if _PLAIN.fullmatch(text):
        return float(text), ""
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
    return None, "bound" if split_limit(text)[0] else ""


def _read_maybe(column: _Column, values: Sequence[str], hints: Hints, read: _Read) -> int | None:
    """Read the cells that may be two numbers; the first of them when nothing tells which."""
    if not column.maybe:
        return None
    marks = frozenset([hints.mark]) if hints.mark else column.marks or hints.elsewhere()
    mark, why = next(iter(marks)) if len(marks) == 1 else "", ", as answered" if hints.mark else ""
    if not mark:
        mark, why = _told(column, hints, not marks)
    for place, text in column.maybe.items():
        if mark == POINT and not why and place in column.plain:
            continue
        own = "," if "," in text else "."
        number: float | None
        if not mark:
            number, note = (float(text), "") if own == "." and not marks else (None, "doubtful")
        elif (mark == COMMA) == (own == ","):
            number, note = float(text.replace(",", ".")), "decimal comma" if own == "," else ""
            note = f"{note or 'decimal point'} read{why}" if why else note
        else:
            number, note = float(text.replace(own, "")), "thousands separator" + (f" read{why}" if why else "")
        read.keep(place, number, note, values[place])
    return None if mark else min(column.maybe)


def _told(column: _Column, hints: Hints, by_delimiter: bool) -> tuple[str, str]:
    """The decimal mark that something besides decimal marks tells, and what told it; ("", "") when nothing does."""
    maybe = list(column.maybe.values())
    own = {"," if "," in text else "." for text in maybe}
    if len(own) == 1:
        decimals, thousands = (COMMA, POINT) if own == {","} else (POINT, COMMA)
        if hints.whole:
            return thousands, ", as the field counts"
        if column.digits and column.digits >= min(sum(character.isdigit() for character in text) for text in maybe):
            return decimals, ", as the column writes thousands without a separator"
        as_decimals = _share_inside([float(text.replace(",", ".")) for text in maybe], hints.plausible)
        as_thousands = _share_inside([float(re.sub("[.,]", "", text)) for text in maybe], hints.plausible)
        if as_decimals == 1 and as_thousands <= _MOSTLY_OUTSIDE:
            return decimals, ", the only reading inside the plausible range"
        if as_thousands == 1 and as_decimals <= _MOSTLY_OUTSIDE:
            return thousands, ", the only reading inside the plausible range"
    if by_delimiter and hints.delimiter in (",", ";"):
        name = "semicolons go with decimal commas" if hints.delimiter == ";" else "commas go with decimal points"
        return COMMA if hints.delimiter == ";" else POINT, f", as {name}"
    return "", ""


def _share_inside(numbers: list[float], span: Span | None) -> float:
    if span is None:
        return 1.0
    low, high = (-np.inf if span[0] is None else span[0]), (np.inf if span[1] is None else span[1])
    return sum(low <= number <= high for number in numbers) / len(numbers)


def _failure(text: str, note: str) -> tuple[str, str, str]:
    if note == "doubtful":
        bare = split_limit(text)[1]
        decimal, whole = bare.replace(",", "."), re.sub("[.,]", "", bare)
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

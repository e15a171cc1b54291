"""Dates as people write them; the order of day and month is decided by the column, never by one cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from core.formats import MONTH_NAMES
from core.ingest.headers import plain
from core.ingest.words import MONTHS

DAY_FIRST, MONTH_FIRST = "day first", "month first"
_TIME = (
    r"(?:(?:[T ]+|, ?)(?P<time>[0-9]{1,2}(?:[:hHu][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?| ?[aApP]\.?[mM]\.?))"
    r" ?(?:[aApP]\.?[mM]\.?)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,9}\.?,? )?"
_ISO = re.compile(r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})" + _TIME)
_ORDERED = re.compile(r"(?P<a>[0-9]{1,2})(?P<s>[-/. ])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|[0-9]{2})" + _TIME)
_COMPACT = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
_DAY_NAME = re.compile(
    _WEEKDAY
    + r"(?P<d>[0-9]{1,2})(?:er|e|st|nd|rd|th)?[-/. ]*(?P<n>[^\W\d_]{3,9})[-/., ]*(?P<y>[0-9]{4}|[0-9]{2})"
    + _TIME
)
_NAME_DAY = re.compile(r"(?P<n>[^\W\d_]{3,9})[.]?[ -](?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[, -] ?(?P<y>[0-9]{4})" + _TIME)
_YEAR_NAME = re.compile(r"(?P<y>[0-9]{4})[-/. ](?P<n>[^\W\d_]{3,9})\.?[-/. ](?P<d>[0-9]{1,2})" + _TIME)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_PARTIAL = re.compile(r"(?:19|20)[0-9]{2}(?:[-/.][0-9]{1,2})?|[0-9]{1,2}[-/.](?:19|20)[0-9]{2}")
_MONTH_YEAR = re.compile(r"(?P<n>[^\W\d_]{3,9})\.?[-/. ]?(?:19|20)[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_REMEDY = "Write the date as 2021-03-25 (year-month-day)."
Failure = tuple[str, str, str]


@dataclass(frozen=True)
class Dates:
    """Distinct cells read as dates.

    Parameters
    ----------
    values : datetime64[us], NaT where the cell is not a date
    failures : index -> (code, message, remedy)
    notes : what was changed, with the indices it concerns
    doubt : index of the first cell that reads both ways, when every such cell of the column does; else None
    mixed : both orders stand in the column
    serials : indices of date numbers of a spreadsheet that were not read, as their day zero is not known
    """

    values: np.ndarray
    failures: dict[int, Failure]
    notes: tuple[tuple[str, tuple[int, ...]], ...]
    doubt: int | None = None
    mixed: bool = False
    serials: tuple[int, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a person, or the kind of date, tells about a column.

    Parameters
    ----------
    order : `DAY_FIRST` or `MONTH_FIRST`; "" = not stated
    last_year : the latest that a year of two digits can mean; None = this year
    """

    order: str = ""
    last_year: int | None = None


@dataclass
class _Reading:
    values: np.ndarray
    last_year: int
    failures: dict[int, Failure] = field(default_factory=dict)
    serials: list[int] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, place: int, text: str, year: str, month: int, day: int, time: str | None = None) -> None:
        """Store a date, or why it is none."""
        full = _full_year(year, self.last_year)
        try:
            one = date(full, month, day)
        except ValueError:
            self.failures[place] = ("impossible_date", _impossible(text, full, month, day), "Look up the date.")
            return
        if not _FIRST_YEAR <= full <= _LAST_YEAR:
            message = f"'{text}' lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}."
            self.failures[place] = ("impossible_date", message, "Look up the date.")
            return
        self.values[place] = np.datetime64(one, "us")
        if len(year) == 2:
            self.note("year of two digits completed", place)
        if time and time.strip("0:.,hHuTamAMpP "):
            self.note("time of day left out", place)

    def note(self, text: str, place: int) -> None:
        self.notes.setdefault(text, []).append(place)


def orders(values: Sequence[str]) -> frozenset[str]:
    """Which orders of day and month the cells show beyond doubt."""
    found = set()
    for text in values:
        match = _ORDERED.fullmatch(text)
        if match:
            a, b = int(match["a"]), int(match["b"])
            if a > 12 >= b:
                found.add(DAY_FIRST)
            elif b > 12 >= a:
                found.add(MONTH_FIRST)
    return frozenset(found)


def parse_dates(
    values: Sequence[str],
    wanted: np.ndarray,
    counts: np.ndarray,
    elsewhere: Callable[[], frozenset[str]],
    day_zero: date | None,
    today: date,
    told: Told | None = None,
) -> Dates:
    """Read distinct cells as dates.

    Parameters
    ----------
    values : distinct cells, trimmed
    wanted : bool (n values,), the cells that are not missing
    counts : rows of each cell
    elsewhere : orders that the other date columns of the table show, asked for only when this column does not decide
    day_zero : of date numbers of a workbook; None = numbers are no dates
    today : two-digit years are read as not later than its year
    told : what a person, or the kind of date, tells

    Returns
    -------
    Dates
        25/03/2021 decides that a column is day first, 03/25/2021 that it is month first; where both occur the more
        frequent order holds and the others are failures; where neither occurs the other columns decide, else day first
        (the Belgian reading).
    """
    told = told or Told()
    empty = np.full(len(values), np.datetime64("NaT"), "datetime64[us]")
    reading = _Reading(empty, today.year if told.last_year is None else told.last_year)
    values = [text.replace("\u00a0", " ").replace("\u202f", " ") for text in values]
    ordered: list[tuple[int, re.Match[str]]] = []
    for place in np.flatnonzero(wanted).tolist():
        match = _ORDERED.fullmatch(values[place])
        if match:
            ordered.append((place, match))
        else:
            _read_one(place, values[place], day_zero, reading)
    doubt, mixed = _read_ordered(ordered, values, counts, elsewhere, told.order, reading)
    notes = tuple((note, tuple(places)) for note, places in reading.notes.items())
    return Dates(reading.values, reading.failures, notes, doubt, mixed, tuple(reading.serials))


def _read_one(place: int, text: str, day_zero: date | None, reading: _Reading) -> None:
    """A cell whose order of day and month is not in question."""
    match = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        reading.keep(place, text, match["y"], int(match["m"]), int(match["d"]), match.groupdict().get("time"))
        return
    match = _DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text) or _YEAR_NAME.fullmatch(text)
    if match and plain(match["n"]) in MONTHS:
        reading.keep(place, text, match["y"], MONTHS[plain(match["n"])], int(match["d"]), match["time"])
        if place not in reading.failures:
            reading.note("month name read", place)
        return
    if day_zero is not None and _SERIAL.fullmatch(text):
        reading.values[place] = np.datetime64(day_zero + timedelta(days=int(float(text))), "us")
        reading.note("Excel date number read as a date", place)
        return
    if _SERIAL.fullmatch(text):
        reading.serials.append(place)
    named = _MONTH_YEAR.fullmatch(text)
    if _PARTIAL.fullmatch(text) or (named and plain(named["n"]) in MONTHS):
        reading.failures[place] = ("incomplete_date", f"'{text}' is a date without a day.", _REMEDY)
    else:
        reading.failures[place] = ("wrong_type", f"'{text}' is not a date.", _REMEDY)


def _read_ordered(
    ordered: list[tuple[int, re.Match[str]]],
    values: Sequence[str],
    counts: np.ndarray,
    elsewhere: Callable[[], frozenset[str]],
    stated: str,
    reading: _Reading,
) -> tuple[int | None, bool]:
    """Cells such as 03/04/2021; the first of them when nothing tells day from month, and whether both orders occur."""
    if not ordered:
        return None, False
    certain = {
        DAY_FIRST: sum(int(counts[place]) for place, match in ordered if int(match["a"]) > 12 >= int(match["b"])),
        MONTH_FIRST: sum(int(counts[place]) for place, match in ordered if int(match["b"]) > 12 >= int(match["a"])),
    }
    open_ones = [place for place, match in ordered if max(int(match["a"]), int(match["b"])) <= 12]
    either = [place for place, match in ordered if place in set(open_ones) and match["a"] != match["b"]]
    order, why, doubt = DAY_FIRST, "", None
    if any(certain.values()):
        order = max((DAY_FIRST, MONTH_FIRST), key=lambda one: certain[one])
    elif either and stated:
        order, why = stated, ", as answered"
    elif either:
        others = elsewhere()
        if len(others) == 1:
            (order,) = others
            why = ", as the other dates of the table"
        else:
            doubt = either[0]
    mixed = all(certain.values())
    for place, match in ordered:
        first, second = int(match["a"]), int(match["b"])
        day, month = (first, second) if order == DAY_FIRST else (second, first)
        if mixed and month > 12 >= day:
            message = f"'{values[place]}' has the month where the other dates of the column have the day."
            reading.failures[place] = ("mixed_dates", message, _REMEDY)
            continue
        reading.keep(place, values[place], match["y"], month, day, match["time"])
    read = [place for place, _ in ordered if place not in reading.failures]
    if read:
        shown = "day/month/year" if order == DAY_FIRST else "month/day/year"
        reading.notes[f"read as {shown}{why}"] = read
    return (either[0], True) if mixed and either else (doubt, False)


def _impossible(text: str, year: int, month: int, day: int) -> str:
    """Why there is no such date: "'31/02/2023' is no date: there is no 31 February 2023."."""
    if not 1 <= month <= 12:
        return f"'{text}' is no date: there is no month {month}."
    when = f"{day} {MONTH_NAMES[month - 1]} {year}" if 1 <= day <= 31 else f"day {day}"
    return f"'{text}' is no date: there is no {when}."


def _full_year(year: str, last: int) -> int:
    if len(year) == 4:
        return int(year)
    full = last // 100 * 100 + int(year)
    return full if full <= last else full - 100

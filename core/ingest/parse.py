"""Distinct cells of a column to typed values of a field: what is read, what cannot be, what was changed on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from core.dictionary import Field
from core.ingest.parse_date import parse_dates
from core.ingest.parse_number import parse_numbers
from core.ingest.plausible import MONTHS_LIMIT, possible_range
from core.ingest.tabular import TextColumn
from core.ingest.words import key, level_words, yes_no_words

_WHOLE_LIMIT = 2.0**53
_NUMBERED = re.compile(r"(?:prrt|course|cure|kuur|cycle|cyclus|grade|graad|g|c)[ \-_]*([0-9]+)", re.IGNORECASE)
_NUMBERED_FIELDS = ("course", "cycle", "grade")


@dataclass(frozen=True)
class Failure:
    """Why a cell is not used."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Context:
    """What reading one column needs to know of its table.

    Parameters
    ----------
    table : name of the table
    today : no date may be later
    decimal_marks : the decimal marks that the table's numbers show
    date_orders : the orders of day and month that the table's dates show
    day_zero : of date numbers of a workbook; None = numbers are no dates
    delimiter : of the file, "" of a sheet
    """

    table: str
    today: date
    decimal_marks: Callable[[], frozenset[str]]
    date_orders: Callable[[], frozenset[str]]
    day_zero: date | None = None
    delimiter: str = ""


@dataclass
class Parsed:
    """Distinct cells of a column, read as a field.

    Parameters
    ----------
    values : (n values,): float64, datetime64[us], or object (True/False/None of yes_no, str/None of category and text)
    missing : bool (n values,), empty or a missing marker
    failures : index of a distinct cell -> why it is not used
    odd : index -> message and remedy; used, but implausible
    readings : (as written, as read, rows) of words that were read as a level or as yes and no
    notes : (what was changed, rows)
    doubt : index of a cell whose day and month could be exchanged, None when there is no doubt
    whole : the column as a whole is not used, which is reported once
    """

    values: np.ndarray
    missing: np.ndarray
    failures: dict[int, Failure] = field(default_factory=dict)
    odd: dict[int, Failure] = field(default_factory=dict)
    readings: list[tuple[str, str, int]] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)
    doubt: int | None = None
    whole: bool = False


def parse_column(column: TextColumn, one: Field, context: Context, factor: float = 1.0) -> Parsed:
    """Read a column as a field.

    Parameters
    ----------
    factor : multiplies numbers, to have them in the field's unit
    """
    missing = column.missing
    if one.type == "text":
        return Parsed(_texts(column.values, missing), missing)
    if one.type == "yes_no":
        return _yes_no(column, one, missing)
    if one.type == "category":
        return _category(column, one, context.table, missing)
    if one.type == "date":
        return _dates(column, one, missing, context)
    return _numbers(column, one, missing, context, factor)


def _texts(values: Sequence[str], missing: np.ndarray) -> np.ndarray:
    texts = np.empty(len(values), object)
    texts[:] = values
    texts[missing] = None
    return texts


def _yes_no(column: TextColumn, one: Field, missing: np.ndarray) -> Parsed:
    words: Mapping[str, bool] = yes_no_words(one.name)
    present = {column.values[place] for place in np.flatnonzero(~missing).tolist()}
    if "+" in present:
        words = {**words, "-": False}
    parsed = Parsed(np.full(len(column.values), None, object), missing)
    if one.name.endswith("_event") and {_bare(value) for value in present} == {"1", "2"}:
        words = {key(value): _bare(value) == "2" for value in present}
        parsed.notes.append(
            ("the codes 1 and 2 taken as censored and event, as R does", int(column.counts[~missing].sum()))
        )
    for place in np.flatnonzero(~missing).tolist():
        text = column.values[place]
        answer = words.get(key(text))
        if answer is None:
            allowed = "0 or 1" if one.name.endswith("_event") else "yes or no"
            parsed.failures[place] = Failure(
                "wrong_type", f"'{text}' is not {allowed}.", f"Write {allowed}, or leave the cell empty."
            )
            continue
        parsed.values[place] = answer
        shown = "yes" if answer else "no"
        if text != shown:
            parsed.readings.append((text, shown, int(column.counts[place])))
    return parsed


def _bare(text: str) -> str:
    return text.removesuffix(".0")


def _category(column: TextColumn, one: Field, table: str, missing: np.ndarray) -> Parsed:
    words = level_words(table, one.name)
    if "+" in column.values and "negative" in one.levels:
        words = {**words, "-": "negative"}
    parsed = Parsed(np.full(len(column.values), None, object), missing)
    for place in np.flatnonzero(~missing).tolist():
        text = column.values[place]
        level = text if text in one.levels else words.get(key(text))
        if level is None:
            parsed.failures[place] = Failure(
                "unknown_level",
                f"'{text}' is not a level of {one.name}.",
                f"Use one of: {', '.join(one.levels)}; or leave the cell empty.",
            )
            continue
        parsed.values[place] = level
        if text != level:
            parsed.readings.append((text, level, int(column.counts[place])))
    return parsed


def _dates(column: TextColumn, one: Field, missing: np.ndarray, context: Context) -> Parsed:
    dates = parse_dates(column.values, ~missing, column.counts, context.date_orders, context.day_zero, context.today)
    parsed = Parsed(dates.values, missing, doubt=dates.doubt)
    parsed.failures.update({place: Failure(*why) for place, why in dates.failures.items()})
    parsed.notes.extend((note, int(column.counts[list(places)].sum())) for note, places in dates.notes)
    if one.role == "other":
        return parsed
    for place in np.flatnonzero(dates.values > np.datetime64(context.today, "us")).tolist():
        parsed.failures[place] = Failure(
            "future_date",
            f"'{column.values[place]}' is later than today, {context.today.isoformat()}.",
            "Correct the date, or leave the cell empty.",
        )
        parsed.values[place] = np.datetime64("NaT")
    return parsed


def _numbers(column: TextColumn, one: Field, missing: np.ndarray, context: Context, factor: float) -> Parsed:
    texts: Sequence[str] = column.values
    parsed = Parsed(np.empty(0), missing)
    if one.name.endswith(_NUMBERED_FIELDS):
        texts = [_unnumbered(place, text, column, parsed) for place, text in enumerate(texts)]
    numbers = parse_numbers(texts, ~missing, context.decimal_marks, context.delimiter, percent=one.unit == "%")
    parsed.values = numbers.values * factor
    parsed.failures.update({place: Failure(*why) for place, why in numbers.failures.items()})
    parsed.notes.extend((f"{note} read", int(column.counts[list(places)].sum())) for note, places in numbers.notes)
    if one.type == "integer":
        values = parsed.values
        for place in np.flatnonzero((values % 1 != 0) & ~np.isnan(values) | (np.abs(values) > _WHOLE_LIMIT)).tolist():
            _fail(parsed, place, "wrong_type", f"'{column.values[place]}' is not a whole number.",
                  "Write a whole number, or leave the cell empty.")  # fmt: skip
    _judge(parsed, column, one, context.today)
    return parsed


def _unnumbered(place: int, text: str, column: TextColumn, parsed: Parsed) -> str:
    """ "PRRT-2" or "Grade 3" as "2" or "3", listed; any other text as it stands."""
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return text
    parsed.readings.append((text, match[1], int(column.counts[place])))
    return match[1]


def _judge(parsed: Parsed, column: TextColumn, one: Field, today: date) -> None:
    """Impossible numbers fail; implausible ones are kept and reported."""
    low, high = possible_range(one, today)
    values = parsed.values
    below = values < (low if low is not None else -np.inf)
    above = values > (high if high is not None else np.inf)
    unit = f" {one.unit}" if one.unit and one.unit != "%" else one.unit
    span = f"{low:g} to {high:g}{unit}" if low is not None and high is not None else f"{low or 0:g}{unit} or more"
    months = one.unit == "months"
    for place in np.flatnonzero(below | above).tolist():
        text = column.values[place]
        if months and above[place]:
            _fail(
                parsed,
                place,
                "months_above_400",
                f"'{text}' is more than {MONTHS_LIMIT} months; this looks like days.",
                f"If the column holds days, map it to {one.name.replace('_months', '_days')}; else correct the value.",
            )
            continue
        _fail(parsed, place, "impossible_value", f"'{text}' is not possible: {one.name} is {span}.",
              "Correct the value, or leave the cell empty.")  # fmt: skip
    if one.plausible is None:
        return
    low, high = one.plausible
    outside = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
    limits = " to ".join("" if limit is None else f"{limit:g}" for limit in (low, high))
    for place in np.flatnonzero(outside & ~np.isnan(parsed.values)).tolist():
        parsed.odd[place] = Failure(
            "implausible_value",
            f"'{column.values[place]}' lies outside the plausible range of {one.name}, {limits}{unit}; it is kept.",
            "Check the value and its unit.",
        )


def _fail(parsed: Parsed, place: int, code: str, message: str, remedy: str) -> None:
    parsed.failures[place] = Failure(code, message, remedy)
    parsed.values[place] = np.nan

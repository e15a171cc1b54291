"""Distinct cells of a column to typed values of a field: what is read, what cannot be, what was changed on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from core.dictionary import Field
from core.ingest.doubts import (
    MISSING,
    day_zero_of,
    decimal_mark_of,
    far_codes,
    missing_code,
    order_of_dates,
)
from core.ingest.identifiers import identifies
from core.ingest.parse_date import Dates, Told, parse_dates
from core.ingest.parse_number import Hints, Numbers, parse_numbers
from core.ingest.parse_words import bare, parse_category, parse_yes_no
from core.ingest.parsed import Context, Failure, Parsed
from core.ingest.plausible import MONTHS_LIMIT, possible_range
from core.ingest.tabular import TextColumn
from core.ingest.units_by_range import unit_by_range
from core.ingest.words import MISSING_CODES

__all__ = ["Context", "Failure", "Parsed", "born_by", "parse_column"]

_WHOLE_LIMIT = 2.0**53
_FINEST = 1_000_000
"""Denominator of the steps between units."""
_NUMBERED = re.compile(r"(?:prrt|course|cure|kuur|cycle|cyclus|grade|graad|gr|g|c)[ \-_.]*([0-9]+)", re.IGNORECASE)
_NUMBERED_FIELDS = ("course", "cycle", "grade")
_NEVER_LIMITED = ("ready-made", "identity", "cycles")
_DAY_ZERO = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
_INVENTED, _INVENTED_NUMBER = "03/04/2020", "43924"
"""Examples where the file's own may be a date of birth."""
_YOUNGEST = 15
"""Years; a year of birth of two digits is in the last century when it would make the patient younger."""


def parse_column(column: TextColumn, one: Field, context: Context, factor: float = 1.0) -> Parsed:
    """Read a column as a field.

    Parameters
    ----------
    factor : multiplies numbers, to have them in the field's unit
    """
    missing = column.missing.copy()
    if one.type == "text":
        return Parsed(_texts(column.values, missing), missing)
    if one.type == "yes_no":
        return parse_yes_no(column, one, missing, context)
    if one.type == "category":
        return parse_category(column, one, missing, context)
    if one.type == "date":
        return _dates(column, one, missing, context)
    return _numbers(column, one, missing, context, factor)


def _texts(values: Sequence[str], missing: np.ndarray) -> np.ndarray:
    texts = np.empty(len(values), object)
    texts[:] = values
    texts[missing] = None
    return texts


def _dates(column: TextColumn, one: Field, missing: np.ndarray, context: Context) -> Parsed:
    def read(order: str = "", zero: date | None = context.day_zero) -> Dates:
        told = Told(order, context.born_by)
        counts, orders = column.counts, context.date_orders
        return parse_dates(column.values, ~missing, counts, orders, zero, context.today, told)

    private = _may_be_births(one, context)
    dates, zero, said = read(), context.day_zero, False
    if dates.serials and context.day_zero is None and context.delimiter:
        zero = _day_zero(column, dates.serials, context, private)
        dates = read("", zero)
    if dates.doubt is not None and not dates.mixed:
        order, said = order_of_dates(context, _INVENTED if private else column.values[dates.doubt])
        dates = read(order, zero) if said else dates
    parsed = Parsed(dates.values, missing, doubt=None if said else dates.doubt, mixed=dates.mixed)
    parsed.failures.update({place: Failure(*why) for place, why in dates.failures.items()})
    for note, places in dates.notes:
        shown = "" if private else _example(column, places, parsed.values)
        parsed.notes.append((f"{note}{shown}", int(column.counts[list(places)].sum())))
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


def _example(column: TextColumn, places: Sequence[int], values: np.ndarray) -> str:
    """A cell as written and as read: ", '2,5' is 2.5"; "" for a cell that may name a person."""
    if identifies(column.values[places[0]]):
        return ""
    value = values[places[0]]
    shown = str(value)[:10] if np.issubdtype(values.dtype, np.datetime64) else f"{value:.10g}"
    return f", '{column.values[places[0]]}' is {shown}"


def _may_be_births(one: Field, context: Context) -> bool:
    """Whether the dates may turn out to be dates of birth ("DDN" is also that of the last news): never shown."""
    return context.born_by is not None or one.role == "other" or one.name == "last_contact_date"


def _day_zero(column: TextColumn, serials: Sequence[int], context: Context, private: bool) -> date:
    """Day zero of date numbers in a text file: 1900 where 1904 would be in the future, else asked."""
    latest = max(serials, key=lambda place: float(column.values[place]))
    if _DAY_ZERO["1904"] + timedelta(days=int(float(column.values[latest]))) > context.today:
        return _DAY_ZERO["1900"]
    return _DAY_ZERO[day_zero_of(context, _INVENTED_NUMBER if private else column.values[serials[0]])]


def _numbers(column: TextColumn, one: Field, missing: np.ndarray, context: Context, factor: float) -> Parsed:
    texts: Sequence[str] = column.values
    parsed = Parsed(np.empty(0), missing)
    if one.name.endswith(_NUMBERED_FIELDS):
        texts = [_unnumbered(place, text, column, parsed) for place, text in enumerate(texts)]
    if one.name == "birth_year":
        texts = [_birth_year(place, text, column, parsed, context.today) for place, text in enumerate(texts)]
    numbers = _read_numbers(texts, column, one, missing, context, factor, parsed)
    parsed.failures.update({place: Failure(*why) for place, why in numbers.failures.items()})
    parsed.signs = numbers.signs
    parsed.values = numbers.values
    for note, places in numbers.notes:
        said = f"{note if ' read' in note else f'{note} read'}{_example(column, places, parsed.values)}"
        parsed.notes.append((said, int(column.counts[list(places)].sum())))
    _missing_codes(parsed, column, one, context, factor)
    found = unit_by_range(column, one, parsed.values, context) if factor == 1.0 else None
    if found is not None:
        parsed.unit, parsed.factor = found.unit, found.factor
    parsed.values = scaled(parsed.values, factor * parsed.factor)
    if one.type == "integer":
        values = parsed.values
        for place in np.flatnonzero((values % 1 != 0) & ~np.isnan(values) | (np.abs(values) > _WHOLE_LIMIT)).tolist():
            _fail(parsed, place, "wrong_type", f"'{column.values[place]}' is not a whole number.",
                  "Write a whole number, or leave the cell empty.")  # fmt: skip
    _judge(parsed, column, one, context.today)
    return parsed


def scaled(values: np.ndarray, factor: float) -> np.ndarray:
    """Values times a factor, by its ratio of whole numbers: 5600 per µL are 5.6, not 5.6000000000000005."""
    if factor == 1.0:
        return values
    step = Fraction(factor).limit_denominator(_FINEST)
    return values * step.numerator / step.denominator


def _read_numbers(
    texts: Sequence[str],
    column: TextColumn,
    one: Field,
    missing: np.ndarray,
    context: Context,
    factor: float,
    parsed: Parsed,
) -> Numbers:
    """The numbers of a column, with the answer to the question whether 1.234 is 1234 where it has to be asked."""
    percent, limits = one.unit == "%", _may_be_limited(one)

    def read(mark: str = "") -> Numbers:
        whole = one.type == "integer" and one.role != "other"
        span = _in_file(one.plausible, factor)
        hints = Hints(context.decimal_marks, context.delimiter, span, whole, mark)
        return parse_numbers(texts, ~missing, hints, percent, limits)

    numbers = read()
    place = numbers.doubt
    if place is None:
        return numbers
    usable = place not in numbers.failures
    mark, _ = decimal_mark_of(context, column, place, usable)
    if mark:
        return read(mark)
    if usable:
        text = column.values[place]
        whole = text.replace(".", "")
        parsed.odd[place] = Failure(
            "doubtful_number",
            f"'{text}' may be {text} or {whole}, and nothing else in the column or the table tells which; it is read "
            f"as {text}.",
            "Answer the question about it, or write the numbers without a thousands separator.",
        )
    return numbers


def _may_be_limited(one: Field) -> bool:
    """Whether "<5" can stand in a field: measurements, and columns of the cohort's own; no counts, times or ids."""
    return one.role == "other" or (one.type == "number" and one.role not in _NEVER_LIMITED)


def _in_file(span: tuple[float | None, float | None] | None, factor: float) -> tuple[float | None, float | None] | None:
    """A field's range in the unit of the file."""
    if span is None:
        return None
    low, high = (None if limit is None else limit / factor for limit in span)
    return low, high


def _missing_codes(parsed: Parsed, column: TextColumn, one: Field, context: Context, factor: float) -> None:
    """Take numbers such as 999 for missing where a person says so; they stand as written until then, and are listed."""
    if one.role == "identity":
        return
    codes = {place: bare(text) for place, text in enumerate(column.values) if text.startswith(("9", "-9"))}
    codes = {place: code for place, code in codes.items() if code in MISSING_CODES}
    if not codes:
        return
    for place in far_codes(column, parsed.values, codes, _in_file(one.plausible, factor)):
        rows, code = int(column.counts[place]), codes[place]
        if missing_code(context, column, code) == MISSING:
            parsed.values[place] = np.nan
            parsed.missing[place] = True
            parsed.failures.pop(place, None)
            parsed.notes.append((f"{code} read as missing, as answered", rows))
        else:
            parsed.notes.append((f"{code} kept as written", rows))


def _unnumbered(place: int, text: str, column: TextColumn, parsed: Parsed) -> str:
    """ "PRRT-2" or "Grade 3" as "2" or "3", listed; any other text as it stands."""
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return text
    parsed.readings.append((text, match[1], int(column.counts[place])))
    return match[1]


def _birth_year(place: int, text: str, column: TextColumn, parsed: Parsed, today: date) -> str:
    """ "48" as "1948", listed; never a year that lies ahead or makes the patient a child."""
    if not re.fullmatch("[0-9]{2}", text):
        return text
    recent = today.year // 100 * 100 + int(text)
    year = str(recent if recent <= today.year - _YOUNGEST else recent - 100)
    parsed.readings.append((text, year, int(column.counts[place])))
    return year


def born_by(today: date) -> int:
    """The latest year that two digits of a date of birth can mean."""
    return today.year - _YOUNGEST


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
        _fail(parsed, place, "impossible_value", f"'{text}' is not possible: {one.label} is {span}.",
              "Correct the value, or leave the cell empty.")  # fmt: skip
    if one.plausible is None:
        return
    low, high = one.plausible
    outside = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
    limits = " to ".join("" if limit is None else f"{limit:g}" for limit in (low, high))
    for place in np.flatnonzero(outside & ~np.isnan(parsed.values)).tolist():
        parsed.odd[place] = Failure(
            "implausible_value",
            f"'{column.values[place]}' lies outside the plausible range of {one.label}, {limits}{unit}; it is kept.",
            "Check the value and its unit.",
        )


def _fail(parsed: Parsed, place: int, code: str, message: str, remedy: str) -> None:
    parsed.failures[place] = Failure(code, message, remedy)
    parsed.values[place] = np.nan

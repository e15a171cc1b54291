"""What the cells of a table leave open, asked of the person who brings it: one question for each doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from core.dictionary import Field
from core.ingest.parse_date import DAY_FIRST, MONTH_FIRST
from core.ingest.parse_number import COMMA, POINT, split_limit
from core.ingest.parsed import Context
from core.ingest.questions import Choice
from core.ingest.tabular import TextColumn

AS_WRITTEN, MISSING = "as written", "missing"
_FAR, _VERY_FAR = 2, 10


def given(context: Context, key: str) -> bool:
    """Whether a person has answered a question that was asked."""
    return any(one.key == key and one.given for one in context.findings.questions)


def order_of_dates(context: Context, example: str) -> tuple[str, bool]:
    """Ask once for a table whether 03/04/2020 is in April or in March: the order, and whether a person said so."""
    key = f"{context.table}.dates"
    found = re.findall("[0-9]+", example)
    shown = {order: f"{found[2]}-{int(found[month]):02d}-{int(found[1 - month]):02d} (year-month-day)"
             for order, month in ((DAY_FIRST, 1), (MONTH_FIRST, 0))}  # fmt: skip
    order = context.findings.ask(
        key,
        context.table,
        example=example,
        text="Do the dates of this table have the day first or the month first?",
        why=f"Dates such as '{example}' can be read both ways, and nothing in the table tells which.",
        choices=[Choice(order, f"'{example}' is read as {shown[order]}") for order in (DAY_FIRST, MONTH_FIRST)],
        default=DAY_FIRST,
    )
    return order, given(context, key)


def day_zero_of(context: Context, example: str) -> str:
    """Ask once for a table of which system its date numbers are: "1900" or "1904"."""
    return context.findings.ask(
        f"{context.table}.date_numbers",
        context.table,
        example=example,
        text="Which spreadsheet wrote the dates of this table that are numbers?",
        why=f"A number such as '{example}' counts days from 1900, or from 1904 when an old Mac wrote it.",
        choices=[
            Choice("1900", "the numbers count from 1900, as nearly every spreadsheet does"),
            Choice("1904", "the numbers count from 1904: every such date is four years and a day later"),
        ],
        default="1900",
    )


def decimal_mark_of(context: Context, column: TextColumn, place: int, usable: bool) -> tuple[str, str]:
    """Ask whether 1.234 of a column is 1234: the decimal mark that the answer means, and the answer in force.

    Parameters
    ----------
    place : of a cell that may be two numbers
    usable : it is read with decimals until the answer comes; else it is not used
    """
    key = f"{context.table}.{column.header}.decimal"
    text = split_limit(column.values[place])[1].rstrip("% ")
    decimals, thousands = (COMMA, POINT) if "," in text else (POINT, COMMA)
    number, whole = text.replace(",", "."), re.sub("[.,]", "", text)
    answer = context.findings.ask(
        key,
        context.table,
        column=column.header,
        example=text,
        text=f"Is '{text}' in the column '{column.header}' {number} or {whole}?",
        why="A mark before three digits may part decimals or thousands, and nothing else in the file tells which.",
        choices=[
            Choice("decimals", f"'{text}' is read as {number}"),
            Choice("thousands", f"'{text}' is read as {whole}"),
        ],
        default="decimals" if usable else "",
    )
    mark = {"decimals": decimals, "thousands": thousands}.get(answer, "") if given(context, key) else ""
    return mark, answer


def missing_code(context: Context, column: TextColumn, code: str) -> str:
    """Ask once for a table whether a number such as 999 stands for "no value": `AS_WRITTEN` or `MISSING`."""
    return context.findings.ask(
        f"{context.table}.missing.{code}",
        context.table,
        column=column.header,
        example=code,
        text=f"Does {code} stand for 'no value'?",
        why=f"{code} stands far from the other values of its column, such as '{column.header}', and is often a code.",
        choices=[
            Choice(AS_WRITTEN, f"{code} is a value like any other"),
            Choice(MISSING, f"{code} is read as no value in the columns where it stands far from the rest"),
        ],
        default=AS_WRITTEN,
    )


def far_codes(
    column: TextColumn, numbers: np.ndarray, codes: dict[int, str], plausible: tuple[float | None, float | None] | None
) -> list[int]:
    """The cells that may be codes for "no value": outside the plausible range, or far from the rest of the column.

    Parameters
    ----------
    numbers : float64 (n values,), the cells as numbers, in the unit of the file
    codes : index -> code of the cells that have the form of one
    plausible : in the unit of the file
    """
    others = [place for place in np.flatnonzero(~np.isnan(numbers)).tolist() if place not in codes]
    if not others:
        return []
    rest = numbers[others]
    low, high = plausible or (None, None)
    below, above = -np.inf if low is None else low, np.inf if high is None else high
    sound = below <= weighted_median(rest, column.counts[others]) <= above
    far = []
    for place in codes:
        number, rows = numbers[place], int(column.counts[place])
        outside = sound and not below <= number <= above
        if number < 0:
            away = rest.min() >= 0
        else:
            most = np.abs(rest).max()
            away = len(others) >= 3 and number > most * (_FAR if rows > 1 else _VERY_FAR)
        if outside or away:
            far.append(place)
    return far


def weighted_median(values: np.ndarray, counts: np.ndarray) -> float:
    """The lower median of values that stand in the file `counts` times each; none of them NaN."""
    order = np.argsort(values)
    running = np.cumsum(counts[order])
    return float(values[order][np.searchsorted(running, running[-1] / 2)])


def event_code(context: Context, column: TextColumn, one: Field) -> tuple[str, bool]:
    """Ask which of 1 and 2 is the event: "2" until answered, as R does; and whether a person said so."""
    key = f"{context.table}.{column.header}.event"
    answer = context.findings.ask(
        key,
        context.table,
        column=column.header,
        example="2",
        text=f"In the column '{column.header}', is 2 or 1 the event ({one.label})?",
        why="The column holds 1 and 2 and not 0 and 1; R means the event by 2, other software by 1.",
        choices=[
            Choice("2", "2 is the event, 1 is censored (as R's survival package)"),
            Choice("1", "1 is the event, 2 is censored"),
        ],
        default="2",
    )
    return answer, given(context, key)


def yes_code(context: Context, column: TextColumn) -> str:
    """Ask which of 1 and 2 is yes; "" until answered, as either guess would turn the column round."""
    return context.findings.ask(
        f"{context.table}.{column.header}.yes",
        context.table,
        column=column.header,
        example="1",
        text=f"In the column '{column.header}', is 1 or 2 'yes'?",
        why="The column holds 1 and 2 and not 0 and 1; both codings are in use. It is not used until this is answered.",
        choices=[Choice("1", "1 is yes, 2 is no"), Choice("2", "2 is yes, 1 is no")],
    )


def level_codes(context: Context, column: TextColumn, one: Field, codes: Sequence[str], default: str) -> dict[str, str]:
    """Ask which of two codes is which of a field's two levels.

    Parameters
    ----------
    codes : the two, as written
    default : level of the code "1", or of the second one, until answered; "" = the column is not used

    Returns
    -------
    Code -> level; empty when the column is not used before the answer.
    """
    named, other = ("1", next(code for code in codes if code != "1")) if "1" in codes else (codes[1], codes[0])
    first, second = one.levels
    answer = context.findings.ask(
        f"{context.table}.{column.header}.codes",
        context.table,
        column=column.header,
        example=named,
        text=f"In the column '{column.header}', which of {codes[0]} and {codes[1]} is {first}, which is {second}?",
        why=f"The column holds {codes[0]} and {codes[1]} instead of words, and nothing in the file tells "
        "which is which.",
        choices=[
            Choice(f"{named} {first}", f"{named} is {first}, {other} is {second}"),
            Choice(f"{named} {second}", f"{named} is {second}, {other} is {first}"),
        ],
        default=f"{named} {default}" if default else "",
    )
    for level, rest in ((first, second), (second, first)):
        if answer == f"{named} {level}":
            return {named: level, other: rest}
    return {}


def blanks_mean_no(context: Context, column: TextColumn, mark: str) -> bool:
    """Ask once for a table whether the cells beside those that are ticked are "no" or not known."""
    answer = context.findings.ask(
        f"{context.table}.blanks",
        context.table,
        column=column.header,
        example=mark,
        text=f"Where only '{mark}' is put into a column, is an empty cell 'no' or not known?",
        why=f"Columns such as '{column.header}' hold '{mark}' and empty cells and nothing that says no.",
        choices=[
            Choice(MISSING, "an empty cell is not known; the column has no 'no'"),
            Choice("no", "an empty cell of such a column is 'no'"),
        ],
        default=MISSING,
    )
    return answer == "no"


def unit_of(context: Context, column: TextColumn, one: Field, example: str, units: dict[str, str]) -> tuple[str, bool]:
    """Ask in which unit a column stands: its own until answered; and whether a person said so.

    Parameters
    ----------
    units : other units that would fit -> what the example would be
    """
    key = f"{context.table}.{column.header}.unit"
    answer = context.findings.ask(
        key,
        context.table,
        column=column.header,
        example=example,
        text=f"In which unit does the column '{column.header}' stand?",
        why=f"The header states no unit, and the middle of the column is unusual for {one.label} in {one.unit}.",
        choices=[
            Choice(one.unit, f"'{example}' is taken as {example} {one.unit}"),
            *(Choice(unit, f"'{example}' is taken as {shown}") for unit, shown in units.items()),
        ],
        default=one.unit,
    )
    return answer, given(context, key)


def months_or_days(context: Context, column: TextColumn, example: str, total: str) -> str:
    """Ask whether a column of months holds days; "" until answered."""
    return context.findings.ask(
        f"{context.table}.{column.header}.unit",
        context.table,
        column=column.header,
        example=example,
        text=f"Does the column '{column.header}' hold days or months?",
        why=f"{total}; nobody was followed that long, so that it seems to hold days. It is not used until this is "
        "answered.",
        choices=[
            Choice("days", "the values are days; they are divided by 30.4375 to have months"),
            Choice("months", "the values are months; those above the limit are errors and not used"),
        ],
    )

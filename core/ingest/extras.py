"""Columns that the data dictionary does not know: kept under their own names, with a type inferred from their cells."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from core.dictionary import Field
from core.fields import FIELDS
from core.ingest.headers import plain
from core.ingest.parse import Context, Parsed, parse_column
from core.ingest.parse_date import parse_dates
from core.ingest.parse_number import Hints, parse_numbers
from core.ingest.tabular import TextColumn
from core.ingest.words import key

MOST_LEVELS = 20
_FEWEST_FOR_DOUBT = 10
_READABLE = 0.9
_MOST_ANSWERS = 50
"""Spellings of yes and no in one column; more are other words."""
_LEADING_ZERO = re.compile(r"-?0[0-9]+")
_PAIRS = [
    {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"1", "0"}, {"1 0", "0 0"}, {"oui", "non"}, {"o", "n"},
    {"vrai", "faux"}, {"ja", "nee"}, {"ja", "neen"}, {"j", "n"}, {"waar", "onwaar"},
]  # fmt: skip
_CERTAIN = {"yes", "no", "true", "false", "oui", "non", "ja", "nee", "neen", "vrai", "faux", "waar", "onwaar"}
_RESERVED = frozenset(("line", "course_row", "synthetic"))


@dataclass(frozen=True)
class Extra:
    """A column of its own: its field and its cells, read."""

    field: Field
    parsed: Parsed


def slug(header: str, place: int) -> str:
    """A header as a name of lower-case letters, digits and underscores: "Ph. ECOG" -> "ph_ecog"."""
    return plain(header).replace(" ", "_") or f"column_{place + 1}"


def own_name(header: str, place: int, taken: Container[str]) -> str:
    """A name for a column of its own that no field and no other column has."""
    name = slug(header, place)
    if name in FIELDS or name in _RESERVED:
        name = f"{name}_in_file"
    number, unique = 2, name
    while unique in taken:
        unique = f"{name}_{number}"
        number += 1
    return unique


def infer(column: TextColumn, name: str, context: Context) -> Extra:
    """Read a column by the narrowest type that fits its cells.

    yes_no when two words for yes and no are all it holds; a number (whole or not) or a date when at least 9 of 10
    cells are, the rest being reported; a category when it has at most 20 levels, and fewer than half as many as
    rows; else text.
    Ids such as 007 are never numbers.
    """
    missing = column.missing
    kind = _yes_no(column, missing) or _number(column, missing, context) or _date(column, missing, context)
    if kind:
        return _extra(column, name, kind, (), context)
    levels = sorted((column.values[place] for place in np.flatnonzero(~missing).tolist()), key=_natural)
    if 0 < len(levels) <= MOST_LEVELS and 2 * len(levels) < len(column.codes):
        return _extra(column, name, "category", tuple(levels), context)
    return _extra(column, name, "text", (), context)


def as_known(column: TextColumn, name: str, kind: str, levels: tuple[str, ...], context: Context) -> Extra:
    """Read a column by a type that is known."""
    return _extra(column, name, kind, levels if kind == "category" else (), context)


def _extra(column: TextColumn, name: str, kind: str, levels: tuple[str, ...], context: Context) -> Extra:
    field = Field(
        name=name,
        label=column.header,
        type=kind,
        role="other",
        levels=("no", "yes") if kind == "yes_no" else levels,
        filterable=kind != "text",
        covariate=kind not in ("text", "date"),
        help="A column of this cohort's own.",
    )
    if kind == "category":
        as_text = Field(name=name, label=column.header, type="text", role="other")
        return Extra(field, parse_column(column, as_text, context))
    return Extra(field, parse_column(column, field, context))


def _yes_no(column: TextColumn, missing: np.ndarray) -> str:
    places = np.flatnonzero(~missing).tolist()
    if len(places) > _MOST_ANSWERS:
        return ""
    words = {key(column.values[place]) for place in places}
    return "yes_no" if words in _PAIRS or (words and words <= _CERTAIN) else ""


def _number(column: TextColumn, missing: np.ndarray, context: Context) -> str:
    if missing.all() or any(_LEADING_ZERO.fullmatch(value) for value in column.values):
        return ""
    hints = Hints(context.decimal_marks, context.delimiter)
    numbers = parse_numbers(column.values, ~missing, hints, limits=True)
    doubtful = {place for place, why in numbers.failures.items() if why[0] == "doubtful_number"}
    if not _mostly(column, missing, numbers.failures.keys() - doubtful):
        return ""
    if 2 * len(numbers.signs) > int((~missing).sum()):
        return ""
    if doubtful:
        return "number"
    values = numbers.values[~np.isnan(numbers.values)]
    return "integer" if np.all((values % 1 == 0) & (np.abs(values) < 2.0**53)) else "number"


def _date(column: TextColumn, missing: np.ndarray, context: Context) -> str:
    if missing.all():
        return ""
    dates = parse_dates(column.values, ~missing, column.counts, context.date_orders, None, context.today)
    return "date" if _mostly(column, missing, dates.failures) else ""


def _mostly(column: TextColumn, missing: np.ndarray, failures: Container[int]) -> bool:
    """Whether so few cells fail that they are errors and the type is right; in a short column none may."""
    counts = column.counts
    total = int(counts[~missing].sum())
    failed = sum(int(counts[place]) for place in np.flatnonzero(~missing).tolist() if place in failures)
    return failed == 0 if total < _FEWEST_FOR_DOUBT else total - failed >= _READABLE * total


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Sorts "2" before "10", and letters without regard to case."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in re.split(r"([0-9]+)", text)]

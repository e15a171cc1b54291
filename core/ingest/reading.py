"""A text table to typed columns: every column read as its field, everything found on the way reported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from core.dictionary import Field
from core.ingest.assignment import STATED, Assignment, fate, remedy
from core.ingest.doubts import months_or_days
from core.ingest.findings import Findings
from core.ingest.header_units import MEASURED_IN, header_parts, unit_factor
from core.ingest.headers import NAME
from core.ingest.identifiers import identifies
from core.ingest.parse import Context, Failure, Parsed, parse_column
from core.ingest.parse_date import orders
from core.ingest.parse_number import decimal_marks
from core.ingest.parse_words import UNANSWERED
from core.ingest.plausible import MONTHS_LIMIT
from core.ingest.reporting import list_answers, list_conversion, list_units_taken, report
from core.ingest.tabular import TextColumn, TextTable
from core.ingest.units_by_range import states_unit
from core.options import DAYS_PER_MONTH

_FEWEST_TO_UNMAP = 5
_DAYS_SHARE = 0.05
_REMEDY_OF_CODES = "Answer the question about its codes, or write words instead of them."


@dataclass
class ReadTable:
    """A table with typed columns.

    Parameters
    ----------
    text : the table as text
    columns : field or column name -> typed values, one per row: float64, Int64, boolean, datetime64[us] or object
    fields : the same names -> Field
    sources : the same names -> the column they were read from
    unreadable : field -> row numbers whose value could not be used
    signs : field -> row number -> "<", "<=", ">" or ">=" of a value of which only the limit is known
    unused : places of the columns that are no field
    """

    text: TextTable
    columns: dict[str, np.ndarray | pd.api.extensions.ExtensionArray] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    sources: dict[str, TextColumn] = field(default_factory=dict)
    unreadable: dict[str, np.ndarray] = field(default_factory=dict)
    unused: list[int] = field(default_factory=list)
    signs: dict[str, dict[int, str]] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """The header of a field in the file; its own name when it has none."""
        return self.sources[name].header if name in self.sources else name

    def cell(self, name: str, row: int) -> str:
        """A cell as it stands in the file."""
        column = self.sources[name]
        return column.values[column.codes[row]]

    def forget(self, name: str) -> None:
        """Leave a column out after all."""
        for part in (self.columns, self.fields, self.sources, self.unreadable, self.signs):
            part.pop(name, None)

    def keep(self, rows: np.ndarray) -> ReadTable:
        """The same table with some of its rows, 0-based and ascending."""
        place = np.full(len(self.text.lines), -1)
        place[rows] = np.arange(len(rows))
        text = self.text.keep(rows)
        moved = {id(old): new for old, new in zip(self.text.columns, text.columns, strict=True)}
        unreadable = {name: place[bad][place[bad] >= 0] for name, bad in self.unreadable.items()}
        return ReadTable(
            text,
            {name: values[rows] for name, values in self.columns.items()},
            self.fields,
            {name: moved[id(source)] for name, source in self.sources.items()},
            unreadable,
            self.unused,
            {
                name: {int(place[row]): sign for row, sign in signs.items() if place[row] >= 0}
                for name, signs in self.signs.items()
            },
        )

    def store(self, one: Field, column: TextColumn, parsed: Parsed) -> None:
        """Take a parsed column in."""
        self.columns[one.name] = typed(parsed, column.codes, one.type)
        self.fields[one.name] = one
        self.sources[one.name] = column
        if parsed.failures:
            self.unreadable[one.name] = column.rows_of(parsed.failures)
        signs = {place: sign for place, sign in parsed.signs.items() if place not in parsed.failures}
        if signs and not parsed.whole:
            self.signs[one.name] = {row: signs[int(column.codes[row])] for row in column.rows_of(signs).tolist()}


def typed(parsed: Parsed, codes: np.ndarray, kind: str) -> np.ndarray | pd.api.extensions.ExtensionArray:
    """The values of every row, from those of the distinct cells."""
    values = parsed.values[codes] if len(parsed.values) else parsed.values
    if kind == "integer":
        empty = np.isnan(values)
        return pd.arrays.IntegerArray(np.where(empty, 0, values).astype(np.int64), empty)
    if kind == "yes_no":
        distinct = np.array([-1 if value is None else int(value) for value in parsed.values], np.int8)
        answers = distinct[codes] if len(distinct) else distinct
        return pd.arrays.BooleanArray(answers == 1, answers < 0)
    return values


def context_of(table: TextTable, today: date, findings: Findings) -> Context:
    """What reading a column needs to know of its table; worked out when first asked for."""

    @cache
    def marks() -> frozenset[str]:
        return frozenset().union(*(decimal_marks(column.values) for column in table.columns))

    @cache
    def date_orders() -> frozenset[str]:
        return frozenset().union(*(orders(column.values) for column in table.columns))

    return Context(table.name, today, marks, date_orders, table.day_zero, table.delimiter, findings)


def read_table(text: TextTable, assignments: list[Assignment], context: Context, findings: Findings) -> ReadTable:
    """Read the assigned columns of a table; the others are left in `unused`."""
    read = ReadTable(text)
    used = set()
    answers: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    taken: dict[str, list[str]] = defaultdict(list)
    for place, assignment in enumerate(assignments):
        findings.progress(f"Reading the columns of {text.name}", place, len(assignments))
        column, one = text.columns[assignment.column], assignment.field
        factor, unit = _conversion(assignment, column.header)
        parsed = parse_column(column, one, context, factor)
        _months_or_days(parsed, column, one, text, context)
        if _unmap(parsed, column, assignment, text.name, findings):
            continue
        _unanswered(parsed, column, text, findings)
        used.add(assignment.column)
        if one.type == "text" and one.name != "patient_id":
            hide_identifiers(parsed, column)
        report(parsed, column, one, text, findings)
        list_conversion(parsed, column, one, unit, factor, text, findings)
        if one.unit in MEASURED_IN and not (unit or parsed.unit or states_unit(column.header, one)):
            taken[one.unit].append(column.header)
        for written, shown, rows in parsed.readings if one.type == "yes_no" else ():
            answers[written, shown].append((column.header, rows))
        read.store(one, column, parsed)
    list_answers(text.name, answers, findings)
    list_units_taken(text.name, taken, findings)
    read.unused = [place for place in range(len(text.columns)) if place not in used]
    return read


def hide_identifiers(parsed: Parsed, column: TextColumn) -> None:
    """Empty the cells of a text column that hold an e-mail address or a national number."""
    for place, value in enumerate(column.values):
        if parsed.values[place] is not None and identifies(value):
            parsed.values[place] = None
            parsed.failures[place] = Failure(
                "identifier",
                "The cell holds an e-mail address or a national number; it is not stored.",
                "Remove direct identifiers from the file.",
            )


def _conversion(assignment: Assignment, header: str) -> tuple[float, str]:
    """The step from the unit of a header to the field's, and that unit; also where a person stated the mapping."""
    if assignment.how == STATED and assignment.factor == 1.0 and assignment.field.numeric:
        for _, unit in header_parts(header):
            factor = unit_factor(assignment.field, unit, stated=True)
            if factor is not None and factor != 1.0:
                return factor, unit
    return assignment.factor, assignment.unit


def _months_or_days(parsed: Parsed, column: TextColumn, one: Field, text: TextTable, context: Context) -> None:
    """When more than 1 in 20 cells of a column of months are above 400, the column seems to hold days: asked.

    None of it is used until the answer comes.
    """
    above = [place for place, failure in parsed.failures.items() if failure.code == "months_above_400"]
    total = int(column.counts[~parsed.missing].sum())
    rows = int(column.counts[above].sum())
    if rows <= _DAYS_SHARE * total:
        return
    first = int(column.rows_of(above)[0])
    value = column.values[column.codes[first]]
    total_of = f"{rows:,} of {total:,} values of '{column.header}' are above {MONTHS_LIMIT} months"
    answer = months_or_days(context, column, value, total_of)
    if answer == "months":
        return
    if answer == "days":
        _take_days(parsed, column, one, context)
        return
    days = one.name.replace("_months", "_days")
    context.findings.error(
        "months_above_400",
        text.name,
        int(text.lines[first]),
        column=column.header,
        value=value,
        message=f"{total_of}; the column seems to hold days, and none of its values is used.",
        remedy=f"Answer the question about it, or map the column to days: {days} = {column.header}.",
    )
    parsed.values[:] = np.nan
    parsed.failures, parsed.odd, parsed.notes, parsed.whole = {}, {}, [], True


def _take_days(parsed: Parsed, column: TextColumn, one: Field, context: Context) -> None:
    """Read a column of months again as the days that it holds."""
    again = parse_column(column, one, context, 1 / DAYS_PER_MONTH)
    for name in ("values", "missing", "failures", "odd", "readings", "notes", "signs"):
        setattr(parsed, name, getattr(again, name))
    parsed.unit, parsed.factor = "days", 1 / DAYS_PER_MONTH


def _unanswered(parsed: Parsed, column: TextColumn, text: TextTable, findings: Findings) -> None:
    """Report once a column whose codes wait for an answer; none of its values is used."""
    if not parsed.failures or any(failure.code != UNANSWERED for failure in parsed.failures.values()):
        return
    place, failure = next(iter(parsed.failures.items()))
    findings.error(
        UNANSWERED,
        text.name,
        None,
        column=column.header,
        value=column.values[place],
        message=f"The column '{column.header}' holds codes, and nothing tells what they mean; none of its values is "
        "used.",
        remedy=failure.remedy,
    )
    parsed.failures, parsed.whole = {}, True


def _unmap(parsed: Parsed, column: TextColumn, assignment: Assignment, table: str, findings: Findings) -> bool:
    """Leave a column unmapped when most of its cells cannot be read as the field that its header suggests.

    Not when the user stated the mapping, nor when the header is the field's own name with its unit (`ki67_percent`).
    """
    one = assignment.field
    named = assignment.how == NAME and column.header == one.name and "_" in one.name
    total = int(column.counts[~parsed.missing].sum())
    bad = int(column.counts[[*parsed.failures, *parsed.odd]].sum())
    if assignment.how == STATED or named or parsed.whole or total < _FEWEST_TO_UNMAP or 2 * bad <= total:
        return False
    place = next(iter([*parsed.failures, *parsed.odd]))
    findings.warning(
        "not_the_field",
        table,
        None,
        column=column.header,
        value=column.values[place],
        message=f"The column '{column.header}' looks like {one.label}, but {bad:,} of {total:,} cells, such as "
        f"'{column.values[place]}', cannot be read as that or lie outside its plausible range; it is {fate(table)}.",
        remedy=_REMEDY_OF_CODES
        if all(failure.code == UNANSWERED for failure in parsed.failures.values()) and not parsed.odd
        else f"If it is {one.label}, correct the values, or {remedy(table, one, column.header)}.",
    )
    return True

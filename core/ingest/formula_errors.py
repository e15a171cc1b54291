"""Errors of formulas where a value should stand: "#N/A", "#DIV/0!" and what they are called in French and Dutch."""

from __future__ import annotations

import re

from core.ingest.findings import Findings
from core.ingest.tabular import TextColumn, TextTable

_ERROR = re.compile(
    r"#(?:N/A|N/B|NV|DIV/0!|DEEL/0!|REF!|VERW!|BEZUG!|VALUE!|WAARDE!|VALEUR!|WERT!|NAME\?|NAAM\?|NOM\?|NUM!|GETAL!|NOMBRE!|"
    r"ZAHL!|NULL!|LEEG!|NUL!|SPILL!|PROPAGATION!|OVERLOOP!|CALC!|BUSY!|FIELD!|BLOCKED!|UNKNOWN!|GETTING_DATA)"
    r"|Err:5\d\d|#{3,}",
    re.IGNORECASE,
)
_FIRST = frozenset("#Ee")


def is_formula_error(text: str) -> bool:
    """Whether a cell is the error of a formula, or the fence of a column that was too narrow to print it."""
    return text[:1] in _FIRST and _ERROR.fullmatch(text) is not None


def without_errors(table: TextTable, findings: Findings) -> TextTable:
    """The same table with formula errors read as empty, each reported with its line and column."""
    return table.with_columns([_column(one, table, findings) for one in table.columns])


def _column(column: TextColumn, table: TextTable, findings: Findings) -> TextColumn:
    places = [place for place, value in enumerate(column.values) if value[:1] in _FIRST and is_formula_error(value)]
    if not places:
        return column
    rows = column.rows_of(places)

    def describe(row: int) -> tuple[str, str]:
        value = column.values[column.codes[row]]
        if value.startswith("##"):
            return value, f"'{value}' was printed by a column too narrow for its value, which is lost; read as missing."
        return value, f"'{value}' is the error of a formula, not a value; it is read as missing."

    findings.rows(
        "warning",
        "excel_error",
        table.name,
        rows,
        table.lines,
        column=column.header,
        remedy="Correct the formula, widen the column, or clear the cell.",
        describe=describe,
    )
    return column.emptied(rows)

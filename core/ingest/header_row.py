"""The header among the first rows of a table: where it stands, what it consists of, and that it is one."""

from __future__ import annotations

import re

from core.ingest.findings import Findings
from core.ingest.furniture import Known, Row, place_of_patient
from core.ingest.tabular import Limits

HEAD_ROWS = 20
"""Rows among which the header is looked for."""
_VALUE = re.compile(r"-?\d+([.,]\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_TELLING = re.compile(r"-?\d+[.,]\d+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


def find_header(rows: list[list[str]], known: Known) -> int:
    """Place of the header among the first rows: the first row, unless a later one is a header and the first is not.

    A first row that holds a header or two, and fewer cells than the later one, is a title or names groups of columns.
    """
    counts = [known(row) for row in rows]
    if not counts:
        return 0
    best = max(range(len(rows)), key=lambda place: (counts[place], -place))
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    is_header = counts[best] >= 2 and (not counts[0] or (counts[best] >= 2 * counts[0] and filled[best] > filled[0]))
    return best if is_header else 0


def with_names_above(headers: list[str], above: list[list[str]]) -> list[str]:
    """Headers of two rows: an empty one takes the cell above it, when the row above is more than a title."""
    if not above or sum(1 for cell in above[-1] if cell.strip()) < 2:
        return headers
    upper = above[-1] + [""] * len(headers)
    return [cell if cell.strip() else upper[place] for place, cell in enumerate(headers)]


def with_row_names(headers: list[str], body: list[Row]) -> list[str]:
    """Headers with one more in front when every row has one cell more and begins with its number, as R writes them."""
    rows = [row for _, row in body if row]
    counted = [str(number) for number in range(1, len(rows) + 1)]
    if rows and all(len(row) == len(headers) + 1 for row in rows) and [row[0].strip() for row in rows] == counted:
        return ["", *headers]
    return headers


def check_width(row: list[str], table: str, file: str, line: int, limits: Limits, findings: Findings) -> None:
    """Refuse a header row of more columns than allowed."""
    if len(row) > limits.columns:
        findings.refuse(
            "too_many_columns",
            f"{file} has {len(row):,} columns; at most {limits.columns:,} are read.",
            "Leave out the columns that are not needed.",
            table=table,
            line=line,
        )


def refuse_values(headers: list[str], table: str, file: str, line: int, known: Known, findings: Findings) -> None:
    """Refuse a header row that is a row of values: a date or a decimal, and more numbers and dates than headers.

    One that has a header for the patient is none.
    """
    cells = [cell.strip() for cell in headers if cell.strip()]
    values = sum(1 for cell in cells if _VALUE.fullmatch(cell))
    telling = any(_TELLING.fullmatch(cell) for cell in cells)
    if telling and 4 * values >= len(cells) and known(headers) < values and place_of_patient(table, headers) is None:
        findings.refuse(
            "wrong_header",
            f"The row of {file} where the headers are looked for holds values: the table has no header.",
            "Put a row of headers above the values.",
            table=table,
            line=line,
        )

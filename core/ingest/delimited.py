"""Delimited text (CSV, TSV) to a text table: finds the delimiter and the header, keeps the line a person sees."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import NoReturn

from core.ingest.decode import REMEDY
from core.ingest.findings import Findings
from core.ingest.tabular import Limits, TableBuilder, TextTable

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE_ROWS = 200
_PREAMBLE_ROWS = 20

Known = Callable[[list[str]], int]
"""Counts the cells of a row that are headers of the data dictionary."""


def read_delimited(text: str, table: str, file: str, known: Known, limits: Limits, findings: Findings) -> TextTable:
    """The text table of a CSV or TSV file.

    Raises
    ------
    CohortError
        An empty file, no delimiter, a quotation mark that is never closed, too many columns or rows.
    """
    if not text.strip():
        findings.refuse("empty_file", f"{file} is empty.", "Choose the file that holds the table.", table=table)
    text, first_line, delimiter = _declared(text)
    delimiter = delimiter or _delimiter(text, known)
    if not delimiter:
        findings.refuse(
            "not_a_table",
            f"{file} is not a table: no comma, semicolon, tab or vertical bar separates columns in its first lines.",
            REMEDY,
            table=table,
        )
    records = _records(text, delimiter, first_line)
    try:
        start = find_header(_first(text, delimiter, _PREAMBLE_ROWS), known)
        header_line, headers = next(islice(records, start, None))
        check_width(headers, table, file, header_line, limits, findings)
        builder = TableBuilder(table, file, headers, header_line, findings)
        for line, row in records:
            builder.add(line, row, limits)
    except _BrokenRowError as broken:
        _refuse_quotes(broken, table, file, findings)
    if start:
        findings.change(f"{table}: {file} has its header on line {header_line}; the {start} row(s) above left out.")
    return builder.table(delimiter)


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


def find_header(rows: list[list[str]], known: Known) -> int:
    """Place of the header among the first rows: the first row, unless it is no header and a later one is."""
    counts = [known(row) for row in rows]
    if not counts or counts[0]:
        return 0
    best = max(range(len(rows)), key=lambda place: (counts[place], -place))
    return best if counts[best] >= 2 else 0


class _BrokenRowError(Exception):
    """A row whose quotation marks do not match; knows the line it begins on, and whether a cell grew beyond reason."""

    def __init__(self, line: int, endless: bool) -> None:
        super().__init__("broken row")
        self.line, self.endless = line, endless


def _declared(text: str) -> tuple[str, int, str]:
    """Excel's own first line "sep=;": the text after it, the line it begins on, the delimiter."""
    first, _, rest = text[:20].partition("\n")
    stripped = first.strip().strip('"')
    if stripped.lower().startswith("sep=") and len(stripped) <= 5:
        declared = first.strip().strip('"')[4:] or "\t"
        if declared in DELIMITERS and rest:
            return text[len(first) + 1 :], 2, declared
    return text, 1, ""


def _records(text: str, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; lines without any character are no rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = first_line
    try:
        for row in reader:
            if row:
                yield begins, row
            begins = first_line + reader.line_num
    except csv.Error as error:
        raise _BrokenRowError(begins, "field limit" in str(error)) from None


def _first(text: str, delimiter: str, number: int) -> list[list[str]]:
    """The first rows, as far as they can be read."""
    rows: list[list[str]] = []
    with suppress(_BrokenRowError):
        for _, row in islice(_records(text, delimiter, 1), number):
            rows.append(row)
    return rows


def _delimiter(text: str, known: Known) -> str:
    """The delimiter under which the first rows agree best with their header; "" when none makes two columns."""
    scores = {delimiter: _score(text, delimiter, known) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0.0, 0, 0) else ""


def _score(text: str, delimiter: str, known: Known) -> tuple[float, int, int]:
    """How well a delimiter fits: share of rows as wide as the header, known headers, width; zeros when it cannot."""
    rows = _first(text, delimiter, _SAMPLE_ROWS)
    if not rows:
        return 0.0, 0, 0
    start = find_header(rows[:_PREAMBLE_ROWS], known)
    width = len(rows[start])
    if width < 2:
        return 0.0, 0, 0
    body = rows[start + 1 :]
    share = sum(len(row) == width for row in body) / len(body) if body else 1.0
    return round(share, 1), known(rows[start]), width


def _refuse_quotes(broken: _BrokenRowError, table: str, file: str, findings: Findings) -> NoReturn:
    what = (
        f"a cell has more than {csv.field_size_limit():,} characters"
        if broken.endless
        else "quotation marks do not match"
    )
    findings.refuse(
        "open_quotes",
        f"In the row of {file} that begins on this line, {what}: one is not closed, or stands inside a quoted value.",
        'Close the quotation marks; write one inside a quoted value twice ("").',
        table=table,
        line=broken.line,
    )


def delimiter_of(text: str, known: Known) -> tuple[str, int]:
    """The delimiter of a text, "" for none, and how many of its first lines only declare it ("sep=;")."""
    rest, first_line, declared = _declared(text)
    return declared or _delimiter(rest, known), first_line - 1

"""Delimited text (CSV, TSV) to a text table: finds the delimiter and the header, keeps the line a person sees."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import NoReturn

from core.ingest.builder import TableBuilder
from core.ingest.decode import REMEDY
from core.ingest.findings import Findings
from core.ingest.furniture import Furniture, Known, Row, list_above
from core.ingest.header_row import HEAD_ROWS, check_width, find_header, refuse_values, with_names_above, with_row_names
from core.ingest.tabular import Limits, TextTable

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE_ROWS = 200
_SAMPLE = 2_000_000
_CHUNK = 1 << 20
LONGEST_RECORD = 4_000_000
"""Characters of one row; a table of 1,000 columns has some ten thousand."""


def read_delimited(
    text: str, table: str, file: str, known: Known, limits: Limits, findings: Findings, patient: str = ""
) -> TextTable:
    """The text table of a CSV or TSV file; `patient` is the header that the mapping states for the patient.

    Raises
    ------
    CohortError
        Empty, no delimiter, a quotation mark that is never closed, a row without end, too many columns or rows.
    """
    if not text or text.isspace():
        findings.refuse("empty_file", f"{file} is empty.", "Choose the file that holds the table.", table=table)
    text, first_line, delimiter = _declared(text)
    try:
        delimiter = delimiter or _delimiter(text, known)
        if not delimiter:
            findings.refuse(
                "not_a_table",
                f"{file} is not a table: no comma, semicolon, tab or vertical bar separates columns in its first "
                "lines.",
                REMEDY,
                table=table,
            )
        records = _records(text, delimiter, first_line)
        head = first_rows(records)
        start = find_header([row for _, row in head], known)
        header_line, headers = head[start]
        check_width(headers, table, file, header_line, limits, findings)
        refuse_values(headers, table, file, header_line, known, findings)
        above = [row for _, row in head[:start]]
        headers = with_names_above(headers, above)
        builder = TableBuilder(table, file, with_row_names(headers, head[start + 1 :]), header_line, findings)
        builder.expected = text.count("\n")
        furniture = Furniture(table, file, headers, above, known, findings, patient)
        for line, row in furniture.rows(chain(head[start + 1 :], records)):
            builder.add(line, row, limits)
    except _BrokenRowError as broken:
        _refuse_broken(broken, table, file, findings)
    if start:
        list_above(table, file, "line", header_line, head[:start], findings)
    return builder.table(delimiter)


def peek_delimited(text: str, known: Known) -> list[list[str]]:
    """The first rows of a text, as far as they can be read; none when nothing separates columns."""
    text, _, delimiter = _declared(text)
    with suppress(_BrokenRowError):
        delimiter = delimiter or _delimiter(text, known)
    return _first(text, delimiter, HEAD_ROWS) if delimiter else []


def first_rows(rows: Iterator[Row]) -> list[Row]:
    """The first rows, taken from the iterator: from the first that holds anything, so many that do."""
    head: list[Row] = []
    filled = 0
    for line, row in rows:
        filled += bool(row)
        if filled:
            head.append((line, row))
        if filled == HEAD_ROWS:
            break
    return head


class _BrokenRowError(Exception):
    """A row that cannot be read; knows the line it begins on, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__("broken row")
        self.line, self.reason = line, reason


def _declared(text: str) -> tuple[str, int, str]:
    """Excel's own first line "sep=;": the text after it, the line it begins on, the delimiter."""
    first, _, rest = text[:20].partition("\n")
    stripped = first.strip().strip('"')
    if stripped.lower().startswith("sep=") and len(stripped) <= 5:
        declared = first.strip().strip('"')[4:] or "\t"
        if declared in DELIMITERS and rest:
            return text[len(first) + 1 :], 2, declared
    return text, 1, ""


class _Lines:
    """Lines of a text with their ends, one piece of it copied at a time; counts the characters since `row`."""

    def __init__(self, text: str) -> None:
        self.text, self.since = text, 0

    def __iter__(self) -> Iterator[str]:
        text, begin = self.text, 0
        while begin < len(text):
            end = self._end(begin)
            for line in io.StringIO(text[begin:end], newline=""):
                self.since += len(line)
                if self.since > LONGEST_RECORD:
                    raise _EndlessRowError
                yield line
            begin = end

    def _end(self, begin: int) -> int:
        """Where a piece that begins here can end: after a line."""
        text, size = self.text, _CHUNK
        while begin + size < len(text):
            end = max(text.rfind("\n", begin, begin + size), text.rfind("\r", begin, begin + size - 1))
            if end >= 0:
                return end + 2 if text[end] == "\r" and text[end + 1] == "\n" else end + 1
            size *= 2
            if size > 2 * LONGEST_RECORD:
                raise _EndlessRowError
        return len(text)


class _EndlessRowError(Exception):
    """A row of more characters than any table has."""


def _records(text: str, delimiter: str, first_line: int) -> Iterator[Row]:
    """Rows with the line each begins on; no cells for a line without any character."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = first_line
    try:
        for row in reader:
            lines.since = 0
            yield begins, row
            begins = first_line + reader.line_num
    except csv.Error as error:
        what = "cell" if "field limit" in str(error) else "quotes"
        raise _BrokenRowError(begins, what) from None
    except _EndlessRowError:
        raise _BrokenRowError(begins, "row") from None


def _first(text: str, delimiter: str, number: int) -> list[list[str]]:
    """The first rows that hold anything, as far as they can be read."""
    rows: list[list[str]] = []
    with suppress(_BrokenRowError):
        for _, row in islice((one for one in _records(text, delimiter, 1) if one[1]), number):
            rows.append(row)
    return rows


def _delimiter(text: str, known: Known) -> str:
    """The delimiter under which the first rows agree best with their header; "" when none makes two columns."""
    sample = text[:_SAMPLE]
    if "\n" not in sample and "\r" not in sample and len(text) > _SAMPLE:
        raise _BrokenRowError(1, "row")
    scores = {delimiter: _score(sample, delimiter, known) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0.0, 0, 0) else ""


def _score(text: str, delimiter: str, known: Known) -> tuple[float, int, int]:
    """How well a delimiter fits: share of rows as wide as the header, known headers, width; zeros when it cannot."""
    rows = _first(text, delimiter, _SAMPLE_ROWS)
    if not rows:
        return 0.0, 0, 0
    start = find_header(rows[:HEAD_ROWS], known)
    width = len(rows[start])
    if width < 2:
        return 0.0, 0, 0
    body = rows[start + 1 :]
    share = sum(len(row) == width for row in body) / len(body) if body else 1.0
    return round(share, 1), known(rows[start]), width


def _refuse_broken(broken: _BrokenRowError, table: str, file: str, findings: Findings) -> NoReturn:
    if broken.reason == "row":
        findings.refuse(
            "endless_row",
            f"The row of {file} that begins on this line has more than {LONGEST_RECORD:,} characters, which no table "
            "has: line ends are missing, or a quotation mark is not closed.",
            "Export the table again, one row on each line.",
            table=table,
            line=broken.line,
        )
    what = (
        f"a cell has more than {csv.field_size_limit():,} characters"
        if broken.reason == "cell"
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

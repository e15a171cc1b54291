"""A CSV or TSV file with one more column of problems: the same bytes otherwise."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from core.ingest.decode import decode
from core.ingest.delimited import delimiter_of
from core.ingest.findings import Findings
from core.ingest.headers import known_headers
from core.ingest.problem_column import PROBLEM_HEADER, is_problem_header
from core.problems import Problem
from core.spreadsheet import guarded

Count = Callable[[Sequence[str]], int]
HEAD = 40
"""Rows among which the header is looked for."""
_ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "utf-16-le", "utf-16-be")
_MARKED = (
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
_NO_FORMULA = re.compile(r"[+-]?[0-9][0-9 .,'\u00a0\u202f]*(?:[eE][+-]?[0-9]+)?\s*%?|[+-]+")


def safe(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula with a quote in front; numbers and bare signs as they are."""
    return cell if _NO_FORMULA.fullmatch(cell) else guarded(cell)


def note(problems: Sequence[Problem]) -> str:
    """What was found in a row, in one cell."""
    said = (
        f"{one.severity}: {one.column + ': ' if one.column else ''}{one.message} {one.shown_remedy}" for one in problems
    )
    return safe(" | ".join(said))


def headed(problems: Sequence[Problem]) -> str:
    """The header of the column of problems, in one line, with what was found in the whole table."""
    return " ".join(f"{PROBLEM_HEADER}{f': {note(problems)}' if problems else ''}".split())


def header_place(rows: Sequence[Sequence[str]], known: Count) -> int:
    """Place of the header among the first rows: the first of those that hold most headers."""
    filled = [place for place, row in enumerate(rows) if any(cell.strip() for cell in row)]
    return max(filled, key=lambda place: (known(rows[place]), -place), default=0)


def first_records(data: bytes, name: str) -> list[list[str]]:
    """The first rows of a text."""
    text = _opened(data, name)[0]
    delimiter, skipped = delimiter_of(text, known_headers("courses"))
    return [row for _, _, row in islice(_records(text, delimiter or ",", skipped), HEAD)]


def annotated_text(data: bytes, name: str, notes: Mapping[int | None, Sequence[Problem]], known: Count) -> bytes:
    """A text with a column of problems behind its last one.

    Parameters
    ----------
    notes : line -> what was found in it; None -> what was found in the whole table
    known : counts the headers in a row

    Raises
    ------
    CohortError
        The bytes are no text.
    """
    text, mark, encoding = _opened(data, name)
    delimiter, skipped = delimiter_of(text, lambda row: known(row))
    delimiter = delimiter or ","
    head = [row for _, _, row in islice(_records(text, delimiter, skipped), HEAD)]
    place = header_place(head, known)
    header = head[place] if head else []
    earlier = [column for column, cell in enumerate(header) if is_problem_header(cell)]
    width = len(header) - len(earlier)
    out = io.StringIO(newline="")
    out.writelines(islice(io.StringIO(text, newline=""), skipped))
    for number, (line, raw, row) in enumerate(_records(text, delimiter, skipped)):
        if number < place or not any(cell.strip() for cell in row):
            out.write(raw)
            continue
        body, end = _parted(raw)
        cells = [cell for column, cell in enumerate(row) if column not in earlier]
        kept = [safe(cell) for cell in cells]
        if earlier or kept != row:
            body = _written(kept, delimiter)
        added = headed(notes.get(None, ())) if number == place else note(notes.get(line, ()))
        out.write(
            body + delimiter * max(0, width - len(cells)) + delimiter + _written([added, "x"], delimiter)[:-2] + end
        )
    return mark + out.getvalue().encode(encoding, errors="replace")


def _opened(data: bytes, name: str) -> tuple[str, bytes, str]:
    """Text of a file as the reader takes it, its byte order mark and its encoding."""
    text = decode(data, "courses", name, Findings())
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return text, mark, encoding
    for encoding in _ENCODINGS:
        try:
            if data.decode(encoding).startswith(text):
                return text, b"", encoding
        except UnicodeDecodeError:
            continue
    return text, b"\xef\xbb\xbf", "utf-8"


def _records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, str, list[str]]]:
    """Rows with the line each begins on and their characters as they stand."""
    lines = io.StringIO(text, newline="")
    begins = 1 + sum(1 for _ in islice(lines, skipped))
    taken: list[str] = []

    def feed() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    for row in csv.reader(feed(), delimiter=delimiter):
        yield begins, "".join(taken), row
        begins += len(taken)
        taken.clear()


def _parted(raw: str) -> tuple[str, str]:
    """A row without its line end, and the line end."""
    body = raw.rstrip("\r\n")
    return body, raw[len(body) :]


def _written(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerow(cells)  # its line end tells it which cells to quote
    return out.getvalue().removesuffix("\r\n")

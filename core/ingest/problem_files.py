"""Problems as files: a list of them, and the person's own file with one more column that names each row's problems.

The file that is given back can be mended and dropped again: the column is recognised and left out.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.dictionary import TABLES
from core.ingest.delimited import LONGEST_RECORD
from core.ingest.files import open_source
from core.ingest.findings import Findings
from core.ingest.headers import known_headers
from core.ingest.problem_column import is_problem_header
from core.ingest.problem_text import annotated_text, first_records
from core.ingest.problem_workbook import annotated_workbook, opened, sheet_heads
from core.ingest.recognise import table_of
from core.ingest.tabular import Limits
from core.problems import Problem
from core.spreadsheet import guarded, write_csv

_FIELDS = ("severity", "code", "file", "sheet", "table", "line", "column", "value", "message", "remedy")
_TEXTS = (".csv", ".tsv", ".txt")
_BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def problems_csv(problems: Sequence[Problem]) -> bytes:
    """Problems as a CSV file that a spreadsheet opens (UTF-8 with byte order mark); no text of it is a formula.

    Returns
    -------
    One line a problem: severity, code, file, sheet, table, line, column, value, message, remedy; the line is empty
    where the problem is one of a whole column or file.
    """
    out = io.StringIO(newline="")
    write_csv(out, _FIELDS, [[_field(one, name) for name in _FIELDS] for one in problems])
    return out.getvalue().encode("utf-8-sig")


def _field(one: Problem, name: str) -> str:
    if name == "line":
        return "" if one.line is None else str(one.line)
    return guarded(one.shown_remedy if name == "remedy" else getattr(one, name))


def annotated(path: Path | str, problems: Sequence[Problem]) -> bytes:
    """A source with one more column, `PROBLEM_HEADER`, that names what was found in each row.

    What was found in a whole column or file stands in the header of that column.

    A text keeps its encoding, delimiter, line ends and, but for cells that look like formulas, every character; a
    workbook comes back as .xlsx with its values, dates as dates, without formulas; a folder or zip as a zip of both.

    Parameters
    ----------
    path : the source as it was read
    problems : what reading it found

    Raises
    ------
    CohortError
        The source cannot be opened any more, or goes beyond the bounds of reading: it is not opened here either.
    """
    source = Path(path)
    open_source(source, {table: {} for table in TABLES}, Limits(), Findings())
    if source.is_dir():
        files = {one.name: one.read_bytes() for one in sorted(source.iterdir()) if one.is_file()}
        return _zipped(files, problems)
    data = source.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" not in names and "content.xml" not in names:
                return _zipped({name: archive.read(name) for name in names if not name.endswith("/")}, problems)
    return _file(source.name, data, "courses", problems)


def annotated_name(path: Path | str) -> str:
    """What the file that `annotated` gives is called: "export.csv" -> "export with problems.csv"."""
    source = Path(path)
    ending = source.suffix.lower()
    if source.is_dir() or ending == ".zip":
        return f"{source.stem} with problems.zip"
    return f"{source.stem} with problems{'.xlsx' if ending in _BOOKS else source.suffix}"


def _zipped(files: Mapping[str, bytes], problems: Sequence[Problem]) -> bytes:
    out = io.BytesIO()
    tables = [name for name in files if Path(name).suffix.lower() in (*_TEXTS, *_BOOKS)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            if name not in tables:
                archive.writestr(name, data)
                continue
            named = table_of(Path(name).stem) or ("courses" if len(tables) == 1 else None)
            renamed = name if Path(name).suffix.lower() in _TEXTS else str(Path(name).with_suffix(".xlsx"))
            archive.writestr(renamed, _file(name, data, named, problems))
    return out.getvalue()


def _file(name: str, data: bytes, table: str | None, problems: Sequence[Problem]) -> bytes:
    book = opened(data)
    if book is None:
        _refuse_endless(name, data)
        table = table or _by_headers(first_records(data, name), problems)
        return annotated_text(data, name, _notes(table, problems), _known(table, problems))
    heads = sheet_heads(book)
    named = {table_of(sheet): sheet for sheet in reversed(heads) if table_of(sheet)}
    if len(heads) == 1:
        named = {table or "courses": next(iter(heads))}
    tables = {sheet: holds for holds, sheet in named.items() if holds is not None}
    for sheet, head in heads.items():
        if sheet not in tables:
            holds = _by_headers(head, problems)
            if holds not in tables.values():
                tables[sheet] = holds
    notes = {sheet: (_notes(holds, problems), _known(holds, problems)) for sheet, holds in tables.items()}
    return annotated_workbook(book, notes)


def _refuse_endless(name: str, data: bytes) -> None:
    for begin in range(0, len(data) - LONGEST_RECORD, LONGEST_RECORD):
        if all(data.find(end, begin, begin + LONGEST_RECORD) < 0 for end in (b"\n", b"\r")):
            Findings().refuse(
                "endless_row",
                f"A row of {name} has more than {LONGEST_RECORD:,} characters, which no table has.",
                "Export the table again, one row on each line.",
            )


def _by_headers(head: Sequence[Sequence[str]], problems: Sequence[Problem]) -> str:
    """The table that a file or sheet seems to hold, told by its first rows."""
    return max(TABLES, key=lambda table: max(map(_Known(table, problems), head), default=0))


class _Known:
    """Counts the cells of a row that are headers of a table, or of a column in which something was found."""

    def __init__(self, table: str, problems: Sequence[Problem]) -> None:
        self._count = known_headers(table, [one.column for one in problems if one.table == table and one.column])

    def __call__(self, row: Sequence[str]) -> int:
        return self._count([cell for cell in row if not is_problem_header(cell)])


def _known(table: str, problems: Sequence[Problem]) -> _Known:
    return _Known(table, problems)


def _notes(table: str | None, problems: Sequence[Problem]) -> dict[int | None, list[Problem]]:
    """The problems of a table by line; under None those of a whole column or table, of courses also of the source."""
    notes: dict[int | None, list[Problem]] = defaultdict(list)
    for one in problems:
        if one.table == table or (not one.table and table == "courses"):
            notes[one.line].append(one)
    return dict(notes)

"""Which file or sheet is which table: by its name, else by its headers, else the person is asked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.dictionary import TABLES
from core.fields import TABLE_FIELDS
from core.ingest.containers import TEXT
from core.ingest.decode import decode_head
from core.ingest.delimited import peek_delimited
from core.ingest.findings import Findings
from core.ingest.header_row import find_header
from core.ingest.header_units import header_parts
from core.ingest.headers import candidates, known_headers, plain
from core.ingest.questions import Choice
from core.ingest.workbook import Workbook, peek_sheet

Stated = Mapping[str, Mapping[str, str]]
"""Table -> field -> header, as the mapping states them."""

_NAMES = {
    "courses": "courses|course",
    "cycles": "cycles|cycle|cycli|cyclus|cyclussen",
    "labs": "labs|lab|laboratory|labo|laboratoire|laboratorium|biologie|lab values|lab results|laboratory values|"
    "labowaarden|bloedwaarden",
    "adverse_events": "adverse events|adverse event|ae|aes|toxicity|toxicite|toxiciteit|bijwerkingen|"
    "effets indesirables|evenements indesirables",
}
_TABLE_OF = {name: table for table, names in _NAMES.items() for name in names.split("|")}
_ENOUGH_HEADERS = 3
_SHOWN = 12


@dataclass(frozen=True, eq=False)
class Grid:
    """A file or a sheet that may be a table.

    Parameters
    ----------
    file : name of the file as shown
    data : its bytes, or the first of them when it is only looked at
    kind : of the file, see `core.ingest.containers`
    sheet : of a workbook, "" of a text
    book : the workbook
    named : table that its name says, None when it says none
    """

    file: str
    data: bytes = field(repr=False)
    kind: str = TEXT
    sheet: str = ""
    book: Workbook | None = None
    named: str | None = None

    @property
    def label(self) -> str:
        """As told apart from others in one source: the sheet, or the file."""
        return self.sheet or self.file

    @property
    def shown(self) -> str:
        """As said in a sentence."""
        return f"sheet '{self.sheet}'" if self.sheet else f"'{self.file}'"

    @property
    def hidden(self) -> bool:
        """Whether it is a hidden sheet."""
        return self.book is not None and self.sheet in self.book.hidden

    @cached_property
    def rows(self) -> int:
        """Rows of a sheet, 0 of a text, which is not yet read whole."""
        return 0 if self.book is None else self.book.rows(self.sheet)

    @property
    def filled(self) -> bool:
        """Whether anything stands below a header; a template that was left empty is no rival of a table."""
        return sum(1 for row in self.head if "".join(row).strip()) > 1

    @cached_property
    def head(self) -> list[list[str]]:
        """Its first rows, as far as they can be read."""
        if self.book is not None:
            return peek_sheet(self.book, self.sheet)
        return peek_delimited(decode_head(self.data), known_headers("courses"))


def table_of(name: str) -> str | None:
    """The table that a file or a sheet of this name holds, or None."""
    return _TABLE_OF.get(plain(name))


def resembles_table(name: str) -> bool:
    """Whether a name looks like a table's, misspelt."""
    return bool(difflib.get_close_matches(plain(name), _TABLE_OF, n=1, cutoff=0.75))


def choose(grids: Sequence[Grid], stated: Stated, findings: Findings) -> dict[str, Grid]:
    """The grid of each table that there is; courses may be missing.

    A name decides; of those without one the headers do. Where two fit one table the person is asked, and the one with
    more known headers is in force. Hidden sheets, and those with nothing below their header, count only where no other
    one fits.
    """
    chosen: dict[str, Grid] = {}
    for table in TABLES:
        fitting = [grid for grid in grids if grid.named == table]
        if len(fitting) > 1:
            fitting = [grid for grid in fitting if fit(grid.head, stated) == table] or fitting
        by_headers = not fitting
        if by_headers:
            fitting = [grid for grid in grids if grid.named is None and fit(grid.head, stated) == table]
        fitting = [grid for grid in fitting if not grid.hidden] or fitting
        fitting = [grid for grid in fitting if grid.filled] or fitting[:1]
        if len(fitting) > 1:
            chosen[table] = _ask(table, fitting, stated, findings)
        elif fitting:
            chosen[table] = fitting[0]
        if by_headers and len(fitting) == 1 and (table != "courses" or len(grids) > 1):
            findings.change(f"{table}: read from {fitting[0].shown}, told by its headers.")
    return chosen


def list_unread(grids: Sequence[Grid], chosen: Mapping[str, Grid], stated: Stated, findings: Findings) -> None:
    """List the files and sheets that hold something and are no table."""
    unread = [grid for grid in grids if grid not in chosen.values()]
    for number, grid in enumerate(
        grid for grid in unread if resembles_table(grid.label.rsplit(".", 1)[0]) or grid.head
    ):
        if number == _SHOWN:
            findings.change(f"Not read: {len(unread) - _SHOWN:,} more files or sheets.")
            return
        table = grid.named or fit(grid.head, stated)
        if grid.hidden:
            why = "which is hidden"
        elif table is not None and table in chosen:
            why = f"{table} is read from {chosen[table].shown}"
        elif resembles_table(grid.label.rsplit(".", 1)[0]):
            why = f"which is not named after a table ({', '.join(TABLES)})"
        else:
            why = "whose name and headers are those of no further table"
        findings.change(f"Not read: {grid.shown}, {why}.")


def fit(head: list[list[str]], stated: Stated) -> str | None:
    """The table whose headers the first rows hold: a long one with all that it needs, courses with three or more."""
    if not head:
        return None
    best, most = None, 0
    for table in (*(table for table in TABLES if table != "courses"), "courses"):
        number, complete = _headers(head, table, stated)
        enough = complete if table != "courses" else number >= _ENOUGH_HEADERS
        if enough and number > most:
            best, most = table, number
    return best


def _headers(head: list[list[str]], table: str, stated: Stated) -> tuple[int, bool]:
    """How many headers of a table the first rows hold, and whether all that it cannot do without are among them."""
    mapping = stated.get(table, {})
    known = known_headers(table, mapping.values())
    header = head[find_header(head, known)]
    found = {name for name, text in mapping.items() if plain(text) in {plain(cell) for cell in header}}
    for cell in header:
        names = [cell, *(base for base, _ in header_parts(cell.strip()))]
        found |= {one.name for name in names for one, _ in candidates(table, name)}
    required = {name for name, one in TABLE_FIELDS[table].items() if one.required}
    return known(header), required <= found


def _seen(grid: Grid, headers: int) -> str:
    return f"{headers} headers are known" + (f", {grid.rows:,} rows" if grid.book is not None else "")


def _ask(table: str, fitting: Sequence[Grid], stated: Stated, findings: Findings) -> Grid:
    numbers = [_headers(grid.head, table, stated)[0] for grid in fitting]
    best = fitting[max(range(len(fitting)), key=lambda place: (numbers[place], fitting[place].rows, -place))]
    what = "sheet" if all(grid.sheet for grid in fitting) else "file"
    labels = [grid.label for grid in fitting]
    if len(set(labels)) < len(labels):
        labels = [f"{grid.file}: {grid.label}" for grid in fitting]
    answer = findings.ask(
        f"{table}.{what}",
        table,
        text=f"Which {what} holds the {table.replace('_', ' ')}?",
        why=f"{', '.join(grid.shown for grid in fitting)} each have the headers of this table, and one {what} is read.",
        choices=[
            Choice(label, f"{grid.shown} is read ({_seen(grid, number)}); the other is left out")
            for label, grid, number in zip(labels, fitting, numbers, strict=True)
        ],
        default=labels[fitting.index(best)],
    )
    return fitting[labels.index(answer)]

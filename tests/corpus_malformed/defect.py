"""What a malformed file is: the known cohort with one defect, and where the reader has to name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.ingest import Limits
from tests.corpus_messy.cohort import KNOWN
from tests.corpus_messy.files import delimited, save
from tests.corpus_messy.style import PLAIN

Build = Callable[[Path], Path]
ROW = 9
"""Of the courses: a patient's only course, with a progression and a death."""


@dataclass(frozen=True)
class Defect:
    """One malformed file.

    Parameters
    ----------
    build : makes the file in a folder
    codes : one of these is the problem's code; empty = any
    table, line, column : where the problem is; line None = anywhere, column "" = any
    value : the cell as the problem shows it; None = any
    refused : the source is given up, in one sentence
    asked : pattern of the key of the question that settles it; "" = none is asked
    listed : part of a change that says what became of it; "" = a problem is enough
    hidden : must stand nowhere in what is said
    """

    build: Build
    codes: tuple[str, ...] = ()
    table: str = "courses"
    line: int | None = None
    column: str = ""
    value: str | None = None
    refused: bool = False
    asked: str = ""
    listed: str = ""
    hidden: tuple[str, ...] = ()
    limits: Limits | None = None
    cutoff: date | None = None


def refusal(build: Build, *codes: str, **more) -> Defect:
    """A file that is given up."""
    return Defect(build, codes, table="", refused=True, **more)


def content(data: bytes | str, name: str = "cohort.csv") -> Build:
    """Builds a file of this content."""
    return lambda folder: save(folder, data, name)


def table_rows(table: str = "courses") -> list[list[str]]:
    """Header and rows of a table in canonical form."""
    return PLAIN.rows(KNOWN, table)


def write_cohort(folder: Path, table: str, rows: list[list[str]]) -> Path:
    """The courses alone as a file, or every table as a folder, with one of them replaced."""
    if table == "courses":
        return save(folder, delimited(rows))
    made = folder / "cohort"
    made.mkdir()
    for name in KNOWN.tables:
        save(made, delimited(rows if name == table else table_rows(name)), f"{name}.csv")
    return made


def cells(
    changes: Mapping[str, str], *codes: str, at: str = "", table: str = "courses", row: int = ROW, **more
) -> Defect:
    """One row with some cells changed; a column that the table lacks is added. `at` is where the problem must be."""

    def build(folder: Path) -> Path:
        rows = table_rows(table)
        for name, value in changes.items():
            if name not in rows[0]:
                for line in rows:
                    line.append("")
                rows[0][-1] = name
            rows[row][rows[0].index(name)] = value
        return write_cohort(folder, table, rows)

    where = at or next(iter(changes))
    value = changes.get(where) or None
    return Defect(build, codes, **{"table": table, "line": row + 1, "column": where, "value": value, **more})


def column(name: str, make: Callable[[int], str], *codes: str, table: str = "courses", **more) -> Defect:
    """A column with every cell changed or added; `make` gets the number of the row, from 1."""

    def build(folder: Path) -> Path:
        rows = table_rows(table)
        if name not in rows[0]:
            for line in rows:
                line.append("")
            rows[0][-1] = name
        place = rows[0].index(name)
        for number, line in enumerate(rows[1:], 1):
            line[place] = make(number)
        return write_cohort(folder, table, rows)

    return Defect(build, codes, **{"table": table, "column": name, **more})


def edited(edit: Callable[[list[list[str]]], list[list[str]]], *codes: str, table: str = "courses", **more) -> Defect:
    """A table with its rows edited."""
    return Defect(
        lambda folder: write_cohort(folder, table, edit(table_rows(table))), codes, **{"table": table, **more}
    )

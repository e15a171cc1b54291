"""A source, file or folder, to the tables of a cohort: the one entry for reading data.

Bounds, encodings, mapping, typed cells and checks are in the modules beside this one; here they are put in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from core.dictionary import TABLES, Field
from core.fields import TABLE_FIELDS
from core.ingest.bounds import limits_in_force
from core.ingest.check import check_courses
from core.ingest.check_long import check_long
from core.ingest.columns import ColumnRead
from core.ingest.courses import read_courses, refuse_identifying
from core.ingest.decode import decode
from core.ingest.delimited import read_delimited
from core.ingest.described import read_described
from core.ingest.files import Source, open_source
from core.ingest.findings import Findings, Progress
from core.ingest.headers import known_headers
from core.ingest.listing import list_columns
from core.ingest.mapping import assign, split_mapping
from core.ingest.problem_column import without_problem_column
from core.ingest.questions import Question
from core.ingest.reading import ReadTable, context_of, read_table
from core.ingest.reporting import list_missing
from core.ingest.rules import dates
from core.ingest.tabular import Limits, TextTable
from core.ingest.workbook import read_sheet
from core.problems import Problem
from core.sentence import short_label


@dataclass(frozen=True)
class Ingested:
    """A source, read.

    Parameters
    ----------
    tables : table -> frame of typed columns (float64, Int64, boolean, datetime64[us], object of str or None) named by
        the data dictionary, and `line` (int64), the line or sheet row as the person sees it, header = 1
    extras : columns of the courses that the dictionary does not know, by their names in the frame
    mapping : field -> header it was read from; of another table than courses "labs.value"
    changes : every change of what the file says, in sentences
    problems : in the order of tables and lines
    rows_read, rows_kept : of the courses; dropped are empty rows and repeated patient and course
    sha256 : of the files' bytes, the stated mapping, the answers and the stated cut-off
    data_cutoff, data_cutoff_source : the stated cut-off, else the latest date, and which it is
    synthetic : the source says that it is synthetic
    unusable : field of the courses -> lines whose cell could not be used; it is missing in the frame
    questions : what had to be asked, with the answers in force
    signs : field (of another table "labs.value") -> line -> "<", "<=", ">" or ">=" of a value of which only the limit
        is known; the limit is the number in the frame
    columns : every column of every table, in order, with what became of it
    file : name of what was read, for the list of versions
    set_aside : rows left out and cells read as missing, with `core.problems.LEFT_OUT` or `READ_AS_MISSING` in place of
        a severity; nothing is wrong with them
    """

    tables: dict[str, pd.DataFrame]
    extras: dict[str, Field]
    mapping: dict[str, str]
    changes: list[str]
    problems: tuple[Problem, ...]
    rows_read: int
    rows_kept: int
    sha256: str
    data_cutoff: date | None
    data_cutoff_source: str
    synthetic: bool
    unusable: dict[str, np.ndarray] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    signs: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    columns: tuple[ColumnRead, ...] = ()
    file: str = ""
    set_aside: tuple[Problem, ...] = ()


def fingerprint(path: Path | str) -> str:
    """`Ingested.sha256` of a source, without reading what stands in its files.

    Raises
    ------
    CohortError
        The source cannot be opened.
    """
    return open_source(Path(path), {}, Limits(), Findings()).sha256(None, None, None)


def read_source(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    cutoff: date | None = None,
    today: date | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Ingested:
    """Read a folder or zip of tables, a CSV, a TSV or a workbook (.xlsx, .xls, .ods).

    Parameters
    ----------
    path : folder or zip holding `courses.csv` (and `cycles.csv`, `labs.csv`, `adverse_events.csv`), or one file; files
        and the sheets of a workbook are told by their names, else by their headers; one file or sheet is the courses
    mapping : field -> header; wins over what headers suggest; fields of other tables are written "labs.value"
    answers : key of a question -> value of one of its choices
    cutoff : the data cut-off; None = the latest date in the data
    today : no date may be later; None = today
    limits : how large a source may be; None = `limits_in_force`
    progress : told the step, and how many of its rows or columns are done

    Raises
    ------
    CohortError
        The source cannot be used at all; carries every problem found.
    """
    findings = Findings(answers, progress)
    now, bounds = today or date.today(), limits or limits_in_force()
    findings.progress("Opening the file", 0, None)
    stated = split_mapping(mapping, findings)
    source = open_source(Path(path), stated, bounds, findings)
    described = read_described(Path(path))
    texts = described.prepared(_texts(source, stated, bounds, findings))
    described.state(texts, stated)
    said = "as stated" if cutoff is not None else described.cutoff_source
    cutoff = cutoff or described.cutoff
    courses = read_courses(texts["courses"], stated["courses"], now, findings, described.own)
    findings.progress("Checking the courses", 0, None)
    check_courses(courses.read, cutoff, findings)
    reads = {"courses": courses.read}
    for table in (table for table in TABLES if table != "courses"):
        if table in texts:
            read = _read_long(texts[table], stated[table], now, findings)
            if read is not None:
                check_long(read, courses.read, findings)
                reads[table] = read
        elif stated[table]:
            findings.warning(
                "unused_mapping",
                table,
                None,
                message=f"The mapping names columns of {table}, which the source does not hold.",
                remedy=f"Add the table, or leave {table} out of the mapping.",
            )
    findings.refuse_stray_answers()
    latest, where = (cutoff, said) if cutoff is not None else _latest(reads)
    return Ingested(
        tables={table: _frame(read) for table, read in reads.items()},
        extras={name: one for name, one in courses.read.fields.items() if one.role == "other"},
        mapping=_mapping(reads),
        changes=findings.changes,
        problems=_ordered(findings.problems),
        set_aside=_ordered(findings.aside),
        rows_read=texts["courses"].rows_read,
        rows_kept=len(courses.read.text.lines),
        sha256=source.sha256(mapping, answers, cutoff),
        data_cutoff=latest,
        data_cutoff_source=where,
        synthetic=source.synthetic or courses.synthetic,
        unusable={name: courses.read.text.lines[rows] for name, rows in courses.read.unreadable.items()},
        questions=tuple(findings.questions),
        signs=_signs(reads),
        columns=tuple(findings.columns),
        file=Path(path).resolve().name,
    )


def _texts(
    source: Source, stated: Mapping[str, Mapping[str, str]], limits: Limits, findings: Findings
) -> dict[str, TextTable]:
    """The text tables of a source, courses first."""
    texts = {}
    for table in (table for table in TABLES if table in source.grids):
        grid = source.grids[table]
        known, patient = known_headers(table, stated[table].values()), stated[table].get("patient_id", "")
        findings.reading(table, grid.file, grid.sheet)
        if grid.book is not None:
            texts[table] = read_sheet(grid.book, grid.sheet, table, known, limits, findings, patient)
        elif not grid.data.strip() and table != "courses":
            findings.error(
                "empty_file",
                table,
                None,
                message=f"{grid.file} is empty; the cohort is read without it.",
                remedy="Delete the file, or put the table into it.",
            )
        else:
            text = decode(grid.data, table, grid.file, findings)
            texts[table] = read_delimited(text, table, grid.file, known, limits, findings, patient)
    return texts


def _read_long(text: TextTable, stated: Mapping[str, str], today: date, findings: Findings) -> ReadTable | None:
    """Read cycles, labs or adverse events; None when a column is missing without which the table is of no use."""
    if not len(text.lines):
        findings.change(f"{text.name}: {text.file} has no rows; the cohort is read without it.")
        return None
    text = without_problem_column(text, findings)
    assignments = assign(text, stated, today, findings)
    list_missing(text, findings)
    read = read_table(text, assignments, context_of(text, today, findings), findings)
    list_columns(read, assignments, {}, findings)
    required = [name for name, one in TABLE_FIELDS[text.name].items() if one.required]
    missing = [name for name in required if name not in read.columns]
    for name in missing:
        headers = ", ".join(f"'{column.header}'" for column in text.columns[:12])
        findings.error(
            "missing_column",
            text.name,
            None,
            column=name,
            message=f"No column of {text.file} is {TABLE_FIELDS[text.name][name].label}; its headers are: {headers}. "
            "The table is not used.",
            remedy=f"Name the column {name}, or say which it is (--map {text.name}.{name}=HEADER).",
        )
    if missing:
        return None
    refuse_identifying(read.sources["patient_id"], text, findings)
    unused = [text.columns[place].header for place in read.unused]
    if unused:
        quoted = ", ".join(f"'{header}'" for header in unused)
        findings.change(f"{text.name}: columns not used: {quoted}.")
    return read


def _frame(read: ReadTable) -> pd.DataFrame:
    return pd.DataFrame({"line": read.text.lines, **read.columns}, copy=False)


def _mapping(reads: Mapping[str, ReadTable]) -> dict[str, str]:
    return {
        name if table == "courses" else f"{table}.{name}": read.header(name)
        for table, read in reads.items()
        for name, one in read.fields.items()
        if one.role != "other" and name in read.sources
    }


def _signs(reads: Mapping[str, ReadTable]) -> dict[str, dict[int, str]]:
    """The signs of every table, by the lines of the file."""
    return {
        name if table == "courses" else f"{table}.{name}": {
            int(read.text.lines[row]): one for row, one in signs.items()
        }
        for table, read in reads.items()
        for name, signs in read.signs.items()
    }


def _latest(reads: Mapping[str, ReadTable]) -> tuple[date | None, str]:
    """The latest date of the data dictionary's fields, and which it is."""
    latest, where = None, ""
    for table, read in reads.items():
        for name, one in read.fields.items():
            if one.type != "date" or one.role == "other":
                continue
            when = dates(read, name)
            when = when[~np.isnat(when)]
            if len(when) and (latest is None or when.max() > latest):
                latest = when.max()
                where = short_label(one) + ("" if table == "courses" else f" in {table.replace('_', ' ')}")
    if latest is None:
        return None, "no date in the data"
    return latest.astype("datetime64[D]").item(), f"the latest date in the data, {where}"


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of tables, then lines; those of a whole table or column first."""
    place = {table: number for number, table in enumerate(("", *TABLES))}
    return tuple(sorted(problems, key=lambda one: (place[one.table], one.line or 0)))

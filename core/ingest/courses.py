"""The courses table: its fields, the columns of its own, identifiers kept out, one row per patient and course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from core.fields import FIELDS
from core.ingest.assignment import STATED, Assignment
from core.ingest.birth import keep_birth_dates_out, take_age
from core.ingest.described import OwnColumn
from core.ingest.extras import as_known, infer, own_name
from core.ingest.findings import Findings
from core.ingest.identifiers import BIRTH, by_header, by_values, hospital_number, in_patient_ids
from core.ingest.listing import list_columns, list_headers
from core.ingest.mapping import assign
from core.ingest.parse import Context
from core.ingest.problem_column import without_problem_column
from core.ingest.reading import ReadTable, context_of, hide_identifiers, read_table
from core.ingest.reporting import counted, list_missing, report
from core.ingest.rules import whole
from core.ingest.tabular import TextColumn, TextTable
from core.ingest.words import key, yes_no_words
from core.problems import NO_PATIENT


@dataclass(frozen=True)
class Courses:
    """The courses as read.

    Parameters
    ----------
    read : typed columns, one row a course
    synthetic : the table says that it is synthetic
    """

    read: ReadTable
    synthetic: bool


def read_courses(
    text: TextTable,
    stated: Mapping[str, str],
    today: date,
    findings: Findings,
    own: Mapping[str, OwnColumn] | None = None,
) -> Courses:
    """Read the courses table.

    Parameters
    ----------
    own : header -> column of the cohort's own whose type is known

    Raises
    ------
    CohortError
        No row; no header that is known; patients named by a national number, an e-mail address or a name.
    """
    if not len(text.lines):
        findings.refuse(
            "no_rows",
            f"{text.file} has a header and no rows.",
            "Choose the file that holds the data.",
            table="courses",
        )
    text = without_problem_column(text, findings)
    assignments = assign(text, stated, today, findings)
    if not assignments:
        _refuse_header(text, findings)
    list_missing(text, findings)
    births, left_out = _identifiers(text, assignments, findings)
    assignments = [one for one in assignments if one.column not in {*births, *left_out}]
    context = context_of(text, today, findings)
    read = read_table(text, assignments, context, findings)
    read.unused = [place for place in read.unused if place not in {*births, *left_out}]
    synthetic = _synthetic(read, left_out)
    _own_columns(read, context, left_out, findings, own or {})
    births += keep_birth_dates_out(read, findings)
    take_age(read, births, context, findings)
    left_out |= dict.fromkeys(births, "the birth date itself is not kept")
    list_columns(read, assignments, left_out, findings)
    _patients(read, findings)
    _course_numbers(read, findings)
    return Courses(_without_duplicates(read, findings), synthetic)


def refuse_identifying(column: TextColumn, text: TextTable, findings: Findings) -> None:
    """Refuse a source whose patient ids are no pseudonyms; the ids themselves are not repeated."""
    present = [value for value, gone in zip(column.values, column.missing, strict=True) if not gone]
    found = in_patient_ids(present)
    if found is None:
        return
    row = int(column.rows_of([column.values.index(present[found[0]])])[0])
    findings.refuse(
        "identifying_patient_id",
        f"The patients in '{column.header}' are identified by {found[1]}, which must not be stored.",
        "Replace it with a pseudonym in every table, and keep the key elsewhere.",
        table=text.name,
        line=int(text.lines[row]),
        column=column.header,
    )


def _refuse_header(text: TextTable, findings: Findings) -> None:
    list_headers(text, findings)
    headers = [column.header for column in text.columns]
    shown = ", ".join(f"'{header}'" for header in headers[:12]) + (" ..." if len(headers) > 12 else "")
    findings.refuse(
        "wrong_header",
        f"None of the headers of {text.file} is known: {shown}.",
        "Check that the first row holds the headers, or state which column is which field, such as os_days = time.",
        table="courses",
    )


def _identifiers(
    text: TextTable, assignments: list[Assignment], findings: Findings
) -> tuple[list[int], dict[int, str]]:
    """Places of the columns of birth dates, and of those of other direct identifiers with what they hold, by header."""
    safe = {one.column for one in assignments if one.how == STATED or one.field.name == "patient_id"}
    births: list[int] = []
    dropped: dict[int, str] = {}
    for place, column in enumerate(text.columns):
        kind = by_header(column.header) if place not in safe else ""
        if kind == BIRTH:
            births.append(place)
        elif kind:
            dropped[place] = f"it holds {kind}"
            findings.change(f"{text.name}: '{column.header}' holds {kind} and is left out.")
    return births, dropped


def _synthetic(read: ReadTable, left_out: dict[int, str]) -> bool:
    """Whether a column "synthetic" says yes in every row; it is no column of the cohort's own."""
    for place in read.unused:
        column = read.text.columns[place]
        if key(column.header) == "synthetic":
            read.unused.remove(place)
            left_out[place] = "it says whether the cohort is synthetic"
            answers = {yes_no_words("").get(key(value)) for value in column.values}
            return answers == {True}
    return False


def _own_columns(
    read: ReadTable, context: Context, left_out: dict[int, str], findings: Findings, own: Mapping[str, OwnColumn]
) -> None:
    taken: set[str] = set()
    for place in read.unused:
        column = read.text.columns[place]
        present = ~column.missing
        values = [column.values[one] for one in np.flatnonzero(present).tolist()]
        kind = by_values(values, column.counts[present].tolist())
        if kind:
            left_out[place] = f"it holds {kind}"
            findings.change(f"{read.text.name}: '{column.header}' holds {kind} and is left out.")
            continue
        name, known = own_name(column.header, place, taken), own.get(column.header)
        extra = as_known(column, name, known.type, known.levels, context) if known else infer(column, name, context)
        taken.add(extra.field.name)
        if extra.field.type in ("text", "category"):
            hide_identifiers(extra.parsed, column)
        report(extra.parsed, column, extra.field, read.text, findings)
        read.store(extra.field, column, extra.parsed)


def _patients(read: ReadTable, findings: Findings) -> None:
    """A pseudonym for every row."""
    n = len(read.text.lines)
    if "patient_id" not in read.columns:
        ids = np.array([str(number) for number in range(1, n + 1)], object)
        findings.change("courses: no column names the patient; each row is taken as one patient, '1', '2', ....")
        findings.warning(
            NO_PATIENT,
            "courses",
            None,
            message="No column is recognised as the patient's: each row is taken as one patient.",
            remedy="If a column names the patient, choose Patient for it among the columns (--map patient_id=HEADER).",
        )
    else:
        refuse_identifying(read.sources["patient_id"], read.text, findings)
        if hospital_number(read.header("patient_id")):
            findings.warning(
                "hospital_number",
                "courses",
                None,
                column=read.header("patient_id"),
                message=f"'{read.header('patient_id')}' seems to be the number of the patient's file, by which the "
                "hospital knows who it is.",
                remedy="Replace it with a pseudonym in every table, and keep the key elsewhere.",
            )
        ids = np.array(read.columns["patient_id"], object)
        for row in np.flatnonzero(pd.isna(ids)).tolist():
            line = int(read.text.lines[row])
            ids[row] = f"line {line}"
            findings.warning(
                "missing_patient_id",
                "courses",
                line,
                column=read.header("patient_id"),
                message=f"The row names no patient; it is taken as a patient of its own, 'line {line}'.",
                remedy="Fill in the patient's pseudonym.",
            )
    read.columns["patient_id"] = ids
    read.fields["patient_id"] = FIELDS["patient_id"]


def _course_numbers(read: ReadTable, findings: Findings) -> None:
    """An empty course is course 1, and the row says so; without the column every course is 1."""
    if "course" not in read.columns:
        read.columns["course"] = pd.array(np.ones(len(read.text.lines), np.int64), dtype="Int64")
        read.fields["course"] = FIELDS["course"]
        findings.change("courses: no column numbers the courses; each row is taken as course 1.")
        return
    course = pd.array(read.columns["course"], dtype="Int64")
    empty = np.asarray(pd.isna(course))
    empty[read.unreadable.get("course", [])] = False
    for row in np.flatnonzero(empty).tolist():
        course[row] = 1
        findings.warning(
            "missing_course",
            "courses",
            int(read.text.lines[row]),
            column=read.header("course"),
            message="The row does not say which course it is; it is taken as course 1.",
            remedy="Fill in the number of the course.",
        )
    read.columns["course"] = course


def _without_duplicates(read: ReadTable, findings: Findings) -> ReadTable:
    """The first row of each patient and course; the others are reported with the line of both."""
    frame = pd.DataFrame({"patient": read.columns["patient_id"], "course": whole(read, "course")})
    certain = (frame["course"] > 0).to_numpy()
    again = frame.duplicated().to_numpy() & certain
    if not again.any():
        return read
    first = frame[certain].drop_duplicates()
    lines = pd.Series(read.text.lines[first.index], index=pd.MultiIndex.from_frame(first))
    stated = "course" in read.sources
    remedy = "Delete one of the two rows, or correct the patient or the course."
    if not stated:
        remedy = "Add a column 'course' (1, 2, 3) if the rows are courses of one patient; else delete one of them."

    def describe(row: int) -> tuple[str, str]:
        patient, course = frame["patient"].iat[row], int(frame["course"].iat[row])
        value = f"{patient}, course {course}"
        return value, f"Patient and course stand on line {lines[patient, course]} before; this row is left out."

    findings.rows(
        "error",
        "duplicate_course",
        "courses",
        np.flatnonzero(again),
        read.text.lines,
        column=read.header("patient_id"),
        remedy=remedy,
        describe=describe,
    )
    findings.change(f"courses: {counted(int(again.sum()), 'row')} left out as a repeated patient and course.")
    return read.keep(np.flatnonzero(~again))

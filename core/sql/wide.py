"""The grades of a selection, one row a course and term, for a file with one row a course."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from core.sql.names import quote
from core.sql.rows import Rows


class CourseGrade(NamedTuple):
    """What is known of one term in one course; `highest` and `delta` as counted in the toxicity tables."""

    course_row: int
    term: str
    baseline: int | None
    highest: int | None
    delta: int | None
    pre_existing: bool
    assessed: bool


def read_course_grades(cursor: duckdb.DuckDBPyConnection, grades: str, rows: Rows, variant: str) -> list[CourseGrade]:
    """
    Every grade of the selected courses.

    Parameters
    ----------
    cursor : duckdb cursor
    grades : str
        The version's grades table.
    rows : Rows
        The selected courses.
    variant : str
        eGFR equation of the kidney term.

    Returns
    -------
    list of CourseGrade
        In the order of `course_row`.
    """
    query = (
        "SELECT course_row, term, baseline, highest, delta, pre_existing, assessed "
        f"FROM {quote(grades)} JOIN (SELECT course_row FROM {rows.source} WHERE {rows.where}) USING (course_row) "
        "WHERE variant IN ('', ?) ORDER BY course_row, term"
    )
    return [CourseGrade(*row) for row in cursor.execute(query, [*rows.values, variant]).fetchall()]

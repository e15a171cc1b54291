"""Reading the grades of a selection: counts of equal courses per term, the courses behind a count, malignancies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import duckdb

from core.sql.grades import WITHOUT_LIMIT
from core.sql.names import quote
from core.sql.rows import Expression, Rows


class GradeCell(NamedTuple):
    """Courses of one stratum that are alike in one term."""

    term: str
    stratum: str | None
    baseline: int | None
    highest: int | None
    delta: int | None
    pre_existing: bool
    emergent: bool
    assessed: bool
    pattern: str | None
    n: int
    ungraded: int
    without_limit: int


class GradedCourse(NamedTuple):
    """One course behind a count of the toxicity table."""

    patient_id: str
    course: int | None
    baseline: int | None
    highest: int | None
    delta: int | None
    worst_date: date | None
    days: int | None
    pre_existing: bool
    emergent: bool
    pattern: str | None
    source: str


def _chosen(rows: Rows, group: Expression | None) -> Expression:
    """The selected courses, each with its stratum, as a subquery."""
    text, values = group or ("''", [])
    query = f"(SELECT course_row, {text} AS stratum FROM {rows.source} WHERE {rows.where})"
    return query, [*values, *rows.values]


def read_grade_cells(
    cursor: duckdb.DuckDBPyConnection,
    grades: str,
    rows: Rows,
    group: Expression | None,
    variant: str,
    term: str | None = None,
) -> tuple[dict[str | None, int], list[GradeCell]]:
    """
    The size of each stratum of a selection, and its grades, equal courses counted together, by one statement.

    Parameters
    ----------
    cursor : duckdb cursor
    grades : str
        The version's grades table.
    rows : Rows
        The selected courses.
    group : Expression, optional
        Expression of the stratum; None: everybody is in the stratum "".
    variant : str
        eGFR equation of the kidney term.
    term : str, optional
        Only this one.

    Returns
    -------
    (dict, list of GradeCell)
        Stratum (None: without one) -> selected courses, graded or not; and the cells.
    """
    chosen, values = _chosen(rows, group)
    only = ("", []) if term is None else (" AND term = ?", [term])
    query = f"""
    WITH chosen AS {chosen}
    SELECT term, stratum, baseline, highest, delta, pre_existing, emergent, assessed, pattern, count(*) AS n,
        sum(ungraded)::BIGINT, count(*) FILTER (source = ?)
    FROM {quote(grades)} JOIN chosen USING (course_row) WHERE variant IN ('', ?){only[0]} GROUP BY ALL
    UNION ALL
    SELECT NULL, stratum, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(*), NULL, NULL FROM chosen GROUP BY stratum"""
    found = cursor.execute(query, [*values, WITHOUT_LIMIT, variant, *only[1]]).fetchall()
    sizes = {row[1]: row[9] for row in found if row[0] is None}
    return sizes, [GradeCell(*row) for row in found if row[0] is not None]


def read_graded_courses(
    cursor: duckdb.DuckDBPyConnection,
    tables: tuple[str, str],
    rows: Rows,
    term: str,
    variant: str,
    wanted: dict[str, Sequence[Any]],
    limit: int,
    *,
    dated: bool,
) -> list[GradedCourse]:
    """
    The courses behind a count, worst first.

    Parameters
    ----------
    cursor : duckdb cursor
    tables : (str, str)
        The version's grades and analysis tables.
    rows : Rows
        The selected courses.
    term, variant : str
    wanted : dict
        Column of the grades ("highest", "baseline", "delta", "pre_existing", "emergent", "pattern", "assessed") -> its
        wanted values, None = missing.
    limit : int
        At most so many.
    dated : bool
        Whether the courses state their first day.

    Returns
    -------
    list of GradedCourse
    """
    grades, analysis = tables
    start = "first_cycle_date" if dated else "NULL::DATE"
    chosen, values = _chosen(rows, None)
    values += [term, variant]
    clauses = []
    for column, allowed in wanted.items():
        known = [one for one in allowed if one is not None]
        parts = [f"{quote(column)} IN ({', '.join('?' * len(known))})"] if known else []
        parts += [f"{quote(column)} IS NULL"] if None in allowed else []
        clauses.append(f" AND ({' OR '.join(parts) or 'FALSE'})")
        values += known
    query = (
        f"SELECT patient_id, course, baseline, highest, delta, worst_date, worst_date - start, "
        f"pre_existing, emergent, pattern, source FROM {quote(grades)} JOIN {chosen} USING (course_row) "
        f"JOIN (SELECT course_row, patient_id, course, {start} AS start FROM {quote(analysis)}) USING (course_row) "
        f"WHERE term = ? AND variant IN ('', ?){''.join(clauses)} "
        "ORDER BY highest DESC NULLS LAST, delta DESC NULLS LAST, patient_id, course LIMIT ?"
    )
    return [GradedCourse(*row) for row in cursor.execute(query, [*values, limit]).fetchall()]


def read_malignancies(
    cursor: duckdb.DuckDBPyConnection, analysis: str, rows: Rows, diagnosed: str, related: str | None
) -> list[tuple[int, bool | None]]:
    """
    Days from the first cycle to a malignancy, once a patient: from the first selected course that states it.

    It belongs to the patient, as death does: where no selected course states it, another course of the patient does,
    and the days count from the first selected one.

    Parameters
    ----------
    cursor : duckdb cursor
    analysis : str
        The version's analysis table.
    rows : Rows
        The selected courses.
    diagnosed : str
        Column of the date.
    related : str, optional
        Column that says whether it is related to PRRT; None = not collected.

    Returns
    -------
    list of (int, bool or None)
        In order of the days, which are negative for a diagnosis before the course.
    """
    stated = quote(related) if related else "NULL::BOOLEAN"
    case = f"{{'date': {quote(diagnosed)}::DATE, 'related': {stated}}}"
    query = f"""
    WITH known AS (
        SELECT patient_id, min({case}) AS earliest FROM {quote(analysis)}
        WHERE {quote(diagnosed)} IS NOT NULL GROUP BY patient_id
    ),
    chosen AS (
        SELECT patient_id, course, course_row, first_cycle_date::DATE AS start,
            CASE WHEN {quote(diagnosed)} IS NOT NULL THEN {case} END AS own
        FROM {rows.source} WHERE {rows.where} AND first_cycle_date IS NOT NULL
    )
    SELECT coalesce(own, earliest).date - start AS days, coalesce(own, earliest).related
    FROM chosen JOIN known USING (patient_id)
    QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY own IS NULL, course, course_row) = 1 ORDER BY days"""
    return cursor.execute(query, rows.values).fetchall()

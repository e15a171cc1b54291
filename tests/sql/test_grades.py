"""Grades derived in SQL: equal to a brute-force grader on random cohorts, and cases worked by hand."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd
import pytest

from core.sql.grades import derive_grades
from core.sql.names import table_names
from tests.oracle.toxicity_bruteforce import TERMS, Graded, grade_term
from tests.oracle.toxicity_cohorts import random_cohort

NAMES = table_names(1)
TYPES = {
    **dict.fromkeys(("date", "first_cycle_date", "last_cycle_date", "onset_date", "end_date"), "DATE"),
    **dict.fromkeys(("value", "lln", "uln", "age_years"), "DOUBLE"),
    **dict.fromkeys(("course_row", "course", "n_cycles", "grade", "baseline_grade"), "BIGINT"),
    "ae_assessed": "BOOLEAN",
}


def load(cursor: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    """A table of rows, typed as a stored cohort is."""
    names = list(rows[0])
    types = {name: TYPES.get(name, "BIGINT" if name.endswith("_grade") else "VARCHAR") for name in names}
    selected = ", ".join(f"unnest(${name})::{kind} AS {name}" for name, kind in types.items())
    cursor.execute(f"CREATE TABLE {table} AS SELECT {selected}", {name: [row[name] for row in rows] for name in names})


def derive(courses: list[dict], labs: list[dict] = (), events: list[dict] | None = ()) -> pd.DataFrame:
    """The grades table of a cohort; its courses are numbered in order."""
    with duckdb.connect() as cursor:
        load(cursor, NAMES.analysis, [{"course_row": number, **row} for number, row in enumerate(courses)])
        present = {"courses"}
        for table, rows in ((NAMES.labs, labs), (NAMES.adverse_events, events)):
            if rows:
                load(cursor, table, rows)
                present.add(table.removeprefix("v1_"))
        derive_grades(cursor, NAMES, frozenset(present))
        return cursor.execute(f"FROM {NAMES.grades} ORDER BY course_row, term, variant").df()


def one(grades: pd.DataFrame, term: str, course_row: int = 0, variant: str = "") -> dict:
    """The single row of a term; missing values as None."""
    found = grades[(grades.term == term) & (grades.course_row == course_row) & (grades.variant == variant)]
    assert len(found) == 1
    return {key: None if pd.isna(value) else value for key, value in found.iloc[0].to_dict().items()}


@pytest.mark.parametrize("seed", range(200))
def test_derive_grades_random_cohort_equals_brute_force(seed):
    cohort = random_cohort(seed)
    found = derive(cohort["courses"], cohort["labs"], cohort["events"])
    rows = {(row.course_row, row.term, row.variant): row for row in found.itertuples()}
    differing = []
    for number, course in enumerate(cohort["courses"]):
        for term in TERMS:
            for variant in ("ckd-epi-2009", "ckd-epi-2021") if term == "chronic kidney disease" else ("",):
                row = rows.get((number, term, variant))
                ours = Graded() if row is None else _graded(row)
                theirs = grade_term(cohort, course, term, variant)
                if ours != theirs:
                    differing.append((number, term, variant, ours, theirs))
    assert differing == []


def _graded(row) -> Graded:
    grades = [None if pd.isna(value) else int(value) for value in (row.baseline, row.highest, row.delta)]
    return Graded(*grades, bool(row.pre_existing), bool(row.emergent), bool(row.assessed))

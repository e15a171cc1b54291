"""The analysis table of a version: one row a course, as ingested, what is derived from it, and the endpoints."""

from __future__ import annotations

import duckdb

from core.endpoints import DATE_COLUMNS, ENDPOINT_COLUMNS, EVENT_COLUMN, READY_COLUMNS, SOURCE_COLUMNS, endpoint_ctes
from core.fields import FIELDS
from core.grading import WINDOW_DAYS
from core.options import EGFR_EQUATIONS
from core.sql.egfr import egfr_expression
from core.sql.load import SQL_TYPES
from core.sql.names import TableNames, quote

PRIOR = tuple(one.name for one in FIELDS.values() if one.name.startswith("prior_") and one.type == "yes_no")
_FILLED = ("egfr", "grade", "age_years", "prior_modalities", "cga_x_uln", "nlr", "n_cycles", "total_activity_gbq")
"""Fields that are derived where the file does not state them, and stay missing where its cell was unusable."""
_READ = (
    *("patient_id", "course", "histology_complete", "ae_assessed", "birth_year", "sex", "creatinine_mg_dl"),
    *("ki67_percent", "mitoses_per_2mm2", "cga_ug_l", "cga_uln_ug_l", "neutrophils_1e9_l", "lymphocytes_1e9_l"),
    *("leukocytes_1e9_l", "platelets_1e9_l", "last_cycle_date"),
)
_NEEDED = tuple(dict.fromkeys((*_READ, *_FILLED, *PRIOR, *SOURCE_COLUMNS)))
"""The courses' columns that the derivation reads; a typed NULL stands in for those that the file lacks."""


def derive_analysis(
    cursor: duckdb.DuckDBPyConnection, names: TableNames, version_id: int, present: frozenset[str]
) -> tuple[str, ...]:
    """
    Create the analysis table; the courses table and the version's catalogue rows exist.

    Parameters
    ----------
    cursor : duckdb cursor
        Inside the transaction of the commit.
    names : TableNames
    version_id : int
    present : frozenset of str
        Tables that the cohort brought.

    Returns
    -------
    tuple of str
        The endpoints that have at least one time: of ``pfs``, ``os``, ``ttnt``.
    """
    columns = [row[0] for row in cursor.execute(f"DESCRIBE {names.courses}").fetchall()]
    dated = _dated(cursor, names, frozenset(columns))
    cursor.execute(_statement(names, columns, present, dated), {"version": version_id})
    counts = cursor.execute(
        f"SELECT count(pfs_days__paper), count(os_days), count(ttnt_days) FROM {names.analysis}"
    ).fetchall()[0]
    return tuple(name for name, n in zip(("pfs", "os", "ttnt"), counts, strict=True) if n)


def _dated(cursor: duckdb.DuckDBPyConnection, names: TableNames, columns: frozenset[str]) -> dict[str, bool]:
    """Which endpoints come from dates. Ready-made times are used instead where the deciding column is empty."""
    dated = {}
    for name, needed in DATE_COLUMNS.items():
        dated[name] = columns.issuperset(needed)
        event = READY_COLUMNS.get(name, ("",))[-1]
        if dated[name] and event in columns:
            sql = f"SELECT count({EVENT_COLUMN[name]}) > 0 OR count({event}) = 0 FROM {names.courses}"
            dated[name] = bool(cursor.execute(sql).fetchall()[0][0])
    return dated


def _statement(names: TableNames, columns: list[str], present: frozenset[str], dated: dict[str, bool]) -> str:
    absent = [f"NULL::{SQL_TYPES[FIELDS[name].type]} AS {name}" for name in _NEEDED if name not in columns]
    source = ", ".join(["c.*", *absent, "u.cells"])
    ready = ", ".join(name for stated in READY_COLUMNS.values() for name in stated)
    cycles = (
        "SELECT patient_id, course, count(*)::INTEGER AS given, max(date) AS last_given, "
        "CASE WHEN count(activity_gbq) = count(*) THEN sum(activity_gbq) END AS activity "
        f"FROM {names.cycles} GROUP BY ALL"
        if "cycles" in present
        else "SELECT NULL::VARCHAR AS patient_id, NULL::INTEGER AS course, NULL::INTEGER AS given, "
        "NULL::DATE AS last_given, NULL::DOUBLE AS activity WHERE FALSE"
    )
    return f"""CREATE TABLE {names.analysis} AS WITH
    unusable_cells AS (
        SELECT line, list(field) AS cells FROM unusable WHERE version_id = $version GROUP BY line
    ),
    source AS (SELECT {source} FROM {names.courses} c LEFT JOIN unusable_cells u USING (line)),
    {endpoint_ctes("source", dated)},
    cycle_totals AS ({cycles}),
    filled AS (
        SELECT s.* EXCLUDE ({ready}) REPLACE ({_replacements(columns, present)}), e.* EXCLUDE (course_row)
        FROM source s JOIN endpoints e USING (course_row)
            LEFT JOIN cycle_totals t ON t.patient_id = s.patient_id AND t.course = coalesce(s.course, 1)
    ),
    computed AS (
        SELECT *, {_egfr_columns()}, {_fill("last_cycle_date", "CASE WHEN n_cycles = 1 THEN first_cycle_date END")}
            AS last_cycle FROM filled
    )
    SELECT {_output(columns)} FROM computed f ORDER BY course_row"""


def _replacements(columns: list[str], present: frozenset[str]) -> str:
    """The derived values of the fields that a file may also state."""
    grade = f"CASE {_grade('ki67_percent', 3, 20)} END, CASE {_grade('mitoses_per_2mm2', 2, 20)} END"
    prior = " + ".join(f"coalesce(s.{name}, FALSE)::INTEGER" for name in PRIOR)
    known = f"coalesce({', '.join(f's.{name}' for name in PRIOR)}) IS NOT NULL"
    readable = " AND ".join(f"NOT {_unusable(name)}" for name in PRIOR)
    derived = {
        "age_years": "year(s.first_cycle_date) - s.birth_year",
        "grade": f"greatest({grade})",
        "prior_modalities": f"CASE WHEN {known} AND (s.cells IS NULL OR ({readable})) THEN {prior} END",
        "cga_x_uln": "CASE WHEN s.cga_uln_ug_l > 0 THEN s.cga_ug_l / s.cga_uln_ug_l END",
        "nlr": "CASE WHEN s.lymphocytes_1e9_l > 0 THEN s.neutrophils_1e9_l / s.lymphocytes_1e9_l END",
        "n_cycles": "t.given",
        "last_cycle_date": "t.last_given",
        "total_activity_gbq": "t.activity",
    }
    filled = [f"{_fill(name, text, 's.')} AS {name}" for name, text in derived.items()]
    filled.append("coalesce(s.course, 1) AS course" if "course" not in columns else "s.course AS course")
    if "histology_complete" not in columns:
        filled.append("TRUE AS histology_complete")
    if "ae_assessed" not in columns and "adverse_events" in present:
        filled.append("TRUE AS ae_assessed")
    return ", ".join(filled)


def _grade(column: str, low: int, high: int) -> str:
    """Grade by one index; text, of which the greatest is the highest grade. Source: WHO 2019."""
    return f"WHEN s.{column} > {high} THEN '3' WHEN s.{column} >= {low} THEN '2' WHEN s.{column} < {low} THEN '1'"


def _unusable(name: str, table: str = "s.") -> str:
    return f"coalesce(list_contains({table}cells, '{name}'), FALSE)"


def _fill(name: str, derived: str, table: str = "") -> str:
    """The stated value, else the derived one, unless a value was stated that could not be used."""
    column = f"{table}{name}"
    return f"CASE WHEN {column} IS NOT NULL OR {_unusable(name, table)} THEN {column} ELSE {derived} END"


def _egfr_columns() -> str:
    expressions = [
        f"{_fill('egfr', egfr_expression(one, 'creatinine_mg_dl', 'age_years', 'sex'))} AS egfr_{_year(one)}"
        for one in EGFR_EQUATIONS
    ]
    return ", ".join(expressions)


def _year(equation: str) -> str:
    return equation.removeprefix("ckd-epi-")


def _output(columns: list[str]) -> str:
    """The table's columns: key, the dictionary's (eGFR once per equation), the file's own, derived ones, endpoints."""
    ready = {name for names in READY_COLUMNS.values() for name in names}
    always = {"course", "histology_complete", "ae_assessed", "last_cycle_date", *_FILLED}
    years = [_year(one) for one in EGFR_EQUATIONS]
    chosen = ["course_row", "f.line"]
    for name in FIELDS:
        if name == "egfr":
            chosen += [f"f.egfr_{year}" for year in years]
        elif name == "last_cycle_date":
            chosen.append("f.last_cycle AS last_cycle_date")
        elif name not in ready and (name in columns or name in always):
            chosen.append(f"f.{name}")
    chosen += [f"f.{quote(name)}" for name in columns if name not in FIELDS and name not in ("course_row", "line")]
    chosen += [f"f.egfr_{year} > 30 AS eligible_gfr_{year}" for year in years]
    chosen.append("f.leukocytes_1e9_l >= 2 AS eligible_leukocytes")
    chosen.append("f.platelets_1e9_l > 70 AS eligible_platelets")
    window_end = f"least(f.last_cycle + {WINDOW_DAYS}, f.next_start - 1)"
    chosen.append(f"CASE WHEN f.last_cycle >= f.first_cycle_date THEN {window_end} END AS window_end_date")
    return ", ".join(chosen + [f"f.{name}" for name in ENDPOINT_COLUMNS])

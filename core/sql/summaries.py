"""Reading what the tables of patients, treatment and response summarise: one statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from core.dictionary import Field
from core.options import Options
from core.sql.names import TableNames, level_text, physical_column, quote
from core.sql.read import Expression, Rows


class Spread(NamedTuple):
    """A number in several courses: how many state it, its quartiles (R's type 7) and its extremes."""

    n: int
    q1: float | None
    median: float | None
    q3: float | None
    low: float | None
    high: float | None


class FlowCell(NamedTuple):
    """Patients alike in histology, first course and where it was, who had one course here."""

    complete: bool
    elsewhere: bool
    first_course: int
    course: int
    n: int


Summary = Spread | dict[str, int]
"""Of a number its spread, of anything else how many courses have each value."""


def spread_text(column: str) -> str:
    """A list with the parts of a `Spread` in SQL; the column is a number, NULL = missing."""
    return (
        f"[count({column})::DOUBLE, quantile_cont({column}, 0.25), quantile_cont({column}, 0.5), "
        f"quantile_cont({column}, 0.75), min({column}), max({column})]"
    )


def read_spread(values: Sequence[float]) -> Spread:
    """A `Spread` from what `spread_text` gives."""
    return Spread(int(values[0]), *values[1:])


def read_summaries(
    cursor: duckdb.DuckDBPyConnection,
    rows: Rows,
    group: Expression | None,
    fields: Sequence[Field],
    numbers: frozenset[str],
    options: Options,
) -> dict[str | None, tuple[int, list[Summary]]]:
    """
    Several fields of a selection, in all and by stratum, by one statement.

    Parameters
    ----------
    cursor : duckdb cursor
    rows : Rows
        The selected courses.
    group : Expression, optional
        Expression of the stratum.
    fields : sequence of Field
    numbers : frozenset of str
        The fields to summarise as numbers; the others by value.
    options : Options

    Returns
    -------
    dict
        Stratum -> (courses, one summary a field). The key "" holds everybody of the rows; courses without a stratum
        are only in it.
    """
    columns, parts = [], []
    for number, field in enumerate(fields):
        if field.name in numbers:
            columns.append(f"{quote(physical_column(field.name, options))}::DOUBLE AS c{number}")
            parts.append(spread_text(f"c{number}"))
        else:
            columns.append(f"{level_text(field, options)} AS c{number}")
            parts.append(f"histogram(c{number})")
    text, values = group or ("''", [])
    inner = f"SELECT {', '.join([f'{text} AS stratum', *columns])} FROM {rows.source} WHERE {rows.where}"
    shown, sets = ("grouping(stratum), stratum", "((), (stratum))") if group else ("1, ''", "(())")
    query = f"SELECT {shown}, count(*), {', '.join(parts) or 'NULL'} FROM ({inner}) GROUP BY GROUPING SETS {sets}"
    found: dict[str | None, tuple[int, list[Summary]]] = {}
    for everybody, level, n, *cells in cursor.execute(query, [*values, *rows.values]).fetchall():
        if everybody or level is not None:
            summaries: list[Summary] = [
                read_spread(cell) if field.name in numbers else dict(cell or {})
                for field, cell in zip(fields, cells, strict=False)
            ]
            found["" if everybody else level] = (n, summaries)
    return found


def read_pairs(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, group: Expression | None, value: Expression
) -> list[tuple[str | None, str | None, int]]:
    """Courses per stratum ("" for everybody without `group`) and value: (stratum, value, courses)."""
    text, values = group or ("''", [])
    query = f"SELECT {text}, {value[0]}, count(*) FROM {rows.source} WHERE {rows.where} GROUP BY ALL"
    return cursor.execute(query, [*values, *value[1], *rows.values]).fetchall()


def read_intervals(cursor: duckdb.DuckDBPyConnection, names: TableNames, rows: Rows) -> dict[int, int]:
    """Days between neighbouring cycles of the selected courses: days -> how often. Needs the cycles table."""
    query = (
        "SELECT days, count(*) FROM "
        "(SELECT date - lag(date) OVER (PARTITION BY patient_id, course ORDER BY date) AS days "
        f"FROM {quote(names.cycles)} SEMI JOIN {rows.relation} USING (patient_id, course)) "
        "WHERE days IS NOT NULL GROUP BY days"
    )
    return dict(sorted(cursor.execute(query, rows.values).fetchall()))


def read_flow(cursor: duckdb.DuckDBPyConnection, analysis: str) -> list[FlowCell]:
    """
    Every patient's way through the courses, equal ones counted together.

    Parameters
    ----------
    cursor : duckdb cursor
    analysis : str
        The version's analysis table, of which `first_prrt_elsewhere` may be absent.

    Returns
    -------
    list of FlowCell
    """
    columns = {row[0] for row in cursor.execute(f"DESCRIBE {quote(analysis)}").fetchall()}
    elsewhere = "coalesce(bool_or(first_prrt_elsewhere), FALSE)" if "first_prrt_elsewhere" in columns else "FALSE"
    query = f"""
    WITH patients AS (
        SELECT patient_id, bool_and(coalesce(histology_complete, TRUE)) AS complete, {elsewhere} AS elsewhere,
            coalesce(min(course), 1) AS first_course
        FROM {quote(analysis)} GROUP BY patient_id
    )
    SELECT complete, elsewhere, first_course, course, count(DISTINCT patient_id)
    FROM patients JOIN (SELECT patient_id, coalesce(course, 1) AS course FROM {quote(analysis)}) USING (patient_id)
    GROUP BY ALL ORDER BY ALL"""
    return [FlowCell(*row) for row in cursor.execute(query).fetchall()]

"""Reading what the tables of patients, treatment and response summarise: one statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import numpy as np

from core.dictionary import Field
from core.options import Options
from core.sql.names import TableNames, physical_column, quote
from core.sql.rows import Expression, Rows


class FlowCell(NamedTuple):
    """Patients alike in histology (None: not stated), first course and where it was, who had one course here."""

    complete: bool | None
    elsewhere: bool
    first_course: int
    course: int
    n: int


def read_codes(
    cursor: duckdb.DuckDBPyConnection,
    rows: Rows,
    group: Expression | None,
    strata: Sequence[str],
    fields: Sequence[Field],
    options: Options,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """
    Fields of the selected courses as numbers.

    Parameters
    ----------
    cursor : duckdb cursor
    rows : Rows
        The selected courses.
    group : Expression, optional
        Gives the stratum.
    strata : sequence of str
        The strata in order.
    fields : sequence of Field
        Numbers, yes/no, and categories whose levels are known.
    options : Options

    Returns
    -------
    (ndarray of int, list of ndarray)
        The stratum of each course, 1 = the first, 0 = none. Of each field its values: numbers float64 (NaN = missing);
        yes/no and categories the place of their level, 1 = the first ("no" of yes/no), 0 = missing.
    """
    text, values = group or ("NULL::VARCHAR", [])
    columns = [f"coalesce(list_position(?::VARCHAR[], {text}), 0)::UTINYINT AS stratum"]
    values = [list(strata), *values]
    for number, field in enumerate(fields):
        column = quote(physical_column(field.name, options))
        if field.numeric:
            columns.append(f"{column}::DOUBLE AS c{number}")
        elif field.type == "yes_no":
            columns.append(f"{column} AS c{number}")
        else:
            columns.append(f"coalesce(list_position(?::VARCHAR[], {column}), 0)::UTINYINT AS c{number}")
            values.append(list(field.levels))
    query = f"SELECT {', '.join(columns)} FROM {rows.source} WHERE {rows.where}"
    found = cursor.execute(query, [*values, *rows.values]).fetchnumpy()
    return np.ma.getdata(found["stratum"]), [_codes(found[f"c{number}"], one) for number, one in enumerate(fields)]


def _codes(values: np.ndarray, field: Field) -> np.ndarray:
    missing, known = np.ma.getmask(values), np.ma.getdata(values)
    if field.type == "yes_no":
        known = known.astype(np.uint8) + 1
    return known if missing is np.ma.nomask else np.where(missing, np.nan if field.numeric else 0, known)


def read_pairs(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, group: Expression | None, value: Expression
) -> list[tuple[str | None, str | None, int]]:
    """Courses per stratum ("" for everybody without `group`) and value: (stratum, value, courses)."""
    text, values = group or ("''", [])
    query = f"SELECT {text}, {value[0]}, count(*) FROM {rows.source} WHERE {rows.where} GROUP BY ALL"
    return cursor.execute(query, [*values, *value[1], *rows.values]).fetchall()


def read_expression(cursor: duckdb.DuckDBPyConnection, rows: Rows, value: Expression) -> list[str | None]:
    """An expression's text for each selected course, in the order of `course_row`."""
    query = f"SELECT {value[0]} FROM {rows.source} WHERE {rows.where} ORDER BY course_row"
    return [one for (one,) in cursor.execute(query, [*value[1], *rows.values]).fetchall()]


def read_intervals(cursor: duckdb.DuckDBPyConnection, names: TableNames, rows: Rows) -> dict[int, int]:
    """Days between neighbouring cycles of the selected courses: days -> how often. Needs the cycles table."""
    query = (
        "SELECT days, count(*) FROM "
        "(SELECT date - lag(date) OVER (PARTITION BY patient_id, course ORDER BY date) AS days "
        f"FROM {quote(names.cycles)} SEMI JOIN {rows.relation} USING (patient_id, course)) "
        "WHERE days IS NOT NULL GROUP BY days"
    )
    return dict(sorted(cursor.execute(query, rows.values).fetchall()))


def read_flow(cursor: duckdb.DuckDBPyConnection, analysis: str, *, elsewhere: bool) -> list[FlowCell]:
    """
    Every patient's way through the courses, equal ones counted together.

    Parameters
    ----------
    cursor : duckdb cursor
    analysis : str
        The version's analysis table.
    elsewhere : bool
        Whether it says who had the first PRRT elsewhere.

    Returns
    -------
    list of FlowCell
    """
    away = "coalesce(bool_or(first_prrt_elsewhere), FALSE)" if elsewhere else "FALSE"
    query = f"""
    SELECT complete, elsewhere, first_course, course, count(*)
    FROM (
        SELECT complete, elsewhere, list_min(courses) AS first_course, unnest(courses) AS course
        FROM (
            SELECT bool_and(histology_complete) AS complete, {away} AS elsewhere,
                list(DISTINCT coalesce(course, 1)) AS courses
            FROM {quote(analysis)} GROUP BY patient_id
        )
    )
    GROUP BY ALL ORDER BY ALL"""
    return [FlowCell(*row) for row in cursor.execute(query).fetchall()]

"""Reading the analysis table: every query goes over the relation of a selection, with bound values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np

from core.counts import EventCounts, grouped_counts
from core.dictionary import Field
from core.options import Options
from core.selection import Selection, join_conditions
from core.sql.contrast import contrast_level
from core.sql.names import level_text, quote
from core.sql.rows import Expression, Rows
from core.strata import CONTRAST, REST_LEVELS, SELECTION, SPLITS, Strata, natural_order

NOTHING = EventCounts(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
"""No courses at all."""


def read_columns(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, columns: Mapping[str, tuple[str, str]]
) -> dict[str, np.ndarray]:
    """
    Columns of a selection, in the order of `course_row`.

    Parameters
    ----------
    cursor : duckdb cursor
    rows : Rows
    columns : mapping of str to (str, str)
        Name of the result -> column (empty: one that the cohort lacks) and type of its field.

    Returns
    -------
    dict of str to ndarray
        Numbers float64 (NaN = missing), dates datetime64[D] (NaT), everything else object (None).
    """
    chosen = []
    for number, (column, kind) in enumerate(columns.values()):
        text = quote(column) if column else "NULL"
        text += {"number": "::DOUBLE", "integer": "::DOUBLE", "date": "::DATE", "yes_no": "::BOOLEAN"}.get(
            kind, "::VARCHAR"
        )
        chosen.append(f"{text} AS c{number}")
    query = f"SELECT {', '.join(chosen)} FROM {rows.source} WHERE {rows.where}" + (
        "" if rows.ordered else " ORDER BY course_row"
    )
    found = cursor.execute(query, rows.values).fetchnumpy()
    kinds = [kind for _, kind in columns.values()]
    return {name: _array(found[f"c{number}"], kinds[number]) for number, name in enumerate(columns)}


def _array(found: np.ndarray, kind: str) -> np.ndarray:
    missing = np.ma.getmaskarray(found)
    values = np.ma.getdata(found)
    if kind in ("number", "integer"):
        numbers = values.astype(np.float64)
        numbers[missing] = np.nan
        return numbers
    if kind == "date":
        days = values.astype("datetime64[D]")
        days[missing] = np.datetime64("NaT")
        return days
    objects = values.astype(object)
    objects[missing] = None
    return objects


def stratum(
    strata: Strata, selection: Selection, fields: Mapping[str, Field], options: Options, table: str
) -> tuple[Selection, Expression]:
    """
    What is divided, and the group of each of its rows.

    Parameters
    ----------
    strata : Strata
        With its cut-offs resolved.
    selection : Selection
    fields : mapping of str to Field
    options : Options
    table : str
        The version's analysis table.

    Returns
    -------
    (Selection, Expression)
        The selection itself, its population when it is compared with the rest, or every course when it is compared
        with another selection; and an expression that gives the level or NULL. A row is in the rest when a condition is
        false for it; where a missing value leaves that open it is in neither.

    Raises
    ------
    ValueError
        As `Strata.expression`; and for a comparison of a selection that is its whole population.
    """
    if strata.field == CONTRAST:
        return Selection(conditions=()), contrast_level(table, selection, strata.against, fields, options)
    if strata.field != SELECTION:
        return selection, strata.expression(fields, options)
    if not selection.narrowing:
        raise ValueError("The selection is everybody, so there is no rest to compare with; choose a condition first.")
    clause, values = join_conditions(selection.narrowing, fields, options)
    inside, rest = REST_LEVELS
    text = f"CASE WHEN {clause} THEN '{inside}' WHEN NOT ({clause}) THEN '{rest}' END"
    return selection.population, (text, [*values, *values])


def read_cuts(cursor: duckdb.DuckDBPyConnection, rows: Rows, strata: Strata, column: str) -> Strata:
    """The strata with their cut-offs taken from a selection. Raises ValueError if it has no value."""
    quantiles = ", ".join(str(one) for one in SPLITS[strata.split])
    query = f"SELECT quantile_cont({quote(column)}::DOUBLE, [{quantiles}]) FROM {rows.source} WHERE {rows.where}"
    return strata.with_cuts(cursor.execute(query, rows.values).fetchall()[0][0] or ())


def read_event_counts(
    cursor: duckdb.DuckDBPyConnection,
    rows: Rows,
    group: Expression,
    columns: tuple[str, str],
    landmark: float | None,
) -> dict[str | None, EventCounts]:
    """
    Events and censorings per day and group, by one GROUP BY.

    Parameters
    ----------
    cursor : duckdb cursor
    rows : Rows
    group : Expression
        Of their group.
    columns : (str, str)
        Time in days, and event.
    landmark : float or None
        Only rows with at least this many days, counted from there on.

    Returns
    -------
    dict of level to EventCounts
        In no particular order; rows without a time are left out. The key None holds the rows without a group.
    """
    time, event = (quote(one) for one in columns)
    day, since = (f"{time} - ?", f"{time} >= ?") if landmark is not None else (time, f"{time} IS NOT NULL")
    shift: list[object] = [] if landmark is None else [landmark]
    query = (
        f"SELECT {group[0]} AS stratum, {day} AS day, {event} AS event, count(*) AS n "
        f"FROM {rows.source} WHERE {rows.where} AND {since} GROUP BY ALL"
    )
    found = cursor.execute(query, [*group[1], *shift, *rows.values, *shift]).fetchnumpy()
    days, happened = np.ma.getdata(found["day"]), np.ma.getdata(found["event"]).astype(bool)
    counts = np.ma.getdata(found["n"]).astype(np.int64)
    levels = _array(found["stratum"], "text")
    grouped: dict[str | None, EventCounts] = {}
    for level in dict.fromkeys(levels.tolist()):
        own = np.array([one == level for one in levels]) if level is None else levels == level
        n = counts[own]
        dead = np.where(happened[own], n, 0)
        grouped[level] = grouped_counts(days[own], dead, n - dead)
    return grouped


def read_group_sizes(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, group: Expression, time: str | None
) -> dict[str | None, int]:
    """Rows per group (None: without one); with `time`, only rows that have that time."""
    timed = f" AND {quote(time)} IS NOT NULL" if time else ""
    query = f"SELECT {group[0]} AS level, count(*) FROM {rows.source} WHERE {rows.where}{timed} GROUP BY ALL"
    return dict(cursor.execute(query, [*group[1], *rows.values]).fetchall())


_YES_NO = {"true": "yes", "false": "no"}
"""What DuckDB calls the values of a yes/no field; to say them in the query takes as long again to plan."""


def read_level_counts(
    cursor: duckdb.DuckDBPyConnection, parts: Sequence[tuple[Field, Rows]], options: Options
) -> dict[str, dict[str | None, int]]:
    """
    Rows per value of several fields, each over its own relation, by one statement.

    Parameters
    ----------
    cursor : duckdb cursor
    parts : sequence of (Field, Rows)
    options : Options

    Returns
    -------
    dict of field to dict of value to int
    """
    together: dict[tuple[object, ...], list[int]] = {}
    for number, (_, rows) in enumerate(parts):
        together.setdefault((rows.source, rows.where, *rows.values), []).append(number)
    queries = [
        _count_levels([(one, parts[one][0]) for one in own], parts[own[0]][1], options) for own in together.values()
    ]
    counts: dict[str, dict[str | None, int]] = {field.name: {} for field, _ in parts}
    if queries:
        values = [value for own in together.values() for value in parts[own[0]][1].values]
        for number, level, n in cursor.execute(" UNION ALL ".join(queries), values).fetchall():
            field = parts[number][0]
            counts[field.name][_YES_NO.get(level, level) if field.type == "yes_no" else level] = n
    return counts


def _count_levels(fields: Sequence[tuple[int, Field]], rows: Rows, options: Options) -> str:
    """Rows per level of numbered fields in one pass: to plan a query for each would take longer than to run it."""
    levels = [
        f"{quote(field.name)}::VARCHAR" if field.type == "yes_no" else level_text(field, options) for _, field in fields
    ]
    part, level = str(fields[0][0]), levels[0]
    if len(fields) > 1:
        part = f"unnest([{', '.join(str(number) for number, _ in fields)}])"
        level = f"unnest([{', '.join(levels)}])"
    pairs = f"SELECT {part} AS part, {level} AS level FROM {rows.source} WHERE {rows.where}"
    return f"SELECT part, level, count(*) AS n FROM ({pairs}) GROUP BY ALL"


def read_size(cursor: duckdb.DuckDBPyConnection, rows: Rows, population: Rows, *, single: bool) -> tuple[int, int, int]:
    """
    Courses, patients, and courses of the population.

    Parameters
    ----------
    cursor : duckdb cursor
    rows, population : Rows
    single : bool
        Whether no patient has several of these courses, so that patients need no counting.
    """
    patients = "count(*)" if single else "count(DISTINCT patient_id)"
    if single and rows.source == population.source and rows.ordered:  # both of the plain table: one pass
        query = f"SELECT count(*) FILTER ({rows.where}), count(*) FROM {population.source} WHERE {population.where}"
        n, total = cursor.execute(query, [*rows.values, *population.values]).fetchall()[0]
        return n, n, total
    query = f"SELECT n, patients, (SELECT count(*) FROM {population.source} WHERE {population.where}) FROM " + (
        f"(SELECT count(*) AS n, {patients} AS patients FROM {rows.source} WHERE {rows.where})"
    )
    n, n_patients, total = cursor.execute(query, [*population.values, *rows.values]).fetchall()[0]
    return n, n_patients, total


def read_repeated(cursor: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Patients with more than one row."""
    repeated = f"SELECT patient_id FROM {rows.source} WHERE {rows.where} GROUP BY patient_id HAVING count(*) > 1"
    return cursor.execute(f"SELECT count(*) FROM ({repeated})", rows.values).fetchall()[0][0]


def ordered_counts(field: Field, counts: Mapping[str | None, int]) -> list[tuple[str | None, int]]:
    """
    Counts in the order to show: the field's levels (0 included), other values in natural order, missing last if any.

    Parameters
    ----------
    field : Field
    counts : mapping of value to int

    Returns
    -------
    list of (value or None, int)
    """
    others = sorted((one for one in counts if one is not None and one not in field.levels), key=natural_order)
    listed: list[tuple[str | None, int]] = [(level, counts.get(level, 0)) for level in field.levels]
    listed += [(level, counts[level]) for level in others]
    return listed + ([(None, counts[None])] if None in counts else [])

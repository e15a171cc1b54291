"""The fields of a version: which have a value, and the levels of those without fixed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import duckdb

from core.derived import DERIVED
from core.dictionary import Field
from core.endpoints import ENDPOINT_COLUMNS, READY_COLUMNS
from core.fields import FIELDS
from core.options import Options
from core.sql.names import physical_column, quote
from core.strata import natural_order

MAX_LEVELS = 50
"""A text column with more different values than this is free text: no filter and no covariate."""

_RESERVED = frozenset(
    {"course_row", "line", "first", "selection", "next_start", "cells", "last_cycle", *ENDPOINT_COLUMNS}
    | {f"{name}_{part}" for name in ("pfs", "os", "ttnt") for part in ("days", "event", "reason")}
    | {f"{name}_{year}" for name in ("egfr", "eligible_gfr") for year in ("2009", "2021")}
)
"""Names that a column of the file cannot keep: keys of the tables, endpoints, words of the query."""


def free_names(extras: Iterable[str]) -> dict[str, str]:
    """
    Names under which a file's own columns are kept: their own, numbered where the database would confuse two.

    Parameters
    ----------
    extras : iterable of str
        As in the file. DuckDB does not tell "Site" from "site".

    Returns
    -------
    dict
        Name in the file to name in the store: ``{"line": "line_2"}``.
    """
    taken = {name.casefold() for name in (*FIELDS, *DERIVED, *_RESERVED)}
    kept = {}
    for name in extras:
        base = name.replace("\0", "") or "column"
        free, number = base, 2
        while free.casefold() in taken:
            free, number = f"{base}_{number}", number + 1
        taken.add(free.casefold())
        kept[name] = free
    return kept


def describe_fields(
    cursor: duckdb.DuckDBPyConnection, analysis: str, extras: Mapping[str, Field]
) -> list[tuple[Field, bool]]:
    """
    Every field that the analysis table has, in the order to show, each with whether it has any value.

    Parameters
    ----------
    cursor : duckdb cursor
    analysis : str
        The version's analysis table.
    extras : mapping of str to Field
        The file's own columns, under the names of the store.

    Returns
    -------
    list of (Field, bool)
        Ready-made outcomes are left out: they are endpoints.
    """
    columns = {row[0] for row in cursor.execute(f"DESCRIBE {quote(analysis)}").fetchall()}
    outcomes = {name for names in READY_COLUMNS.values() for name in names}
    fields = [one for one in (*FIELDS.values(), *DERIVED.values(), *extras.values()) if one.name not in outcomes]
    stored = {one.name: physical_column(one.name, Options()) for one in fields}
    fields = [one for one in fields if stored[one.name] in columns]
    counted = ", ".join(f"count({quote(stored[one.name])})" for one in fields)
    counts = cursor.execute(f"SELECT {counted} FROM {quote(analysis)}").fetchall()[0]
    return [(_with_levels(cursor, analysis, one) if n else one, n > 0) for one, n in zip(fields, counts, strict=True)]


def _with_levels(cursor: duckdb.DuckDBPyConnection, analysis: str, field: Field) -> Field:
    if field.levels or field.type not in ("category", "text") or not field.filterable:
        return field
    sql = f"SELECT DISTINCT {quote(field.name)} FROM {quote(analysis)} WHERE {quote(field.name)} IS NOT NULL LIMIT ?"
    levels = [row[0] for row in cursor.execute(sql, [MAX_LEVELS + 1]).fetchall()]
    if len(levels) > MAX_LEVELS:
        return replace(field, filterable=False, covariate=False)
    return replace(field, levels=tuple(sorted(levels, key=natural_order)))

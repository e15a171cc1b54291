"""Two versions beside each other, or a version and what is about to be committed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import duckdb

from core import catalogue, commit
from core.cohort import CohortVersion
from core.dictionary import TABLES
from core.difference import Difference
from core.sql.describe import free_names
from core.sql.difference import Side, read_difference
from core.sql.load import append
from core.sql.names import TableNames, quote, table_names

if TYPE_CHECKING:
    from core.ingest import Ingested

_SAME = {"patient_id": "VARCHAR", "course": "BIGINT", "first_cycle_date": "DATE"}
"""Fields that tell a course again; numbers of patients alone may be the same in two centres."""
_COMING = TableNames(
    courses="coming_courses",
    cycles="coming_cycles",
    labs="coming_labs",
    adverse_events="coming_adverse_events",
    analysis="",
    grades="",
)
"""Temporary tables of what is about to be committed; they go with their cursor."""


def between(cursor: duckdb.DuckDBPyConnection, old: CohortVersion, new: CohortVersion) -> Difference:
    """The difference of two stored versions."""
    before, after = _stored(cursor, old), _stored(cursor, new)
    return _difference(cursor, before, after, old, new)


def with_ingested(cursor: duckdb.DuckDBPyConnection, old: CohortVersion, ingested: Ingested) -> Difference:
    """The difference that committing would make to a stored version."""
    commit.load_tables(cursor, ingested, _COMING, temporary=True)
    kept = free_names(ingested.extras)
    signs = {kept.get(field, field): own for field, own in ingested.signs.items()}
    cursor.execute("CREATE TEMP TABLE coming_signs (field VARCHAR, line BIGINT, sign VARCHAR)")
    frame = catalogue.signs_frame(signs)
    if len(frame):
        append(cursor, "coming_signs", frame)
    after = {
        table: Side(getattr(_COMING, table), "SELECT field, line, sign FROM coming_signs", frozenset(signs))
        for table in TABLES
        if ingested.tables.get(table) is not None
    }
    return _difference(cursor, _stored(cursor, old), after, old, ingested)


def known_courses(cursor: duckdb.DuckDBPyConnection, old: CohortVersion, ingested: Ingested) -> int:
    """How many courses of a stored version are among those to be committed: same patient, course and first cycle."""
    coming = ingested.tables["courses"]
    stored = cursor.table(quote(table_names(old.id).courses))
    if not set(_SAME) <= set(stored.columns) & set(coming.columns):
        return 0
    cursor.register("coming", coming[list(_SAME)].astype({"patient_id": "string"}))
    equal = " AND ".join(f"CAST(old.{one} AS {kind}) = CAST(new.{one} AS {kind})" for one, kind in _SAME.items())
    query = f"SELECT count(*) FROM {quote(table_names(old.id).courses)} old SEMI JOIN coming new ON {equal}"
    try:
        return int(cursor.execute(query).fetchall()[0][0])
    finally:
        cursor.unregister("coming")


def _stored(cursor: duckdb.DuckDBPyConnection, version: CohortVersion) -> dict[str, Side]:
    names = table_names(version.id)
    signs = f"SELECT field, line, sign FROM signs WHERE version_id = {int(version.id)}"
    signed = frozenset(catalogue.read_signs(cursor, version.id))
    return {table: Side(getattr(names, table), signs, signed) for table in version.tables}


def _difference(
    cursor: duckdb.DuckDBPyConnection,
    before: dict[str, Side],
    after: dict[str, Side],
    old: CohortVersion,
    new: CohortVersion | Ingested,
) -> Difference:
    absent = Side("", "", frozenset())
    brought: Iterable[str] = [table for table in TABLES if table in before or table in after]
    tables = [read_difference(cursor, one, before.get(one, absent), after.get(one, absent)) for one in brought]
    return Difference(tuple(tables), old.data_cutoff, new.data_cutoff)

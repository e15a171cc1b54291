"""The catalogue's own tables, in the form of this release, and how a file of an earlier one comes to it."""

from __future__ import annotations

import duckdb

from core.cohort import StoreError

FORMAT = 3
"""Raised when the catalogue's own tables change."""

_VERSIONS = """
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, version INTEGER NOT NULL, sha256 VARCHAR NOT NULL,
    synthetic BOOLEAN NOT NULL, n_patients BIGINT NOT NULL, n_courses BIGINT NOT NULL, rows_read BIGINT NOT NULL,
    rows_kept BIGINT NOT NULL, data_cutoff DATE, data_cutoff_source VARCHAR NOT NULL, committed_at TIMESTAMP NOT NULL,
    tables VARCHAR[] NOT NULL, endpoints VARCHAR[] NOT NULL, actor VARCHAR NOT NULL, file VARCHAR NOT NULL,
    n_problems BIGINT NOT NULL, derivation VARCHAR NOT NULL, UNIQUE (name, version)
);
"""
_STORE = """
CREATE TABLE store (format INTEGER NOT NULL, last_id INTEGER NOT NULL, to_rewrite BOOLEAN NOT NULL);
CREATE TABLE cohorts (name VARCHAR PRIMARY KEY, created_at TIMESTAMP NOT NULL, last_version INTEGER NOT NULL);
"""
_SINCE_2 = """
CREATE TABLE signs (
    version_id INTEGER NOT NULL, field VARCHAR NOT NULL, line BIGINT NOT NULL, sign VARCHAR NOT NULL
);
CREATE TABLE remembered (
    headers VARCHAR PRIMARY KEY, stated VARCHAR NOT NULL, actor VARCHAR NOT NULL, remembered_at TIMESTAMP NOT NULL
);
"""
_SINCE_3 = """
CREATE TABLE decks (
    id VARCHAR PRIMARY KEY, title VARCHAR NOT NULL, content VARCHAR NOT NULL, actor VARCHAR NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE TABLE views (
    name VARCHAR PRIMARY KEY, cohort VARCHAR NOT NULL, version INTEGER NOT NULL, page VARCHAR NOT NULL,
    query VARCHAR NOT NULL, newest BOOLEAN NOT NULL, actor VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL
);
"""
_NOTES = """
CREATE TABLE fields (
    version_id INTEGER NOT NULL, position INTEGER NOT NULL, name VARCHAR NOT NULL, origin VARCHAR NOT NULL,
    label VARCHAR NOT NULL, type VARCHAR NOT NULL, role VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    levels VARCHAR[] NOT NULL, filterable BOOLEAN NOT NULL, covariate BOOLEAN NOT NULL,
    has_values BOOLEAN NOT NULL, help VARCHAR NOT NULL
);
CREATE TABLE problems (
    version_id INTEGER NOT NULL, position INTEGER NOT NULL, severity VARCHAR NOT NULL, code VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL, line BIGINT, column_name VARCHAR NOT NULL, value VARCHAR NOT NULL,
    message VARCHAR NOT NULL, remedy VARCHAR NOT NULL
);
CREATE TABLE unusable (version_id INTEGER NOT NULL, field VARCHAR NOT NULL, line BIGINT NOT NULL);
CREATE TABLE changes (version_id INTEGER NOT NULL, position INTEGER NOT NULL, change VARCHAR NOT NULL);
CREATE TABLE mapping (
    version_id INTEGER NOT NULL, position INTEGER NOT NULL, table_name VARCHAR NOT NULL, field VARCHAR NOT NULL,
    header VARCHAR NOT NULL
);
"""
NOTED = ("fields", "problems", "unusable", "signs", "changes", "mapping")
"""Tables of the catalogue that hold rows of a version under its `version_id`."""

_FROM_1_TO_2 = f"""
ALTER TABLE versions RENAME TO versions_1;
{_VERSIONS}
INSERT INTO versions SELECT id, name, version, sha256, synthetic, n_patients, n_courses, rows_read, rows_kept,
    data_cutoff, data_cutoff_source, committed_at, tables, endpoints, 'local user', '',
    (SELECT count(*) FROM problems p WHERE p.version_id = versions_1.id), derivation FROM versions_1;
DROP TABLE versions_1;
ALTER TABLE cohorts RENAME TO cohorts_1;
DROP TABLE store;
{_STORE}
INSERT INTO cohorts SELECT name, created_at, (SELECT max(version) FROM versions v WHERE v.name = cohorts_1.name)
    FROM cohorts_1;
DROP TABLE cohorts_1;
{_SINCE_2}
INSERT INTO store SELECT 2, (SELECT coalesce(max(id), 0) FROM versions), FALSE;
"""
_FROM_2_TO_3 = f"{_SINCE_3} UPDATE store SET format = 3;"
_STEPS = {1: _FROM_1_TO_2, 2: _FROM_2_TO_3}
"""Format of a file -> the statements that bring it to the next one, run in one transaction."""


def prepare(cursor: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
    """
    Create the catalogue in a new file, or bring an older one to this release's format, whole or not at all.

    Raises
    ------
    StoreError
        For a file of a later release, a DuckDB file of something else, or an older one that may not be changed.
    """
    tables = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables and not read_only:
        new = f"{_STORE}{_VERSIONS}{_NOTES}{_SINCE_2}{_SINCE_3} INSERT INTO store VALUES ({FORMAT}, 0, FALSE)"
        cursor.execute(f"BEGIN; {new}; COMMIT")
        return
    found = cursor.execute("SELECT max(format) FROM store").fetchall()[0][0] if "store" in tables else None
    if found is None:
        raise StoreError("The file is a DuckDB file of something else, or empty; name another one with --db.")
    if found != FORMAT and found not in _STEPS:
        raise StoreError(
            f"The store was written by another release (its format is {found}, this release reads {FORMAT}). Move the "
            "file away and import the cohorts again, or use the release that wrote it."
        )
    if found != FORMAT and read_only:
        raise StoreError(
            "The store was written by an earlier release; open it once without read-only to bring it up to date."
        )
    while found != FORMAT:
        _bring_on(cursor, _STEPS[found])
        found += 1


def _bring_on(cursor: duckdb.DuckDBPyConnection, statements: str) -> None:
    cursor.execute("BEGIN")
    try:
        cursor.execute(statements)
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise

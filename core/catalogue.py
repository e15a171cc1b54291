"""The tables of the store that say what it holds: cohorts, versions, fields, problems, changes, mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import pandas as pd

from core.cohort import CohortVersion, StoreError
from core.derived import DERIVED
from core.dictionary import Field
from core.fields import FIELDS
from core.problems import Problem
from core.sql.load import append

FORMAT = 1
"""Raised when the catalogue's own tables change."""

_DERIVING = (
    *("dictionary.csv", "dictionary.py", "fields.py", "derived.py", "endpoints.py", "grading.py", "units.py"),
    *("sql/analysis.py", "sql/describe.py", "sql/egfr.py", "sql/grades.py", "sql/laboratory.py", "sql/load.py"),
)
"""The modules that decide what a derived table holds."""

_TABLES = """
CREATE TABLE store (format INTEGER NOT NULL);
CREATE TABLE cohorts (name VARCHAR PRIMARY KEY, created_at TIMESTAMP NOT NULL);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, version INTEGER NOT NULL, sha256 VARCHAR NOT NULL,
    synthetic BOOLEAN NOT NULL, n_patients BIGINT NOT NULL, n_courses BIGINT NOT NULL, rows_read BIGINT NOT NULL,
    rows_kept BIGINT NOT NULL, data_cutoff DATE, data_cutoff_source VARCHAR NOT NULL, committed_at TIMESTAMP NOT NULL,
    tables VARCHAR[] NOT NULL, endpoints VARCHAR[] NOT NULL, derivation VARCHAR NOT NULL,
    UNIQUE (name, version), UNIQUE (name, sha256)
);
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

_VERSION_COLUMNS = (
    "id, name, version, sha256, synthetic, n_patients, n_courses, rows_read, rows_kept, data_cutoff, "
    "data_cutoff_source, committed_at, tables, endpoints"
)


def prepare(cursor: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
    """
    Create the catalogue in a new file, or see that the file has this release's.

    Raises
    ------
    StoreError
        For a file of another release, or a DuckDB file of something else.
    """
    tables = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables and not read_only:
        cursor.execute(f"BEGIN; {_TABLES} INSERT INTO store VALUES ({FORMAT}); COMMIT")
        return
    found = cursor.execute("SELECT max(format) FROM store").fetchall()[0][0] if "store" in tables else None
    if found is None:
        raise StoreError("The file is a DuckDB file of something else, or empty; name another one with --db.")
    if found != FORMAT:
        raise StoreError(
            f"The store was written by another release (its format is {found}, this release reads {FORMAT}). Move the "
            "file away and import the cohorts again, or use the release that wrote it."
        )


@cache
def derivation_key() -> str:
    """A fingerprint of the rules by which tables are derived: a version derived by other rules is derived again."""
    here = Path(__file__).parent
    digest = sha256()
    for name in _DERIVING:
        digest.update((here / name).read_bytes())
    return digest.hexdigest()


def read_versions(cursor: duckdb.DuckDBPyConnection) -> list[CohortVersion]:
    """Every version of every cohort, newest commit first."""
    fields: dict[int, dict[str, Field]] = {}
    for version_id, field in _read_fields(cursor):
        fields.setdefault(version_id, {})[field.name] = field
    rows = cursor.execute(f"SELECT {_VERSION_COLUMNS} FROM versions ORDER BY id DESC").fetchall()
    versions = []
    for row in rows:
        values = dict(zip(_VERSION_COLUMNS.split(", "), row, strict=True))
        lists = {"tables": tuple(values["tables"]), "endpoints": tuple(values["endpoints"])}
        versions.append(CohortVersion(**(values | lists), fields=MappingProxyType(fields.get(values["id"], {}))))
    return versions


def read_outdated(cursor: duckdb.DuckDBPyConnection, key: str) -> list[int]:
    """Versions that were derived by other rules than these, by id."""
    return [row[0] for row in cursor.execute("SELECT id FROM versions WHERE derivation <> ?", [key]).fetchall()]


def add_version(cursor: duckdb.DuckDBPyConnection, version: CohortVersion, key: str) -> None:
    """Enter a version, and its cohort if it is the first."""
    now = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute("INSERT INTO cohorts VALUES (?, ?) ON CONFLICT DO NOTHING", [version.name, now])
    values = [getattr(version, name) for name in _VERSION_COLUMNS.split(", ")]
    values[-2:] = [list(version.tables), list(version.endpoints)]
    marks = ", ".join("?" * len(values))
    cursor.execute(f"INSERT INTO versions ({_VERSION_COLUMNS}, derivation) VALUES ({marks}, ?)", [*values, key])


def update_derived(
    cursor: duckdb.DuckDBPyConnection, version_id: int, n_patients: int, endpoints: Sequence[str], key: str
) -> None:
    """Note what the derivation found."""
    cursor.execute(
        "UPDATE versions SET n_patients = ?, endpoints = ?, derivation = ? WHERE id = ?",
        [n_patients, list(endpoints), key, version_id],
    )


def add_notes(
    cursor: duckdb.DuckDBPyConnection,
    version_id: int,
    problems: Sequence[Problem],
    changes: Sequence[str],
    mapping: Mapping[str, str],
) -> None:
    """Keep what the import found, changed and understood."""
    if problems:
        columns = ("severity", "code", "table", "column", "value", "message", "remedy")
        texts = {name: pd.array([getattr(one, name) for one in problems], dtype="string") for name in columns}
        frame = pd.DataFrame(texts).rename(columns={"table": "table_name", "column": "column_name"})
        frame["line"] = pd.array([one.line for one in problems], dtype="Int64")
        append(cursor, "problems", _numbered(frame, version_id))
    if changes:
        append(cursor, "changes", _numbered(pd.DataFrame({"change": pd.array(changes, dtype="string")}), version_id))
    if mapping:
        places = [name.rpartition(".") for name in mapping]
        frame = pd.DataFrame(
            {
                "table_name": pd.array([table or "courses" for table, _, _ in places], dtype="string"),
                "field": pd.array([field for _, _, field in places], dtype="string"),
                "header": pd.array(list(mapping.values()), dtype="string"),
            }
        )
        append(cursor, "mapping", _numbered(frame, version_id))


def add_unusable(cursor: duckdb.DuckDBPyConnection, version_id: int, lines: Mapping[str, np.ndarray]) -> None:
    """Keep which cells of the courses could not be used, field -> lines: what needs them is left out, not guessed."""
    for field, own in lines.items():
        frame = pd.DataFrame({"version_id": version_id, "line": np.asarray(own, dtype=np.int64)})
        append(cursor, "unusable", frame.assign(field=pd.array([field] * len(frame), dtype="string")))


def read_problems(cursor: duckdb.DuckDBPyConnection, version_id: int) -> tuple[Problem, ...]:
    """What the import of a version found."""
    rows = cursor.execute(
        "SELECT severity, code, table_name, line, column_name, value, message, remedy FROM problems "
        "WHERE version_id = ? ORDER BY position",
        [version_id],
    ).fetchall()
    return tuple(Problem(*row) for row in rows)


def read_changes(cursor: duckdb.DuckDBPyConnection, version_id: int) -> tuple[str, ...]:
    """What the import of a version changed, each a sentence."""
    sql = "SELECT change FROM changes WHERE version_id = ? ORDER BY position"
    return tuple(row[0] for row in cursor.execute(sql, [version_id]).fetchall())


def read_mapping(cursor: duckdb.DuckDBPyConnection, version_id: int) -> dict[str, str]:
    """Which header was read as which field; fields of the other tables as ``labs.value``."""
    sql = "SELECT table_name, field, header FROM mapping WHERE version_id = ? ORDER BY position"
    rows = cursor.execute(sql, [version_id]).fetchall()
    return {field if table == "courses" else f"{table}.{field}": header for table, field, header in rows}


def write_fields(cursor: duckdb.DuckDBPyConnection, version_id: int, fields: Sequence[tuple[Field, bool]]) -> None:
    """Keep a version's fields in order, each with whether it has any value; those of the file as they are."""
    cursor.execute("DELETE FROM fields WHERE version_id = ?", [version_id])
    texts = {
        name: pd.array([getattr(one, name) for one, _ in fields], dtype="string")
        for name in ("name", "label", "type", "role", "unit", "help")
    }
    frame = pd.DataFrame(texts)
    frame["origin"] = pd.array([origin(one.name) for one, _ in fields], dtype="string")
    frame["levels"] = [list(one.levels) for one, _ in fields]
    frame["filterable"] = [one.filterable for one, _ in fields]
    frame["covariate"] = [one.covariate for one, _ in fields]
    frame["has_values"] = [has_values for _, has_values in fields]
    append(cursor, "fields", _numbered(frame, version_id))


def read_extras(cursor: duckdb.DuckDBPyConnection, version_id: int) -> dict[str, Field]:
    """The file's own columns, with or without values."""
    found = _read_fields(cursor, "WHERE origin = 'file' AND version_id = ?", [version_id])
    return {field.name: field for _, field in found}


def origin(name: str) -> str:
    """Where a field comes from: the dictionary, the derivation, or the file."""
    if name in FIELDS:
        return "dictionary"
    return "derived" if name in DERIVED else "file"


def _read_fields(
    cursor: duckdb.DuckDBPyConnection, condition: str = "WHERE has_values", values: Sequence[object] = ()
) -> list[tuple[int, Field]]:
    columns = "version_id, origin, name, label, type, role, unit, levels, filterable, covariate, help"
    rows = cursor.execute(f"SELECT {columns} FROM fields {condition} ORDER BY version_id, position", values).fetchall()
    return [(row[0], _field(row[1:])) for row in rows]


def _field(row: tuple) -> Field:
    source, name, label, type_, role, unit, levels, filterable, covariate, help_ = row
    if source == "file":
        return Field(
            name=name,
            label=label,
            type=type_,
            role=role,
            unit=unit,
            levels=tuple(levels),
            filterable=filterable,
            covariate=covariate,
            help=help_,
        )
    known = FIELDS[name] if source == "dictionary" else DERIVED[name]
    return known if known.levels or not levels else replace(known, levels=tuple(levels))


def _numbered(frame: pd.DataFrame, version_id: int) -> pd.DataFrame:
    frame["version_id"] = version_id
    frame["position"] = range(1, len(frame) + 1)
    return frame

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

from core.cohort import CohortVersion
from core.derived import DERIVED
from core.dictionary import Field
from core.fields import FIELDS
from core.problems import Problem
from core.sql.load import append
from core.store_format import NOTED

_DERIVING = (
    *("dictionary.csv", "dictionary.py", "fields.py", "derived.py", "endpoints.py", "grading.py", "units.py"),
    *("sql/analysis.py", "sql/describe.py", "sql/egfr.py", "sql/grades.py", "sql/laboratory.py", "sql/load.py"),
)
"""The modules that decide what a derived table holds."""

_VERSION_COLUMNS = (
    "id, name, version, sha256, synthetic, n_patients, n_courses, rows_read, rows_kept, data_cutoff, "
    "data_cutoff_source, committed_at, tables, endpoints, actor, file, n_problems"
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


def next_numbers(cursor: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """The id of the next version of all, and its number within a cohort; those of deleted versions never come again."""
    sql = "SELECT last_id + 1, coalesce((SELECT last_version FROM cohorts WHERE name = ?), 0) + 1 FROM store"
    found = cursor.execute(sql, [name]).fetchall()[0]
    return found[0], found[1]


def read_outdated(cursor: duckdb.DuckDBPyConnection, key: str) -> list[int]:
    """Versions that were derived by other rules than these, by id."""
    return [row[0] for row in cursor.execute("SELECT id FROM versions WHERE derivation <> ?", [key]).fetchall()]


def add_version(cursor: duckdb.DuckDBPyConnection, version: CohortVersion, key: str) -> None:
    """Enter a version, and its cohort if it is the first."""
    now = datetime.now(UTC).replace(tzinfo=None)
    numbered = "ON CONFLICT DO UPDATE SET last_version = excluded.last_version"
    cursor.execute(f"INSERT INTO cohorts VALUES (?, ?, ?) {numbered}", [version.name, now, version.version])
    cursor.execute("UPDATE store SET last_id = greatest(last_id, ?)", [version.id])
    values = [getattr(version, name) for name in _VERSION_COLUMNS.split(", ")]
    values = [list(value) if isinstance(value, tuple) else value for value in values]
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


def add_signs(cursor: duckdb.DuckDBPyConnection, version_id: int, signs: Mapping[str, Mapping[int, str]]) -> None:
    """Keep which values stand for "below" or "above" them, field -> line -> sign."""
    frame = signs_frame(signs)
    if len(frame):
        append(cursor, "signs", frame.assign(version_id=version_id))


def signs_frame(signs: Mapping[str, Mapping[int, str]]) -> pd.DataFrame:
    """Signs as rows of field, line and sign."""
    rows = [(field, line, sign) for field, own in signs.items() for line, sign in own.items()]
    return pd.DataFrame(
        {
            "field": pd.array([row[0] for row in rows], dtype="string"),
            "line": pd.array([row[1] for row in rows], dtype="int64"),
            "sign": pd.array([row[2] for row in rows], dtype="string"),
        }
    )


def read_signs(cursor: duckdb.DuckDBPyConnection, version_id: int) -> dict[str, dict[int, str]]:
    """Which values stand for "below" or "above" them, field -> line -> sign."""
    signs: dict[str, dict[int, str]] = {}
    sql = "SELECT field, line, sign FROM signs WHERE version_id = ? ORDER BY field, line"
    for field, line, sign in cursor.execute(sql, [version_id]).fetchall():
        signs.setdefault(field, {})[line] = sign
    return signs


def read_unusable(cursor: duckdb.DuckDBPyConnection, version_id: int) -> dict[str, list[int]]:
    """Which cells of the courses could not be used, field -> lines."""
    sql = "SELECT field, list(line ORDER BY line) FROM unusable WHERE version_id = ? GROUP BY field ORDER BY field"
    return dict(cursor.execute(sql, [version_id]).fetchall())


def own_tables(cursor: duckdb.DuckDBPyConnection, version_id: int) -> list[str]:
    """The tables that hold the rows of a version."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, ?) ORDER BY table_name"
    return [row[0] for row in cursor.execute(sql, [f"v{int(version_id)}_"]).fetchall()]


def copy_notes(cursor: duckdb.DuckDBPyConnection, old: int, new: int) -> None:
    """Everything noted of a version, for another one too."""
    for table in NOTED:
        sql = f"INSERT INTO {table} SELECT * REPLACE (? AS version_id) FROM {table} WHERE version_id = ?"
        cursor.execute(sql, [new, old])


def remove_version(cursor: duckdb.DuckDBPyConnection, version_id: int) -> None:
    """Take a version out of the catalogue, and its cohort with the last one."""
    for table in NOTED:
        cursor.execute(f"DELETE FROM {table} WHERE version_id = ?", [version_id])
    cursor.execute("DELETE FROM versions WHERE id = ?", [version_id])
    cursor.execute("DELETE FROM cohorts WHERE name NOT IN (SELECT name FROM versions)")


def rename(cursor: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Give a cohort and its versions another name."""
    cursor.execute("UPDATE cohorts SET name = ? WHERE name = ?", [new, old])
    cursor.execute("UPDATE versions SET name = ? WHERE name = ?", [new, old])


def mark_to_rewrite(cursor: duckdb.DuckDBPyConnection) -> None:
    """Ask for the file to be written anew; the copy does not carry the mark."""
    cursor.execute("UPDATE store SET to_rewrite = TRUE")


def read_to_rewrite(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether deleted values may still stand in the file's blocks."""
    return bool(cursor.execute("SELECT bool_or(to_rewrite) FROM store").fetchall()[0][0])


def remember(cursor: duckdb.DuckDBPyConnection, headers: str, stated: str, actor: str) -> None:
    """Keep what a person stated of files with these headers, in place of what was kept before."""
    now = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)", [headers, stated, actor, now])


def read_remembered(cursor: duckdb.DuckDBPyConnection, headers: str) -> str | None:
    """What was stated of files with these headers, as it was kept."""
    rows = cursor.execute("SELECT stated FROM remembered WHERE headers = ?", [headers]).fetchall()
    return rows[0][0] if rows else None


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

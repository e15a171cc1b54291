"""Reading a version's tables as they were imported, to write them as clean files."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np

from core import catalogue
from core.canonical import canonical_files, fields_of, table_csv
from core.cohort import CohortVersion
from core.dictionary import Field
from core.sql.names import quote, table_names

_PLACES = frozenset(("course_row", "line"))


def read_files(cursor: duckdb.DuckDBPyConnection, version: CohortVersion) -> dict[str, bytes]:
    """The files of a version by name."""
    own = tuple(catalogue.read_extras(cursor, version.id).values())
    signs, unusable = catalogue.read_signs(cursor, version.id), catalogue.read_unusable(cursor, version.id)
    names = table_names(version.id)
    tables = {}
    for table in version.tables:
        columns, lines = _read(cursor, getattr(names, table), "course_row" if table == "courses" else "line")
        fields = fields_of(table, own if table == "courses" else ())
        tables[table] = table_csv(
            table,
            columns,
            _only(fields, columns),
            unusable={name: _rows(lines, own) for name, own in unusable.items()} if table == "courses" else {},
            signs=_signs_of(table, signs, lines),
            synthetic=version.synthetic and table == "courses",
        )
    return canonical_files(version, tables, own)


def _read(cursor: duckdb.DuckDBPyConnection, table: str, order: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """A table's columns, missing values as None, NaN or NaT, and the line of each row."""
    found = cursor.execute(f"SELECT * FROM {quote(table)} ORDER BY {order}").fetchnumpy()
    lines = np.asarray(found["line"], dtype=np.int64)
    return {name: _plain(values) for name, values in found.items() if name not in _PLACES}, lines


def _plain(values: np.ndarray) -> np.ndarray:
    gone = np.ma.getmaskarray(values)
    plain = np.asarray(np.ma.getdata(values))
    if plain.dtype.kind == "M":
        return np.where(gone, np.datetime64("NaT"), plain)
    if not gone.any():
        return plain
    filled = plain.astype(object)
    filled[gone] = None
    return filled


def _only(fields: Mapping[str, Field], columns: Mapping[str, np.ndarray]) -> dict[str, Field]:
    return {name: fields[name] for name in columns}


def _rows(lines: np.ndarray, wanted: list[int]) -> np.ndarray:
    return np.flatnonzero(np.isin(lines, wanted))


def _signs_of(table: str, signs: Mapping[str, Mapping[int, str]], lines: np.ndarray) -> dict[str, dict[int, str]]:
    """The signs of a table by field and row."""
    places = {int(line): row for row, line in enumerate(lines)}
    found = {}
    for named, own in signs.items():
        prefix, _, field = named.rpartition(".")
        if (prefix or "courses") == table:
            found[field] = {places[line]: sign for line, sign in own.items() if line in places}
    return found

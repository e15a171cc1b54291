"""Ingested frames into typed DuckDB tables, without letting either side guess a type."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pandas as pd

from core.dictionary import Field
from core.fields import TABLE_FIELDS
from core.sql.names import quote

SQL_TYPES = {
    "category": "VARCHAR",
    "text": "VARCHAR",
    "yes_no": "BOOLEAN",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
}
"""DuckDB's type of each field type. Text columns are stored by dictionary, so that an enum would not be smaller."""

_PANDAS_TYPES = {
    "category": "string",
    "text": "string",
    "yes_no": "boolean",
    "integer": "Int64",
    "number": "float64",
}


def load_courses(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    frame: pd.DataFrame,
    fields: Mapping[str, Field],
    *,
    temporary: bool = False,
) -> None:
    """
    Create the courses table: `course_row` (1, 2, ... in the order of the lines), `line`, and the columns of the frame.

    Parameters
    ----------
    cursor : duckdb cursor
        Inside the transaction of the commit.
    table : str
        Name of the table to create.
    frame : DataFrame
        Typed columns and `line`.
    fields : mapping of str to Field
        Every column but `line` by name.
    temporary : bool
        Seen by this cursor alone, and gone with it.
    """
    columns = ", ".join(_column(one) for one in fields.values())
    row = "row_number() OVER (ORDER BY line) AS course_row"
    select = f"SELECT {row}, line, {columns} FROM ingested ORDER BY course_row"
    _create(cursor, table, frame, fields, select, temporary)


def load_optional(
    cursor: duckdb.DuckDBPyConnection, name: str, table: str, frame: pd.DataFrame, *, temporary: bool = False
) -> None:
    """
    Create the table of cycles, laboratory values or adverse events, with every column of the dictionary.

    Parameters
    ----------
    cursor : duckdb cursor
        Inside the transaction of the commit.
    name : str
        Of `core.dictionary.TABLES`.
    table : str
        Name of the table to create.
    frame : DataFrame
        Typed columns and `line`; a column that it lacks is stored as missing.
    temporary : bool
        Seen by this cursor alone, and gone with it.
    """
    described = TABLE_FIELDS[name]
    brought = {one: described[one] for one in described if one in frame.columns}
    columns = ", ".join(
        _column(one) if one.name in brought else f"NULL::{SQL_TYPES[one.type]} AS {quote(one.name)}"
        for one in described.values()
    )
    _create(cursor, table, frame, brought, f"SELECT line, {columns} FROM ingested ORDER BY line", temporary)


def append(cursor: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Add a frame's rows to a table of the catalogue by column name; its text must be of pandas' ``string`` type."""
    cursor.register("appended", frame)
    try:
        cursor.execute(f"INSERT INTO {quote(table)} BY NAME SELECT * FROM appended")
    finally:
        cursor.unregister("appended")


def _create(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    frame: pd.DataFrame,
    fields: Mapping[str, Field],
    select: str,
    temporary: bool,
) -> None:
    typed = {name: _typed(frame[name], field) for name, field in fields.items()}
    lines = frame["line"].to_numpy() if "line" in frame.columns else np.arange(2, len(frame) + 2)
    cursor.register("ingested", pd.DataFrame({"line": lines.astype("int64"), **typed}, copy=False))
    try:
        cursor.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {quote(table)} AS {select}")
    finally:
        cursor.unregister("ingested")


def _typed(column: pd.Series, field: Field) -> pd.Series:
    if field.type == "date":
        return pd.to_datetime(column).astype("datetime64[us]").reset_index(drop=True)
    return column.astype(_PANDAS_TYPES[field.type]).reset_index(drop=True)


def _column(field: Field) -> str:
    name = quote(field.name)
    if field.type == "number":
        return f"CASE WHEN isfinite({name}) THEN {name} END AS {name}"
    return f"{name}::{SQL_TYPES[field.type]} AS {name}"

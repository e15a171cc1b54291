"""The difference between two versions of a table, counted by one query over both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from core.difference import KEYS, LISTED, MAIN, CellChange, RowOf, TableDifference
from core.sql.names import quote

_PLACES = frozenset(("course_row", "line"))


@dataclass(frozen=True)
class Side:
    """A table of one of the two versions.

    Parameters
    ----------
    table : its name in the database; "" when the version did not bring it
    signs : a query for the signs of its values, with the columns field, line and sign
    signed : fields that have signs, as the query names them
    """

    table: str
    signs: str
    signed: frozenset[str]


def read_difference(cursor: duckdb.DuckDBPyConnection, table: str, before: Side, after: Side) -> TableDifference:
    """
    Compare a table of two versions.

    Parameters
    ----------
    cursor : duckdb cursor
    table : str
        Of `core.dictionary.TABLES`.
    before, after : Side
        One of them at least has the table.

    Returns
    -------
    TableDifference
        Numbers are the same when every bit is; columns of two types are compared as text, but numbers as numbers.
    """
    types = {side: _types(cursor, side.table) for side in (before, after)}
    old, new = types[before], types[after]
    common = {name: _comparable(old[name], new[name]) for name in new if name in old and name not in KEYS[table]}
    fields = list(common)
    signed = [name for name in fields if _signed(table, name) in before.signed | after.signed]
    keys = KEYS[table]
    sides = [_rows(side, table, keys, common, signed, types[side]) for side in (before, after)]
    joined = _joined(sides, len(keys), fields, signed)
    counts = cursor.execute(_counted(joined, len(fields))).fetchall()[0]
    n_before, n_after, n_added, n_removed, n_changed = counts[:5]
    changed = {name: n for name, n in zip(fields, counts[5:], strict=True) if n}
    own = bool(before.table) and bool(after.table)
    return TableDifference(
        table=table,
        rows_before=n_before,
        rows_after=n_after,
        n_added=n_added,
        n_removed=n_removed,
        n_changed=n_changed,
        changed_fields=changed,
        columns_added=tuple(name for name in new if name not in old) if own else (),
        columns_removed=tuple(name for name in old if name not in new) if own else (),
        added=_listed(cursor, joined, table, "a", n_added, fields, signed),
        removed=_listed(cursor, joined, table, "b", n_removed, fields, signed),
        changes=_changes(cursor, joined, len(keys), fields, signed, list(changed)) if changed else (),
    )


def _types(cursor: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a table with their types, but for the places of the rows."""
    if not table:
        return {}
    rows = cursor.execute(f"DESCRIBE {quote(table)}").fetchall()
    return {row[0]: row[1] for row in rows if row[0] not in _PLACES}


def _comparable(old: str, new: str) -> str:
    """The type in which values of two types are compared."""
    if old == new:
        return old
    return "DOUBLE" if {old, new} == {"BIGINT", "DOUBLE"} else "VARCHAR"


def _signed(table: str, field: str) -> str:
    """A field as the signs name it."""
    return field if table == "courses" else f"{table}.{field}"


def _rows(
    side: Side,
    table: str,
    keys: Sequence[str],
    common: Mapping[str, str],
    signed: Sequence[str],
    types: dict[str, str],
) -> str:
    """A side's rows: k0, k1, ... the key; k their number among rows of one key; line; c0, ... values; s0, ... signs."""
    if not side.table:
        nothing = [f"NULL::VARCHAR AS k{i}" for i in range(len(keys))]
        return f"SELECT {', '.join(nothing)}, 0 AS k, 0 AS line WHERE FALSE"
    missing = "1" if table == "courses" else ""
    texts = [
        f"coalesce(t.{quote(key)}::VARCHAR, '{missing if key == 'course' else ''}')" if key in types else "''"
        for key in keys
    ]
    columns = [f"{text} AS k{i}" for i, text in enumerate(texts)]
    columns.append(f"row_number() OVER (PARTITION BY {', '.join(texts)} ORDER BY t.line) AS k")
    columns.append("t.line")
    columns += [f"t.{quote(name)}::{kind} AS c{i}" for i, (name, kind) in enumerate(common.items())]
    joins = ""
    for i, name in enumerate(signed):
        named = _signed(table, name).replace("'", "''")
        joins += (
            f" LEFT JOIN (SELECT line, sign FROM ({side.signs}) WHERE field = '{named}') g{i} ON g{i}.line = t.line"
        )
        columns.append(f"coalesce(g{i}.sign, '') AS s{i}")
    return f"SELECT {', '.join(columns)} FROM {quote(side.table)} t{joins}"


def _joined(sides: Sequence[str], n_keys: int, fields: Sequence[str], signed: Sequence[str]) -> str:
    """Both sides beside each other, each row with its pair or alone; d0, d1, ... whether a value is another one."""
    on = " AND ".join(["b.k = a.k", *(f"b.k{i} = a.k{i}" for i in range(n_keys))])
    unequal = []
    for i, name in enumerate(fields):
        test = f"b.c{i} IS DISTINCT FROM a.c{i}"
        if name in signed:
            test += f" OR b.s{signed.index(name)} IS DISTINCT FROM a.s{signed.index(name)}"
        unequal.append(f"b.line IS NOT NULL AND a.line IS NOT NULL AND ({test}) AS d{i}")
    differing = ", ".join(["b.line IS NULL AS is_new", "a.line IS NULL AS is_gone", *unequal])
    chosen = [f"b.{one} AS b_{one}, a.{one} AS a_{one}" for one in ("line", *(f"k{i}" for i in range(n_keys)))]
    chosen += [f"b.c{i} AS b_c{i}, a.c{i} AS a_c{i}" for i in range(len(fields))] if fields else []
    chosen += [f"b.s{i} AS b_s{i}, a.s{i} AS a_s{i}" for i in range(len(signed))]
    return f"(SELECT {', '.join(chosen)}, {differing} FROM ({sides[0]}) b FULL JOIN ({sides[1]}) a ON {on})"


def _any(n: int) -> str:
    return " OR ".join(f"d{i}" for i in range(n)) or "FALSE"


def _counted(joined: str, n: int) -> str:
    each = "".join(f", count(*) FILTER (d{i})" for i in range(n))
    return (
        "SELECT count(*) FILTER (NOT is_new), count(*) FILTER (NOT is_gone), count(*) FILTER (is_new), "
        f"count(*) FILTER (is_gone), count(*) FILTER ({_any(n)}){each} FROM {joined}"
    )


def _listed(
    cursor: duckdb.DuckDBPyConnection,
    joined: str,
    table: str,
    side: str,
    n: int,
    fields: Sequence[str],
    signed: Sequence[str],
) -> tuple[RowOf, ...]:
    """The first rows that only one side has."""
    if not n:
        return ()
    n_keys, main = len(KEYS[table]), [name for name in MAIN[table] if name in fields]
    columns = [f"{side}_k{i}" for i in range(n_keys)]
    for name in main:
        sign = f"{side}_s{signed.index(name)}" if name in signed else "''"
        columns += [sign, f"{side}_c{fields.index(name)}"]
    alone = "is_new" if side == "a" else "is_gone"
    sql = f"SELECT {side}_line, {', '.join(columns)} FROM {joined} WHERE {alone} ORDER BY 1 LIMIT {LISTED}"
    found = []
    for row in cursor.execute(sql).fetchall():
        key, cells = row[1 : n_keys + 1], row[n_keys + 1 :]
        shown = zip(main, cells[0::2], cells[1::2], strict=True)
        values = {name: sign + _text(value) for name, sign, value in shown if value is not None}
        found.append(RowOf(key, row[0], values))
    return tuple(found)


def _changes(
    cursor: duckdb.DuckDBPyConnection,
    joined: str,
    n_keys: int,
    fields: Sequence[str],
    signed: Sequence[str],
    changed: Sequence[str],
) -> tuple[CellChange, ...]:
    """The changed cells of the first changed rows."""
    columns = ["a_line", *(f"a_k{i}" for i in range(n_keys))]
    for name in changed:
        i = fields.index(name)
        signs = (f"b_s{signed.index(name)}", f"a_s{signed.index(name)}") if name in signed else ("''", "''")
        columns += [f"d{i}", signs[0], f"b_c{i}", signs[1], f"a_c{i}"]
    sql = f"SELECT {', '.join(columns)} FROM {joined} WHERE {_any(len(fields))} ORDER BY a_line LIMIT {LISTED}"
    found = []
    for row in cursor.execute(sql).fetchall():
        key, cells = row[1 : n_keys + 1], row[n_keys + 1 :]
        for place, name in enumerate(changed):
            is_other, sign_before, before, sign_after, after = cells[5 * place : 5 * place + 5]
            if is_other:
                found.append(CellChange(key, row[0], name, sign_before + _text(before), sign_after + _text(after)))
    return tuple(found)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)

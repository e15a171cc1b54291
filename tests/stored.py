"""A store in memory that holds one cohort, given as lists of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from core.cohort import CohortVersion
from core.fields import TABLE_FIELDS
from core.ingest.source import Ingested
from core.store import Store

Row = Mapping[str, Any]
_TYPES = {"number": "float64", "integer": "Int64", "yes_no": "boolean", "date": "datetime64[us]"}


def frame(table: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows as a typed table of the dictionary, with their lines."""
    given = pd.DataFrame(list(rows))
    typed = {}
    for name in given.columns:
        kind = _TYPES.get(TABLE_FIELDS[table][name].type)
        values = given[name].astype(object).where(given[name].notna(), None)
        if kind is None:
            typed[name] = values
        elif kind.startswith("datetime"):
            typed[name] = pd.to_datetime(values).astype(kind)
        else:
            typed[name] = pd.array(values, dtype=kind) if kind != "float64" else values.astype(float)
    return pd.DataFrame({**typed, "line": range(2, len(given) + 2)})


def stored(**tables: Sequence[Row] | None) -> tuple[Store, CohortVersion]:
    """A store with these tables as the cohort "test"; a table that is None or empty was not brought."""
    brought = {name: frame(name, rows) for name, rows in tables.items() if rows}
    store = Store(":memory:")
    n = len(brought["courses"])
    ingested = Ingested(
        tables=brought,
        extras={},
        mapping={},
        changes=[],
        problems=(),
        rows_read=n,
        rows_kept=n,
        sha256="0" * 64,
        data_cutoff=date(2024, 1, 1),
        data_cutoff_source="as stated",
        synthetic=True,
    )
    return store, store.commit(ingested, "test")

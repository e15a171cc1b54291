"""Hand-made cohorts for tests, in the shape that the reader of files gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.cohort import CohortVersion
from core.dictionary import Field
from core.fields import TABLE_FIELDS
from core.problems import Problem
from core.store import Store

Rows = Sequence[Mapping[str, object]]
_TYPES = {
    "category": "object",
    "text": "object",
    "yes_no": "boolean",
    "integer": "Int64",
    "number": "float64",
    "date": "datetime64[us]",
}


def frame(table: str, rows: Rows, extras: Mapping[str, Field] | None = None) -> pd.DataFrame:
    """Rows of a table as typed columns: yes/no as bool, dates as ISO text; `line` counts from 2."""
    described = {**TABLE_FIELDS[table], **(extras or {})}
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: pd.Series([row.get(name) for row in rows], dtype=_TYPES[described[name].type])
        if described[name].type != "date"
        else pd.to_datetime(pd.Series([row.get(name) for row in rows])).astype("datetime64[us]")
        for name in names
    }
    return pd.DataFrame({"line": range(2, len(rows) + 2), **columns})


def ingested(
    courses: Rows,
    *,
    extras: Mapping[str, Field] | None = None,
    problems: Sequence[Problem] = (),
    changes: Sequence[str] = (),
    unusable: Mapping[str, Sequence[int]] | None = None,
    sha: str = "",
    signs: Mapping[str, Mapping[int, str]] | None = None,
    file: str = "courses.csv",
    **tables: Rows,
) -> SimpleNamespace:
    """A cohort as the reader gives it, from rows written as dicts."""
    frames = {"courses": frame("courses", courses, extras)}
    frames |= {name: frame(name, rows) for name, rows in tables.items()}
    return SimpleNamespace(
        tables=frames,
        extras=dict(extras or {}),
        mapping={name: name for name in frames["courses"].columns if name in TABLE_FIELDS["courses"]},
        changes=list(changes),
        problems=tuple(problems),
        rows_read=len(courses),
        rows_kept=len(courses),
        sha256=sha or sha256(repr((courses, tables)).encode()).hexdigest(),
        data_cutoff=None,
        data_cutoff_source="",
        synthetic=True,
        unusable={field: np.array(lines) for field, lines in (unusable or {}).items()},
        signs=signs or {},
        file=file,
    )


def stored(folder: Path, courses: Rows, **more: object) -> tuple[Store, CohortVersion]:
    """A new store in a folder with one cohort, "Test"."""
    store = Store(folder / "cohorts.duckdb")
    return store, store.commit(ingested(courses, **more), "Test")  # type: ignore[arg-type]


def extra(name: str, kind: str, **more: object) -> Field:
    """A column of the file's own."""
    return replace(Field(name=name, label=name, type=kind, role="other"), **more)  # type: ignore[arg-type]

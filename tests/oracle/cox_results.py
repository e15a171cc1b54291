"""Read the stored inputs and R results of the Cox oracle."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.dictionary import Field

HERE = Path(__file__).parent
REAL = {
    "lung": ("lung", "time", "status", ("age", "sex", "ph.ecog", "wt.loss", "meal.cal", "inst"), ("sex", "ph.ecog")),
    "rossi": ("rossi", "week", "arrest", ("fin", "age", "race", "wexp", "mar", "paro", "prio"), ()),
    "gbsg2": (
        "cox_gbsg2",
        "time",
        "cens",
        ("horTh", "age", "menostat", "tsize", "tgrade", "pnodes", "progrec", "estrec"),
        ("horTh", "menostat", "tgrade"),
    ),
}
"""Real cohort -> file, time, event, factors, and those that are categories."""


@cache
def results(name: str) -> dict:
    """R's results as `cox_models.R` wrote them: cohort -> univariable, multivariable."""
    return json.loads((HERE / f"cox_{name}.json").read_text())["cohorts"]


@cache
def table(name: str) -> pd.DataFrame:
    """One file of `data/`; its frame is shared, so do not change it."""
    return pd.read_csv(HERE / "data" / f"{name}.csv", float_precision="round_trip")


@cache
def random_cohorts() -> dict[str, pd.DataFrame]:
    """The random cohorts by number."""
    return {str(number): rows for number, rows in table("cox_random").groupby("cohort", sort=False)}


def field(name: str, values: pd.Series, *, categorical: bool = False) -> Field:
    """A field as the dictionary would describe a column."""
    if not pd.api.types.is_numeric_dtype(values):
        return Field(name, name, "category", "other")
    return Field(name, name, "integer" if categorical else "number", "other")


def values(column: pd.Series) -> np.ndarray:
    """A column as the store returns it: numbers with NaN, text with None."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float)
    return column.astype(object).where(column.notna(), None).to_numpy(dtype=object)

"""Read the stored inputs and R results of the survival oracle."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SETS = {"lung": ("time", "status"), "rossi": ("week", "arrest"), "larynx": ("time", "death"),
        "leukemia": ("t", "status"), "waltons": ("T", "E")}  # fmt: skip
"""Packaged cohort -> its columns of time and event."""


@cache
def results(name: str) -> dict:
    """R's results as `survival_km.R` wrote them."""
    return json.loads((HERE / f"survival_{name}.json").read_text())


@cache
def table(name: str) -> pd.DataFrame:
    """One file of `data/`; its frame is shared, so do not change it."""
    return pd.read_csv(HERE / "data" / f"{name}.csv", float_precision="round_trip")


def cohorts(name: str) -> list[tuple[pd.DataFrame, dict]]:
    """Rows of each stored cohort beside R's results for it."""
    stored = results(name)["cohorts"]
    return [(rows, stored[str(key)]) for key, rows in table(f"survival_{name}").groupby("cohort", sort=False)]


def numbers(values: list) -> np.ndarray:
    """A JSON list with null as NaN."""
    return np.array(values, dtype=float)

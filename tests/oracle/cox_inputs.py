"""Write the inputs of the Cox oracle: one packaged real cohort and 200 random ones, a tenth of each awkward kind.

Run from anywhere: ``python tests/oracle/cox_inputs.py``. Existing files get the same content again.
"""

from pathlib import Path

import lifelines.datasets
import numpy as np
import pandas as pd

DATA = Path(__file__).parent / "data"
COHORTS = 200
KINDS = (
    "plain",
    "day ties",
    "missing values",
    "level without events",
    "reference without events",
    "separated",
    "constant",
    "collinear",
    "few events",
    "uneven",
)


def plain(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Two numbers, a factor of three or four levels and a yes/no, with effects on the hazard."""
    x, z = rng.normal(50, 10, n), rng.poisson(3, n).astype(float)
    g = rng.choice(list("ABCD"[: rng.integers(3, 5)]), n)
    b = rng.choice(["no", "yes"], n)
    log_hazard = 0.04 * (x - 50) + 0.2 * z + 0.6 * (g == "B") - 0.5 * (b == "yes")
    event_time = rng.weibull(1.3, n) * 900 * np.exp(-log_hazard / 1.3)
    censoring = rng.uniform(100, 2000, n)
    return pd.DataFrame(
        {
            "time": np.minimum(event_time, censoring).round(6),
            "event": (event_time <= censoring).astype(int),
            "x": x.round(3),
            "z": z,
            "g": g,
            "b": b,
        }
    )


def cohort(rng: np.random.Generator, kind: str, size: int) -> pd.DataFrame:
    """One cohort of a kind; `size` is its number within the kind."""
    d = plain(rng, int(rng.integers(25, 90)))
    if kind in ("day ties", "collinear", "level without events"):
        d.time = np.ceil(d.time / (30 if size % 2 else 7))
    if kind == "missing values":
        for column in ("x", "z", "g", "b"):
            d[column] = d[column].where(rng.random(len(d)) > 0.12)
    if kind == "level without events":
        d.loc[d.g == "C", "event"] = 0
        if size % 4 == 0:
            d.loc[d.b == "yes", "event"] = 0
    if kind == "reference without events":
        d.loc[d.g == "A", "event"] = 0
    if kind == "separated":
        d.time = np.ceil(d.time / 20)
        if size % 2:
            d.x = -d.time + d.event
        else:
            early = d.time.rank(method="first") <= 8
            d["b"], d.loc[early, "event"] = np.where(early, "yes", "no"), 1
            d.time = np.where(early, d.time, d.time + 100)
    if kind == "constant":
        d["z"] = 0.1
        if size % 2:
            d["b"] = "no"
    if kind == "collinear":
        d["z"] = 2 * d.x - 1
        if size % 2:
            d["b"] = np.where(d.g == "B", "yes", "no")
    if kind == "few events":
        keep = rng.permutation(np.flatnonzero(d.event))[: size % 5]
        d["event"] = 0
        d.loc[keep, "event"] = 1
    if kind == "uneven":
        d.x = np.exp(d.x / 10 - 5).round(6) * 1e6
        d.z = d.z / 1e3
        d.time = d.time / 1000 + rng.choice([0.0, 1e-9], len(d))
        d.loc[d.time < d.time.quantile(0.2), "event"] = 0
        d.loc[d.g == "C", "g"] = np.where(rng.random((d.g == "C").sum()) < 0.2, "C", "A")
    return d


def main() -> None:
    """Write both files."""
    lifelines.datasets.load_gbsg2().to_csv(DATA / "cox_gbsg2.csv", index=False)
    rng = np.random.default_rng(20260731)
    cohorts = []
    for number in range(COHORTS):
        d = cohort(rng, KINDS[number % len(KINDS)], number // len(KINDS))
        d.insert(0, "cohort", number)
        cohorts.append(d)
    pd.concat(cohorts).to_csv(DATA / "cox_random.csv", index=False)


if __name__ == "__main__":
    main()

"""Baseline covariates of the 110 synthetic patients: exact counts, credible distributions, missing values.

Counts of grade, primary site, functional activity and treatment modalities are the paper's Table 1; those of CgA, ALP
and FDG and the missing values are the ones that the interval widths of Tables 4 and 5 allow. `draw` deals them at
random; the search then exchanges values between patients, which leaves every count as it is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

N = 110
SITES = ("small intestine", "pancreas", "colon or rectum", "stomach")
COUNTS = {
    "grade": (38, 62, 10),
    "site": (63, 34, 11, 2),
    "functional": (63, 47),
    "cga": (64, 42),
    "alp": (54, 56),
    "fdg": (36, 67),
    "modalities": (84, 26),
}
"""Patients per level, reference first; levels coded 0, 1 ... and -1 where missing (CgA 4, FDG 7)."""
MODALITIES_FEW = (0,) * 2 + (1,) * 10 + (2,) * 44 + (3,) * 28
MODALITIES_MANY = (4,) * 14 + (5,) * 8 + (6,) * 3 + (7,) * 1
"""Number of modalities before PRRT; 303 in all, as Table 1 lists them by treatment."""
MISSING = {"fdg": (0, 1, 2, 3, 4, 5, 6), "sodium": (3, 4, 7, 8, 9), "cga": (5, 6, 9, 10), "albumin": (4,)}
"""Which of the eleven incomplete patients lack what: 99 complete for the PFS model, 102 for the OS model."""
RANGES = {"sodium": (125.0, 148.0), "albumin": (25.0, 50.0), "nlr": (0.5, 15.0)}
"""Values that occur: mmol/L, g/L, ratio."""


def draw(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Deal covariates at random: level codes (int, -1 missing) and sodium, albumin, NLR (float, NaN missing)."""
    incomplete = rng.permutation(N)[:11]
    dealt: dict[str, np.ndarray] = {}
    for factor, counts in COUNTS.items():
        codes = np.repeat(np.arange(len(counts)), counts)
        column = np.full(N, -1)
        present = np.setdiff1d(np.arange(N), incomplete[list(MISSING.get(factor, ()))])
        column[present] = rng.permutation(codes)
        dealt[factor] = column
    dealt["sodium"] = np.clip(rng.normal(139.2, 2.8, N), 126, 147)
    dealt["albumin"] = np.clip(rng.normal(40.0, 3.8, N), 27, 49)
    dealt["nlr"] = np.clip(np.exp(rng.normal(np.log(2.5), 0.75, N)), 0.6, 14.0)
    for value in ("sodium", "albumin"):
        dealt[value][incomplete[list(MISSING[value])]] = np.nan
    return dealt


def _log_normal(rng: np.random.Generator, n: int, median: float, spread: float, low: int, high: int) -> np.ndarray:
    """Whole numbers from a log-normal distribution cut to low..high by drawing again."""
    values = np.empty(0, dtype=int)
    while len(values) < n:
        more = np.rint(np.exp(rng.normal(np.log(median), spread, 4 * n))).astype(int)
        values = np.concatenate([values, more[(more >= low) & (more <= high)]])
    return values[:n]


def plan_columns(dealt: dict[str, np.ndarray], rng: np.random.Generator) -> pd.DataFrame:
    """Columns of the plan in reportable units: CgA (ug/L) and ALP (U/L) drawn within their side of 1000 and 130."""
    cga = np.where(
        dealt["cga"] == 1, _log_normal(rng, N, 2600, 1.0, 1000, 40000), _log_normal(rng, N, 230, 0.95, 15, 999)
    )
    alp = np.where(dealt["alp"] == 1, _log_normal(rng, N, 190, 0.45, 130, 700), _log_normal(rng, N, 88, 0.28, 35, 129))
    modalities = np.empty(N, dtype=int)
    few = dealt["modalities"] == 0
    modalities[few], modalities[~few] = rng.permutation(MODALITIES_FEW), rng.permutation(MODALITIES_MANY)
    fdg = np.array(["negative", "positive", ""])[dealt["fdg"]]
    return pd.DataFrame(
        {
            "row": np.arange(1, N + 1),
            "grade": dealt["grade"] + 1,
            "primary_site": np.array(SITES)[dealt["site"]],
            "functional": np.array(["no", "yes"])[dealt["functional"]],
            "cga_ug_l": pd.Series(cga, dtype="Int64").mask(dealt["cga"] < 0),
            "alp_u_l": alp,
            "sodium_mmol_l": np.round(dealt["sodium"], 1),
            "albumin_g_l": np.round(dealt["albumin"], 1),
            "nlr": np.round(dealt["nlr"], 2),
            "fdg_pet": fdg,
            "prior_modalities": modalities,
        }
    )

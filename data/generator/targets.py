"""What the plan is fitted to: Tables 4 and 5 of the paper, and the windows that each printed figure leaves open.

Every printed hazard ratio with its limits and p-value is a Wald test: log HR +- 1.96 SE, z = log HR / SE. A printed
figure of d decimals stands for half a unit of the last digit to either side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import linprog
from scipy.stats import chi2, norm

Z_975 = 1.959963984540054
PARAMETERS = {
    "grade": 2,
    "site": 3,
    "functional": 1,
    "cga": 1,
    "alp": 1,
    "sodium": 1,
    "albumin": 1,
    "nlr": 1,
    "fdg": 1,
    "modalities": 1,
}
"""Parameters per factor, in the order of the paper's tables."""
LEVELS = {
    "grade": ("2", "3"),
    "site": ("pancreas", "colon or rectum", "stomach"),
    "functional": ("functional",),
    "cga": (">= 1000 ug/L",),
    "alp": (">= 130 U/L",),
    "sodium": ("per mmol/L",),
    "albumin": ("per g/L",),
    "nlr": ("per unit",),
    "fdg": ("positive",),
    "modalities": ("> 3",),
}
ENTERED = {
    "pfs": ("grade", "cga", "alp", "sodium", "albumin", "nlr", "fdg", "modalities"),
    "os": ("cga", "alp", "sodium", "albumin", "nlr"),
}
"""Factors of the multivariable models: overall p < 0.1 alone."""

TABLES = """
pfs uni grade 0.69 0.43 1.12 0.1313
pfs uni grade 3.41 1.61 7.24 0.0014
pfs uni site 1.46 0.92 2.33 0.1091
pfs uni site 0.93 0.44 1.98 0.8506
pfs uni site 2.35 0.57 9.77 0.2391
pfs uni functional 1.02 0.67 1.57 0.9135
pfs uni cga 2.38 1.47 3.85 0.0004
pfs uni alp 2.51 1.59 3.94 <.0001
pfs uni sodium 0.86 0.79 0.94 0.0005
pfs uni albumin 0.93 0.87 0.99 0.0162
pfs uni nlr 1.07 0.99 1.16 0.0775
pfs uni fdg 1.77 1.06 2.97 0.0305
pfs uni modalities 1.72 1.05 2.82 0.0304
pfs multi grade 0.69 0.40 1.18 0.1727
pfs multi grade 2.75 1.21 6.27 0.0162
pfs multi cga 2.57 1.46 4.51 0.0010
pfs multi alp 1.51 0.87 2.63 0.1459
pfs multi sodium 0.84 0.75 0.93 0.0008
pfs multi albumin 0.93 0.86 0.99 0.0275
pfs multi nlr 1.01 0.90 1.12 0.9230
pfs multi fdg 1.54 0.82 2.89 0.1805
pfs multi modalities 1.11 0.62 1.98 0.7164
os uni grade 0.72 0.42 1.25 0.2430
os uni grade 1.61 0.68 3.81 0.2785
os uni site 0.83 0.48 1.45 0.5186
os uni site 0.55 0.20 1.55 0.2571
os uni site 0.50 0.07 3.66 0.4925
os uni functional 1.49 0.90 2.46 0.1181
os uni cga 4.40 2.51 7.72 <.0001
os uni alp 2.30 1.39 3.82 0.0013
os uni sodium 0.91 0.83 1.01 0.0720
os uni albumin 0.88 0.82 0.94 0.0001
os uni nlr 1.14 1.07 1.22 <.0001
os uni fdg 1.34 0.76 2.36 0.3185
os uni modalities 1.40 0.81 2.43 0.2261
os multi cga 4.28 2.31 7.95 <.0001
os multi alp 1.62 0.91 2.88 0.1027
os multi sodium 0.89 0.80 1.00 0.0517
os multi albumin 0.89 0.82 0.96 0.0026
os multi nlr 1.13 1.04 1.23 0.0035
"""
"""Endpoint, model, factor (its levels in order), HR, lower and upper limit, level p. Source: Tables 4 and 5."""

OVERALL_P = {
    ("pfs", "uni", "grade"): "<.0001",
    ("pfs", "uni", "site"): "0.2673",
    ("pfs", "multi", "grade"): "0.0027",
    ("os", "uni", "grade"): "0.1292",
    ("os", "uni", "site"): "0.6099",
}
"""Overall p (Wald, as many degrees of freedom as parameters) of factors with more than two levels."""


@dataclass(frozen=True)
class Level:
    """One printed line of Table 4 or 5."""

    endpoint: str
    model: str
    factor: str
    index: int
    hazard_ratio: str
    lower: str
    upper: str
    p: str


def printed_range(text: str) -> tuple[float, float]:
    """Smallest and largest value that print as `text`; '<.0001' is 0 to 0.0001."""
    if text.startswith("<"):
        return 0.0, float(text[1:])
    half = 0.5 * 10.0 ** -len(text.split(".")[1])
    return float(text) - half, float(text) + half


@cache
def levels() -> tuple[Level, ...]:
    """The forty printed lines in order."""
    found, seen = [], {}
    for line in TABLES.split("\n"):
        if line:
            endpoint, model, factor, *figures = line.split()
            index = seen.get((endpoint, model, factor), 0)
            seen[endpoint, model, factor] = index + 1
            found.append(Level(endpoint, model, factor, index, *figures))
    return tuple(found)


def z_range(level: Level) -> tuple[float, float]:
    """Smallest and largest |z| that print as the level p; no upper end for '<.0001'."""
    low, high = printed_range(level.p)
    return float(norm.isf(high / 2)), (float(norm.isf(low / 2)) if low > 0 else np.inf)


def log_windows(level: Level) -> np.ndarray:
    """Lowest and highest log of HR, lower and upper limit that print as given, (3, 2)."""
    return np.log([printed_range(text) for text in (level.hazard_ratio, level.lower, level.upper)])


def centre(level: Level) -> tuple[float, float, float]:
    """Log HR and SE furthest inside the windows of a line, and the share of the half widths left (> 0: consistent)."""
    sign = 1.0 if float(level.hazard_ratio) > 1 else -1.0
    rows, windows = [(1.0, 0.0), (1.0, -Z_975), (1.0, Z_975)], log_windows(level).tolist()
    z_low, z_high = z_range(level)
    if np.isfinite(z_high):
        z_middle = (z_low + z_high) / 2
        typical_se = abs(np.log(float(level.hazard_ratio))) / z_middle
        rows.append((sign, -z_middle))
        windows.append([(z_low - z_middle) * typical_se, (z_high - z_middle) * typical_se])
    low, high = np.array(windows).T
    middle, half = (low + high) / 2, (high - low) / 2
    scaled, ones = np.array(rows) / half[:, None], np.ones((len(rows), 1))
    matrix = np.vstack([np.hstack([scaled, ones]), np.hstack([-scaled, ones])])
    right = np.concatenate([1 + middle / half, 1 - middle / half])
    found = linprog([0, 0, -1], A_ub=matrix, b_ub=right, bounds=[(None, None), (1e-6, None), (None, 1)])
    return float(found.x[0]), float(found.x[1]), float(found.x[2])


def overall_range(key: tuple[str, str, str]) -> tuple[float, float]:
    """Smallest and largest Wald chi-square that print as the overall p of a factor."""
    low, high = printed_range(OVERALL_P[key])
    freedom = PARAMETERS[key[2]]
    return float(chi2.isf(high, freedom)), (float(chi2.isf(low, freedom)) if low > 0 else 1e3)

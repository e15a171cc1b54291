"""The spread of a number in a group of courses: how many state it, quartiles, extremes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """Courses that state a number, its quartiles (R's type 7), its extremes, mean and standard deviation (n - 1).

    None where no course states it; the deviation also of a single one.
    """

    n: int
    q1: float | None
    median: float | None
    q3: float | None
    low: float | None
    high: float | None
    mean: float | None = None
    deviation: float | None = None


def spread(values: np.ndarray) -> Spread:
    """
    Summarise a number.

    Parameters
    ----------
    values : (n,) float64
        NaN = missing.

    Source: Hyndman and Fan 1996, type 7; R `quantile`.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return Spread(0, None, None, None, None, None)
    ordered = np.sort(known)
    places = np.array([0.0, 0.25, 0.5, 0.75, 1.0]) * (known.size - 1)
    low, q1, median, q3, high = np.interp(places, np.arange(known.size), ordered).tolist()
    deviation = float(known.std(ddof=1)) if known.size > 1 else None
    return Spread(int(known.size), q1, median, q3, low, high, float(known.mean()), deviation)

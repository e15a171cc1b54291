"""Kaplan-Meier median with its log-log interval, for the search only (times are distinct whole days)."""

from __future__ import annotations

import numpy as np

DAYS_PER_MONTH = 30.4375
Z_975 = 1.959963984540054


def _first_at_or_below(time: np.ndarray, curve: np.ndarray, level: float = 0.5) -> float:
    """Return the first time at which a falling step curve is at or below `level`, R's midpoint rule; NaN if never."""
    below = np.flatnonzero(curve <= level + 1e-9)
    if below.size == 0:
        return float("nan")
    first = below[0]
    if abs(curve[first] - level) > 1e-9:
        return float(time[first])
    after = np.flatnonzero(curve < level - 1e-9)
    until = time[after[0]] if after.size else time[-1]
    return float((time[first] + until) / 2)


def median_interval(days: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Kaplan-Meier median and its 95 % Brookmeyer-Crowley interval, log-log transform.

    Parameters
    ----------
    days : (n,) distinct times in days.
    event : (n,) 1 where the event happened, 0 where censored.

    Returns
    -------
    (3,) median, lower and upper limit in months of 30.4375 days; NaN where not reached.

    Source: R survival, `survfit(conf.type = "log-log")` and `quantile.survfit`.
    """
    order = np.argsort(days)
    time, died = days[order].astype(float), event[order].astype(float)
    at_risk = np.arange(len(time), 0, -1.0)
    survival = np.cumprod(1 - died / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(np.where(died > 0, died / (at_risk * (at_risk - died)), 0.0))
        half = Z_975 * np.sqrt(variance) / np.abs(np.log(survival))
        lower, upper = survival ** np.exp(half), survival ** np.exp(-half)
    lower, upper = np.nan_to_num(lower, nan=0.0), np.where(survival > 0, np.nan_to_num(upper, nan=1.0), np.nan)
    lower[survival >= 1] = upper[survival >= 1] = 1.0
    steps = died > 0
    keep = steps | (np.arange(len(time)) == len(time) - 1)
    found = [_first_at_or_below(time[keep], curve[keep]) for curve in (survival, lower, upper)]
    return np.array(found) / DAYS_PER_MONTH

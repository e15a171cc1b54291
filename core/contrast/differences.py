"""Differences between two independent groups: survival at a time, restricted mean, proportions, each with interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from core.curve import Curve
from core.options import DAYS_PER_MONTH

MOVER = (
    "difference A - B of Kaplan-Meier survival, interval by MOVER from the two curves' own intervals "
    "(Zou and Donner 2008)"
)
RMST = "restricted mean survival time, area under the Kaplan-Meier curve to the horizon, Greenwood-type variance"
NEWCOMBE = "difference A - B of proportions, interval by Newcombe's method 10 (1998), from Wilson's intervals"


@dataclass(frozen=True)
class Difference:
    """A against B.

    Parameters
    ----------
    a, b : float or None
        The two estimates.
    difference, lower, upper : float or None
        A - B with its interval, in the unit of the estimates.
    reason : str or None
        Why a number is None.
    """

    a: float | None
    b: float | None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Area:
    """A restricted mean in days with its standard error, or why there is none."""

    mean: float | None
    standard_error: float | None
    reason: str | None = None


@dataclass(frozen=True)
class MeanDifference:
    """Restricted means of A and B up to a horizon, days.

    Parameters
    ----------
    tau : float or None
        Horizon; None where follow-up is too short for any.
    a, b : Area
    difference, standard_error, lower, upper, p : float or None
        A - B, normal interval, two-sided.
    reason : str or None
    """

    tau: float | None
    a: Area
    b: Area
    difference: float | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    reason: str | None = None


def milestone_difference(a: Curve, b: Curve, day: float) -> Difference:
    """
    Difference of survival at one time.

    Parameters
    ----------
    a, b : Curve
        Of independent groups, with intervals of one type and level.
    day : float

    Returns
    -------
    Difference
        Shares. Limits are d - sqrt((a - a_lower)^2 + (b_upper - b)^2) and d + sqrt((a_upper - a)^2 + (b - b_lower)^2).

    Source: Zou and Donner, Stat Med 2008;27:1693 (MOVER); with plain intervals it is the sum of Greenwood's variances.
    """
    (read_a, read_b) = (curve.at([day]) for curve in (a, b))
    (s, s_low, s_high, why), (t, t_low, t_high, why_b) = (
        (read.survival[0], read.lower[0], read.upper[0], read.reason[0]) for read in (read_a, read_b)
    )
    if s is None or t is None:
        name, reason = ("A", why) if s is None else ("B", why_b)
        return Difference(s, t, reason=_in(name, reason))
    if s_low is None or s_high is None or t_low is None or t_high is None:
        name, reason = ("A", why) if s_low is None else ("B", why_b)
        return Difference(s, t, s - t, reason=_in(name, reason))
    lower = s - t - sqrt((s - s_low) ** 2 + (t_high - t) ** 2)
    upper = s - t + sqrt((s_high - s) ** 2 + (t - t_low) ** 2)
    return Difference(s, t, s - t, lower, upper)


def default_horizon(a: Curve, b: Curve) -> float | None:
    """The smaller of the groups' longest times, down to a whole month, in days; None below one month or for nobody."""
    if not (a.n and b.n):
        return None
    # A millionth of a month forgives the last bits of a time that was given in months.
    whole = floor(min(float(a.time[-1]), float(b.time[-1])) / DAYS_PER_MONTH + 1e-6)
    return whole * DAYS_PER_MONTH if whole else None


def restricted_mean(curve: Curve, tau: float) -> Area:
    """
    Area under a curve up to a horizon.

    Parameters
    ----------
    curve : Curve
    tau : float
        Days, above zero; at most the last observed time unless the curve has reached 0.

    Returns
    -------
    Area

    Source: R survival ``summary(survfit(), rmean = tau)``, and survRM2 (Uno et al.): the variance is the sum over event
    times of (area after the time)^2 d / (n (n - d)).
    """
    if not curve.n:
        return Area(None, None, "There are no patients.")
    last = float(curve.time[-1])
    if tau > last + 1e-6 * DAYS_PER_MONTH and curve.survival[-1] > 0:
        return Area(None, None, "The horizon lies beyond the last observed time.")
    upto = (curve.time <= tau) & (curve.events > 0)
    edges = np.concatenate(([0.0], curve.time[upto], [tau]))
    areas = np.diff(edges) * np.concatenate(([1.0], curve.survival[upto]))
    after = areas[::-1].cumsum()[::-1][1:]
    d, n = curve.events[upto].astype(float), curve.at_risk[upto].astype(float)
    # Where everybody at risk dies no area is left, so any divisor above zero will do.
    variance = float((after**2 * d / np.maximum(n * (n - d), 1.0)).sum())
    return Area(float(areas.sum()), sqrt(variance))


def restricted_mean_difference(a: Curve, b: Curve, tau: float | None) -> MeanDifference:
    """
    Difference of restricted means.

    Parameters
    ----------
    a, b : Curve
        Of independent groups; the level of `a` is the interval's.
    tau : float or None
        Horizon in days; None = there is none.
    """
    if tau is None:
        nothing = Area(None, None)
        return MeanDifference(None, nothing, nothing, reason="One group was followed for less than one month.")
    left, right = restricted_mean(a, tau), restricted_mean(b, tau)
    for name, one in (("A", left), ("B", right)):
        if one.mean is None:
            return MeanDifference(tau, left, right, reason=_in(name, one.reason))
    difference = (left.mean or 0.0) - (right.mean or 0.0)
    error = sqrt((left.standard_error or 0.0) ** 2 + (right.standard_error or 0.0) ** 2)
    if not error:
        reason = "There is no event before the horizon, so no interval exists."
        return MeanDifference(tau, left, right, difference, reason=reason)
    half = float(ndtri(0.5 + a.conf_level / 2)) * error
    p = float(2 * ndtr(-abs(difference / error)))
    return MeanDifference(tau, left, right, difference, error, difference - half, difference + half, p)


def newcombe(n_a: int, total_a: int, n_b: int, total_b: int, conf_level: float = 0.95) -> Difference:
    """
    Difference of two independent proportions.

    Parameters
    ----------
    n_a, total_a, n_b, total_b : int
        0 <= n <= total in each group.
    conf_level : float in (0, 1)

    Returns
    -------
    Difference
        Shares, not percent.

    Raises
    ------
    ValueError
        When an n is not between 0 and its total.

    Source: Newcombe, Stat Med 1998;17:873, method 10 (Wilson's intervals without continuity correction).
    """
    for n, total in ((n_a, total_a), (n_b, total_b)):
        if not 0 <= n <= total:
            raise ValueError(f"{n} of {total} is not a proportion.")
    if not (total_a and total_b):
        name = "A" if not total_a else "B"
        alone_a, alone_b = (n / total if total else None for n, total in ((n_a, total_a), (n_b, total_b)))
        return Difference(alone_a, alone_b, reason=_in(name, "There is nobody to count."))
    p, q = n_a / total_a, n_b / total_b
    (p_low, p_high), (q_low, q_high) = _wilson(p, total_a, conf_level), _wilson(q, total_b, conf_level)
    lower = p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    upper = p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Difference(p, q, p - q, lower, upper)


def _in(name: str, reason: str | None) -> str:
    text = reason or ""
    return f"In group {name} {text[:1].lower()}{text[1:]}"


def _wilson(p: float, n: int, conf_level: float) -> tuple[float, float]:
    z = float(ndtri(0.5 + conf_level / 2))
    middle, half = 2 * n * p + z * z, z * sqrt(z * z + 4 * n * p * (1 - p))
    return (middle - half) / (2 * (n + z * z)), (middle + half) / (2 * (n + z * z))

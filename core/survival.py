"""Kaplan-Meier estimation and follow-up. Times in days; months only where they are shown.

This module gathers the names that pages and the command line need; counts live in `core.counts`, what can be read off
a curve in `core.curve`, the log-rank test in `core.logrank`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from core.counts import (
    EventCounts,
    Floats,
    Ints,
    RiskTable,
    align_ties,
    event_counts,
    grouped_counts,
    risk_table,
)
from core.curve import Curve, Milestones, Quantile, quantile
from core.logrank import LogRank, Pairwise, log_rank, pairwise_log_rank
from core.options import CONF_TYPES

__all__ = [
    "Curve",
    "EventCounts",
    "FollowUp",
    "LogRank",
    "Milestones",
    "Pairwise",
    "Quantile",
    "RiskTable",
    "align_ties",
    "event_counts",
    "follow_up",
    "grouped_counts",
    "kaplan_meier",
    "log_rank",
    "pairwise_log_rank",
    "risk_table",
]


@dataclass(frozen=True)
class FollowUp:
    """How long patients were followed (give it the overall-survival clock).

    Parameters
    ----------
    n : int
    median_observed, min, max : float or None
        Plain median and range of the observed times, dead or alive, in days; None without patients.
    reverse_median : Quantile
        Median of the reverse Kaplan-Meier curve, in which being censored is the event, with its interval.
    method : str
    """

    n: int
    median_observed: float | None
    min: float | None
    max: float | None
    reverse_median: Quantile
    method: str


def kaplan_meier(counts: EventCounts, conf_type: str = "log-log", conf_level: float = 0.95) -> Curve:
    """Estimate the survival function of one group.

    Parameters
    ----------
    counts : EventCounts
        May be empty.
    conf_type : {"log-log", "log", "plain"}
        Transformation on which the pointwise interval is symmetric.
    conf_level : float
        Between 0 and 1, both excluded.

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        Naming `conf_type` or `conf_level`.

    Source
    ------
    Kaplan and Meier 1958; Greenwood 1926; R survival 3.5 ``survfit``.
    """
    if conf_type not in CONF_TYPES:
        raise ValueError(f"`conf_type` must be one of {', '.join(CONF_TYPES)}, not {conf_type!r}.")
    if not 0 < conf_level < 1:
        raise ValueError(f"`conf_level` must lie between 0 and 1, not {conf_level}.")
    at_risk = counts.at_risk
    survivors = at_risk - counts.events
    survival = np.cumprod(survivors / at_risk, dtype=np.float64)
    lower, upper = _interval(survival, at_risk, counts.events, survivors, conf_type, conf_level)
    return Curve(
        n=int(at_risk[0]) if at_risk.size else 0,
        n_events=counts.n_events,
        time=counts.time,
        survival=survival,
        lower=lower,
        upper=upper,
        at_risk=at_risk,
        events=counts.events,
        censored=counts.censored,
        median=quantile(counts.time, survival, lower, upper, 0.5),
        conf_type=conf_type,
        conf_level=conf_level,
        method=f"Kaplan-Meier, {100 * conf_level:g} % CI {conf_type} (Greenwood), quantiles by Brookmeyer-Crowley",
    )


def follow_up(os_counts: EventCounts, conf_type: str = "log-log", conf_level: float = 0.95) -> FollowUp:
    """Plain and reverse Kaplan-Meier follow-up.

    Parameters
    ----------
    os_counts : EventCounts
        Overall survival: the event is death.
    conf_type, conf_level
        As in `kaplan_meier`.

    Returns
    -------
    FollowUp

    Raises
    ------
    ValueError
        As in `kaplan_meier`.

    Source
    ------
    Schemper and Smith 1996; R ``survfit(Surv(time, 1 - event) ~ 1)``, which puts a censoring before a death of the
    same day.
    """
    reversed_curve = kaplan_meier(
        EventCounts(os_counts.time, os_counts.censored, os_counts.events), conf_type, conf_level
    )
    time, n = os_counts.time, reversed_curve.n
    median = shortest = longest = None
    if n:
        up_to = (os_counts.events + os_counts.censored).cumsum()
        # Positions of the two middle patients; one and the same for an odd number.
        middle = np.searchsorted(up_to, [(n - 1) // 2, n // 2], side="right")
        median, shortest, longest = float(time[middle].mean()), float(time[0]), float(time[-1])
    method = f"observed time: plain median and range; {reversed_curve.method} of the reverse curve"
    return FollowUp(n, median, shortest, longest, reversed_curve.median, method)


def _interval(
    survival: Floats, at_risk: Ints, events: Ints, survivors: Ints, conf_type: str, conf_level: float
) -> tuple[Floats, Floats]:
    """Pointwise limits: 1 before the first event, NaN where survival is 0 (R ``survfit_confint``)."""
    lower, upper = np.ones(survival.size), np.ones(survival.size)
    # Survival never rises, so 0 < S < 1 is one stretch, and 0 can only be the last value.
    ended = survival.size > 0 and survivors[-1] == 0
    inner = slice(int(np.count_nonzero(survival == 1)), survival.size - ended)
    if ended:
        lower[-1] = upper[-1] = np.nan
    s, dead = survival[inner], events[inner]
    z_se = ndtri(0.5 + conf_level / 2) * np.sqrt(np.cumsum(dead / (at_risk[inner] * survivors[inner].astype(float))))
    if conf_type == "plain":
        lower[inner], upper[inner] = np.maximum(s - s * z_se, 0), np.minimum(s + s * z_se, 1)
    elif conf_type == "log":
        log_s = np.log(s)
        lower[inner], upper[inner] = np.exp(log_s - z_se), np.minimum(np.exp(log_s + z_se), 1)
    else:
        log_s = np.log(s)
        centre, half = np.log(-log_s), z_se / -log_s
        lower[inner], upper[inner] = np.exp(-np.exp(centre + half)), np.exp(-np.exp(centre - half))
    return lower, upper

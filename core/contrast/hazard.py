"""Hazard of one group relative to that of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import cox
from core.counts import EventCounts
from core.cox_tests import ChiSquared, wald_interval, wald_p
from core.strata import CONTRAST_LEVELS
from core.zph import zph


@dataclass(frozen=True)
class Hazard:
    """Hazard of A relative to that of B.

    Parameters
    ----------
    hr, lower, upper, p : float or None
        Cox model with Efron ties, B as reference; Wald.
    proportional : ChiSquared or None
        Test of proportional hazards.
    reason : str or None
        Why there is no ratio.
    """

    hr: float | None
    lower: float | None
    upper: float | None
    p: float | None
    proportional: ChiSquared | None
    reason: str | None = None


def hazard(counts: tuple[EventCounts, EventCounts], conf_level: float = 0.95) -> Hazard:
    """
    Cox model of one covariate: A (1) against B (0).

    Parameters
    ----------
    counts : (EventCounts, EventCounts)
        Of A and of B.
    conf_level : float
    """
    reason = _no_ratio(counts)
    if reason:
        return Hazard(None, None, None, None, None, reason)
    rows = [_rows(one) for one in counts]
    x = np.concatenate([np.full(time.size, value) for value, (time, _) in zip((1.0, 0.0), rows, strict=True)])[:, None]
    time, event = (np.concatenate([one[part] for one in rows]) for part in (0, 1))
    fit = cox.fit(x, time, event)
    if fit.status[0] != cox.ESTIMATED or not fit.converged:
        return Hazard(None, None, None, None, None, "Not estimable: only one group is at risk where events happen.")
    lower, upper = wald_interval(fit.coef, fit.standard_error, conf_level)
    tested = zph(fit, x, time, event, {"A": (0,)}).terms["A"]
    p = float(wald_p(fit.coef, fit.standard_error)[0])
    return Hazard(float(np.exp(fit.coef[0])), float(lower[0]), float(upper[0]), p, tested)


def _no_ratio(counts: tuple[EventCounts, EventCounts]) -> str:
    for name, one in zip(CONTRAST_LEVELS, counts, strict=True):
        if not one.n:
            return f"{name} has no patient with a known time."
    none = [name for name, one in zip(CONTRAST_LEVELS, counts, strict=True) if not one.n_events]
    if none:
        return f"Not estimable: no events in {' and '.join(none)}."
    return ""


def _rows(counts: EventCounts) -> tuple[np.ndarray, np.ndarray]:
    """One time and event a patient."""
    time = np.concatenate([np.repeat(counts.time, counts.events), np.repeat(counts.time, counts.censored)])
    return time, np.arange(time.size) < counts.n_events

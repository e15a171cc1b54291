"""Test of proportional hazards: the score test of R's `cox.zph` (survival 3 and later), with residuals for a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.cox import CoxFit
from core.cox_tests import ChiSquared, chi_squared
from core.partial_likelihood import information, moments, scaled_columns
from core.risk_sets import Floats, RiskSets, risk_sets

METHOD = "score test of coefficient x (1 - Kaplan-Meier), as R survival 3 cox.zph"
_SINGULAR = 1e-10
"""Smallest share of information left below which there are too few event times to test a trend."""


@dataclass(frozen=True)
class ProportionalHazards:
    """Whether hazard ratios stay the same over time.

    Parameters
    ----------
    terms : test of each term, by name
    overall : test of all terms together; None when it cannot be computed
    columns : (p,) which columns of the fit `residuals` shows: those with a coefficient
    time : (m,) times of the events, ascending, unit of the input
    transformed : (m,) 1 - S(t-) at those times, the axis on which the test looks for a trend
    residuals : (m, p) scaled Schoenfeld residuals plus coefficient: a smooth of a column over `transformed` estimates
        its log hazard ratio over time
    """

    terms: dict[str, ChiSquared | None]
    overall: ChiSquared | None
    columns: tuple[int, ...]
    time: Floats
    transformed: Floats
    residuals: Floats
    method: str = METHOD


def zph(
    fit: CoxFit, x: ArrayLike, time: ArrayLike, event: ArrayLike, terms: Mapping[str, Sequence[int]]
) -> ProportionalHazards:
    """Test the proportional hazards assumption of a fitted model, per term and over all.

    Parameters
    ----------
    fit : the fitted model
    x, time, event : what it was fitted on
    terms : name of each term -> its columns of x; columns without a coefficient are left out

    Returns
    -------
    ProportionalHazards

    Source: R survival 3, `cox.zph(fit, transform = "km")`, `zph1.c`; residuals as with `terms = FALSE`.
    """
    kept = np.flatnonzero(~np.isnan(fit.coef))
    columns = np.asarray(x, dtype=float)[:, kept]
    times = np.asarray(time, dtype=float)
    risk = risk_sets(times, np.asarray(event, dtype=bool))
    scaled = scaled_columns([columns], risk)
    at = moments(scaled.models, (fit.coef[kept] * scaled.scale[0])[None])
    transformed = _left_continuous_km(risk)
    centred = transformed - transformed[risk.event_group].mean()
    blocks = [information(scaled.models, at, weights)[0] for weights in (None, centred, centred**2)]
    # Information on the trends that the coefficients themselves, which stand at their maximum, do not take up.
    trend = blocks[2] - blocks[1] @ np.linalg.solve(blocks[0], blocks[1])
    size = np.diagonal(blocks[2])
    died = np.bincount(risk.event_group, minlength=risk.starts.size)
    expected = (at.means[0, 1:] * at.first[0]).sum(axis=1) / died
    schoenfeld = (scaled.models.x[0, 1:, risk.events] - expected[:, risk.event_group].T)[::-1]
    score = schoenfeld.T @ centred[risk.event_group][::-1]
    tests = {}
    for name, members in terms.items():
        own = [column for column, position in enumerate(kept.tolist()) if position in members]
        tests[name] = _score_test(trend[np.ix_(own, own)], size[own], score[own])
    residuals = risk.events.size * np.linalg.solve(blocks[0], schoenfeld.T).T / scaled.scale[0] + fit.coef[kept]
    return ProportionalHazards(
        terms=tests,
        overall=_score_test(trend, size, score),
        columns=tuple(int(column) for column in kept),
        time=times[risk.rows[risk.events]][::-1],
        transformed=transformed[risk.event_group][::-1],
        residuals=residuals,
    )


def _left_continuous_km(risk: RiskSets) -> Floats:
    """1 - S(t-) at each event time, in the order of the risk sets."""
    at_risk = np.append(risk.starts[1:], risk.rows.size)
    died = np.bincount(risk.event_group, minlength=risk.starts.size)
    survival = np.cumprod((1 - died / at_risk)[::-1])
    return 1 - np.concatenate(([1.0], survival[:-1]))[::-1]


def _score_test(trend: Floats, size: Floats, score: Floats) -> ChiSquared | None:
    """Test trends by their score and information; `size` is the information before the coefficients took their part."""
    if not (score.size and (size > 0).all()):
        return None
    scaled = trend / np.sqrt(np.outer(size, size))
    if np.linalg.eigvalsh(scaled)[0] < _SINGULAR:
        return None
    slope = score / np.sqrt(size)
    return chi_squared(float(slope @ np.linalg.solve(scaled, slope)), score.size, METHOD)

"""Cox proportional hazards with Efron ties: many models over the same patients in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from core.newton import blank, derivatives, inverse, maximise
from core.partial_likelihood import scaled_columns
from core.risk_sets import Bools, Floats, RiskSets, risk_sets

METHOD = "Cox proportional hazards, Efron ties, Wald intervals and two-sided p-values"
ESTIMATED, CONSTANT, COLLINEAR, DIVERGING = "estimated", "constant", "collinear", "diverging"

_SINGULAR = np.finfo(float).eps ** 0.75
"""A column is collinear when a smaller share of its information is not held by those before it (R's `toler.chol`)."""
_UNKNOWN = 10.0
"""Standard error of the log hazard over a column's range, beside a diverging column, that means no information."""
_LOST = 1e-6
"""Information of a scaled column below which a point is too far out to start from."""
_CELLS = 8_000_000
"""Models are fitted together while their columns hold at most this many numbers."""


@dataclass(frozen=True)
class CoxFit:
    """One fitted model.

    Parameters
    ----------
    coef : (p,) log hazard ratios; NaN for a constant or collinear column
    covariance : (p, p) inverse information; NaN where a coefficient is
    status : (p,) "estimated", "constant", "collinear" (with columns before it) or "diverging" (monotone likelihood: the
        coefficient has no finite maximum; `coef` is where the likelihood had become flat)
    collinear_with : column -> the earlier columns that determine it
    loglik_null, loglik : log partial likelihood without and with the columns
    score : score test at zero of the columns that are not NaN, chi-squared with `df` degrees of freedom
    df : number of coefficients
    iterations : evaluations of the likelihood
    converged : whether a maximum was found (of the coefficients that have one)
    n, events : patients and events used
    """

    coef: Floats
    covariance: Floats
    status: tuple[str, ...]
    collinear_with: dict[int, tuple[int, ...]]
    loglik_null: float
    loglik: float
    score: float
    df: int
    iterations: int
    converged: bool
    n: int
    events: int
    method: str = field(default=METHOD)

    @property
    def standard_error(self) -> Floats:
        """(p,) standard errors of `coef`."""
        return np.sqrt(np.diagonal(self.covariance))


def fit(x: ArrayLike, time: ArrayLike, event: ArrayLike) -> CoxFit:
    """Fit one proportional hazards model.

    Parameters
    ----------
    x : (n, p) covariates, finite
    time : (n,) time to event or censoring, any unit, finite; 0 is legal
    event : (n,) 1 / True where the event happened

    Returns
    -------
    CoxFit

    Raises
    ------
    ValueError
        When shapes disagree or a value is missing or infinite; names the argument and the rule.

    Source: R survival, `coxph(..., ties = "efron")`.
    """
    columns = np.asarray(x, dtype=float)
    if columns.ndim != 2:
        raise ValueError(f"x: {columns.ndim} dimension(s); it needs one row per patient and one column per covariate.")
    if not np.isfinite(columns).all():
        raise ValueError("x: a value is missing or infinite; leave those patients out first.")
    return fit_batch([columns], time, event)[0]


def fit_batch(models: Sequence[ArrayLike], time: ArrayLike, event: ArrayLike) -> tuple[CoxFit, ...]:
    """Fit several models over the same patients in one pass, each on the rows where all its columns are present.

    Parameters
    ----------
    models : covariates of each model, (n, p) with any p >= 1; a row holding NaN is not used by that model
    time, event : as in `fit`

    Returns
    -------
    one CoxFit per model, in order

    Raises
    ------
    ValueError
        As `fit`.
    """
    times, events = _outcome(time, event)
    columns = [np.asarray(x, dtype=float) for x in models]
    if any(x.ndim != 2 or len(x) != times.size for x in columns):
        raise ValueError(f"models: each needs {times.size} rows, one per time, and two dimensions.")
    risk = risk_sets(times, events)
    fits: list[CoxFit] = []
    for together in _batches(columns, times.size):
        fits += _fit_together(columns[together], risk, events)
    return tuple(fits)


def maximal_logliks(
    models: Sequence[Floats], time: Floats, event: Bools, starts: Sequence[Floats]
) -> tuple[float | None, ...]:
    """The log partial likelihood of each of several models at its maximum, found from a point nearby.

    Parameters
    ----------
    models : (n, p) covariates of each model, p >= 1, independent of one another; a row holding NaN is not used
    time, event : (n,) as in `fit`
    starts : (p,) coefficients to start from

    Returns
    -------
    one number per model; None where the fit did not converge
    """
    risk = risk_sets(time, event)
    found: list[float | None] = []
    for together in _batches(models, time.size):
        scaled = scaled_columns(models[together], risk)
        beta = np.zeros_like(scaled.scale)
        for row, near in zip(beta, starts[together], strict=True):
            row[: near.size] = near
        beta *= scaled.scale
        kept = ~scaled.constant
        start = derivatives(scaled.models, beta, kept)
        lost = ~(np.isfinite(start.loglik) & (np.diagonal(start.information, axis1=1, axis2=2) > _LOST).all(axis=1))
        if lost.any():
            beta[lost] = 0.0
            start = derivatives(scaled.models, beta, kept)
        state = maximise(scaled.models, kept, scaled.span, start, beta)
        pairs = zip(state.loglik.tolist(), state.converged.tolist(), strict=True)
        found += [loglik if converged else None for loglik, converged in pairs]
    return tuple(found)


def _batches(models: Sequence[Floats], n: int) -> Iterator[slice]:
    """Runs of models that fit into memory together."""
    widest = max((x.shape[1] for x in models), default=1)
    together = max(1, _CELLS // max(1, n * (widest + 1)))
    return (slice(first, first + together) for first in range(0, len(models), together))


def _outcome(time: ArrayLike, event: ArrayLike) -> tuple[Floats, Bools]:
    times, events = np.asarray(time, dtype=float), np.asarray(event)
    if times.ndim != 1 or events.shape != times.shape:
        raise ValueError(f"time and event: shapes {times.shape} and {events.shape}; each needs one value per patient.")
    if not np.isfinite(times).all():
        raise ValueError("time: a value is missing or infinite; leave those patients out first.")
    if events.dtype != bool:
        if not np.isin(events, (0, 1)).all():
            raise ValueError("event: a value is neither 0 nor 1.")
        events = events.astype(bool)
    return times, events


def _fit_together(columns: Sequence[Floats], risk: RiskSets, events: Bools) -> list[CoxFit]:
    present = [~np.isnan(x).any(axis=1) for x in columns]
    counts = [(int(rows.sum()), int((rows & events).sum())) for rows in present]
    if not risk.events.size:
        return [_not_fitted(x.shape[1], n) for x, (n, _) in zip(columns, counts, strict=True)]
    scaled = scaled_columns(columns, risk)
    models, p = scaled.models, scaled.scale.shape[1]
    start = derivatives(models, np.zeros_like(scaled.scale), ~scaled.constant)
    kept, collinear_with = _independent(start.information, ~scaled.constant)
    if (~kept & ~scaled.constant).any():
        models.x[:, 1:][~kept] = 0.0
        models.event_sums[:, 1:][~kept] = 0.0
        blank(start, kept)
    state = maximise(models, kept, scaled.span, start)
    covariance = inverse(state.information)
    # Where one coefficient has no maximum, the likelihood that is left may say nothing about others.
    spread = np.sqrt(np.abs(np.diagonal(covariance, axis1=1, axis2=2))) * scaled.span
    state.diverging |= state.diverging.any(axis=1, keepdims=True) & (spread > _UNKNOWN)
    covariance /= scaled.scale[:, :, None] * scaled.scale[:, None, :]
    coef = state.beta / scaled.scale
    if not kept.all():
        coef[~kept] = np.nan
        covariance[~(kept[:, :, None] & kept[:, None, :])] = np.nan
    status = np.full((len(columns), p), ESTIMATED, dtype=object)
    status[state.diverging] = DIVERGING
    status[~kept] = COLLINEAR
    status[scaled.constant] = CONSTANT
    fits = []
    for model, values in enumerate(columns):
        width = values.shape[1]
        fits.append(
            CoxFit(
                coef=coef[model, :width],
                covariance=covariance[model, :width, :width],
                status=tuple(status[model, :width]),
                collinear_with=collinear_with[model],
                loglik_null=float(start.loglik[model]),
                loglik=float(state.loglik[model]),
                score=float(state.score[model]),
                df=int(kept[model].sum()),
                iterations=int(state.iterations[model]),
                converged=bool(state.converged[model]),
                n=counts[model][0],
                events=counts[model][1],
            )
        )
    return fits


def _not_fitted(p: int, n: int) -> CoxFit:
    """The model of patients without a single event: nothing is known about any column."""
    nothing = np.full((p, p), np.nan)
    return CoxFit(nothing[0] if p else np.empty(0), nothing, (CONSTANT,) * p, {}, 0.0, 0.0, 0.0, 0, 0, True, n, 0)


def _independent(info: Floats, candidates: Bools) -> tuple[Bools, list[dict[int, tuple[int, ...]]]]:
    """Which columns add information to those before them (R's rule), and what determines the others."""
    if candidates.all() and _clearly_independent(info):
        return candidates, [{} for _ in info]
    left, kept = info.copy(), candidates.copy()
    diagonal = np.diagonal(info, axis1=1, axis2=2)
    for j in range(info.shape[1]):
        pivot = left[:, j, j]
        kept[:, j] &= pivot > _SINGULAR * diagonal[:, j]
        row = np.where(kept[:, j, None], left[:, j, j + 1 :] / np.where(kept[:, j], pivot, 1.0)[:, None], 0.0)
        left[:, j + 1 :, j + 1 :] -= row[:, :, None] * left[:, None, j, j + 1 :]
    determined: list[dict[int, tuple[int, ...]]] = [{} for _ in info]
    for model, j in np.argwhere(candidates & ~kept):
        earlier = np.flatnonzero(kept[model, :j])
        weights = np.linalg.solve(info[model][np.ix_(earlier, earlier)], info[model][earlier, j])
        determined[model][int(j)] = tuple(int(i) for i in earlier[np.abs(weights) > 1e-6])
    return kept, determined


def _clearly_independent(info: Floats) -> bool:
    scale = np.sqrt(np.diagonal(info, axis1=1, axis2=2))
    try:
        factor = np.linalg.cholesky(info / (scale[:, :, None] * scale[:, None, :]))
    except np.linalg.LinAlgError:
        return False
    return bool((np.diagonal(factor, axis1=1, axis2=2) ** 2 > 10 * _SINGULAR).all())

"""Newton's method with step halving for the partial likelihood of many models at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.partial_likelihood import WIDEST, Batch, Bools, Floats, Ints, gradient, information, moments

_SETTLED = 1e-14
"""Newton decrement (squared length of the step, in standard errors) at which a fit is exact."""
_FLAT = 1e-9
"""Newton decrement at which a fit is exact too, unless some coefficient still moves: then it has no maximum."""
_MOVING = 0.01
"""Change of the log hazard over a column's range, in one step on a flat likelihood, of a coefficient that diverges."""
_EVALUATIONS = 60


@dataclass(frozen=True)
class Derivatives:
    """Log partial likelihood of b models, and its derivatives in the columns that are fitted."""

    loglik: Floats
    gradient: Floats
    information: Floats


def derivatives(models: Batch, beta: Floats, kept: Bools) -> Derivatives:
    """Evaluate likelihood, gradient and information at `beta` (b, p); columns not `kept` (b, p) are out of them."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # an overshoot; the caller sees its loglik
        at = moments(models, beta)
        result = Derivatives(at.loglik, gradient(models, at), information(models, at))
    blank(result, kept)
    return result


def blank(at: Derivatives, kept: Bools) -> None:
    """Take columns that are not fitted out of the equations, in place."""
    if kept.all():
        return
    at.gradient[~kept] = 0.0
    at.information[~(kept[:, :, None] & kept[:, None, :])] = 0.0
    model, column = np.nonzero(~kept)
    at.information[model, column, column] = 1.0


def newton_step(info: Floats, slope: Floats) -> Floats:
    """Newton's step; where rounding leaves the information not positive definite, the step of one nearby that is."""
    try:
        step = np.asarray(np.linalg.solve(info, slope[:, :, None]), dtype=np.float64)[:, :, 0]
        if ((step * slope).sum(axis=1) >= 0).all():
            return step
    except np.linalg.LinAlgError:
        pass
    values, vectors = np.linalg.eigh(info)
    values = np.maximum(np.abs(values), 1e-12 * np.abs(values).max(axis=1, keepdims=True))
    turned = np.matmul(vectors.transpose(0, 2, 1), slope[:, :, None])
    return np.matmul(vectors, turned / values[:, :, None])[:, :, 0]


def inverse(info: Floats) -> Floats:
    """Inverse information; on a flat likelihood, where it may not exist, the pseudo-inverse."""
    try:
        return np.asarray(np.linalg.inv(info), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(info, hermitian=True), dtype=np.float64)


@dataclass
class Maximum:
    """Where the maximisation of b models stands.

    Parameters
    ----------
    beta : (b, p) coefficients of the scaled columns
    loglik : (b,)
    information : (b, p, p) at `beta`
    iterations : (b,) evaluations so far
    converged : (b,) whether the likelihood rises no further
    diverging : (b, p) coefficients that still move on a likelihood that rises no further: they have no maximum
    """

    beta: Floats
    loglik: Floats
    information: Floats
    iterations: NDArray[np.int64]
    converged: Bools
    diverging: Bools


def maximise(models: Batch, kept: Bools, span: Floats, start: Derivatives) -> Maximum:
    """Newton's method; a step that lowers the likelihood is halved until it does not. Models leave as they settle."""
    b, p = kept.shape
    state = Maximum(
        beta=np.zeros((b, p)),
        loglik=np.full(b, -np.inf),
        information=np.zeros((b, p, p)),
        iterations=np.zeros(b, dtype=np.int64),
        converged=np.zeros(b, dtype=bool),
        diverging=np.zeros((b, p), dtype=bool),
    )
    active: Ints = np.arange(b)
    trial, step, at = state.beta, state.beta, start
    for evaluation in range(1, _EVALUATIONS + 1):
        floor = state.loglik[active]
        risen = np.isfinite(at.loglik) & (at.loglik >= floor - 1e-10 * np.abs(floor))
        if not risen.all():
            at.gradient[~risen], at.information[~risen] = 0.0, np.eye(p)
        newton = newton_step(at.information, at.gradient)
        decrement = (newton * at.gradient).sum(axis=1)
        moving = np.abs(newton) * span[active] > _MOVING
        settled = risen & (decrement < _SETTLED)
        done = settled | (risen & (decrement < _FLAT) & moving.any(axis=1))
        better = active[risen]
        state.beta[better], state.loglik[better] = trial[risen], at.loglik[risen]
        state.beta[active[settled]] += newton[settled]
        state.information[better] = at.information[risen]
        state.iterations[active] = evaluation
        state.converged[active[done]] = True
        state.diverging[active[done]] = moving[done]
        step = np.where(risen[:, None], newton, step / 2)
        if done.all():
            break
        if done.any():
            active, step, models = active[~done], step[~done], models.subset(np.flatnonzero(~done))
        trial = state.beta[active] + step
        at = derivatives(models, trial, kept[active])
    else:
        # Separation along many patients drives log hazards as far apart as numbers go before the likelihood is flat:
        # nothing is known then of the other coefficients either.
        apart = np.ptp(np.matmul(state.beta[active][:, None], models.x[:, 1:])[:, 0], axis=1) > WIDEST / 4
        state.converged[active[apart]] = True
        state.diverging[active[apart]] = kept[active[apart]]
    return state

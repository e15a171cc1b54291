"""Newton's method with step halving for the partial likelihood of many models at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.partial_likelihood import WIDEST, Batch, gradient, information, moments
from core.risk_sets import Bools, Floats, Ints

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


def newton_step(info: Floats, slope: Floats) -> tuple[Floats, Floats]:
    """Newton's step (b, p) and its decrement (b,), the squared length of the step in standard errors.

    Where rounding leaves the information not positive definite, the step of a matrix nearby that is.
    """
    try:
        step = np.asarray(np.linalg.solve(info, slope[:, :, None]), dtype=np.float64)[:, :, 0]
        decrement = (step * slope).sum(axis=1)
        if (decrement >= 0).all():
            return step, decrement
    except np.linalg.LinAlgError:
        pass
    step = np.matmul(_positive_inverse(info), slope[:, :, None])[:, :, 0]
    return step, (step * slope).sum(axis=1)


def _positive_inverse(info: Floats) -> Floats:
    """Inverse of a positive definite matrix nearby: eigenvalues lost to rounding are taken as the least that count."""
    values, vectors = np.linalg.eigh(info)
    values = np.maximum(np.abs(values), np.maximum(1e-14 * np.abs(values).max(axis=1, keepdims=True), 1e-30))
    return np.matmul(vectors / values[:, None], vectors.transpose(0, 2, 1))


def inverse(info: Floats) -> Floats:
    """Inverse information, (b, p, p), with positive variances also on a flat likelihood."""
    try:
        found = np.asarray(np.linalg.inv(info), dtype=np.float64)
        if (np.diagonal(found, axis1=1, axis2=2) > 0).all():
            return found
    except np.linalg.LinAlgError:
        pass
    return _positive_inverse(info)


@dataclass
class Maximum:
    """The maxima of b models.

    Parameters
    ----------
    beta : (b, p) coefficients of the scaled columns
    loglik : (b,)
    information : (b, p, p) at `beta`
    score : (b,) score test where it started
    iterations : (b,) evaluations
    converged : (b,) whether the likelihood rises no further
    diverging : (b, p) coefficients that still move on a likelihood that rises no further: they have no maximum
    """

    beta: Floats
    loglik: Floats
    information: Floats
    score: Floats
    iterations: NDArray[np.int64]
    converged: Bools
    diverging: Bools

    def settle(
        self, models: Ints, beta: Floats, loglik: Floats, info: Floats, diverging: Bools, evaluation: int
    ) -> None:
        """Write down where some of the models ended."""
        self.beta[models], self.loglik[models], self.information[models] = beta, loglik, info
        self.diverging[models], self.iterations[models] = diverging, evaluation


def maximise(models: Batch, kept: Bools, span: Floats, start: Derivatives, beta: Floats | None = None) -> Maximum:
    """Newton's method; a step that lowers the likelihood is halved until it does not. Models leave as they settle.

    Parameters
    ----------
    models : Batch
    kept : (b, p) columns that are fitted
    span : (b, p) range of each scaled column
    start : derivatives at `beta`
    beta : (b, p) where to start; None = 0
    """
    b, p = kept.shape
    found = Maximum(
        beta=np.zeros((b, p)),
        loglik=np.zeros(b),
        information=np.zeros((b, p, p)),
        score=np.zeros(b),
        iterations=np.zeros(b, dtype=np.int64),
        converged=np.zeros(b, dtype=bool),
        diverging=np.zeros((b, p), dtype=bool),
    )
    active: Ints = np.arange(b)
    at, info, loglik, step = start, start.information, np.full(b, -np.inf), np.zeros((b, p))
    beta = step if beta is None else beta
    for evaluation in range(1, _EVALUATIONS + 1):
        risen = np.isfinite(at.loglik) & (at.loglik >= loglik - 1e-10 * np.abs(loglik))
        if risen.all():
            beta, loglik, info = beta + step, at.loglik, at.information
        else:
            beta = np.where(risen[:, None], beta + step, beta)
            loglik = np.where(risen, at.loglik, loglik)
            info = np.where(risen[:, None, None], at.information, info)
            at.gradient[~risen], at.information[~risen] = 0.0, np.eye(p)
        newton, decrement = newton_step(at.information, at.gradient)
        if evaluation == 1:
            found.score = decrement
        moving = np.abs(newton) * span > _MOVING
        settled = risen & (decrement < _SETTLED)
        done = settled | (risen & (decrement < _FLAT) & moving.any(axis=1))
        step = np.where(risen[:, None], newton, step / 2)
        if done.any():
            end = np.where(settled[:, None], beta + newton, beta)
            found.converged[active[done]] = True
            found.settle(active[done], end[done], loglik[done], info[done], moving[done], evaluation)
            if done.all():
                return found
            left = np.flatnonzero(~done)
            active, models, kept, span = active[left], models.subset(left), kept[left], span[left]
            beta, step, loglik, info = beta[left], step[left], loglik[left], info[left]
        at = derivatives(models, beta + step, kept)
    # Separation along many patients drives log hazards as far apart as numbers go before the likelihood is flat:
    # nothing is known then of the other coefficients either.
    apart = np.ptp(np.matmul(beta[:, None], models.x[:, 1:])[:, 0], axis=1) > WIDEST / 4
    found.converged[active] = apart
    found.settle(active, beta, loglik, info, kept & apart[:, None], _EVALUATIONS)
    return found

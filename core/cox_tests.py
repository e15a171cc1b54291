"""Tests of Cox models: Wald, likelihood ratio, score, all two-sided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr, ndtri


@dataclass(frozen=True)
class ChiSquared:
    """A chi-squared test: statistic, degrees of freedom, p-value, and what it is."""

    chi2: float
    df: int
    p: float
    method: str


def chi_squared(chi2: float, df: int, method: str) -> ChiSquared | None:
    """The test of a chi-squared statistic; None without degrees of freedom. Rounding below zero counts as zero."""
    if df < 1 or not np.isfinite(chi2):
        return None
    statistic = max(float(chi2), 0.0)
    return ChiSquared(statistic, df, float(chdtrc(df, statistic)), method)


def wald(coef: ArrayLike, covariance: ArrayLike) -> ChiSquared | None:
    """Test that all of some coefficients are zero: b' V^-1 b (the type-3 test when they are one factor's).

    Parameters
    ----------
    coef : (k,) finite log hazard ratios
    covariance : (k, k) their covariance

    Returns
    -------
    ChiSquared, or None when k = 0
    """
    b = np.asarray(coef, dtype=float)
    if not b.size:
        return None
    if b.size == 1:
        return chi_squared(float(b[0] ** 2 / np.asarray(covariance)[0, 0]), 1, "Wald")
    return chi_squared(float(b @ np.linalg.solve(np.asarray(covariance, dtype=float), b)), b.size, "Wald")


def likelihood_ratio(loglik: float, loglik_reduced: float, df: int) -> ChiSquared | None:
    """Test a model against one with `df` coefficients fewer; None when df = 0."""
    return chi_squared(2.0 * (loglik - loglik_reduced), df, "likelihood ratio")


def wald_p(coef: ArrayLike, standard_error: ArrayLike) -> NDArray[np.float64]:
    """Two-sided normal p-values of single coefficients, same shape as `coef`."""
    z = np.abs(np.asarray(coef, dtype=float) / np.asarray(standard_error, dtype=float))
    return 2.0 * np.asarray(ndtr(-z))


def wald_interval(
    coef: ArrayLike, standard_error: ArrayLike, conf_level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of the hazard ratios exp(coef): normal interval on the log scale."""
    b, half = np.asarray(coef, dtype=float), ndtri(0.5 + conf_level / 2) * np.asarray(standard_error, dtype=float)
    with np.errstate(over="ignore"):
        return np.exp(b - half), np.exp(b + half)

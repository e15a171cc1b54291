"""Fast Cox fits for the search, compiled by numba (https://numba.pydata.org), which only the search needs.

The days of the plan are distinct, so that Efron's and Breslow's partial likelihoods are the same. Rows are visited in
the fixed order of falling time: the risk set grows by one row at a time. Two solvers: one for a design matrix, one for
a single factor, whose risk sets are counts per level.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MAX_STEPS = 30
CLOSE, CLOSE_LEVELS = 1e-9, 1e-5
"""Largest last Newton step in log HR; the error after it is its square."""


@njit
def fit_matrix(x, keep, order, event, beta):
    """Newton fit of a Cox model.

    Parameters
    ----------
    x : (n, p) covariates, centred. keep : (n,) bool, rows used. order : (n,) row numbers by falling time.
    event : (n,) bool. beta : (p,) start, overwritten with the estimate.

    Returns
    -------
    (p, p) inverse information at the estimate; NaN where the fit does not converge.
    """
    p = x.shape[1]
    covariance = np.full((p, p), np.nan)
    gradient, first = np.zeros(p), np.zeros(p)
    second, information = np.zeros((p, p)), np.zeros((p, p))
    for _ in range(MAX_STEPS):
        total = 0.0
        first[:] = 0.0
        gradient[:] = 0.0
        second[:] = 0.0
        information[:] = 0.0
        for row in order:
            if not keep[row]:
                continue
            eta = 0.0
            for j in range(p):
                eta += beta[j] * x[row, j]
            weight = np.exp(eta)
            total += weight
            for j in range(p):
                weighted = weight * x[row, j]
                first[j] += weighted
                for k in range(j + 1):
                    second[j, k] += weighted * x[row, k]
            if event[row]:
                inverse = 1.0 / total
                for j in range(p):
                    mean = first[j] * inverse
                    gradient[j] += x[row, j] - mean
                    for k in range(j + 1):
                        information[j, k] += second[j, k] * inverse - mean * first[k] * inverse
        for j in range(p):
            for k in range(j):
                information[k, j] = information[j, k]
        if not np.isfinite(information).all() or abs(np.linalg.det(information)) < 1e-12:
            return covariance
        step = np.linalg.solve(information, gradient)
        largest = np.abs(step).max()
        if largest < CLOSE:
            return np.linalg.inv(information)
        beta += step if largest < 2.0 else step * (2.0 / largest)
    return covariance


@njit
def invert(matrix, inverse):
    """Inverse of a small positive definite matrix by Gauss-Jordan; False where it is singular."""
    p = matrix.shape[0]
    inverse[:] = 0.0
    for j in range(p):
        inverse[j, j] = 1.0
    for j in range(p):
        pivot = matrix[j, j]
        if not pivot > 1e-7:
            return False
        for k in range(p):
            matrix[j, k] /= pivot
            inverse[j, k] /= pivot
        for i in range(p):
            if i != j:
                factor = matrix[i, j]
                for k in range(p):
                    matrix[i, k] -= factor * matrix[j, k]
                    inverse[i, k] -= factor * inverse[j, k]
    return True


@njit
def fit_levels(codes, n_levels, order, event, beta, covariance):
    """Newton fit of one factor: `codes` (n,) 0 = reference, -1 = missing.

    `beta` (n_levels - 1,) and `covariance` are overwritten. Returns False where the fit does not converge (a level
    without events).
    """
    p = n_levels - 1
    count, share, relative = np.zeros(n_levels), np.zeros(p), np.ones(n_levels)
    gradient, information = np.zeros(p), np.zeros((p, p))
    for _ in range(MAX_STEPS):
        for level in range(p):
            relative[level + 1] = np.exp(beta[level])
        count[:] = 0.0
        gradient[:] = 0.0
        information[:] = 0.0
        total = 0.0
        for row in order:
            code = codes[row]
            if code < 0:
                continue
            count[code] += 1.0
            total += relative[code]
            if event[row]:
                if code > 0:
                    gradient[code - 1] += 1.0
                for j in range(p):
                    share[j] = count[j + 1] * relative[j + 1] / total
                    gradient[j] -= share[j]
                    information[j, j] += share[j]
                    for k in range(j + 1):
                        information[j, k] -= share[j] * share[k]
        for j in range(p):
            for k in range(j):
                information[k, j] = information[j, k]
        if not invert(information, covariance):
            return False
        largest = 0.0
        for j in range(p):
            share[j] = 0.0
            for k in range(p):
                share[j] += covariance[j, k] * gradient[k]
            largest = max(largest, abs(share[j]))
        shrink = 1.0 if largest < 2.0 else 2.0 / largest
        for j in range(p):
            beta[j] += share[j] * shrink
        if largest < CLOSE_LEVELS:
            return True
    return False

"""Stage 3 of the search: sodium, albumin and NLR bring the continuous and the multivariable lines into their windows.

Levenberg-Marquardt steps of least norm on all 325 values (in units of their spread) reach every target at once; the
stage 4 rounds them to reportable decimals.
"""

from __future__ import annotations

import numpy as np
from anneal import CONTINUOUS, ENDPOINTS, MULTI, N_PARAMETERS, OFFSET, set_row
from covariates import RANGES
from efron import fit_matrix
from numba import njit
from targets import centre, levels, log_windows, overall_range, z_range

SPREAD = np.array([2.8, 3.6, 1.5])
"""Step units of sodium, albumin and NLR."""
DIFFERENCE = 1e-4
GRADE_OVERALL = ("pfs", "multi", "grade")


def bounds() -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest credible sodium, albumin and NLR, each (3, 1)."""
    low, high = np.array([RANGES[name] for name in CONTINUOUS]).T
    return low[:, None], high[:, None]


@njit
def fits(codes, values, orders, events, pfs_columns, os_columns, betas):
    """Log HR and SE of the lines that continuous values touch, and the overall chi-square of grade.

    Returns
    -------
    (2, 2, 13) log HR and (2, 2, 13) SE by endpoint, model and parameter (NaN elsewhere), and the chi-square of grade in
    the PFS model. `betas` (2, 2, 13) holds starts and is overwritten.
    """
    n = codes.shape[1]
    design, keep = np.zeros((n, 13)), np.zeros((2, n), dtype=np.bool_)
    for i in range(n):
        set_row(i, codes, values, design, keep)
    beta, error = np.full((2, 2, 13), np.nan), np.full((2, 2, 13), np.nan)
    wald = np.nan
    for e in range(2):
        for c in range(3):
            start = betas[e, 0, 8 + c : 9 + c].copy()
            covariance = fit_matrix(design[:, 8 + c : 9 + c].copy(), ~np.isnan(values[c]), orders[e], events[e], start)
            beta[e, 0, 8 + c], error[e, 0, 8 + c] = start[0], np.sqrt(covariance[0, 0])
        columns = pfs_columns if e == 0 else os_columns
        x, start = np.empty((n, len(columns))), np.empty(len(columns))
        for j in range(len(columns)):
            x[:, j] = design[:, columns[j]]
            start[j] = betas[e, 1, columns[j]]
        covariance = fit_matrix(x, keep[e], orders[e], events[e], start)
        for j in range(len(columns)):
            beta[e, 1, columns[j]], error[e, 1, columns[j]] = start[j], np.sqrt(covariance[j, j])
        if e == 0:
            wald = start[:2] @ np.linalg.solve(np.ascontiguousarray(covariance[:2, :2]), start[:2])
    betas[:] = np.where(np.isnan(beta), 0.0, beta)
    return beta, error, wald


def lines_to_fit() -> tuple[tuple[np.ndarray, ...], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places (endpoint, model, parameter) of the lines of stage 3, with centre and half width of log HR and of z."""
    places, middle, half, z_middle, z_half = [], [], [], [], []
    for level in levels():
        if level.model == "multi" or level.factor in CONTINUOUS:
            beta, error, _ = centre(level)
            low, high = log_windows(level)[0]
            z_low, z_high = z_range(level)
            places.append(
                (ENDPOINTS.index(level.endpoint), int(level.model == "multi"), OFFSET[level.factor] + level.index)
            )
            middle.append(beta)
            half.append((high - low) / 2)
            z_middle.append(beta / error)
            z_half.append((z_high - z_low) / 2 if np.isfinite(z_high) else 0.02)
    return tuple(np.array(places).T), np.array(middle), np.array(half), np.array(z_middle), np.array(z_half)


def residuals(
    codes: np.ndarray, values: np.ndarray, orders: np.ndarray, events: np.ndarray, betas: np.ndarray, lines: tuple
) -> np.ndarray:
    """Distances from the centres in half widths: log HR, then z, then the overall chi-square of grade."""
    places, middle, half, z_middle, z_half = lines
    beta, error, wald = fits(codes, values, orders, events, MULTI["pfs"], MULTI["os"], betas)
    low, high = overall_range(GRADE_OVERALL)
    overall = (wald - (low + high) / 2) / ((high - low) / 2)
    found, spread = beta[places], error[places]
    return np.concatenate([(found - middle) / half, (found / spread - z_middle) / z_half, [overall]])


def least_move(
    jacobian: np.ndarray, now: np.ndarray, values: np.ndarray, places: np.ndarray, damping: float
) -> np.ndarray:
    """Smallest move (units of `SPREAD`) that cancels the distances `now` to first order and stays within the bounds.

    Values that would leave their bounds stay, and the others are solved for again.
    """
    low, high = bounds()
    held = values[places[:, 0], places[:, 1]]
    inside, move = np.ones(len(places), dtype=bool), np.zeros(len(places))
    for _ in range(5):
        part = jacobian[:, inside]
        gram = part @ part.T
        gram[np.diag_indices_from(gram)] += damping
        move[:] = 0.0
        move[inside] = -part.T @ np.linalg.lstsq(gram, now, rcond=1e-12)[0]
        target = held + move * min(1.0, 0.4 / np.abs(move).max()) * SPREAD[places[:, 0]]
        outside = inside & ((target < low[places[:, 0], 0]) | (target > high[places[:, 0], 0]))
        if not outside.any():
            break
        inside &= ~outside
    return move


def pull(
    codes: np.ndarray, values: np.ndarray, orders: np.ndarray, events: np.ndarray, free: np.ndarray, steps: int = 120
) -> float:
    """Move the `free` (3, n) bool values in place until the worst distance is below 0.05 half widths; returns it."""
    lines, betas = lines_to_fit(), np.zeros((2, 2, N_PARAMETERS))
    low, high = bounds()
    places = np.argwhere(free & ~np.isnan(values))
    now = residuals(codes, values, orders, events, betas, lines)
    damping = 1.0
    for _ in range(steps):
        if np.abs(now).max() < 0.05:
            break
        jacobian = np.empty((len(now), len(places)))
        for column, (c, i) in enumerate(places):
            kept = values[c, i]
            values[c, i] = kept + DIFFERENCE * SPREAD[c]
            jacobian[:, column] = (residuals(codes, values, orders, events, betas.copy(), lines) - now) / DIFFERENCE
            values[c, i] = kept
        kept = values.copy()
        move = least_move(jacobian, now, values, places, damping)
        move *= min(1.0, 0.4 / np.abs(move).max())
        for shrink in (1.0, 0.5, 0.25, 0.1, 0.03):
            values[:] = kept
            values[places[:, 0], places[:, 1]] += move * shrink * SPREAD[places[:, 0]]
            np.clip(values, low, high, out=values)
            new = residuals(codes, values, orders, events, betas, lines)
            if np.linalg.norm(new) < np.linalg.norm(now):
                damping = max(damping * (0.3 if shrink == 1.0 else 1.0), 1e-6)
                break
            damping *= 3.0
        now = new
    return float(np.abs(now).max())

"""Stage 4 of the search: rounding to reportable decimals, and annealing of the last digits on the printed windows."""

from __future__ import annotations

import numpy as np
from anneal import FACTORS, MULTI, N_PARAMETERS, OFFSET
from exact import excess, excess_p, excess_ratios, ratios_print, windows
from numba import njit
from refine import GRADE_OVERALL, bounds, fits, pull
from targets import PARAMETERS, overall_range

DECIMALS = (1, 1, 2)
"""Of sodium, albumin and NLR."""


def round_values(
    codes: np.ndarray, values: np.ndarray, orders: np.ndarray, events: np.ndarray, rng: np.random.Generator
) -> None:
    """Round in place, a share of the values at a time; those still free take up the difference."""
    free = ~np.isnan(values)
    for share in (0.5, 0.7, 0.8, 1.0):
        now = free & (rng.random(values.shape) < share)
        for c, decimals in enumerate(DECIMALS):
            values[c, now[c]] = np.round(values[c, now[c]], decimals)
        free &= ~now
        if free.any():
            pull(codes, values, orders, events, free, steps=6)


def all_windows() -> np.ndarray:
    """Windows of every line, (endpoint, model, parameter, figure, low/high); open where nothing is printed."""
    lines = np.empty((2, 2, N_PARAMETERS, 4, 2))
    for factor in FACTORS:
        place = slice(OFFSET[factor], OFFSET[factor] + PARAMETERS[factor])
        for m, model in enumerate(("uni", "multi")):
            lines[:, m, place] = windows(factor, model)[0]
    return lines


@njit
def energy(codes, values, orders, events, pfs_columns, os_columns, betas, lines, overall, p_weight, held):
    """Energy of all lines that continuous values touch; 0 where each prints as published.

    `p_weight` is the weight of the p-values; `held` forbids what moves a ratio or a limit out of its window.
    """
    beta, error, wald = fits(codes, values, orders, events, pfs_columns, os_columns, betas)
    total = excess(wald, overall[0], overall[1])
    for e in range(2):
        for m in range(2):
            for j in range(beta.shape[2]):
                if error[e, m, j] > 0:
                    if held and not ratios_print(beta[e, m, j], error[e, m, j], lines[e, m, j]):
                        return np.inf
                    total += excess_ratios(beta[e, m, j], error[e, m, j], lines[e, m, j])
                    total += p_weight * excess_p(beta[e, m, j], error[e, m, j], lines[e, m, j])
    return total


@njit
def anneal_digits(
    seed,
    steps,
    hot,
    cold,
    codes,
    values,
    units,
    low,
    high,
    orders,
    events,
    pfs_columns,
    os_columns,
    lines,
    overall,
    p_weight,
    held,
):
    """Move last digits of one or two patients at a time, in place; returns the energy, 0 when all lines print."""
    np.random.seed(seed)
    betas = np.zeros((2, 2, lines.shape[2]))
    now = energy(codes, values, orders, events, pfs_columns, os_columns, betas, lines, overall, p_weight, held)
    best, best_values = now, values.copy()
    trial = values.copy()
    for step in range(steps):
        if best == 0.0:
            break
        temperature = hot * (cold / hot) ** (step / steps)
        trial[:] = values
        for _ in range(np.random.randint(1, 4)):
            c = 2 if np.random.random() < 0.6 else np.random.randint(0, 2)
            i = np.random.randint(values.shape[1])
            digits = np.random.randint(1, 4) * (1 if np.random.random() < 0.5 else -1)
            moved = np.rint(trial[c, i] / units[c] + digits) * units[c]
            if low[c] <= moved <= high[c]:
                trial[c, i] = moved
        start = betas.copy()
        new = energy(codes, trial, orders, events, pfs_columns, os_columns, start, lines, overall, p_weight, held)
        if new <= now or np.random.random() < np.exp((now - new) / temperature):
            values[:], now, betas = trial, new, start
            if now < best:
                best, best_values = now, values.copy()
    values[:] = best_values
    return best


def print_values(
    seed: int,
    steps: int,
    codes: np.ndarray,
    values: np.ndarray,
    orders: np.ndarray,
    events: np.ndarray,
    p_weight: float = 1.0,
    held: bool = False,
) -> float:
    """Polish rounded values in place until every continuous and multivariable line prints; returns the energy left.

    Where ratios and p-values do not print together, ratios come first: once with `p_weight` 0, then with `held`.
    """
    low, high = bounds()
    units = np.array([10.0**-decimals for decimals in DECIMALS])
    left = anneal_digits(
        seed,
        steps,
        0.6,
        0.1,
        codes,
        values,
        units,
        low[:, 0],
        high[:, 0],
        orders,
        events,
        MULTI["pfs"],
        MULTI["os"],
        all_windows(),
        np.array(overall_range(GRADE_OVERALL)),
        p_weight,
        held,
    )
    for c, decimals in enumerate(DECIMALS):
        values[c] = np.round(values[c], decimals)
    return float(left)

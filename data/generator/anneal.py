"""Stage 1 of the search: simulated annealing over who has which covariates, all eighty coefficients and errors at once.

A move exchanges one covariate between two patients, or all covariates of the multivariable models; counts and
distributions therefore stay. Primary site and functional activity take part in no multivariable model and are left to
stage 2. The energy is the sum of squared distances of log HR and log SE from the centres of
their printed windows.
"""

from __future__ import annotations

import numpy as np
from covariates import COUNTS
from efron import fit_levels, fit_matrix
from numba import njit
from targets import ENTERED, PARAMETERS, centre, levels

ENDPOINTS = ("pfs", "os")
DISCRETE = tuple(COUNTS)
CONTINUOUS = ("sodium", "albumin", "nlr")
CENTRES = np.array([139.0, 40.0, 3.0])
"""Subtracted from sodium (mmol/L), albumin (g/L) and NLR before a fit; no coefficient depends on it."""
FACTORS = tuple(PARAMETERS)
OFFSET = {name: sum(list(PARAMETERS.values())[:i]) for i, name in enumerate(PARAMETERS)}
N_PARAMETERS = sum(PARAMETERS.values())
MULTI = {
    endpoint: np.concatenate([np.arange(OFFSET[f], OFFSET[f] + PARAMETERS[f]) for f in ENTERED[endpoint]])
    for endpoint in ENDPOINTS
}
DISCRETE_OFFSET = np.array([OFFSET[name] for name in DISCRETE])
DISCRETE_LEVELS = np.array([len(COUNTS[name]) for name in DISCRETE])
CONTINUOUS_OFFSET = np.array([OFFSET[name] for name in CONTINUOUS])
GRADE, SITE, FUNCTIONAL, CGA, ALP, FDG, MODALITIES = range(len(DISCRETE))
KINDS = np.array([GRADE, GRADE, CGA, ALP, FDG, MODALITIES, 7, 8, 9, 10])
"""Exchanges of stage 1: a discrete factor, sodium (7), albumin (8), NLR (9), or all of these (10)."""
VALUE_KINDS = np.array([7, 8, 9])
"""Exchanges that leave the discrete factors alone, after stage 2."""
TOLERANCE_B, TOLERANCE_SE = 0.02, 0.01
"""Distances in log HR and in log SE that cost 1."""


def goal() -> tuple[np.ndarray, np.ndarray]:
    """Centres of log HR and SE, (endpoint, model uni/multi, parameter); NaN where the paper prints nothing."""
    beta, error = np.full((2, 2, N_PARAMETERS), np.nan), np.full((2, 2, N_PARAMETERS), np.nan)
    for level in levels():
        place = ENDPOINTS.index(level.endpoint), int(level.model == "multi"), OFFSET[level.factor] + level.index
        beta[place], error[place], _ = centre(level)
    return beta, error


@njit
def set_row(i, codes, values, design, keep):
    """Write patient i into the thirteen-column design of the multivariable models; keep: (2, n) complete cases."""
    design[i, 0] = 1.0 if codes[0, i] == 1 else 0.0
    design[i, 1] = 1.0 if codes[0, i] == 2 else 0.0
    design[i, 6] = float(codes[3, i])
    design[i, 7] = float(codes[4, i])
    for c in range(3):
        design[i, 8 + c] = values[c, i] - CENTRES[c]
    design[i, 11] = float(codes[5, i])
    design[i, 12] = float(codes[6, i])
    complete = codes[3, i] >= 0 and not np.isnan(values[0, i]) and not np.isnan(values[1, i])
    keep[0, i] = complete and codes[5, i] >= 0
    keep[1, i] = complete


@njit
def cost(beta, error, wanted_beta, wanted_error):
    """Energy of one fitted coefficient; 400 where there is no fit."""
    if not error > 0:
        return 400.0
    return ((beta - wanted_beta) / TOLERANCE_B) ** 2 + (np.log(error / wanted_error) / TOLERANCE_SE) ** 2


@njit
def cost_levels(codes, n_levels, order, event, wanted_beta, wanted_error):
    """Energy of a discrete factor alone, one endpoint."""
    beta = wanted_beta.copy()
    covariance = np.empty((n_levels - 1, n_levels - 1))
    if not fit_levels(codes, n_levels, order, event, beta, covariance):
        return 400.0 * (n_levels - 1)
    total = 0.0
    for j in range(n_levels - 1):
        total += cost(beta[j], np.sqrt(covariance[j, j]), wanted_beta[j], wanted_error[j])
    return total


@njit
def cost_matrix(design, keep, columns, order, event, beta, wanted_beta, wanted_error):
    """Energy of a model with the given columns, one endpoint; `beta` is start and estimate."""
    x = np.empty((design.shape[0], len(columns)))
    for j in range(len(columns)):
        x[:, j] = design[:, columns[j]]
    covariance = fit_matrix(x, keep, order, event, beta)
    total = 0.0
    for j in range(len(columns)):
        total += cost(beta[j], np.sqrt(covariance[j, j]), wanted_beta[columns[j]], wanted_error[columns[j]])
    return total


@njit
def swap(kind, i, j, codes, values):
    """Exchange covariate `kind` of `KINDS` between patients i and j."""
    for f in range(codes.shape[0]):
        if kind == f or (kind == 10 and f != SITE and f != FUNCTIONAL):
            codes[f, i], codes[f, j] = codes[f, j], codes[f, i]
    for c in range(values.shape[0]):
        if kind == 7 + c or kind == 10:
            values[c, i], values[c, j] = values[c, j], values[c, i]


@njit
def possible(kind, i, j, codes, values):
    """Whether the exchange changes anything and leaves the pattern of missing values as counted."""
    if kind < 7:
        return codes[kind, i] >= 0 and codes[kind, j] >= 0 and codes[kind, i] != codes[kind, j]
    if kind < 10:
        return not np.isnan(values[kind - 7, i]) and not np.isnan(values[kind - 7, j])
    return i != j


@njit
def energies(
    kind,
    codes,
    values,
    design,
    keep,
    orders,
    events,
    offsets,
    sizes,
    pfs_columns,
    os_columns,
    pfs_beta,
    os_beta,
    wanted_beta,
    wanted_error,
    parts,
):
    """Recompute the parts of the energy that covariate `kind` takes part in, (10 factors + multivariable, endpoint)."""
    for e in range(2):
        for f in range(7):
            if kind == f or (kind == 10 and f != SITE and f != FUNCTIONAL):
                o, k = offsets[f], sizes[f]
                parts[f, e] = cost_levels(
                    codes[f],
                    k,
                    orders[e],
                    events[e],
                    wanted_beta[e, 0, o : o + k - 1],
                    wanted_error[e, 0, o : o + k - 1],
                )
        for c in range(3):
            if kind == 7 + c or kind == 10:
                present = ~np.isnan(values[c])
                column = np.array([8 + c])
                start = wanted_beta[e, 0, 8 + c : 9 + c].copy()
                parts[7 + c, e] = cost_matrix(
                    design, present, column, orders[e], events[e], start, wanted_beta[e, 0], wanted_error[e, 0]
                )
    parts[10, 0] = cost_matrix(
        design, keep[0], pfs_columns, orders[0], events[0], pfs_beta, wanted_beta[0, 1], wanted_error[0, 1]
    )
    if kind != GRADE and kind != FDG and kind != MODALITIES:
        parts[10, 1] = cost_matrix(
            design, keep[1], os_columns, orders[1], events[1], os_beta, wanted_beta[1, 1], wanted_error[1, 1]
        )


@njit
def anneal(
    seed,
    steps,
    hot,
    cold,
    kinds,
    codes,
    values,
    orders,
    events,
    offsets,
    sizes,
    pfs_columns,
    os_columns,
    wanted_beta,
    wanted_error,
):
    """Anneal `codes` (7, n) and `values` (3, n) in place; returns the parts of the final energy, (11, 2)."""
    np.random.seed(seed)
    n = codes.shape[1]
    design, keep = np.zeros((n, 13)), np.zeros((2, n), dtype=np.bool_)
    for i in range(n):
        set_row(i, codes, values, design, keep)
    pfs_beta, os_beta = np.zeros(len(pfs_columns)), np.zeros(len(os_columns))
    parts = np.zeros((11, 2))
    energies(
        10,
        codes,
        values,
        design,
        keep,
        orders,
        events,
        offsets,
        sizes,
        pfs_columns,
        os_columns,
        pfs_beta,
        os_beta,
        wanted_beta,
        wanted_error,
        parts,
    )
    best_codes, best_values, best_parts = codes.copy(), values.copy(), parts.copy()
    for step in range(steps):
        temperature = hot * (cold / hot) ** (step / steps)
        kind = kinds[np.random.randint(0, len(kinds))]
        i, j = np.random.randint(0, n), np.random.randint(0, n)
        if not possible(kind, i, j, codes, values):
            continue
        swap(kind, i, j, codes, values)
        set_row(i, codes, values, design, keep)
        set_row(j, codes, values, design, keep)
        new, new_pfs, new_os = parts.copy(), pfs_beta.copy(), os_beta.copy()
        energies(
            kind,
            codes,
            values,
            design,
            keep,
            orders,
            events,
            offsets,
            sizes,
            pfs_columns,
            os_columns,
            new_pfs,
            new_os,
            wanted_beta,
            wanted_error,
            new,
        )
        change = new.sum() - parts.sum()
        if change <= 0 or np.random.random() < np.exp(-change / temperature):
            parts, pfs_beta, os_beta = new, new_pfs, new_os
            if parts.sum() < best_parts.sum():
                best_codes[:], best_values[:], best_parts = codes, values, parts.copy()
        else:
            swap(kind, i, j, codes, values)
            set_row(i, codes, values, design, keep)
            set_row(j, codes, values, design, keep)
    codes[:], values[:] = best_codes, best_values
    return best_parts

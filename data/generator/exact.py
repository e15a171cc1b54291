"""Stage 2 of the search: one discrete factor at a time, until its univariable lines print as in Tables 4 and 5.

A factor alone depends on nothing but who has which level. Exchanges of one, two and three pairs of patients are tried
by annealing on a scale-free energy (the logarithm of the excess over each printed window), which rewards progress at
every order of magnitude; it is 0 where HR, both limits, level p and overall p of both endpoints print as published.
"""

from __future__ import annotations

import numpy as np
from anneal import ENDPOINTS, cost_matrix, set_row
from efron import fit_levels, invert
from numba import njit
from targets import OVERALL_P, PARAMETERS, Z_975, levels, log_windows, overall_range, z_range

MARGIN = 0.97
"""Share of the half width of a window that counts as inside."""
UNBOUNDED = 50.0
RATIO_WEIGHT, LINEAR = 3.0, 0.3
"""Weight of hazard ratios and limits beside that of p-values; slope far from a window, per half width."""


def windows(factor: str, model: str = "uni") -> tuple[np.ndarray, np.ndarray]:
    """Windows of a factor: (endpoint, level, figure, low/high) of log HR, log limits, |z|; (endpoint, 2) chi-square.

    A level that the model does not print gets windows without bounds.
    """
    open_range = np.array([-1e3, 1e3])
    lines = np.tile(open_range, (2, PARAMETERS[factor], 4, 1))
    overall = np.tile(open_range, (2, 1))
    for level in levels():
        if level.factor == factor and level.model == model:
            place = ENDPOINTS.index(level.endpoint), level.index
            lines[place][:3] = log_windows(level)
            lines[place][3] = np.minimum(z_range(level), UNBOUNDED)
    for e, endpoint in enumerate(ENDPOINTS):
        if (endpoint, model, factor) in OVERALL_P:
            overall[e] = overall_range((endpoint, model, factor))
    return lines, overall


@njit
def excess(value, low, high):
    """Logarithmic energy of a value outside its window; 0 inside."""
    half = (high - low) / 2
    beyond = abs(value - (low + high) / 2) / half - MARGIN
    return np.log1p((beyond / 0.3) ** 2) + LINEAR * min(beyond, 50.0) if beyond > 0 else 0.0


@njit
def excess_ratios(beta, error, line):
    """Energy of the ratio and the limits of one printed line given log HR and SE; `line` (4, 2)."""
    total = excess(beta, line[0, 0], line[0, 1]) + excess(beta - Z_975 * error, line[1, 0], line[1, 1])
    return RATIO_WEIGHT * (total + excess(beta + Z_975 * error, line[2, 0], line[2, 1]))


@njit
def ratios_print(beta, error, line):
    """Whether the ratio and both limits of a line print as published."""
    reach = Z_975 * error
    return (
        line[0, 0] <= beta <= line[0, 1]
        and line[1, 0] <= beta - reach <= line[1, 1]
        and line[2, 0] <= beta + reach <= line[2, 1]
    )


@njit
def excess_p(beta, error, line):
    """Energy of the p-value of one printed line given log HR and SE."""
    z = abs(beta) / error
    if line[3, 1] >= UNBOUNDED:
        return 0.0 if z > line[3, 0] + 0.01 else np.log1p(((line[3, 0] + 0.01 - z) / 0.01) ** 2)
    return excess(z, line[3, 0], line[3, 1])


@njit
def excess_line(beta, error, line):
    """Energy of one printed line given log HR and SE."""
    return excess_ratios(beta, error, line) + excess_p(beta, error, line)


@njit
def energy(codes, n_levels, order, event, beta, lines, overall):
    """Energy of a factor alone, one endpoint; `beta` (n_levels - 1,) start and estimate."""
    covariance = np.empty((n_levels - 1, n_levels - 1))
    if not fit_levels(codes, n_levels, order, event, beta, covariance):
        beta[:] = 0.0
        return 1e4
    total = 0.0
    for j in range(n_levels - 1):
        total += excess_line(beta[j], np.sqrt(covariance[j, j]), lines[j])
    if overall[0] > -1e3:
        wald = 0.0
        inverse = np.empty_like(covariance)
        invert(covariance, inverse)
        for j in range(n_levels - 1):
            for k in range(n_levels - 1):
                wald += beta[j] * inverse[j, k] * beta[k]
        if overall[1] > 500:
            total += 0.0 if wald > overall[0] + 0.01 else np.log1p(((overall[0] + 0.01 - wald) / 0.01) ** 2)
        else:
            total += excess(wald, overall[0], overall[1])
    return total


def neighbours(orders: np.ndarray) -> np.ndarray:
    """Patients near to each in the ranks of PFS, of OS and of both (ten each): exchanges among them change little."""
    ranks = np.argsort(orders, axis=1)
    apart = np.abs(ranks[:, :, None] - ranks[:, None, :])
    nearest = [
        np.argsort(distance, axis=1, kind="stable")[:, 1:11] for distance in (apart[0], apart[1], apart.sum(axis=0))
    ]
    return np.hstack(nearest)


@njit
def exchange(codes, present, near, pairs, close):
    """Exchange the codes of random pairs of patients with different codes; returns who, to undo in reverse order."""
    done = np.zeros((pairs, 2), dtype=np.int64)
    for k in range(pairs):
        i, j = 0, 0
        while codes[i] == codes[j] or codes[j] < 0:
            i = present[np.random.randint(len(present))]
            j = near[i, np.random.randint(near.shape[1])] if close else present[np.random.randint(len(present))]
        codes[i], codes[j] = codes[j], codes[i]
        done[k, 0], done[k, 1] = i, j
    return done


@njit
def undo(codes, done):
    """Take back `exchange`."""
    for k in range(len(done) - 1, -1, -1):
        codes[done[k, 0]], codes[done[k, 1]] = codes[done[k, 1]], codes[done[k, 0]]


@njit
def joint(design, keep, orders, events, pfs_columns, os_columns, betas, wanted_beta, wanted_error):
    """Energy of stage 1 of both multivariable models; `betas` (2, 13) start and estimate."""
    pfs, os = betas[0, pfs_columns], betas[1, os_columns]
    total = cost_matrix(design, keep[0], pfs_columns, orders[0], events[0], pfs, wanted_beta[0, 1], wanted_error[0, 1])
    total += cost_matrix(design, keep[1], os_columns, orders[1], events[1], os, wanted_beta[1, 1], wanted_error[1, 1])
    for j in range(len(pfs_columns)):
        betas[0, pfs_columns[j]] = pfs[j]
    for j in range(len(os_columns)):
        betas[1, os_columns[j]] = os[j]
    return total


@njit
def print_factor(
    seed,
    steps,
    hot,
    cold,
    weight,
    factor,
    all_codes,
    values,
    n_levels,
    orders,
    events,
    near,
    lines,
    overall,
    pfs_columns,
    os_columns,
    wanted_beta,
    wanted_error,
):
    """Anneal one factor in place until its lines print as published.

    `weight` times the energy of both multivariable models is added, to keep them within reach of stage 3. Returns the
    energy of the factor alone, 0 if all its univariable lines print.
    """
    np.random.seed(seed)
    codes = all_codes[factor]
    n = len(codes)
    present = np.flatnonzero(codes >= 0)
    design, keep = np.zeros((n, 13)), np.zeros((2, n), dtype=np.bool_)
    for i in range(n):
        set_row(i, all_codes, values, design, keep)
    betas, multi_betas = np.zeros((2, n_levels - 1)), np.zeros((2, 13))
    alone, together = 0.0, 0.0
    for e in range(2):
        alone += energy(codes, n_levels, orders[e], events[e], betas[e], lines[e], overall[e])
    if weight > 0:
        together = weight * joint(
            design, keep, orders, events, pfs_columns, os_columns, multi_betas, wanted_beta, wanted_error
        )
    best_alone, best, best_codes = alone, alone + together, codes.copy()
    for step in range(steps):
        if best_alone == 0.0:
            break
        temperature = hot * (cold / hot) ** (step / steps)
        draw = np.random.random()
        done = exchange(codes, present, near, 1 if draw < 0.5 else (2 if draw < 0.85 else 3), np.random.random() < 0.6)
        limit = alone + together - temperature * np.log(np.random.random())
        trial, new_alone, new_together = betas.copy(), 0.0, 0.0
        for e in range(2):
            if new_alone <= limit:
                new_alone += energy(codes, n_levels, orders[e], events[e], trial[e], lines[e], overall[e])
        accepted = new_alone <= limit
        if accepted and weight > 0:
            for k in range(len(done)):
                set_row(done[k, 0], all_codes, values, design, keep)
                set_row(done[k, 1], all_codes, values, design, keep)
            new_multi = multi_betas.copy()
            new_together = weight * joint(
                design, keep, orders, events, pfs_columns, os_columns, new_multi, wanted_beta, wanted_error
            )
            accepted = new_alone + new_together <= limit
            if accepted:
                multi_betas = new_multi
        if accepted:
            alone, together, betas = new_alone, new_together, trial
            if alone == 0.0 or alone + together < best:
                best_alone, best, best_codes = alone, alone + together, codes.copy()
        else:
            undo(codes, done)
            if weight > 0:
                for k in range(len(done)):
                    set_row(done[k, 0], all_codes, values, design, keep)
                    set_row(done[k, 1], all_codes, values, design, keep)
    codes[:] = best_codes
    return best_alone

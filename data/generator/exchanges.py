"""Stage 2 again, close to the goal: the best pair of exchanges of one discrete factor, found by superposition.

The change that one exchange of two patients makes to every printed figure is computed exactly; the changes of two
exchanges add up to first order. So millions of pairs can be judged in a second, and only the most promising are fitted.
Used where annealing (`exact`) gets stuck a few last digits from the printed figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from anneal import ENDPOINTS
from efron import fit_levels, invert
from numba import njit
from scipy.stats import chi2, norm
from targets import OVERALL_P, PARAMETERS, Z_975, levels, log_windows, overall_range, printed_range, z_range

NEAR, RELATIVE = 0.01, 0.05
"""Distances allowed for ratios (absolute or relative) and for p-values (relative) that do not print as published."""
MARGIN = 0.02
"""Share of the half width of a window that is left free at its ends."""
WEIGHT_PRINTED, WEIGHT_NEAR, WEIGHT_P = 1.0, 2.0, 0.2
LINEAR, FAR = 0.05, 60.0
"""Slope of the energy far from a window, per half width, and the distance where it ends."""
SMALL_SCALE = 0.01
KEPT = 300
"""Pairs that are fitted exactly in each round."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of the figures of a factor: which figure, lowest and highest value, half width, weight."""

    figure: np.ndarray
    low: np.ndarray
    high: np.ndarray
    scale: np.ndarray
    weight: np.ndarray


def _near(text: str) -> np.ndarray:
    """Log of the smallest and largest ratio within tolerance of the printed one."""
    value = float(text)
    distance = 0.99 * max(NEAR, NEAR * value)
    return np.log([value - distance, value + distance])


def wanted(factor: str) -> Wanted:
    """Windows of the univariable lines of a factor; figures are numbered as `figures` returns them."""
    rows, size = [], PARAMETERS[factor]
    for level in levels():
        if level.factor != factor or level.model != "uni":
            continue
        first = (ENDPOINTS.index(level.endpoint) * size + level.index) * 4
        for k, text in enumerate((level.hazard_ratio, level.lower, level.upper)):
            rows.append((first + k, *log_windows(level)[k], WEIGHT_PRINTED))
            rows.append((first + k, *_near(text), WEIGHT_NEAR))
        rows.append((first + 3, *z_range(level), WEIGHT_P))
        if not level.p.startswith("<"):
            p = float(level.p)
            rows.append((first + 3, *norm.isf(np.array([1 + RELATIVE, 1 - RELATIVE]) * p / 2), WEIGHT_NEAR))
    for e, endpoint in enumerate(ENDPOINTS):
        key = (endpoint, "uni", factor)
        if key in OVERALL_P:
            rows.append((8 * size + e, *overall_range(key), WEIGHT_P))
            low, high = printed_range(OVERALL_P[key])
            shares = (1 - RELATIVE, 1 + RELATIVE) if low > 0 else (0, 1)
            p = (low + high) / 2 if low > 0 else high
            rows.append((8 * size + e, chi2.isf(shares[1] * p, size), chi2.isf(shares[0] * p, size), WEIGHT_NEAR))
    figure, low, high, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    half = np.where(high - low < 1, (high - low) / 2, SMALL_SCALE)
    return Wanted(figure.astype(np.int64), low + MARGIN * half, high - MARGIN * half, half, weight)


@njit
def figures(codes, n_levels, orders, events, found):
    """Log HR, log limits and |z| of each level of each endpoint, then both overall chi-squares, into `found`.

    Returns False where a level has no events.
    """
    size = n_levels - 1
    covariance, inverse = np.empty((size, size)), np.empty((size, size))
    for e in range(2):
        beta = np.zeros(size)
        if not fit_levels(codes, n_levels, orders[e], events[e], beta, covariance):
            return False
        for j in range(size):
            error, first = np.sqrt(covariance[j, j]), (e * size + j) * 4
            found[first] = beta[j]
            found[first + 1] = beta[j] - Z_975 * error
            found[first + 2] = beta[j] + Z_975 * error
            found[first + 3] = abs(beta[j]) / error
        invert(covariance, inverse)
        found[8 * size + e] = beta @ (inverse @ beta)
    return True


@njit
def energy(found, first, second, figure, low, high, scale, weight, limit):
    """Energy of the figures `found + first + second`; stops as soon as it is above `limit`."""
    total = 0.0
    for r in range(len(figure)):
        f = figure[r]
        value = found[f] + first[f] + second[f]
        beyond = max(low[r] - value, value - high[r]) / scale[r]
        if beyond > 0:
            square = 4.0 * beyond * beyond
            total += weight[r] * (square / (1.0 + square) + LINEAR * min(beyond, FAR))
            if total > limit:
                return total
    return total


@njit
def single_exchanges(codes, n_levels, orders, events, found, pairs, changes):
    """All exchanges of two patients with different levels: who (m, 2) and the changes of all figures; returns m."""
    nothing, m = np.empty_like(found), 0
    for i in range(len(codes)):
        for j in range(i):
            if codes[i] != codes[j] and codes[i] >= 0 and codes[j] >= 0:
                codes[i], codes[j] = codes[j], codes[i]
                if figures(codes, n_levels, orders, events, nothing):
                    pairs[m, 0], pairs[m, 1] = i, j
                    changes[m] = nothing - found
                    m += 1
                codes[i], codes[j] = codes[j], codes[i]
    return m


@njit
def best_pairs(found, pairs, changes, figure, low, high, scale, weight, kept):
    """The `kept` best single exchanges and pairs of them by superposition: (kept, 2) numbers, -1 for no second."""
    best, which = np.full(kept, 1e9), np.full((kept, 2), -1)
    worst, none = 0, np.zeros_like(found)
    for a in range(len(pairs)):
        for b in range(-1, a):
            if b >= 0 and (
                pairs[a, 0] == pairs[b, 0]
                or pairs[a, 0] == pairs[b, 1]
                or pairs[a, 1] == pairs[b, 0]
                or pairs[a, 1] == pairs[b, 1]
            ):
                continue
            second = changes[b] if b >= 0 else none
            value = energy(found, changes[a], second, figure, low, high, scale, weight, best[worst])
            if value < best[worst]:
                best[worst], which[worst, 0], which[worst, 1] = value, a, b
                worst = np.argmax(best)
    return which


def no_more(_: np.ndarray) -> float:
    """No further energy."""
    return 0.0


def improve(
    codes: np.ndarray,
    n_levels: int,
    orders: np.ndarray,
    events: np.ndarray,
    factor: str,
    rounds: int,
    seed: int,
    also: Callable[[np.ndarray], float] = no_more,
) -> float:
    """Exchange levels of a factor in place, two exchanges a round; returns the energy left, 0 if all lines print.

    Each round goes to one of the best states fitted, drawn by energy, and never back to one seen; the best is kept.
    `also` gives a further energy of a state, say that of the multivariable models.
    """
    rng, goal, zeros = np.random.default_rng(seed), wanted(factor), np.zeros(8 * (n_levels - 1) + 2)
    rows = (goal.figure, goal.low, goal.high, goal.scale, goal.weight)
    found, n = zeros.copy(), len(codes)
    figures(codes, n_levels, orders, events, found)
    best = energy(found, zeros, zeros, *rows, np.inf) + also(codes)
    solved, now, seen = codes.copy(), codes.copy(), set()
    for _ in range(rounds):
        if best == 0:
            break
        figures(now, n_levels, orders, events, found)
        seen.add(now.tobytes())
        pairs, changes = np.empty((n * n // 2, 2), dtype=np.int64), np.empty((n * n // 2, len(zeros)))
        m = single_exchanges(now, n_levels, orders, events, found, pairs, changes)
        states, values = [], []
        for chosen in best_pairs(found, pairs[:m], changes[:m], *rows, KEPT):
            trial, fitted = now.copy(), zeros.copy()
            for i, j in pairs[chosen[chosen >= 0]]:
                trial[i], trial[j] = trial[j], trial[i]
            if trial.tobytes() not in seen and figures(trial, n_levels, orders, events, fitted):
                states.append(trial)
                values.append(energy(fitted, zeros, zeros, *rows, np.inf) + also(trial))
        draws = np.array(values) - 0.15 * np.log(rng.random(len(values)))
        now = states[int(np.argmin(draws))]
        if min(values) < best:
            best, solved = min(values), states[int(np.argmin(values))].copy()
    codes[:] = solved
    return float(best)

"""Search for the plan of the synthetic cohort: `python data/generator/search.py [folder]`.

Needs numba beside the requirements of the product; making the tables from the committed plan does not. One core,
about ten minutes, with the seeds below. The committed plan came out of these stages run one by one, stages 2 to 4
repeated from their best result, so that a run from the start gives another plan of the same kind. Judge it with
`check_plan.py`. Stages:

0. `outcomes`, `retreatment`: courses and times that give the medians, limits and follow-up, by coherent bounds.
1. `anneal`: who has which covariates, all coefficients and standard errors together.
2. `exact`: each discrete factor until its univariable lines print, with both multivariable models kept within reach;
   primary site and functional activity, which no multivariable model has, on their own.
   `exchanges`: the last digits of a factor by the best pairs of exchanges.
3. `refine`: Levenberg-Marquardt on sodium, albumin and NLR for the continuous and both multivariable models.
4. `polish`: reportable decimals, last digits; at the end ratios and limits first, then p-values with these held.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import covariates
import numpy as np
import outcomes
import pandas as pd
import retreatment
from anneal import (
    CONTINUOUS,
    DISCRETE,
    DISCRETE_LEVELS,
    DISCRETE_OFFSET,
    ENDPOINTS,
    KINDS,
    MULTI,
    N_PARAMETERS,
    VALUE_KINDS,
    anneal,
    goal,
)
from exact import neighbours, print_factor, windows
from exchanges import improve, no_more
from plan_file import HERE, write
from polish import print_values, round_values
from refine import fits, pull

SEED_OUTCOMES, SEED_COVARIATES, SEED_ANNEAL, SEED_WRITE = 10, 101, 1, 1
ANNEAL_STEPS, ANNEAL_HOT, ANNEAL_COLD = 1_500_000, 300.0, 0.1
VALUE_STEPS, VALUE_HOT = 400_000, 30.0
FACTOR_STEPS = (
    ("modalities", 4_000_000, 2, 0.1),
    ("fdg", 4_000_000, 2, 0.1),
    ("cga", 500_000, 4, 0.1),
    ("alp", 500_000, 4, 0.1),
    ("grade", 3_000_000, 1, 0.6),
    ("functional", 2_000_000, 3, 0.0),
    ("site", 6_000_000, 1, 0.0),
)
"""Factors in the order they are solved, steps of one try, most tries, weight of the multivariable models."""
FACTOR_HOT, FACTOR_COLD = 2.5, 0.6
CLOSE_ROUNDS, SEED_CLOSE = 8, 1
"""Rounds of `exchanges` after a factor was annealed and does not print."""
ERROR_SCALE, ERROR_WEIGHT, BETA_WEIGHT = 0.002, 0.08, 0.4
"""Distance in log SE of the PFS model that counts as one, its weight, and that of log HR in standard errors."""
POLISH_STEPS, POLISH_TRIES = 150_000, 6


@dataclass
class State:
    """The cohort under search: outcomes (rows by falling time for each endpoint) and covariates."""

    first: pd.DataFrame
    second: pd.DataFrame
    codes: np.ndarray
    values: np.ndarray
    days: np.ndarray
    events: np.ndarray
    orders: np.ndarray


def log(text: str) -> None:
    """Say what was reached and when."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def start() -> State:
    """Stage 0: outcomes that give the medians, covariates dealt at random."""
    rng = np.random.default_rng(SEED_OUTCOMES)
    first = outcomes.cohort(rng)
    second = retreatment.cohort(first, rng)
    dealt = covariates.draw(np.random.default_rng(SEED_COVARIATES))
    days = np.array([first[f"{endpoint}_days"].to_numpy() for endpoint in ENDPOINTS])
    events = np.array([first[f"{endpoint}_event"].to_numpy() == 1 for endpoint in ENDPOINTS])
    return State(
        first,
        second,
        np.array([dealt[name] for name in DISCRETE]).astype(np.int64),
        np.array([dealt[name] for name in CONTINUOUS]),
        days,
        events,
        np.argsort(-days, axis=1),
    )


def anneal_all(state: State, steps: int, hot: float, kinds: np.ndarray) -> None:
    """Stage 1, and again for the continuous values after stage 2: all coefficients and standard errors together."""
    parts = anneal(
        SEED_ANNEAL,
        steps,
        hot,
        ANNEAL_COLD,
        kinds,
        state.codes,
        state.values,
        state.orders,
        state.events,
        DISCRETE_OFFSET,
        DISCRETE_LEVELS,
        MULTI["pfs"],
        MULTI["os"],
        *goal(),
    )
    log(f"annealed, energy {parts.sum():.2f}")


def solve_factor(state: State, name: str, steps: int, tries: int, weight: float) -> None:
    """Stage 2: the univariable lines of one discrete factor by exchanging its levels; the best try is kept."""
    factor, near, best = DISCRETE.index(name), neighbours(state.orders), np.inf
    lines, overall = windows(name)
    solved = state.codes
    for seed in range(tries):
        codes = state.codes.copy()
        left = print_factor(
            seed,
            steps,
            FACTOR_HOT,
            FACTOR_COLD,
            weight,
            factor,
            codes,
            state.values,
            DISCRETE_LEVELS[factor],
            state.orders,
            state.events,
            near,
            lines,
            overall,
            MULTI["pfs"],
            MULTI["os"],
            *goal(),
        )
        log(f"{name}, try {seed}: {left:.2f}")
        if left < best:
            best, solved = left, codes
        if best == 0:
            break
    state.codes = solved
    if best > 0:
        also = beside_model(state, factor) if weight > 0 else no_more
        left = improve(
            state.codes[factor],
            DISCRETE_LEVELS[factor],
            state.orders,
            state.events,
            name,
            CLOSE_ROUNDS,
            SEED_CLOSE,
            also,
        )
        log(f"{name}, exchanges: {left:.2f}")


def beside_model(state: State, factor: int) -> Callable[[np.ndarray], float]:
    """Energy of the PFS multivariable model for given codes of `factor`: what stage 3 can hardly mend, errors first."""
    beta, error = (figure[0, 1] for figure in goal())
    printed = ~np.isnan(error)

    def also(trial: np.ndarray) -> float:
        codes = state.codes.copy()
        codes[factor] = trial
        starts = np.zeros((2, 2, N_PARAMETERS))
        found, spread, _ = fits(codes, state.values, state.orders, state.events, MULTI["pfs"], MULTI["os"], starts)
        apart = np.abs(np.log(spread[0, 1] / error))[printed] / ERROR_SCALE
        moved = (np.abs(found[0, 1] - beta) / error)[printed]
        return float(ERROR_WEIGHT * np.minimum(apart, 20).sum() + BETA_WEIGHT * moved.sum())

    return also


def solve_values(state: State) -> None:
    """Stages 3 and 4: sodium, albumin and NLR."""
    free = np.ones_like(state.values, dtype=bool)
    worst = pull(state.codes, state.values, state.orders, state.events, free)
    log(f"pulled, worst distance {worst:.3f} half widths")
    best, solved = np.inf, state.values
    for seed in range(POLISH_TRIES):
        values = state.values.copy()
        round_values(state.codes, values, state.orders, state.events, np.random.default_rng(seed))
        left = print_values(seed, POLISH_STEPS, state.codes, values, state.orders, state.events)
        log(f"polished, try {seed}: {left:.2f}")
        if left < best:
            best, solved = left, values
        if best == 0:
            break
    state.values = solved


def main(folder: Path) -> None:
    """Run all stages and write both plans to `folder`."""
    state = start()
    log("outcomes drawn")
    anneal_all(state, ANNEAL_STEPS, ANNEAL_HOT, KINDS)
    for name, steps, tries, weight in FACTOR_STEPS:
        solve_factor(state, name, steps, tries, weight)
    anneal_all(state, VALUE_STEPS, VALUE_HOT, VALUE_KINDS)
    solve_values(state)
    dealt = dict(zip((*DISCRETE, *CONTINUOUS), (*state.codes, *state.values), strict=True))
    baseline = covariates.plan_columns(dealt, np.random.default_rng(SEED_WRITE))
    write(baseline, state.first, state.second, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)

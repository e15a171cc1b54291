"""Cox models at 110, 10 thousand and 100 thousand patients, 8 covariates, times in whole days: speed beside lifelines'.

    python -m tests.bench.bench_cox
    python -m tests.bench.bench_cox --write DIR    the same data as CSV, for tests/oracle/cox_bench.R

Coefficients are compared with R's stored ones on the same data (tests/oracle/cox_bench.json). Times are the least of
several runs of each, taken in turns, so that other work on the machine falls on both.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from core.cox import fit, fit_batch
from core.factors import parse_factors
from core.fields import FIELDS
from core.options import PAPER_FACTORS, Options
from core.prognosis import analyse

SIZES = (110, 10_000, 100_000)
COVARIATES = 8
RATIOS = {110: 20.0, 10_000: 20.0, 100_000: 4.0}
"""How many times lifelines' speed."""
RUNS = {110: (200, 20), 10_000: (20, 4), 100_000: (6, 2)}
"""Runs of ours and of lifelines."""
MILLISECONDS = 30.0
"""CPU for ten factors alone and together, two endpoints, at 110 patients."""
STORED = Path(__file__).parent.parent / "oracle" / "cox_bench.json"


def data(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariates (n, 8), times in days, events: seeded, two of three patients with the event."""
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, COVARIATES)).round(6)
    x[:, 4:] = x[:, 4:] > 0.5
    log_hazard = x @ np.linspace(-0.5, 0.5, COVARIATES)
    event_time = np.ceil(rng.weibull(1.2, n) * 900 * np.exp(-log_hazard / 1.2))
    censoring = np.ceil(rng.uniform(200, 2500, n))
    return x, np.minimum(event_time, censoring), event_time <= censoring


def frame(n: int) -> pd.DataFrame:
    """The same as one table."""
    x, days, event = data(n)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(COVARIATES)]).assign(time=days, event=event.astype(int))


def least(runs: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest run."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def against_lifelines(n: int) -> tuple[str, bool]:
    """One line for n patients, and whether the figures are reached."""
    from lifelines import CoxPHFitter

    x, days, event = data(n)
    table = frame(n)
    ours = theirs = float("inf")
    for _ in range(2):
        ours = min(ours, least(RUNS[n][0] // 2, lambda: fit(x, days, event)))
        theirs = min(theirs, least(RUNS[n][1] // 2, lambda: CoxPHFitter().fit(table, "time", "event")))
    stored = json.loads(STORED.read_text())["sizes"][str(n)]
    if not np.isclose(stored["sum"], table.to_numpy().sum(), rtol=1e-12):
        raise SystemExit(f"The data of {n} patients are not those that R saw; run tests/oracle/cox_bench.R again.")
    away = np.abs((fit(x, days, event).coef - stored["coef"]) / stored["se"]).max()
    ratio = theirs / ours
    reached = ratio >= RATIOS[n] and away < 1e-6
    line = (
        f"Cox, {n:>7,} patients: {ours * 1e3:8.2f} ms, lifelines {theirs * 1e3:8.1f} ms, {ratio:5.1f} x "
        f"(at least {RATIOS[n]:.0f}); {away:.0e} standard errors from R (at most 1e-06)"
    )
    return line, reached


def paper_cohort(n: int = 110) -> tuple[dict[str, np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Values of the paper's ten factors, a few missing, and two endpoints."""
    rng = np.random.default_rng(1)

    def chosen(levels: list[object], p: list[float]) -> np.ndarray:
        values = rng.choice(np.array(levels, dtype=object), n, p=p)
        values[rng.random(n) < 0.02] = None
        return values

    values = {
        "grade": chosen(["1", "2", "3"], [0.3, 0.6, 0.1]),
        "primary_site": chosen(["small intestine", "pancreas", "colon or rectum", "stomach"], [0.6, 0.25, 0.1, 0.05]),
        "functional": chosen([True, False], [0.4, 0.6]),
        "cga_ug_l": rng.lognormal(6, 1.5, n),
        "alp_u_l": rng.lognormal(4.6, 0.4, n),
        "sodium_mmol_l": rng.normal(139, 3, n),
        "albumin_g_l": rng.normal(40, 5, n),
        "nlr": rng.lognormal(1, 0.6, n),
        "fdg_pet": chosen(["positive", "negative"], [0.5, 0.5]),
        "prior_modalities": rng.integers(0, 7, n).astype(float),
    }
    hazard = np.exp(0.8 * (values["cga_ug_l"] >= 1000) - 0.1 * (values["sodium_mmol_l"] - 139))
    endpoints = []
    for scale in (900, 1500):
        event_time, censoring = np.ceil(rng.exponential(scale / hazard)), np.ceil(rng.uniform(300, 3000, n))
        endpoints.append((np.minimum(event_time, censoring), event_time <= censoring))
    return values, endpoints


def prognosis_page() -> tuple[str, bool]:
    """CPU of what the page Prognosis computes, factors read from their text included."""
    values, endpoints = paper_cohort()

    def page() -> None:
        options = Options(entry_p=0.99)
        factors = parse_factors(PAPER_FACTORS, FIELDS, options)
        for days, event in endpoints:
            analyse(values, days, event, factors, FIELDS, options)

    page()
    runs, start = 30, time.process_time()
    for _ in range(runs):
        page()
    used = (time.process_time() - start) / runs * 1e3
    columns = [np.asarray(one, dtype=float)[:, None] for one in values.values() if one.dtype == float]
    columns += [columns[0] >= 1000, columns[1] >= 130, columns[0] >= 300, columns[1] >= 90]
    ten = least(50, lambda: fit_batch(columns, *endpoints[0])) * 1e3
    line = (
        f"Ten factors alone and together, two endpoints, 110 patients: {used:.1f} ms of CPU "
        f"(at most {MILLISECONDS:.0f}); ten univariable fits {ten:.2f} ms"
    )
    return line, used <= MILLISECONDS


def main() -> int:
    """Print the figures; 1 where one is not reached."""
    if sys.argv[1:2] == ["--write"]:
        for n in SIZES:
            frame(n).to_csv(Path(sys.argv[2]) / f"cox_bench_{n}.csv", index=False)
        return 0
    warnings.simplefilter("ignore")
    results = [*(against_lifelines(n) for n in SIZES), prognosis_page()]
    for line, reached in results:
        print(line if reached else f"{line}  NOT REACHED")
    return 0 if all(reached for _, reached in results) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Write the inputs of the survival oracle: packaged real cohorts as they are, named small cases, 200 random cohorts.

Run from anywhere: ``python tests/oracle/survival_inputs.py``. Existing files get the same content again.
"""

from pathlib import Path

import lifelines.datasets
import numpy as np
import pandas as pd

DATA = Path(__file__).parent / "data"
DAYS_PER_MONTH = 30.4375
PACKAGED = {
    "lung": lifelines.datasets.load_lung,
    "rossi": lifelines.datasets.load_rossi,
    "larynx": lifelines.datasets.load_larynx,
    "leukemia": lifelines.datasets.load_leukemia,
    "waltons": lifelines.datasets.load_waltons,
}
CASES = {
    # name: (time, event, group), one character of event and group per patient
    "all events": ([1, 2, 3, 4], "1111", "aabb"),
    "ends at one half": ([1, 2, 3, 4, 6, 8], "111000", "ababab"),
    "flat at one half": ([1, 2, 3, 5, 6, 7], "111010", "aaabbb"),
    "one death": ([5], "1", "a"),
    "one censored": ([5], "0", "a"),
    "no events": ([3, 3, 7, 9], "0000", "abab"),
    "time zero": ([0, 0, 0, 4, 9], "10110", "aabba"),
    "all die at once": ([6, 6, 6, 6], "1111", "abab"),
    "last at risk dies": ([2, 4, 4, 9], "0101", "aabb"),
    "censored before the first death": ([1, 2, 3, 8, 9], "00110", "aabbb"),
    "tie between groups": ([0.1 + 0.2, 0.3, 0.7, 0.1 * 7, 1.1], "11101", "ababa"),
    # The upper "log" limit falls below one half, rises again, and stays below.
    "limit turns back": ([1, 3, 3, 3, 3, 4, 4, 4, 5, 6, 8, 10, 12, 17, 17, 18, 19], "11111111111110111", "a" * 17),
}


def random_times(rng: np.random.Generator, kind: int, n: int) -> np.ndarray:
    """Times of one cohort in the ways that real files hold them: all tied, quantised, near-tied, with zeros."""
    if kind == 0:  # whole days
        return np.floor(rng.exponential(700, n))
    if kind == 1:  # a handful of values: nearly everything is tied, zero included
        return rng.integers(0, 7, n).astype(float)
    if kind == 2:  # months given with one decimal, as days
        return np.round(rng.weibull(1.4, n) * 24, 1) * DAYS_PER_MONTH
    if kind == 3:  # visits every 91 days
        return 91.0 * rng.integers(1, 14, n)
    if kind == 4:  # sums of tenths, so that equal times differ in the last bits
        steps = rng.integers(1, 12, n)
        return np.array([sum([0.1] * k) if k % 2 else k / 10 for k in steps])
    if kind == 5:  # near-ties below the relative tolerance
        return rng.integers(1, 12, n) * 100.0 + rng.integers(0, 3, n) * 1e-7
    if kind == 6:  # continuous
        return rng.lognormal(6, 1, n)
    return rng.permutation(n) + 1.0  # one patient at each time: flat stretches at simple fractions


def random_cohort(rng: np.random.Generator, number: int) -> pd.DataFrame:
    """One cohort of 1 to 60 patients in 1 to 4 groups, from no censoring to censoring only."""
    n = int(rng.integers(1, 61)) if number % 3 else int(rng.integers(1, 13))
    share = rng.choice([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0], p=[0.04, 0.16, 0.2, 0.2, 0.16, 0.14, 0.1])
    return pd.DataFrame(
        {
            "cohort": number,
            "time": random_times(rng, number % 8, n),
            "event": (rng.random(n) < share).astype(int),
            "group": rng.choice(list("abcd")[: int(rng.integers(1, 5))], n),
        }
    )


def main() -> None:
    """Write every input."""
    DATA.mkdir(exist_ok=True)
    for name, load in PACKAGED.items():
        load().to_csv(DATA / f"{name}.csv", index=False)
    rows = [
        (name, time, int(event), group)
        for name, (times, events, groups) in CASES.items()
        for time, event, group in zip(times, events, groups, strict=True)
    ]
    pd.DataFrame(rows, columns=["cohort", "time", "event", "group"]).to_csv(DATA / "survival_cases.csv", index=False)
    rng = np.random.default_rng(20260)
    cohorts = pd.concat([random_cohort(rng, number) for number in range(200)])
    cohorts.to_csv(DATA / "survival_random.csv", index=False)


if __name__ == "__main__":
    main()

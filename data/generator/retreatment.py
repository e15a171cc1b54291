"""The 17 synthetic PRRT-2 courses and the 14 first courses of the plan that they follow.

Counts and medians: the paper's text on PRRT-2. With 17 patients the printed figures fix the ranks: the log-log lower
limit is the fourth event and the median the ninth (PFS), or the ninth death with one patient censored before (OS).
Fourteen courses belong to patients of the plan, so that follow-up must end on the same calendar day under both clocks:
PRRT-2 starts at `os_days` of course 1 minus `os_days` of course 2, after the progression that called for it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

TREATED_HERE = 14
WAIT_MIN, WAIT_USUAL = 28, 150
"""Days from progression after course 1 to the start of course 2: least, and usual."""

COURSES = (
    (1, "not evaluable", "death", (67, 67), (67, 67), 1),
    (2, "PD", "progression", (140, 175), (230, 480), 1),
    (3, "PD", "progression", (220, 260), (300, 490), 1),
    (4, "PD", "progression", (344, 344), (496, 496), 1),
    (2, "SD", "progression", (347, 352), (510, 800), 1),
    (2, "SD", "progression", (353, 358), (510, 800), 1),
    (3, "SD", "progression", (359, 364), (510, 800), 1),
    (2, "PR", "progression", (365, 369), (858, 858), 1),
    (4, "PR", "progression", (371, 371), (870, 1500), 0),
    (2, "SD", "progression", (400, 480), (510, 800), 1),
    (4, "SD", "progression", (500, 760), (870, 1500), 0),
    (1, "not evaluable", "censored", (822, 822), (822, 822), 0),
    (2, "not evaluable", "censored", (870, 1700), (0, 0), 0),
    (3, "not evaluable", "censored", (870, 1700), (0, 0), 0),
    (2, "PR", "censored", (870, 1700), (0, 0), 0),
    (4, "PR", "censored", (870, 1700), (0, 0), 0),
    (4, "PR", "censored", (1768, 1768), (0, 0), 0),
)
"""Cycles, RECIST response, how PFS ends, range of PFS days, range of OS days, death. A patient censored for PFS is
followed to the same day. Cycles 5 x4, 3 x3, 7 x2, 2 x1; PR 5, SD 5, PD 3, not evaluable 4; follow-up 67 to 1768 days,
the ninth is 822 (27.0 months)."""


def draw_courses(rng: np.random.Generator) -> pd.DataFrame:
    """The 17 courses with PFS and OS in whole days, drawn within the ranges of `COURSES`."""
    frame = pd.DataFrame(
        {
            "n_cycles": [c[0] for c in COURSES],
            "recist_response": [c[1] for c in COURSES],
            "pfs_kind": [c[2] for c in COURSES],
            "os_event": [c[5] for c in COURSES],
        }
    )
    frame["pfs_event"] = (frame["pfs_kind"] != "censored").astype(int)
    frame["pfs_days"] = [int(rng.integers(low, high + 1)) for _, _, _, (low, high), _, _ in COURSES]
    os_days = np.array([int(rng.integers(low, high + 1)) for *_, (low, high), _ in COURSES])
    frame["os_days"] = np.where(frame["pfs_kind"] == "progression", os_days, frame["pfs_days"])
    return frame


def link(first: pd.DataFrame, second: pd.DataFrame) -> tuple[float, np.ndarray]:
    """Mean misfit of the wait in days, and the row of `first` that each course follows (-1: from elsewhere)."""
    start = first["os_days"].to_numpy()[None, :] - second["os_days"].to_numpy()[:, None]
    wait = start - first["pfs_days"].to_numpy()[None, :]
    fit = first["recist_response"].isin(["CR", "PR", "SD"]) & (first["pfs_kind"] == "progression")
    fit &= first["stop_reason"].isin(["completed", "partial response"])
    same_end = first["os_event"].to_numpy()[None, :] == second["os_event"].to_numpy()[:, None]
    allowed = same_end & (wait >= WAIT_MIN) & fit.to_numpy()[None, :]
    cost = np.where(allowed, np.abs(wait - WAIT_USUAL), 1e7)
    elsewhere = np.full((len(second), len(second) - TREATED_HERE), 1e4)
    rows, columns = linear_sum_assignment(np.hstack([cost, elsewhere]))
    chosen = np.where(columns < len(first), columns, -1)
    return float(cost[rows[chosen >= 0], chosen[chosen >= 0]].mean()), chosen


def cohort(first: pd.DataFrame, rng: np.random.Generator, draws: int = 400) -> pd.DataFrame:
    """Retreatment plan: of many draws the one that follows the first courses at the most usual interval.

    Returns
    -------
    17 rows; `first_course_row` is the row of the plan that had course 1 (empty: treated elsewhere), `start_day` the day
    of course 2 on its clock.

    Raises
    ------
    RuntimeError when no draw fits fourteen of the first courses.
    """
    best, found = np.inf, None
    for _ in range(draws):
        second = draw_courses(rng)
        if second["pfs_days"].duplicated().any() or second["os_days"].duplicated().any():
            continue
        cost, chosen = link(first, second)
        if cost < best:
            best, found = cost, (second, chosen)
    if found is None or best > 1e5:
        raise RuntimeError(f"No retreatment courses fit the first courses in {draws} draws; try another seed.")
    second, chosen = found
    second.insert(0, "row", np.arange(1, len(second) + 1))
    here = chosen >= 0
    start = first["os_days"].to_numpy()[chosen] - second["os_days"].to_numpy()
    second["first_course_row"] = pd.array(np.where(here, chosen + 1, 0), dtype="Int64")
    second["start_day"] = pd.array(start, dtype="Int64")
    second.loc[~here, ["first_course_row", "start_day"]] = pd.NA
    return second

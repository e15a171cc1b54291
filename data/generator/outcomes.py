"""Courses and outcomes of the 110 synthetic patients: cycles, stop reason, response, PFS and OS in days.

The counts are the paper's (text of "PRRT-1", Survival Data); the times are drawn, then moved one patient at a
time until the Kaplan-Meier medians, their log-log limits and the plain median follow-up are as printed. Every rule of
coherence (no progression before the end of treatment without a reason, early deaths between two cycles ...) is a bound
on the times of a patient, so that each step of the search respects it. Covariates are assigned later: Cox models see
the ranks only, and these stay as they are here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from survival_curve import DAYS_PER_MONTH, median_interval

CYCLE_SHORT, CYCLE_USUAL, CYCLE_LONG = 70, 77, 84
"""Days between two cycles: 10, 11 and 12 weeks (the paper's standard interval)."""
ASSESSMENT = 70
"""Days from the last cycle to the assessment of response."""
LAST_DAY = 3239
"""Longest follow-up, 106.4 months."""
FIRST_DAY = 24
"""Shortest follow-up, 0.8 months."""


@dataclass(frozen=True)
class Group:
    """Patients who share cycles, stop reason and response: `n` of them, `early` if progression ends the course."""

    n: int
    n_cycles: int
    stop_reason: str
    recist_response: str
    early: str = ""


GROUPS = (
    Group(3, 1, "death unrelated to PRRT", "not evaluable", "death"),
    Group(3, 2, "death unrelated to PRRT", "not evaluable", "death"),
    Group(2, 3, "death unrelated to PRRT", "not evaluable", "death"),
    Group(1, 1, "radiologic progression", "PD", "scan"),
    Group(2, 2, "radiologic progression", "PD", "scan"),
    Group(5, 3, "radiologic progression", "PD", "scan"),
    Group(2, 1, "clinical deterioration", "PD", "scan"),
    Group(1, 1, "clinical deterioration", "SD", "clinical"),
    Group(1, 1, "clinical deterioration", "SD", "clinical death"),
    Group(1, 2, "clinical deterioration", "PD", "scan"),
    Group(1, 2, "clinical deterioration", "SD", "clinical"),
    Group(1, 2, "clinical deterioration", "SD", "clinical death"),
    Group(1, 3, "clinical deterioration", "PD", "scan"),
    Group(1, 3, "clinical deterioration", "SD", "clinical"),
    Group(1, 2, "myelotoxicity", "SD"),
    Group(2, 3, "myelotoxicity", "SD"),
    Group(2, 2, "partial response", "PR"),
    Group(5, 3, "partial response", "PR"),
    Group(2, 1, "patient decision or lost", "SD"),
    Group(1, 2, "patient decision or lost", "SD"),
    Group(4, 3, "patient decision or lost", "SD"),
    Group(5, 4, "completed", "PD", "assessment"),
    Group(1, 4, "completed", "CR"),
    Group(14, 4, "completed", "PR"),
    Group(45, 4, "completed", "SD"),
    Group(1, 5, "completed", "PR"),
    Group(2, 5, "completed", "SD"),
)
"""The 110 courses. Cycles 65 x4, 20 x3, 12 x2, 10 x1, 3 x5; RECIST 1 CR, 22 PR, 62 SD, 17 PD, 8 not evaluable."""

LATE_DEATHS, CENSORED, IMAGING_ONLY = 4, 18, 6
"""Among the 80 without an early event: death as first event; censored at last contact; censored at new treatment."""
DIED_AFTER_PROGRESSION, DIED_AFTER_IMAGING = 49, 2

TARGETS = {"pfs": (22.5, 19.7, 29.0), "os": (42.3, 34.3, 55.0), "follow_up": 26.4}


def draw_courses(rng: np.random.Generator) -> pd.DataFrame:
    """Expand `GROUPS` into 110 courses and draw which outcome each has; times follow in `bounds` and `draw_times`."""
    rows = [group for group in GROUPS for _ in range(group.n)]
    frame = pd.DataFrame(
        {
            "n_cycles": [g.n_cycles for g in rows],
            "stop_reason": [g.stop_reason for g in rows],
            "recist_response": [g.recist_response for g in rows],
            "early": [g.early for g in rows],
        }
    )
    frame["pfs_kind"] = "progression"
    frame.loc[frame["early"].isin(["death", "clinical death"]), "pfs_kind"] = "death"
    late = rng.permutation(np.flatnonzero(frame["early"] == ""))
    imaging_from = LATE_DEATHS + CENSORED
    frame.loc[late[:LATE_DEATHS], "pfs_kind"] = "death"
    frame.loc[late[LATE_DEATHS:imaging_from], "pfs_kind"] = "censored"
    imaging = late[imaging_from : imaging_from + IMAGING_ONLY]
    frame.loc[imaging, "pfs_kind"] = "censored"
    frame["apart"] = (frame["pfs_kind"] == "progression").astype(int)
    frame.loc[imaging, "apart"] = 1
    frame["pfs_event"] = (frame["pfs_kind"] != "censored").astype(int)
    frame["os_event"] = (frame["pfs_kind"] == "death").astype(int)
    progressed = np.flatnonzero(frame["pfs_kind"] == "progression")
    weight = np.where(frame.loc[progressed, "early"] == "", 1.0, 4.0)
    died = rng.choice(progressed, DIED_AFTER_PROGRESSION, replace=False, p=weight / weight.sum())
    frame.loc[died, "os_event"] = 1
    frame.loc[rng.choice(imaging, DIED_AFTER_IMAGING, replace=False), "os_event"] = 1
    return frame


def pfs_bounds(frame: pd.DataFrame) -> np.ndarray:
    """Earliest and latest day of the PFS time of each course, (n, 2), by the rules of coherence."""
    cycles = frame["n_cycles"].to_numpy() - 1
    low, high = cycles * CYCLE_USUAL + ASSESSMENT, np.full(len(frame), LAST_DAY)
    early = frame["early"].to_numpy()
    for kind, start, before, stop, after in (
        ("death", CYCLE_LONG, 6, CYCLE_SHORT, 98),
        ("scan", CYCLE_USUAL, 42, CYCLE_USUAL, 84),
        ("clinical", CYCLE_USUAL, 28, CYCLE_USUAL, 80),
        ("clinical death", CYCLE_USUAL, 35, CYCLE_USUAL, 110),
        ("assessment", CYCLE_USUAL, 60, CYCLE_USUAL, 112),
    ):
        of_kind = early == kind
        low[of_kind], high[of_kind] = cycles[of_kind] * start + before, cycles[of_kind] * stop + after
    return np.column_stack([low, high])


def draw_times(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw PFS days within the bounds, and days from there to the end of follow-up (0 where both are one day)."""
    bounds = pfs_bounds(frame)
    late = (frame["early"] == "").to_numpy()
    n = len(frame)
    pfs = rng.uniform(bounds[:, 0], bounds[:, 1])
    pfs[late] = bounds[late, 0] + rng.weibull(1.1, late.sum()) * 800
    after = np.where(frame["apart"] == 1, 45 + rng.weibull(1.1, n) * np.where(frame["os_event"] == 1, 560, 620), 0)
    pfs = np.clip(pfs, bounds[:, 0], np.minimum(bounds[:, 1], LAST_DAY - 60))
    return pfs, np.minimum(after, LAST_DAY - 1 - pfs)


def distinct_days(days: np.ndarray, taken: set[int]) -> np.ndarray:
    """Round to whole days, each used once and none of `taken`: a taken day moves to the next free one."""
    taken = set(taken)
    whole = np.empty(len(days), dtype=int)
    for row in np.argsort(days):
        day = round(float(days[row]))
        while day in taken:
            day += 1
        taken.add(day)
        whole[row] = day
    return whole


def _shortfall(found: np.ndarray, wanted: tuple[float, ...]) -> float:
    """Squared distance in months beyond half a printed unit; 25 where one is reached and the other is not."""
    total = 0.0
    for value, target in zip(found, wanted, strict=True):
        if np.isnan(value) or np.isnan(target):
            total += 0.0 if np.isnan(value) and np.isnan(target) else 25.0
        else:
            total += max(0.0, abs(value - target) - 0.035) ** 2
    return total


def misfit(pfs: np.ndarray, os: np.ndarray, frame: pd.DataFrame, targets: dict[str, object]) -> float:
    """Sum of the squared distances of both medians, their limits and the median follow-up from the printed ones."""
    follow_up = np.array([np.median(os) / DAYS_PER_MONTH])
    return (
        _shortfall(median_interval(pfs, frame["pfs_event"].to_numpy()), targets["pfs"])
        + _shortfall(median_interval(os, frame["os_event"].to_numpy()), targets["os"])
        + _shortfall(follow_up, (targets["follow_up"],))
    )


def fit_times(
    frame: pd.DataFrame,
    bounds: np.ndarray,
    pfs: np.ndarray,
    after: np.ndarray,
    targets: dict[str, object],
    pinned: np.ndarray,
    rng: np.random.Generator,
    steps: int = 40000,
) -> tuple[np.ndarray, np.ndarray]:
    """Move one patient's times at a time until medians, limits and follow-up are as printed.

    Parameters
    ----------
    frame : courses with `pfs_event`, `os_event`, `apart`.
    bounds : (n, 2) days allowed for PFS. pfs, after : (n,) starting days. pinned : (n,) rows that must not move.

    Returns
    -------
    Whole days of PFS and OS, distinct within each.

    Raises
    ------
    RuntimeError when the targets are not met after `steps` moves.
    """
    apart, free = frame["apart"].to_numpy() == 1, np.flatnonzero(~pinned)
    best = misfit(pfs, pfs + after, frame, targets)
    for step in range(steps):
        if best == 0 and step % 50 == 0:
            days_pfs, days_os = whole_days(pfs, after, apart)
            if misfit(days_pfs, days_os, frame, targets) == 0 and days_os.max() <= LAST_DAY:
                return days_pfs, days_os
        row = rng.choice(free)
        new_pfs, new_after = pfs.copy(), after.copy()
        scale = np.exp(rng.normal(0, rng.choice([0.03, 0.2])))
        if apart[row] and rng.random() < 0.5:
            new_after[row] = max(30.0, after[row] * scale)
        else:
            new_pfs[row] = np.clip(bounds[row, 0] + (pfs[row] - bounds[row, 0]) * scale, *bounds[row])
        if new_pfs[row] + new_after[row] > LAST_DAY - 20:
            continue
        value = misfit(new_pfs, new_pfs + new_after, frame, targets)
        if (
            value < best
            or (best > 0 and rng.random() < np.exp((best - value) / (0.03 * (1 - step / steps) ** 3)))
            or value == 0
        ):
            pfs, after, best = new_pfs, new_after, value
    raise RuntimeError(
        f"Survival times do not meet the medians: misfit {best:.4f} after {steps} moves; try another seed."
    )


def whole_days(pfs: np.ndarray, after: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct whole days of OS, and of PFS, which is the OS day itself where PFS ends at death or last contact."""
    days_os = distinct_days(pfs + after, set())
    days_pfs = days_os.copy()
    days_pfs[apart] = distinct_days(pfs[apart], set(days_os[~apart].tolist()))
    return days_pfs, days_os


def cohort(rng: np.random.Generator) -> pd.DataFrame:
    """The 110 first courses with their times, one row each, in random order."""
    frame = draw_courses(rng)
    bounds = pfs_bounds(frame)
    pfs, after = draw_times(frame, rng)
    pinned = np.zeros(len(frame), dtype=bool)
    shortest = np.flatnonzero(frame["early"] == "death")[0]
    longest = np.flatnonzero((frame["pfs_kind"] == "progression") & (frame["os_event"] == 0) & (frame["early"] == ""))[
        0
    ]
    pinned[[shortest, longest]] = True
    pfs[shortest], after[shortest] = FIRST_DAY, 0
    bounds[shortest, 0] = FIRST_DAY
    pfs[longest] = 1650
    after[longest] = LAST_DAY - pfs[longest]
    early = frame["early"].isin(["death"]).to_numpy()
    bounds[early & ~pinned, 0] = np.maximum(bounds[early & ~pinned, 0], FIRST_DAY + 3)
    pfs = np.clip(pfs, bounds[:, 0], bounds[:, 1])
    frame["pfs_days"], frame["os_days"] = fit_times(frame, bounds, pfs, after, TARGETS, pinned, rng)
    if frame["pfs_days"].duplicated().any() or frame["os_days"].duplicated().any():
        raise RuntimeError("Two patients share a day; try another seed.")
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)

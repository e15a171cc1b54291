"""Writing the plan: the two CSV files that the raw tables of the demo cohort are built from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
PLAN, PLAN_RETREATMENT = HERE / "plan.csv", HERE / "plan_retreatment.csv"
OUTCOME_COLUMNS = [
    "pfs_days",
    "pfs_event",
    "pfs_kind",
    "os_days",
    "os_event",
    "stop_reason",
    "n_cycles",
    "recist_response",
]
RETREATMENT_COLUMNS = [
    "row",
    "pfs_days",
    "pfs_event",
    "pfs_kind",
    "os_days",
    "os_event",
    "n_cycles",
    "recist_response",
    "first_course_row",
    "start_day",
]


def write(baseline: pd.DataFrame, outcomes: pd.DataFrame, retreatment: pd.DataFrame, folder: Path = HERE) -> None:
    """Write `plan.csv` (110 rows) and `plan_retreatment.csv` (17 rows); empty cells are missing values."""
    plan = pd.concat([baseline, outcomes[OUTCOME_COLUMNS]], axis=1)
    plan.to_csv(folder / PLAN.name, index=False, lineterminator="\n")
    retreatment[RETREATMENT_COLUMNS].to_csv(folder / PLAN_RETREATMENT.name, index=False, lineterminator="\n")

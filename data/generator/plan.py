"""Reading the plan: what the search fixed for each synthetic patient, as text and whole days."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MODALITIES = 303
"""Treatments before PRRT in all, as Table 1 lists them."""


@dataclass(frozen=True)
class Outcome:
    """How one course goes.

    Parameters
    ----------
    pfs_days, os_days : days from the first day of the course
    pfs_kind : progression, death or censored; censored before `os_days` = imaging-only, newly treated that day
    died : whether `os_days` ends in death
    stop_reason, n_cycles, recist_response : as in the courses table
    """

    pfs_days: int
    pfs_kind: str
    os_days: int
    died: bool
    stop_reason: str
    n_cycles: int
    recist_response: str


@dataclass(frozen=True)
class FirstCourse:
    """One of the 110: outcome, and the baseline values that the prognostic models see ("" = missing)."""

    row: int
    values: dict[str, str]
    modalities: int
    outcome: Outcome


@dataclass(frozen=True)
class SecondCourse:
    """One of the 17: outcome, and the first course it follows with its start on that clock; None = elsewhere."""

    row: int
    follows: int | None
    start_day: int | None
    outcome: Outcome


VALUES = (
    "grade", "primary_site", "functional", "cga_ug_l", "alp_u_l", "sodium_mmol_l", "albumin_g_l", "nlr", "fdg_pet",
)  # fmt: skip


def plain(text: str) -> str:
    """A number as it is reported: "86.0" and "86" are one."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(name: str) -> list[dict[str, str]]:
    """Rows of a plan file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outcome(row: dict[str, str], stop_reason: str) -> Outcome:
    """The outcome part of a row; a plan without `pfs_kind` tells progression and death apart by the days."""
    pfs, os, event = int(row["pfs_days"]), int(row["os_days"]), int(row["pfs_event"])
    kind = "censored" if not event else "death" if pfs == os and int(row["os_event"]) else "progression"
    if row.get("pfs_kind", kind) != kind:
        raise ValueError(f"Plan row {row['row']}: pfs_kind '{row['pfs_kind']}' does not fit its days and events.")
    return Outcome(pfs, kind, os, row["os_event"] == "1", stop_reason, int(row["n_cycles"]), row["recist_response"])


def first_courses() -> list[FirstCourse]:
    """The 110 first courses.

    Raises
    ------
    ValueError
        When the modalities do not sum up to Table 1's treatments, or days and events contradict each other.
    """
    rows = read("plan.csv")
    if sum(int(row["prior_modalities"]) for row in rows) != MODALITIES:
        raise ValueError(f"plan.csv: prior_modalities must sum up to {MODALITIES}.")
    return [
        FirstCourse(
            int(row["row"]),
            {name: plain(row[name]) for name in VALUES},
            int(row["prior_modalities"]),
            outcome(row, row["stop_reason"]),
        )
        for row in rows
    ]


def second_courses() -> list[SecondCourse]:
    """The 17 second courses; why one stopped follows from its cycles, response and end."""
    found = []
    for row in read("plan_retreatment.csv"):
        follows = int(row["first_course_row"]) if row["first_course_row"] else None
        start = int(row["start_day"]) if row["start_day"] else None
        found.append(SecondCourse(int(row["row"]), follows, start, outcome(row, _stop_reason(row))))
    return found


def _stop_reason(row: dict[str, str]) -> str:
    cycles, response = int(row["n_cycles"]), row["recist_response"]
    if response == "PD" and cycles < 4:
        return "radiologic progression"
    if cycles == 1 and row["os_event"] == "1" and int(row["os_days"]) < 120:
        return "death unrelated to PRRT"
    return "patient decision or lost" if cycles == 1 or response == "not evaluable" else "completed"

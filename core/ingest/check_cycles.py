"""Rules of the cycles table: numbers and dates of the cycles of a course, and what the course itself says of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.ingest.findings import Findings
from core.ingest.reading import ReadTable
from core.ingest.rules import ONE_OF_TWO, dates, day, numbers, report_rows, two_dates, whole

_SHORTEST_GAP, _LONGEST_GAP = 14, 365
_ACTIVITY_APART, _ACTIVITY_SHARE = 0.2, 0.05
_KEY = ["patient", "course"]


def check_cycles(read: ReadTable, courses: ReadTable, findings: Findings) -> None:
    """Check the cycles table in itself and against the courses."""
    frame = pd.DataFrame({"patient": read.columns["patient_id"], "course": whole(read, "course")})
    frame["cycle"], frame["date"] = whole(read, "cycle"), dates(read, "date")
    frame["activity"] = numbers(read, "activity_gbq")
    known = frame[frame["patient"].notna() & (frame["course"] > 0) & (frame["cycle"] > 0) & frame["date"].notna()]
    _numbering(read, known, findings)
    _against_courses(known, courses, findings)


def _numbering(read: ReadTable, known: pd.DataFrame, findings: Findings) -> None:
    """Cycles 1, 2, 3, ... of a course, each after the one before and not implausibly soon or late."""
    rows = len(read.text.lines)
    ordered = known.drop_duplicates([*_KEY, "cycle"]).sort_values([*_KEY, "cycle"], kind="stable")
    before = ordered.groupby(_KEY, sort=False)[["cycle", "date"]].shift().reindex(range(rows))
    cycle = ordered["cycle"].reindex(range(rows)).to_numpy(float)
    when = ordered["date"].reindex(range(rows)).to_numpy("datetime64[us]")
    previous, earlier = before["cycle"].to_numpy(float), before["date"].to_numpy("datetime64[us]")
    previous = np.where(np.isnan(cycle), np.nan, np.nan_to_num(previous))

    def skipped(row: int) -> str:
        after = f"cycle {previous[row]:g}" if previous[row] else "nothing"
        return f"Cycle {cycle[row]:g} of this course follows {after}; a cycle between is missing."

    remedy = "Add the missing cycle, or correct the number."
    flags = cycle > previous + 1
    report_rows(read, "warning", "cycle_missing", flags, "cycle", findings, skipped, remedy)
    message = two_dates("The date", when, "is not after that of the cycle before", earlier)
    flags = when <= earlier
    report_rows(read, "warning", "cycles_out_of_order", flags, "date", findings, message, ONE_OF_TWO)
    gap = (when - earlier) / np.timedelta64(1, "D")

    def far(row: int) -> str:
        return f"{gap[row]:.0f} days lie between this cycle, {day(when[row])}, and the one before, {day(earlier[row])}."

    flags = (cycle == previous + 1) & (gap > 0) & ((gap < _SHORTEST_GAP) | (gap > _LONGEST_GAP))
    remedy = "Check both dates; a later series of cycles is a course of its own."
    report_rows(read, "warning", "implausible_gap", flags, "date", findings, far, remedy)


def _against_courses(known: pd.DataFrame, courses: ReadTable, findings: Findings) -> None:
    """What a course says of its cycles is what the table of cycles holds; only of courses that have cycles there."""
    grouped = known.groupby(_KEY, sort=False)
    found = pd.DataFrame({"n": grouped.size(), "first": grouped["date"].min(), "last": grouped["date"].max()})
    found["total"] = grouped["activity"].sum(min_count=1).where(grouped["activity"].count() == found["n"])
    key = pd.MultiIndex.from_arrays([courses.columns["patient_id"], whole(courses, "course")])
    found = found.reindex(key)
    n, total = found["n"].to_numpy(float), found["total"].to_numpy(float)
    stated, activity = numbers(courses, "n_cycles"), numbers(courses, "total_activity_gbq")

    def count(row: int) -> str:
        return f"The course states {stated[row]:g} cycles, and the cycles table holds {n[row]:g} of it."

    def sums(row: int) -> str:
        return f"The course states {activity[row]:g} GBq in all, and its cycles sum to {total[row]:g} GBq."

    apart = np.abs(activity - total) > np.fmax(_ACTIVITY_APART, _ACTIVITY_SHARE * total)
    code = "cycles_contradict_course"
    report_rows(courses, "warning", code, (stated != n) & ~np.isnan(stated) & ~np.isnan(n), "n_cycles", findings, count,
                ONE_OF_TWO)  # fmt: skip
    report_rows(courses, "warning", code, apart, "total_activity_gbq", findings, sums, ONE_OF_TWO)
    for name, column, what in (
        ("first_cycle_date", "first", "The date of the first cycle"),
        ("last_cycle_date", "last", "The date of the last cycle"),
    ):
        when, there = dates(courses, name), found[column].to_numpy("datetime64[us]")
        flags = ~np.isnat(when) & ~np.isnat(there) & (when != there)
        message = two_dates(what, when, "is another one than in the cycles table", there)
        report_rows(courses, "warning", code, flags, name, findings, message, ONE_OF_TWO)

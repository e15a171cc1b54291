"""What a messy variant is: a file as a person keeps it, the cohort it holds, the questions it cannot do without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.corpus_messy.cohort import KNOWN, Cohort, Row

COURSES = KNOWN.only("courses")
CERTAIN = 12
"""The last day of a month that may be a month as well."""


@dataclass(frozen=True)
class Variant:
    """One file.

    Parameters
    ----------
    build : makes the file in a folder
    cohort : what it holds
    extras : header of a column of the file's own -> its values
    asks : pattern of a question's key -> the answer; the fewest questions that a person could not avoid
    warns : codes of warnings that are right for this file
    signs : field -> sign of each censored value, in the order of the rows
    """

    build: Callable[[Path], Path]
    cohort: Cohort = COURSES
    extras: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    warns: frozenset[str] = frozenset()
    signs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def early_days(cohort: Cohort) -> Cohort:
    """The cohort with no day of a month above 12, so that no date says which of its numbers is the month."""

    def change(row: Row) -> Row:
        return {name: one.replace(day=min(one.day, CERTAIN)) if isinstance(one, date) else one
                for name, one in row.items()}  # fmt: skip

    return cohort.changed("courses", change)


def rounded(cohort: Cohort, **digits: int) -> Cohort:
    """The cohort with some fields rounded."""

    def change(row: Row) -> Row:
        return {name: round(one, digits[name]) if name in digits and isinstance(one, float) else one
                for name, one in row.items()}  # fmt: skip

    return cohort.changed("courses", change)


def ready_made() -> Cohort:
    """First courses with times and events instead of dates; whole weeks."""
    rows: list[Row] = []
    for row in KNOWN.courses:
        if row["course"] != 1:
            continue
        start, end, progression = row["first_cycle_date"], row["last_contact_date"], row["progression_date"]
        assert isinstance(start, date)
        assert isinstance(end, date)
        first = progression if isinstance(progression, date) else end
        kept = {name: row[name] for name in ("patient_id", "course", "sex", "age_years", "ki67_percent")}
        times = {"os_days": (end - start).days // 7 * 7.0, "pfs_days": (first - start).days // 7 * 7.0}
        events = {"os_event": row["death_date"] is not None, "pfs_event": progression is not None}
        rows.append({**kept, **times, **events})
    return Cohort({"courses": tuple(rows)})


READY = ready_made()


def without(cohort: Cohort, *names: str) -> Cohort:
    """The courses without some columns, as a file may leave them out."""
    return cohort.changed("courses", lambda row: {name: one for name, one in row.items() if name not in names})

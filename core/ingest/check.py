"""Rules across the cells of a course. Values are kept; the store gives no time where one errs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from core.fields import FIELDS
from core.formats import plural
from core.ingest.check_outcome import check_outcome
from core.ingest.check_patient import check_patients
from core.ingest.check_same import check_same
from core.ingest.findings import Findings
from core.ingest.reading import ReadTable
from core.ingest.rules import ONE_OF_TWO, dates, day, deaths_of, numbers, report_rows, two_dates, was_unreadable

_DATES = {
    "death_date": ("death_before_start", "The date of death"),
    "progression_date": ("progression_before_start", "The date of progression"),
    "last_contact_date": ("last_contact_before_start", "The date of last contact"),
    "new_treatment_date": ("new_treatment_before_start", "The date of the new treatment"),
    "last_cycle_date": ("last_cycle_before_start", "The date of the last cycle"),
}
_AFTER_DEATH = {
    **{name: what for name, (_, what) in _DATES.items() if name != "death_date"},
    "first_cycle_date": "The date of the first cycle",
    "mds_date": "The date of the myelodysplastic syndrome",
    "leukaemia_date": "The date of the leukaemia",
}
_READY_TIMES = ("pfs_days", "pfs_months", "os_days", "os_months")


def check_courses(read: ReadTable, cutoff: date | None, findings: Findings) -> None:
    """Check the courses, every rule at once.

    Parameters
    ----------
    cutoff : the stated data cut-off, None when none was stated
    """
    _before_start(read, findings)
    _after_death(read, findings)
    _no_start(read, findings)
    _no_contact(read, findings)
    _no_event(read, findings)
    _grade(read, findings)
    check_patients(read, findings)
    check_same(read, findings)
    check_outcome(read, findings)
    if cutoff is not None:
        _after_cutoff(read, cutoff, findings)


def _before_start(read: ReadTable, findings: Findings) -> None:
    start = dates(read, "first_cycle_date")
    for name, (code, what) in _DATES.items():
        when = dates(read, name)
        message = two_dates(what, when, "is before the first cycle", start)
        report_rows(read, "error", code, when < start, name, findings, message, ONE_OF_TWO)


def _after_death(read: ReadTable, findings: Findings) -> None:
    death = deaths_of(read, read)
    for name, what in _AFTER_DEATH.items():
        when = dates(read, name)
        flags = when > death
        if name == "first_cycle_date":  # with the death on the same row this is "death before start"
            flags &= np.isnat(dates(read, "death_date"))
        message = two_dates(what, when, "is after the death", death)
        report_rows(read, "warning", "date_after_death", flags, name, findings, message, ONE_OF_TWO)


def _no_start(read: ReadTable, findings: Findings) -> None:
    ready = _ready(read, _READY_TIMES)
    name = "first_cycle_date"
    if name in read.columns:
        flags = np.isnat(dates(read, name)) & ~was_unreadable(read, name) & ~ready
        message = "There is no date of the first cycle, nor a ready-made time; the row has no survival times."
        remedy = "Fill in the date of the first cycle."
        report_rows(read, "error", "missing_first_cycle_date", flags, name, findings, message, remedy)
    elif not ready.any():
        findings.warning(
            "no_times",
            "courses",
            None,
            message="No column is the date of the first cycle, nor a ready-made time: nothing to draw survival from.",
            remedy="Say which columns are the times and their events (such as --map os_days=HEADER --map "
            "os_event=HEADER).",
        )


def _no_contact(read: ReadTable, findings: Findings) -> None:
    started = ~np.isnat(dates(read, "first_cycle_date"))
    ready = _ready(read, _READY_TIMES)
    if not started.any():
        return
    if "last_contact_date" not in read.columns and "death_date" not in read.columns:
        if not ready.any():
            findings.warning(
                "no_follow_up",
                "courses",
                None,
                message="No column is the date of death or of last contact; survival cannot be derived.",
                remedy="Say which columns they are (--map death_date=HEADER --map last_contact_date=HEADER).",
            )
        return
    known = np.zeros(len(started), bool)
    for name in ("death_date", "last_contact_date"):
        known |= ~np.isnat(dates(read, name)) | was_unreadable(read, name)
    ends = pd.Series(known).groupby(pd.Series(read.columns["patient_id"])).transform("any").to_numpy(bool)
    flags = started & ~ends & ~_ready(read, ("os_days", "os_months"))
    message = "There is neither a date of death nor of last contact; overall survival is not known."
    remedy = "Fill in the date of last contact, or of death."
    report_rows(read, "error", "missing_last_contact", flags, "last_contact_date", findings, message, remedy)


def _no_event(read: ReadTable, findings: Findings) -> None:
    """A ready-made time needs its event."""
    for name in _READY_TIMES:
        if name not in read.columns:
            continue
        event = f"{name.partition('_')[0]}_event"
        if event in read.columns:
            missing = np.asarray(pd.isna(read.columns[event]), bool)
            flags = _ready(read, (name,)) & missing & ~was_unreadable(read, event)
            message = "There is a time, but not whether the event happened; the time is not used."
            remedy = "Fill in 1 for an event, 0 for none."
            report_rows(read, "error", "missing_event", flags, event, findings, message, remedy)
            continue
        findings.error(
            "missing_event_column",
            "courses",
            None,
            column=read.header(name),
            message=f"'{read.header(name)}' is a time, but no column says whether the event happened.",
            remedy=f"Say which column is {FIELDS[event].label} (--map {event}=HEADER).",
        )


def _grade(read: ReadTable, findings: Findings) -> None:
    """Ki-67 < 3 %: grade 1, to 20 %: 2, above: 3; mitoses < 2, to 20, above; the higher rules.

    Without Ki-67 the mitoses alone only tell the least grade.
    """
    ki67, mitoses = numbers(read, "ki67_percent"), numbers(read, "mitoses_per_2mm2")
    _grade_that_follows(read, ~np.isnan(ki67) | ~np.isnan(mitoses), findings)
    if "grade" not in read.columns:
        return
    by_ki67 = np.where(ki67 > 20, 3, np.where(ki67 >= 3, 2, 1))
    by_mitoses = np.where(np.isnan(mitoses), 0, np.where(mitoses > 20, 3, np.where(mitoses >= 2, 2, 1)))
    expected = np.maximum(by_ki67, by_mitoses)
    stated = pd.to_numeric(pd.Series(read.columns["grade"]), errors="coerce").to_numpy(float)
    flags = ~np.isnan(ki67) & ~np.isnan(stated) & (stated != expected)

    def message(row: int) -> str:
        counts = "" if np.isnan(mitoses[row]) else f" and {mitoses[row]:g} mitoses per 2 mm²"
        return f"Grade {stated[row]:g} is stated, but a Ki-67 of {ki67[row]:g} %{counts} makes grade {expected[row]}."

    remedy = "The stated grade is kept; correct whichever is wrong."
    report_rows(read, "warning", "grade_contradicts_ki67", flags, "grade", findings, message, remedy)
    flags = np.isnan(ki67) & ~np.isnan(mitoses) & (stated < by_mitoses)

    def least(row: int) -> str:
        count = f"{mitoses[row]:g} mitoses per 2 mm²"
        return f"Grade {stated[row]:g} is stated, but {count} make at least grade {by_mitoses[row]}."

    report_rows(read, "warning", "grade_contradicts_mitoses", flags, "grade", findings, least, remedy)


def _grade_that_follows(read: ReadTable, indexed: np.ndarray, findings: Findings) -> None:
    """Say of how many rows the store derives the grade; a grade that could not be read stays missing."""
    open_ = indexed & ~was_unreadable(read, "grade")
    if "grade" in read.columns:
        open_ &= np.asarray(pd.isna(read.columns["grade"]), bool)
    if open_.any():
        rows = plural(int(open_.sum()), "row")
        findings.change(f"courses: the grade of {rows} is not stated, and follows from Ki-67 and mitoses (WHO 2019).")


def _after_cutoff(read: ReadTable, cutoff: date, findings: Findings) -> None:
    for name, one in read.fields.items():
        if one.type != "date" or one.role == "other":
            continue
        when = dates(read, name)

        def message(row: int, when: np.ndarray = when) -> str:
            return f"{day(when[row])} is after the stated data cut-off, {cutoff.isoformat()}."

        flags = when > np.datetime64(cutoff, "us")
        remedy = "Correct the date or the cut-off."
        report_rows(read, "warning", "date_after_cutoff", flags, name, findings, message, remedy)


def _ready(read: ReadTable, names: tuple[str, ...]) -> np.ndarray:
    """Rows that have one of some ready-made times."""
    flags = np.zeros(len(read.text.lines), bool)
    for name in names:
        if name in read.columns:
            flags |= ~np.isnan(np.asarray(read.columns[name], float))
    return flags

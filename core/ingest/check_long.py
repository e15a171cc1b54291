"""Rules across tables: cycles, laboratory values and adverse events against the courses they belong to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.ingest.check_cycles import check_cycles
from core.ingest.check_labs import check_labs
from core.ingest.findings import Findings
from core.ingest.reading import ReadTable
from core.ingest.rules import ONE_OF_TWO, dates, day, deaths_of, numbers, report_rows, two_dates, was_unreadable, whole


def check_long(read: ReadTable, courses: ReadTable, findings: Findings) -> None:
    """Check a table of many rows a patient: cycles, labs or adverse events."""
    _missing_values(read, findings)
    known = _unknown_patient(read, courses, findings)
    if "course" in read.columns and "course" in courses.columns:
        _unknown_course(read, courses, known, findings)
    if read.text.name == "cycles":
        _repeated_cycle(read, findings)
        check_cycles(read, courses, findings)
    if read.text.name == "labs":
        check_labs(read, findings)
    if read.text.name == "adverse_events":
        _death_of_grade_5(read, courses, known, findings)
    _ends_before_onset(read, findings)
    name = "onset_date" if "onset_date" in read.columns else "date"
    when, death = dates(read, name), deaths_of(read, courses)
    message = two_dates("The date", when, "is after the death of the patient", death)
    report_rows(read, "warning", "date_after_death", when > death, name, findings, message, ONE_OF_TWO)


def _missing_values(read: ReadTable, findings: Findings) -> None:
    for name, one in read.fields.items():
        if not one.required:
            continue
        flags = np.asarray(pd.isna(read.columns[name]), bool) & ~was_unreadable(read, name)
        message = f"There is no {name.replace('_', ' ').removesuffix(' id')}; the row is not used."
        report_rows(
            read, "error", "missing_value", flags, name, findings, message, "Fill the cell in, or delete the row."
        )


def _unknown_patient(read: ReadTable, courses: ReadTable, findings: Findings) -> np.ndarray:
    """Rows of patients whom the courses table has; the others are reported."""
    ids = pd.Series(read.columns["patient_id"])
    known = ids.isin(pd.unique(pd.Series(courses.columns["patient_id"]))).to_numpy()
    report_rows(
        read,
        "error",
        "unknown_patient",
        ids.notna().to_numpy() & ~known,
        "patient_id",
        findings,
        "The courses table has no such patient; the row is not used.",
        "Correct the patient, or add the patient's course to the courses table.",
    )
    return known


def _unknown_course(read: ReadTable, courses: ReadTable, known: np.ndarray, findings: Findings) -> None:
    course = whole(read, "course")
    pairs = pd.MultiIndex.from_arrays([courses.columns["patient_id"], whole(courses, "course")])
    here = pd.MultiIndex.from_arrays([read.columns["patient_id"], course])
    flags = known & (course > 0) & ~here.isin(pairs)
    message = "The courses table has no such course of this patient; the row is not used."
    remedy = "Correct the course, or add it to the courses table."
    report_rows(read, "error", "unknown_course", flags, "course", findings, message, remedy)


def _repeated_cycle(read: ReadTable, findings: Findings) -> None:
    cycle = whole(read, "cycle")
    frame = pd.DataFrame({"patient": read.columns["patient_id"], "course": whole(read, "course"), "cycle": cycle})
    flags = frame.duplicated().to_numpy() & (cycle > 0) & frame["patient"].notna().to_numpy()
    message = "This cycle of this course stands in the table before; both rows count."
    remedy = "Delete one of the two rows, or correct the cycle number."
    report_rows(read, "warning", "duplicate_cycle", flags, "cycle", findings, message, remedy)


def _death_of_grade_5(read: ReadTable, courses: ReadTable, known: np.ndarray, findings: Findings) -> None:
    """Grade 5 is death."""
    if "death_date" not in courses.columns:
        return
    flags = known & (numbers(read, "grade") == 5) & np.isnat(deaths_of(read, courses))
    message = "Grade 5 is death, but the courses table has no date of death of the patient."
    report_rows(read, "warning", "grade_5_without_death", flags, "grade", findings, message, ONE_OF_TWO)


def _ends_before_onset(read: ReadTable, findings: Findings) -> None:
    onset, end = dates(read, "onset_date"), dates(read, "end_date")

    def message(row: int) -> str:
        return f"The event ends, {day(end[row])}, before it begins, {day(onset[row])}."

    report_rows(read, "error", "end_before_onset", end < onset, "end_date", findings, message, ONE_OF_TWO)

"""Rules across the courses of a patient: what does not change, courses in order, age against birth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.ingest.findings import Findings
from core.ingest.reading import ReadTable
from core.ingest.rules import ONE_OF_TWO, dates, day, numbers, report_rows, two_dates, whole

_LASTING = {"sex": "sex", "birth_year": "year of birth", "death_date": "date of death"}


def check_patients(read: ReadTable, findings: Findings) -> None:
    """Check the courses of each patient against one another, and the age against the birth."""
    _birth(read, findings)
    _lasting(read, findings)
    _order(read, findings)


def _birth(read: ReadTable, findings: Findings) -> None:
    """The year of birth is not after the start; a stated age is the difference of years, or one less."""
    start = dates(read, "first_cycle_date")
    year = pd.Series(start).dt.year.to_numpy(float)
    born, age = numbers(read, "birth_year"), numbers(read, "age_years")

    def before(row: int) -> str:
        return f"The year of birth, {born[row]:g}, is not before the first cycle, {day(start[row])}."

    report_rows(read, "error", "birth_after_start", born >= year, "birth_year", findings, before, ONE_OF_TWO)
    flags = (born < year) & ((age < year - born - 1) | (age >= year - born + 1))

    def contradicts(row: int) -> str:
        return (
            f"An age of {age[row]:g} at the first cycle, {day(start[row])}, does not go with a birth in {born[row]:g}."
        )

    report_rows(read, "warning", "age_contradicts_birth", flags, "age_years", findings, contradicts, ONE_OF_TWO)


def _lasting(read: ReadTable, findings: Findings) -> None:
    """What is the same in every course of a patient."""
    patient = pd.Series(read.columns["patient_id"])
    if not patient.duplicated().any():
        return
    for name, what in _LASTING.items():
        if name not in read.sources:
            continue
        values = pd.Series(read.columns[name])
        first = values.groupby(patient).transform("first")
        flags = (values.notna() & first.notna() & (values != first).fillna(False)).to_numpy(bool)
        message = f"The {what} is another one than in an earlier row of the same patient."
        remedy = "Correct whichever is wrong; or the patient, if these are two."
        report_rows(read, "warning", "differs_between_courses", flags, name, findings, message, remedy)


def _order(read: ReadTable, findings: Findings) -> None:
    """A course begins after the last cycle of the course before it."""
    start, last = dates(read, "first_cycle_date"), dates(read, "last_cycle_date")
    frame = pd.DataFrame({"patient": read.columns["patient_id"], "course": whole(read, "course")})
    frame["start"] = start
    frame["last"] = np.where(np.isnat(last), start, np.fmax(last, start))
    known = frame[(frame["course"] > 0) & frame["start"].notna()].sort_values(["patient", "course"], kind="stable")
    if not known["patient"].duplicated().any():
        return
    before = known.groupby("patient", sort=False)[["course", "start", "last"]].shift().reindex(frame.index)
    earlier, ended = (before[name].to_numpy("datetime64[us]") for name in ("start", "last"))
    reversed_ = start <= earlier
    what = "The first cycle of this course"
    remedy = "Correct whichever of the two dates or course numbers is wrong."
    message = two_dates(what, start, "is not after that of the course before", earlier)
    report_rows(read, "warning", "courses_out_of_order", reversed_, "first_cycle_date", findings, message, remedy)
    overlap = (start <= ended) & ~reversed_
    message = two_dates(what, start, "is not after the last cycle of the course before", ended)
    report_rows(read, "warning", "courses_overlap", overlap, "first_cycle_date", findings, message, remedy)

"""Plan -> the four raw tables of the synthetic demo cohort: `python -m data.generator.tables`.

The same plan gives the same bytes on every machine. Nothing here is a result: the tables hold dates, measurements and
graded events; whatever the paper prints is derived from them by the product like any other cohort's.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from data.generator import baseline, chemistry, events, haematology, laboratory, later, others, treatment
from data.generator.draw import Draw
from data.generator.people import Course, Patient
from data.generator.plan import FirstCourse, Outcome, SecondCourse, first_courses, second_courses
from data.generator.roles import LATE_MDS_DAYS, Roles, cast

FOLDER = Path(__file__).parents[1] / "demo"
EARLY_MDS_DAYS = 52
"""Diagnosed shortly after the first cycle."""
COURSE_COLUMNS = (
    "patient_id", "course", "first_prrt_elsewhere", "trial", "histology_complete", "sex", "age_years", "hypertension",
    "diabetes", "ki67_percent", "mitoses_per_2mm2", "grade", "primary_site", "functional",
    *(f"metastasis_{name}" for name in baseline.METASTASES), *(f"prior_{name}" for name in baseline.TREATMENTS),
    "cga_ug_l", "cga_uln_ug_l", "alp_u_l", "sodium_mmol_l", "albumin_g_l", "crp_mg_l", "neutrophils_1e9_l",
    "lymphocytes_1e9_l", "fdg_pet", "creatinine_mg_dl", "haemoglobin_g_dl", "leukocytes_1e9_l", "platelets_1e9_l",
    "ast_u_l", "alt_u_l", "ggt_u_l", "bilirubin_mg_dl", "first_cycle_date", "stop_reason", "recist_response",
    "progression_date", "progression_basis", "new_treatment_date", "new_treatment_basis", "death_date",
    "last_contact_date", "mds_date", "mds_related", "ae_assessed",
)  # fmt: skip
Row = dict[str, str]


def first_patients(plan: Sequence[FirstCourse], seconds: Sequence[SecondCourse]) -> list[Patient]:
    """The 110 with the courses they have here: PRRT-1, in fourteen PRRT-2, in one of these PRRT-3."""
    third = later.third_follows(seconds)
    by_first = {one.follows: one for one in seconds if one.follows}
    patients = []
    for row in plan:
        key = f"plan-{row.row}"
        second = by_first.get(row.row)
        following: list[tuple[int, Outcome]] = []
        if second:
            day = second.start_day or 0
            following.append((day, second.outcome))
            if second is third:
                wait, outcome = later.third_course(second)
                following.append((day + wait, outcome))
        start = treatment.first_day(row.outcome, [day for day, _ in following], Draw("start", key))
        patient = Patient(key, row)
        baseline.give_tumour(patient, row.values["grade"], row.values["primary_site"], row.values["functional"])
        for number, (day, outcome) in enumerate([(0, row.outcome), *following], start=1):
            patient.courses.append(Course(number, start + timedelta(days=day), outcome))
        patients.append(patient)
    return patients


def name_patients(patients: Sequence[Patient]) -> None:
    """Pseudonyms in an order that says nothing."""
    for number, patient in enumerate(Draw("names").shuffled(patients), start=1):
        patient.name = f"P{number:03d}"


def give_courses(patients: Sequence[Patient]) -> None:
    """Cycles and dates of every course."""
    for patient in patients:
        for course in patient.courses:
            draw = Draw("course", patient.key, course.number)
            treatment.give_cycles(course, draw)
            treatment.give_outcome_dates(patient, course, draw)


def build() -> dict[str, list[Row]]:
    """The four tables, rows in order of patient and date."""
    seconds = second_courses()
    naive = first_patients(first_courses(), seconds)
    everybody = [*naive, *others.patients(seconds)]
    name_patients(everybody)
    give_courses(everybody)
    roles = cast(naive)
    baseline.facts_of_110(naive, roles)
    treatment.give_other_treatments(naive, Draw("other treatment"))
    treatment.mark_trial(naive, Draw("trial"))
    everybody.sort(key=lambda one: one.name)
    labs = list(_laboratory(everybody, naive, roles))
    found = [*events.rows_of_110(naive)]
    for patient in everybody:
        for course in patient.courses[patient.naive :]:
            found += events.rows_of_later(patient, course)
    order = {name: place for place, name in enumerate(laboratory.UNITS)}
    return {
        "courses": [_course_row(one, course, roles) for one in everybody for course in one.courses],
        "cycles": [row for one in everybody for course in one.courses for row in _cycle_rows(one, course)],
        "labs": sorted(labs, key=lambda row: (row["patient_id"], row["date"], order[row["analyte"]])),
        "adverse_events": sorted(
            found, key=lambda row: (row["patient_id"], row["onset_date"], row["term"], row["grade"])
        ),
    }


def _laboratory(everybody: Sequence[Patient], naive: Sequence[Patient], roles: Roles) -> Iterable[Row]:
    """Baselines into the courses, measurements out."""
    blood, chemical = haematology.deal(naive, roles), chemistry.deal(naive, roles)
    for patient in everybody:
        for course in patient.courses:
            if patient.plan and course is patient.first:
                grades, targets = blood.get(patient.key), chemical.get(patient.key)
                draw = Draw("baseline values", patient.key)
                values = patient.plan.values
                course.facts |= haematology.baseline_counts(patient, grades or {}, values["nlr"], draw)
                course.facts |= chemistry.baseline_values(patient, targets or {}, draw, values)
                course.facts["fdg_pet"] = values["fdg_pet"]
            else:
                grades, targets = others.values_before(patient, course), {}
            recovers = patient.key != roles.early_mds
            yield from laboratory.rows_of_course(patient, course, grades, targets, recovers)
        if patient.key == roles.late_mds:
            yield from laboratory.mds_rows(patient, patient.first.start + timedelta(days=LATE_MDS_DAYS))


def _course_row(patient: Patient, course: Course, roles: Roles) -> Row:
    cells = {
        **dict.fromkeys(COURSE_COLUMNS, ""), **patient.facts, **course.facts,
        "patient_id": patient.name,
        "course": str(course.number),
        "first_prrt_elsewhere": "yes" if patient.key.startswith("elsewhere") else "no",
        "histology_complete": "no" if patient.key.startswith("histology") else "yes",
        "age_years": str(patient.age + (course.start - patient.first.start).days // 365),
        "first_cycle_date": course.start.isoformat(),
        "stop_reason": course.outcome.stop_reason,
        "recist_response": course.outcome.recist_response,
        "progression_date": _day(course.progression),
        "progression_basis": course.progression_basis,
        "new_treatment_date": _day(course.new_treatment),
        "new_treatment_basis": course.new_treatment_basis,
        "death_date" if course.outcome.died else "last_contact_date": course.end.isoformat(),
        "ae_assessed": "yes",
    }  # fmt: skip
    for key, days, related in ((roles.early_mds, EARLY_MDS_DAYS, "no"), (roles.late_mds, LATE_MDS_DAYS, "yes")):
        if patient.key == key:
            cells["mds_date"] = _day(patient.first.start + timedelta(days=days))
            cells["mds_related"] = related
    return cells


def _cycle_rows(patient: Patient, course: Course) -> Iterable[Row]:
    for number, (day, activity) in enumerate(course.cycles, start=1):
        yield {
            "patient_id": patient.name,
            "course": str(course.number),
            "cycle": str(number),
            "date": day.isoformat(),
            "activity_gbq": activity,
        }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def write(tables: dict[str, list[Row]], folder: Path = FOLDER) -> str:
    """Write the CSV files; returns the SHA-256 over all of them."""
    folder.mkdir(exist_ok=True)
    total = hashlib.sha256()
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        total.update(path.read_bytes())
    return total.hexdigest()


if __name__ == "__main__":
    print(f"{FOLDER.name}: SHA-256 {write(build())}")

"""Seeded random cohorts that are hard to grade: missing limits, odd units, values on limits, overlapping windows."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tests.oracle.toxicity_bruteforce import SYMPTOM_TERMS, TERMS

_START = date(2018, 1, 1)
_LAB_DAYS = (-30, -3, 0, 0, 1, 40, 70, 71, 110, 140, 141, 280, 281)
_EVENT_DAYS = (-400, -1, 0, 1, 69, 70, 71, 280, 281)
_ANALYTES = {  # values in the first unit, limits, units with their multiple
    "haemoglobin": ((6, 15, 1), (12, 17), (("g/dL", 1), ("g/L", 10))),
    "leukocytes": ((0, 9, 2), (4, 10), (("10^9/L", 1), ("G/L", 1), ("/µL", 1000))),
    "lymphocytes": ((0, 2, 2), (1.1, 4), (("10^9/L", 1), ("/µL", 1000))),
    "neutrophils": ((0, 5, 1), (1.8, 7), (("10^9/L", 1), ("G/L", 1))),
    "platelets": ((5, 300, 0), (150, 400), (("10^9/L", 1), ("/µL", 1000))),
    "ALT": ((10, 260, 0), (7, 40), (("U/L", 1), ("UI/L", 1))),
    "AST": ((10, 900, 0), (5, 35), (("U/L", 1),)),
    "GGT": ((20, 400, 0), (5, 60), (("U/L", 1), ("UI/L", 1))),
    "ALP": ((50, 700, 0), (30, 120), (("U/L", 1),)),
    "bilirubin": ((0.2, 4, 1), (0.1, 1.1), (("mg/dL", 1),)),
    "albumin": ((15, 48, 0), (35, 50), (("g/L", 1), ("g/dL", 0.1))),
    "creatinine": ((0.4, 5, 2), (0.5, 1.2), (("mg/dL", 1),)),
    "eGFR": ((8, 120, 0), (60, 120), (("mL/min/1.73 m²", 1),)),
}
_ON_LIMITS = {
    "haemoglobin": (8, 10, 12),
    "leukocytes": (1, 2, 3, 4),
    "lymphocytes": (0.2, 0.5, 0.8, 1.1),
    "neutrophils": (0.5, 1, 1.5, 1.8),
    "platelets": (25, 50, 75, 150),
    "ALT": (40, 60, 75, 120, 150, 200),
    "GGT": (60, 120, 150, 300),
    "bilirubin": (1.1, 1.65, 2.2, 3.3),
    "albumin": (20, 30, 35),
    "creatinine": (1.2, 1.8, 3.6),
    "eGFR": (15, 30, 60, 90),
}


def _days(random_: random.Random, low: int, high: int) -> timedelta:
    return timedelta(days=random_.randint(low, high))


def _courses(random_: random.Random, patient: str) -> list[dict]:
    start, found = _START + _days(random_, 0, 900), []
    for course in range(1, random_.choice((1, 1, 1, 2, 3)) + 1):
        cycles = random_.randint(1, 4)
        last = start + timedelta(days=70 * (cycles - 1))
        row = {
            "patient_id": patient,
            "course": course,
            "sex": random_.choice(("male", "female", None) if random_.random() < 0.2 else ("male", "female")),
            "age_years": random_.choice((None, 40.0, 71.5, 55.0, 63.0)),
            "first_cycle_date": None if random_.random() < 0.03 else start,
            "last_cycle_date": None if random_.random() < 0.1 else last,
            "n_cycles": cycles,
            "ae_assessed": random_.choice((None, True, True, False)),
            "stop_reason": random_.choice(("completed", "myelotoxicity", None)),
        }
        for stem in ("anaemia", "nausea", "ggt_increased"):
            for end in ("baseline", "highest"):
                row[f"{stem}_{end}_grade"] = random_.randint(0, 4) if random_.random() < 0.15 else None
        found.append(row)
        start = last + _days(random_, 20, 200)
    return found


def _value(random_: random.Random, analyte: str) -> float:
    if analyte in _ON_LIMITS and random_.random() < 0.35:
        return random_.choice(_ON_LIMITS[analyte])
    low, high, digits = _ANALYTES[analyte][0]
    return round(random_.uniform(low, high), digits)


def _in_unit(value: float | None, multiple: float) -> float | None:
    """A value in another unit, as a laboratory would print it."""
    return None if value is None else float(f"{value * multiple:.10g}")


def _labs(random_: random.Random, courses: list[dict]) -> list[dict]:
    patient, found = courses[0]["patient_id"], []
    starts = [row["first_cycle_date"] for row in courses if row["first_cycle_date"]] or [_START]
    for analyte, (_, (lln, uln), units) in _ANALYTES.items():
        if random_.random() < 0.1:
            continue
        for _ in range(random_.randint(0, 7)):
            unit, multiple = (
                random_.choice(units) if random_.random() > 0.05 else random_.choice((("odd", 1), (None, 1)))
            )
            found.append(
                {
                    "patient_id": patient,
                    "date": random_.choice(starts) + timedelta(days=random_.choice(_LAB_DAYS)),
                    "analyte": analyte,
                    "value": None if random_.random() < 0.03 else _in_unit(_value(random_, analyte), multiple),
                    "unit": unit,
                    "lln": None if random_.random() < 0.15 else _in_unit(lln, multiple),
                    "uln": None if random_.random() < 0.15 else _in_unit(uln, multiple),
                }
            )
    return found


def _events(random_: random.Random, courses: list[dict]) -> list[dict]:
    starts = [row["first_cycle_date"] for row in courses if row["first_cycle_date"]] or [_START]
    found = []
    for _ in range(random_.randint(0, 12)):
        onset = random_.choice(starts) + timedelta(days=random_.choice(_EVENT_DAYS))
        found.append(
            {
                "patient_id": courses[0]["patient_id"],
                "term": random_.choice((*TERMS, *SYMPTOM_TERMS, *SYMPTOM_TERMS)),
                "grade": random_.choice((0, 1, 1, 2, 2, 3, 4, 5, None)),
                "onset_date": None if random_.random() < 0.05 else onset,
                "end_date": None if random_.random() < 0.4 else onset + _days(random_, 0, 500),
                "baseline_grade": random_.choice((None, None, 0, 1, 2)),
                "pattern": random_.choice((None, "single", "transient", "chronic")),
            }
        )
    return found


def random_cohort(seed: int, n_patients: int = 6, *, events: bool = True) -> dict:
    """A cohort as lists of rows: "courses", "labs", "events" (None without `events`: the table was not brought)."""
    random_ = random.Random(seed)
    patients = [_courses(random_, f"S{seed:03d}-{number:02d}") for number in range(n_patients)]
    return {
        "courses": [row for courses in patients for row in courses],
        "labs": [row for courses in patients for row in _labs(random_, courses)],
        "events": [row for courses in patients for row in _events(random_, courses)] if events else None,
    }


def joined_cohorts(cohorts: list[dict]) -> dict:
    """Several cohorts, all with or all without events, as one; their patients differ."""
    joined: dict = {table: [row for cohort in cohorts for row in cohort[table] or ()] for table in cohorts[0]}
    return joined if cohorts[0]["events"] is not None else joined | {"events": None}

"""The paper's numbers from the raw tables by plain loops: the rules written a second time, without `core`."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

DEMO = Path(__file__).parents[2] / "data" / "demo"
WINDOW = timedelta(days=70)
LOW = {
    "anaemia": ("haemoglobin", (10.0, 8.0)),
    "leukopenia": ("leukocytes", (3.0, 2.0, 1.0)),
    "lymphopenia": ("lymphocytes", (0.8, 0.5, 0.2)),
    "neutropenia": ("neutrophils", (1.5, 1.0, 0.5)),
    "thrombocytopenia": ("platelets", (75.0, 50.0, 25.0)),
    "hypoalbuminaemia": ("albumin", (30.0, 20.0)),
}
"""Term -> analyte, and the values below which grade 2, 3, 4 begins; grade 1 begins below the limit of normal."""
HIGH = {
    "ALT increased": ("ALT", (1, 3, 5, 20), (1.5, 3, 5, 20)),
    "AST increased": ("AST", (1, 3, 5, 20), (1.5, 3, 5, 20)),
    "GGT increased": ("GGT", (1, 2.5, 5, 20), (2, 2.5, 5, 20)),
    "ALP increased": ("ALP", (1, 2.5, 5, 20), (2, 2.5, 5, 20)),
}
"""Term -> analyte, multiples of the upper limit of normal, of an abnormal baseline (its first: reached)."""
KIDNEY = "chronic kidney disease"
HAEMATOLOGICAL = ("lymphopenia", "thrombocytopenia", "anaemia", "leukopenia")
LISTED_GROUPS = (*HAEMATOLOGICAL, "neutropenia", *HIGH, "bilirubin increased", "hypoalbuminaemia")
TREATMENTS = (
    "somatostatin_analogs", "surgery", "chemotherapy", "radiotherapy", "embolization", "131i_mibg", "everolimus",
    "radiofrequency_ablation", "interferon_alpha", "sunitinib",
)  # fmt: skip


def read(name: str, folder: Path = DEMO) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def number(text: str) -> float | None:
    return float(text) if text else None


@dataclass
class Lab:
    day: date
    analyte: str
    value: float
    lln: float | None
    uln: float | None


@dataclass
class Course:
    """One row of the courses table with everything that belongs to it."""

    row: dict[str, str]
    cycles: list[tuple[date, float]]
    labs: dict[str, list[Lab]]
    events: list[dict[str, str]]
    next_start: date | None = None
    grades: dict[str, Grades] = field(default_factory=dict)

    @property
    def start(self) -> date:
        return date.fromisoformat(self.row["first_cycle_date"])

    @property
    def end(self) -> date:
        return date.fromisoformat(self.row["death_date"] or self.row["last_contact_date"])

    @property
    def last_cycle(self) -> date:
        return self.cycles[-1][0]

    @property
    def window_end(self) -> date:
        until = self.last_cycle + WINDOW
        return min(until, self.next_start - timedelta(days=1)) if self.next_start else until

    @property
    def os(self) -> tuple[int, bool]:
        return (self.end - self.start).days, bool(self.row["death_date"])

    @property
    def pfs(self) -> tuple[int, bool, str]:
        """Days, event, reason: the earliest of progression, death, imaging-only; on one day the event wins."""
        row = self.row
        found = []
        if row["progression_date"]:
            found.append((date.fromisoformat(row["progression_date"]), 0, f"{row['progression_basis']} progression"))
        if row["death_date"]:
            found.append((date.fromisoformat(row["death_date"]), 0, "death"))
        if row["new_treatment_basis"] == "imaging-only progression":
            found.append((date.fromisoformat(row["new_treatment_date"]), 1, "imaging-only"))
        found.append((self.end, 2, "last contact"))
        when, rank, reason = min(found, key=lambda one: one[:2])
        return (when - self.start).days, rank == 0, reason

    @property
    def nlr(self) -> float:
        return float(self.row["neutrophils_1e9_l"]) / float(self.row["lymphocytes_1e9_l"])

    @property
    def modalities(self) -> int:
        return sum(self.row[f"prior_{name}"] == "yes" for name in TREATMENTS)

    def baseline(self, analyte: str) -> Lab | None:
        """The last value on or before the first day."""
        before = [one for one in self.labs[analyte] if one.day <= self.start]
        return max(before, key=lambda one: one.day) if before else None

    def during(self, analyte: str) -> list[Lab]:
        """The values from day 1 to the end of the window."""
        return [one for one in self.labs[analyte] if self.start < one.day <= self.window_end]

    def egfr(self, creatinine: float, equation: int = 2009) -> float:
        female, age = self.row["sex"] == "female", float(self.row["age_years"])
        kappa = 0.7 if female else 0.9
        alpha = {2009: (-0.329, -0.411), 2021: (-0.241, -0.302)}[equation][0 if female else 1]
        scale, over, by_age, woman = {2009: (141, -1.209, 0.993, 1.018), 2021: (142, -1.2, 0.9938, 1.012)}[equation]
        value = scale * min(creatinine / kappa, 1) ** alpha * max(creatinine / kappa, 1) ** over * by_age**age
        return value * woman if female else value


@dataclass(frozen=True)
class Grades:
    """One term in one course; None = missing."""

    before: int | None
    highest: int | None
    delta: int | None = None
    pre_existing: bool = False

    @property
    def assessed(self) -> bool:
        return self.highest is not None


def low_grade(value: float, normal: float, below: tuple[float, ...]) -> int:
    grade = 1 if value < normal else 0
    return max([grade, *(step for step, limit in enumerate(below, 2) if value < limit)])


def steps(value: float, reference: float, multiples: tuple[float, ...], reached: bool = False) -> int:
    grade = sum(value > multiple * reference + 1e-9 for multiple in multiples)
    return max(grade, 1) if reached and value >= multiples[0] * reference - 1e-9 else grade


def with_delta(before: int | None, values: list[int]) -> Grades:
    highest = max(values) if values else None
    delta = None if before is None or highest is None else max(highest - before, 0)
    return Grades(before, highest, delta)


def laboratory_grades(course: Course, equation: int = 2009) -> dict[str, Grades]:
    found = {}
    for term, (analyte, below) in LOW.items():
        base = course.baseline(analyte)
        found[term] = with_delta(
            low_grade(base.value, base.lln, below) if base else None,
            [low_grade(one.value, one.lln, below) for one in course.during(analyte)],
        )
    for term, (analyte, x_uln, x_base) in HIGH.items():
        base = course.baseline(analyte)
        before = steps(base.value, base.uln, x_uln) if base else None
        grades = [
            steps(one.value, base.value, x_base, reached=True) if before else steps(one.value, one.uln, x_uln)
            for one in course.during(analyte)
        ]
        found[term] = Grades(before, max(grades) if grades else None)
    found["bilirubin increased"] = bilirubin_grades(course)
    found["creatinine increased"] = creatinine_grades(course)
    base = course.baseline("creatinine")
    kidney = [low_grade(course.egfr(one.value, equation), 90, (60, 30, 15)) for one in course.during("creatinine")]
    before = low_grade(course.egfr(base.value, equation), 90, (60, 30, 15)) if base else None
    found[KIDNEY] = with_delta(before, kidney)
    return found


def bilirubin_grades(course: Course) -> Grades:
    base = course.baseline("bilirubin")
    before = steps(base.value, base.uln, (1, 1.5, 3, 10)) if base else None
    grades = [
        steps(one.value, base.value if before else one.uln, (1, 1.5, 3, 10)) for one in course.during("bilirubin")
    ]
    return Grades(before, max(grades) if grades else None)


def creatinine_grades(course: Course) -> Grades:
    base = course.baseline("creatinine")
    grades = []
    for one in course.during("creatinine"):
        by_baseline = {0: 0, 1: 2, 2: 3}[steps(one.value, base.value, (1.5, 3))] if base else 0
        grades.append(max(by_baseline, steps(one.value, one.uln, (1, 1.5, 3, 6))))
    return Grades(steps(base.value, base.uln, (1, 1.5, 3, 6)) if base else None, max(grades) if grades else None)


def symptom_grades(course: Course) -> dict[str, Grades]:
    """Events whose time meets the window; a term without any is grade 0 in whoever was followed."""
    found = defaultdict(lambda: Grades(None, 0))
    for event in course.events:
        onset, end = date.fromisoformat(event["onset_date"]), day(event["end_date"]) or date.max
        if onset <= course.window_end and end >= course.start:
            known = found[event["term"]]
            early = known.pre_existing or onset < course.start
            found[event["term"]] = Grades(None, max(int(event["grade"]), known.highest), pre_existing=early)
    return found


class Cohort:
    """The four tables, joined."""

    def __init__(self, folder: Path = DEMO) -> None:
        self.tables = {name: read(name, folder) for name in ("courses", "cycles", "labs", "adverse_events")}
        cycles, labs, events = defaultdict(list), defaultdict(lambda: defaultdict(list)), defaultdict(list)
        for row in self.tables["cycles"]:
            cycles[row["patient_id"], row["course"]].append(
                (date.fromisoformat(row["date"]), float(row["activity_gbq"]))
            )
        for row in self.tables["labs"]:
            lab = Lab(
                date.fromisoformat(row["date"]),
                row["analyte"],
                float(row["value"]),
                number(row["lln"]),
                number(row["uln"]),
            )
            labs[row["patient_id"]][row["analyte"]].append(lab)
        for row in self.tables["adverse_events"]:
            events[row["patient_id"]].append(row)
        self.courses = [
            Course(
                row,
                sorted(cycles[row["patient_id"], row["course"]]),
                labs[row["patient_id"]],
                events[row["patient_id"]],
            )
            for row in self.tables["courses"]
        ]
        for course in self.courses:
            later = [one.start for one in self.of_patient(course.row["patient_id"]) if one.start > course.start]
            course.next_start = min(later) if later else None
            course.grades = laboratory_grades(course)

    def of_patient(self, patient: str) -> list[Course]:
        return [one for one in self.courses if one.row["patient_id"] == patient]

    @cached_property
    def naive(self) -> list[Course]:
        """The default population: first courses with complete histology."""
        return self.select(course="1", histology_complete="yes")

    def select(self, **wanted: str) -> list[Course]:
        return [one for one in self.courses if all(one.row[name] == value for name, value in wanted.items())]


def patients(courses: list[Course]) -> int:
    return len({one.row["patient_id"] for one in courses})


def count(courses: list[Course], field_name: str) -> Counter[str]:
    return Counter(one.row[field_name] for one in courses)


def term_grades(courses: list[Course], term: str) -> list[Grades]:
    """The assessed courses' grades of a laboratory term."""
    return [one.grades[term] for one in courses if one.grades[term].assessed]


def symptoms(courses: list[Course], term: str) -> list[tuple[Course, Grades]]:
    """Courses with a symptom, with its grades."""
    found = [(one, symptom_grades(one)) for one in courses]
    return [(one, grades[term]) for one, grades in found if term in grades and grades[term].highest]


def summary(column: list[Grades]) -> dict[str, Any]:
    """What the tables print of a term."""
    return {
        "assessed": len(column),
        "highest": Counter(one.highest for one in column),
        "any_highest": sum(one.highest > 0 for one in column),
        "any_delta": sum((one.delta or 0) > 0 for one in column),
        "grade_3_4": sum(one.highest in (3, 4) for one in column),
        "delta": Counter(one.delta for one in column),
        "before_not_worse": sum(bool(one.before) and one.delta == 0 for one in column),
    }

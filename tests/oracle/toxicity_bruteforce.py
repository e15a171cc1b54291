"""A slow CTCAE grader and counter in plain Python, on exact fractions; it shares no code with the product.

It is written from the rules of the Methods page, not from the product's tables, and checks seeded random cohorts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

LOW = {  # term: analyte, (grade 2, 3, 4 begins below)
    "anaemia": ("haemoglobin", ("10", "8", None)),
    "leukopenia": ("leukocytes", ("3", "2", "1")),
    "lymphopenia": ("lymphocytes", ("0.8", "0.5", "0.2")),
    "neutropenia": ("neutrophils", ("1.5", "1", "0.5")),
    "thrombocytopenia": ("platelets", ("75", "50", "25")),
    "hypoalbuminaemia": ("albumin", ("30", "20", None)),
}
HIGH = {  # term: analyte, x ULN, x baseline, whether grade 1 by baseline begins on its multiple
    "ALT increased": ("ALT", ("1", "3", "5", "20"), ("1.5", "3", "5", "20"), True),
    "AST increased": ("AST", ("1", "3", "5", "20"), ("1.5", "3", "5", "20"), True),
    "GGT increased": ("GGT", ("1", "2.5", "5", "20"), ("2", "2.5", "5", "20"), True),
    "ALP increased": ("ALP", ("1", "2.5", "5", "20"), ("2", "2.5", "5", "20"), True),
    "bilirubin increased": ("bilirubin", ("1", "1.5", "3", "10"), ("1", "1.5", "3", "10"), False),
}
SYMPTOMS = (
    "fatigue diarrhoea abdominal_pain alopecia nausea flush weight_loss vomiting inappetence sub-occlusion "
    "bowel_obstruction acute_pancreatitis"
)
SYMPTOM_TERMS = tuple(name.replace("_", " ") for name in SYMPTOMS.split())
LABORATORY_TERMS = (*LOW, *HIGH, "creatinine increased", "chronic kidney disease")
TERMS = LABORATORY_TERMS + SYMPTOM_TERMS
NO_DELTA = (*HIGH, "creatinine increased")
COUNTS = ("leukocytes", "lymphocytes", "neutrophils", "platelets")
ENZYMES = ("ALT", "AST", "GGT", "ALP")
UNITS = {  # what a value in this unit is divided by to be in the unit of the limits
    **{(one, unit): by for one in COUNTS for unit, by in (("10^9/L", "1"), ("G/L", "1"), ("/µL", "1000"))},
    **{(one, unit): by for one in ENZYMES for unit, by in (("U/L", "1"), ("UI/L", "1"))},
    ("haemoglobin", "g/dL"): "1",
    ("haemoglobin", "g/L"): "10",
    ("albumin", "g/L"): "1",
    ("albumin", "g/dL"): "0.1",
    ("bilirubin", "mg/dL"): "1",
    ("bilirubin", "µmol/L"): "17.1",
    ("creatinine", "mg/dL"): "1",
    ("creatinine", "µmol/L"): "88.4",
    ("eGFR", "mL/min/1.73 m²"): "1",
}
OPEN = "0 or 1"
"""A value that a missing limit of normal leaves between grade 0 and 1."""


@dataclass(frozen=True)
class Sample:
    """One value and its limits in the unit of the grading limits."""

    day: date
    value: Fraction
    lln: Fraction | None
    uln: Fraction | None


@dataclass(frozen=True)
class Graded:
    """What is known of one term in one course."""

    baseline: int | None = None
    highest: int | None = None
    delta: int | None = None
    pre_existing: bool = False
    emergent: bool = False
    assessed: bool = False


def exact(value: object) -> Fraction | None:
    """A number as its shortest decimal; None for None and NaN."""
    return None if value is None or value != value else Fraction(str(value))


def window(course: dict, courses: list[dict]) -> tuple[date, date] | None:
    """First and last day on which something counts; None when the last cycle is unknown."""
    first, last = course["first_cycle_date"], course["last_cycle_date"]
    if first is None:
        return None
    if last is None and course["n_cycles"] == 1:
        last = first
    if last is None or last < first:
        return None
    stop = last + timedelta(days=70)
    for other in courses:
        same = other["patient_id"] == course["patient_id"] and other["first_cycle_date"] is not None
        if same and other["first_cycle_date"] > first:
            stop = min(stop, other["first_cycle_date"] - timedelta(days=1))
    return first, stop


def samples_of(course: dict, labs: list[dict], analyte: str) -> list[Sample]:
    """The patient's usable values of one analyte."""
    found = []
    for lab in labs:
        if lab["patient_id"] != course["patient_id"] or lab["analyte"] != analyte:
            continue
        by = UNITS.get((analyte, lab["unit"]))
        value = exact(lab["value"])
        if by is None or value is None or value < 0:
            continue
        scaled = [None if one is None else one / Fraction(by) for one in (value, exact(lab["lln"]), exact(lab["uln"]))]
        found.append(Sample(lab["date"], *scaled))
    return found


def low_grade(value: Fraction, lln: Fraction | None, below: tuple) -> int | str:
    """Grade of a value that is bad when low."""
    for grade in (4, 3, 2):
        limit = below[grade - 2]
        if limit is not None and value < Fraction(limit):
            return grade
    if lln is None:
        return OPEN
    return 1 if value < lln else 0


def multiple_grade(value: Fraction, of: Fraction, multiples: tuple, first_on: bool = False) -> int:
    """Grade by multiples of a limit or of the baseline."""
    for grade in (4, 3, 2, 1):
        multiple = multiples[grade - 1]
        if multiple is None:
            continue
        limit = Fraction(multiple) * of
        if value > limit or (grade == 1 and first_on and value == limit):
            return grade
    return 0


def last_before(samples: list[Sample], start: date) -> list[Sample]:
    """The samples of the last day on or before the first day of the course."""
    days = [one.day for one in samples if one.day <= start]
    return [one for one in samples if one.day == max(days)] if days else []


def worst(grades: list) -> int | str | None:
    """The worst of several grades, `OPEN` above 0 and below 1."""
    return max(grades, key=lambda grade: 0.5 if grade == OPEN else grade, default=None)


def low_term(samples: list[Sample], start: date, stop: date, below: tuple) -> tuple:
    """(baseline, highest) of a term of low values."""
    before = [low_grade(one.value, one.lln, below) for one in last_before(samples, start)]
    after = [low_grade(one.value, one.lln, below) for one in samples if start < one.day <= stop]
    return worst(before), worst(after)


def high_baseline(samples: list[Sample], start: date) -> Sample | None:
    """The highest sample of the last day on or before the first day; of equal ones the one with the larger limit."""
    return max(last_before(samples, start), key=lambda one: (one.value, one.uln or 0), default=None)


def liver_term(samples: list[Sample], start: date, stop: date, rule: tuple) -> tuple:
    """(baseline, highest) of a liver term."""
    _, x_uln, x_baseline, first_on = rule
    base = high_baseline(samples, start)
    before = None
    if base is not None and base.uln is not None:
        before = multiple_grade(base.value, base.uln, x_uln)
    after: list = []
    for one in samples:
        if not start < one.day <= stop:
            continue
        if before:
            after.append(multiple_grade(one.value, base.value, x_baseline, first_on))
        elif one.uln is None:
            after.append(OPEN)
        else:
            after.append(multiple_grade(one.value, one.uln, x_uln))
    return before, worst(after)


def creatinine_term(samples: list[Sample], start: date, stop: date) -> tuple:
    """(baseline, highest): the worse of the multiples of the upper limit and of the baseline."""
    x_uln = ("1", "1.5", "3", "6")
    base = high_baseline(samples, start)
    before = None
    if base is not None and base.uln is not None:
        before = multiple_grade(base.value, base.uln, x_uln)
    after: list = []
    for one in samples:
        if not start < one.day <= stop:
            continue
        grades: list = [OPEN if one.uln is None else multiple_grade(one.value, one.uln, x_uln)]
        if base is not None and base.value > 0:
            by_baseline = multiple_grade(one.value, base.value, (None, "1.5", "3", None))
            grades += [by_baseline] if by_baseline else []
        after.append(worst(grades))
    return before, worst(after)


def ckd_epi(creatinine: float, age: float, sex: str, equation: str) -> float:
    """CKD-EPI creatinine without race, mg/dL and years."""
    female = sex == "female"
    kappa = 0.7 if female else 0.9
    if equation == "ckd-epi-2009":
        alpha, beta, base, scale, factor = (-0.329 if female else -0.411), -1.209, 0.993, 141, 1.018
    else:
        alpha, beta, base, scale, factor = (-0.241 if female else -0.302), -1.2, 0.9938, 142, 1.012
    ratio = creatinine / kappa
    return scale * min(ratio, 1) ** alpha * max(ratio, 1) ** beta * base**age * (factor if female else 1)


def kidney_samples(course: dict, labs: list[dict], equation: str) -> list[Sample]:
    """Stated eGFR, and on days without one the eGFR computed from creatinine."""
    stated = samples_of(course, labs, "eGFR")
    days = {one.day for one in stated}
    computed = []
    if course["sex"] in ("male", "female") and course["age_years"] is not None:
        for one in samples_of(course, labs, "creatinine"):
            if one.day not in days and one.value > 0:
                value = ckd_epi(float(one.value), course["age_years"], course["sex"], equation)
                computed.append(Sample(one.day, Fraction(value), None, None))
    merged = [*stated, *computed]
    return [Sample(one.day, one.value, Fraction(90) if one.lln is None else one.lln, None) for one in merged]


def laboratory(course: dict, term: str, labs: list[dict], span: tuple[date, date], equation: str) -> tuple:
    """(baseline, highest) of a laboratory term by its values; `OPEN` and None as they come."""
    if term in LOW:
        analyte, below = LOW[term]
        return low_term(samples_of(course, labs, analyte), *span, below)
    if term in HIGH:
        return liver_term(samples_of(course, labs, HIGH[term][0]), *span, HIGH[term])
    if term == "creatinine increased":
        return creatinine_term(samples_of(course, labs, "creatinine"), *span)
    return low_term(kidney_samples(course, labs, equation), *span, ("60", "30", "15"))


def known(*grades: object) -> list:
    """The grades that are stated."""
    return [grade for grade in grades if grade is not None]


def event_grade(event: dict) -> int | str:
    """Grade of an event; what happened without a grade or on an unknown day is at least not known to be 0."""
    return OPEN if event["grade"] is None or event["onset_date"] is None else event["grade"]


def grade_term(cohort: dict, course: dict, term: str, equation: str) -> Graded:
    """Everything that is known of a term in a course."""
    span = window(course, cohort["courses"])
    base, high = (None, None)
    if span and term in LABORATORY_TERMS:
        base, high = laboratory(course, term, cohort["labs"], span, equation)
    slug = term.lower().replace(" ", "_").replace("-", "_")
    stated_base, stated_high = course.get(f"{slug}_baseline_grade"), course.get(f"{slug}_highest_grade")
    if high in (None, OPEN) and stated_high is not None:
        high = stated_high
    base = stated_base if base in (None, OPEN) else base
    events = [
        event
        for event in cohort["events"] or []
        if span
        and (event["patient_id"], event["term"]) == (course["patient_id"], term)
        and (event["onset_date"] is None or event["onset_date"] <= span[1])
        and (event["end_date"] is None or event["end_date"] >= span[0])
    ]
    happened = [event for event in events if event["grade"] is None or event["grade"] >= 1]
    undated = [event for event in happened if event["onset_date"] is None]
    dated = [event for event in happened if event["onset_date"] is not None]
    before = [event for event in dated if event["onset_date"] < span[0]]
    emergent = any(event["onset_date"] >= span[0] for event in dated)
    measured = high
    high = worst(known(high, *(event_grade(event) for event in events)))
    event_base = None
    open_base = any(event["baseline_grade"] is None for event in before + undated)
    if not open_base:
        event_base = max(known(*(event["baseline_grade"] for event in events)), default=None)
    base = max(known(base, event_base), default=None)
    followed = course["ae_assessed"] is not False
    if term in SYMPTOM_TERMS and span and followed and cohort["events"] is not None:
        high = 0 if high is None else high
        base = 0 if base is None and not open_base else base
    high = None if high == OPEN else high
    if term in SYMPTOM_TERMS:
        assessed = high is not None and followed
    else:
        assessed = high is not None and (measured not in (None, OPEN) or followed)
    delta = None
    if term not in NO_DELTA and high is not None and base is not None:
        delta = max(high - base, 0)
    return Graded(base, high, delta, bool(before), emergent, assessed)


def of_patient(cohort: dict, patient: str) -> dict:
    """The rows of one patient."""
    rows = {table: [row for row in found or () if row["patient_id"] == patient] for table, found in cohort.items()}
    return rows | {"events": None} if cohort["events"] is None else rows


def count(cohort: dict, courses: list[dict], equation: str) -> dict[str, dict]:
    """The toxicity table of some courses of a cohort: term -> its row."""
    rows = {}
    own = {course["patient_id"]: of_patient(cohort, course["patient_id"]) for course in courses}
    for term in TERMS:
        graded = [grade_term(own[course["patient_id"]], course, term, equation) for course in courses]
        assessed = [one for one in graded if one.assessed]
        highest = Counter(one.highest for one in assessed)
        deltas = Counter(one.delta for one in assessed)
        has_delta = term not in NO_DELTA
        rows[term] = {
            "assessed": len(assessed),
            "highest": {str(grade): highest[grade] for grade in range(6)},
            "any_grade_highest": sum(1 for one in assessed if one.highest >= 1),
            "any_grade_delta": sum(1 for one in assessed if (one.delta or 0) >= 1) if has_delta else None,
            "grade_3_4": highest[3] + highest[4],
            "grade_3_up": highest[3] + highest[4] + highest[5],
            "pre_existing": sum(1 for one in assessed if one.pre_existing),
            "delta": {str(grade): deltas[grade] for grade in range(6)} if has_delta else None,
            "delta_missing": deltas[None] if has_delta else None,
        }
    return rows

"""Everything beyond the 110 first courses: seven more patients, and the values before a later course.

Nothing is printed about their blood tests; a later course starts from what the earlier one left.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.generator import baseline, chemistry, later, treatment
from data.generator.draw import Draw
from data.generator.haematology import GRADES, baseline_counts
from data.generator.people import Course, Patient
from data.generator.plan import Outcome, SecondCourse

INCOMPLETE = (
    ("small intestine", "no", Outcome(610, "progression", 1150, True, "completed", 4, "SD")),
    ("pancreas", "yes", Outcome(402, "progression", 760, False, "completed", 4, "SD")),
    ("small intestine", "yes", Outcome(905, "censored", 905, False, "completed", 4, "PR")),
)
"""The three whose histology is incomplete: primary site, functional, outcome."""
ELSEWHERE = (
    ("2", "small intestine", "yes"),
    ("1", "small intestine", "no"),
    ("2", "pancreas", "no"),
    ("2", "small intestine", "no"),
)
"""Grade, primary site and functional activity of the four first treated elsewhere; the last one has PRRT-3 here."""
PAIRS = {
    "lymphopenia": (((1, 2), (1, 3), (0, 2), (1, 1)), (4, 4, 2, 1)),
    "leukopenia": (((0, 0), (0, 1)), (3, 1)),
    "anaemia": (((0, 0), (1, 1), (0, 1)), (2, 3, 2)),
    "thrombocytopenia": (((0, 0), (0, 1)), (2, 1)),
}
"""Pairs of grades (before, highest) of the seven, with weights."""
CHANGE = {
    "cga_ug_l": (0.7, 2.4), "alp_u_l": (0.85, 1.4), "albumin_g_l": (0.93, 1.02), "crp_mg_l": (0.8, 1.8),
    "creatinine_mg_dl": (1.0, 1.1), "haemoglobin_g_dl": (0.9, 1.0), "platelets_1e9_l": (0.8, 0.98),
    "ast_u_l": (0.85, 1.25), "alt_u_l": (0.85, 1.25), "ggt_u_l": (0.85, 1.4), "bilirubin_mg_dl": (0.9, 1.15),
    "neutrophils_1e9_l": (0.9, 1.15), "lymphocytes_1e9_l": (0.55, 0.85),
}  # fmt: skip
"""Column -> least and most multiple of the value before the earlier course."""
FEWEST = {
    "neutrophils_1e9_l": 1.9,
    "lymphocytes_1e9_l": 0.55,
    "albumin_g_l": 31.0,
    "platelets_1e9_l": 88.0,
    "haemoglobin_g_dl": 8.8,
}


def patients(seconds: Sequence[SecondCourse]) -> list[Patient]:
    """Three without complete histology, three who come for PRRT-2 and one who comes for PRRT-3."""
    found = [(f"histology-{n}", 1, end, "", site, active) for n, (site, active, end) in enumerate(INCOMPLETE, 1)]
    outcomes = [(2, one.outcome) for one in seconds if one.follows is None] + [(3, later.THIRD_ELSEWHERE)]
    found += [
        (f"elsewhere-{n}", number, outcome, *tumour)
        for n, ((number, outcome), tumour) in enumerate(zip(outcomes, ELSEWHERE, strict=True), 1)
    ]
    made = []
    for key, number, outcome, grade, site, active in found:
        patient = Patient(key, None)
        baseline.other_facts(patient, grade, site, active)
        patient.courses.append(Course(number, treatment.first_day(outcome, [], Draw("start", key)), outcome))
        made.append(patient)
    return made


def values_before(patient: Patient, course: Course) -> GRADES:
    """Fill in the values before a course beyond the 110 first ones; returns its grades (before, highest) by term."""
    draw = Draw("other values", patient.key, course.number)
    earlier = [one for one in patient.courses if one.number < course.number]
    if not earlier:
        grades = {term: draw.pick(*choice) for term, choice in PAIRS.items()}
        _fresh(patient, course, grades, draw)
        return grades
    _continued(course, earlier[-1], draw)
    return _grades_after(patient, course, draw)


def _fresh(patient: Patient, course: Course, grades: GRADES, draw: Draw) -> None:
    ratio = draw.between(3.4, 6.0) if grades["lymphopenia"][0] else draw.between(1.4, 3.4)
    values = {
        "cga_ug_l": str(round(draw.skewed(420, 9000))),
        "alp_u_l": str(round(draw.skewed(110, 320))),
        "sodium_mmol_l": f"{draw.bell(139.0, 2.6):.1f}",
        "albumin_g_l": f"{max(draw.bell(39.5, 2.0), 35.6):.1f}",
    }
    course.facts |= baseline_counts(patient, grades, f"{ratio:.1f}", draw)
    course.facts |= chemistry.baseline_values(patient, {}, draw, values)
    course.facts["fdg_pet"] = draw.pick(("positive", "negative"), (2, 1))


def _continued(course: Course, earlier: Course, draw: Draw) -> None:
    """What the earlier course started from, changed by it and by the time since; missing values are measured now."""
    course.facts |= {name: value for name, value in earlier.facts.items() if name != "trial"}
    for name, (least, most) in CHANGE.items():
        before = earlier.facts[name] or {"cga_ug_l": "400", "albumin_g_l": "39.0"}[name]
        value = max(float(before) * draw.between(least, most), FEWEST.get(name, 0.0))
        course.facts[name] = f"{value:.{len(before.partition('.')[2])}f}"
    cells = float(course.facts["neutrophils_1e9_l"]) + float(course.facts["lymphocytes_1e9_l"])
    course.facts["leukocytes_1e9_l"] = f"{cells + draw.between(0.35, 0.7):.2f}"
    course.facts["sodium_mmol_l"] = f"{draw.bell(139.0, 2.6):.1f}"
    course.facts["cga_uln_ug_l"] = chemistry.limits("CgA", "")[1]
    course.facts["fdg_pet"] = earlier.facts["fdg_pet"] or "positive"


def _grades_after(patient: Patient, course: Course, draw: Draw) -> GRADES:
    """Grades before, from the values, and some worsening."""
    haemoglobin = float(course.facts["haemoglobin_g_dl"])
    lymphocytes = float(course.facts["lymphocytes_1e9_l"])
    anaemia = (
        2 if haemoglobin < 10 else int(haemoglobin < float(chemistry.limits("haemoglobin", patient.facts["sex"])[0]))
    )
    before = {
        "anaemia": anaemia,
        "lymphopenia": 2 if lymphocytes < 0.8 else int(lymphocytes < 1.2),
        "leukopenia": 1 if float(course.facts["leukocytes_1e9_l"]) < 4 else 0,
        "thrombocytopenia": int(float(course.facts["platelets_1e9_l"]) < 150),
    }
    most = {"anaemia": 2, "lymphopenia": 3, "leukopenia": 2, "thrombocytopenia": 2}
    share = {"anaemia": 0.35, "lymphopenia": 0.9, "leukopenia": 0.3, "thrombocytopenia": 0.4}
    return {term: (grade, min(grade + draw.chance(share[term]), most[term])) for term, grade in before.items()}

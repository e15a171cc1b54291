"""The published numbers, each recomputed from the raw tables by plain loops, under the ids of `data/published.csv`."""

from __future__ import annotations

import statistics
from collections import Counter

from tests.data.bruteforce import (
    HAEMATOLOGICAL,
    KIDNEY,
    TREATMENTS,
    Cohort,
    Course,
    count,
    patients,
    summary,
    symptom_grades,
    symptoms,
    term_grades,
)
from tests.data.kaplan_meier import DAYS_PER_MONTH, median_interval

METASTASES = (
    "liver", "lymph_node", "bone", "peritoneum", "lung_or_pleura", "pancreas", "subcutaneous", "muscle",
    "adrenal_gland", "spleen", "breast", "ovary", "heart_or_pericardium", "retro_orbital", "meninx",
)  # fmt: skip
SYMPTOMS = (
    "fatigue", "diarrhoea", "abdominal pain", "alopecia", "nausea", "flush", "weight loss", "vomiting", "inappetence",
)  # fmt: skip
ENZYMES = ("AST increased", "ALT increased", "GGT increased")
Numbers = dict[str, float | None]


def share(found: Numbers, stem: str, n: float, total: float) -> None:
    found[f"{stem}.n"] = n
    found[f"{stem}.percent"] = 100 * n / total


def flow(cohort: Cohort) -> Numbers:
    """Figure 1 and the text that describes it."""
    everybody, complete = cohort.courses, cohort.select(histology_complete="yes")
    second, third = (cohort.select(course=number, histology_complete="yes") for number in "23")
    steps = {
        "treated": patients(everybody),
        "incomplete_histology": patients(cohort.select(histology_complete="no")),
        "included": patients(complete),
        "prrt1": patients(cohort.naive),
        "prrt2": patients(second),
        "prrt2_here": count(second, "first_prrt_elsewhere")["no"],
        "prrt2_elsewhere": count(second, "first_prrt_elsewhere")["yes"],
        "prrt3": patients(third),
        "prrt3_elsewhere": count(third, "first_prrt_elsewhere")["yes"],
    }
    found: Numbers = {f"{place}.{step}": n for place in ("f1", "text.flow") for step, n in steps.items()}
    return found | {"abstract.prrt1": patients(cohort.naive), "text.prrt1.lumen": count(cohort.naive, "trial")["LuMEN"]}


def table_1(courses: list[Course]) -> Numbers:
    """Table 1 and the numbers of the text that repeat it."""
    found: Numbers = {}
    for name in ("sex", "grade", "primary_site", "functional"):
        for level, n in count(courses, name).items():
            share(found, f"t1.{name}.{level.replace(' ', '_')}", n, len(courses))
    for name in (*(f"metastasis_{site}" for site in METASTASES), *(f"prior_{one}" for one in TREATMENTS)):
        share(found, f"t1.{name}.yes", count(courses, name)["yes"], len(courses))
    modalities = [one.modalities for one in courses]
    for stem, n in (
        ("2_or_fewer", sum(one <= 2 for one in modalities)),
        ("3", modalities.count(3)),
        ("4", modalities.count(4)),
        ("5_or_more", sum(one >= 5 for one in modalities)),
    ):
        share(found, f"t1.prior_modalities.{stem}", n, len(courses))
    found["text.prrt1.women"], found["text.prrt1.men"] = found["t1.sex.female.n"], found["t1.sex.male.n"]
    found["discussion.grade_3"] = found["t1.grade.3.percent"]
    found["discussion.liver"] = found["t1.metastasis_liver.yes.percent"]
    return found


def treatment(cohort: Cohort) -> Numbers:
    """Cycles and reasons to stop."""
    found: Numbers = {}
    for cycles, n in Counter(len(one.cycles) for one in cohort.naive).items():
        share(found, f"text.cycles.{cycles}", n, len(cohort.naive))
    for reason, n in count(cohort.naive, "stop_reason").items():
        found[f"text.stop.{reason.replace(' ', '_')}"] = n
    del found["text.stop.completed"]
    second = cohort.select(course="2")
    found["text.prrt2.patients"] = found["text.prrt2.n"] = len(second)
    for cycles, n in Counter(len(one.cycles) for one in second).items():
        found[f"text.prrt2.cycles.{cycles}"] = n
    third = [(len(one.cycles), one.row["recist_response"]) for one in cohort.select(course="3")]
    found["text.prrt3.patients"] = len(third)
    found["text.prrt3.progression"], found["text.prrt3.stable"] = third.count((2, "PD")), third.count((4, "SD"))
    return found


def response(courses: list[Course], stem: str) -> Numbers:
    """RECIST responses of the evaluable."""
    counts = count(courses, "recist_response")
    evaluable = len(courses) - counts["not evaluable"]
    found: Numbers = {f"{stem}.evaluable": evaluable}
    for kind in ("CR", "PR", "SD", "PD"):
        if counts[kind]:
            share(found, f"{stem}.{kind}", counts[kind], evaluable)
    if stem == "text.recist":
        orr = 100 * (counts["CR"] + counts["PR"]) / evaluable
        dcr = orr + 100 * counts["SD"] / evaluable
        found |= {f"{stem}.orr": orr, f"{stem}.dcr": dcr, "discussion.orr": orr}
        found |= {"discussion.dcr": dcr, "conclusions.dcr": dcr}
        found |= {f"abstract.recist.{kind}": found[f"{stem}.{kind}.percent"] for kind in ("CR", "PR", "SD", "PD")}
    return found


def blood(courses: list[Course]) -> Numbers:
    """Tables 2 and 3, haematology, and the grades in the text."""
    found: Numbers = {}
    for term in HAEMATOLOGICAL:
        one = summary(term_grades(courses, term))
        share(found, f"t2.{term}.any", one["any_delta"], one["assessed"])
        share(found, f"t2.{term}.grade_3", one["grade_3_4"], one["assessed"])
        for delta in (1, 2, 3, 4):
            share(found, f"t3.{term}.delta_{delta}", one["delta"][delta], one["any_delta"])
        found[f"t3.{term}.total"] = one["any_delta"]
        for grade in (3, 4):
            share(found, f"text.ae.{term}.grade_{grade}", one["highest"][grade], one["assessed"])
        if term in ("anaemia", "leukopenia"):
            found[f"text.ae.{term}.grade_4"] = one["highest"][4]
        found[f"abstract.{term}.grade_3_4"] = found[f"t2.{term}.grade_3.percent"]
        found[f"discussion.{term}.grade_3_4"] = found[f"t2.{term}.grade_3.percent"]
        found["t2.assessed.haematological"] = found["text.ae.blood_counts"] = one["assessed"]
    return found


def liver_and_kidney(courses: list[Course]) -> Numbers:
    """Hepatic rows of Table 2; bilirubin, albumin and kidney function in the text."""
    found: Numbers = {}
    for term in ENZYMES:
        stem = f"t2.{term.lower().replace(' ', '_')}"
        one = summary(term_grades(courses, term))
        share(found, f"{stem}.any", one["any_highest"], one["assessed"])
        share(found, f"{stem}.grade_3", one["grade_3_4"], one["assessed"])
        found["t2.assessed.hepatic"] = one["assessed"]
    one = summary(term_grades(courses, "bilirubin increased"))
    share(found, "text.ae.bilirubin", one["any_highest"], one["assessed"])
    share(found, "text.ae.bilirubin.grade_3", one["highest"][3], one["assessed"])
    one = summary(term_grades(courses, "hypoalbuminaemia"))
    found["text.ae.hypoalbuminaemia.any"] = one["any_delta"]
    found["text.ae.hypoalbuminaemia.delta_1"], found["text.ae.hypoalbuminaemia.delta_2"] = (
        one["delta"][1],
        one["delta"][2],
    )
    renal = [one for one in courses if (one.grades[KIDNEY].highest or 0) >= 3]
    for stem in ("text.ae", "abstract", "discussion"):
        found[f"{stem}.renal.grade_3_4"] = len(renal)
    found["conclusions.renal.grade_3_4"] = 100 * len(renal) / len(courses)
    impaired = [one for one in renal if one.egfr(one.baseline("creatinine").value) < 60]
    found["text.ae.renal.impaired_before"] = len(impaired)
    return found


def symptom_rows(courses: list[Course]) -> Numbers:
    """Symptoms of Table 2 and of the text."""
    found: Numbers = {"t2.assessed.other": sum(one.row["ae_assessed"] == "yes" for one in courses)}
    for term in SYMPTOMS:
        stem = term.replace(" ", "_")
        grades = [grades.highest for _, grades in symptoms(courses, term)]
        share(found, f"t2.{stem}.any", len(grades), len(courses))
        share(found, f"t2.{stem}.grade_3", grades.count(3), len(courses))
        share(found, f"text.ae.{stem}", len(grades), len(courses))
        found[f"text.ae.{stem}.grade_3"] = grades.count(3)
    for term in ("sub-occlusion", "bowel obstruction", "acute pancreatitis"):
        stem = term.replace(" ", "_").replace("-", "_")
        found[f"text.ae.{stem}.n"] = found[f"discussion.{stem}"] = len(symptoms(courses, term))
    pancreatitis = symptoms(courses, "acute pancreatitis")
    found["text.ae.acute_pancreatitis.pancreatic_metastases"] = sum(
        one.row["metastasis_pancreas"] == "yes" for one, _ in pancreatitis
    )
    found["discussion.acute_pancreatitis.grade_3"] = sum(grades.highest == 3 for _, grades in pancreatitis)
    patterns = diarrhoea(courses)
    for pattern in ("single", "transient", "pre_existing"):
        share(found, f"text.ae.diarrhoea.{pattern}", patterns[pattern], sum(patterns.values()))
    return found


def diarrhoea(courses: list[Course]) -> Counter[str]:
    """How the diarrhoeas ran: from before the course, a single episode, or transient."""
    found: Counter[str] = Counter()
    for course in courses:
        grades = symptom_grades(course)
        if "diarrhoea" in grades:
            patterns = {event["pattern"] for event in course.events if event["term"] == "diarrhoea"}
            found["pre_existing" if grades["diarrhoea"].pre_existing else min(patterns)] += 1
    return found


def malignancies(courses: list[Course]) -> Numbers:
    """Myelodysplastic syndrome."""
    cases = [one for one in courses if one.row["mds_date"]]
    related = [one for one in cases if one.row["mds_related"] == "yes"]
    percent = 100 * len(cases) / len(courses)
    return {
        "text.ae.mds.n": len(cases),
        "abstract.mds.n": len(cases),
        "abstract.mds.percent": percent,
        "discussion.mds.percent": percent,
        "text.ae.mds.related": len(related),
        "text.ae.mds.related_months": months_to_mds(related[0]),
    }


def months_to_mds(course: Course) -> float:
    """Months from the first cycle to the diagnosis."""
    return (type(course.start).fromisoformat(course.row["mds_date"]) - course.start).days / DAYS_PER_MONTH


def survival(courses: list[Course], stem: str) -> Numbers:
    """Medians with limits, and the plain follow-up."""
    found: Numbers = {}
    for endpoint, times in (("pfs", [one.pfs[:2] for one in courses]), ("os", [one.os for one in courses])):
        for part, value in zip(("median", "lower", "upper"), median_interval(times), strict=True):
            found[f"{stem}.{endpoint}.{part}"] = value
    months = [one.os[0] / DAYS_PER_MONTH for one in courses]
    for part, value in (("median", statistics.median(months)), ("min", min(months)), ("max", max(months))):
        found[f"{stem}.follow_up.{part}"] = value
    return found


def complete_cases(courses: list[Course]) -> int:
    """Patients with every factor of the multivariable PFS model."""
    names = ("grade", "cga_ug_l", "alp_u_l", "sodium_mmol_l", "albumin_g_l", "fdg_pet")
    return sum(all(one.row[name] for name in names) for one in courses)


def everything(cohort: Cohort) -> Numbers:
    """All numbers that need no regression, by their ids."""
    first, second = survival(cohort.naive, "text"), survival(cohort.select(course="2"), "text.prrt2")
    repeated = {
        f"{place}.{name.removeprefix('text.')}": value
        for place in ("abstract", "discussion", "conclusions")
        for name, value in first.items()
    }
    repeated |= {name.replace("text.", "discussion.", 1): value for name, value in second.items()}
    return {
        **flow(cohort), **table_1(cohort.naive), **treatment(cohort), **response(cohort.naive, "text.recist"),
        **response(cohort.select(course="2"), "text.prrt2.recist"), **blood(cohort.naive),
        **liver_and_kidney(cohort.naive), **symptom_rows(cohort.naive), **malignancies(cohort.naive), **first, **second,
        **repeated, "text.pfs.multivariable.n": complete_cases(cohort.naive),
    }  # fmt: skip

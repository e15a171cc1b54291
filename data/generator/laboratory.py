"""The laboratory table: when blood was taken and what was found.

Paper, Methods: counts, kidney and liver tests 5-6 weeks after each cycle and within 3 weeks before the next; the last
control lies at 9-10 weeks. Older and later samples of the hospital are there too: they lie outside every window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from data.generator import counts, liver_and_kidney
from data.generator.chemistry import Targets, limits
from data.generator.draw import Draw, nearest_working_day, working_day
from data.generator.haematology import GRADES
from data.generator.people import Course, Patient
from data.generator.trajectory import Sample

UNITS = {
    **dict.fromkeys(("leukocytes", "neutrophils", "lymphocytes", "platelets"), "10^9/L"),
    **dict.fromkeys(("ALT", "AST", "GGT", "ALP"), "U/L"),
    "haemoglobin": "g/dL", "bilirubin": "mg/dL", "albumin": "g/L", "creatinine": "mg/dL", "CgA": "ug/L",
    "sodium": "mmol/L", "CRP": "mg/L",
}  # fmt: skip
COLUMNS = {
    "haemoglobin": "haemoglobin_g_dl", "leukocytes": "leukocytes_1e9_l", "neutrophils": "neutrophils_1e9_l",
    "lymphocytes": "lymphocytes_1e9_l", "platelets": "platelets_1e9_l", "ALT": "alt_u_l", "AST": "ast_u_l",
    "GGT": "ggt_u_l", "ALP": "alp_u_l", "bilirubin": "bilirubin_mg_dl", "albumin": "albumin_g_l",
    "creatinine": "creatinine_mg_dl", "CgA": "cga_ug_l", "sodium": "sodium_mmol_l", "CRP": "crp_mg_l",
}  # fmt: skip
"""Analyte -> column of the courses table that holds its baseline."""
BLOOD = ("haemoglobin", "leukocytes", "neutrophils", "lymphocytes", "platelets")
LIVER = ("ALT", "AST", "GGT", "ALP", "bilirubin", "albumin")
Row = dict[str, str]


def sample_days(patient: Patient, course: Course, draw: Draw) -> list[Sample]:
    """The visits of a course in order, from the older ones to the last."""
    samples = []
    next_start = patient.next_start(course)
    if course is patient.first and draw.chance(0.35):
        samples.append(Sample(working_day(course.start - timedelta(days=draw.whole(30, 65)), -1), "older"))
    before = 0 if draw.chance(0.2) else draw.whole(1, 11)
    samples.append(Sample(nearest_working_day(course.start - timedelta(days=before)), "baseline"))
    days = [day for day, _ in course.cycles]
    for day, following in zip(days, [*days[1:], None], strict=True):
        left = (course.end - day).days
        visit = min(draw.whole(37, 43), left - 4)
        if visit >= 12:
            samples.append(Sample(nearest_working_day(day + timedelta(days=visit)), "after"))
        if following:
            samples.append(Sample(nearest_working_day(following - timedelta(days=draw.whole(3, 18))), "before"))
    control = working_day(course.last_cycle + timedelta(days=draw.whole(62, 70)), -1)
    if control < course.end:
        samples.append(Sample(control, "end"))
    later = working_day(course.last_cycle + timedelta(days=draw.whole(85, 130)))
    free = min(course.end, next_start - timedelta(days=70)) if next_start else course.end
    if later < free and draw.chance(0.3):
        samples.append(Sample(later, "later"))
    return samples


def rows_of_course(
    patient: Patient, course: Course, grades: GRADES | None, targets: Targets | None, recovers: bool = True
) -> Iterator[Row]:
    """All measurements of a course.

    Parameters
    ----------
    grades : term -> (grade before, highest grade); None = no blood counts after the first cycle
    targets : analyte -> what happens to it; None = no liver tests after the first cycle
    recovers : whether the marrow does between the cycles
    """
    draw = Draw("laboratory", patient.key, course.number)
    samples = sample_days(patient, course, draw)
    base = {analyte: course.facts[column] for analyte, column in COLUMNS.items()}
    for sample in samples:
        if sample.kind in ("older", "baseline"):
            shift = 1.0 if sample.kind == "baseline" else draw.bell(1.0, 0.04)
            for analyte, text in base.items():
                if text:
                    yield _row(patient, sample.day, analyte, text if shift == 1.0 else _like(text, shift))
    during = [one for one in samples if one.kind in ("after", "before", "end")]
    if grades is None or not during:
        return
    blood = {name: float(base[name]) for name in BLOOD}
    found = counts.during(blood, grades, during, patient.facts["sex"], recovers, draw)
    found |= _chemistry(patient, base, targets, during, draw)
    for place, sample in enumerate(during):
        for analyte, column in found.items():
            yield _row(patient, sample.day, analyte, column[place])
    yield from _rest(patient, course, base, samples, draw)


def _chemistry(
    patient: Patient, base: Row, targets: Targets | None, during: Sequence[Sample], draw: Draw
) -> dict[str, list[str]]:
    sex, dealt = patient.facts["sex"], targets or {}
    creatinine = float(base["creatinine"])
    found = {"creatinine": liver_and_kidney.creatinine(patient, creatinine, dealt, during, draw)}
    if targets is None:
        return found
    for analyte in ("ALT", "AST", "GGT", "ALP"):
        grade = dealt.get(analyte, 0)
        found[analyte] = liver_and_kidney.enzyme(analyte, float(base[analyte]), grade, during, sex, draw)
    found["bilirubin"] = liver_and_kidney.bilirubin(float(base["bilirubin"]), dealt.get("bilirubin", 0), during, draw)
    before = float(base["albumin"]) if base["albumin"] else None
    found["albumin"] = liver_and_kidney.albumin(before, dealt.get("albumin", 0), during, draw)
    return found


def _rest(patient: Patient, course: Course, base: Row, samples: Sequence[Sample], draw: Draw) -> Iterator[Row]:
    """Chromogranin A, sodium and CRP at the last control; and the visit after the window, when there is one."""
    answer = {"CR": 0.25, "PR": 0.5, "SD": 0.95, "PD": 1.7}.get(course.outcome.recist_response, 1.2)
    for sample in samples:
        if sample.kind == "end":
            if base["CgA"]:
                yield _row(patient, sample.day, "CgA", _like(base["CgA"], answer * draw.between(0.75, 1.25)))
            yield _row(patient, sample.day, "sodium", f"{draw.bell(float(base['sodium'] or 139), 1.3):.1f}")
            yield _row(patient, sample.day, "CRP", _like(base["CRP"], draw.skewed(1.0, 3.0)))
        if sample.kind == "later":
            yield from _after_the_window(patient, course, base, sample, draw)


def _after_the_window(patient: Patient, course: Course, base: Row, sample: Sample, draw: Draw) -> Iterator[Row]:
    """A visit beyond the collection: much as before the course, or worse after a progression."""
    worse = course.progression is not None and draw.chance(0.5)
    cells = draw.between(0.75, 0.9) if worse else draw.between(0.9, 1.0)
    for analyte in (*BLOOD, *LIVER):
        if analyte in BLOOD or analyte == "albumin":
            share = cells
        else:
            share = draw.between(1.5, 4.0) if worse else draw.between(0.9, 1.0)
        if base[analyte]:
            yield _row(patient, sample.day, analyte, _like(base[analyte], share))


def mds_rows(patient: Patient, diagnosis: date) -> Iterator[Row]:
    """The blood counts that led to the late diagnosis of MDS, long after the window."""
    seen = {
        "haemoglobin": "8.6",
        "leukocytes": "2.10",
        "neutrophils": "0.890",
        "lymphocytes": "0.740",
        "platelets": "54",
    }
    for analyte, value in seen.items():
        yield _row(patient, working_day(diagnosis - timedelta(days=12), -1), analyte, value)


def _like(text: str, share: float) -> str:
    """A value times `share`, printed with the decimals of the other."""
    return f"{float(text) * share:.{len(text.partition('.')[2])}f}"


def _row(patient: Patient, day: date, analyte: str, value: str) -> Row:
    low, high = limits(analyte, patient.facts["sex"])
    return {
        "patient_id": patient.name, "date": day.isoformat(), "analyte": analyte, "value": value, "unit": UNITS[analyte],
        "lln": low, "uln": high,
    }  # fmt: skip

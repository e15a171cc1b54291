"""The adverse events table: who had which symptom, how badly, from when to when.

Counts of the 110 first courses are Table 2's and the text's; each has its worst grade once, and the repeating symptoms
also have milder episodes. Diarrhoea is the paper's 10 single episodes, 9 transient and 44 chronic from before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.generator.draw import Draw
from data.generator.people import Course, Patient

Row = dict[str, str]


@dataclass(frozen=True)
class Symptom:
    """One term.

    Parameters
    ----------
    grades : grade -> patients with it as their worst
    delay : days from a cycle to the onset, least and most
    lasts : days from onset to end, least and most; (0, 0) = it stays
    repeats : share of patients with a milder episode after another cycle
    related : share related to PRRT
    pattern : single, transient, chronic or ""
    """

    term: str
    grades: dict[int, int]
    delay: tuple[int, int]
    lasts: tuple[int, int]
    repeats: float = 0.0
    related: float = 1.0
    pattern: str = ""


SYMPTOMS = (
    Symptom("fatigue", {1: 56, 2: 24, 3: 1}, (1, 14), (10, 40), 0.5, 0.9),
    Symptom("abdominal pain", {1: 30, 2: 17, 3: 7}, (1, 20), (2, 20), 0.2, 0.6),
    Symptom("alopecia", {1: 47, 2: 3}, (18, 35), (30, 60), 0.0, 1.0, "transient"),
    Symptom("nausea", {1: 30, 2: 10, 3: 1}, (0, 1), (0, 3), 0.5, 0.9),
    Symptom("flush", {1: 19, 2: 5}, (0, 6), (1, 20), 0.3, 0.4),
    Symptom("weight loss", {1: 14, 2: 5}, (15, 40), (0, 0), 0.0, 0.3, "chronic"),
    Symptom("vomiting", {1: 11, 2: 4, 3: 1}, (0, 1), (0, 2), 0.3, 0.9),
    Symptom("inappetence", {1: 11, 2: 3}, (2, 14), (7, 40), 0.2, 0.6),
    Symptom("sub-occlusion", {2: 4}, (3, 25), (2, 6), 0.0, 1.0, "single"),
    Symptom("bowel obstruction", {3: 2}, (4, 25), (4, 10), 0.0, 1.0, "single"),
    Symptom("acute pancreatitis", {3: 1}, (1, 4), (6, 12), 0.0, 1.0, "single"),
)
"""Terms with the paper's counts; it gives no grade of sub-occlusion and obstruction: 2 and 3 are CTCAE's."""
DIARRHOEA_BEFORE = {1: 32, 2: 12}
"""Grade -> patients with chronic diarrhoea from before the course, unchanged by it."""
DIARRHOEA_SINGLE = Symptom("diarrhoea", {1: 8, 2: 2}, (1, 25), (0, 0), 0.0, 0.5, "single")
DIARRHOEA_TRANSIENT = Symptom("diarrhoea", {1: 5, 2: 3, 3: 1}, (0, 3), (1, 5), 0.4, 0.9, "transient")
LATER_SHARES = {
    "fatigue": 0.6,
    "abdominal pain": 0.3,
    "nausea": 0.35,
    "alopecia": 0.3,
    "vomiting": 0.12,
    "inappetence": 0.12,
}
"""Share of the patients beyond the 110, and of later courses, with a term."""


def rows_of_110(patients: Sequence[Patient]) -> Iterator[Row]:
    """The events of the 110 first courses."""
    affected: dict[str, list[Patient]] = {}
    for symptom in reversed(SYMPTOMS):
        affected[symptom.term] = _members(symptom, patients, affected)
    for symptom in SYMPTOMS:
        for patient, grade in _worst_grades(symptom, affected):
            yield from _episodes(patient, patient.first, symptom, grade)
    chronic = _ranked(patients, "chronic diarrhoea", _carcinoid)[: sum(DIARRHOEA_BEFORE.values())]
    grades = Draw("chronic diarrhoea").shuffled([grade for grade, n in DIARRHOEA_BEFORE.items() for _ in range(n)])
    for patient, grade in zip(chronic, grades, strict=True):
        yield _chronic_diarrhoea(patient, patient.first, grade)
    rest = [one for one in patients if one not in chronic]
    single = _members(DIARRHOEA_SINGLE, rest, {})
    transient = _members(DIARRHOEA_TRANSIENT, [one for one in rest if one not in single], {})
    for symptom, members in ((DIARRHOEA_SINGLE, single), (DIARRHOEA_TRANSIENT, transient)):
        for patient, grade in _worst_grades(symptom, {symptom.term: members}):
            yield from _episodes(patient, patient.first, symptom, grade)


def rows_of_later(patient: Patient, course: Course) -> Iterator[Row]:
    """Some mild events of a course beyond the 110 first ones."""
    for symptom in SYMPTOMS:
        draw = Draw("later events", patient.key, course.number, symptom.term)
        if draw.chance(LATER_SHARES.get(symptom.term, 0.0)):
            yield from _episodes(patient, course, symptom, draw.pick((1, 2), (4, 1)))
    draw = Draw("later events", patient.key, course.number, "diarrhoea")
    if course is patient.first and draw.chance(0.4):
        yield _chronic_diarrhoea(patient, course, 1)


def _carcinoid(one: Patient) -> float:
    return (
        0.5 * one.has("functional")
        + 0.3 * (one.facts["primary_site"] == "small intestine")
        + 0.2 * one.has("prior_surgery")
    )


def _ranked(patients: Sequence[Patient], subject: str, wish: Callable[[Patient], float]) -> list[Patient]:
    return sorted(patients, key=lambda one: (-wish(one) - Draw("event", subject, one.key).unit(), one.key))


def _members(symptom: Symptom, patients: Sequence[Patient], affected: dict[str, list[Patient]]) -> list[Patient]:
    """Who has it, those with the worst grade first."""

    def wish(one: Patient) -> float:
        blocked = [*affected.get("bowel obstruction", ()), *affected.get("acute pancreatitis", ())]
        failing = one.first.outcome.stop_reason == "clinical deterioration"
        return {
            "acute pancreatitis": 5.0 * one.has("metastasis_pancreas"),
            "bowel obstruction": 3.0 * one.has("metastasis_peritoneum") - 9.0 * (one in blocked),
            "sub-occlusion": 3.0 * one.has("metastasis_peritoneum") - 9.0 * (one in blocked),
            "abdominal pain": 5.0 * (one in blocked) + 4.0 * (one in affected.get("sub-occlusion", ())),
            "flush": 2.0 * one.has("functional"),
            "weight loss": 1.0 * failing,
            "inappetence": 0.8 * failing,
            "nausea": 1.0 * (one in affected.get("vomiting", ())),
        }.get(symptom.term, 0.0)

    long_enough = [one for one in patients if (one.first.observed_until - one.first.start).days > symptom.delay[1] + 8]
    return _ranked(long_enough, symptom.term + symptom.pattern, wish)[: sum(symptom.grades.values())]


def _worst_grades(symptom: Symptom, affected: dict[str, list[Patient]]) -> Iterator[tuple[Patient, int]]:
    """Each member with its worst grade; abdominal pain is worst in obstruction and pancreatitis."""
    members = affected[symptom.term]
    grades = [grade for grade, n in sorted(symptom.grades.items(), reverse=True) for _ in range(n)]
    if symptom.term != "abdominal pain":
        grades = Draw("grades", symptom.term, symptom.pattern).shuffled(grades)
    yield from zip(members, grades, strict=True)


def _episodes(patient: Patient, course: Course, symptom: Symptom, grade: int) -> Iterator[Row]:
    """The worst episode, after a cycle that leaves time for it, and perhaps a milder one after another cycle."""
    draw = Draw("episode", patient.key, course.number, symptom.term)
    last = course.observed_until
    able = [day for day, _ in course.cycles if (last - day).days > symptom.delay[1] + 8] or [course.start]
    worst = draw.whole(0, len(able) - 1)
    related = draw.chance(symptom.related)
    yield _episode(patient, symptom, grade, able[worst], last, related, draw)
    if len(able) > 1 and draw.chance(symptom.repeats):
        other = able[(worst + 1) % len(able)]
        yield _episode(patient, symptom, max(grade - 1, 1), other, last, related, draw)


def _episode(patient: Patient, symptom: Symptom, grade: int, cycle: date, last: date, related: bool, draw: Draw) -> Row:
    onset = min(cycle + timedelta(days=draw.whole(*symptom.delay)), last - timedelta(days=1))
    stays = symptom.lasts == (0, 0) and symptom.pattern == "chronic"
    end = None if stays else min(onset + timedelta(days=draw.whole(*symptom.lasts)), last)
    return _row(patient, symptom.term, grade, onset, end, related, symptom.pattern, None)


def _chronic_diarrhoea(patient: Patient, course: Course, grade: int) -> Row:
    """Chronic watery diarrhoea from before the course, still there."""
    months = Draw("chronic diarrhoea", patient.key).whole(4, 60)
    onset = course.start - timedelta(days=30 * months)
    return _row(patient, "diarrhoea", grade, onset, None, False, "chronic", grade)


def _row(
    patient: Patient,
    term: str,
    grade: int,
    onset: date,
    end: date | None,
    related: bool,
    pattern: str,
    before: int | None,
) -> Row:
    return {
        "patient_id": patient.name,
        "term": term,
        "grade": str(grade),
        "onset_date": onset.isoformat(),
        "end_date": end.isoformat() if end else "",
        "related": "yes" if related else "no",
        "pattern": pattern,
        "baseline_grade": "" if before is None else str(before),
    }

"""Dates, outcomes and courses of the demo cohort's patients fit together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.data.bruteforce import KIDNEY, Cohort, Course, laboratory_grades, symptom_grades, symptoms
from tests.data.derived import months_to_mds

COHORT = Cohort()
NAIVE = COHORT.naive


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_eight_die_before_completing_treatment():
    dead = [one for one in NAIVE if one.row["stop_reason"] == "death unrelated to PRRT"]
    assert len(dead) == 8
    for course in dead:
        assert course.row["death_date"]
        assert (course.end - course.last_cycle).days <= 112
        assert len(course.cycles) < 4


def test_no_progression_before_the_end_of_treatment_without_a_reason():
    for course in COHORT.courses:
        progression = course.row["progression_date"]
        if progression and (day(progression) - course.last_cycle).days < 56:
            explained = course.row["stop_reason"] in ("radiologic progression", "clinical deterioration")
            assert explained or course.row["recist_response"] == "PD"
            assert day(progression) > course.last_cycle


def test_radiologic_progression_stops_the_course_within_four_months():
    stopped = [one for one in NAIVE if one.row["stop_reason"] == "radiologic progression"]
    for course in stopped:
        assert course.row["recist_response"] == "PD"
        assert 0 < (day(course.row["progression_date"]) - course.last_cycle).days <= 120


def test_response_progression_and_stop_reason_agree():
    for course in COHORT.courses:
        row = course.row
        if row["recist_response"] == "PD":
            assert (day(row["progression_date"]) - course.last_cycle).days <= 120
        if row["stop_reason"] == "partial response":
            assert row["recist_response"] == "PR"
            assert len(course.cycles) in (2, 3)
        if row["stop_reason"] == "death unrelated to PRRT":
            assert row["recist_response"] == "not evaluable"
        assert bool(row["progression_date"]) == bool(row["progression_basis"])
        assert bool(row["new_treatment_date"]) == bool(row["new_treatment_basis"])


def test_death_is_rarely_the_first_event():
    assert sum(one.pfs[2] == "death" for one in NAIVE) <= 15


def test_completed_means_four_or_five_cycles():
    for course in NAIVE:
        assert (course.row["stop_reason"] == "completed") == (len(course.cycles) >= 4)


def test_renal_cases_had_impaired_function_and_risk_factors_before():
    renal = [one for one in NAIVE if (one.grades[KIDNEY].highest or 0) >= 3]
    assert sorted(one.grades[KIDNEY].highest for one in renal) == [3, 4]
    for course in renal:
        assert 30 < course.egfr(float(course.row["creatinine_mg_dl"])) < 60
        risks = [
            course.row["hypertension"] == "yes",
            course.row["diabetes"] == "yes",
            int(course.row["age_years"]) > 70,
        ]
        assert any(risks)


def test_myelotoxicity_shows_in_the_counts():
    stopped = [one for one in NAIVE if one.row["stop_reason"] == "myelotoxicity"]
    assert len(stopped) == 3
    for course in stopped:
        assert max(course.grades["thrombocytopenia"].highest, course.grades["leukopenia"].highest) >= 3


def test_mds_came_early_and_unrelated_or_after_31_months_and_related():
    cases = sorted((one for one in NAIVE if one.row["mds_date"]), key=months_to_mds)
    assert [one.row["mds_related"] for one in cases] == ["no", "yes"]
    early, late = cases
    assert 1 < months_to_mds(early) < 2.5
    assert len(early.cycles) == 1
    assert months_to_mds(late) == pytest.approx(31, abs=0.05)
    assert all(day(one.row["mds_date"]) < one.end for one in cases)


def test_obstruction_and_pancreatitis_have_their_metastases():
    for term, site in (
        ("bowel obstruction", "peritoneum"),
        ("sub-occlusion", "peritoneum"),
        ("acute pancreatitis", "pancreas"),
    ):
        assert all(one.row[f"metastasis_{site}"] == "yes" for one, _ in symptoms(NAIVE, term))


def test_events_lie_within_their_course():
    for row in COHORT.tables["adverse_events"]:
        courses = COHORT.of_patient(row["patient_id"])
        onset, end = day(row["onset_date"]), day(row["end_date"]) if row["end_date"] else None
        chronic = row["term"] == "diarrhoea" and row["pattern"] == "chronic"
        assert chronic or any(one.start <= onset <= one.window_end for one in courses)
        assert chronic == (row["baseline_grade"] != "") == (onset < courses[0].start)
        assert end is None or onset <= end <= courses[-1].end


def test_nothing_happens_after_the_end_of_follow_up():
    for course in COHORT.courses:
        for name in ("progression_date", "new_treatment_date", "mds_date"):
            assert not course.row[name] or course.start < day(course.row[name]) <= course.end
        assert course.last_cycle < course.end
        assert bool(course.row["death_date"]) != bool(course.row["last_contact_date"])
        assert all(one.day <= course.end for labs in course.labs.values() for one in labs)
        assert course.end <= date(2024, 9, 30)


def test_retreated_patients_are_coherent_across_courses():
    again = [one for one in COHORT.courses if one.next_start]
    assert len(again) == 15
    for course in again:
        following = next(one for one in COHORT.of_patient(course.row["patient_id"]) if one.start == course.next_start)
        assert int(following.row["course"]) == int(course.row["course"]) + 1
        assert following.end == course.end
        assert following.row["death_date"] == course.row["death_date"]
        assert course.window_end < following.baseline("platelets").day
        assert course.last_cycle + timedelta(days=70) < day(course.row["new_treatment_date"]) <= following.start
        assert course.row["recist_response"] in ("CR", "PR", "SD")
        assert day(course.row["progression_date"]) < following.start
        for name in ("sex", "grade", "primary_site", "functional", "hypertension", "prior_surgery"):
            assert course.row[name] == following.row[name]


def test_later_courses_do_not_touch_the_tables_of_the_first():
    seconds = {one.row["patient_id"]: one.start for one in COHORT.courses if one.row["course"] == "2"}
    checked = 0
    for course in NAIVE:
        again = seconds.get(course.row["patient_id"])
        if again:
            before = again - timedelta(days=30)
            labs = {name: [one for one in column if one.day < before] for name, column in course.labs.items()}
            events = [one for one in course.events if day(one["onset_date"]) < again]
            alone = Course(course.row, course.cycles, labs, events, course.next_start)
            assert laboratory_grades(alone) == course.grades
            assert symptom_grades(alone) == symptom_grades(course)
            checked += 1
    assert checked == 14


def test_windows_matter():
    outside = 0
    for course in NAIVE:
        worst = {term: max((one.value for one in course.labs[term]), default=0) for term in ("ALT", "GGT")}
        inside = {term: max((one.value for one in course.during(term)), default=0) for term in worst}
        outside += any(worst[term] > inside[term] > 0 for term in worst)
    assert outside >= 10


def test_imaging_only_progression_is_censored_at_the_new_treatment():
    imaging = [one for one in NAIVE if one.pfs[2] == "imaging-only"]
    assert len(imaging) >= 3
    for course in imaging:
        assert not course.pfs[1]
        assert course.row["progression_date"] == ""
        assert day(course.row["new_treatment_date"]) == course.start + timedelta(days=course.pfs[0])

"""The patients of the demo cohort are credible: distributions, dates, courses of blood tests, and coherence."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from datetime import date

from core.fields import TABLE_FIELDS
from tests.data.bruteforce import DEMO, Cohort, Course, read

COHORT = Cohort()
NAIVE = COHORT.naive


def values(name: str, courses: list[Course] = NAIVE) -> list[float]:
    return [float(one.row[name]) for one in courses if one.row[name]]


def day(text: str) -> date:
    return date.fromisoformat(text)


def skewness(column: list[float]) -> float:
    mean, sd = statistics.fmean(column), statistics.pstdev(column)
    return statistics.fmean(((value - mean) / sd) ** 3 for value in column)


def test_sodium_is_around_139():
    assert 138 <= statistics.fmean(values("sodium_mmol_l")) <= 140
    assert 2.3 <= statistics.stdev(values("sodium_mmol_l")) <= 3.7


def test_albumin_is_around_40():
    assert 39 <= statistics.fmean(values("albumin_g_l")) <= 41
    assert 3 <= statistics.stdev(values("albumin_g_l")) <= 5


def test_neutrophil_to_lymphocyte_ratio_is_log_normal_around_2_5():
    ratios = [one.nlr for one in NAIVE]
    assert 2.1 <= statistics.median(ratios) <= 2.9
    assert abs(skewness([math.log(ratio) for ratio in ratios])) < 0.8


def test_chromogranin_is_log_normal():
    assert skewness(values("cga_ug_l")) > 1
    assert abs(skewness([math.log(value) for value in values("cga_ug_l")])) < 0.8


def test_ki67_and_mitoses_lie_within_the_limits_of_the_grade():
    for course in COHORT.select(histology_complete="yes"):
        ki67, mitoses = float(course.row["ki67_percent"]), int(course.row["mitoses_per_2mm2"] or 0)
        by_ki67 = 1 if ki67 < 3 else 2 if ki67 <= 20 else 3
        by_mitoses = 1 if mitoses < 2 else 2 if mitoses <= 20 else 3
        assert course.row["grade"] == str(max(by_ki67, by_mitoses))
        assert by_ki67 == int(course.row["grade"])
        assert ki67 <= 55


def test_ages_are_30_to_85_and_rise_from_course_to_course():
    assert all(30 <= age <= 85 for age in values("age_years"))
    assert 58 <= statistics.median(values("age_years")) <= 66
    for course in COHORT.courses:
        for earlier in COHORT.of_patient(course.row["patient_id"]):
            years = int(course.row["age_years"]) - int(earlier.row["age_years"])
            assert abs(years - (course.start - earlier.start).days / 365.25) < 1.1


def test_courses_start_within_the_period_on_working_days():
    for course in COHORT.courses:
        assert date(2013, 7, 23) <= course.start <= date(2023, 7, 23)
        assert all(when.weekday() < 5 for when, _ in course.cycles)
        assert course.cycles[0][0] == course.start


def test_cycles_are_10_to_12_weeks_apart_and_never_more_than_16():
    gaps = [
        (later - earlier).days
        for one in COHORT.courses
        for (earlier, _), (later, _) in zip(one.cycles, one.cycles[1:], strict=False)
    ]
    assert all(70 <= gap <= 112 for gap in gaps)
    assert sum(gap <= 84 for gap in gaps) / len(gaps) > 0.9
    assert any(gap > 84 for gap in gaps)


def test_activities_are_7_4_gbq_within_ten_percent():
    activities = [activity for one in COHORT.courses for _, activity in one.cycles]
    assert all(6.66 <= activity <= 8.14 for activity in activities)
    assert len(set(activities)) > 50


def test_37_patients_of_the_trial_started_while_it_was_open():
    trial = [one for one in COHORT.courses if one.row["trial"] == "LuMEN"]
    assert len(trial) == 37
    assert all(one.row["course"] == "1" and one.start < date(2019, 1, 1) for one in trial)


def test_every_patient_was_eligible():
    for course in COHORT.courses:
        assert course.egfr(float(course.row["creatinine_mg_dl"])) > 30
        assert float(course.row["leukocytes_1e9_l"]) >= 2
        assert float(course.row["platelets_1e9_l"]) > 70


def test_blood_is_taken_as_the_methods_say():
    for course in NAIVE:
        days = {one.day for labs in course.labs.values() for one in labs}
        assert (course.start - course.baseline("platelets").day).days <= 14
        for (cycle, _), (following, _) in zip(course.cycles, course.cycles[1:], strict=False):
            assert any(33 <= (one - cycle).days <= 45 for one in days)
            assert any(1 <= (following - one).days <= 21 for one in days)


def test_counts_fall_after_a_cycle_and_recover():
    nadirs, falls, recoveries = [], [], []
    for course in NAIVE:
        found = course.during("lymphocytes")
        if len(found) > 2:
            worst = min(found, key=lambda one: one.value)
            cycle = max(when for when, _ in course.cycles if when <= worst.day)
            nadirs.append((worst.day - cycle).days)
            falls.append(worst.value / course.baseline("lymphocytes").value)
            recoveries.append(found[-1].value / worst.value)
    assert sum(28 <= nadir <= 46 for nadir in nadirs) / len(nadirs) > 0.95
    assert statistics.median(falls) < 0.6
    assert statistics.median(recoveries) > 1.2


def test_cells_add_up_in_every_sample():
    white = {
        (r["patient_id"], r["date"]): float(r["value"]) for r in COHORT.tables["labs"] if r["analyte"] == "leukocytes"
    }
    parts = Counter()
    for row in COHORT.tables["labs"]:
        if row["analyte"] in ("neutrophils", "lymphocytes"):
            parts[row["patient_id"], row["date"]] += float(row["value"])
    assert set(parts) == set(white)
    assert all(parts[key] <= white[key] + 0.01 for key in parts)


def test_liver_and_kidney_tests_stand_beside_the_counts():
    for course in NAIVE:
        if course.grades["ALT increased"].assessed:
            for analyte in ("ALT", "AST", "GGT", "ALP", "bilirubin", "albumin", "creatinine"):
                assert len(course.during(analyte)) == len(course.during("platelets")) > 0


def test_baseline_columns_repeat_the_last_sample_before_treatment():
    columns = {
        "haemoglobin": "haemoglobin_g_dl", "leukocytes": "leukocytes_1e9_l", "lymphocytes": "lymphocytes_1e9_l",
        "neutrophils": "neutrophils_1e9_l", "platelets": "platelets_1e9_l", "albumin": "albumin_g_l", "ALP": "alp_u_l",
        "creatinine": "creatinine_mg_dl", "CgA": "cga_ug_l", "sodium": "sodium_mmol_l", "CRP": "crp_mg_l",
    }  # fmt: skip
    missing = Counter()
    for course in COHORT.courses:
        for analyte, column in columns.items():
            base = course.baseline(analyte)
            if base:
                assert base.value == float(course.row[column])
            else:
                missing[analyte] += course.row[column] == ""
    assert missing == {"sodium": 5, "CgA": 4, "albumin": 1}


def test_every_measurement_has_a_limit_of_normal_and_a_dictionary_analyte():
    known = TABLE_FIELDS["labs"]["analyte"].levels
    for row in COHORT.tables["labs"]:
        assert row["analyte"] in known
        assert row["unit"]
        assert row["lln"] or row["uln"]


def test_metastases_and_treatments_fit_sex_and_primary_site():
    for course in COHORT.courses:
        row = course.row
        assert row["sex"] == "female" or row["metastasis_ovary"] == row["metastasis_breast"] == "no"
        assert row["primary_site"] != "pancreas" or row["metastasis_pancreas"] == "no"
        assert row["primary_site"] == "pancreas" or row["prior_sunitinib"] == "no"
        assert "yes" in [row[name] for name in row if name.startswith("metastasis_")]


def test_terms_levels_and_columns_are_the_dictionarys():
    for name, fields in TABLE_FIELDS.items():
        rows = COHORT.tables[name]
        assert set(rows[0]) <= set(fields)
        for column in rows[0]:
            if fields[column].levels:
                assert {row[column] for row in rows} - {""} <= set(fields[column].levels)


def test_tables_hold_no_derived_column():
    columns = set(COHORT.tables["courses"][0])
    assert not columns & {
        "nlr",
        "egfr",
        "cga_x_uln",
        "prior_modalities",
        "n_cycles",
        "last_cycle_date",
        "total_activity_gbq",
    }
    assert not [name for name in columns if name.endswith(("_days", "_months", "_event", "_highest_grade"))]


def test_pseudonyms_say_nothing_about_the_outcome():
    order = sorted(NAIVE, key=lambda one: one.row["patient_id"])
    for quantity in ([one.os[0] for one in order], [one.start.toordinal() for one in order]):
        assert abs(statistics.correlation(range(len(order)), quantity)) < 0.2


def test_folder_says_that_it_is_synthetic():
    assert (DEMO / "SYNTHETIC").read_text(encoding="utf-8").startswith("Synthetic data: these patients do not exist.")
    assert len(read("courses")) == 132

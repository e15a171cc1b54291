"""The analysis file: one row a selected course, that other software reads and the product reads again."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from core.fields import TERMS, slug
from core.options import DAYS_PER_MONTH
from core.spreadsheet import guarded
from tests.command import run

COURSES = """\
patient_id,course,grade,ki67_percent,cga_ug_l,first_cycle_date,last_cycle_date,progression_date,death_date,\
last_contact_date,new_treatment_date,new_treatment_basis,recist_response,neutrophils_1e9_l,lymphocytes_1e9_l,\
mood,=score
P1,1,,15,1000.5,2020-01-01,2020-06-01,2021-01-01,,2022-01-01,2020-12-01,imaging-only progression,SD,3,1.5,=1+1,-1.5
P2,1,3,25,,2020-02-01,2020-03-01,,2020-02-01,,,,PD,,,+32,2
P3,1,1,2,80,2020-03-01,2020-09-01,,,2023-03-01,,,PR,4,0.1,fine,
P1,2,2,15,200,2021-06-01,2021-09-01,,,2022-01-01,,,,,,,3
"""
LABS = """patient_id,date,analyte,value,unit,lln,uln
P1,2019-12-30,haemoglobin,13,g/dL,12,17
P1,2020-03-01,haemoglobin,9,g/dL,12,17
P2,2020-02-10,haemoglobin,11,g/dL,,
"""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    (folder / "courses.csv").write_text(COURSES, encoding="utf-8")
    (folder / "labs.csv").write_text(LABS, encoding="utf-8")
    return folder


def exported(source: Path, *more: object) -> list[dict[str, str]]:
    file = source / "out" / "analysis.csv"
    file.parent.mkdir(exist_ok=True)
    answer = run("export", source, "--what", "analysis-file", "--output", file, *more)
    assert (answer.status, answer.err.count("\n") <= 1) == (0, True)
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_rows_are_the_selected_courses_in_order(cohort):
    assert [(one["patient_id"], one["course"]) for one in exported(cohort)] == [("P1", "1"), ("P2", "1"), ("P3", "1")]
    assert [one["patient_id"] for one in exported(cohort, "--select", "course=2")] == ["P1"]
    assert [one["patient_id"] for one in exported(cohort, "--select", "grade=1,3")] == ["P2", "P3"]
    assert exported(cohort, "--select", "grade=1&cga_ug_l=1000..") == []


def test_derived_values_and_endpoints_stand_in_canonical_columns(cohort):
    first, second, third = exported(cohort)
    assert (first["grade"], first["nlr"], first["cga_ug_l"]) == ("2", "2", "1000.5")
    assert (first["ttnt_days"], first["ttnt_event"], first["ttnt_reason"]) == ("335", "yes", "new treatment")
    assert (first["os_days"], first["os_event"], first["os_reason"]) == ("731", "no", "last contact")
    assert (second["pfs_days"], second["pfs_event"], second["pfs_reason"]) == ("0", "yes", "death")
    assert (third["nlr"], second["nlr"], third["progression_date"]) == ("40", "", "")
    assert first["first_cycle_date"] == "2020-01-01"


def test_options_decide_what_a_new_treatment_means(cohort):
    by_rule = {rule: exported(cohort, "--pfs-rule", rule)[0] for rule in ("paper", "event", "ignore")}
    found = {rule: (one["pfs_days"], one["pfs_event"]) for rule, one in by_rule.items()}
    assert found == {"paper": ("335", "no"), "event": ("335", "yes"), "ignore": ("366", "yes")}
    assert by_rule["paper"]["pfs_reason"] == "new treatment after imaging-only progression"


def test_grades_stand_beside_with_whether_they_count(cohort):
    first, second, third = exported(cohort)
    parts = ("baseline_grade", "highest_grade", "delta_grade", "assessed")
    assert [first[f"anaemia_{part}"] for part in parts] == ["0", "2", "2", "yes"]
    assert [second[f"anaemia_{part}"] for part in parts] == ["", "", "", "no"]  # no limit of normal: 0 or 1
    assert [third[f"anaemia_{part}"] for part in parts] == ["", "", "", ""]
    assert "fatigue_highest_grade" not in first  # nothing is known of it


def test_text_that_a_spreadsheet_would_run_gets_a_quote_and_numbers_do_not(cohort):
    first, second, _ = exported(cohort)
    assert (first["mood"], second["mood"]) == ("'=1+1", "'+32")
    assert first["score"] == "-1.5"


@pytest.mark.parametrize("start", "=+-@\t\r")
def test_guarded_quotes_what_begins_like_a_formula(start):
    assert guarded(f"{start}1+1") == f"'{start}1+1"
    assert guarded(f"1{start}") == f"1{start}"
    assert guarded("") == ""


def test_suppression_refuses_rows_of_single_patients(cohort):
    file = cohort / "never.csv"
    answer = run("export", cohort, "--what", "analysis-file", "--output", file, "--min-cell", "5")
    assert (answer.status, file.exists()) == (2, False)
    assert answer.err.startswith("The analysis file has one row per course")


@pytest.mark.parametrize("name", ["file.xlsx", "file", "absent/file.csv"])
def test_output_that_cannot_be_is_refused_in_a_sentence(cohort, name):
    answer = run("export", cohort, "--what", "analysis-file", "--output", cohort / name)
    assert answer.status == 2
    assert "Traceback" not in answer.err
    assert answer.err.strip().endswith(".")


def test_demo_read_again_gives_the_same_survival_models_and_response(tmp_path):
    file = tmp_path / "demo.csv"
    told = run("export", "--what", "analysis-file", "--output", file)
    assert told.out.startswith("110 courses written to ")
    assert "Synthetic patients." in told.out
    original, again = run("analyse").json, run("analyse", file).json
    for part in ("endpoints", "cox", "response", "malignancies"):
        assert again[part] == original[part]
    counted = {one["term"]: one for one in again["toxicity"]}
    for one in original["toxicity"]:
        same = ("assessed", "highest", "any_grade_delta", "delta", "delta_missing")
        assert {part: counted[one["term"]][part] for part in same} == {part: one[part] for part in same}


def test_demo_has_every_term_and_says_synthetic_on_every_row(tmp_path):
    file = tmp_path / "demo.csv"
    run("export", "--what", "analysis-file", "--select", "course=all", "--output", file)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {one["synthetic"] for one in rows} == {"yes"}
    assert {f"{slug(term)}_highest_grade" for term in TERMS} <= set(rows[0])
    found = run("analyse", "--endpoint", "os").json["endpoints"]["os"]["follow_up"]["median_observed"]
    own = [float(one["os_days"]) for one in rows if one["course"] == "1" and one["histology_complete"] == "yes"]
    assert np.median(own) / DAYS_PER_MONTH == pytest.approx(found)

"""Toxicity counts of a stored cohort: against a brute-force counter, by hand, by group, and as the paper prints."""

from __future__ import annotations

import random
from datetime import date

import pytest

from core.cohort import CohortVersion
from core.malignancies import malignancies
from core.options import Options
from core.selection import Selection, parse_query
from core.store import Store
from core.strata import Strata
from core.toxicity import (
    ANY_GRADE_DELTA,
    ANY_GRADE_HIGHEST,
    GRADE_3_4,
    Cell,
    Toxicity,
    patients,
    shift,
    toxicity,
)
from core.toxicity_preset import common_terms, delta_rows
from tests.oracle.toxicity_bruteforce import TERMS, count
from tests.oracle.toxicity_cohorts import joined_cohorts, random_cohort
from tests.stored import stored

OPTIONS = Options()
START, LAST = date(2020, 1, 10), date(2020, 6, 1)


def as_counted(found: Toxicity, level: str = "") -> dict[str, dict]:
    """A result in the shape of the brute-force counter."""
    return {
        row.term: {
            "assessed": row.assessed,
            "highest": {str(grade): n for grade, n in enumerate(row.highest)},
            "any_grade_highest": row.any_grade_highest,
            "any_grade_delta": row.any_grade_delta,
            "grade_3_4": row.grade_3_4,
            "grade_3_up": row.grade_3_up,
            "pre_existing": row.pre_existing,
            "delta": None if row.delta is None else {str(grade): n for grade, n in enumerate(row.delta)},
            "delta_missing": row.delta_missing,
        }
        for row in found.of(level)
    }


@pytest.fixture(scope="module")
def random_store():
    cohort = joined_cohorts([random_cohort(seed, 4) for seed in range(300, 360)])
    store, version = stored(courses=cohort["courses"], labs=cohort["labs"], adverse_events=cohort["events"])
    with store:
        yield store, version, cohort


@pytest.mark.parametrize("query", ["", "course=2", "course=all", "course=all&sex=female", "course=all&stop_reason=~"])
def test_toxicity_of_a_selection_equals_brute_force(random_store, query):
    store, version, cohort = random_store
    chosen = {
        "": lambda row: row["course"] == 1,
        "course=2": lambda row: row["course"] == 2,
        "course=all": lambda row: True,
        "course=all&sex=female": lambda row: row["sex"] == "female",
        "course=all&stop_reason=~": lambda row: row["stop_reason"] is None,
    }[query]
    courses = [row for row in cohort["courses"] if chosen(row)]
    found = toxicity(store, version, parse_query(query, version.fields), OPTIONS)
    assert found.n == len(courses) > 20
    assert as_counted(found) == count(cohort, courses, OPTIONS.egfr)


def test_toxicity_by_equation_equals_brute_force(random_store):
    store, version, cohort = random_store
    options = Options(egfr="ckd-epi-2021")
    found = as_counted(toxicity(store, version, Selection(), options))
    expected = count(cohort, [row for row in cohort["courses"] if row["course"] == 1], "ckd-epi-2021")
    assert found == expected
    assert found != as_counted(toxicity(store, version, Selection(), OPTIONS))


@pytest.mark.parametrize(
    "strata", [Strata("sex"), Strata("age_years", 60.0), Strata("n_cycles"), Strata("age_years", split="median")]
)
def test_toxicity_by_group_equals_brute_force_of_each(random_store, strata):
    store, version, cohort = random_store
    found = toxicity(store, version, Selection(), OPTIONS, strata)
    groups = {
        "male": lambda row: row["sex"] == "male",
        "female": lambda row: row["sex"] == "female",
        "<60": lambda row: (row["age_years"] or 99) < 60,
        ">=60": lambda row: (row["age_years"] or 0) >= 60,
        "<63": lambda row: (row["age_years"] or 99) < 63,
        ">=63": lambda row: (row["age_years"] or 0) >= 63,
        **{str(number): lambda row, number=number: row["n_cycles"] == number for number in range(1, 7)},
    }
    first = [row for row in cohort["courses"] if row["course"] == 1]
    assert len(found.levels) >= 2
    for level in found.levels:
        courses = [row for row in first if groups[level](row)]
        assert found.level_sizes[level] == len(courses)
        assert as_counted(found, level) == count(cohort, courses, OPTIONS.egfr)
    assert as_counted(found) == as_counted(toxicity(store, version, Selection(), OPTIONS))


def test_toxicity_of_selection_against_the_rest(random_store):
    store, version, cohort = random_store
    selection = parse_query("sex=female", version.fields)
    found = toxicity(store, version, selection, OPTIONS, Strata("selection"))
    assert found.levels == ("selection", "rest")
    assert (
        as_counted(found) == as_counted(found, "selection") == as_counted(toxicity(store, version, selection, OPTIONS))
    )
    men = [row for row in cohort["courses"] if row["course"] == 1 and row["sex"] == "male"]
    assert as_counted(found, "rest") == count(cohort, men, OPTIONS.egfr)


def test_toxicity_changes_when_values_and_events_are_shuffled_between_patients(random_store):
    store, version, cohort = random_store
    random_ = random.Random(4)
    owners = [row["patient_id"] for row in cohort["courses"]]
    moved = dict(zip(owners, random_.sample(owners, len(owners)), strict=True))
    shuffled = [
        [row | {"patient_id": moved[row["patient_id"]]} for row in cohort[table]] for table in ("labs", "events")
    ]
    other_store, other = stored(courses=cohort["courses"], labs=shuffled[0], adverse_events=shuffled[1])
    with other_store:
        changed = as_counted(toxicity(other_store, other, Selection(), OPTIONS))
    found = as_counted(toxicity(store, version, Selection(), OPTIONS))
    assert [term for term in TERMS if changed[term] == found[term]] == []


def test_toxicity_rows_are_consistent(random_store):
    store, version, _ = random_store
    found = toxicity(store, version, Selection(), OPTIONS, Strata("sex"))
    for row in found.rows:
        assert sum(row.highest) == row.assessed
        assert row.any_grade_highest == row.assessed - row.highest[0]
        assert row.grade_3_up == row.grade_3_4 + row.highest[5]
        assert sum(row.patterns.values()) <= row.any_grade_highest
        if row.delta is not None:
            assert sum(row.delta) + row.delta_missing == row.assessed


def test_shift_crosses_baseline_and_highest(random_store):
    store, version, _ = random_store
    found = shift(store, version, Selection(), "lymphopenia", OPTIONS)
    row = toxicity(store, version, Selection(), OPTIONS).term("lymphopenia")
    assert sum(map(sum, found.counts)) == found.n
    assert tuple(sum(line[grade] for line in found.counts) for grade in range(6)) == row.highest
    assert sum(found.counts[6][:6]) == row.delta_missing
    assert sum(n for grade in range(1, 6) for n in found.counts[grade][:6]) == row.baseline_any
    assert found.assessed == row.assessed < found.n


@pytest.mark.parametrize(
    ("cell", "attribute"),
    [
        (ANY_GRADE_HIGHEST, "any_grade_highest"),
        (ANY_GRADE_DELTA, "any_grade_delta"),
        (GRADE_3_4, "grade_3_4"),
        (Cell(delta=(None,)), "delta_missing"),
        (Cell(pre_existing=(True,)), "pre_existing"),
        (Cell(), "assessed"),
    ],
)
def test_patients_behind_a_count(random_store, cell, attribute):
    store, version, _ = random_store
    table = toxicity(store, version, Selection(), OPTIONS)
    for term in ("anaemia", "chronic kidney disease", "diarrhoea"):
        found = patients(store, version, Selection(), term, cell, OPTIONS)
        assert len(found) == getattr(table.term(term), attribute)
        assert len({one.patient_id for one in found}) == len(found)
        assert [one.highest for one in found] == sorted((one.highest for one in found), reverse=True)


def test_patients_of_one_grade_are_told_with_their_worst_day():
    lab = {"patient_id": "A", "analyte": "platelets", "unit": "G/L", "lln": 150.0, "uln": 400.0}
    labs = [lab | {"date": day, "value": value} for day, value in ((START, 120.0), (date(2020, 3, 10), 49.0))]
    store, version = stored(courses=[_course("A")], labs=labs)
    with store:
        (found,) = patients(store, version, Selection(), "thrombocytopenia", 3, OPTIONS)
    assert (found.patient_id, found.course, found.baseline, found.highest, found.delta) == ("A", 1, 1, 3, 2)
    assert (found.worst_date, found.days, found.source) == (date(2020, 3, 10), 60, "labs")


def test_patients_of_an_unknown_term_are_refused(random_store):
    store, version, _ = random_store
    with pytest.raises(ValueError, match="'boredom' is not a term"):
        patients(store, version, Selection(), "boredom", GRADE_3_4, OPTIONS)


def _course(patient: str, **fields: object) -> dict:
    return {"patient_id": patient, "course": 1, "first_cycle_date": START, "last_cycle_date": LAST, **fields}


def _paper_like() -> tuple[Store, CohortVersion]:
    """20 courses: lymphocytes of 18, AST of 10, diarrhoea in 5 of 20, 2 of them before."""
    courses = [_course(f"P{number:02d}") for number in range(20)]
    labs, events = [], []
    # baseline and worst lymphocytes: 4 x (0 -> 3), 2 x (1 -> 3), 1 x (0 -> 4), 1 x (2 -> 2), 10 x (0 -> 0)
    pairs = [(1.5, 0.4)] * 4 + [(0.9, 0.4)] * 2 + [(1.5, 0.1), (0.6, 0.6)] + [(1.5, 1.5)] * 10
    for number, values in enumerate(pairs):
        for day, value in zip((date(2020, 1, 3), date(2020, 3, 1)), values, strict=True):
            labs.append({"patient_id": f"P{number:02d}", "date": day, "analyte": "lymphocytes", "value": value,
                         "unit": "10^9/L", "lln": 1.1, "uln": 4.0})  # fmt: skip
    for number in range(10):
        value = 50.0 if number < 3 else 30.0
        labs.append({"patient_id": f"P{number:02d}", "date": date(2020, 3, 1), "analyte": "AST", "value": value,
                     "unit": "U/L", "lln": None, "uln": 35.0})  # fmt: skip
    for number, (onset, pattern) in enumerate(
        [(date(2019, 1, 1), "chronic")] * 2 + [(date(2020, 2, 1), "single")] * 2 + [(date(2020, 2, 1), "transient")]
    ):
        events.append({"patient_id": f"P{number:02d}", "term": "diarrhoea", "grade": 1, "onset_date": onset,
                       "end_date": None, "pattern": pattern})  # fmt: skip
    return stored(courses=courses, labs=labs, adverse_events=events)


def test_common_terms_as_in_the_paper():
    store, version = _paper_like()
    with store:
        found = toxicity(store, version, Selection(), OPTIONS)
    rows = [(one.term, one.assessed, one.any_grade, one.by_delta, one.grade_3_4) for one in common_terms(found.of())]
    assert rows == [
        ("lymphopenia", 18, 7, True, 7),
        ("AST increased", 10, 3, False, 0),
        ("diarrhoea", 20, 5, False, 0),
    ]
    assert found.term("lymphopenia").any_grade_highest == 8
    (deltas,) = delta_rows(found.of())
    assert (deltas.term, deltas.counts, deltas.total) == ("lymphopenia", (0, 2, 4, 1), 7)
    assert deltas.percents == pytest.approx((0, 200 / 7, 400 / 7, 100 / 7))


def test_patterns_of_diarrhoea_are_counted():
    store, version = _paper_like()
    with store:
        row = toxicity(store, version, Selection(), OPTIONS).term("diarrhoea")
    assert row.patterns == {"chronic": 2, "single": 2, "transient": 1}
    assert (row.pre_existing, row.emergent, row.any_grade_highest) == (2, 3, 5)


def test_toxicity_of_nobody_and_of_a_cohort_without_toxicity_says_so():
    store, version = stored(courses=[_course("A")])
    with store:
        found = toxicity(store, version, Selection(), OPTIONS)
        nobody = toxicity(store, version, parse_query("course=3", version.fields), OPTIONS, Strata("course"))
    assert (found.n, found.term("nausea").assessed) == (1, 0)
    assert [one.code for one in found.warnings] == ["no_toxicity"]
    assert (nobody.n, nobody.levels) == (0, ())


def test_toxicity_tells_what_was_left_out(random_store):
    store, version, _ = random_store
    codes = [one.code for one in toxicity(store, version, Selection(), OPTIONS).warnings]
    assert codes == ["unit_unknown", "limit_missing", "not_followed"]


def test_stated_grades_of_a_file_without_dates_are_counted():
    courses = [
        {"patient_id": name, "lymphopenia_baseline_grade": before, "lymphopenia_highest_grade": after}
        for name, before, after in (("A", 0, 3), ("B", 1, 1), ("C", None, 4), ("D", 1, None))
    ]
    store, version = stored(courses=courses)
    with store:
        row = toxicity(store, version, Selection(), OPTIONS).term("lymphopenia")
        behind = patients(store, version, Selection(), "lymphopenia", GRADE_3_4, OPTIONS)
    assert (row.assessed, row.highest, row.any_grade_delta, row.delta_missing) == (3, (0, 1, 0, 1, 1, 0), 1, 1)
    assert [(one.patient_id, one.days) for one in behind] == [("C", None), ("A", None)]


def test_malignancies_count_patients_once_with_months():
    courses = [
        _course("A", mds_date=date(2020, 1, 25), mds_related=False),
        _course("B", mds_date=date(2022, 8, 10), mds_related=True),
        _course("B", course=2, first_cycle_date=date(2022, 1, 1), last_cycle_date=date(2022, 3, 1),
                mds_date=date(2022, 8, 10), mds_related=True),
        _course("C", mds_date=date(2019, 12, 31)),
        _course("D"),
    ]  # fmt: skip
    store, version = stored(courses=courses)
    with store:
        (first,) = malignancies(store, version, Selection(), OPTIONS)
        (every,) = malignancies(store, version, parse_query("course=all", version.fields), OPTIONS)
    assert (first.term, first.n, first.of, first.before, first.related) == ("MDS", 2, 4, 1, (False, True))
    assert first.months_since_first_cycle == pytest.approx((15 / 30.4375, 943 / 30.4375))
    assert (every.n, every.of, every.months_since_first_cycle) == (2, 5, first.months_since_first_cycle)


def test_malignancy_that_a_later_course_states_is_the_patients():
    retreated = {"course": 2, "first_cycle_date": date(2022, 1, 1), "last_cycle_date": date(2022, 3, 1)}
    courses = [
        _course("A"),
        _course("A", **retreated, mds_date=date(2022, 8, 10), mds_related=True),
        _course("B", mds_date=date(2021, 6, 1), mds_related=False),
        _course("B", **retreated),
        _course("C"),
    ]
    store, version = stored(courses=courses)
    with store:
        (first,) = malignancies(store, version, Selection(), OPTIONS)
        (second,) = malignancies(store, version, parse_query("course=2", version.fields), OPTIONS)
    assert (first.n, first.of, first.related) == (2, 3, (False, True))
    assert first.months_since_first_cycle == pytest.approx((508 / 30.4375, 943 / 30.4375))
    assert (second.n, second.of, second.before, second.related) == (1, 2, 1, (True,))
    assert second.months_since_first_cycle == pytest.approx((221 / 30.4375,))

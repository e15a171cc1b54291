"""Grades derived in SQL: equal to a brute-force grader on random cohorts, and cases worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from core.sql.names import table_names
from tests.oracle.toxicity_bruteforce import TERMS, Graded, grade_term
from tests.oracle.toxicity_cohorts import joined_cohorts, random_cohort
from tests.stored import stored


def derive(courses: list[dict], labs: list[dict] = (), events: list[dict] | None = ()) -> pd.DataFrame:
    """The grades table of a cohort, with the courses numbered from 0 in their order."""
    store, version = stored(courses=courses, labs=labs, adverse_events=events)
    with store, store.cursor() as cursor:
        found = cursor.execute(f"FROM {table_names(version.id).grades} ORDER BY course_row, term, variant").df()
    return found.assign(course_row=found.course_row - 1)


def one(grades: pd.DataFrame, term: str, course_row: int = 0, variant: str = "") -> dict:
    """The single row of a term, missing values as None; without a row everything is."""
    found = grades[(grades.term == term) & (grades.course_row == course_row) & (grades.variant == variant)]
    assert len(found) <= 1
    if found.empty:
        return dict.fromkeys(grades.columns)
    return {key: None if pd.isna(value) else value for key, value in found.iloc[0].to_dict().items()}


@pytest.mark.parametrize("events", [True, False], ids=["events", "no events"])
def test_derive_grades_of_200_random_cohorts_equals_brute_force(events):
    seeds = range(175) if events else range(175, 200)
    cohorts = [random_cohort(seed, events=events) for seed in seeds]
    together = joined_cohorts(cohorts)
    found = derive(together["courses"], together["labs"], together["events"])
    rows = {(row.course_row, row.term, row.variant): row for row in found.itertuples()}
    differing, number = [], 0
    for cohort in cohorts:
        for course in cohort["courses"]:
            for term in TERMS:
                for variant in ("ckd-epi-2009", "ckd-epi-2021") if term == "chronic kidney disease" else ("",):
                    row = rows.get((number, term, variant))
                    ours = Graded() if row is None else _graded(row)
                    theirs = grade_term(cohort, course, term, variant)
                    if ours != theirs:
                        differing.append((course["patient_id"], course["course"], term, variant, ours, theirs))
            number += 1
    assert differing == []
    assert number > 100


def _graded(row) -> Graded:
    grades = [None if pd.isna(value) else int(value) for value in (row.baseline, row.highest, row.delta)]
    return Graded(*grades, bool(row.pre_existing), bool(row.emergent), bool(row.assessed))


COURSE = {
    "patient_id": "A",
    "course": 1,
    "sex": "male",
    "age_years": 55.0,
    "first_cycle_date": date(2020, 1, 10),
    "last_cycle_date": date(2020, 6, 1),
    "n_cycles": 3,
    "ae_assessed": None,
}
LAB = {"patient_id": "A", "analyte": "haemoglobin", "value": 13.0, "unit": "g/dL", "lln": 13.0, "uln": 17.0}
EVENT = {"patient_id": "A", "term": "diarrhoea", "grade": 2, "end_date": None, "baseline_grade": None, "pattern": None}
LAST_DAY = date(2020, 8, 10)  # 1 June and 70 days


def haemoglobin(*values: tuple[date, float | None]) -> list[dict]:
    """Measurements of haemoglobin, g/dL."""
    return [LAB | {"date": day, "value": value} for day, value in values]


@pytest.mark.parametrize(
    ("day", "highest"),
    [
        (date(2020, 1, 9), None),
        (date(2020, 1, 10), None),
        (date(2020, 1, 11), 3),
        (LAST_DAY, 3),
        (date(2020, 8, 11), None),
    ],
)
def test_window_of_laboratory_values_opens_on_day_1_and_closes_70_days_after_the_last_cycle(day, highest):
    row = one(derive([COURSE], haemoglobin((day, 7.0))), "anaemia")
    assert row["highest"] == highest
    assert row["baseline"] == (3 if day <= COURSE["first_cycle_date"] else None)


def test_window_closes_on_the_day_before_the_next_course():
    again = COURSE | {"course": 2, "first_cycle_date": date(2020, 7, 1), "last_cycle_date": date(2020, 9, 1)}
    values = haemoglobin((date(2020, 6, 30), 9.0), (date(2020, 7, 1), 7.5), (date(2020, 7, 2), 12.0))
    found = derive([COURSE, again], values)
    assert [one(found, "anaemia", row)["highest"] for row in (0, 1)] == [2, 1]
    assert one(found, "anaemia", 1)["baseline"] == 3


def test_baseline_is_the_last_value_on_or_before_the_first_day():
    values = haemoglobin((date(2019, 12, 1), 7.0), (date(2020, 1, 8), 9.0), (date(2020, 2, 1), 7.9))
    row = one(derive([COURSE], values), "anaemia")
    assert (row["baseline"], row["highest"], row["delta"], row["source"]) == (2, 3, 1, "labs")
    assert row["worst_date"] == pd.Timestamp(2020, 2, 1)


def test_delta_is_0_when_the_course_is_milder_than_the_baseline():
    row = one(derive([COURSE], haemoglobin((date(2020, 1, 8), 9.0), (date(2020, 2, 1), 12.0))), "anaemia")
    assert (row["baseline"], row["highest"], row["delta"]) == (2, 1, 0)


def test_delta_is_missing_without_a_baseline():
    row = one(derive([COURSE], haemoglobin((date(2020, 2, 1), 9.0))), "anaemia")
    assert (row["baseline"], row["highest"], row["delta"], row["assessed"]) == (None, 2, None, True)


def test_delta_is_not_given_for_terms_relative_to_baseline():
    liver = LAB | {"analyte": "ALT", "unit": "U/L", "lln": None, "uln": 40.0}
    values = [liver | {"date": date(2020, 1, 8), "value": 50.0}, liver | {"date": date(2020, 3, 1), "value": 160.0}]
    row = one(derive([COURSE], values), "ALT increased")
    assert (row["baseline"], row["highest"], row["delta"]) == (1, 2, None)  # 3.2 x an abnormal baseline


def test_value_without_limit_leaves_0_against_1_missing_and_says_so():
    row = one(derive([COURSE], [LAB | {"date": date(2020, 2, 1), "value": 10.5, "lln": None}]), "anaemia")
    assert (row["highest"], row["assessed"], row["source"]) == (None, False, "limit of normal missing")


def test_value_of_unknown_unit_is_not_graded_and_counted():
    values = [LAB | {"date": date(2020, 2, 1), "unit": unit} for unit in ("stone", None)]
    row = one(derive([COURSE], values), "anaemia")
    assert (row["highest"], row["assessed"], row["ungraded"], row["source"]) == (None, False, 2, "unit unknown")


def test_no_value_has_no_row():
    assert derive([COURSE], haemoglobin((date(2020, 2, 1), None))).empty


def test_last_cycle_unknown_is_not_graded_unless_there_was_one_cycle():
    values = haemoglobin((date(2020, 2, 1), 9.0))
    assert derive([COURSE | {"last_cycle_date": None}], values).empty
    assert one(derive([COURSE | {"last_cycle_date": None, "n_cycles": 1}], values), "anaemia")["highest"] == 2


@pytest.mark.parametrize(
    ("onset", "end", "highest", "pre_existing", "emergent"),
    [
        (date(2019, 1, 1), date(2020, 1, 9), 0, False, False),
        (date(2019, 1, 1), date(2020, 1, 10), 2, True, False),
        (date(2019, 1, 1), None, 2, True, False),
        (date(2020, 1, 10), date(2020, 1, 10), 2, False, True),
        (LAST_DAY, None, 2, False, True),
        (date(2020, 8, 11), None, 0, False, False),
    ],
)
def test_event_counts_when_its_time_meets_the_window(onset, end, highest, pre_existing, emergent):
    events = [EVENT | {"onset_date": onset, "end_date": end}]
    row = one(derive([COURSE], events=events), "diarrhoea")
    assert (row["highest"], row["pre_existing"], row["emergent"]) == (highest, pre_existing, emergent)
    assert row["baseline"] == (None if pre_existing else 0)


def test_event_pre_existing_takes_its_stated_baseline_grade():
    events = [EVENT | {"onset_date": date(2019, 5, 1), "baseline_grade": 1, "pattern": "chronic"}]
    row = one(derive([COURSE], events=events), "diarrhoea")
    assert (row["baseline"], row["highest"], row["delta"], row["pattern"]) == (1, 2, 1, "chronic")


@pytest.mark.parametrize("unread", [{"grade": None}, {"onset_date": None}])
def test_event_whose_grade_or_onset_could_not_be_read_is_not_grade_0(unread):
    event = EVENT | {"onset_date": date(2020, 3, 1)} | unread
    row = one(derive([COURSE], events=[event]), "diarrhoea")
    assert (row["highest"], row["assessed"], row["source"]) == (None, False, "event without grade or onset")
    known = EVENT | {"onset_date": date(2020, 4, 1), "grade": 1}
    assert one(derive([COURSE], events=[event, known]), "diarrhoea")["highest"] == 1
    over = event | {"end_date": date(2020, 1, 1)}
    assert one(derive([COURSE], events=[over]), "diarrhoea")["highest"] == 0


def test_event_and_laboratory_value_of_one_term_the_worse_counts():
    event = EVENT | {"term": "anaemia", "grade": 4, "onset_date": date(2020, 5, 1)}
    row = one(derive([COURSE], haemoglobin((date(2020, 2, 1), 7.0)), [event]), "anaemia")
    assert (row["highest"], row["source"], row["worst_date"]) == (4, "event", pd.Timestamp(2020, 5, 1))
    row = one(derive([COURSE], haemoglobin((date(2020, 2, 1), 7.0)), [event | {"grade": 1}]), "anaemia")
    assert (row["highest"], row["source"], row["worst_date"]) == (3, "labs", pd.Timestamp(2020, 2, 1))


def test_symptom_without_event_is_grade_0_only_where_followed_up():
    events = [EVENT | {"onset_date": date(2020, 2, 1)}]
    others = [COURSE | {"patient_id": name, "ae_assessed": followed} for name, followed in (("B", True), ("C", False))]
    found = derive([COURSE, *others], events=events)
    assert [one(found, "nausea", row)["highest"] for row in (0, 1)] == [0, 0]
    assert found[found.course_row == 2].empty
    assert derive([COURSE]).empty


def test_event_of_a_course_that_was_not_followed_up_is_kept_and_not_assessed():
    events = [EVENT | {"onset_date": date(2020, 2, 1)}]
    row = one(derive([COURSE | {"ae_assessed": False}], events=events), "diarrhoea")
    assert (row["highest"], row["assessed"]) == (2, False)


def test_stated_grades_serve_where_there_is_no_value():
    stated = {"anaemia_baseline_grade": 1, "anaemia_highest_grade": 3, "nausea_highest_grade": 1}
    found = derive([COURSE | stated])
    assert [one(found, "anaemia")[key] for key in ("baseline", "highest", "delta", "source")] == [1, 3, 2, "stated"]
    assert [one(found, "nausea")[key] for key in ("baseline", "highest", "delta", "assessed")] == [None, 1, None, True]
    measured = one(derive([COURSE | stated], haemoglobin((date(2020, 2, 1), 13.5))), "anaemia")
    assert (measured["highest"], measured["baseline"], measured["source"]) == (0, 1, "labs")


def test_kidney_disease_by_stated_egfr_or_creatinine_and_equation():
    creatinine = LAB | {"analyte": "creatinine", "unit": "mg/dL", "lln": None, "uln": 1.2}
    values = [creatinine | {"date": date(2020, 2, 1), "value": 1.33}]  # 2021: 63, 2009: 60 less a little
    found = derive([COURSE], values)
    by_equation = [
        one(found, "chronic kidney disease", variant=one_)["highest"] for one_ in ("ckd-epi-2009", "ckd-epi-2021")
    ]
    assert by_equation == [2, 1]
    stated = LAB | {"analyte": "eGFR", "unit": "mL/min/1.73 m²", "lln": None, "date": date(2020, 2, 1), "value": 28.0}
    found = derive([COURSE], [*values, stated])
    assert one(found, "chronic kidney disease", variant="ckd-epi-2021")["highest"] == 3
    assert one(derive([COURSE | {"sex": None}], values), "creatinine increased")["highest"] == 1


def test_grades_do_not_depend_on_the_order_of_rows():
    cohort = random_cohort(11)
    first = derive(cohort["courses"], cohort["labs"], cohort["events"])
    second = derive(cohort["courses"], cohort["labs"][::-1], cohort["events"][::-1])
    pd.testing.assert_frame_equal(first, second)

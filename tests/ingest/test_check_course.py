"""What a course, or the courses of a patient, say twice and not the same: each with its place and message."""

import pytest

from core.ingest import read_source
from tests.ingest.files import TODAY, cells, read, write

CASES = {
    "birth after start": (
        "birth_year,first_cycle_date,death_date",
        ["2020,2020-06-01,2021-01-01"],
        "error",
        "birth_after_start",
        2,
        "birth_year",
        "The year of birth, 2020, is not before the first cycle, 2020-06-01.",
    ),
    "age against birth": (
        "birth_year,age_years,first_cycle_date,death_date",
        ["1950,69,2020-06-01,2021-01-01", "1950,70.4,2020-06-01,2021-01-01", "1950,60,2020-06-01,2021-01-01"],
        "warning",
        "age_contradicts_birth",
        4,
        "age_years",
        "An age of 60 at the first cycle, 2020-06-01, does not go with a birth in 1950.",
    ),
    "mitoses alone": (
        "grade,mitoses_per_2mm2",
        ["2,1", "1,5"],
        "warning",
        "grade_contradicts_mitoses",
        3,
        "grade",
        "Grade 1 is stated, but 5 mitoses per 2 mm² make at least grade 2.",
    ),
    "mitoses with Ki-67": (
        "grade,ki67_percent,mitoses_per_2mm2",
        ["3,4,21", "2,4,21"],
        "warning",
        "grade_contradicts_ki67",
        3,
        "grade",
        "Grade 2 is stated, but a Ki-67 of 4 % and 21 mitoses per 2 mm² makes grade 3.",
    ),
    "OS event no, dead": (
        "first_cycle_date,death_date,os_event",
        ["2020-01-01,2021-01-01,1", "2020-01-01,2021-01-01,0"],
        "warning",
        "event_contradicts_date",
        3,
        "os_event",
        "The OS event is no, but there is a date of death, 2021-01-01.",
    ),
    "OS event yes, no date": (
        "first_cycle_date,death_date,last_contact_date,os_event",
        ["2020-01-01,,2021-01-01,1"],
        "error",
        "event_without_date",
        2,
        "os_event",
        "The OS event is yes (dead), but there is no date of death; the patient counts neither as dead nor as alive, "
        "and has no time of what only the death could end.",
    ),
    "OS event yes, no date, but a time": (
        "first_cycle_date,death_date,last_contact_date,os_days,os_event",
        ["2020-01-01,,2021-01-01,380,1"],
        "warning",
        "event_without_date",
        2,
        "os_event",
        "The OS event is yes (dead), but there is no date of death; the stated time is used.",
    ),
    "PFS event no, progressed": (
        "first_cycle_date,progression_date,last_contact_date,pfs_event",
        ["2020-01-01,2020-07-01,2021-01-01,no"],
        "warning",
        "event_contradicts_date",
        2,
        "pfs_event",
        "The PFS event is no, but there is a date of progression, 2020-07-01.",
    ),
    "PFS event no, dead": (
        "first_cycle_date,progression_date,death_date,pfs_event",
        ["2020-01-01,,2021-01-01,no"],
        "warning",
        "event_contradicts_date",
        2,
        "pfs_event",
        "The PFS event is no, but there is a date of death, 2021-01-01.",
    ),
    "PFS event yes, no date": (
        "first_cycle_date,progression_date,last_contact_date,pfs_event",
        ["2020-01-01,,2021-01-01,yes"],
        "error",
        "event_without_date",
        2,
        "pfs_event",
        "The PFS event is yes, but there is neither a date of progression nor of death; the row has no PFS time, "
        "unless a new treatment ends it.",
    ),
    "OS time against dates": (
        "first_cycle_date,death_date,os_months,os_event",
        ["2020-01-01,2021-01-01,12,1", "2020-01-01,2021-01-01,24,1"],
        "warning",
        "time_contradicts_dates",
        3,
        "os_months",
        "The time is 730 days, but by the dates it is 366 days.",
    ),
    "PFS time against dates": (
        "first_cycle_date,progression_date,last_contact_date,pfs_days,pfs_event",
        ["2020-01-01,2020-07-01,2021-01-01,182,1", "2020-01-01,2020-07-01,2021-01-01,300,1"],
        "warning",
        "time_contradicts_dates",
        3,
        "pfs_days",
        "The time is 300 days, but by the dates it is 182 days.",
    ),
    "PFS longer than OS": (
        "pfs_days,pfs_event,os_days,os_event",
        ["100,0,100,0", "200,0,100,0"],
        "warning",
        "pfs_longer_than_os",
        3,
        "pfs_days",
        "The PFS time, 200 days, is longer than the OS time, 100 days.",
    ),
    "MDS before start": (
        "first_cycle_date,last_contact_date,mds_date",
        ["2020-01-01,2021-01-01,2019-12-31"],
        "error",
        "mds_before_start",
        2,
        "mds_date",
        "The date of the myelodysplastic syndrome, 2019-12-31, is before the first course, 2020-01-01.",
    ),
    "leukaemia before start": (
        "first_cycle_date,last_contact_date,leukaemia_date",
        ["2020-01-01,2021-01-01,2019-12-31"],
        "error",
        "leukaemia_before_start",
        2,
        "leukaemia_date",
        "The date of the leukaemia, 2019-12-31, is before the first course, 2020-01-01.",
    ),
    "progression after last contact": (
        "first_cycle_date,progression_date,last_contact_date",
        ["2020-01-01,2021-02-01,2021-01-01"],
        "warning",
        "date_after_last_contact",
        2,
        "progression_date",
        "The date of progression, 2021-02-01, is after the last contact, 2021-01-01.",
    ),
    "basis without date": (
        "first_cycle_date,last_contact_date,progression_date,progression_basis",
        ["2020-01-01,2021-01-01,,RECIST"],
        "warning",
        "basis_without_date",
        2,
        "progression_basis",
        "There is a basis of progression, but no date.",
    ),
    "one cycle of many days": (
        "first_cycle_date,last_cycle_date,n_cycles,last_contact_date",
        ["2020-01-01,2020-08-01,4,2021-01-01", "2020-01-01,2020-08-01,1,2021-01-01"],
        "warning",
        "cycles_contradict_dates",
        3,
        "n_cycles",
        "1 cycle between 2020-01-01 and 2020-08-01, 213 days, cannot be right.",
    ),
    "four cycles in a month": (
        "first_cycle_date,last_cycle_date,n_cycles,last_contact_date",
        ["2020-01-01,2020-01-31,4,2021-01-01"],
        "warning",
        "cycles_contradict_dates",
        2,
        "n_cycles",
        "4 cycles between 2020-01-01 and 2020-01-31, 30 days, cannot be right.",
    ),
    "activity against cycles": (
        "n_cycles,total_activity_gbq",
        ["4,29.6", "1,29.6"],
        "warning",
        "activity_contradicts_cycles",
        3,
        "total_activity_gbq",
        "29.6 GBq in 1 cycles makes 29.6 GBq each; 0.5 to 12 is plausible.",
    ),
    "sodium beyond what is possible": (
        "sodium_mmol_l",
        ["139", "1390"],
        "error",
        "impossible_value",
        3,
        "sodium_mmol_l",
        "'1390' is not possible: Sodium is 60 to 250 mmol/L.",
    ),
}


def found(ingested):
    return [one for one in ingested.problems if one.code not in ("no_times", "no_follow_up", "missing_event_column")]


@pytest.mark.parametrize("name", CASES)
def test_course_says_it_twice(tmp_path, name):
    fields, rows, severity, code, line, column, message = CASES[name]
    text = f"patient_id,course,{fields}\n" + "".join(f"P{n},1,{row}\n" for n, row in enumerate(rows, 1))
    (problem,) = found(read(tmp_path, text))
    assert (problem.severity, problem.code, problem.line, problem.column) == (severity, code, line, column)
    assert problem.message == message
    assert problem.remedy.endswith(".")


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        (
            "first_cycle_date,progression_date,new_treatment_date,last_contact_date,pfs_event",
            "2020-01-01,2020-09-01,2020-07-01,2021-01-01,no",
        ),
        ("first_cycle_date,death_date,os_months,os_event", "2020-01-01,2021-01-01,12.9,1"),
        ("pfs_months,pfs_event,os_months,os_event", "12.4,0,12,0"),
        ("first_prrt_elsewhere,first_cycle_date,last_contact_date,mds_date", "yes,2020-01-01,2021-01-01,2019-12-31"),
        (
            "first_cycle_date,progression_date,last_contact_date,death_date",
            "2020-01-01,2021-02-01,2021-01-01,2021-03-01",
        ),
        ("os_days,os_event", "100,1"),
        ("first_cycle_date,last_cycle_date,n_cycles,last_contact_date", "2020-01-01,2020-01-01,1,2021-01-01"),
    ],
)
def test_course_that_may_be_right_is_not_reported(tmp_path, fields, row):
    assert found(read(tmp_path, f"patient_id,course,{fields}\nP1,1,{row}\n")) == []


@pytest.mark.parametrize(
    ("second", "code", "column", "message"),
    [
        (
            "male,2020-08-01,2020-09-01",
            "courses_overlap",
            "first_cycle_date",
            "The first cycle of this course, 2020-08-01, is not after the last cycle of the course before, 2020-08-15.",
        ),
        (
            "male,2019-08-01,2019-09-01",
            "courses_out_of_order",
            "first_cycle_date",
            "The first cycle of this course, 2019-08-01, is not after that of the course before, 2020-01-01.",
        ),
        (
            "female,2021-08-01,2021-09-01",
            "differs_between_courses",
            "sex",
            "The sex is another one than in an earlier row of the same patient.",
        ),
    ],
)
def test_courses_of_one_patient(tmp_path, second, code, column, message):
    text = (
        "patient_id,course,sex,first_cycle_date,last_cycle_date,last_contact_date\n"
        f"P1,2,{second},2022-01-01\nP1,1,male,2020-01-01,2020-08-15,2022-01-01\nP2,1,female,2019-01-01,,2022-01-01\n"
    )
    (problem,) = found(read(tmp_path, text))
    line = 3 if code == "differs_between_courses" else 2
    assert (problem.severity, problem.code, problem.line, problem.column) == ("warning", code, line, column)
    assert problem.message == message


def test_courses_in_order_are_not_reported(tmp_path):
    text = "patient_id,course,sex,first_cycle_date,last_cycle_date,last_contact_date\n"
    text += "P1,1,male,2020-01-01,2020-08-15,2022-01-01\nP1,2,male,2021-01-01,2021-08-15,2022-01-01\n"
    assert read(tmp_path, text).problems == ()


def cycles(tmp_path, rows, course="2,2020-01-01,2020-03-01,14.8,2021-01-01"):
    write(
        tmp_path,
        "patient_id,course,n_cycles,first_cycle_date,last_cycle_date,total_activity_gbq,last_contact_date\n"
        f"P1,1,{course}\n",
    )
    write(
        tmp_path, "patient_id,course,cycle,date,activity_gbq\n" + "".join(f"P1,1,{row}\n" for row in rows), "cycles.csv"
    )
    return read_source(tmp_path, today=TODAY)


TWO = ["1,2020-01-01,7.4", "2,2020-03-01,7.4"]


def test_cycles_that_agree_with_their_course(tmp_path):
    assert cycles(tmp_path, TWO).problems == ()
    assert cycles(tmp_path, reversed(TWO)).problems == ()


@pytest.mark.parametrize(
    ("course", "column", "message"),
    [
        (
            "4,2020-01-01,2020-03-01,14.8,2021-01-01",
            "n_cycles",
            "The course states 4 cycles, and the cycles table holds 2 of it.",
        ),
        (
            "2,2020-01-02,2020-03-01,14.8,2021-01-01",
            "first_cycle_date",
            "The date of the first cycle, 2020-01-02, is another one than in the cycles table, 2020-01-01.",
        ),
        (
            "2,2020-01-01,2020-03-09,14.8,2021-01-01",
            "last_cycle_date",
            "The date of the last cycle, 2020-03-09, is another one than in the cycles table, 2020-03-01.",
        ),
        (
            "2,2020-01-01,2020-03-01,12,2021-01-01",
            "total_activity_gbq",
            "The course states 12 GBq in all, and its cycles sum to 14.8 GBq.",
        ),
    ],
)
def test_cycles_against_their_course(tmp_path, course, column, message):
    problem = next(one for one in cycles(tmp_path, TWO, course).problems if one.code == "cycles_contradict_course")
    assert (problem.severity, problem.table, problem.line, problem.column) == ("warning", "courses", 2, column)
    assert problem.message == message


@pytest.mark.parametrize(
    ("rows", "code", "line", "column", "message"),
    [
        (
            ["1,2020-01-01,7.4", "3,2020-03-01,7.4"],
            "cycle_missing",
            3,
            "cycle",
            "Cycle 3 of this course follows cycle 1; a cycle between is missing.",
        ),
        (
            ["2,2020-01-01,7.4", "3,2020-03-01,7.4"],
            "cycle_missing",
            2,
            "cycle",
            "Cycle 2 of this course follows nothing; a cycle between is missing.",
        ),
        (
            ["2,2020-01-01,7.4", "1,2020-03-01,7.4"],
            "cycles_out_of_order",
            2,
            "date",
            "The date, 2020-01-01, is not after that of the cycle before, 2020-03-01.",
        ),
    ],
)
def test_cycles_in_themselves(tmp_path, rows, code, line, column, message):
    (problem,) = cycles(tmp_path, rows).problems
    assert (problem.severity, problem.code, problem.table, problem.line, problem.column, problem.message) == (
        "warning",
        code,
        "cycles",
        line,
        column,
        message,
    )


def test_cycles_implausibly_far_apart(tmp_path):
    ingested = cycles(tmp_path, ["1,2020-01-01,7.4", "2,2021-03-01,7.4"], "2,2020-01-01,2021-03-01,14.8,2022-01-01")
    problem = next(one for one in ingested.problems if one.table == "cycles")
    assert (problem.code, problem.line) == ("implausible_gap", 3)
    assert problem.message == "425 days lie between this cycle, 2021-03-01, and the one before, 2020-01-01."


def labs(tmp_path, rows):
    write(tmp_path, "patient_id,course,first_cycle_date,last_contact_date\nP1,1,2020-01-01,2021-01-01\n")
    header = "patient_id,date,analyte,value,unit,lln,uln\n"
    write(tmp_path, header + "".join(f"P1,2020-01-02,{row}\n" for row in rows), "labs.csv")
    return read_source(tmp_path, today=TODAY)


@pytest.mark.parametrize(
    ("row", "severity", "code", "column", "message", "kept"),
    [
        (
            "Hb,131,g/dL,,",
            "error",
            "impossible_value",
            "value",
            "haemoglobin of 131 g/dL is not possible; the value is not used.",
            None,
        ),
        ("Hb,131,g/L,,", "", "", "", "", 131),
        ("platelets,250000,/uL,,", "", "", "", "", 250000),
        (
            "creatinine,90,mg/dL,,",
            "error",
            "impossible_value",
            "value",
            "creatinine of 90 mg/dL is not possible; the value is not used.",
            None,
        ),
        (
            "sodium,13.9,mmol/L,,",
            "error",
            "impossible_value",
            "value",
            "sodium of 13.9 mmol/L is not possible; the value is not used.",
            None,
        ),
        (
            "sodium,185,mmol/L,,",
            "warning",
            "implausible_value",
            "value",
            "sodium of 185 mmol/L lies outside the plausible range, 100 to 180; it is kept.",
            185,
        ),
        (
            "ALT,30,U/L,40,5",
            "warning",
            "limits_exchanged",
            "lln",
            "The lower limit of normal, 40, is above the upper one, 5.",
            30,
        ),
    ],
)
def test_laboratory_value(tmp_path, row, severity, code, column, message, kept):
    ingested = labs(tmp_path, ["Hb,13,g/dL,12,16", row])
    said = [(one.severity, one.code, one.line, one.column, one.message) for one in ingested.problems]
    assert said == ([(severity, code, 3, column, message)] if code else [])
    assert cells(ingested, "value", "labs")[1] == kept


def test_adverse_event_of_grade_5_without_a_death(tmp_path):
    write(tmp_path, "patient_id,first_cycle_date,last_contact_date,death_date\nP1,2020-01-01,2021-01-01,\n")
    write(tmp_path, "patient_id,term,grade,onset_date\nP1,nausea,5,2020-02-02\n", "adverse_events.csv")
    (problem,) = read_source(tmp_path, today=TODAY).problems
    assert (problem.severity, problem.code, problem.line) == ("warning", "grade_5_without_death", 2)

"""What cannot be true together, within a course and across tables: each with its full problem."""

from datetime import date
from pathlib import Path

import pytest

from core.ingest import read_source
from core.problems import NO_PATIENT, Problem
from tests.ingest.files import TODAY, cells, one_problem, read, write, xlsx

TWO = "Correct whichever of the two is wrong."


def course(tmp_path, fields, *rows):
    return read(tmp_path, f"patient_id,course,{fields}\n" + "".join(f"P{n},1,{row}\n" for n, row in enumerate(rows, 1)))


@pytest.mark.parametrize(
    ("field", "code", "what"),
    [
        ("death_date", "death_before_start", "The date of death"),
        ("progression_date", "progression_before_start", "The date of progression"),
        ("new_treatment_date", "new_treatment_before_start", "The date of the new treatment"),
        ("last_cycle_date", "last_cycle_before_start", "The date of the last cycle"),
    ],
)
def test_before_start(tmp_path, field, code, what):
    ingested = course(
        tmp_path,
        f"first_cycle_date,{field},last_contact_date",
        "2020-06-01,2020-05-31,",
        "2020-06-01,2020-06-01,2021-01-01",
    )
    problem = next(one for one in ingested.problems if one.code == code)
    message = f"{what}, 2020-05-31, is before the first cycle, 2020-06-01."
    assert problem == Problem("error", code, "courses", 2, field, "2020-05-31", message, TWO)
    assert cells(ingested, field) == [date(2020, 5, 31), date(2020, 6, 1)]


def test_last_contact_before_start(tmp_path):
    ingested = course(tmp_path, "first_cycle_date,last_contact_date", "01/06/2020,31/05/2020")
    message = "The date of last contact, 2020-05-31, is before the first cycle, 2020-06-01."
    assert one_problem(ingested) == Problem(
        "error", "last_contact_before_start", "courses", 2, "last_contact_date", "31/05/2020", message, TWO
    )


def test_after_death(tmp_path):
    ingested = course(tmp_path, "first_cycle_date,progression_date,death_date", "2020-06-01,2021-02-01,2021-01-01")
    message = "The date of progression, 2021-02-01, is after the death, 2021-01-01."
    assert one_problem(ingested) == Problem(
        "warning", "date_after_death", "courses", 2, "progression_date", "2021-02-01", message, TWO
    )


def test_after_death_of_another_row_of_the_patient(tmp_path):
    text = "patient_id,course,first_cycle_date,death_date\nP1,1,2020-01-01,2021-01-01\nP1,2,2021-06-01,\n"
    problem = one_problem(read(tmp_path, text))
    assert (problem.code, problem.line, problem.column) == ("date_after_death", 3, "first_cycle_date")


def test_future_date(tmp_path):
    ingested = course(tmp_path, "first_cycle_date,last_contact_date", "2020-06-01,2026-01-02", "2020-06-01,2026-01-01")
    assert one_problem(ingested) == Problem(
        "error", "future_date", "courses", 2, "last_contact_date", "2026-01-02",
        "'2026-01-02' is later than today, 2026-01-01.", "Correct the date, or leave the cell empty.",
    )  # fmt: skip
    assert cells(ingested, "last_contact_date") == [None, date(2026, 1, 1)]
    assert ingested.data_cutoff == date(2026, 1, 1)


def test_impossible_date(tmp_path):
    ingested = course(tmp_path, "first_cycle_date,last_contact_date", "2020-02-30,2021-01-01")
    assert one_problem(ingested) == Problem(
        "error", "impossible_date", "courses", 2, "first_cycle_date", "2020-02-30",
        "'2020-02-30' is no date: there is no 30 February 2020.", "Look up the date.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31/02/2023", "there is no 31 February 2023"),
        ("29 feb 2023", "there is no 29 February 2023"),
        ("00/05/2023", "there is no day 0"),
        ("2023-00-05", "there is no month 0"),
        ("13/13/2023", "there is no month 13"),
    ],
)
def test_impossible_date_says_what_there_is_not(tmp_path, written, why):
    ingested = course(tmp_path, "first_cycle_date,last_contact_date", f"2020-02-03,{written}")
    found = next(one for one in ingested.problems if one.code == "impossible_date")
    assert (found.message, found.remedy) == (f"'{written}' is no date: {why}.", "Look up the date.")


TWINS = "patient_id,sex,age_years,primary_site,grade,first_cycle_date,last_contact_date\n"
TWIN = "m,61,pancreas,2,2020-01-01,2021-02-03"


def twins(tmp_path, *rows):
    """Of rows that say the same, or nearly."""
    found = read(tmp_path, TWINS + "".join(f"{row}\n" for row in rows)).problems
    return [one for one in found if one.code == "possible_duplicate"]


def test_rows_of_two_patients_that_say_the_same_are_possible_duplicates(tmp_path):
    found = twins(tmp_path, f"P1,{TWIN}", "P2,f,50,pancreas,1,2020-05-05,2022-01-01", f"P3,{TWIN}", f"P4,{TWIN}")
    message = "Every value is the same as on line 2, which is of another patient."
    remedy = "If both are one patient, delete one of the two rows; if not, leave them."
    assert found == [
        Problem("warning", "possible_duplicate", "courses", line, "patient_id", patient, message, remedy)
        for line, patient in ((4, "P3"), (5, "P4"))
    ]


@pytest.mark.parametrize(
    "other",
    [
        "m,61,pancreas,2,2020-01-01,2021-02-04",
        "m,61,pancreas,,2020-01-01,2021-02-03",
        "m,,pancreas,2,2020-01-01,2021-02-03",
    ],
)
def test_rows_that_differ_in_one_value_are_no_duplicates(tmp_path, other):
    assert twins(tmp_path, f"P1,{TWIN}", f"P2,{other}") == []


def test_rows_of_few_values_or_without_a_date_are_no_duplicates(tmp_path):
    few = "m,61,pancreas,,2020-01-01,2021-02-03"
    assert twins(tmp_path, f"P1,{few}", f"P2,{few}") == []
    undated = "patient_id,sex,age_years,primary_site,grade,os_days,os_event\n"
    found = read(tmp_path, undated + "P1,m,61,pancreas,2,500,1\nP2,m,61,pancreas,2,500,1\n").problems
    assert not [one for one in found if one.code == "possible_duplicate"]


def test_demo_cohort_has_no_possible_duplicates():
    found = read_source(Path(__file__).parents[2] / "data" / "demo").problems
    assert not [one for one in found if one.code == "possible_duplicate"]


def test_problem_of_a_sheet_names_the_sheet_and_its_line(tmp_path):
    head = ["patient_id", "first_cycle_date", "last_contact_date"]
    book = xlsx(tmp_path / "b.xlsx", {"Feuil1": [head, ["P1", "2020-01-01", "31/02/2023"]]})
    said = [one.sentence() for one in read_source(book, today=TODAY).problems if one.code == "impossible_date"]
    assert said == [
        "sheet Feuil1, line 2, 'last_contact_date': '31/02/2023' is no date: there is no 31 February 2023. "
        "Look up the date."
    ]


def test_duplicate_course_keeps_the_first(tmp_path):
    text = "patient_id,course,age_years\nP1,1,60\nP2,1,61\nP1,1,62\nP1,2,63\nP1,1,64\n"
    ingested = read(tmp_path, text)
    found = [one for one in ingested.problems if one.code == "duplicate_course"]
    assert found[0] == Problem(
        "error", "duplicate_course", "courses", 4, "patient_id", "P1, course 1",
        "Patient and course stand on line 2 before; this row is left out.",
        "Delete one of the two rows, or correct the patient or the course.",
    )  # fmt: skip
    assert [one.line for one in found] == [4, 6]
    assert cells(ingested, "age_years") == [60.0, 61.0, 63.0]
    assert cells(ingested, "line") == [2, 3, 5]
    assert (ingested.rows_read, ingested.rows_kept) == (5, 3)


def test_duplicate_without_a_course_column_proposes_one(tmp_path):
    problem = one_problem(read(tmp_path, "patient_id,age_years\nP1,60\nP1,61\n"))
    assert problem.remedy.startswith("Add a column 'course' (1, 2, 3)")


def test_rows_of_an_unreadable_course_are_no_duplicates(tmp_path):
    assert read(tmp_path, "patient_id,course\nP1,one\nP1,two\n").rows_kept == 2


def test_course_empty_is_course_1_with_a_warning(tmp_path):
    ingested = read(tmp_path, "patient_id,course\nP1,\nP2,2\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.line) == ("warning", "missing_course", 2)
    assert cells(ingested, "course") == [1, 2]


def test_patient_empty_is_one_of_its_own(tmp_path):
    ingested = read(tmp_path, "patient_id,course\n,1\n,1\nP2,1\n")
    assert cells(ingested, "patient_id") == ["line 2", "line 3", "P2"]
    assert [(one.code, one.line) for one in ingested.problems if one.line] == [
        ("missing_patient_id", 2),
        ("missing_patient_id", 3),
    ]


def test_patients_absent_are_numbered_and_it_is_said(tmp_path):
    ingested = read(tmp_path, "age,sex\n60,m\n61,f\n")
    assert cells(ingested, "patient_id") == ["1", "2"]
    assert cells(ingested, "course") == [1, 1]
    assert "courses: no column names the patient; each row is taken as one patient, '1', '2', ...." in ingested.changes
    (problem,) = [one for one in ingested.problems if one.code == NO_PATIENT]
    assert (problem.severity, problem.line) == ("warning", None)
    assert "each row is taken as one patient" in problem.message
    assert "--map patient_id=HEADER" in problem.remedy
    assert problem.shown_remedy == "If a column names the patient, choose Patient for it among the columns."


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,15,", "Grade 1 is stated, but a Ki-67 of 15 % makes grade 2."),
        ("3,20,", "Grade 3 is stated, but a Ki-67 of 20 % makes grade 2."),
        ("2,20.1,", "Grade 2 is stated, but a Ki-67 of 20.1 % makes grade 3."),
        ("1,1,2", "Grade 1 is stated, but a Ki-67 of 1 % and 2 mitoses per 2 mm² makes grade 2."),
    ],
)
def test_grade_contradicts_ki67(tmp_path, row, message):
    ingested = course(tmp_path, "grade,ki67_percent,mitoses_per_2mm2", row)
    assert one_problem(ingested) == Problem(
        "warning", "grade_contradicts_ki67", "courses", 2, "grade", row[0], message,
        "The stated grade is kept; correct whichever is wrong.",
    )  # fmt: skip
    assert cells(ingested, "grade") == [row[0]]


@pytest.mark.parametrize("row", ["1,2.9,", "2,3,", "2,20,", "3,20.5,", "2,1,2", "3,1,21", "2,,", ",15,"])
def test_grade_agrees_with_ki67(tmp_path, row):
    assert [one.code for one in course(tmp_path, "grade,ki67_percent,mitoses_per_2mm2", row).problems] == ["no_times"]


def test_start_missing(tmp_path):
    ingested = course(tmp_path, "first_cycle_date,death_date", ",2021-01-01", "2020-01-01,2021-01-01")
    assert one_problem(ingested) == Problem(
        "error", "missing_first_cycle_date", "courses", 2, "first_cycle_date", "",
        "There is no date of the first cycle, nor a ready-made time; the row has no survival times.",
        "Fill in the date of the first cycle.",
    )  # fmt: skip


def test_start_missing_beside_a_ready_made_time_is_fine(tmp_path):
    assert course(tmp_path, "first_cycle_date,os_days,os_event", ",100,1").problems == ()


def test_last_contact_missing(tmp_path):
    ingested = course(
        tmp_path, "first_cycle_date,death_date,last_contact_date", "2020-01-01,,", "2020-01-01,2021-01-01,"
    )
    assert one_problem(ingested) == Problem(
        "error", "missing_last_contact", "courses", 2, "last_contact_date", "",
        "There is neither a date of death nor of last contact; overall survival is not known.",
        "Fill in the date of last contact, or of death.",
    )  # fmt: skip


def test_last_contact_on_another_row_of_the_patient_is_enough(tmp_path):
    text = "patient_id,course,first_cycle_date,last_contact_date\nP1,1,2020-01-01,\nP1,2,2020-09-01,2021-01-01\n"
    assert read(tmp_path, text).problems == ()


def test_times_absent_is_said_once(tmp_path):
    (problem,) = read(tmp_path, "patient_id,age_years\nP1,60\nP2,61\n").problems
    assert (problem.severity, problem.code, problem.line) == ("warning", "no_times", None)


def test_event_missing(tmp_path):
    ingested = course(tmp_path, "os_days,os_event", "100,", "200,1")
    assert one_problem(ingested) == Problem(
        "error", "missing_event", "courses", 2, "os_event", "",
        "There is a time, but not whether the event happened; the time is not used.",
        "Fill in 1 for an event, 0 for none.",
    )  # fmt: skip


def test_event_column_missing(tmp_path):
    problem = one_problem(course(tmp_path, "os_days", "100"))
    assert (problem.severity, problem.code, problem.line, problem.column) == (
        "error",
        "missing_event_column",
        None,
        "os_days",
    )


def test_after_stated_cutoff(tmp_path):
    text = "patient_id,first_cycle_date,last_contact_date\nP1,2020-01-01,2021-01-02\nP2,2020-01-01,2021-01-01\n"
    ingested = read(tmp_path, text, cutoff=date(2021, 1, 1))
    assert one_problem(ingested) == Problem(
        "warning", "date_after_cutoff", "courses", 2, "last_contact_date", "2021-01-02",
        "2021-01-02 is after the stated data cut-off, 2021-01-01.", "Correct the date or the cut-off.",
    )  # fmt: skip


def folder(tmp_path, table, text):
    write(tmp_path, "patient_id,course,first_cycle_date,death_date\nP1,1,2020-01-01,2021-01-01\n")
    write(tmp_path, text, f"{table}.csv")
    return read_source(tmp_path, today=TODAY)


@pytest.mark.parametrize(
    ("table", "text", "column"),
    [
        ("cycles", "patient_id,cycle,date\nP1,1,2020-01-01\nP9,1,2020-01-01\n", "P9"),
        ("labs", "patient_id,date,analyte,value,unit\nP1,2020-01-01,Hb,13,g/dL\nP9,2020-01-01,Hb,13,g/dL\n", "P9"),
        ("adverse_events", "patient_id,term,grade,onset_date\nP1,nausea,1,2020-01-02\np1,nausea,1,2020-01-02\n", "p1"),
    ],
)
def test_unknown_patient(tmp_path, table, text, column):
    ingested = folder(tmp_path, table, text)
    assert one_problem(ingested) == Problem(
        "error", "unknown_patient", table, 3, "patient_id", column,
        "The courses table has no such patient; the row is not used.",
        "Correct the patient, or add the patient's course to the courses table.",
    )  # fmt: skip
    assert len(ingested.tables[table]) == 2


def test_unknown_course(tmp_path):
    problem = one_problem(folder(tmp_path, "cycles", "patient_id,course,cycle,date\nP1,2,1,2020-01-01\n"))
    assert (problem.severity, problem.code, problem.line, problem.value) == ("error", "unknown_course", 2, "2")


def test_adverse_event_of_grade_7(tmp_path):
    ingested = folder(tmp_path, "adverse_events", "patient_id,term,grade,onset_date\nP1,nausea,7,2020-01-02\n")
    assert one_problem(ingested) == Problem(
        "error", "impossible_value", "adverse_events", 2, "grade", "7",
        "'7' is not possible: CTCAE grade is 0 to 5.", "Correct the value, or leave the cell empty.",
    )  # fmt: skip
    assert cells(ingested, "grade", "adverse_events") == [None]


def test_adverse_event_that_ends_before_it_begins(tmp_path):
    text = "patient_id,term,grade,onset_date,end_date\nP1,nausea,1,2020-02-02,2020-02-01\n"
    problem = one_problem(folder(tmp_path, "adverse_events", text))
    assert (problem.code, problem.line, problem.column) == ("end_before_onset", 2, "end_date")


def test_unknown_words_of_a_long_table_are_reported_once_each(tmp_path):
    text = "patient_id,date,analyte,value,unit\n" + "P1,2020-01-01,potassium,4,mmol/L\n" * 3
    problem = one_problem(folder(tmp_path, "labs", text))
    assert (problem.severity, problem.code, problem.line, problem.value) == ("error", "unknown_level", 2, "potassium")
    assert problem.message == "'potassium' is not a level of Analyte (3 rows)."


def test_unknown_unit_of_a_graded_analyte_is_reported_once(tmp_path):
    text = (
        "patient_id,date,analyte,value,unit\n"
        + "P1,2020-01-01,creatinine,90,µmol/L\n"
        + "P1,2020-01-02,Hb,8,cups\n" * 2
    )
    problem = one_problem(folder(tmp_path, "labs", text))
    assert (problem.severity, problem.code, problem.line, problem.value) == ("warning", "unknown_unit", 3, "cups")
    assert problem.message == "'cups' is not a unit known for haemoglobin; its 2 values are kept but not graded."


def test_cycle_twice(tmp_path):
    text = "patient_id,course,cycle,date\nP1,1,1,2020-01-01\nP1,1,1,2020-03-01\n"
    problem = one_problem(folder(tmp_path, "cycles", text))
    assert (problem.severity, problem.code, problem.line, problem.column) == ("warning", "duplicate_cycle", 3, "cycle")


def test_long_table_after_death(tmp_path):
    text = "patient_id,cycle,date\nP1,1,2020-01-01\nP1,2,2021-01-02\n"
    ingested = folder(tmp_path, "cycles", text)
    problem = next(one for one in ingested.problems if one.code == "date_after_death")
    assert problem.message == "The date, 2021-01-02, is after the death of the patient, 2021-01-01."


def test_long_table_without_a_needed_column_is_not_used(tmp_path):
    ingested = folder(tmp_path, "labs", "patient_id,date,analyte,value\nP1,2020-01-01,Hb,13\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.table, problem.column) == (
        "error",
        "missing_column",
        "labs",
        "unit",
    )
    assert "labs" not in ingested.tables


def test_long_table_with_an_empty_needed_cell(tmp_path):
    problem = one_problem(folder(tmp_path, "cycles", "patient_id,cycle,date\nP1,1,\n"))
    assert (problem.code, problem.line, problem.column) == ("missing_value", 2, "date")
    assert problem.message == "There is no date; the row is not used."


def test_many_problems_of_a_long_table_are_counted(tmp_path):
    ingested = folder(tmp_path, "cycles", "patient_id,cycle,date\n" + "P9,1,2020-01-01\n" * 250)
    found = [one for one in ingested.problems if one.code == "unknown_patient"]
    assert len(found) == 201
    assert next(one for one in found if one.line is None).message == "50 more rows like the ones before."

"""Delimiters, quotes, lines, ragged rows and headers of text files."""

import pytest

from core.ingest import Limits
from tests.ingest.files import cells, one_problem, read, refused


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path, delimiter):
    text = "patient_id,trial,age_years\nP1,a,60\nP2,b,61\n".replace(",", delimiter)
    assert cells(read(tmp_path, text), "age_years") == [60.0, 61.0]


def test_delimiter_semicolon_with_decimal_commas(tmp_path):
    ingested = read(tmp_path, "patient_id;ki67_percent;albumin_g_l\nP1;2,5;38,1\nP2;3,5;40,2\n")
    assert cells(ingested, "ki67_percent") == [2.5, 3.5]
    assert cells(ingested, "albumin_g_l") == [38.1, 40.2]


def test_delimiter_commas_inside_headers_do_not_mislead(tmp_path):
    ingested = read(tmp_path, "patient_id;Albumin, g/L;Sodium, mmol/L\nP1;38;140\n")
    assert ingested.mapping["albumin_g_l"] == "Albumin, g/L"
    assert cells(ingested, "sodium_mmol_l") == [140.0]


def test_delimiter_none_is_not_a_table(tmp_path):
    (problem,) = refused(tmp_path, "Dear colleague\nthe cohort is in the other file\n")
    assert (problem.severity, problem.code, problem.table, problem.line) == ("error", "not_a_table", "courses", None)
    assert problem.message.startswith("courses.csv is not a table: no comma, semicolon, tab or vertical bar")


def test_delimiter_line_of_excel_is_obeyed_and_counted(tmp_path):
    ingested = read(tmp_path, "sep=;\r\npatient_id;trial\r\nP1;a,b\r\n")
    assert cells(ingested, "trial") == ["a,b"]
    assert cells(ingested, "line") == [3]


def test_lines_are_those_a_person_sees(tmp_path):
    text = 'patient_id,trial,age_years\nP1,"two\nlines",60\n\nP2,b,61\n'
    ingested = read(tmp_path, text)
    assert cells(ingested, "line") == [2, 5]
    assert cells(ingested, "trial") == ["two\nlines", "b"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_of_every_ending(tmp_path, ending):
    text = "patient_id,age_years\nP1,60\nP2,old\n".replace("\n", ending)
    problem = one_problem(read(tmp_path, text))
    assert (problem.line, problem.column, problem.value) == (3, "age_years", "old")


@pytest.mark.parametrize(
    "text",
    [
        'patient_id,trial\nP1,a\nP2,"b\nP3,c\n',
        'patient_id,trial\nP1,a\nP2,"b"c\n',
        'patient_id,trial\nP1,a\nP2,"' + "x" * 140_000 + '"\n',
    ],
    ids=["never closed", "text after", "endless"],
)
def test_quotes_that_do_not_match_name_the_line(tmp_path, text):
    (problem,) = refused(tmp_path, text)
    assert (problem.code, problem.table, problem.line) == ("open_quotes", "courses", 3)
    assert problem.remedy == 'Close the quotation marks; write one inside a quoted value twice ("").'


def test_short_row_is_read_and_reported(tmp_path):
    ingested = read(tmp_path, "patient_id,trial,age_years\nP1,a\nP2,b,61\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.line) == ("warning", "short_row", 2)
    assert problem.message == "The row has 2 cells and the header 3; the cells after its last are read as empty."
    assert cells(ingested, "age_years") == [None, 61.0]


def test_long_row_keeps_its_first_cell_only(tmp_path):
    ingested = read(tmp_path, "patient_id,ki67_percent,age_years\nP1,2,5,60\nP2,3,61\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.line) == ("error", "long_row", 2)
    assert cells(ingested, "patient_id") == ["P1", "P2"]
    assert cells(ingested, "ki67_percent") == [None, 3.0]


def test_long_row_of_empty_cells_is_no_problem(tmp_path):
    ingested = read(tmp_path, "patient_id,age_years\nP1,60,,\nP2,61\n")
    assert [one.code for one in ingested.problems] == ["no_times"]


def test_empty_rows_are_dropped_and_counted(tmp_path):
    ingested = read(tmp_path, "patient_id,age_years\nP1,60\n,\n\n ,\nP2,61\n,\n,\n")
    assert (ingested.rows_read, ingested.rows_kept) == (4, 2)
    assert cells(ingested, "line") == [2, 6]
    assert "courses: 2 empty rows left out." in ingested.changes


def test_header_below_other_lines_is_found(tmp_path):
    ingested = read(tmp_path, "Export du 12/03/2024\n\npatient_id,age_years\nP1,60\n")
    assert "courses: courses.csv has its header on line 3; 1 row above left out." in ingested.changes
    assert cells(ingested, "line") == [4]


def test_header_twice_keeps_both_columns(tmp_path):
    ingested = read(tmp_path, "patient_id,age_years,age_years\nP1,60,61\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.line, problem.column) == (
        "error",
        "duplicate_header",
        1,
        "age_years",
    )
    assert cells(ingested, "age_years") == [60.0]
    assert cells(ingested, "age_years_column_3") == [61]


def test_header_empty_over_values_is_reported(tmp_path):
    ingested = read(tmp_path, "patient_id,,age_years,\nP1,a,60,\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.column) == ("warning", "empty_header", "column 2")
    assert list(ingested.extras) == ["column_2"]


def test_header_of_row_names_is_left_out(tmp_path):
    ingested = read(tmp_path, '"","patient_id"\n"1","P1"\n"2","P2"\n')
    assert ingested.extras == {}
    assert "courses: column 1 has no header and only numbers the rows; left out." in ingested.changes


def test_header_only_is_refused(tmp_path):
    (problem,) = refused(tmp_path, "patient_id,course\n")
    assert (problem.code, problem.message) == ("no_rows", "courses.csv has a header and no rows.")


@pytest.mark.parametrize("text", ["", "\n\n  \n", "\ufeff"])
def test_empty_file_is_refused(tmp_path, text):
    (problem,) = refused(tmp_path, text)
    assert (problem.severity, problem.code, problem.table, problem.line) == ("error", "empty_file", "courses", None)
    assert problem.message == "courses.csv is empty."


def test_bounds_of_rows_columns_and_bytes(tmp_path):
    text = "patient_id,age_years\n" + "".join(f"P{n},60\n" for n in range(20))
    assert refused(tmp_path, text, limits=Limits(rows=19))[-1].code == "too_many_rows"
    assert refused(tmp_path, text, limits=Limits(columns=1))[-1].code == "too_many_columns"
    (problem,) = refused(tmp_path, text, limits=Limits(file_bytes=100))
    assert problem.code == "too_large"
    assert read(tmp_path, text, limits=Limits(rows=20, columns=2, file_bytes=len(text))).rows_kept == 20


def test_header_that_is_a_row_of_values_is_refused(tmp_path):
    text = "P001,1,male,2019-12-17,33,2.5,pancreas\nP002,1,female,2020-12-17,34,3.5,stomach\n"
    (problem,) = refused(tmp_path, text)
    assert (problem.code, problem.table, problem.line) == ("wrong_header", "courses", 1)
    assert problem.remedy == "Put a row of headers above the values."


def test_header_of_visits_by_date_is_a_header(tmp_path):
    ingested = read(tmp_path, "patient_id,2020-01-15,2020-02-15,2020-03-15\nP1,1,2,3\n")
    assert ingested.rows_kept == 1

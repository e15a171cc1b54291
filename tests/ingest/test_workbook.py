"""Excel workbooks: sheets, cells, date numbers, and what must not be opened."""

from datetime import date

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ingest import Limits, read_source, status, try_source
from core.problems import CohortError
from tests.ingest.files import TODAY, cells, one_problem, write, xlsx
from tests.ingest.sheets import ods, xls

ROWS = [
    ["patient_id", "age_years", "first_cycle_date", "hypertension"],
    ["P1", 60, date(2020, 2, 29), True],
    ["007", 61.5, None, False],
]


def test_workbook_one_sheet_is_the_courses(tmp_path):
    ingested = read_source(xlsx(tmp_path / "cohort.xlsx", {"Feuil1": ROWS}), today=TODAY)
    assert cells(ingested, "patient_id") == ["P1", "007"]
    assert cells(ingested, "age_years") == [60.0, 61.5]
    assert cells(ingested, "first_cycle_date") == [date(2020, 2, 29), None]
    assert cells(ingested, "hypertension") == [True, False]
    assert cells(ingested, "line") == [2, 3]


def test_workbook_sheets_are_the_tables(tmp_path):
    cycles = [["patient_id", "course", "cycle", "date"], ["P1", 1, 1, date(2020, 2, 29)]]
    path = xlsx(
        tmp_path / "cohort.xlsx", {"Notes": [["x"]], "Courses": ROWS, "cycles": cycles, "Lab": [["patient_id"]]}
    )
    ingested = read_source(path, today=TODAY)
    assert list(ingested.tables) == ["courses", "cycles"]
    assert cells(ingested, "date", "cycles") == [date(2020, 2, 29)]


def test_workbook_without_a_courses_sheet_is_refused(tmp_path):
    path = xlsx(tmp_path / "cohort.xlsx", {"a": [["x", "y"], [1, 2]], "b": [["z"]]})
    with pytest.raises(CohortError) as refusal:
        read_source(path, today=TODAY)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.table) == ("missing_table", "courses")
    assert problem.message == ("No sheet of cohort.xlsx is named courses or has its headers; its sheets are: 'a', 'b'.")


def test_workbook_lines_are_sheet_rows(tmp_path):
    rows = [[], ["Cohort of 2024"], [], [None, "patient_id", "age_years"], [None, "P1", "old"], [], [None, "P2", 61]]
    ingested = read_source(xlsx(tmp_path / "cohort.xlsx", {"s": rows}), today=TODAY)
    problem = one_problem(ingested)
    assert (problem.line, problem.column, problem.value) == (5, "age_years", "old")
    assert cells(ingested, "line") == [5, 7]
    assert ingested.rows_read == 3


@pytest.mark.parametrize(("date1904", "number"), [(False, 43890), (True, 42428)])
def test_workbook_date_numbers_are_dates_and_listed(tmp_path, date1904, number):
    rows = [["patient_id", "first_cycle_date"], ["P1", number], ["P2", str(number)]]
    ingested = read_source(xlsx(tmp_path / "c.xlsx", {"s": rows}, date1904=date1904), today=TODAY)
    assert cells(ingested, "first_cycle_date") == [date(2020, 2, 29)] * 2
    listed = f"Excel date number read as a date, '{number}' is 2020-02-29 (2 cells)."
    assert f"courses: 'first_cycle_date': {listed}" in ingested.changes


def test_workbook_error_cells_are_reported(tmp_path):
    broken = ('<c r="@" t="e"><v>#DIV/0!</v></c>',)
    ingested = read_source(
        xlsx(tmp_path / "c.xlsx", {"s": [["patient_id", "nlr"], ["P1", broken], ["P2", 3]]}), today=TODAY
    )
    assert cells(ingested, "nlr") == [None, 3.0]
    problem = next(one for one in ingested.problems if one.code == "excel_error")
    assert (problem.table, problem.line, problem.column, problem.value) == ("courses", 2, "nlr", "#DIV/0!")
    assert problem.message == "'#DIV/0!' is the error of a formula, not a value; it is read as missing."


def test_workbook_by_content_not_by_ending(tmp_path):
    renamed = xlsx(tmp_path / "cohort.csv", {"s": ROWS})
    assert read_source(renamed, today=TODAY).rows_kept == 2
    assert read_source(write(tmp_path, "patient_id,sex\nP1,m\n", "text.xlsx"), today=TODAY).rows_kept == 1


def test_workbook_as_a_table_of_a_folder(tmp_path):
    xlsx(tmp_path / "courses.xlsx", {"anything": ROWS})
    write(tmp_path, "patient_id,cycle,date\nP1,1,2020-02-29\n", "cycles.csv")
    assert list(read_source(tmp_path, today=TODAY).tables) == ["courses", "cycles"]


@pytest.mark.parametrize("keep", [30, 200, 600, -40])
def test_workbook_damaged_is_refused(tmp_path, keep):
    data = xlsx(tmp_path / "whole.xlsx", {"s": ROWS}).read_bytes()
    path = write(tmp_path, data[:keep], "cut.xlsx")
    with pytest.raises(CohortError) as refusal:
        read_source(path, today=TODAY)
    assert refusal.value.problems[-1].code in ("damaged", "not_a_table")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6))
def test_workbook_with_changed_bytes_is_read_or_refused(tmp_path, changes):
    data = bytearray(xlsx(tmp_path / "whole.xlsx", {"s": ROWS}).read_bytes())
    for place, byte in changes:
        data[place % len(data)] = byte
    assert status(try_source(write(tmp_path, bytes(data), "changed.xlsx"), today=TODAY)) in (0, 1, 2)


def test_workbook_of_two_far_cells_is_refused_before_it_is_opened(tmp_path):
    far = ('<c r="ZZ1048576"><v>1</v></c>',)
    path = xlsx(tmp_path / "far.xlsx", {"s": [["patient_id", far]]})
    with pytest.raises(CohortError) as refusal:
        read_source(path, today=TODAY)
    (problem,) = refusal.value.problems
    assert problem.code == "too_large"
    assert problem.message == "The used cells of a sheet of far.xlsx span 736,100,352 cells."


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='ZZ1048576'><v>1</v></c>",
        '<c\nr = "zz1048576" ><v>1</v></c>',
        '<c r="ZZ99999999999999"><v>1</v></c>',
        f'<c z="{"x" * 5000}" r="ZZ1048576"><v>1</v></c>',
        '<x:c r="ZZ1048576"><x:v>1</x:v></x:c>',
        f'{"<c><v>1</v></c>" * 800}</row><row r="1048576"><c><v>1</v></c>',
    ],
)
def test_workbook_of_far_cells_however_written_is_refused(tmp_path, cell):
    with pytest.raises(CohortError) as refusal:
        read_source(xlsx(tmp_path / "far.xlsx", {"s": [["patient_id", (cell,)]]}), today=TODAY)
    assert [one.code for one in refusal.value.problems] == ["too_large"]


def test_workbook_of_many_rows_is_read(tmp_path):
    rows = [["patient_id", "sex"], *([f"P{n}", "m"] for n in range(100_100))]
    assert read_source(xlsx(tmp_path / "long.xlsx", {"s": rows}), today=TODAY).rows_kept == 100_100


def test_workbook_far_cells_without_value_do_not_count(tmp_path):
    styled = ('<c r="ZZ1048576" s="1"/>',)
    path = xlsx(tmp_path / "styled.xlsx", {"s": [["patient_id", "sex"], ["P1", "m", styled]]})
    assert read_source(path, today=TODAY).rows_kept == 1


def test_workbook_that_inflates_is_refused(tmp_path):
    path = xlsx(tmp_path / "bomb.xlsx", {"s": ROWS}, extra={"xl/media/zeros.bin": b"\0" * 30_000_000})
    with pytest.raises(CohortError) as refusal:
        read_source(path, today=TODAY)
    assert refusal.value.problems[0].code == "too_large"
    with pytest.raises(CohortError):
        read_source(xlsx(tmp_path / "small.xlsx", {"s": ROWS}), today=TODAY, limits=Limits(inflated_bytes=1000))


FULL = [
    ["Cohorte PRRT 2024"],
    [],
    ["patient_id", "age_years", "first_cycle_date", "ki67_percent"],
    ["P1", 60, date(2020, 2, 29), 2.5],
    ["007", 61.5, None, 3],
    [],
    ["P3", 62, date(2021, 3, 1), None],
    ["Totaal", 3],
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_workbooks_of_every_kind_give_the_same_cohort(tmp_path, kind):
    make = {"xlsx": xlsx, "xls": xls, "ods": ods}[kind]
    ingested = read_source(make(tmp_path / f"c.{kind}", {"Feuil1": FULL}), today=TODAY)
    assert cells(ingested, "patient_id") == ["P1", "007", "P3"]
    assert cells(ingested, "age_years") == [60.0, 61.5, 62.0]
    assert cells(ingested, "first_cycle_date") == [date(2020, 2, 29), None, date(2021, 3, 1)]
    assert cells(ingested, "ki67_percent") == [2.5, 3.0, None]
    assert cells(ingested, "line") == [4, 5, 7]


@pytest.mark.parametrize(("date1904", "number"), [(False, 43890), (True, 42428)])
def test_old_workbook_counts_dates_from_its_own_day_zero(tmp_path, date1904, number):
    rows = [["patient_id", "first_cycle_date"], ["P1", date(2020, 2, 29)], ["P2", number]]
    ingested = read_source(xls(tmp_path / "c.xls", {"s": rows}, date1904=date1904), today=TODAY)
    assert cells(ingested, "first_cycle_date") == [date(2020, 2, 29)] * 2


def test_old_workbook_errors_are_named(tmp_path):
    rows = [["patient_id", "nlr", "crp_mg_l"], ["P1", (7,), 5], ["P2", 3, (42,)]]
    ingested = read_source(xls(tmp_path / "c.xls", {"s": rows}), today=TODAY)
    found = [(one.line, one.column, one.value) for one in ingested.problems if one.code == "excel_error"]
    assert found == [(2, "nlr", "#DIV/0!"), (3, "crp_mg_l", "#N/A")]
    assert cells(ingested, "nlr") == [None, 3.0]


def test_open_document_errors_are_named(tmp_path):
    broken = (
        '<table:table-cell office:value-type="string" office:string-value=""><text:p>#N/B</text:p></table:table-cell>',
    )
    ingested = read_source(
        ods(tmp_path / "c.ods", {"s": [["patient_id", "nlr"], ["P1", broken], ["P2", 3]]}), today=TODAY
    )
    found = [(one.line, one.column, one.value) for one in ingested.problems if one.code == "excel_error"]
    assert found == [(2, "nlr", "#N/B")]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_cells_in_percent_are_read_as_shown_and_listed(tmp_path, kind):
    if kind == "xls":
        rows = [["patient_id", "ki67_percent"], ["P1", 0.15], ["P2", 20]]
        path = xls(tmp_path / "c.xls", {"s": rows}, percents=(0.15,))
    else:
        shown = {
            "ods": '<table:table-cell office:value-type="percentage" office:value="0.15"/>',
            "xlsx": '<c r="@" s="2"><v>0.15</v></c>',
        }[kind]
        make = {"xlsx": xlsx, "ods": ods}[kind]
        path = make(tmp_path / f"c.{kind}", {"s": [["patient_id", "ki67_percent"], ["P1", (shown,)], ["P2", 20]]})
    ingested = read_source(path, today=TODAY)
    assert cells(ingested, "ki67_percent") == [15.0, 20.0]
    assert "courses: 'ki67_percent': cells shown in percent are read as shown, 0.15 as 15." in ingested.changes


def test_cells_merged_over_rows_stand_for_each(tmp_path):
    path = tmp_path / "c.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Patients")
    sheet.merge_range("A1:D1", "Cohort of 2024")
    sheet.merge_range("A2:A3", "patient_id")
    sheet.merge_range("B2:D2", "Treatment")
    sheet.write_row("B3", ["course", "age_years", "trial"])
    sheet.merge_range("A4:A5", "P1")
    sheet.write_row("B4", [1, 60, "a"])
    sheet.write_row("B5", [2, 63])
    sheet.write_row("A6", ["P2", 1, 61, "b"])
    book.close()
    ingested = read_source(path, today=TODAY)
    assert cells(ingested, "patient_id") == ["P1", "P1", "P2"]
    assert cells(ingested, "course") == [1, 2, 1]
    assert cells(ingested, "trial") == ["a", None, "b"]
    assert (
        "courses: c.xlsx, sheet 'Patients' has cells merged over several rows; their value stands for each of them "
        "(line 5)." in ingested.changes
    )

"""Problems as files: the list, and the person's own file with a column of problems, mended and dropped again."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.ingest import read_source
from core.ingest.problem_column import PROBLEM_HEADER
from core.ingest.problem_files import annotated, annotated_name, problems_csv
from core.ingest.problem_text import safe
from core.problems import Problem, counted, grouped, selected
from tests.ingest.files import TODAY, cells, read, write, xlsx

LINES = [
    "Nº patient;Sexe;Date première cure;Date décès;Ki67;note",
    'P1;m;25/02/2020;25/02/2021;3;"deux\nlignes; ""ici"""',
    "P2;x;25/02/2020;25/02/2019;145;=1+1",
    "",
    "P3;f;25/02/2020;25/02/2021;4;-5",
    "P4;f;25/02/2020;25/02/2021",
]
FOUND = (3, 4)


def own_lines(data: bytes, encoding: str) -> list[str]:
    return data.decode(encoding).split("\r\n")


@pytest.mark.parametrize(
    ("encoding", "end", "delimiter"),
    [("utf-8", "\r\n", ";"), ("utf-8-sig", "\n", ";"), ("cp1252", "\r\n", ";"), ("utf-16", "\r\n", "\t"),
     ("utf-8", "\r", ";"), ("utf-8", "\n", "|")],
)  # fmt: skip
def test_own_file_keeps_encoding_delimiter_and_lines(tmp_path, encoding, end, delimiter):
    text = (end.join(LINES) + end).replace(";", delimiter)
    path = write(tmp_path, text.encode(encoding), "export.csv")
    found = read_source(path, today=TODAY)
    given = annotated(path, found.problems)
    assert given[:3] == text.encode(encoding)[:3]
    back = given.decode(encoding)
    assert back.count(end) == text.count(end)
    plain_rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    rows = list(csv.reader(io.StringIO(back, newline=""), delimiter=delimiter))
    assert len(rows) == len(plain_rows)
    assert rows[0] == [*plain_rows[0], PROBLEM_HEADER]
    assert rows[1] == [*plain_rows[1], ""]
    assert rows[2][:5] == plain_rows[2][:5]
    assert rows[2][5] == "'=1+1"
    assert "error: Sexe: 'x' is not a level of Sex." in rows[2][6]
    assert "is before the first cycle" in rows[2][6]
    assert " | " in rows[2][6]
    assert rows[4] == [*plain_rows[4], ""]
    assert rows[5] == [*plain_rows[5], "", "", rows[5][6]]
    assert rows[5][6].startswith("warning: The row has 4 cells")


def test_rows_without_a_problem_stand_as_they_were(tmp_path):
    text = "\r\n".join(LINES) + "\r\n"
    path = write(tmp_path, text.encode("cp1252"), "export.csv")
    given = annotated(path, read_source(path, today=TODAY).problems)
    for line in LINES[:2]:
        assert line.encode("cp1252") in given


def test_file_is_mended_and_dropped_again(tmp_path):
    text = "patient_id,sex,ki67_percent\nP1,x,3\nP2,m,145\n"
    path = write(tmp_path, text)
    first = read_source(path, today=TODAY)
    back = annotated(path, first.problems).decode()
    assert back.splitlines()[0].startswith(f'patient_id,sex,ki67_percent,"{PROBLEM_HEADER}: warning: No column is the')
    again = read(tmp_path, back, "again.csv")
    assert [one.line for one in again.problems] == [one.line for one in first.problems]
    assert again.extras == {}
    assert again.tables["courses"].equals(first.tables["courses"])
    assert f"courses: '{PROBLEM_HEADER}' lists problems of an earlier reading and is left out." in again.changes
    mended = read(tmp_path, back.replace(",x,", ",f,").replace(",145,", ",14,"), "mended.csv")
    assert [one for one in mended.problems if one.line] == []
    twice = annotated(tmp_path / "again.csv", again.problems).decode()
    assert twice.count(PROBLEM_HEADER) == 1
    assert twice == back


def test_header_is_found_below_lines_and_a_declared_delimiter(tmp_path):
    text = "sep=;\nExport of the department;;\n;;\npatient_id;sex;age\nP1;x;60\n"
    path = write(tmp_path, text)
    back = annotated(path, read_source(path, today=TODAY).problems).decode().splitlines()
    assert back[:3] == text.splitlines()[:3]
    assert back[3].startswith(f"patient_id;sex;age;{PROBLEM_HEADER}: warning: No column is the date")
    assert back[4].startswith("P1;x;60;\"error: sex: 'x' is not a level of Sex.")


def test_workbook_comes_back_with_values_dates_and_problems(tmp_path):
    path = xlsx(
        tmp_path / "book.xlsx",
        {
            "courses": [["patient_id", "sex", "first_cycle_date", "age", "note"],
                        ["P1", "m", date(2020, 1, 6), 61.5, "=cmd()"], ["P2", "x", date(2020, 1, 7), 60, True]],
            "labs": [["patient_id", "date", "analyte", "value", "unit"], ["P9", date(2020, 1, 6), "Hb", 13, "g/dL"]],
            "notes": [["anything"]],
        },
    )  # fmt: skip
    found = read_source(path, today=TODAY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(annotated(path, found.problems)))
    assert book.sheet_names == ["courses", "labs", "notes"]
    rows = book.get_sheet_by_name("courses").to_python()
    assert rows[0][:5] == ["patient_id", "sex", "first_cycle_date", "age", "note"]
    assert rows[0][5].startswith(f"{PROBLEM_HEADER}: warning: No column is the date of death or of last contact")
    assert rows[1][:5] == ["P1", "m", date(2020, 1, 6), 61.5, "'=cmd()"]
    assert rows[2][:5] == ["P2", "x", date(2020, 1, 7), 60.0, True]
    assert rows[2][5].startswith("error: sex: 'x' is not a level of Sex.")
    assert "no such patient" in book.get_sheet_by_name("labs").to_python()[1][5]
    assert book.get_sheet_by_name("notes").to_python() == [["anything"]]
    again = tmp_path / "again.xlsx"
    again.write_bytes(annotated(path, found.problems))
    back = read_source(again, today=TODAY)
    assert cells(back, "first_cycle_date") == [date(2020, 1, 6), date(2020, 1, 7)]
    assert [(one.table, one.line, one.code) for one in back.problems] == [
        (one.table, one.line, one.code) for one in found.problems
    ]


def test_workbook_of_one_sheet_and_lines_above(tmp_path):
    path = xlsx(tmp_path / "one.xlsx", {"Blad1": [["Export"], [], ["patient_id", "sex"], ["P1", "x"]]})
    found = read_source(path, today=TODAY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(annotated(path, found.problems)))
    rows = book.get_sheet_by_name("Blad1").to_python(skip_empty_area=False)
    assert rows[2][:2] == ["patient_id", "sex"]
    assert rows[2][2].startswith(f"{PROBLEM_HEADER}: warning: No column is the date of the first cycle")
    assert "'x' is not a level of Sex" in rows[3][2]


def test_folder_comes_back_as_a_zip(tmp_path):
    folder = tmp_path / "cohort"
    folder.mkdir()
    write(folder, "patient_id,sex\nP1,x\n")
    write(folder, "patient_id,cycle,date\nP9,1,2020-01-01\n", "cycles.csv")
    write(folder, "read me", "note.md")
    found = read_source(folder, today=TODAY)
    with zipfile.ZipFile(io.BytesIO(annotated(folder, found.problems))) as archive:
        assert archive.namelist() == ["courses.csv", "cycles.csv", "note.md"]
        assert "not a level of Sex" in archive.read("courses.csv").decode()
        assert "no such patient" in archive.read("cycles.csv").decode()
        assert archive.read("note.md") == b"read me"
    assert annotated_name(folder) == "cohort with problems.zip"


@pytest.mark.parametrize(
    ("name", "given"),
    [("a.csv", "a with problems.csv"), ("b.TSV", "b with problems.TSV"), ("c.xls", "c with problems.xlsx")],
)
def test_name_of_the_file_that_is_given_back(name, given):
    assert annotated_name(name) == given


def test_problems_as_csv(tmp_path):
    found = read(tmp_path, "patient_id,sex\nP1,=x\n").problems
    data = problems_csv(found)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    place = ["file", "sheet", "table", "line", "column", "value"]
    assert list(rows[0]) == ["severity", "code", *place, "message", "remedy"]
    row = next(one for one in rows if one["code"] == "unknown_level")
    assert (row["line"], row["value"], row["column"]) == ("2", "'=x", "sex")
    assert (row["file"], row["sheet"], row["table"]) == ("courses.csv", "", "courses")
    whole = next(one for one in rows if one["code"] == "no_times")
    assert (whole["severity"], whole["line"], whole["file"]) == ("warning", "", "courses.csv")
    assert whole["message"].startswith("No column is the date of the first cycle")
    assert whole["remedy"].startswith("Say which columns are the times")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_problems_of_the_whole_file_stand_in_the_header_and_are_taken_away_again(tmp_path, ending):
    rows = [["N\u00ba dossier", "sexe", "age"], ["101", "x", "60"], ["102", "m", "61"]]
    whole = ("seems to be the number of the patient's file", "Replace it with a pseudonym", "nothing to draw survival")
    path = tmp_path / f"a.{ending}"
    path = (
        xlsx(path, {"Feuil1": rows}) if ending == "xlsx" else write(tmp_path, "\n".join(map(";".join, rows)), "a.csv")
    )
    first = read_source(path, today=TODAY)
    for round_ in range(2):
        path = tmp_path / f"back{round_}.{ending}"
        path.write_bytes(annotated(tmp_path / f"{'a' if not round_ else 'back0'}.{ending}", first.problems))
        back = read_source(path, today=TODAY)
        assert back.tables["courses"].equals(first.tables["courses"])
        assert back.extras == {}
        assert [(one.code, one.line) for one in back.problems] == [(one.code, one.line) for one in first.problems]
        if ending == "csv":
            header = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter=";"))
        else:
            header = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0]
        assert len(header) == 4
        assert all(one in header[3] for one in whole)


def test_what_is_left_out_and_read_as_missing_is_set_aside_with_its_place(tmp_path):
    head, rows = ["patient", "sex", "CgA", "age"], [[f"P{n}", "m", 10.0, "ND"] for n in range(3)]
    book = xlsx(tmp_path / "book.xlsx", {"Feuil1": [["Registre"], head, *rows, [None], ["Total", None, 30.0]]})
    found = read_source(book, today=TODAY)
    aside = [(one.severity, one.line, one.column, one.value) for one in found.set_aside]
    assert aside == [
        ("left out", 1, "", ""),
        ("read as missing", 3, "age", "ND"),
        ("read as missing", 4, "age", "ND"),
        ("read as missing", 5, "age", "ND"),
        ("left out", 7, "", ""),
    ]
    assert {(one.file, one.sheet, one.table) for one in found.set_aside} == {("book.xlsx", "Feuil1", "courses")}
    assert not [one for one in found.problems if one.severity not in ("error", "warning")]
    written = problems_csv([*found.problems, *found.set_aside]).decode("utf-8-sig")
    assert "left out,left_out,book.xlsx,Feuil1,courses,7,,,The row is left out: totals and other" in written


def test_cells_set_aside_are_listed_within_bounds(tmp_path):
    rows = "".join(f"P{n},ND\n" for n in range(250))
    aside = read(tmp_path, f"patient_id,sex\n{rows}").set_aside
    assert (len(aside), sum(one.rows for one in aside), aside[0].message) == (
        201, 250, "50 more rows like the ones before."
    )  # fmt: skip


def test_codes_missing_as_answered_are_set_aside(tmp_path):
    text = "patient_id\talbumin\nP1\t38\nP2\t99\nP3\t40\n"
    aside = read(tmp_path, text, answers={"courses.missing.99": "missing"}).set_aside
    assert [(one.severity, one.line, one.column, one.value) for one in aside] == [
        ("read as missing", 3, "albumin", "99")
    ]


PROBLEMS = (
    Problem("warning", "implausible_value", "courses", 5, "age", "17", "'17' lies outside.", "Check."),
    Problem("error", "unknown_level", "courses", 3, "sex", "x", "'x' is no level.", "Use one."),
    Problem("error", "unknown_level", "courses", 2, "sex", "y", "'y' is no level.", "Use one."),
    Problem("error", "unknown_patient", "labs", 2, "id", "P9", "No such patient.", "Correct."),
    Problem("error", "unknown_patient", "labs", None, "id", "", "50 more rows like the ones before.", "Correct.", 50),
)


def test_problems_grouped_and_counted():
    groups = grouped(PROBLEMS)
    assert [(one.code, one.table, one.column, one.rows, one.lines) for one in groups] == [
        ("unknown_patient", "labs", "id", 51, (2,)),
        ("unknown_level", "courses", "sex", 2, (2, 3)),
        ("implausible_value", "courses", "age", 1, (5,)),
    ]
    assert groups[1].first is PROBLEMS[1]
    assert counted(PROBLEMS) == {"error": 53, "warning": 1}


def test_problems_selected():
    assert selected(PROBLEMS, severity="warning") == PROBLEMS[:1]
    assert selected(PROBLEMS, table="courses", code="unknown_level") == PROBLEMS[1:3]
    assert selected(PROBLEMS, column="id", text="P9") == PROBLEMS[3:4]
    assert selected(PROBLEMS, text="NO LEVEL") == PROBLEMS[1:3]
    assert selected(PROBLEMS) == PROBLEMS


def test_rest_of_many_problems_knows_its_rows(tmp_path):
    write(tmp_path, "patient_id,sex\nP1,m\n")
    write(tmp_path, "patient_id,cycle,date\n" + "P9,1,2020-01-01\n" * 250, "cycles.csv")
    found = read_source(tmp_path, today=TODAY).problems
    assert next(one for one in grouped(found) if one.code == "unknown_patient").rows == 250


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), delimiter=st.sampled_from(";,\t|"))
def test_every_cell_of_the_own_file_comes_back(tmp_path, rows, delimiter):
    """Whatever stands in it, but for the quote in front of what looks like a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([("patient_id", "sex", "note"), *(("P1", *row) for row in rows)])
    path = write(tmp_path, out.getvalue())
    problems = [Problem("error", "x", "courses", 2, "note", "", "=a\nb;,|\t", "c")]
    back = list(csv.reader(io.StringIO(annotated(path, problems).decode(), newline=""), delimiter=delimiter))
    assert back[0] == ["patient_id", "sex", "note", PROBLEM_HEADER]
    assert [row[:3] for row in back[1:]] == [["P1", *(safe(cell) for cell in row)] for row in rows]
    assert back[1][3] == "error: note: =a\nb;,|\t c"
    assert all(not cell.startswith(("=", "@", "\t", "\r")) for row in back for cell in row)

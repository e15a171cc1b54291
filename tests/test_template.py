"""Template files and the data dictionary beside them."""

import csv
import re
import zipfile
from datetime import date

import pandas as pd
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from core.fields import FIELDS, TABLE_FIELDS
from core.ingest import status, try_source
from core.problems import CohortError
from core.template import write_template


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_template_has_every_field_of_every_table(tmp_path):
    files = write_template(tmp_path / "new" / "folder")
    names = [*(f"{table}.csv" for table in TABLE_FIELDS), "data_dictionary.csv", "cohort_template.xlsx"]
    assert [file.name for file in files] == names
    for file, table in zip(files, TABLE_FIELDS, strict=False):
        assert rows(file) == [list(TABLE_FIELDS[table])]


def test_template_dictionary_describes_every_field(tmp_path):
    header, *fields = rows(write_template(tmp_path)[-2])
    described = {(row[0], row[1]): dict(zip(header, row, strict=True)) for row in fields}
    assert list(described) == [(table, name) for table in TABLE_FIELDS for name in TABLE_FIELDS[table]]
    ki67 = described["courses", "ki67_percent"]
    assert (ki67["unit"], ki67["plausible from"], ki67["plausible to"], ki67["type"]) == ("%", "0", "100", "number")
    assert described["courses", "primary_site"]["allowed values"] == "; ".join(FIELDS["primary_site"].levels)
    assert described["labs", "unit"]["required"] == "yes"
    assert described["courses", "patient_id"]["required"] == "no"


def test_template_filled_in_is_read_without_a_problem(tmp_path):
    courses = write_template(tmp_path)[0]
    (header,) = rows(courses)
    values = {"patient_id": "P1", "course": "1", "first_cycle_date": "2020-01-01", "death_date": "2021-01-01"}
    with courses.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([values.get(name, "") for name in header])
    outcome = try_source(tmp_path)
    assert status(outcome) == 0
    assert list(outcome.tables) == ["courses"]
    assert set(outcome.mapping) == set(FIELDS)


def test_template_empty_is_refused_as_a_source(tmp_path):
    write_template(tmp_path)
    assert [one.code for one in try_source(tmp_path).problems] == ["no_rows"]


def test_template_overwrites_nothing(tmp_path):
    (tmp_path / "labs.csv").write_text("mine")
    with pytest.raises(CohortError) as refusal:
        write_template(tmp_path)
    assert [(one.code, one.message) for one in refusal.value.problems] == [
        ("file_exists", "'labs.csv' exists already.")
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["labs.csv"]


def test_template_in_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CohortError) as refusal:
        write_template(tmp_path / "file")
    assert refusal.value.problems[0].code == "not_writable"


FILLED = {
    "courses": {
        "patient_id": "007",
        "course": 1,
        "sex": "female",
        "age_years": 61,
        "primary_site": "small intestine",
        "ki67_percent": 2.5,
        "first_cycle_date": date(2020, 2, 29),
        "death_date": date(2021, 1, 1),
        "prior_surgery": "yes",
    },
    "cycles": {"patient_id": "007", "course": 1, "cycle": 1, "date": date(2020, 2, 29), "activity_gbq": 7.4},
    "labs": {"patient_id": "007", "date": date(2020, 3, 1), "analyte": "haemoglobin", "value": 12.1, "unit": "g/dL"},
    "adverse_events": {"patient_id": "007", "term": "fatigue", "grade": 1, "onset_date": date(2020, 3, 3)},
}


def fill(path, filled):
    """Type a row into each sheet of the workbook, as a person does in Excel."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for number, (table, values) in enumerate(filled.items(), start=1):
        name = f"xl/worksheets/sheet{number}.xml"
        cells = "".join(
            typed(f"{xlsxwriter.utility.xl_col_to_name(list(TABLE_FIELDS[table]).index(field))}2", value)
            for field, value in sorted(values.items(), key=lambda item: list(TABLE_FIELDS[table]).index(item[0]))
        )
        sheet = parts[name].decode()
        assert sheet.count("</sheetData>") == 1
        parts[name] = sheet.replace("</sheetData>", f'<row r="2">{cells}</row></sheetData>').encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)


def typed(place, value):
    if isinstance(value, date):
        value = (value - date(1899, 12, 30)).days
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_template_workbook_filled_in_is_read_without_a_problem(tmp_path):
    path = write_template(tmp_path / "new")[-1]
    fill(path, FILLED)
    outcome = try_source(path, today=date(2026, 1, 1))
    assert outcome.problems == ()
    assert outcome.questions == ()
    assert list(outcome.tables) == list(TABLE_FIELDS)
    for table, values in FILLED.items():
        assert {name: outcome.tables[table][name].tolist() for name in values} == {
            name: [pd.Timestamp(value)]
            if isinstance(value, date)
            else [value == "yes" if name == "prior_surgery" else value]
            for name, value in values.items()
        }


def test_template_workbook_empty_is_refused_as_a_source(tmp_path):
    assert [one.code for one in try_source(write_template(tmp_path)[-1]).problems] == ["no_rows"]


def test_template_workbook_has_every_header_and_the_dictionary(tmp_path):
    *_, dictionary, path = write_template(tmp_path)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == [*TABLE_FIELDS, "data dictionary", "lists"]
    for table, fields in TABLE_FIELDS.items():
        assert book.get_sheet_by_name(table).to_python() == [list(fields)]
    assert book.get_sheet_by_name("data dictionary").to_python() == rows(dictionary)


def test_template_workbook_offers_the_levels_and_says_the_units(tmp_path):
    with zipfile.ZipFile(write_template(tmp_path)[-1]) as book:
        courses, lists = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/worksheets/sheet6.xml").decode()
        notes = book.read("xl/comments1.xml").decode()
        shared = book.read("xl/sharedStrings.xml").decode()
    with_levels = [name for name, field in FIELDS.items() if field.levels]
    assert courses.count('type="list"') == len(with_levels)
    assert courses.count('type="date"') == sum(field.type == "date" for field in FIELDS.values())
    letter = xlsxwriter.utility.xl_col_to_name(list(FIELDS).index("primary_site"))
    assert re.search(rf'sqref="{letter}2:{letter}2001"><formula1>lists!\$[A-Z]+\$1:\$[A-Z]+\$5</formula1>', courses)
    assert all(f">{level}<" in shared for level in FIELDS["stop_reason"].levels)
    assert lists
    assert notes.count("<comment ") == len(FIELDS)
    assert "Unit: g/dL." in notes
    assert "One of: small intestine, pancreas, colon or rectum, stomach, other." in notes


def test_template_is_the_same_bytes_every_time(tmp_path):
    one, other = write_template(tmp_path / "one"), write_template(tmp_path / "other")
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]

"""Template files and the data dictionary beside them."""

import csv

import pytest

from core.fields import FIELDS, TABLE_FIELDS
from core.ingest import status, try_source
from core.problems import CohortError
from core.template import write_template


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_template_has_every_field_of_every_table(tmp_path):
    files = write_template(tmp_path / "new" / "folder")
    names = ["courses.csv", "cycles.csv", "labs.csv", "adverse_events.csv", "data_dictionary.csv"]
    assert [file.name for file in files] == names
    for file, table in zip(files, TABLE_FIELDS, strict=False):
        assert rows(file) == [list(TABLE_FIELDS[table])]


def test_template_dictionary_describes_every_field(tmp_path):
    header, *fields = rows(write_template(tmp_path)[-1])
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

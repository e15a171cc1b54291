"""A source as a whole: real data sets, folders, cut-off, hash, synthetic marker, types."""

from datetime import date
from pathlib import Path

import lifelines.datasets
import pytest

from core.ingest import Ingested, check_source, read_source, report, status, try_source
from core.problems import CohortError
from tests.ingest.files import TODAY, cells, read, write

DATASETS = Path(lifelines.datasets.__file__).parent
DATED = "patient_id,course,first_cycle_date,last_contact_date,death_date\n"


def test_lung_data_with_a_stated_mapping():
    ingested = read_source(DATASETS / "lung.csv", mapping={"os_days": "time", "os_event": "status"}, today=TODAY)
    assert (ingested.rows_read, ingested.rows_kept) == (228, 228)
    assert ingested.mapping == {"os_days": "time", "os_event": "status", "age_years": "age"}
    assert sum(cells(ingested, "os_event")) == 165
    assert sum(cells(ingested, "os_days")) == 69_593
    assert cells(ingested, "patient_id")[-1] == "228"
    assert {name: field.label for name, field in ingested.extras.items()} == {
        "inst": "inst",
        "sex_in_file": "sex",
        "ph_ecog": "ph.ecog",
        "ph_karno": "ph.karno",
        "pat_karno": "pat.karno",
        "meal_cal": "meal.cal",
        "wt_loss": "wt.loss",
    }
    assert sum(value is None for value in cells(ingested, "meal_cal")) == 47
    assert [one.code for one in ingested.problems] == ["not_the_field", "no_patient_column"]


def test_lung_data_in_the_codes_of_r(tmp_path):
    text = (DATASETS / "lung.csv").read_text().splitlines()
    rows = [
        text[0],
        *(",".join([*row.split(",")[:2], str(int(row.split(",")[2]) + 1), *row.split(",")[3:]]) for row in text[1:]),
    ]
    ingested = read(tmp_path, "\n".join(rows), mapping={"os_days": "time", "os_event": "status"})
    assert sum(cells(ingested, "os_event")) == 165


@pytest.mark.parametrize(
    ("name", "mapping", "rows", "events"),
    [
        ("gbsg2.csv", {"os_days": "time", "os_event": "cens"}, 686, 299),
        ("larynx.csv", {"os_months": "time", "os_event": "death"}, 90, 50),
        ("kidney_transplant.csv", {"os_days": "time", "os_event": "death"}, 863, 140),
        ("rossi.csv", {"os_days": "week", "os_event": "arrest"}, 432, 114),
        ("g3.csv", {"os_months": "time", "os_event": "event"}, 17, 6),
    ],
)
def test_real_data_sets(name, mapping, rows, events):
    ingested = read_source(DATASETS / name, mapping=mapping, today=TODAY)
    assert (ingested.rows_kept, sum(cells(ingested, "os_event"))) == (rows, events)
    assert not [one for one in ingested.problems if one.severity == "error"]


def test_folder_of_four_tables(tmp_path):
    write(tmp_path, DATED + "P1,1,2020-01-01,,2021-01-01\n", "Courses.CSV")
    write(tmp_path, "patient_id,course,cycle,date,activity_gbq\nP1,1,1,2020-01-01,7.4\n", "cycles.tsv")
    write(tmp_path, "patient_id;date;analyte;value;unit\nP1;2020-01-01;Hb;13,1;g/dL\n", "labs.csv")
    write(tmp_path, "patient_id,term,grade,onset_date\nP1,Diarrhea,2,2020-02-01\n", "adverse_events.csv")
    write(tmp_path, "not,a,table\n", "published.csv")
    write(tmp_path, "a,b\n", "cycle_s.csv")
    ingested = read_source(tmp_path, today=TODAY)
    assert list(ingested.tables) == ["courses", "cycles", "labs", "adverse_events"]
    assert cells(ingested, "value", "labs") == [13.1]
    assert cells(ingested, "term", "adverse_events") == ["diarrhoea"]
    assert ingested.mapping["labs.analyte"] == "analyte"
    assert ingested.problems == ()
    assert [change for change in ingested.changes if "Not read" in change] == [
        "Not read: 'cycle_s.csv', which is not named after a table (courses, cycles, labs, adverse_events).",
        "Not read: 'published.csv', whose name and headers are those of no further table.",
    ]


def test_folder_without_courses_is_refused(tmp_path):
    write(tmp_path, "patient_id\nP1\n", "labs.csv")
    outcome = try_source(tmp_path, today=TODAY)
    assert isinstance(outcome, CohortError)
    (problem,) = outcome.problems
    assert (problem.severity, problem.code, problem.table) == ("error", "missing_table", "courses")


def test_folder_with_a_table_twice_is_asked_about(tmp_path):
    write(tmp_path, DATED + "P1,1,2020-01-01,,2021-01-01\n", "courses.csv")
    write(tmp_path, DATED + "P2,1,2020-01-01,,2021-01-01\n", "courses.tsv")
    (question,) = read_source(tmp_path, today=TODAY).questions
    assert (question.key, question.answer) == ("courses.file", "courses.csv")
    assert [choice.value for choice in question.choices] == ["courses.csv", "courses.tsv"]
    answered = read_source(tmp_path, today=TODAY, answers={"courses.file": "courses.tsv"})
    assert cells(answered, "patient_id") == ["P2"]


def test_folder_with_empty_tables_is_read_without_them(tmp_path):
    write(tmp_path, DATED + "P1,1,2020-01-01,,2021-01-01\n")
    write(tmp_path, "", "cycles.csv")
    write(tmp_path, "patient_id,date,analyte,value,unit\n", "labs.csv")
    ingested = read_source(tmp_path, today=TODAY)
    assert list(ingested.tables) == ["courses"]
    assert [(one.severity, one.code, one.table) for one in ingested.problems] == [("error", "empty_file", "cycles")]
    assert "labs: labs.csv has no rows; the cohort is read without it." in ingested.changes


def test_path_that_does_not_exist_is_refused(tmp_path):
    outcome = try_source(tmp_path / "nothing.csv", today=TODAY)
    assert [(one.code, one.message) for one in outcome.problems] == [
        ("not_found", "There is no file or folder 'nothing.csv'.")
    ]


def test_refusal_text_holds_no_values(tmp_path):
    outcome = try_source(write(tmp_path, "secret,words\nmore,secrets\n"), today=TODAY)
    assert str(outcome) == "The source was refused: 1 problem(s)."


def test_types_of_the_columns(tmp_path):
    text = "patient_id,age_years,n_cycles,diabetes,sex,mds_date,own\nP1,60,4,yes,m,2020-01-01,1.5\nP2,,,,,,\n"
    frame = read(tmp_path, text).tables["courses"]
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "line": "int64",
        "patient_id": "object",
        "age_years": "float64",
        "n_cycles": "Int64",
        "diabetes": "boolean",
        "sex": "object",
        "mds_date": "datetime64[us]",
        "own": "float64",
        "course": "Int64",
    }
    assert frame["sex"].tolist() == ["male", None]


def test_cutoff_is_the_latest_date_and_says_which(tmp_path):
    write(tmp_path, DATED + "P1,1,2020-01-01,2021-05-04,\n")
    write(tmp_path, "patient_id,date,analyte,value,unit\nP1,2022-03-04,Hb,13,g/dL\n", "labs.csv")
    ingested = read_source(tmp_path, today=TODAY)
    assert ingested.data_cutoff == date(2022, 3, 4)
    assert ingested.data_cutoff_source == "the latest date in the data, date in labs"


def test_cutoff_stated(tmp_path):
    ingested = read(tmp_path, DATED + "P1,1,2020-01-01,2021-05-04,\n", cutoff=date(2023, 1, 1))
    assert (ingested.data_cutoff, ingested.data_cutoff_source) == (date(2023, 1, 1), "as stated")


def test_cutoff_without_dates(tmp_path):
    ingested = read(tmp_path, "os_days,os_event\n5,1\n")
    assert (ingested.data_cutoff, ingested.data_cutoff_source) == (None, "no date in the data")


def test_hash_is_of_bytes_mapping_and_cutoff_only(tmp_path):
    text = "patient_id,t\nP1,5\n"
    first = read(tmp_path, text).sha256
    assert first == read(tmp_path, text, "other_name.csv").sha256
    others = [
        read(tmp_path, text + "\n").sha256,
        read(tmp_path, text, mapping={"os_days": "t"}).sha256,
        read(tmp_path, text, cutoff=date(2020, 1, 1)).sha256,
    ]
    assert len({first, *others}) == 4
    assert len(first) == 64


def test_hash_of_a_folder_knows_which_file_is_which(tmp_path):
    for name, files in {"a": ("cycles", "labs"), "b": ("labs", "cycles")}.items():
        (tmp_path / name).mkdir()
        write(tmp_path / name, DATED + "P1,1,2020-01-01,,2021-01-01\n")
        write(tmp_path / name, "patient_id,x\n", f"{files[0]}.csv")
        write(tmp_path / name, "patient_id,y\n", f"{files[1]}.csv")
    assert read_source(tmp_path / "a", today=TODAY).sha256 != read_source(tmp_path / "b", today=TODAY).sha256


def test_synthetic_by_marker_file(tmp_path):
    write(tmp_path, DATED + "P1,1,2020-01-01,,2021-01-01\n")
    assert not read_source(tmp_path, today=TODAY).synthetic
    write(tmp_path, "", "SYNTHETIC")
    assert read_source(tmp_path, today=TODAY).synthetic


@pytest.mark.parametrize(
    ("values", "synthetic"), [(("yes", "yes"), True), (("yes", "no"), False), (("yes", ""), False)]
)
def test_synthetic_by_column(tmp_path, values, synthetic):
    ingested = read(tmp_path, f"patient_id,Synthetic\nP1,{values[0]}\nP2,{values[1]}\n")
    assert ingested.synthetic is synthetic
    assert ingested.extras == {}


def test_status_and_report(tmp_path):
    fine = try_source(write(tmp_path, DATED + "P1,1,2020-01-01,,2021-01-01\n"), today=TODAY)
    assert isinstance(fine, Ingested)
    assert (status(fine), fine.changes) == (0, [])
    poor = try_source(write(tmp_path, DATED + "P1,1,2020-01-01,,2019-01-01\n"), today=TODAY)
    assert status(poor) == 1
    none = try_source(write(tmp_path, ""), today=TODAY)
    assert status(none) == 2
    keys = ["rows_read", "rows_kept", "mapping", "changes", "problems", "questions", "columns"]
    assert list(report(none)) == list(report(fine)) == keys
    assert report(poor)["problems"] == [
        {
            "severity": "error",
            "code": "death_before_start",
            "table": "courses",
            "line": 2,
            "column": "death_date",
            "value": "2019-01-01",
            "message": "The date of death, 2019-01-01, is before the first cycle, 2020-01-01.",
            "remedy": "Correct whichever of the two is wrong.",
        }
    ]
    assert check_source(write(tmp_path, ""), today=TODAY) == report(none)


def test_problems_of_courses_are_all_there_so_that_every_unusable_cell_is_known(tmp_path):
    text = DATED + "".join(f"P{n},1,2020-01-01,2021-01-01,gone\n" for n in range(300))
    ingested = read(tmp_path, text, mapping={"death_date": "death_date"})
    assert len([one for one in ingested.problems if one.column == "death_date" and one.line]) == 300

"""The commands on versions, as a person uses them."""

import json

import pytest

from core.ingest import read_source
from core.permissions import READ_ONLY_VARIABLE
from core.store import Store
from tests.command import run
from tests.ingest.files import write

HEADER = "patient_id,course,sex,os_days,os_event\n"
FIRST = HEADER + "A,1,male,10,1\nB,1,female,20,0\nC,1,male,5,1\n"
SECOND = HEADER + "A,1,male,10,1\nB,1,female,25,0\nD,1,male,5,1\n"


@pytest.fixture
def db(tmp_path):
    """A store with two versions of a cohort."""
    file = tmp_path / "cohorts.duckdb"
    for text in (FIRST, SECOND):
        assert run("import", write(tmp_path, text), "--name", "Centre", "--db", file).status == 0
    return file


def test_import_says_what_changed(tmp_path):
    file = tmp_path / "cohorts.duckdb"
    first = run("import", write(tmp_path, FIRST), "--name", "Centre", "--db", file)
    assert "Against" not in first.out
    second = run("import", write(tmp_path, SECOND), "--name", " Centre ", "--db", file)
    assert second.out.endswith(
        "stored as 'Centre' version 2.\n"
        "Against the version before:\n"
        "Courses: 1 row added, 1 row removed, 1 row changed (OS time in 1).\n"
    )
    again = run("import", write(tmp_path, SECOND), "--name", "Centre", "--db", file, "--json").json
    assert (again["cohort"]["version"], again["difference"]) == (2, None)
    third = run("import", write(tmp_path, FIRST + "E,1,male,1,1\n"), "--name", "Centre", "--db", file, "--json").json
    (courses,) = third["difference"]["tables"]
    assert (courses["n_added"], courses["n_removed"], courses["changed_fields"]) == (2, 1, {"os_days": 1})


def test_cohorts_lists_versions(db):
    assert run("cohorts", "--db", db).out == "Centre: version 2, 3 patients, 3 courses\n"
    newest, first = run("cohorts", "--versions", "--db", db).out.splitlines()
    assert newest.startswith("Centre@2: 3 patients, 3 courses from 'courses.csv', ")
    assert " problem(s) accepted, by local user, 20" in newest
    assert first.startswith("Centre@1: ")
    listed = run("cohorts", "--versions", "--json", "--db", db).json
    assert [(one["version"], one["file"], one["actor"]) for one in listed] == [
        (2, "courses.csv", "local user"),
        (1, "courses.csv", "local user"),
    ]


def test_a_version_is_chosen_by_its_number(db):
    def n(source):
        return run("analyse", source, "--endpoint", "os", "--db", db).json["cohort"]["version"]

    assert [n("Centre"), n("Centre@1"), n("Centre@2")] == [2, 1, 2]
    assert "no version 7 of cohort 'Centre'" in run("analyse", "Centre@7", "--db", db).err
    assert "no cohort 'Centre@x'" in run("analyse", "Centre@x", "--db", db).err
    assert run("rename", "Centre", "Centre@9", "--db", db).status == 0
    assert n("Centre@9") == 2
    assert n("Centre@9@1") == 1


def test_difference(db):
    said = run("difference", "Centre", "--db", db)
    assert said.out == (
        "'Centre' version 2 against 'Centre' version 1:\n"
        "Courses: 1 row added, 1 row removed, 1 row changed (OS time in 1).\n"
        "courses, line 3, os_days: '25' instead of '20'\n"
    )
    found = run("difference", "Centre@1", "Centre@2", "--json", "--db", db).json
    assert (found["before"]["version"], found["after"]["version"]) == (2, 1)
    assert found["tables"][0]["changes"] == [
        {"key": ["B", "1"], "line": 3, "field": "os_days", "before": "25", "after": "20"}
    ]
    assert "no version before 1" in run("difference", "Centre@1", "--db", db).err


def test_restore_rename_delete(db):
    assert run("restore", "Centre@1", "--db", db).out == "Version 1 of 'Centre' is restored as version 3.\n"
    assert "is the newest already" in run("restore", "Centre@3", "--db", db).out
    assert run("rename", "Centre", "Bordet", "--db", db).out == "'Centre' is now 'Bordet'.\n"
    asked = run("delete", "Bordet@2", "--db", db)
    assert asked.out.startswith("Nothing is deleted yet; with --yes these are, for good:\nBordet@2: ")
    assert len(run("cohorts", "--versions", "--db", db).out.splitlines()) == 3
    assert run("delete", "Bordet@2", "--yes", "--db", db).out.startswith("'Bordet' version 2 is deleted")
    assert [one["version"] for one in run("cohorts", "--versions", "--json", "--db", db).json] == [3, 1]
    assert "'Bordet' with 2 version(s) is deleted" in run("delete", "Bordet", "--yes", "--db", db).out
    assert run("cohorts", "--db", db).out == "The store holds no cohort yet.\n"
    gone = run("delete", "Bordet", "--yes", "--db", db)
    assert (gone.status, gone.err) == (2, "The store has no cohort 'Bordet'; it holds nothing yet.\n")


def test_download_and_import_again(db, tmp_path):
    folder = tmp_path / "out" / "first"
    said = run("download", "Centre@1", folder, "--db", db)
    assert said.out == f"'Centre' version 1 is written to '{folder}': courses.csv, cohort.json.\n"
    assert json.loads((folder / "cohort.json").read_text(encoding="utf-8"))["version"] == 1
    assert read_source(folder).tables["courses"]["os_days"].tolist() == [10, 20, 5]
    assert run("download", "Centre", tmp_path / "second.zip", "--db", db).status == 0
    assert (tmp_path / "second.zip").read_bytes().startswith(b"PK")
    again = run("download", "Centre", folder, "--db", db)
    assert (again.status, "exists already" in again.err) == (2, True)


def test_nothing_is_changed_where_it_is_only_shown(db, monkeypatch):
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    for command in (("restore", "Centre@1"), ("rename", "Centre", "New"), ("delete", "Centre", "--yes")):
        answer = run(*command, "--db", db)
        assert (answer.status, "for reading only" in answer.err) == (2, True)
    assert run("cohorts", "--db", db).status == 0
    with Store(db) as store:
        assert len(store.versions("Centre")) == 2


def test_without_a_store(tmp_path):
    answer = run("restore", "Centre@1", "--db", tmp_path / "none.duckdb")
    assert answer.err == "There is no store yet; `python -m core import` makes one.\n"

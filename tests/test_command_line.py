"""The command line: sources, exit status, sentences instead of tracebacks, and a store that bad files leave alone."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from core import __main__ as command_line
from core.fields import TABLE_FIELDS
from core.ingest import read_source
from core.store import Store
from tests.command import run, run_process

HEADER = (
    "patient_id,course,first_cycle_date,last_cycle_date,progression_date,death_date,last_contact_date,"
    "grade,ki67_percent,primary_site,sodium_mmol_l\n"
)
GOOD = (
    "A1,1,2020-01-06,2020-08-24,,,2022-01-10,1,2,pancreas,139\n"
    "A2,1,2020-02-03,2020-09-21,,2021-02-03,2021-02-03,2,10,stomach,140\n"
)
BAD_ROWS = {
    # name: (row added at line 4, code, column, value)
    "wrong type": ("A3,1,2020-01-06,,,,2022-01-10,1,2,pancreas,salty", "wrong_type", "sodium_mmol_l", "salty"),
    "death before start": (
        "A3,1,2020-01-06,,,2019-01-01,2019-01-01,1,2,pancreas,139",
        "death_before_start",
        "death_date",
        "2019-01-01",
    ),
    "progression before start": (
        "A3,1,2020-01-06,,2019-12-01,,2022-01-10,1,2,pancreas,139",
        "progression_before_start",
        "progression_date",
        "2019-12-01",
    ),
    "future date": (
        "A3,1,2020-01-06,,,,2099-01-10,1,2,pancreas,139",
        "future_date",
        "last_contact_date",
        "2099-01-10",
    ),
    "duplicate": ("A2,1,2020-01-06,,,,2021-01-10,1,2,pancreas,139", "duplicate_course", "patient_id", "A2, course 1"),
    "grade 7": ("A3,1,2020-01-06,,,,2022-01-10,7,2,pancreas,139", "unknown_level", "grade", "7"),
    "Ki-67 of 145": ("A3,1,2020-01-06,,,,2022-01-10,1,145,pancreas,139", "impossible_value", "ki67_percent", "145"),
    "unknown level": ("A3,1,2020-01-06,,,,2022-01-10,1,2,elbow,139", "unknown_level", "primary_site", "elbow"),
}
REFUSED = {
    "empty": (b"", "empty_file"),
    "header only": (HEADER.encode(), "no_rows"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "not_a_table"),
    "a letter": (b"Dear colleague,\nplease find the data below.\n", "wrong_header"),
}


def write(folder: Path, content: str | bytes, name: str = "bad.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path, HEADER + GOOD, "good.csv")


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_row_is_a_problem_with_its_place_and_remedy(tmp_path, name):
    row, code, column, value = BAD_ROWS[name]
    file = write(tmp_path, f"{HEADER}{GOOD}{row}\n")
    checked = run("check", file, "--json")
    assert checked.status == 1
    problem = next(one for one in checked.json["problems"] if one["code"] == code)
    assert (problem["table"], problem["line"], problem["column"]) == ("courses", 4, column)
    assert problem["value"] == value
    assert problem["severity"] == "error"
    assert problem["message"]
    assert problem["remedy"]
    assert set(checked.json) == {"rows_read", "rows_kept", "mapping", "changes", "problems", "questions", "columns"}
    assert "Traceback" not in checked.err


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_row_is_left_out_of_what_needs_it_and_counted(tmp_path, name):
    file = write(tmp_path, f"{HEADER}{GOOD}{BAD_ROWS[name][0]}\n")
    answer = run("analyse", file)
    assert answer.status == 0
    found = answer.json
    rows = 2 if name == "duplicate" else 3
    lost = {"death before start": 1, "future date": 1}.get(name, 0)
    assert found["selection"]["n_courses"] == rows
    assert found["endpoints"]["os"]["n"] == rows - lost
    assert found["endpoints"]["os"]["without_time"] == lost
    assert "source_problems" in {one["code"] for one in found["warnings"]}
    assert BAD_ROWS[name][3].partition(",")[0] not in answer.err


def test_negative_time_is_a_problem_and_never_a_time(tmp_path):
    file = write(tmp_path, "patient_id,os_days,os_event\na,-5,1\nb,10,1\nc,20,0\n")
    problem = run("check", file, "--json").json["problems"][0]
    assert (problem["line"], problem["column"], problem["value"]) == (2, "os_days", "-5")
    os = run("analyse", file).json["endpoints"]["os"]
    assert (os["n"], os["events"]) == (2, 1)


def test_wrong_header_is_told_and_the_rest_is_described(tmp_path):
    file = write(tmp_path, HEADER.replace("first_cycle_date", "start of it all") + GOOD)
    checked = run("check", file, "--json")
    assert checked.status == 1
    assert "no_times" in {one["code"] for one in checked.json["problems"]}
    assert run("analyse", file).json["endpoints"] == {}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("command", [("check",), ("analyse",), ("compare",), ("import", "--name", "Bad")])
def test_unusable_file_is_refused_in_sentences(tmp_path, name, command):
    content, code = REFUSED[name]
    file = write(tmp_path, content)
    answer = run(command[0], file, *command[1:], "--db", tmp_path / "store.duckdb")
    assert answer.status == 2
    assert "Traceback" not in answer.out + answer.err
    assert code in {one["code"] for one in run("check", file, "--json").json["problems"]}
    said = answer.out if command[0] in ("check", "import") else answer.err
    assert "bad.csv" in said or "header" in said


def state(store: Path) -> tuple[str, list[tuple[str, int]]]:
    with Store(store, read_only=True) as opened:
        held = [(one.name, one.version) for one in opened.cohorts()]
    return sha256(store.read_bytes()).hexdigest(), held


@pytest.mark.parametrize("name", REFUSED)
def test_refused_file_leaves_the_store_as_it_was(tmp_path, good, name):
    store = tmp_path / "store.duckdb"
    assert run("import", good, "--name", "Centre", "--db", store).status == 0
    before = state(store)
    refused = run("import", write(tmp_path, REFUSED[name][0]), "--name", "Centre", "--db", store)
    assert refused.status == 2
    assert "the store is as it was" in refused.out
    assert state(store) == before
    assert before[1] == [("Centre", 1)]


def test_import_commits_once_then_a_new_version_for_new_content(tmp_path, good):
    store = tmp_path / "store.duckdb"
    first = run("import", good, "--name", "Centre", "--db", store, "--json").json
    assert (first["cohort"]["version"], first["cohort"]["n_patients"]) == (1, 2)
    again = run("import", good, "--name", "Centre", "--db", store)
    assert "is stored already as 'Centre' version 1" in again.out
    more = write(tmp_path, HEADER + GOOD + "A3,1,2020-01-06,,,,2022-01-10,1,2,pancreas,139\n", "more.csv")
    assert "stored as 'Centre' version 2" in run("import", more, "--name", "Centre", "--db", store).out
    listed = run("cohorts", "--db", store, "--json").json
    assert [(one["name"], one["version"], one["n_courses"]) for one in listed] == [("Centre", 2, 3)]


def test_stored_cohort_gives_what_its_file_gives(tmp_path, good):
    store = tmp_path / "store.duckdb"
    run("import", good, "--name", "Centre", "--db", store)
    stored, direct = run("analyse", "Centre", "--db", store).json, run("analyse", good).json
    assert stored["cohort"]["name"] == "Centre"
    for name in ("selection", "endpoints", "cox", "baseline", "toxicity", "response", "treatment"):
        assert stored[name] == direct[name]


def test_analysing_a_file_never_touches_the_store(tmp_path, good):
    store = tmp_path / "store.duckdb"
    assert run("analyse", good, "--db", store).status == 0
    assert not store.exists()


def test_unknown_cohort_is_a_sentence(tmp_path, good):
    store = tmp_path / "store.duckdb"
    answer = run("analyse", "Elsewhere", "--db", store)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == (
        "'Elsewhere' is no file or folder, and there is no store yet that could hold it as a cohort.\n"
    )
    run("import", good, "--name", "Centre", "--db", store)
    assert run("analyse", "Elsewhere", "--db", store).err.endswith("it holds 'Centre'.\n")


def test_damaged_store_is_a_sentence(tmp_path):
    store = write(tmp_path, b"this is no database, whatever its name says" * 400, "store.duckdb")
    answer = run("cohorts", "--db", store)
    assert answer.status == 2
    assert "is damaged, or not a DuckDB file" in answer.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--factors", "shoe_size"), "'shoe_size' is not a field of this cohort"),
        (("--multivariable", "shoe_size"), "'shoe_size' is not a field of this cohort"),
        (("--strata", "shoe_size"), "no field 'shoe_size'"),
        (("--strata", "sodium_mmol_l"), "give a cut-off"),
        (("--select", "shoe_size=1"), "no field 'shoe_size'"),
        (("--select", "grade=9"), "'9' is none of 1, 2, 3"),
        (("--select", "patient_id=A1"), "cannot be selected on"),
        (("--levels", "grade=2,9"), "'9' is not one of its levels"),
        (("--levels", "shoe_size=2,9"), "no field 'shoe_size'"),
        (("--categorical", "shoe_size"), "no field 'shoe_size'"),
        (("--endpoint", "dfs"), "'dfs' is not an endpoint"),
        (("--min-cell", "-1"), "min_cell: -1 is negative"),
        (("--entry-p", "2"), "entry_p: 2.0 is not between 0 and 1"),
        (("--months", "12,soon"), "is not a list of months"),
        (("--map", "os_days"), "is not of the form FIELD=VALUE"),
        (("--map", "shoe_size=time"), "shoe_size"),
        (("--mapping", "nowhere.json"), "cannot be read"),
        (("--landmark", "-3"), "give zero or more"),
        (("--cutoff", "yesterday"), "is not a date"),
        (("--pfs-rule", "mine"), "invalid choice"),
        (("--colour", "red"), "unrecognized arguments"),
    ],
)
def test_option_that_cannot_be_is_a_sentence_and_status_two(good, options, said):
    answer = run("analyse", good, *options)
    assert answer.status == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert "; it was left out" not in answer.err
    assert answer.out == ""


def test_file_headers_name_fields_in_every_option(tmp_path):
    rows = "".join(f"{10 * i},{i % 2},{50 + 7 * i % 31},{i % 3},{i}\n" for i in range(1, 31))
    file = write(tmp_path, f"time,status,age,ph.ecog,CgA 1\n{rows}", "own.csv")
    mapping = ("--map", "os_days=time", "--map", "os_event=status")
    options = ("--factors", "age,ph.ecog>=1", "--strata", "ph.ecog", "--select", "age=55..", "--multivariable", "age")
    found = run("analyse", file, *mapping, *options).json
    assert [one["factor"] for one in found["cox"]["os"]["univariable"]] == ["age", "ph.ecog>=1"]
    assert found["cox"]["os"]["multivariable"]["proportional_hazards"][0]["term"] == "age"
    assert found["strata"]["by"] == "ph.ecog"
    assert found["selection"]["n_courses"] == 26
    categories = run("analyse", file, *mapping, "--factors", "ph.ecog", "--categorical", "ph.ecog").json
    assert [one["level"] for one in categories["cox"]["os"]["univariable"][0]["levels"]] == ["0", "1", "2"]
    ordered = (*mapping, "--factors", "ph.ecog", "--categorical", "ph.ecog", "--levels", "ph.ecog=2,0,1")
    levels = run("analyse", file, *ordered).json["cox"]["os"]["univariable"][0]["levels"]
    assert [(one["level"], one["reference"]) for one in levels] == [("2", True), ("0", False), ("1", False)]


def test_saved_mapping_is_used_and_single_pairs_win(tmp_path):
    file = write(tmp_path, "time,other,status\n10,99,1\n20,99,0\n", "own.csv")
    saved = write(tmp_path, json.dumps({"os_days": "other", "os_event": "status"}), "mapping.json")
    assert run("analyse", file, "--mapping", saved).json["endpoints"]["os"]["curve"]["time"] == [99 / 30.4375]
    both = run("analyse", file, "--mapping", saved, "--map", "os_days=time").json
    assert both["endpoints"]["os"]["curve"]["time"] == [10 / 30.4375, 20 / 30.4375]
    checked = run("check", file, "--mapping", saved, "--json")
    again = write(tmp_path, checked.out, "checked.json")
    assert run("check", file, "--mapping", again, "--json").json["mapping"] == checked.json["mapping"]
    not_json = write(tmp_path, "os_days: time", "mapping.txt")
    assert "is not JSON" in run("check", file, "--mapping", not_json).err


def test_check_says_sentences_and_counts_the_rest(tmp_path):
    rows = "".join(f"A{i},1,2020-01-06,,,,2022-01-10,7,2,pancreas,139\n" for i in range(1, 4))
    many = "".join(f"B{i},1,2020-01-06,,,2019-01-01,2019-01-01,1,2,pancreas,139\n" for i in range(30))
    answer = run("check", write(tmp_path, HEADER + rows + many))
    assert answer.status == 1
    lines = answer.out.splitlines()
    assert lines[-1].startswith("33 of 33 rows kept")
    assert any(line.startswith("and ") and "more problems" in line for line in lines)
    assert sum(line.startswith(("error:", "warning:")) for line in lines) == 10


def test_fault_inside_shows_no_cell_and_no_traceback(good, monkeypatch):
    def fail(_):
        raise RuntimeError("patient A1 has sodium 139")

    monkeypatch.setitem(command_line.COMMANDS, "analyse", fail)
    answer = run("analyse", good)
    assert answer.status == 2
    assert answer.err.startswith("The explorer failed (RuntimeError, ")
    assert "139" not in answer.err
    assert "Traceback" not in answer.err


def test_template_has_every_field_and_is_not_overwritten(tmp_path):
    target = tmp_path / "mine"
    assert run("template", target).status == 0
    for table, fields in TABLE_FIELDS.items():
        header = (target / f"{table}.csv").read_text(encoding="utf-8-sig").strip().split(",")
        assert header == list(fields)
    again = run("template", target)
    assert again.status == 2
    assert "exists already" in again.err


def test_template_of_courses_filled_in_is_read(tmp_path):
    run("template", tmp_path / "mine")
    header = (tmp_path / "mine" / "courses.csv").read_text(encoding="utf-8-sig").strip()
    cells = {"patient_id": "A1", "course": "1", "first_cycle_date": "2020-01-06", "last_contact_date": "2021-01-06"}
    row = ",".join(cells.get(name, "") for name in header.split(","))
    read = read_source(write(tmp_path, f"{header}\n{row}\n", "filled.csv"))
    assert (read.rows_kept, read.problems) == (1, ())


def test_export_of_something_unknown_is_refused():
    assert run("export", "--what", "everything", "--output", "km.png").status == 2
    assert run("export", "--what", "analysis-file").status == 2


def test_compare_prints_every_published_number_and_the_counts():
    answer = run("compare")
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert lines[0].split() == ["place", "item", "printed", "derived", "difference", "mark"]
    assert lines[-1].startswith(f"{len(lines) - 3} numbers: ")
    found = run("compare", "--json").json
    assert sum(found["counts"].values()) == len(found["numbers"]) == len(lines) - 3


def test_dictionary_prints_the_readmes_table():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert run("dictionary").out in readme


def test_demo_through_its_own_process_in_utf_8():
    answer = run_process("analyse", "--select", "grade=2&primary_site=pancreas", "--endpoint", "pfs", "--strata", "sex")
    assert (answer.status, answer.err) == (0, "")
    found = answer.json
    assert found["selection"]["sentence"].endswith("of 110 patients: grade 2; pancreas")
    assert "µ" in answer.out or "²" in answer.out


def test_refusal_through_its_own_process(tmp_path):
    answer = run_process("analyse", write(tmp_path, b""))
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.splitlines()[0] == "The source was refused:"
    assert run_process("nonsense").status == 2


@pytest.mark.parametrize("months", ["nan", "inf", "12,-1", "twelve"])
def test_milestones_that_are_no_months_are_refused_in_a_sentence(months):
    answer = run("analyse", "--months", months)
    assert (answer.status, answer.out) == (2, "")
    assert "month" in answer.err
    assert "Traceback" not in answer.err


def test_huge_numbers_as_levels_are_shown(tmp_path):
    rows = "".join(f"P{i},{i * 100},1,{'1e300' if i % 2 else 7}\n" for i in range(1, 13))
    source = write(tmp_path, f"patient_id,os_days,os_event,code\n{rows}")
    answer = run("analyse", source, "--strata", "code", "--categorical", "code", "--factors", "code")
    assert answer.status == 0
    assert {one["level"] for one in answer.json["strata"]["os"]["groups"]} == {"7", "1e+300"}
    assert [one["n"] for one in answer.json["cox"]["os"]["univariable"][0]["levels"]] == [6, 6]

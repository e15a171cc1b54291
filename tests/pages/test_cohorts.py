"""The page Cohorts in each of its states: empty, refused, asked, understood, stored, compared, restored, deleted."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.demo import DEMO_NAME
from core.ingest import read_source
from pages.shared import session, uploads, versions
from tests.ingest.files import xlsx
from tests.pages.conftest import text, visit

ROWS = [
    ("P1", "M", "61", "2019-01-07", "2020-03-01", "2021-05-01", "2021-05-01", "2"),
    ("P2", "F", "55", "2019-02-11", "", "", "2023-01-15", "1"),
    ("P3", "F", "70", "2019-03-18", "2021-06-30", "", "2023-02-15", "2"),
    ("P4", "M", "48", "2019-04-01", "2019-12-24", "2020-08-08", "2020-08-08", "3"),
    ("P5", "M", "66", "2019-05-13", "", "", "2022-11-30", "1"),
    ("P6", "F", "59", "2019-06-03", "2022-02-02", "2022-12-12", "2022-12-12", "2"),
]
HEAD = (
    *("patient_id", "sex", "age_years", "first_cycle_date", "progression_date"),
    *("death_date", "last_contact_date", "grade"),
)


def csv(rows: list[tuple[str, ...]] = ROWS, head: tuple[str, ...] = HEAD) -> bytes:
    """A cohort as a file."""
    return "".join(",".join(row) + "\n" for row in (head, *rows)).encode()


@pytest.fixture
def store_path(tmp_path: Path, demo_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of the test's own with the demo cohort, and readings that are waited for."""
    path = tmp_path / "cohorts.duckdb"
    shutil.copyfile(demo_file, path)
    monkeypatch.setenv("PRRT_STORE", str(path))
    monkeypatch.setattr(uploads, "PATIENCE", 60.0)
    session.open_store.cache_clear()
    yield path
    session.open_store().close()
    session.open_store.cache_clear()


@pytest.fixture
def page(store_path: Path) -> AppTest:
    return opened()


def opened(**parameters: str) -> AppTest:
    """The page, as a new visitor sees it."""
    return visit("cohorts", parameters, timeout=90)


def drop(at: AppTest, content: bytes, name: str = "Mine.csv") -> AppTest:
    """Drop one file."""
    at.file_uploader[0].set_value([(name, content, "text/csv")]).run()
    assert not at.exception
    return at


def stored(at: AppTest) -> AppTest:
    """Click the one button that stores."""
    at.button(key="commit").click().run()
    assert not at.exception
    return at


def widget(among: Any, label: str) -> Any:
    """The one with this label."""
    return next(one for one in among if one.label == label)


def look(at: AppTest, part: str) -> AppTest:
    """Choose what to look at."""
    widget(at.segmented_control, "Look at").set_value(part)
    return at.run()


def table(at: AppTest, title: str) -> list[list[str]]:
    """The cells of a table on the page, by its title."""
    drawn = [json.loads(one.proto.json).get("table", {}) for one in at.get("bidi_component") if one.proto.json]
    found = next(one for one in drawn if one.get("title") == title)
    return [row["cells"] for row in found["rows"]]


def told(at: AppTest) -> list[str]:
    """What is said to be done."""
    return [one.value.replace("\\", "") for one in at.success]


def said_over(at: AppTest) -> list[str]:
    """What is said over the foot of the page, wherever it is scrolled to: drawn before the page itself."""
    drawn = [one for one in at.main if one.type in ("success", "title")]
    return [
        one.value.replace("\\", "") for one in drawn[: next(n for n, one in enumerate(drawn) if one.type == "title")]
    ]


def test_rows_without_a_known_patient_are_said_above_the_numbers(page: AppTest) -> None:
    drop(page, csv([(f"{row[0][1:]}.5", *row[1:]) for row in ROWS], head=("somebody", *HEAD[1:])))
    (warning,) = [one for one in page.warning if "each row is taken as one patient" in one.value]
    assert "choose Patient for it among the columns" in warning.value
    drawn = [one.type for one in page.main if one.type in ("warning", "metric")]
    assert drawn[0] == "warning"


def test_column_that_could_name_the_patient_is_asked_about(page: AppTest) -> None:
    drop(page, csv(head=("somebody", *HEAD[1:])))
    assert not page.warning
    asked = widget(page.radio, "Does 'somebody' name the patient?")
    assert asked.value == "none"
    asked.set_value("somebody").run()
    look(page, "columns")
    assert ["somebody", "Patient", "as you said"] in [row[:3] for row in table(page, "Columns")]


def test_what_was_stated_is_used_again_for_the_corrected_file(page: AppTest) -> None:
    drop(page, csv(head=("somebody", *HEAD[1:])))
    widget(page.radio, "Does 'somebody' name the patient?").set_value("somebody").run()
    page.file_uploader[0].set_value([]).run()
    drop(page, csv(ROWS[:5], head=("somebody", *HEAD[1:])), "Mine corrected.csv")
    assert "of your last file with these headers are used again" in text(page)
    assert widget(page.radio, "Does 'somebody' name the patient?").value == "somebody"


def test_no_date_of_an_event_is_no_missing_value(page: AppTest) -> None:
    rows = [("P0", "M", "61", "2019-01-07", "", "", "", "2"), *ROWS]
    drop(page, csv(rows))
    look(page, "missing")
    assert [row[0] for row in table(page, "Missing values")] == ["Last contact"]
    assert "Empty cells not counted: Progression, Death." in text(page)
    bad = [(*ROWS[0][:5], "2021-02-30", *ROWS[0][6:]), *ROWS[1:]]
    drop(page, csv(bad), "Other.csv")
    look(page, "missing")
    assert table(page, "Missing values") == [["Death", "courses", "1 (16.7%)", "1"]]


def test_clean_file_is_understood_without_a_question_and_stored_with_one_click(page: AppTest) -> None:
    drop(page, csv())
    assert not page.radio
    assert page.metric[0].value == "6 (6)"
    assert "4 progressions or deaths among 6 first courses" in text(page)
    assert "3 deaths among 6 first courses" in text(page)
    stored(page)
    assert page.title[0].value == "Survival"
    assert "Mine, version 1" in text(page)
    assert "All 6 patients" in text(page)
    assert told(page) == ["Mine, version 1, is stored; every page shows it now."]
    assert page.query_params["cohort"] == "Mine"
    assert told(page.run()) == [], "it goes with the next click"
    kept = session.open_store().version("Mine")
    assert (kept.file, kept.actor, kept.n_problems) == ("Mine.csv", "local user", 0)


def test_refused_file_lists_its_problems_and_offers_no_store(page: AppTest) -> None:
    drop(page, b"only words\nand more words\n")
    assert "cannot be used as they are; the store is unchanged" in text(page)
    assert not [one for one in page.button if one.key == "commit"]
    assert [one.name for one in session.open_store().cohorts()] == [DEMO_NAME]


def test_problems_are_grouped_counted_and_opened(page: AppTest) -> None:
    rows = [(*row[:5], "2018-01-01" if place % 2 else row[5], *row[6:]) for place, row in enumerate(ROWS)]
    drop(page, csv([*rows, ("P7", "M", "abc", "2020-01-01", "", "", "2021-01-01", "2")]))
    picked = widget(page.selectbox, "Show")
    assert re.fullmatch(r"\d+ errors and \d+ warnings of \d+ kinds", picked.options[0])
    assert picked.options[1] == "Errors only"
    overview = table(page, "Problems")
    assert overview[0][:4] == ["error", "3", "courses, line\u00a03, 5, 7", "death_date"]
    picked.set_value("error|death_before_start|courses|death_date").run()
    assert [row[0] for row in table(page, "Problems of one kind")] == ["3", "5", "7"]
    widget(page.selectbox, "Show").set_value("warning").run()
    assert {row[0] for row in table(page, "Problems")} == {"warning"}


def test_head_says_what_is_open_and_nothing_of_a_selection_beside_a_file(page: AppTest) -> None:
    drop(page, csv())
    assert "Open now: Demo cohort, version 1]  :orange-badge[synthetic]" in text(page)
    assert "110 patients" not in text(page)


def test_warnings_alone_are_called_so(page: AppTest) -> None:
    head = (*HEAD, "ki67")
    drop(page, csv([(*row, "30") for row in ROWS], head))
    offered = widget(page.segmented_control, "Look at").options
    assert [one for one in offered if "warning" in one or "rror" in one] == ["5 warnings"]
    look(page, "problems")
    assert widget(page.selectbox, "Show").options[0] == "5 warnings of one kind"
    drop(page, csv([*((*row, "30") for row in ROWS), ("P7", "M", "abc", *ROWS[0][3:], "10")], head))
    assert "1 error, 5 warnings" in widget(page.segmented_control, "Look at").options


def test_how_it_was_read_names_the_rows_left_out_and_offers_them_as_a_file(page: AppTest, tmp_path: Path) -> None:
    rows = [HEAD, *((*row[:7], "NA") for row in ROWS), [], ("Total", "", "359", "", "", "", "", "2")]
    drop(
        page, xlsx(tmp_path / "Mine.xlsx", {"Feuil1": [["Registre PRRT"], *map(list, rows)]}).read_bytes(), "Mine.xlsx"
    )
    assert "How it was read" in widget(page.segmented_control, "Look at").options
    look(page, "changes")
    assert "line 10: totals and other statistics of the table." in text(page)
    labels = [one.label for one in page.get("download_button")]
    assert "Rows left out and cells read as missing, as CSV" in labels


def test_problem_of_a_workbook_is_told_by_its_sheet(page: AppTest, tmp_path: Path) -> None:
    rows = [HEAD, *ROWS[:5], (*ROWS[5][:6], "31/02/2023", "2")]
    drop(page, xlsx(tmp_path / "Mine.xlsx", {"Feuil1": [list(row) for row in rows]}).read_bytes(), "Mine.xlsx")
    look(page, "problems")
    assert table(page, "Problems")[0][2] == "sheet Feuil1, line\u00a07"


def test_a_column_is_changed_by_a_choice_and_the_choice_is_remembered(page: AppTest) -> None:
    head = ("patient_id", "sex", "age_years", "start of it", *HEAD[4:])
    drop(page, csv(head=head))
    assert "No survival time can be derived" in text(page)
    look(page, "columns")
    widget(page.selectbox, "Change what a column is read as").set_value("courses.start of it.field").run()
    page.selectbox(key="column-courses.start of it.field").set_value("first_cycle_date").run()
    assert "3 deaths among 6 first courses" in text(page)
    stored(page)
    assert page.title[0].value == "Survival"
    again = opened()
    drop(again, csv(ROWS[:5], head=head), "Later.csv")
    assert "mapping and the answers of your last file with these headers are used again" in text(again)
    assert "deaths among 5 first courses" in text(again)
    again.button(key="forget-mapping").click().run()
    assert "No survival time can be derived" in text(again)


def test_two_columns_are_never_one_field(page: AppTest) -> None:
    head = (*HEAD[:6], "last_contact_date", "final")
    drop(page, csv([(*row[:7], row[6]) for row in ROWS], head))
    look(page, "columns")
    widget(page.selectbox, "Change what a column is read as").set_value("courses.final.field").run()
    page.selectbox(key="column-courses.final.field").set_value("last_contact_date").run()
    assert not page.exception
    assert page.selectbox(key="column-courses.last_contact_date.field").value == "none"
    assert page.selectbox(key="column-courses.final.field").value == "last_contact_date"


def test_question_says_why_and_what_each_answer_does(page: AppTest) -> None:
    head = ("patient_id", "CgA", "Chromogranine A", *HEAD[3:])
    drop(page, csv([(row[0], f"{100 + n}", f"{200 + 3 * n}", *row[3:]) for n, row in enumerate(ROWS)], head))
    asked = page.radio[0]
    assert "CgA" in asked.label
    assert "Why this is asked" in text(page)
    assert "1 question" in text(page)
    assert "The marked answer is in force until you choose another." in text(page)
    asked.set_value("Chromogranine A").run()
    assert "The marked answer is in force" not in text(page)
    stored(page)
    assert session.open_store().mapping(session.open_store().version("Mine"))["cga_ug_l"] == "Chromogranine A"


def test_data_cutoff_is_stated_and_what_lies_after_it_is_reported(page: AppTest) -> None:
    drop(page, csv())
    assert "Data cut-off 15 February 2023: the latest date in the data" in text(page)
    widget(page.date_input, "Data cut-off, if known").set_value(date(2022, 12, 31)).run()
    assert "Data cut-off 31 December 2022: as stated." in text(page)
    look(page, "problems")
    assert {row[3] for row in table(page, "Problems")} == {"last_contact_date"}
    stored(page)
    assert session.open_store().version("Mine").data_cutoff == date(2022, 12, 31)


def test_saved_mapping_is_dropped_with_the_file(page: AppTest) -> None:
    head = ("patient_id", "sex", "age_years", "begin of it", *HEAD[4:])
    saved = json.dumps({"mapping": {"first_cycle_date": "begin of it"}, "answers": {}}).encode()
    page.file_uploader[0].set_value(
        [("Mine.csv", csv(head=head), "text/csv"), ("mapping.json", saved, "application/json")]
    ).run()
    assert "3 deaths among 6 first courses" in text(page)
    page.file_uploader[0].set_value([("Mine.csv", csv(), "text/csv"), ("mapping.json", b"[", "application/json")]).run()
    assert "not a JSON file that this page has saved" in text(page)


def test_the_next_file_is_compared_and_becomes_a_version(page: AppTest) -> None:
    stored(drop(page, csv()))
    again = opened()
    drop(again, csv([*ROWS[:4], ("P5", "M", "67", *ROWS[4][3:]), ("P9", *ROWS[0][1:])]), "Mine.csv")
    assert "Courses: 1 row added, 1 row removed, 1 row changed (Age in 1)." in text(again)
    assert "this becomes its version 2; the earlier ones are kept" in text(again)
    stored(again)
    assert [one.version for one in session.open_store().versions("Mine")] == [2, 1]
    once_more = opened()
    drop(once_more, csv(), "Mine.csv")
    assert "are version 1 of 'Mine' already" in text(once_more)
    stored(once_more)
    assert told(once_more) == ["Mine, version 1, was stored already; every page shows it now."]
    assert once_more.query_params["version"] == "1"
    assert "version 1, the newest is 2" in text(once_more)


def test_update_under_another_name_is_proposed_as_a_version_with_its_difference(page: AppTest) -> None:
    stored(drop(page, csv()))
    again = opened()
    drop(again, csv(ROWS[:5]), "Autumn.csv")
    assert widget(again.text_input, "Name of the cohort").value == "Mine"
    assert "5 of the 6 courses of 'Mine' are in this file, so it is taken for its update." in text(again)
    assert "this becomes its version 2" in text(again)
    assert "Courses: none added, 1 row removed, none changed." in text(again)
    again.button(key="as-new-cohort").click().run()
    assert widget(again.text_input, "Name of the cohort").value == "Autumn"
    assert "A new cohort" in text(again)
    assert not [one for one in again.button if "version of" in one.label]
    again.selectbox(key="version-of").set_value("Mine").run()
    assert widget(again.text_input, "Name of the cohort").value == "Mine"


def test_cohort_is_stored_under_the_name_that_is_shown(page: AppTest) -> None:
    """Also when the update is recognised only after a column was said to be the first cycle."""
    stored(drop(page, csv()))
    again = opened()
    head = tuple("day one" if name == "first_cycle_date" else name for name in HEAD)
    drop(again, csv(ROWS[:5], head), "Autumn.csv")
    assert widget(again.text_input, "Name of the cohort").value == "Autumn"
    look(again, "columns")
    widget(again.selectbox, "Change what a column is read as").set_value("courses.day one.field").run()
    next(one for one in again.selectbox if one.key == "column-courses.day one.field").set_value(
        "first_cycle_date"
    ).run()
    assert widget(again.text_input, "Name of the cohort").value == "Mine"
    assert "this becomes its version 2" in text(again)
    stored(again)
    assert [one.version for one in session.open_store().versions("Mine")] == [2, 1]


@pytest.fixture
def two_versions(store_path: Path, tmp_path: Path) -> Path:
    for rows in (ROWS, ROWS[:5]):
        (tmp_path / "Mine.csv").write_bytes(csv(rows))
        session.open_store().commit(read_source(tmp_path / "Mine.csv"), "Mine")
    return store_path


def managed(**parameters: str) -> AppTest:
    """The page with the versions of the cohort in view open."""
    at = opened(**parameters)
    at.session_state["versions"] = True
    return at.run()


def submit(at: AppTest, label: str) -> AppTest:
    """Click the button of a form."""
    widget(at.button, label).click().run()
    assert not at.exception
    return at


def test_versions_are_listed_opened_and_compared(two_versions: Path) -> None:
    at = managed(cohort="Mine")
    rows = table(at, "Versions of Mine")
    assert [row[:3] for row in rows] == [["2", "5", "5"], ["1", "6", "6"]]
    assert rows[0][4:] == ["Mine.csv", rows[0][5], "local\u00a0user", "0"]
    at.selectbox(key="compare-Mine-2").set_value(1).run()
    assert "Courses: none added, 1 row removed, none changed." in text(at)
    main = "First cycle 2019-06-03; Sex female; Grade 2; Death 2022-12-12; Last contact 2022-12-12"
    assert table(at, "Rows added and removed") == [["removed", "courses", "P6, PRRT course 1", "7", main]]
    at.selectbox(key="managed-version").set_value(1).run()
    at.button(key="open-version").click().run()
    assert "Mine, version 1, the newest is 2" in text(at)
    assert at.query_params["version"] == "1"


def test_an_older_version_is_restored_as_the_newest(two_versions: Path) -> None:
    at = managed(cohort="Mine")
    at.selectbox(key="managed-version").set_value(1).run()
    at.button(key="restore").click().run()
    assert not at.exception
    assert [(one.version, one.n_patients) for one in session.open_store().versions("Mine")] == [(3, 6), (2, 5), (1, 6)]
    assert "Mine, version 3" in text(at)
    assert told(at) == ["Version 1 of Mine is restored as version 3, which every page shows now."]
    files = [row[4] for row in table(at, "Versions of Mine")]
    assert files == ["Mine.csv (restored from version 1)", "Mine.csv", "Mine.csv"]
    at.run()
    assert told(at) == []


def test_what_open_and_restore_do_stands_beside_them(two_versions: Path) -> None:
    at = managed(cohort="Mine")
    assert "Open shows this version on every page; the store stays as it is." in text(at)
    assert "Restore adds" not in text(at)
    assert "Choose an earlier version to restore it." in text(at)
    at.selectbox(key="managed-version").set_value(1).run()
    assert "Restore adds a new version with the content of this one" in text(at)
    assert "Choose an earlier version" not in text(at)


def test_the_versions_of_ones_own_cohort_are_managed_first(two_versions: Path, tmp_path: Path) -> None:
    assert managed().selectbox(key="managed-cohort").value == "Mine"
    (tmp_path / "Later.csv").write_bytes(csv(ROWS[:3]))
    session.open_store().commit(read_source(tmp_path / "Later.csv"), "Later")
    assert managed().selectbox(key="managed-cohort").value == "Later"
    assert managed(cohort="Mine").selectbox(key="managed-cohort").value == "Mine"


def test_deleting_stands_last_under_its_own_heading(two_versions: Path) -> None:
    at = managed(cohort="Mine")
    assert [one.value for one in at.subheader] == ["Compare", "Rename", "Delete"]


def test_a_cohort_is_renamed_and_stays_in_view(two_versions: Path) -> None:
    at = managed(cohort="Mine")
    at.text_input(key="rename-Mine").set_value("Our centre")
    submit(at, "Rename")
    assert "Our centre, version 2" in text(at)
    assert told(at) == ["Mine is called Our centre now."]
    assert [one.version for one in session.open_store().versions("Our centre")] == [2, 1]
    at.text_input(key="rename-Our centre").set_value(DEMO_NAME)
    submit(at, "Rename")
    assert "There is a cohort 'Demo cohort' already" in text(at)
    assert told(at) == []


def test_a_cohort_that_is_not_in_view_is_renamed_and_stays_managed(two_versions: Path, tmp_path: Path) -> None:
    (tmp_path / "Later.csv").write_bytes(csv(ROWS[:3]))
    session.open_store().commit(read_source(tmp_path / "Later.csv"), "Later")
    at = managed()
    at.selectbox(key="managed-cohort").set_value("Mine").run()
    at.text_input(key="rename-Mine").set_value("Our centre")
    submit(at, "Rename")
    assert at.selectbox(key="managed-cohort").value == "Our centre"
    assert told(at) == ["Mine is called Our centre now."]


def test_deleting_asks_for_the_typed_name(two_versions: Path) -> None:
    at = managed(cohort="Mine")
    at.text_input(key="typed-Mine").set_value("mine")
    submit(at, "Delete for good")
    assert "Nothing is deleted: the name typed is not 'Mine'." in text(at)
    at.selectbox(key="delete-Mine").set_value(2)
    at.text_input(key="typed-Mine").set_value("Mine")
    submit(at, "Delete for good")
    assert [one.version for one in session.open_store().versions("Mine")] == [1]
    assert "Mine, version 1" in text(at)
    assert told(at) == ["Version 2 of Mine is deleted; nothing of it is left in the store."]
    at.text_input(key="typed-Mine").set_value("Mine")
    submit(at, "Delete for good")
    assert told(at) == ["Mine is deleted; nothing of it is left in the store."]
    assert said_over(at) == told(at)
    assert session.open_store().versions("Mine") == []
    assert "Demo cohort, version 1" in text(at)


def test_a_version_is_taken_away_as_clean_files(two_versions: Path, tmp_path: Path) -> None:
    store = session.open_store()
    with zipfile.ZipFile(io.BytesIO(versions.files(store, store.version("Mine")))) as archive:
        archive.extractall(tmp_path / "again")
    again = read_source(tmp_path / "again")
    assert again.tables["courses"]["patient_id"].tolist() == ["P1", "P2", "P3", "P4", "P5"]
    assert again.problems == ()


def test_the_demo_cohort_is_neither_renamed_nor_deleted(page: AppTest) -> None:
    at = managed()
    assert not [one for one in at.button if one.label in ("Rename", "Delete for good")]
    assert "belongs to the explorer" in text(at)


def test_a_long_reading_shows_its_step_and_is_cancelled(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.0)
    rows = [(f"Q{n}", *ROWS[n % 6][1:]) for n in range(120_000)]
    drop(page, csv(rows))
    assert page.button(key="cancel-reading").label == "Cancel"
    page.button(key="cancel-reading").click().run()
    monkeypatch.setattr(uploads, "PATIENCE", 60.0)
    page.run()
    assert "The reading was cancelled; the store is unchanged." in text(page)
    page.button(key="read-again").click().run()
    assert page.metric[0].value == "120,000 (120,000)"


def test_version_stands_in_the_address_and_one_that_is_gone_is_said(two_versions: Path) -> None:
    old = opened(cohort="Mine", version="1")
    assert "Open now: Mine, version 1, the newest is 2" in text(old)
    assert "All 6 patients" in text(old.switch_page("survival.py").run())
    gone = opened(cohort="Mine", version="7")
    assert "There is no version 7 of 'Mine'" in text(gone)
    assert "Open now: Mine, version 2" in text(gone)
    nobody = opened(cohort="Nobody's ![x](http://y.example/z)")
    assert "There is no cohort" in text(nobody)
    assert all("![x](" not in one.value for one in nobody.warning)
    assert "Demo cohort, version 1" in text(nobody)


def test_read_only_hides_loading_and_deleting(two_versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRRT_READ_ONLY", "1")
    at = opened(cohort="Mine")
    assert not at.exception
    assert not at.file_uploader
    assert "loading and deleting are switched off" in text(at)
    assert at.expander[0].label == "Versions: compare, download"


def test_templates_are_a_zip_that_says_what_the_fields_are() -> None:
    with zipfile.ZipFile(io.BytesIO(uploads.templates())) as archive:
        assert {"courses.csv", "labs.csv", "data_dictionary.csv"} <= set(archive.namelist())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "file.passwd"),
        ("..\\..\\a.csv", "a.csv"),
        ("x\u202egnp.csv", "xgnp.csv"),
        ("a" * 300 + ".xlsx", "a" * 100 + ".xlsx"),
        ("\x00", "file.csv"),
        ("Données 2024.csv", "Données 2024.csv"),
    ],
)
def test_file_names_stay_in_their_folder(given: str, kept: str) -> None:
    assert uploads.file_name(given) == kept

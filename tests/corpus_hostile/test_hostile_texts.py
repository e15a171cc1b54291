"""Hostile texts in files, names and headers stay text: in what is read, stored, said and exported."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote

import pytest

from core.analysis_file import analysis_file
from core.cohort import StoreError
from core.commit import checked_name
from core.ingest import read_source, report, try_source
from core.ingest.problem_files import annotated, problems_csv
from core.options import Options
from core.selection import Selection, parse_query
from core.spreadsheet import unguarded
from core.store import Store
from pages.shared.show import escape
from tests.command import run
from tests.corpus_hostile.cohort import CELLS, HEADERS, LEVELS, as_read, cell, sheet, text_file, wrong_cells
from tests.corpus_hostile.texts import BY_KIND, HOSTILE
from tests.corpus_messy.files import delimited, save
from tests.ingest.files import TODAY, cells

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SMALL = "patient_id,os_days,os_event\nP1,100,1\nP2,200,0\n"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    return read_source(text_file(tmp_path_factory.mktemp("hostile")), today=TODAY)


@pytest.fixture(scope="module")
def stored(tmp_path_factory, read):
    with Store(tmp_path_factory.mktemp("store") / "cohorts.duckdb") as store:
        yield store, store.commit(read, "'; DROP TABLE versions; --")


def test_hostile_texts_are_many_and_of_every_kind():
    assert len(HOSTILE) >= 300
    assert len(HEADERS) >= 300
    assert all(len(texts) >= 10 for texts in BY_KIND.values())


def test_hostile_cells_are_read_as_they_stand(read):
    assert read.rows_kept == len(CELLS)
    assert cells(read, "trial") == [as_read(text) for text in CELLS]
    named = [text for text in cells(read, "patient_id") if not text.startswith("line ")]
    assert named == [as_read(text) for text in CELLS if as_read(text) is not None]


def test_hostile_headers_and_levels_are_read_as_they_stand(read):
    labels = {field.label: field for field in read.extras.values()}
    kept = [header for header in HEADERS if header.strip() in labels]
    assert len(kept) >= len(HEADERS) - 12  # "line", "age" and the like are fields, or found twice
    texts = 0
    for place, header in enumerate(HEADERS):
        field = labels.get(header.strip())
        if field is None or field.type not in ("text", "category"):
            continue
        texts += 1
        wanted = [as_read(cell(place, row)) for row in range(LEVELS)]
        assert cells(read, field.name)[:LEVELS] == wanted, header
    assert texts >= 290


def test_hostile_names_of_columns_are_plain(read):
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in read.extras)


def test_hostile_texts_come_back_from_the_store(stored, read):
    store, version = stored
    assert version.name == "'; DROP TABLE versions; --"
    found = store.columns(version, Selection(), ("patient_id", "trial"), Options())
    assert found["trial"].tolist() == cells(read, "trial")
    assert found["patient_id"].tolist() == cells(read, "patient_id")
    with store.cursor() as cursor:
        tables = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "versions" in tables


def test_hostile_levels_are_selected_as_values(stored):
    store, version = stored
    field = next(one for one in version.fields.values() if one.label == "' OR '1'='1 h")
    for level in field.levels:
        selection = parse_query(f"{field.name}={quote(level, safe='')}", version.fields)
        assert store.size(version, selection, Options()).n_courses in range(1, len(CELLS))


def test_hostile_texts_in_the_analysis_file_run_in_no_spreadsheet(stored, tmp_path):
    store, version = stored
    path = tmp_path / "analysis.csv"
    analysis_file(store, version, Selection(), Options()).write(path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert len(rows) == version.n_courses
    number = {place for place, name in enumerate(header) if name in version.fields and version.fields[name].numeric}
    assert not [name for name in header if name.startswith(FORMULA)]
    assert not [text for row in rows for place, text in enumerate(row)
                if text.startswith(FORMULA) and place not in number and not _negative(text)]  # fmt: skip
    trial = header.index("trial")
    assert sorted(unguarded(row[trial]) for row in rows if row[trial]) == sorted(filter(None, map(as_read, CELLS)))


def _negative(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_hostile_cells_where_numbers_should_be_are_named_and_run_nowhere(tmp_path):
    read = read_source(save(tmp_path, delimited(wrong_cells())), today=TODAY)
    assert len({one.line for one in read.problems}) > 250
    for one in read.problems:
        assert one.message.endswith(".")
        assert len(one.message) < 500
    for row in list(csv.reader(io.StringIO(problems_csv(read.problems).decode("utf-8-sig"), newline="")))[1:]:
        assert not [text for text in row if text.startswith(FORMULA)]
    given_back = annotated(tmp_path / "cohort.csv", read.problems).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(given_back, newline="")):
        assert not [text for text in row if text.startswith(FORMULA) and not _negative(text) and text.strip("+-")]


def test_hostile_canonical_files_import_again_and_run_in_no_spreadsheet(stored, read, tmp_path):
    store, version = stored
    for name, data in store.canonical_files(version).items():
        (tmp_path / name).write_bytes(data)
        if not name.endswith(".csv"):
            continue
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            assert not [text for text in row if text.startswith(FORMULA) and not _negative(text)]
    again = read_source(tmp_path, today=TODAY)
    assert cells(again, "trial") == cells(read, "trial")


def test_hostile_workbook_is_read_as_it_stands(tmp_path):
    read = read_source(sheet(tmp_path), today=TODAY)
    assert '=HYPERLINK("https://evil.example","x")' in cells(read, "trial")
    assert "<script>window.pwned=1</script>" in cells(read, "trial")


@pytest.mark.parametrize("name", [*HOSTILE, "", "a\0b", "x" * 101])
def test_hostile_name_of_a_cohort_is_kept_or_refused_in_a_sentence(name):
    try:
        kept = checked_name(name)
    except StoreError as refusal:
        said = str(refusal)
    else:
        assert kept == " ".join(name.split())
        assert kept.isprintable()
        return
    assert said == "A cohort's name has 1 to 100 printable characters."


def test_hostile_names_of_cohorts_are_stored_and_found_again(tmp_path):
    read = read_source(save(tmp_path, SMALL), today=TODAY)
    names = [text for text in HOSTILE[::9] if text.isprintable() and text.strip() and len(text) <= 100]
    assert len(names) > 25
    with Store(tmp_path / "cohorts.duckdb") as store:
        kept = {store.commit(read, name).name for name in names}
    with Store(tmp_path / "cohorts.duckdb") as store:
        assert {one.name for one in store.cohorts()} == kept
        for name in kept:
            assert store.columns(store.version(name), Selection(), ("patient_id",), Options())[
                "patient_id"
            ].tolist() == [
                "P1",
                "P2",
            ]


def test_hostile_names_of_files_are_read_and_said_as_text(tmp_path):
    tried = 0
    for name in HOSTILE:
        path = tmp_path / f"{name}.csv"
        if "/" in name or "\0" in name or len(path.name.encode()) > 255:
            continue
        tried += 1
        path.write_text(SMALL, encoding="utf-8")
        assert try_source(path, today=TODAY).rows_kept == 2, name
        path.write_text("", encoding="utf-8")
        (problem,) = try_source(path, today=TODAY).problems
        assert problem.code == "empty_file", name
        path.unlink()
    assert tried > 250


@pytest.mark.parametrize("kind", BY_KIND)
def test_hostile_answers_mappings_and_names_on_the_command_line(tmp_path, kind):
    path = save(tmp_path, SMALL)
    for text in BY_KIND[kind][:12]:
        for arguments in (("--map", f"os_days={text}"), ("--answer", f"{text}=x"), ("--map", f"{text}=os_days")):
            answer = run("check", path, *arguments, "--json")
            assert answer.status in (0, 1, 2)
            assert "Traceback" not in answer.err + answer.out


def test_hostile_report_is_json_and_holds_no_control_character(read):
    said = json.dumps(report(read), ensure_ascii=True)
    assert json.loads(said)["rows_kept"] == len(CELLS)


@pytest.mark.parametrize("text", [text for kind in ("html", "markdown") for text in BY_KIND[kind]])
def test_hostile_text_is_escaped_for_pages(text):
    shown = escape(text)
    for sign in "<>[]()`*_$:!#|~":
        assert all(shown[place - 1] == "\\" for place, one in enumerate(shown) if one == sign), shown

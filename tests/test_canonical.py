"""A version downloaded and imported again is the identical cohort: every cell, every time, every grade."""

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.canonical import zipped
from core.demo import DEMO_FOLDER
from core.ingest import read_source
from core.spreadsheet import guarded, unguarded
from core.sql.names import table_names
from core.store import Store
from tests.ingest.files import TODAY
from tests.ingested import extra, ingested

ROOT = Path(__file__).parents[1]
GOLDEN = sorted((ROOT / "tests" / "corpus" / "expected").glob("*.json"))
USABLE = [one.stem for one in GOLDEN if json.loads(one.read_text(encoding="utf-8"))["status"] < 2]


def rows(store, version, table):
    """A table's rows with their columns, without the lines, which are those of each file."""
    with store.cursor() as cursor:
        names = [row[0] for row in cursor.execute(f"DESCRIBE {table}").fetchall()]
        kept = [name for name in names if name != "line"]
        listed = ", ".join('"' + name.replace('"', '""') + '"' for name in kept)
        return kept, cursor.execute(f"SELECT {listed} FROM {table} ORDER BY ALL").fetchall()


def assert_comes_back(store, version, folder, **options):
    """Write the files, import them, and compare everything that analyses read. Returns the files."""
    folder.mkdir()
    files = store.canonical_files(version)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    again = store.commit(read_source(folder, today=TODAY, **options), "Again")
    for table in (*version.tables, "analysis", "grades"):
        before, after = (getattr(table_names(one.id), table) for one in (version, again))
        assert rows(store, again, after) == rows(store, version, before), table
    for name in ("synthetic", "data_cutoff", "data_cutoff_source", "endpoints", "tables", "n_patients"):
        assert getattr(again, name) == getattr(version, name), name
    assert dict(again.fields) == dict(version.fields)
    assert store.difference_between(version, again).nothing
    assert store.canonical_files(again) | {"cohort.json": b""} == files | {"cohort.json": b""}
    return files


def test_demo_cohort_comes_back(tmp_path):
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), "Demo")
        files = assert_comes_back(store, version, tmp_path / "files")
    assert list(files) == ["courses.csv", "cycles.csv", "labs.csv", "adverse_events.csv", "cohort.json", "SYNTHETIC"]


@pytest.mark.parametrize("case", USABLE)
def test_corpus_cohort_comes_back(tmp_path, case):
    read = read_source(ROOT / "tests" / "corpus" / "input" / case, today=TODAY)
    with Store(":memory:") as store:
        assert_comes_back(store, store.commit(read, "Test"), tmp_path / "files")


def test_everything_that_is_hard_comes_back(tmp_path):
    text = (
        "patient_id,course,sex,ki67_percent,cga_ug_l,first_cycle_date,death_date,last_contact_date,trial,"
        "=ward,Grade (own),line,Site,site,zero_one\n"
        "-A1,1,f,abc,1.234,2020-01-06,,2022-05-01,+LuMEN,=1+1,7,a,x,1,1\n"
        "'=A2,1,m,12,1e-7,2020-02-03,2021-13-45,2021-09-09,@home,'=x,8,b,y,2,0.0\n"
        '"A 3",1,m,3,123456.5,2020-03-02,,2023-01-01,"a ""quoted"", one\nline",\'\'-y,9,c,z,3,1\n'
    )
    (tmp_path / "courses.csv").write_text(text, encoding="utf-8")
    with Store(":memory:") as store:
        read = read_source(tmp_path / "courses.csv", today=TODAY, cutoff=date(2023, 6, 1))
        version = store.commit(read, "Hard")
        assert set(read.unusable) >= {"ki67_percent", "death_date"}
        files = assert_comes_back(store, version, tmp_path / "files")
    written = files["courses.csv"].decode("utf-8-sig")
    assert all(cell in written for cell in ("'=1+1", "''=x", "'+LuMEN", "unusable"))
    assert json.loads(files["cohort.json"])["data_cutoff"] == "2023-06-01"
    assert list(files) == ["courses.csv", "cohort.json"]


def test_signs_are_written_back():
    labs = [{"patient_id": "A", "date": "2020-01-01", "analyte": "ALT", "value": 5.0, "unit": "U/L"}]
    given = ingested(
        [{"patient_id": "A", "cga_ug_l": 0.5}, {"patient_id": "B", "cga_ug_l": 1000.0}],
        labs=labs,
        signs={"cga_ug_l": {2: "<", 3: ">"}, "labs.value": {2: "<="}},
    )
    with Store(":memory:") as store:
        files = store.canonical_files(store.commit(given, "Test"))
    assert files["courses.csv"].decode("utf-8-sig") == "patient_id,cga_ug_l,synthetic\nA,<0.5,yes\nB,>1000,yes\n"
    assert files["labs.csv"].decode("utf-8-sig") == "patient_id,date,analyte,value,unit\nA,2020-01-01,ALT,<=5,U/L\n"


def test_files_without_their_description_are_read_like_any_others(tmp_path):
    given = ingested([{"patient_id": "A", "nlr": 1.5, "ward": "=x"}], extras={"ward": extra("ward", "text")})
    with Store(":memory:") as store:
        files = store.canonical_files(store.commit(given, "Test"))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert read_source(tmp_path, today=TODAY).tables["courses"]["ward"].tolist() == ["=x"]
    for text in ("[]", "{}", '{"own_columns": 1}', "", '{"own_columns": [], "data_cutoff": "soon"}'):
        (tmp_path / "cohort.json").write_text(text, encoding="utf-8")
        assert read_source(tmp_path, today=TODAY).tables["courses"]["ward"].tolist() == ["'=x"]


def test_zip_is_the_same_twice_and_whole():
    files = {"courses.csv": b"patient_id\nA\n", "SYNTHETIC": b""}
    data = zipped(files)
    assert zipped(files) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


@given(st.text("'=+-@\t\rax", max_size=6))
def test_guard_comes_off_again(text):
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


LETTERS = "abzé 01,;'=+-@.\"<>|%/"
TEXT = st.none() | st.text(LETTERS, max_size=6).map(
    lambda text: f"x{text}".strip() if text[:1] not in "=+@'" else f"{text}z"
)
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 5000).map(lambda n: n / 1000)
DAY = st.none() | st.integers(0, 5000).map(lambda n: str(date(2010, 1, 1).fromordinal(733_773 + n)))
OWN = {"text": TEXT, "number": NUMBER, "date": DAY, "integer": st.none() | st.integers(-(2**50), 2**50)}
OWN["yes_no"] = st.none() | st.booleans()
HEADER = (
    st.text("abKé_ =+(%2", min_size=1, max_size=8).map(str.strip).filter(lambda text: any(c.isalpha() for c in text))
)


@st.composite
def cohorts(draw):
    n = draw(st.integers(1, 6))

    def column(cells):
        return draw(st.lists(cells, min_size=n, max_size=n))

    columns = {
        "nlr": column(st.none() | st.integers(0, 9_000).map(lambda k: k / 1000)),
        "sex": column(st.sampled_from([None, "male", "female"])),
        "diabetes": column(st.none() | st.booleans()),
        "first_cycle_date": column(DAY),
        "last_contact_date": column(DAY),
        "trial": column(TEXT),
    }
    headers = draw(st.lists(HEADER, max_size=4, unique_by=str.casefold))
    own = {}
    for header in headers:
        kind = draw(st.sampled_from(sorted(OWN)))
        own[header] = (kind, column(OWN[kind]))
    return n, columns, own


def csv_text(n, columns, own):
    """The cohort as a person's file."""

    def cell(value):
        return (
            "" if value is None else {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        )

    with io.StringIO(newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["patient_id", *columns, *own])
        for i in range(n):
            cells = [values[i] for values in (*columns.values(), *(values for _, values in own.values()))]
            writer.writerow([f"P{i}", *(cell(value) for value in cells)])
        return out.getvalue()


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_any_cohort_comes_back(tmp_path_factory, cohort):
    folder = tmp_path_factory.mktemp("cohort")
    (folder / "courses.csv").write_text(csv_text(*cohort), encoding="utf-8")
    read = read_source(folder / "courses.csv", today=TODAY)
    with Store(":memory:") as store:
        assert_comes_back(store, store.commit(read, "Test"), folder / "files")


def test_signs_and_the_demo_cohort_come_back_from_a_zip(tmp_path):
    text = (
        "patient_id,cga_ug_l,crp_mg_l,own_marker,os_days,os_event\n"
        "A,<20,<0.5,<3,100,1\nB,>1000,1.234,5,200,0\nC,345,<=2,>=7.5,300,1\n"
    )
    (tmp_path / "courses.csv").write_text(text, encoding="utf-8")
    for source in (tmp_path / "courses.csv", DEMO_FOLDER):
        read = read_source(source, today=TODAY)
        with Store(":memory:") as store:
            version = store.commit(read, "Test")
            (tmp_path / "files.zip").write_bytes(zipped(store.canonical_files(version)))
            again = read_source(tmp_path / "files.zip", today=TODAY)
            assert again.signs == read.signs
            assert (again.questions, again.synthetic) == ((), version.synthetic)
            assert store.difference("Test", again).nothing
    assert read_source(tmp_path / "courses.csv", today=TODAY).signs["cga_ug_l"] == {2: "<", 3: ">"}

"""Versions after the import: listed, restored, renamed, deleted without a trace; files of an earlier release."""

import lzma
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from core import permissions, store_rewrite
from core.deck.deck import Deck, add, annotate, retitle, titled
from core.demo import DEMO_NAME, ensure_demo
from core.ingest import read_source
from core.ingest.stated import Stated
from core.permissions import READ_ONLY_VARIABLE
from core.problems import Problem
from core.saved import SavedView
from core.selection import Selection
from core.store import Store, StoreError
from tests.ingest.files import write
from tests.ingested import extra, ingested, stored
from tests.kept import keep
from tests.test_store import ROWS, contents, values

ROOT = Path(__file__).parents[1]
OTHER = [{"patient_id": "C", "course": 1, "sex": "male", "os_days": 7.0, "os_event": True}]
CANARY = "Zanzibar-Canary"
TELLING = [{"patient_id": f"{CANARY}-{n:05d}", "note": f"{CANARY}-note-{n}", "cga_ug_l": n / 7} for n in range(5_000)]


def telling():
    """A cohort whose every place that can hold text holds the canary."""
    return ingested(
        TELLING,
        extras={"note": extra("note", "text", label=f"{CANARY} label")},
        labs=[{"patient_id": f"{CANARY}-00001", "date": "2020-01-01", "analyte": "ALT", "value": 1.0, "unit": "U/L"}],
        problems=[Problem("warning", "odd", "courses", 2, "note", f"{CANARY} cell", f"{CANARY} said.", "Look.")],
        changes=[f"{CANARY} was changed."],
        signs={"cga_ug_l": {2: "<"}},
        file=f"{CANARY}.csv",
    )


def keep_telling(store):
    """A deck and views of both telling cohorts, with the canary in their every word; returns the deck's id."""
    deck = titled(Deck(), f"{CANARY} deck")
    for cohort in ("Gone", "Gone too"):
        deck = add(deck, {"what": "flow", "cohort": cohort, "version": 1, "selection": f"note={CANARY}-note-1"})
    for number in (1, 2):
        deck = annotate(retitle(deck, number, f"{CANARY} title"), number, f"{CANARY} note")
    store.save_view(SavedView("plain", "Gone", 1, "survival", f"note={CANARY}-note-1", newest=True))
    store.save_view(SavedView(f"{CANARY} view", "Gone too", 1, "survival", f"note={CANARY}-note-1"))
    return keep(store, deck)


def traces(folder):
    """Files beneath the folder that hold the canary."""
    return [one.name for one in folder.rglob("*") if one.is_file() and CANARY.encode() in one.read_bytes()]


def held_traces(folder):
    """The same, asked of another process: reading and closing the file here would drop this process's lock on it."""
    script = f"from tests.test_store_versions import traces, Path; print(traces(Path({str(folder)!r})))"
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout


# --- list, restore, rename


def test_version_says_who_and_what(tmp_path):
    problem = Problem("warning", "odd", "courses", 2, "sex", "x", "It is odd.", "Look.")
    with Store(tmp_path / "cohorts.duckdb") as store:
        version = store.commit(ingested(ROWS, problems=[problem], file="export.xlsx"), "Test", actor="An Investigator")
        assert (version.actor, version.file, version.n_problems) == ("An Investigator", "export.xlsx", 1)
        assert store.commit(ingested(OTHER), "Test").actor == "local user"
    with Store(store.path, read_only=True) as again:
        assert again.version("Test", 1) == version


def test_restore_makes_an_old_version_the_newest(tmp_path):
    cycles = [{"patient_id": "A", "course": 1, "cycle": 1, "date": "2020-01-02", "activity_gbq": 7.4}]
    given = ingested(ROWS, cycles=cycles, unusable={"grade": [3]}, signs={"cga_ug_l": {2: "<"}}, changes=["One."])
    with Store(tmp_path / "cohorts.duckdb") as store:
        first = store.commit(given, "Test")
        second = store.commit(ingested(OTHER), "Test")
        third = store.restore(first, actor="Me")
        assert (third.version, third.sha256, third.n_courses, third.actor) == (3, first.sha256, 3, "Me")
        assert store.versions("Test") == [third, second, first]
        assert third.fields == first.fields
        assert values(store, third, "os_days") == values(store, first, "os_days") == [10, 20, 5]
        assert store.changes(third) == ("One.",)
        found = contents(store)
        for table in ("courses", "cycles", "analysis", "grades"):
            assert found[f"v3_{table}"] == found[f"v1_{table}"]
        assert found["signs"] == ["(1, 'cga_ug_l', 2, '<')", "(3, 'cga_ug_l', 2, '<')"]
        assert store.restore(third).already_stored is True
        assert store.commit(given, "Test") == third
        assert store.commit(ingested(OTHER), "Test") == second
    with Store(store.path) as again:
        assert again.version("Test") == third


def test_rename_takes_every_version_along(tmp_path):
    store, first = stored(tmp_path, ROWS)
    with store:
        store.commit(ingested(OTHER), "Test")
        store.commit(ingested(OTHER), "Taken")
        renamed = store.rename("Test", "  Bordet  2023 ")
        assert (renamed.name, renamed.version) == ("Bordet 2023", 2)
        assert store.versions("Test") == []
        assert [one.version for one in store.versions("Bordet 2023")] == [2, 1]
        assert store.commit(ingested(ROWS), "Bordet 2023") == replace(first, name="Bordet 2023")
        with pytest.raises(StoreError, match=r"^There is a cohort 'Taken' already"):
            store.rename("Bordet 2023", "Taken")
        with pytest.raises(StoreError, match="no cohort 'Test'"):
            store.rename("Test", "New")
        with pytest.raises(StoreError, match="1 to 100 printable"):
            store.rename("Taken", "")
    with Store(store.path) as again:
        assert [one.name for one in again.cohorts()] == ["Taken", "Bordet 2023"]


def test_remembered_is_the_last_that_was_stated(tmp_path):
    store, _ = stored(tmp_path, ROWS)
    with store:
        assert store.remembered("k1") is None
        store.remember("k1", Stated({"os_days": "time"}, {"courses.dates": "day first"}, date(2020, 1, 1)))
        store.remember("k2", Stated({"os_days": "t"}))
        store.remember("k1", Stated({"os_days": "temps"}, {"courses.dates": "month first"}))
    with Store(store.path, read_only=True) as again:
        assert again.remembered("k1") == Stated({"os_days": "temps"}, {"courses.dates": "month first"})
        assert again.remembered("k2") == Stated({"os_days": "t"})


# --- permissions


@pytest.mark.parametrize(("value", "allowed"), [("1", False), ("Yes", False), ("on", False), ("", True), ("0", True)])
def test_permissions_follow_the_environment(monkeypatch, value, allowed):
    monkeypatch.setenv(READ_ONLY_VARIABLE, value)
    assert [permissions.may(action) for action in permissions.ACTIONS] == [allowed] * len(permissions.ACTIONS)
    assert permissions.may("import", " ") is False
    with pytest.raises(ValueError, match="'fly' is not an action"):
        permissions.may("fly")


def test_read_only_installation_shows_and_changes_nothing(tmp_path, monkeypatch):
    store, version = stored(tmp_path, ROWS)
    store.close()
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    for settings in ({}, {"read_only": False}):
        with Store(store.path, **settings) as shown:
            assert shown.cohorts() == [version]
            for change, what in (
                (lambda: shown.commit(ingested(OTHER), "New"), "imported"),
                (lambda: shown.restore(version), "imported"),
                (lambda: shown.remember("k", Stated()), "imported"),
                (lambda: shown.rename("Test", "New"), "renamed"),
                (lambda: shown.delete("Test"), "deleted"),
            ):
                with pytest.raises(StoreError, match=f"for reading only; cohorts cannot be {what}"):
                    change()
            for change, what in (
                (lambda: keep(shown, Deck()), "decks cannot be saved"),
                (lambda: shown.save_view(SavedView("v", "Test", 1, "survival", "")), "views cannot be saved"),
                (lambda: shown.rename_view("v", "w"), "views cannot be saved"),
                (lambda: shown.delete_view("v"), "views cannot be saved"),
            ):
                with pytest.raises(StoreError, match=f"for reading only; {what}"):
                    change()
            assert (shown.cohorts(), shown.views(), shown.deck("x")) == ([version], [], None)
    with Store(":memory:") as scratch:  # a file looked at on the command line is nobody's store
        assert scratch.commit(ingested(ROWS), "Test").version == 1


# --- delete


def test_delete_leaves_no_value_in_the_file(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        kept = store.commit(ingested(ROWS), "Kept")
        store.commit(telling(), "Gone")
        store.commit(telling(), "Gone too")
        deck = keep_telling(store)
        before = {name: rows for name, rows in contents(store).items() if name.startswith("v1_")}
        assert [one.name for one in store.delete("Gone")] == ["Gone"]
        assert "cohorts.duckdb" in held_traces(tmp_path)  # the same content stands in another cohort
        assert [one.name for one in store.views()] == [f"{CANARY} view"]
        store.delete("Gone too")
        assert held_traces(tmp_path).strip() == "[]"
        left = store.deck(deck)
        assert [dict(one.recipe) for one in left.blocks] == [{"what": "flow", "gone": True}] * 2
        assert (left.title, {(one.title, one.note) for one in left.blocks}) == ("", {("", "")})
        assert store.views() == []
        assert {
            name: rows for name, rows in contents(store).items() if name[0] == "v" and name != "views"
        } == before | {"versions": contents(store)["versions"]}
        assert store.cohorts() == [kept]
        assert values(store, kept, "os_days") == [10, 20, 5]
        assert sorted(one.name for one in tmp_path.iterdir()) == ["cohorts.duckdb"]
        new = store.commit(telling(), "Gone")
        assert (new.id, new.version) == (4, 1)  # an id is never used twice
    with Store(store.path) as again:
        assert {one.name for one in again.cohorts()} == {"Kept", "Gone"}
        again.delete("Gone")
    assert traces(tmp_path) == []


def test_delete_one_version(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        first = store.commit(ingested(ROWS), "Test")
        store.commit(telling(), "Test")
        store.delete("Test", 2)
        assert store.versions("Test") == [first]
        assert store.commit(ingested(OTHER), "Test").version == 3  # nor is a number
        with pytest.raises(StoreError, match="no version 2 of cohort 'Test'"):
            store.delete("Test", 2)
        with pytest.raises(StoreError, match="no cohort 'Nobody'"):
            store.delete("Nobody")
    assert traces(tmp_path) == []


def test_delete_spares_the_demo_cohort(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        ensure_demo(store)
        for change in (lambda: store.delete(DEMO_NAME), lambda: store.rename(DEMO_NAME, "Mine")):
            with pytest.raises(StoreError, match="belongs to the explorer and cannot be"):
                change()


def test_delete_in_memory(tmp_path):
    with Store(":memory:") as store:
        store.commit(ingested(ROWS), "Test")
        store.delete("Test")
        assert store.cohorts() == []


def test_delete_keeps_constraints_and_rights_of_the_file(tmp_path):
    store, version = stored(tmp_path, ROWS)
    with store:
        store.commit(ingested(OTHER), "Other")
        store.path.chmod(0o600)
        store.delete("Other")
        assert store.path.stat().st_mode & 0o777 == 0o600
        with store.cursor() as cursor, pytest.raises(duckdb.ConstraintException):
            cursor.execute("INSERT INTO versions SELECT * FROM versions")
        with store.cursor() as cursor:
            assert cursor.execute("SELECT current_setting('lock_configuration')").fetchall() == [(True,)]
        assert values(store, version, "os_days") == [10, 20, 5]


def test_delete_follows_a_link_to_the_file(tmp_path):
    store, _ = stored(tmp_path, ROWS)
    store.close()
    link = tmp_path / "link"
    link.mkdir()
    (link / "cohorts.duckdb").symlink_to(store.path)
    with Store(link / "cohorts.duckdb") as linked:
        linked.commit(telling(), "Gone")
        linked.delete("Gone")
        assert (link / "cohorts.duckdb").is_symlink()
    assert traces(tmp_path) == []


def test_delete_waits_for_readers_and_they_for_it(tmp_path):
    store, version = stored(tmp_path, ROWS)
    with store:
        gone = store.commit(ingested(OTHER), "Gone")
        reading, go_on = threading.Event(), threading.Event()

        def read():
            with store.cursor() as cursor:
                reading.set()
                go_on.wait(20)
                return cursor.execute("SELECT count(*) FROM v2_courses").fetchall()

        with ThreadPoolExecutor(2) as pool:
            reader = pool.submit(read)
            reading.wait(20)
            deletion = pool.submit(store.delete, "Gone")
            time.sleep(0.2)
            assert not deletion.done()
            go_on.set()
            assert reader.result() == [(1,)]
            assert deletion.result() == (gone,)
        assert values(store, version, "os_days") == [10, 20, 5]
        with pytest.raises(StoreError, match="deleted meanwhile"):
            store.size(gone, Selection(()))
        with pytest.raises(StoreError, match="deleted meanwhile"):
            store.restore(gone)


def test_delete_gives_way_to_a_reader_who_stays(tmp_path):
    store, _ = stored(tmp_path, ROWS)
    with store:
        store._gate.patience = 0.1
        before = contents(store)
        with ThreadPoolExecutor(1) as pool, store.cursor():
            with pytest.raises(StoreError, match="being read by others, so nothing was changed"):
                pool.submit(store.delete, "Test").result()
            with pytest.raises(StoreError, match="in use by this very task"):
                store.delete("Test")
        assert contents(store) == before
        store.delete("Test")


def test_delete_while_many_read(tmp_path):
    store, version = stored(tmp_path, ROWS)
    stop = threading.Event()
    with store:

        def read():
            n = 0
            while not stop.is_set():
                assert values(store, version, "os_days") == [10, 20, 5]
                n += 1
            return n

        with ThreadPoolExecutor(6) as pool:
            readers = [pool.submit(read) for _ in range(6)]
            try:
                for _ in range(3):
                    store.commit(telling(), "Gone")
                    store.delete("Gone")
            finally:
                stop.set()
            assert all(one.result() > 0 for one in readers)
    assert traces(tmp_path) == []


@pytest.mark.parametrize("step", ["copy", "replace"])
def test_delete_killed_while_the_file_is_rewritten(tmp_path, monkeypatch, step):
    """The process that writes the file anew is killed: the next opening finds a whole file and finishes the work."""
    hook = {
        "copy": "f._flush = lambda path: os.kill(os.getpid(), 9)",
        "replace": "f.shutil.rmtree = lambda *a, **k: os.kill(os.getpid(), 9)",
    }[step]
    script = f"import os, sys, core.store_rewrite as f; {hook}; f.main(f.Path({{path!r}}), '1GB')"
    store, version = stored(tmp_path, ROWS)
    store.commit(telling(), "Gone")

    def killed(path, memory):
        done = subprocess.run([sys.executable, "-c", script.format(path=str(path))], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        return "Killed."

    monkeypatch.setattr(store_rewrite, "rewrite", killed)
    with pytest.raises(StoreError, match=r"may still stand in the file: it could not be written anew\. Killed\."):
        store.delete("Gone")
    assert store.cohorts() == [version]
    assert values(store, version, "os_days") == [10, 20, 5]
    store.close()
    assert bool(traces(tmp_path)) is (step == "copy")
    monkeypatch.undo()
    with Store(store.path) as again:
        assert again.cohorts() == [version]
    assert traces(tmp_path) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cohorts.duckdb"]


# --- files of an earlier release


@pytest.fixture
def earlier(tmp_path):
    """A store as the release before wrote it, with two versions of one cohort."""
    file = tmp_path / "cohorts.duckdb"
    file.write_bytes(lzma.decompress((ROOT / "tests" / "stored_files" / "format_1.duckdb.xz").read_bytes()))
    return file


def test_earlier_format_opens_without_loss(earlier):
    with duckdb.connect(earlier, read_only=True) as connection:
        old = connection.execute("SELECT * FROM v1_courses ORDER BY course_row").fetchall()
        notes = {
            one: connection.execute(f"SELECT * FROM {one}").fetchall() for one in ("problems", "mapping", "changes")
        }
    with pytest.raises(StoreError, match="written by an earlier release; open it once without read-only"):
        Store(earlier, read_only=True)
    with Store(earlier) as store:
        newest, first = store.versions("Centre A")
        assert (newest.version, newest.data_cutoff, first.version, first.id) == (2, date(2023, 6, 1), 1, 1)
        assert (first.actor, first.file, first.n_problems, first.synthetic) == ("local user", "", 1, True)
        assert (first.n_patients, first.n_courses, first.tables) == (3, 4, ("courses", "cycles", "labs"))
        with store.cursor() as cursor:
            assert cursor.execute("SELECT * FROM v1_courses ORDER BY course_row").fetchall() == old
            assert notes == {one: cursor.execute(f"SELECT * FROM {one}").fetchall() for one in notes}
        everything = Selection(())
        assert values(store, first, "pfs_days", everything) == [420, 584, 1035, 214]
        assert values(store, first, "ki67_percent", everything) == [2, 12, None, 2]
        assert values(store, first, "grade", everything) == ["1", "2", None, "1"]
        third = store.commit(ingested(ROWS), "Centre A")
        assert (third.id, third.version) == (3, 3)
        assert store.restore(first).version == 4
        store.delete("Centre A", 3)
    with Store(earlier, read_only=True) as store:
        assert [one.version for one in store.versions("Centre A")] == [4, 2, 1]


def test_earlier_format_is_brought_up_to_date_whole_or_not_at_all(earlier, monkeypatch):
    from core import store_format

    monkeypatch.setitem(store_format._STEPS, 1, store_format._FROM_1_TO_2 + "; SELECT no_such_column FROM store")
    before = earlier.read_bytes()
    with pytest.raises(duckdb.BinderException):
        Store(earlier)
    assert len(earlier.read_bytes()) == len(before)
    monkeypatch.undo()
    with Store(earlier) as store:
        assert len(store.versions("Centre A")) == 2


def test_format_2_opens_without_loss_and_keeps_decks_and_views(tmp_path):
    file = tmp_path / "cohorts.duckdb"
    file.write_bytes(lzma.decompress((ROOT / "tests" / "stored_files" / "format_2.duckdb.xz").read_bytes()))
    with duckdb.connect(file, read_only=True) as connection:
        assert connection.execute("SELECT format FROM store").fetchall() == [(2,)]
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        read = {one: connection.execute(f"SELECT * FROM {one} ORDER BY ALL").fetchall() for one in tables}
    assert not {"decks", "views"} & set(tables)
    with pytest.raises(StoreError, match="written by an earlier release; open it once without read-only"):
        Store(file, read_only=True)
    with Store(file) as store:
        with store.cursor() as cursor:
            for one in set(tables) - {"store"} - {name for name in tables if name.endswith(("_analysis", "_grades"))}:
                if one not in ("versions", "fields"):  # these are derived again by every release
                    assert cursor.execute(f"SELECT * FROM {one} ORDER BY ALL").fetchall() == read[one]
        newest, first = store.versions("Centre B")
        assert (newest.version, first.version, first.actor, first.file) == (2, 1, "An Investigator", "export.xlsx")
        assert values(store, first, "os_days") == [10, 20, 5]
        assert store.remembered("k1") == Stated({"os_days": "time"}, {"courses.dates": "day first"})
        id_ = keep(store, titled(Deck(), "Board"))
        store.save_view(SavedView("A view", "Centre B", 2, "survival", "grade=2"))
    with Store(file, read_only=True) as again:
        assert again.deck(id_) == Deck("Board")
        assert [one.name for one in again.views()] == ["A view"]


def test_import_is_the_same_only_with_the_same_mapping_answers_and_cutoff(tmp_path):
    file = write(tmp_path, "patient_id,time,status,os_days\nA,10,1,7\nB,20,0,8\n")
    mapped = {"mapping": {"os_days": "time", "os_event": "status"}}
    with Store(tmp_path / "cohorts.duckdb") as store:
        first = store.commit(read_source(file, **mapped), "Test")
        assert first.file == "courses.csv"
        assert store.commit(read_source(file, **mapped), "Test") == first
        assert store.commit(read_source(file, **mapped, cutoff=date(2024, 1, 1)), "Test").version == 2
        assert store.commit(read_source(file, mapping={"os_event": "status"}), "Test").version == 3
        assert store.commit(read_source(file, **mapped), "Other").version == 1
        file.write_bytes(file.read_bytes() + b"C,1,1,1\n")
        assert store.commit(read_source(file, **mapped), "Test").version == 4
        assert len(store.versions("Test")) == 4

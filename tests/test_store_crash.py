"""kill -9 in the middle of a commit, and a disk that is full: the old state or the new one, and a sentence."""

import json
import subprocess
import sys
from pathlib import Path

from core.store import Store
from tests.stress import ROOT, check, cohort, stress

FULL = """
import json, resource, signal, sys
from core.store import Store, StoreError
from tests.stress import cohort
from pathlib import Path
path = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit fails as on a full disk
said = []
with Store(path) as store:
    limit = path.stat().st_size + int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for number in range(2, 60):
        try:
            store.commit(cohort(number), f"Cohort {number}")
            said.append(number)
        except StoreError as error:
            said.append(str(error))
            break
    if sys.argv[3] == "delete":
        try:
            store.delete("Cohort 1")
        except StoreError as error:
            said.append(str(error))
    said.append(sorted(one.name for one in store.cohorts()))
print(json.dumps(said))
"""


def full_disk(path: Path, room: int, then: str = "") -> list:
    """What a process says that commits until its file may not grow any more."""
    with Store(path) as store:
        store.commit(cohort(1), "Cohort 1")
    command = [sys.executable, "-c", FULL, str(path), str(room), then]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_kill_in_the_middle_of_a_commit_loses_nothing(tmp_path):
    assert stress(tmp_path / "cohorts.duckdb", 20).startswith("20 kills")


def test_full_disk_is_a_sentence_and_the_old_state(tmp_path):
    path = tmp_path / "cohorts.duckdb"
    *done, sentence, held = full_disk(path, 1_500_000)
    assert sentence == "The disk is full or cannot be written; the store is as before."
    assert done
    assert held == sorted(f"Cohort {number}" for number in (1, *done))
    assert check(path, {1, *done}, set(), set()) == len(held)


def test_full_disk_while_a_cohort_is_deleted_is_a_sentence_and_is_made_good_later(tmp_path):
    path = tmp_path / "cohorts.duckdb"
    *done, _, sentence, held = full_disk(path, 1_500_000, "delete")
    deleted = "Cohort 1" not in held
    assert sentence.startswith("What was deleted is gone from the lists" if deleted else "The disk is full")
    assert check(path, {1, *done} - ({1} if deleted else set()), {1} if deleted else set(), set()) == len(held)
    with Store(path) as store, store.cursor() as cursor:
        assert cursor.execute("SELECT to_rewrite FROM store").fetchall() == [(False,)]


def test_no_room_for_a_second_copy_is_a_sentence_and_is_made_good_later(tmp_path):
    path = tmp_path / "cohorts.duckdb"
    with Store(path) as store:
        for number in range(1, 9):
            store.commit(cohort(number), f"Cohort {number}")
    *_, sentence, held = full_disk(path, -(path.stat().st_size // 2), "delete")
    assert sentence.startswith("What was deleted is gone from the lists, but may still stand in the file")
    assert "Cohort 1" not in held
    assert check(path, set(range(2, 9)), {1}, set()) == len(held)
    with Store(path) as store, store.cursor() as cursor:
        assert cursor.execute("SELECT to_rewrite FROM store").fetchall() == [(False,)]
    assert [one.name for one in tmp_path.iterdir()] == ["cohorts.duckdb"]

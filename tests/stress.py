"""Processes that import cohorts and are killed in the middle: `make stress` does it 200 times, the tests 20 times.

    python -m tests.stress [kills]

A child imports cohort after cohort into one store and says so when a commit has returned; it is killed without warning
after a random while, most often within a commit. The next child must find every cohort that was acknowledged, whole,
and no part of another. Every fourth child deletes what it has imported, so that the file is being written anew when
it is killed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.sql.names import table_names
from core.store import Store, StoreError
from tests.ingested import ingested

ROOT = Path(__file__).parents[1]
ROWS = 400
"""Courses of each cohort."""
LONGEST = 0.6
"""Seconds after which a child is killed at the latest, counted from its first sign of life."""


def cohort(number: int):
    """The cohort of a number; each of its cells follows from it."""
    rows = [
        {
            "patient_id": f"P{number}-{i}",
            "course": 1,
            "nlr": float(number + i),
            "os_days": float(i),
            "os_event": i % 2 == 0,
        }
        for i in range(ROWS)
    ]
    return ingested(rows, sha=f"{number:064d}", cycles=[{"patient_id": f"P{number}-0", "course": 1, "cycle": 1}])


def opened(path: Path) -> Store:
    """The store, once a process that a killed child had started to write the file anew has done so."""
    for _ in range(100):
        try:
            return Store(path)
        except StoreError as error:
            if "in use by another process" not in str(error):
                raise
            time.sleep(0.1)
    return Store(path)


def child(path: Path, first: int, deleting: bool) -> None:
    """Import cohorts until killed; say each number when its commit has returned."""
    with opened(path) as store:
        print("open", flush=True)
        number = first
        while True:
            store.commit(cohort(number), f"Cohort {number}")
            print(f"stored {number}", flush=True)
            if deleting:
                print(f"deleting {number}", flush=True)
                store.delete(f"Cohort {number}")
                print(f"deleted {number}", flush=True)
            number += 1


def run_and_kill(path: Path, first: int, deleting: bool, after: float) -> list[str]:
    """Run a child and kill it. Returns what it said."""
    command = [sys.executable, "-m", "tests.stress", "--child", str(path), str(first), str(int(deleting))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        opened = running.stdout.readline()
        assert opened == "open\n", "The store does not open after a kill."
        time.sleep(after)
        running.kill()
        return running.stdout.read().split("\n")[:-1]


def check(path: Path, acknowledged: set[int], gone: set[int], uncertain: set[int]) -> int:
    """See that the store holds what it must, whole, and nothing else. Returns the number of its cohorts."""
    with opened(path) as store:
        held = {int(one.name.removeprefix("Cohort ")): one for one in store.cohorts()}
        missing = acknowledged - held.keys() - uncertain
        assert not missing, f"acknowledged and lost: {missing}"
        assert not gone & held.keys(), f"deleted and there again: {gone & held.keys()}"
        with store.cursor() as cursor:
            tables = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            expected = {
                f"v{one.id}_{name}" for one in held.values() for name in ("courses", "cycles", "analysis", "grades")
            }
            own = {name for name in tables if name.startswith("v") and name[1].isdigit()}
            assert own == expected, f"tables of no version, or a part of one: {own ^ expected}"
            for number, version in held.items():
                names = table_names(version.id)
                sql = f"SELECT count(*), min(nlr), max(nlr), count(DISTINCT patient_id) FROM {names.analysis}"
                found = cursor.execute(sql).fetchall()[0]
                assert found == (ROWS, number, number + ROWS - 1, ROWS), f"cohort {number} is not whole: {found}"
                assert cursor.execute(f"SELECT count(*) FROM {names.cycles}").fetchall() == [(1,)]
        return len(held)


def stress(path: Path, kills: int, seed: int = 1) -> str:
    """Kill that many children. Returns what was seen, in a sentence; AssertionError where something is wrong."""
    chance = random.Random(seed)
    acknowledged: set[int] = set()
    gone: set[int] = set()
    uncertain: set[int] = set()
    first = 1
    for turn in range(kills):
        said = run_and_kill(path, first, turn % 4 == 3, chance.uniform(0, LONGEST))
        for word, number in (line.split() for line in said):
            {"stored": acknowledged, "deleting": uncertain, "deleted": gone}[word].add(int(number))
        first = max([first, *acknowledged, *gone]) + 2  # the one that was in the middle may or may not be there
        if turn % 10 == 9 or turn == kills - 1:
            held = check(path, acknowledged - gone, gone, uncertain)
    left = sorted(one.name for one in path.parent.iterdir() if one.name != path.name)
    assert not left, f"left beside the file: {left}"
    return (
        f"{kills} kills, {len(acknowledged)} imports and {len(gone)} deletions acknowledged; {held} cohorts held, "
        f"{held - len(acknowledged - gone - uncertain)} of them not acknowledged or not known to be deleted."
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1")
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(stress(Path(folder) / "cohorts.duckdb", int(sys.argv[1]) if len(sys.argv) > 1 else 200))

"""A file of 60 columns checked, previewed, compared and committed: seconds and memory, from 1,000 to 1,000,000 rows.

    python -m tests.bench.bench_import [rows ...]

Each size runs in a process of its own, so that its memory is its own. The exponent k of "seconds = c * rows^k" is that
of least squares over the sizes of 10,000 rows and more: below, what does not depend on the rows is most of the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np

from core.dictionary import Field
from core.fields import FIELDS
from core.ingest import Limits, read_source
from core.preview import preview
from core.store import Store
from tests.bench.figures import Measured, report

SIZES = (1_000, 10_000, 100_000, 1_000_000)
COLUMNS = 60
TARGET_ROWS, TARGET_SECONDS, TARGET_GIB = 100_000, 10.0, 1.5
MOST_EXPONENT = 1.1
_LEFT_OUT = ("os_months", "pfs_months", "birth_year", "pfs_days", "pfs_event", "os_days", "os_event")


def chosen_fields() -> list[Field]:
    """The first fields of the courses, without ready-made outcomes: what a centre's export holds."""
    return [one for one in FIELDS.values() if one.name not in _LEFT_OUT and "_grade" not in one.name][:COLUMNS]


def write(file: Path, n: int) -> None:
    """A file of n courses of n patients; the values follow from the row number."""
    made = np.random.default_rng(1)
    columns = [_column(one, n, made) for one in chosen_fields()]
    with file.open("w", encoding="utf-8") as out:
        out.write(",".join(one.name for one in chosen_fields()) + "\n")
        out.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))


def _column(one: Field, n: int, made: np.random.Generator) -> list[str]:
    if one.name == "patient_id":
        return [f"BE-{i:07d}" for i in range(n)]
    if one.name == "course":
        return ["1"] * n
    if one.type == "date":
        first = np.datetime64("2013-01-01") + made.integers(0, 3_000, n)
        later = {"last_cycle_date": 200}.get(one.name, 0)
        return np.datetime_as_string(first + later).tolist()
    if one.type == "yes_no":
        return np.where(made.random(n) < 0.4, "yes", "no").tolist()
    if one.levels:
        return made.choice(one.levels, n).tolist()
    if one.numeric:
        low, high = one.plausible or (0, 100)
        values = made.uniform(low or 0, min(high or 1_000, (low or 0) + 1_000), n)
        return [f"{value:.0f}" if one.type == "integer" else f"{value:.1f}" for value in values.tolist()]
    return made.choice(["LuMEN", "NETTER", "other trial"], n).tolist()


def measure(n: int) -> dict[str, float]:
    """Seconds of each step for n rows, and the peak of memory in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "courses.csv"
        subprocess.run([sys.executable, "-m", "tests.bench.bench_import", "--write", str(file), str(n)], check=True)
        size = file.stat().st_size / 1e6
        with Store(Path(folder) / "cohorts.duckdb") as store:
            began = time.perf_counter()
            read = read_source(file, limits=Limits(file_bytes=1_000_000_000))
            checked = time.perf_counter()
            preview(read)
            previewed = time.perf_counter()
            store.commit(read, "Bench")
            committed = time.perf_counter()
            store.difference("Bench", read)
            compared = time.perf_counter()
    return {
        "megabytes": size,
        "check": checked - began,
        "preview": previewed - checked,
        "commit": committed - previewed,
        "difference": compared - committed,
        "gib": getrusage(RUSAGE_SELF).ru_maxrss / 2**20,
    }


def main(sizes: tuple[int, ...]) -> int:
    """Measure and print; 1 when a figure is missed."""
    times: dict[int, float] = {}
    figures = []
    for n in sizes:
        command = [sys.executable, "-m", "tests.bench.bench_import", "--one", str(n)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        times[n] = found["check"] + found["preview"] + found["commit"]
        steps = "  ".join(f"{name} {value:.2f}" for name, value in found.items())
        print(f"import n={n:>9,} x {COLUMNS}  {steps}", flush=True)
        if n == TARGET_ROWS:
            figures.append(Measured(f"{n:,} rows checked, previewed, committed", times[n], TARGET_SECONDS, "s"))
            figures.append(Measured(f"{n:,} rows, peak memory", found["gib"], TARGET_GIB, "GiB"))
    large = [n for n in sizes if n >= 10_000]
    if len(large) > 1:
        exponent = np.polyfit(np.log(large), np.log([times[n] for n in large]), 1)[0]
        figures.append(Measured("exponent of the cost", float(exponent), MOST_EXPONENT))
    return report(figures) if figures else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        sys.exit(main(tuple(int(size) for size in sys.argv[1:]) or SIZES))

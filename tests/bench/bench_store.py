"""Reading a selection at 110, 100 thousand, 1 million and 10 million courses: seconds, and peak memory, a line a size.

    python -m tests.bench.bench_store [courses ...]

The analysis table is made in SQL from the row number, in the shape that a commit gives it, so that no file is needed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from core import catalogue
from core.cohort import CohortVersion
from core.fields import FIELDS
from core.logrank import log_rank
from core.selection import parse_query
from core.sql.describe import describe_fields
from core.sql.names import table_names
from core.store import Store
from core.strata import Strata
from core.survival import kaplan_meier

SIZES = (110, 100_000, 1_000_000, 10_000_000)
LIMITS = {110: 0.06, 100_000: 1.5, 1_000_000: 0.5, 10_000_000: 2.5}
"""Seconds that the survival page's numbers may take."""
MEMORY_LIMIT = 4.0
"""GiB at the largest size."""
QUERY = "grade=1,2&primary_site=pancreas,small%20intestine&cga_ug_l=200.."
SIDEBAR = ("course", "grade", "primary_site", "functional", "fdg_pet", "sex", "metastasis_liver", "metastasis_bone")


def make(store: Store, n: int) -> CohortVersion:
    """A version with n courses of n patients whose values follow from the row number."""
    names = table_names(1)

    def pick(name: str, factor: int) -> str:
        levels = ", ".join(f"'{level}'" for level in FIELDS[name].levels)
        return f"([{levels}])[1 + (hash(i * {factor}) % {len(FIELDS[name].levels)})::INT] AS {name}"

    def flag(name: str, factor: int) -> str:
        return f"hash(i * {factor}) % 2 = 0 AS {name}"

    columns = [
        "i AS course_row",
        "i + 1 AS line",
        "'P' || i AS patient_id",
        "1::BIGINT AS course",
        "TRUE AS histology_complete",
        pick("sex", 3),
        pick("grade", 5),
        pick("primary_site", 7),
        flag("functional", 11),
        flag("metastasis_liver", 13),
        flag("metastasis_bone", 17),
        "exp(4 + 5 * (hash(i * 19) % 1000) / 1000.0) AS cga_ug_l",
        "(hash(i * 23) % 1000) / 100.0 AS nlr",
        pick("fdg_pet", 29),
    ]
    for variant, factor in (("paper", 31), ("event", 37), ("ignore", 41), ("censor_any", 43)):
        columns += [
            f"(hash(i * {factor}) % 3000)::DOUBLE AS pfs_days__{variant}",
            flag(f"pfs_event__{variant}", factor + 2),
        ]
        columns.append(f"'death' AS pfs_reason__{variant}")
    for endpoint, factor in (("os", 47), ("ttnt", 53)):
        columns += [f"(hash(i * {factor}) % 4000)::DOUBLE AS {endpoint}_days", flag(f"{endpoint}_event", factor + 2)]
        columns.append(f"'death' AS {endpoint}_reason")
    with store.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {names.analysis} AS SELECT {', '.join(columns)} FROM range(1, {n + 1}) r(i)")
        version = CohortVersion(
            id=1,
            name="bench",
            version=1,
            sha256=str(n),
            synthetic=True,
            n_patients=n,
            n_courses=n,
            rows_read=n,
            rows_kept=n,
            data_cutoff=None,
            data_cutoff_source="",
            committed_at=datetime.now(UTC).replace(tzinfo=None),
            tables=("courses",),
            endpoints=("pfs", "os", "ttnt"),
            fields={},
        )
        catalogue.add_version(cursor, version, catalogue.derivation_key())
        catalogue.write_fields(cursor, 1, describe_fields(cursor, names.analysis, {}))
        cursor.execute("CHECKPOINT")
    return version


def survival_page(store: Store, version: CohortVersion) -> None:
    """Filter, both curves, both curves by grade with their log-rank tests."""
    selection = parse_query(QUERY, version.fields)
    for endpoint in ("pfs", "os"):
        kaplan_meier(store.event_counts(version, selection, endpoint)[None])
        groups = store.event_counts(version, selection, endpoint, Strata("grade"))
        for counts in groups.values():
            kaplan_meier(counts)
        log_rank(list(groups.values()))


def sidebar(store: Store, version: CohortVersion) -> None:
    """Counts per level of eight fields under the other filters, and the size of the selection."""
    selection = parse_query(QUERY, version.fields)
    store.level_counts(version, selection, SIDEBAR)
    store.size(version, selection)


def columns(store: Store, version: CohortVersion) -> None:
    """What a Cox model reads: ten columns of the selected courses."""
    names = (
        "grade",
        "primary_site",
        "functional",
        "cga_ug_l",
        "nlr",
        "fdg_pet",
        "pfs_days",
        "pfs_event",
        "os_days",
        "os_event",
    )
    store.columns(version, parse_query(QUERY, version.fields), names)


def seconds(run: Callable[[Store, CohortVersion], None], store: Store, version: CohortVersion) -> float:
    """The fastest of five runs after a first one: what else runs on the machine can only slow a run down."""
    taken = []
    for _ in range(6):
        start = time.perf_counter()
        run(store, version)
        taken.append(time.perf_counter() - start)
    return min(taken[1:])


def main(sizes: tuple[int, ...]) -> int:
    """Measure and print; 1 when a limit is passed."""
    failed = False
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "bench.duckdb"
            with Store(file) as store:
                make(store, n)
            with Store(file) as store:
                version = store.version("bench")
                page = seconds(survival_page, store, version)
                side = seconds(sidebar, store, version)
                read = seconds(columns, store, version) if n <= 1_000_000 else None
            peak = getrusage(RUSAGE_SELF).ru_maxrss / 2**20
            limit = LIMITS.get(n)
            late = limit is not None and page > limit
            failed = failed or late or peak > MEMORY_LIMIT
            print(
                f"store n={n:>10,}  filter + PFS + OS + both by grade {page:7.4f} s (limit {limit})  "
                f"sidebar {side:7.4f} s  10 columns {'-' if read is None else f'{read:7.4f} s'}  "
                f"peak {peak:.2f} GiB{'  TOO SLOW' if late else ''}"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(tuple(int(size) for size in sys.argv[1:]) or SIZES))

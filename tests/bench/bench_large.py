"""A full page of 100 thousand courses, sidebar included: Survival and Prognosis after a filter click.

    python -m tests.bench.bench_large

The courses are the demo's, repeated with other start dates (so that times differ) and other values of CgA; they come
into the store by `Store.commit`. A visitor without a browser clicks in the running product; the figure is the median.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.demo import DEMO_FOLDER
from core.ingest import Ingested, read_source
from core.store import Store
from tests.bench.figures import Measured, report
from tests.bench.visitor import Visitor
from tests.browser.explorer import explorer

COURSES = 100_000
NAME = "large"
PAGES = ("survival", "prognosis")
CHOICES = (("1",), ("2",), ("1", "2"), ("2", "3"), ("1", "3"))
SECONDS = 1.5


def enlarged() -> Ingested:
    """The demo's courses repeated, each for a patient of its own."""
    demo = read_source(DEMO_FOLDER)
    courses, chance = demo.tables["courses"], np.random.default_rng(1)
    times = -(-COURSES // len(courses))
    large = pd.concat([courses] * times, ignore_index=True).head(COURSES)
    number = pd.Series(np.arange(COURSES) // len(courses)).astype(str)
    large["patient_id"] = large["patient_id"].astype(str) + "-" + number
    large["line"] = np.arange(2, COURSES + 2)
    earlier = pd.to_timedelta(chance.integers(0, 300, COURSES), unit="D")
    large["first_cycle_date"] = pd.to_datetime(large["first_cycle_date"]) - earlier
    large["cga_ug_l"] = large["cga_ug_l"] * np.exp(chance.normal(0, 0.3, COURSES)).round(2)
    return replace(
        demo,
        tables={"courses": large},
        problems=(),
        unusable={},
        rows_read=COURSES,
        rows_kept=COURSES,
        sha256=f"{NAME} {COURSES}",
    )


async def measure(address: str, page: str) -> float:
    """Median seconds of a click."""
    taken = []
    async with Visitor(address, page, f"cohort={NAME}") as visitor:
        for levels in CHOICES:
            begun = time.perf_counter()
            await visitor.click("Grade", *levels)
            taken.append(time.perf_counter() - begun)
            selected = int(visitor.sentence.split()[0].replace(",", ""))
            if f"grade {' or '.join(levels)}" not in visitor.sentence or selected < COURSES / 20:
                raise RuntimeError(f"The page says '{visitor.sentence}'.")
    return statistics.median(taken)


def main() -> int:
    """Measure and print; 1 where a figure is missed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cohorts.duckdb"
        with Store(file) as store:
            stored = store.commit(enlarged(), NAME)
        with explorer(file) as running:
            return report(
                [
                    Measured(
                        f"{stored.n_courses:,} courses, {page}",
                        asyncio.run(measure(running.address, page)),
                        SECONDS,
                        "s",
                    )
                    for page in PAGES
                ]
            )


if __name__ == "__main__":
    sys.exit(main())

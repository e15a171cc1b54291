"""Thirty visitors at once over Streamlit's own WebSocket, and the CPU of one run.

    python -m tests.bench.bench_load

Every visitor changes the grade filter and waits for the whole page; an answer whose sentence does not name the new
grades, or that holds an exception, is an error. The server is the product as a user starts it; it and the visitors
share the machine.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

from tests.bench.figures import Measured, cpu_seconds, report
from tests.bench.visitor import Visitor
from tests.browser.explorer import explorer

VISITORS = 30
PAGES = ("overview", "survival", "contrast", "prognosis", "toxicity")
TOGETHER = 5
"""Clicks of each visitor when all click at once, each as soon as all have the last answer."""
APART = 8
"""Clicks of each visitor with a pause of up to `PAUSE` seconds before each."""
PAUSE = 10.0
RUNS = 40
"""Runs over which the CPU of one is averaged."""
CHOICES = (("1",), ("2",), ("3",), ("1", "2"), ("2", "3"), ("1", "3"))


async def click(visitor: Visitor, levels: Sequence[str]) -> float:
    """Seconds from a click to the whole page."""
    begun = time.perf_counter()
    await visitor.click("Grade", *levels)
    taken = time.perf_counter() - begun
    said = f"grade {' or '.join(levels)}"
    if said not in visitor.sentence:
        raise RuntimeError(f"The page says '{visitor.sentence}' after a click on {said}.")
    return taken


async def together(visitors: Sequence[Visitor]) -> list[float]:
    """All click at once, several times."""
    taken: list[float] = []
    for turn in range(TOGETHER):
        chosen = [CHOICES[(turn + place) % len(CHOICES)] for place in range(len(visitors))]
        taken += await asyncio.gather(*map(click, visitors, chosen))
    return taken


async def apart(visitors: Sequence[Visitor]) -> list[float]:
    """Each reads for a while between clicks."""

    async def read(place: int, visitor: Visitor) -> list[float]:
        pauses = random.Random(place)
        taken = []
        for turn in range(APART):
            await asyncio.sleep(pauses.uniform(0, PAUSE))
            taken.append(await click(visitor, CHOICES[(turn + place) % len(CHOICES)]))
        return taken

    found = await asyncio.gather(*(read(place, visitor) for place, visitor in enumerate(visitors)))
    return [one for own in found for one in own]


async def cpu_of_one(address: str, pid: int, page: str) -> float:
    """Milliseconds of the server's CPU, all threads, for one click of one visitor."""
    async with Visitor(address, page) as visitor:
        for levels in CHOICES:
            await click(visitor, levels)
        before = cpu_seconds(pid)
        for turn in range(RUNS):
            await click(visitor, CHOICES[turn % len(CHOICES)])
        return (cpu_seconds(pid) - before) / RUNS * 1e3


async def measure(address: str, pid: int) -> list[Measured]:
    """Every figure of a running explorer."""
    figures = [Measured(f"CPU of one click, {page}", await cpu_of_one(address, pid, page), 80, "ms") for page in PAGES]
    async with AsyncExitStack() as stack:
        visitors = [
            await stack.enter_async_context(Visitor(address, PAGES[place % len(PAGES)])) for place in range(VISITORS)
        ]
        at_once = await together(visitors)
        spread = await apart(visitors)
    figures.append(Measured(f"{VISITORS} clicks at once, p95 of {len(at_once)}", _p95(at_once), 3, "s"))
    figures.append(
        Measured(f"{VISITORS} visitors, 0-{PAUSE:.0f} s apart, p95 of {len(spread)}", _p95(spread), 0.6, "s")
    )
    return figures


def _p95(seconds: Sequence[float]) -> float:
    return float(np.quantile(seconds, 0.95))


def main() -> int:
    """Measure and print; 1 where a figure is missed."""
    with tempfile.TemporaryDirectory() as folder, explorer(Path(folder) / "cohorts.duckdb") as running:
        return report(asyncio.run(measure(running.address, running.pid)))


if __name__ == "__main__":
    sys.exit(main())

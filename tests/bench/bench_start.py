"""From the start of the explorer to its first page with figures in Chromium: on a first run, and with its store there.

    python -m tests.bench.bench_start

Chromium is running already and waits at the address as a person would, asking again until the server answers. The
figure is the median of three starts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from tests.bench.figures import Measured, report
from tests.browser.explorer import chromium, explorer

SECONDS = 4.0
STARTS = 3
DRAWN = """() => {
    const all = name => document.querySelectorAll(`[data-testid="${name}"]`);
    const charts = document.querySelectorAll('[data-testid="stVegaLiteChart"] :is(canvas, svg)');
    return all('stApp')[0]?.dataset.testScriptState === 'notRunning'
        && charts.length >= 2 && all('stMetricValue').length >= 2;
}"""
"""The script has run, and curves and key figures are there."""


def start(browser: Browser, store: Path) -> tuple[float, float]:
    """Seconds until the server answers, and until the first page is drawn."""
    page = browser.new_page()
    begun = time.perf_counter()
    with explorer(store) as running:
        page.goto(running.address, wait_until="commit")
        page.wait_for_function(DRAWN, polling=25, timeout=60_000)
        drawn = time.perf_counter() - begun
        page.close()
        return running.started_in, drawn


def main() -> int:
    """Measure and print; 1 where a figure is missed."""
    first, again = [], []
    with chromium() as browser:
        for _ in range(STARTS):
            with tempfile.TemporaryDirectory() as folder:
                first.append(start(browser, Path(folder) / "cohorts.duckdb"))
                again.append(start(browser, Path(folder) / "cohorts.duckdb"))
    measured = []
    for what, taken in (("first run", first), ("store there", again)):
        answered = statistics.median(one[0] for one in taken)
        drawn = statistics.median(one[1] for one in taken)
        measured.append(
            Measured(f"Start to first page, {what} (server answers after {answered:.1f} s)", drawn, SECONDS, "s")
        )
    return report(measured)


if __name__ == "__main__":
    sys.exit(main())

"""A filter click until everything is repainted in Chromium: the product, the product with its results looked up, and a
naive page (`tests/bench/naive`) with the same numbers by lifelines.

    python -m tests.bench.bench_browser

All are open in one Chromium, each on its own server, and clicked in turns, so that other work on the machine falls on
all. A click counts until the last change of the page's elements or canvases is painted; figures are medians.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from core.demo import ensure_demo
from core.store import Store
from tests.bench.figures import Measured, report
from tests.browser.explorer import chromium, explorer, settle

ROUNDS = 4
CLICKS = ("1", "2", "1", "2")
"""Pills of the grade clicked one after the other: grade 1, 1 or 2, 2, all."""
OVER_LOOKED_UP = 1.3
OVER_NAIVE = 1 / 3
RATIO = re.compile(r"\d+\.\d+ \(\d+\.\d+\u2013\d+\.\d+\)")

WATCH = """() => {
    const mark = () => {
        window.changed = performance.now();
        requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
    };
    const watched = {childList: true, subtree: true, characterData: true, attributes: true};
    for (const name of ['stMain', 'stSidebar'])
        new MutationObserver(mark).observe(document.querySelector(`[data-testid="${name}"]`), watched);
    const context = CanvasRenderingContext2D.prototype;
    for (const name of ['clearRect', 'fillText', 'stroke', 'fill', 'fillRect']) {
        const draw = context[name];
        context[name] = function (...given) { mark(); return draw.apply(this, given); };
    }
}"""
"""Note when an element or a canvas changes, and when the frame after it is painted."""

CLICK = """async level => {
    const words = () => document.querySelector('[data-testid="stMain"] strong')?.textContent;
    const buttons = [...document.querySelectorAll('[data-testid="stSidebar"] button')];
    const before = words(), begun = performance.now();
    buttons.find(one => one.closest('[data-testid="stButtonGroup"]')?.textContent.startsWith('Grade')
        && one.textContent.trim().startsWith(level + ' ·')).click();
    while (true) {
        await new Promise(soon => setTimeout(soon, 20));
        const running = document.querySelector('[data-testid="stApp"]').dataset.testScriptState !== 'notRunning'
            || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
        const now = performance.now();
        if (!running && words() !== before && now - window.changed > 400) return window.painted - begun;
        if (now - begun > 30000) throw new Error('The page did not follow within 30 seconds.');
    }
}"""
"""Click, and give the milliseconds until the last change was painted."""


@dataclass
class Tab:
    """One page in its own tab, with the milliseconds of its clicks."""

    page: Page
    taken: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Of the clicks."""
        return statistics.median(self.taken)

    def ratios(self) -> list[str]:
        """Hazard ratios with their intervals, as the page's tables show them."""
        tables = self.page.locator('[data-testid="stMain"] table').all_inner_texts()
        return sorted(RATIO.findall("\n".join(tables).replace("\u2060", "")))


def open_tab(browser: Browser, address: str) -> Tab:
    """Open an address in a tab of its own and wait until it is drawn."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(address)
    page.get_by_test_id("stSidebar").wait_for(state="attached", timeout=60_000)
    settle(page)
    page.evaluate(WATCH)
    return Tab(page)


def click_all(tabs: dict[str, Tab]) -> list[str]:
    """Click through the grades in all tabs in turns; which hazard ratios differ between product and naive page."""
    unlike = []
    for turn in range(ROUNDS + 1):
        for level in CLICKS:
            for tab in tabs.values():
                taken = tab.page.evaluate(CLICK, level)
                if turn:  # the first round fills what is looked up
                    tab.taken.append(taken)
            ours, theirs = tabs["prognosis"].ratios(), tabs["naive"].ratios()
            if ours != theirs or not ours:
                unlike.append(f"after a click on {level}: {set(ours) ^ set(theirs)}")
    return unlike


def main() -> int:
    """Measure and print; 1 where a figure is missed or the pages' numbers differ."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("product", "looked_up", "naive"):
            (folder / name).mkdir()
        product = stack.enter_context(explorer(folder / "product" / "cohorts.duckdb"))
        looked_up = stack.enter_context(
            explorer(folder / "looked_up" / "cohorts.duckdb", module="tests.bench.precomputed")
        )
        browser = stack.enter_context(chromium())
        tabs = {
            "survival": open_tab(browser, f"{product.address}/survival"),
            "survival, looked up": open_tab(browser, f"{looked_up.address}/survival"),
            "prognosis": open_tab(browser, f"{product.address}/prognosis"),
            "prognosis, looked up": open_tab(browser, f"{looked_up.address}/prognosis"),
        }
        copy = folder / "naive" / "cohorts.duckdb"
        with Store(copy) as store:
            ensure_demo(store)
        naive = stack.enter_context(explorer(copy, script="tests/bench/naive/page.py"))
        tabs["naive"] = open_tab(browser, naive.address)
        unlike = click_all(tabs)
    n = len(tabs["naive"].taken)
    for name, tab in tabs.items():
        print(f"Filter click to repainted, {name}: {tab.median:.0f} ms (median of {n})", flush=True)
    for one in unlike:
        print(f"The naive page shows other hazard ratios {one}")
    measured = []
    for name in ("survival", "prognosis"):
        ratio = tabs[name].median / tabs[f"{name}, looked up"].median
        measured.append(Measured(f"{name.capitalize()} beside all results looked up", ratio, OVER_LOOKED_UP, "x"))
    ratio = tabs["prognosis"].median / tabs["naive"].median
    measured.append(Measured("Prognosis beside the naive page", ratio, OVER_NAIVE, "x"))
    return report(measured) or int(bool(unlike))


if __name__ == "__main__":
    sys.exit(main())

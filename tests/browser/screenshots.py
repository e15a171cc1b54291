"""`make screenshots`: every page at three sizes in both themes, to be judged by eye, and the picture in the README."""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from pages.shared.titles import PAGES
from tests.browser.explorer import ROOT, chromium, explorer, settle

SIZES = {"1440": (1440, 900), "1280": (1280, 720), "420": (420, 900)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
README_PICTURE = ROOT / "tests" / "browser" / "survival.png"
README_BYTES = 200_000
HEIGHT = "() => document.querySelector('[data-testid=\"stMain\"]').scrollHeight"


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the product on a store of its own and save what it looks like."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--address", help="an explorer that already runs; else one is started")
    parser.add_argument("--query", default="", help="selection in the words of the address, e.g. 'grade=2&by=fdg_pet'")
    parser.add_argument("--pages", nargs="*", choices=PAGES, default=list(PAGES))
    parser.add_argument("--sizes", nargs="*", choices=SIZES, default=list(SIZES))
    parser.add_argument("--themes", nargs="*", choices=THEMES, default=list(THEMES))
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.address:
        _take(asked, asked.address)
        return
    with tempfile.TemporaryDirectory() as folder, explorer(Path(folder) / "cohorts.duckdb") as running:
        _take(asked, running.address)


def _take(asked: argparse.Namespace, address: str) -> None:
    with chromium() as browser:
        for size in asked.sizes:
            for theme in asked.themes:
                take(browser, address, asked.folder, asked.pages, size, theme, asked.query)
        if asked.folder == ROOT / "build" / "screenshots":
            readme_picture(browser, address, README_PICTURE)


def take(
    browser: Browser, address: str, folder: Path, names: Iterable[str], size: str,
    theme: Literal["light", "dark"], query: str = "",
) -> None:  # fmt: skip
    """Save each page twice: the first screen, and all of it ("-whole")."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    page = context.new_page()
    for name in names:
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, address, name, query)
        page.screenshot(path=folder / f"{name}-{size}-{theme}.png")
        page.set_viewport_size({"width": width, "height": min(page.evaluate(HEIGHT) + 80, 12_000)})
        settle(page)
        page.screenshot(path=folder / f"{name}-{size}-{theme}-whole.png")
    context.close()


def open_page(page: Page, address: str, name: str, query: str) -> None:
    """Open a page and wait until everything is drawn."""
    page.goto(f"{address}/{name}?{query}")
    page.get_by_test_id("stMain").locator("h1").wait_for()
    settle(page)
    page.wait_for_timeout(400)


def readme_picture(browser: Browser, address: str, path: Path) -> None:
    """The Survival page by grade, in as few colours as keep it below `README_BYTES`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()
    open_page(page, address, "survival", "by=grade")
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        taken.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() < README_BYTES:
            break
    path.write_bytes(out.getvalue())


if __name__ == "__main__":
    main()

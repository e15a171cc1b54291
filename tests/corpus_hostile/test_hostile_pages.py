"""Every page on a cohort of hostile texts: under AppTest no error and no HTML, in a real Chromium nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from core.ingest import read_source
from core.store import Store
from pages.shared import session
from pages.shared.titles import PAGES
from tests.browser.explorer import Explorer, explorer, settle
from tests.corpus_hostile.cohort import HEADERS, text_file, wrong_cells
from tests.corpus_hostile.texts import HOST, MARK
from tests.corpus_messy.files import delimited, save
from tests.pages.conftest import visit

NAME = '<img src=x onerror=window.pwned=1> ![x](https://evil.example/n.png) "q"'
SHOWN = HEADERS[::3]
"""A third of the headers: of every kind, and few enough that a page of them is drawn in a test's time."""

FOUND = """() => {
    const main = document.body;
    const foreign = [...main.querySelectorAll('[src], [href], [action], [data], [background]')]
        .map(one => one.src || one.href?.baseVal || one.href || one.action || one.data || '')
        .filter(one => URL.canParse(one) && new URL(one).hostname.endsWith('evil.example')
            || /^(javascript|vbscript|data:text)/i.test(String(one)));
    return {
        ran: String(window.pwned), foreign,
        active: [...main.querySelectorAll('main iframe, main object, main embed, main base, main form[action], '
            + 'main video, main audio, main marquee, main meta, .katex, main script')].map(one => one.outerHTML),
    };
}"""


GREW = "length => document.querySelector('[data-testid=stMain]').innerText.length > length + 500"
"""What was understood of a file has come up on the page."""


@pytest.fixture(scope="module")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "cohorts.duckdb"
    with Store(path) as store:
        store.commit(read_source(text_file(folder, SHOWN)), NAME)
    return path


@pytest.fixture(scope="module")
def opened(hostile_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    copy = tmp_path_factory.mktemp("copy") / "cohorts.duckdb"
    copy.write_bytes(hostile_store.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRRT_STORE", str(copy))
        session.open_store.cache_clear()
        yield
        session.open_store().close()
        session.open_store.cache_clear()


@pytest.mark.parametrize("page", PAGES)
def test_hostile_cohort_on_a_page_is_text(opened: None, page: str) -> None:
    at = visit(page, {"cohort": NAME}, timeout=120)
    assert not at.exception
    said = [*at.markdown, *at.caption, *at.info, *at.warning, *at.error, *at.success, *at.title, *at.header]
    assert said
    for one in said:
        assert not getattr(one.proto, "allow_html", False) or HOST not in str(one.value)
        assert f"]({'https'}://{HOST}" not in str(one.value)


@pytest.fixture(scope="module")
def product(hostile_store: Path) -> Iterator[Explorer]:
    with explorer(hostile_store) as running:
        yield running


@pytest.fixture
def watched(browser: Browser, product: Explorer) -> Iterator[Page]:
    """A tab that notes every request to another machine and every dialog."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    tab = context.new_page()
    outside: list[str] = []
    home = product.address.partition("//")[2]
    tab.on("request", lambda one: outside.append(one.url) if _leaves(one.url, home) else None)
    tab.on("dialog", lambda one: (outside.append(f"dialog {one.message}"), one.dismiss()))
    yield tab
    context.close()
    assert outside == []


def _leaves(url: str, home: str) -> bool:
    return url.startswith(("http:", "https:", "ws:", "wss:")) and url.split("/")[2] != home


def nothing_ran(page: Page) -> None:
    found = page.evaluate(FOUND)
    assert found == {"ran": "undefined", "foreign": [], "active": []}


@pytest.mark.parametrize("name", PAGES)
def test_hostile_cohort_runs_nothing_in_a_browser(watched: Page, product: Explorer, name: str) -> None:
    path = "" if name == "overview" else name
    watched.goto(f"{product.address}/{path}?cohort={quote(NAME)}")
    watched.get_by_role("heading", level=1, name=PAGES[name]).wait_for(timeout=60_000)
    settle(watched)
    assert NAME.split(" ![")[0] in watched.get_by_test_id("stMain").inner_text().replace("\u2060", "")
    for expander in watched.get_by_test_id("stExpander").all()[:6]:
        expander.locator("summary").click()
    settle(watched)
    nothing_ran(watched)


@pytest.mark.parametrize("kind", ["cohort", "wrong cells"])
def test_hostile_file_that_is_loaded_runs_nothing_in_a_browser(
    watched: Page, product: Explorer, tmp_path: Path, kind: str
) -> None:
    name = "<img src=x onerror=window.pwned=1>.csv"
    path = text_file(tmp_path, SHOWN, name) if kind == "cohort" else save(tmp_path, delimited(wrong_cells()), name)
    watched.goto(f"{product.address}/cohorts")
    watched.get_by_role("heading", level=1, name=PAGES["cohorts"]).wait_for(timeout=60_000)
    settle(watched)
    before = watched.get_by_test_id("stMain").inner_text()
    watched.locator("input[type=file]").first.set_input_files(path)
    watched.wait_for_function(GREW,
                              arg=len(before), timeout=60_000)  # fmt: skip
    settle(watched)
    for expander in watched.get_by_test_id("stExpander").all()[:6]:
        expander.locator("summary").click()
    settle(watched)
    nothing_ran(watched)
    assert MARK in watched.get_by_test_id("stMain").inner_text()

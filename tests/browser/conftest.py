"""One explorer for all browser tests of a worker; a fresh browser context for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.explorer import Explorer, explorer


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explorer]:
    store: Path = tmp_path_factory.mktemp("store") / "cohorts.duckdb"
    with explorer(store) as running:
        yield running


@pytest.fixture
def page(browser: Browser, product: Explorer) -> Iterator[Page]:
    """A page whose console errors and requests to other machines fail the test that used it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    errors: list[str] = []
    outside: list[str] = []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    home = urlsplit(product.address).netloc
    tab.on("request", lambda request: outside.append(request.url) if _leaves(request.url, home) else None)
    tab.on("websocket", lambda socket: outside.append(socket.url) if _leaves(socket.url, home) else None)
    yield tab
    context.close()
    assert errors == []
    assert outside == []


def _leaves(url: str, home: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != home

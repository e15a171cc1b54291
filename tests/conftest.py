"""One Chromium and one store of the demo cohort for every test that needs one, and no deadline for an example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from core.demo import ensure_demo
from core.store import Store
from tests.browser.explorer import chromium

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with the demo cohort, as a first start leaves it; to be copied, not opened."""
    path: Path = tmp_path_factory.mktemp("demo") / "cohorts.duckdb"
    with Store(path) as store:
        ensure_demo(store)
    return path

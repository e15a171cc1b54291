"""The demo cohort in a store in memory, looked at in several ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.analysis import Request
from core.demo import DEMO_NAME, ensure_demo
from core.export import Look
from core.options import Options
from core.selection import parse_query
from core.store import Store

DAY = date(2026, 11, 25)
Looked = Callable[..., Look]


@pytest.fixture(scope="module")
def store() -> Store:
    found = Store(":memory:")
    ensure_demo(found)
    return found


@pytest.fixture(scope="module")
def looked(store: Store) -> Looked:
    """A look at a selection of the demo cohort."""

    def make(query: str = "", options: Options | None = None, request: Request | None = None, **more: Any) -> Look:
        version = store.version(DEMO_NAME)
        selection = parse_query(query, version.fields)
        return Look(store, version, selection, options or Options(), request or Request(), DAY, **more)

    return make

"""Streamlit with the product's results looked up instead of computed: the floor that `bench_browser` compares with.

    python -m tests.bench.precomputed run app.py

Whatever a page asks of the store and the estimators is kept by its arguments and computed once; after a first round of
clicks the same clicks cost only what Streamlit and the browser take. Everything else is the product's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any

from streamlit.web.cli import main

import core.models
import core.outcome
from core.cohort import CohortVersion
from core.reading import Reading

KEPT: dict[Hashable, Any] = {}


def looked_up(compute: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, computing each question once; its first argument is the store."""

    @wraps(compute)
    def look_up(store: object, *asked: Any, **more: Any) -> Any:
        values = [*asked, *more.values()]
        key = (compute.__qualname__, *(_plain(one) for one in values))
        if key not in KEPT:
            KEPT[key] = compute(store, *asked, **more)
        return KEPT[key]

    return look_up


def _plain(value: Any) -> Hashable:
    if isinstance(value, CohortVersion):
        return value.id
    if isinstance(value, list):
        return tuple(value)
    return frozenset(value) if isinstance(value, set) else value


if __name__ == "__main__":
    core.outcome.outcomes = looked_up(core.outcome.outcomes)
    core.models.models = looked_up(core.models.models)
    for name in ("level_counts", "size", "value_counts", "columns", "event_counts"):
        setattr(Reading, name, looked_up(getattr(Reading, name)))
    sys.exit(main(prog_name="streamlit"))

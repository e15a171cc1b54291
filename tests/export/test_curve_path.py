"""The exported curve beside R's: every corner of the drawn path within half a pixel of a print at 600 dpi."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from core.analysis import Request
from core.export import Look, Size, content, file
from core.figures.survival_layout import HEIGHT, LEFT, RIGHT
from core.ingest import read_source
from core.options import DAYS_PER_MONTH, Options
from core.selection import Selection
from core.store import Store
from tests.oracle.survival_results import HERE, SETS, numbers, results

WIDTH = 720.0
INSIDE = WIDTH - 4
"""Width within the figure's padding, px."""
HALF_PIXEL = 0.5 / (600 / 105)
"""Half a pixel at 600 dpi, in the figure's px: 720 of them are 174 mm."""
_GROUP = re.compile(r'class="mark-line role-mark[^"]*"[^>]*>((?:<path[^>]*/>)+)')
_CORNER = re.compile(r"[ML](-?[0-9.]+),(-?[0-9.]+)")


def path(svg: str) -> np.ndarray:
    """Corners of the curve, (x, y) in px: the longest line of the figure."""
    lines = [_CORNER.findall(one) for group in _GROUP.findall(svg) for one in re.findall(r' d="([^"]+)"', group)]
    return np.array(max(lines, key=len), dtype=float)


def expected(time: np.ndarray, survival: np.ndarray, end: float) -> np.ndarray:
    """The same corners of R's steps, on the figure's scales."""
    x = LEFT + np.append(0.0, time / DAYS_PER_MONTH) * (INSIDE - RIGHT - LEFT) / end
    y = HEIGHT * (1 - np.append(1.0, survival))
    return np.column_stack([np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]])


@pytest.mark.parametrize("name", ["lung", "larynx", "leukemia", "waltons"])
def test_exported_steps_are_rs(name):
    time_column, event_column = SETS[name]
    stored = results("real")["sets"][name]["all"]
    with Store(":memory:") as store:
        read = read_source(HERE / "data" / f"{name}.csv", mapping={"os_days": time_column, "os_event": event_column})
        version = store.commit(read, name)
        look = Look(store, version, Selection(), Options(), Request(), date(2026, 3, 5))
        found = content("km-os", look)
        assert found.figure is not None
        drawn = path(file(found, "svg", Size(width=WIDTH)).decode())
        end = found.figure.data["percent"]["end"][0]
    happened = numbers(stored["n_event"]) > 0
    happened[-1] = True
    wanted = expected(numbers(stored["time"])[happened], numbers(stored["survival"])[happened], end)
    assert len(drawn) >= len(wanted)
    for x, y in wanted:
        apart = np.abs(drawn - (x, y)).max(axis=1).min()
        assert apart <= HALF_PIXEL, (x, y)

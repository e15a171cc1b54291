"""The geometry of a Kaplan-Meier figure: ticks, steps and censor marks to pixel resolution, and where labels fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.curve import Curve
from core.figures.figure import SIZES, room
from core.options import DAYS_PER_MONTH

Floats = NDArray[np.float64]

STEPS = (1, 3, 6, 12, 24, 48, 96, 192, 384, 768)
"""Months between ticks; each divides the next, so that a narrow screen shows every second tick of a wide one."""
MOST_TICKS = 13
RESOLUTION = 1200
"""Columns to which more steps than that are thinned."""
MOST_MARKS = 1200
"""Censor marks that all groups together draw exactly; beyond that they would be a rope, so they are thinned."""
_THINNED = 160
_COLUMNS = 96
_LABEL_HEIGHT, _LABEL_GAP = 13, 5


def ticks(end: float, left_over: float, label_width: float) -> list[tuple[int, int]]:
    """Ticks of the time axis, and the size class from which each is shown.

    Parameters
    ----------
    end : last time, months
    left_over : width of the figure that is not the axis, px
    label_width : of the widest count below a tick, px

    Returns
    -------
    list of (month, size class)
        Multiples of 6 or 12 months; of 1 or 3 only where a figure is shorter than 18 months. The last one may lie
        beyond `end` where it is near.
    """
    shown: dict[int, int] = {}
    for size in SIZES:
        for month in months_shown(end, room(size) - left_over, max(32, label_width + 12)):
            shown.setdefault(month, size)
    return sorted(shown.items())


def months_shown(end: float, wide: float, apart: float) -> range:
    """Ticks of a time axis that is so wide, at least so far apart, px."""
    least_step = 1 if end < 9 else 3 if end < 18 else 6
    most = min(MOST_TICKS, wide / apart)
    step = next(step for step in STEPS if step >= least_step and (end / step <= most or step == STEPS[-1]))
    last = int(end / step + 0.08) * step
    return range(0, max(last, step if end <= 0 else 0) + 1, step)


@dataclass(frozen=True, eq=False)
class Steps:
    """A curve as it is drawn: months, and percent without the event; limits are None where there are none."""

    months: list[float]
    survival: list[float]
    lower: list[float | None]
    upper: list[float | None]


def steps(curve: Curve, end: float, start: float = 0.0, min_cell: int = 0, *, exact: bool = False) -> Steps:
    """The corners of a curve from (start, 100 %) to its last observed time.

    Parameters
    ----------
    curve : Curve
    end : end of the axis, months
    start : where the curve begins, months
    min_cell : with more than 1, only corners by which that many further patients had the event
    exact : every corner, however many

    Returns
    -------
    Steps
        Exact up to `RESOLUTION` corners; beyond that one per column, at the value with which the column ends.
    """
    corner = np.flatnonzero(curve.events)
    if min_cell > 1:
        corner = tellable(curve, min_cell)
    elif curve.time.size and not curve.events[-1]:
        corner = np.append(corner, curve.time.size - 1)
    time = curve.time[corner] / DAYS_PER_MONTH
    if corner.size > RESOLUTION and not exact:
        column = (time * (RESOLUTION / end)).astype(np.int64)
        kept = np.append(column[1:] != column[:-1], True)
        corner, time = corner[kept], time[kept]
    return Steps(
        [start, *time.tolist()],
        [100.0, *(100 * curve.survival[corner]).tolist()],
        _band(curve.lower[corner], curve.survival[corner]),
        _band(curve.upper[corner], curve.survival[corner]),
    )


def _band(limit: Floats, survival: Floats) -> list[float | None]:
    """A limit in percent at each corner, 100 at the start.

    A curve that falls to 0 has no interval there; its band goes on to that day at the limit it had before.
    """
    known: list[float | None] = [100.0, *_known(100 * limit)]
    if survival.size and survival[-1] == 0:
        known[-1] = known[-2]
    return known


def tellable(curve: Curve, min_cell: int) -> NDArray[np.intp]:
    """Positions of a curve that tell nothing of fewer than `min_cell` patients."""
    kept, told = [], 0
    for i, happened in enumerate(curve.events.cumsum().tolist()):
        if happened - told >= min_cell and curve.at_risk[i] >= min_cell:
            kept.append(i)
            told = happened
    return np.array(kept, dtype=np.intp)


def censor_marks(curve: Curve, end: float, most: int | None) -> tuple[list[float], list[float]]:
    """Months and percent of the censor marks: every one, or thinned to columns if more than `most` (None: never)."""
    at = np.flatnonzero(curve.censored)
    time = curve.time[at] / DAYS_PER_MONTH
    if most is not None and at.size > most:
        column = (time * (_THINNED / end)).astype(np.int64)
        kept = np.append(True, column[1:] != column[:-1])
        at, time = at[kept], time[kept]
    return time.tolist(), (100 * curve.survival[at]).tolist()


@dataclass(frozen=True)
class Label:
    """Where a curve's name stands: its corner in months and percent, its alignment, from which size class on."""

    months: float
    percent: float
    align: str
    dy: float
    least: int


def direct_labels(
    curves: Sequence[Steps], widths: Sequence[float], end: float, height: float, left_over: float
) -> list[Label | None]:
    """Place names beside their curves where they touch no other curve and no other name.

    A name that hangs on a point and fits in a narrow figure fits in every wider one, so it is enough to look at the
    narrowest that has room for it.

    Parameters
    ----------
    curves : drawn steps of each group
    widths : of the names, px
    end : end of the axis, months
    height : of the plot, px
    left_over : width of the figure that is not the axis, px

    Returns
    -------
    list of Label or None
        None where a name fits nowhere; the key below the axis has it anyway.
    """
    top, reached = _outlines(curves, end, height)
    found: list[Label | None] = [None] * len(curves)
    boxes: list[tuple[float, float, float, float]] = []
    for size in SIZES:
        plot = room(size) - left_over
        for i, wide in enumerate(widths):
            if found[i] is not None or wide > 0.5 * plot:
                continue
            span = int(np.ceil((wide + 6) / (plot / _COLUMNS)))
            best = _best(top, reached, i, span, height, boxes)
            if best is not None:
                column, above, upper_edge = best
                first = column if above else column - span
                boxes.append((first, first + span, upper_edge, upper_edge + _LABEL_HEIGHT))
                y = upper_edge + _LABEL_HEIGHT - 2.5
                found[i] = Label(column * end / _COLUMNS, 100 * (1 - y / height), "left" if above else "right", 0, size)
    return found


def _outlines(curves: Sequence[Steps], end: float, height: float) -> tuple[Floats, Floats]:
    """Pixel row of each curve at each column, infinite after its end; and the lowest row it has reached by then."""
    edges = np.arange(_COLUMNS + 1) * (end / _COLUMNS)
    top = np.full((len(curves), _COLUMNS + 1), np.inf)
    reached = np.empty((len(curves), _COLUMNS + 1))
    for i, curve in enumerate(curves):
        months = np.asarray(curve.months)
        y = height * (1 - np.asarray(curve.survival) / 100)
        reached[i] = y[np.maximum(np.searchsorted(months, edges, side="right") - 1, 0)]
        alive = (edges >= months[0]) & (edges <= months[-1])
        top[i, alive] = reached[i, alive]
    return top, reached


def _best(
    top: Floats, reached: Floats, i: int, span: int, height: float, boxes: Sequence[tuple[float, float, float, float]]
) -> tuple[int, bool, float] | None:
    """Column, side and upper edge of the clearest place of one name, or None."""
    choice: tuple[float, int, bool, float] | None = None
    others = np.arange(len(top)) != i
    columns = np.arange(_COLUMNS + 1)
    alive = np.isfinite(top[i])
    own = reached[i]
    for above in (True, False):
        edge = own - _LABEL_GAP - _LABEL_HEIGHT if above else own + _LABEL_GAP
        first = columns if above else columns - span
        inside = alive & (first >= 1) & (first + span <= _COLUMNS)
        inside &= (edge >= -2) & (edge + _LABEL_HEIGHT <= height - 3)
        if not inside.any():
            continue
        # What lies between the curve and its name counts too: the nearest line to a name must be its own.
        upper_row = edge if above else own + 0.5
        lower_row = own - 0.5 if above else edge + _LABEL_HEIGHT
        left, right = np.clip(first, 0, _COLUMNS), np.clip(first + span, 0, _COLUMNS)
        gaps = np.maximum(top[others][:, left] - lower_row, upper_row - reached[others][:, right])
        clear = gaps.min(axis=0, initial=24.0)
        for start, stop, upper, lower in boxes:
            inside &= (left >= stop) | (right <= start) | (edge > lower + 1) | (edge + _LABEL_HEIGHT < upper - 1)
        score = np.where(inside & (clear > 1), clear + 10 * columns / _COLUMNS + 4 * above, -1)
        column = int(score.argmax())
        if score[column] > 0 and (choice is None or score[column] > choice[0]):
            choice = (float(score[column]), column, above, float(edge[column]))
    return None if choice is None else choice[1:]


def _known(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]

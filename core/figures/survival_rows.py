"""The data of a Kaplan-Meier figure: corners, censor marks, labels, risk table and readings as rows of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.counts import risk_table
from core.figures.figure import BREAKS, SIZES, Columns, Line, Text, columns, foot, head, room
from core.figures.provenance import Provenance
from core.figures.steps import MOST_MARKS, Steps, censor_marks, direct_labels, steps
from core.figures.survival_layout import LEFT, RIGHT
from core.figures.survival_result import Survival, caption, facts, group_facts, title
from core.figures.text import shorten, width
from core.figures.theme import SMALL_SIZE, TEXT_SIZE, Style
from core.formats import short_count, suppressed
from core.options import DAYS_PER_MONTH
from core.outcome import Group
from core.small_groups import least_left

Y_TITLES = {"pfs": "Alive without progression", "os": "Alive", "ttnt": "Alive without a new treatment"}
X_TITLE = "Months since the first day of the course"
RISK_ROWS = ("At risk", "(Events)", "(Censored)")
READINGS = 120
"""Points of the time axis that the pointer can read, at most."""
_LINE, _KEY = 15, 32
_MUTED = Line("", SMALL_SIZE, tone="muted")
_INK = Line("", SMALL_SIZE)


def curves(result: Survival) -> tuple[float, list[Steps]]:
    """Last month of the axis, and the steps of each drawn group."""
    end = max(float(group.curve.time[-1]) for group in result.drawn) / DAYS_PER_MONTH or 1.0
    start = (result.landmark or 0.0) / DAYS_PER_MONTH
    return end, [steps(one.curve, end, start, result.min_cell, exact=result.exact) for one in result.drawn]


def guides(drawn: Sequence[Group], shown: Sequence[Style]) -> Columns:
    """Where curves cross 50 %, months; of more than three curves none, as they would make a fence."""
    reached = [(group.curve.median.time, style.colour) for group, style in zip(drawn, shown, strict=True)]
    kept = [(time / DAYS_PER_MONTH, colour) for time, colour in reached if time is not None and len(drawn) <= 3]
    return {"months": [time for time, _ in kept], "colour": [colour for _, colour in kept]}


def corners(curves: Sequence[Steps], shown: Sequence[Style]) -> Columns:
    """Steps and bands."""
    names = ("group", "months", "survival", "lower", "upper", "colour", "dash", "wash")
    out: dict[str, list[Any]] = {name: [] for name in names}
    wash = 0.16 if len(curves) < 3 else 0.12 if len(curves) < 5 else 0.07
    for i, (curve, style) in enumerate(zip(curves, shown, strict=True)):
        size = len(curve.months)
        block = (curve.months, curve.survival, curve.lower, curve.upper)
        _extend(out, [i] * size, *block, [style.colour] * size, [style.dash] * size, [wash] * size)
    return out


def marks(result: Survival, shown: Sequence[Style], end: float) -> Columns:
    """Censor marks; none where small counts are not shown."""
    out: dict[str, list[Any]] = {"months": [], "survival": [], "colour": []}
    for group, style in zip(result.drawn, shown, strict=True):
        if result.min_cell <= 1:
            time, survival = censor_marks(group.curve, end, None if result.exact else MOST_MARKS // len(result.drawn))
            _extend(out, time, survival, [style.colour] * len(time))
    return out


def labels(curves: Sequence[Steps], names: Sequence[str], shown: Sequence[Style], end: float, height: float) -> Columns:
    """Names beside the curves, where they fit."""
    names_of = ("months", "percent", "align", "least", "label", "fill")
    if len(curves) < 2:
        return columns(names_of, ())
    widths = [width(name, TEXT_SIZE, bold=True) for name in names]
    places = direct_labels(curves, widths, end, height, LEFT + RIGHT)
    found = [
        (place.months, place.percent, place.align, place.least, name, style.text)
        for place, name, style in zip(places, names, shown, strict=True)
        if place is not None
    ]
    return columns(names_of, found)


def readings(
    result: Survival, curves: Sequence[Steps], names: Sequence[str], shown: Sequence[Style], end: float
) -> dict[str, Columns]:
    """What the pointer reads: at each whole month, S with its interval and the number at risk of each group."""
    step = max(1, int(np.ceil(end / READINGS))) if end >= 24 else 0.5 if end >= 6 else end / 24
    at = np.arange(0, end + 1e-9, step)
    at = at[at >= curves[0].months[0] - 1e-9]
    wide: dict[str, list[Any]] = {"Months": at.tolist()}
    dots: dict[str, list[Any]] = {"Months": [], "survival": [], "colour": []}
    for group, drawn, name, style in zip(result.drawn, curves, names, shown, strict=True):
        months = np.asarray(drawn.months)
        place = np.searchsorted(months, at + 1e-6, side="right") - 1
        known = (at <= months[-1] + 1e-6) | (drawn.survival[-1] == 0)
        survival = np.asarray(drawn.survival)[place]
        days = at * DAYS_PER_MONTH - 1e-6
        at_risk = np.append(group.curve.at_risk, 0)[np.searchsorted(group.curve.time, days, side="left")]
        # Between two events the words stay the same.
        words = {i: _reading(drawn, i) for i in set(place[known].tolist())}
        told = zip(known.tolist(), place.tolist(), at_risk.tolist(), strict=True)
        wide[name] = [
            f"{words[i]}, {_counted(n, result.min_cell)} at risk" if there else "not followed" for there, i, n in told
        ]
        _extend(dots, at[known].tolist(), survival[known].tolist(), [style.colour] * int(known.sum()))
    return {"reading": wide, "dots": dots}


def _reading(drawn: Steps, i: int) -> str:
    lower, upper = drawn.lower[i], drawn.upper[i]
    interval = "" if lower is None or upper is None else f" ({lower:.1f}–{upper:.1f})"
    return f"{drawn.survival[i]:.1f}%{interval}"


def _counted(n: int, min_cell: int) -> str:
    return suppressed(min_cell) if 0 < n < min_cell else short_count(n)


def words_and_risk(
    result: Survival,
    scale: Sequence[tuple[int, int]],
    shown: Sequence[Style],
    names: Sequence[str],
    text: Text,
    source: Provenance | None,
    height: float,
) -> tuple[Columns, Columns]:
    """Risk table below the axis and all words around the plot.

    Parameters
    ----------
    result : Survival
    scale : ticks of the axis, (month, size class from which it is shown)
    shown, names : style and name of each drawn group
    text : takes the words
    source : selection and cohort
    height : of the plotted part, px

    Returns
    -------
    (Columns, Columns)
        Counts, and the sample of each group's line.
    """
    text.above(head(title(result), facts(result), source.selection if source else ""), -36)
    for size in SIZES:
        text.add(size, 0, -12, Y_TITLES[result.endpoint], _MUTED)
        text.add(size, LEFT, height + 35, X_TITLE, _MUTED)
    risk: list[tuple[Any, ...]] = []
    keys: list[tuple[Any, ...]] = []
    told = [group_facts(group) for group in result.drawn]
    upto = max((size for size in SIZES if not _fit(names, told, size)), default=-1) if result.divided else -1
    months = [month for month, _ in scale]
    y = [height + 45.0] * len(BREAKS)
    for group, style, name, fact in zip(result.drawn, shown, names, told, strict=True):
        if result.divided:
            for size in SIZES:
                keys.append((size, y[size] + _LINE - 4, style.colour, style.dash))
                y[size] = _key_words(text, size, y[size], name, fact, size <= upto)
        for row, counts in enumerate(risk_rows(result, group, months)):
            y = [place + _LINE for place in y]
            for size in SIZES:
                text.add(size, 0, y[size], RISK_ROWS[row], _MUTED if row else _INK)
            for (month, least), said in zip(scale, counts, strict=True):
                if said is not None:
                    risk.append((month, least, said, row, y[-1], y[0], upto))
        y = [place + 7 for place in y]
    text.below(foot(caption(result, source)), [place + 3 for place in y])
    return (
        columns(("months", "least", "count", "row", "y", "wrapped", "upto"), risk),
        columns(("size", "y", "colour", "dash"), keys),
    )


def risk_rows(result: Survival, group: Group, months: Sequence[int]) -> list[list[str | None]]:
    """A group's rows of the risk table at the ticks, as written: at risk, events, censored; None before a landmark.

    Where small counts are hidden only those at risk: events and censorings between two ticks would give them away.
    """
    table = risk_table(group.counts, [month * DAYS_PER_MONTH for month in months])
    start = (result.landmark or 0.0) / DAYS_PER_MONTH - 1e-9
    counted = (table.at_risk,) if result.min_cell > 1 else (table.at_risk, table.events, table.censored)

    def said(row: int, month: int, number: int) -> str | None:
        if month < start:
            return None
        if result.round_to and month * DAYS_PER_MONTH > group.curve.time[-1] + 1e-6:
            return "" if row else suppressed(least_left(result.round_to))  # whoever is left is not told
        return f"({short_count(number)})" if row else _counted(number, result.min_cell)

    return [
        [said(row, month, number) for month, number in zip(months, counts, strict=True)]
        for row, counts in enumerate(counted)
    ]


def _fit(names: Sequence[str], told: Sequence[str], size: int) -> bool:
    """Whether name and facts of every group stand on one line."""
    pairs = zip(names, told, strict=True)
    longest = max(width(name, TEXT_SIZE, bold=True) + width(fact, TEXT_SIZE) for name, fact in pairs)
    return _KEY + longest + 12 <= room(size)


def _key_words(text: Text, size: int, y: float, name: str, fact: str, wrapped: bool) -> float:
    """A group's name and facts above its rows of the risk table; returns where the next line starts."""
    limit = room(size) - _KEY - 4
    y += _LINE
    text.add(size, _KEY, y, shorten(name, TEXT_SIZE, limit, bold=True), Line("", TEXT_SIZE, bold=True))
    if not wrapped:
        text.add(size, _KEY + width(name, TEXT_SIZE, bold=True) + 10, y, fact, Line("", TEXT_SIZE))
        return y
    text.add(size, _KEY, y + _LINE, shorten(fact, SMALL_SIZE, limit), Line("", SMALL_SIZE))
    return y + _LINE


def _extend(out: dict[str, list[Any]], *values: Sequence[Any]) -> None:
    for name, more in zip(out, values, strict=True):
        out[name] += more

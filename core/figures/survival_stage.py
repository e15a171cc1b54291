"""The Kaplan-Meier figure for a room: curves, beside them who and the medians, below them one row at risk a group.

What a page's figure says in lines above and below the curves stands at their right here, so that the curves keep the
height. The ticks of the axis are the heads of the risk table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures import survival_rows as make
from core.figures.figure import STAGE, Columns, Figure, Line, Text, columns, compiled, leading, text_layer
from core.figures.provenance import Provenance
from core.figures.stage import MOST_SELECTION, PADDING, Stage, across, cut, down, feet, heads, source_note
from core.figures.steps import months_shown
from core.figures.survival_layout import PERCENT_TICKS, Frame, axes, curves, dashed, raw, reading
from core.figures.survival_result import Survival, alt_text, group_facts, left_out, median_fact, name, title
from core.figures.text import shorten, width, wrap
from core.figures.theme import SMALL_SIZE, Style, Theme, theme
from core.formats import NOT_REACHED, months, p_equation, plural, short_count, span
from core.outcome import Group

MOST_ROWS = 6
"""Most groups with a row at risk; of more there is no height left for curves, and the figure says so."""
LEAST_SHARE, _LEAST = 0.3, 40.0
"""Share of a stage's height below which a long selection is cut for the curves, and their least height, px."""
_LINE = leading(SMALL_SIZE, STAGE)
_BELOW = 15.0
"""Baseline of the months below the axis, px."""
_PANEL, _GAP, _KEY = 132.0, 12.0, 20.0
"""Width of the panel beside the curves, its distance from them, and the sample of a line, px."""
_NARROW, _WIDE = 88.0, 124.0
"""Width left of the curves: of the risk table's row names."""
_ALONE = 46.0, 14.0
"""Width left and right of the curves of everybody, px."""
_INK, _MUTED = Line("", SMALL_SIZE), Line("", SMALL_SIZE, tone="muted")
_AT_RISK, _HEAD = "At risk", "At risk at month"
_MEDIANS = "Median, months ({:g}% CI)"
_FRAME = Frame("data('frame')[0].left", "data('frame')[0].right")


@dataclass(frozen=True)
class _Entry:
    """What the panel says of one group: its name on lines, then facts."""

    names: tuple[str, ...]
    facts: tuple[str, ...]
    style: Style

    @property
    def down(self) -> float:
        """Height, px."""
        return _LINE * (len(self.names) + len(self.facts))


def on_stage(
    result: Survival, shown: Sequence[Style], source: Provenance | None, theme_name: str, stage: Stage
) -> Figure:
    """
    Draw the curves of a result that has some for a room.

    Parameters
    ----------
    result : Survival
    shown : style of each drawn group
    source : selection and cohort
    theme_name : "light" or "dark"
    stage : what the place leaves for it

    Returns
    -------
    Figure
    """
    drawn = result.drawn
    names = [result.label(group) for group in drawn]
    end, steps = make.curves(result)
    widest = width(short_count(max(one.curve.n for one in drawn)), SMALL_SIZE)
    before = widest / 2 + 6  # half a number stands left of the axis
    left, right = _sides(result, names, before)
    ticks = months_shown(end, across() - left - right, max(26, widest + 8))
    rows = len(drawn) if len(drawn) <= MOST_ROWS else 0
    for most in range(MOST_SELECTION, 0, -1):
        above, below = _words(result, source, rows, most)
        height = _height(stage, above, below, rows)
        if height >= LEAST_SHARE * stage.height:
            break
    text = Text(theme(theme_name), (STAGE,))
    risk, keys = _risk(result, ticks, shown, names, text, left - before, height) if rows else ([], [])
    bottom = height + _BELOW + rows * _LINE
    if result.divided:
        keys += _panel(result, names, shown, text, bottom, height, tested=stage.words)
    if stage.words:
        text.above(above, -8)
        text.below(below, [bottom + 3])
    data: dict[str, Columns] = {
        "frame": {"left": [left], "right": [right]},
        "ticks": {"months": list(ticks), "least": [0] * len(ticks)},
        "percent": {"p": PERCENT_TICKS, "end": [max(end, ticks[-1])] * len(PERCENT_TICKS)},
        "guides": make.guides(drawn, shown),
        "steps": make.corners(steps, shown),
        "marks": make.marks(result, shown, end),
        "risk": columns(("months", "count", "y"), risk),
        "keys": columns(("x", "y", "colour", "dash"), keys),
        "text": text.columns,
        **make.readings(result, steps, names, shown, end),
    }
    layout = compiled(_layers, theme_name, stage=True)
    return Figure(layout, data, height, name(result), alt_text(result, source))


def _sides(result: Survival, names: Sequence[str], before: float) -> tuple[float, float]:
    """Width left and right of the time axis, px."""
    if not result.divided:
        return _ALONE
    longest = max(width(one, SMALL_SIZE, bold=True) for one in names)
    return min(max(_KEY + 4 + longest + before, _NARROW), _WIDE), _PANEL + _GAP


def _words(result: Survival, source: Provenance | None, rows: int, most: int) -> tuple[list[Line], list[Line]]:
    """The lines above and below the curves, the selection on at most some lines."""
    alone = [] if result.divided else [group_facts(one) for one in result.groups]
    without = "" if rows else f"The numbers at risk of more than {MOST_ROWS} groups do not fit a slide."
    notes = [cut(left_out(result), 2), without, source_note(source)]
    return heads(title(result), source.selection if source else "", alone, most), feet([one for one in notes if one])


def _height(stage: Stage, above: Sequence[Line], below: Sequence[Line], rows: int) -> float:
    """Height of the plotted part: what words and rows leave of the stage, px."""
    spare = stage.height - 2 * PADDING - 6 - _BELOW - 3 - rows * _LINE
    if stage.words:
        spare -= down(above) + down(below) + 2
    return max(spare, _LEAST)


def _risk(
    result: Survival,
    ticks: Sequence[int],
    shown: Sequence[Style],
    names: Sequence[str],
    text: Text,
    room: float,
    height: float,
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Numbers at risk under the ticks, each row with its group's line and name in `room` px; the head by the months."""
    risk: list[tuple[Any, ...]] = []
    keys: list[tuple[Any, ...]] = []
    y = height + _BELOW
    text.add(STAGE, 0, y, _HEAD if result.divided else "Months", _MUTED)
    called = distinct(names, room - _KEY - 4)
    for group, style, said in zip(result.drawn, shown, called, strict=True):
        y += _LINE
        if result.divided:
            keys.append((0, y - 4, style.colour, style.dash))
            text.add(STAGE, _KEY + 4, y, said, Line("", SMALL_SIZE, bold=True, tone=style.text))
        else:
            text.add(STAGE, 0, y, _AT_RISK, _INK)
        counts = make.risk_rows(result, group, ticks)[0]
        risk += [(month, count, y) for month, count in zip(ticks, counts, strict=True) if count is not None]
    return risk, keys


def distinct(names: Sequence[str], limit: float) -> list[str]:
    """Names shortened to `limit` px, told apart by their ends where their beginnings are the same."""
    found = [shorten(one, SMALL_SIZE, limit, True) for one in names]
    if len(set(found)) == len(set(names)):
        return found
    return [short if found.count(short) == 1 else _end(one, limit) for one, short in zip(names, found, strict=True)]


def _end(name: str, limit: float) -> str:
    """The end of a name that fits into `limit` px."""
    start = next((i for i in range(len(name)) if width(f"…{name[i:]}", SMALL_SIZE, True) <= limit), len(name) - 1)
    return f"…{name[start:].lstrip()}"


def _panel(
    result: Survival,
    names: Sequence[str],
    shown: Sequence[Style],
    text: Text,
    bottom: float,
    height: float,
    *,
    tested: bool,
) -> list[tuple[Any, ...]]:
    """Groups beside the curves with their sizes and medians, as much of it as fits; returns samples of their lines."""
    x = across() - _PANEL
    test = result.log_rank
    said = f"Log-rank {p_equation(test.p)}" if tested and test is not None and test.p is not None else ""
    room = bottom + 4 - _LINE - (_LINE + 4 if said else 0)
    entries = _entries(result, names, shown, room)
    gap = min(7.0, (room - sum(one.down for one in entries)) / max(len(entries), 1))
    keys, y = [], 4.0
    conf = 100 * result.drawn[0].curve.conf_level
    text.add(STAGE, x, y, _MEDIANS.format(conf), _MUTED)
    for one in entries:
        y += max(gap, 0.0)
        keys.append((x, y + _LINE - 4, one.style.colour, one.style.dash))
        for line in one.names:
            y += _LINE
            bold = Line("", SMALL_SIZE, bold=True, tone=one.style.text)
            text.add(STAGE, x + _KEY + 4, y, line, bold)
        for fact in one.facts:
            y += _LINE
            text.add(STAGE, x, y, fact, _INK)
    if said:
        text.add(STAGE, x, y + _LINE + 4, said, _INK)
    return keys


def _entries(result: Survival, names: Sequence[str], shown: Sequence[Style], room: float) -> list[_Entry]:
    """The fullest entries that the panel has room for."""
    limit = _PANEL - _KEY - 8
    for most, sizes in ((2, True), (2, False), (1, False)):
        found = [
            _Entry(_lines(one, limit, most), _facts(group, sizes), style)
            for one, group, style in zip(names, result.drawn, shown, strict=True)
        ]
        if sum(one.down for one in found) <= room:
            return found
    short = distinct(names, limit - 34)
    told = [f"{one} {_median(group)}" for one, group in zip(short, result.drawn, strict=True)]
    return [_Entry((one,), (), style) for one, style in zip(told, shown, strict=True)]


def _lines(said: str, limit: float, most: int) -> tuple[str, ...]:
    lines = wrap(said, SMALL_SIZE, limit, True)
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), SMALL_SIZE, limit, True))


def _facts(group: Group, sizes: bool) -> tuple[str, ...]:
    """Median with its interval, and where there is room patients and events."""
    size = (f"{plural(group.curve.n, 'patient')}, {plural(group.curve.n_events, 'event')}",) if sizes else ()
    return (*size, _median_with_interval(group))


def _median(group: Group) -> str:
    time = group.curve.median.time
    return NOT_REACHED if time is None else months(time)


def _median_with_interval(group: Group) -> str:
    """ "21.0 (16.3–27.9)" """
    median = group.curve.median
    if median.time is None and median.lower is None:
        return median_fact(group).removeprefix("median ").capitalize()
    limits = "not estimable" if median.lower is None else span(months(median.lower), months(median.upper))
    return f"{_median(group)} ({limits})"


def _layers(shown: Theme) -> list[alt.Chart]:
    risk = at.scalars("frame")
    return [
        risk,
        *axes(shown, _FRAME, below=_BELOW - 4),
        *curves(_FRAME),
        alt.Chart(alt.NamedData(name="risk"))
        .mark_text(
            y=alt.expr("datum.y"),
            align="center",
            baseline="alphabetic",
            fontSize=SMALL_SIZE,
            text=alt.expr("datum.count"),
            fill=shown.ink,
        )
        .encode(x=_FRAME.x("months")),
        alt.Chart(alt.NamedData(name="keys"))
        .mark_rule(x=alt.expr("datum.x"), x2=alt.expr(f"datum.x + {_KEY}"), strokeWidth=2.4)
        .encode(y=at.row(), color=raw("colour"), strokeDash=dashed()),
        *reading(shown, _FRAME),
        text_layer(),
    ]

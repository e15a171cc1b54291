"""The rows of a forest plot: names, squares with intervals and numbers of each level, at absolute places (px)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures.figure import STAGE, Line, Text, columns, leading, text_layer
from core.figures.names import factor_label, factor_level, plain_level
from core.figures.text import wrap
from core.figures.theme import ACCENT, SMALL_SIZE, TEXT_SIZE, Theme, readable
from core.formats import NOT_ESTIMABLE, REFERENCE, p_value, ratio_with_interval
from core.prognosis import Prognosis
from core.terms import FactorResult, LevelResult

LABELS = (132.0, 170.0, 230.0, 300.0, 152.0)
NUMBERS = (116.0, 128.0, 190.0, 190.0, 154.0)
"""Width of the columns left and right of the plot, px, for each size class; the last for a room."""
WITH_P = 2
"""Size class from which the p-values stand beside the hazard ratios."""
_P_ACROSS = (2.0, 2.0, 60.0, 60.0, 50.0)
"""Width of the column of p-values, px, for each size class."""
WIDEST = 32.0
"""Intervals are cut at this hazard ratio and its inverse, with an arrow."""
_TICKS = (1 / 32, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_TICK_NAMES = ("1/32", "1/16", "1/8", "0.25", "0.5", "1", "2", "4", "8", "16", "32")
_X = alt.Scale(
    type="log",
    domain=[alt.expr("data('axis')[0].low"), alt.expr("data('axis')[0].high")],
    range=at.plot_range(LABELS, NUMBERS),
    nice=False,
)


_MUTED = Line("", SMALL_SIZE, tone="muted")


@dataclass(frozen=True)
class Pitch:
    """Vertical measures of the rows, px: a line of estimates, its middle, what a row has below it; the axis and what
    stands above and below the rows."""

    line: float
    middle: float
    gap: float
    axis: float
    above: float = 30.0
    below: float = 36.0


_PAGE = Pitch(line=16, middle=10, gap=5, axis=4)
ON_STAGE = Pitch(line=13, middle=7, gap=3, axis=0, above=22, below=19)


def pitch_of(size: int) -> Pitch:
    """The measures of a size class."""
    return ON_STAGE if size == STAGE else _PAGE


@dataclass(frozen=True)
class Row:
    """One line of the plot: a factor's name, or a level with its two estimates.

    Parameters
    ----------
    label : the name
    head : of a factor, not of a level
    alone, together : the estimates
    under : which levels are compared, below the name of a factor that has two
    beside : the reference, in the line of a factor's name
    """

    label: str
    head: bool
    alone: LevelResult | None = None
    together: LevelResult | None = None
    under: str = ""
    beside: str = ""


def blocks_of(found: Prognosis) -> list[list[Row]]:
    """The rows of each factor for a room: without a row for the reference, of two levels on one."""
    joint = {one.factor: one for one in found.multivariable.factors}
    blocks = []
    for alone in found.univariable:
        other = joint.get(alone.factor)
        together = {level.level: level for level in other.levels} if other else {}
        filled = [level for level in alone.levels if level.n]
        reference = next((one for one in filled if one.reference), None)
        rest = [one for one in filled if one is not reference]
        if len(alone.levels) == 1 or reference is None or not rest:
            blocks.append(_rows_of(alone, together))
        elif len(rest) == 1:
            under = f"{plain_level(rest[0].level)} vs {_lower(factor_level(alone.factor, reference.level))}"
            blocks.append([Row(alone.label, True, rest[0], together.get(rest[0].level), under=under)])
        else:
            beside = f"Reference: {_lower(factor_level(alone.factor, reference.level))}"
            levels = [Row(factor_level(alone.factor, one.level), False, one, together.get(one.level)) for one in rest]
            blocks.append([Row(alone.label, True, beside=beside), *levels])
    return blocks


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def rows_of(found: Prognosis) -> list[Row]:
    """The rows of all factors for a page or paper."""
    joint = {one.factor: one for one in found.multivariable.factors}
    lines: list[Row] = []
    for alone in found.univariable:
        other = joint.get(alone.factor)
        lines += _rows_of(alone, {level.level: level for level in other.levels} if other else {})
    return lines


def _rows_of(alone: FactorResult, together: Mapping[str, LevelResult]) -> list[Row]:
    if len(alone.levels) == 1:
        only = alone.levels[0]
        return [Row(factor_label(alone.factor, alone.label), True, only, together.get(only.level))]
    filled = [level for level in alone.levels if level.n]
    levels = [Row(factor_level(alone.factor, one.level), False, one, together.get(one.level)) for one in filled]
    return [Row(alone.label, True), *levels]


def axis_of(known: Sequence[LevelResult]) -> tuple[float, float]:
    """The axis: from tick to tick around all intervals, and around 1."""
    low = min(0.5, max(1 / WIDEST, min(one.lower or 1.0 for one in known)))
    high = max(2.0, min(WIDEST, max(one.upper or 1.0 for one in known)))
    return max(tick for tick in _TICKS if tick <= low), min(tick for tick in _TICKS if tick >= high)


class Places:
    """Marks gathered row by row, for every size class."""

    def __init__(self, shown: Theme, low: float, high: float) -> None:
        self.low, self.high = low, high
        self.alone, self.together = shown.rule, ACCENT
        self.ground = shown.ground
        self.lines: list[tuple[Any, ...]] = []
        self.bars: list[tuple[Any, ...]] = []
        self.squares: list[tuple[Any, ...]] = []
        self.arrows: list[tuple[Any, ...]] = []
        self.ticks: list[tuple[Any, ...]] = []
        self.keys: list[tuple[Any, ...]] = []

    def estimate(self, size: int, y: float, one: LevelResult, together: bool) -> None:
        """An interval, its square, and an arrow where the axis cuts it."""
        if one.hr is None or one.lower is None or one.upper is None:
            return
        colour = self.together if together else self.alone
        left, right = max(one.lower, self.low), min(one.upper, self.high)
        if left < right:
            self.bars.append((size, y, left, right, colour))
        if self.low <= one.hr <= self.high:
            self.squares.append((size, y, one.hr, colour, colour if together else self.ground))
        self.arrows += [(size, y, self.low, colour, -90)] * (one.lower < self.low)
        self.arrows += [(size, y, self.high, colour, 90)] * (one.upper > self.high)

    def columns(self) -> dict[str, Any]:
        """All marks as data sets."""
        return {
            "lines": columns(("size", "y"), self.lines),
            "bars": columns(("size", "y", "left", "right", "colour"), self.bars),
            "squares": columns(("size", "y", "hr", "colour", "fill"), self.squares),
            "arrows": columns(("size", "y", "hr", "colour", "angle"), self.arrows),
            "ticks": columns(("size", "hr", "label", "y", "y2", "strong"), self.ticks),
            "keys": columns(("size", "x", "y", "colour", "fill"), self.keys),
        }


def one_size(size: int, lines: Sequence[Row], text: Text, place: Places) -> float:
    """Rows of one size class from the top; returns where they end."""
    _heads(size, text, place)
    pitch, y = pitch_of(size), 4.0
    for line in lines:
        top = y
        if line.head:
            place.lines.append((size, top))
            top += 3
        for i, (name, bold) in enumerate(_names(size, line)):
            base = top + pitch.middle + 4 + i * leading(TEXT_SIZE, size)
            text.add(size, 0 if line.head else 14, base, name, Line("", TEXT_SIZE, bold=bold))
        if line.beside:
            text.add(size, -_P_ACROSS[size], top + pitch.middle + 4, line.beside, _MUTED, "right")
        for i, (one, together) in enumerate(_estimates(line)):
            middle = top + pitch.middle + pitch.line * i
            place.estimate(size, middle, one, together)
            _numbers(size, middle + 4, one, together, text, place)
        y += down(size, line)
    _axis(size, y + pitch.axis, text, place)
    return y + pitch.axis


def _names(size: int, line: Row) -> list[tuple[str, bool]]:
    """The lines of a row's name, and whether they are bold."""
    limit = LABELS[size] - (4 if line.head else 18)
    under = wrap(line.under, TEXT_SIZE, limit) if line.under else ()
    return [
        *((one, line.head) for one in wrap(line.label, TEXT_SIZE, limit, line.head)),
        *((one, False) for one in under),
    ]


def _estimates(line: Row) -> list[tuple[LevelResult, bool]]:
    """What stands in a row: alone, then together; of a reference one."""
    shown = [(one, together) for one, together in ((line.alone, False), (line.together, True)) if one is not None]
    return shown[:1] if line.alone is not None and line.alone.reference else shown


def down(size: int, line: Row) -> float:
    """Height of a row, px."""
    pitch = pitch_of(size)
    words, numbers = len(_names(size, line)) * leading(TEXT_SIZE, size), len(_estimates(line)) * pitch.line
    return max(words, numbers) + pitch.gap + (3 if line.head else 0)


def _heads(size: int, text: Text, place: Places) -> None:
    """Keys of the two models, heads of the numbers."""
    for x, name, together in ((4, "alone (univariable)", False), (142, "together (multivariable)", True)):
        colour = place.together if together else place.alone
        place.keys.append((size, x + 4, -10, colour, colour if together else place.ground))
        text.add(size, x + 16, -6, name, _MUTED)
    if size >= WITH_P:
        text.add(size, -_P_ACROSS[size], -6, "HR (95% CI)", _MUTED, "right")
        text.add(size, -2, -6, "p", _MUTED, "right")


def _axis(size: int, end: float, text: Text, place: Places) -> None:
    """Ticks that have room, and which way is which."""
    every = 1 if math.log2(place.high / place.low) <= (4, 5, 8, 10, 4)[size] else 2
    for tick, name in zip(_TICKS, _TICK_NAMES, strict=True):
        if place.low <= tick <= place.high and round(math.log2(tick)) % every == 0:
            place.ticks.append((size, tick, name, 0.0, end, tick == 1))
    if size == STAGE:  # beside the ticks, not below them: that line is the plot's
        text.add(size, LABELS[size] - 14, end + 15, "lower hazard ←", _MUTED, "right")
        text.add(size, 14 - NUMBERS[size], end + 15, "→ higher hazard", _MUTED)
        return
    what = " hazard" if size else ""
    text.add(size, LABELS[size], end + 30, f"← lower{what}", _MUTED)
    text.add(size, -NUMBERS[size], end + 30, f"higher{what} →", _MUTED, "right")


def _numbers(size: int, y: float, one: LevelResult, together: bool, text: Text, place: Places) -> None:
    tone = readable(place.together, "light" if place.ground == "#ffffff" else "dark") if together else "muted"
    look = Line("", SMALL_SIZE, tone=tone)
    if one.reference:
        text.add(size, -_P_ACROSS[size], y, REFERENCE, _MUTED, "right")
        return
    said = ratio_with_interval(one.hr, one.lower, one.upper) if one.hr is not None else NOT_ESTIMABLE
    text.add(size, -_P_ACROSS[size], y, said, look, "right")
    if size >= WITH_P and one.hr is not None:
        text.add(size, -2, y, p_value(one.p), look, "right")


def layers(shown: Theme) -> list[alt.Chart]:
    """Every layer of the figure, on named data."""
    x = alt.X("hr", type="quantitative", scale=_X, axis=None)
    squares: dict[str, Any] = {"shape": "square", "size": 52, "opacity": 1, "strokeWidth": 1.6}
    return [
        at.scalars("axis"),
        at.hairlines(shown),
        *at.grid(shown, x),
        at.data("bars")
        .mark_rule(strokeWidth=1.6)
        .encode(
            x=alt.X("left", type="quantitative", scale=_X, axis=None), x2="right", y=at.row(), color=at.raw("colour")
        ),
        at.data("arrows")
        .mark_point(shape="triangle", filled=True, size=46, opacity=1, angle=alt.expr("datum.angle"))
        .encode(x=x, y=at.row(), color=at.raw("colour")),
        at.data("squares")
        .mark_point(**squares)
        .encode(x=x, y=at.row(), stroke=at.raw("colour"), fill=alt.Fill("fill:N", scale=None, legend=None)),
        at.data("keys")
        .mark_point(**squares)
        .encode(
            x=alt.X("x", type="quantitative", scale=None, axis=None),
            y=at.row(),
            stroke=at.raw("colour"),
            fill=alt.Fill("fill:N", scale=None, legend=None),
        ),
        text_layer(),
    ]

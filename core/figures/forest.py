"""The forest plot of prognostic factors: squares and intervals on a log axis, numbers aligned beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures.figure import SIZES, Figure, Line, Text, columns, compiled, foot, head, leading, text_layer
from core.figures.names import factor_label, factor_level, listed, typeset
from core.figures.portions import portions
from core.figures.provenance import Provenance
from core.figures.text import wrap
from core.figures.theme import ACCENT, SMALL_SIZE, TEXT_SIZE, Theme, readable, theme
from core.formats import NOT_ESTIMABLE, REFERENCE, p_value, plural, ratio_with_interval, sentences
from core.prognosis import Prognosis
from core.terms import FactorResult, LevelResult

LABELS = (132.0, 170.0, 230.0, 300.0)
NUMBERS = (116.0, 128.0, 190.0, 190.0)
"""Width of the columns left and right of the plot, px, for each size class."""
WITH_P = 2
"""Size class from which the p-values stand beside the hazard ratios."""
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
class _Row:
    """One line of the plot: a factor's name, or a level with its two estimates."""

    label: str
    head: bool
    alone: LevelResult | None = None
    together: LevelResult | None = None


def forest_figure(
    found: Prognosis,
    label: str,
    source: Provenance | None = None,
    theme_name: str = "light",
    factors: Sequence[str] | None = None,
) -> Figure | str:
    """Draw hazard ratios of each factor alone and of all that entered together.

    Parameters
    ----------
    found : models of one endpoint
    label : name of the endpoint
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    factors : draw these only, on the axis of all; None = all

    Returns
    -------
    Figure or str
        The sentence to stand in its place when no hazard ratio can be estimated.
    """
    lines = _rows(found)
    known = [one for line in lines for one in (line.alone, line.together) if one is not None and one.hr is not None]
    if not known:
        return _nothing(found, label)
    shown = theme(theme_name)
    low, high = _domain(known)
    facts = _facts(found)
    if factors is not None:
        found = _only(found, factors)
        lines = _rows(found)
    text, place = Text(shown), _Places(shown, low, high)
    text.above(
        head(f"Prognostic factors: {label[:1].lower()}{label[1:]}", facts, source.selection if source else ""), -30
    )
    ends = [_one_size(size, lines, text, place) for size in SIZES]
    text.below(foot(_notes(found, source)), [end + 36 for end in ends])
    data = {"axis": {"low": [low], "high": [high]}, "text": text.columns, **place.columns()}
    return Figure(
        compiled(_layers, theme_name),
        data,
        at.NO_HEIGHT,
        f"Forest plot, {label}",
        _alt_text(found, label, source, facts),
    )


def forest_parts(found: Prognosis, limit: float) -> list[tuple[str, ...]]:
    """Factors in portions whose rows take at most `limit` px, for slides."""
    names = [one.factor for one in found.univariable]
    shown = theme("light")
    heights = [
        _one_size(SIZES[-1], _rows(_only(found, (name,))), Text(shown), _Places(shown, 0.5, 2.0)) for name in names
    ]
    return [tuple(names[place] for place in portion) for portion in portions(heights, limit)]


def _only(found: Prognosis, factors: Sequence[str]) -> Prognosis:
    """The models with some of their factors left to show."""
    together = found.multivariable
    return replace(
        found,
        univariable=tuple(one for one in found.univariable if one.factor in factors),
        multivariable=replace(together, factors=tuple(one for one in together.factors if one.factor in factors)),
    )


def _rows(found: Prognosis) -> list[_Row]:
    joint = {one.factor: one for one in found.multivariable.factors}
    lines: list[_Row] = []
    for alone in found.univariable:
        other = joint.get(alone.factor)
        beside = {level.level: level for level in other.levels} if other else {}
        if len(alone.levels) == 1:
            only = alone.levels[0]
            label = factor_label(alone.factor, alone.label)
            lines.append(_Row(label, True, only, beside.get(only.level)))
            continue
        lines.append(_Row(alone.label, True))
        filled = [level for level in alone.levels if level.n]
        lines += [_Row(factor_level(alone.factor, one.level), False, one, beside.get(one.level)) for one in filled]
    return lines


def _domain(known: Sequence[LevelResult]) -> tuple[float, float]:
    """The axis: from tick to tick around all intervals, and around 1."""
    low = min(0.5, max(1 / WIDEST, min(one.lower or 1.0 for one in known)))
    high = max(2.0, min(WIDEST, max(one.upper or 1.0 for one in known)))
    return max(tick for tick in _TICKS if tick <= low), min(tick for tick in _TICKS if tick >= high)


class _Places:
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


def _one_size(size: int, lines: Sequence[_Row], text: Text, place: _Places) -> float:
    """Rows of one size class from the top; returns where they end."""
    _heads(size, text, place)
    y = 4.0
    for line in lines:
        if line.head:
            place.lines.append((size, y))
            y += 3
        names = wrap(line.label, TEXT_SIZE, LABELS[size] - (4 if line.head else 18), line.head)
        shown = [(one, together) for one, together in ((line.alone, False), (line.together, True)) if one is not None]
        if line.alone is not None and line.alone.reference:
            shown = shown[:1]
        look = Line("", TEXT_SIZE, bold=line.head)
        for i, name in enumerate(names):
            text.add(size, 0 if line.head else 14, y + 14 + i * leading(TEXT_SIZE), name, look)
        for i, (one, together) in enumerate(shown):
            middle = y + 10 + 16 * i
            place.estimate(size, middle, one, together)
            _numbers(size, middle + 4, one, together, text, place)
        y += max(len(names) * leading(TEXT_SIZE), len(shown) * 16) + 5
    _axis(size, y + 4, text, place)
    return y + 4


def _heads(size: int, text: Text, place: _Places) -> None:
    """Keys of the two models, heads of the numbers."""
    for x, name, together in ((4, "alone (univariable)", False), (142, "together (multivariable)", True)):
        colour = place.together if together else place.alone
        place.keys.append((size, x + 4, -10, colour, colour if together else place.ground))
        text.add(size, x + 16, -6, name, _MUTED)
    if size >= WITH_P:
        text.add(size, -60, -6, "HR (95% CI)", _MUTED, "right")
        text.add(size, -2, -6, "p", _MUTED, "right")


def _axis(size: int, end: float, text: Text, place: _Places) -> None:
    """Ticks that have room, and which way is which."""
    every = 1 if math.log2(place.high / place.low) <= (4, 5, 8, 10)[size] else 2
    for tick, name in zip(_TICKS, _TICK_NAMES, strict=True):
        if place.low <= tick <= place.high and round(math.log2(tick)) % every == 0:
            place.ticks.append((size, tick, name, 0.0, end, tick == 1))
    what = " hazard" if size else ""
    text.add(size, LABELS[size], end + 30, f"← lower{what}", _MUTED)
    text.add(size, -NUMBERS[size], end + 30, f"higher{what} →", _MUTED, "right")


def _numbers(size: int, y: float, one: LevelResult, together: bool, text: Text, place: _Places) -> None:
    tone = readable(place.together, "light" if place.ground == "#ffffff" else "dark") if together else "muted"
    look = Line("", SMALL_SIZE, tone=tone)
    if one.reference:
        text.add(size, -2 if size < WITH_P else -60, y, REFERENCE, _MUTED, "right")
        return
    said = ratio_with_interval(one.hr, one.lower, one.upper) if one.hr is not None else NOT_ESTIMABLE
    text.add(size, -2 if size < WITH_P else -60, y, said, look, "right")
    if size >= WITH_P and one.hr is not None:
        text.add(size, -2, y, p_value(one.p), look, "right")


def _facts(found: Prognosis) -> list[str]:
    together = found.multivariable
    names = {one.factor: one.label for one in together.factors}
    said = [f"{plural(found.n, 'patient')}, {plural(found.events, 'event')}"]
    if together.factors and together.reason is None:
        said.append(f"multivariable model: {plural(together.n, 'patient')}, {plural(together.events, 'event')}")
    lines = ["; ".join(said)]
    if together.independent:
        lines.append(f"Independent (p < 0.05 together): {listed([names[one] for one in together.independent])}")
    elif together.factors and together.reason is None:
        lines.append("No factor is independent (p < 0.05 together)")
    return lines


def _notes(found: Prognosis, source: Provenance | None) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for one in (*found.univariable, *found.multivariable.factors):
        for what, reason in _reasons(one):
            reasons.setdefault(reason, [])
            if what not in reasons[reason]:
                reasons[reason].append(what)
    notes = [sentences([f"{listed(names)}: {reason[:1].lower()}{reason[1:]}"]) for reason, names in reasons.items()]
    together = found.multivariable
    if together.reason:
        notes.append(sentences([f"No multivariable model: {together.reason[:1].lower()}{together.reason[1:]}"]))
    notes += [sentences([one]) for one in (*found.warnings, *together.warnings)]
    method = "Cox model, Efron ties; Wald intervals and two-sided p; intervals beyond the axis end in an arrow"
    notes.append(sentences([method, f"{found.entry} enter the multivariable model"]))
    return [*notes, source.sentence()] if source is not None else notes


def _reasons(one: FactorResult) -> list[tuple[str, str]]:
    if one.reason:
        return [(one.label, typeset(one.reason))]
    return [
        (f"{one.label} {factor_level(one.factor, level.level).lower()}", typeset(level.reason))
        for level in one.levels
        if level.reason and level.n and not level.reference
    ]


def _nothing(found: Prognosis, label: str) -> str:
    if found.hidden:
        return (
            f"{label}: small groups are hidden, and every hazard ratio would tell of fewer than five patients with or "
            "without the event. Widen the selection, or show all counts."
        )
    reasons = [one.reason for one in found.univariable if one.reason]
    why = reasons[0] if reasons and len(set(reasons)) == 1 else "No hazard ratio can be estimated in this selection."
    size = f"{plural(found.n, 'patient')}, {plural(found.events, 'event')}"
    return f"{label}: {why[:1].lower()}{why[1:].removesuffix('.')} ({size}). Widen the selection."


def _alt_text(found: Prognosis, label: str, source: Provenance | None, facts: Sequence[str]) -> str:
    parts = [f"Forest plot of hazard ratios for {label[:1].lower()}{label[1:]}", *facts]
    for kind, factors in (("Univariable", found.univariable), ("Multivariable", found.multivariable.factors)):
        said = [
            f"{one.label} {typeset(level.level)}: {ratio_with_interval(level.hr, level.lower, level.upper)}"
            for one in factors
            for level in one.levels
            if level.hr is not None
        ]
        if said:
            parts.append(f"{kind}: {'; '.join(said)}")
    if source is not None:
        parts += [source.selection, source.sentence()]
    return sentences(parts)


def _layers(shown: Theme) -> list[alt.Chart]:
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

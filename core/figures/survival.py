"""The Kaplan-Meier figure, after KMunicate (Morris et al., BMJ Open 2019): curves, bands, censor marks, risk table."""

from __future__ import annotations

from core.figures import survival_rows as make
from core.figures.figure import Columns, Figure, Text, compiled
from core.figures.provenance import Provenance
from core.figures.steps import steps, ticks
from core.figures.survival_layout import HEIGHT, LEFT, PERCENT_TICKS, RIGHT, layers
from core.figures.survival_result import Survival, alt_text, empty_reason, name
from core.figures.text import width
from core.figures.theme import ACCENT, SMALL_SIZE, Style, neutral, readable, styles, theme
from core.formats import short_count
from core.options import DAYS_PER_MONTH

ABOVE, LOWEST, LOW = 30.0, 0.38, 250.0
"""On a slide: height of what stands above the plotted part, px; share of the figure that this part has at least; and
height below which events and censorings are left out for one group too, and sizes of several, px."""


def survival_figure(
    result: Survival, source: Provenance | None = None, theme_name: str = "light", *, slide: float = 0
) -> Figure | str:
    """Draw Kaplan-Meier curves with bands, censor marks and the risk table.

    Parameters
    ----------
    result : Survival
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    slide : height of the whole figure on a slide, px; 0 = not on one; of several groups only those at risk stand below
        the axis

    Returns
    -------
    Figure or str
        The sentence to stand in its place when there is nothing to draw.
    """
    reason = empty_reason(result)
    if reason is not None:
        return reason
    drawn, shown = result.drawn, _styles(result, theme_name)
    names = [result.label(group) for group in drawn]
    end = max(float(group.curve.time[-1]) for group in drawn) / DAYS_PER_MONTH or 1.0
    start = (result.landmark or 0.0) / DAYS_PER_MONTH
    curves = [steps(group.curve, end, start, result.min_cell, exact=result.exact) for group in drawn]
    widest = width(f"({short_count(max(group.curve.n for group in drawn))})", SMALL_SIZE)
    scale = ticks(end, LEFT + RIGHT, widest)
    text = Text(theme(theme_name))
    low = 0 < slide < LOW
    short = low or (slide > 0 and len(drawn) > 1)
    height = _slide_height(slide, len(drawn), short) if slide else HEIGHT
    risk, keys = make.words_and_risk(result, scale, shown, names, text, source, height, at_risk_only=short, brief=low)
    data: dict[str, Columns] = {
        "ticks": {"months": [month for month, _ in scale], "least": [least for _, least in scale]},
        "percent": {"p": PERCENT_TICKS, "end": [max(end, scale[-1][0])] * len(PERCENT_TICKS)},
        "guides": make.guides(drawn, shown),
        "steps": make.corners(curves, shown),
        "marks": make.marks(result, shown, end),
        "labels": make.labels(curves, names, shown, end, height),
        "risk": risk,
        "keys": keys,
        "text": text.columns,
        **make.readings(result, curves, names, shown, end),
    }
    return Figure(compiled(layers(height), theme_name), data, height, name(result), alt_text(result, source))


def _slide_height(whole: float, n: int, short: bool) -> float:
    """Height of the plotted part that n groups leave of a slide's figure, px."""
    rows = 37 * n if n > 1 else 22 if short else 52
    return max(LOWEST * whole, whole - ABOVE - 45 - rows)


def _styles(result: Survival, theme_name: str) -> list[Style]:
    if not result.divided:
        return [Style(ACCENT, readable(ACCENT, theme_name))]
    known = [group.level for group in result.groups if group.level is not None]
    by_level = styles(known, theme_name, field=result.field, domain=result.domain)
    return [neutral(theme_name) if group.level is None else by_level[group.level] for group in result.drawn]

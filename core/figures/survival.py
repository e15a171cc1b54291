"""The Kaplan-Meier figure, after KMunicate (Morris et al., BMJ Open 2019): curves, bands, censor marks, risk table."""

from __future__ import annotations

from core.figures import survival_rows as make
from core.figures.figure import Columns, Figure, Text, compiled
from core.figures.provenance import Provenance
from core.figures.stage import Stage
from core.figures.steps import ticks
from core.figures.survival_layout import HEIGHT, LEFT, PERCENT_TICKS, RIGHT, layers
from core.figures.survival_result import Survival, alt_text, empty_reason, name
from core.figures.survival_stage import on_stage
from core.figures.text import width
from core.figures.theme import ACCENT, SMALL_SIZE, Style, neutral, readable, styles, theme
from core.formats import short_count


def survival_figure(
    result: Survival, source: Provenance | None = None, theme_name: str = "light", stage: Stage | None = None
) -> Figure | str:
    """Draw Kaplan-Meier curves with bands, censor marks and the risk table.

    Parameters
    ----------
    result : Survival
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    stage : draw it for a room, see `core.figures.survival_stage`; None = for a page or paper

    Returns
    -------
    Figure or str
        The sentence to stand in its place when there is nothing to draw.
    """
    reason = empty_reason(result)
    if reason is not None:
        return reason
    shown = styles_of(result, theme_name)
    if stage is not None:
        return on_stage(result, shown, source, theme_name, stage)
    drawn = result.drawn
    names = [result.label(group) for group in drawn]
    end, curves = make.curves(result)
    widest = width(f"({short_count(max(group.curve.n for group in drawn))})", SMALL_SIZE)
    scale = ticks(end, LEFT + RIGHT, widest)
    text = Text(theme(theme_name))
    risk, keys = make.words_and_risk(result, scale, shown, names, text, source, HEIGHT)
    data: dict[str, Columns] = {
        "ticks": {"months": [month for month, _ in scale], "least": [least for _, least in scale]},
        "percent": {"p": PERCENT_TICKS, "end": [max(end, scale[-1][0])] * len(PERCENT_TICKS)},
        "guides": make.guides(drawn, shown),
        "steps": make.corners(curves, shown),
        "marks": make.marks(result, shown, end),
        "labels": make.labels(curves, names, shown, end, HEIGHT),
        "risk": risk,
        "keys": keys,
        "text": text.columns,
        **make.readings(result, curves, names, shown, end),
    }
    return Figure(compiled(layers, theme_name), data, HEIGHT, name(result), alt_text(result, source))


def styles_of(result: Survival, theme_name: str) -> list[Style]:
    """The style of each drawn group."""
    if not result.divided:
        return [Style(ACCENT, readable(ACCENT, theme_name))]
    known = [group.level for group in result.groups if group.level is not None]
    by_level = styles(known, theme_name, field=result.field, domain=result.domain)
    return [neutral(theme_name) if group.level is None else by_level[group.level] for group in result.drawn]

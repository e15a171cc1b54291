"""Scaled Schoenfeld residuals of a multivariable model: one panel a coefficient, flat where its hazard is constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from core.figures.figure import (
    SIZES,
    STAGE,
    STAGE_WIDTH,
    Figure,
    Line,
    Text,
    columns,
    compiled,
    foot,
    head,
    leading,
    text_layer,
)
from core.figures.names import plain_level
from core.figures.portions import portions
from core.figures.provenance import Provenance
from core.figures.rows import NO_HEIGHT, by_size, scalars
from core.figures.stage import Stage, counted, feet, heads, source_note
from core.figures.text import shorten, wrap
from core.figures.theme import ACCENT, BOLD, SMALL_SIZE, TEXT_SIZE, Theme, theme
from core.formats import p_equation, sentences
from core.options import DAYS_PER_MONTH
from core.prognosis import Prognosis
from core.zph import ProportionalHazards

Floats = NDArray[np.float64]

PANELS = (1.0, 2.0, 2.0, 3.0, 3.0)
"""Panels side by side, for each size class; the last for a room."""
HEIGHT, _LEFT, _RIGHT = 130.0, 40.0, 16.0
"""Height of a panel, what stands left and right of its axis, px."""
MOST_POINTS = 600
"""Events that are drawn, about; of more, every second, third, ... one."""
_TITLE = "Proportional hazards: scaled Schoenfeld residuals"
_BRIEF = "Dashed: the coefficient of the model; line: local regression; horizontally: months on the Kaplan-Meier scale."
_NAME = 210.0
"""Most width of a coefficient's name, px."""
_SPAN = 0.6
"""Share of the events that each point of the smooth line looks at."""


@dataclass(frozen=True)
class _Pitch:
    """Vertical measures, px: a panel, the space between two, what stands above and below all of them."""

    height: float = HEIGHT
    gap: float = 70.0
    above: float = 34.0
    below: float = 26.0


_LEAST = 60.0
"""Least height of a panel for a room, px."""
_NAME_LINES = 2
"""Lines of a coefficient's name above its panel in a room; p stands on a third."""


def schoenfeld_figure(
    found: Prognosis, source: Provenance | None = None, theme_name: str = "light", days: bool = True
) -> Figure | str:
    """Draw the residuals of each coefficient over time, with a smooth line.

    Parameters
    ----------
    found : models of one endpoint
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    days : the models' times are in days

    Returns
    -------
    Figure or str
        The sentence to stand in its place when proportional hazards cannot be tested.
    """
    tested = _tested(found)
    if tested is None:
        return "Proportional hazards: there is no multivariable model with enough events to look at."
    above = head(_TITLE, [_fact(tested)], source.selection if source else "")
    below = foot(_notes(tested, days, source))
    every = range(len(_panels(found, tested)))
    return _drawn(found, tested, every, _Pitch(), theme_name, days, above, below, SIZES)


def schoenfeld_parts(
    found: Prognosis, source: Provenance | None, theme_name: str, stage: Stage, days: bool = True
) -> tuple[Figure, ...]:
    """The same for a room, a few coefficients in each part; () where nothing can be tested.

    Parameters
    ----------
    found, source, theme_name, days : as of `schoenfeld_figure`
    stage : what the place leaves for each part
    """
    tested = _tested(found)
    if tested is None:
        return ()
    fact, notes, selection = _fact(tested), [_BRIEF, source_note(source)], source.selection if source else ""
    limit = stage.inside(f"{_TITLE} (88 of 88)", selection, [fact], notes)
    pitch = _Pitch(above=13 + _NAME_LINES * leading(TEXT_SIZE, STAGE) + 15, below=20)
    pitch = replace(pitch, height=max(limit - pitch.above - pitch.below, _LEAST))
    cut = portions([1.0] * len(_panels(found, tested)), PANELS[STAGE])
    made = []
    for place, some in enumerate(cut, start=1):
        above = heads(counted(_TITLE, place, len(cut)), selection, [fact]) if stage.words else []
        below = feet(notes) if stage.words else []
        made.append(_drawn(found, tested, some, pitch, theme_name, days, above, below, (STAGE,)))
    return tuple(made)


def _tested(found: Prognosis) -> ProportionalHazards | None:
    tested = found.multivariable.proportional_hazards
    return tested if tested is not None and len(tested.time) and tested.columns else None


def _panels(found: Prognosis, tested: ProportionalHazards) -> list[tuple[str, float, float | None]]:
    return _names(found)[: tested.residuals.shape[1]]


def _fact(tested: ProportionalHazards) -> str:
    overall = tested.overall
    return f"All together: {p_equation(overall.p)} (chi-squared {overall.chi2:.1f}, df {overall.df})" if overall else ""


def _drawn(
    found: Prognosis,
    tested: ProportionalHazards,
    some: Sequence[int],
    pitch: _Pitch,
    theme_name: str,
    days: bool,
    above: Sequence[Line],
    below: Sequence[Line],
    sizes: Sequence[int],
) -> Figure:
    """The panels of some coefficients, with these words around them."""
    shown, text = theme(theme_name), Text(theme(theme_name), sizes)
    panels = _panels(found, tested)
    points: list[tuple[Any, ...]] = []
    smooth: list[tuple[Any, ...]] = []
    words: list[tuple[Any, ...]] = []
    rules: list[tuple[Any, ...]] = []
    every = slice(None, None, max(1, len(tested.time) // MOST_POINTS))
    share = _share(tested.transformed)[every]
    for i, column in enumerate(some):
        name, coefficient, p = panels[column]
        residuals = tested.residuals[every, column]
        low, high = _limits(residuals)

        def row(value: float, low: float = low, high: float = high) -> float:
            return _row(value, low, high, pitch.height)

        points += [(i, x, row(y)) for x, y in zip(share.tolist(), residuals.tolist(), strict=True)]
        grid, line = _lowess(share, residuals)
        smooth += [(i, x, row(y)) for x, y in zip(grid.tolist(), line.tolist(), strict=True)]
        rules += [(i, row(coefficient), True), (i, pitch.height, False)]
        for up, said in enumerate(reversed(_called(name, p, sizes))):
            words.append((i, -1.0, -13.0 - up * leading(TEXT_SIZE, STAGE), said, TEXT_SIZE, BOLD, shown.ink, "left"))
        for value in (low, 0.0, high):
            words.append((i, -2.0, row(value) + 4, f"{value:.1f}", SMALL_SIZE, 400, shown.muted, "right"))
        for x, label in _time_ticks(tested.time[every], share, DAYS_PER_MONTH if days else 1.0):
            words.append((i, x, pitch.height + 16, label, SMALL_SIZE, 400, shown.muted, "center"))
    text.above(above, -pitch.above)
    lines = [np.ceil(len(some) / PANELS[size]) for size in sizes]
    text.below(below, [float(n * (pitch.height + pitch.gap) - pitch.gap + pitch.below) for n in lines])
    data = {
        "pitch": {"height": [pitch.height], "gap": [pitch.gap]},
        "points": columns(("panel", "x", "y"), points),
        "smooth": columns(("panel", "x", "y"), smooth),
        "rules": columns(("panel", "y", "dashed"), rules),
        "words": columns(("panel", "x", "y", "said", "px", "weight", "tone", "align"), words),
        "text": text.columns,
    }
    told = [f"{name}: {p_equation(p)}" for name, _, p in panels]
    alt_text = sentences(["Scaled Schoenfeld residuals over time, one panel a coefficient", *told, _fact(tested)])
    layout = compiled(_layers, theme_name, stage=STAGE in sizes)
    return Figure(layout, data, NO_HEIGHT, "Proportional hazards", alt_text)


def _called(name: str, p: float | None, sizes: Sequence[int]) -> tuple[str, ...]:
    """A panel's head: on one line, in a room on several, as its panels are narrow."""
    if STAGE not in sizes:
        return (f"{shorten(name, TEXT_SIZE, _NAME, True)} ({p_equation(p)})",)
    limit = STAGE_WIDTH / PANELS[STAGE] - 12
    first, *rest = wrap(name, TEXT_SIZE, limit, True)
    return (first, *([shorten(" ".join(rest), TEXT_SIZE, limit, True)] if rest else []), p_equation(p))


def _names(found: Prognosis) -> list[tuple[str, float, float | None]]:
    """Name, coefficient and p of its factor's test, for each coefficient of the model in order."""
    together = found.multivariable
    tested = together.proportional_hazards
    named = []
    for one in together.factors:
        test = tested.terms.get(one.factor) if tested is not None else None
        for level in one.levels:
            if level.coef is not None:
                name = one.label if len(one.levels) == 1 else f"{one.label}: {plain_level(level.level).lower()}"
                named.append((name, level.coef, test.p if test else None))
    return named


def _share(transformed: Floats) -> Floats:
    """Event times on the axis of the test, 0 to 1."""
    low, high = float(transformed.min()), float(transformed.max())
    return (transformed - low) / (high - low) if high > low else np.zeros_like(transformed)


def _limits(residuals: Floats) -> tuple[float, float]:
    low, high = (float(one) for one in np.percentile(residuals, (1, 99)))
    return min(low, -0.5), max(high, 0.5)


def _row(value: float, low: float, high: float, tall: float) -> float:
    """Place of a residual in its panel, px from the top; what lies beyond the limits stands at the edge."""
    return float(tall * (1 - (min(max(value, low), high) - low) / (high - low)))


def _time_ticks(time: Floats, share: Floats, unit: float) -> list[tuple[float, str]]:
    """Months at a few places of the axis, which is not straight in time."""
    found = []
    for place in (0.0, 1 / 3, 2 / 3, 1.0):
        nearest = int(np.abs(share - place).argmin())
        found.append((float(share[nearest]), f"{float(time[nearest]) / unit:.0f}"))
    return list(dict(found).items())


def _lowess(x: Floats, y: Floats, places: int = 41) -> tuple[Floats, Floats]:
    """A smooth line: local straight lines with tricube weights (Cleveland 1979, without the robust iterations)."""
    grid = np.linspace(0, 1, places)
    distance = np.abs(grid[:, None] - x[None, :])
    near = max(2, int(np.ceil(_SPAN * x.size)))
    reach = np.maximum(np.sort(distance, axis=1)[:, near - 1 : near], 1e-9) * 1.0001
    weight = np.clip(1 - (distance / reach) ** 3, 0, None) ** 3
    total = weight.sum(axis=1)
    mean_x, mean_y = weight @ x / total, weight @ y / total
    centred = x[None, :] - mean_x[:, None]
    spread = (weight * centred**2).sum(axis=1)
    slope = np.divide((weight * centred * y).sum(axis=1), spread, out=np.zeros(places), where=spread > 1e-12)
    return grid, mean_y + slope * (grid - mean_x)


def _notes(tested: ProportionalHazards, days: bool, source: Provenance | None) -> list[str]:
    notes = [
        sentences([f"Test: {tested.method}. Dashed: the coefficient of the model; line: local regression"]),
        sentences([f"Horizontal axis: {'months' if days else 'time'} on the scale of the Kaplan-Meier estimate"]),
    ]
    return [*notes, source.sentence()] if source is not None else notes


def _panel(share: str, inset: float = _LEFT) -> alt.ExprRef:
    """Horizontal place of a share of a panel's own axis."""
    across = by_size(PANELS)
    return alt.expr(
        f"((datum.panel % {across}) * width / {across}) + {inset} + {share} * (width / {across} - {inset + _RIGHT})"
    )


def _down(place: str) -> alt.ExprRef:
    """Vertical place in a panel."""
    pitch = "data('pitch')[0]"
    return alt.expr(f"floor(datum.panel / {by_size(PANELS)}) * ({pitch}.height + {pitch}.gap) + {place}")


def _layers(shown: Theme) -> list[alt.Chart]:
    def named(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    place = f"datum.x === -1 ? 0 : {_LEFT}"
    inside = _panel("max(datum.x, 0)").expr
    left = f"(datum.panel % {by_size(PANELS)}) * width / {by_size(PANELS)}"
    return [
        scalars("pitch"),
        named("rules")
        .mark_rule(
            x=_panel("0"),
            x2=_panel("1"),
            stroke=alt.expr(f"datum.dashed ? '{ACCENT}' : '{shown.rule}'"),
            strokeDash=alt.expr("datum.dashed ? [4, 3] : []"),
        )
        .encode(y=alt.Y("row", type="quantitative", scale=None, axis=None))
        .transform_calculate(row=_down("datum.y").expr),
        named("points").mark_point(
            x=_panel("datum.x"), y=_down("datum.y"), filled=True, size=14, opacity=0.55, color=shown.rule
        ),
        named("smooth")
        .transform_calculate(across=_panel("datum.x").expr, row=_down("datum.y").expr)
        .mark_line(strokeWidth=2, color=shown.ink)
        .encode(
            x=alt.X("across", type="quantitative", scale=None, axis=None),
            y=alt.Y("row", type="quantitative", scale=None, axis=None),
            detail="panel:N",
            order=alt.Order("x:Q"),
        ),
        named("words").mark_text(
            x=alt.expr(f"datum.x < 0 ? {left} + ({place}) - (datum.x === -2 ? 6 : 0) : {inside}"),
            y=_down("datum.y"),
            align=alt.expr("datum.align"),
            baseline="alphabetic",
            text=alt.expr("datum.said"),
            fontSize=alt.expr("datum.px"),
            fontWeight=alt.expr("datum.weight"),
            fill=alt.expr("datum.tone"),
        ),
        text_layer(),
    ]

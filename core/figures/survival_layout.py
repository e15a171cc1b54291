"""The layers of a Kaplan-Meier figure: one view, the risk table as text below the axis, on its scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import altair as alt

from core.figures.figure import FROM_SIZE, OWN_SIZE, text_layer
from core.figures.theme import BOLD, DASHES, SMALL_SIZE, TEXT_SIZE, Theme

HEIGHT = 300
"""Of the plotted part where none is asked for, px."""
LEFT, RIGHT = 74, 16
"""Width left and right of the time axis, px: the risk table's row names, half a number."""
PERCENT_TICKS = (0, 25, 50, 75, 100)

_X = alt.Scale(domain=[0, alt.expr("data('percent')[0].end")], nice=False, range=[LEFT, alt.expr(f"width - {RIGHT}")])
_DASH = alt.Scale(domain=list(range(len(DASHES))), range=[list(dash) for dash in DASHES])


@cache
def layers(height: float) -> Callable[[Theme], Sequence[alt.Chart]]:
    """How to draw the figure with a plotted part of a height, px; one object a height, as `compiled` keeps by it."""
    return partial(_layers, height=height)


def _layers(shown: Theme, height: float) -> list[alt.Chart]:
    """Every layer of the figure, on the named data that `core.figures.survival_rows` fills."""
    y = partial(_y, height=height)
    return [*_axes(shown, y, height), *_curves(y), *_labels(shown, y), *_risk(shown), *_reading(shown, y, height),
            text_layer()]  # fmt: skip


def _data(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _x(field: str) -> alt.X:
    return alt.X(field, type="quantitative", scale=_X, axis=None)


def _y(field: str, height: float) -> alt.Y:
    scale = alt.Scale(domain=[0, 100], range=[height, 0], nice=False)
    return alt.Y(field, type="quantitative", scale=scale, axis=None)


def _raw(field: str) -> alt.Color:
    """A colour that stands in the data."""
    return alt.Color(field, type="nominal", scale=None, legend=None)


def _axes(shown: Theme, y_of: Callable[[str], alt.Y], height: float) -> list[alt.Chart]:
    percent = _data("percent")
    ticks = _data("ticks").transform_filter(FROM_SIZE)
    label: dict[str, Any] = {"fontSize": SMALL_SIZE, "fill": shown.muted}
    return [
        percent.mark_rule(
            x=LEFT, x2=alt.expr(f"width - {RIGHT}"), stroke=alt.expr(f"datum.p ? '{shown.grid}' : '{shown.rule}'")
        ).encode(y=y_of("p")),
        percent.mark_text(x=LEFT - 9, align="right", baseline="middle", text=alt.expr("datum.p + '%'"), **label).encode(
            y=y_of("p")
        ),
        ticks.mark_rule(y=height, y2=height + 5, stroke=shown.rule).encode(x=_x("months")),
        ticks.mark_text(y=height + 17, align="center", text=alt.expr("datum.months"), **label).encode(x=_x("months")),
        _data("guides")
        .mark_rule(strokeDash=[2, 3], strokeWidth=1, y=height / 2, y2=height)
        .encode(x=_x("months"), color=_raw("colour")),
    ]


def _curves(y_of: Callable[[str], alt.Y]) -> list[alt.Chart]:
    steps, dash = _data("steps"), alt.StrokeDash("dash", type="ordinal", scale=_DASH, legend=None)
    return [
        steps.transform_filter("isValid(datum.lower)")
        .mark_area(interpolate="step-after")
        .encode(
            x=_x("months"),
            y=y_of("lower"),
            y2="upper",
            color=_raw("colour"),
            fillOpacity=alt.FillOpacity("wash", type="quantitative", scale=None, legend=None),
            detail="group:N",
        ),
        steps.mark_line(interpolate="step-after", strokeWidth=1.8, strokeCap="butt", strokeJoin="miter").encode(
            x=_x("months"), y=y_of("survival"), color=_raw("colour"), strokeDash=dash, detail="group:N"
        ),
        _data("marks")
        .mark_tick(orient="vertical", size=8, thickness=1.2, opacity=1)
        .encode(x=_x("months"), y=y_of("survival"), color=_raw("colour")),
    ]


def _labels(shown: Theme, y_of: Callable[[str], alt.Y]) -> list[alt.Chart]:
    labels = _data("labels").transform_filter(FROM_SIZE)
    words: dict[str, Any] = {
        "fontSize": TEXT_SIZE,
        "fontWeight": BOLD,
        "baseline": "alphabetic",
        "align": alt.expr("datum.align"),
        "dx": alt.expr("datum.align === 'left' ? 3 : -3"),
        "text": alt.expr("datum.label"),
    }
    return [
        labels.mark_text(
            **words, aria=False, fill=shown.ground, stroke=shown.ground, strokeWidth=3, strokeJoin="round"
        ).encode(x=_x("months"), y=y_of("percent")),
        labels.mark_text(**words, fill=alt.expr("datum.fill")).encode(x=_x("months"), y=y_of("percent")),
    ]


def _risk(shown: Theme) -> list[alt.Chart]:
    place = alt.expr("size <= datum.upto ? datum.wrapped : datum.y")
    return [
        _data("risk")
        .transform_filter(FROM_SIZE)
        .mark_text(
            y=place,
            align="center",
            baseline="alphabetic",
            fontSize=SMALL_SIZE,
            text=alt.expr("datum.count"),
            fill=alt.expr(f"datum.row ? '{shown.muted}' : '{shown.ink}'"),
        )
        .encode(x=_x("months")),
        _data("keys")
        .transform_filter(OWN_SIZE)
        .mark_rule(x=0, x2=24, strokeWidth=2.4)
        .encode(
            y=alt.Y("y", type="quantitative", scale=None, axis=None),
            color=_raw("colour"),
            strokeDash=alt.StrokeDash("dash", type="ordinal", scale=_DASH, legend=None),
        ),
    ]


def _reading(shown: Theme, y_of: Callable[[str], alt.Y], height: float) -> list[alt.Chart]:
    nearest = alt.selection_point(
        name="reading", nearest=True, on="pointermove", clear="pointerout", encodings=["x"], empty=False
    )
    return [
        _data("reading")
        .mark_point(opacity=0, y=height / 2, tooltip=alt.TooltipContent("data"))
        .encode(x=_x("Months"))
        .add_params(nearest),
        _data("reading")
        .transform_filter(nearest)
        .mark_rule(y=0, y2=height, stroke=shown.rule, strokeWidth=1)
        .encode(x=_x("Months")),
        _data("dots")
        .transform_filter(nearest)
        .mark_point(filled=True, size=44, opacity=1, stroke=shown.ground, strokeWidth=1.5)
        .encode(x=_x("Months"), y=y_of("survival"), color=_raw("colour")),
    ]

"""The layers of a Kaplan-Meier figure: one view, the risk table as text below the axis, on its scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from core.figures.figure import FROM_SIZE, OWN_SIZE, text_layer
from core.figures.theme import BOLD, DASHES, SMALL_SIZE, TEXT_SIZE, Theme

HEIGHT = 300
"""Of the plotted part where none is asked for, px."""
LEFT, RIGHT = 74, 16
"""Width left and right of the time axis, px: the risk table's row names, half a number."""
PERCENT_TICKS = (0, 25, 50, 75, 100)

_DASH = alt.Scale(domain=list(range(len(DASHES))), range=[list(dash) for dash in DASHES])


@dataclass(frozen=True)
class Frame:
    """Where the plotted part lies, as expressions; its height is the view's.

    Parameters
    ----------
    left, right : width left and right of the time axis, px
    """

    left: str
    right: str

    @property
    def start(self) -> alt.ExprRef:
        """Place where the time axis begins."""
        return alt.expr(self.left)

    @property
    def end(self) -> alt.ExprRef:
        """Place where it ends."""
        return alt.expr(f"width - {self.right}")

    def x(self, field: str) -> alt.X:
        """Months."""
        domain: list[Any] = [0, alt.expr("data('percent')[0].end")]
        scale = alt.Scale(domain=domain, nice=False, range=[self.start, self.end])
        return alt.X(field, type="quantitative", scale=scale, axis=None)


SCREEN = Frame(f"{LEFT}", f"{RIGHT}")


def layers(shown: Theme) -> list[alt.Chart]:
    """Every layer of the figure, on the named data that `core.figures.survival_rows` fills."""
    return [*axes(shown, SCREEN), *curves(SCREEN), *_labels(shown), *_risk(shown), *reading(shown, SCREEN),
            text_layer()]  # fmt: skip


def named(name: str) -> alt.Chart:
    """A named data set."""
    return alt.Chart(alt.NamedData(name=name))


def percent(field: str) -> alt.Y:
    """Percent, over the whole height of the view."""
    scale = alt.Scale(domain=[0, 100], range=[alt.expr("height"), 0], nice=False)
    return alt.Y(field, type="quantitative", scale=scale, axis=None)


def raw(field: str) -> alt.Color:
    """A colour that stands in the data."""
    return alt.Color(field, type="nominal", scale=None, legend=None)


def dashed() -> alt.StrokeDash:
    """A dash by its position in `DASHES`."""
    return alt.StrokeDash("dash", type="ordinal", scale=_DASH, legend=None)


def axes(shown: Theme, frame: Frame, below: float = 17) -> list[alt.Chart]:
    """Lines at the percentages, ticks of the months with their names `below` the axis, px, and the medians."""
    lines = named("percent")
    ticks = named("ticks").transform_filter(FROM_SIZE)
    label: dict[str, Any] = {"fontSize": SMALL_SIZE, "fill": shown.muted}
    return [
        lines.mark_rule(
            x=frame.start, x2=frame.end, stroke=alt.expr(f"datum.p ? '{shown.grid}' : '{shown.rule}'")
        ).encode(y=percent("p")),
        lines.mark_text(
            x=alt.expr(f"{frame.left} - 9"), align="right", baseline="middle", text=alt.expr("datum.p + '%'"), **label
        ).encode(y=percent("p")),
        ticks.mark_rule(y=alt.expr("height"), y2=alt.expr("height + 5"), stroke=shown.rule).encode(x=frame.x("months")),
        ticks.mark_text(
            y=alt.expr(f"height + {below:g}"), align="center", text=alt.expr("datum.months"), **label
        ).encode(x=frame.x("months")),
        named("guides")
        .mark_rule(strokeDash=[2, 3], strokeWidth=1, y=alt.expr("height / 2"), y2=alt.expr("height"))
        .encode(x=frame.x("months"), color=raw("colour")),
    ]


def curves(frame: Frame) -> list[alt.Chart]:
    """Bands, step curves and censor marks."""
    steps = named("steps")
    return [
        steps.transform_filter("isValid(datum.lower)")
        .mark_area(interpolate="step-after")
        .encode(
            x=frame.x("months"),
            y=percent("lower"),
            y2="upper",
            color=raw("colour"),
            fillOpacity=alt.FillOpacity("wash", type="quantitative", scale=None, legend=None),
            detail="group:N",
        ),
        steps.mark_line(interpolate="step-after", strokeWidth=1.8, strokeCap="butt", strokeJoin="miter").encode(
            x=frame.x("months"), y=percent("survival"), color=raw("colour"), strokeDash=dashed(), detail="group:N"
        ),
        named("marks")
        .mark_tick(orient="vertical", size=8, thickness=1.2, opacity=1)
        .encode(x=frame.x("months"), y=percent("survival"), color=raw("colour")),
    ]


def _labels(shown: Theme) -> list[alt.Chart]:
    labels = named("labels").transform_filter(FROM_SIZE)
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
        ).encode(x=SCREEN.x("months"), y=percent("percent")),
        labels.mark_text(**words, fill=alt.expr("datum.fill")).encode(x=SCREEN.x("months"), y=percent("percent")),
    ]


def _risk(shown: Theme) -> list[alt.Chart]:
    place = alt.expr("size <= datum.upto ? datum.wrapped : datum.y")
    return [
        named("risk")
        .transform_filter(FROM_SIZE)
        .mark_text(
            y=place,
            align="center",
            baseline="alphabetic",
            fontSize=SMALL_SIZE,
            text=alt.expr("datum.count"),
            fill=alt.expr(f"datum.row ? '{shown.muted}' : '{shown.ink}'"),
        )
        .encode(x=SCREEN.x("months")),
        named("keys")
        .transform_filter(OWN_SIZE)
        .mark_rule(x=0, x2=24, strokeWidth=2.4)
        .encode(
            y=alt.Y("y", type="quantitative", scale=None, axis=None),
            color=raw("colour"),
            strokeDash=dashed(),
        ),
    ]


def reading(shown: Theme, frame: Frame) -> list[alt.Chart]:
    """What only a pointer shows: S with its interval at the nearest month."""
    nearest = alt.selection_point(
        name="reading", nearest=True, on="pointermove", clear="pointerout", encodings=["x"], empty=False
    )
    return [
        named("reading")
        .mark_point(opacity=0, y=alt.expr("height / 2"), tooltip=alt.TooltipContent("data"))
        .encode(x=frame.x("Months"))
        .add_params(nearest),
        named("reading")
        .transform_filter(nearest)
        .mark_rule(y=0, y2=alt.expr("height"), stroke=shown.rule, strokeWidth=1)
        .encode(x=frame.x("Months")),
        named("dots")
        .transform_filter(nearest)
        .mark_point(filled=True, size=44, opacity=1, stroke=shown.ground, strokeWidth=1.5)
        .encode(x=frame.x("Months"), y=percent("survival"), color=raw("colour")),
    ]

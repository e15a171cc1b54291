"""What figures made of rows share: columns of text at both sides of a plot, hairlines, an axis without axis marks.

Such a figure has no height of its own: all its marks stand at absolute rows (px) per size class, so that one compiled
layout serves any number of rows.
"""

from __future__ import annotations

import altair as alt

from core.figures.figure import OWN_SIZE
from core.figures.theme import SMALL_SIZE, Theme

NO_HEIGHT = 10.0
"""Height of a view whose marks all stand at absolute rows, px."""


def data(name: str) -> alt.Chart:
    """A named data set whose rows belong to size classes."""
    return alt.Chart(alt.NamedData(name=name)).transform_filter(OWN_SIZE)


def scalars(name: str) -> alt.Chart:
    """Makes a data set of one row known to expressions: Vega-Lite drops a data set that no mark reads."""
    return alt.Chart(alt.NamedData(name=name)).mark_text(text="", x=0, y=0, aria=False)


def by_size(values: tuple[float, ...]) -> str:
    """Expression for the value of the present size class."""
    return f"[{', '.join(f'{value:g}' for value in values)}][size]"


def plot_range(left: tuple[float, ...], right: tuple[float, ...]) -> list[alt.ExprRef]:
    """Range of a scale between a left and a right column of text, whose widths depend on the size class."""
    return [alt.expr(by_size(left)), alt.expr(f"width - {by_size(right)}")]


def row(field: str = "y") -> alt.Y:
    """A vertical place in px."""
    return alt.Y(field, type="quantitative", scale=None, axis=None)


def raw(field: str) -> alt.Color:
    """A colour that stands in the data."""
    return alt.Color(field, type="nominal", scale=None, legend=None)


def hairlines(shown: Theme, name: str = "lines") -> alt.Chart:
    """Horizontal lines over the whole width: data with `size` and `y`."""
    return data(name).mark_rule(x=0, x2=alt.expr("width"), stroke=shown.grid).encode(y=row())


def grid(shown: Theme, x: alt.X, name: str = "ticks") -> list[alt.Chart]:
    """Vertical lines and their labels below: data with `size`, `label`, `y`, `y2`, `strong` and the field of x."""
    lines = data(name)
    return [
        lines.mark_rule(stroke=alt.expr(f"datum.strong ? '{shown.rule}' : '{shown.grid}'")).encode(
            x=x, y=row(), y2=alt.Y2("y2")
        ),
        lines.mark_text(
            align="center",
            baseline="alphabetic",
            dy=15,
            fontSize=SMALL_SIZE,
            fill=shown.muted,
            text=alt.expr("datum.label"),
        ).encode(x=x, y=row("y2")),
    ]

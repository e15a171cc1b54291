"""A drawn result: a layout compiled once, and this result's data beside it.

Building an Altair chart costs some 80 ms, its specification 30 ms; a click may cost neither. So each kind of figure is
written in Altair once per theme with named, empty data, compiled and kept, and a result only fills the names. All text
and all that changes with the data stands in the data: a screen that shows the figure already only exchanges rows.

Every figure is one view as wide as its container. Positions along it are expressions of `width`, lines are broken in
advance for each class of `BREAKS`, and rows carry the class they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import altair as alt

from core.figures.text import wrap
from core.figures.theme import BOLD, FONT_STACK, SMALL_SIZE, TEXT_SIZE, TITLE_SIZE, Theme, theme

Columns = Mapping[str, Sequence[Any]]
"""One data set: name of a column -> its values, all of one length."""

BREAKS = (0, 500, 660, 900)
"""Width from which each size class holds, px."""
NARROWEST = 372
"""Width that text of the smallest class may fill, px: a phone's 420 less the page's margins."""
SIZES = range(len(BREAKS))
STAGE = len(BREAKS)
"""The class of a figure made for a room, see `core.figures.stage`; it is drawn for this one alone."""
STAGE_WIDTH = 470.0
"""Width as which such a figure is laid out, px: over 1200 of 1280 px its smallest type, 11 px, is 28 px high."""
SIZE = " : ".join(f"width < {limit} ? {size}" for size, limit in enumerate(BREAKS[1:])) + f" : {len(BREAKS) - 1}"
OWN_SIZE = "datum.size === size"
"""Filter of rows made for one size class."""
FROM_SIZE = "datum.least <= size"
"""Filter of rows that stand from a size class on."""


def room(size: int) -> float:
    """Width that is there at least in a size class, px."""
    return STAGE_WIDTH - 4 if size == STAGE else max(BREAKS[size], NARROWEST)


@dataclass(frozen=True)
class Figure:
    """A figure ready for a screen or a file.

    Parameters
    ----------
    layout : compiled Vega-Lite specification without data
    data : data set -> columns
    height : of the plotted part, px
    name : what kind of figure it is; the same for every selection
    alt_text : what the figure shows, in sentences
    """

    layout: Mapping[str, Any]
    data: Mapping[str, Columns]
    height: float
    name: str
    alt_text: str

    def spec(self, width: float | None = None) -> dict[str, Any]:
        """The Vega-Lite specification with its data.

        Parameters
        ----------
        width : of the whole figure, px; None = as wide as its container
        """
        return {
            **self.layout,
            "width": "container" if width is None else width,
            "height": self.height,
            "description": self.alt_text,
            "datasets": {name: rows(columns) for name, columns in self.data.items()},
        }

    def streamlit(self, width: float | None = None) -> dict[str, Any]:
        """Arguments of `st.vega_lite_chart`: the data as Arrow bytes, and nothing else that a new selection changes.

        Parameters
        ----------
        width : of the whole figure, px; None = as wide as its container

        The page then exchanges rows in the view that is already there. Its accessible name must not change either, so
        it is `name`; the words inside the figure are text, and the page says `alt_text` beside it, unseen.
        """
        data = {name: arrow(columns) for name, columns in self.data.items()}
        spec = {**self.layout, "height": self.height, "datasets": data}
        wide: dict[str, Any] = {"width": "stretch"}
        if width is not None:
            spec["width"], wide["width"] = width, "content"
        return {"spec": spec, "alt": self.name, "theme": None, **wide}

    def words(self, part: str) -> list[str]:
        """Paragraphs around the plot, unbroken.

        Parameters
        ----------
        part : "title", "selection", "fact" (above the plot) or "note" (below it)
        """
        told: dict[str, list[str]] = {}
        text = self.data.get("text") or columns(Text.NAMES, ())
        widest = max(text["size"], default=0)
        for size, name, line in zip(text["size"], text["part"], text["text"], strict=True):
            if size == widest and name.startswith(part):
                told.setdefault(name, []).append(line)
        return [" ".join(lines) for lines in told.values()]

    def bare(self) -> Figure:
        """The plot with its keys and counts alone, for a page that says title, facts and notes in its own words."""
        if "text" not in self.data:
            return self
        kept = [row for row in rows(self.data["text"]) if not row["part"]]
        return replace(self, data={**self.data, "text": columns(Text.NAMES, [tuple(row.values()) for row in kept])})

    def chart(self, width: float | None = None) -> alt.LayerChart:
        """The figure as an Altair chart, for notebooks."""
        return alt.LayerChart.from_dict(self.spec(width))


@dataclass(frozen=True)
class Line:
    """One paragraph of a text block.

    Parameters
    ----------
    text : broken where the width demands it
    px : size of the type
    bold : semibold
    tone : "ink", "muted" or a colour
    gap : space above it, px
    part : "title", "selection", "fact 1", "note 1" ... of what stands around a plot; "" for all within it
    """

    text: str
    px: float = TEXT_SIZE
    bold: bool = False
    tone: str = "ink"
    gap: float = 0
    part: str = ""


class Text:
    """Rows of text marks, gathered line by line."""

    NAMES = ("size", "x", "y", "text", "px", "weight", "fill", "align", "part")

    def __init__(self, shown: Theme, sizes: Sequence[int] = SIZES) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._sizes = sizes
        self._tones = {"ink": shown.ink, "muted": shown.muted}

    @property
    def columns(self) -> Columns:
        """The rows as a data set."""
        return columns(self.NAMES, self._rows)

    def add(self, size: int, x: float, y: float, text: str, line: Line, align: str = "left") -> None:
        """One line of text with its baseline at y, for one size class; `line` says how it looks."""
        fill = self._tones.get(line.tone, line.tone)
        self._rows.append((size, x, y, text, line.px, BOLD if line.bold else 400, fill, align, line.part))

    def above(self, lines: Sequence[Line], y: float) -> None:
        """A block that ends at y, for every size class."""
        for size in self._sizes:
            placed = _stack(lines, size)
            bottom = placed[-1][0] if placed else 0
            for offset, text, line in placed:
                self.add(size, 0, y - bottom + offset, text, line)

    def below(self, lines: Sequence[Line], y: Sequence[float]) -> None:
        """A block that starts at y (of each size class)."""
        for size, start in zip(self._sizes, y, strict=True):
            for offset, text, line in _stack(lines, size):
                self.add(size, 0, start + offset, text, line)


def _stack(lines: Sequence[Line], size: int) -> list[tuple[float, str, Line]]:
    """Broken lines with the baseline of each, from the top of the block."""
    y, placed = 0.0, []
    for line in lines:
        y += line.gap
        for text in wrap(line.text, line.px, room(size) - 4, line.bold):
            y += leading(line.px, size)
            placed.append((y, text, line))
    return placed


def leading(px: float, size: int = 0) -> float:
    """Distance of two baselines in a size class, px; tight on a stage, where every line costs the plot its height."""
    return round(px * (1.2 if size == STAGE else 1.38))


def head(title: str, facts: Sequence[str], selection: str = "") -> list[Line]:
    """The lines above a figure: what it shows, in whom, and the answer in numbers."""
    lines = [Line(title, TITLE_SIZE, bold=True, part="title")]
    if selection:
        lines.append(Line(selection, TEXT_SIZE, tone="muted", gap=2, part="selection"))
    return lines + [Line(fact, TEXT_SIZE, gap=2, part=f"fact {i}") for i, fact in enumerate(facts) if fact]


def foot(notes: Sequence[str]) -> list[Line]:
    """The lines below a figure: what a reviewer asks for."""
    return [Line(note, SMALL_SIZE, tone="muted", gap=2, part=f"note {i}") for i, note in enumerate(notes) if note]


def text_layer(name: str = "text") -> alt.Chart:
    """All text of a data set made by `Text`."""
    return (
        alt.Chart(alt.NamedData(name=name))
        .transform_filter(OWN_SIZE)
        .mark_text(
            x=alt.expr("datum.x < 0 ? width + datum.x : datum.x"),
            y=alt.expr("datum.y"),
            text=alt.expr("datum.text"),
            fontSize=alt.expr("datum.px"),
            fontWeight=alt.expr("datum.weight"),
            fill=alt.expr("datum.fill"),
            align=alt.expr("datum.align"),
            baseline="alphabetic",
        )
    )


def compiled(draw: Callable[[Theme], Sequence[alt.Chart]], name: str, *, stage: bool = False) -> dict[str, Any]:
    """The specification of a layout without data, made once per theme.

    Parameters
    ----------
    draw : theme -> the layers, on named data
    name : of the theme
    stage : for a room, which has one size class whatever the width
    """
    return _compiled(draw, name, stage)


@lru_cache(maxsize=32)
def _compiled(draw: Callable[[Theme], Sequence[alt.Chart]], name: str, stage: bool) -> dict[str, Any]:
    shown = theme(name)
    size = alt.param(name="size", value=STAGE) if stage else alt.param(name="size", expr=SIZE)
    chart = (
        alt.layer(*draw(shown))
        .add_params(size)
        .properties(width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .properties(background=shown.ground, padding={"left": 2, "right": 2, "top": 6, "bottom": 6})
        .configure(font=FONT_STACK, aria=False)
        .configure_mark(aria=False)
        .configure_text(aria=True)
        .configure_view(stroke=None)
    )
    spec = chart.to_dict(validate=False)  # the tests hold every layout against the schema; no visitor waits for it
    spec.pop("datasets", None)
    return spec


def columns(names: Sequence[str], values: Iterable[Sequence[Any]]) -> Columns:
    """A data set from its rows."""
    found = list(zip(*values, strict=True))
    return dict(zip(names, found, strict=True)) if found else dict.fromkeys(names, ())


def rows(columns: Columns) -> list[dict[str, Any]]:
    """A data set as one dict per row."""
    names = tuple(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def arrow(columns: Columns) -> bytes:
    """A data set as an Arrow stream; a column without any value is text, as an empty column has no type of its own."""
    import pyarrow as pa

    table = pa.table({name: list(values) for name, values in columns.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()

"""A figure as it stands still in a file: one size class, without what only a pointer shows, the notes asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.figures.figure import BREAKS, Columns, Figure

NOTE = "note "
"""How the parts of a text below a figure are called, see `core.figures.figure.Line`."""
MARGIN = 8
"""What padding, and words at the edge, take of a figure's width, px; the class counts the width within."""
READINGS = ("reading", "dots")
"""Data sets that only a pointer makes visible."""


def size_class(width: float) -> int:
    """The size class (see `core.figures.figure.BREAKS`) of a whole figure of this width, px."""
    return max(place for place, limit in enumerate(BREAKS) if width - MARGIN >= limit)


def still(figure: Figure, width: float) -> Figure:
    """Only the rows that a width shows: a renderer would place those of the other size classes too.

    The class is fixed: the renderer first lays out a figure without, then with its margins, and near a limit would take
    the height of one class and the rows of another.
    """
    own = size_class(width)
    fixed = [{"name": "size", "value": own} if one["name"] == "size" else one for one in figure.layout["params"]]
    data = {name: ({} if name in READINGS else _kept(one, own)) for name, one in figure.data.items()}
    return replace(figure, layout={**figure.layout, "params": fixed}, data=data)


def _kept(columns: Columns, own: int) -> Columns:
    return _where(columns, lambda row: row["size"] == own) if "size" in columns else columns


def with_source_only(figure: Figure) -> Figure:
    """Without the notes below a figure but the last, which says where it comes from: a slide has no room for more."""
    rows = _rows(figure.data["text"])
    notes = [row["part"] for row in rows if row["part"].startswith(NOTE)]
    if not notes:
        return figure
    tops = {row["size"]: row["y"] for row in reversed(rows) if row["part"].startswith(NOTE)}
    lasts = {row["size"]: row["y"] for row in reversed(rows) if row["part"] == notes[-1]}
    moved = [
        {**row, "y": row["y"] - lasts[row["size"]] + tops[row["size"]]} if row["part"] == notes[-1] else row
        for row in rows
        if row["part"] == notes[-1] or not row["part"].startswith(NOTE)
    ]
    text = {name: [row[name] for row in moved] for name in figure.data["text"]}
    return replace(figure, data={**figure.data, "text": text})


def _rows(columns: Columns) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _where(columns: Columns, wanted: Callable[[Mapping[str, Any]], bool]) -> Columns:
    kept = [row for row in _rows(columns) if wanted(row)]
    return {name: [row[name] for row in kept] for name in columns}

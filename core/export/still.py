"""A figure as it stands still in a file: one size class, without what only a pointer shows, the notes asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.figures.figure import BREAKS, Columns, Figure

PADDING = 4
"""Left and right of the plot together, px; the class counts the width within."""
READINGS = ("reading", "dots")
"""Data sets that only a pointer makes visible."""


def size_class(width: float) -> int:
    """The size class (see `core.figures.figure.BREAKS`) of a whole figure of this width, px."""
    return max(place for place, limit in enumerate(BREAKS) if width - PADDING >= limit)


def still(figure: Figure, width: float) -> Figure:
    """Only the rows that a width shows: a renderer would place those of the other size classes too."""
    own = size_class(width)
    data = {name: ({} if name in READINGS else _kept(one, own)) for name, one in figure.data.items()}
    return replace(figure, data=data)


def _kept(columns: Columns, own: int) -> Columns:
    return _where(columns, lambda row: row["size"] == own) if "size" in columns else columns


def with_source_only(figure: Figure) -> Figure:
    """Without the notes below a figure but the last, which says where it comes from: a slide has no room for more."""
    text = figure.data["text"]
    rows = _rows(text)
    tops: dict[int, float] = {}
    firsts: dict[int, float] = {}
    for row in rows:
        if row["note"]:
            tops.setdefault(row["size"], row["y"])
        if row["note"] == 1:
            firsts.setdefault(row["size"], row["y"])
    moved = [
        {**row, "y": row["y"] - firsts[row["size"]] + tops[row["size"]]} if row["note"] else row
        for row in rows
        if row["note"] <= 1
    ]
    return replace(figure, data={**figure.data, "text": {name: [row[name] for row in moved] for name in text}})


def _rows(columns: Columns) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _where(columns: Columns, wanted: Callable[[Mapping[str, Any]], bool]) -> Columns:
    kept = [row for row in _rows(columns) if wanted(row)]
    return {name: [row[name] for row in kept] for name in columns}

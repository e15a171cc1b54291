"""A figure as it stands still in a file: one size class, without what only a pointer shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.figures.figure import BREAKS, Columns, Figure

MARGIN = 8
"""What padding, and words at the edge, take of a figure's width, px; the class counts the width within."""
READINGS = ("reading", "dots")
"""Data sets that only a pointer makes visible."""


def size_class(width: float) -> int:
    """The size class (see `core.figures.figure.BREAKS`) of a whole figure of this width, px."""
    return max(place for place, limit in enumerate(BREAKS) if width - MARGIN >= limit)


def class_of(figure: Figure, width: float) -> int:
    """The size class in which a figure is drawn at a width; one made for a room has its own."""
    fixed = next((one["value"] for one in figure.layout["params"] if one["name"] == "size" and "value" in one), None)
    return size_class(width) if fixed is None else int(fixed)


def still(figure: Figure, width: float) -> Figure:
    """Only the rows that a width shows: a renderer would place those of the other size classes too.

    The class is fixed: the renderer first lays out a figure without, then with its margins, and near a limit would take
    the height of one class and the rows of another.
    """
    own = class_of(figure, width)
    fixed = [{"name": "size", "value": own} if one["name"] == "size" else one for one in figure.layout["params"]]
    data = {name: ({} if name in READINGS else _kept(one, own)) for name, one in figure.data.items()}
    return replace(figure, layout={**figure.layout, "params": fixed}, data=data)


def _kept(columns: Columns, own: int) -> Columns:
    return _where(columns, lambda row: row["size"] == own) if "size" in columns else columns


def _rows(columns: Columns) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _where(columns: Columns, wanted: Callable[[Mapping[str, Any]], bool]) -> Columns:
    kept = [row for row in _rows(columns) if wanted(row)]
    return {name: [row[name] for row in kept] for name in columns}

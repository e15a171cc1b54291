"""The comparison with the published numbers as text."""

from __future__ import annotations

from collections.abc import Sequence

from core.compare import Comparison, counts

_HEAD = ("place", "item", "printed", "derived", "difference", "mark")
_WIDEST = 60


def comparison_text(found: Sequence[Comparison]) -> str:
    """One line a number, in columns, and the counts of each mark."""
    rows = [_HEAD, *(_row(one) for one in found)]
    widths = [min(_WIDEST, max(len(row[i]) for row in rows)) for i in range(len(_HEAD))]
    lines = ["  ".join(cell[:width].ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    totals = ", ".join(f"{n} {mark}" for mark, n in counts(found).items())
    return "\n".join([*(line.rstrip() for line in lines), "", f"{len(found)} numbers: {totals}."])


def _row(one: Comparison) -> tuple[str, ...]:
    difference = "" if one.difference is None else f"{one.difference:+.{one.published.decimals + 1}f}"
    mark = f"{one.mark}: {one.reason}" if one.reason and not one.shown else one.mark
    return one.published.place, one.published.item, one.published.text, one.shown, difference, mark

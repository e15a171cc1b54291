"""Rows in portions: what is too high for one slide or page goes to several of about the same height."""

from __future__ import annotations

from collections.abc import Sequence


def portions(heights: Sequence[float], limit: float) -> list[range]:
    """
    Divide rows into as few portions as their height allows, alike in height.

    Parameters
    ----------
    heights : of each row, in any unit
    limit : most that a portion may take, in the same unit; a row above it stands alone

    Returns
    -------
    list of range
        Places of the rows of each portion, in order; empty where there is no row.
    """
    fewest = len(_filled(heights, limit))
    tried = max(sum(heights) / max(fewest, 1), max(heights, default=0))
    while tried < limit:
        found = _filled(heights, tried)
        if len(found) == fewest:
            return found
        tried += limit / 50
    return _filled(heights, limit)


def _filled(heights: Sequence[float], limit: float) -> list[range]:
    """Portions filled one after the other."""
    found: list[range] = []
    start, used = 0, 0.0
    for place, height in enumerate(heights):
        if place > start and used + height > limit:
            found.append(range(start, place))
            start, used = place, 0.0
        used += height
    return [*found, range(start, len(heights))] if heights else []

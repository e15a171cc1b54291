"""Counts that are too small to show."""

from __future__ import annotations

from collections.abc import Sequence

from core.options import Options


def count(n: int, options: Options) -> int | None:
    """A count, or None where it is below `Options.min_cell` and not zero."""
    return None if 0 < n < options.min_cell else n


def counts(numbers: Sequence[int], options: Options) -> list[int | None]:
    """
    Counts that sum to a known total.

    Parameters
    ----------
    numbers : sequence of int
    options : Options

    Returns
    -------
    list
        None for the small ones, and for the next smallest where a single one would follow from the total.
    """
    shown = [count(n, options) for n in numbers]
    if shown.count(None) == 1:
        others = [(n, i) for i, n in enumerate(shown) if n]
        if others:
            shown[min(others)[1]] = None
    return shown


def fewer_than(options: Options) -> str:
    """Why a count is not shown."""
    return f"Fewer than {options.min_cell}: not shown."

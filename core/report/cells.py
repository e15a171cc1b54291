"""Counts that are too small to show, and those that would give them away.

A count of 1 to `Options.min_cell` - 1 is not shown, nor is any other from which it, or the sum of a few such, follows
by adding and subtracting what is shown. Zeros are shown. Denominators (how many are selected, assessed, in a model)
stay: how many values are missing may follow from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from core.options import Options
from core.small_groups import Below


def count(n: int, options: Options) -> int | None:
    """A count, or None where it is below `Options.min_cell` and not zero."""
    return None if 0 < n < options.min_cell else n


def part(n: int, total: int, options: Options) -> int | None:
    """A count out of a known total, or None where it or the rest is too small."""
    return counts([n, total - n], options)[0]


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
        None for the small ones, and for the next smallest until those not shown sum to `Options.min_cell`, for at least
        two of them.
    """
    shown = [count(n, options) for n in numbers]
    if None not in shown:
        return shown
    for _, i in sorted((n, i) for i, n in enumerate(shown) if n):
        hidden = [one for one, other in zip(numbers, shown, strict=True) if other is None]
        if not hidden or (len(hidden) > 1 and sum(hidden) >= options.min_cell):
            break
        shown[i] = None
    return shown


def levels(numbers: Sequence[int], missing: int, options: Options) -> tuple[list[int | None], int | None]:
    """
    Counts of a field's levels, and of who has none.

    Returns
    -------
    (list, int or None)
        The levels as `counts` shows them with those without one and without them: how many have none may follow from a
        denominator elsewhere, so that they cannot cover for a level.
    """
    apart = counts(numbers, options)
    *together, unstated = counts([*numbers, missing], options)
    return [None if other is None else n for n, other in zip(apart, together, strict=True)], unstated


def parts(numbers: Sequence[int], totals: Sequence[int], options: Options) -> list[int | None]:
    """
    Parts of known totals, such as events of groups, whose overall sum is known too.

    Returns
    -------
    list
        None where the part or the rest of its total is too small, and for the next smallest until neither those parts
        nor the rests sum to a small count, for at least two of them.
    """
    shown = [part(n, total, options) for n, total in zip(numbers, totals, strict=True)]
    for _, i in sorted((n, i) for i, n in enumerate(shown) if n):
        hidden = [j for j, n in enumerate(shown) if n is None]
        sums = [sum(numbers[j] for j in hidden), sum(totals[j] - numbers[j] for j in hidden)]
        if not hidden or (len(hidden) > 1 and all(count(n, options) is not None for n in sums)):
            break
        shown[i] = None
    return shown


def with_sums(
    numbers: Sequence[int], sums: Mapping[str, Sequence[int]], options: Options
) -> tuple[list[int | None], dict[str, int | None]]:
    """
    Counts that sum to a known total, and sums of some of them.

    Parameters
    ----------
    numbers : sequence of int
        At most ten.
    sums : mapping of str to sequence of int
        Name -> which of the numbers it sums.
    options : Options

    Returns
    -------
    (list, dict)
        The numbers and the sums, None for what is small and for as few other numbers as it takes; where that does not
        help, for every sum.
    """
    values = {name: sum(numbers[i] for i in members) for name, members in sums.items()}
    summed = {name: count(n, options) for name, n in values.items()}
    for name, members in sums.items():
        if any(isinstance(numbers[i], Below) for i in members):
            summed[name] = None
    if options.min_cell <= 1:
        return list(numbers), summed
    told = [range(len(numbers)), *(sums[name] for name, n in summed.items() if n)]
    small = [i for i, n in enumerate(numbers) if count(n, options) is None]
    others = [i for i, n in enumerate(numbers) if n and i not in small]
    for size in range(len(others) + 1):
        for more in sorted(combinations(others, size), key=lambda some: sum(numbers[i] for i in some)):
            hidden = [*small, *more]
            if not _gives_away({i: numbers[i] for i in hidden}, told, options):
                return [None if i in hidden else n for i, n in enumerate(numbers)], summed
    return counts(numbers, options), dict.fromkeys(sums)


def _gives_away(hidden: Mapping[int, int], told: Sequence[Sequence[int]], options: Options) -> bool:
    """Whether a sum of hidden numbers that is too small follows from the sums told."""
    known = np.array([[i in members for i in hidden] for members in told], dtype=float)
    rank = np.linalg.matrix_rank(known) if hidden else 0
    for size in range(1, len(hidden) + 1):
        for some in combinations(hidden, size):
            if 0 < sum(hidden[i] for i in some) < options.min_cell:
                asked = [float(i in some) for i in hidden]
                if np.linalg.matrix_rank(np.vstack([known, asked])) == rank:
                    return True
    return False


def fewer_than(options: Options) -> str:
    """Why a count is not shown."""
    return f"Fewer than {options.min_cell}: not shown."

"""One number of ours beside the same number of lifelines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class CrossCheck:
    """A result computed twice. Of several numbers (a curve, a model's coefficients) the pair that differs most.

    Parameters
    ----------
    what : endpoint, group or factor, and quantity
    ours, lifelines : the two numbers; None where one cannot be given
    difference : absolute; None without both
    note : a known difference of rules, or why there is nothing to compare; "" = none
    """

    what: str
    ours: float | None
    lifelines: float | None
    difference: float | None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """In plain types, as the command line prints it."""
        return asdict(self)


def number(value: float | None) -> float | None:
    """A finite number, or None: infinity and NaN are how lifelines says "not reached"."""
    return float(value) if value is not None and np.isfinite(value) else None


def compare(what: str, ours: float | None, lifelines: float | None, note: str = "") -> CrossCheck:
    """Set two single numbers beside each other; both not reached is agreement."""
    mine, other = number(ours), number(lifelines)
    if mine is None and other is None:
        return CrossCheck(what, None, None, 0.0, note or "Neither gives a number.")
    difference = abs(mine - other) if mine is not None and other is not None else None
    return CrossCheck(what, mine, other, difference, note)


def worst(
    what: str, ours: ArrayLike, lifelines: ArrayLike, names: Sequence[str] | None = None, note: str = ""
) -> CrossCheck:
    """Set two series of numbers beside each other: the pair that differs most, among those that both give.

    Parameters
    ----------
    what : as of `CrossCheck`; the name of the pair is added when there are several
    ours, lifelines : (k,) NaN = not given
    names : (k,) what each pair is
    """
    mine, other = np.asarray(ours, dtype=float), np.asarray(lifelines, dtype=float)
    gaps = np.abs(mine - other)
    given = np.isfinite(gaps)
    if not given.any():
        return CrossCheck(what, None, None, None, note or "Nothing to compare.")
    position = int(np.argmax(np.where(given, gaps, -1.0)))
    label = f"{what} ({names[position]})" if names is not None and mine.size > 1 else what
    return CrossCheck(label, float(mine[position]), float(other[position]), float(gaps[position]), note)


def attempted(what: str, recompute: Callable[[], list[CrossCheck]]) -> list[CrossCheck]:
    """Run a recomputation; where lifelines raises, say so instead of failing."""
    from lifelines.exceptions import ConvergenceError, StatError

    try:
        return recompute()
    except (ConvergenceError, StatError, ValueError, ZeroDivisionError, np.linalg.LinAlgError) as error:
        first = str(error).strip().partition("\n")[0]
        return [CrossCheck(what, None, None, None, f"lifelines gives no result here: {type(error).__name__}. {first}")]

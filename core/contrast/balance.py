"""How unlike two groups are at baseline: the standardised difference of each characteristic."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from core.baseline import Characteristic
from core.small_groups import Below

METHOD = (
    "standardised difference: of a number, the difference of means over the pooled standard deviation (Austin 2009); "
    "of categories, the distance of their shares (Yang and Dalton 2012), always positive but for yes/no; above 0.1 in "
    "size is usually called unbalanced"
)
ALIKE = 1e-12
"""Largest difference that is rounding."""
_SINGULAR = 1e-10
"""Spread below which there is none."""


class Balance(NamedTuple):
    """A standardised difference (A - B; no sign for more than two categories), or why there is none."""

    difference: float | None
    reason: str | None = None


def standardised_difference(a: Characteristic, b: Characteristic) -> Balance:
    """
    Compare one characteristic of two groups, on the courses that state it.

    Parameters
    ----------
    a, b : Characteristic
        The same field in A and in B.

    Source: Austin, Stat Med 2009;28:3083; Yang and Dalton, SAS Global Forum 2012, paper 335.
    """
    hidden = next((n for n in _counts(a, b) if isinstance(n, Below)), None)
    if hidden is not None:
        return Balance(None, f"Fewer than {hidden.bound}: not shown.")
    if not (a.n and b.n):
        return Balance(None, f"In group {'A' if not a.n else 'B'} no course states it.")
    if a.spread is not None and b.spread is not None:
        return _of_numbers(a, b)
    counted = np.array([[int(level.n) for level in one.levels] for one in (a, b)], dtype=float)
    # Rounded counts need not add up to the number that states it.
    shares = counted / np.maximum(counted.sum(axis=1, keepdims=True), 1)
    names = [level.level for level in a.levels]
    signed = names == ["no", "yes"]
    shares = shares[:, shares.any(axis=0)]
    if shares.shape[1] < 2 or np.abs(shares[0] - shares[1]).max() < ALIKE:
        return Balance(0.0)
    distance = _distance(shares[0, 1:], shares[1, 1:])
    if distance is None:
        return Balance(None, "The groups share no level, or too few, so there is no spread to divide by.")
    return Balance(-distance if signed and shares[0, 1] < shares[1, 1] else distance)


def _counts(a: Characteristic, b: Characteristic) -> list[int]:
    return [n for one in (a, b) for n in (one.n, *(level.n for level in one.levels))]


def _of_numbers(a: Characteristic, b: Characteristic) -> Balance:
    left, right = a.spread, b.spread
    if left is None or right is None or left.deviation is None or right.deviation is None:
        return Balance(None, "A single value has no standard deviation.")
    gap = (left.mean or 0.0) - (right.mean or 0.0)
    pooled = sqrt((left.deviation**2 + right.deviation**2) / 2)
    if not pooled:
        return Balance(0.0) if abs(gap) < ALIKE else Balance(None, "No group has any spread.")
    return Balance(gap / pooled)


def _distance(p: np.ndarray, q: np.ndarray) -> float | None:
    """Mahalanobis' distance of two vectors of shares, without the first level; None where the spread is singular."""
    spread = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    gap = p - q
    if gap.size == 1:
        return float(abs(gap[0]) / sqrt(spread[0, 0])) if spread[0, 0] > _SINGULAR else None
    if np.linalg.matrix_rank(spread, tol=_SINGULAR, hermitian=True) < gap.size:
        return None
    return float(sqrt(gap @ np.linalg.solve(spread, gap)))

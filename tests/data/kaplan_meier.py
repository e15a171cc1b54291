"""Kaplan-Meier median by plain loops, for the numbers of the demo cohort."""

from __future__ import annotations

import math

DAYS_PER_MONTH = 30.4375


def median_interval(times: list[tuple[int, bool]]) -> tuple[float | None, float | None, float | None]:
    """Kaplan-Meier median in months with its log-log 95 % limits; None = not reached."""
    survival, variance, curve = 1.0, 0.0, []
    for time in sorted({t for t, _ in times}):
        at_risk = sum(t >= time for t, _ in times)
        died = sum(event and t == time for t, event in times)
        if died:
            survival *= 1 - died / at_risk
            variance += died / (at_risk * (at_risk - died)) if died < at_risk else math.inf
            half = 1.959963984540054 * math.sqrt(variance) / abs(math.log(survival)) if survival > 0 else math.nan
            lower, upper = (
                (survival ** math.exp(half), survival ** math.exp(-half)) if survival > 0 else (0.0, math.nan)
            )
            curve.append((time, survival, lower, upper))
    last = max(t for t, _ in times)
    return tuple(_reaches_half(curve, column, last) for column in (1, 2, 3))


def _reaches_half(curve: list[tuple[float, ...]], column: int, last: int) -> float | None:
    for place, point in enumerate(curve):
        if point[column] <= 0.5 + 1e-9:
            if abs(point[column] - 0.5) > 1e-9:
                return point[0] / DAYS_PER_MONTH
            until = next((one[0] for one in curve[place + 1 :] if one[column] < 0.5 - 1e-9), last)
            return (point[0] + until) / 2 / DAYS_PER_MONTH
    return None

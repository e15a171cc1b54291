"""Random numbers that are the same on every machine, and days that fall on working days.

Only `random.Random.random()` is used: of Python's generator that stream alone is promised to stay as it is. Everything
else is sums, products and comparisons of its doubles, so that no version of a library can change the tables.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")
SEED = "prrt-demo-1"


class Draw:
    """A stream of its own for each subject, so that a change in one place moves nothing elsewhere.

    Parameters
    ----------
    key : what the stream is for, e.g. ("laboratory", patient key)
    """

    def __init__(self, *key: object) -> None:
        self._source = random.Random("/".join(map(str, (SEED, *key))))

    def unit(self) -> float:
        """A number in [0, 1)."""
        return self._source.random()

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number in low..high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def bell(self, mean: float, sd: float) -> float:
        """Nearly normal, by twelve uniform numbers: no logarithm, hence the same everywhere; never beyond 6 sd."""
        total = 0.0
        for _ in range(12):
            total += self.unit()  # not sum(): Python 3.12 adds floats in another way than 3.11
        return mean + sd * (total - 6.0)

    def skewed(self, median: float, high: float) -> float:
        """Positive and skewed to the right: half below `median`, none above `high`."""
        share = self.unit()
        if share < 0.5:
            return median * (0.35 + 1.3 * share)
        return median + (high - median) * (2 * share - 1) ** 3

    def within(self, low: float, high: float) -> float:
        """A number in low..high, mostly near the middle."""
        return low + (high - low) * (self.unit() + self.unit() + self.unit()) / 3

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.unit() < share

    def pick(self, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of the options, by weight."""
        if weights is None:
            return options[int(self.unit() * len(options))]
        left = self.unit() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            left -= weight
            if left < 0:
                return option
        return options[-1]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of them in random order."""
        rest = list(options)
        for last in range(len(rest) - 1, 0, -1):
            other = int(self.unit() * (last + 1))
            rest[last], rest[other] = rest[other], rest[last]
        return rest


def nearest_working_day(day: date) -> date:
    """The working day next to it: Saturdays become Fridays, Sundays Mondays."""
    return working_day(day, -1 if day.weekday() == 5 else 1)


def working_day(day: date, step: int = 1) -> date:
    """The day itself, or the next in direction `step` that is no weekend and no fixed public holiday of Belgium."""
    while day.weekday() > 4 or (day.month, day.day) in {(1, 1), (5, 1), (7, 21), (11, 1), (12, 25)}:
        day += timedelta(days=step)
    return day

"""Hiding small groups: what is counted is rounded before anything is made of it.

With `Options.round_to` (5 on the pages) a count of 1 to 4 is only known to be under 5, and every other count, totals
and denominators too, is the nearest multiple of 5. Tables, figures, texts and files are made from these counts alone,
so that adding, subtracting or dividing what is shown gives back no small count - but for the rare table (under 2 % of
those with a small level) in which every other count lies at the edge of what its rounding allows.
Survival curves move at whole months in steps of 5 patients, and medians are told in whole months, of 20 patients or
more. Tests and models stay as estimated.

Source: rounding to the nearest 5 with small counts withheld, as health statistics offices do (NHS England, Hospital
Episode Statistics: disclosure control; HESA rounding and suppression).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from core.counts import EventCounts
from core.curve import Quantile
from core.options import DAYS_PER_MONTH, Options
from core.spread import Spread

HIDDEN = 5
"""Counts below it are hidden on the pages, the others are multiples of it."""
RULE = (
    "Small groups are hidden: counts under 5 are shown as <5, all others to the nearest 5; percentages follow from the "
    "rounded counts, so that rows need not add up. Survival curves step by 5 patients at whole months and end where "
    "fewer than 10 are left; curves and medians, in whole months, need 20 patients."
)
LIMITS = (
    "Hazard ratios, differences and p-values, with their intervals, are estimated from the exact data. Who compares "
    "many numbers or selections, or knows more about a patient, may still learn something."
)
STEPS_OF_A_CURVE = 4
"""Multiples of the base that a group whose curve is told has at least: with fewer, rounding would make another one."""
STEPS_LEFT = 2
"""Multiples of the base that are left where a told curve ends: a step would be more than half of fewer."""
Key = TypeVar("Key")


class Below(int):
    """A count that is only known to be over zero and below a bound: written "<5".

    As a number it is half the bound, for what must be drawn or sorted; sums of it are sums of what is told.
    """

    bound: int

    def __new__(cls, bound: int) -> Below:
        """A count below `bound`."""
        made = super().__new__(cls, max(1, bound // 2))
        made.bound = bound
        return made

    def __str__(self) -> str:
        return f"<{self.bound}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec.replace(",", "").replace("d", ""))


def hides(options: Options) -> bool:
    """Whether counts are rounded."""
    return options.round_to > 1


def rounded(n: int, options: Options) -> int:
    """A count as it may be told: itself, or `Below` the bound, or the nearest multiple (a half goes up)."""
    base = options.round_to
    if base <= 1 or n == 0:
        return n
    return Below(base) if n < base else _nearest(n, base)


def rounded_values(counts: Mapping[Key, int], options: Options) -> dict[Key, int]:
    """Counts by name as they may be told."""
    return {name: rounded(n, options) for name, n in counts.items()}


def rounded_pairs(counts: Iterable[tuple[Key, int]], options: Options) -> tuple[tuple[Key, int], ...]:
    """Counts in order as they may be told."""
    return tuple((name, rounded(n, options)) for name, n in counts)


def together(counts: Iterable[int]) -> int:
    """Sum of counts as told; hidden ones are left out of it, unless there are only such."""
    told = list(counts)
    known = [n for n in told if not isinstance(n, Below)]
    return sum(known) if any(known) or len(known) == len(told) else max(told)


def percent_of(n: int, total: int) -> float | None:
    """Percent of two counts as told; None where either is hidden or nobody is counted."""
    return None if not total or isinstance(n, Below) or isinstance(total, Below) else 100 * n / total


def rounded_spread(spread: Spread, options: Options) -> Spread:
    """Quartiles of enough courses; extremes are single patients' values and are left out."""
    if not hides(options):
        return spread
    n = rounded(spread.n, options)
    if isinstance(n, Below):
        return Spread(n, None, None, None, None, None)
    return spread._replace(n=n, low=None, high=None)


def without_hidden(value: Any) -> Any:
    """Plain types without the counts that are only known to be small."""
    if isinstance(value, dict):
        return {name: without_hidden(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_hidden(one) for one in value]
    return None if isinstance(value, Below) else value


def least_of_a_curve(options: Options) -> int:
    """Patients of the smallest group whose curve is told while counts are rounded."""
    return STEPS_OF_A_CURVE * options.round_to


def least_left(base: int) -> int:
    """Patients still at risk below whom a told curve ends, of counts that are multiples of `base`."""
    return STEPS_LEFT * base


def whole_months(days: float | None) -> float | None:
    """Days to the nearest whole month: a time to the day may be one patient's."""
    return None if days is None else round(days / DAYS_PER_MONTH) * DAYS_PER_MONTH


def told_quantile(found: Quantile, n: int, options: Options) -> Quantile:
    """A median of n patients as it may be told: in whole months, and none of too few for a curve."""
    if not hides(options):
        return found
    least = least_of_a_curve(options)
    if n > 0 and rounded(n, options) < least:
        return Quantile(None, None, None, f"Fewer than {least} patients: not shown.", hidden=True)
    return replace(
        found, time=whole_months(found.time), lower=whole_months(found.lower), upper=whole_months(found.upper)
    )


def coarse(counts: EventCounts, options: Options) -> EventCounts:
    """
    Events and censorings as they may be told: at whole months, in multiples of the base, until fewer than `least_left`
    patients are left.

    Each month takes the multiple of events that brings the told curve nearest to the exact one, then the multiple of
    censorings that brings the patients left nearest to the exact number. What a month misses the next makes good, so
    that the told curve never strays: counts rounded by themselves would, as each censoring moves the share of an event.

    Parameters
    ----------
    counts : EventCounts
        Exact, per day.
    options : Options

    Returns
    -------
    EventCounts
        Sums to the rounded number of patients; empty where there are fewer than `least_of_a_curve`.
    """
    base, n = options.round_to, counts.n
    if base <= 1 or n == 0:
        return counts
    if rounded(n, options) < least_of_a_curve(options):
        return EventCounts(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    survival = np.cumprod(1 - counts.events / counts.at_risk)
    remaining = n - np.cumsum(counts.events + counts.censored)
    month = np.ceil(counts.time / DAYS_PER_MONTH - 1e-9).astype(np.int64)
    last_of_month = np.append(month[1:] > month[:-1], True)
    left, told, rows = int(rounded(n, options)), 1.0, []
    for one, exact, stay in zip(
        month[last_of_month].tolist(), survival[last_of_month].tolist(), remaining[last_of_month].tolist(), strict=True
    ):
        if stay < least_left(base):
            rows.append((one, 0, left))
            break
        events = min(_nearest(left * (1 - exact / told), base), left - base)
        censored = min(max(0, left - events - _nearest(stay, base)), left - events - base)
        if events > 0 or censored > 0:
            events = max(0, events)
            rows.append((one, events, censored))
            told *= 1 - events / left
            left -= events + censored
    time, events_told, censored_told = zip(*rows, strict=True)
    return EventCounts(np.array(time) * DAYS_PER_MONTH, np.array(events_told), np.array(censored_told))


def _nearest(n: float, base: int) -> int:
    """The nearest multiple, a half up."""
    return math.floor(n / base + 0.5) * base


def withheld(n: int, total: int, options: Options) -> str:
    """
    Why nothing of a selection is shown; "" where it may be.

    Parameters
    ----------
    n, total : courses selected, and courses of the population that they are a part of
    options : Options
    """
    base = options.round_to
    if base <= 1 or n == 0:
        return ""
    if n < base:
        return f"Fewer than {base} patients are selected, and small groups are hidden: nothing of them is shown."
    if 0 < total - n < base:
        return (
            f"This selection leaves out fewer than {base} patients, and small groups are hidden: beside everybody's "
            "results, those of the selection would tell about these few."
        )
    return ""

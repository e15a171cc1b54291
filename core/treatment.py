"""Treatment of a selection: cycles given, why it stopped, activity, days between cycles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.cohort import CohortVersion
from core.options import Options
from core.selection import Selection
from core.small_groups import percent_of, rounded, rounded_spread
from core.spread import Spread, spread
from core.sql.names import table_names
from core.sql.summaries import read_intervals
from core.store import Store

STANDARD_CYCLES = 4
LONGEST_INTERVAL_DAYS = 16 * 7
"""Cycles of the standard protocol are 10-12 weeks apart, at most 16."""


@dataclass(frozen=True)
class Share:
    """Courses with one value; percent of the courses that state it, None where none does."""

    value: str
    n: int
    percent: float | None


@dataclass(frozen=True)
class Treatment:
    """How a selection was treated.

    Parameters
    ----------
    n : courses selected
    cycles : courses by number of cycles, ascending
    cycles_missing : courses that do not state it
    stop_reasons : courses by reason to stop, in the dictionary's order
    stop_missing : courses that do not state it
    activity_gbq : total activity of a course, GBq
    interval_days : days between neighbouring cycles; None without a cycles table
    long_intervals : of them, longer than 16 weeks
    cycles_stated, stop_stated : courses that state the number of cycles, the reason to stop
    """

    n: int
    cycles: tuple[Share, ...]
    cycles_missing: int
    stop_reasons: tuple[Share, ...]
    stop_missing: int
    activity_gbq: Spread
    interval_days: Spread | None
    long_intervals: int
    cycles_stated: int
    stop_stated: int


def treatment(store: Store, version: CohortVersion, selection: Selection, options: Options) -> Treatment:
    """Count cycles, reasons to stop, activity and intervals of the selected courses."""
    names = ("n_cycles", "stop_reason", "total_activity_gbq")
    values = store.columns(version, selection, names, options)
    given = values["n_cycles"]
    number, counts = np.unique(given[np.isfinite(given)], return_counts=True)
    cycles = _shares({f"{one:g}": int(n) for one, n in zip(number, counts, strict=True)}, options)
    stops: dict[str, int] = {}
    if "stop_reason" in version.fields:
        stops = dict.fromkeys(version.fields["stop_reason"].levels, 0)
    for reason in values["stop_reason"]:
        if reason is not None:
            stops[reason] = stops.get(reason, 0) + 1
    intervals: dict[int, int] = {}
    if "cycles" in version.tables:
        with store.cursor() as cursor:
            rows = store.selected(version, selection, options)
            intervals = read_intervals(cursor, table_names(version.id), rows)
    days = np.repeat(np.array(list(intervals), float), list(intervals.values()))
    return Treatment(
        n=rounded(len(given), options),
        cycles=cycles,
        cycles_stated=rounded(int(counts.sum()), options),
        cycles_missing=rounded(len(given) - int(counts.sum()), options),
        stop_reasons=_shares(stops, options),
        stop_stated=rounded(sum(stops.values()), options),
        stop_missing=rounded(len(given) - sum(stops.values()), options),
        activity_gbq=rounded_spread(spread(values["total_activity_gbq"]), options),
        interval_days=rounded_spread(spread(days), options) if "cycles" in version.tables else None,
        long_intervals=rounded(int((days > LONGEST_INTERVAL_DAYS).sum()), options),
    )


def _shares(counts: Mapping[str, int], options: Options) -> tuple[Share, ...]:
    total = rounded(sum(counts.values()), options)
    told = {value: rounded(n, options) for value, n in counts.items()}
    return tuple(Share(value, n, percent_of(n, total)) for value, n in told.items())

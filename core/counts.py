"""Times and events of one group, reduced to counts per distinct time: what every survival estimator here reads.

A cohort of ten million patients has a few thousand distinct days, so estimators work on the counts and never on rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIE_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))
"""Times closer than this, in days or relative to the mean distinct time, are one time (R ``aeqSurv``: 1.49e-8)."""


@dataclass(frozen=True, eq=False)
class EventCounts:
    """Number of events and of censorings at each distinct time of one group.

    Parameters
    ----------
    time : float64, shape (k,)
        Distinct times in days, ascending, zero or more.
    events, censored : int64, shape (k,)
        Patients with the event, and patients last seen without it, at that time; at least one of both at each time.

    Raises
    ------
    ValueError
        Naming the argument that breaks one of these rules.
    """

    time: Floats
    events: Ints
    censored: Ints

    def __post_init__(self) -> None:
        time = np.asarray(self.time, dtype=np.float64)
        events, censored = _counts("events", self.events), _counts("censored", self.censored)
        if time.ndim != 1 or not time.shape == events.shape == censored.shape:
            raise ValueError(
                "`time`, `events` and `censored` must be one-dimensional and of equal length, "
                f"not {time.shape}, {events.shape} and {censored.shape}."
            )
        # One comparison refuses negative and missing values: NaN fails it too. Infinity can only stand last.
        if time.size and not (time[0] >= 0 and (time[1:] > time[:-1]).all() and np.isfinite(time[-1])):
            raise ValueError("`time` must be finite, distinct, ascending and zero or more; use `grouped_counts`.")
        if time.size and (events + censored).min() < 1:
            raise ValueError("`events`, `censored`: a time with neither is no observed time; use `grouped_counts`.")
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "censored", censored)

    @property
    def n(self) -> int:
        """Patients in the group."""
        return int(self.events.sum() + self.censored.sum())

    @property
    def n_events(self) -> int:
        """Patients with the event."""
        return int(self.events.sum())

    @property
    def at_risk(self) -> Ints:
        """int64, shape (k,): patients with a time equal to or later than each time."""
        total = self.events + self.censored
        return total[::-1].cumsum()[::-1]


@dataclass(frozen=True)
class RiskTable:
    """Numbers below a Kaplan-Meier figure; at each tick the three counts sum to the group's size.

    Parameters
    ----------
    ticks : tuple of float
        Days.
    at_risk : tuple of int
        Patients with time >= tick.
    events, censored : tuple of int
        Patients with the event, and censored ones, with time < tick.
    """

    ticks: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    censored: tuple[int, ...]


def event_counts(time: ArrayLike, event: ArrayLike) -> EventCounts:
    """Count events and censorings per distinct time, merging floating-point ties as R does.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Follow-up in days, zero or more.
    event : array_like of bool or 0/1, shape (n,)
        True: the event happened at ``time``; False: censored then.

    Returns
    -------
    EventCounts
        In ascending order of time; empty for no rows.

    Raises
    ------
    ValueError
        Naming the argument, the first position and the value: a missing, infinite or negative time, an event that is
        not 0 or 1, unequal lengths.

    Source
    ------
    R survival 3.5 ``aeqSurv``.
    """
    times, happened = _times(time), _happened(event)
    if times.shape != happened.shape:
        raise ValueError(f"`time` has {times.size} values, `event` has {happened.size}; one of each per patient.")
    # Two plain sorts beat one argsort: NumPy sorts floats with SIMD instructions.
    distinct, total = _runs(times)
    event_time, event_total = _runs(times[happened])
    events = np.zeros(distinct.size, dtype=np.int64)
    events[np.searchsorted(distinct, event_time)] = event_total
    return _summed(distinct, events, total - events, tie_starts(distinct))


def grouped_counts(time: ArrayLike, events: ArrayLike, censored: ArrayLike) -> EventCounts:
    """Build counts from a table of counts in any order, such as a database's ``GROUP BY``.

    Parameters
    ----------
    time : array_like of float, shape (k,)
        Days; repeated and nearly equal times are merged, times without any patient dropped.
    events, censored : array_like of int, shape (k,)
        Patients with the event, and censored ones, at each time.

    Returns
    -------
    EventCounts

    Raises
    ------
    ValueError
        Naming the argument: a missing, infinite or negative time, a negative count, unequal lengths.
    """
    times, dead, alive = _times(time), _counts("events", events), _counts("censored", censored)
    if not times.shape == dead.shape == alive.shape:
        raise ValueError(f"`time`, `events` and `censored` differ in length: {times.size}, {dead.size}, {alive.size}.")
    seen = np.flatnonzero(dead + alive)
    seen = seen[np.argsort(times[seen], kind="stable")]
    times = times[seen]
    return _summed(times, dead[seen], alive[seen], tie_starts(times))


def align_ties(groups: Sequence[EventCounts]) -> tuple[EventCounts, ...]:
    """Merge nearly equal times across groups, so that a tie between two groups is one time in both.

    Parameters
    ----------
    groups : sequence of EventCounts

    Returns
    -------
    tuple of EventCounts
        The same groups in the same order.

    Source
    ------
    R survival 3.5: ``survfit`` and ``survdiff`` apply ``aeqSurv`` to all groups together.
    """
    if not groups:
        return ()
    distinct = np.unique(np.concatenate([group.time for group in groups]))
    starts = tie_starts(distinct)
    if starts.size == distinct.size:
        return tuple(groups)
    cuts = distinct[starts]
    aligned = []
    for group in groups:
        time = cuts[np.searchsorted(cuts, group.time, side="right") - 1]
        aligned.append(_summed(time, group.events, group.censored, np.flatnonzero(np.diff(time, prepend=-1.0) > 0)))
    return tuple(aligned)


def tie_starts(distinct: Floats) -> NDArray[np.intp]:
    """Find the first of each run of times that count as one.

    Parameters
    ----------
    distinct : float64, shape (k,)
        Ascending times; equal neighbours are allowed.

    Returns
    -------
    intp, shape (j,)
        Positions in ``distinct``; all later members of a run take the value at its start.

    Source
    ------
    R survival 3.5 ``aeqSurv``: a step of at most 1.49e-8, absolute or relative to the mean distinct time, is a tie.
    """
    if distinct.size < 2:
        return np.arange(distinct.size)
    step = np.diff(distinct)
    mean = distinct[np.append(True, step > 0)].mean()
    new = (step > TIE_TOLERANCE) & (step > TIE_TOLERANCE * mean)
    return np.flatnonzero(np.append(True, new))


def risk_table(counts: EventCounts, ticks: Sequence[float]) -> RiskTable:
    """Count patients at risk, events and censorings at each tick of the time axis.

    Parameters
    ----------
    counts : EventCounts
    ticks : sequence of float
        Days, zero or more, in any order.

    Returns
    -------
    RiskTable

    Raises
    ------
    ValueError
        Naming `ticks` if one is missing, infinite or negative.

    Source
    ------
    R ``summary.survfit``: at risk at t is the number with time >= t.
    """
    wanted = _times(ticks, "ticks")
    before = np.searchsorted(counts.time, wanted, side="left")
    events = np.append(0, counts.events.cumsum())[before]
    censored = np.append(0, counts.censored.cumsum())[before]
    at_risk = counts.n - events - censored
    return RiskTable(tuple(wanted.tolist()), tuple(at_risk.tolist()), tuple(events.tolist()), tuple(censored.tolist()))


def _runs(values: Floats) -> tuple[Floats, Ints]:
    """Distinct values ascending, and how often each occurs."""
    ordered = np.sort(values)
    first = np.flatnonzero(np.diff(ordered, prepend=-1.0))
    return ordered[first], np.diff(np.append(first, ordered.size))


def _summed(time: Floats, events: Ints, censored: Ints, starts: NDArray[np.intp]) -> EventCounts:
    """Counts at ascending times, each run of tied ones summed onto its first time."""
    if starts.size == time.size:
        return EventCounts(time, events, censored)
    return EventCounts(time[starts], np.add.reduceat(events, starts), np.add.reduceat(censored, starts))


def _times(values: ArrayLike, name: str = "time") -> Floats:
    try:
        times = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ValueError(f"`{name}` must hold numbers: {error}.") from error
    if times.ndim != 1:
        raise ValueError(f"`{name}` must be one-dimensional, not of shape {times.shape}.")
    fine = (times >= 0) & (times < np.inf)
    if not fine.all():
        bad = np.flatnonzero(~fine)
        raise ValueError(
            f"`{name}`, position {bad[0]}: {times[bad[0]]} is not a finite time of zero or more "
            f"({bad.size} such of {times.size}); leave those rows out."
        )
    return times


def _happened(values: ArrayLike) -> NDArray[np.bool_]:
    given = np.atleast_1d(np.asarray(values))
    if given.dtype == np.bool_:
        return given
    happened = given == 1
    fine = happened | (given == 0)
    if not np.all(fine):
        bad = np.flatnonzero(~np.asarray(fine, dtype=bool))
        raise ValueError(f"`event`, position {bad[0]}: {given[bad[0]]!r} is not 0 or 1 ({bad.size} such).")
    return np.asarray(happened, dtype=bool)


def _counts(name: str, values: ArrayLike) -> Ints:
    given = np.asarray(values)
    if given.dtype.kind not in "iub" and not (given == np.floor(given)).all():
        raise ValueError(f"`{name}` must hold whole numbers of patients.")
    counts = given.astype(np.int64, copy=False)
    if counts.size and counts.min() < 0:
        raise ValueError(f"`{name}` must not be negative.")
    return counts

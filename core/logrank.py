"""The log-rank test over any number of groups, and between each two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import chdtrc

from core.counts import EventCounts, Floats, align_ties

METHOD = "log-rank test (unweighted, two-sided, chi-squared)"


@dataclass(frozen=True)
class LogRank:
    """Result of a log-rank test.

    Parameters
    ----------
    chi2, df, p : float, int, float or None
        None where the test cannot be made; then `reason` says why.
    observed : tuple of int
        Events per group.
    expected : tuple of float
        Events per group expected if all shared one hazard.
    n : tuple of int
        Patients per group.
    left_out : tuple of int
        Positions of groups with nobody at risk at any event time (empty ones too): they take no degree of freedom.
    reason : str or None
    """

    chi2: float | None
    df: int | None
    p: float | None
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    n: tuple[int, ...]
    left_out: tuple[int, ...] = ()
    reason: str | None = None
    method: str = METHOD


@dataclass(frozen=True)
class Pairwise:
    """Log-rank test between two groups, with the p-value adjusted by Holm over all pairs that could be tested."""

    a: str
    b: str
    chi2: float | None
    p: float | None
    p_holm: float | None
    reason: str | None = None
    method: str = METHOD + ", p-values adjusted by Holm"


def log_rank(groups: Sequence[EventCounts]) -> LogRank:
    """Test whether groups share one survival function.

    Parameters
    ----------
    groups : sequence of EventCounts
        Any number, in any order; empty groups are allowed.

    Returns
    -------
    LogRank
        With a `reason` instead of numbers for fewer than two groups, no events, or no comparison possible.

    Source
    ------
    R survival 3.5 ``survdiff(rho = 0)``: Mantel-Haenszel, hypergeometric variance; groups without expected events are
    left out of the degrees of freedom.
    """
    n = tuple(group.n for group in groups)
    observed = tuple(group.n_events for group in groups)
    if not groups:
        return LogRank(None, None, None, (), (), (), reason="There are no groups.")
    gaps, expected, variance = _moments(align_ties(groups))
    kept = np.flatnonzero(expected > 0)
    shown = tuple(expected.tolist())
    left_out = tuple(np.flatnonzero(expected == 0).tolist())
    reason = _obstacle(n, observed, kept.size)
    if reason is None and not variance[kept[0], kept[0]] > 0:
        reason = "All patients at risk have the event at the first event time, so the groups cannot be compared."
    if reason is not None:
        return LogRank(None, None, None, observed, shown, n, left_out, reason)
    # The gaps sum to zero, so one group is redundant: R drops the first.
    rest = kept[1:]
    chi2 = float(gaps[rest] @ np.linalg.solve(variance[np.ix_(rest, rest)], gaps[rest]))
    return LogRank(chi2, rest.size, float(chdtrc(rest.size, chi2)), observed, shown, n, left_out)


def pairwise_log_rank(groups: Sequence[EventCounts], labels: Sequence[str]) -> tuple[Pairwise, ...]:
    """Test each two groups, and adjust the p-values by Holm.

    Parameters
    ----------
    groups : sequence of EventCounts
    labels : sequence of str
        One per group.

    Returns
    -------
    tuple of Pairwise
        (0, 1), (0, 2), ..., (1, 2), ...; a pair that cannot be tested has a reason and does not count for Holm.

    Raises
    ------
    ValueError
        If `labels` and `groups` differ in length.

    Source
    ------
    Holm 1979; R ``p.adjust(method = "holm")``.
    """
    if len(labels) != len(groups):
        raise ValueError(f"`labels` has {len(labels)} names for {len(groups)} groups.")
    pairs = list(combinations(range(len(groups)), 2))
    tests = [log_rank((groups[a], groups[b])) for a, b in pairs]
    adjusted = _holm([test.p for test in tests])
    return tuple(
        Pairwise(labels[a], labels[b], test.chi2, test.p, p_holm, test.reason)
        for (a, b), test, p_holm in zip(pairs, tests, adjusted, strict=True)
    )


def _moments(groups: Sequence[EventCounts]) -> tuple[Floats, Floats, Floats]:
    """Observed minus expected, expected, and their covariance matrix, summed over the event times."""
    times = np.unique(np.concatenate([group.time[group.events > 0] for group in groups]))
    risk = np.empty((len(groups), times.size))
    deaths = np.zeros((len(groups), times.size))
    for row, group in enumerate(groups):
        risk[row] = np.append(group.at_risk, 0)[np.searchsorted(group.time, times, side="left")]
        died = group.events > 0
        deaths[row, np.searchsorted(times, group.time[died])] = group.events[died]
    n, d = risk.sum(axis=0), deaths.sum(axis=0)
    share = risk / n
    expected = share @ d
    # A single patient at risk (n = 1) leaves no variance; n - d is zero then, so any positive divisor will do.
    weight = d * (n - d) / np.maximum(n - 1, 1)
    weighted = share * weight
    variance = np.diag(weighted.sum(axis=1)) - weighted @ share.T
    return (deaths - share * d).sum(axis=1), expected, variance


def _obstacle(n: tuple[int, ...], observed: tuple[int, ...], compared: int) -> str | None:
    """One sentence on why no test is possible, or None."""
    filled = sum(size > 0 for size in n)
    if filled < 2:
        return "A log-rank test needs two groups with patients; there is " + ("one." if filled else "none.")
    if not any(observed):
        return "There are no events in any group."
    if compared < 2:
        return "Only one group has patients at risk at the time of an event."
    return None


def _holm(p_values: Sequence[float | None]) -> list[float | None]:
    tested = sorted((p, position) for position, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, position) in enumerate(tested):
        largest = max(largest, min(1.0, (len(tested) - rank) * p))
        adjusted[position] = largest
    return adjusted

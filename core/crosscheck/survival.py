"""Curves, medians, log-rank tests and follow-up, computed again by lifelines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.counts import EventCounts
from core.crosscheck.comparison import CrossCheck, attempted, compare, worst
from core.curve import Curve, Quantile
from core.outcome import Outcome

MEDIAN_NOTE = (
    "Where the curve is flat at exactly 0.5, ours is the middle of the flat stretch (R), lifelines' an end of it."
)
ZERO_NOTE = "Where survival is 0 ours has no limits (R), lifelines' are 0."
INTERVAL_NOTE = "lifelines gives log-log intervals only; ours are of type {}."


def check_outcome(outcome: Outcome) -> list[CrossCheck]:
    """Recompute what is shown of one endpoint: every curve with its interval and median, tests, and follow-up.

    Parameters
    ----------
    outcome : Outcome

    Returns
    -------
    list of CrossCheck
        Empty where the endpoint is refused.
    """
    if outcome.refusal:
        return []
    found: list[CrossCheck] = []
    for group in (outcome.overall, *outcome.groups):
        what = f"{outcome.label}, {group.level or 'all'}"
        found += _curve(what, group.counts, group.curve)
    if outcome.log_rank is not None and outcome.log_rank.chi2 is not None:
        found += _log_rank(outcome)
    if outcome.endpoint == "os" and outcome.landmark is None and outcome.follow_up is not None:
        found += _follow_up(outcome, outcome.follow_up.reverse_median)
    return found


def _rows(counts: EventCounts) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """One time and event per patient."""
    time = np.repeat(counts.time, counts.events + counts.censored)
    kind = np.tile([True, False], counts.time.size)
    return time, np.repeat(kind, np.column_stack([counts.events, counts.censored]).ravel())


def _curve(what: str, counts: EventCounts, curve: Curve) -> list[CrossCheck]:
    if not curve.n:
        return []

    def recompute() -> list[CrossCheck]:
        from lifelines import KaplanMeierFitter
        from lifelines.utils import median_survival_times

        fitted = KaplanMeierFitter(alpha=1 - curve.conf_level).fit(*_rows(counts))
        names = [f"day {time:g}" for time in curve.time]
        survival = fitted.survival_function_at_times(curve.time).to_numpy()
        found = [worst(f"{what}: survival", curve.survival, survival, names)]
        note = MEDIAN_NOTE if np.isclose(curve.survival, 0.5).any() else ""
        found.append(compare(f"{what}: median, days", curve.median.time, fitted.median_survival_time_, note))
        if curve.conf_type != "log-log":
            return [*found, CrossCheck(f"{what}: interval", None, None, None, INTERVAL_NOTE.format(curve.conf_type))]
        limits = fitted.confidence_interval_.loc[curve.time]
        medians = median_survival_times(fitted.confidence_interval_).to_numpy().ravel()
        for position, (name, ours, median) in enumerate(
            (("lower", curve.lower, curve.median.lower), ("upper", curve.upper, curve.median.upper))
        ):
            theirs = limits.iloc[:, position].to_numpy()
            zero = ZERO_NOTE if (median is None) != (not np.isfinite(medians[position])) else ""
            flat = MEDIAN_NOTE if np.isclose(ours, 0.5).any() else zero
            found.append(worst(f"{what}: {name} limit", ours, theirs, names))
            found.append(compare(f"{what}: {name} limit of the median, days", median, medians[position], flat))
        return found

    return attempted(f"{what}: curve", recompute)


def _log_rank(outcome: Outcome) -> list[CrossCheck]:
    test = outcome.log_rank
    what = f"{outcome.label}, {outcome.strata_label}: log-rank"
    groups = {group.level: _rows(group.counts) for group in outcome.groups}

    def recompute() -> list[CrossCheck]:
        from lifelines.statistics import logrank_test, multivariate_logrank_test

        assert test is not None
        time = np.concatenate([rows[0] for rows in groups.values()])
        event = np.concatenate([rows[1] for rows in groups.values()])
        labels = np.repeat(list(groups), [rows[0].size for rows in groups.values()])
        again = multivariate_logrank_test(time, labels, event)
        found = [
            compare(f"{what} chi-squared", test.chi2, again.test_statistic),
            compare(f"{what} p", test.p, again.p_value),
        ]
        for pair in outcome.pairwise:
            (time_a, event_a), (time_b, event_b) = groups[pair.a], groups[pair.b]
            one = logrank_test(time_a, time_b, event_a, event_b)
            found.append(compare(f"{what} p, {pair.a} against {pair.b}", pair.p, one.p_value))
        return found

    return attempted(what, recompute)


def _follow_up(outcome: Outcome, median: Quantile) -> list[CrossCheck]:
    what = "Follow-up: reverse Kaplan-Meier median, days"

    def recompute() -> list[CrossCheck]:
        from lifelines import KaplanMeierFitter

        time, event = _rows(outcome.overall.counts)
        again = KaplanMeierFitter().fit(time, ~event)
        flat = np.isclose(again.survival_function_.to_numpy(), 0.5).any()
        return [compare(what, median.time, again.median_survival_time_, MEDIAN_NOTE if flat else "")]

    return attempted(what, recompute)

"""Survival results as JSON: curves, milestones, follow-up, groups and tests, times in months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.curve import Curve, Quantile
from core.endpoints import is_event
from core.logrank import LogRank, Pairwise
from core.options import DAYS_PER_MONTH, Options
from core.outcome import Group, Outcome
from core.report.cells import count, fewer_than, part, parts, with_sums
from core.strata import SELECTION
from core.survival import FollowUp

Json = dict[str, Any]


def endpoint_json(result: Outcome, options: Options) -> Json:
    """One endpoint of everybody selected: `endpoints.pfs` of the command line's object."""
    if result.refusal:
        return {"n": None, "events": None, **_quartiles(None), **_refused(result.refusal)}
    curve = result.overall.curve
    reasons, events = _reasons(result, options)
    return {
        **group_json(result.overall, options),
        "events": events,
        **_quartile("q25", curve.quantile(0.25)),
        **_quartile("q75", curve.quantile(0.75)),
        "curve": _curve(curve, options),
        "follow_up": follow_up_json(result.follow_up),
        "reasons": reasons,
        "without_time": count(result.without_time, options),
        "no_time": _counts(result.no_time, options),
        "landmark": _months(result.landmark),
        "before_landmark": count(sum(result.before_landmark), options),
        "method": curve.method,
    }


def strata_json(result: Outcome, options: Options) -> Json:
    """One endpoint by group: `strata.pfs` of the command line's object."""
    if result.refusal or result.log_rank is None:
        reason = result.refusal or "There are no groups."
        empty = {"chi2": None, "df": None, "p": None, "reason": reason}
        return {"groups": [], "logrank": empty, "pairwise": [], "missing": None, "withheld": [], "reason": reason}
    curves = [group.curve for group in result.groups]
    events = parts([one.n_events for one in curves], [one.n for one in curves], options)
    groups = [
        {"level": group.level, **group_json(group, options), "events": n}
        for group, n in zip(result.groups, events, strict=True)
    ]
    if options.min_cell > 1 and result.strata is not None and result.strata.field != SELECTION:
        _withhold_rests([one["survival"] for one in groups], result, options)
    return {
        "groups": groups,
        "logrank": logrank_json(result.log_rank),
        "pairwise": [_pair(one) for one in result.pairwise],
        "missing": count(result.strata_missing, options),
        "withheld": list(result.withheld),
        "reason": None,
    }


def follow_up_json(followed: FollowUp | None) -> Json:
    """Follow-up of everybody selected, by the overall-survival clock."""
    if followed is None or followed.median_observed is None:
        names = ("median_observed", "min", "max", "reverse_km_median", "reverse_km_lower", "reverse_km_upper")
        no_clock = "This cohort has no overall survival, whose clock it takes."
        why = followed.reverse_median.reason if followed else no_clock
        return {**dict.fromkeys(names), "reason": why}
    median = followed.reverse_median
    return {
        "median_observed": _months(followed.median_observed),
        "min": _months(followed.min),
        "max": _months(followed.max),
        "reverse_km_median": _months(median.time),
        "reverse_km_lower": _months(median.lower),
        "reverse_km_upper": _months(median.upper),
        "reason": median.reason,
        "method": followed.method,
    }


def group_json(group: Group, options: Options) -> Json:
    """n, events, median and milestones of one group."""
    curve = group.curve
    return {
        "n": count(curve.n, options),
        "events": part(curve.n_events, curve.n, options),
        **_quartiles(curve.median),
        "survival": _milestones(curve, options),
    }


def _quartiles(median: Quantile | None) -> Json:
    if median is None:
        return {"median": None, "median_lower": None, "median_upper": None}
    return {
        "median": _months(median.time),
        "median_lower": _months(median.lower),
        "median_upper": _months(median.upper),
        "reason": median.reason,
    }


def _quartile(name: str, found: Quantile) -> Json:
    """A quartile's time, and why there is none: the endpoint's own reason is the median's."""
    return {name: _months(found.time), f"{name}_reason": found.reason if found.time is None else None}


def _refused(reason: str) -> Json:
    lists: dict[str, list] = {
        name: [] for name in ("time", "survival", "lower", "upper", "at_risk", "events", "censored")
    }
    return {
        "q25": None,
        "q25_reason": reason,
        "q75": None,
        "q75_reason": reason,
        "survival": [],
        "curve": lists,
        "follow_up": {**follow_up_json(None), "reason": reason},
        "reasons": {},
        "without_time": None,
        "no_time": {},
        "landmark": None,
        "before_landmark": None,
        "reason": reason,
    }


def _milestones(curve: Curve, options: Options) -> list[Json]:
    read = curve.at([month * DAYS_PER_MONTH for month in options.months])
    rows = zip(options.months, read.survival, read.lower, read.upper, read.at_risk, read.reason, strict=True)
    names = ("month", "survival", "lower", "upper", "at_risk", "reason")
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    if options.min_cell > 1:
        _withhold(listed, curve, options)
    return listed


def _withhold(milestones: list[Json], curve: Curve, options: Options) -> None:
    """Leave out milestones by which too few have left, had the event or were censored since the one shown before."""
    at_risk, events = curve.n, 0
    for one in sorted(milestones, key=lambda row: row["month"]):
        days = one["month"] * DAYS_PER_MONTH
        happened = int(curve.events[curve.time <= days].sum())
        left, new = at_risk - one["at_risk"], happened - events
        small = [count(n, options) is None for n in (one["at_risk"], left, new, abs(left - new))]
        if one["survival"] is not None and any(small):
            one.update(survival=None, lower=None, upper=None, at_risk=None, reason=fewer_than(options))
        elif one["survival"] is not None:
            at_risk, events = one["at_risk"], happened


def _withhold_rests(groups: list[list[Json]], result: Outcome, options: Options) -> None:
    """Leave out groups' milestones until what is left of everybody at risk is that of two groups and no small count."""
    for place, everybody in enumerate(_milestones(result.overall.curve, options)):
        if everybody["at_risk"] is None:
            continue
        shown = [one[place] for one in groups if one[place]["at_risk"]]
        shown.sort(key=lambda row: -row["at_risk"])
        hidden = len(result.withheld) + sum(one[place]["at_risk"] is None for one in groups)
        rest = everybody["at_risk"] - sum(row["at_risk"] for row in shown)
        while hidden and rest and shown and (hidden < 2 or count(rest, options) is None):
            smallest = shown.pop()
            hidden, rest = hidden + 1, rest + smallest["at_risk"]
            smallest.update(survival=None, lower=None, upper=None, at_risk=None, reason=fewer_than(options))


def _curve(curve: Curve, options: Options) -> Json:
    """The curve's lists; with `min_cell`, only every time by which that many further patients had the event."""
    listed = curve.lists()
    listed["time"] = (curve.time / DAYS_PER_MONTH).tolist()
    if options.min_cell <= 1:
        return listed
    kept, seen = [], 0
    for i, happened in enumerate(curve.events.cumsum().tolist()):
        if happened - seen >= options.min_cell and curve.at_risk[i] >= options.min_cell:
            kept.append(i)
            seen = happened
    shown: Json = {name: [listed[name][i] for i in kept] for name in ("time", "survival", "lower", "upper")}
    return {**shown, "at_risk": None, "events": None, "censored": None, "reason": fewer_than(options)}


def logrank_json(test: LogRank) -> Json:
    """A log-rank test."""
    return {"chi2": test.chi2, "df": test.df, "p": test.p, "reason": test.reason, "method": test.method}


def _pair(one: Pairwise) -> Json:
    return {"a": one.a, "b": one.b, "chi2": one.chi2, "p": one.p, "p_holm": one.p_holm, "reason": one.reason}


def _reasons(result: Outcome, options: Options) -> tuple[Mapping[str, int | None], int | None]:
    """Courses by why their time ended, and the events, which with the first reasons would tell the others."""
    curve = result.overall.curve
    events = part(curve.n_events, curve.n, options)
    names = [name for name, _ in result.reasons]
    told = {"events": [i for i, name in enumerate(names) if is_event(result.endpoint, name, options)]}
    shown, summed = with_sums([n for _, n in result.reasons], told if events else {}, options)
    if events and summed["events"] is None:
        events = None
    return dict(zip(names, shown, strict=True)), events


def _counts(counts: tuple[tuple[str, int], ...], options: Options) -> Mapping[str, int | None]:
    return {name: count(n, options) for name, n in counts}


def _months(days: float | None) -> float | None:
    return None if days is None else days / DAYS_PER_MONTH

"""Flow, baseline, treatment and response as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.baseline import Characteristic
from core.flow import Flow
from core.options import Options
from core.report.cells import count, counts, fewer_than
from core.response import Proportion, Response
from core.spread import Spread
from core.treatment import Share, Treatment

Json = dict[str, Any]


def flow_json(found: Flow, options: Options) -> list[Json]:
    """The boxes of the patient flow."""
    return [
        {
            "key": one.key,
            "step": one.step,
            "n": count(one.n, options),
            "excluded": count(one.excluded, options),
            "reason": one.reason,
            "from": one.parent,
        }
        for one in found.steps
    ]


def characteristic_json(one: Characteristic, options: Options) -> Json:
    """One row of Table 1: levels, or median, quartiles and range."""
    n, missing = counts([one.n, one.missing], options)
    head: Json = {"field": one.field, "label": one.label, "n": n, "missing": missing}
    if one.spread is not None:
        return {**head, **_spread(one.spread, options)}
    shown = counts([level.n for level in one.levels], options)
    levels = [
        {"level": level.level, "n": n, "percent": None if n is None else level.percent}
        for level, n in zip(one.levels, shown, strict=True)
    ]
    return {**head, "levels": levels}


def treatment_json(found: Treatment, options: Options) -> Json:
    """Cycles given, reasons to stop, activity and intervals."""
    intervals = found.interval_days
    return {
        "cycles": [{"n_cycles": int(name), **row} for name, row in _shares(found.cycles, options)],
        "cycles_missing": count(found.cycles_missing, options),
        "stop_reasons": [{"reason": name, **row} for name, row in _shares(found.stop_reasons, options)],
        "stop_missing": count(found.stop_missing, options),
        "activity_gbq": {"n": count(found.activity_gbq.n, options), **_spread(found.activity_gbq, options)},
        "interval_days": {"n": count(intervals.n, options), **_spread(intervals, options)} if intervals else None,
    }


def response_json(found: Response, options: Options) -> Json:
    """RECIST responses with their proportions."""
    shown = counts([*found.counts.values()], options)
    return {
        "n": count(found.n, options),
        "evaluable": count(found.evaluable, options),
        "not_evaluable": count(found.not_evaluable, options),
        "missing": count(found.missing, options),
        "counts": dict(zip(found.counts, shown, strict=True)),
        "orr": _proportion(found.orr, options),
        "dcr": _proportion(found.dcr, options),
    }


def _proportion(one: Proportion, options: Options) -> Json:
    n, rest = counts([one.n, one.total - one.n], options)
    if n is None or rest is None:
        return {"n": None, "percent": None, "lower": None, "upper": None, "reason": fewer_than(options)}
    return {"n": one.n, "percent": one.percent, "lower": one.lower, "upper": one.upper, "reason": one.reason}


def _shares(shares: Sequence[Share], options: Options) -> list[tuple[str, Json]]:
    shown = counts([one.n for one in shares], options)
    return [
        (one.value, {"n": n, "percent": None if n is None else one.percent})
        for one, n in zip(shares, shown, strict=True)
    ]


def _spread(spread: Spread, options: Options) -> Json:
    """Extremes are single patients' values, so that small-count suppression leaves them out."""
    if not spread.n:
        reason: str | None = "No value."
    else:
        reason = fewer_than(options) if spread.n < options.min_cell else None
    shown = reason is None
    return {
        "median": spread.median if shown else None,
        "q1": spread.q1 if shown else None,
        "q3": spread.q3 if shown else None,
        "min": spread.low if shown and options.min_cell <= 1 else None,
        "max": spread.high if shown and options.min_cell <= 1 else None,
        "reason": reason,
    }

"""Flow, baseline, treatment and response as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.baseline import Characteristic
from core.flow import Flow
from core.options import Options
from core.report.cells import count, counts, fewer_than, levels, part, with_sums
from core.response import Proportion, Response
from core.spread import Spread
from core.treatment import Share, Treatment

Json = dict[str, Any]

_RATES = {"orr": ("CR", "PR"), "dcr": ("CR", "PR", "SD")}
"""Which responses a rate counts."""


def flow_json(found: Flow, options: Options) -> list[Json]:
    """The boxes of the patient flow; one that would tell how few left the nearest box shown before it has no number."""
    boxes = {one.key: one for one in found.steps}
    shown: dict[str, int | None] = {}
    for one in found.steps:
        before = one.parent
        while before is not None and shown[before] is None:
            before = boxes[before].parent
        left = 0 if before is None else boxes[before].n - one.n
        shown[one.key] = None if count(left, options) is None else count(one.n, options)
    return [
        {
            "key": one.key,
            "step": one.step,
            "n": shown[one.key],
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
    cells = [level.n for level in one.levels]
    shown, _ = levels(cells, one.missing, options)
    listed = [
        {"level": level.level, "n": k, "percent": None if k is None or n is None else level.percent}
        for level, k in zip(one.levels, shown, strict=True)
    ]
    return {**head, "levels": listed}


def treatment_json(found: Treatment, options: Options) -> Json:
    """Cycles given, reasons to stop, activity and intervals."""
    intervals = found.interval_days
    cycles, cycles_missing = _shares(found.cycles, found.cycles_missing, options)
    stops, stop_missing = _shares(found.stop_reasons, found.stop_missing, options)
    return {
        "cycles": [{"n_cycles": int(name), **row} for name, row in cycles],
        "cycles_missing": cycles_missing,
        "stop_reasons": [{"reason": name, **row} for name, row in stops],
        "stop_missing": stop_missing,
        "activity_gbq": {"n": count(found.activity_gbq.n, options), **_spread(found.activity_gbq, options)},
        "interval_days": {"n": count(intervals.n, options), **_spread(intervals, options)} if intervals else None,
    }


def response_json(found: Response, options: Options) -> Json:
    """RECIST responses with their proportions."""
    n, rest = counts([found.evaluable, found.n - found.evaluable], options)
    members = {name: [list(found.counts).index(one) for one in responses] for name, responses in _RATES.items()}
    shown, summed = with_sums([*found.counts.values()], members, options)
    return {
        "n": count(found.n, options),
        "evaluable": n,
        "not_evaluable": None if rest is None else count(found.not_evaluable, options),
        "missing": None if rest is None else count(found.missing, options),
        "counts": dict(zip(found.counts, shown, strict=True)),
        "orr": _proportion(found.orr, summed["orr"], n, options),
        "dcr": _proportion(found.dcr, summed["dcr"], n, options),
    }


def _proportion(one: Proportion, n: int | None, evaluable: int | None, options: Options) -> Json:
    if n is None or evaluable is None or part(one.n, one.total, options) is None:
        return {"n": None, "percent": None, "lower": None, "upper": None, "reason": fewer_than(options)}
    return {"n": n, "percent": one.percent, "lower": one.lower, "upper": one.upper, "reason": one.reason}


def _shares(shares: Sequence[Share], missing: int, options: Options) -> tuple[list[tuple[str, Json]], int | None]:
    """Each value with its count and percent, and how many state none; a percent would tell the missing."""
    shown, unstated = levels([one.n for one in shares], missing, options)
    rows = [
        (one.value, {"n": n, "percent": None if n is None or unstated is None else one.percent})
        for one, n in zip(shares, shown, strict=True)
    ]
    return rows, unstated


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

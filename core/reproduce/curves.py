"""Curves, log-rank tests and follow-up of one endpoint, to be recomputed."""

from __future__ import annotations

from core.curve import Curve, Quantile
from core.export.contents import Look
from core.options import DAYS_PER_MONTH, ENDPOINTS
from core.outcome import outcome
from core.reproduce.recipe import Groups, Numbers, Recipe, groups


def curves(endpoint: str, look: Look) -> Recipe:
    """The recipe of a survival figure and its tables. Raises ValueError with the reason why there is none."""
    if endpoint not in look.version.endpoints:
        raise ValueError(f"{ENDPOINTS[endpoint]}: the cohort holds neither its dates nor its times.")
    request, options, fields = look.request, look.options, look.version.fields
    found = outcome(look.store, look.version, look.selection, endpoint, options, request.strata, request.landmark_days)
    if found.refusal or not found.overall.curve.n:
        raise ValueError(found.refusal or "No selected course has a usable time.")
    divided = groups(found.strata, (one.level for one in found.groups), fields)
    followed = found.follow_up is not None and found.follow_up.n > 0
    settings = {
        "TIME": f"{endpoint}_days",
        "EVENT": f"{endpoint}_event",
        **_in_months(options.months),
        "CONF_TYPE": options.conf_type,
        "CONF_LEVEL": options.conf_level,
        "LANDMARK_DAYS": found.landmark,
        **divided.settings,
        "FOLLOW_UP": followed,
    }
    numbers = _curve("All", found.overall.curve, options.months)
    for group in found.groups:
        numbers |= _curve(f"Group {divided.names[group.level]}", group.curve, options.months)
    if found.log_rank is not None:
        numbers |= {f"Log-rank, {part}": getattr(found.log_rank, part) for part in ("chi2", "df", "p")}
    numbers |= _pairs(found.pairwise, divided)
    if followed and found.follow_up is not None:
        one = found.follow_up
        observed = {"median": one.median_observed, "minimum": one.min, "maximum": one.max}
        numbers |= {f"Observed time, {part}": _months(days) for part, days in observed.items()}
        numbers |= _median("Follow-up by reverse Kaplan-Meier", one.reverse_median)
    own = [f"{endpoint}_days", f"{endpoint}_event", *(["os_days", "os_event"] if followed else [])]
    columns = [*own, *([divided.column] if divided.column and not divided.against_rest else [])]
    return Recipe("curves", settings, tuple(dict.fromkeys(columns)), numbers, divided.against_rest)


def _in_months(months: tuple[float, ...]) -> dict[str, list[float]]:
    return {"MONTHS": list(dict.fromkeys(int(one) if float(one).is_integer() else one for one in months))}


def _months(days: float | None) -> float | None:
    return None if days is None else days / DAYS_PER_MONTH


def _median(name: str, found: Quantile) -> Numbers:
    return {
        f"{name}, median": _months(found.time),
        f"{name}, median lower": _months(found.lower),
        f"{name}, median upper": _months(found.upper),
    }


def _curve(name: str, curve: Curve, months: tuple[float, ...]) -> Numbers:
    numbers: Numbers = {f"{name}, n": curve.n, f"{name}, events": curve.n_events, **_median(name, curve.median)}
    milestones = _in_months(months)["MONTHS"]
    at = curve.at([month * DAYS_PER_MONTH for month in milestones])
    for place, month in enumerate(milestones):
        for part, values in (("survival", at.survival), ("lower", at.lower), ("upper", at.upper)):
            numbers[f"{name}, {part} at {month}"] = values[place]
        numbers[f"{name}, at risk at {month}"] = at.at_risk[place]
    return numbers


def _pairs(pairwise, divided: Groups) -> Numbers:
    """Tests between two groups, under the names in the order in which the scripts hold them."""
    order = list(divided.names)
    numbers: Numbers = {}
    for one in pairwise:
        a, b = sorted((one.a, one.b), key=order.index)
        title = f"{divided.names[a]} against {divided.names[b]}"
        numbers |= {f"{title}, chi2": one.chi2, f"{title}, df": 1 if one.chi2 is not None else None}
        numbers |= {f"{title}, p": one.p, f"{title}, p Holm": one.p_holm}
    return numbers

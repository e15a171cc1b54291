"""A against B as JSON, times in months; with small counts suppressed a number is shown of both groups or of neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.contrast import Compared, Contrast, ContrastOutcome, against_text
from core.contrast.balance import METHOD as BALANCE
from core.contrast.differences import MOVER, NEWCOMBE, RMST, Area, Difference, MeanDifference
from core.contrast.groups import RULE
from core.cox import METHOD as COX
from core.options import DAYS_PER_MONTH, Options
from core.report.cells import count, fewer_than, parts
from core.report.description import characteristic_json, response_json
from core.report.safety import SUMS, term_json
from core.report.selection import cohort_json
from core.report.survival import follow_up_json, group_json, logrank_json
from core.small_groups import hides
from core.strata import CONTRAST_LEVELS
from core.term_counts import TermToxicity

Json = dict[str, Any]


def contrast_json(
    found: Contrast, endpoints: Sequence[str], tau_months: float | None = None, landmark_days: float | None = None
) -> Json:
    """
    Everything of a comparison: what `python -m core contrast` prints.

    Parameters
    ----------
    found : Contrast
    endpoints : keys of `ENDPOINTS`, among those the version has
    tau_months : horizon of the restricted means; None = the default one
    landmark_days : None = everybody counts from the start
    """
    outcomes = found.outcomes(endpoints, tau_months, landmark_days)
    return {
        "cohort": cohort_json(found.version, found.options),
        **groups_json(found.compared, found.options),
        "endpoints": {key: outcome_json(one, found.options) for key, one in outcomes.items()},
        "baseline": baseline_json(found),
        "response": rates_json(found),
        "toxicity": toxicity_json(found),
        "warnings": [asdict(one) for one in (found.known_later if landmark_days is None else ())],
    }


def groups_json(compared: Compared, options: Options) -> Json:
    """A and B as queries, in words and in numbers, and their overlap."""
    size = compared.told
    queries = (compared.a.query(), against_text(compared.b))
    whole = ((size.a_courses, size.a_patients), (size.b_courses, size.b_patients))
    groups = {
        level: {
            "query": query,
            "sentence": sentence,
            "n_courses": count(courses, options),
            "n_patients": count(patients, options),
            "compared_courses": count(left, options),
        }
        for level, query, sentence, (courses, patients), left in zip(
            CONTRAST_LEVELS, queries, compared.sentences, whole, compared.n, strict=True
        )
    }
    overlap = {
        "courses": count(size.both_courses, options),
        "patients": count(size.both_patients, options),
        "neither": count(size.neither, options) if compared.b is None else None,
        "sentence": compared.overlap,
        "rule": RULE,
    }
    return {"groups": groups, "overlap": overlap}


def outcome_json(one: ContrastOutcome, options: Options) -> Json:
    """One endpoint of A and of B, and what differs."""
    if one.refusal:
        return {"groups": None, "reason": one.refusal}
    curves = [group.curve for group in one.groups]
    events = parts([curve.n_events for curve in curves], [curve.n for curve in curves], options)
    shown = [group_json(group, options) | {"events": n} for group, n in zip(one.groups, events, strict=True)]
    shown = both_or_neither(shown, options)
    for place, group in enumerate(shown):
        group["without_time"] = count(one.without_time[place], options)
        group["before_landmark"] = count(one.before_landmark[place], options)
        group["follow_up"] = follow_up_json(one.follow_up[place] if one.follow_up else None)
    return {
        "groups": dict(zip(CONTRAST_LEVELS, shown, strict=True)),
        "milestones": [
            {"month": month, **_difference(found, [group["survival"][place] for group in shown], options)}
            for place, (month, found) in enumerate(one.milestones)
        ],
        "milestones_method": MOVER,
        "landmark": _months(one.landmark),
        "notices": [notice.message for notice in one.notices],
        "rmst": _restricted(one.restricted),
        "logrank": logrank_json(one.log_rank),
        "cox": {
            "reference": "B",
            "hr": one.hazard.hr,
            "lower": one.hazard.lower,
            "upper": one.hazard.upper,
            "p": one.hazard.p,
            "proportional_hazards": asdict(one.hazard.proportional) if one.hazard.proportional else None,
            "reason": one.hazard.reason,
            "method": COX,
        },
        "reason": None,
    }


def baseline_json(found: Contrast) -> Json:
    """Table 1 of A and of B with standardised differences."""
    options, rows = found.options, []
    sides = [found.baseline.groups[level] for level in CONTRAST_LEVELS]
    for a, b, balance in zip(*sides, found.balance, strict=True):
        shown = both_or_neither([characteristic_json(one, options) for one in (a, b)], options)
        hidden = options.min_cell > 1 and any(_hidden(one) for one in shown)
        rows.append(
            {
                "field": a.field,
                "label": a.label,
                "A": _without_name(shown[0]),
                "B": _without_name(shown[1]),
                "standardised_difference": None if hidden else balance.difference,
                "reason": fewer_than(options) if hidden else balance.reason,
            }
        )
    return {"rows": rows, "method": BALANCE}


def rates_json(found: Contrast) -> Json:
    """Responses of A and of B, and the difference of their rates."""
    options = found.options
    groups = found.response.groups
    shown = [response_json(one, options) for one in groups]
    if hides(options):  # sums of rounded counts are wrong: each rate has its own
        shown = [
            one | {"orr": asdict(group.orr), "dcr": asdict(group.dcr)} for one, group in zip(shown, groups, strict=True)
        ]
    shown = both_or_neither(shown, options)
    rates = {}
    for name, one in found.rates.items():
        sides = [
            {"survival": group[name]["percent"], "reason": group[name]["reason"]} if options.min_cell > 1 else None
            for group in shown
        ]
        rates[name] = _difference(one, sides, options)
    return {**dict(zip(CONTRAST_LEVELS, shown, strict=True)), "differences": rates, "method": NEWCOMBE}


def toxicity_json(found: Contrast) -> list[Json]:
    """Every term assessed in A or in B: counts of both, and the difference of grade 3 or more."""
    options, rows = found.options, []
    for a, b in zip(*(found.toxicity.of(level) for level in CONTRAST_LEVELS), strict=True):
        if a.assessed or b.assessed:
            shown = both_or_neither([_term(one, options) for one in (a, b)], options)
            sides = [
                {"survival": None if one["assessed"] is None else one["grade_3_up"], "reason": one["reason"]}
                for one in shown
            ]
            rows.append(
                {
                    "term": a.term,
                    "group": a.group,
                    "A": _without_name(shown[0]),
                    "B": _without_name(shown[1]),
                    "grade_3_up_difference": _difference(found.harms[a.term], sides, options),
                }
            )
    return rows


def _term(row: TermToxicity, options: Options) -> Json:
    """One term; while counts are rounded its sums are those that are told, as sums of rounded counts are wrong."""
    shown = term_json(row, options)
    return shown | {name: getattr(row, name) for name in SUMS} if hides(options) and row.assessed else shown


def both_or_neither(pair: Sequence[Any], options: Options) -> list[Any]:
    """Two alike objects; with suppression, a number that one of them lacks is taken from the other too."""
    if options.min_cell <= 1:
        return list(pair)
    a, b = pair
    if isinstance(a, dict) and isinstance(b, dict):
        both = {name: both_or_neither((a[name], b[name]), options) for name in a if name in b}
        return [{name: values[side] for name, values in both.items()} for side in (0, 1)]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        items = [both_or_neither(one, options) for one in zip(a, b, strict=True)]
        return [[one[side] for one in items] for side in (0, 1)]
    numbers = (int, float)
    if (a is None and isinstance(b, numbers)) or (b is None and isinstance(a, numbers)):
        return [None, None]
    return [a, b]


def _hidden(shown: Json) -> bool:
    if shown["n"] is None or shown["missing"] is None:
        return True
    if "levels" in shown:
        return any(level["n"] is None for level in shown["levels"])
    return shown["median"] is None


def _difference(found: Difference, sides: Sequence[Json | None], options: Options) -> Json:
    """A difference of shares; None where one of them is not shown."""
    reason = next((one["reason"] for one in sides if one and one["survival"] is None), None)
    if options.min_cell > 1 and any(one is not None and one["survival"] is None for one in sides):
        nothing = dict.fromkeys(("a", "b", "difference", "lower", "upper"))
        return {**nothing, "reason": found.reason or reason or fewer_than(options)}
    return asdict(found)


def _restricted(found: MeanDifference) -> Json:
    def area(one: Area) -> Json:
        return {"mean": _months(one.mean), "standard_error": _months(one.standard_error)}

    return {
        "tau": _months(found.tau),
        "A": area(found.a),
        "B": area(found.b),
        "difference": _months(found.difference),
        "standard_error": _months(found.standard_error),
        "lower": _months(found.lower),
        "upper": _months(found.upper),
        "p": found.p,
        "reason": found.reason,
        "method": RMST,
    }


def _without_name(shown: Json) -> Json:
    return {name: value for name, value in shown.items() if name not in ("field", "label", "term", "group")}


def _months(days: float | None) -> float | None:
    return None if days is None else days / DAYS_PER_MONTH

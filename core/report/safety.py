"""Toxicity and malignancies as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.malignancies import Malignancy
from core.options import Options
from core.report.cells import count, counts, part, with_sums
from core.term_counts import GRADES, TermToxicity

Json = dict[str, Any]

NOT_ASSESSED = "Not assessed: no value, grade or follow-up of it in these courses."
SUMS = {"any_grade_highest": (1, 2, 3, 4, 5), "grade_3_4": (3, 4), "grade_3_up": (3, 4, 5)}
"""Which grades a count sums."""
RELATIVE = "Graded relative to the baseline already, so it has no delta."


def term_json(row: TermToxicity, options: Options) -> Json:
    """One term of everybody selected: an item of `toxicity` of the command line's object."""
    known = row.assessed > 0

    def shown(n: int | None) -> int | None:
        return None if n is None or not known else part(n, row.assessed, options)

    highest, sums = with_sums(row.highest, SUMS, options)
    deltas = (*(row.delta or (0,) * len(GRADES)), row.delta_missing or 0)
    delta, worsened = with_sums(deltas, {"any_grade_delta": range(1, len(GRADES))}, options)
    related = known and row.delta is not None
    return {
        "term": row.term,
        "group": row.group,
        "assessed": count(row.assessed, options),
        "highest": _by_grade(highest if known else ()),
        "any_grade_highest": sums["any_grade_highest"] if known else None,
        "any_grade_delta": worsened["any_grade_delta"] if related else None,
        "grade_3_4": sums["grade_3_4"] if known else None,
        "grade_3_up": sums["grade_3_up"] if known else None,
        "pre_existing": shown(row.pre_existing),
        "emergent": shown(row.emergent),
        "baseline_any": shown(row.baseline_any),
        "delta": _by_grade(delta[:-1] if related else ()),
        "delta_missing": delta[-1] if related else None,
        "patterns": _patterns(row, options),
        "reason": NOT_ASSESSED if not known else RELATIVE if row.delta is None else None,
    }


def _by_grade(numbers: Sequence[int | None]) -> Mapping[str, int | None]:
    """Counts by grade; without any, None for each."""
    return {str(grade): n for grade, n in zip(GRADES, numbers or (None,) * len(GRADES), strict=True)}


def _patterns(row: TermToxicity, options: Options) -> Mapping[str, int | None]:
    shown = counts(list(row.patterns.values()), options)
    return {pattern or "not stated": n for pattern, n in zip(row.patterns, shown, strict=True)}


def malignancy_json(one: Malignancy, options: Options) -> Json:
    """One haematological malignancy: an item of `malignancies` of the command line's object."""
    n = count(one.n, options)
    related = sum(stated is True for stated in one.related)
    every_case = options.min_cell <= 1  # a case is a single patient
    cases = [
        {"months_since_first_cycle": months, "related": stated}
        for months, stated in zip(one.months_since_first_cycle, one.related, strict=True)
    ]
    return {
        "term": one.term,
        "n": n,
        "months_since_first_cycle": list(one.months_since_first_cycle) if every_case else [],
        "related": None if n is None else part(related, one.n, options),
        "cases": cases if every_case else [],
        "before": count(one.before, options),
        "of": count(one.of, options),
    }

"""Toxicity and malignancies as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.malignancies import Malignancy
from core.options import Options
from core.report.cells import count, counts
from core.term_counts import GRADES, TermToxicity

Json = dict[str, Any]

NOT_ASSESSED = "Not assessed: no value, grade or follow-up of it in these courses."
RELATIVE = "Graded relative to the baseline already, so it has no delta."


def term_json(row: TermToxicity, options: Options) -> Json:
    """One term of everybody selected: an item of `toxicity` of the command line's object."""
    known = row.assessed > 0

    def shown(n: int | None) -> int | None:
        return None if n is None or not known else count(n, options)

    return {
        "term": row.term,
        "group": row.group,
        "assessed": count(row.assessed, options),
        "highest": _by_grade(row.highest, options, known),
        "any_grade_highest": shown(row.any_grade_highest),
        "any_grade_delta": shown(row.any_grade_delta),
        "grade_3_4": shown(row.grade_3_4),
        "grade_3_up": shown(row.grade_3_up),
        "pre_existing": shown(row.pre_existing),
        "emergent": shown(row.emergent),
        "baseline_any": shown(row.baseline_any),
        "delta": _by_grade(row.delta or (0,) * len(GRADES), options, known and row.delta is not None),
        "delta_missing": shown(row.delta_missing),
        "patterns": _patterns(row, options),
        "reason": NOT_ASSESSED if not known else RELATIVE if row.delta is None else None,
    }


def _by_grade(numbers: Sequence[int], options: Options, known: bool) -> Mapping[str, int | None]:
    shown = counts(numbers, options) if known else [None] * len(GRADES)
    return {str(grade): n for grade, n in zip(GRADES, shown, strict=True)}


def _patterns(row: TermToxicity, options: Options) -> Mapping[str, int | None]:
    shown = counts(list(row.patterns.values()), options)
    return {pattern or "not stated": n for pattern, n in zip(row.patterns, shown, strict=True)}


def malignancy_json(one: Malignancy, options: Options) -> Json:
    """One haematological malignancy: an item of `malignancies` of the command line's object."""
    n = count(one.n, options)
    related = sum(stated is True for stated in one.related)
    cases = [
        {"months_since_first_cycle": months, "related": stated}
        for months, stated in zip(one.months_since_first_cycle, one.related, strict=True)
    ]
    return {
        "term": one.term,
        "n": n,
        "months_since_first_cycle": [] if n is None else list(one.months_since_first_cycle),
        "related": None if n is None else count(related, options),
        "cases": [] if n is None else cases,
        "before": count(one.before, options),
        "of": count(one.of, options),
    }

"""One term of the toxicity table, counted from cells of equal courses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.fields import TERM_GROUP
from core.grading import RELATIVE_TERMS
from core.notice import Notice
from core.options import Options
from core.small_groups import hides, rounded, rounded_values
from core.sql.safety import GradeCell

GRADES = (0, 1, 2, 3, 4, 5)
Grades = tuple[int, int, int, int, int, int]
_SINGLE = (
    *("assessed", "any_grade_highest", "any_grade_delta", "grade_3_4", "grade_3_up", "pre_existing", "emergent"),
    *("baseline_any", "delta_missing", "ungraded", "without_limit", "not_followed"),
)
"""Counts of a row beside those by grade and by pattern."""


@dataclass(frozen=True)
class TermToxicity:
    """One term in one group of courses.

    Parameters
    ----------
    level : group of courses, "" = everybody selected
    term : name of `core.fields.TERMS`
    group : haematological, hepatic, renal or other
    assessed : courses whose highest grade is known and counts: the denominator
    highest : courses by highest grade 0, 1, 2, 3, 4, 5
    any_grade_highest : highest grade 1 or more
    any_grade_delta : delta 1 or more; None for a term graded relative to its baseline
    grade_3_4, grade_3_up : highest grade 3 or 4; 3, 4 or 5
    pre_existing : with an event of the term that began before the first day of the course
    emergent : with an event that began on the first day or later
    baseline_any : baseline grade 1 or more
    delta : courses by delta 0, 1, 2, 3, 4, 5; None as above
    delta_missing : assessed courses without a baseline grade; None as above
    patterns : courses with highest grade 1 or more, by pattern of their events; "" = not stated
    ungraded : laboratory values in the window whose unit is unknown
    without_limit : courses not assessed because grade 0 and 1 cannot be told apart without the limit of normal
    not_followed : courses with a grade of 1 or more that are not counted, as they were not followed up
    """

    level: str
    term: str
    group: str
    assessed: int
    highest: tuple[int, int, int, int, int, int]
    any_grade_highest: int
    any_grade_delta: int | None
    grade_3_4: int
    grade_3_up: int
    pre_existing: int
    emergent: int
    baseline_any: int
    delta: tuple[int, int, int, int, int, int] | None
    delta_missing: int | None
    patterns: Mapping[str, int]
    ungraded: int
    without_limit: int
    not_followed: int


def _sum(cells: Iterable[GradeCell]) -> int:
    return sum(one.n for one in cells)


def count_term(term: str, level: str, cells: Iterable[GradeCell]) -> TermToxicity:
    """The row of a term and level, from its cells."""
    found = list(cells)
    assessed = [one for one in found if one.assessed]
    highest: Counter[int | None] = Counter()
    delta: Counter[int | None] = Counter()
    patterns: Counter[str] = Counter()
    for one in assessed:
        highest[one.highest] += one.n
        delta[one.delta] += one.n
        if one.highest and (one.pre_existing or one.emergent):
            patterns[one.pattern or ""] += one.n
    relative = term in RELATIVE_TERMS
    n0, n1, n2, n3, n4, n5 = (highest[grade] for grade in GRADES)
    d0, d1, d2, d3, d4, d5 = (delta[grade] for grade in GRADES)
    return TermToxicity(
        level=level,
        term=term,
        group=TERM_GROUP[term],
        assessed=_sum(assessed),
        highest=(n0, n1, n2, n3, n4, n5),
        any_grade_highest=n1 + n2 + n3 + n4 + n5,
        any_grade_delta=None if relative else sum(n for one, n in delta.items() if one),
        grade_3_4=n3 + n4,
        grade_3_up=n3 + n4 + n5,
        pre_existing=_sum(one for one in assessed if one.pre_existing),
        emergent=_sum(one for one in assessed if one.emergent),
        baseline_any=_sum(one for one in assessed if one.baseline),
        delta=None if relative else (d0, d1, d2, d3, d4, d5),
        delta_missing=None if relative else delta[None],
        patterns=dict(sorted(patterns.items())),
        ungraded=sum(one.ungraded for one in found),
        without_limit=sum(one.without_limit for one in found),
        not_followed=_sum(one for one in found if one.highest and not one.assessed),
    )


def told(row: TermToxicity, options: Options) -> TermToxicity:
    """The row with its counts as they may be told."""
    if not hides(options):
        return row

    def grades(counts: Grades) -> Grades:
        n0, n1, n2, n3, n4, n5 = (rounded(n, options) for n in counts)
        return n0, n1, n2, n3, n4, n5

    counts: dict[str, Any] = {name: getattr(row, name) for name in _SINGLE}
    counts = {name: None if n is None else rounded(n, options) for name, n in counts.items()}
    delta = None if row.delta is None else grades(row.delta)
    patterns = rounded_values(row.patterns, options)
    return replace(row, highest=grades(row.highest), delta=delta, patterns=patterns, **counts)


def toxicity_notices(rows: Iterable[TermToxicity], *, anything: bool) -> tuple[Notice, ...]:
    """What a reader should know of the rows of everybody; `anything`: whether any grade is known."""
    if not anything:
        return (
            Notice("no_toxicity", "No grade, laboratory value or event of these courses is known: nothing to count."),
        )
    said = []
    for code, attribute, text in (
        ("unit_unknown", "ungraded", "laboratory values in the window were not graded, as their unit is not known"),
        ("limit_missing", "without_limit", "courses are not assessed, as grade 0 and 1 need the limit of normal"),
        ("not_followed", "not_followed", "graded courses are left out, as their adverse events were not followed up"),
    ):
        concerned = {row.term: getattr(row, attribute) for row in rows if getattr(row, attribute)}
        if concerned:
            listed = ", ".join(f"{term} {n}" for term, n in concerned.items())
            said.append(Notice(code, f"Some {text}: {listed}.", sum(concerned.values())))
    return tuple(said)

"""The toxicity tables as the paper prints them: Table 2, adverse events above 10 %; Table 3, distribution of delta."""

from __future__ import annotations

from dataclasses import dataclass

from core.term_counts import TermToxicity

GROUP_ORDER = ("haematological", "hepatic", "renal", "other")
ABOVE_PERCENT = 10.0
"""Terms are listed when they concern more than this percentage of the courses assessed."""


@dataclass(frozen=True)
class CommonTerm:
    """A row of Table 2.

    Parameters
    ----------
    term, group : as in the toxicity table
    assessed : denominator
    any_grade, any_grade_percent : delta 1 or more for a laboratory term with a delta, else highest grade 1 or more
    by_delta : which of the two
    grade_3_4, grade_3_4_percent : highest grade 3 or 4, the paper's "grade 3"
    """

    term: str
    group: str
    assessed: int
    any_grade: int
    any_grade_percent: float
    by_delta: bool
    grade_3_4: int
    grade_3_4_percent: float


@dataclass(frozen=True)
class DeltaRow:
    """A row of Table 3: courses by delta 1, 2, 3, 4, and percentages of its total, all with delta 1 or more."""

    term: str
    counts: tuple[int, int, int, int]
    percents: tuple[float, float, float, float]
    total: int


def any_grade(row: TermToxicity) -> tuple[int, bool]:
    """The paper's "any grade" of a term, and whether it is by delta: so for blood, albumin and kidney."""
    if row.any_grade_delta is not None and row.group != "other":
        return row.any_grade_delta, True
    return row.any_grade_highest, False


def common_terms(rows: tuple[TermToxicity, ...], above_percent: float = ABOVE_PERCENT) -> tuple[CommonTerm, ...]:
    """
    Table 2 of the paper for one level of a toxicity result (`Toxicity.of`): by group, then by frequency.

    Parameters
    ----------
    rows : tuple of TermToxicity
    above_percent : float
        A term is listed when its "any grade" concerns more than this percentage of the courses assessed.
    """
    listed = []
    for row in rows:
        n, by_delta = any_grade(row)
        if row.assessed and 100 * n > above_percent * row.assessed:
            percents = [100 * count / row.assessed for count in (n, row.grade_3_4)]
            listed.append(
                CommonTerm(row.term, row.group, row.assessed, n, percents[0], by_delta, row.grade_3_4, percents[1])
            )
    order = {row.term: place for place, row in enumerate(rows)}
    return tuple(
        sorted(listed, key=lambda one: (GROUP_ORDER.index(one.group), -one.any_grade_percent, order[one.term]))
    )


def delta_rows(rows: tuple[TermToxicity, ...], above_percent: float = ABOVE_PERCENT) -> tuple[DeltaRow, ...]:
    """Table 3 of the paper: the delta of the haematological terms of Table 2, the most frequent first."""
    chosen = {one.term for one in common_terms(rows, above_percent) if one.group == "haematological"}
    found = []
    for row in rows:
        if row.term in chosen and row.delta is not None:
            counts = row.delta[1:5]
            total = sum(row.delta[1:])
            first, second, third, fourth = (100 * n / total if total else 0.0 for n in counts)
            found.append(DeltaRow(row.term, counts, (first, second, third, fourth), total))
    return tuple(sorted(found, key=lambda one: -one.total))

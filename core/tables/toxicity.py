"""Toxicity by term and grade, delta highest grade, and the shift from baseline, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from core.dictionary import Field
from core.fields import TERM_GROUP
from core.figures.names import level_label, sentence_case
from core.formats import NOT_ESTIMABLE, count, count_percent, plural
from core.malignancies import Malignancy
from core.tables.table import INDENT, Table
from core.term_counts import TermToxicity
from core.toxicity import Shift, Toxicity
from core.toxicity_preset import ABOVE_PERCENT, any_grade

GROUPS = {"haematological": "Haematological", "hepatic": "Hepatic", "renal": "Renal", "other": "Other"}
DELTA_TERMS = ("lymphopenia", "thrombocytopenia", "anaemia", "leukopenia")
"""The terms of the paper's table of delta highest grades."""
NOTIONS = {
    "highest": "Any grade, highest",
    "delta": "Any grade, delta",
    "paper": "As in the paper",
}


def ordered(rows: Sequence[TermToxicity], notion: str) -> list[TermToxicity]:
    """Assessed terms by group, then by frequency; the paper's preset keeps those above 10 % of the assessed."""
    shown = [one for one in rows if one.assessed]
    if notion == "paper":
        shown = [one for one in shown if _any(one, notion) > ABOVE_PERCENT / 100 * one.assessed]
    places = {group: place for place, group in enumerate(GROUPS)}
    return sorted(shown, key=lambda one: (places[one.group], -_any(one, notion) / one.assessed, one.term))


def _any(one: TermToxicity, notion: str) -> int:
    """Any grade by a notion; the paper's is `core.toxicity_preset.any_grade`."""
    if notion == "paper":
        return any_grade(one)[0]
    return one.any_grade_delta if notion == "delta" and one.any_grade_delta is not None else one.any_grade_highest


def toxicity_table(found: Toxicity, notion: str = "highest", level: str = "", min_cell: int = 0) -> Table:
    """Terms by group and frequency: any grade, each grade, grade 3-4; a course counts once per term.

    Parameters
    ----------
    found : grades of a selection
    notion : key of `NOTIONS`
    level : of the strata; "" = everybody
    min_cell : counts below it are suppressed
    """
    rows, keys, group = [], [], ""
    terms = ordered(found.of(level), notion)
    last = 5 if any(one.highest[5] for one in terms) else 4
    heads = ("Term", "N assessed", "Any grade", *(f"Grade {grade}" for grade in range(1, last + 1)), "Grade 3\u20134")
    for one in terms:
        if one.group != group:
            group = one.group
            rows.append((GROUPS[group], *[""] * (len(heads) - 1)))
            keys.append("")
        grades = [count_percent(n, one.assessed, min_cell) for n in (*one.highest[1 : last + 1], one.grade_3_4)]
        anyone = count_percent(_any(one, notion), one.assessed, min_cell)
        rows.append((INDENT + sentence_case(one.term), count(one.assessed), anyone, *grades))
        keys.append(one.term)
    return Table(
        title="Adverse events by CTCAE grade",
        columns=heads,
        rows=tuple(rows),
        notes=_notes(found, notion),
        keys=tuple(keys),
    )


def _notes(found: Toxicity, notion: str) -> tuple[str, ...]:
    said = {
        "highest": "Any grade: highest grade in the window of 1 or more.",
        "delta": "Any grade: worsened from baseline (delta of 1 or more); terms graded relative to an abnormal "
        "baseline, and symptoms without a baseline grade, by their highest grade.",
        "paper": "As in the paper: blood, albumin and kidney by delta, the rest by highest grade; terms above 10%.",
    }
    return (
        said[notion] + " Each grade: highest grade. Percent of the number assessed for the term.",
        found.method + ".",
        *(str(one) for one in found.warnings),
    )


def compared_table(
    found: Toxicity, notion: str = "highest", min_cell: int = 0, field: Field | None = None
) -> Table | None:
    """Any grade and grade 3-4 of each term, one pair of columns a level; None without strata.

    Parameters
    ----------
    found : grades of a selection
    notion : key of `NOTIONS`
    min_cell : counts below it are suppressed
    field : that divides the groups, for their names
    """
    if found.by is None or not found.levels:
        return None
    rows = []
    for one in ordered(found.of(), notion):
        cells = [sentence_case(one.term)]
        for level in found.levels:
            there = found.term(one.term, level)
            cells.append(count_percent(_any(there, notion), there.assessed, min_cell))
            cells.append(count_percent(there.grade_3_4, there.assessed, min_cell))
        rows.append(tuple(cells))
    spanners = [
        f"{level_label(level, field)} (n = {count(found.level_sizes[level])})"
        for level in found.levels
        for _ in range(2)
    ]
    return Table(
        title="Adverse events by group",
        columns=("Term", *["Any grade", "Grade 3\u20134"] * len(found.levels)),
        spanners=("", *spanners),
        rows=tuple(rows),
    )


def delta_table(found: Toxicity, level: str = "", min_cell: int = 0) -> Table:
    """Distribution of delta highest grade among those that worsened; percent of the row's own total."""
    rows = []
    terms = [one for one in found.of(level) if one.term in DELTA_TERMS and one.delta is not None]
    for one in sorted(terms, key=lambda row: DELTA_TERMS.index(row.term)):
        worsened = one.any_grade_delta or 0
        cells = [count_percent(n, worsened, min_cell) for n in (one.delta or ())[1:5]]
        rows.append((sentence_case(one.term), *cells, count(worsened), count(one.delta_missing or 0)))
    return Table(
        title="Delta highest grade of haematological toxicity",
        columns=("Term", "Delta 1", "Delta 2", "Delta 3", "Delta 4", "Total", "Baseline missing"),
        rows=tuple(rows),
        notes=("Delta: highest grade minus baseline grade. Percent of the row's total.",),
    )


def shift_table(found: Shift) -> Table:
    """Baseline grade (rows) against highest grade (columns), missing included where there is any."""
    names = [f"Grade {grade}" for grade in range(6)] + ["Missing"]
    rows_shown = [place for place in range(7) if place < 5 or any(found.counts[place])]
    columns_shown = [place for place in range(7) if place < 5 or any(row[place] for row in found.counts)]
    rows = tuple(
        (names[row], *(count(found.counts[row][column]) for column in columns_shown), count(found.rows[row]))
        for row in rows_shown
    )
    return Table(
        title=f"{sentence_case(found.term)}: baseline against highest grade",
        columns=("Baseline", *(names[place] for place in columns_shown), "Total"),
        spanners=("", *["Highest grade in the window"] * len(columns_shown), ""),
        rows=rows,
        notes=(f"{plural(found.assessed, 'course')} assessed of {count(found.n)}.",),
    )


def pattern_sentence(one: TermToxicity) -> str:
    """How the events of a term ran: "pre-existing 44, single 10, transient 9 of 63"; empty without any."""
    if not one.any_grade_highest or TERM_GROUP[one.term] != "other":
        return ""
    told = [f"{name or 'pattern not stated'} {n}" for name, n in one.patterns.items()]
    before = f"; {count(one.pre_existing)} began before the course" if one.pre_existing else ""
    return f"{sentence_case(one.term)}: {', '.join(told) or NOT_ESTIMABLE} of {count(one.any_grade_highest)}{before}."


def malignancy_table(found: Sequence[Malignancy]) -> Table:
    """Haematological malignancies: patients, months since the first cycle, relation to PRRT."""
    names = {"MDS": "Myelodysplastic syndrome", "leukaemia": "Leukaemia"}
    stated = {True: "related", False: "not related", None: "relation not stated"}
    rows = []
    for one in found:
        cases = zip(one.months_since_first_cycle, one.related, strict=True)
        when = "; ".join(f"{months:.1f} months ({stated[related]})" for months, related in cases)
        rows.append((names[one.term], count_percent(one.n, one.of), when or NOT_ESTIMABLE))
    return Table(
        title="Haematological malignancies",
        columns=("Diagnosis", "n", "Months since first cycle (relation to PRRT)"),
        rows=tuple(rows),
        notes=("Collected without end of observation; percent of the courses selected.",),
    )

"""Toxicity of a selection: courses per term and CTCAE grade, shifts from baseline, the courses behind a count.

A course counts once per term, at its highest grade in the window. The denominator is the number assessed for that term.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.cohort import CohortVersion
from core.fields import TERMS
from core.notice import Notice
from core.options import Options
from core.selection import Selection
from core.small_groups import rounded, rounded_values
from core.sql.names import table_names
from core.sql.read import stratum
from core.sql.safety import GradeCell, GradedCourse, read_grade_cells, read_graded_courses
from core.store import Store
from core.strata import Strata
from core.term_counts import TermToxicity, count_term, told, toxicity_notices

METHOD = (
    "CTCAE v5.0; highest grade from the first day to 70 days after the last cycle or to the day before the next "
    "course; delta = highest - baseline grade where positive, else 0"
)


@dataclass(frozen=True)
class Toxicity:
    """Every term of a selection.

    Parameters
    ----------
    n : courses selected
    rows : one a term for everybody, then one a term and level, in the order to show
    by, levels : what divides the courses, and its levels; None and () without strata
    level_sizes : courses per level
    method : how grades are counted
    warnings : what the reader should know
    """

    n: int
    rows: tuple[TermToxicity, ...]
    by: Strata | None
    levels: tuple[str, ...]
    level_sizes: Mapping[str, int]
    method: str
    warnings: tuple[Notice, ...]

    def of(self, level: str = "") -> tuple[TermToxicity, ...]:
        """The terms of one level; without one, of everybody selected."""
        return tuple(row for row in self.rows if row.level == level)

    def term(self, term: str, level: str = "") -> TermToxicity:
        """One row. Raises KeyError for an unknown term or level."""
        for row in self.rows:
            if (row.term, row.level) == (term, level):
                return row
        raise KeyError(f"{term}, {level}")


def toxicity(
    store: Store, version: CohortVersion, selection: Selection, options: Options, by: Strata | None = None
) -> Toxicity:
    """
    Count the grades of a selection.

    Parameters
    ----------
    store, version, selection, options
        `options.egfr` chooses the equation of chronic kidney disease.
    by : Strata, optional
        What divides the courses.

    Returns
    -------
    Toxicity
        Every term of `core.fields.TERMS`, assessed or not.

    Raises
    ------
    ValueError
        For a field that the version does not have, or strata that cannot be made.
    """
    if by is not None:
        by = store.resolve_strata(version, selection, by, options)
    sizes, cells = _cells(store, version, selection, options, by)
    order = () if by is None else tuple(by.level_order(version.fields, (one for one in sizes if one is not None)))
    everybody = _everybody(cells, by)
    overall = _count("", everybody)
    rows = list(overall)
    for level in order:
        if by is not None and by.pair[:1] == (level,):  # the first of a pair is everybody selected
            rows += [replace(row, level=level) for row in overall]
        else:
            rows += _count(level, [one for one in cells if one.stratum == level])
    rows = [told(row, options) for row in rows]
    n = sizes.get(by.pair[0], 0) if by is not None and by.pair else sum(sizes.values())
    return Toxicity(
        n=rounded(n, options),
        rows=tuple(rows),
        by=by,
        levels=order,
        level_sizes=rounded_values({level: sizes[level] for level in order}, options),
        method=METHOD,
        warnings=toxicity_notices(rows[: len(TERMS)], anything=bool(everybody)),
    )


def _cells(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    options: Options,
    by: Strata | None,
    term: str | None = None,
) -> tuple[dict[str | None, int], list[GradeCell]]:
    table = table_names(version.id).analysis
    population, group = (selection, None) if by is None else stratum(by, selection, version.fields, options, table)
    rows = store.selected(version, population, options)
    with store.cursor() as cursor:
        return read_grade_cells(cursor, table_names(version.id).grades, rows, group, options.egfr, term)


def _count(level: str, cells: list[GradeCell]) -> list[TermToxicity]:
    by_term: dict[str, list[GradeCell]] = {term: [] for term in TERMS}
    for one in cells:
        by_term[one.term].append(one)
    return [count_term(term, level, found) for term, found in by_term.items()]


def _everybody(cells: list[GradeCell], by: Strata | None) -> list[GradeCell]:
    return [one for one in cells if one.stratum == by.pair[0]] if by is not None and by.pair else cells


@dataclass(frozen=True)
class Shift:
    """Baseline against highest grade of one term.

    Parameters
    ----------
    term : name of `core.fields.TERMS`
    n : courses selected
    assessed : courses whose highest grade is known and counts
    counts : rows by baseline grade 0-5 and missing, columns by highest grade 0-5 and missing (not assessed); in all n
    rows : courses by baseline grade 0-5 and missing
    """

    term: str
    n: int
    assessed: int
    counts: tuple[tuple[int, ...], ...]
    rows: tuple[int, ...]


def shift(store: Store, version: CohortVersion, selection: Selection, term: str, options: Options) -> Shift:
    """
    Cross baseline and highest grade of a term, missing ones included.

    Raises
    ------
    ValueError
        For an unknown term.
    """
    _check_term(term)
    sizes, cells = _cells(store, version, selection, options, None, term)
    n = sum(sizes.values())
    counts = [[0] * 7 for _ in range(7)]
    for one in cells:
        row = 6 if one.baseline is None else one.baseline
        counts[row][one.highest if one.assessed and one.highest is not None else 6] += one.n
    counts[6][6] += n - sum(map(sum, counts))
    assessed = sum(sum(row[:6]) for row in counts)
    totals = tuple(rounded(sum(row), options) for row in counts)
    cells_told = tuple(tuple(rounded(k, options) for k in row) for row in counts)
    return Shift(term, rounded(n, options), rounded(assessed, options), cells_told, totals)


@dataclass(frozen=True)
class Cell:
    """Which courses of a term are meant; an empty tuple = whatever the value, None in it = missing.

    Parameters
    ----------
    highest, baseline, delta : grades
    pre_existing : True: with an event that began before the first day
    pattern : of the events
    assessed : only courses in the denominator
    """

    highest: tuple[int | None, ...] = ()
    baseline: tuple[int | None, ...] = ()
    delta: tuple[int | None, ...] = ()
    pre_existing: tuple[bool, ...] = ()
    pattern: tuple[str | None, ...] = ()
    assessed: tuple[bool, ...] = (True,)


ANY_GRADE_HIGHEST = Cell(highest=(1, 2, 3, 4, 5))
ANY_GRADE_DELTA = Cell(delta=(1, 2, 3, 4, 5))
GRADE_3_4 = Cell(highest=(3, 4))
GRADE_3_UP = Cell(highest=(3, 4, 5))


def patients(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    term: str,
    cell: Cell | int,
    options: Options,
    limit: int = 1_000,
) -> tuple[GradedCourse, ...]:
    """
    The courses behind a count of the toxicity table, worst first.

    Parameters
    ----------
    store, version, selection, options
    term : str
    cell : Cell or int
        What was clicked; an int is one highest grade.
    limit : int
        At most so many courses.

    Raises
    ------
    ValueError
        For an unknown term.
    """
    _check_term(term)
    chosen = Cell(highest=(cell,)) if isinstance(cell, int) else cell
    wanted = {name: getattr(chosen, name) for name in Cell.__dataclass_fields__ if getattr(chosen, name)}
    names = table_names(version.id)
    rows = store.selected(version, selection, options)
    with store.cursor() as cursor:
        tables = (names.grades, names.analysis)
        dated = "first_cycle_date" in version.fields
        return tuple(read_graded_courses(cursor, tables, rows, term, options.egfr, wanted, limit, dated=dated))


def _check_term(term: str) -> None:
    if term not in TERMS:
        raise ValueError(f"'{term[:60]}' is not a term; these are: {', '.join(TERMS)}.")

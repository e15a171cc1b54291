"""The analysis file: what every result of a selection is computed from, one row a course, for other software.

The columns are the fields of the cohort under their canonical names with derived values filled in, then the endpoints
(`pfs_days`, `pfs_event`, `pfs_reason`, ...) and the grades (`anaemia_baseline_grade`, `anaemia_highest_grade`,
`anaemia_delta_grade`, `anaemia_pre_existing`, `anaemia_assessed`). Times are in days; an empty cell is a missing value;
yes/no fields hold `yes` and `no`, dates are ISO. Options decide the eGFR equation and the rule of new treatments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.cohort import CohortVersion
from core.derived import ENDPOINT_FIELDS
from core.fields import TERMS, slug
from core.options import Options
from core.selection import Selection
from core.spreadsheet import guarded, write_csv
from core.sql.names import table_names
from core.sql.wide import CourseGrade, read_course_grades
from core.store import Store

GRADE_PARTS = ("baseline_grade", "highest_grade", "delta_grade", "pre_existing", "assessed")
_GRADE_FIELDS = frozenset(f"{slug(term)}_{part}" for term in TERMS for part in GRADE_PARTS)


@dataclass(frozen=True)
class AnalysisFile:
    """One row a selected course, as text cells.

    Parameters
    ----------
    header : names of the columns
    columns : cells of each column, in the order of the cohort's rows; "" = missing
    n : courses
    """

    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    n: int

    def write(self, path: Path) -> None:
        """Write the file as CSV in UTF-8. Raises OSError."""
        with path.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, self.header, zip(*self.columns, strict=True))


def analysis_file(store: Store, version: CohortVersion, selection: Selection, options: Options) -> AnalysisFile:
    """
    Collect the analysis file of a selection.

    Parameters
    ----------
    store, version, selection, options

    Returns
    -------
    AnalysisFile
        Of a synthetic cohort it has a column `synthetic`, which says so on every row.

    Raises
    ------
    ValueError
        A sentence, when small counts are to be suppressed: every row is one patient.
    """
    if options.min_cell > 1 or options.round_to > 1:
        raise ValueError(
            "The analysis file has one row per course, so counts below a minimum cannot be suppressed in it; "
            "export it without --min-cell and --round-to, or export a table."
        )
    endpoints = [name for name in ENDPOINT_FIELDS if name.partition("_")[0] in version.endpoints]
    fields = [name for name in version.fields if name not in _GRADE_FIELDS]
    values = store.columns(version, selection, ("course_row", *fields, *endpoints), options)
    rows = values.pop("course_row").astype(int)
    described = {**version.fields, **ENDPOINT_FIELDS}
    columns = {name: _cells(column, described[name].type) for name, column in values.items()}
    with store.cursor() as cursor:
        chosen = store.selected(version, selection, options)
        found = read_course_grades(cursor, table_names(version.id).grades, chosen, options.egfr)
    columns |= _grade_columns(found, {int(row): i for i, row in enumerate(rows)})
    if version.synthetic:
        columns["synthetic"] = ("yes",) * len(rows)
    return AnalysisFile(tuple(columns), tuple(columns.values()), len(rows))


def _cells(values: np.ndarray, kind: str) -> tuple[str, ...]:
    """A column as text: numbers in the fewest digits that give the same number back, text guarded."""
    listed = values.tolist() if kind != "date" else np.datetime_as_string(values).tolist()
    if kind in ("number", "integer"):
        return tuple("" if one != one else number_cell(one) for one in listed)
    if kind == "yes_no":
        return tuple("" if one is None else "yes" if one else "no" for one in listed)
    if kind == "date":
        return tuple("" if one == "NaT" else one for one in listed)
    return tuple("" if one is None else guarded(str(one)) for one in listed)


def number_cell(value: float) -> str:
    """A number in the fewest digits that give the same number back."""
    return str(int(value)) if value.is_integer() else repr(value)


def _grade_columns(grades: Sequence[CourseGrade], place: Mapping[int, int]) -> dict[str, tuple[str, ...]]:
    """The columns of every term of which anything is known, in the order of the terms."""
    by_term: dict[str, list[CourseGrade]] = {}
    for one in grades:
        by_term.setdefault(one.term, []).append(one)
    columns: dict[str, tuple[str, ...]] = {}
    for term in TERMS:
        if term not in by_term:
            continue
        cells = {part: [""] * len(place) for part in GRADE_PARTS}
        for one in by_term[term]:
            row = place[one.course_row]
            for part, grade in zip(GRADE_PARTS, (one.baseline, one.highest, one.delta), strict=False):
                cells[part][row] = "" if grade is None else str(grade)
            cells["pre_existing"][row] = "yes" if one.pre_existing else "no"
            cells["assessed"][row] = "yes" if one.assessed else "no"
        columns |= {f"{slug(term)}_{part}": tuple(listed) for part, listed in cells.items()}
    return columns

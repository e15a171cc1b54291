"""Haematological malignancies of a selection, collected without end and reported apart from the toxicity window."""

from __future__ import annotations

from dataclasses import dataclass

from core.cohort import CohortVersion
from core.options import DAYS_PER_MONTH, Options
from core.selection import Selection
from core.small_groups import hides, rounded
from core.sql.names import table_names
from core.sql.safety import read_malignancies
from core.store import Store

MALIGNANCIES: dict[str, tuple[str, str]] = {"MDS": ("mds_date", "mds_related"), "leukaemia": ("leukaemia_date", "")}
"""Term -> fields of the diagnosis and of its relation to PRRT ("" = not collected)."""


@dataclass(frozen=True)
class Malignancy:
    """A haematological malignancy, apart from the toxicity window.

    Parameters
    ----------
    term : key of `MALIGNANCIES`
    n : patients diagnosed on or after the first day of their course
    of : courses selected
    months_since_first_cycle : of each, ascending
    related : of each in the same order: related to PRRT, None = not stated
    before : patients diagnosed before the course, not counted in n
    """

    term: str
    n: int
    of: int
    months_since_first_cycle: tuple[float, ...]
    related: tuple[bool | None, ...]
    before: int


def malignancies(
    store: Store, version: CohortVersion, selection: Selection, options: Options
) -> tuple[Malignancy, ...]:
    """MDS and leukaemia of a selection, each that the cohort collected; once a patient."""
    rows = store.selected(version, selection, options)
    n = store.size(version, selection, options).n_courses
    analysis, found = table_names(version.id).analysis, []
    with store.cursor() as cursor:
        for term, (diagnosed, related) in MALIGNANCIES.items():
            if diagnosed not in version.fields or "first_cycle_date" not in version.fields:
                continue
            known = related if related in version.fields else None
            cases = read_malignancies(cursor, analysis, rows, diagnosed, known)
            later = [one for one in cases if one[0] >= 0]
            shown = [] if hides(options) else later  # each is a single patient's
            months = tuple(days / DAYS_PER_MONTH for days, _ in shown)
            relations = tuple(stated for _, stated in shown)
            told, of, before = (rounded(one, options) for one in (len(later), n, len(cases) - len(later)))
            found.append(Malignancy(term, told, of, months, relations, before))
    return tuple(found)

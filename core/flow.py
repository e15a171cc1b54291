"""Patient flow of a cohort, as the paper's Figure 1: treated, included, first course here or elsewhere, retreatment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from core.cohort import CohortVersion
from core.options import Options
from core.selection import Selection
from core.small_groups import rounded
from core.sql.names import table_names
from core.sql.summaries import FlowCell, read_flow
from core.store import Store

_WAYS: WeakKeyDictionary[Store, dict[int, list[FlowCell]]] = WeakKeyDictionary()
_POPULATIONS: WeakKeyDictionary[Store, dict[Hashable, int]] = WeakKeyDictionary()
"""What every selection of a version shares, which never changes: counted at the first look, not at every click."""


@dataclass(frozen=True)
class Step:
    """One box of the flow.

    Parameters
    ----------
    key : stable name: "treated", "included", "prrt_1", "prrt_2_elsewhere", "prrt_2", "prrt_2_of_prrt_1", "selected"
    step : what the box says
    n : patients
    excluded : patients of the box it comes from who are not in it for `reason`
    reason : why; None when nobody was left out
    parent : key of the box it comes from; None for the first
    """

    key: str
    step: str
    n: int
    excluded: int
    reason: str | None
    parent: str | None


@dataclass(frozen=True)
class Flow:
    """The steps in order; patients of the cohort, not courses."""

    steps: tuple[Step, ...]
    n: int

    def step(self, key: str) -> Step:
        """A box by its key. Raises KeyError."""
        for one in self.steps:
            if one.key == key:
                return one
        raise KeyError(key)


def flow(
    store: Store, version: CohortVersion, selection: Selection | None = None, options: Options | None = None
) -> Flow:
    """
    Count the patients of a cohort on their way to a selection.

    Parameters
    ----------
    store, version
    selection : Selection, optional
        Adds a last step with its patients.
    options : Options, optional

    Returns
    -------
    Flow
        Patients without complete histology are counted and left out; then by course, with where the first one was.
    """
    options = options or Options()
    cells = _ways(store, version)
    treated = sum(one.n for one in cells if one.course == one.first_course)
    included = [one for one in cells if one.complete]
    starts = [one for one in included if one.course == one.first_course]
    n = sum(one.n for one in starts)
    steps = [
        Step("treated", "Patients treated with PRRT", treated, 0, None, None),
        Step("included", "Included", n, treated - n, _why_excluded(cells, options), "treated"),
    ]
    steps += _first_courses(starts)
    steps += _retreatment(included)
    if selection is not None:
        steps.append(_selected(store, version, selection, options, steps))
    told = (replace(one, n=rounded(one.n, options), excluded=rounded(one.excluded, options)) for one in steps)
    return Flow(tuple(told), rounded(treated, options))


def _ways(store: Store, version: CohortVersion) -> list[FlowCell]:
    """Every patient's way through the courses of a version."""
    kept = _WAYS.setdefault(store, {})
    if version.id not in kept:
        with store.cursor() as cursor:
            elsewhere = "first_prrt_elsewhere" in version.fields
            kept[version.id] = read_flow(cursor, table_names(version.id).analysis, elsewhere=elsewhere)
    return kept[version.id]


def _why_excluded(cells: list[FlowCell], options: Options) -> str | None:
    """Incomplete histology, or none stated; with numbers where both occur."""
    starts = [one for one in cells if one.course == one.first_course]
    reasons = {
        "incomplete histology": sum(one.n for one in starts if one.complete is False),
        "histology not stated": sum(one.n for one in starts if one.complete is None),
    }
    found = {reason: n for reason, n in reasons.items() if n}
    if len(found) > 1:
        return ", ".join(f"{reason} {rounded(n, options)}" for reason, n in found.items())
    return next(iter(found), None)


def _here(cell: FlowCell) -> bool:
    return cell.first_course == 1 and not cell.elsewhere


def _first_courses(starts: list[FlowCell]) -> list[Step]:
    """Where and with which course the included patients began here."""
    here = sum(one.n for one in starts if _here(one))
    elsewhere = Counter[int]()
    for one in starts:
        if not _here(one):
            elsewhere[one.first_course] += one.n
    away = elsewhere.total()
    reason = "first PRRT elsewhere" if away else None
    steps = [Step("prrt_1", "PRRT-1 here", here, away, reason, "included")]
    for course, n in sorted(elsewhere.items()):
        text = f"First PRRT elsewhere, came for PRRT-{course}"
        steps.append(Step(f"prrt_{course}_elsewhere", text, n, 0, None, "included"))
    return steps


def _retreatment(included: list[FlowCell]) -> list[Step]:
    """Every later course here, and of it who had the first here or elsewhere."""
    steps = []
    for course in sorted({one.course for one in included if one.course > 1}):
        cells = [one for one in included if one.course == course]
        key, n = f"prrt_{course}", sum(one.n for one in cells)
        here = sum(one.n for one in cells if _here(one))
        steps.append(Step(key, f"PRRT-{course} here", n, 0, None, "included"))
        steps.append(Step(f"{key}_of_prrt_1", f"PRRT-{course} after PRRT-1 here", here, 0, None, key))
        steps.append(Step(f"{key}_of_elsewhere", f"PRRT-{course} after PRRT-1 elsewhere", n - here, 0, None, key))
    return steps


def _selected(store: Store, version: CohortVersion, selection: Selection, options: Options, steps: list[Step]) -> Step:
    n = store.size(version, selection, options).n_patients
    of = _patients(store, version, selection.population, options) if selection.narrowing else n
    reason = "outside the selection" if of > n else None
    return Step("selected", "Selected", n, of - n, reason, _population(selection, of, steps))


def _patients(store: Store, version: CohortVersion, population: Selection, options: Options) -> int:
    """Patients of a population, which many selections narrow."""
    kept, key = _POPULATIONS.setdefault(store, {}), (version.id, population, options)
    if key not in kept:
        kept[key] = store.size(version, population, options).n_patients
    return kept[key]


def _population(selection: Selection, n: int, steps: list[Step]) -> str:
    """Key of the box whose n patients are selected from: that of the course where only one is meant."""
    by_key = {one.key: one for one in steps}
    histology, course = selection.condition("histology_complete"), selection.condition("course")
    if by_key["included"].excluded and (histology is None or histology.values != ("yes",)):
        return "treated"
    only = f"prrt_{course.values[0]}" if selection.single_course and course is not None and course.values else ""
    return only if only in by_key and by_key[only].n == n else "included"

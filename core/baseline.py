"""Table 1: characteristics of a selection, overall and by group.

Categories: courses and percentage of those that state it. Numbers: median, quartiles (R's type 7) and range. Missing
values are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.cohort import CohortVersion
from core.derived import DERIVED
from core.dictionary import Field
from core.fields import FIELDS
from core.notice import Notice
from core.options import Options
from core.selection import Selection
from core.sql.read import stratum
from core.sql.summaries import Spread, Summary, read_summaries
from core.store import Store
from core.strata import REST_LEVELS, SELECTION, Strata, natural_order

METHOD = "n (% of courses that state it); median, quartiles (type 7) and range"
DEFAULT_FIELDS = (
    "sex",
    "age_years",
    "grade",
    "ki67_percent",
    "primary_site",
    "functional",
    *(name for name in FIELDS if name.startswith("metastasis_")),
    *(name for name in FIELDS if name.startswith("prior_")),
    "hypertension",
    "diabetes",
    *(name for name, field in FIELDS.items() if field.role == "baseline" and name != "cga_uln_ug_l"),
    *(name for name, field in DERIVED.items() if field.role == "baseline"),
)
"""The paper's Table 1, with age, Ki-67, comorbidity, the baseline laboratory values and the eligibility they mean."""
GROUPED: dict[str, tuple[tuple[str, float, float], ...]] = {
    "prior_modalities": (("<=2", 0, 2), ("3", 3, 3), ("4", 4, 4), (">=5", 5, float("inf"))),
}
"""Numbers that Table 1 shows in groups, as the paper does: field -> (level, from, to), both inclusive."""


@dataclass(frozen=True)
class LevelCount:
    """Courses at one level; percent of those that state the field, None where none does."""

    level: str
    n: int
    percent: float | None


@dataclass(frozen=True)
class Characteristic:
    """One field in one group of courses.

    Parameters
    ----------
    field, label : name and label with its unit
    n : courses that state it
    missing : courses that do not
    levels : of a category, in display order; () for a number
    spread : of a number; None for a category
    """

    field: str
    label: str
    n: int
    missing: int
    levels: tuple[LevelCount, ...]
    spread: Spread | None


@dataclass(frozen=True)
class Baseline:
    """Table 1.

    Parameters
    ----------
    n : courses selected
    overall : one entry a field
    groups : level -> the same fields in the same order, in the order to show
    sizes : courses per level
    by : what divides them
    strata_missing : courses without a level; they are in `overall` only
    """

    n: int
    overall: tuple[Characteristic, ...]
    groups: Mapping[str, tuple[Characteristic, ...]]
    sizes: Mapping[str, int]
    by: Strata | None
    strata_missing: int
    method: str
    warnings: tuple[Notice, ...]


def baseline(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    options: Options,
    fields: Iterable[str] | None = None,
    by: Strata | None = None,
) -> Baseline:
    """
    Summarise fields of a selection by one statement.

    Parameters
    ----------
    store, version, selection, options
        `options.categorical` names numbers to count as categories; `options.egfr` the equation.
    fields : iterable of str, optional
        Names; `DEFAULT_FIELDS` that the cohort has when left out.
    by : Strata, optional
        What divides the courses.

    Raises
    ------
    ValueError
        For a field that the version does not have, or strata that cannot be made.
    """
    described = _described(version, fields)
    if by is not None:
        by = store.resolve_strata(version, selection, by, options)
    population, group = (selection, None) if by is None else stratum(by, selection, version.fields, options)
    numbers = frozenset(
        one.name for one in described if one.numeric and one.name not in options.categorical and one.name not in GROUPED
    )
    rows = store.selected(version, population, options)
    with store.cursor() as cursor:
        found = read_summaries(cursor, rows, group, described, numbers, options)
    everybody = found.pop("", (0, []))
    if by is not None and by.field == SELECTION:
        everybody = found.get(REST_LEVELS[0], (0, _nothing(described, numbers)))
    order = [] if by is None else by.level_order(version.fields, (level for level in found if level))
    sizes = {level: found[level][0] for level in order}
    seen = _levels_seen([everybody, *found.values()], described)
    divided = by is not None and by.field != SELECTION
    return Baseline(
        n=everybody[0],
        overall=_characteristics(everybody, described, seen, options),
        groups={level: _characteristics(found[level], described, seen, options) for level in order},
        sizes=sizes,
        by=by,
        strata_missing=everybody[0] - sum(sizes.values()) if divided else 0,
        method=METHOD,
        warnings=()
        if everybody[0]
        else (Notice("no_patients", "No course is selected: there is nothing to summarise."),),
    )


def _described(version: CohortVersion, fields: Iterable[str] | None) -> list[Field]:
    if fields is None:
        return [version.fields[name] for name in DEFAULT_FIELDS if name in version.fields]
    asked = list(dict.fromkeys(fields))
    for name in asked:
        if name not in version.fields:
            raise ValueError(f"This cohort has no field '{name[:60]}' to summarise.")
    return [version.fields[name] for name in asked]


def _nothing(described: Sequence[Field], numbers: frozenset[str]) -> list[Summary]:
    return [Spread(0, None, None, None, None, None) if one.name in numbers else {} for one in described]


def _levels_seen(parts: Sequence[tuple[int, list[Summary]]], described: Sequence[Field]) -> list[set[str]]:
    """Of each field the values that occur in any group, so that every group lists the same levels."""
    seen: list[set[str]] = [set() for _ in described]
    for _, cells in parts:
        for values, cell in zip(seen, cells, strict=False):
            if isinstance(cell, dict):
                values.update(cell)
    return seen


def _characteristics(
    part: tuple[int, list[Summary]], described: Sequence[Field], seen: Sequence[set[str]], options: Options
) -> tuple[Characteristic, ...]:
    total, cells = part
    found = []
    for field, cell, values in zip(described, cells, seen, strict=True):
        if isinstance(cell, Spread):
            found.append(Characteristic(field.name, field.label_unit, cell.n, total - cell.n, (), cell))
            continue
        n = sum(cell.values())
        counts = _grouped(field.name, cell) or {level: cell.get(level, 0) for level in _order(field, values, options)}
        levels = tuple(LevelCount(level, count, 100 * count / n if n else None) for level, count in counts.items())
        found.append(Characteristic(field.name, field.label, n, total - n, levels, None))
    return tuple(found)


def _grouped(name: str, counts: Mapping[str, int]) -> dict[str, int]:
    if name not in GROUPED:
        return {}
    return {
        level: sum(n for value, n in counts.items() if low <= float(value) <= high)
        for level, low, high in GROUPED[name]
    }


def _order(field: Field, values: set[str], options: Options) -> list[str]:
    """The asked or the field's own levels, then other values in natural order."""
    first = options.levels_of(field.name) or (("no", "yes") if field.type == "yes_no" else field.levels)
    return [*first, *sorted(values.difference(first), key=natural_order)]

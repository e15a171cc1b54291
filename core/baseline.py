"""Table 1: characteristics of a selection, overall and by group.

Categories: courses and percentage of those that state it. Numbers: median, quartiles (R's type 7) and range. Missing
values are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.cohort import CohortVersion
from core.derived import DERIVED
from core.dictionary import Field
from core.fields import FIELDS, YES_NO
from core.notice import Notice
from core.options import Options
from core.selection import Selection
from core.small_groups import percent_of, rounded, rounded_spread
from core.spread import Spread, spread
from core.sql.names import level_text, table_names
from core.sql.read import stratum
from core.sql.summaries import read_codes, read_pairs
from core.store import Store
from core.strata import CONTRAST, Strata, natural_order

Tally = Spread | dict[str, int]
_CELLS = 40_000_000
"""Most cells that are read at once."""
_MOST_LEVELS = 200
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
    Summarise fields of a selection.

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
    strata: tuple[str, ...] = ()
    population, group = selection, None
    if by is not None:
        by = store.resolve_strata(version, selection, by, options)
        if by.field == CONTRAST:
            strata = by.pair
        else:
            counted = store.strata_counts(version, selection, by, options)
            strata = tuple(level for level, _ in counted if level is not None)
        population, group = stratum(by, selection, version.fields, options, table_names(version.id).analysis)
    rows = store.selected(version, population, options)
    coded = [one for one in described if _is_coded(one, options)]
    tallies: dict[str, list[Tally]] = {}
    with store.cursor() as cursor:
        for batch in _batches(coded, version.n_courses):
            codes, values = read_codes(cursor, rows, group, strata, batch, options)
            masks = _masks(codes, len(strata), by)
            tallies |= {one.name: _tallies(one, column, masks) for one, column in zip(batch, values, strict=True)}
        for one in described:
            if one.name not in tallies:
                pairs = read_pairs(cursor, rows, group, (level_text(one, options), []))
                tallies[one.name] = _listed(pairs, strata, by)
    sizes = [int(mask.sum()) for mask in masks]
    parts = [
        tuple(_characteristic(one, tallies[one.name], place, size, options) for one in described)
        for place, size in enumerate(sizes)
    ]
    divided = by is not None and not by.pair
    first = 1 if divided or by is None else 0  # of a pair the first group is everybody selected
    return Baseline(
        n=rounded(sizes[0], options),
        overall=parts[0],
        groups=dict(zip(strata, parts[first:], strict=True)),
        sizes={level: rounded(n, options) for level, n in zip(strata, sizes[first:], strict=True)},
        by=by,
        strata_missing=rounded(sizes[0] - sum(sizes[1:]), options) if divided else 0,
        method=METHOD,
        warnings=() if sizes[0] else (Notice("no_patients", "No course is selected: there is nothing to summarise."),),
    )


def _described(version: CohortVersion, fields: Iterable[str] | None) -> list[Field]:
    if fields is None:
        return [version.fields[name] for name in DEFAULT_FIELDS if name in version.fields]
    asked = list(dict.fromkeys(fields))
    for name in asked:
        if name not in version.fields:
            raise ValueError(f"This cohort has no field '{name[:60]}' to summarise.")
    return [version.fields[name] for name in asked]


def _is_coded(field: Field, options: Options) -> bool:
    """Whether its values can be read as numbers; the others are counted by value."""
    if field.numeric:
        return field.name not in options.categorical
    return field.type == "yes_no" or 0 < len(field.levels) <= _MOST_LEVELS


def _batches(fields: Sequence[Field], n: int) -> list[Sequence[Field]]:
    """Fields to read at once, at least one batch."""
    size = max(1, _CELLS // max(1, n))
    return [fields[start : start + size] for start in range(0, len(fields), size)] or [()]


def _masks(codes: np.ndarray, n_strata: int, by: Strata | None) -> list[np.ndarray]:
    """Everybody selected, then each stratum; of a pair the two, as the first is everybody selected."""
    masks = [codes == place + 1 for place in range(n_strata)]
    return masks if by is not None and by.pair else [np.ones(codes.shape, bool), *masks]


def _tallies(field: Field, values: np.ndarray, masks: Sequence[np.ndarray]) -> list[Tally]:
    """A field in each group: its spread, or courses by level."""
    if field.name in GROUPED:
        return [
            {level: int(((values >= low) & (values <= high))[mask].sum()) for level, low, high in GROUPED[field.name]}
            for mask in masks
        ]
    if field.numeric:
        return [spread(values[mask]) for mask in masks]
    levels = YES_NO if field.type == "yes_no" else field.levels
    counted = [np.bincount(values[mask], minlength=len(levels) + 1).tolist() for mask in masks]
    return [dict(zip(levels, counts[1:], strict=True)) for counts in counted]


def _listed(
    pairs: Iterable[tuple[str | None, str | None, int]], strata: Sequence[str], by: Strata | None
) -> list[Tally]:
    """A field without fixed levels in each group of `_masks`; every group has every value that occurs."""
    known = [(level, value, n) for level, value, n in pairs if value is not None]
    values = sorted({value for _, value, _ in known}, key=natural_order)
    groups: list[Tally] = []
    for wanted in strata if by is not None and by.pair else (None, *strata):
        tally = dict.fromkeys(values, 0)
        for level, value, n in known:
            if wanted is None or level == wanted:
                tally[value] += n
        groups.append(tally)
    return groups


def _characteristic(field: Field, tallies: Sequence[Tally], place: int, size: int, options: Options) -> Characteristic:
    tally = tallies[place]
    if isinstance(tally, Spread):
        missing = rounded(size - tally.n, options)
        told = rounded_spread(tally, options)
        return Characteristic(field.name, field.label_unit, told.n, missing, (), told)
    n = sum(tally.values())
    asked = [level for level in options.levels_of(field.name) or () if level in tally]
    order = [*asked, *(level for level in tally if level not in asked)]
    stated, missing = rounded(n, options), rounded(size - n, options)
    told_of = {level: rounded(tally[level], options) for level in order}
    levels = tuple(LevelCount(level, k, percent_of(k, stated)) for level, k in told_of.items())
    return Characteristic(field.name, field.label, stated, missing, levels, None)

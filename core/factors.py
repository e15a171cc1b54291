"""Prognostic factors: how one is written, and how a field's values become levels and columns of a model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.dictionary import Field
from core.options import Options

PER_UNIT = "per unit"
"""The one level of a continuous factor."""
MAX_LEVELS = 30
"""A factor with more levels than this is text, not a factor."""

_WRITTEN = re.compile(r"^\s*(?P<field>[^<>=]+?)\s*(?:(?P<op>>=|>)\s*(?P<cut>[^<>=]+?)\s*)?$")


@dataclass(frozen=True)
class Factor:
    """One prognostic factor: a field as it is, or a number cut in two with the lower group as reference.

    Parameters
    ----------
    field : name of the field
    cut : cut-off in the field's unit; None = the field as it is
    op : ">=" or ">": which side the cut-off itself falls on
    levels : order of the levels, the first is the reference; None = the dictionary's
    categorical : treat each number as a level

    Raises
    ------
    ValueError
        When `op` is neither, the cut-off is not a finite number, or a factor is cut and categorical at once.
    """

    field: str
    cut: float | None = None
    op: str = ">="
    levels: tuple[str, ...] | None = None
    categorical: bool = False

    def __post_init__(self) -> None:
        if self.op not in (">=", ">"):
            raise ValueError(f"Factor '{self.field}': '{self.op}' is neither >= nor >.")
        if self.cut is not None and not np.isfinite(self.cut):
            raise ValueError(f"Factor '{self.field}': the cut-off is not a finite number.")
        if self.cut is not None and self.categorical:
            raise ValueError(f"Factor '{self.field}' has a cut-off and cannot be categorical too.")

    @property
    def key(self) -> str:
        """The factor as written: "grade", "cga_ug_l>=1000"."""
        return self.field if self.cut is None else f"{self.field}{self.op}{_plain(self.cut)}"

    @property
    def cut_levels(self) -> tuple[str, str]:
        """Names of the two groups of a cut-off factor, lower first: "<1000", ">=1000"."""
        if self.cut is None:
            raise ValueError(f"Factor '{self.field}' has no cut-off.")
        below = "<" if self.op == ">=" else "<="
        return f"{below}{_plain(self.cut)}", f"{self.op}{_plain(self.cut)}"


def parse_factors(
    written: str | Sequence[str], fields: Mapping[str, Field], options: Options | None = None
) -> tuple[Factor, ...]:
    """Read factors as a person writes them: "grade,sodium_mmol_l,cga_ug_l>=1000".

    Parameters
    ----------
    written : names separated by commas, or a sequence of them
    fields : the fields of the cohort
    options : order of levels and fields to treat as categories

    Returns
    -------
    one Factor per name, in order

    Raises
    ------
    ValueError
        Naming the factor and the rule: unknown field, not a number where a cut-off needs one, given twice.
    """
    options = options or Options()
    names = written.split(",") if isinstance(written, str) else list(written)
    factors: list[Factor] = []
    for name in names:
        if not name.strip():
            continue
        factor = _parsed(name, fields, options)
        if any(factor.key == other.key for other in factors):
            raise ValueError(f"Factor '{factor.key}' is given twice.")
        factors.append(factor)
    return tuple(factors)


def _parsed(name: str, fields: Mapping[str, Field], options: Options) -> Factor:
    match = _WRITTEN.match(name)
    if match is None:
        raise ValueError(f"Factor '{name.strip()}': write a field, field>=number or field>number.")
    one = fields.get(match["field"])
    if one is None:
        raise ValueError(f"Factor '{match['field']}' is not a field of this cohort.")
    if one.type == "date" or not one.covariate:
        raise ValueError(f"Factor '{one.name}': {one.label} cannot stand in a model.")
    if match["cut"] is None:
        categorical = one.name in options.categorical
        return Factor(one.name, levels=options.levels_of(one.name), categorical=categorical)
    if not one.numeric:
        raise ValueError(f"Factor '{name.strip()}': {one.label} is not a number, so it takes no cut-off.")
    try:
        return Factor(one.name, cut=float(match["cut"]), op=match["op"], levels=options.levels_of(one.name))
    except ValueError:
        raise ValueError(f"Factor '{name.strip()}': '{match['cut']}' is not a finite number.") from None


@dataclass(frozen=True, eq=False)
class Design:
    """One factor's values, ready for a model.

    Parameters
    ----------
    factor : Factor
    label : what a clinician calls it
    levels : in display order, with those nobody has; ("per unit",) for a continuous factor
    reference : the level the others are compared with; None for a continuous factor
    code : (n,) position in `levels`; -1 = missing
    values : (n,) numbers of a continuous factor, NaN = missing; None for levels
    """

    factor: Factor
    label: str
    levels: tuple[str, ...]
    reference: str | None
    code: NDArray[np.intp]
    values: NDArray[np.float64] | None = field(default=None)

    @property
    def key(self) -> str:
        """The factor as written."""
        return self.factor.key

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """(n,) whether the value is missing."""
        return self.code < 0

    @property
    def columns(self) -> NDArray[np.float64]:
        """(n, k) model columns: the number itself, or one 0/1 indicator per level but the reference; NaN = missing."""
        if self.values is not None:
            return self.values[:, None]
        others = [level for level, name in enumerate(self.levels) if name != self.reference]
        indicators = (self.code[:, None] == others).astype(float)
        indicators[self.missing] = np.nan
        return indicators

    def name(self, level: int) -> str:
        """A column in words: "Grade 3", "Albumin"."""
        return self.label if self.values is not None else f"{self.label} {self.levels[level]}"


def design(factor: Factor, values: ArrayLike, one: Field) -> Design:
    """Turn a field's values into levels or numbers.

    Parameters
    ----------
    factor : Factor
    values : (n,) numbers (NaN missing), or text / booleans (None missing)
    one : the field

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        When the order of levels asked for names a level the field does not have.
    """
    if one.numeric and not factor.categorical:
        numbers = np.asarray(values, dtype=float)
        numbers = np.where(np.isfinite(numbers), numbers, np.nan)
        missing = np.isnan(numbers)
        if factor.cut is None:
            return Design(factor, one.label, (PER_UNIT,), None, np.where(missing, -1, 0), numbers)
        above = numbers >= factor.cut if factor.op == ">=" else numbers > factor.cut
        levels = _ordered(factor, factor.cut_levels, closed=True)
        position = np.array([levels.index(name) for name in factor.cut_levels])
        return Design(factor, one.label, levels, levels[0], np.where(missing, -1, position[above.astype(int)]))
    names, code = _coded(np.asarray(values), one)
    levels = _ordered(factor, names, closed=one.type == "yes_no" or bool(one.levels))
    position = np.array([*(levels.index(name) for name in names), -1])
    stated = one.reference in levels and not factor.levels
    reference = one.reference if stated else next(iter(levels), None)
    return Design(factor, one.label, levels, reference, position[code])


def _coded(values: NDArray, one: Field) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Names of the levels in display order, and each value's position in them (-1 = missing)."""
    if one.numeric:
        numbers = values.astype(float)
        seen, code = np.unique(numbers[np.isfinite(numbers)], return_inverse=True)
        codes = np.full(numbers.size, -1)
        codes[np.isfinite(numbers)] = code
        return tuple(_plain(number) for number in seen), codes
    known = ("no", "yes") if one.type == "yes_no" else one.levels
    listed = values.tolist()
    observed = {value for value in set(listed) if value is not None and value == value}
    text = {value: _level(value) for value in observed}
    names = known + tuple(sorted(set(text.values()) - set(known)))
    lookup = {value: names.index(level) for value, level in text.items()}
    return names, np.fromiter((lookup.get(value, -1) for value in listed), dtype=np.intp, count=len(listed))


def _level(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return str(value)


def _ordered(factor: Factor, names: tuple[str, ...], *, closed: bool) -> tuple[str, ...]:
    """The levels in the order asked for, those not named after them.

    Where the field does not fix its levels (`closed`), one that nobody has here is a level without patients.
    """
    if factor.levels is None:
        return names
    unknown = [level for level in factor.levels if level not in names]
    if unknown and closed:
        raise ValueError(f"Factor '{factor.key}': '{unknown[0]}' is not one of its levels: {', '.join(names)}.")
    return (*factor.levels, *(name for name in names if name not in factor.levels))


def _plain(number: float) -> str:
    """A number as a person writes it: 1000, 2.5."""
    return f"{number:.15g}"

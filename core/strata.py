"""Groups for curves and tables: levels of a field, a number on both sides of a cut-off, a selection and the rest."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from core.condition import number_text
from core.dictionary import Field
from core.options import Options
from core.sentence import short_label
from core.sql.names import level_text, physical_column, quote

if TYPE_CHECKING:
    from core.selection import Selection

SELECTION = "selection"
"""The strata that compare the selection with the rest of its population."""
REST_LEVELS = ("selection", "rest")
CONTRAST = "contrast"
"""The strata that compare a selection, A, with another one, B; see `core.contrast`."""
CONTRAST_LEVELS = ("A", "B")
SPLITS = {"median": (0.5,), "quartiles": (0.25, 0.5, 0.75)}
"""Cut-offs taken from the selection itself: name -> quantiles."""

_CUT = re.compile(r"(?P<field>.+?)\s*(?P<op>>=|>)\s*(?P<cut>[-+]?[\d.]+(?:[eE][-+]?\d+)?)", re.DOTALL)


@dataclass(frozen=True)
class Strata:
    """What divides a selection into groups.

    Parameters
    ----------
    field : str
        Name of a field, `SELECTION` or `CONTRAST`.
    cut : float or None
        A number's cut-off, in the field's unit.
    op : {">=", ">"}
        Which side the cut-off itself belongs to.
    levels : tuple of str or None
        Only these levels, in this order; None: all, in the field's order.
    split : {"", "median", "quartiles"}
        Cut-offs to be taken from the selection; `cuts` holds them once that is done.
    cuts : tuple of float
        Ascending.
    against : Selection or None
        B of a `CONTRAST`; None = the rest of A's population.

    Raises
    ------
    ValueError
        Naming the operator, the cut-off or the split.
    """

    field: str
    cut: float | None = None
    op: str = ">="
    levels: tuple[str, ...] | None = None
    split: str = ""
    cuts: tuple[float, ...] = ()
    against: Selection | None = None

    def __post_init__(self) -> None:
        if self.op not in (">=", ">"):
            raise ValueError(f"Groups of '{self.field}': '{self.op}' is not >= or >.")
        if self.cut is not None and not math.isfinite(self.cut):
            raise ValueError(f"Groups of '{self.field}': the cut-off is not a number.")
        if self.split and self.split not in SPLITS:
            raise ValueError(f"Groups of '{self.field}': '{self.split}' is not {' or '.join(SPLITS)}.")

    @property
    def key(self) -> str:
        """The strata as written: ``grade``, ``cga_ug_l>=1000``, ``nlr~median``."""
        if self.cut is not None:
            return f"{self.field}{self.op}{number_text(self.cut)}"
        return f"{self.field}~{self.split}" if self.split else self.field

    @property
    def pair(self) -> tuple[str, ...]:
        """The two levels, the selection's own first, where it is compared with courses outside it; else ()."""
        return {SELECTION: REST_LEVELS, CONTRAST: CONTRAST_LEVELS}.get(self.field, ())

    @property
    def resolved(self) -> bool:
        """Whether the groups are known without looking at the data."""
        return not self.split or bool(self.cuts)

    def with_cuts(self, quantiles: Iterable[float | None]) -> Strata:
        """
        The strata with cut-offs from the data, each rounded down to four significant digits, so that what the figure
        prints is what divides the groups and a value on the quantile stays on its upper side.

        Parameters
        ----------
        quantiles : iterable of float or None
            Those of `SPLITS`, in the field's unit; None in an empty selection.

        Raises
        ------
        ValueError
            If there is no value to take them from.
        """
        cuts = sorted({_round_down(one) for one in quantiles if one is not None})
        if not cuts:
            raise ValueError(
                f"'{self.field}' has no value in this selection, so there is no {self.split} to divide by."
            )
        return replace(self, cuts=tuple(cuts))

    def label(self, fields: Mapping[str, Field]) -> str:
        """What a figure calls the groups: "Grade", "CgA, cut-off 1000 ug/L", "NLR by quartiles"."""
        if self.field == SELECTION:
            return "Selection against the rest"
        if self.field == CONTRAST:
            return "A against B"
        described = fields[self.field]
        if self.cut is not None:
            name = short_label(described)
            return f"{name[:1].upper()}{name[1:]}, cut-off {number_text(self.cut)} {described.unit}".strip()
        return f"{described.label} by {self.split}" if self.split else described.label

    def level_order(
        self, fields: Mapping[str, Field], found: Iterable[str], options: Options | None = None
    ) -> list[str]:
        """
        The groups that were found, in the order to show them.

        Parameters
        ----------
        fields : mapping of str to Field
        found : iterable of str
        options : Options, optional
            Its `levels` put levels of the field first.

        Returns
        -------
        list of str
            The asked order, else the field's; levels that it does not know follow in natural order.
        """
        levels = set(found)
        first = self.levels or (options and options.levels_of(self.field)) or ()
        known = [level for level in dict.fromkeys((*first, *self._levels(fields))) if level in levels]
        return known + sorted(levels.difference(known), key=natural_order)

    def expression(self, fields: Mapping[str, Field], options: Options) -> tuple[str, list[object]]:
        """
        The group of a course in SQL.

        Parameters
        ----------
        fields : mapping of str to Field
            Of the version.
        options : Options
            `categorical` is heeded.

        Returns
        -------
        (str, list)
            Expression that gives the level as text, or NULL for a missing value, and its bound values.

        Raises
        ------
        ValueError
            For a field that the version does not have, a number without a cut-off, a cut-off for anything else.
        """
        described = fields.get(self.field)
        if described is None:
            raise ValueError(f"This cohort has no field '{self.field}' to divide by.")
        column = quote(physical_column(self.field, options))
        cuts = self._cuts()
        if cuts:
            if not described.numeric:
                raise ValueError(f"'{self.field}' is not a number and takes no cut-off.")
            return _cut_expression(column, self.op, cuts, self._levels(fields))
        if described.type == "number" and self.field not in options.categorical:
            raise ValueError(f"'{self.field}' is a number: give a cut-off, as '{self.field}>={_example(described)}'.")
        text = level_text(described, options)
        if self.levels is None:
            return text, []
        return f"CASE WHEN {text} IN ({', '.join('?' * len(self.levels))}) THEN {text} END", list(self.levels)

    @property
    def cut_offs(self) -> tuple[float, ...]:
        """The cut-offs between the groups, ascending; () for levels. Raises ValueError before they are resolved."""
        return self._cuts()

    def all_levels(self, fields: Mapping[str, Field]) -> tuple[str, ...]:
        """Every group that the strata name, with those nobody is in; of cut-offs from the lowest up."""
        return self._levels(fields)

    def _cuts(self) -> tuple[float, ...]:
        if self.split and not self.cuts:
            raise ValueError(f"'{self.key}': its cut-offs are taken from a selection first.")
        return self.cuts or ((self.cut,) if self.cut is not None else ())

    def _levels(self, fields: Mapping[str, Field]) -> tuple[str, ...]:
        if self.pair:
            return self.pair
        if self.levels is not None:
            return self.levels
        cuts = [number_text(cut) for cut in self._cuts()]
        if not cuts:
            described = fields[self.field]
            return ("no", "yes") if described.type == "yes_no" else described.levels
        below = "<" if self.op == ">=" else "<="
        middle = [f"{low}..{'<' if self.op == '>=' else ''}{high}" for low, high in pairwise(cuts)]
        return (f"{below}{cuts[0]}", *middle, f"{self.op}{cuts[-1]}")


def parse_strata(text: str, fields: Mapping[str, Field] | None = None) -> Strata:
    """
    Read strata as the command line and the URL write them.

    Parameters
    ----------
    text : str
        ``grade``, ``cga_ug_l>=1000``, ``prior_modalities>3``, ``nlr~median``, ``nlr~quartiles`` or ``selection``.
    fields : mapping of str to Field, optional
        Of the version, to refuse what it does not have.

    Returns
    -------
    Strata

    Raises
    ------
    ValueError
        A sentence, for a text that is none of these, a field that the version does not have, or one that would make
        every patient his own group: dates, identifiers, free text.
    """
    text = text.strip()
    if not text:
        raise ValueError("No field is given to divide by.")
    strata = Strata(text) if fields is not None and text in fields else _parsed(text)
    if fields is None or strata.field == SELECTION:
        return strata
    described = fields.get(strata.field)
    if described is None:
        raise ValueError(f"This cohort has no field '{strata.field[:60]}' to divide by.")
    if described.type == "date" or (described.type == "text" and not described.filterable):
        raise ValueError(f"'{strata.field[:60]}' makes no groups (it is a date, identifies patients, or is free text).")
    return strata


def natural_order(text: str) -> tuple[tuple[int, float, str], ...]:
    """Sort key that puts 2 before 10 and ignores case."""
    parts = re.split(r"(\d+(?:\.\d+)?)", text.casefold())
    return tuple((0, float(part), "") if part[:1].isdecimal() else (1, 0.0, part) for part in parts if part)


def _parsed(text: str) -> Strata:
    found = _CUT.fullmatch(text)
    if found:
        try:
            return Strata(found["field"], float(found["cut"]), found["op"])
        except ValueError:
            raise ValueError(f"'{text[:60]}': the cut-off is not a number.") from None
    field, tilde, split = text.rpartition("~")
    return Strata(field, split=split) if tilde and field else Strata(text)


def _cut_expression(column: str, op: str, cuts: tuple[float, ...], levels: tuple[str, ...]) -> tuple[str, list[object]]:
    """The levels from the highest cut-off down; every one but the last is what reaches its cut-off."""
    whens = " ".join(f"WHEN {column} {op} ? THEN ?" for _ in cuts)
    values: list[object] = []
    for cut, level in zip(reversed(cuts), reversed(levels), strict=False):
        values += [cut, level]
    return f"CASE WHEN {column} IS NULL THEN NULL {whens} ELSE ? END", [*values, levels[0]]


def _round_down(value: float) -> float:
    """Four significant digits, downwards."""
    exact = Decimal(repr(value))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 3), rounding=ROUND_FLOOR)) if exact else 0.0


def _example(described: Field) -> str:
    return number_text(described.cut) if described.cut is not None else "10"

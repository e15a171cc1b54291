"""Each published number beside the one that a selection gives. The only module that reads `data/published.csv`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from core.analysis import analyse
from core.options import Options
from core.path import Found, find
from core.selection import Selection, parse_query
from core.store import CohortVersion, Store

_FILE = Path(__file__).parents[1] / "data" / "published.csv"

AS_PRINTED = "as printed"
WITHIN = "within tolerance"
DIFFERS = "differs"
NOT_DERIVABLE = "not derivable"
MARKS = (AS_PRINTED, WITHIN, DIFFERS, NOT_DERIVABLE)

RATIO_TOLERANCE = 0.01
"""Hazard ratios and their limits: absolute, or relative above 1."""
P_TOLERANCE = 0.05
"""p-values: relative."""
_RATIOS = ("hr", "lower", "upper")
_P_VALUES = ("p", "p_overall")
_TALLIES = ("cycles", "stop_reasons", "levels", "malignancies")
"""Lists in which a value that nobody has is not listed, and counts as 0."""


@dataclass(frozen=True)
class Published:
    """One printed number: where it stands, how it is printed, and the selection and path that derive it."""

    id: str
    place: str
    item: str
    quantity: str
    text: str
    relation: str
    value: float | None
    decimals: int
    query: str
    path: str
    denominator_query: str
    denominator_path: str
    note: str


@dataclass(frozen=True)
class Comparison:
    """A printed number and the derived one.

    Parameters
    ----------
    published : Published
    derived : the derived number, unrounded; None where there is none
    shown : the derived number with the decimals of the printed one; "NR" where a time is not reached, "" without one
    difference : derived minus printed; None where one of them is no number
    mark : one of `MARKS`
    reason : why it is not derivable
    query : the selection it was derived from
    """

    published: Published
    derived: float | None
    shown: str
    difference: float | None
    mark: str
    reason: str | None
    query: str

    def as_dict(self) -> dict[str, Any]:
        """The comparison in plain types, as the command line prints it."""
        one = self.published
        return {
            "id": one.id,
            "place": one.place,
            "item": one.item,
            "quantity": one.quantity,
            "printed": one.text,
            "derived": self.derived,
            "shown": self.shown,
            "difference": self.difference,
            "mark": self.mark,
            "reason": self.reason,
            "selection": self.query,
            "note": one.note,
        }


@cache
def published() -> tuple[Published, ...]:
    """Every number that the paper prints, in its order."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_published(row) for row in csv.DictReader(file))


def _published(row: Mapping[str, str]) -> Published:
    return Published(
        id=row["id"],
        place=row["place"],
        item=row["item"],
        quantity=row["quantity"],
        text=row["text"],
        relation=row["relation"],
        value=float(row["value"]) if row["value"] else None,
        decimals=int(row["decimals"] or 0),
        query=row["query"],
        path=row["path"],
        denominator_query=row["denominator_query"],
        denominator_path=row["denominator_path"],
        note=row["note"],
    )


def compare(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    options: Options,
    numbers: Iterable[Published] | None = None,
) -> tuple[Comparison, ...]:
    """
    Set every published number beside the one derived now.

    Parameters
    ----------
    store, version, options
    selection : Selection
        Its conditions narrow the selection that each published number belongs to, where that does not name their fields
        itself: with "pancreas" selected, the paper's PRRT-2 figures stand beside PRRT-2 of pancreatic primaries.
    numbers : iterable of Published, optional
        Only these.

    Returns
    -------
    tuple of Comparison
        In the order of the numbers.
    """
    wanted = published() if numbers is None else tuple(numbers)
    sections: dict[str, set[str]] = {}
    for one in wanted:
        sections.setdefault(one.query, set()).add(_section(one.path))
        if one.denominator_path:
            sections.setdefault(one.denominator_query, set()).add(_section(one.denominator_path))
    derived = {query: _derive(store, version, selection, options, query, parts) for query, parts in sections.items()}
    return tuple(_compared(one, derived) for one in wanted)


def counts(comparisons: Iterable[Comparison]) -> dict[str, int]:
    """How many numbers have each mark."""
    found = Counter(one.mark for one in comparisons)
    return {mark: found[mark] for mark in MARKS}


def _section(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True)
class _Derived:
    """The results of one query, or why there are none."""

    results: Mapping[str, Any]
    query: str
    problem: str | None


def _derive(
    store: Store, version: CohortVersion, selection: Selection, options: Options, query: str, sections: set[str]
) -> _Derived:
    own = parse_query(query, version.fields)
    if own.problems:
        return _Derived({}, query, " ".join(own.problems))
    for condition in selection.narrowing:
        if own.condition(condition.field) is None:
            own = own.with_condition(condition)
    results = analyse(store, version, own, options, sections=frozenset(sections))
    return _Derived(results, own.query(), None)


def _compared(one: Published, derived: Mapping[str, _Derived]) -> Comparison:
    source = derived[one.query]
    if source.problem:
        return _without(one, source.problem, source.query)
    found = _value(one, source.results, one.path)
    if found.value is None:
        return _not_found(one, found, source.query)
    value = float(found.value)
    if one.denominator_path:
        of = derived[one.denominator_query]
        below = _value(one, of.results, one.denominator_path)
        if of.problem or not below.value:
            reason = of.problem or below.reason or "Nobody was assessed, so there is no percentage."
            return _without(one, reason, source.query)
        value = 100 * value / float(below.value)
    return _marked(one, value, source.query)


def _value(one: Published, results: Mapping[str, Any], path: str) -> Found:
    """What the path leads to; a value that nobody has counts 0 where the list has others."""
    found = find(results, path)
    if found.missing is None or one.quantity not in ("count", "percent") or found.within not in _TALLIES:
        return found
    listed = find(results, path[: path.rindex("[")])
    return Found(0) if listed.value else found


def _not_found(one: Published, found: Found, query: str) -> Comparison:
    not_reached = one.quantity.endswith("_months") and "not reached" in (found.reason or "").lower()
    if not_reached:
        mark = AS_PRINTED if one.relation == "NR" else DIFFERS
        return Comparison(one, None, "NR", None, mark, found.reason, query)
    if found.missing is not None and one.path.startswith("cox.") and found.missing[0] == "factor":
        return _without(one, "The factor did not enter this model, or the cohort does not have it.", query)
    return _without(one, found.reason or "Not in these results.", query)


def _without(one: Published, reason: str, query: str) -> Comparison:
    return Comparison(one, None, "", None, NOT_DERIVABLE, reason, query)


def _marked(one: Published, value: float, query: str) -> Comparison:
    shown = _rounded(value, one.decimals)
    if one.value is None:
        return Comparison(one, value, shown, None, DIFFERS, None, query)
    difference = value - one.value
    if one.relation == "<":
        if value < one.value:
            shown = f"<{one.value:.{one.decimals}f}" if one.quantity in _P_VALUES else shown
            return Comparison(one, value, shown, difference, AS_PRINTED, None, query)
        return Comparison(one, value, shown, difference, DIFFERS, None, query)
    half = 0.5 * 10**-one.decimals
    accepted = WITHIN if _tolerance(one)(difference) else DIFFERS
    mark = AS_PRINTED if abs(difference) <= half * (1 + 1e-9) else accepted
    return Comparison(one, value, shown, difference, mark, None, query)


def _tolerance(one: Published) -> Callable[[float], bool]:
    """Whether a difference is accepted although the number prints otherwise; counts, percentages, times: never."""
    printed = one.value or 0.0
    if one.quantity in _RATIOS:
        return lambda difference: abs(difference) <= RATIO_TOLERANCE * max(1.0, printed)
    if one.quantity in _P_VALUES:
        return lambda difference: abs(difference) <= P_TOLERANCE * printed
    return lambda difference: False


def _rounded(value: float, decimals: int) -> str:
    """A half rounds away from zero, as in print."""
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))

"""The unit of a column whose header states none, told by the middle of the column and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dictionary import Field
from core.ingest.doubts import unit_of, weighted_median
from core.ingest.header_units import header_parts, other_units, unit_factor
from core.ingest.parsed import Context
from core.ingest.tabular import TextColumn

_TYPICAL = {
    "haemoglobin_g_dl": (9.5, 17.5),
    "albumin_g_l": (20, 60),
    "creatinine_mg_dl": (0.4, 3),
    "bilirubin_mg_dl": (0.15, 3),
    "leukocytes_1e9_l": (1.5, 20),
    "neutrophils_1e9_l": (0.8, 15),
    "lymphocytes_1e9_l": (0.2, 6),
    "platelets_1e9_l": (60, 600),
    "ki67_percent": (1, 60),
    "total_activity_gbq": (4, 60),
}
"""Where the middle of a cohort lies; a column in the field's own unit whose middle does not is unusual."""


@dataclass(frozen=True)
class RangeUnit:
    """A unit that the values tell.

    Parameters
    ----------
    unit : as written in a report
    factor : multiplies the numbers to have them in the field's unit
    """

    unit: str
    factor: float


def unit_by_range(column: TextColumn, one: Field, numbers: np.ndarray, context: Context) -> RangeUnit | None:
    """The unit of a column, when it is not the field's own.

    Taken without a question when the middle of the column is outside the plausible range, and exactly one known
    conversion brings it to where the middle of a cohort lies. Asked when the middle is plausible but unusual, and a
    conversion would make it usual, or when several would.

    Parameters
    ----------
    numbers : float64 (n values,), NaN where there is none
    """
    typical = _TYPICAL.get(one.name)
    known = np.flatnonzero(~np.isnan(numbers))
    if typical is None or one.plausible is None or not len(known) or states_unit(column.header, one):
        return None
    middle = weighted_median(numbers[known], column.counts[known])
    if _inside(middle, typical):
        return None
    fitting = [RangeUnit(unit, factor) for unit, factor in other_units(one) if _inside(middle * factor, typical)]
    if one.name == "ki67_percent":  # an Excel percent cell holds 0.05 for 5 %
        fitting = [RangeUnit("fraction", 100.0)] if numbers[known].max() <= 1 and middle < 1 and len(known) > 2 else []
    if len(fitting) == 1 and not _inside(middle, one.plausible):
        return fitting[0]
    if not fitting or column.counts[known].sum() < 3:
        return None
    place = int(known[np.argmin(np.abs(numbers[known] - middle))])
    shown = {each.unit: f"{numbers[place] * each.factor:.4g} {one.unit}" for each in fitting}
    answer, said = unit_of(context, column, one, column.values[place], shown)
    if not said:
        context.findings.warning(
            "doubtful_unit",
            context.table,
            None,
            column=column.header,
            value=column.values[place],
            message=f"The middle of '{column.header}', {middle:g}, is unusual for {one.label} in {one.unit}; it may "
            f"stand in {' or '.join(shown)}, and is taken as it is.",
            remedy="Answer the question about its unit, or write the unit into the header.",
        )
    return next((each for each in fitting if each.unit == answer), None)


def states_unit(header: str, one: Field) -> bool:
    """Whether a header says in which unit its column stands."""
    if header == one.name and one.name != "egfr":
        return True
    return any(unit and unit_factor(one, unit) is not None for _, unit in header_parts(header))


def _inside(number: float, span: tuple[float | None, float | None]) -> bool:
    low, high = span
    return (low is None or number >= low) and (high is None or number <= high)

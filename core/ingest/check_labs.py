"""Rules of the labs table: units that are known, values that can be, limits of normal the right way round."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.dictionary import Field
from core.fields import FIELDS
from core.ingest.findings import Findings
from core.ingest.header_units import unit_factor
from core.ingest.physical import PHYSICAL
from core.ingest.reading import ReadTable
from core.ingest.rules import numbers, report_rows
from core.ingest.words import ANALYTE_FIELDS
from core.units import CANONICAL, factor


def check_labs(read: ReadTable, findings: Findings) -> None:
    """Check laboratory values; one that is not possible is not used."""
    if "analyte" not in read.columns or "unit" not in read.columns:
        return
    _unknown_unit(read, findings)
    _ranges(read, findings)
    low, high = numbers(read, "lln"), numbers(read, "uln")

    def message(row: int) -> str:
        return f"The lower limit of normal, {low[row]:g}, is above the upper one, {high[row]:g}."

    remedy = "Exchange the two, or correct whichever is wrong."
    report_rows(read, "warning", "limits_exchanged", low > high, "lln", findings, message, remedy)


def _pairs(read: ReadTable) -> dict[tuple[str, str], np.ndarray]:
    """Rows of each analyte in each unit, ascending."""
    frame = pd.DataFrame({"analyte": read.columns["analyte"], "unit": read.columns["unit"]})
    frame = frame[frame["analyte"].notna() & frame["unit"].notna()]
    return {
        pair: frame.index[rows].to_numpy()
        for pair, rows in frame.groupby(["analyte", "unit"], sort=False).indices.items()
    }


def _unknown_unit(read: ReadTable, findings: Findings) -> None:
    """Units that a graded analyte is not known to come in: one warning for each, with its first row."""
    for (analyte, unit), rows in _pairs(read).items():
        if analyte not in CANONICAL or factor(analyte, unit) is not None:
            continue
        flags = np.zeros(len(read.text.lines), bool)
        flags[rows[0]] = True
        message = f"'{unit}' is not a unit known for {analyte}; its {len(rows):,} values are kept but not graded."
        remedy = f"Write {CANONICAL[analyte]}, and the values in it."
        report_rows(read, "warning", "unknown_unit", flags, "unit", findings, message, remedy)


def _ranges(read: ReadTable, findings: Findings) -> None:
    """Values outside what is possible are emptied and reported, those outside what is plausible only reported."""
    value = numbers(read, "value").copy()
    converted = np.full(len(value), np.nan)
    limits = np.full((4, len(value)), np.nan)
    for (name, unit), rows in _pairs(read).items():
        field = FIELDS[ANALYTE_FIELDS[name]]
        step = unit_factor(field, unit)
        if step is not None:
            converted[rows] = value[rows] * step
            limits[:, rows] = np.array(_limits(field))[:, None]
    impossible = (converted < limits[0]) | (converted > limits[1])
    odd = ((converted < limits[2]) | (converted > limits[3])) & ~impossible
    analyte = np.asarray(read.columns["analyte"], object)

    def cannot(row: int) -> str:
        return f"{_said(row)} is not possible; the value is not used."

    def doubtful(row: int) -> str:
        low, high = limits[2:, row]
        return f"{_said(row)} lies outside the plausible range, {low:g} to {high:g}; it is kept."

    def _said(row: int) -> str:
        unit = FIELDS[ANALYTE_FIELDS[analyte[row]]].unit
        return f"{analyte[row]} of {converted[row]:.6g} {unit}".rstrip()

    remedy = "Correct the value, or its unit."
    report_rows(read, "error", "impossible_value", impossible, "value", findings, cannot, remedy)
    report_rows(read, "warning", "implausible_value", odd, "value", findings, doubtful, "Check the value and its unit.")
    value[impossible] = np.nan
    read.columns["value"] = value


def _limits(field: Field) -> tuple[float, float, float, float]:
    """Possible from and to, plausible from and to."""
    possible = PHYSICAL.get(field.name, (0.0, np.inf))
    low, high = field.plausible or (None, None)
    return (*possible, -np.inf if low is None else low, np.inf if high is None else high)

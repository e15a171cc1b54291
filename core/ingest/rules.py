"""What the rules across cells share: dates of a table, and one problem for each row that breaks a rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.ingest.findings import Findings
from core.ingest.reading import ReadTable

ONE_OF_TWO = "Correct whichever of the two is wrong."
_EMPTY = np.datetime64("NaT")


def dates(read: ReadTable, name: str) -> np.ndarray:
    """A date column, datetime64[us]; all NaT when the file does not have it."""
    if name in read.columns:
        return np.asarray(read.columns[name])
    return np.full(len(read.text.lines), _EMPTY, "datetime64[us]")


def whole(read: ReadTable, name: str) -> np.ndarray:
    """A column of whole numbers, int64: 1 in every row when the table has none, -1 for an empty cell."""
    if name not in read.columns:
        return np.ones(len(read.text.lines), np.int64)
    return pd.Series(read.columns[name]).fillna(-1).to_numpy(np.int64)


def numbers(read: ReadTable, name: str) -> np.ndarray:
    """A column of numbers, float64; all NaN when the table does not have it."""
    if name not in read.columns:
        return np.full(len(read.text.lines), np.nan)
    return pd.to_numeric(pd.Series(read.columns[name])).to_numpy(float, na_value=np.nan)


def answers(read: ReadTable, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of which a yes/no column says yes, and those of which it says no, bool; empty cells are neither."""
    if name not in read.columns:
        nowhere = np.zeros(len(read.text.lines), bool)
        return nowhere, nowhere
    said = pd.Series(read.columns[name])
    return (said == True).fillna(False).to_numpy(bool), (said == False).fillna(False).to_numpy(bool)  # noqa: E712


def patient_death(courses: ReadTable) -> pd.Series:
    """The earliest date of death of each patient, by patient id; those without are left out."""
    frame = pd.DataFrame({"patient": courses.columns["patient_id"], "death": dates(courses, "death_date")})
    return frame.dropna().groupby("patient")["death"].min()


def deaths_of(read: ReadTable, courses: ReadTable) -> np.ndarray:
    """The date of death of the patient of every row, NaT when alive."""
    deaths = patient_death(courses)
    if deaths.empty:
        return np.full(len(read.text.lines), _EMPTY, "datetime64[us]")
    return pd.Series(read.columns["patient_id"]).map(deaths).to_numpy("datetime64[us]")


def was_unreadable(read: ReadTable, name: str) -> np.ndarray:
    """Rows whose cell of a field was not used, which has been reported."""
    flags = np.zeros(len(read.text.lines), bool)
    flags[read.unreadable.get(name, [])] = True
    return flags


def report_rows(
    read: ReadTable,
    severity: str,
    code: str,
    flags: np.ndarray,
    name: str,
    findings: Findings,
    message: str | Callable[[int], str],
    remedy: str,
) -> None:
    """One problem for each flagged row, at the column of field `name`; `message` may depend on the row."""

    def describe(row: int) -> tuple[str, str]:
        value = read.cell(name, row) if name in read.sources else ""
        return value, message if isinstance(message, str) else message(row)

    findings.rows(
        severity,
        code,
        read.text.name,
        np.flatnonzero(flags),
        read.text.lines,
        column=read.header(name),
        remedy=remedy,
        describe=describe,
    )


def two_dates(what: str, when: np.ndarray, relation: str, other: np.ndarray) -> Callable[[int], str]:
    """Says of a row: "The date of death, 2020-01-01, is before the first cycle, 2021-01-01."."""
    return lambda row: f"{what}, {day(when[row])}, {relation}, {day(other[row])}."


def day(value: object) -> str:
    """A date as 2021-03-25."""
    return str(value)[:10]

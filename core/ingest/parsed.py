"""What reading a column takes and gives: the context of its table, and its distinct cells as typed values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from core.ingest.findings import Findings


@dataclass(frozen=True)
class Failure:
    """Why a cell is not used."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Context:
    """What reading one column needs to know of its table.

    Parameters
    ----------
    table : name of the table
    today : no date may be later
    decimal_marks : the decimal marks that the table's numbers show
    date_orders : the orders of day and month that the table's dates show
    day_zero : of date numbers of a workbook; None = numbers are no dates
    delimiter : of the file, "" of a sheet
    findings : takes the questions that the cells leave open
    born_by : the dates are dates of birth, and a year of two digits is not later than this one; None = other dates
    """

    table: str
    today: date
    decimal_marks: Callable[[], frozenset[str]]
    date_orders: Callable[[], frozenset[str]]
    day_zero: date | None = None
    delimiter: str = ""
    findings: Findings = field(default_factory=Findings)
    born_by: int | None = None


@dataclass
class Parsed:
    """Distinct cells of a column, read as a field.

    Parameters
    ----------
    values : (n values,): float64, datetime64[us], or object (True/False/None of yes_no, str/None of category and text)
    missing : bool (n values,), empty or a missing marker
    failures : index of a distinct cell -> why it is not used
    odd : index -> message and remedy; used, but implausible
    readings : (as written, as read, rows) of words that were read as a level or as yes and no
    notes : (what was changed, rows)
    signs : index -> "<", "<=", ">" or ">=" of a value of which only the limit is known
    doubt : index of a cell whose day and month could be exchanged, None when there is no doubt
    mixed : the doubt comes of both orders in the column
    unit, factor : unit that the values told, and what multiplied them; "" = the field's own
    whole : the column as a whole is not used, which is reported once
    """

    values: np.ndarray
    missing: np.ndarray
    failures: dict[int, Failure] = field(default_factory=dict)
    odd: dict[int, Failure] = field(default_factory=dict)
    readings: list[tuple[str, str, int]] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)
    signs: dict[int, str] = field(default_factory=dict)
    doubt: int | None = None
    mixed: bool = False
    unit: str = ""
    factor: float = 1.0
    whole: bool = False

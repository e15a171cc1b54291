"""Birth dates: recognised, turned into the age at the start of the course, and never kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.fields import FIELDS
from core.ingest.findings import Findings
from core.ingest.parse import Context, born_by, parse_column
from core.ingest.plausible import OLDEST
from core.ingest.reading import ReadTable
from core.ingest.rules import dates

_YOUNGEST = np.timedelta64(25 * 365, "D")
_BORN_BEFORE = np.datetime64("1970-01-01", "us")


def keep_birth_dates_out(read: ReadTable, findings: Findings) -> list[int]:
    """Remove date columns that must be birth dates from what was read; their places in the text table.

    A column is one when half of its dates lie 25 years or more before the middle first cycle (before 1970 when the file
    has no first cycle): a column of the cohort's own, or a last contact - "DDN" is both "date des dernieres nouvelles"
    and "date de naissance".
    """
    start = dates(read, "first_cycle_date")
    start = start[~np.isnat(start)]
    bound = np.sort(start)[len(start) // 2] - _YOUNGEST if len(start) else _BORN_BEFORE
    births = []
    for name, one in list(read.fields.items()):
        if one.type != "date" or (one.role != "other" and name != "last_contact_date"):
            continue
        when = dates(read, name)
        when = np.sort(when[~np.isnat(when)])
        if len(when) and when[len(when) // 2] < bound:
            column = read.sources[name]
            births.append(next(place for place, other in enumerate(read.text.columns) if other is column))
            read.forget(name)
            findings.forget(read.text.name, column.header)
    return births


def take_age(read: ReadTable, births: list[int], context: Context, findings: Findings) -> None:
    """Make the age at the start of the course (the year of birth when there is no start) of the first birth date.

    Completed years; an age that is stated is kept. The dates themselves are not kept.
    """
    for place in births:
        column = read.text.columns[place]
        start = dates(read, "first_cycle_date")
        name = "birth_year" if np.isnat(start).all() else "age_years"
        if "age_years" in read.columns or name in read.columns:
            findings.change(f"courses: '{column.header}' holds a birth date and is left out.")
            continue
        parsed = parse_column(column, FIELDS["first_cycle_date"], replace(context, born_by=born_by(context.today)))
        born = parsed.values[column.codes]
        unread = np.flatnonzero(np.isnat(born) & ~parsed.missing[column.codes])
        if name == "birth_year":
            year = pd.Series(born).dt.year
            read.columns[name], what = pd.array(year, dtype="Int64"), "the year of birth"
        else:
            made, what = completed_years(born, start), "the age at the start of the course"
            wrong = np.flatnonzero((made < 0) | (made > OLDEST))
            made[wrong] = np.nan
            unread = np.union1d(unread, wrong)
            read.columns[name] = made
        read.fields[name] = FIELDS[name]
        read.sources[name] = column
        findings.change(f"courses: '{column.header}' holds a birth date; made into {what} and left out.")
        findings.rows(
            "error",
            "impossible_date",
            "courses",
            unread,
            read.text.lines,
            column=column.header,
            remedy="Correct the birth date, or give the age instead.",
            describe=lambda _: ("", "The birth date cannot be read, or makes no possible age; the row has no age."),
        )


def completed_years(born: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Age in completed years at `start`, float64, NaN where a date is missing; both datetime64[us] (n,)."""
    known = ~np.isnat(born) & ~np.isnat(start)
    ages = np.full(len(born), np.nan)
    b, s = born[known].astype("datetime64[D]"), start[known].astype("datetime64[D]")
    months = (s.astype("datetime64[M]") - b.astype("datetime64[M]")).astype(int)
    day_of = [(one - one.astype("datetime64[M]")).astype(int) for one in (b, s)]
    ages[known] = (months - (day_of[1] < day_of[0])) // 12
    return ages

"""Rules between what a course says twice: events and times against their dates, cycles against their dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.fields import TABLE_FIELDS
from core.ingest.findings import Findings
from core.ingest.reading import ReadTable
from core.ingest.rules import (
    ONE_OF_TWO,
    answers,
    dates,
    day,
    deaths_of,
    numbers,
    report_rows,
    two_dates,
    was_unreadable,
)
from core.options import DAYS_PER_MONTH

_DAY = np.timedelta64(1, "D")
_ROUNDING_DAYS, _TIMES_APART = 16.0, 31.0
_SHORTEST_GAP, _LONGEST_GAP = 14, 365
_LATE = {
    "progression_date": "The date of progression",
    "new_treatment_date": "The date of the new treatment",
    "last_cycle_date": "The date of the last cycle",
    "first_cycle_date": "The date of the first cycle",
}


def check_outcome(read: ReadTable, findings: Findings) -> None:
    """Check what a course says of its outcome and of its cycles in more than one way."""
    _overall_survival_event(read, findings)
    _progression_event(read, findings)
    _times(read, findings)
    _malignancies(read, findings)
    _after_last_contact(read, findings)
    _basis(read, findings)
    _cycles(read, findings)


def _overall_survival_event(read: ReadTable, findings: Findings) -> None:
    dead, alive = answers(read, "os_event")
    death = deaths_of(read, read)

    def contradicts(row: int) -> str:
        return f"The OS event is no, but there is a date of death, {day(death[row])}."

    flags = alive & ~np.isnat(death)
    report_rows(read, "warning", "event_contradicts_date", flags, "os_event", findings, contradicts, ONE_OF_TWO)
    if "death_date" in read.columns:
        flags = dead & np.isnat(death) & ~was_unreadable(read, "death_date")
        what = "The OS event is yes (dead), but there is no date of death"
        untimed = "the patient counts neither as dead nor as alive, and has no time of what only the death could end"
        _without_date(read, "os", flags, what, untimed, "Fill in the date of death, or correct the event.", findings)


def _progression_event(read: ReadTable, findings: Findings) -> None:
    """PFS ends at progression or death, whichever comes first; a new treatment before it may have ended it without."""
    happened, censored = answers(read, "pfs_event")
    progression, death = dates(read, "progression_date"), dates(read, "death_date")
    new = dates(read, "new_treatment_date")
    end = np.fmin(progression, death)

    def contradicts(row: int) -> str:
        what = "progression" if end[row] == progression[row] else "death"
        return f"The PFS event is no, but there is a date of {what}, {day(end[row])}."

    flags = censored & ~np.isnat(end) & ~(new < end)
    report_rows(read, "warning", "event_contradicts_date", flags, "pfs_event", findings, contradicts, ONE_OF_TWO)
    if "progression_date" in read.columns:
        unread = was_unreadable(read, "progression_date") | was_unreadable(read, "death_date")
        flags = happened & np.isnat(end) & ~unread
        what = "The PFS event is yes, but there is neither a date of progression nor of death"
        untimed = "the row has no PFS time, unless a new treatment ends it"
        _without_date(read, "pfs", flags, what, untimed, "Fill in the date, or correct the event.", findings)


def _without_date(
    read: ReadTable, endpoint: str, flags: np.ndarray, what: str, untimed: str, remedy: str, findings: Findings
) -> None:
    """An event without its date: an error where no ready-made time stands in for it."""
    timed = ~np.isnan(_stated_days(read, endpoint)[1])
    code, event = "event_without_date", f"{endpoint}_event"
    report_rows(read, "error", code, flags & ~timed, event, findings, f"{what}; {untimed}.", remedy)
    report_rows(read, "warning", code, flags & timed, event, findings, f"{what}; the stated time is used.", remedy)


def _times(read: ReadTable, findings: Findings) -> None:
    """Ready-made times against the dates, and PFS against OS."""
    start, death = dates(read, "first_cycle_date"), dates(read, "death_date")
    contact, progression = dates(read, "last_contact_date"), dates(read, "progression_date")
    happened, _ = answers(read, "pfs_event")
    ends = {
        "os": np.where(np.isnat(death), contact, death),
        "pfs": np.where(happened, np.fmin(progression, death), np.datetime64("NaT", "us")),
    }
    for endpoint, end in ends.items():
        name, stated = _stated_days(read, endpoint)
        by_dates = (end - start) / _DAY

        def contradicts(row: int, stated: np.ndarray = stated, by_dates: np.ndarray = by_dates) -> str:
            return f"The time is {stated[row]:.0f} days, but by the dates it is {by_dates[row]:.0f} days."

        flags = np.abs(stated - by_dates) > _TIMES_APART
        report_rows(read, "warning", "time_contradicts_dates", flags, name, findings, contradicts, ONE_OF_TWO)
    (pfs_name, pfs), (os_name, overall) = _stated_days(read, "pfs"), _stated_days(read, "os")
    exact = pfs_name.endswith("days") and os_name.endswith("days")

    def longer(row: int) -> str:
        return f"The PFS time, {pfs[row]:.0f} days, is longer than the OS time, {overall[row]:.0f} days."

    flags = pfs - overall > (1.0 if exact else _ROUNDING_DAYS)
    report_rows(read, "warning", "pfs_longer_than_os", flags, pfs_name, findings, longer, ONE_OF_TWO)


def _stated_days(read: ReadTable, endpoint: str) -> tuple[str, np.ndarray]:
    """The ready-made time of an endpoint in days, and the field it comes from."""
    if f"{endpoint}_days" in read.columns:
        return f"{endpoint}_days", numbers(read, f"{endpoint}_days")
    return f"{endpoint}_months", numbers(read, f"{endpoint}_months") * DAYS_PER_MONTH


def _malignancies(read: ReadTable, findings: Findings) -> None:
    """No MDS or leukaemia before the patient's first course here, but for those who had PRRT elsewhere before."""
    frame = pd.DataFrame({"patient": read.columns["patient_id"], "start": dates(read, "first_cycle_date")})
    first = frame.groupby("patient")["start"].transform("min").to_numpy("datetime64[us]")
    elsewhere, _ = answers(read, "first_prrt_elsewhere")
    named = {"mds": "The date of the myelodysplastic syndrome", "leukaemia": "The date of the leukaemia"}
    for stem, what in named.items():
        when = dates(read, f"{stem}_date")
        message = two_dates(what, when, "is before the first course", first)
        flags = (when < first) & ~elsewhere
        report_rows(read, "error", f"{stem}_before_start", flags, f"{stem}_date", findings, message, ONE_OF_TWO)


def _after_last_contact(read: ReadTable, findings: Findings) -> None:
    """Of a patient who is alive the last contact is the last thing known."""
    contacts = pd.DataFrame({"patient": read.columns["patient_id"], "when": dates(read, "last_contact_date")})
    last = contacts.groupby("patient")["when"].transform("max").to_numpy("datetime64[us]")
    alive = np.isnat(deaths_of(read, read)) & ~answers(read, "os_event")[0]
    for name, what in _LATE.items():
        when = dates(read, name)
        own = dates(read, "last_contact_date")
        flags = alive & (when > last)
        if name in ("first_cycle_date", "last_cycle_date"):  # on the same row this is "last contact before start"
            flags &= ~(own < dates(read, "first_cycle_date"))
        message = two_dates(what, when, "is after the last contact", last)
        report_rows(read, "warning", "date_after_last_contact", flags, name, findings, message, ONE_OF_TWO)


def _basis(read: ReadTable, findings: Findings) -> None:
    for stem, what in (("progression", "of progression"), ("new_treatment", "of a new treatment")):
        name, when = f"{stem}_basis", f"{stem}_date"
        if name not in read.columns or when not in read.columns:
            continue
        stated = np.asarray(pd.notna(read.columns[name]), bool)
        flags = stated & np.isnat(dates(read, when)) & ~was_unreadable(read, when)
        message = f"There is a basis {what}, but no date."
        remedy = "Fill in the date, or clear the basis."
        report_rows(read, "warning", "basis_without_date", flags, name, findings, message, remedy)


def _cycles(read: ReadTable, findings: Findings) -> None:
    """Number of cycles against first and last date, and against the activity given."""
    n = numbers(read, "n_cycles")
    first, last = dates(read, "first_cycle_date"), dates(read, "last_cycle_date")
    days = (last - first) / _DAY

    def message(row: int) -> str:
        cycles = f"{n[row]:g} cycle{'' if n[row] == 1 else 's'}"
        return f"{cycles} between {day(first[row])} and {day(last[row])}, {days[row]:.0f} days, cannot be right."

    with np.errstate(divide="ignore", invalid="ignore"):
        gap = days / (n - 1)
        flags = ((n == 1) & (days > 0)) | ((n > 1) & (days >= 0) & ((gap < _SHORTEST_GAP) | (gap > _LONGEST_GAP)))
        remedy = "Correct the number of cycles, or one of the dates."
        report_rows(read, "warning", "cycles_contradict_dates", flags, "n_cycles", findings, message, remedy)
        total = numbers(read, "total_activity_gbq")
        each = total / n
    low, high = TABLE_FIELDS["cycles"]["activity_gbq"].plausible or (0.0, np.inf)

    def share(row: int) -> str:
        return (
            f"{total[row]:g} GBq in {n[row]:g} cycles makes {each[row]:.1f} GBq each; {low:g} to {high:g} is plausible."
        )

    flags = (n > 0) & ((each < (low or 0)) | (each > (high or np.inf)))
    remedy = "Correct the activity or its unit, or the number of cycles."
    report_rows(read, "warning", "activity_contradicts_cycles", flags, "total_activity_gbq", findings, share, remedy)

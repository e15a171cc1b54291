"""What a reader should know about a survival result before using it, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.notice import Notice
from core.options import DAYS_PER_MONTH
from core.selection import Selection
from core.sentence import short_label
from core.store import CohortVersion

if TYPE_CHECKING:
    from core.outcome import Outcome

SMALL_GROUP = 5
"""A group with fewer patients is listed, not drawn."""
MAX_GROUPS = 10
"""With more groups than this there are no pairwise tests and no figure."""


def about_selection(result: Outcome, version: CohortVersion, selection: Selection) -> tuple[Notice, ...]:
    """Remarks on an outcome as a whole: nobody, no events, few patients, missing times, landmark, later knowledge."""
    told: list[Notice] = []
    label, overall = result.label.lower(), result.overall.curve
    if not result.n:
        whom = "No course is selected" if not result.without_time else "No selected course has a usable time"
        told.append(Notice("no_patients", f"{whom}: there is no {label} to estimate."))
    elif overall.n and not overall.n_events:
        told.append(
            Notice("no_events", f"No event of {label} among {_patients(overall.n)}: no median, no test, no model.")
        )
    elif 0 < overall.n < SMALL_GROUP:
        told.append(Notice("few_patients", f"Only {_patients(overall.n)}: the {label} curve says little.", overall.n))
    if result.without_time:
        why = ", ".join(f"{reason}: {n}" for reason, n in result.no_time)
        told.append(
            Notice(
                "no_time",
                f"{_courses(result.without_time)} without a usable time of {label} ({why}).",
                result.without_time,
            )
        )
    if result.landmark is not None:
        told.append(_landmark(result))
    later = [one.field for one in selection.conditions if one.field in version.fields]
    told += _immortal(result, version, (name for name in later if version.fields[name].known_later), "The selection")
    return tuple(told)


def about_groups(result: Outcome, version: CohortVersion) -> tuple[Notice, ...]:
    """Remarks on the groups: later knowledge, missing values, small groups, too many, withheld."""
    if result.strata is None:
        return ()
    told: list[Notice] = []
    described = version.fields.get(result.strata.field)
    if described is not None and described.known_later:
        told += _immortal(result, version, (described.name,), "The grouping")
    if result.strata_missing:
        n = result.strata_missing
        told.append(
            Notice("no_group", f"{_patients(n)} in no group, as a value is missing ({result.strata_label}).", n)
        )
    few = [group for group in result.groups if group.curve.n < SMALL_GROUP]
    if few:
        small = ", ".join(f"{group.level} ({group.curve.n})" for group in few)
        text = f"Fewer than {SMALL_GROUP} patients with {result.label.lower()}, so listed and not drawn: {small}."
        told.append(Notice("small_group", text, sum(group.curve.n for group in few)))
    if len(result.groups) > MAX_GROUPS:
        told.append(
            Notice("many_groups", f"{len(result.groups)} groups: at most {MAX_GROUPS} are drawn and compared in pairs.")
        )
    if result.withheld:
        told.append(Notice("withheld", f"Too small to show, alone or by subtraction: {', '.join(result.withheld)}."))
    return tuple(told)


def _immortal(result: Outcome, version: CohortVersion, names: Iterable[str], what: str) -> list[Notice]:
    """Groups that are known only later have survived until then."""
    if result.landmark is not None:
        return []
    return [
        Notice(
            "immortal_time",
            f"{what} uses {short_label(version.fields[name])}, which is known only after the start of the course: "
            "these patients had to reach that day (immortal time). A landmark analysis avoids it.",
        )
        for name in names
    ]


def _landmark(result: Outcome) -> Notice:
    day = result.landmark or 0.0
    events, censored = result.before_landmark
    when = f"Landmark analysis of {result.label.lower()} at {day / DAYS_PER_MONTH:.1f} months"
    text = (
        f"{when}: {_patients(events + censored)} with the event ({events}) or censored ({censored}) before left out; "
        "the curves are of those who reached it, with the clock from the start of the course."
    )
    return Notice("landmark", text, events + censored)


def _patients(n: int) -> str:
    return "1 patient" if n == 1 else f"{n:,} patients"


def _courses(n: int) -> str:
    return "1 selected course" if n == 1 else f"{n:,} selected courses"

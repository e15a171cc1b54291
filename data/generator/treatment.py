"""When: first days, cycles with their activities, and the dates of progression, new treatment and last contact.

Paper, Methods: four cycles of 7.4 GBq (+-10 %), 10-12 weeks apart, at most 16; inclusion 23/07/2013 to 23/07/2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from data.generator.draw import Draw, working_day
from data.generator.people import Course, Patient
from data.generator.plan import Outcome

FIRST_START, LAST_START = date(2013, 7, 23), date(2023, 7, 23)
LOCK = date(2024, 9, 30)
"""No contact after this day."""
TRIAL, TRIAL_PATIENTS, TRIAL_UNTIL = "LuMEN", 37, date(2018, 6, 30)
INTERVALS, INTERVAL_WEIGHTS = (70, 77, 84), (2, 5, 3)
DELAYS = (91, 98, 105)
RESPONSE_DAYS = 63
"""From the last cycle to the assessment of response, when there is no progression before it."""
GIGABECQUEREL = 7.4
LOST_FOR = 1800
"""Days before the lock in which those who left the treatment may have been seen last; the others were seen lately."""
CLINICAL_SHARE = 0.15
"""Share of the later progressions of functional tumours found by their symptoms."""
LONGEST_WAIT = 240
"""Days from progression to retreatment without another treatment between them."""
OTHER_TREATMENTS = 3
"""Patients with a new treatment before progression that no imaging asked for: only the sensitivity rules see it."""


def last_cycle_bounds(outcome: Outcome) -> tuple[int, int]:
    """Earliest and latest day of the last cycle, by what ended the course."""
    pfs = outcome.pfs_days
    if outcome.stop_reason == "death unrelated to PRRT":
        return pfs - 98, pfs - 6
    if outcome.recist_response == "PD":
        return pfs - 112, pfs - 28
    if outcome.stop_reason == "clinical deterioration":
        return pfs - 112, pfs - 14
    return 0, pfs - RESPONSE_DAYS


def intervals(outcome: Outcome, draw: Draw) -> list[int]:
    """Days between the cycles.

    Raises
    ------
    ValueError
        When the cycles of the plan do not fit before its progression or death.
    """
    gaps = outcome.n_cycles - 1
    least, most = last_cycle_bounds(outcome)
    if gaps * INTERVALS[0] > most:
        raise ValueError(f"{outcome}: {outcome.n_cycles} cycles do not fit into {most} days.")
    days = [draw.pick(INTERVALS, INTERVAL_WEIGHTS) for _ in range(gaps)]
    if gaps and (outcome.stop_reason == "myelotoxicity" or draw.chance(0.1)):
        days[draw.whole(0, gaps - 1)] = draw.pick(DELAYS)
    while sum(days) > most - 2 * gaps and max(days, default=0) > INTERVALS[0]:
        days[days.index(max(days))] -= 7
    while sum(days) < least and min(days, default=DELAYS[-1]) < DELAYS[-1]:
        days[days.index(min(days))] += 7
    return days


def give_cycles(course: Course, draw: Draw) -> None:
    """Dates and activities of the cycles of a course."""
    day = course.start
    for gap in [0, *intervals(course.outcome, draw)]:
        day = working_day(day + timedelta(days=gap)) if gap else day
        activity = min(max(draw.bell(GIGABECQUEREL, 0.17), 6.8), 8.0)
        course.cycles.append((day, f"{activity:.2f}"))


def first_day(outcome: Outcome, offsets: Sequence[int], draw: Draw) -> date:
    """Start of a patient's first course held here.

    Parameters
    ----------
    outcome : of that course
    offsets : days to the start of each later course; these fall on working days too

    Returns
    -------
    A working day such that every course starts within the period and nothing is later than the lock.
    """
    last = min(LAST_START - timedelta(days=max(offsets, default=0)), LOCK - timedelta(days=outcome.os_days))
    earliest = FIRST_START
    if not outcome.died:
        slack = 150 if last < LAST_START else 420
        slack = LOST_FOR if outcome.stop_reason == "patient decision or lost" else slack
        earliest = max(earliest, last - timedelta(days=slack))
    day = earliest + timedelta(days=draw.whole(0, (last - earliest).days))
    scan = [outcome.pfs_days] if outcome.pfs_kind == "progression" else []
    for wanted in ([*offsets, *scan], list(offsets)):
        for shift in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7):
            start = day + timedelta(days=shift)
            days = [start, *(start + timedelta(days=offset) for offset in wanted)]
            if earliest <= start <= last and all(working_day(one) == one for one in days):
                return start
    raise ValueError(f"No working day for a course with {outcome} and later courses after {list(offsets)} days.")


def give_outcome_dates(patient: Patient, course: Course, draw: Draw) -> None:
    """Progression and new treatment of a course; death and last contact follow from its end."""
    outcome = course.outcome
    day = course.start + timedelta(days=outcome.pfs_days)
    follows = patient.next_start(course)
    if outcome.pfs_kind == "censored" and outcome.pfs_days < outcome.os_days:
        course.new_treatment, course.new_treatment_basis = day, "imaging-only progression"
    if outcome.pfs_kind != "progression":
        return
    failing = outcome.stop_reason == "clinical deterioration"
    late = patient.has("functional") and draw.chance(CLINICAL_SHARE)
    clinical = outcome.recist_response != "PD" and (failing or late)
    course.progression, course.progression_basis = day, "clinical" if clinical else "RECIST"
    left = (course.end - day).days
    if follows and (follows - day).days <= LONGEST_WAIT:
        course.new_treatment = follows
    elif follows or (left > 30 and draw.chance(0.85)):
        course.new_treatment = working_day(day + timedelta(days=draw.whole(14, min(80, left - 12))))
    if course.new_treatment:
        course.new_treatment_basis = f"{course.progression_basis} progression"


def give_other_treatments(patients: Sequence[Patient], draw: Draw) -> None:
    """A few patients are newly treated before progression for another reason."""
    able = [one for one in patients if len(one.courses) == 1 and one.first.outcome.pfs_days > 700]
    able = [one for one in able if one.first.progression_basis == "RECIST"]
    for patient in draw.shuffled(able)[:OTHER_TREATMENTS]:
        course = patient.first
        before = course.start + timedelta(days=course.outcome.pfs_days - draw.whole(120, 240))
        course.new_treatment, course.new_treatment_basis = working_day(before), "other"


def mark_trial(patients: Sequence[Patient], draw: Draw) -> None:
    """The patients of the LuMEN trial: among those who started while it was open."""
    by_start = sorted(patients, key=lambda one: (one.first.start, one.key))
    during = [one for one in by_start if one.first.start <= TRIAL_UNTIL]
    pool = during if len(during) >= TRIAL_PATIENTS else by_start[:TRIAL_PATIENTS]
    for patient in draw.shuffled(pool)[:TRIAL_PATIENTS]:
        patient.first.facts["trial"] = TRIAL

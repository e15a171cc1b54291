"""A synthetic patient and the courses of one, as the generator builds them up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from data.generator.plan import FirstCourse, Outcome

FOLLOW_UP_DAYS = 70
"""Adverse events and blood tests were collected to the tenth week after the last cycle."""


@dataclass
class Course:
    """One PRRT course.

    Parameters
    ----------
    number : 1, 2, 3
    start : first day
    outcome : what the plan (or the generator, for courses beyond it) fixed
    cycles : date and activity in GBq of each administration
    facts : other cells of the courses table, as printed
    """

    number: int
    start: date
    outcome: Outcome
    cycles: list[tuple[date, str]] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    progression: date | None = None
    progression_basis: str = ""
    new_treatment: date | None = None
    new_treatment_basis: str = ""

    @property
    def last_cycle(self) -> date:
        """Day of the last administration."""
        return self.cycles[-1][0]

    @property
    def end(self) -> date:
        """Death or last contact."""
        return self.start + timedelta(days=self.outcome.os_days)

    @property
    def observed_until(self) -> date:
        """Last day on which events and blood tests of this course are collected."""
        return min(self.last_cycle + timedelta(days=FOLLOW_UP_DAYS), self.end)


@dataclass
class Patient:
    """One synthetic patient.

    Parameters
    ----------
    key : where it comes from, e.g. "plan-12"; names the patient's random streams
    plan : row of the plan, for the 110
    facts : cells that are the same in each course (person, tumour, metastases, earlier treatment), as printed
    age : whole years at the first course held here
    """

    key: str
    plan: FirstCourse | None
    age: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    courses: list[Course] = field(default_factory=list)
    name: str = ""

    @property
    def first(self) -> Course:
        """The first course held here."""
        return self.courses[0]

    @property
    def naive(self) -> bool:
        """One of the 110 whose first PRRT was given here."""
        return self.plan is not None

    def has(self, name: str) -> bool:
        """Whether a yes/no fact holds."""
        return self.facts.get(name) == "yes"

    def next_start(self, course: Course) -> date | None:
        """First day of the course after this one, or None."""
        later = [one.start for one in self.courses if one.number > course.number]
        return min(later) if later else None

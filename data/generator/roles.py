"""Who among the 110 is one of the single cases that the paper's text tells of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from data.generator.draw import Draw
from data.generator.people import Patient

NO_BLOOD_COUNTS, NO_LIVER_TESTS = 3, 5
"""Of the 110: 107 had blood counts after the first cycle, 105 liver tests."""
LATE_MDS_DAYS = 944
"""31 months after the first cycle."""


@dataclass(frozen=True)
class Roles:
    """Keys of patients.

    Parameters
    ----------
    no_blood_counts, no_liver_tests : without such tests after the first cycle (the first are among the second)
    early_mds, late_mds : MDS shortly after cycle 1, unrelated; MDS after 31 months, related
    myelotoxic : stopped for it
    renal : renal toxicity of grade 3 and of grade 4
    deteriorating : bilirubin of grade 3
    """

    no_blood_counts: tuple[str, ...]
    no_liver_tests: tuple[str, ...]
    early_mds: str
    late_mds: str
    myelotoxic: tuple[str, ...]
    renal: tuple[str, ...]
    deteriorating: tuple[str, ...]


def cast(patients: Sequence[Patient]) -> Roles:
    """Deal the roles, nobody two of them.

    Raises
    ------
    ValueError
        When the plan has nobody for a role.
    """
    taken: set[str] = set()

    def take(
        n: int, order: Callable[[Patient], Any], fits: Callable[[Patient], bool] = lambda _: True
    ) -> tuple[str, ...]:
        free = sorted((one for one in patients if one.key not in taken and fits(one)), key=order)[:n]
        if len(free) < n:
            raise ValueError("plan.csv: too few patients for a single case of the paper's text.")
        taken.update(one.key for one in free)
        return tuple(one.key for one in free)

    def chance(one: Patient) -> float:
        return Draw("roles", one.key).unit()

    def stopped(one: Patient, reason: str) -> bool:
        return one.first.outcome.stop_reason == reason

    no_blood = take(NO_BLOOD_COUNTS, lambda one: (one.first.observed_until - one.first.start).days)
    early = take(
        1,
        lambda one: (one.first.outcome.n_cycles, one.first.outcome.recist_response != "SD", chance(one)),
        lambda one: stopped(one, "clinical deterioration") and one.first.outcome.os_days > 65,
    )
    once = [one for one in patients if len(one.courses) == 1]
    late = take(
        1,
        lambda one: (not one.first.outcome.died, one.first.outcome.os_days),
        lambda one: one in once and one.first.outcome.os_days > LATE_MDS_DAYS + 30 and one.first.outcome.n_cycles == 4,
    )
    myelotoxic = take(3, chance, lambda one: stopped(one, "myelotoxicity"))
    renal = take(2, chance, lambda one: one in once and one.first.outcome.n_cycles == 4)
    failing = ("clinical deterioration", "radiologic progression")
    deteriorating = take(
        2,
        lambda one: (one.first.outcome.os_days, one.key),
        lambda one: one.first.outcome.stop_reason in failing and one.first.outcome.os_days > 70,
    )
    few = take(NO_LIVER_TESTS - NO_BLOOD_COUNTS, chance, lambda one: one.first.outcome.n_cycles <= 2)
    return Roles(no_blood, no_blood + few, early[0], late[0], myelotoxic, renal, deteriorating)

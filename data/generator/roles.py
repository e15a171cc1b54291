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


class _Casting:
    """Deals roles one after the other, so that nobody gets two."""

    def __init__(self, patients: Sequence[Patient]) -> None:
        self.free = list(patients)

    def take(self, n: int, order: Callable[[Patient], Any], fits: Callable[[Patient], bool] = bool) -> tuple[str, ...]:
        """Keys of the first `n` in order among the free who fit."""
        chosen = sorted((one for one in self.free if fits(one)), key=order)[:n]
        if len(chosen) < n:
            raise ValueError("plan.csv: too few patients for a single case of the paper's text.")
        self.free = [one for one in self.free if one not in chosen]
        return tuple(one.key for one in chosen)


def _chance(one: Patient) -> float:
    return Draw("roles", one.key).unit()


def cast(patients: Sequence[Patient]) -> Roles:
    """Deal the roles.

    Raises
    ------
    ValueError
        When the plan has nobody for a role.
    """
    casting = _Casting(patients)
    no_blood = casting.take(NO_BLOOD_COUNTS, lambda one: (one.first.observed_until - one.first.start).days)
    (early,) = casting.take(
        1,
        lambda one: (one.first.outcome.n_cycles, one.first.outcome.recist_response != "SD", _chance(one)),
        lambda one: one.first.outcome.stop_reason == "clinical deterioration" and one.first.outcome.os_days > 65,
    )
    (late,) = casting.take(1, lambda one: (not one.first.outcome.died, one.first.outcome.os_days), _may_have_late_mds)
    myelotoxic = casting.take(3, _chance, lambda one: one.first.outcome.stop_reason == "myelotoxicity")
    renal = casting.take(2, _chance, lambda one: len(one.courses) == 1 and one.first.outcome.n_cycles == 4)
    deteriorating = casting.take(2, lambda one: (one.first.outcome.os_days, one.key), _fails_early)
    few = casting.take(NO_LIVER_TESTS - NO_BLOOD_COUNTS, _chance, lambda one: one.first.outcome.n_cycles <= 2)
    return Roles(no_blood, no_blood + few, early, late, myelotoxic, renal, deteriorating)


def _may_have_late_mds(one: Patient) -> bool:
    outcome = one.first.outcome
    return len(one.courses) == 1 and outcome.os_days > LATE_MDS_DAYS + 30 and outcome.n_cycles == 4


def _fails_early(one: Patient) -> bool:
    outcome = one.first.outcome
    return outcome.stop_reason in ("clinical deterioration", "radiologic progression") and outcome.os_days > 70

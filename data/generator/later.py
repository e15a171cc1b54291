"""Retreatment: PRRT-2 after PRRT-1 here (14) or elsewhere (3), and the two PRRT-3 of the paper.

One PRRT-3 follows PRRT-1 and PRRT-2 here (progression after two cycles); the other patient had both elsewhere (four
cycles, stable disease).
"""

from __future__ import annotations

from collections.abc import Sequence

from data.generator.plan import Outcome, SecondCourse

WAIT_BEFORE_THIRD = 56
"""Days from progression after PRRT-2 to PRRT-3."""
THIRD_PROGRESSION = 147
"""Day of the progression after the two cycles of PRRT-3: found at the assessment of response."""
THIRD_ELSEWHERE = Outcome(624, "progression", 1003, False, "completed", 4, "SD")


def third_follows(seconds: Sequence[SecondCourse]) -> SecondCourse:
    """The second course that a third one follows: the longest life after a progression that was no primary failure.

    Raises
    ------
    ValueError
        When nobody lives long enough for two more cycles.
    """
    able = [one for one in seconds if one.follows and one.outcome.pfs_kind == "progression"]
    able = [one for one in able if one.outcome.recist_response in ("CR", "PR", "SD")]
    best = max(able, key=lambda one: one.outcome.os_days - one.outcome.pfs_days)
    if best.outcome.os_days - best.outcome.pfs_days < WAIT_BEFORE_THIRD + THIRD_PROGRESSION + 14:
        raise ValueError("plan_retreatment.csv: nobody lives long enough after PRRT-2 for a third course.")
    return best


def third_course(second: SecondCourse) -> tuple[int, Outcome]:
    """Start of PRRT-3 in days from the start of PRRT-2, and its outcome, which ends on the same day."""
    start = second.outcome.pfs_days + WAIT_BEFORE_THIRD
    left = second.outcome.os_days - start
    return start, Outcome(
        THIRD_PROGRESSION, "progression", left, second.outcome.died, "radiologic progression", 2, "PD"
    )

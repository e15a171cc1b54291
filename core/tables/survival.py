"""Medians, milestones and tests of one endpoint as tables."""

from __future__ import annotations

from collections.abc import Sequence

from core.figures.names import plain_level
from core.formats import NOT_ESTIMABLE, NOT_REACHED, count, median_months, months, p_value, percent, plural, span
from core.options import CONF_TYPES, DAYS_PER_MONTH
from core.outcome import Group, Outcome
from core.survival import FollowUp
from core.tables.table import Table

ALL = "All"


def median_table(outcome: Outcome, milestones: Sequence[float]) -> Table:
    """n, events, median and milestones of everybody and of each group.

    Parameters
    ----------
    outcome : one endpoint of one selection
    milestones : months
    """
    groups = outcome.groups or (outcome.overall,)
    rows = [_row(group, milestones) for group in groups]
    curve = outcome.overall.curve
    not_reached = " NR: not reached." if any(NOT_REACHED in cell for row in rows for cell in row[3:]) else ""
    notes = [f"{curve.conf_level:.0%} intervals: {CONF_TYPES[curve.conf_type]}.{not_reached}"]
    if outcome.strata_missing:
        notes.append(f"{plural(outcome.strata_missing, 'patient')} in no group, as a value is missing.")
    if outcome.withheld:
        notes.append(f"Too small to show: {', '.join(outcome.withheld)}.")
    return Table(
        title=outcome.label,
        columns=(
            outcome.strata_label or "Patients",
            "n",
            "Events",
            "Median, months (95% CI)",
            *(f"{month:g} months" for month in milestones),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _row(group: Group, milestones: Sequence[float]) -> tuple[str, ...]:
    curve = group.curve
    at = curve.at([month * DAYS_PER_MONTH for month in milestones])
    reached = [
        NOT_ESTIMABLE
        if s is None
        else percent(s)
        if low is None or high is None or low == high
        else f"{percent(s)} ({_limits(low, high)})"
        for s, low, high in zip(at.survival, at.lower, at.upper, strict=True)
    ]
    median = median_months(curve.median)
    return (plain_level(group.level) if group.level else ALL, count(curve.n), count(curve.n_events), median, *reached)


def _limits(low: float, high: float) -> str:
    return span(f"{100 * low:.1f}", f"{100 * high:.1f}")


def logrank_table(outcome: Outcome) -> Table | None:
    """The log-rank test over all groups, and between each two with Holm's adjustment; None without groups."""
    test = outcome.log_rank
    if test is None:
        return None
    notes = [test.reason] if test.reason else []
    rows: list[tuple[str, ...]] = [
        ("All groups", _chi2(test.chi2), str(test.df or NOT_ESTIMABLE), p_value(test.p), NOT_ESTIMABLE)
    ]
    if not outcome.pairwise:
        rows = [row[:4] for row in rows]
    for pair in outcome.pairwise:
        rows.append(
            (
                f"{plain_level(pair.a)} against {plain_level(pair.b)}",
                _chi2(pair.chi2),
                "1",
                p_value(pair.p),
                p_value(pair.p_holm),
            )
        )
    heads = ("Log-rank test", "Chi-squared", "df", "p", "p adjusted (Holm)")
    return Table(
        title=f"{outcome.label}: log-rank",
        columns=heads if outcome.pairwise else heads[:4],
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _chi2(value: float | None) -> str:
    return NOT_ESTIMABLE if value is None else f"{value:.2f}"


def whose_follow_up(outcome: Outcome) -> str:
    """Of a selection against the rest it is the selection's alone: " of the selection"; else ""."""
    return " of the selection" if outcome.strata is not None and outcome.strata.pair else ""


def follow_up_sentence(outcome: Outcome) -> str:
    """Follow-up, both notions named; empty where the cohort has no overall survival."""
    followed = outcome.follow_up
    if followed is None or followed.median_observed is None:
        return ""
    reverse = followed.reverse_median
    reached = "not reached"
    if reverse.time is not None:
        reached = f"{median_months(reverse)} months"
    return (
        f"Follow-up{whose_follow_up(outcome)}: median observed time {months(followed.median_observed)} months"
        f"{_range(followed)}, the paper's notion; "
        f"reverse Kaplan-Meier {reached}."
    )


def _range(followed: FollowUp) -> str:
    """ " (range 0.8-106.4)"; nothing where single patients' times are hidden."""
    if followed.min is None:
        return ""
    return f" (range {span(months(followed.min), months(followed.max))})"

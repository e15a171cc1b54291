"""Prognostic factors, univariable and multivariable side by side, as journals print them."""

from __future__ import annotations

from core.figures.names import factor_label, factor_level, typeset
from core.formats import NOT_ESTIMABLE, REFERENCE, count, p_value, plural, ratio_with_interval
from core.prognosis import Prognosis
from core.tables.table import INDENT, Table, footnotes
from core.terms import FactorResult, LevelResult

_HEADS = ("n", "Events", "HR (95% CI)", "p")


def hazard_table(prognosis: Prognosis, label: str, preset: str = "journal") -> Table:
    """Factor rows with the overall p, then their levels; n and events in the spanners.

    Parameters
    ----------
    prognosis : models of one endpoint
    label : of the endpoint
    preset : how p-values are written, see `core.formats.p_value`
    """
    together = prognosis.multivariable
    joint = {one.factor: one for one in together.factors}
    rows: list[tuple[str, ...]] = []
    reasons: list[tuple[str, str | None]] = []
    for alone in prognosis.univariable:
        other = joint.get(alone.factor)
        rows += _factor(alone, other, preset)
        reasons += _reasons(alone)
    for one in together.factors:
        reasons += [(f"{what} (multivariable)", reason) for what, reason in _reasons(one)]
    spans = (
        f"Univariable (n = {count(prognosis.n)}, {plural(prognosis.events, 'event')})",
        f"Multivariable (n = {count(together.n)}, {plural(together.events, 'event')})" if joint else "Multivariable",
    )
    return Table(
        title=f"Prognostic factors, {label[0].lower() + label[1:]}",
        columns=("Factor", *_HEADS, *_HEADS[2:]),
        spanners=("", *[spans[0]] * 4, *[spans[1]] * 2),
        rows=tuple(rows),
        notes=(*footnotes(reasons), *_notes(prognosis)),
    )


def _factor(alone: FactorResult, other: FactorResult | None, preset: str) -> list[tuple[str, ...]]:
    """A factor's own row with its overall p, then its levels; a factor with one coefficient stands on one line."""
    p_alone = p_value(alone.wald.p if alone.wald else None, preset)
    p_other = "" if other is None else p_value(other.wald.p if other.wald else None, preset)
    if len(alone.levels) == 1:
        beside = "" if other is None else _level(other.levels[0], preset)[2]
        label = factor_label(alone.factor, alone.label)
        return [(label, *_level(alone.levels[0], preset)[:3], p_alone, beside, p_other)]
    rows: list[tuple[str, ...]] = [(alone.label, count(alone.n), count(alone.events), "", p_alone, "", p_other)]
    together = {} if other is None else {level.level: level for level in other.levels}
    for level in alone.levels:
        if level.n:
            there = together.get(level.level)
            right = ("", "") if there is None else _level(there, preset)[2:]
            rows.append((INDENT + factor_level(alone.factor, level.level), *_level(level, preset), *right))
    return rows


def _level(level: LevelResult, preset: str) -> tuple[str, str, str, str]:
    head = (count(level.n), count(level.events))
    if level.reference:
        return (*head, REFERENCE, "")
    if level.hr is None:
        return (*head, NOT_ESTIMABLE, "")
    return (*head, ratio_with_interval(level.hr, level.lower, level.upper), p_value(level.p, preset))


def _reasons(one: FactorResult) -> list[tuple[str, str | None]]:
    if one.reason:
        return [(one.label, typeset(one.reason))]
    return [
        (f"{one.label}, {factor_level(one.factor, level.level).lower()}", typeset(level.reason))
        for level in one.levels
        if level.reason and level.n and not level.reference
    ]


def _notes(prognosis: Prognosis) -> tuple[str, ...]:
    together = prognosis.multivariable
    notes = [
        "HR: hazard ratio, Cox model with Efron ties; Wald intervals and p; a factor's own p tests all its levels.",
        f"{prognosis.entry} enter the multivariable model, on the patients who have all of them"
        + (f" ({plural(together.missing, 'patient')} left out for missing values)." if together.missing else "."),
    ]
    if prognosis.without_outcome:
        notes.append(f"{plural(prognosis.without_outcome, 'course')} without a usable time left out of every model.")
    if together.reason:
        notes.append(together.reason)
    return tuple(notes)


def assumption_table(prognosis: Prognosis) -> Table | None:
    """Test of proportional hazards per factor and overall; None where it cannot be made."""
    test = prognosis.multivariable.proportional_hazards
    if test is None:
        return None
    labels = {one.factor: one.label for one in prognosis.multivariable.factors}
    hazards = prognosis.multivariable.as_dict()["proportional_hazards"]
    rows = [
        (labels.get(row["term"], "All together"), f"{row['chi2']:.2f}", str(row["df"]), p_value(row["p"]))
        for row in hazards
    ]
    return Table(
        title="Proportional hazards",
        columns=("Factor", "Chi-squared", "df", "p"),
        rows=tuple(rows),
        notes=("Score test on Kaplan-Meier time, as R's cox.zph. A small p: the hazard ratio changes with time.",),
    )

"""One factor in one model: what can be estimated of it, and its results in numbers or in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cox import COLLINEAR, CONSTANT, DIVERGING, ESTIMATED, METHOD, CoxFit
from core.cox_tests import ChiSquared, wald, wald_interval, wald_p
from core.factors import MAX_LEVELS, Design

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

REFERENCE = "Reference level."
NO_PATIENTS = "No patients at this level."
NO_EVENTS = "Not estimable: no events at this level."
SEPARATION = "Not estimable: separation (the likelihood keeps rising as coefficients grow without bound)."
ONE_VALUE = "Not estimable: it takes one value in all patients at risk."
NO_CONVERGENCE = "Not estimable: the fit did not converge."
OUT_OF_RANGE = "Not estimable: the hazard ratio per unit is too large or too small for a number; use another unit."
TOO_FEW_EVENTS = "Not estimable: fewer than two events."


@dataclass(frozen=True)
class LevelResult:
    """One level of a factor (or its one unit) in a model; a hazard ratio, or the reason why there is none.

    Parameters
    ----------
    level : name of the level, "per unit" for a continuous factor
    reference : whether the others are compared with it
    n, events : patients and events of the model at this level
    coef, standard_error : log hazard ratio and its standard error
    hr, lower, upper : hazard ratio with its Wald interval
    p : two-sided Wald p-value
    reason : why the numbers are None
    """

    level: str
    reference: bool
    n: int
    events: int
    coef: float | None = None
    standard_error: float | None = None
    hr: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The level in plain types."""
        return asdict(self)


@dataclass(frozen=True)
class FactorResult:
    """One factor in a model.

    Parameters
    ----------
    factor : as written
    label : what a clinician calls it
    n, events : patients and events of the model
    missing : patients with a known outcome left out because a value is missing
    wald : overall test of its estimable levels (type 3)
    likelihood_ratio : overall test against the model without it; a level without events counts as one coefficient
    levels : in display order, the reference among them
    reason : why no hazard ratio can be given; None when there is one
    """

    factor: str
    label: str
    n: int
    events: int
    missing: int
    wald: ChiSquared | None
    likelihood_ratio: ChiSquared | None
    levels: tuple[LevelResult, ...]
    reason: str | None
    method: str = METHOD

    def as_dict(self) -> dict[str, Any]:
        """The factor in plain types, as the command line prints it."""
        return {
            "factor": self.factor,
            "label": self.label,
            "n": self.n,
            "events": self.events,
            "missing": self.missing,
            "p_wald": self.wald.p if self.wald else None,
            "p_lr": self.likelihood_ratio.p if self.likelihood_ratio else None,
            "levels": [level.as_dict() for level in self.levels],
            "reason": self.reason,
        }


@dataclass(frozen=True, eq=False)
class Term:
    """A factor over the patients of one model, before the fit.

    Parameters
    ----------
    design : the factor's values
    rows : (n,) patients of the model
    n, events : (levels,) patients and events at each level
    reference : position of the reference level; None for a continuous factor
    fitted : levels that get a column, in order
    eventless : levels with patients and without events: their coefficient tends to minus infinity, and in that limit
        their patients leave the risk sets
    counted : how many of `eventless` have a patient at risk at some event, so that they count in the likelihood
    reason : why nothing can be fitted; None = go on
    """

    design: Design
    rows: Bools
    n: NDArray[np.intp]
    events: NDArray[np.intp]
    reference: int | None
    fitted: tuple[int, ...]
    eventless: tuple[int, ...]
    counted: int
    reason: str | None

    @property
    def remaining(self) -> Bools:
        """(n,) patients of the model without those of eventless levels."""
        return self.rows & ~np.isin(self.design.code, self.eventless) if self.eventless else self.rows

    @property
    def columns(self) -> Floats:
        """(n, k) one column per fitted level; NaN outside `remaining`."""
        if self.design.values is not None:
            return np.where(self.rows, self.design.values, np.nan)[:, None]
        indicators = (self.design.code[:, None] == self.fitted).astype(float)
        indicators[~self.remaining] = np.nan
        return indicators

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns in words."""
        return tuple(self.design.name(level) for level in self.fitted)


def term(design: Design, rows: Bools, time: Floats, event: Bools) -> Term:
    """Find what can be estimated of a factor in some patients.

    Parameters
    ----------
    design : the factor's values
    rows : (n,) patients of the model; none of them has this factor missing
    time, event : (n,) known outcomes
    """
    size = len(design.levels)
    n = np.bincount(design.code[rows], minlength=size)
    events = np.bincount(design.code[rows & event], minlength=size)
    if design.values is not None:
        reason = _hopeless(n, events)
        return Term(design, rows, n, events, None, () if reason else (0,), (), 0, reason)
    reference = _reference(design, n, events)
    filled = np.flatnonzero(n > 0)
    reason = _hopeless(n, events)
    if reason is None and filled.size == 1:
        reason = f"Not estimable: all patients are at one level, {design.levels[filled[0]]}."
    if reason is None and filled.size > MAX_LEVELS:
        reason = f"Not estimable: {filled.size} levels; a factor may have {MAX_LEVELS}."
    if reason:
        return Term(design, rows, n, events, reference, (), (), 0, reason)
    eventless = tuple(int(level) for level in filled if not events[level])
    eventful = [int(level) for level in filled if events[level]]
    base = reference if reference in eventful else eventful[0]
    last = [time[rows & (design.code == level)].max() for level in eventless]
    counted = int(np.sum(last >= time[rows & event].min())) if last else 0
    return Term(design, rows, n, events, reference, tuple(i for i in eventful if i != base), eventless, counted, None)


def _hopeless(n: NDArray[np.intp], events: NDArray[np.intp]) -> str | None:
    if not n.sum():
        return "Not estimable: no patients with this value."
    return TOO_FEW_EVENTS if events.sum() < 2 else None


def _reference(design: Design, n: NDArray[np.intp], events: NDArray[np.intp]) -> int | None:
    """The declared reference; where nobody has it, the first level with events, else with patients."""
    if not design.levels or design.reference is None:
        return None
    declared = design.levels.index(design.reference)
    if n[declared]:
        return declared
    for counts in (events, n):
        if counts.any():
            return int(np.flatnonzero(counts)[0])
    return declared


def constant(rows: Bools) -> Floats:
    """A model without covariates on some rows, (n, 1): its log likelihood is the null one."""
    return np.where(rows, 0.0, np.nan)[:, None]


def result(
    one: Term,
    missing: int,
    fit: CoxFit | None,
    offset: int,
    names: Sequence[str],
    ratio: ChiSquared | None,
    conf_level: float,
) -> FactorResult:
    """Read a factor's results off a fitted model.

    Parameters
    ----------
    one : the factor in the model
    missing : patients left out for missing values
    fit : the model; None when there is none
    offset : position of the factor's first column in the model
    names : the model's columns in words
    ratio : likelihood-ratio test of the factor
    conf_level : of the intervals
    """
    levels, tested = [], []
    errors = fit.standard_error.tolist() if fit is not None else []
    for position in range(len(one.n)):
        column = offset + one.fitted.index(position) if position in one.fitted else None
        outcome = _level(one, position, fit, column, errors, names, conf_level)
        levels.append(outcome)
        if fit is not None and column is not None and fit.converged and fit.status[column] == ESTIMATED:
            tested.append(column)
    overall = wald(fit.coef[tested], fit.covariance[np.ix_(tested, tested)]) if fit is not None else None
    reason = None if any(level.hr is not None for level in levels) else _reason(one, levels)
    return FactorResult(
        factor=one.design.key,
        label=one.design.label,
        n=int(one.n.sum()),
        events=int(one.events.sum()),
        missing=missing,
        wald=overall,
        likelihood_ratio=ratio if fit is None or fit.converged else None,
        levels=tuple(levels),
        reason=reason,
    )


def _level(
    one: Term,
    position: int,
    fit: CoxFit | None,
    column: int | None,
    errors: Sequence[float],
    names: Sequence[str],
    conf_level: float,
) -> LevelResult:
    name, is_reference = one.design.levels[position], position == one.reference
    counts = int(one.n[position]), int(one.events[position])
    reason = REFERENCE if is_reference else _why_not(one, position, fit, column, names)
    if reason is not None or fit is None or column is None:
        return LevelResult(name, is_reference, *counts, reason=reason or NO_CONVERGENCE)
    coef, error = float(fit.coef[column]), errors[column]
    lower, upper = (float(limit) for limit in wald_interval(coef, error, conf_level))
    if not (lower > 0 and np.isfinite(upper)):
        return LevelResult(name, is_reference, *counts, reason=OUT_OF_RANGE)
    return LevelResult(name, is_reference, *counts, coef, error, exp(coef), lower, upper, float(wald_p(coef, error)))


def _why_not(one: Term, position: int, fit: CoxFit | None, column: int | None, names: Sequence[str]) -> str | None:
    if one.design.values is None and not one.n[position]:
        return NO_PATIENTS
    if one.reason:
        return one.reason
    if position in one.eventless:
        return NO_EVENTS
    if one.reference in one.eventless and one.reference is not None:
        return f"Not estimable: the reference level, {one.design.levels[one.reference]}, has no events; choose another."
    if fit is None or column is None or not fit.converged:
        return NO_CONVERGENCE
    status = fit.status[column]
    if status == COLLINEAR:
        return f"Not estimable: collinear (determined by {', '.join(names[i] for i in fit.collinear_with[column])})."
    return {CONSTANT: ONE_VALUE, DIVERGING: SEPARATION}.get(status)


def _reason(one: Term, levels: Sequence[LevelResult]) -> str:
    """Why no level has a hazard ratio: the factor's own reason, or that of its first level with patients."""
    if one.reason:
        return one.reason
    told = [level.reason for level in levels if not level.reference and level.n and level.reason]
    return told[0] if told else NO_CONVERGENCE

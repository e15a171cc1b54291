"""CTCAE v5.0 limits of the laboratory terms, and CKD-EPI: the tables as data, and the rules as pure NumPy functions.

`core/sql/grades.py` grades a stored cohort in SQL from the same tables; the tests hold both against each other.
A value exactly on a limit belongs to the milder grade. Products such as 3 x 0.7 are not exact in floating point, so a
value is beyond a limit only when it is so by more than `TOLERANCE`, relative to the limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TOLERANCE = 1e-9
"""Relative width within which a value counts as exactly on a limit."""
UNSURE = 0.5
"""Code of a value that is grade 0 or 1 and cannot be told which, for want of its limit of normal."""
EGFR_LLN = 90.0
"""Lower limit of normal of the eGFR when none is given, mL/min/1.73 m2."""
WINDOW_DAYS = 70
"""Adverse events count to this many days after the last cycle, inclusive."""


@dataclass(frozen=True)
class LowLimits:
    """A term whose low values are bad; grade 1 is below the lower limit of normal.

    Parameters
    ----------
    term, analyte : names of `core.fields.TERMS` and `ANALYTES`
    unit : unit of the limits
    below : values below which grade 2, 3, 4 begins; None = that grade is clinical only
    lln : lower limit of normal where the measurement brings none
    """

    term: str
    analyte: str
    unit: str
    below: tuple[float, float, float | None]
    lln: float | None = None


@dataclass(frozen=True)
class HighLimits:
    """A term whose high values are bad; limits are multiples.

    Parameters
    ----------
    term, analyte : names of `core.fields.TERMS` and `ANALYTES`
    x_uln : multiples of the upper limit of normal above which grade 1, 2, 3, 4 begins
    x_baseline : the same of the baseline value; None = no such criterion
    from_first : grade 1 by baseline begins at its multiple, not above it
    worse : both criteria apply and the worse counts; else the baseline's apply exactly when the baseline is abnormal
    """

    term: str
    analyte: str
    x_uln: tuple[float, float, float, float]
    x_baseline: tuple[float | None, float | None, float | None, float | None]
    from_first: bool
    worse: bool = False


LOW_LIMITS = (
    LowLimits("anaemia", "haemoglobin", "g/dL", (10.0, 8.0, None)),
    LowLimits("leukopenia", "leukocytes", "10^9/L", (3.0, 2.0, 1.0)),
    LowLimits("lymphopenia", "lymphocytes", "10^9/L", (0.8, 0.5, 0.2)),
    LowLimits("neutropenia", "neutrophils", "10^9/L", (1.5, 1.0, 0.5)),
    LowLimits("thrombocytopenia", "platelets", "10^9/L", (75.0, 50.0, 25.0)),
    LowLimits("hypoalbuminaemia", "albumin", "g/L", (30.0, 20.0, None)),
    LowLimits("chronic kidney disease", "eGFR", "mL/min/1.73 m2", (60.0, 30.0, 15.0), EGFR_LLN),
)
HIGH_LIMITS = (
    HighLimits("ALT increased", "ALT", (1.0, 3.0, 5.0, 20.0), (1.5, 3.0, 5.0, 20.0), True),
    HighLimits("AST increased", "AST", (1.0, 3.0, 5.0, 20.0), (1.5, 3.0, 5.0, 20.0), True),
    HighLimits("GGT increased", "GGT", (1.0, 2.5, 5.0, 20.0), (2.0, 2.5, 5.0, 20.0), True),
    HighLimits("ALP increased", "ALP", (1.0, 2.5, 5.0, 20.0), (2.0, 2.5, 5.0, 20.0), True),
    HighLimits("bilirubin increased", "bilirubin", (1.0, 1.5, 3.0, 10.0), (1.0, 1.5, 3.0, 10.0), False),
    HighLimits("creatinine increased", "creatinine", (1.0, 1.5, 3.0, 6.0), (None, 1.5, 3.0, None), False, worse=True),
)
LIMITS: dict[str, LowLimits | HighLimits] = {limits.term: limits for limits in (*LOW_LIMITS, *HIGH_LIMITS)}
"""Limits by term."""
KIDNEY_TERM = "chronic kidney disease"
"""The one term whose grade depends on the eGFR equation."""
RELATIVE_TERMS = frozenset(limits.term for limits in HIGH_LIMITS)
"""Terms graded relative to an abnormal baseline: they get no delta, the grade already is one."""


@dataclass(frozen=True)
class EgfrEquation:
    """Coefficients of a CKD-EPI creatinine equation for one sex.

    scale x min(Scr / kappa, 1)^low x max(Scr / kappa, 1)^high x age_base^age, Scr in mg/dL.
    """

    name: str
    sex: str
    scale: float
    kappa: float
    low: float
    high: float
    age_base: float


EGFR = (
    EgfrEquation("ckd-epi-2009", "female", 141 * 1.018, 0.7, -0.329, -1.209, 0.993),
    EgfrEquation("ckd-epi-2009", "male", 141.0, 0.9, -0.411, -1.209, 0.993),
    EgfrEquation("ckd-epi-2021", "female", 142 * 1.012, 0.7, -0.241, -1.200, 0.9938),
    EgfrEquation("ckd-epi-2021", "male", 142.0, 0.9, -0.302, -1.200, 0.9938),
)


def egfr(creatinine_mg_dl: ArrayLike, age_years: ArrayLike, sex: ArrayLike, equation: str) -> Floats:
    """Estimated glomerular filtration rate by CKD-EPI creatinine, without a race coefficient.

    Parameters
    ----------
    creatinine_mg_dl : (n,) mg/dL; not above 0 = missing
    age_years : (n,) or scalar, years
    sex : (n,) or scalar, "male" or "female"; anything else = missing
    equation : key of `core.options.EGFR_EQUATIONS`

    Returns
    -------
    (n,) mL/min/1.73 m2, unrounded; NaN where an input is missing

    Raises
    ------
    ValueError
        On an unknown equation.

    Source: Levey 2009, Ann Intern Med 150:604 (2009); Inker 2021, N Engl J Med 385:1737 (2021).
    """
    if equation not in {one.name for one in EGFR}:
        raise ValueError(f"equation: '{equation}' is not a CKD-EPI equation.")
    creatinine, age, sexes = np.broadcast_arrays(
        np.asarray(creatinine_mg_dl, float), np.asarray(age_years, float), np.asarray(sex, object)
    )
    creatinine = np.where(creatinine > 0, creatinine, np.nan)
    result = np.full(creatinine.shape, np.nan)
    for one in EGFR:
        if one.name == equation:
            ratio = creatinine / one.kappa
            value = one.scale * np.minimum(ratio, 1) ** one.low * np.maximum(ratio, 1) ** one.high * one.age_base**age
            result = np.where(sexes == one.sex, value, result)
    return result


def _above(value: Floats, limit: Floats) -> NDArray[np.bool_]:
    return value > limit * (1 + TOLERANCE)


def _below(value: Floats, limit: float | Floats) -> NDArray[np.bool_]:
    return value < np.asarray(limit) * (1 - TOLERANCE)


def _limit(values: ArrayLike | None, shape: tuple[int, ...], *, positive: bool) -> Floats:
    given = np.full(shape, np.nan) if values is None else np.broadcast_to(np.asarray(values, float), shape)
    usable = np.isfinite(given) & ((given > 0) if positive else (given >= 0))
    return np.where(usable, given, np.nan)


def low_grade(value: ArrayLike, lln: ArrayLike | None, limits: LowLimits) -> Floats:
    """Grade of values that are bad when low.

    Parameters
    ----------
    value : (n,) in `limits.unit`; NaN or negative = missing
    lln : (n,) lower limit of normal in the same unit, NaN = none; None = none at all

    Returns
    -------
    (n,) 0-4; `UNSURE` where the value is grade 0 or 1 and there is no limit to tell; NaN where there is no value

    Source: CTCAE v5.0.
    """
    values = np.asarray(value, float)
    values = np.where(np.isfinite(values) & (values >= 0), values, np.nan)
    lower = _limit(lln, values.shape, positive=False)
    if limits.lln is not None:
        lower = np.where(np.isnan(lower), limits.lln, lower)
    grade = np.where(np.isnan(lower), UNSURE, np.where(_below(values, lower), 1.0, 0.0))
    for step, below in enumerate(limits.below, start=2):
        if below is not None:
            grade = np.where(_below(values, below), float(step), grade)
    return np.where(np.isnan(values), np.nan, grade)


def _steps(value: Floats, reference: Floats, multiples: tuple[float | None, ...], *, from_first: bool) -> Floats:
    grade = np.zeros(value.shape)
    for step, multiple in enumerate(multiples, start=1):
        if multiple is not None:
            limit = multiple * reference
            reached = ~_below(value, limit) if step == 1 and from_first else _above(value, limit)
            grade = np.where(reached, float(step), grade)
    return np.where(np.isnan(value) | np.isnan(reference), np.nan, grade)


def uln_grade(value: ArrayLike, uln: ArrayLike | None, limits: HighLimits) -> Floats:
    """Grade by the upper limit of normal alone, as a baseline is graded: (n,) 0-4; NaN = no value or no limit."""
    values = np.asarray(value, float)
    values = np.where(np.isfinite(values) & (values >= 0), values, np.nan)
    return _steps(values, _limit(uln, values.shape, positive=True), limits.x_uln, from_first=False)


def high_grade(
    value: ArrayLike,
    uln: ArrayLike | None,
    limits: HighLimits,
    baseline: ArrayLike | None = None,
    baseline_uln: ArrayLike | None = None,
) -> Floats:
    """Grade of values that are bad when high, relative to the upper limit of normal or to the baseline.

    Parameters
    ----------
    value : (n,) NaN or negative = missing
    uln : (n,) upper limit of normal in the value's unit; NaN or None = none
    baseline, baseline_uln : (n,) the value at baseline and its own upper limit, in the value's unit; NaN or None = none

    Returns
    -------
    (n,) 0-4; `UNSURE` where only a missing limit keeps the value from being graded; NaN where there is no value

    Source: CTCAE v5.0.
    """
    values = np.asarray(value, float)
    values = np.where(np.isfinite(values) & (values >= 0), values, np.nan)
    before = _limit(baseline, values.shape, positive=True)
    before_uln = _limit(baseline_uln, values.shape, positive=True)
    by_uln = uln_grade(values, uln, limits)
    by_baseline = _steps(values, before, limits.x_baseline, from_first=limits.from_first)
    if limits.worse:
        without_limit = np.where(by_baseline >= 2, by_baseline, UNSURE)
        grade = np.where(np.isnan(by_uln), without_limit, np.fmax(by_uln, by_baseline))
    else:
        abnormal = _above(before, before_uln)
        grade = np.where(abnormal, by_baseline, np.where(np.isnan(by_uln), UNSURE, by_uln))
    return np.where(np.isnan(values), np.nan, grade)


def highest_grade(grades: ArrayLike) -> float:
    """The worst of several values' grades.

    Parameters
    ----------
    grades : (n,) grades as `low_grade` and `high_grade` give them

    Returns
    -------
    0-4, or NaN: without any value, or when the worst known is 0 and another value may be grade 1 (`UNSURE`).
    """
    known = np.asarray(grades, float)
    known = known[~np.isnan(known)]
    worst = float(known.max()) if known.size else np.nan
    return np.nan if worst == UNSURE else worst


def delta_grade(highest: ArrayLike, baseline: ArrayLike) -> Floats:
    """Delta highest grade: highest - baseline where positive, else 0; NaN where either is missing. (n,) each."""
    difference = np.asarray(highest, float) - np.asarray(baseline, float)
    return np.where(np.isnan(difference), np.nan, np.maximum(difference, 0.0))

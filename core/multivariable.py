"""Several prognostic factors together: the multivariable Cox model of the patients who have all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.concordance import Concordance, concordance
from core.cox import DIVERGING, ESTIMATED, METHOD, CoxFit, fit_batch, maximal_logliks
from core.cox_tests import ChiSquared, chi_squared, likelihood_ratio
from core.factors import Design
from core.terms import TOO_FEW_EVENTS, Bools, FactorResult, Floats, Term, constant, result, term
from core.zph import ProportionalHazards, zph

INDEPENDENT_P = 0.05
"""Overall Wald p in the multivariable model below which a factor is called independent."""
ENOUGH_EVENTS = 10
"""Events per coefficient below which the model is told to be overfitted."""
NO_FACTOR = "Not estimable: no factor can be estimated in these patients."
OVERALL = "GLOBAL"
"""Name of the test of all terms together, as R prints it."""


@dataclass(frozen=True)
class Multivariable:
    """The factors together, on patients with all of them.

    Parameters
    ----------
    n, events : complete cases and their events
    missing : patients with a known outcome left out because a factor is missing
    factors : in the order asked for
    independent : factors with overall Wald p below 0.05
    parameters : coefficients estimated
    events_per_parameter : None without a coefficient
    log_likelihood, log_likelihood_null : log partial likelihood with and without the factors
    likelihood_ratio, score : overall tests of the model against none
    concordance : None without a model
    proportional_hazards : test of the assumption, terms named as the factors; None when it cannot be made
    warnings : sentences for the reader
    reason : why there is no model; None when there is one
    """

    n: int
    events: int
    missing: int
    factors: tuple[FactorResult, ...] = ()
    independent: tuple[str, ...] = ()
    parameters: int = 0
    events_per_parameter: float | None = None
    log_likelihood: float | None = None
    log_likelihood_null: float | None = None
    likelihood_ratio: ChiSquared | None = None
    score: ChiSquared | None = None
    concordance: Concordance | None = None
    proportional_hazards: ProportionalHazards | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None
    method: str = METHOD

    def as_dict(self) -> dict[str, Any]:
        """The model in plain types, as the command line prints it; None where there is no number."""
        return {
            "n": self.n,
            "events": self.events,
            "missing": self.missing,
            "factors": [one.as_dict() for one in self.factors],
            "independent": list(self.independent),
            "concordance": self.concordance.concordance if self.concordance else None,
            "log_likelihood": self.log_likelihood,
            "log_likelihood_null": self.log_likelihood_null,
            "likelihood_ratio": _test(self.likelihood_ratio),
            "score": _test(self.score),
            "parameters": self.parameters,
            "events_per_parameter": self.events_per_parameter,
            "proportional_hazards": self._hazards(),
            "warnings": list(self.warnings),
            "method": self.method,
            "reason": self.reason,
        }

    def _hazards(self) -> list[dict[str, Any]]:
        tested = self.proportional_hazards
        if tested is None:
            return []
        rows = []
        for name, test in (*tested.terms.items(), (OVERALL, tested.overall)):
            reason = None if test else "Not testable: no coefficient, or too few event times."
            numbers = (test.chi2, test.df, test.p) if test else (None, None, None)
            rows.append({"term": name, **dict(zip(("chi2", "df", "p"), numbers, strict=True)), "reason": reason})
        return rows


def _test(test: ChiSquared | None) -> dict[str, Any] | None:
    return {"chi2": test.chi2, "df": test.df, "p": test.p} if test else None


def fit_multivariable(
    designs: Sequence[Design], time: Floats, event: Bools, conf_level: float = 0.95, *, drop_one: bool = True
) -> Multivariable:
    """Fit factors together on the patients who have all of them, and test each by leaving it out.

    Parameters
    ----------
    designs : factors over the same n patients
    time, event : (n,) known outcomes
    conf_level : of the intervals
    drop_one : False: without the likelihood-ratio test of each factor, which costs a fit each
    """
    rows = np.ones(time.size, dtype=bool)
    for one in designs:
        rows &= ~one.missing
    n, events, missing = int(rows.sum()), int((rows & event).sum()), int((~rows).sum())
    if not designs:
        return Multivariable(n, events, missing, reason="No factor entered the multivariable model.")
    terms = [term(one, rows, time, event) for one in designs]
    if not any(one.fitted for one in terms):
        reason = TOO_FEW_EVENTS if n and events < 2 else NO_FACTOR
        if not n:
            reason = "Not estimable: no patient has all of these factors."
        factors = tuple(result(one, missing, None, 0, (), None, conf_level) for one in terms)
        return Multivariable(n, events, missing, factors, reason=reason)
    raw = np.hstack([one.columns for one in terms if one.fitted])
    remaining = np.logical_and.reduce([one.remaining for one in terms])
    full = fit_batch([np.where(remaining[:, None], raw, np.nan)], time, event)[0]
    same = bool(remaining[rows].all())
    null = full.loglik_null if same else fit_batch([constant(rows)], time, event)[0].loglik_null
    ratios = _drop_one(terms, raw, full, time, event) if drop_one else [None] * len(terms)
    factors = _factors(terms, full, ratios, missing, conf_level)
    counted = sum(one.counted for one in terms)
    separated = DIVERGING in full.status
    return Multivariable(
        n=n,
        events=events,
        missing=missing,
        factors=factors,
        independent=tuple(one.factor for one in factors if one.wald is not None and one.wald.p < INDEPENDENT_P),
        parameters=full.df,
        events_per_parameter=events / full.df if full.df else None,
        log_likelihood=full.loglik,
        log_likelihood_null=null,
        likelihood_ratio=likelihood_ratio(full.loglik, null, full.df + counted),
        score=chi_squared(full.score, full.df, "score"),
        concordance=_concordance(raw, remaining, rows, full, time, event) if full.df else None,
        proportional_hazards=None if separated else _proportional(terms, raw, remaining, full, time, event),
        warnings=_warnings(full, events, int((rows & ~remaining).sum())),
        reason=None if full.df else NO_FACTOR,
    )


def _offsets(terms: Sequence[Term]) -> list[int]:
    """First column of each term in the model, and the number of columns."""
    return [0, *(int(end) for end in np.cumsum([len(one.fitted) for one in terms]))]


def _factors(
    terms: Sequence[Term], full: CoxFit, ratios: Sequence[ChiSquared | None], missing: int, conf_level: float
) -> tuple[FactorResult, ...]:
    names = [name for one in terms for name in one.names]
    return tuple(
        result(one, missing, full, offset, names, ratio, conf_level)
        for one, offset, ratio in zip(terms, _offsets(terms), ratios, strict=False)
    )


def _drop_one(terms: Sequence[Term], raw: Floats, full: CoxFit, time: Floats, event: Bools) -> list[ChiSquared | None]:
    """Likelihood-ratio test of each factor: the model as fitted against the one without the factor's columns.

    Patients at the factor's own levels without events are back in the model without it; those at others' stay out.
    """
    offsets = _offsets(terms)
    kept = ~np.isnan(full.coef)
    near = np.where([status == ESTIMATED for status in full.status], full.coef, 0.0)
    reduced, starts, lost = [], [], []
    for i, one in enumerate(terms):
        others = kept.copy()
        others[offsets[i] : offsets[i + 1]] = False
        rows = np.logical_and.reduce([one.rows, *(other.remaining for j, other in enumerate(terms) if j != i)])
        reduced.append(np.where(rows[:, None], raw[:, others], np.nan) if others.any() else constant(rows))
        starts.append(near[others])
        lost.append(int((kept & ~others).sum()) + one.counted)
    return [
        likelihood_ratio(full.loglik, without, df) if without is not None else None
        for without, df in zip(maximal_logliks(reduced, time, event, starts), lost, strict=True)
    ]


def _concordance(raw: Floats, remaining: Bools, rows: Bools, full: CoxFit, time: Floats, event: Bools) -> Concordance:
    kept = ~np.isnan(full.coef)
    log_hazard = np.zeros(time.size)
    log_hazard[remaining] = raw[remaining][:, kept] @ full.coef[kept]
    log_hazard[~remaining] = log_hazard[remaining].min() - 1.0  # a level without events: the lowest risk of all
    return concordance(log_hazard[rows], time[rows], event[rows])


def _proportional(
    terms: Sequence[Term], raw: Floats, remaining: Bools, full: CoxFit, time: Floats, event: Bools
) -> ProportionalHazards | None:
    if not full.converged or not full.df:
        return None
    offsets = _offsets(terms)
    columns = {one.design.key: range(offsets[i], offsets[i + 1]) for i, one in enumerate(terms)}
    return zph(full, raw[remaining], time[remaining], event[remaining], columns)


def _warnings(full: CoxFit, events: int, eventless: int) -> tuple[str, ...]:
    told = []
    if full.df and events < ENOUGH_EVENTS * full.df:
        told.append(
            f"{events / full.df:.1f} events per coefficient, fewer than {ENOUGH_EVENTS}: "
            "the hazard ratios are likely too far from 1 and their intervals too narrow."
        )
    if eventless:
        told.append(f"{eventless} patients at levels without events count in the likelihood-ratio tests only.")
    if DIVERGING in full.status:
        told.append("Proportional hazards are not tested: a coefficient has no estimate (separation).")
    if not full.converged:
        told.append("The fit did not converge: no hazard ratio is given.")
    return tuple(told)

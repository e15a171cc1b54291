"""Cox models, their tests and concordance, computed again by lifelines."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from core.crosscheck.comparison import CrossCheck, attempted, compare, worst
from core.dictionary import Field
from core.factors import Factor
from core.models import Models
from core.multivariable import Multivariable
from core.options import Options
from core.prognosis import Prognosis, prepared
from core.selection import Selection
from core.store import CohortVersion, Store
from core.terms import Bools, FactorResult, Floats, Term, term

if TYPE_CHECKING:
    from lifelines import CoxPHFitter

FIT_OPTIONS = {"precision": 1e-14, "r_precision": 1e-16}
"""lifelines' own defaults stop up to 5e-4 standard errors short, a precision of 1e-10 up to 1e-5."""
LIMIT_NOTE = "Ours keeps patients at levels without events in the model without the factor; lifelines cannot."
CONCORDANCE_NOTE = "Ours counts log hazards equal to 8 decimals as tied, lifelines compares their last bits."
ZPH_NOTE = "A different test: lifelines has the approximation of 1994, ours is R's score test (survival 3)."
SEPARATION_NOTE = "Not recomputed: lifelines has no step halving and no limit for a coefficient without a maximum."


@dataclass(frozen=True, eq=False)
class _Model:
    """The columns of a model that have a hazard ratio, and what we say of them."""

    x: Floats
    time: Floats
    event: Bools
    names: tuple[str, ...]
    factors: tuple[str, ...]
    coef: tuple[float, ...]
    standard_error: tuple[float, ...]


def check_models(
    store: Store,
    version: CohortVersion,
    selection: Selection,
    models: Mapping[str, Models],
    factors: Sequence[Factor],
    options: Options,
    multivariable: Sequence[Factor] | None = None,
) -> list[CrossCheck]:
    """Recompute the Cox models of a selection; parameters as of `core.models.models`, `models` its result."""
    shown = {key: one for key, one in models.items() if one.prognosis is not None}
    names = {one.field for one in (*factors, *(multivariable or ()))}
    names |= {f"{one}_{part}" for one in shown for part in ("days", "event")}
    data = store.columns(version, selection, names, options) if shown else {}
    found: list[CrossCheck] = []
    for key, one in shown.items():
        assert one.prognosis is not None
        outcome = data[f"{key}_days"], data[f"{key}_event"]
        every = (*factors, *(multivariable or ()))
        found += check_prognosis(one.label, one.prognosis, data, *outcome, every, version.fields)
    return found


def check_prognosis(
    label: str,
    prognosis: Prognosis,
    data: Mapping[str, ArrayLike],
    time: ArrayLike,
    event: ArrayLike,
    factors: Sequence[Factor],
    fields: Mapping[str, Field],
) -> list[CrossCheck]:
    """Recompute each univariable model and the multivariable one.

    Parameters
    ----------
    label : name of the endpoint
    prognosis : what is shown
    data, time, event, factors, fields : what it was made from; `factors` with those of a fixed multivariable list

    Returns
    -------
    list of CrossCheck
    """
    times, happened, designs = prepared(data, time, event, factors, fields)
    found: list[CrossCheck] = []
    for one in prognosis.univariable:
        alone = term(designs[one.factor], ~designs[one.factor].missing, times, happened)
        found += _univariable(f"{label}, {one.label} alone", one, alone, times, happened)
    together = prognosis.multivariable
    if together.reason is None:
        rows = np.logical_and.reduce([~designs[one.factor].missing for one in together.factors])
        terms = [term(designs[one.factor], rows, times, happened) for one in together.factors]
        found += _multivariable(f"{label}, multivariable", together, terms, times, happened)
    return found


def _univariable(what: str, one: FactorResult, alone: Term, time: Floats, event: Bools) -> list[CrossCheck]:
    if one.reason:
        return [CrossCheck(what, None, None, None, one.reason)]
    if _separated(one):
        return [CrossCheck(what, None, None, None, SEPARATION_NOTE)]
    model = _model([one], [alone], time, event)

    def recompute() -> list[CrossCheck]:
        again = _fitted(model)
        found = _coefficients(what, model, again)
        ratio = one.likelihood_ratio
        if ratio is not None and not alone.eventless:
            found.append(compare(f"{what}: likelihood ratio", ratio.chi2, _likelihood_ratio(again)))
        elif ratio is not None:
            found.append(CrossCheck(f"{what}: likelihood ratio", ratio.chi2, None, None, LIMIT_NOTE))
        return found

    return attempted(what, recompute)


def _multivariable(
    what: str, together: Multivariable, terms: Sequence[Term], time: Floats, event: Bools
) -> list[CrossCheck]:
    if any(_separated(one) for one in together.factors):
        return [CrossCheck(what, None, None, None, SEPARATION_NOTE)]
    model = _model(together.factors, terms, time, event)
    if not model.names:
        return []

    def recompute() -> list[CrossCheck]:
        again = _fitted(model)
        found = _coefficients(what, model, again)
        found.append(compare(f"{what}: log likelihood", together.log_likelihood, again.log_likelihood_))
        if together.likelihood_ratio is not None and not any(one.eventless for one in terms):
            found.append(compare(f"{what}: likelihood ratio", together.likelihood_ratio.chi2, _likelihood_ratio(again)))
        for left_out, one in enumerate(together.factors):
            found += _drop_one(what, one, left_out, together, terms, again.log_likelihood_, time, event)
        if together.concordance is not None and not any(one.eventless for one in terms):
            ours = together.concordance.concordance
            found.append(compare(f"{what}: concordance", ours, again.concordance_index_, CONCORDANCE_NOTE))
        return found + _proportional(what, together, model, again)

    return attempted(what, recompute)


def _drop_one(
    what: str,
    one: FactorResult,
    left_out: int,
    together: Multivariable,
    terms: Sequence[Term],
    loglik: float,
    time: Floats,
    event: Bools,
) -> list[CrossCheck]:
    """The likelihood-ratio test of one factor, from a second lifelines model without it."""
    if one.likelihood_ratio is None or len(terms) == 1:
        return []
    others = [other for position, other in enumerate(terms) if position != left_out]
    results = [other for position, other in enumerate(together.factors) if position != left_out]
    without = _model(results, others, time, event)
    label, ours = f"{what}, {one.label}: likelihood ratio", one.likelihood_ratio.chi2
    if not without.names:
        return []
    return attempted(label, lambda: [compare(label, ours, 2 * (loglik - _fitted(without).log_likelihood_))])


def _separated(one: FactorResult) -> bool:
    return any(level.reason is not None and "separation" in level.reason for level in one.levels)


def _model(results: Sequence[FactorResult], terms: Sequence[Term], time: Floats, event: Bools) -> _Model:
    columns, names, factors, coef, errors = [], [], [], [], []
    for one, made in zip(results, terms, strict=True):
        values = made.columns
        for column, position in enumerate(made.fitted):
            level = one.levels[position]
            if level.coef is None or level.standard_error is None:
                continue
            columns.append(values[:, column])
            names.append(made.design.name(position))
            factors.append(one.factor)
            coef.append(level.coef)
            errors.append(level.standard_error)
    rows = np.logical_and.reduce([made.remaining for made in terms])
    x = np.column_stack(columns)[rows] if columns else np.empty((int(rows.sum()), 0))
    return _Model(x, time[rows], event[rows], tuple(names), tuple(factors), tuple(coef), tuple(errors))


def _fitted(model: _Model) -> CoxPHFitter:
    import pandas as pd
    from lifelines import CoxPHFitter

    frame = pd.DataFrame(model.x, columns=[f"x{i}" for i in range(model.x.shape[1])])
    frame["time"], frame["event"] = model.time, model.event
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it would warn of, we have said in words
        return CoxPHFitter(penalizer=0.0).fit(frame, "time", "event", fit_options=FIT_OPTIONS)


def _coefficients(what: str, model: _Model, again: CoxPHFitter) -> list[CrossCheck]:
    return [
        worst(f"{what}: log hazard ratio", model.coef, again.params_.to_numpy(), model.names),
        worst(f"{what}: standard error", model.standard_error, again.standard_errors_.to_numpy(), model.names),
    ]


def _likelihood_ratio(again: Any) -> float:
    return float(again.log_likelihood_ratio_test().test_statistic)


def _proportional(what: str, together: Multivariable, model: _Model, again: CoxPHFitter) -> list[CrossCheck]:
    """Tests of proportional hazards, of factors with one column."""
    tested = together.proportional_hazards
    if tested is None:
        return []
    import pandas as pd
    from lifelines.statistics import proportional_hazard_test

    frame = pd.DataFrame(model.x, columns=list(again.params_.index))
    frame["time"], frame["event"] = model.time, model.event
    theirs = proportional_hazard_test(again, frame, time_transform="km").p_value
    found = []
    for one in together.factors:
        own = [i for i, factor in enumerate(model.factors) if factor == one.factor]
        test = tested.terms.get(one.factor)
        if test is not None and test.df == 1 and len(own) == 1:
            p = float(np.atleast_1d(theirs)[own[0]])
            found.append(compare(f"{what}, {one.label}: proportional hazards p", test.p, p, ZPH_NOTE))
    return found

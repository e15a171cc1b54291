"""Prognostic factors of one endpoint: each alone, then together, as in the paper's Tables 4 and 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.cox import METHOD, fit_batch
from core.cox_tests import likelihood_ratio
from core.dictionary import Field
from core.factors import Design, Factor, design
from core.formats import plural
from core.multivariable import ENOUGH_EVENTS, Multivariable, fit_multivariable
from core.options import Options
from core.terms import Bools, FactorResult, Floats, constant, result, term


@dataclass(frozen=True)
class Prognosis:
    """Univariable and multivariable Cox models of one endpoint.

    Parameters
    ----------
    n, events : patients whose outcome is known, and their events
    without_outcome : patients left out of every model because time or event is not known
    univariable : each factor on its own complete cases
    multivariable : the factors that entered
    entry : how they were chosen, in words
    warnings : sentences about the choice of factors
    hidden : levels whose ratio is left out, as it would tell of a small group
    """

    n: int
    events: int
    without_outcome: int
    univariable: tuple[FactorResult, ...]
    multivariable: Multivariable
    entry: str
    warnings: tuple[str, ...] = ()
    method: str = METHOD
    hidden: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The models in plain types, as the command line prints them; None where there is no number, never NaN."""
        return {
            "n": self.n,
            "events": self.events,
            "without_outcome": self.without_outcome,
            "univariable": [one.as_dict() for one in self.univariable],
            "multivariable": self.multivariable.as_dict(),
            "entry": self.entry,
            "warnings": list(self.warnings),
            "method": self.method,
        }


def analyse(
    data: Mapping[str, ArrayLike],
    time: ArrayLike,
    event: ArrayLike,
    factors: Sequence[Factor],
    fields: Mapping[str, Field],
    options: Options | None = None,
    *,
    multivariable: Sequence[Factor] | None = None,
    drop_one: bool = True,
) -> Prognosis:
    """Fit each factor alone, then those with an overall Wald p below `options.entry_p` (or a fixed list) together.

    Parameters
    ----------
    data : field -> (n,) values; NaN or None = missing
    time : (n,) time to event or censoring, any unit; NaN = not known
    event : (n,) True / 1 where the event happened; None or NaN = not known
    factors : candidates, in display order
    fields : the fields of the cohort
    options : conf_level and entry_p are used
    multivariable : factors of the multivariable model instead of those that enter by their p
    drop_one : as of `core.multivariable.fit_multivariable`

    Returns
    -------
    Prognosis
    """
    options = options or Options()
    times, happened, designs = prepared(data, time, event, (*factors, *(multivariable or ())), fields)
    candidates = [designs[one.key] for one in factors]
    univariable = fit_univariable(candidates, times, happened, options.conf_level)
    if multivariable is None:
        passed = {one.factor for one in univariable if one.wald is not None and one.wald.p < options.entry_p}
        chosen = [one for one in candidates if one.key in passed]
        entry = f"Factors with a univariable overall Wald p below {options.entry_p:g}"
    else:
        chosen = [designs[one.key] for one in multivariable]
        entry = "Factors chosen beforehand"
    used = {one.field for one in (*factors, *(multivariable or ()))}
    kept_out = _kept_out(univariable, {one.key for one in chosen}, options.entry_p) if multivariable is None else ()
    return Prognosis(
        n=times.size,
        events=int(happened.sum()),
        without_outcome=np.size(time) - times.size,
        univariable=univariable,
        multivariable=fit_multivariable(chosen, times, happened, options.conf_level, drop_one=drop_one),
        entry=entry,
        warnings=_few(int(happened.sum()))
        + kept_out
        + tuple(
            f"{fields[name].label} is known only after the start of treatment: its hazard ratios carry immortal time."
            for name in fields
            if name in used and fields[name].known_later
        ),
    )


def _few(events: int) -> tuple[str, ...]:
    """With few events even a factor alone has too few; without any event each factor says so itself."""
    if not 0 < events < ENOUGH_EVENTS:
        return ()
    return (f"Only {plural(events, 'event')}, fewer than {ENOUGH_EVENTS}: no hazard ratio here is reliable.",)


def _kept_out(univariable: Sequence[FactorResult], entered: set[str], entry_p: float) -> tuple[str, ...]:
    """Factors that Wald's test cannot judge, as a level has no estimate, while the likelihood ratio speaks for them."""
    return tuple(
        f"{one.label} did not enter the multivariable model: a level without estimate leaves it out of the "
        f"Wald test, but its likelihood-ratio p of {one.likelihood_ratio.p:.2g} is below {entry_p:g}. Enter it by hand "
        "if it belongs."
        for one in univariable
        if one.factor not in entered
        and one.likelihood_ratio is not None
        and one.likelihood_ratio.p < entry_p
        and any(level.n and not level.reference and level.hr is None for level in one.levels)
    )


def prepared(
    data: Mapping[str, ArrayLike],
    time: ArrayLike,
    event: ArrayLike,
    factors: Sequence[Factor],
    fields: Mapping[str, Field],
) -> tuple[Floats, Bools, dict[str, Design]]:
    """Times, events and factors (by key) of the patients whose outcome is known; parameters as of `analyse`."""
    times = np.asarray(time, dtype=float)
    happened, known = _known(times, np.asarray(event))
    designs = {one.key: design(one, np.asarray(data[one.field])[known], fields[one.field]) for one in factors}
    return times[known], happened[known], designs


def _known(time: Floats, event: NDArray) -> tuple[Bools, Bools]:
    """Whether the event happened, and whether the outcome is known."""
    known = np.isfinite(time)
    if event.dtype == object:
        known &= np.array([value is not None and value == value for value in event.tolist()], dtype=bool)
    elif event.dtype.kind == "f":
        known &= np.isfinite(event)
    return np.asarray(event == True, dtype=bool), known  # noqa: E712 - objects and numbers compare too


def fit_univariable(
    designs: Sequence[Design], time: Floats, event: Bools, conf_level: float = 0.95
) -> tuple[FactorResult, ...]:
    """Fit each factor alone on the patients who have it, all in one pass.

    Parameters
    ----------
    designs : factors over the same n patients
    time, event : (n,) known outcomes
    conf_level : of the intervals
    """
    terms = [term(one, ~one.missing, time, event) for one in designs]
    models: list[Floats] = []
    for one in terms:
        if one.reason is None:
            models.append(one.columns if one.fitted else constant(one.remaining))
            if one.eventless:
                models.append(constant(one.rows))
    fits = iter(fit_batch(models, time, event))
    results = []
    for one in terms:
        fit, ratio = None, None
        if one.reason is None:
            fit = next(fits)
            null = next(fits).loglik_null if one.eventless else fit.loglik_null
            ratio = likelihood_ratio(fit.loglik, null, fit.df + one.counted)
        results.append(result(one, int(one.design.missing.sum()), fit, 0, one.names, ratio, conf_level))
    return tuple(results)

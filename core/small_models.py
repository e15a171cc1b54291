"""Cox models while small groups are hidden: counts as `core.small_groups` tells them, no ratio of a hidden group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.multivariable import Multivariable
from core.options import Options
from core.prognosis import Prognosis
from core.small_groups import Below, hides, rounded
from core.terms import TOO_FEW_EVENTS, FactorResult, LevelResult

_COUNTED = re.compile(r"^(Only )?[\d.,]+ ")
"""How the remarks on models begin that count."""


def told_prognosis(found: Prognosis, options: Options) -> Prognosis:
    """
    Models with their counts as they may be told.

    Parameters
    ----------
    found : Prognosis
    options : Options

    Returns
    -------
    Prognosis
        The same, exact, unless counts are rounded. Else a level of too few patients, too few events or too few without
        an event has no ratio; remarks name no count.
    """
    if not hides(options):
        return found
    univariable = tuple(_factor(one, options) for one in found.univariable)
    return replace(
        found,
        n=rounded(found.n, options),
        events=rounded(found.events, options),
        without_outcome=rounded(found.without_outcome, options),
        univariable=univariable,
        multivariable=_together(found.multivariable, options),
        warnings=_remarks(found.warnings),
        hidden=_ratios(found.univariable) - _ratios(univariable),
    )


def _ratios(factors: Sequence[FactorResult]) -> int:
    return sum(level.hr is not None for one in factors for level in one.levels)


def _together(found: Multivariable, options: Options) -> Multivariable:
    events = rounded(found.events, options)
    known = found.parameters and not isinstance(events, Below)
    return replace(
        found,
        n=rounded(found.n, options),
        events=events,
        missing=rounded(found.missing, options),
        factors=tuple(_factor(one, options) for one in found.factors),
        events_per_parameter=events / found.parameters if known else None,
        log_likelihood=None,
        log_likelihood_null=None,
        warnings=_remarks(found.warnings),
        reason=_reason(found.reason, options),
    )


def _factor(one: FactorResult, options: Options) -> FactorResult:
    return replace(
        one,
        n=rounded(one.n, options),
        events=rounded(one.events, options),
        missing=rounded(one.missing, options),
        levels=tuple(_level(level, options) for level in one.levels),
        reason=_reason(one.reason, options),
    )


def _level(level: LevelResult, options: Options) -> LevelResult:
    n, events = rounded(level.n, options), rounded(level.events, options)
    parts = (n, events, rounded(level.n - level.events, options))
    if level.hr is None or not any(isinstance(one, Below) for one in parts):
        return replace(level, n=n, events=events, reason=_reason(level.reason, options))
    reason = f"Fewer than {options.round_to} patients, with or without the event: not shown."
    return LevelResult(level.level, level.reference, n, events, reason=reason)


def _reason(text: str | None, options: Options) -> str | None:
    return f"Not estimable: fewer than {options.round_to} events." if text == TOO_FEW_EVENTS else text


def _remarks(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_COUNTED.sub("Few ", text) for text in texts)

"""Cox models as JSON: what `Prognosis.as_dict` gives, with small counts left out."""

from __future__ import annotations

from typing import Any

from core.models import Models
from core.options import Options
from core.report.cells import count, counts, part, parts

Json = dict[str, Any]


def models_json(result: Models, options: Options) -> Json:
    """The models of one endpoint: `cox.pfs` of the command line's object."""
    if result.prognosis is None:
        nothing: Json = {"n": None, "events": None, "missing": None, "factors": [], "concordance": None}
        nothing |= {"log_likelihood": None, "events_per_parameter": None, "proportional_hazards": []}
        return {"univariable": [], "multivariable": {**nothing, "reason": result.refusal}, "reason": result.refusal}
    found = result.prognosis.as_dict()
    if options.min_cell > 1:
        multivariable = found["multivariable"]
        for one in (*found["univariable"], *multivariable["factors"]):
            _withhold(one, options)
        for one in (found, multivariable):
            one["events"] = part(one["events"], one["n"], options)
            one["n"] = count(one["n"], options)
        if multivariable["events"] is None:
            multivariable["events_per_parameter"] = None
        multivariable["missing"] = count(multivariable["missing"], options)
        found["without_outcome"] = count(found["without_outcome"], options)
    return {**found, "reason": None}


def _withhold(factor: Json, options: Options) -> None:
    levels = factor["levels"]
    if len(levels) > 1:
        events = parts([one["events"] for one in levels], [one["n"] for one in levels], options)
        n = counts([one["n"] for one in levels], options)
        for level, n_shown, events_shown in zip(levels, n, events, strict=True):
            level["n"], level["events"] = n_shown, None if n_shown is None else events_shown
    factor["events"] = part(factor["events"], factor["n"], options)
    for name in ("n", "missing"):
        factor[name] = count(factor[name], options)
    if len(levels) == 1:  # a number: its one level is everybody
        levels[0]["n"], levels[0]["events"] = factor["n"], factor["events"]

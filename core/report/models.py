"""Cox models as JSON: what `Prognosis.as_dict` gives, with small counts left out."""

from __future__ import annotations

from typing import Any

from core.models import Models
from core.options import Options
from core.report.cells import count, counts

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
        for part in (found, multivariable):
            part["n"], part["events"] = count(part["n"], options), count(part["events"], options)
        multivariable["missing"] = count(multivariable["missing"], options)
        found["without_outcome"] = count(found["without_outcome"], options)
    return {**found, "reason": None}


def _withhold(factor: Json, options: Options) -> None:
    for name in ("n", "events", "missing"):
        factor[name] = count(factor[name], options)
    for name in ("n", "events"):
        shown = counts([level[name] for level in factor["levels"]], options)
        for level, n in zip(factor["levels"], shown, strict=True):
            level[name] = n

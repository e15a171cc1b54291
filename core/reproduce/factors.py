"""Prognostic factors of one endpoint, to be recomputed."""

from __future__ import annotations

from core.export.contents import Look
from core.factors import Design, parse_factors
from core.models import models
from core.multivariable import OVERALL
from core.options import ENDPOINTS, PAPER_FACTORS
from core.prognosis import prepared
from core.reproduce.literals import Literal
from core.reproduce.recipe import Numbers, Recipe, level_cell, level_names
from core.terms import FactorResult

TOGETHER = "all together"
PROPORTIONAL = "Proportional hazards"


def factors(endpoint: str, look: Look) -> Recipe:
    """The recipe of a table of prognostic factors. Raises ValueError with the reason why there is none."""
    if endpoint not in look.version.endpoints:
        raise ValueError(f"{ENDPOINTS[endpoint]}: the cohort holds neither its dates nor its times.")
    fields, options, request = look.version.fields, look.options, look.request
    written = request.factors or [one for one in PAPER_FACTORS if one.partition(">")[0] in fields]
    candidates = parse_factors(written, fields, options)
    fixed = None if request.multivariable is None else parse_factors(request.multivariable, fields, options)
    found = models(look.store, look.version, look.selection, (endpoint,), candidates, options, fixed, drop_one=False)[
        endpoint
    ]
    if found.prognosis is None:
        raise ValueError(found.refusal or "There is no model.")
    every = {one.key: one for one in (*candidates, *(fixed or ()))}
    outcome = [f"{endpoint}_days", f"{endpoint}_event"]
    data = look.store.columns(look.version, look.selection, {*outcome, *(one.field for one in every.values())}, options)
    _, _, designs = prepared(data, data[outcome[0]], data[outcome[1]], tuple(every.values()), fields)
    named = {key: level_names(one.levels) for key, one in designs.items()}
    keys = {one.key for one in candidates}
    settings: dict[str, Literal] = {
        "TIME": outcome[0],
        "EVENT": outcome[1],
        "CONF_LEVEL": options.conf_level,
        "ENTRY_P": options.entry_p,
        "FIXED": None if fixed is None else [one.key for one in fixed],
        "FACTORS": [
            {"name": key, "candidate": key in keys, **_described(one, named[key], look)} for key, one in designs.items()
        ],
    }
    numbers: Numbers = {}
    for one in found.prognosis.univariable:
        numbers |= _factor("Univariable", one, named[one.factor])
    together = found.prognosis.multivariable
    if together.factors:
        numbers |= {"Multivariable, n": together.n, "Multivariable, events": together.events}
    for one in together.factors:
        numbers |= _factor("Multivariable", one, named[one.factor])
    for row in together.as_dict()["proportional_hazards"]:
        term = TOGETHER if row["term"] == OVERALL else row["term"]
        numbers |= {f"{PROPORTIONAL}, {term}, {part}": row[part] for part in ("chi2", "df", "p")}
    columns = dict.fromkeys((*outcome, *(one.field for one in every.values())))
    return Recipe("factors", settings, tuple(columns), numbers)


def assumptions(endpoint: str, look: Look) -> Recipe:
    """The recipe of the test of proportional hazards: that of its models. Raises ValueError as `factors`."""
    found = factors(endpoint, look)
    if not any(name.startswith(PROPORTIONAL) for name in found.numbers):
        raise ValueError("No multivariable model, so nothing to test.")
    return found


def _described(one: Design, names: dict[str, str], look: Look) -> dict[str, Literal]:
    """A factor as the scripts read it; without levels it is a number."""
    factor = one.factor
    shown: dict[str, Literal] = {"column": factor.field, "cut": factor.cut}
    if one.values is not None:
        return {**shown, "values": [], "levels": [], "reference": None}
    if factor.cut is not None:
        below, above = (names[level] for level in factor.cut_levels)
        shown |= {"cut_belongs_above": factor.op == ">=", "below": below, "above": above}
    field = look.version.fields[factor.field]
    return {
        **shown,
        "values": [] if factor.cut is not None else [level_cell(level, field) for level in one.levels],
        "levels": [names[level] for level in one.levels],
        "reference": None if one.reference is None else names[one.reference],
    }


def _factor(model: str, one: FactorResult, names: dict[str, str]) -> Numbers:
    title = f"{model}, {one.factor}"
    numbers: Numbers = {f"{title}, overall p": one.wald.p if one.wald else None}
    for level in one.levels:
        values = {"n": level.n, "events": level.events, "HR": level.hr, "lower": level.lower, "upper": level.upper}
        numbers |= {f"{title}, {names[level.level]}, {part}": value for part, value in values.items()}
        numbers[f"{title}, {names[level.level]}, p"] = level.p
    return numbers

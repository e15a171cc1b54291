"""Response, toxicity, baseline characteristics and patient flow, to be recomputed."""

from __future__ import annotations

from core.baseline import GROUPED, Characteristic, baseline
from core.dictionary import Field
from core.export.contents import Look
from core.fields import slug
from core.flow import flow
from core.reproduce.literals import Literal
from core.reproduce.recipe import Groups, Numbers, Recipe, groups, level_cell, level_names
from core.response import Response, response
from core.tables.toxicity import DELTA_TERMS, ordered
from core.term_counts import TermToxicity
from core.toxicity import toxicity
from core.toxicity_preset import any_grade

ANY_NUMBER = 1e300
"""Stands for infinity in a range of a script."""


def responses(look: Look) -> Recipe:
    """The recipe of the response table. Raises ValueError with the reason why there is none."""
    found = response(look.store, look.version, look.selection, look.options, look.request.strata)
    if not found.overall.evaluable:
        raise ValueError(" ".join(str(one) for one in found.warnings))
    divided = groups(found.by, (one.level for one in found.groups), look.version.fields)
    numbers = _response("All", found.overall)
    for one in found.groups:
        numbers |= _response(f"Group {divided.names[one.level]}", one)
    settings = {"CONF_LEVEL": look.options.conf_level, **divided.settings}
    return Recipe("response", settings, _columns(["recist_response"], divided), numbers, divided.against_rest)


def toxicities(look: Look, *, delta: bool = False) -> Recipe:
    """The recipe of the toxicity table, or of that of `delta`. Raises ValueError with the reason why there is none."""
    rows = toxicity(look.store, look.version, look.selection, look.options).of()
    terms = [one for one in rows if one.assessed]
    if delta:
        terms = [one for one in terms if one.term in DELTA_TERMS and one.delta is not None]
    else:
        terms = ordered(rows, look.notion)
    if not terms:
        raise ValueError("Nothing of this selection is graded or shown.")
    notion = "delta" if delta else look.notion
    numbers: Numbers = {}
    described: list[Literal] = []
    for one in terms:
        by_delta = one.any_grade_delta is not None and notion != "highest"
        by_delta = any_grade(one)[1] if notion == "paper" else by_delta
        numbers |= _term(one, by_delta)
        name, has_delta = one.term, one.delta is not None
        described.append({"name": name, "field": slug(name), "any_grade_by_delta": by_delta, "has_delta": has_delta})
    parts = ("highest_grade", "delta_grade", "pre_existing", "assessed")
    columns = tuple(f"{slug(one.term)}_{part}" for one in terms for part in parts)
    return Recipe("toxicity", {"TERMS": described}, columns, numbers)


def characteristics(look: Look) -> Recipe:
    """The recipe of the baseline table."""
    fields, strata = look.version.fields, look.request.strata
    found = baseline(look.store, look.version, look.selection, look.options, by=strata)
    divided = groups(found.by, found.groups, fields)
    named = {one.field: level_names(level.level for level in one.levels) for one in found.overall}
    ranged = set(GROUPED).difference(look.options.categorical)
    described = [
        _characteristic(one, fields[one.field], named[one.field], ranged=one.field in ranged) for one in found.overall
    ]
    numbers: Numbers = {"All, n": found.n, **_fields("All", found.overall, named)}
    for level, characteristics_ in found.groups.items():
        who = f"Group {divided.names[level]}"
        numbers |= {f"{who}, n": found.sizes[level], **_fields(who, characteristics_, named)}
    columns = _columns([one.field for one in found.overall], divided)
    return Recipe("baseline", {**divided.settings, "FIELDS": described}, columns, numbers, divided.against_rest)


def patient_flow(look: Look) -> Recipe:
    """The recipe of the patient flow, whose file holds every course of the cohort."""
    numbers: Numbers = {}
    for one in flow(look.store, look.version, look.selection, look.options).steps:
        numbers |= {f"{one.step}, patients": one.n, f"{one.step}, not in it": one.excluded}
    columns = ("patient", "course", "histology_complete", "first_prrt_elsewhere", "selected", "population")
    return Recipe("flow", {}, columns, numbers)


def _columns(own: list[str], divided: Groups) -> tuple[str, ...]:
    more = [divided.column] if divided.column and not divided.against_rest else []
    return tuple(dict.fromkeys([*own, *more]))


def _response(who: str, one: Response) -> Numbers:
    numbers: Numbers = {
        f"{who}, n": one.n,
        f"{who}, evaluable": one.evaluable,
        f"{who}, not evaluable": one.not_evaluable,
        f"{who}, not stated": one.missing,
        **{f"{who}, {name}": n for name, n in one.counts.items()},
    }
    for name, rate in (("objective response", one.orr), ("disease control", one.dcr)):
        numbers |= {f"{who}, {name}, {part}": getattr(rate, part) for part in ("n", "percent", "lower", "upper")}
    return numbers


def _term(one: TermToxicity, by_delta: bool) -> Numbers:
    n = (one.any_grade_delta or 0) if by_delta else one.any_grade_highest
    numbers: Numbers = {
        "assessed": one.assessed,
        "any grade": n,
        "any grade, percent": 100 * n / one.assessed,
        **{f"grade {grade}": count for grade, count in enumerate(one.highest)},
        "grade 3-4": one.grade_3_4,
        "grade 3-4, percent": 100 * one.grade_3_4 / one.assessed,
        "began before the course": one.pre_existing,
    }
    if one.delta is not None:
        numbers |= {f"delta {grade}": one.delta[grade] for grade in range(1, 5)}
        numbers |= {"delta, total": one.any_grade_delta, "delta, baseline missing": one.delta_missing}
    return {f"{one.term}, {part}": value for part, value in numbers.items()}


def _characteristic(
    one: Characteristic, described: Field, names: dict[str, str], *, ranged: bool
) -> dict[str, Literal]:
    """A field as the scripts read it: values of levels, ranges of levels, or a number without levels."""
    ranges = {level: (low, high) for level, low, high in GROUPED[one.field]} if ranged else {}
    bounds = [ranges[level] for level in names] if ranged else []
    return {
        "name": one.field,
        "column": one.field,
        "levels": list(names.values()),
        "values": [] if ranged else [level_cell(level, described) for level in names],
        "from": [low for low, _ in bounds],
        "to": [min(high, ANY_NUMBER) for _, high in bounds],
    }


def _fields(who: str, found: tuple[Characteristic, ...], named: dict[str, dict[str, str]]) -> Numbers:
    numbers: Numbers = {}
    for one in found:
        title = f"{who}, {one.field}"
        numbers |= {f"{title}, stated": one.n, f"{title}, missing": one.missing}
        for level in one.levels:
            name = named[one.field][level.level]
            numbers |= {f"{title}, {name}, n": level.n, f"{title}, {name}, percent": level.percent}
        if one.spread is not None:
            spread = one.spread
            numbers |= {f"{title}, median": spread.median, f"{title}, Q1": spread.q1, f"{title}, Q3": spread.q3}
            numbers |= {f"{title}, minimum": spread.low, f"{title}, maximum": spread.high}
    return numbers

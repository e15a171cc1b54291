"""What can be taken away of a selection, by name (`km-pfs`, `toxicity`, ...): each a figure, tables or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.baseline import baseline
from core.compare import compare
from core.export.contrasts import CONTRASTS
from core.export.label import Label, stamp
from core.export.look import Content, Look, Parts, figures
from core.factors import parse_factors
from core.fields import TERMS
from core.figures import (
    flow_figure,
    forest_figure,
    provenance,
    response_figure,
    schoenfeld_figure,
    shift_figure,
    survival_result,
    toxicity_figure,
)
from core.figures.figure import Figure
from core.figures.forest import forest_parts
from core.figures.names import sentence_case
from core.figures.outcome import outcome_figure
from core.figures.response import response_parts
from core.figures.schoenfeld import schoenfeld_parts
from core.figures.stage import Stage
from core.figures.toxicity import toxicity_parts
from core.flow import flow
from core.malignancies import malignancies
from core.models import Models, models
from core.options import ENDPOINTS, PAPER_FACTORS
from core.outcome import outcomes
from core.response import response
from core.series import beside_series
from core.small_groups import RULE, hides, rounded, withheld
from core.tables import (
    Table,
    assumption_table,
    baseline_in_brief,
    baseline_table,
    compared_table,
    delta_table,
    hazard_table,
    logrank_table,
    malignancy_table,
    median_table,
    response_table,
    shift_table,
    toxicity_table,
    treatment_table,
)
from core.tables.benchmarks import comparison_table, series_tables
from core.tables.flow import flow_table
from core.toxicity import shift, toxicity
from core.treatment import treatment

NO_PATIENT = "No patient fits this selection."
_MODELLED = ("pfs", "os")
_ABSENT = "{}: the cohort holds neither its dates nor its times."


def content(what: str, look: Look) -> Content:
    """
    Compute one thing to take away.

    Parameters
    ----------
    what : key of `CONTENTS`
    look : Look

    Returns
    -------
    Content
        With a `reason` where there is nothing to show.

    Raises
    ------
    ValueError
        A sentence, for a field or factor that the cohort does not have.
    """
    title, make = CONTENTS[what]
    label, why = labelled(title, look)
    return Content(label, reason=why) if why else make(look, label)


def labelled(title: str, look: Look) -> tuple[Label, str]:
    """The origin of what has this title, and why nothing of the selection is shown; "" where it is."""
    size = look.store.size(look.version, look.selection, look.options)
    n, total, patients = (rounded(one, look.options) for one in (size.n_courses, size.total, size.n_patients))
    sentence = look.selection.sentence(look.version.fields, n, total, patients)
    hidden = RULE if hides(look.options) else ""
    source = replace(provenance(look.version, sentence), hidden=hidden, stamp=stamp(look.made_on))
    label = Label(title, source, look.made_on, printed=look.source_line)
    if not size.n_courses:
        return label, NO_PATIENT
    return label, withheld(size.n_courses, size.total, look.options)


def _curves(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        if endpoint not in look.version.endpoints:
            return Content(label, reason=_ABSENT.format(ENDPOINTS[endpoint]))
        request = look.request
        found = outcomes(
            look.store, look.version, look.selection, (endpoint,), look.options, request.strata, request.landmark_days
        )[endpoint]
        if found.refusal:
            return Content(label, reason=found.refusal)
        label = replace(label, title=survival_result.title(survival_result.survival(found, look.version.fields)))
        drawn = outcome_figure(found, look.version.fields, label.shown, look.theme, look.options, exact=True)
        tested = logrank_table(found)
        tables = (median_table(found, look.options.months), *([tested] if tested is not None else []))
        if isinstance(drawn, str):
            return Content(label, tables=tables, reason=drawn)

        def parts(stage: Stage) -> tuple[Figure, ...]:
            fields, options = look.version.fields, look.options
            return figures(outcome_figure(found, fields, label.shown, look.theme, options, exact=True, stage=stage))

        return Content(label, drawn, tables, parts)

    return make


def look_models(endpoint: str, look: Look) -> Models | None:
    """The models of one endpoint; None where the cohort does not have it."""
    if endpoint not in look.version.endpoints:
        return None
    fields, request = look.version.fields, look.request
    written: Sequence[str] = request.factors or [one for one in PAPER_FACTORS if one.partition(">")[0] in fields]
    together = request.multivariable
    return models(
        look.store,
        look.version,
        look.selection,
        (endpoint,),
        parse_factors(written, fields, look.options),
        look.options,
        None if together is None else parse_factors(together, fields, look.options),
        drop_one=False,
    )[endpoint]


def _hazards(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        found = look_models(endpoint, look)
        if found is None or found.prognosis is None:
            return Content(label, reason=_ABSENT.format(ENDPOINTS[endpoint]) if found is None else found.refusal or "")
        drawn = forest_figure(found.prognosis, ENDPOINTS[endpoint], label.shown, look.theme)
        table = hazard_table(found.prognosis, ENDPOINTS[endpoint])
        if isinstance(drawn, str):
            return Content(label, tables=(table,), reason=drawn)
        prognosis = found.prognosis

        def parts(stage: Stage) -> tuple[Figure, ...]:
            return forest_parts(prognosis, ENDPOINTS[endpoint], label.shown, look.theme, stage)

        return Content(label, drawn, (table,), parts)

    return make


def _flow(look: Look, label: Label) -> Content:
    counted = flow(look.store, look.version, look.selection, look.options)
    drawn = flow_figure(counted, label.shown, look.theme, look.options.min_cell)

    def parts(stage: Stage) -> tuple[Figure, ...]:
        return figures(flow_figure(counted, label.shown, look.theme, look.options.min_cell, stage))

    return _drawn(label, drawn, parts, flow_table(counted, look.options.min_cell))


def _baseline(look: Look, label: Label) -> Content:
    strata = look.request.strata
    found = baseline(look.store, look.version, look.selection, look.options, by=strata)
    field = look.version.fields.get(strata.field) if strata else None
    brief = (baseline_in_brief(found, field, look.options.min_cell),)
    return Content(label, tables=(baseline_table(found, field, look.options.min_cell),), brief=brief)


def _response(look: Look, label: Label) -> Content:
    strata = look.request.strata
    found = response(look.store, look.version, look.selection, look.options, strata)
    if not found.overall.evaluable:
        return Content(label, reason=" ".join(str(one) for one in found.warnings))
    field = look.version.fields.get(strata.field) if strata else None
    drawn = response_figure(found, field, label.shown, look.theme, look.options.min_cell)

    def parts(stage: Stage) -> tuple[Figure, ...]:
        return response_parts(found, field, label.shown, look.theme, look.options.min_cell, stage)

    return _drawn(label, drawn, parts, response_table(found, field, look.options.min_cell))


def _toxicity(look: Look, label: Label) -> Content:
    found = toxicity(look.store, look.version, look.selection, look.options)
    if not any(one.assessed for one in found.of()):
        return Content(label, reason="This selection has no laboratory values, events or ready-made grades.")
    drawn = toxicity_figure(found, look.notion, label.shown, look.theme, min_cell=look.options.min_cell)
    table = toxicity_table(found, look.notion, min_cell=look.options.min_cell)

    def parts(stage: Stage) -> tuple[Figure, ...]:
        return toxicity_parts(found, look.notion, label.shown, look.theme, look.options.min_cell, stage)

    return _drawn(label, drawn, parts, table)


def _toxicity_by_group(look: Look, label: Label) -> Content:
    strata = look.request.strata
    found = toxicity(look.store, look.version, look.selection, look.options, strata)
    field = look.version.fields.get(strata.field) if strata else None
    table = compared_table(found, look.notion, look.options.min_cell, field)
    return Content(label, tables=(table,)) if table is not None else Content(label, reason="No groups are chosen.")


def _malignancies(look: Look, label: Label) -> Content:
    if look.options.min_cell > 1:
        return Content(label, reason="Single patients stand in this table; small counts cannot be suppressed in it.")
    found = malignancies(look.store, look.version, look.selection, look.options)
    if not found:
        return Content(label, reason="This cohort does not say who had a haematological malignancy.")
    return Content(label, tables=(malignancy_table(found),))


def _treatment(look: Look, label: Label) -> Content:
    if look.options.min_cell > 1:
        return Content(label, reason="The treatment table prints every count; small ones cannot be suppressed in it.")
    found = treatment(look.store, look.version, look.selection, look.options)
    return Content(label, tables=(treatment_table(found, look.version.fields),))


def _assumptions(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        found = look_models(endpoint, look)
        if found is None or found.prognosis is None:
            return Content(label, reason=_ABSENT.format(ENDPOINTS[endpoint]) if found is None else found.refusal or "")
        tested = assumption_table(found.prognosis)
        if tested is None:
            return Content(label, reason="No multivariable model, so nothing to test.")
        prognosis = found.prognosis

        def parts(stage: Stage) -> tuple[Figure, ...]:
            return schoenfeld_parts(prognosis, label.shown, look.theme, stage)

        return _drawn(label, schoenfeld_figure(prognosis, label.shown, look.theme), parts, tested)

    return make


def _shift(term: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        found = shift(look.store, look.version, look.selection, term, look.options)
        drawn = shift_figure(found, label.shown, look.theme, look.options.min_cell)

        def parts(stage: Stage) -> tuple[Figure, ...]:
            return figures(shift_figure(found, label.shown, look.theme, look.options.min_cell, stage))

        return _drawn(label, drawn, parts, *([] if look.options.min_cell > 1 else [shift_table(found)]))

    return make


def _delta(look: Look, label: Label) -> Content:
    found = toxicity(look.store, look.version, look.selection, look.options)
    table = delta_table(found, min_cell=look.options.min_cell)
    if not table.rows:
        return Content(label, reason="This selection has no blood counts to grade.")
    return Content(label, tables=(table,))


def _compare(look: Look, label: Label) -> Content:
    if look.options.min_cell > 1 or hides(look.options):
        return Content(label, reason="The comparison prints every count; small ones cannot be suppressed in it.")
    return Content(label, tables=(comparison_table(compare(look.store, look.version, look.selection, look.options)),))


def _series(look: Look, label: Label) -> Content:
    if look.options.min_cell > 1:
        return Content(label, reason="The comparison prints every share; small counts cannot be suppressed in it.")
    return Content(label, tables=series_tables(beside_series(look.store, look.version, look.selection, look.options)))


def _drawn(label: Label, drawn: Figure | str, parts: Parts, *tables: Table) -> Content:
    if isinstance(drawn, str):
        return Content(label, tables=tables, reason=drawn)
    return Content(label, drawn, tables, parts)


def in_parts(what: str, look: Look) -> bool:
    """Whether a figure may take several slides: one with a row or a panel for each of many things."""
    return what.startswith(("forest-", "cox-", "assumptions-", "toxicity")) or (
        what == "response" and bool(look.request.strata)
    )


def shift_name(term: str) -> str:
    """The name of a term's shift from baseline: "shift-chronic-kidney-disease"."""
    return f"shift-{term.lower().replace(' ', '-')}"


CONTENTS: dict[str, tuple[str, Callable[[Look, Label], Content]]] = {
    **{f"km-{key}": (name, _curves(key)) for key, name in ENDPOINTS.items()},
    **{f"forest-{key}": (f"Prognostic factors, {ENDPOINTS[key].lower()}", _hazards(key)) for key in _MODELLED},
    "flow": ("Patient flow", _flow),
    "baseline": ("Baseline characteristics", _baseline),
    "response": ("Response by RECIST 1.1", _response),
    "toxicity": ("Adverse events by CTCAE grade", _toxicity),
    "delta": ("Delta highest grade of haematological toxicity", _delta),
    **{f"cox-{key}": (f"Prognostic factors, {ENDPOINTS[key].lower()}", _hazards(key)) for key in _MODELLED},
    **{
        f"assumptions-{key}": (f"Proportional hazards, {ENDPOINTS[key].lower()}", _assumptions(key))
        for key in _MODELLED
    },
    **{shift_name(one): (f"{sentence_case(one)}, shift from baseline", _shift(one)) for one in TERMS},
    "treatment": ("Treatment", _treatment),
    "toxicity-groups": ("Adverse events by group", _toxicity_by_group),
    "malignancies": ("Haematological malignancies", _malignancies),
    **CONTRASTS,
    "series": ("Published series", _series),
    "compare": ("Compared with the paper", _compare),
}
"""Name -> title and how it is made."""

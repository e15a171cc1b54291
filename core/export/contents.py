"""What can be taken away of a selection, by name (`km-pfs`, `toxicity`, ...): each a figure, tables or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.analysis import Request
from core.baseline import baseline
from core.cohort import CohortVersion
from core.compare import compare
from core.contrast import Contrast, compared
from core.export.label import Label, stamp
from core.factors import parse_factors
from core.figures import flow_figure, forest_figure, provenance, response_figure, toxicity_figure
from core.figures.contrast import both_sentences, contrast_figure
from core.figures.figure import Figure
from core.figures.outcome import outcome_figure
from core.flow import flow
from core.models import models
from core.options import ENDPOINTS, PAPER_FACTORS, Options
from core.outcome import outcomes
from core.report.contrast import baseline_json, outcome_json, rates_json, toxicity_json
from core.response import response
from core.selection import Selection
from core.store import Store
from core.tables import (
    Table,
    baseline_table,
    delta_table,
    hazard_table,
    logrank_table,
    median_table,
    response_table,
    toxicity_table,
)
from core.tables.benchmarks import comparison_table
from core.tables.contrast import balance_table, difference_table, harms_table, rates_table
from core.tables.flow import flow_table
from core.toxicity import toxicity

NO_PATIENT = "No patient fits this selection."


@dataclass(frozen=True)
class Look:
    """What is looked at, and how.

    Parameters
    ----------
    request : groups, factors, landmark
    notion : key of `core.tables.toxicity.NOTIONS`
    theme : "light" or "dark"
    made_on : day of the export
    against : B of a contrast; None = everyone else
    tau_months : horizon of a contrast's restricted means; None = the default one
    """

    store: Store
    version: CohortVersion
    selection: Selection
    options: Options
    request: Request
    made_on: date
    notion: str = "paper"
    theme: str = "light"
    against: Selection | None = None
    tau_months: float | None = None


@dataclass(frozen=True)
class Content:
    """One thing to take away.

    Parameters
    ----------
    label : title and origin
    figure : None where this kind of thing has none
    tables : () where this kind of thing has none
    reason : why there is nothing to show, in a sentence; "" = there is
    """

    label: Label
    figure: Figure | None = None
    tables: tuple[Table, ...] = ()
    reason: str = ""


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
    size = look.store.size(look.version, look.selection, look.options)
    sentence = look.selection.sentence(look.version.fields, size.n_courses, size.total, size.n_patients)
    title, make = CONTENTS[what]
    label = Label(title, replace(provenance(look.version, sentence), stamp=stamp(look.made_on)), look.made_on)
    if not size.n_courses:
        return Content(label, reason=NO_PATIENT)
    return make(look, label)


def _curves(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        if endpoint not in look.version.endpoints:
            return Content(label, reason=f"{ENDPOINTS[endpoint]}: the cohort holds neither its dates nor its times.")
        request = look.request
        found = outcomes(
            look.store, look.version, look.selection, (endpoint,), look.options, request.strata, request.landmark_days
        )[endpoint]
        if found.refusal:
            return Content(label, reason=found.refusal)
        drawn = outcome_figure(found, look.version.fields, label.source, look.theme, look.options, exact=True)
        tested = logrank_table(found)
        tables = (median_table(found, look.options.months), *([tested] if tested is not None else []))
        if isinstance(drawn, str):
            return Content(label, tables=tables, reason=drawn)
        return Content(label, drawn, tables)

    return make


def _hazards(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        if endpoint not in look.version.endpoints:
            return Content(label, reason=f"{ENDPOINTS[endpoint]}: the cohort holds neither its dates nor its times.")
        fields, request = look.version.fields, look.request
        written: Sequence[str] = request.factors or [one for one in PAPER_FACTORS if one.partition(">")[0] in fields]
        together = request.multivariable
        found = models(
            look.store,
            look.version,
            look.selection,
            (endpoint,),
            parse_factors(written, fields, look.options),
            look.options,
            None if together is None else parse_factors(together, fields, look.options),
            drop_one=False,
        )[endpoint]
        if found.prognosis is None:
            return Content(label, reason=found.refusal or "")
        drawn = forest_figure(found.prognosis, ENDPOINTS[endpoint], label.source, look.theme)
        table = hazard_table(found.prognosis, ENDPOINTS[endpoint])
        if isinstance(drawn, str):
            return Content(label, tables=(table,), reason=drawn)
        return Content(label, drawn, (table,))

    return make


def _flow(look: Look, label: Label) -> Content:
    counted = flow(look.store, look.version, look.selection, look.options)
    drawn = flow_figure(counted, label.source, look.theme, look.options.min_cell)
    return _drawn(label, drawn, flow_table(counted, look.options.min_cell))


def _baseline(look: Look, label: Label) -> Content:
    strata = look.request.strata
    found = baseline(look.store, look.version, look.selection, look.options, by=strata)
    field = look.version.fields.get(strata.field) if strata else None
    return Content(label, tables=(baseline_table(found, field, look.options.min_cell),))


def _response(look: Look, label: Label) -> Content:
    strata = look.request.strata
    found = response(look.store, look.version, look.selection, look.options, strata)
    if not found.overall.evaluable:
        return Content(label, reason=" ".join(str(one) for one in found.warnings))
    field = look.version.fields.get(strata.field) if strata else None
    drawn = response_figure(found, field, label.source, look.theme, look.options.min_cell)
    return _drawn(label, drawn, response_table(found, field, look.options.min_cell))


def _toxicity(look: Look, label: Label) -> Content:
    found = toxicity(look.store, look.version, look.selection, look.options)
    if not any(one.assessed for one in found.of()):
        return Content(label, reason="This selection has no laboratory values, events or ready-made grades.")
    drawn = toxicity_figure(found, look.notion, label.source, look.theme, min_cell=look.options.min_cell)
    return _drawn(label, drawn, toxicity_table(found, look.notion, min_cell=look.options.min_cell))


def _delta(look: Look, label: Label) -> Content:
    found = toxicity(look.store, look.version, look.selection, look.options)
    table = delta_table(found, min_cell=look.options.min_cell)
    if not table.rows:
        return Content(label, reason="This selection has no blood counts to grade.")
    return Content(label, tables=(table,))


def _compare(look: Look, label: Label) -> Content:
    if look.options.min_cell > 1:
        return Content(label, reason="The comparison prints every count; small ones cannot be suppressed in it.")
    return Content(label, tables=(comparison_table(compare(look.store, look.version, look.selection, look.options)),))


def _contrast(look: Look, label: Label) -> tuple[Contrast | str, Label]:
    """The comparison or why there is none, and the label that names both groups."""
    found = compared(look.store, look.version, look.selection, look.against, look.options)
    label = replace(label, source=replace(label.source, selection=both_sentences(found)))
    return found.refusal or Contrast(look.store, look.version, found, look.options), label


def _contrast_curves(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        if endpoint not in look.version.endpoints:
            return Content(label, reason=f"{ENDPOINTS[endpoint]}: the cohort holds neither its dates nor its times.")
        found, label = _contrast(look, label)
        if isinstance(found, str):
            return Content(label, reason=found)
        one = found.outcomes((endpoint,), look.tau_months)[endpoint]
        if one.refusal:
            return Content(label, reason=one.refusal)
        drawn = contrast_figure(one, found.compared, label.source, look.theme, look.options, exact=True)
        return _drawn(label, drawn, difference_table(outcome_json(one, look.options), one.label, look.options))

    return make


def _contrast_table(table: Callable[[Contrast], Table]) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        found, label = _contrast(look, label)
        return Content(label, reason=found) if isinstance(found, str) else Content(label, tables=(table(found),))

    return make


def _balance(found: Contrast) -> Table:
    return balance_table(baseline_json(found), found.compared.n, found.options)


def _rates(found: Contrast) -> Table:
    return rates_table(rates_json(found), found.compared.n, found.options)


def _harms(found: Contrast) -> Table:
    return harms_table(toxicity_json(found), found.compared.n, found.options)


def _drawn(label: Label, drawn: Figure | str, table: Table) -> Content:
    if isinstance(drawn, str):
        return Content(label, tables=(table,), reason=drawn)
    return Content(label, drawn, (table,))


CONTENTS: dict[str, tuple[str, Callable[[Look, Label], Content]]] = {
    **{f"km-{key}": (name, _curves(key)) for key, name in ENDPOINTS.items()},
    **{f"forest-{key}": (f"Prognostic factors, {ENDPOINTS[key].lower()}", _hazards(key)) for key in ("pfs", "os")},
    "flow": ("Patient flow", _flow),
    "baseline": ("Baseline characteristics", _baseline),
    "response": ("Response by RECIST 1.1", _response),
    "toxicity": ("Adverse events by CTCAE grade", _toxicity),
    "delta": ("Delta highest grade of haematological toxicity", _delta),
    **{f"cox-{key}": (f"Prognostic factors, {ENDPOINTS[key].lower()}", _hazards(key)) for key in ("pfs", "os")},
    **{f"contrast-{key}": (f"{name}: A against B", _contrast_curves(key)) for key, name in ENDPOINTS.items()},
    "contrast-baseline": ("Baseline: A against B", _contrast_table(_balance)),
    "contrast-response": ("Response: A against B", _contrast_table(_rates)),
    "contrast-toxicity": ("Adverse events: A against B", _contrast_table(_harms)),
    "compare": ("Compared with the paper", _compare),
}
"""Name -> title and how it is made."""

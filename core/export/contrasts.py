"""What can be taken away of a selection beside another one: curves with differences, baseline, response, toxicity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.contrast import Contrast, compared
from core.export.label import Label
from core.export.look import Content, Look, figures
from core.figures.contrast import both_sentences, contrast_figure
from core.figures.figure import Figure
from core.figures.stage import Stage
from core.options import ENDPOINTS
from core.report.contrast import baseline_json, outcome_json, rates_json, toxicity_json
from core.tables import Table
from core.tables.contrast import balance_table, difference_table, harms_table, rates_table


def _contrast(look: Look, label: Label) -> tuple[Contrast | str, Label]:
    """The comparison or why there is none, and the label that names both groups."""
    found = compared(look.store, look.version, look.selection, look.against, look.options)
    label = replace(label, source=replace(label.source, selection=both_sentences(found)))
    return found.refusal or Contrast(look.store, look.version, found, look.options), label


def _curves(endpoint: str) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        if endpoint not in look.version.endpoints:
            return Content(label, reason=f"{ENDPOINTS[endpoint]}: the cohort holds neither its dates nor its times.")
        found, label = _contrast(look, label)
        if isinstance(found, str):
            return Content(label, reason=found)
        one = found.outcomes((endpoint,), look.tau_months, look.request.landmark_days)[endpoint]
        if one.refusal:
            return Content(label, reason=one.refusal)

        def draw(stage: Stage | None = None) -> Figure | str:
            who, options = found.compared, look.options
            return contrast_figure(one, who, label.shown, look.theme, options, exact=True, stage=stage)

        table = difference_table(outcome_json(one, look.options), one.label, look.options)
        drawn = draw()
        if isinstance(drawn, str):
            return Content(label, tables=(table,), reason=drawn)

        def parts(stage: Stage) -> tuple[Figure, ...]:
            return figures(draw(stage))

        return Content(label, drawn, (table,), parts)

    return make


def _table(table: Callable[[Contrast], Table | str]) -> Callable[[Look, Label], Content]:
    def make(look: Look, label: Label) -> Content:
        found, label = _contrast(look, label)
        made = found if isinstance(found, str) else table(found)
        return Content(label, reason=made) if isinstance(made, str) else Content(label, tables=(made,))

    return make


def balance(found: Contrast) -> Table | str:
    """Baseline of A and B, or why there is none."""
    return balance_table(baseline_json(found), found.compared.n, found.options)


def rates(found: Contrast) -> Table | str:
    """Responses of A and B, or why there are none."""
    if not any(one.evaluable for one in found.response.groups):
        return "No course of A or B is evaluable by RECIST 1.1."
    return rates_table(rates_json(found), found.compared.n, found.options)


def harms(found: Contrast) -> Table | str:
    """Adverse events of A and B, or why there are none."""
    shown = toxicity_json(found)
    if not shown:
        return "A and B have no laboratory values, events or ready-made grades."
    return harms_table(shown, found.compared.n, found.options)


CONTRASTS: dict[str, tuple[str, Callable[[Look, Label], Content]]] = {
    **{f"contrast-{key}": (f"{name}: A against B", _curves(key)) for key, name in ENDPOINTS.items()},
    "contrast-baseline": ("Baseline: A against B", _table(balance)),
    "contrast-response": ("Response: A against B", _table(rates)),
    "contrast-toxicity": ("Adverse events: A against B", _table(harms)),
}
"""Name -> title and how it is made; B is `Look.against`."""

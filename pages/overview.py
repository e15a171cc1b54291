"""Overview: who is in the selection, how they were treated, and the first answers."""

from __future__ import annotations

import streamlit as st

from core.baseline import baseline
from core.figures import flow_figure, provenance
from core.figures.outcome import outcome_figure
from core.flow import flow
from core.formats import median_months, percent
from core.outcome import Outcome, outcomes
from core.response import response
from core.tables import baseline_table, treatment_table
from core.treatment import treatment
from pages.shared import groups, session, show, take_away
from pages.shared.looks import look

FIRST = ("pfs", "os")


def main() -> None:
    """The page."""
    view = session.view()
    endpoints = tuple(one for one in FIRST if one in view.version.endpoints)
    found = outcomes(view.store, view.version, view.selection, endpoints, view.options) if view.n else {}
    counted = {key: one.overall.curve.n_events for key, one in found.items() if not one.refusal}
    show.header("Overview", view, show.events(counted))
    _introduction(view)
    if view.n == 0:
        show.empty(view)
        return
    _answers(view, found)
    _curves(view, found)
    _flow(view)
    _treatment(view)
    _baseline(view)


def _introduction(view: session.View) -> None:
    """What this is and what to do next, while only the demo cohort is in view."""
    if not view.version.synthetic:
        return
    st.markdown(
        "Outcomes of PRRT in gastroenteropancreatic neuroendocrine tumours: choose patients in the sidebar, and every "
        "page follows. This demo cohort is synthetic: these patients do not exist."
    )
    st.page_link("cohorts.py", label="Load your own cohort", width="content")


def _answers(view: session.View, found: dict[str, Outcome]) -> None:
    """Key figures: patients, medians, response."""
    told: list[tuple[str, str]] = []
    for one in found.values():
        if not one.refusal and one.overall.curve.n:
            told.append((f"Median {one.endpoint.upper()}, months (95% CI)", median_months(one.overall.curve.median)))
    answered = response(view.store, view.version, view.selection, view.options).overall
    if answered.evaluable:
        for label, share in (("Objective response", answered.orr), ("Disease control", answered.dcr)):
            told.append((f"{label}, {share.n} of {share.total}", percent((share.percent or 0) / 100)))
    grid = st.grid(4, min_column_width=170)
    for label, value in told:
        with grid.cell():
            st.metric(label, value)


def _curves(view: session.View, found: dict[str, Outcome]) -> None:
    if found and all(one.refusal for one in found.values()):
        key, first = next(iter(found.items()))
        show.refusal(first.refusal or "", key)
        return
    source = provenance(view.version, view.sentence)
    grid = st.grid(2, min_column_width=350, gap="medium")
    for key, one in found.items():
        with grid.cell():
            if one.refusal:
                show.refusal(one.refusal, key)
            else:
                drawn = outcome_figure(one, view.version.fields, source, session.theme(), view.options)
                show.figure(drawn, key=f"overview-{key}")
                if not isinstance(drawn, str):
                    take_away.offer(f"km-{key}", look(view), part=take_away.FIGURE)


def _flow(view: session.View) -> None:
    counted = flow(view.store, view.version, view.selection, view.options)
    source = provenance(view.version, view.sentence)
    show.figure(flow_figure(counted, source, session.theme(), view.options.min_cell), key="flow")
    take_away.offer("flow", look(view))


def _treatment(view: session.View) -> None:
    st.header("Treatment", anchor=False)
    show.table(treatment_table(treatment(view.store, view.version, view.selection, view.options), view.version.fields))
    take_away.offer("treatment", look(view), part=take_away.TABLES)


def _baseline(view: session.View) -> None:
    st.header("Baseline characteristics", anchor=False)
    with show.controls():
        strata, _ = groups.choose(view, landmark=False)
    found = baseline(view.store, view.version, view.selection, view.options, by=strata)
    show.table(baseline_table(found, view.version.fields.get(strata.field) if strata else None, view.options.min_cell))
    take_away.offer("baseline", look(view, strata), part=take_away.TABLES)


main()

"""Survival: how long without progression, alive, until the next treatment - in all, in groups, or against the rest."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.export import Look
from core.figures import provenance
from core.figures.outcome import outcome_figure
from core.formats import median_months
from core.outcome import Outcome, outcomes
from core.tables import follow_up_sentence, logrank_table, median_table
from pages.shared import endpoints as shown_endpoints
from pages.shared import groups, presets, session, show, take_away
from pages.shared.looks import look

MANY_PAIRS = 6
"""More pairs of groups than this are shown when they are asked for."""
GRAVE = ("immortal_time", "few_patients", "no_events", "no_time")
"""Remarks to read before the curves; the others stand below figure and table."""


def main() -> None:
    """The page."""
    view = session.view()
    endpoints = view.version.endpoints
    top = st.container()
    if not endpoints:
        with top:
            show.header("Survival", view)
        show.sentence(
            "This cohort holds neither dates nor ready-made times, so no survival can be derived.",
            "Add the dates of first cycle, progression, death and last contact, or ready-made times with their events.",
        )
        return
    with show.controls():
        chosen = shown_endpoints.choose(endpoints)
        strata, landmark = groups.choose(view)
        presets.choose(view)
    found = outcomes(view.store, view.version, view.selection, chosen, view.options, strata, landmark)
    with top:
        counted = {key: one.overall.curve.n_events for key, one in found.items() if not one.refusal}
        show.header("Survival", view, show.events(counted))
        if view.n:
            _answers(found)
    if view.n == 0:
        show.empty(view)
        return
    show.warning(*(one.message for each in found.values() for one in each.notices if one.code in GRAVE))
    shown = look(view, strata, landmark)
    _figures(view, found, shown)
    for one in found.values():
        _tables(one, shown)
    show.note(
        *dict.fromkeys(follow_up_sentence(one) for one in found.values()),
        "Kaplan-Meier; months are days / 30.4375. Median and its interval after Brookmeyer and Crowley. "
        "At risk at a time: everybody whose own time is not shorter; events and censored are those before it.",
    )


def _answers(found: dict[str, Outcome]) -> None:
    """The answer first: each median with its interval."""
    grid = st.grid(3, min_column_width=215)
    for one in found.values():
        if not one.refusal and one.overall.curve.n:
            shown = median_months(one.overall.curve.median)
            grid.metric(f"Median {one.endpoint.upper()}, months (95% CI)", shown)


def _figures(view: session.View, found: dict[str, Outcome], shown: Look) -> None:
    if all(one.refusal for one in found.values()):
        key, first = next(iter(found.items()))
        show.refusal(first.refusal or "", key)
        return
    source = provenance(view.version, view.sentence)
    grid = st.grid(len(found), min_column_width=330, gap=("medium", "small"))
    for key, one in found.items():
        with grid.cell():
            if one.refusal:
                show.refusal(one.refusal, key)
            else:
                drawn = outcome_figure(one, view.version.fields, source, session.theme(), view.options)
                show.figure(drawn, key=f"curve-{key}")
                if not isinstance(drawn, str):
                    take_away.offer(f"km-{key}", shown, part=take_away.FIGURE)


def _tables(one: Outcome, shown: Look) -> None:
    """Medians and milestones, and the test between the groups; many pairs of groups when they are asked for."""
    if one.refusal or not one.overall.curve.n:
        return
    st.header(one.label, anchor=False)
    show.table(median_table(one, session.options().months))
    tested = logrank_table(one)
    many = len(one.pairwise) > MANY_PAIRS
    if tested is not None:
        show.table(logrank_table(replace(one, pairwise=())) or tested if many else tested)
    take_away.offer(f"km-{one.endpoint}", shown, part=take_away.TABLES)
    if tested is None or not many:
        return
    label = f"{len(one.pairwise)} pairs of groups, p adjusted after Holm"
    panel = st.expander(label, key=f"pairs-{one.endpoint}", on_change="rerun")
    if panel.open:
        with panel:
            show.table(replace(tested, rows=tested.rows[1:]))


main()

"""Survival: how long without progression, alive, until the next treatment - in all, in groups, or against the rest."""

from __future__ import annotations

import streamlit as st

from core.figures import provenance
from core.figures.outcome import outcome_figure
from core.formats import median_months, plural
from core.options import ENDPOINTS
from core.outcome import Outcome, outcomes
from core.tables import follow_up_sentence, logrank_table, median_table
from pages.shared import groups, session, show

SIDE_BY_SIDE = "side-by-side"


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
    chosen = _chosen(endpoints)
    strata, landmark = groups.choose(view)
    found = outcomes(view.store, view.version, view.selection, chosen, view.options, strata, landmark)
    with top:
        show.header("Survival", view, _events(found))
        if view.n:
            _answers(found)
    if view.n == 0:
        show.empty(view)
        return
    _figures(view, found)
    for one in found.values():
        _tables(one)
    show.note(
        "Kaplan-Meier; months are days / 30.4375. Median and its interval after Brookmeyer and Crowley. "
        "At risk at a time: everybody whose own time is not shorter; events and censored are those before it."
    )


def _chosen(endpoints: tuple[str, ...]) -> tuple[str, ...]:
    """One endpoint large, or all side by side."""
    names = {SIDE_BY_SIDE: "Side by side", **{one: ENDPOINTS[one] for one in endpoints}}
    picked = session.remembered(
        st.segmented_control,
        "Endpoint",
        list(names),
        session.SURVIVAL_VIEW,
        SIDE_BY_SIDE,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    return endpoints if picked == SIDE_BY_SIDE else (picked,)


def _events(found: dict[str, Outcome]) -> str:
    words = {"pfs": ("progression or death", "progressions or deaths"), "os": ("death", "deaths")}
    words["ttnt"] = ("new treatment or death", "new treatments or deaths")
    return ", ".join(plural(one.overall.curve.n_events, *words[key]) for key, one in found.items() if not one.refusal)


def _answers(found: dict[str, Outcome]) -> None:
    """The answer first: each median with its interval."""
    for column, one in zip(st.columns(3), found.values(), strict=False):
        median = one.overall.curve.median
        if not one.refusal and one.overall.curve.n:
            column.metric(
                f"Median {one.label[0].lower() + one.label[1:]}, months",
                median_months(median.time, median.lower, median.upper),
            )


def _figures(view: session.View, found: dict[str, Outcome]) -> None:
    source = provenance(view.version, view.sentence)
    grid = st.grid(2 if len(found) > 1 else 1, min_column_width=350, gap="medium")
    for key, one in found.items():
        with grid.cell():
            if one.refusal:
                show.refusal(one.refusal, key)
            else:
                drawn = outcome_figure(one, view.version.fields, source, session.theme(), view.options)
                show.figure(drawn, key=f"curve-{key}")


def _tables(one: Outcome) -> None:
    if one.refusal or not one.overall.curve.n:
        return
    with st.expander(f"{one.label}: medians, milestones and tests", expanded=bool(one.groups)):
        show.table(median_table(one, session.options().months))
        tested = logrank_table(one)
        if tested is not None:
            show.table(tested)
        show.note(follow_up_sentence(one))
    for warning in one.warnings:
        show.warning(warning)


main()

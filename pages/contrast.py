"""Compare groups: the selection in view, A, beside another one, B, or everyone else."""

from __future__ import annotations

import streamlit as st

from core.contrast import REST, Compared, Contrast, ContrastOutcome, against_text, compared
from core.figures import provenance
from core.figures.contrast import both_sentences, contrast_figure
from core.formats import median_months, ratio_with_interval
from core.report.contrast import baseline_json, outcome_json, rates_json, toxicity_json
from core.selection import Selection
from core.tables.contrast import balance_table, difference_table, harms_table, rates_table
from pages.shared import endpoints as shown_endpoints
from pages.shared import session, show

RULE = (
    "A and B are of the same cohort and version. A patient belongs to one group only: who has a course in A and a "
    "course in B is left out of both."
)


def main() -> None:
    """The page."""
    view = session.view()
    against = session.against()
    found = compared(view.store, view.version, view.selection, against, view.options)
    show.header("Compare groups", view)
    _groups(view, found)
    if found.refusal:
        show.sentence(found.refusal)
        return
    with show.controls():
        chosen = shown_endpoints.choose(view.version.endpoints) if view.version.endpoints else ()
        horizon = _horizon() if chosen else None
    both = Contrast(view.store, view.version, found, view.options)
    outcomes = both.outcomes(chosen, horizon)
    _answers(outcomes)
    show.note(found.overlap)
    if both.notices:
        show.warning(*(one.message for one in both.notices))
    _survival(view, found, outcomes)
    _tables(view, both)
    show.note(RULE)


def _groups(view: session.View, found: Compared) -> None:
    """Who A and B are, and how to change B."""
    st.markdown(
        f"**A** {show.escape(found.sentences[0])} :gray[(the selection in view; its filters are in the sidebar)]  \n"
        f"**B** {show.escape(found.sentences[1])}"
    )
    for problem in found.b.problems if found.b is not None else ():
        st.warning(f"B: {show.escape(problem)}")
    a, b = found.a, found.b
    with show.controls():
        st.button(
            "Keep this selection as B",
            key="keep-as-b",
            on_click=session.set_against,
            args=(against_text(a),),
            help="Then change A with the filters in the sidebar.",
        )
        st.button(
            "Swap A and B",
            key="swap",
            on_click=_swap,
            args=(a, b),
            disabled=b is None,
            help="Puts B in view: its filters can then be changed in the sidebar. Swap again to go back.",
        )
        st.button(
            "Everyone else as B",
            key="rest",
            on_click=session.set_against,
            args=(REST,),
            disabled=b is None,
        )


def _swap(a: Selection, b: Selection) -> None:
    session.set_against(against_text(a))
    session.select(b)


def _horizon() -> float | None:
    """Horizon of the restricted means in months; None = as far as both groups were followed."""
    key, asked = "horizon", session.months(session.TAU)
    session.keep_widget(key, asked)

    def keep() -> None:
        value = session.widget_value(key)
        session.set_parameter(session.TAU, "" if value is None else f"{value:g}")

    st.number_input(
        "Restricted mean to, months",
        min_value=1.0,
        value=None,
        step=6.0,
        key=key,
        on_change=keep,
        format="%g",
        placeholder="shorter follow-up",
        width=200,
        help="Left empty: the smaller of the groups' longest times, down to a whole month.",
    )
    return asked


def _answers(outcomes: dict[str, ContrastOutcome]) -> None:
    """The answer first: both medians and the hazard ratio."""
    grid = st.grid(3, min_column_width=215)
    for one in outcomes.values():
        if one.refusal:
            continue
        name = one.endpoint.upper()
        for group in one.groups:
            median = group.curve.median
            shown = median_months(median.time, median.lower, median.upper) if group.curve.n else "\u2014"
            grid.metric(f"{group.level}: median {name}, months (95% CI)", shown)
        hazard = one.hazard
        ratio = ratio_with_interval(hazard.hr, hazard.lower, hazard.upper)
        grid.metric(f"Hazard ratio {name}, A against B (95% CI)", ratio)


def _survival(view: session.View, found: Compared, outcomes: dict[str, ContrastOutcome]) -> None:
    """Curves of both groups on one axis, then what differs."""
    if not outcomes:
        show.sentence("This cohort holds neither dates nor ready-made times, so no survival can be compared.")
        return
    if all(one.refusal for one in outcomes.values()):
        key, first = next(iter(outcomes.items()))
        show.refusal(first.refusal, key)
        return
    source = provenance(view.version, both_sentences(found))
    grid = st.grid(len(outcomes), min_column_width=330, gap=("medium", "small"))
    for key, one in outcomes.items():
        with grid.cell():
            drawn = contrast_figure(one, found, source, session.theme(), view.options)
            show.figure(drawn, key=f"contrast-{key}")
    for one in outcomes.values():
        if not one.refusal:
            st.header(one.label, anchor=False)
            show.table(difference_table(outcome_json(one, view.options), one.label, view.options))


def _tables(view: session.View, both: Contrast) -> None:
    """Baseline, response and toxicity beside each other."""
    n, options = both.compared.n, view.options
    for table in (
        balance_table(baseline_json(both), n, options),
        rates_table(rates_json(both), n, options),
        harms_table(toxicity_json(both), n, options),
    ):
        st.header(table.title.partition(":")[0], anchor=False)
        show.table(table)


main()

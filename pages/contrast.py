"""Compare: the selection in view, A, beside another one, B, or everyone else."""

from __future__ import annotations

import streamlit as st

from core.contrast import REST, Compared, Contrast, ContrastOutcome, against_text, compared
from core.contrast.groups import RULE
from core.export import Look
from core.export.contrasts import balance, harms, rates
from core.figures import provenance
from core.figures.contrast import both_sentences, contrast_figure
from core.formats import NOT_ESTIMABLE, median_months, ratio_with_interval
from core.report.contrast import outcome_json
from core.selection import Selection
from core.tables.contrast import difference_table
from pages.shared import endpoints as shown_endpoints
from pages.shared import groups, session, show, take_away
from pages.shared.looks import look

TABLES = {"contrast-baseline": balance, "contrast-response": rates, "contrast-toxicity": harms}
HEADS = {"contrast-baseline": "Baseline", "contrast-response": "Response", "contrast-toxicity": "Adverse events"}


def main() -> None:
    """The page."""
    view = session.view()
    against = session.against()
    found = compared(view.store, view.version, view.selection, against, view.options)
    show.header("Compare", view)
    _groups(found)
    if view.n == 0:
        show.empty(view)
        return
    if found.refusal:
        show.sentence(found.refusal)
        return
    both = Contrast(view.store, view.version, found, view.options)
    chosen: tuple[str, ...] = ()
    horizon = landmark = None
    if view.version.endpoints:
        with show.controls():
            chosen = shown_endpoints.choose(view.version.endpoints)
            horizon = _horizon()
            landmark = groups.choose_landmark() if both.known_later else None
    outcomes = both.outcomes(chosen, horizon, landmark)
    shown = look(view, landmark=landmark, against=against, tau_months=horizon)
    _answers(outcomes)
    later = both.known_later if landmark is None else ()
    show.warning(*([found.overlap] if found.shared else []), *(one.message for one in later))
    if not found.shared:
        show.note(found.overlap)
    _survival(view, found, outcomes, shown)
    for what, made in TABLES.items():
        st.header(HEADS[what], anchor=False)
        table = made(both)
        if isinstance(table, str):
            show.sentence(table)
        else:
            show.table(table)
            take_away.offer(what, shown, part=take_away.TABLES)
    show.note(RULE)


def _groups(found: Compared) -> None:
    """Who A and B are, and how to change B."""
    b = found.b
    st.markdown(
        f"**A** {show.escape(found.sentences[0])} :gray[(the selection in view: its filters are in the sidebar)]  \n"
        f"**B** {show.escape(found.sentences[1])}"
    )
    with show.controls():
        st.button(
            "Keep this selection as B",
            key="keep-as-b",
            on_click=session.set_against,
            args=(against_text(found.a),),
            help="Then change A with the filters in the sidebar.",
        )
        st.button(
            "Swap A and B",
            key="swap",
            on_click=_swap,
            args=(found.a, b),
            disabled=b is None,
            help="Puts B in view: its filters can then be changed in the sidebar. Swap again to go back.",
        )
        st.button("Everyone else as B", key="rest", on_click=session.set_against, args=(REST,), disabled=b is None)


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
        min_value=session.LEAST_MONTHS,
        max_value=session.MOST_MONTHS,
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
            shown = median_months(group.curve.median) if group.curve.n else NOT_ESTIMABLE
            grid.metric(f"{group.level}: median {name}, months (95% CI)", shown)
        hazard = one.hazard
        ratio = ratio_with_interval(hazard.hr, hazard.lower, hazard.upper)
        grid.metric(f"Hazard ratio {name}, A against B (95% CI)", ratio)


def _survival(view: session.View, found: Compared, outcomes: dict[str, ContrastOutcome], shown: Look) -> None:
    """Curves of both groups on one axis, then what differs."""
    if not outcomes:
        show.sentence("This cohort holds neither dates nor ready-made times, so no survival can be compared.")
        return
    if all(one.refusal for one in outcomes.values()):
        key, first = next(iter(outcomes.items()))
        if found.repeated(first.label):
            show.refusal(first.refusal, key, session.select_first_of_both)
        else:
            show.sentence(first.refusal)
        return
    source = provenance(view.version, both_sentences(found))
    grid = st.grid(len(outcomes), min_column_width=330, gap=("medium", "small"))
    for key, one in outcomes.items():
        with grid.cell():
            drawn = contrast_figure(one, found, source, session.theme(), view.options)
            show.figure(drawn, key=f"contrast-{key}")
            if not isinstance(drawn, str):
                take_away.offer(f"contrast-{key}", shown, part=take_away.FIGURE)
    for key, one in outcomes.items():
        if not one.refusal:
            st.header(one.label, anchor=False)
            show.table(difference_table(outcome_json(one, view.options), one.label, view.options))
            take_away.offer(f"contrast-{key}", shown, part=take_away.TABLES)


main()

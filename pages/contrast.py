"""Compare: the selection in view, A, beside another one, B, or everyone else."""

from __future__ import annotations

import streamlit as st

from core.contrast import Compared, Contrast, ContrastOutcome, compared
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
from pages.shared import filters, groups, session, show, take_away
from pages.shared.looks import look

OPEN = "filters-of-b"
"""Key of the panel with B's filters."""
TABLES = {"contrast-baseline": balance, "contrast-response": rates, "contrast-toxicity": harms}
HEADS = {"contrast-baseline": "Baseline", "contrast-response": "Response", "contrast-toxicity": "Adverse events"}


def main() -> None:
    """The page."""
    view = session.view()
    against = session.against()
    found = compared(view.store, view.version, view.selection, against, view.options)
    show.header("Compare", view)
    _groups(view, found)
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


def _groups(view: session.View, found: Compared) -> None:
    """Who A and B are, and how to change B."""
    own = found.b is not None
    st.markdown(
        f"**A** {show.escape(found.sentences[0])} :gray[(the selection in view: its filters are in the sidebar)]  \n"
        f"**B** {show.escape(found.sentences[1])}"
    )
    with show.controls():
        st.button(
            "Copy A to B" if own else "Choose B",
            key="keep-as-b",
            on_click=_copy_a,
            help="B begins as the same selection as A. Then change either: B with its filters here, A in the sidebar.",
        )
        st.button("Swap A and B", key="swap", on_click=session.swap, disabled=not own)
        st.button("Everyone else as B", key="rest", on_click=session.set_against, args=(None,), disabled=not own)
    if own:
        _filters_of_b(view)


def _copy_a() -> None:
    session.set_against(session.selection(), session.added_filters())
    session.keep_widget(OPEN, True)


def _filters_of_b(view: session.View) -> None:
    """The filters of the sidebar once more, for B; drawn while they are open."""
    session.keep_open(OPEN)
    panel = st.expander("Filters of B", key=OPEN, on_change="rerun")
    if panel.open:
        with panel:
            grid = st.grid(filters.PARTS, min_column_width=200, gap=("medium", "small"))
            parts = [grid.cell() for _ in range(filters.PARTS)]
            filters.draw(view, filters.OTHER, parts)
            untouched = session.b() == Selection() and not session.added_filters(session.FILTERS_OF_B)
            with parts[-1]:
                st.button(
                    "Reset B", key="reset-b", on_click=session.set_against, args=(Selection(),), disabled=untouched
                )


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

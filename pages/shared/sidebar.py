"""The sidebar: the named views, the switch of small groups, the cohort, and the filters of the selection in view."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from core.selection import Selection
from core.small_groups import HIDDEN
from pages.shared import control, filters, session, views


def draw(view: session.View, page: str) -> None:
    """Every filter of the selection, counts per level under the other filters, one reset, and the named views.

    Parameters
    ----------
    view : View
    page : name of the page in the address
    """
    with st.sidebar:
        _head(view, page)
        filters.draw(view, filters.IN_VIEW, [nullcontext()] * filters.PARTS)


def _head(view: session.View, page: str) -> None:
    views.draw(page)
    _small_groups()
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.markdown("**Selection**")
    untouched = view.selection == Selection() and not session.added_filters()
    right.button("Reset", key="reset", on_click=session.reset, disabled=untouched, width="stretch")
    names = [one.name for one in view.store.cohorts()]
    if len(names) > 1:
        session.keep_widget("cohort", view.version.name)
        st.selectbox(
            "Cohort", names, key="cohort", on_change=lambda: session.choose_cohort(session.widget_value("cohort"))
        )


def _small_groups() -> None:
    """One switch for what is shown on every page, exported and presented."""
    control.switch(
        f"Hide counts under {HIDDEN}",
        session.HIDE,
        str(HIDDEN),
        help="For a room or a file that should not tell of single patients: every count is rounded to the nearest 5 on "
        "every page of results, curves and medians need 20 patients, and single patients are not listed.",
    )

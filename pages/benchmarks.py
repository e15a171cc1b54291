"""Benchmarks: this selection beside published series, and beside each number of the paper."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.compare import MARKS, compare, counts
from core.malignancies import malignancies
from core.outcome import outcomes
from core.response import response
from core.series import published_series
from core.tables.benchmarks import adverse_table, comparison_table, series_table
from core.toxicity import toxicity
from pages.shared import session, show

FIRST = ("pfs", "os")


def main() -> None:
    """The page."""
    view = session.view()
    show.header("Benchmarks", view)
    if view.n == 0:
        show.empty(view)
        return
    _series(view)
    _paper(view)


def _series(view: session.View) -> None:
    """The selection's own row first, then the series of the same course."""
    endpoints = tuple(one for one in FIRST if one in view.version.endpoints)
    found = outcomes(view.store, view.version, view.selection, endpoints, view.options)
    graded = toxicity(view.store, view.version, view.selection, view.options)
    answered = response(view.store, view.version, view.selection, view.options).overall
    diagnosed = {one.term: one for one in malignancies(view.store, view.version, view.selection, view.options)}
    mds = diagnosed.get("MDS")
    share = 100 * mds.n / mds.of if mds and mds.of else None
    course = view.selection.condition("course")
    retreated = course is not None and "1" not in course.values
    series = [one for one in published_series() if (one.course != "1") == retreated]
    st.subheader("Published series" + (", retreatment" if retreated else ""), anchor=False)
    show.table(series_table(found, answered, graded, share, view.n, series))
    if not retreated:
        events = adverse_table(graded, series)
        st.subheader(events.title, anchor=False)
        show.table(events)


def _paper(view: session.View) -> None:
    """Each published number beside the derived one; computed when it is opened."""
    panel = st.expander("Compared with the paper, number by number", key="paper", on_change="rerun")
    if not panel.open:
        return
    with panel:
        with st.spinner("Deriving every published number from this selection"):
            found = compare(view.store, view.version, view.selection, view.options)
        marks = counts(found)
        st.markdown(" · ".join(f"**{marks.get(mark, 0)}** {mark}" for mark in MARKS))
        shown = st.pills("Show", MARKS, selection_mode="multi", key="marks", help="All, when none is chosen.")
        chosen = [one for one in found if not shown or one.mark in shown]
        table = comparison_table(chosen)
        frame = pd.DataFrame(list(table.rows), columns=list(table.columns))
        st.dataframe(frame, hide_index=True, height=480, key="comparison")
        st.download_button(
            "Comparison as CSV",
            data=lambda: frame.to_csv(index=False).encode("utf-8-sig"),
            file_name="compared-with-the-paper.csv",
            mime="text/csv",
            on_click="ignore",
        )
        show.note("Data of the paper: Lazarenko et al., Acta Gastroenterol Belg 2026, 89, 13-24.")


main()

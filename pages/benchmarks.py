"""Benchmarks: this selection beside published series, and beside each number of the paper."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.compare import MARKS, compare, counts
from core.series import beside_series
from core.small_groups import hides
from core.tables.benchmarks import comparison_table, part_of, series_tables
from pages.shared import control, session, show, take_away
from pages.shared.looks import look

WITH = {"series": "Published series", "paper": "The paper, number by number"}
ANYWHERE = "Everywhere"


def main() -> None:
    """The page."""
    view = session.view()
    show.header("Benchmarks", view)
    if view.n == 0:
        show.empty(view)
        return
    compared = control.one(
        st.segmented_control,
        "Compared with",
        list(WITH),
        session.COMPARED,
        "series",
        format_func=WITH.__getitem__,
        required=True,
    )
    if compared == "series":
        _series(view)
    else:
        _paper(view)


def _series(view: session.View) -> None:
    """The selection's own row first, then the series of the same course."""
    for table in series_tables(beside_series(view.store, view.version, view.selection, view.options)):
        st.header(table.title, anchor=False)
        show.table(table)
    take_away.offer("series", look(view), part=take_away.TABLES)


def _paper(view: session.View) -> None:
    """Each published number beside the derived one; computed when it is asked for."""
    if hides(view.options):
        show.sentence("This comparison prints every count exactly, and small groups are hidden.", "Show them again.")
        return
    with st.spinner("Deriving every published number from this selection"):
        found = compare(view.store, view.version, view.selection, view.options)
    marks = counts(found)
    st.header(f"{len(found)} printed numbers beside those derived from this selection", anchor=False)
    top = show.controls()
    with show.controls():
        kept = control.several(
            st.pills,
            "Shown; all, when none is chosen",
            MARKS,
            session.MARKS,
            selection_mode="multi",
            format_func=lambda mark: f"{mark} \u00b7 {marks.get(mark, 0)}",
        )
        places = list(dict.fromkeys(part_of(one.published.place) for one in found))
        place = control.one(st.selectbox, "Place in the paper", [ANYWHERE, *places], session.PLACE, ANYWHERE, width=230)
    chosen = [
        one for one in found if (not kept or one.mark in kept) and place in (ANYWHERE, part_of(one.published.place))
    ]
    table = comparison_table(chosen)
    frame = pd.DataFrame(list(table.rows), columns=list(table.columns))
    with top:
        st.download_button(
            "These numbers as CSV",
            data=lambda: frame.to_csv(index=False).encode("utf-8-sig"),
            file_name="compared-with-the-paper.csv",
            mime="text/csv",
            on_click="ignore",
        )
        take_away.offer("compare", look(view), part=take_away.TABLES)
    wide = {"Place": 130, "Number": 385, "Printed": 90, "Derived": 90, "Difference": 90, "Mark": 130}
    st.dataframe(
        frame,
        hide_index=True,
        height=min(35 * (len(frame) + 1) + 3, 560),
        key="comparison",
        column_config={
            head: st.column_config.TextColumn(width=width, alignment="right" if width == 90 else "left")
            for head, width in wide.items()
        },
    )
    show.note("The paper: Lazarenko et al., Acta Gastroenterol Belg 2026, 89, 13-24.")


main()

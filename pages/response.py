"""Response: how many responded, in how many was the disease controlled, in all and by group."""

from __future__ import annotations

import streamlit as st

from core.figures import provenance, response_figure
from core.response import response
from core.tables import proportion, response_table
from pages.shared import groups, session, show, take_away
from pages.shared.looks import look


def main() -> None:
    """The page."""
    view = session.view()
    top = st.container()
    with show.controls():
        strata, _ = groups.choose(view, landmark=False)
    found = response(view.store, view.version, view.selection, view.options, strata)
    field = view.version.fields.get(strata.field) if strata else None
    with top:
        evaluable = f"{found.overall.evaluable} evaluable" if view.n else ""
        show.header("Response", view, evaluable)
    if view.n == 0:
        show.empty(view)
        return
    if not found.overall.evaluable:
        show.sentence(" ".join(str(one) for one in found.warnings), "Choose other patients, or load RECIST responses.")
        return
    with top:
        grid = st.grid(3, min_column_width=280)
        for label, share in (("Objective response", found.overall.orr), ("Disease control", found.overall.dcr)):
            grid.metric(f"{label} in {share.n} of {share.total}, % (95% CI)", proportion(share))
    source = provenance(view.version, view.sentence)
    show.figure(response_figure(found, field, source, session.theme(), view.options.min_cell), key="response")
    take_away.offer("response", look(view, strata), part=take_away.FIGURE)
    show.table(response_table(found, field, view.options.min_cell))
    take_away.offer("response", look(view, strata), part=take_away.TABLES)


main()

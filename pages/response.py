"""Response: how many responded, in how many was the disease controlled, in all and by group."""

from __future__ import annotations

import streamlit as st

from core.figures import provenance, response_figure
from core.response import Proportion, response
from core.tables import proportion, response_table
from pages.shared import groups, session, show


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
        left, right = st.columns(2)
        _answer(left, "Objective response, % (95% CI)", found.overall.orr)
        _answer(right, "Disease control, % (95% CI)", found.overall.dcr)
    source = provenance(view.version, view.sentence)
    show.figure(response_figure(found, field, source, session.theme(), view.options.min_cell), key="response")
    show.table(response_table(found, field, view.options.min_cell))


def _answer(column: st.delta_generator.DeltaGenerator, label: str, share: Proportion) -> None:
    column.metric(label, proportion(share), help=f"{share.n} of {share.total}")


main()

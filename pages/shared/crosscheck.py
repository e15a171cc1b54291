"""The cross-check on the page Methods: what is shown, computed again by lifelines."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.analysis import Request, analyse
from core.formats import NOT_ESTIMABLE, plural
from core.small_groups import hides
from pages.shared import groups, session, show


def draw(view: session.View) -> None:
    """A button; then every curve, test and model of the selection beside lifelines' own number."""
    st.markdown("Every curve, test and model of this selection, computed again by lifelines, an independent library.")
    if hides(view.options):
        show.sentence("The cross-check compares exact numbers, and small groups are hidden.", "Show them again.")
        return
    if not st.button("Cross-check this selection", key="cross-check"):
        return
    by = session.parameter(session.BY)
    with st.spinner("Computing again with lifelines"):
        strata = groups.parsed(by, view.version.fields) if by else None
        request = Request(strata=strata, cross_check=True)
        checks = analyse(view.store, view.version, view.selection, view.options, request, frozenset())["cross_check"]
    # A remark says that lifelines follows another rule there (median on a flat stretch, the older test of assumptions).
    compared = [one for one in checks if one["difference"] is not None and not one["note"]]
    if compared:
        largest = max(compared, key=lambda one: one["difference"])
        st.markdown(
            f"**{plural(len(compared), 'number')} compared; largest difference {largest['difference']:.1e}** "
            f"({show.escape(largest['what'])}). {len(checks) - len(compared)} more follow another rule in lifelines, "
            "or have no number there: the remark says which."
        )
    frame = pd.DataFrame(
        [
            (one["what"], _text(one["ours"]), _text(one["lifelines"]), _text(one["difference"]), one["note"] or "")
            for one in checks
        ],
        columns=["What", "Here", "lifelines", "Difference", "Remark"],
    )
    st.dataframe(frame, hide_index=True, height=360, key="cross-checked")


def _text(value: float | None) -> str:
    return NOT_ESTIMABLE if value is None else f"{value:.6g}"

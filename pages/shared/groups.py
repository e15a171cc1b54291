"""What divides the selection into groups, on every page that shows groups."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.dictionary import Field
from core.options import DAYS_PER_MONTH
from core.outcome import LANDMARK_DAYS
from core.strata import SELECTION, Strata, parse_strata
from pages.shared import session, show

NONE = ""
PAPER = ("grade", "cga_ug_l>=1000", "sodium_mmol_l>=135", "albumin_g_l>=35", "nlr~median")
"""The factors of the paper's Figures 3 and 4; sodium, albumin and NLR at cut-offs that are the product's."""
PRODUCT_CUTS = ("sodium_mmol_l", "albumin_g_l", "nlr")
CUT_STEP = "median"


def choose(view: session.View, *, landmark: bool = True) -> tuple[Strata | None, float | None]:
    """Let the visitor choose groups; returns them with the landmark in days, each None when not wanted."""
    fields = view.version.fields
    choices = _choices(fields)
    asked = session.parameter(session.BY)
    if asked and asked not in choices and _parsed(asked, fields) is not None:
        choices.append(asked)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        picked = session.remembered(
            st.selectbox, "Groups", choices, session.BY, NONE, format_func=lambda key: _say(key, fields)
        )
    strata = _parsed(picked, fields) if picked else None
    if strata is None:
        return None, None
    with right:
        if strata.field in fields and fields[strata.field].numeric and strata.field != "course":
            _cut_off(strata, fields[strata.field])
    if strata.field in PRODUCT_CUTS:
        show.note("The paper gives no cut-off for sodium, albumin and NLR; those offered are the product's.")
    if landmark and strata.field in fields and fields[strata.field].known_later:
        return strata, _landmark()
    return strata, None


def _choices(fields: Mapping[str, Field]) -> list[str]:
    """None, the rest, the paper's, then every field that can make groups."""
    paper = [key for key in PAPER if parse_strata(key).field in fields]
    others = []
    for name, field in fields.items():
        if not field.filterable or field.type == "date" or name in ("course", "histology_complete"):
            continue
        key = f"{name}>={field.cut:g}" if field.numeric and field.cut is not None else f"{name}~median"
        others.append(key if field.numeric else name)
    return list(dict.fromkeys([NONE, SELECTION, *paper, *others]))


def _parsed(key: str, fields: Mapping[str, Field]) -> Strata | None:
    try:
        return parse_strata(key, fields)
    except ValueError:
        return None


def _say(key: str, fields: Mapping[str, Field]) -> str:
    if key == NONE:
        return "None"
    strata = _parsed(key, fields)
    label = strata.label(fields) if strata else key
    return f"{label} (in the paper)" if key in PAPER else label


def _cut_off(strata: Strata, field: Field) -> None:
    key = "cut-off"
    session.keep_widget(key, strata.cut)

    def keep() -> None:
        value = session.widget_value(key)
        text = f"{strata.field}~median" if value is None else f"{strata.field}>={value:g}"
        session.set_parameter(session.BY, text)

    st.number_input(
        f"Cut-off, {field.unit}" if field.unit else "Cut-off",
        value=None,
        key=key,
        on_change=keep,
        format="%g",
        placeholder="median",
        help="Empty: the median of the selection.",
    )


def _landmark() -> float | None:
    """Groups known only later: from the start, or only who reached the landmark."""
    picked = session.remembered(
        st.segmented_control,
        "Counted from",
        ["start", "landmark"],
        session.LANDMARK,
        "start",
        format_func=lambda one: (
            f"Landmark at {LANDMARK_DAYS / DAYS_PER_MONTH:.0f} months" if one == "landmark" else "Start"
        ),
        help="These groups are known only later: counting from the start favours those who lived long enough.",
        required=True,
    )
    return LANDMARK_DAYS if picked == "landmark" else None

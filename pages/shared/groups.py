"""What divides the selection into groups, on every page that shows groups."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.dictionary import Field
from core.options import DAYS_PER_MONTH
from core.outcome import LANDMARK_DAYS
from core.strata import SELECTION, Strata, parse_strata
from pages.shared import control, session, show

NONE = ""
PAPER = ("grade", "cga_ug_l>=1000", "sodium_mmol_l>=135", "albumin_g_l>=35", "nlr~median")
"""The factors of the paper's Figures 3 and 4; sodium, albumin and NLR at cut-offs that are the product's."""
PRODUCT_CUTS = ("sodium_mmol_l", "albumin_g_l", "nlr")
POPULATION = ("course", "histology_complete")
"""Fields that say which courses there are to compare; what else is selected has a rest."""
PRODUCT_CUT = (
    "The paper gives no cut-off for sodium, albumin and NLR: 135 mmol/L, 35 g/L and the median are the product's."
)


def choose(view: session.View, *, landmark: bool = True) -> tuple[Strata | None, float | None]:
    """Let the visitor choose groups; returns them with the landmark in days, each None when not wanted.

    The controls stand side by side in the row that the page has opened with `show.controls`.
    """
    fields = view.version.fields
    choices = _choices(fields)
    asked = session.parameter(session.BY)
    if asked and asked not in (*choices, SELECTION) and parsed(asked, fields) is not None:
        choices.append(asked)
    against_rest = asked == SELECTION
    picked = control.one(
        st.selectbox,
        "Groups",
        choices,
        session.BY,
        NONE,
        format_func=lambda key: _say(key, fields),
        width=235,
        disabled=against_rest,
        help="Untick Against the rest to divide by something else." if against_rest else None,
    )
    _against_the_rest(view)
    if against_rest:
        picked = SELECTION
    strata = _possible(view, parsed(picked, fields) if picked else None)
    field = fields.get(strata.field) if strata else None
    if strata and field and field.numeric and strata.field != "course":
        _cut_off(strata, field)
    deciding = [field, *(fields.get(one.field) for one in view.selection.conditions)]
    later = any(one.known_later for one in deciding if one)
    return strata, choose_landmark() if landmark and later else None


def _possible(view: session.View, strata: Strata | None) -> Strata | None:
    """The groups, or a sentence where this selection has no value to take a median from."""
    if strata is None or strata.resolved:
        return strata
    if not view.n:
        return None
    try:
        view.store.resolve_strata(view.version, view.selection, strata, view.options)
    except ValueError as error:
        show.sentence(f"{error}", "Everybody is shown together: choose other groups, or other patients.")
        return None
    return strata


def _against_the_rest(view: session.View) -> None:
    """One click: the selection beside everybody else of the same courses."""
    key = "against-the-rest"
    session.keep_widget(key, session.parameter(session.BY) == SELECTION)

    def keep() -> None:
        session.set_parameter(session.BY, SELECTION if session.widget_value(key) else NONE)

    narrowed = any(one.field not in POPULATION for one in view.selection.conditions)
    st.checkbox("Against the rest", key=key, on_change=keep, disabled=not narrowed and not session.widget_value(key))


def _choices(fields: Mapping[str, Field]) -> list[str]:
    """None, the paper's, then every field that can make groups."""
    paper = [key for key in PAPER if parse_strata(key).field in fields]
    others = []
    for name, field in fields.items():
        if not field.filterable or field.type == "date" or name in ("course", "histology_complete"):
            continue
        key = f"{name}>={field.cut:g}" if field.numeric and field.cut is not None else f"{name}~median"
        others.append(key if field.numeric else name)
    return list(dict.fromkeys([NONE, *paper, *others]))


def parsed(key: str, fields: Mapping[str, Field]) -> Strata | None:
    """Groups as the address writes them; None for what this cohort cannot be divided by."""
    try:
        return parse_strata(key, fields)
    except ValueError:
        return None


def _say(key: str, fields: Mapping[str, Field]) -> str:
    if key == NONE:
        return "None"
    strata = parsed(key, fields)
    return strata.label(fields) if strata else key


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
        step=_step(field),
        key=key,
        on_change=keep,
        format="%g",
        placeholder="median",
        width=155,
        help=PRODUCT_CUT if strata.field in PRODUCT_CUTS else None,
    )


def _step(field: Field) -> float:
    """What a click on + or - moves: a tenth of the usual cut-off's size, 0.5 without one."""
    return 10.0 ** (len(f"{field.cut:.0f}") - 2) if field.cut else 0.5


def choose_landmark() -> float | None:
    """Patients or groups known only later: from the start, or only who reached the landmark."""
    picked = control.one(
        st.segmented_control,
        "Counted from",
        ["start", "landmark"],
        session.LANDMARK,
        "start",
        format_func=lambda one: (
            f"Landmark at {LANDMARK_DAYS / DAYS_PER_MONTH:.0f} months" if one == "landmark" else "Start"
        ),
        help="What is known only later favours, counted from the start, those who lived long enough to have it.",
        required=True,
    )
    return LANDMARK_DAYS if picked == "landmark" else None


def asked_landmark() -> float | None:
    """The landmark that the address asks for, in days, where a page does not offer the choice."""
    return LANDMARK_DAYS if session.parameter(session.LANDMARK) == "landmark" else None

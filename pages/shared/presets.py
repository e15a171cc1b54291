"""The survival figures of the paper, each one choice away: its endpoint, its groups, its course."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.condition import Condition
from core.selection import Selection
from core.strata import parse_strata
from pages.shared import session


@dataclass(frozen=True)
class Preset:
    """One figure of the paper.

    Parameters
    ----------
    figure : its number there
    endpoint : key of `core.options.ENDPOINTS`
    by : its groups, in the words of the address; "" where there are none
    words : of the groups or the course
    course : "1" or "2"
    """

    figure: str
    endpoint: str
    by: str = ""
    words: str = ""
    course: str = "1"

    def label(self) -> str:
        """ "3A: PFS by grade" """
        return f"{self.figure}: {self.endpoint.upper()}{self.words and ' ' + self.words}"


FIGURES = (
    Preset("2A", "pfs"),
    Preset("2B", "os"),
    Preset("3A", "pfs", "grade", "by grade"),
    Preset("3B", "pfs", "cga_ug_l>=1000", "by CgA"),
    Preset("3C", "pfs", "sodium_mmol_l>=135", "by sodium"),
    Preset("3D", "pfs", "albumin_g_l>=35", "by albumin"),
    Preset("4A", "os", "cga_ug_l>=1000", "by CgA"),
    Preset("4B", "os", "nlr~median", "by NLR"),
    Preset("4C", "os", "albumin_g_l>=35", "by albumin"),
    Preset("5A", "pfs", words="after PRRT-2", course="2"),
    Preset("5B", "os", words="after PRRT-2", course="2"),
)
_KEY = "preset"


def choose(view: session.View) -> None:
    """Offer the figures that this cohort can show; the chosen one sets selection, endpoint and groups."""
    fields = view.version.fields
    offered = {
        one.figure: one
        for one in FIGURES
        if one.endpoint in view.version.endpoints and (not one.by or parse_strata(one.by).field in fields)
    }
    if not offered:
        return
    session.keep_widget(_KEY, next((one.figure for one in offered.values() if _in_view(one)), None))
    with st.popover("Figures of the paper"):
        st.pills(
            "Selection, endpoint and groups as in the paper",
            list(offered),
            key=_KEY,
            on_change=lambda: _show(offered.get(session.widget_value(_KEY))),
            format_func=lambda figure: offered[figure].label(),
        )


def _selection(preset: Preset) -> Selection:
    return Selection() if preset.course == "1" else Selection().with_condition(Condition("course", (preset.course,)))


def _in_view(preset: Preset) -> bool:
    return (
        session.selection() == _selection(preset)
        and session.parameter(session.SURVIVAL_VIEW) == preset.endpoint
        and session.parameter(session.BY) == preset.by
    )


def _show(preset: Preset | None) -> None:
    """Show a preset; without one, everybody."""
    session.select(_selection(preset) if preset else Selection())
    session.set_parameter(session.SURVIVAL_VIEW, preset.endpoint if preset else "")
    session.set_parameter(session.BY, preset.by if preset else "")
    session.set_parameter(session.LANDMARK, "")

"""Which endpoints a page shows: two side by side, one large, or all."""

from __future__ import annotations

import streamlit as st

from pages.shared import control, session

PAIR = ("pfs", "os")


def choose(endpoints: tuple[str, ...]) -> tuple[str, ...]:
    """Two endpoints side by side, one large, or all."""
    views: dict[str, tuple[str, tuple[str, ...]]] = {one: (one.upper(), (one,)) for one in endpoints}
    if set(PAIR) <= set(endpoints):
        views = {"pair": ("PFS and OS", PAIR), **views}
    if len(endpoints) > 1 and (len(endpoints) > len(PAIR) or "pair" not in views):
        views["all"] = ("All", endpoints)
    default = "pair" if "pair" in views else list(views)[-1]
    if len(views) == 1:
        return endpoints
    picked = control.one(
        st.segmented_control,
        "Endpoint",
        list(views),
        session.SURVIVAL_VIEW,
        default,
        format_func=lambda key: views[key][0],
        required=True,
        wrap=True,
    )
    return views[picked][1]

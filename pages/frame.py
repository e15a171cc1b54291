"""The frame every page stands in: page settings, navigation, the sidebar selection, the address."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.shared import session, show, sidebar, stage
from pages.shared.titles import HIDDEN, PAGES

FONTS = Path(__file__).parents[1] / "core" / "fonts"

st.set_page_config(
    layout="wide",
    initial_sidebar_state="auto",
    menu_items={"About": "PRRT Cohort Explorer. For research and education on groups; not a medical device."},
)
session.start()
show.look()
st.logo(str(FONTS / f"wordmark-{session.theme()}.svg"))
page = st.navigation(
    [
        st.Page(f"{name}.py", title=title, url_path=name, default=place == 0)
        for place, (name, title) in enumerate(PAGES.items())
    ]
    + [st.Page(f"{name}.py", title=title, url_path=name, visibility="hidden") for name, title in HIDDEN.items()],
    position="top",
)
if page.title == HIDDEN[stage.PAGE]:
    stage.ready()
sidebar.draw(session.view(), next(name for name, title in (PAGES | HIDDEN).items() if title == page.title))
session.write_address()
st.set_page_config(page_title=f"{page.title} \u00b7 PRRT Cohort Explorer")
show.told_over()
page.run()

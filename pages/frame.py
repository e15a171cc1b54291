"""The frame every page stands in: page settings, navigation, the sidebar selection, the address."""

from __future__ import annotations

import streamlit as st

from pages.shared import session, sidebar
from pages.shared.titles import PAGES

st.set_page_config(
    page_title="PRRT Cohort Explorer",
    layout="wide",
    initial_sidebar_state="auto",
    menu_items={"About": "PRRT Cohort Explorer. For research and education on groups; not a medical device."},
)
session.start()
page = st.navigation(
    [
        st.Page(f"{name}.py", title=title, url_path=name, default=place == 0)
        for place, (name, title) in enumerate(PAGES.items())
    ],
    position="top",
)
sidebar.draw(session.view())
session.write_address()
page.run()

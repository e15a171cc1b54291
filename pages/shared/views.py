"""Named views: what the page shows now, kept under a name for everybody who uses this store."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from core.cohort import DEMO_NAME, StoreError
from core.saved import SavedView
from pages.shared import session, show
from pages.shared.titles import PAGES

NOT_KEPT = (session.COHORT, session.VERSION, session.DECK, session.SLIDE)
"""Parameters that are no part of a view's query: the first two have their own place, the others are no view."""
_TOLD = "views-told"


def draw(page: str) -> None:
    """The door to the named views, in the sidebar; what is behind it is drawn when it is opened.

    Parameters
    ----------
    page : name of the page in the address
    """
    _draw(page)


@st.fragment
def _draw(page: str) -> None:
    panel = st.popover("Saved views", type="tertiary", key="views", on_change="rerun")
    if panel.open:
        with panel:
            _panel(page)


def _panel(page: str) -> None:
    if session.may("view") and page in PAGES:
        _save(page)
    told = session.kept(_TOLD)
    if told:
        show.sentence(told)
        session.keep(_TOLD, "")
    found = session.open_store().views()
    if not found:
        show.note(
            "No view is saved yet.", "It will keep page, cohort, selection and settings.", "Everybody sees the list."
        )
        return
    names = [one.name for one in found]
    session.keep_choice("view-chosen", names, names[0])
    name = st.selectbox("Open, rename or delete", names, key="view-chosen")
    chosen = next(one for one in found if one.name == name)
    show.note(_about(chosen))
    if st.button("Open this view", key="view-open", width="stretch"):
        where = open_view(chosen)
        if where:
            st.switch_page(f"{where}.py")
        show.sentence(session.kept(_TOLD))
        session.keep(_TOLD, "")
    if session.may("view"):
        _manage(chosen)


def _about(view: SavedView) -> str:
    version = "the newest version" if view.newest else f"version {view.version}"
    saved = f", saved {view.saved_at:%Y-%m-%d}" if view.saved_at else ""
    return f"{PAGES.get(view.page, view.page)}: {view.cohort}, {version}{saved}"


def _save(page: str) -> None:
    """Keep what is shown; the form sends name and choice together."""
    with st.form("view-form", clear_on_submit=True, border=False):
        name = st.text_input("Save this view as", placeholder="Board, grade 2", max_chars=100)
        newest = st.checkbox("Follow new versions of the cohort")
        if st.form_submit_button("Save", width="stretch"):
            _told(lambda: save(page, name, newest=newest), f"Saved: {name.strip()}.")


def save(page: str, name: str, *, newest: bool) -> None:
    """Keep the view that is shown."""
    version = session.version()
    query = urlencode({key: value for key, value in session.address().items() if key not in NOT_KEPT})
    view = SavedView(name, version.name, version.version, page, query, newest)
    session.open_store().save_view(view, actor=session.actor())


def open_view(view: SavedView) -> str:
    """Put a saved view in view; returns its page, "" where its cohort or version is gone, which is told."""
    store = session.open_store()
    versions = store.versions(view.cohort)
    found = next((one for one in versions if view.newest or one.version == view.version), None)
    if found is None or view.page not in PAGES:
        session.keep(_TOLD, f"Version {view.version} of the cohort of this view is gone; the view cannot be opened.")
        return ""
    query = dict(parse_qsl(view.query, keep_blank_values=True))
    place = {session.COHORT: found.name, session.VERSION: str(found.version)}
    if found is versions[0]:
        del place[session.VERSION]
    if found.name == DEMO_NAME:
        del place[session.COHORT]
    deck = session.parameter(session.DECK)
    session.open_address(query | place | ({session.DECK: deck} if deck else {}))
    return view.page


def _told(doing: Callable[[], object], said: str) -> None:
    """Do something to the store and say what came of it."""
    try:
        doing()
    except StoreError as error:
        said = str(error)
    session.keep(_TOLD, said)


def _manage(chosen: SavedView) -> None:
    def rename() -> None:
        new = session.widget_value("view-new-name")
        if new.strip():
            _told(lambda: session.open_store().rename_view(chosen.name, new, actor=session.actor()), "Renamed.")
            session.keep_widget("view-chosen", " ".join(new.split()))
        session.keep_widget("view-new-name", "")

    def delete() -> None:
        _told(lambda: session.open_store().delete_view(chosen.name, actor=session.actor()), f"Deleted: {chosen.name}.")

    st.text_input("Rename it to", key="view-new-name", on_change=rename, max_chars=100)
    st.button("Delete this view", key="view-delete", on_click=delete, width="stretch")

"""How a page shows what core computed: header, figure, table, sentence. Nothing is computed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cohort import CohortVersion
from core.figures.figure import Figure
from core.formats import day, plural
from core.small_groups import LIMITS, RULE, hides
from core.tables import Table
from pages.shared import address, clipboard, session
from pages.shared.table import draw
from pages.shared.titles import PAGES

LOOK = Path(__file__).with_name("look.css")
_ADDRESS = re.compile(r"(?i)(?<=http)(?=s?:)|(?<=www)(?=\.)|(?<=\w)(?=@)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:])")


def escape(text: str) -> str:
    """Text that Markdown shows as it stands: a file's cell cannot become a link, an image or a formula.

    Bare addresses would become links even so; a joiner that is not seen breaks them.
    """
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub("\u2060", text))


def header(title: str, view: session.View, events: str = "") -> None:
    """Page title, cohort and version, "synthetic" where true, and the selection in words.

    Parameters
    ----------
    events : what happened in the selection, e.g. "86 progressions or deaths, 65 deaths"
    """
    version = view.version
    own = session.parameter(session.DECK) and title != PAGES["deck"]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title(title, anchor=False, width="content")
        clipboard.link(
            {session.COHORT: version.name, session.VERSION: str(version.version)},
            [session.DECK] if own else [],  # who gets the link of a figure is given no deck to change
        )
    tail = f" · {events}" if events else ""
    newest = view.store.versions(version.name)[0].version
    older = f", the newest is {newest}" if newest != version.version else ""
    cutoff = f" · data cut-off {day(version.data_cutoff)}" if version.data_cutoff else ""
    st.markdown(
        f"**{escape(view.sentence)}**{escape(tail)}  \n"
        f":gray[{escape(version.name)}, version {version.version}{older}{cutoff}]{_badge(version)}"
    )
    if hides(view.options):
        note(f"{RULE} {LIMITS}")
    _not_understood(view)


def opened(title: str, view: session.View) -> None:
    """Page title, and in one line which cohort the other pages show, for the page that is about files and cohorts."""
    version = view.version
    st.title(title, anchor=False)
    newest = view.store.versions(version.name)[0].version
    older = f", the newest is {newest}" if newest != version.version else ""
    st.markdown(f":gray[Open now: {escape(version.name)}, version {version.version}{older}]{_badge(version)}")
    if hides(view.options):
        note("Small groups are hidden on the pages of results. Here, where the data are managed, all is told exactly.")
    _not_understood(view)


def _badge(version: CohortVersion) -> str:
    return "  :orange-badge[synthetic]" if version.synthetic else ""


def _not_understood(view: session.View) -> None:
    """What of the address could not be followed."""
    for problem in (session.gone(), *address.misread(view.version), *view.selection.problems):
        if problem:
            st.warning(escape(problem))


EVENTS = {
    "pfs": ("progression or death", "progressions or deaths"),
    "os": ("death", "deaths"),
    "ttnt": ("new treatment or death", "new treatments or deaths"),
}


def events(counted: Mapping[str, int]) -> str:
    """Events of each endpoint in words: "86 progressions or deaths, 65 deaths"."""
    return ", ".join(plural(n, *EVENTS[endpoint]) for endpoint, n in counted.items())


def controls() -> DeltaGenerator:
    """The one row of a page's controls; it wraps on a narrow screen."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small")


def sentence(text: str, next_step: str = "") -> None:
    """What stands in the place of a result that cannot be shown, and what to do."""
    st.info(escape(" ".join(part for part in (text, next_step) if part)))


def note(*texts: str) -> None:
    """Lines of method or footnotes, small."""
    said = [text for text in texts if text]
    if said:
        st.caption("  \n".join(escape(text) for text in said))


def figure(drawn: Figure | str, key: str, width: float | None = None) -> None:
    """A chart from its prepared specification, in the product's own theme; or the sentence that stands in its place.

    Parameters
    ----------
    width : as which it is laid out, px; None = the width that is there
    """
    if isinstance(drawn, str):
        sentence(drawn)
        return
    with st.container(key=f"figure-{key}", gap=None):
        st.vega_lite_chart(**drawn.streamlit(width), key=key)
        with st.container(key=f"alt-{key}"):  # for who does not see the figure: look.css hides it from the eye alone
            st.markdown(escape(drawn.alt_text))


def look() -> None:
    """What the theme cannot say, once a run; the frame calls it."""
    st.html(LOOK)


def table(shown: Table) -> None:
    """A formatted table with its notes; cells are text, never markup."""
    draw(shown)
    note(*shown.notes)


def empty(view: session.View) -> None:
    """No patient is selected, or too few to be shown: say so, and offer the way back."""
    if view.withheld:
        sentence(view.withheld, "Take a filter away, or show small groups again.")
    else:
        sentence("No patient fits this selection.", "Take a filter away, or start again.")
    st.button("Reset the selection", on_click=session.reset, key="reset-empty")


def refusal(text: str, key: str, first: Callable[[], None] = session.select_first) -> None:
    """Several courses of one patient: say so, and offer the first selected course of each.

    Where every endpoint is refused a page says it once, for the first.
    """
    sentence(text)
    st.button("First selected course of each patient", on_click=first, key=f"first-{key}")


def told_over() -> None:
    """What came of a click on a page that is left, over the foot of this one, so that nothing moves for it.

    Not a toast: Streamlit's is a dialog without a name to who does not see it.
    """
    if session.told():
        with st.container(key="told-over"):
            told("")


def told(place: str) -> None:
    """What came of a click in this part of the page, right there; gone with the next click."""
    said = session.told()
    if said and said.place == place:
        (st.warning if said.failed else st.success)(escape(said.sentence))


def warning(*texts: str) -> None:
    """What a reader must know before using the numbers beside it; several in one box, each said once."""
    if texts:
        st.warning("  \n".join(escape(text) for text in dict.fromkeys(texts)))

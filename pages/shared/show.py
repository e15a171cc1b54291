"""How a page shows what core computed: header, figure, table, sentence. Nothing is computed here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from core.figures.figure import Figure
from core.formats import day
from core.tables import Table
from pages.shared import session

NARROW = 3
"""A table of so few columns is as wide as its content; stretched, its rows would be hard to follow."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:])")


def escape(text: str) -> str:
    """Text that Markdown shows as it stands: a file's cell cannot become a link, an image or a formula."""
    return _MARKDOWN.sub(r"\\\1", text)


def unbroken(text: str) -> str:
    """A cell whose intervals stay on one line: "0.43\u20131.12" does not break at its dash."""
    return escape(text).replace("\u2013", "\u2060\u2013\u2060")


def header(title: str, view: session.View, events: str = "") -> None:
    """Page title, cohort and version, "synthetic" where true, and the selection in words.

    Parameters
    ----------
    events : what happened in the selection, e.g. "86 progressions or deaths, 65 deaths"
    """
    version = view.version
    st.title(title, anchor=False)
    badge = "  :orange-badge[synthetic]" if version.synthetic else ""
    cutoff = f" · data cut-off {day(version.data_cutoff)}" if version.data_cutoff else ""
    st.markdown(f":gray[{escape(version.name)}, version {version.version}{cutoff}]{badge}")
    tail = f" · {events}" if events else ""
    st.markdown(f"**{escape(view.sentence)}**{escape(tail)}")
    for problem in view.selection.problems:
        st.warning(escape(problem))


def sentence(text: str, next_step: str = "") -> None:
    """What stands in the place of a result that cannot be shown, and what to do."""
    st.info(escape(" ".join(part for part in (text, next_step) if part)))


def note(*texts: str) -> None:
    """Lines of method or footnotes, small."""
    said = [text for text in texts if text]
    if said:
        st.caption("  \n".join(escape(text) for text in said))


def figure(drawn: Figure | str, key: str) -> None:
    """A chart from its prepared specification, in the product's own theme; or the sentence that stands in its place."""
    if isinstance(drawn, str):
        sentence(drawn)
        return
    st.vega_lite_chart(**drawn.streamlit(), key=key)


def table(shown: Table) -> None:
    """A formatted table with its notes; cells are text, never markup."""
    frame = pd.DataFrame([[unbroken(cell) for cell in row] for row in shown.rows], columns=columns(shown))
    width: Literal["stretch", "content"] = "content" if len(shown.columns) <= NARROW else "stretch"
    st.table(frame, hide_index=True, border="horizontal", width=width)
    note(*shown.notes)


def columns(shown: Table) -> list[str] | pd.MultiIndex:
    """Column heads, under their spanners where there are any; each spanner is said once."""
    if not shown.spanners:
        return _unlike(shown.columns)
    said = ["" if spanner in shown.spanners[:place] else spanner for place, spanner in enumerate(shown.spanners)]
    return pd.MultiIndex.from_arrays([[escape(one) for one in said], _unlike(shown.columns)])


def _unlike(heads: Sequence[str]) -> list[str]:
    """Heads that a frame can tell apart: a repeated one carries spaces that are not seen."""
    return [escape(head) + "\u200b" * list(heads[:place]).count(head) for place, head in enumerate(heads)]


def empty(view: session.View) -> None:
    """No patient is selected: say so, and offer the way back."""
    sentence("No patient fits this selection.", "Take a filter away, or start again.")
    st.button("Reset the selection", on_click=session.reset, key="reset-empty")


def refusal(text: str, key: str) -> None:
    """Several courses of one patient: say so, and offer the first selected course of each."""
    sentence(text)
    st.button("First selected course of each patient", on_click=session.select_first, key=f"first-{key}")


def warning(text: str) -> None:
    """What a reader must know before using the numbers beside it."""
    st.warning(escape(text))

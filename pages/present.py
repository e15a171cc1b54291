"""Present: one block of the deck on the whole screen, large enough for a room; the filter stays at hand."""

from __future__ import annotations

import streamlit as st

from core.deck import words
from core.deck.screens import Screen, screens
from core.deck.slides import Slide
from core.figures.figure import STAGE_WIDTH
from pages.shared import decks, session, show, stage, table


def main() -> None:
    """The page."""
    deck = decks.current()
    with st.container(key="stage"):
        if not deck.blocks:
            st.title("Present", anchor=False)
            show.sentence("The deck is empty; there is nothing to present.", "Add a figure or a table to it first.")
            st.page_link("deck.py", label="Open the deck")
            return
        block, part = stage.place(deck.blocks)
        found, stored = stage.shown(deck.blocks[block])
        cut = screens(found.content)
        part = min(part, len(cut) - 1)
        stage.settle(block, part, len(cut))
        _words(found, cut[part], part)
        if stored:
            _other(stored)
        _shown(found, cut[part])
        if stage.keys(block, len(deck.blocks), part, cut):
            stage.leave()
            st.switch_page("deck.py")


def _words(found: Slide, screen: Screen, part: int) -> None:
    """What is shown, of whom, and the answer."""
    title, part_of = words.title(found), screen.title
    if part_of.casefold().startswith(title.casefold()):
        title, part_of = part_of, ""
    st.title(show.escape(f"{title}: {_lower(part_of)}" if part_of else title), anchor=False)
    source = found.content.label.source
    synthetic = " Synthetic data." if source.synthetic else ""
    hidden = f" {words.HIDDEN}" if source.hidden else ""
    said = f"{words.selection(found)}{synthetic}{hidden}"
    facts = words.facts(found) if part == 0 else []
    for one in (said.strip(), *facts, found.note if part == 0 else ""):
        if one:
            st.markdown(show.escape(one))
    for problem in (session.gone(), *session.selection().problems):
        if problem:
            st.warning(show.escape(problem))


def _other(stored: str) -> None:
    """The room asked for somebody else: say so, and offer the way back."""
    with show.controls():
        st.markdown(show.escape(f"Not the deck's own selection, which is {stored}"))
        st.button("Back to the deck's", on_click=stage.own, key="own")


def _shown(found: Slide, screen: Screen) -> None:
    if screen.figure is not None:
        with st.container(key="stage-figure"):
            show.figure(screen.figure, key="presented", width=STAGE_WIDTH)
    elif screen.table is not None:
        with st.container(key="stage-table"):
            table.draw(screen.table)
        if screen.note:
            st.markdown(show.escape(screen.note))
    if found.content.reason:
        show.sentence(found.content.reason)


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


main()

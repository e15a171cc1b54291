"""Present: one block of the deck on the whole screen, large enough for a room; the filter stays at hand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.deck import words
from core.deck.screens import Screen, left, screens
from core.deck.slides import Slide
from core.figures.figure import STAGE_WIDTH
from pages.shared import decks, session, show, stage, table

BACK = "Back to the deck's"


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
        title, said = words.title(found), _said(found)
        above = [*said, *_facts(found), *([_not_own(stored)] if stored else [])]
        cut = screens(found.content, left(title, above, BACK if stored else ""))
        part = min(part, len(cut) - 1)
        stage.settle(block, part, len(cut))
        _words(title, cut[part], [*said, *(_facts(found) if part == 0 else [])])
        if stored:
            _other(stored)
        _shown(found, cut[part])
        if stage.keys(block, len(deck.blocks), part, cut):
            stage.leave()
            st.switch_page("deck.py")


def _words(title: str, screen: Screen, said: Sequence[str]) -> None:
    """What is shown, of whom, and the answer."""
    part_of = screen.title
    if part_of.casefold().startswith(title.casefold()):
        title, part_of = part_of, ""
    st.title(show.escape(f"{title}: {_lower(part_of)}" if part_of else title), anchor=False)
    for one in said:
        st.markdown(show.escape(one))
    for problem in (session.gone(), *session.selection().problems):
        if problem:
            st.warning(show.escape(problem))


def _said(found: Slide) -> list[str]:
    """In whom, and why not all that was asked for is shown."""
    source = found.content.label.source
    synthetic = " Synthetic data." if source.synthetic else ""
    hidden = f" {words.HIDDEN}" if source.hidden else ""
    in_whom = f"{words.selection(found)}{synthetic}{hidden}".strip()
    return [one for one in (in_whom, found.content.reason if found.content.figure is not None else "") if one]


def _facts(found: Slide) -> list[str]:
    """The answer in numbers, and the note of the person who made the deck."""
    return [one for one in (*words.facts(found), found.note) if one]


def _not_own(stored: str) -> str:
    return f"Not the deck's own, which is {stored}"


def _other(stored: str) -> None:
    """The room asked for somebody else: say so, and offer the way back."""
    with show.controls():
        st.markdown(show.escape(_not_own(stored)))
        st.button(BACK, on_click=stage.own, key="own")


def _shown(found: Slide, screen: Screen) -> None:
    if screen.figure is not None:
        with st.container(key="stage-figure"):
            show.figure(screen.figure, key="presented", width=STAGE_WIDTH)
    elif screen.table is not None:
        with st.container(key="stage-table"):
            if screen.beside is None:
                table.draw(screen.table)
            else:
                for column, half in zip(st.columns(2, gap="medium"), (screen.table, screen.beside), strict=True):
                    with column:
                        table.draw(half)
        if screen.note:
            st.markdown(show.escape(screen.note))
    if found.content.reason and found.content.figure is None:
        show.sentence(found.content.reason)


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


main()

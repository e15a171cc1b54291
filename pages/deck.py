"""Deck: the blocks chosen on the other pages, in order, with titles and notes; as slides, report or web page."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.contrast import Contrast, compared
from core.deck import deck as model
from core.deck.blocks import origin, own_title
from core.deck.deck import MAX_NOTE, MAX_TITLE, Block, Deck
from core.export import Look
from core.formats import plural
from pages.shared import deck_files, decks, groups, session, show, stage
from pages.shared.looks import look


def main() -> None:
    """The page."""
    view = session.view()
    show.header("Deck", view)
    deck = decks.current()
    if not session.may("deck"):
        show.note("This explorer only shows its cohorts: the deck is kept until this window is closed.")
    _told()
    if deck.blocks:
        _title(deck)
        with show.controls():
            if st.button("Present", key="begin", type="primary"):
                stage.begin()
                st.switch_page("present.py")
            asked = deck_files.buttons()
        deck_files.offer(deck, asked)
        for place, block in enumerate(deck.blocks):
            _block(view, block, place, len(deck.blocks))
        show.note(
            "Each block keeps the selection, the cohort version and the settings that it was added with; two "
            "selections may stand side by side. Whoever has this page's link can open the deck and change it."
        )
    else:
        show.sentence(
            "The deck is empty.",
            "Below every figure and table, Take away has Add to deck; or add everything of this selection at once.",
        )
    _more(view, deck)


def _told() -> None:
    """What the last change has to say, and the way back from a removal."""
    if decks.can_undo():
        with show.controls():
            st.markdown(show.escape(decks.told()))
            st.button("Undo", on_click=decks.undo, key="undo")
    elif decks.told():
        show.warning(decks.told())


def _title(deck: Deck) -> None:
    def keep() -> None:
        decks.change(lambda old: model.titled(old, session.widget_value("deck-title")))

    session.keep_widget("deck-title", deck.title)
    st.text_input(
        "Title of the deck; with one it can be found again below",
        key="deck-title",
        on_change=keep,
        max_chars=MAX_TITLE,
        placeholder=deck_files.TITLE,
    )


def _block(view: session.View, block: Block, place: int, of: int) -> None:
    """One block: its place, what it shows of whom, its own words, and where it may go."""
    about, reason = origin(block, view.store, date.today(), deck_files.round_to())
    with st.container(key=f"block-{block.number}"):
        words, note, doing = st.columns([6, 4, 2.6], gap="medium")
        with words:
            _words(block, place, about, reason)
        with note:
            _note(block)
        with doing, st.container(horizontal=True, gap="small", key=f"doing-{block.number}"):
            title = block.title or own_title(block)
            _button("Up", lambda deck: model.move(deck, block.number, -1), block, disabled=place == 0)
            _button("Down", lambda deck: model.move(deck, block.number, 1), block, disabled=place == of - 1)
            st.button(
                "Remove",
                on_click=decks.remove,
                args=(block.number, title),
                key=f"remove-{block.number}",
                type="tertiary",
            )


def _words(block: Block, place: int, about: str, reason: str) -> None:
    key = f"title-{block.number}"

    def keep() -> None:
        decks.change(lambda deck: model.retitle(deck, block.number, session.widget_value(key)))

    session.keep_widget(key, block.title)
    st.text_input(
        f"{place + 1}\\. {show.escape(own_title(block))}",
        key=key,
        on_change=keep,
        max_chars=MAX_TITLE,
        placeholder="A title of your own",
    )
    if about:
        show.note(about)
    if reason:
        show.warning(reason)


def _note(block: Block) -> None:
    key = f"note-{block.number}"

    def keep() -> None:
        decks.change(lambda deck: model.annotate(deck, block.number, session.widget_value(key)))

    session.keep_widget(key, block.note)
    st.text_area("Note", key=key, on_change=keep, max_chars=MAX_NOTE, height=68)


def _button(label: str, how: decks.Change, block: Block, *, disabled: bool) -> None:
    key = f"{label.lower()}-{block.number}"
    st.button(label, on_click=decks.change, args=(how,), key=key, disabled=disabled, type="tertiary")


def _beside(view: session.View) -> tuple[Look | None, str]:
    """The comparison with B as the page Compare shows it, None without a B of its own; and why there is none."""
    b = session.against()
    if b is None or view.n == 0:
        return None, ""
    found = compared(view.store, view.version, view.selection, b, view.options)
    if found.refusal:
        return None, f"The comparison with B is left out. {found.refusal}"
    later = Contrast(view.store, view.version, found, view.options).known_later
    landmark = groups.asked_landmark() if later else None
    return look(view, landmark=landmark, against=b, tau_months=session.months(session.TAU)), ""


def _more(view: session.View, deck: Deck) -> None:
    """What is not about one block: add everything, empty the deck, another deck."""
    beside, left_out = _beside(view)
    with show.controls():
        st.button(
            "Add everything of this selection" + (" and its comparison with B" if beside else ""),
            on_click=decks.add_all,
            args=(look(view), beside),
            key="add-all",
            disabled=view.n == 0,
        )
        if deck.blocks:
            st.button("Empty the deck", on_click=decks.clear, key="clear")
            st.button("Begin another deck", on_click=decks.choose, args=("",), key="another")
    show.note(left_out)
    if session.may("deck"):
        _others(view)


def _others(view: session.View) -> None:
    """The decks in the store that have a title."""
    found = {one.id: one for one in view.store.decks() if one.id != session.parameter(session.DECK)}
    if not found:
        return

    def open_it() -> None:
        decks.choose(session.widget_value("other-deck") or "")

    session.keep_widget("other-deck", None)
    st.selectbox(
        f"Open one of {plural(len(found), 'deck', 'decks')} with a title",
        list(found),
        index=None,
        key="other-deck",
        on_change=open_it,
        format_func=lambda id_: f"{found[id_].title}, changed {found[id_].changed_at:%Y-%m-%d %H:%M} UTC",
        placeholder="Choose a deck",
    )


main()

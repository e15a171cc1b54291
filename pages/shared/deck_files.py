"""The deck as a file: nothing is computed before it is asked for, and a bar says how far it is."""

from __future__ import annotations

import json
from datetime import date

import streamlit as st

from core.deck.blocks import slides
from core.deck.deck import Deck, to_text
from core.deck.write import writer
from core.small_groups import HIDDEN
from pages.shared import session

TITLE = "PRRT cohort"
"""Title of a deck that has none."""
FORMATS = {
    "pptx": ("PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "html": ("web page", "text/html"),
}
_MADE = "deck-file"


def round_to() -> int:
    """What the switch of small groups asks of every block."""
    return HIDDEN if session.parameter(session.HIDE) == str(HIDDEN) else 0


def buttons() -> str:
    """A button for each format; the one that was pressed, else ""."""
    pressed = [kind for kind, (name, _) in FORMATS.items() if st.button(f"Make {name}", key=f"make-{kind}")]
    return pressed[0] if pressed else ""


def offer(deck: Deck, asked: str) -> None:
    """The bar while the file that was asked for is made, then the file."""
    if asked:
        _make(deck, asked)
    made = session.kept(_MADE)
    if made and made[0] == _state(deck):
        _, kind, data = made
        st.download_button(
            f"Download {FORMATS[kind][0]}, {max(1, round(len(data) / 1000)):,} kB",
            data=data,
            file_name=f"deck.{kind}",
            mime=FORMATS[kind][1],
            on_click="ignore",
            key="download-deck",
            type="primary",
        )


def _make(deck: Deck, kind: str) -> None:
    session.keep(_MADE, None)
    bar = st.progress(0.0, text="Computing the blocks")
    whole = 2 * len(deck.blocks)

    def computed(done: int, of: int) -> None:
        bar.progress(done / whole, text=f"Computed {done} of {of} blocks")

    def drawn(done: int, of: int) -> None:
        bar.progress((of + done) / whole, text=f"Drawn {done} of {of} blocks")

    found = slides(deck, session.open_store(), date.today(), computed, round_to=round_to())
    data = writer(kind)(deck.title or TITLE, found, drawn)
    bar.empty()
    session.keep(_MADE, (_state(deck), kind, data))


def _state(deck: Deck) -> str:
    """What a made file holds: another deck, day or switch needs another file."""
    return json.dumps([to_text(deck), date.today().isoformat(), round_to()])

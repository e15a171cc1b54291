"""Present mode: which block is shown, on whose selection, and the keys that move on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.cohort import CohortVersion
from core.deck.blocks import hidden, origin, slide
from core.deck.deck import Block
from core.deck.recipe import read
from core.deck.screens import Screen
from core.deck.slides import Slide
from core.export.look import Look
from core.small_groups import HIDDEN, hides
from pages.shared import deck_files, decks, session

PAGE = "present"
_BEFORE, _PARTS, _KEYS = "before-presenting", "parts-of-the-block", "stage-keys"
LAST = 9999
"""A part that every block is shorter than: its last one is meant."""


def begin() -> None:
    """Start with the first block; what the visitor looked at comes back when he leaves."""
    session.keep(_BEFORE, session.address())
    _show(0)


def ready() -> None:
    """Before anything of the page is drawn: an address without a block begins with the first."""
    if not session.parameter(session.SLIDE) and decks.current().blocks:
        _show(0)


def leave() -> None:
    """Give the visitor back what he looked at before."""
    before = session.kept(_BEFORE)
    if before is not None:
        session.open_address(before)
    session.keep(_BEFORE, None)
    session.set_parameter(session.SLIDE, "")


def place(blocks: Sequence[Block]) -> tuple[int, int]:
    """Which block, and which part of it, the address says; both from 0, the block within the deck."""
    block, _, part = session.parameter(session.SLIDE).partition(".")
    number = _number(block, len(blocks)) - 1
    return number, _number(part, LAST) - 1


def _number(text: str, most: int) -> int:
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def step(by: int) -> None:
    """To the next part or block, or the one before; ends stay where they are.

    Whom the room asked for stays until it goes back to the deck's: "and in pancreas?" in front of one slide means the
    same patients on the next, and every block says whose it shows.
    """
    blocks = decks.current().blocks
    if not blocks:
        return
    block, part = place(blocks)
    parts = session.kept(_PARTS) or 1
    part = min(part, parts - 1) + by
    if 0 <= part < parts:
        _write(block, part)
    elif 0 <= block + by < len(blocks):
        stored = _look(blocks[block])
        asked = stored is not None and not _same(stored, session.view())
        _show(block + by, 0 if by > 0 else LAST - 1, own=not asked)


def settle(block: int, part: int, parts: int) -> None:
    """Keep how many parts the shown block has, and let the address say which of them is shown."""
    session.keep(_PARTS, parts)
    if session.parameter(session.SLIDE):
        _write(block, part)
        session.write_address()


def own() -> None:
    """Back to the selection that the shown block was added with."""
    block, part = place(decks.current().blocks)
    _show(block, part)


def _show(block: int, part: int = 0, *, own: bool = True) -> None:
    """Show a block on its own selection, which the sidebar then holds, or on the one that it holds already."""
    _write(block, part)
    look = _look(decks.current().blocks[block])
    if look is None:
        return  # the slide says why
    if own:
        session.choose_cohort(look.version.name, look.version.version)
        session.select(look.selection)
    if hides(look.options):
        session.set_parameter(session.HIDE, str(HIDDEN))


def _write(block: int, part: int) -> None:
    session.set_parameter(session.SLIDE, f"{block + 1}.{part + 1}" if part else str(block + 1))


def shown(block: Block) -> tuple[Slide, str]:
    """The block on what the sidebar selects, and whose it is in the deck where that is somebody else; "" where not."""
    view, stored = session.view(), _look(block)

    def changed(look: Look) -> Look:
        asked = hidden(look, deck_files.round_to())
        return replace(asked, version=view.version, selection=view.selection, theme=session.theme())

    found = slide(block, view.store, date.today(), changed)
    if stored is None or _same(stored, view):
        return found, ""
    same_cohort = _cohort(stored.version) == _cohort(view.version)
    return found, origin(block, view.store, date.today(), deck_files.round_to(), brief=same_cohort)[0]


def _look(block: Block) -> Look | None:
    try:
        return read(block.recipe, session.open_store(), date.today())[1]
    except ValueError:
        return None


def _same(look: Look, view: session.View) -> bool:
    return _cohort(look.version) == _cohort(view.version) and look.selection.query() == view.selection.query()


def _cohort(version: CohortVersion) -> tuple[str, int]:
    return version.name, version.version


def keys(block: int, blocks: int, part: int, parts: Sequence[Screen]) -> bool:
    """The bar below, and what the keyboard does; whether the visitor wants to leave."""
    said = f"{block + 1} of {blocks}" + (f", part {part + 1} of {len(parts)}" if len(parts) > 1 else "")

    def go() -> None:
        step(1 if session.widget_value(_KEYS).go == "next" else -1)

    drawn = _component()(
        data={"place": said, "first": block == part == 0, "last": block + 1 == blocks and part + 1 == len(parts)},
        key=_KEYS,
        on_go_change=go,
        on_leave_change=lambda: None,
    )
    return bool(drawn.leave)


@cache
def _component() -> Any:
    here = Path(__file__).parent
    return st.components.v2.component(
        "stage",
        css=(here / "stage.css").read_text(encoding="utf-8"),
        js=(here / "stage.js").read_text(encoding="utf-8"),
    )

"""A deck as the bytes of a file; the format follows the file's ending."""

from __future__ import annotations

from collections.abc import Sequence

from core.deck.docx import docx_deck
from core.deck.html import html_deck
from core.deck.pptx import pptx_deck
from core.deck.slides import Progress, Slide

_WRITERS = {"pptx": pptx_deck, "docx": docx_deck, "html": html_deck}
DECK_FORMATS = tuple(_WRITERS)


def write(title: str, slides: Sequence[Slide], kind: str, progress: Progress | None = None) -> bytes:
    """
    Write a deck.

    Parameters
    ----------
    title : of the deck
    slides : its blocks in order
    kind : of `DECK_FORMATS`
    progress : called after each block, optional

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        A sentence: not in this format.
    """
    if kind not in _WRITERS:
        allowed = ", ".join(f".{one}" for one in DECK_FORMATS)
        raise ValueError(f"A deck cannot be written as .{kind}; give a name that ends with {allowed}.")
    return _WRITERS[kind](title, slides, progress)

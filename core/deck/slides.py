"""A slide: one content with the words that belong to it; and the slides of a deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from core.deck.deck import Block, Deck
from core.deck.recipe import read
from core.export.contents import CONTENTS, Content, Look, content
from core.export.label import Label, stamp
from core.figures.provenance import Provenance
from core.store import Store

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


@dataclass(frozen=True)
class Slide:
    """One block of a deck.

    Parameters
    ----------
    title : heading; "" = the content's own
    content : what is shown
    note : a line of the person who made the deck
    query : the exact selection as the page's address has it
    """

    title: str
    content: Content
    note: str = ""
    query: str = ""


def slides(deck: Deck, store: Store, made_on: date, progress: Progress | None = None) -> list[Slide]:
    """
    Compute the blocks of a deck, in their order.

    Parameters
    ----------
    deck : Deck
    store : Store
    made_on : day of the export
    progress : called after each block, optional

    Returns
    -------
    list of Slide
        One for each block; of a block that cannot be shown any more, its content has the `reason`.
    """
    found = []
    for done, block in enumerate(deck.blocks, start=1):
        found.append(slide(block, store, made_on))
        if progress is not None:
            progress(done, len(deck.blocks))
    return found


def slide(
    block: Block, store: Store, made_on: date, theme: str = "", changed: Callable[[Look], Look] | None = None
) -> Slide:
    """
    Compute one block.

    Parameters
    ----------
    block : Block
    store : Store
    made_on : day of the export
    theme : "light" or "dark" in place of the block's own; "" = its own
    changed : what is looked at instead, e.g. another selection; optional

    Returns
    -------
    Slide
        With a `reason` in its content where the cohort is gone or the result cannot be shown.
    """
    try:
        what, look = read(block.recipe, store, made_on)
        look = replace(look, theme=theme or look.theme)
        look = changed(look) if changed is not None else look
        return Slide(block.title, content(what, look), block.note, look.selection.query())
    except ValueError as error:
        title = own_title(block)
        label = Label(title, Provenance(stamp=stamp(made_on)), made_on)
        return Slide(block.title, Content(label, reason=str(error)), block.note)


def own_title(block: Block) -> str:
    """The title that a block has without one of its own."""
    what = block.recipe.get("what")
    return CONTENTS[what][0] if isinstance(what, str) and what in CONTENTS else "Block that cannot be read"

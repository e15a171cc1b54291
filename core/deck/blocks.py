"""The blocks of a deck computed: each on the selection that it was added with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from core.deck.deck import Block, Deck
from core.deck.full import content_name, shown
from core.deck.recipe import read
from core.deck.slides import Progress, Slide
from core.export.contents import CONTENTS, Content, Look, content
from core.export.label import Label, stamp
from core.figures.provenance import Provenance
from core.store import Store

UNREADABLE = "Block that cannot be read"
Compute = Callable[[str, Look], Content]


def slides(deck: Deck, store: Store, made_on: date, progress: Progress | None = None) -> list[Slide]:
    """
    Compute the blocks of a deck, in their order, for a file.

    Parameters
    ----------
    deck : Deck
    store : Store
    made_on : day of the export
    progress : called after each block, optional

    Returns
    -------
    list of Slide
        One for each block, on a light ground; of a block that cannot be shown any more, its content has the `reason`.
        What two blocks show in two ways, a forest plot and its table, is computed once.
    """
    made: list[tuple[str, Look, Content]] = []

    def once(name: str, look: Look) -> Content:
        for known, seen, one in made:
            if (known, seen) == (name, look):
                return one
        made.append((name, look, content(name, look)))
        return made[-1][2]

    found = []
    for done, block in enumerate(deck.blocks, start=1):
        found.append(slide(block, store, made_on, compute=once))
        if progress is not None:
            progress(done, len(deck.blocks))
    return found


def slide(
    block: Block,
    store: Store,
    made_on: date,
    changed: Callable[[Look], Look] = lambda look: replace(look, theme="light"),
    compute: Compute = content,
) -> Slide:
    """
    Compute one block.

    Parameters
    ----------
    block : Block
    store : Store
    made_on : day of the export
    changed : what is looked at instead, e.g. another selection; the block's own on a light ground when left out
    compute : as `core.export.content`

    Returns
    -------
    Slide
        With a `reason` in its content where the cohort is gone or the result cannot be shown.
    """
    try:
        what, look = read(block.recipe, store, made_on)
        look = changed(look)
        found = shown(what, compute(content_name(what).replace("cox-", "forest-"), look))
        return Slide(block.title, found, block.note, look.selection.query())
    except ValueError as error:
        title = own_title(block)
        label = Label(title, Provenance(stamp=stamp(made_on)), made_on)
        return Slide(block.title, Content(label, reason=str(error)), block.note)


def own_title(block: Block) -> str:
    """The title that a block has without one of its own."""
    what = block.recipe.get("what")
    known = isinstance(what, str) and content_name(what) in CONTENTS
    return CONTENTS[content_name(str(what))][0] if known else UNREADABLE

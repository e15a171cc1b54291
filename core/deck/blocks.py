"""The blocks of a deck computed: each on the selection that it was added with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from core.deck.deck import Block, Deck
from core.deck.full import AS_TABLE, CONTRAST, content_name, exact_query, shown
from core.deck.recipe import read
from core.deck.slides import Progress, Slide
from core.export.contents import CONTENTS, Content, Look, content, labelled
from core.export.label import Label, stamp
from core.figures.provenance import Provenance
from core.formats import sentences
from core.store import Store

UNREADABLE = "Block that cannot be read"
TOGETHER = "Every group is too small for a curve of its own; all of them are drawn together."
Compute = Callable[[str, Look], Content]


def slides(
    deck: Deck, store: Store, made_on: date, progress: Progress | None = None, *, round_to: int = 0
) -> list[Slide]:
    """
    Compute the blocks of a deck, in their order, for a file.

    Parameters
    ----------
    deck : Deck
    store : Store
    made_on : day of the export
    progress : called after each block, optional
    round_to : as `Options.round_to`, for the blocks that tell more

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

    def on_paper(look: Look) -> Look:
        return replace(hidden(look, round_to), theme="light")

    found = []
    for done, block in enumerate(deck.blocks, start=1):
        found.append(slide(block, store, made_on, on_paper, once))
        if progress is not None:
            progress(done, len(deck.blocks))
    return found


def slide(
    block: Block,
    store: Store,
    made_on: date,
    changed: Callable[[Look], Look] = lambda look: look,
    compute: Compute = content,
) -> Slide:
    """
    Compute one block.

    Parameters
    ----------
    block : Block
    store : Store
    made_on : day of the export
    changed : what is looked at instead, e.g. another selection; the block's own when left out
    compute : as `core.export.content`

    Returns
    -------
    Slide
        With a `reason` in its content where the cohort is gone or the result cannot be shown.
    """
    try:
        what, look = read(block.recipe, store, made_on)
        look = changed(look)
        found = shown(what, _computed(content_name(what).replace("cox-", "forest-"), look, compute))
        return Slide(block.title, found, block.note, exact_query(what, look), content_name(what))
    except ValueError as error:
        label = Label(own_title(block), Provenance(stamp=stamp(made_on)), made_on)
        return Slide(block.title, Content(label, reason=str(error)), block.note)


def _computed(name: str, look: Look, compute: Compute) -> Content:
    """What a name stands for; where no group is large enough for a curve, the curve of all of them, and why."""
    found = compute(name, look)
    if not found.reason or not name.startswith("km-") or look.request.strata is None:
        return found
    together = compute(name, replace(look, request=replace(look.request, strata=None)))
    if together.figure is None:
        return found
    return replace(together, reason=TOGETHER)


def origin(block: Block, store: Store, made_on: date, round_to: int = 0, *, brief: bool = False) -> tuple[str, str]:
    """
    What a block is about, without computing what it shows.

    Parameters
    ----------
    block : Block
    store : Store
    made_on : day of the export
    round_to : as `Options.round_to`
    brief : in whom alone, without groups and cohort

    Returns
    -------
    (str, str)
        Selection and cohort in words, "" where they are gone; and why there is nothing to show, "" where there is.
    """
    try:
        what, look = read(block.recipe, store, made_on)
    except ValueError as error:
        return "", str(error)
    label, why = labelled(own_title(block), hidden(look, round_to))
    if brief:
        return sentences([label.source.selection]), why
    version = f"{look.version.name}, version {look.version.version}"
    groups = look.request.strata
    by = f" By {groups.label(look.version.fields)}." if groups else ""
    compared = f" Compared with: {_other(look, round_to)}." if what in CONTRAST else ""
    return f"{sentences([label.source.selection])}{compared}{by} {version}.", why


def _other(look: Look, round_to: int) -> str:
    """With whom the selection is compared, in words."""
    if look.against is None:
        return "everyone else"
    return labelled("", hidden(replace(look, selection=look.against), round_to))[0].source.selection


def hidden(look: Look, round_to: int) -> Look:
    """The look with small groups hidden at least as this switch says."""
    return replace(look, options=replace(look.options, round_to=max(look.options.round_to, round_to)))


def own_title(block: Block) -> str:
    """The title that a block has without one of its own."""
    what = block.recipe.get("what")
    if not isinstance(what, str) or content_name(what) not in CONTENTS:
        return UNREADABLE
    table = ", table" if what.endswith(AS_TABLE) or what.startswith("cox-") else ""
    return f"{CONTENTS[content_name(what)][0]}{table}"

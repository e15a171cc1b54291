"""A deck: blocks in order, each with its own selection. Every change gives a new deck."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

GONE = "gone"
"""Of a recipe whose cohort was deleted."""
MAX_BLOCKS = 100
"""Most blocks of one deck."""
MAX_TITLE, MAX_NOTE = 200, 2000
"""Longest title and note, characters."""


@dataclass(frozen=True)
class Block:
    """One thing to show.

    Parameters
    ----------
    recipe : as `core.deck.recipe.write` gives it
    number : tells it from the deck's other blocks, wherever it stands
    title : "" = its content's own
    note : a line of the person who made the deck
    """

    recipe: Mapping[str, Any]
    number: int = 0
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Deck:
    """Blocks in the order in which they are shown.

    Parameters
    ----------
    title : "" = none given
    blocks : tuple of Block
    """

    title: str = ""
    blocks: tuple[Block, ...] = ()


def titled(deck: Deck, title: str) -> Deck:
    """The deck under another title."""
    return replace(deck, title=_line(title))


def add(deck: Deck, recipe: Mapping[str, Any]) -> Deck:
    """
    The deck with one block more, at its end.

    Raises
    ------
    ValueError
        A sentence, when the deck is full.
    """
    if len(deck.blocks) >= MAX_BLOCKS:
        raise ValueError(f"The deck is full: it holds {MAX_BLOCKS} blocks. Remove one, or begin another deck.")
    number = max((one.number for one in deck.blocks), default=0) + 1
    return replace(deck, blocks=(*deck.blocks, Block(recipe, number)))


def move(deck: Deck, number: int, by: int) -> Deck:
    """The deck with a block moved `by` places, up when negative; as far as there are places."""
    blocks = [one for one in deck.blocks if one.number != number]
    for place, one in enumerate(deck.blocks):
        if one.number == number:
            blocks.insert(min(max(place + by, 0), len(blocks)), one)
    return replace(deck, blocks=tuple(blocks))


def remove(deck: Deck, number: int) -> Deck:
    """The deck without a block."""
    return replace(deck, blocks=tuple(one for one in deck.blocks if one.number != number))


def retitle(deck: Deck, number: int, title: str) -> Deck:
    """The deck with another title of a block; "" gives it its own back."""
    return _changed(deck, number, title=_line(title))


def annotate(deck: Deck, number: int, note: str) -> Deck:
    """The deck with another note of a block."""
    return _changed(deck, number, note=note.strip()[:MAX_NOTE])


def follow(deck: Deck, old: str, new: str) -> Deck:
    """The deck after a cohort got another name."""
    blocks = tuple(
        replace(one, recipe={**one.recipe, "cohort": new}) if one.recipe.get("cohort") == old else one
        for one in deck.blocks
    )
    return replace(deck, blocks=blocks)


def forget(deck: Deck, cohort: str, versions: Collection[int]) -> Deck:
    """
    The deck after versions of a cohort were deleted: their blocks keep their place and their kind, and no word else.

    The deck's own title goes too, as it may name what was deleted.
    """
    return _without(deck, [one for one in deck.blocks if _of(one) in {(cohort, number) for number in versions}])


def settled(deck: Deck, versions: Collection[tuple[str, int]]) -> Deck:
    """
    The deck as it may be kept: of what is not in the store no word is left, as after `forget`.

    A page that was open while a cohort was deleted still knows its blocks, and so does what can be undone.

    Parameters
    ----------
    deck : Deck
    versions : name and number of every version in the store
    """
    return _without(deck, [one for one in deck.blocks if not one.recipe.get(GONE) and _of(one) not in versions])


def to_text(deck: Deck) -> str:
    """The deck as JSON."""
    blocks = [{name: getattr(one, name) for name in Block.__dataclass_fields__} for one in deck.blocks]
    return json.dumps({"title": deck.title, "blocks": blocks}, ensure_ascii=False)


def from_text(text: str) -> Deck:
    """
    The deck that `to_text` wrote.

    Raises
    ------
    ValueError
        When it is none; recipes are read, and checked, when they are shown.
    """
    try:
        found = json.loads(text)
        blocks = tuple(Block(**one) for one in found["blocks"])
        deck = Deck(found["title"], blocks)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError("This is no deck.") from None
    if not isinstance(deck.title, str) or len(blocks) > MAX_BLOCKS or not all(_sound(one) for one in blocks):
        raise ValueError("This is no deck.")
    return deck


def _sound(block: Block) -> bool:
    words = isinstance(block.title, str) and isinstance(block.note, str)
    return words and isinstance(block.recipe, dict) and type(block.number) is int


def _of(block: Block) -> tuple[Any, Any]:
    return block.recipe.get("cohort"), block.recipe.get("version")


def _without(deck: Deck, deleted: list[Block]) -> Deck:
    if not deleted:
        return deck
    gone = {one.number for one in deleted}
    blocks = tuple(
        Block({"what": one.recipe.get("what"), GONE: True}, one.number) if one.number in gone else one
        for one in deck.blocks
    )
    return Deck("", blocks)


def _changed(deck: Deck, number: int, **new: Any) -> Deck:
    return replace(deck, blocks=tuple(replace(one, **new) if one.number == number else one for one in deck.blocks))


def _line(text: str) -> str:
    """One line of plain text."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:MAX_TITLE]

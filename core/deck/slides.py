"""A slide: one content with the words that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.export.look import Content

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
    what : key of `core.export.CONTENTS`; "" where it cannot be told
    """

    title: str
    content: Content
    note: str = ""
    query: str = ""
    what: str = ""

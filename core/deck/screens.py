"""A block cut into what a room can read at once: figures with large type, tables in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from core.deck.fit import WIDER, parts
from core.export.look import Content
from core.figures.figure import STAGE_WIDTH, Figure
from core.figures.stage import Stage
from core.figures.text import width, wrap
from core.tables import Table

TABLE_TYPE, TABLE_ZOOM = 14.0, 2.0
"""Type of tables on a page, px, and how much larger they are shown."""
MOST_PAGES = 40
"""Most pages of one table; nobody presents more, and the deck's files have all of it."""
_ACROSS, _BOTTOM = 1216.0, 655.0
"""Width of what is shown on a screen of 1280 px, and where its room ends on one of 720 px, above the keys."""
_TITLE, _TEXT = (36.0, 44.0, 16.0), (28.0, 36.4, 4.0)
"""Of the title, and of each paragraph below it: type, height of a line, what is left free below, px."""
_BUTTON = 48.0, 58.0, 12.0
"""Of a button: margins and distance beside its words, its height with what is left free, its distance below, px."""
_LEAST = 330.0
"""Least height that is thought to be left, px; what is higher goes on below the screen."""
_ROW = 1.03
"""How much higher the rows of a presented table are than those that `fit` measures for slides."""
_PAD = 3.5
"""How much wider the margins of a presented table's columns are, px; its letters are those of the product's font."""
_BETWEEN = 24.0
"""Between two halves of a table side by side, px of the page."""


def left(title: str, words: Sequence[str], button: str = "") -> float:
    """
    Height that a screen of 1280 x 720 leaves below a title and paragraphs, px.

    Parameters
    ----------
    title : the heading
    words : paragraphs below it
    button : what stands on a button beside the last of them, where there is room, else below
    """
    used = 12.0
    if button:
        beside = width(words[-1], _TEXT[0]) + width(button, _TEXT[0]) + _BUTTON[0] <= _ACROSS
        used += _BUTTON[1] - _TEXT[1] if beside else _BUTTON[1] + _BUTTON[2]
    for said, (px, line, below) in ((title, _TITLE), *((one, _TEXT) for one in words)):
        used += line * len(wrap(said, px, _ACROSS, px == _TITLE[0])) + below
    return max(_BOTTOM - used, _LEAST)


FIGURE = Stage(height=200.0, words=False)
"""What is left for a figure below a title, the selection and one line of facts, px of the figure's layout."""


@dataclass(frozen=True)
class Screen:
    """What is shown at once: a figure, or a table that fits; neither where there is only a reason.

    Parameters
    ----------
    figure, table : one of them, or None
    beside : how the table goes on, at its right
    title : of the table, where a block has several
    note : what the last page of a long table leaves out; "" where it is whole
    """

    figure: Figure | None = None
    table: Table | None = None
    beside: Table | None = None
    title: str = ""
    note: str = ""


def screens(found: Content, height: float | None = None) -> list[Screen]:
    """
    Cut what a block shows for a screen of 1280 x 720.

    Parameters
    ----------
    found : as `core.deck.full.shown` gives it
    height : that is left for it, px, see `left`; None = below a title, the selection and one line of facts

    Returns
    -------
    list of Screen
        At least one; of a content with a figure only the figure, as on slides.
    """
    stage = FIGURE if height is None else Stage(height * STAGE_WIDTH / _ACROSS, words=False)
    if found.figure is not None:
        return [Screen(figure=one) for one in found.parts(stage)]
    tables = found.brief or found.tables
    several = len(tables) > 1
    down = stage.height * _ACROSS / STAGE_WIDTH / TABLE_ZOOM
    cut = [screen for table in tables for screen in _cut(table, table.title if several else "", down)]
    return cut or [Screen()]


def _cut(table: Table, title: str, down: float) -> list[Screen]:
    if title:  # it stands above, as a part of the heading
        down -= _TITLE[1] / TABLE_ZOOM
    across = _ACROSS / TABLE_ZOOM
    found = [Screen(table=page, title=title) for page in pages(table, across, down)]
    halves = pages(table, (across - _BETWEEN) / 2, down) if len(found) > 1 else []
    if halves and all(one.columns == table.columns for one in halves) and len(halves) < 2 * len(found):
        pairs = zip_longest(halves[::2], halves[1::2])
        found = [Screen(table=one, beside=other, title=title) for one, other in pairs]
    if len(found) <= MOST_PAGES:
        return found
    left_out = f"{len(found) - MOST_PAGES} more pages of this table are not presented; the deck's files have all of it."
    return [*found[: MOST_PAGES - 1], replace(found[MOST_PAGES - 1], note=left_out)]


def pages(table: Table, across: float, down: float) -> list[Table]:
    """A table in pages that repeat its heads, its first column and the head of a group that goes on.

    Parameters
    ----------
    table : Table
    across, down : what a page may take, px
    """
    return [
        replace(
            table,
            columns=tuple(table.columns[place] for place in part.columns),
            spanners=tuple(table.spanners[place] for place in part.columns) if table.spanners else (),
            rows=part.rows,
            keys=(),
        )
        for part in parts(table, WIDER * (across - _PAD * len(table.columns)), down / _ROW, (TABLE_TYPE,))
    ]

"""A block cut into what a room can read at once: figures with large type, tables in pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.deck.fit import parts
from core.export.look import Content
from core.figures.figure import Figure
from core.figures.stage import Stage
from core.tables import Table

FIGURE = Stage(height=200.0, words=False)
"""What a screen of 720 px leaves for a figure below its title and selection, px of the figure's layout."""
TABLE_TYPE, TABLE_ZOOM = 14.0, 2.0
"""Type of tables on a page, px, and how much larger they are shown."""
_ACROSS, _DOWN = 1180 / TABLE_ZOOM, 500 / TABLE_ZOOM
MOST_PAGES = 40
"""Most pages of one table; nobody presents more, and the deck's files have all of it."""
_LOOSER = 1.35
"""How much higher the rows of a page's table are than those that `fit` measures for slides."""


@dataclass(frozen=True)
class Screen:
    """What is shown at once: a figure, or a table that fits; neither where there is only a reason.

    Parameters
    ----------
    figure, table : one of them, or None
    title : of the table, where a block has several
    note : what the last page of a long table leaves out; "" where it is whole
    """

    figure: Figure | None = None
    table: Table | None = None
    title: str = ""
    note: str = ""


def screens(found: Content) -> list[Screen]:
    """
    Cut what a block shows for a screen of 1280 x 720.

    Parameters
    ----------
    found : as `core.deck.full.shown` gives it

    Returns
    -------
    list of Screen
        At least one; of a content with a figure only the figure, as on slides.
    """
    if found.figure is not None:
        return [Screen(figure=one) for one in found.parts(FIGURE)]
    several = len(found.tables) > 1
    cut = [screen for table in found.tables for screen in _cut(table, table.title if several else "")]
    return cut or [Screen()]


def _cut(table: Table, title: str) -> list[Screen]:
    found = [Screen(table=page, title=title) for page in pages(table)]
    if len(found) <= MOST_PAGES:
        return found
    left = f"{len(found) - MOST_PAGES} more pages of this table are not presented; the deck's files have all of it."
    return [*found[: MOST_PAGES - 1], replace(found[MOST_PAGES - 1], note=left)]


def pages(table: Table) -> list[Table]:
    """A table in pages that repeat its heads, its first column and the head of a group that goes on."""
    return [
        replace(
            table,
            columns=tuple(table.columns[place] for place in part.columns),
            spanners=tuple(table.spanners[place] for place in part.columns) if table.spanners else (),
            rows=part.rows,
            keys=(),
        )
        for part in parts(table, _ACROSS, _DOWN / _LOOSER, (TABLE_TYPE,))
    ]

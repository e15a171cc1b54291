"""Text and tables measured before they are placed: an office program would let them run out of the slide.

Measured with the product's own font and a margin: Arial's capitals are wider, its figures narrower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.deck.words import cell
from core.figures import text
from core.figures.portions import portions
from core.tables import Table

LINE = 1.2
"""Height of a line, in sizes of its type."""
PAD_X, PAD_Y, INDENT = 5.0, 2.2, 12.0
"""Margins within a cell and the indent of a level, points."""
SIZES = (18.0, 16.0, 14.0, 13.0, 12.0)
"""Type of a table on a slide, points, the largest that fits; never below."""
CONTINUED = " (continued)"
WIDER = 1.08
"""How much wider than the product's font Arial is at most, in words of capitals."""


def width(said: str, points: float, bold: bool = False) -> float:
    """Width of a line of Arial at most, points."""
    return WIDER * text.width(said, points, bold)


def wrap(said: str, points: float, across: float, bold: bool = False) -> tuple[str, ...]:
    """Lines of a text in Arial, at most."""
    return text.wrap(said, points, across / WIDER, bold)


@dataclass(frozen=True)
class Part:
    """A part of a table that fits a slide.

    Parameters
    ----------
    rows : texts, with their indents
    columns : places of the columns shown
    widths, heights : of columns and rows, heads first, points
    points : size of the type
    """

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[int, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    points: float


def fitted(said: str, points: Sequence[float], across: float, lines: int, bold: bool = False) -> tuple[float, str]:
    """The largest size at which a text takes no more than some lines, and the text, cut where even the least is too
    large."""
    for size in points:
        if len(wrap(said, size, across, bold)) <= lines:
            return size, said
    kept = list(wrap(said, points[-1], across, bold)[:lines])
    kept[-1] = text.shorten(f"{kept[-1]} …", points[-1], across / WIDER, bold)
    if not kept[-1].endswith("…"):
        kept[-1] = f"{kept[-1].rstrip()}…"
    return points[-1], " ".join(kept)


def block(paragraphs: Sequence[str], points: float, across: float, bold: bool = False) -> float:
    """Height of paragraphs, points."""
    return sum(len(wrap(one, points, across, bold)) for one in paragraphs) * points * LINE


def parts(table: Table, across: float, down: float, sizes: Sequence[float] = SIZES) -> list[Part]:
    """
    A table cut so that each part fits.

    Parameters
    ----------
    table : Table
    across, down : of the place, points
    sizes : of type, points, the largest first

    Returns
    -------
    list of Part
        Parts repeat heads, first column, and the head of a group of rows that goes on.
    """
    for points in sizes:
        if _whole(table, points, across, down):
            break
    floors = [_least(table, column, points) for column in range(len(table.columns))]
    first = min(floors[0], across / 2)
    found = []
    kept = [min(one, across - first) for one in floors[1:]]
    for portion in portions(kept, across - first) or [range(0)]:
        columns = (0, *(place + 1 for place in portion))
        widths = _widths(table, columns, points, across)
        found += _down(table, columns, widths, points, down)
    return found


def _whole(table: Table, points: float, across: float, down: float) -> bool:
    """Whether a table fits at a size without being cut, its cells on few lines."""
    if sum(_least(table, column, points) for column in range(len(table.columns))) > across:
        return False
    columns = tuple(range(len(table.columns)))
    widths = _widths(table, columns, points, across)
    return sum(_heights(table, table.rows, columns, widths, points)) <= down


def _down(table: Table, columns: tuple[int, ...], widths: tuple[float, ...], points: float, down: float) -> list[Part]:
    """Rows cut to a height; a group's head never stands last."""
    heights = _heights(table, table.rows, columns, widths, points)
    heads = len(heights) - len(table.rows)
    above = sum(heights[:heads])
    again = max((height for height, row in zip(heights[heads:], table.rows, strict=True) if is_head(row)), default=0.0)
    found = []
    body = [min(height, down - above - again) for height in heights[heads:]]
    units = _units(table)
    tall_units = [sum(body[place] for place in unit) for unit in units]

    def fits(portion: range) -> bool:
        head = again if portion and _group(table, units[portion.start].start) else 0.0
        return sum(tall_units[one] for one in portion) + head <= down - above

    for kept_free in (0.0, again / 2, again):  # only portions that go on in a group say its name again
        cut = portions(tall_units, down - above - kept_free) or [range(0)]
        if all(fits(one) for one in cut):
            break
    for portion in cut:
        rows = [table.rows[place] for one in portion for place in units[one]]
        group = _group(table, units[portion.start].start) if units else ""
        if group:
            rows.insert(0, (f"{group}{CONTINUED}", *[""] * (len(table.columns) - 1)))
        tall = _heights(table, rows, columns, widths, points)
        shown = tuple(tuple(row[column] for column in columns) for row in rows)
        found.append(Part(shown, columns, widths, tuple(tall), points))
    return found


def _units(table: Table) -> list[range]:
    """Rows that stay together: the head of a group with the first of its rows."""
    within = [cell(row[0])[1] for row in table.rows]
    found: list[range] = []
    start = 0
    for place in range(len(within)):
        if place + 1 < len(within) and within[place + 1] and not within[place]:
            continue
        found.append(range(start, place + 1))
        start = place + 1
    return found


def is_head(row: Sequence[str]) -> bool:
    """Whether a row only names the rows below it."""
    return bool(row[0].strip()) and not any(one.strip() for one in row[1:])


def _group(table: Table, start: int) -> str:
    """Name of the group that goes on at a row; "" where none does."""
    if not 0 < start < len(table.rows) or not cell(table.rows[start][0])[1]:
        return ""
    above = (row[0] for row in reversed(table.rows[:start]) if not cell(row[0])[1])
    return cell(next(above, ""))[0]


def _heights(
    table: Table, rows: Sequence[Sequence[str]], columns: tuple[int, ...], widths: tuple[float, ...], points: float
) -> list[float]:
    """Height of spanners, heads and each row."""

    def tall(texts: Sequence[str], bold: bool) -> float:
        most = 1
        for written, across in zip(texts, widths, strict=True):
            said, within = cell(written)
            room = across - 2 * PAD_X - (INDENT if within else 0)
            most = max(most, len(wrap(said, points, max(room, points), bold)))
        return most * points * LINE + 2 * PAD_Y

    found = [tall([table.columns[column] for column in columns], True)]
    if table.spanners:
        found.insert(0, _spanner_lines(table, columns, widths, points) * points * LINE + 2 * PAD_Y)
    return found + [tall([row[column] for column in columns], is_head(row)) for row in rows]


def _spanner_lines(table: Table, columns: tuple[int, ...], widths: tuple[float, ...], points: float) -> int:
    return max(
        len(wrap(cell(said)[0], points, sum(widths[start : start + span]) - 2 * PAD_X, bold=True))
        for start, span, said in spanned(table, columns)
    )


def spanned(table: Table, columns: Sequence[int]) -> list[tuple[int, int, str]]:
    """Each spanner above the shown columns: where it starts, over how many it stands, what it says."""
    found: list[tuple[int, int, str]] = []
    for place, column in enumerate(columns):
        said = table.spanners[column]
        if found and said and found[-1][2] == said:
            found[-1] = (found[-1][0], found[-1][1] + 1, said)
        else:
            found.append((place, 1, said))
    return found


def _cells(table: Table, column: int) -> list[str]:
    return [table.columns[column], *(row[column] for row in table.rows if not is_head(row))]


def _least(table: Table, column: int, points: float) -> float:
    """Narrowest width of a column: that of its longest word, of numbers with their intervals the whole cell."""
    longest = 0.0
    for place, written in enumerate(_cells(table, column)):
        said, within = cell(written)
        words = [said] if place and column and len(said) <= 20 else said.split(" ")
        widest = max((width(word, points, bold=not place) for word in words), default=0.0)
        longest = max(longest, min(widest, 14 * points) + (INDENT if within else 0))
    return longest + 2 * PAD_X + 1


def _widths(table: Table, columns: tuple[int, ...], points: float, across: float) -> tuple[float, ...]:
    """What each column wants; where that is too much, the widest give way, never below their longest word."""
    floors = [_least(table, column, points) for column in columns]
    wanted = []
    for column, floor in zip(columns, floors, strict=True):
        texts = [cell(one) for one in _cells(table, column)]
        natural = max(
            width(said, points, bold=not place) + (INDENT if within else 0)
            for place, (said, within) in enumerate(texts)
        )
        wanted.append(max(floor, natural + 2 * PAD_X + 1))
    spare = across - sum(wanted)
    if spare >= 0:
        return tuple(one + min(spare / len(wanted), 24.0) for one in wanted)
    low, high = 0.0, max(wanted)
    for _ in range(40):
        middle = (low + high) / 2
        used = sum(max(floor, min(one, middle)) for one, floor in zip(wanted, floors, strict=True))
        low, high = (middle, high) if used <= across else (low, middle)
    found = [max(floor, min(one, low)) for one, floor in zip(wanted, floors, strict=True)]
    return tuple(one * min(1.0, across / sum(found)) for one in found)

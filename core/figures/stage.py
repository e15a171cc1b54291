"""A figure made for a room - a slide, a screen before people: one width, large type, few words, in parts where needed.

Such a figure is not a page's figure made smaller: it is laid out anew, `STAGE_WIDTH` px wide, for the size class
`STAGE`, so that no type falls below 28 px on a screen of 1280 x 720. Its height is what the place leaves for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.figures.figure import SIZES, STAGE, STAGE_WIDTH, Line, leading, room
from core.figures.provenance import Provenance
from core.figures.text import shorten, width, wrap
from core.figures.theme import SMALL_SIZE

TITLE_SIZES = (14.0, 12.0)
"""Of the type of a title, px: the larger where it fits on a line."""
PADDING = 6.0
"""Above and below all that is drawn, px."""
MOST_SELECTION = 3
"""Most lines of a selection in words; the file's description has all of it."""
_HEAD_GAP = 2.0


@dataclass(frozen=True)
class Stage:
    """What a place leaves for a figure.

    Parameters
    ----------
    height : of the whole figure, px, laid out `STAGE_WIDTH` wide
    words : title, selection, answer and source stand inside the figure; False = the place says them itself
    """

    height: float
    words: bool = True

    def inside(self, title: str, selection: str, facts: Sequence[str] = (), notes: Sequence[str] = ()) -> float:
        """Height that these words leave for the plot with its axes, px."""
        if not self.words:
            return self.height - 2 * PADDING
        return self.height - 2 * PADDING - down(heads(title, selection, facts)) - down(feet(notes))


def sizes(stage: Stage | None) -> Sequence[int]:
    """The size classes that a figure is drawn for."""
    return SIZES if stage is None else (STAGE,)


def heads(title: str, selection: str, facts: Sequence[str] = (), most: int = MOST_SELECTION) -> list[Line]:
    """The lines above a figure for a room: what it shows, in whom on at most some lines, and the answer in numbers."""
    large, small = TITLE_SIZES
    size = large if width(title, large, True) <= _limit() else small
    found = [Line(title, size, bold=True, part="title")]
    if selection:
        found.append(Line(cut(selection, most), SMALL_SIZE, tone="muted", part="selection"))
    return found + [Line(one, SMALL_SIZE, gap=_HEAD_GAP, part=f"fact {i}") for i, one in enumerate(facts) if one]


def feet(notes: Sequence[str]) -> list[Line]:
    """The lines below a figure for a room: little more than where it comes from."""
    return [
        Line(note, SMALL_SIZE, tone="muted", gap=_HEAD_GAP, part=f"note {i}") for i, note in enumerate(notes) if note
    ]


def counted(title: str, place: int, of: int) -> str:
    """A title with its part: "Patient flow (2 of 3)"; without where there is one."""
    return f"{title} ({place} of {of})" if of > 1 else title


def source_note(source: Provenance | None) -> str:
    """Where a figure comes from, in few words; "" where it does not say."""
    return source.brief() if source is not None else ""


def down(lines: Sequence[Line]) -> float:
    """Height of lines, px."""
    return sum(one.gap + leading(one.px, STAGE) * len(wrap(one.text, one.px, _limit(), one.bold)) for one in lines)


def across() -> float:
    """Width of the plotted part with its axes, px."""
    return STAGE_WIDTH - 4


def _limit() -> float:
    return room(STAGE) - 4


def cut(text: str, most: int) -> str:
    """A text on a number of lines at most, its end left out where it is longer."""
    lines = wrap(text, SMALL_SIZE, _limit())
    if len(lines) <= most:
        return text
    last = shorten(f"{lines[most - 1]} {lines[most]}", SMALL_SIZE, _limit())
    return " ".join([*lines[: most - 1], last])

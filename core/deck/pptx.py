"""A deck as a PowerPoint file: title, one block a slide, methods; figures as vectors, tables as native tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.deck import canvas, words
from core.deck.canvas import ACROSS, HEIGHT, LEFT, WIDTH
from core.deck.fit import LINE, Part, block, fitted, parts, width
from core.deck.grid import add_table
from core.deck.pictures import picture
from core.deck.slides import Progress, Slide
from core.figures.figure import STAGE_WIDTH, Figure
from core.figures.portions import portions
from core.figures.provenance import USE
from core.figures.stage import Stage
from core.figures.theme import LIGHT
from core.tables import Table

TITLE_POINTS, FACT_POINTS, NOTE_POINTS, SMALL_POINTS, FOOT_POINTS = (26.0, 24.0), 16.0, 14.0, 12.0, 10.0
"""Type of title, answer, the person's note, remarks and footer, points."""
TOP, BOTTOM, GAP = 24.0, 493.0, 5.0
"""Where a slide begins and where its room ends, points."""
FOOT_TOP, FOOT_DOWN = 503.0, 26.0
FIGURE_ACROSS = WIDTH * 1200 / 1280
"""Width of a figure, points: its smallest type is 28 px on a screen of 1280 x 720."""
MOST_SLIDES = 5
"""Most slides of one table; what is left out is said and stands in the report."""
_NUMBER_ACROSS = 40.0
_SELECTIONS = 4
"""Most selections that the title slide names."""


def pptx_deck(title: str, slides: Sequence[Slide], progress: Progress | None = None) -> bytes:
    """
    Write a deck as PPTX, 16:9.

    Parameters
    ----------
    title : of the deck
    slides : its blocks in order
    progress : called after each block, optional

    Returns
    -------
    bytes
    """
    found = canvas.presentation(words.metadata(title, slides))
    _title_slide(found, title, slides)
    for done, slide in enumerate(slides, start=1):
        _block(found, slide)
        if progress is not None:
            progress(done, len(slides))
    _methods(found, slides)
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def _title_slide(found: Any, title: str, slides: Sequence[Slide]) -> None:
    page = canvas.blank(found)
    size, said = fitted(words.clean(title), (40.0, 34.0, 28.0), ACROSS, 3, bold=True)
    canvas.heading(page, said, size, 90, 150)
    chosen = words.each(slides, words.selection)
    lines = chosen[:_SELECTIONS]
    if len(chosen) > _SELECTIONS:
        lines.append(f"and {len(chosen) - _SELECTIONS} more selections")
    points, top = 18.0, 256.0
    lines = [fitted(one, (points,), ACROSS, 2)[1] for one in lines]
    down = block(lines, points, ACROSS) + 6 * len(lines)
    canvas.text(page, lines, points, (LEFT, top, ACROSS, down), gap=6, name="Selection")
    sources = [fitted(one, (NOTE_POINTS,), ACROSS, 2)[1] for one in words.each(slides, words.cohort)[:2]]
    below = [*sources, f"{words.product(slides)}.", f"{USE}."]
    down = block(below, NOTE_POINTS, ACROSS) + 6 * len(below)
    canvas.text(
        page, below, NOTE_POINTS, (LEFT, HEIGHT - 36 - down, ACROSS, down), gap=6, colour=LIGHT.muted, name="Origin"
    )
    canvas.speak(page, "\n".join(words.each(slides, words.foot)) or f"{USE}.")


def _block(found: Any, slide: Slide) -> None:
    """The slides of one block."""
    shown = slide.content
    if shown.figure is not None:
        figures = shown.parts(_stage(slide))
        for place, one in enumerate(figures, start=1):
            page, top, bottom = _frame(found, slide, _counted(place, len(figures)))
            _figure(page, one, top, bottom)
        return
    if not shown.tables:
        page, top, _ = _frame(found, slide, "")
        said = fitted(words.clean(shown.reason) or "There is nothing to show.", (20.0, 16.0), ACROSS, 8)
        canvas.text(page, [said[1]], said[0], (LEFT, top + 40, ACROSS, 200), name="Reason")
        return
    for table in shown.tables:
        _tables(found, slide, table)


def _stage(slide: Slide) -> Stage:
    """What the words above and below leave for a figure; a count as wide as any, as the parts are not yet known."""
    above = sum(one.down + GAP for one in _above(slide, _counted(88, 88), None))
    return Stage(height=(BOTTOM - TOP - above - GAP) * STAGE_WIDTH / FIGURE_ACROSS, words=False)


def _counted(place: int, of: int) -> str:
    return f" ({place} of {of})" if of > 1 else ""


def _frame(found: Any, slide: Slide, counted: str, table: Table | None = None) -> tuple[Any, float, float]:
    """A slide with title, answer, note and footer; returns it with the top and bottom of the room that is left."""
    page = canvas.blank(found)
    heading, *boxes = _above(slide, counted, table)
    canvas.heading(page, heading.paragraphs[0], heading.points, TOP, heading.down)
    top = TOP + heading.down + GAP
    for one in boxes:
        canvas.text(page, one.paragraphs, one.points, (LEFT, top, ACROSS, one.down), colour=one.colour, name=one.name)
        top += one.down + GAP
    _foot(page, words.foot(slide), len(found.slides))
    canvas.speak(page, words.speech(slide))
    return page, top + GAP, BOTTOM


@dataclass(frozen=True)
class _Box:
    """Text above what a slide shows."""

    name: str
    paragraphs: tuple[str, ...]
    points: float
    colour: str = LIGHT.ink
    bold: bool = False

    @property
    def down(self) -> float:
        """Height, points."""
        return block(self.paragraphs, self.points, ACROSS, self.bold)


def _above(slide: Slide, counted: str, table: Table | None) -> list[_Box]:
    """Title, answer and note, cut to their lines."""
    heading = words.title(slide)
    if table is not None and len(slide.content.tables) > 1 and words.clean(table.title) != heading:
        heading = f"{heading}: {words.clean(table.title)[:1].lower()}{words.clean(table.title)[1:]}"
    size, said = fitted(f"{heading}{counted}", TITLE_POINTS, ACROSS, 1, bold=True)
    if said != f"{heading}{counted}":
        across = ACROSS - width(counted, size, bold=True)
        said = fitted(heading, (size,), across, 2, bold=True)[1] + counted
    found = [_Box("Title", (said,), size, bold=True)]
    told = [] if table is not None else words.facts(slide)
    if slide.content.reason and (slide.content.tables or slide.content.figure is not None):
        told = [
            *(words.facts(slide)[:1] if slide.content.figure is not None else []),
            words.clean(slide.content.reason),
        ]
    if told:
        told = [*told[:1], " ".join(told[1:])] if len(told) > 2 else told
        told = [fitted(one, (FACT_POINTS,), ACROSS, 2)[1] for one in told]
        found.append(_Box("Answer", tuple(told), FACT_POINTS))
    if slide.note.strip():
        note = fitted(words.clean(slide.note), (NOTE_POINTS,), ACROSS, 3)[1]
        found.append(_Box("Note", (note,), NOTE_POINTS, LIGHT.muted))
    return found


def _foot(page: Any, said: str, number: int) -> None:
    across = ACROSS - _NUMBER_ACROSS
    points, shown = fitted(said, (FOOT_POINTS, 9.0), across, 2)
    down = block([shown], points, across)
    top = FOOT_TOP + FOOT_DOWN - down
    canvas.text(page, [shown], points, (LEFT, top, across, down), colour=LIGHT.muted, name="Footer")
    canvas.text(
        page, [str(number)], FOOT_POINTS, (LEFT + across, FOOT_TOP + FOOT_DOWN - 12, _NUMBER_ACROSS, 12),
        colour=LIGHT.muted, right=True, name="Number",
    )  # fmt: skip


def _figure(page: Any, figure: Figure, top: float, bottom: float) -> None:
    shown = picture(figure, FIGURE_ACROSS, bottom - top, (STAGE_WIDTH,))
    spare = bottom - top - shown.height
    canvas.add_picture(page, shown, (WIDTH - shown.width) / 2, top + min(spare / 2, 24.0))


def _tables(found: Any, slide: Slide, table: Table) -> None:
    """A table on as many slides as it needs, its notes below each part."""
    notes = _remarks(table)
    below = block(notes, SMALL_POINTS, ACROSS) + (8 if notes else 0)
    above = _above(slide, _counted(88, 88), table)  # a count as wide as any: the parts are not yet known
    down = BOTTOM - TOP - sum(one.down + GAP for one in above) - GAP - below
    cut = parts(table, ACROSS, down)
    shown = cut[:MOST_SLIDES]
    for place, part in enumerate(shown, start=1):
        page, top, _ = _frame(found, slide, _counted(place, len(shown)), table)
        add_table(page, table, part, LEFT, top)
        said = list(notes)
        if place == len(shown) < len(cut):
            said = [_left_out(cut[MOST_SLIDES:])]
        if said:
            canvas.text(
                page,
                said,
                SMALL_POINTS,
                (LEFT, top + sum(part.heights) + 8, ACROSS, block(said, SMALL_POINTS, ACROSS)),
                colour=LIGHT.muted,
                name="Remarks",
            )


def _remarks(table: Table) -> list[str]:
    """The table's notes on at most four lines; the speaker's notes hold them whole."""
    found = " ".join(words.clean(one if one.endswith(".") else f"{one}.") for one in table.notes if one.strip())
    return [fitted(found, (SMALL_POINTS,), ACROSS, 4)[1]] if found else []


def _left_out(rest: Sequence[Part]) -> str:
    rows = sum(len(one.rows) for one in rest)
    return f"{rows} more rows are not on slides; the deck as a document (.docx) or web page (.html) has them all."


def _methods(found: Any, slides: Sequence[Slide]) -> None:
    """Definitions of what was shown, and what was done, on as many slides as they need."""
    told = [(fitted(head, (SMALL_POINTS,), ACROSS, 2)[1], text) for head, text in words.methods(slides)]
    paragraphs = [(head, fitted(text, (SMALL_POINTS,), ACROSS, 18)[1]) for head, text in told]
    gap, top = 5.0, TOP + TITLE_POINTS[0] * LINE + 12
    room = BOTTOM - top
    tall = [block([f"{head}. {text}"], SMALL_POINTS, 0.97 * ACROSS) + gap for head, text in paragraphs]
    portion = portions(tall, room)
    for place, some in enumerate(portion, start=1):
        page = canvas.blank(found)
        canvas.heading(
            page, words.METHODS + _counted(place, len(portion)), TITLE_POINTS[0], TOP, TITLE_POINTS[0] * LINE
        )
        said = [paragraphs[one] for one in some]
        down = sum(tall[one] for one in some)
        canvas.text(page, said, SMALL_POINTS, (LEFT, top, ACROSS, down), gap=gap, name="Methods")
        _foot(page, f"{words.product(slides)}. {USE}.", len(found.slides))
        canvas.speak(page, "\n".join(f"{head}. {text}" for head, text in said))

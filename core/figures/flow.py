"""The flow of patients from treated to selected, as boxes and lines (the paper's Figure 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures.figure import STAGE, Figure, Text, columns, compiled, foot, head, leading, room, text_layer
from core.figures.provenance import Provenance
from core.figures.stage import Stage, feet, heads, sizes, source_note
from core.figures.text import width, wrap
from core.figures.theme import ACCENT, BOLD, SMALL_SIZE, TEXT_SIZE, TITLE_SIZE, Theme, mix, theme
from core.flow import Flow, Step
from core.formats import count, sentences, suppressed

WIDEST = 880.0
"""The diagram does not grow beyond this width, px."""
SIDE_BY_SIDE = (1, 2, 3)
"""Size classes in which the courses stand side by side; in the others the boxes are a tree, one beneath the other."""
_GAP, _PAD = 30.0, 8.0
_TRUNK, _ASIDE = (0.0, 0.5), (0.58, 1.0)
_INDENT = 0.075
_TITLE = "Patient flow"
_NOTE = "Patients, not courses"
_NOTE_EXCLUDED = "Excluded patients stay in the cohort and are counted"
_NOTE_COURSES = "A patient stands in the box of every course given here"


@dataclass(frozen=True)
class _Pitch:
    """Vertical measures of the tree, px: between two boxes, above and below words, and the middle of the first line."""

    gap: float
    pad: float
    middle: float


_PAGE, _ON_STAGE = _Pitch(gap=8, pad=_PAD, middle=17), _Pitch(gap=3, pad=3.5, middle=10.5)


def _pitch(size: int) -> _Pitch:
    return _ON_STAGE if size == STAGE else _PAGE


@dataclass(frozen=True)
class _Box:
    """What one box says: a number, a line in ink, muted lines; `aside` for who leaves, `chosen` for the selection."""

    n: str
    said: str
    more: tuple[str, ...] = ()
    aside: bool = False
    chosen: bool = False
    below: tuple[_Box, ...] = ()


@dataclass(frozen=True)
class _Marks:
    """Rows of the data sets of the layout; x in shares of the width."""

    shown: Theme
    boxes: list[tuple[Any, ...]] = field(default_factory=list)
    words: list[tuple[Any, ...]] = field(default_factory=list)
    across: list[tuple[Any, ...]] = field(default_factory=list)
    down: list[tuple[Any, ...]] = field(default_factory=list)

    def box(self, size: int, left: float, right: float, y: float, height: float, one: _Box) -> None:
        """The outline of a box."""
        stroke = ACCENT if one.chosen else self.shown.rule
        chosen = mix(self.shown.ground, ACCENT, 0.12 if self.shown.name == "light" else 0.3)
        fill = chosen if one.chosen else self.shown.ground if one.aside else self.shown.wash
        self.boxes.append((size, left, right, y, y + height, stroke, fill, one.aside, 2.0 if one.chosen else 1.2))

    def columns(self) -> dict[str, Any]:
        """All marks as data sets."""
        return {
            "boxes": columns(("size", "left", "right", "y", "y2", "stroke", "fill", "dashed", "weight"), self.boxes),
            "words": columns(("size", "x", "dx", "y", "said", "px", "weight", "tone", "align"), self.words),
            "across": columns(("size", "left", "right", "y"), self.across),
            "down": columns(("size", "x", "y", "y2"), self.down),
        }


def flow_figure(
    found: Flow,
    source: Provenance | None = None,
    theme_name: str = "light",
    min_cell: int = 0,
    stage: Stage | None = None,
) -> Figure | str:
    """Draw the flow of a cohort's patients.

    Parameters
    ----------
    found : steps of the flow
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    min_cell : counts below it are not shown
    stage : draw it for a room; None = for a page or paper

    Returns
    -------
    Figure or str
        The sentence to stand in its place when the cohort has no patient.
    """
    if not found.n:
        return "Patient flow: this cohort has no patient."
    shown, classes = theme(theme_name), sizes(stage)
    marks, text = _Marks(shown), Text(shown, classes)
    top = _tree(found, min_cell)
    ends = [_rows(size, top, marks) if size in SIDE_BY_SIDE else _stacked(size, top, marks) for size in classes]
    selection, notes = source.selection if source else "", [_note(found)]
    if stage is None:
        text.above(head(_TITLE, (), selection), -16)
        below = foot([*notes, *([source.sentence()] if source else [])])
    else:
        text.above(heads(_TITLE, selection) if stage.words else [], -6)
        below = feet([*notes, source_note(source)]) if stage.words else []
    text.below(below, [end + 4 for end in ends])
    data = {**marks.columns(), "text": text.columns}
    said = _alt_text(found, source, min_cell)
    layout = compiled(_layers, theme_name, stage=stage is not None)
    return Figure(layout, data, at.NO_HEIGHT, _TITLE, said)


def _note(found: Flow) -> str:
    courses = [one for one in found.steps if _is_course(one)]
    excluded = found.step("included").excluded
    return sentences([_NOTE, _NOTE_EXCLUDED if excluded else "", _NOTE_COURSES if len(courses) > 1 else ""])


def _is_course(one: Step) -> bool:
    return one.key.removeprefix("prrt_").isdecimal()


def _number(n: int, min_cell: int) -> str:
    return suppressed(min_cell) if 0 < n < min_cell else count(n)


def _tree(found: Flow, min_cell: int) -> tuple[_Box, ...]:
    """The first box and what comes below it; a selection from nowhere in the tree stands beside the first box."""
    chosen = [one for one in found.steps if one.key == "selected"]

    def box(one: Step, below: Sequence[_Box] = ()) -> _Box:
        parts = [part for part in found.steps if part.parent == one.key and part.key.startswith(f"{one.key}_of_")]
        name = one.step.removesuffix(" here")
        more = [f"{_number(part.n, min_cell)} {part.step.removeprefix(name).strip()}" for part in parts if part.n]
        if one.excluded and one.key != "included":
            left = _number(one.excluded, min_cell)
            more.append(f"{left} {one.reason}" if one.key == "selected" else f"{left} others: {one.reason}")
        return _Box(_number(one.n, min_cell), one.step, tuple(more), False, one.key == "selected", tuple(below))

    def of(key: str) -> list[_Box]:
        return [box(one) for one in chosen if one.parent == key]

    treated, included = found.step("treated"), found.step("included")
    branches = [box(one, of(one.key)) for one in found.steps if _is_course(one)]
    out = [_Box(_number(included.excluded, min_cell), f"excluded: {included.reason}", aside=True)] * bool(
        included.excluded
    )
    trunk = box(treated, [*out, box(included, [*branches, *of("included")])])
    return (trunk, *of("treated"))


def _rows(size: int, top: Sequence[_Box], marks: _Marks) -> float:
    """Boxes in rows, the courses side by side; returns where they end."""
    trunk, *alone = top
    *out, included = trunk.below
    y = _row(size, [(*_TRUNK, trunk), *((*_ASIDE, one) for one in out)], 0.0, marks)
    for _ in out:
        marks.across.append((size, _TRUNK[1], _ASIDE[0], y / 2))
    marks.down.append((size, 0.25, y, y + _GAP))
    y = _row(size, [(*_TRUNK, included)], y + _GAP, marks)
    spans = _spans(len(included.below))
    if spans:
        _fan(size, 0.25, [(left + right) / 2 for left, right in spans], y, marks)
        y = _row(size, [(*span, one) for span, one in zip(spans, included.below, strict=True)], y + _GAP, marks)
    full = (0.0, spans[-1][1] if spans else _TRUNK[1])
    for (left, right), one in zip(spans, included.below, strict=True):
        for chosen in one.below:
            marks.down.append((size, (left + right) / 2, y, y + _GAP))
            y = _row(size, [(*full, chosen)], y + _GAP, marks)
    for chosen in alone:
        y = _row(size, [(*full, chosen)], y + _GAP, marks)
    return y


def _spans(n: int) -> list[tuple[float, float]]:
    """Left and right of n boxes side by side; one alone stands below its trunk."""
    if n == 1:
        return [_TRUNK]
    gap = 0.02
    return [(i * (1 + gap) / n, (i + 1) * (1 + gap) / n - gap) for i in range(n)]


def _row(size: int, row: Sequence[tuple[float, float, _Box]], y: float, marks: _Marks) -> float:
    """Boxes of one height, their words in the middle; returns where they end."""
    across = min(room(size), WIDEST) - 4
    written = [_lines(one, (right - left) * across - 2 * _PAD, marks.shown) for left, right, one in row]
    most = max(map(len, written))
    height = leading(TITLE_SIZE) + leading(TEXT_SIZE) + (most - 1) * leading(SMALL_SIZE) + 2 * _PAD - 4
    for (left, right, one), lines in zip(row, written, strict=True):
        marks.box(size, left, right, y, height, one)
        middle, base = (left + right) / 2, y + _PAD + TITLE_SIZE - 2
        marks.words.append((size, middle, 0.0, base, one.n, TITLE_SIZE, BOLD, marks.shown.ink, "center"))
        for i, (said, px, tone) in enumerate(lines):
            base += leading(SMALL_SIZE) if i else leading(TEXT_SIZE) + 1
            marks.words.append((size, middle, 0.0, base, said, px, 400, tone, "center"))
    return y + height


def _fan(size: int, start: float, ends: Sequence[float], y: float, marks: _Marks) -> None:
    """Lines from a box down to each box of the next row."""
    if list(ends) == [start]:
        marks.down.append((size, start, y, y + _GAP))
        return
    bus = y + _GAP / 2
    marks.across.append((size, min(start, *ends), max(start, *ends), bus))
    marks.down.extend([(size, start, y, bus), *((size, x, bus, y + _GAP) for x in ends)])


def _stacked(size: int, top: Sequence[_Box], marks: _Marks) -> float:
    """Boxes one beneath the other, each indented below the one it comes from; returns where they end."""
    trunk, *alone = top
    *out, included = trunk.below
    pitch = _pitch(size)
    y = start = _leaf(size, 0, trunk, 0.0, marks)
    for one in out:
        marks.across.append((size, _INDENT / 2, _INDENT, y + pitch.gap + pitch.middle))
        y = _leaf(size, 1, one, y + pitch.gap, marks)
    marks.down.append((size, _INDENT / 2, start, y + pitch.gap))
    y = _branch(size, 0, included, y + pitch.gap, marks)
    for one in alone:
        y = _leaf(size, 0, one, y + pitch.gap, marks)
    return y


def _branch(size: int, depth: int, one: _Box, y: float, marks: _Marks) -> float:
    """A box and all that comes below it; returns where they end."""
    y = start = _leaf(size, depth, one, y, marks)
    x, pitch = (depth + 0.5) * _INDENT, _pitch(size)
    for child in one.below:
        middle = y + pitch.gap + pitch.middle
        marks.across.append((size, x, (depth + 1) * _INDENT, middle))
        marks.down.append((size, x, start, middle))
        start = middle
        y = _branch(size, depth + 1, child, y + pitch.gap, marks)
    return y


def _leaf(size: int, depth: int, one: _Box, y: float, marks: _Marks) -> float:
    """A box with its number at the left of its words; returns where it ends."""
    left, pitch = depth * _INDENT, _pitch(size)
    words = max(46.0, width(one.n, TITLE_SIZE, bold=True) + 2 * _PAD + 4)
    limit = (1 - left) * (room(size) - 4) - words - _PAD
    if size == STAGE:
        return _slim(depth, one, y, words, limit, marks)
    lines = _lines(one, limit, marks.shown)
    height = 2 * pitch.pad + leading(TEXT_SIZE) + (len(lines) - 1) * leading(SMALL_SIZE)
    marks.box(size, left, 1.0, y, height, one)
    base = y + pitch.pad + TEXT_SIZE + 1
    marks.words.append((size, left, _PAD + 2, base, one.n, TITLE_SIZE, BOLD, marks.shown.ink, "left"))
    for i, (said, px, tone) in enumerate(lines):
        marks.words.append((size, left, words, base + i * leading(SMALL_SIZE), said, px, 400, tone, "left"))
    return y + height


def _slim(depth: int, one: _Box, y: float, words: float, limit: float, marks: _Marks) -> float:
    """The same for a room: all on one line where it fits; returns where it ends."""
    left, pitch, more = depth * _INDENT, _pitch(STAGE), "; ".join(one.more)
    lines = wrap(one.said, TEXT_SIZE, limit)
    after = width(lines[-1], TEXT_SIZE) + 10
    beside = after + width(more, SMALL_SIZE) <= limit
    below = () if beside else wrap(more, SMALL_SIZE, limit)
    line = leading(TEXT_SIZE, STAGE)
    height = 2 * pitch.pad + line * (len(lines) + len(below)) - 1
    marks.box(STAGE, left, 1.0, y, height, one)
    base = y + pitch.pad + TEXT_SIZE - 2
    marks.words.append((STAGE, left, _PAD + 2, base + 1, one.n, TITLE_SIZE, BOLD, marks.shown.ink, "left"))
    for i, said in enumerate(lines):
        marks.words.append((STAGE, left, words, base + i * line, said, TEXT_SIZE, 400, marks.shown.ink, "left"))
    base += (len(lines) - 1) * line
    muted = [(after, base, more)] if beside else [(0.0, base + (i + 1) * line, said) for i, said in enumerate(below)]
    for x, at_y, said in muted:
        marks.words.append((STAGE, left, words + x, at_y, said, SMALL_SIZE, 400, marks.shown.muted, "left"))
    return y + height


def _lines(one: _Box, limit: float, shown: Theme) -> list[tuple[str, float, str]]:
    """The words of a box broken into lines: text, size, colour."""
    first = [(line, TEXT_SIZE, shown.ink) for line in wrap(one.said, TEXT_SIZE, limit)]
    more = [(line, SMALL_SIZE, shown.muted) for said in one.more for line in wrap(said, SMALL_SIZE, limit)]
    return [*first, *more]


def _alt_text(found: Flow, source: Provenance | None, min_cell: int) -> str:
    said = []
    for one in found.steps:
        out = f" ({_number(one.excluded, min_cell)} {one.reason})" if one.excluded else ""
        said.append(f"{one.step}: {_number(one.n, min_cell)}{out}")
    where = [source.selection, source.sentence()] if source else []
    return sentences(["Flow diagram of patients", *said, *where])


def _layers(shown: Theme) -> list[alt.Chart]:
    def at_share(name: str) -> alt.ExprRef:
        return alt.expr(f"datum.{name} * min({WIDEST}, width)")

    return [
        at.data("across").mark_rule(x=at_share("left"), x2=at_share("right"), stroke=shown.rule).encode(y=at.row()),
        at.data("down").mark_rule(x=at_share("x"), stroke=shown.rule).encode(y=at.row(), y2=alt.Y2("y2")),
        at.data("boxes")
        .mark_rect(
            x=at_share("left"),
            x2=at_share("right"),
            fill=alt.expr("datum.fill"),
            stroke=alt.expr("datum.stroke"),
            strokeDash=alt.expr("datum.dashed ? [3, 3] : []"),
            strokeWidth=alt.expr("datum.weight"),
            cornerRadius=2,
        )
        .encode(y=at.row(), y2=alt.Y2("y2")),
        at.data("words").mark_text(
            x=alt.expr(f"datum.x * min({WIDEST}, width) + datum.dx"),
            y=alt.expr("datum.y"),
            align=alt.expr("datum.align"),
            baseline="alphabetic",
            text=alt.expr("datum.said"),
            fontSize=alt.expr("datum.px"),
            fontWeight=alt.expr("datum.weight"),
            fill=alt.expr("datum.tone"),
        ),
        text_layer(),
    ]

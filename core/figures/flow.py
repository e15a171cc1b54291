"""The flow of patients from treated to selected, as boxes and lines (the paper's Figure 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures.figure import SIZES, Figure, Text, columns, compiled, foot, head, leading, room, text_layer
from core.figures.provenance import Provenance
from core.figures.text import wrap
from core.figures.theme import ACCENT, BOLD, SMALL_SIZE, TEXT_SIZE, TITLE_SIZE, Theme, theme
from core.flow import Flow, Step
from core.formats import count, sentences, suppressed

_GAP, _PAD = 30.0, 8.0
_TRUNK = (0.0, 0.5)
_ASIDE = (0.58, 1.0)
WIDEST = 880.0
"""The diagram does not grow beyond this width, px."""


@dataclass(frozen=True)
class _Box:
    """One box: its place as shares of the width, its number and words; `aside` for who leaves."""

    left: float
    right: float
    n: int
    words: str
    aside: bool = False
    chosen: bool = False


@dataclass
class _Marks:
    boxes: list[tuple[Any, ...]] = field(default_factory=list)
    words: list[tuple[Any, ...]] = field(default_factory=list)
    across: list[tuple[Any, ...]] = field(default_factory=list)
    down: list[tuple[Any, ...]] = field(default_factory=list)


def flow_figure(
    found: Flow, source: Provenance | None = None, theme_name: str = "light", min_cell: int = 0
) -> Figure | str:
    """Draw the flow of a cohort's patients.

    Parameters
    ----------
    found : steps of the flow
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    min_cell : counts below it are not shown

    Returns
    -------
    Figure or str
        The sentence to stand in its place when the cohort has no patient.
    """
    if not found.n:
        return "Patient flow: this cohort has no patient."
    shown = theme(theme_name)
    marks, text = _Marks(), Text(shown)
    levels = _levels(found)
    ends = [_one_size(size, levels, shown, marks, min_cell) for size in SIZES]
    text.above(head("Patient flow", (), source.selection if source else ""), -16)
    notes = ["Patients, not courses. Excluded patients stay in the cohort and are counted."]
    text.below(foot([*notes, *([source.sentence()] if source else [])]), [end + 4 for end in ends])
    data = {
        "boxes": columns(("size", "left", "right", "y", "y2", "stroke", "fill", "dashed"), marks.boxes),
        "words": columns(("size", "x", "y", "said", "px", "weight", "tone"), marks.words),
        "across": columns(("size", "left", "right", "y"), marks.across),
        "down": columns(("size", "x", "y", "y2"), marks.down),
        "text": text.columns,
    }
    return Figure(compiled(_layers, theme_name), data, at.NO_HEIGHT, "Patient flow", _alt_text(found, source))


def _levels(found: Flow) -> list[list[_Box]]:
    """Boxes row by row: treated, included, how they began here, what they had here later, the selection."""
    by_key = {one.key: one for one in found.steps}
    treated, included = by_key["treated"], by_key["included"]
    left_out = _out(included)
    levels = [[_trunk(treated), *([_Box(*_ASIDE, *left_out, aside=True)] if left_out else [])], [_trunk(included)]]
    starts = [
        one for one in found.steps if one.key == "prrt_1" or (one.key.endswith("_elsewhere") and "_of_" not in one.key)
    ]
    later = [
        one for one in found.steps if one.parent == "included" and one.key not in {"selected"} and one not in starts
    ]
    for row in (starts, later):
        if row:
            levels.append(_side_by_side([(one.n, _words(one, found)) for one in row]))
    if "selected" in by_key:
        chosen = by_key["selected"]
        outside = f", {count(chosen.excluded)} {chosen.reason}" if chosen.excluded else ""
        levels.append([_Box(0.0, 1.0, chosen.n, f"Selected{outside}", chosen=True)])
    return levels


def _trunk(one: Step) -> _Box:
    return _Box(*_TRUNK, one.n, one.step)


def _out(one: Step) -> tuple[int, str] | None:
    return (one.excluded, f"excluded: {one.reason}") if one.excluded else None


def _words(one: Step, found: Flow) -> str:
    """What a box says, with where its patients came from."""
    parts = [child for child in found.steps if child.parent == one.key and child.n]
    origins = [f"{count(child.n)} {child.step.removeprefix(one.step.removesuffix(' here')).strip()}" for child in parts]
    return "\n".join([one.step, *origins])


def _side_by_side(row: Sequence[tuple[int, str]]) -> list[_Box]:
    share, gap = 1 / len(row), 0.02
    return [
        _Box(i * share + gap * (i > 0) / 2, (i + 1) * share - gap * (i < len(row) - 1) / 2, n, words)
        for i, (n, words) in enumerate(row)
    ]


def _one_size(size: int, levels: Sequence[Sequence[_Box]], shown: Theme, marks: _Marks, min_cell: int) -> float:
    """All rows of one size class from the top; returns where they end."""
    wide = min(room(size), WIDEST) - 4
    y = 0.0
    for i, row in enumerate(levels):
        lines = [_broken(box, (box.right - box.left) * wide - 2 * _PAD) for box in row]
        height = leading(TITLE_SIZE) + max(map(len, lines)) * leading(SMALL_SIZE) + 2 * _PAD
        for box, words in zip(row, lines, strict=True):
            _draw(size, box, words, y, height, shown, marks, min_cell)
        asides = [box for box in row if box.aside]
        for box in asides:
            marks.across.append((size, _TRUNK[1], box.left, y + height / 2))
        y += height
        below = levels[i + 1] if i + 1 < len(levels) else []
        if below and not below[0].chosen:
            _connect(size, [box for box in row if not box.aside], below, y, marks)
        y += _GAP if below else 0
    return y


def _broken(box: _Box, limit: float) -> list[tuple[str, bool]]:
    """The words of a box in lines, and whether each belongs to the first paragraph."""
    paragraphs = box.words.split("\n")
    return [(line, i == 0) for i, one in enumerate(paragraphs) for line in wrap(one, SMALL_SIZE, limit)]


def _draw(
    size: int,
    box: _Box,
    words: Sequence[tuple[str, bool]],
    y: float,
    height: float,
    shown: Theme,
    marks: _Marks,
    min_cell: int,
) -> None:
    stroke = ACCENT if box.chosen else shown.rule
    fill = shown.ground if box.aside else shown.wash
    marks.boxes.append((size, box.left, box.right, y, y + height, stroke, fill, box.aside))
    middle, base = (box.left + box.right) / 2, y + _PAD + TITLE_SIZE - 1
    said = suppressed(min_cell) if 0 < box.n < min_cell else count(box.n)
    marks.words.append((size, middle, base, said, TITLE_SIZE, BOLD, shown.ink))
    for i, (line, first) in enumerate(words):
        base += leading(SMALL_SIZE if i else TEXT_SIZE)
        marks.words.append((size, middle, base, line, SMALL_SIZE, 400, shown.ink if first else shown.muted))


def _connect(size: int, above: Sequence[_Box], below: Sequence[_Box], y: float, marks: _Marks) -> None:
    """Lines from a row to the next: down to a common line, and from it to each box."""
    upper, lower = [[(box.left + box.right) / 2 for box in row] for row in (above, below)]
    if len(upper) == len(lower) == 1 and upper == lower:
        marks.down.append((size, upper[0], y, y + _GAP))
        return
    bus = y + _GAP / 2
    marks.across.append((size, min(upper + lower), max(upper + lower), bus))
    marks.down += [(size, x, y, bus) for x in upper] + [(size, x, bus, y + _GAP) for x in lower]


def _alt_text(found: Flow, source: Provenance | None) -> str:
    said = []
    for one in found.steps:
        out = f" ({count(one.excluded)} {one.reason})" if one.excluded else ""
        said.append(f"{one.step}: {count(one.n)}{out}")
    return sentences(["Flow diagram of patients", *said, *([source.sentence()] if source else [])])


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
            strokeWidth=1.2,
            cornerRadius=2,
        )
        .encode(y=at.row(), y2=alt.Y2("y2")),
        at.data("words").mark_text(
            x=at_share("x"),
            y=alt.expr("datum.y"),
            align="center",
            baseline="alphabetic",
            text=alt.expr("datum.said"),
            fontSize=alt.expr("datum.px"),
            fontWeight=alt.expr("datum.weight"),
            fill=alt.expr("datum.tone"),
        ),
        text_layer(),
    ]

"""Baseline grade against highest grade of one term as a matrix: what lies right of the diagonal has worsened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures.figure import Figure, Line, Text, columns, compiled, foot, head, text_layer
from core.figures.names import sentence_case
from core.figures.provenance import Provenance
from core.figures.stage import Stage, feet, heads, sizes, source_note
from core.figures.theme import ACCENT, BOLD, SMALL_SIZE, TEXT_SIZE, Theme, mix, on, theme
from core.formats import count, plural, sentences, suppressed
from core.small_groups import Below
from core.toxicity import Shift

_LEFT = 92.0
_MISSING = 6
_MEANING = "Outlined: unchanged. Right of it, bold: worsened"
_MUTED = Line("", SMALL_SIZE, tone="muted")


@dataclass(frozen=True)
class _Pitch:
    """Vertical measures, px: a row and its baseline, what stands above and below all rows."""

    row: float
    base: float
    above: float
    below: float


_PAGE = _Pitch(row=34, base=21, above=40, below=6)
_ON_STAGE = _Pitch(row=21, base=15, above=38, below=4)


def shift_figure(
    found: Shift,
    source: Provenance | None = None,
    theme_name: str = "light",
    min_cell: int = 0,
    stage: Stage | None = None,
) -> Figure | str:
    """Draw the shift from baseline of one term.

    Parameters
    ----------
    found : counts by baseline and highest grade
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    min_cell : counts below it are not shown
    stage : draw it for a room; None = for a page or paper

    Returns
    -------
    Figure or str
        The sentence to stand in its place when nobody was assessed.
    """
    name = sentence_case(found.term)
    if not found.assessed:
        return f"{name}: nobody in this selection was assessed for it."
    classes, pitch = sizes(stage), _PAGE if stage is None else _ON_STAGE
    shown, text = theme(theme_name), Text(theme(theme_name), classes)
    down = _shown([sum(row) for row in found.counts])
    across = _shown([sum(row[place] for row in found.counts) for place in range(7)])
    most = max(found.counts[row][column] for row in down for column in across)
    cells: list[tuple[Any, ...]] = []
    for i, row in enumerate(down):
        for j, column in enumerate(across):
            n = found.counts[row][column]
            fill = mix(shown.wash, ACCENT, 0.15 + 0.85 * (n if n >= min_cell else 0) / most) if n else shown.wash
            said = _number(n, min_cell) if n else "·"
            worse = _MISSING not in (row, column) and column > row
            edge = shown.ink if row == column and row != _MISSING else shown.ground
            tone = on(fill) if n else shown.muted
            cells.append(
                (j, len(across), i * pitch.row, (i + 1) * pitch.row, fill, said, tone, BOLD if worse else 400, edge)
            )
        for size in classes:
            text.add(size, _LEFT - 10, i * pitch.row + pitch.base, _named(row), Line("", TEXT_SIZE), "right")
    end = len(down) * pitch.row
    title, fact, selection = f"{name}: from baseline to highest grade", _fact(found), source.selection if source else ""
    for size in classes:
        text.add(size, 0, -7, "Baseline", _MUTED)
        text.add(size, _LEFT, -22, "Highest grade in the window", _MUTED)
    if stage is None:
        text.above(head(title, [fact], selection), -pitch.above)
        below = foot([sentences([_MEANING]), *([source.sentence()] if source else [])])
    else:
        text.above(heads(title, selection, [fact]) if stage.words else [], -pitch.above)
        below = feet([sentences([_MEANING]), source_note(source)]) if stage.words else []
    text.below(below, [end + pitch.below] * len(classes))
    data = {
        "cells": columns(("column", "of", "y", "y2", "fill", "said", "tone", "weight", "edge"), cells),
        "heads": columns(("column", "of", "said"), [(j, len(across), _named(one)) for j, one in enumerate(across)]),
        "text": text.columns,
    }
    alt_text = sentences(
        [f"Matrix of baseline and highest grade, {found.term}", _fact(found), *_rows_in_words(found, min_cell)]
    )
    return Figure(
        compiled(_layers, theme_name, stage=stage is not None),
        data,
        at.NO_HEIGHT,
        f"Shift from baseline, {found.term}",
        alt_text,
    )


def _shown(totals: list[int]) -> list[int]:
    """Grades 0 to 4, and grade 5 and missing where there are any."""
    return [place for place, n in enumerate(totals) if place < 5 or n]


def _number(n: int, min_cell: int) -> str:
    return suppressed(min_cell) if 0 < n < min_cell else count(n)


def _named(place: int) -> str:
    return "Missing" if place == _MISSING else f"Grade {place}"


def _fact(found: Shift) -> str:
    if any(isinstance(n, Below) for row in found.counts for n in row):  # no sum of what is hidden
        return f"{plural(found.assessed, 'patient')} assessed"
    worse = sum(n for row in range(6) for n in found.counts[row][row + 1 : 6])
    known = sum(n for row in range(6) for n in found.counts[row][:6])
    return f"Worsened: {count(worse)} of {plural(known, 'patient')} with both grades; {count(found.assessed)} assessed"


def _rows_in_words(found: Shift, min_cell: int) -> list[str]:
    said = []
    for row, counts in enumerate(found.counts):
        cells = [f"{_named(column).lower()} {_number(n, min_cell)}" for column, n in enumerate(counts) if n]
        if cells:
            said.append(f"Baseline {_named(row).lower()}: highest {', '.join(cells)}")
    return said


def _layers(shown: Theme) -> list[alt.Chart]:
    cells, heads = alt.Chart(alt.NamedData(name="cells")), alt.Chart(alt.NamedData(name="heads"))
    step = f"min(96, (width - {_LEFT}) / datum.of)"
    left, right = f"{_LEFT} + datum.column * {step}", f"{_LEFT} + (datum.column + 1) * {step}"
    middle = f"{_LEFT} + (datum.column + 0.5) * {step}"
    return [
        cells.mark_rect(
            x=alt.expr(f"{left} + 1.5"),
            x2=alt.expr(f"{right} - 1.5"),
            yOffset=1.5,
            y2Offset=-1.5,
            fill=alt.expr("datum.fill"),
            stroke=alt.expr("datum.edge"),
            strokeWidth=1,
        ).encode(y=at.row(), y2=alt.Y2("y2")),
        cells.mark_text(
            x=alt.expr(middle),
            align="center",
            baseline="middle",
            fontSize=TEXT_SIZE,
            fontWeight=alt.expr("datum.weight"),
            text=alt.expr("datum.said"),
            fill=alt.expr("datum.tone"),
            y=alt.expr("(datum.y + datum.y2) / 2"),
        ),
        heads.mark_text(
            x=alt.expr(middle),
            y=-7,
            align="center",
            baseline="alphabetic",
            fontSize=SMALL_SIZE,
            text=alt.expr(f"{step} < 52 ? replace(datum.said, 'Grade ', '') : datum.said"),
            fill=shown.muted,
        ),
        text_layer(),
    ]

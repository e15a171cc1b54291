"""Response by RECIST 1.1 as stacked bars, with objective response and disease control and their exact intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from core.dictionary import Field
from core.fields import FIELDS
from core.figures import rows as at
from core.figures.figure import (
    SIZES,
    STAGE,
    Figure,
    Line,
    Text,
    columns,
    compiled,
    foot,
    head,
    leading,
    room,
    text_layer,
)
from core.figures.names import level_label
from core.figures.portions import portions
from core.figures.provenance import Provenance
from core.figures.stage import Stage, counted, feet, heads, source_note
from core.figures.text import width, wrap
from core.figures.theme import SMALL_SIZE, TEXT_SIZE, Style, Theme, on, styles, theme
from core.formats import count, count_percent, percent, plural, sentences, span
from core.response import EVALUABLE, Proportion, Response, ResponseTable

NAMES = {"CR": "complete", "PR": "partial", "SD": "stable", "PD": "progression"}
MOST_GROUPS = 10
LABELS = (0.0, 0.0, 134.0, 190.0, 0.0)
NUMBERS = (0.0, 0.0, 268.0, 288.0, 0.0)
"""Width of the columns left and right of the bars, px, for each size class, the last for a room; without them the text
stands above and below the bars."""
_BESIDE = (2, 3)
"""Size classes in which the text stands beside the bars."""
_ABOVE, _STAGE_ABOVE = 26.0, 20.0
"""What stands above the bars, px."""
_BAR = 26.0
_X = alt.Scale(domain=[0, 100], range=at.plot_range(LABELS, NUMBERS), nice=False)
_INK, _BOLD = Line("", TEXT_SIZE), Line("", TEXT_SIZE, bold=True)
_MUTED = Line("", SMALL_SIZE, tone="muted")
_RATES = (("ORR", "Objective response", "CR + PR"), ("DCR", "Disease control", "CR + PR + SD"))


@dataclass(frozen=True)
class _Marks:
    """Rows of the data sets of the layout."""

    text: Text
    look: Mapping[str, Style]
    min_cell: int
    segments: list[tuple[Any, ...]] = field(default_factory=list)
    inside: list[tuple[Any, ...]] = field(default_factory=list)


def response_figure(
    found: ResponseTable,
    field: Field | None = None,
    source: Provenance | None = None,
    theme_name: str = "light",
    min_cell: int = 0,
) -> Figure | str:
    """Draw the response of everybody, and of each group.

    Parameters
    ----------
    found : response of a selection
    field : that divides the groups, for their names
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    min_cell : groups with a response of fewer patients are named without a bar

    Returns
    -------
    Figure or str
        The sentence to stand in its place when nobody is evaluable.
    """
    if not found.overall.evaluable:
        return f"Response: {' '.join(str(one) for one in found.warnings) or 'no selected course is evaluable.'}"
    bars, title = _bars(found, field), _title(found, field)
    above = head(title, (), source.selection if source else "")
    return _drawn(found, bars, title, source, theme_name, min_cell, above, foot(_notes(found, source)), SIZES)


def response_parts(
    found: ResponseTable,
    field: Field | None,
    source: Provenance | None,
    theme_name: str,
    min_cell: int,
    stage: Stage,
) -> tuple[Figure, ...]:
    """The same for a room, in as many parts as its groups need; () where nobody is evaluable.

    Parameters
    ----------
    found, field, source, theme_name, min_cell : as of `response_figure`
    stage : what the place leaves for each part
    """
    if not found.overall.evaluable:
        return ()
    bars, title = _bars(found, field), _title(found, field)
    selection, notes = source.selection if source else "", [*_left(found), source_note(source)]
    limit = stage.inside(f"{title} (88 of 88)", selection, (), notes) - _STAGE_ABOVE
    tried = _Marks(Text(theme(theme_name), (STAGE,)), _look(theme_name), min_cell)
    heights = [_stacked(STAGE, 0.0, label, one, tried, found.conf_level) for label, one in bars]
    cut = portions(heights, limit)
    made = []
    for place, some in enumerate(cut, start=1):
        above = heads(counted(title, place, len(cut)), selection) if stage.words else []
        below = feet(notes) if stage.words else []
        shown = [bars[one] for one in some]
        made.append(_drawn(found, shown, title, source, theme_name, min_cell, above, below, (STAGE,)))
    return tuple(made)


def _drawn(
    found: ResponseTable,
    bars: Sequence[tuple[str, Response]],
    title: str,
    source: Provenance | None,
    theme_name: str,
    min_cell: int,
    above: Sequence[Line],
    below: Sequence[Line],
    sizes: Sequence[int],
) -> Figure:
    """These bars, with these words around them."""
    marks = _Marks(Text(theme(theme_name), sizes), _look(theme_name), min_cell)
    ends = []
    for size in sizes:
        y = 0.0 if size == STAGE else 6.0
        for label, one in bars:
            y = (_beside if size in _BESIDE else _stacked)(size, y, label, one, marks, found.conf_level)
        ends.append(y)
    marks.text.above(above, -_STAGE_ABOVE if STAGE in sizes else -_ABOVE)
    keys = _keys(marks, found.conf_level, sizes)
    marks.text.below(below, ends)
    data = {
        "segments": columns(("size", "from", "to", "y", "y2", "colour", "what"), marks.segments),
        "inside": columns(("size", "at", "y", "n", "fill"), marks.inside),
        "keys": keys,
        "text": marks.text.columns,
    }
    said = _alt_text(bars, title, marks, source)
    return Figure(
        compiled(_layers, theme_name, stage=STAGE in sizes), data, at.NO_HEIGHT, "Response by RECIST 1.1", said
    )


def _look(theme_name: str) -> Mapping[str, Style]:
    return styles(EVALUABLE, theme_name, field=FIELDS["recist_response"])


def _title(found: ResponseTable, field: Field | None) -> str:
    return f"Response (RECIST 1.1){_by(found, field)}"


def _bars(found: ResponseTable, field: Field | None) -> list[tuple[str, Response]]:
    """Names and responses from the top: everybody, then the groups; a selection beside the rest is everybody itself."""
    groups = [(level_label(one.level, field), one) for one in found.groups[:MOST_GROUPS]]
    against_rest = found.by is not None and bool(found.by.pair)
    return groups if groups and (against_rest or len(groups) == 1) else [("All selected", found.overall), *groups]


def _by(found: ResponseTable, field: Field | None) -> str:
    if not found.groups or found.by is None:
        return ""
    if found.by.pair:
        return ", selection and rest"
    name = (field.short or field.label) if field is not None else ""
    return f" by {name if name[1:] != name[1:].lower() else name.lower()}" if name else ""


def _beside(size: int, y: float, label: str, one: Response, marks: _Marks, conf_level: float) -> float:
    """One group with its name left and its rates right of the bar; returns where the next starts."""
    text, limit = marks.text, LABELS[size] - 12
    unsaid = _bar(size, y, one, marks)
    base = y + 12
    for said in wrap(label, TEXT_SIZE, limit, bold=True):
        text.add(size, 0, base, said, _BOLD)
        base += leading(SMALL_SIZE)
    for said in [line for part in (_of(one), *unsaid) for line in wrap(part, SMALL_SIZE, limit)]:
        text.add(size, 0, base, said, _MUTED)
        base += leading(SMALL_SIZE)
    if not _withheld(one, marks):
        for right, rate in zip((-NUMBERS[size] / 2, -2.0), (one.orr, one.dcr), strict=True):
            text.add(size, right, y + 12, _rate(rate), _INK, "right")
            text.add(size, right, y + 27, f"{count(rate.n)} of {count(rate.total)}", _MUTED, "right")
    return max(base - 2, y + _BAR + 8) + 6


def _stacked(size: int, y: float, label: str, one: Response, marks: _Marks, conf_level: float) -> float:
    """One group with its name above and its rates below the bar; returns where the next starts."""
    text = marks.text
    *above, last = wrap(label, TEXT_SIZE, room(size) - 8, bold=True)
    for said in above:
        text.add(size, 0, y + 12, said, _BOLD)
        y += leading(TEXT_SIZE)
    text.add(size, 0, y + 12, last, _BOLD)
    unsaid = _bar(size, y + 19, one, marks)
    facts, start = "; ".join((_of(one), *unsaid)), width(last, TEXT_SIZE, bold=True) + 8
    beside = start + width(facts, SMALL_SIZE) <= room(size) - 4
    if beside:
        text.add(size, start, y + 12, facts, _MUTED)
    y += 19 + _BAR + 2
    for said in () if beside else wrap(facts, SMALL_SIZE, room(size) - 8):
        y += leading(SMALL_SIZE)
        text.add(size, 0, y, said, _MUTED)
    if _withheld(one, marks):
        return y + 14
    if size == STAGE:
        y += leading(SMALL_SIZE, size)
        for x, align, rate, name in ((0, "left", one.orr, "ORR"), (-2, "right", one.dcr, "DCR")):
            text.add(size, x, y, f"{name} {_rate(rate, conf_level)}", Line("", SMALL_SIZE), align)
        return y + 12
    for (_, name, _), rate in zip(_RATES, (one.orr, one.dcr), strict=True):
        y += leading(TEXT_SIZE)
        text.add(size, 0, y, f"{name} {_rate(rate, conf_level)}", _INK)
        text.add(size, -2, y, f"{count(rate.n)} of {count(rate.total)}", _MUTED, "right")
    return y + 14


def _bar(size: int, y: float, one: Response, marks: _Marks) -> list[str]:
    """The segments of a bar; returns what has no room inside them."""
    if _withheld(one, marks):
        x = LABELS[size]
        said = (
            f"A response of fewer than {marks.min_cell} patients is not shown."
            if one.evaluable
            else "Nobody is evaluable."
        )
        marks.text.add(size, x, y + 12, said, _MUTED)
        return []
    start, unsaid = 0.0, []
    for name in EVALUABLE:
        n = one.counts[name]
        if not n:
            continue
        share, colour = 100 * n / one.evaluable, marks.look[name].colour
        said = f"{name} {count_percent(n, one.evaluable)}"
        marks.segments.append((size, start, start + share, y, y + _BAR, colour, said))
        there = share / 100 * (room(size) - LABELS[size] - NUMBERS[size]) - 8
        short = next((text for text in (said, f"{name} {n}") if width(text, SMALL_SIZE) <= there), "")
        if short:
            marks.inside.append((size, start + share / 2, y + _BAR / 2, short, on(colour)))
        else:
            unsaid.append(said)
        start += share
    return unsaid


def _withheld(one: Response, marks: _Marks) -> bool:
    return not one.evaluable or any(0 < n < marks.min_cell for n in one.counts.values())


def _of(one: Response) -> str:
    return f"{count(one.evaluable)} evaluable of {count(one.n)}"


def _rate(one: Proportion, conf_level: float | None = None) -> str:
    if one.percent is None or one.lower is None or one.upper is None:
        return "not shown" if one.total else "nobody is evaluable"
    what = "" if conf_level is None else f"{100 * conf_level:g}% CI "
    return f"{percent(one.percent / 100)} ({what}{span(f'{one.lower:.1f}', f'{one.upper:.1f}')})"


def _keys(marks: _Marks, conf_level: float, sizes: Sequence[int]) -> Any:
    """Samples of the shades above the bars, and the heads of the rates."""
    samples = []
    for size in sizes:
        x = 0.0
        for name in EVALUABLE:
            said = f"{name} {NAMES[name]}"
            samples.append((size, x + 5, -10.0, marks.look[name].colour))
            marks.text.add(size, x + 15, -6, said, _MUTED)
            x += 15 + width(said, SMALL_SIZE) + 14
        if size in _BESIDE:
            for right, (short, _, _) in zip((-NUMBERS[size] / 2, -2.0), _RATES, strict=True):
                marks.text.add(size, right, -6, f"{short} ({100 * conf_level:g}% CI)", _MUTED, "right")
    return columns(("size", "x", "y", "colour"), samples)


def _left(found: ResponseTable) -> list[str]:
    """Who stands in no bar."""
    one = found.overall
    left = [f"{count(one.not_evaluable)} not evaluable (NE)"] * bool(one.not_evaluable)
    left += [f"{plural(one.missing, 'response')} not stated"] * bool(one.missing)
    notes = [sentences([f"Not in the denominators: {' and '.join(left)}"])] if left else []
    if found.groups and found.strata_missing:
        notes.append(sentences([f"{plural(found.strata_missing, 'patient')} without a value stand in no group"]))
    more = len(found.groups) - MOST_GROUPS
    if more > 0:
        notes.append(sentences([f"{plural(more, 'more group')} without a bar: see the table"]))
    return notes


def _notes(found: ResponseTable, source: Provenance | None) -> list[str]:
    notes = _left(found)
    means = "; ".join(f"{short}: {name.lower()}, {what}" for short, name, what in _RATES)
    method = found.method.replace("two-sided", f"two-sided {100 * found.conf_level:g}%")
    notes.append(sentences([means, method]))
    return [*notes, source.sentence()] if source is not None else notes


def _alt_text(bars: Sequence[tuple[str, Response]], title: str, marks: _Marks, source: Provenance | None) -> str:
    said = []
    for label, one in bars:
        counts = ", ".join(f"{name} {n}" for name, n in one.counts.items())
        rates = "; ".join(
            f"{name.lower()} {_rate(rate)}" for (_, name, _), rate in zip(_RATES, (one.orr, one.dcr), strict=True)
        )
        shown = "not shown" if _withheld(one, marks) else f"{counts}; {rates}"
        said.append(f"{label}: {_of(one)}; {shown}")
    return sentences([f"Stacked bars: {title}", *said, *([source.selection, source.sentence()] if source else [])])


def _layers(shown: Theme) -> list[alt.Chart]:
    return [
        at.data("segments")
        .mark_rect(stroke=shown.ground, strokeWidth=1, tooltip=alt.expr("datum.what"))
        .encode(
            x=alt.X("from", type="quantitative", scale=_X, axis=None),
            x2="to",
            y=at.row(),
            y2=alt.Y2("y2"),
            color=at.raw("colour"),
        ),
        at.data("inside")
        .mark_text(
            align="center",
            baseline="middle",
            fontSize=SMALL_SIZE,
            text=alt.expr("datum.n"),
            fill=alt.expr("datum.fill"),
        )
        .encode(x=alt.X("at", type="quantitative", scale=_X, axis=None), y=at.row()),
        at.data("keys")
        .mark_point(shape="square", filled=True, size=90, opacity=1)
        .encode(x=alt.X("x", type="quantitative", scale=None, axis=None), y=at.row(), color=at.raw("colour")),
        text_layer(),
    ]

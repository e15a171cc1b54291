"""Response by RECIST 1.1 as stacked bars, with objective response and disease control and their exact intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from core.dictionary import Field
from core.fields import FIELDS
from core.figures import rows as at
from core.figures.figure import SIZES, Figure, Line, Text, columns, compiled, foot, head, leading, room, text_layer
from core.figures.names import level_label, sentence_case
from core.figures.provenance import Provenance
from core.figures.text import width, wrap
from core.figures.theme import SMALL_SIZE, TEXT_SIZE, Style, Theme, on, styles, theme
from core.formats import count, percent, plural, sentences, span
from core.response import EVALUABLE, Proportion, Response, ResponseTable
from core.strata import SELECTION, Strata

NAMES = {"CR": "complete", "PR": "partial", "SD": "stable", "PD": "progression"}
_BAR = 26.0
_X = alt.Scale(domain=[0, 100], range=[0, alt.expr("width")], nice=False)
_MUTED = Line("", SMALL_SIZE, tone="muted")


def response_figure(
    found: ResponseTable,
    field: Field | None = None,
    source: Provenance | None = None,
    theme_name: str = "light",
    min_cell: int = 0,
) -> Figure | str:
    """Draw the response of everybody, or of each group.

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
    shown = theme(theme_name)
    bars = [(_label(one, field), one) for one in (found.groups or (found.overall,))]
    text = Text(shown)
    look = styles(EVALUABLE, theme_name, field=FIELDS["recist_response"])
    segments: list[tuple[Any, ...]] = []
    inside: list[tuple[Any, ...]] = []
    y = [4.0 for _ in SIZES]
    for label, one in bars:
        for size in SIZES:
            y[size] = _one(size, y[size], label, one, found.conf_level, look, text, segments, inside, min_cell)
    title = "Response by RECIST 1.1" + (f", {_by(found.by, field)}" if found.by and found.groups else "")
    text.above(head(title, _facts(found), source.selection if source else ""), -26)
    keys = _keys(text, look)
    text.below(foot(_notes(found, source)), [place + 2 for place in y])
    data = {
        "segments": columns(("size", "from", "to", "y", "y2", "colour", "what"), segments),
        "inside": columns(("size", "at", "y", "n", "fill"), inside),
        "keys": keys,
        "text": text.columns,
    }
    said = _alt_text(bars, title, source)
    return Figure(compiled(_layers, theme_name), data, at.NO_HEIGHT, "Response by RECIST 1.1", said)


def _by(strata: Strata, field: Field | None) -> str:
    label = (
        strata.label({strata.field: field} if field is not None else {}) if field or strata.field == SELECTION else ""
    )
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _label(one: Response, field: Field | None) -> str:
    return level_label(one.level, field) if one.level else "All patients"


def _one(
    size: int,
    y: float,
    label: str,
    one: Response,
    conf_level: float,
    look: Mapping[str, Style],
    text: Text,
    segments: list[tuple[Any, ...]],
    inside: list[tuple[Any, ...]],
    min_cell: int,
) -> float:
    """Name, bar and proportions of one group; returns where the next starts."""
    text.add(size, 0, y + 14, label, Line("", TEXT_SIZE, bold=True))
    of = f"{count(one.evaluable)} evaluable of {count(one.n)}"
    text.add(size, width(label, TEXT_SIZE, bold=True) + 8, y + 14, of, _MUTED)
    y += 21
    if any(0 < n < min_cell for n in one.counts.values()):
        text.add(size, 0, y + 12, f"A response of fewer than {min_cell} patients is not shown.", _MUTED)
        return y + 30
    start = 0.0
    for name in EVALUABLE:
        n = one.counts[name]
        if not n:
            continue
        share = 100 * n / one.evaluable
        segments.append((size, start, start + share, y, y + _BAR, look[name].colour, f"{name}: {n} ({share:.1f}%)"))
        for said in (f"{name} {n} ({percent(n / one.evaluable)})", f"{name} {n}", str(n)):
            if share / 100 * room(size) >= width(said, SMALL_SIZE) + 8:
                inside.append((size, start + share / 2, y + _BAR / 2, said, on(look[name].colour)))
                break
        start += share
    y += _BAR + 3
    orr = _proportion("Objective response (CR + PR)", one.orr)
    dcr = _proportion("disease control (CR + PR + SD)", one.dcr)
    for said in wrap(f"{orr}; {dcr}" if size else f"{orr}\n{sentence_case(dcr)}", TEXT_SIZE, room(size) - 4):
        y += leading(TEXT_SIZE)
        text.add(size, 0, y, said, Line("", TEXT_SIZE))
    return y + 18


def _proportion(name: str, one: Proportion) -> str:
    if one.percent is None or one.lower is None or one.upper is None:
        return f"{name}: nobody is evaluable"
    limits = span(f"{one.lower:.1f}", f"{one.upper:.1f}")
    return f"{name} {percent(one.percent / 100)} ({limits}), {count(one.n)} of {count(one.total)}"


def _facts(found: ResponseTable) -> list[str]:
    if not found.groups:
        return []
    one = found.overall
    return [f"All: {_proportion('objective response', one.orr)}; {_proportion('disease control', one.dcr)}"]


def _keys(text: Text, look: Mapping[str, Style]) -> Any:
    samples = []
    for size in SIZES:
        x = 0.0
        for name in EVALUABLE:
            said = f"{name} {NAMES[name]}"
            samples.append((size, x + 5, -10.0, look[name].colour))
            text.add(size, x + 15, -6, said, _MUTED)
            x += 15 + width(said, SMALL_SIZE) + 14
    return columns(("size", "x", "y", "colour"), samples)


def _notes(found: ResponseTable, source: Provenance | None) -> list[str]:
    one = found.overall
    left = [f"{count(one.not_evaluable)} not evaluable (NE)"] * bool(one.not_evaluable)
    left += [f"{plural(one.missing, 'response')} not stated"] * bool(one.missing)
    notes = [sentences([f"Not in the denominators: {' and '.join(left)}"])] if left else []
    if found.groups and found.strata_missing:
        notes.append(sentences([f"{plural(found.strata_missing, 'patient')} without a group left out of the bars"]))
    method = found.method.replace("two-sided", f"two-sided {100 * found.conf_level:g}%")
    notes.append(sentences([method]))
    return [*notes, source.sentence()] if source is not None else notes


def _alt_text(bars: Sequence[tuple[str, Response]], title: str, source: Provenance | None) -> str:
    said = []
    for label, one in bars:
        counts = ", ".join(f"{name} {n}" for name, n in one.counts.items())
        rates = f"{_proportion('objective response', one.orr)}; {_proportion('disease control', one.dcr)}"
        said.append(f"{label}: {counts} of {count(one.evaluable)} evaluable; {rates}")
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

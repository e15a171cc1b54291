"""Adverse events as stacked bars: one bar a term, its length the share of patients, its shades the grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.figures import rows as at
from core.figures.figure import SIZES, STAGE, Figure, Line, Text, columns, compiled, foot, head, room, text_layer
from core.figures.names import level_label, listed, sentence_case
from core.figures.portions import portions
from core.figures.provenance import Provenance
from core.figures.stage import Stage, counted, feet, heads, source_note
from core.figures.text import shorten, width
from core.figures.theme import SMALL_SIZE, TEXT_SIZE, Theme, on, theme
from core.formats import count, count_percent, percent, sentences, span
from core.small_groups import Below
from core.term_counts import TermToxicity
from core.toxicity import Toxicity
from core.toxicity_preset import ABOVE_PERCENT, GROUP_ORDER, any_grade

LABELS = (142.0, 150.0, 176.0, 200.0, 156.0)
NUMBERS = (104.0, 104.0, 176.0, 176.0, 140.0)
"""Width of the columns left and right of the bars, px, for each size class; the last for a room."""
GRADES = (1, 2, 3, 4, 5)
_WITH_COUNTS = 2
"""Size class from which numbers stand beside the percentages."""
_SHADES = (0, 1, 3, 4, 5)
"""Stop of the ordered ramp of each grade: the step from grade 2 to 3 is the widest."""
_KEYS = {"highest": "Grade", "delta": "Delta", "paper": "Grade or delta"}
_X = alt.Scale(domain=[0, 100], range=at.plot_range(LABELS, NUMBERS), nice=False)
_MUTED = Line("", SMALL_SIZE, tone="muted")


@dataclass(frozen=True)
class _Pitch:
    """Vertical measures, px: a row, its bar, a group's head and its baseline, a row's baseline; what stands above and
    below all rows."""

    row: float
    bar: float
    head: float
    head_base: float
    base: float
    above: float
    below: float


_PAGE = _Pitch(row=23, bar=15, head=26, head_base=17, base=12, above=26, below=22)
_ON_STAGE = _Pitch(row=16, bar=13, head=17, head_base=12, base=10.5, above=20, below=19)
_SAID = {
    "highest": "Bars: highest grade in the window",
    "delta": "Bars: delta highest grade (worsening from baseline, in grades); terms without a delta by highest grade",
    "paper": "Bars as the paper counts: laboratory terms with a baseline by delta highest grade, the others by highest "
    f"grade; terms above {ABOVE_PERCENT:g}%. Grade 3–4: highest grade",
}


_SHORT = {
    "highest": "Highest grade in the window; percent of those assessed for the term.",
    "delta": "Delta highest grade; percent of those assessed for the term.",
    "paper": "Laboratory terms with a baseline by delta highest grade, the others by highest grade; "
    f"terms above {ABOVE_PERCENT:g}%.",
}
"""What the bars show, for a room."""


def toxicity_figure(
    found: Toxicity,
    notion: str = "highest",
    source: Provenance | None = None,
    theme_name: str = "light",
    level: str = "",
    min_cell: int = 0,
) -> Figure | str:
    """Draw the grades of each term.

    Parameters
    ----------
    found : grades of a selection
    notion : "highest", "delta" or "paper": what any grade means
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    level : of the strata; "" = everybody
    min_cell : terms with a grade of fewer patients show their total only

    Returns
    -------
    Figure or str
        The sentence to stand in its place when no term has been assessed, or none has occurred.
    """
    terms = _terms(found.of(level), notion)
    if not terms:
        return _nothing(found, level)
    title = _title(level)
    above = head(title, (), source.selection if source else "")
    return _drawn(
        terms, notion, title, source, theme_name, min_cell, above, foot(_notes(found, notion, level, source, min_cell))
    )


def toxicity_parts(
    found: Toxicity, notion: str, source: Provenance | None, theme_name: str, min_cell: int, stage: Stage
) -> tuple[Figure, ...]:
    """The same for a room, in as many parts as its terms need; () where there is nothing to draw.

    Parameters
    ----------
    found, notion, source, theme_name, min_cell : as of `toxicity_figure`
    stage : what the place leaves for each part
    """
    terms, title, notes = _terms(found.of(), notion), _title(""), [_SHORT[notion], source_note(source)]
    selection, pitch = source.selection if source else "", _ON_STAGE
    limit = stage.inside(f"{title} (88 of 88)", selection, (), notes) - pitch.above - pitch.below - 4
    first = {one.group: one.term for one in reversed(terms)}
    heights = [pitch.row + (pitch.head if first[one.group] == one.term else 0) for one in terms]
    cut = portions(heights, limit - pitch.head)
    made = []
    for place, portion in enumerate(cut, start=1):
        above = heads(counted(title, place, len(cut)), selection) if stage.words else []
        below = feet(notes) if stage.words else []
        some = [terms[one] for one in portion]
        made.append(_drawn(some, notion, title, source, theme_name, min_cell, above, below, stage=True))
    return tuple(made)


def _title(level: str) -> str:
    return "Adverse events by CTCAE grade" + (f": {level_label(level).lower()}" if level else "")


def _drawn(
    terms: Sequence[TermToxicity],
    notion: str,
    title: str,
    source: Provenance | None,
    theme_name: str,
    min_cell: int,
    above: Sequence[Line],
    below: Sequence[Line],
    *,
    stage: bool = False,
) -> Figure:
    """These terms, with these words around them."""
    shown, sizes, pitch = theme(theme_name), (STAGE,) if stage else SIZES, _ON_STAGE if stage else _PAGE
    text = Text(shown, sizes)
    bars: list[tuple[Any, ...]] = []
    inside: list[tuple[Any, ...]] = []
    panels: list[tuple[float, float]] = []
    y = 4.0
    for group in dict.fromkeys(one.group for one in terms):
        members = [one for one in terms if one.group == group]
        _group_head(group, members, y + pitch.head_base, text, sizes)
        y += pitch.head
        panels.append((y - 3, y + pitch.row * (len(members) - 1) + pitch.bar + 3))
        for one in members:
            _bar(one, notion, (y, y + pitch.bar), shown, bars, inside, min_cell, sizes)
            _numbers(one, notion, y + pitch.base, text, min_cell, sizes)
            y += pitch.row
    end = panels[-1][1]
    text.above(above, -pitch.above)
    keys = _keys(text, shown, notion, any(_stack(one, notion)[4] for one in terms), sizes)
    text.below(below, [end + pitch.below] * len(sizes))
    data = {
        "bars": columns(("from", "to", "y", "y2", "colour", "what"), bars),
        "inside": columns(("at", "y", "n", "fill", "least"), inside),
        "keys": keys,
        "ticks": columns(("size", "percent", "label", "y", "y2", "strong"), _ticks(panels, sizes)),
        "text": text.columns,
    }
    layout = compiled(_layers, theme_name, stage=stage)
    return Figure(layout, data, at.NO_HEIGHT, title, _alt_text(terms, notion, title, source, min_cell))


def _ticks(panels: Sequence[tuple[float, float]], sizes: Sequence[int]) -> list[tuple[Any, ...]]:
    """Lines behind the bars of each group, labelled below the last; every second label on a phone."""
    return [
        (size, share, f"{share}%" if last and (size or share % 50 == 0) else "", top, bottom, share == 0)
        for size in sizes
        for share in (0, 25, 50, 75, 100)
        for top, bottom, last in ((*panel, panel is panels[-1]) for panel in panels)
    ]


def _terms(rows: Sequence[TermToxicity], notion: str) -> list[TermToxicity]:
    """Terms to draw, by group, then by frequency."""
    least = ABOVE_PERCENT / 100 if notion == "paper" else 0.0
    kept = [one for one in rows if one.assessed and _total(one, notion) > least * one.assessed]
    return sorted(kept, key=lambda one: (GROUP_ORDER.index(one.group), -_total(one, notion) / one.assessed, one.term))


def _stack(one: TermToxicity, notion: str) -> tuple[int, ...]:
    """Patients by grade (or delta) 1 to 5."""
    return one.delta[1:] if one.delta is not None and _by_delta(one, notion) else one.highest[1:]


def _total(one: TermToxicity, notion: str) -> int:
    """Patients of any of these grades."""
    by_delta = one.any_grade_delta is not None and _by_delta(one, notion)
    return (one.any_grade_delta or 0) if by_delta else one.any_grade_highest


def _by_delta(one: TermToxicity, notion: str) -> bool:
    return any_grade(one)[1] if notion == "paper" else notion == "delta" and one.delta is not None


def _bar(
    one: TermToxicity,
    notion: str,
    between: tuple[float, float],
    shown: Theme,
    bars: list[tuple[Any, ...]],
    inside: list[tuple[Any, ...]],
    min_cell: int,
    sizes: Sequence[int],
) -> None:
    """Segments of one term from row to row, px, and their counts where they fit."""
    start, (top, bottom) = 0.0, between
    stack = _stack(one, notion)
    if 0 < _total(one, notion) < min_cell:
        return
    if any(0 < n < min_cell for n in stack):
        bars.append((0.0, 100 * _total(one, notion) / one.assessed, top, bottom, shown.rule, sentence_case(one.term)))
        return
    delta = "delta" if _by_delta(one, notion) else "grade"
    for grade, n, shade in zip(GRADES, stack, _SHADES, strict=True):
        if not n:
            continue
        share, colour = 100 * n / one.assessed, shown.ramp[shade]
        what = f"{sentence_case(one.term)}, {delta} {grade}: {_written_of(n, one.assessed)}"
        bars.append((start, start + share, top, bottom, colour, what))
        needed = width(str(n), SMALL_SIZE) + 5
        fits = [size for size in sizes if share / 100 * (room(size) - LABELS[size] - NUMBERS[size]) >= needed]
        if fits:
            inside.append((start + share / 2, (top + bottom) / 2, count(n), on(colour), fits[0]))
        start += share


def _numbers(one: TermToxicity, notion: str, base: float, text: Text, min_cell: int, sizes: Sequence[int]) -> None:
    any_n = _total(one, notion)
    for size in sizes:
        name = shorten(sentence_case(one.term), TEXT_SIZE, LABELS[size] - 8)
        text.add(size, 0, base, name, Line("", TEXT_SIZE))
        half = NUMBERS[size] / 2
        for x, n in ((-half, any_n), (-2.0, one.grade_3_4)):
            text.add(size, x, base, _written(n, one.assessed, size, min_cell), Line("", SMALL_SIZE), "right")


def _written_of(n: int, of: int) -> str:
    """ "12 of 107 (11.2%)"; "<5 of 105" """
    return f"{n} of {of}" if isinstance(n, Below) else f"{n} of {of} ({100 * n / of:.1f}%)"


def _written(n: int, of: int, size: int, min_cell: int) -> str:
    if size >= _WITH_COUNTS or 0 < n < min_cell or isinstance(n, Below):
        return count_percent(n, of, min_cell)
    return percent(n / of) if n else "0"


def _group_head(group: str, terms: Sequence[TermToxicity], base: float, text: Text, sizes: Sequence[int]) -> None:
    known = sorted({one.assessed for one in terms})
    assessed = count(known[0]) if len(known) == 1 else span(count(known[0]), count(known[-1]))
    name = sentence_case(group)
    for size in sizes:
        text.add(size, 0, base, name, Line("", TEXT_SIZE, bold=True))
        text.add(size, width(name, TEXT_SIZE, bold=True) + 8, base, f"{assessed} assessed", _MUTED)


def _keys(text: Text, shown: Theme, notion: str, with_death: bool, sizes: Sequence[int]) -> Any:
    """Samples of the grades above the bars, and the heads of the numbers."""
    grades = GRADES if with_death else GRADES[:-1]
    samples = []
    start = width(_KEYS[notion], SMALL_SIZE) + 16
    for size in sizes:
        text.add(size, 0, -6, _KEYS[notion], _MUTED)
        for place, grade in enumerate(grades):
            samples.append((size, start + 30 * place, -10.0, shown.ramp[_SHADES[grade - 1]]))
            text.add(size, start + 9 + 30 * place, -6, str(grade), _MUTED)
        words = ("Any grade", "Grade 3–4") if size >= _WITH_COUNTS else ("Any", "3–4")
        for x, word in zip((-NUMBERS[size] / 2, -2.0), words, strict=True):
            text.add(size, x, -6, word, _MUTED, "right")
    return columns(("size", "x", "y", "colour"), samples)


def _notes(found: Toxicity, notion: str, level: str, source: Provenance | None, min_cell: int) -> list[str]:
    told = f"{_SAID[notion]}. A patient counts once per term; percent of those assessed for it"
    quiet = [one.term for one in found.of(level) if one.assessed and not _total(one, notion)]
    notes = [sentences([told, f"None: {listed(quiet)}" if quiet and notion != "paper" else ""])]
    if any(0 < n < min_cell for one in found.of(level) for n in _stack(one, notion)):
        notes.append(f"Grey: total only, as a grade concerns fewer than {min_cell} patients.")
    notes += [sentences([found.method]), *(str(one) for one in found.warnings)]
    return [*notes, source.sentence()] if source is not None else notes


def _nothing(found: Toxicity, level: str) -> str:
    if any(one.assessed for one in found.of(level)):
        return "Adverse events: none of grade 1 or more among the patients assessed."
    told = " ".join(str(one) for one in found.warnings) or "Nobody in this selection was assessed for any term."
    return f"Adverse events: {told[:1].lower()}{told[1:]}"


def _alt_text(terms: Sequence[TermToxicity], notion: str, title: str, source: Provenance | None, min_cell: int) -> str:
    said = [
        f"{sentence_case(one.term)}: any grade {count_percent(_total(one, notion), one.assessed, min_cell)}, "
        f"grade 3–4 {count_percent(one.grade_3_4, one.assessed, min_cell)} of {count(one.assessed)}"
        for one in terms
    ]
    return sentences([f"Stacked bars: {title}", *said, *([source.selection, source.sentence()] if source else [])])


def _layers(shown: Theme) -> list[alt.Chart]:
    x = alt.X("percent", type="quantitative", scale=_X, axis=None)
    bars = alt.Chart(alt.NamedData(name="bars"))
    inside = alt.Chart(alt.NamedData(name="inside")).transform_filter("datum.least <= size")
    room_of_one_percent = f"(width - {at.by_size(LABELS)} - {at.by_size(NUMBERS)}) / 100"
    gap = alt.expr(f"(datum.to - datum.from) * {room_of_one_percent} < 5 ? 0 : 1")
    return [
        *at.grid(shown, x),
        bars.mark_rect(stroke=shown.ground, strokeWidth=gap, tooltip=alt.expr("datum.what")).encode(
            x=alt.X("from", type="quantitative", scale=_X, axis=None),
            x2="to",
            y=at.row(),
            y2=alt.Y2("y2"),
            color=at.raw("colour"),
        ),
        at.data("ticks")
        .transform_filter("datum.strong")
        .mark_rule(stroke=shown.rule)
        .encode(x=x, y=at.row(), y2=alt.Y2("y2")),
        inside.mark_text(
            align="center",
            baseline="middle",
            fontSize=SMALL_SIZE,
            text=alt.expr("datum.n"),
            fill=alt.expr("datum.fill"),
        ).encode(x=alt.X("at", type="quantitative", scale=_X, axis=None), y=at.row()),
        at.data("keys")
        .mark_point(shape="square", filled=True, size=90, opacity=1)
        .encode(x=alt.X("x", type="quantitative", scale=None, axis=None), y=at.row(), color=at.raw("colour")),
        text_layer(),
    ]

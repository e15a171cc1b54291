"""The forest plot of prognostic factors: squares and intervals on a log axis, numbers aligned beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.figures import rows as at
from core.figures.figure import SIZES, STAGE, Figure, Line, Text, compiled, foot, head
from core.figures.forest_rows import (
    ON_STAGE,
    Places,
    Row,
    axis_of,
    blocks_of,
    down,
    layers,
    one_size,
    pitch_of,
    rows_of,
)
from core.figures.names import factor_level, listed, typeset
from core.figures.portions import portions
from core.figures.provenance import Provenance
from core.figures.stage import Stage, counted, feet, heads, source_note
from core.figures.theme import theme
from core.formats import plural, ratio_with_interval, sentences
from core.prognosis import Prognosis
from core.terms import FactorResult, LevelResult

_CONTINUED = " (continued)"


def forest_figure(
    found: Prognosis, label: str, source: Provenance | None = None, theme_name: str = "light"
) -> Figure | str:
    """Draw hazard ratios of each factor alone and of all that entered together.

    Parameters
    ----------
    found : models of one endpoint
    label : name of the endpoint
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"

    Returns
    -------
    Figure or str
        The sentence to stand in its place when no hazard ratio can be estimated.
    """
    known = _known(rows_of(found))
    if not known:
        return _nothing(found, label)
    above = head(_title(label), _facts(found), source.selection if source else "")
    drawn = _Drawn(found, label, source, theme_name, axis_of(known))
    return drawn.figure(rows_of(found), above, foot(_notes(found, source)), SIZES)


def forest_parts(
    found: Prognosis, label: str, source: Provenance | None, theme_name: str, stage: Stage
) -> tuple[Figure, ...]:
    """The same for a room, in as many parts as its rows need; () where there is nothing to draw.

    Parameters
    ----------
    found, label, source, theme_name : as of `forest_figure`
    stage : what the place leaves for each part
    """
    known = _known(rows_of(found))
    if not known:
        return ()
    facts, notes = _facts(found), [source_note(source)]
    selection = source.selection if source else ""
    limit = stage.inside(f"{_title(label)} (88 of 88)", selection, facts, notes) - ON_STAGE.above - ON_STAGE.below
    drawn = _Drawn(found, label, source, theme_name, axis_of(known))
    cut = _cut(blocks_of(found), limit - 4)
    made = []
    for place, some in enumerate(cut, start=1):
        above = heads(counted(_title(label), place, len(cut)), selection, facts) if stage.words else []
        made.append(drawn.figure(some, above, feet(notes) if stage.words else [], (STAGE,)))
    return tuple(made)


def _cut(blocks: Sequence[Sequence[Row]], limit: float) -> list[list[Row]]:
    """Factors in portions of at most `limit` px; one that is higher itself goes on under its name."""
    whole: list[Sequence[Row]] = []
    for block in blocks:
        first, *levels = block
        again = replace(first, label=f"{first.label}{_CONTINUED}")
        room = limit - max(down(STAGE, one) for one in (first, again))
        for part, portion in enumerate(portions([down(STAGE, one) for one in levels], room) or [range(0)]):
            whole.append([again if part else first, *(levels[place] for place in portion)])
    cut = portions([sum(down(STAGE, one) for one in block) for block in whole], limit)
    return [[line for place in portion for line in whole[place]] for portion in cut]


@dataclass(frozen=True)
class _Drawn:
    """What all parts of a figure share: models, words and axis."""

    found: Prognosis
    label: str
    source: Provenance | None
    theme_name: str
    domain: tuple[float, float]

    def figure(
        self, lines: Sequence[Row], above: Sequence[Line], below: Sequence[Line], sizes: Sequence[int]
    ) -> Figure:
        """These rows, with these words around them, for these size classes."""
        shown = theme(self.theme_name)
        text, place = Text(shown, sizes), Places(shown, *self.domain)
        text.above(above, -pitch_of(sizes[0]).above)
        ends = [one_size(size, lines, text, place) for size in sizes]
        text.below(below, [end + pitch_of(size).below for size, end in zip(sizes, ends, strict=True)])
        low, high = self.domain
        data = {"axis": {"low": [low], "high": [high]}, "text": text.columns, **place.columns()}
        layout = compiled(layers, self.theme_name, stage=STAGE in sizes)
        said = _alt_text(self.found, self.label, self.source, _facts(self.found))
        return Figure(layout, data, at.NO_HEIGHT, f"Forest plot, {self.label}", said)


def _title(label: str) -> str:
    return f"Prognostic factors: {label[:1].lower()}{label[1:]}"


def _known(lines: Sequence[Row]) -> list[LevelResult]:
    """Estimates that can be drawn."""
    return [one for line in lines for one in (line.alone, line.together) if one is not None and one.hr is not None]


def _facts(found: Prognosis) -> list[str]:
    together = found.multivariable
    names = {one.factor: one.label for one in together.factors}
    said = [f"{plural(found.n, 'patient')}, {plural(found.events, 'event')}"]
    if together.factors and together.reason is None:
        said.append(f"multivariable model: {plural(together.n, 'patient')}, {plural(together.events, 'event')}")
    lines = ["; ".join(said)]
    if together.independent:
        lines.append(f"Independent (p < 0.05 together): {listed([names[one] for one in together.independent])}")
    elif together.factors and together.reason is None:
        lines.append("No factor is independent (p < 0.05 together)")
    return lines


def _notes(found: Prognosis, source: Provenance | None) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for one in (*found.univariable, *found.multivariable.factors):
        for what, reason in _reasons(one):
            reasons.setdefault(reason, [])
            if what not in reasons[reason]:
                reasons[reason].append(what)
    notes = [sentences([f"{listed(names)}: {reason[:1].lower()}{reason[1:]}"]) for reason, names in reasons.items()]
    together = found.multivariable
    if together.reason:
        notes.append(sentences([f"No multivariable model: {together.reason[:1].lower()}{together.reason[1:]}"]))
    notes += [sentences([one]) for one in (*found.warnings, *together.warnings)]
    method = "Cox model, Efron ties; Wald intervals and two-sided p; intervals beyond the axis end in an arrow"
    notes.append(sentences([method, f"{found.entry} enter the multivariable model"]))
    return [*notes, source.sentence()] if source is not None else notes


def _reasons(one: FactorResult) -> list[tuple[str, str]]:
    if one.reason:
        return [(one.label, typeset(one.reason))]
    return [
        (f"{one.label} {factor_level(one.factor, level.level).lower()}", typeset(level.reason))
        for level in one.levels
        if level.reason and level.n and not level.reference
    ]


def _nothing(found: Prognosis, label: str) -> str:
    if found.hidden:
        return (
            f"{label}: small groups are hidden, and every hazard ratio would tell of fewer than five patients with or "
            "without the event. Widen the selection, or show all counts."
        )
    reasons = [one.reason for one in found.univariable if one.reason]
    why = reasons[0] if reasons and len(set(reasons)) == 1 else "No hazard ratio can be estimated in this selection."
    size = f"{plural(found.n, 'patient')}, {plural(found.events, 'event')}"
    return f"{label}: {why[:1].lower()}{why[1:].removesuffix('.')} ({size}). Widen the selection."


def _alt_text(found: Prognosis, label: str, source: Provenance | None, facts: Sequence[str]) -> str:
    parts = [f"Forest plot of hazard ratios for {label[:1].lower()}{label[1:]}", *facts]
    for kind, factors in (("Univariable", found.univariable), ("Multivariable", found.multivariable.factors)):
        said = [
            f"{one.label} {typeset(level.level)}: {ratio_with_interval(level.hr, level.lower, level.upper)}"
            for one in factors
            for level in one.levels
            if level.hr is not None
        ]
        if said:
            parts.append(f"{kind}: {'; '.join(said)}")
    if source is not None:
        parts += [source.selection, source.sentence()]
    return sentences(parts)

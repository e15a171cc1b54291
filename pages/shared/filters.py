"""The filters of a selection, in the order a clinician thinks: course, grade, primary site, CgA; then the rest.

The sidebar draws those of the selection in view; the page Compare draws them for B too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import streamlit as st

from core.condition import DEFAULTS, MISSING, Condition, Range
from core.dictionary import Field
from core.formats import count
from core.selection import Selection
from core.sentence import short_label
from core.small_groups import rounded
from pages.shared import session, show

THRESHOLD = "cga_ug_l"
STANDING = (("course", "grade"), ("primary_site", THRESHOLD), ("functional", "fdg_pet"))
"""Fields whose filters always stand there, by the part of the filters that they belong to; one more holds the rest."""
PARTS = len(STANDING) + 1
THRESHOLD_STEPS = (50, 112, 200, 336, 500, 1000, 2000, 5000, 10000, 20000)
THRESHOLD_STEP = 50.0
FEW_LEVELS = 12

Counts = Mapping[str, Sequence[tuple[str | None, int]]]


@dataclass(frozen=True)
class Target:
    """Which selection the filters say and change.

    Parameters
    ----------
    prefix : of the controls' keys, so that two selections can stand on one page
    parameter : query parameter with the filters added by search
    current : the selection as it stands
    select : puts another in its place
    """

    prefix: str
    parameter: str
    current: Callable[[], Selection]
    select: Callable[[Selection], None]

    def condition(self, name: str) -> Condition:
        """What the selection asks of a field; an empty condition where it asks nothing."""
        return self.current().condition(name) or Condition(name)

    def put(self, condition: Condition) -> None:
        """Ask something else of a field."""
        self.select(self.current().with_condition(condition))


IN_VIEW = Target("", session.FILTERS, session.selection, session.select)
OTHER = Target("b-", session.FILTERS_OF_B, session.b, session.select_b)
"""B of a comparison of groups."""


def draw(view: session.View, target: Target, parts: Sequence[AbstractContextManager[object]]) -> None:
    """Every filter of a selection, with counts per level under its other filters.

    Parameters
    ----------
    view : whose cohort and options count
    target : Target
    parts : where each of the `PARTS` goes
    """
    fields, selection = view.version.fields, target.current()
    had = _group(fields, "earlier treatment")
    metastases = _group(fields, "metastasis")
    shown = [name for part in STANDING for name in part if name in fields and name != THRESHOLD]
    standing = {*shown, THRESHOLD, *had, *metastases}
    added = _added(target, fields, standing)
    counted = [*shown, *had, *metastases, *(name for name in added if not _by_range(fields[name]))]
    found = view.store.level_counts(view.version, selection, counted, view.options)
    found = {name: [(value, rounded(n, view.options)) for value, n in listed] for name, listed in found.items()}
    counts: Counts = {**found, **_with_absent(found, [*shown, *(name for name in added if name in found)])}
    for part, names in zip(parts, STANDING, strict=False):
        with part:
            for name in names:
                if name == THRESHOLD and name in fields:
                    _threshold(fields[name], target)
                elif name in fields:
                    _levels(fields[name], counts[name], target)
    with parts[-1]:
        for label, group in (("Earlier treatment", had), ("Metastases", metastases)):
            if group:
                _yes_no_group(label, group, fields, counts, target)
        for name in added:
            _added_filter(fields[name], counts.get(name, ()), target)
        _search(fields, {*standing, *added}, target)


def _with_absent(counts: Counts, names: Sequence[str]) -> Counts:
    """The counts with a 0 for what only other patients of the cohort have: no level comes or goes with a click."""
    everywhere = session.levels(names)
    return {
        name: [*counts[name], *((value, 0) for value in everywhere[name] if value not in dict(counts[name]))]
        for name in names
    }


def _group(fields: Mapping[str, Field], role: str) -> list[str]:
    return [name for name, field in fields.items() if field.role == role and field.type == "yes_no"]


def _by_range(field: Field) -> bool:
    return field.type in ("number", "date") or (field.type == "integer" and field.name not in STANDING[0])


def _added(target: Target, fields: Mapping[str, Field], standing: set[str]) -> list[str]:
    """Fields added by search, and those that a shared address selects on."""
    asked = [one.field for one in target.current().conditions if one not in DEFAULTS]
    wanted = dict.fromkeys([*session.added_filters(target.parameter), *asked])
    return [name for name in wanted if name in fields and name not in standing]


def _levels(field: Field, counts: Sequence[tuple[str | None, int]], target: Target) -> None:
    """Pills, one a level, with its count under the other filters; missing is a level like another."""
    present = {MISSING if value is None else value: n for value, n in counts}
    condition = target.condition(field.name)
    chosen = [*condition.values, *([MISSING] if condition.missing else [])]
    order = [*field.levels, *sorted({*present, *chosen} - {*field.levels, MISSING})]
    levels = [level for level in order if level in present or level in chosen]
    if MISSING in present or MISSING in chosen:
        levels.append(MISSING)
    key = f"{target.prefix}filter-{field.name}"
    session.keep_widget(key, [level for level in chosen if level in levels])

    def keep() -> None:
        picked = session.widget_value(key)
        values = tuple(level for level in levels if level in picked and level != MISSING)
        target.put(Condition(field.name, values, missing=MISSING in picked))

    def say(level: str) -> str:
        return f"{_say(field, level)} · {count(present.get(level, 0))}"

    def say_quietly(level: str) -> str:
        """A level that would select nobody steps back."""
        said = show.escape(say(level))
        return said if present.get(level) or level in chosen else f":gray[{said}]"

    label = show.escape(field.label)
    if len(levels) <= FEW_LEVELS:
        st.pills(
            label,
            levels,
            selection_mode="multi",
            key=key,
            on_change=keep,
            format_func=say_quietly,
            help=field.help or None,
            wrap=True,
        )
    else:
        st.multiselect(label, levels, key=key, on_change=keep, format_func=say, placeholder="Any")


def _say(field: Field, level: str) -> str:
    if level == MISSING:
        return "missing"
    if field.name == "course":
        return f"PRRT-{level}"
    return field.phrases.get(level, level) if field.type == "yes_no" else level


def _threshold(field: Field, target: Target) -> None:
    """The CgA threshold: a slider through the cut-offs in use, and the exact number beside it."""
    condition = target.condition(field.name)
    low = condition.ranges[0].low if condition.ranges else None
    current = float(low) if isinstance(low, float | int) else None
    steps: list[float | None] = [None, *sorted({*THRESHOLD_STEPS, *([current] if current else [])})]
    slider, exact = f"{target.prefix}threshold-slider", f"{target.prefix}threshold-exact"
    session.keep_widget(slider, current)
    session.keep_widget(exact, current)

    def keep(key: str) -> None:
        value = session.widget_value(key)
        ranges = (Range(low=float(value)),) if value is not None else ()
        target.put(Condition(field.name, ranges=ranges))

    name = f"{short_label(field)} at least, {field.unit}"
    with st.container(gap=None):
        st.select_slider(
            name,
            steps,
            key=slider,
            on_change=keep,
            args=(slider,),
            format_func=lambda step: "any" if step is None else f"{step:g}",
        )
        st.number_input(
            f"{name}: exact number",
            min_value=0.0,
            step=THRESHOLD_STEP,
            format="%g",
            key=exact,
            on_change=keep,
            args=(exact,),
            placeholder="or an exact number",
            label_visibility="collapsed",
        )


def _yes_no_group(
    label: str, names: Sequence[str], fields: Mapping[str, Field], counts: Counts, target: Target
) -> None:
    """One list for many yes/no fields: what is picked must all be "yes"."""
    yes = {name: dict(counts[name]).get("yes", 0) for name in names}
    chosen = [one.field for one in target.current().conditions if one.field in yes and one.values == ("yes",)]
    key = f"{target.prefix}filter-{label}"
    session.keep_widget(key, chosen)

    def keep() -> None:
        picked, new = session.widget_value(key), target.current()
        for name in names:
            if name in picked:
                new = new.with_condition(Condition(name, ("yes",)))
            elif name in chosen:
                new = new.without(name)
        target.select(new)

    st.multiselect(
        label,
        names,
        key=key,
        on_change=keep,
        format_func=lambda name: f"{_short(fields[name])} · {count(yes[name])}",
        placeholder="Any",
    )


def _short(field: Field) -> str:
    """ "Prior surgery" in a list of earlier treatments is "surgery"."""
    return field.label.removeprefix("Prior ").removesuffix(" metastases")


def _added_filter(field: Field, counts: Sequence[tuple[str | None, int]], target: Target) -> None:
    def remove() -> None:
        session.remove_filter(field.name, target.parameter)
        target.select(target.current().without(field.name))

    with st.container(border=False, key=f"{target.prefix}added-{field.name}"):
        if _by_range(field):
            _range(field, target)
        else:
            _levels(field, counts, target)
        st.button(
            f"Remove {show.escape(short_label(field))}",
            key=f"{target.prefix}remove-{field.name}",
            on_click=remove,
            type="tertiary",
        )


def _range(field: Field, target: Target) -> None:
    """From and to, either may be open, and whether missing values belong."""
    condition = target.condition(field.name)
    span = condition.ranges[0] if condition.ranges else Range()
    low, high, missing = (f"{target.prefix}filter-{field.name}-{part}" for part in ("low", "high", "missing"))
    session.keep_widget(low, span.low)
    session.keep_widget(high, span.high)
    session.keep_widget(missing, condition.missing)

    def keep() -> None:
        bounds = (session.widget_value(low), session.widget_value(high))
        ranges = (Range(*bounds),) if any(bound is not None for bound in bounds) else ()
        target.put(Condition(field.name, ranges=ranges, missing=session.widget_value(missing)))

    left, right = st.columns(2)
    for column, key, word in ((left, low, "from"), (right, high, "to")):
        label = show.escape(f"{field.label_unit}, {word}")
        if field.type == "date":
            column.date_input(label, value=None, key=key, on_change=keep, format="DD/MM/YYYY")
        else:
            column.number_input(label, value=None, key=key, on_change=keep, format="%g")
    st.checkbox("or missing", key=missing, on_change=keep)


def _search(fields: Mapping[str, Field], standing: set[str], target: Target) -> None:
    """Any other field, by search."""
    key = f"{target.prefix}search-field"
    others = [name for name, field in fields.items() if field.filterable and name not in standing]

    def add() -> None:
        picked = session.widget_value(key)
        if picked:
            session.add_filter(picked, target.parameter)
        session.keep_widget(key, None)

    st.selectbox(
        "Add a filter",
        others,
        index=None,
        key=key,
        on_change=add,
        format_func=lambda name: fields[name].label_unit,
        placeholder="Search any field",
    )

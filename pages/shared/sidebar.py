"""The sidebar is the selection, in the order a clinician thinks: course, grade, primary site, CgA; then the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.condition import MISSING, Condition, Range
from core.dictionary import Field
from core.formats import count
from core.selection import Selection
from core.sentence import short_label
from core.small_groups import HIDDEN, rounded
from pages.shared import session, show, views

LEADING = ("course", "grade", "primary_site")
THRESHOLD = "cga_ug_l"
FOLLOWING = ("functional", "fdg_pet")
THRESHOLD_STEPS = (50, 112, 200, 336, 500, 1000, 2000, 5000, 10000, 20000)
THRESHOLD_STEP = 50.0
FEW_LEVELS = 12

Counts = Mapping[str, Sequence[tuple[str | None, int]]]


def draw(view: session.View, page: str) -> None:
    """Every filter of the selection, counts per level under the other filters, one reset, and the named views.

    Parameters
    ----------
    view : View
    page : name of the page in the address
    """
    fields = view.version.fields
    had = _group(fields, "earlier treatment")
    metastases = _group(fields, "metastasis")
    shown = [name for name in (*LEADING, *FOLLOWING) if name in fields]
    added = _added(view.selection, fields, {*shown, THRESHOLD, *had, *metastases})
    counted = [*shown, *had, *metastases, *(name for name in added if not _by_range(fields[name]))]
    found = view.store.level_counts(view.version, view.selection, counted, view.options)
    found = {name: [(value, rounded(n, view.options)) for value, n in listed] for name, listed in found.items()}
    counts: Counts = {**found, **_with_absent(found, [*shown, *(name for name in added if name in found)])}
    with st.sidebar:
        _head(view, page)
        for name in LEADING:
            if name in fields:
                _levels(fields[name], counts[name], view.selection)
        if THRESHOLD in fields:
            _threshold(fields[THRESHOLD], view.selection)
        for name in FOLLOWING:
            if name in fields:
                _levels(fields[name], counts[name], view.selection)
        _yes_no_group("Earlier treatment", had, fields, counts, view.selection)
        _yes_no_group("Metastases", metastases, fields, counts, view.selection)
        for name in added:
            _added_filter(fields[name], counts.get(name, ()), view.selection)
        _search(fields, {*shown, THRESHOLD, *had, *metastases, *added})


def _with_absent(counts: Counts, names: Sequence[str]) -> Counts:
    """The counts with a 0 for what only other patients of the cohort have: no level comes or goes with a click."""
    everywhere = session.levels(names)
    return {
        name: [*counts[name], *((value, 0) for value in everywhere[name] if value not in dict(counts[name]))]
        for name in names
    }


def _head(view: session.View, page: str) -> None:
    views.draw(page)
    _small_groups()
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.markdown("**Selection**")
    untouched = view.selection == Selection() and not session.added_filters()
    right.button("Reset", key="reset", on_click=session.reset, disabled=untouched, width="stretch")
    names = [one.name for one in view.store.cohorts()]
    if len(names) > 1:
        session.keep_widget("cohort", view.version.name)
        st.selectbox(
            "Cohort", names, key="cohort", on_change=lambda: session.choose_cohort(session.widget_value("cohort"))
        )


def _group(fields: Mapping[str, Field], role: str) -> list[str]:
    return [name for name, field in fields.items() if field.role == role and field.type == "yes_no"]


def _by_range(field: Field) -> bool:
    return field.type in ("number", "date") or (field.type == "integer" and field.name not in LEADING)


def _added(selection: Selection, fields: Mapping[str, Field], standing: set[str]) -> list[str]:
    """Fields added by search, and those that a shared address selects on."""
    asked = [one.field for one in selection.conditions if one.field != "histology_complete" or one.values != ("yes",)]
    wanted = dict.fromkeys([*session.added_filters(), *asked])
    return [name for name in wanted if name in fields and name not in standing]


def _levels(field: Field, counts: Sequence[tuple[str | None, int]], selection: Selection) -> None:
    """Pills, one a level, with its count under the other filters; missing is a level like another."""
    present = {MISSING if value is None else value: n for value, n in counts}
    condition = selection.condition(field.name) or Condition(field.name)
    chosen = [*condition.values, *([MISSING] if condition.missing else [])]
    order = [*field.levels, *sorted({*present, *chosen} - {*field.levels, MISSING})]
    levels = [level for level in order if level in present or level in chosen]
    if MISSING in present or MISSING in chosen:
        levels.append(MISSING)
    key = f"filter-{field.name}"
    session.keep_widget(key, [level for level in chosen if level in levels])

    def keep() -> None:
        picked = session.widget_value(key)
        values = tuple(level for level in levels if level in picked and level != MISSING)
        session.select(session.selection().with_condition(Condition(field.name, values, missing=MISSING in picked)))

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
        )
    else:
        st.multiselect(label, levels, key=key, on_change=keep, format_func=say, placeholder="Any")


def _say(field: Field, level: str) -> str:
    if level == MISSING:
        return "missing"
    if field.name == "course":
        return f"PRRT-{level}"
    return field.phrases.get(level, level) if field.type == "yes_no" else level


def _threshold(field: Field, selection: Selection) -> None:
    """The CgA threshold: a slider through the cut-offs in use, and the exact number beside it."""
    condition = selection.condition(field.name)
    low = condition.ranges[0].low if condition and condition.ranges else None
    current = float(low) if isinstance(low, float | int) else None
    steps: list[float | None] = [None, *sorted({*THRESHOLD_STEPS, *([current] if current else [])})]
    slider, exact = "threshold-slider", "threshold-exact"
    session.keep_widget(slider, current)
    session.keep_widget(exact, current)

    def keep(key: str) -> None:
        value = session.widget_value(key)
        ranges = (Range(low=float(value)),) if value is not None else ()
        session.select(session.selection().with_condition(Condition(field.name, ranges=ranges)))

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
    label: str, names: Sequence[str], fields: Mapping[str, Field], counts: Counts, selection: Selection
) -> None:
    """One list for many yes/no fields: what is picked must all be "yes"."""
    if not names:
        return
    yes = {name: dict(counts[name]).get("yes", 0) for name in names}
    chosen = [one.field for one in selection.conditions if one.field in yes and one.values == ("yes",)]
    key = f"filter-{label}"
    session.keep_widget(key, chosen)

    def keep() -> None:
        picked, new = session.widget_value(key), session.selection()
        for name in names:
            if name in picked:
                new = new.with_condition(Condition(name, ("yes",)))
            elif name in chosen:
                new = new.without(name)
        session.select(new)

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


def _added_filter(field: Field, counts: Sequence[tuple[str | None, int]], selection: Selection) -> None:
    with st.container(border=False, key=f"added-{field.name}"):
        if _by_range(field):
            _range(field, selection)
        else:
            _levels(field, counts, selection)
        st.button(
            f"Remove {show.escape(short_label(field))}",
            key=f"remove-{field.name}",
            on_click=session.remove_filter,
            args=(field.name,),
            type="tertiary",
        )


def _range(field: Field, selection: Selection) -> None:
    """From and to, either may be open, and whether missing values belong."""
    condition = selection.condition(field.name) or Condition(field.name)
    span = condition.ranges[0] if condition.ranges else Range()
    low, high, missing = (f"filter-{field.name}-{part}" for part in ("low", "high", "missing"))
    session.keep_widget(low, span.low)
    session.keep_widget(high, span.high)
    session.keep_widget(missing, condition.missing)

    def keep() -> None:
        bounds = (session.widget_value(low), session.widget_value(high))
        ranges = (Range(*bounds),) if any(bound is not None for bound in bounds) else ()
        new = Condition(field.name, ranges=ranges, missing=session.widget_value(missing))
        session.select(session.selection().with_condition(new))

    left, right = st.columns(2)
    for column, key, word in ((left, low, "from"), (right, high, "to")):
        label = show.escape(f"{field.label_unit}, {word}")
        if field.type == "date":
            column.date_input(label, value=None, key=key, on_change=keep, format="DD/MM/YYYY")
        else:
            column.number_input(label, value=None, key=key, on_change=keep, format="%g")
    st.checkbox("or missing", key=missing, on_change=keep)


def _search(fields: Mapping[str, Field], standing: set[str]) -> None:
    """Any other field, by search."""
    others = [name for name, field in fields.items() if field.filterable and name not in standing]

    def add() -> None:
        picked = session.widget_value("search-field")
        if picked:
            session.add_filter(picked)
        session.keep_widget("search-field", None)

    st.selectbox(
        "Add a filter",
        others,
        index=None,
        key="search-field",
        on_change=add,
        format_func=lambda name: fields[name].label_unit,
        placeholder="Search any field",
    )


def _small_groups() -> None:
    """One switch for what is shown on every page, exported and presented."""
    session.switched(
        f"Hide counts under {HIDDEN}",
        session.HIDE,
        str(HIDDEN),
        help="For a room or a file that should not tell of single patients: every count is rounded to the nearest 5 on "
        "every page of results, curves and medians need 20 patients, and single patients are not listed.",
    )

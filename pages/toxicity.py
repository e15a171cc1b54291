"""Toxicity: which adverse events, at which grade, new or already there at baseline, and who stands behind a number."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.export import Look, shift_name
from core.fields import TERMS
from core.figures import toxicity_figure
from core.figures.provenance import provenance
from core.formats import NOT_ESTIMABLE, count_percent, plural
from core.malignancies import malignancies
from core.small_groups import hides
from core.tables import (
    Table,
    compared_table,
    delta_table,
    malignancy_table,
    pattern_sentence,
    shift_table,
    toxicity_table,
)
from core.tables.toxicity import NOTIONS
from core.toxicity import ANY_GRADE_HIGHEST, Toxicity, patients, shift, toxicity
from pages.shared import control, groups, session, show, take_away
from pages.shared.looks import look
from pages.shared.table import pick

LISTED = 200


def main() -> None:
    """The page."""
    view = session.view()
    top = st.container()
    with show.controls():
        notion = control.one(
            st.segmented_control,
            "Counted as",
            list(NOTIONS),
            session.NOTION,
            "paper",
            format_func=NOTIONS.__getitem__,
            required=True,
            wrap=True,
        )
        strata, _ = groups.choose(view, landmark=False)
    found = toxicity(view.store, view.version, view.selection, view.options, strata)
    assessed = [one for one in found.of() if one.assessed]
    with top:
        show.header("Toxicity", view)
        if assessed and view.n:
            _answers(found)
    if view.n == 0:
        show.empty(view)
        return
    if not assessed:
        show.sentence(
            "This selection has no laboratory values, events or ready-made grades, so no toxicity can be counted.",
            "Load labs.csv or adverse_events.csv with the cohort.",
        )
        return
    source = provenance(view.version, view.sentence)
    shown = look(view, strata, notion=notion)
    drawn = toxicity_figure(found, notion, source, session.theme(), min_cell=view.options.min_cell)
    show.figure(drawn, key="toxicity")
    if not isinstance(drawn, str):
        take_away.offer("toxicity", shown, part=take_away.FIGURE)
    patterns = [pattern_sentence(one) for one in assessed if one.term == "diarrhoea"]
    _by_term(view, toxicity_table(found, notion), patterns, shown)
    compared = compared_table(found, notion, field=view.version.fields.get(strata.field) if strata else None)
    if compared is not None:
        st.header(compared.title, anchor=False)
        show.table(compared)
        take_away.offer("toxicity-groups", shown, part=take_away.TABLES)
    delta = delta_table(found)
    st.header(delta.title, anchor=False)
    show.table(delta)
    take_away.offer("delta", shown, part=take_away.TABLES)
    _malignancies(view, shown)


def _answers(found: Toxicity) -> None:
    """The answer first: grade 3-4 of the blood counts."""
    terms = ("lymphopenia", "thrombocytopenia", "anaemia", "leukopenia")
    grid = st.grid(4, min_column_width=170)
    for term in terms:
        one = found.term(term)
        shown = count_percent(one.grade_3_4, one.assessed) if one.assessed else NOT_ESTIMABLE
        grid.metric(f"Grade 3\u20134 {term}", shown)


def _by_term(view: session.View, table: Table, patterns: Sequence[str], shown: Look) -> None:
    """The table; a click on a row opens its shift from baseline and the patients behind it."""
    st.header(table.title, anchor=False)
    show.note("Click a row for its shift from baseline grade and the patients behind it.")
    picked = pick(table, key="terms")
    if picked in TERMS:
        _term(view, picked, shown)
    show.note(*table.notes, *patterns)
    take_away.offer("toxicity", shown, part=take_away.TABLES)


def _term(view: session.View, term: str, shown: Look) -> None:
    shifted = shift_table(shift(view.store, view.version, view.selection, term, view.options))
    st.markdown(f"**{show.escape(shifted.title)}**")
    show.table(shifted)
    take_away.offer(shift_name(term), shown)
    if hides(view.options):
        show.note("While small groups are hidden, the patients behind a number are not listed.")
        return
    behind = patients(view.store, view.version, view.selection, term, ANY_GRADE_HIGHEST, view.options, LISTED)
    st.markdown(f"**{plural(len(behind), 'course')} with a grade of 1 or more**")
    rows = [
        (
            one.patient_id,
            one.course,
            one.baseline,
            one.highest,
            one.delta,
            one.days,
            "yes" if one.pre_existing else "no",
            one.pattern or "",
        )
        for one in behind
    ]
    heads = ["Patient", "Course", "Baseline", "Highest", "Delta", "Day of the worst", "Pre-existing", "Pattern"]
    st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, key="behind")


def _malignancies(view: session.View, shown: Look) -> None:
    found = malignancies(view.store, view.version, view.selection, view.options)
    if not found:
        return
    table = malignancy_table(found)
    st.header(table.title, anchor=False)
    show.table(table)
    take_away.offer("malignancies", shown, part=take_away.TABLES)


main()

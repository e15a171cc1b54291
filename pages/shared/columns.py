"""What each column of an upload was read as: shown as a table, changed by a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.fields import TABLE_FIELDS
from core.formats import percent, plural
from core.ingest import ColumnRead
from core.ingest.source import Ingested
from core.tables import Table
from pages.shared import dropped, session, show, uploads

NONE = "none"
"""The answer that a column is no field."""
SURE = 0.9
"""Below this confidence a column is offered to be changed without being asked for."""
OFFERED = 8
"""Columns in doubt that are offered at once."""


def draw(upload: uploads.Upload, ingested: Ingested) -> None:
    """The mapping: what is in doubt first, then any other column, then all of it as a table."""
    doubtful = [one for one in ingested.columns if _doubtful(one)][:OFFERED]
    answered = [one for one in ingested.columns if answer_key(one) in upload.stated.answers and one not in doubtful]
    if doubtful:
        st.markdown(f"**{plural(len(doubtful), 'column')} worth a look**; every other one can be changed below.")
    for one in doubtful:
        _choice(upload, ingested, one)
    if answered:
        st.markdown("As you said:")
    for one in answered:
        _choice(upload, ingested, one)
    _any(upload, ingested, [*doubtful, *answered])
    show.table(table(ingested.columns))
    with show.controls():
        st.download_button(
            "Save this mapping",
            data=lambda: uploads.saved_mapping(upload, ingested),
            file_name="mapping.json",
            mime="application/json",
            on_click="ignore",
            help="A small file with the columns and answers: drop it with the next file, or give it to the command "
            "line as --mapping.",
        )


def answer_key(one: ColumnRead) -> str:
    """The key under which the field of a column is answered."""
    return f"{one.table}.{one.header}.field"


def table(columns: Sequence[ColumnRead]) -> Table:
    """Every column, what it was read as, how sure that is, its type and an example."""
    several = len({one.table for one in columns}) > 1
    rows = tuple(
        (
            one.header,
            _label(one) if one.field else one.fate.rstrip("."),
            _sure(one),
            one.type.replace("_", "/"),
            one.example,
            *((one.table,) if several else ()),
        )
        for one in columns
    )
    heads = ("Column of the file", "Read as", "How sure", "Type", "Example", *(("Table",) if several else ()))
    return Table("Columns", heads, rows)


def _doubtful(one: ColumnRead) -> bool:
    return bool(one.field) and one.confidence < SURE and one.how != "stated"


def _sure(one: ColumnRead) -> str:
    if not one.field:
        return ""
    said = {"stated": "as you said", "remembered": "as last time", "name": "its own name"}
    why = {"label": "its usual name", "synonym": "a known name", "similar": "nearly a known name"}
    return said.get(one.how) or f"{percent(one.confidence).replace('.0', '')}, {why.get(one.how, one.how)}"


def _label(one: ColumnRead) -> str:
    known = TABLE_FIELDS[one.table].get(one.field)
    return known.label_unit if known else one.field


def _any(upload: uploads.Upload, ingested: Ingested, shown: Sequence[ColumnRead]) -> None:
    """Any other column, by search."""
    others = {answer_key(one): one for one in ingested.columns if one not in shown}
    picked = st.selectbox(
        "Change what a column is read as",
        list(others),
        index=None,
        key=f"change-column-{dropped.key()}",
        format_func=lambda key: f"{others[key].header} \u2192 {_label(others[key]) or others[key].fate.rstrip('.')}",
        placeholder="Choose a column of the file",
    )
    if picked in others:
        _choice(upload, ingested, others[picked])


def _choice(upload: uploads.Upload, ingested: Ingested, one: ColumnRead) -> None:
    """One column and the field it is read as."""
    taken = {other.field: other.header for other in ingested.columns if other.table == one.table and other.field}
    fields = TABLE_FIELDS[one.table]
    left = "Kept under its own name" if one.table == "courses" else "Not used"
    key = f"column-{answer_key(one)}"
    session.keep_widget(key, one.field or NONE)

    def say(name: str) -> str:
        if name == NONE:
            return left
        other = taken.get(name, one.header)
        return fields[name].label_unit + (f" (now from '{other}')" if other != one.header else "")

    def keep() -> None:
        change(upload, ingested, one, session.widget_value(key))

    example = f", such as '{one.example}'" if one.example else ""
    st.selectbox(
        show.escape(f"'{one.header}'{example}"), [NONE, *fields], key=key, format_func=say, on_change=keep
    )  # fmt: skip


def change(upload: uploads.Upload, ingested: Ingested, one: ColumnRead, field: str) -> None:
    """Read one column as a field; whichever column was that field before is none any more."""
    stated = upload.stated
    prefix = "" if one.table == "courses" else f"{one.table}."
    mapping = {
        name: header
        for name, header in stated.mapping.items()
        if name != f"{prefix}{field}" and not (header == one.header and name.rpartition(".")[0] == prefix.rstrip("."))
    }
    before = {
        answer_key(other): NONE
        for other in ingested.columns
        if other.table == one.table and other.field == field and other.header != one.header
    }
    answers = {**stated.answers, **before, answer_key(one): field}
    upload.state(replace(stated, mapping=mapping, answers=answers))

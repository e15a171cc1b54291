"""What is different between two versions: rows added, removed and changed, field by field."""

from __future__ import annotations

import streamlit as st

from core.difference import Difference, RowOf, TableDifference, field_label, row_name
from core.formats import plural
from core.tables import Table
from pages.shared import show

SHOWN = 50
"""Rows and cells of one kind that are listed."""


def draw(found: Difference) -> None:
    """The difference in a sentence for each table, then its rows and cells."""
    if found.nothing:
        show.sentence("No row, column or value is different.")
        return
    st.markdown("\n".join(f"- {show.escape(sentence)}" for sentence in found.sentences()))
    for one in found.tables:
        if one.changes:
            show.table(changes_table(one))
    rows = [row for one in found.tables for row in rows_of(one)]
    if rows:
        left = len(rows) - SHOWN
        notes = (f"The first {SHOWN} of {len(rows):,} listed.",) if left > 0 else ()
        heads = ("What", "Table", "Row", "Line of its file", "Holds")
        show.table(Table("Rows added and removed", heads, tuple(rows[:SHOWN]), notes=notes))


def changes_table(one: TableDifference) -> Table:
    """Cells that are another one now."""
    rows = tuple(
        (
            row_name(one.table, change.key),
            f"{change.line}",
            field_label(one.table, change.field),
            change.before or "missing",
            change.after or "missing",
        )
        for change in one.changes[:SHOWN]
    )
    left = one.n_cells - len(rows)
    notes = (f"{plural(left, 'more cell')} changed.",) if left > 0 else ()
    return Table(
        f"Changes in {one.table.replace('_', ' ')}", ("Row", "Line", "Field", "Before", "Now"), rows, notes=notes
    )


def rows_of(one: TableDifference) -> list[tuple[str, ...]]:
    """Rows that only one of the two has."""
    return [
        (what, one.table.replace("_", " "), row_name(one.table, row.key), f"{row.line}", holds(one.table, row))
        for what, each in (("added", one.added), ("removed", one.removed))
        for row in each
    ]


def holds(table: str, row: RowOf) -> str:
    """The main values of a row, each with its label."""
    return "; ".join(f"{field_label(table, name)} {value}" for name, value in row.values.items())

"""What is different between two versions of a cohort: rows added, removed and changed, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.fields import TABLE_FIELDS
from core.formats import day, plural
from core.sentence import short_label

KEYS: Mapping[str, tuple[str, ...]] = {
    "courses": ("patient_id", "course"),
    "cycles": ("patient_id", "course", "cycle"),
    "labs": ("patient_id", "date", "analyte"),
    "adverse_events": ("patient_id", "term", "onset_date"),
}
"""What makes two rows of a table the same row; rows that share it are paired in the order of their lines."""
MAIN: Mapping[str, tuple[str, ...]] = {
    "courses": (
        "first_cycle_date",
        "sex",
        "primary_site",
        "grade",
        "progression_date",
        "death_date",
        "last_contact_date",
    ),
    "cycles": ("date", "activity_gbq"),
    "labs": ("value", "unit"),
    "adverse_events": ("grade",),
}
"""What tells a person which row it is, beside its key."""
LISTED = 200
"""Rows of one kind and table that are listed; the counts are of all."""


@dataclass(frozen=True)
class RowOf:
    """A row that only one of the two versions has.

    Parameters
    ----------
    key : the values of its key
    line : in the file that has it
    values : field of `MAIN` that both versions have -> value as text, without those that are missing
    """

    key: tuple[str, ...]
    line: int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CellChange:
    """A cell that is another one now.

    Parameters
    ----------
    key : the values of the row's key
    line : of the row in the later file
    field : name of the field, or of the file's own column
    before, after : as text, "" = missing; a censored value with its sign
    """

    key: tuple[str, ...]
    line: int
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class TableDifference:
    """What is different in one table.

    Parameters
    ----------
    table : of `core.dictionary.TABLES`
    rows_before, rows_after : rows of the table; 0 for one that was not brought
    n_added, n_removed, n_changed : rows
    changed_fields : field -> cells that changed, without those of no change
    columns_added, columns_removed : columns that only the later, only the earlier version has
    added, removed : the first `LISTED` rows
    changes : the cells of the first `LISTED` changed rows
    """

    table: str
    rows_before: int
    rows_after: int
    n_added: int
    n_removed: int
    n_changed: int
    changed_fields: Mapping[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    added: tuple[RowOf, ...]
    removed: tuple[RowOf, ...]
    changes: tuple[CellChange, ...]

    @property
    def n_cells(self) -> int:
        """Cells that changed, in rows that both versions have and columns that both have."""
        return sum(self.changed_fields.values())

    @property
    def nothing(self) -> bool:
        """Whether the table is the same."""
        return not (self.n_added or self.n_removed or self.n_changed or self.columns_added or self.columns_removed)

    def sentence(self) -> str:
        """The difference in one line, without a value of the cohort."""
        counted = ((self.n_added, "added"), (self.n_removed, "removed"), (self.n_changed, "changed"))
        parts = []
        if self.n_added or self.n_removed or self.n_changed:
            rows = (f"{plural(n, 'row')} {what}" if n else f"none {what}" for n, what in counted)
            parts.append(", ".join(rows) + self._where())
        for names, one, several in (
            (self.columns_added, "a new column", "new columns"),
            (self.columns_removed, "a column gone", "columns gone"),
        ):
            if names:
                labels = ", ".join(field_label(self.table, name) for name in names)
                parts.append(f"{one if len(names) == 1 else several}: {labels}")
        name = self.table.replace("_", " ").capitalize()
        return f"{name}: {'; '.join(parts) or 'no difference'}."

    def _where(self) -> str:
        """The fields whose cells changed, those with most first."""
        most = sorted(self.changed_fields.items(), key=lambda one: (-one[1], one[0]))
        said = [f"{field_label(self.table, name)} in {n:,}" for name, n in most[:6]]
        return f" ({', '.join(said)}{', and others' if len(most) > 6 else ''})" if said else ""


def row_name(table: str, key: tuple[str, ...]) -> str:
    """A row by its key, so that each number says what it is: "AZ004, PRRT course 1"."""
    fields = (TABLE_FIELDS[table][name] for name in KEYS[table])
    named = (f"{short_label(one)} {value}" if one.type in ("integer", "date") else value
             for one, value in zip(fields, key, strict=True) if value)  # fmt: skip
    return ", ".join(named)


def field_label(table: str, name: str) -> str:
    """The dictionary's label of a field; the name of a file's own column."""
    known = TABLE_FIELDS[table].get(name)
    return known.label if known is not None else name


@dataclass(frozen=True)
class Difference:
    """What is different between two versions, or between a version and what is about to be committed.

    Parameters
    ----------
    tables : those that one of the two brought, in the order of `core.dictionary.TABLES`
    cutoff_before, cutoff_after : the data cut-off
    """

    tables: tuple[TableDifference, ...]
    cutoff_before: date | None
    cutoff_after: date | None

    @property
    def nothing(self) -> bool:
        """Whether rows, columns and cut-off are the same."""
        return self.cutoff_before == self.cutoff_after and all(one.nothing for one in self.tables)

    def sentences(self) -> tuple[str, ...]:
        """The difference in lines, without a value of the cohort."""
        lines = [one.sentence() for one in self.tables if not one.nothing]
        if self.cutoff_before != self.cutoff_after:
            after, before = (day(one) if one else "none" for one in (self.cutoff_after, self.cutoff_before))
            lines.append(f"The data cut-off is {after} instead of {before}.")
        return tuple(lines) or ("No row, column or value is different.",)

"""Lists what each column of a table was read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.dictionary import Field
from core.ingest.assignment import HOW, Assignment, fate
from core.ingest.columns import ColumnRead
from core.ingest.findings import Findings, shorten
from core.ingest.identifiers import by_header, identifies
from core.ingest.reading import ReadTable
from core.ingest.tabular import TextColumn, TextTable


def list_columns(
    read: ReadTable, assignments: Sequence[Assignment], left_out: Mapping[int, str], findings: Findings
) -> None:
    """List every column of a table that was read.

    Parameters
    ----------
    read : typed columns
    assignments : which column was to be read as which field
    left_out : place of a column that is not kept as it stands -> why, a clause
    """
    for place, column in enumerate(read.text.columns):
        meant = [one for one in assignments if one.column == place]
        names = [name for name, source in read.sources.items() if source is column]
        reason = left_out.get(place, "")
        for name in names:
            findings.columns.append(_used(read, column, read.fields[name], meant, reason))
        if not names:
            why = reason or _unread(meant) or ("" if read.text.name == "courses" else "no field of this table")
            what = "Left out" if reason else fate(read.text.name).capitalize()
            findings.columns.append(_unused(read.text, column, f"{what}: {why}." if why else f"{what}.", bool(reason)))


def list_headers(text: TextTable, findings: Findings) -> None:
    """List the columns of a table that cannot be read, so that a person can say which they are."""
    for column in text.columns:
        findings.columns.append(_unused(text, column, "Not read.", bool(by_header(column.header))))


def _used(read: ReadTable, column: TextColumn, field: Field, meant: Sequence[Assignment], reason: str) -> ColumnRead:
    table = read.text.name
    if field.role == "other":
        why = _unread(meant)
        said = f"Kept under its own name, {field.name}{': ' + why if why else ''}."
        return ColumnRead(table, column.header, "", said, 0.0, "", field.type, _example(column))
    made = next((one for one in meant if one.field.name == field.name), None)
    said = f"Read as {field.label_unit}."
    if made is not None and made.unit:
        said = f"Read as {field.label_unit}; converted from {made.unit}."
    if reason:
        said = f"Made into {field.label_unit}: {reason}."
    confidence, how = (made.confidence, HOW[made.how]) if made is not None else (1.0, "name")
    example = "" if reason else _example(column)
    return ColumnRead(table, column.header, field.name, said, confidence, how, field.type, example)


def _unused(text: TextTable, column: TextColumn, said: str, secret: bool) -> ColumnRead:
    return ColumnRead(text.name, column.header, "", said, 0.0, "", "", "" if secret else _example(column))


def _unread(meant: Sequence[Assignment]) -> str:
    return f"most of its cells cannot be read as {meant[0].field.label}" if meant else ""


def _example(column: TextColumn) -> str:
    """The first cell that holds a value and identifies nobody."""
    for value, gone in zip(column.values, column.missing, strict=True):
        if not gone and not identifies(value):
            return shorten(value)
    return ""

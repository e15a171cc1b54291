"""What is asked about columns: which field one is, and which of several a field is."""

from __future__ import annotations

from collections.abc import Sequence

from core.dictionary import Field
from core.fields import TABLE_FIELDS
from core.ingest.assignment import Assignment, fate, listed
from core.ingest.findings import Findings
from core.ingest.fit import Fit
from core.ingest.questions import Choice
from core.ingest.tabular import TextTable

NONE = "none"
"""The answer that a column is no field, or that no column is the field."""


def question_key(table: TextTable, place: int) -> str:
    """Under which it is answered what a column is: "courses.OS time.field"."""
    return f"{table.name}.{table.columns[place].header}.field"


def ask_which(table: TextTable, fit: Fit, field: Field, rivals: Sequence[Assignment], findings: Findings) -> str:
    """Ask which of several columns a field is; the first until it is answered. Returns its header, or `NONE`."""
    headers = [table.columns[one.column].header for one in rivals]
    left = "each is kept under its own name" if table.name == "courses" else "none is used"
    choices = [
        Choice(header, f"{field.label} is read from it, as in '{fit.example(one.column)}'")
        for header, one in zip(headers, rivals, strict=True)
    ]
    quoted = listed([f"'{header}'" for header in headers], " or ")
    return findings.ask(
        f"{table.name}.{field.name}.column",
        table.name,
        column=headers[0],
        example=fit.example(rivals[0].column),
        text=f"Which column is {field.label_unit}: {quoted}?",
        why="Each of these headers is a name of the field, and their cells differ.",
        choices=[
            *choices,
            Choice(NONE, f"no column is {field.label}; {left}", "Neither" if len(headers) == 2 else "None"),
        ],
        default=headers[0],
    )


def ask_patient(table: TextTable, fit: Fit, field: Field, places: Sequence[int], findings: Findings) -> int | None:
    """Ask which of some columns names the patient. Returns its place; None for none, as until it is answered."""
    headers = [table.columns[place].header for place in places]
    quoted = listed([f"'{header}'" for header in headers], " or ")
    one = len(headers) == 1
    same = "rows with the same '{}' are one patient"
    choices = [Choice(header, same.format(header), "Yes" if one else "") for header in headers]
    nobody = "each row is taken as a patient of its own, and a later file is matched by the order of its rows"
    answer = findings.ask(
        f"{table.name}.{field.name}.column",
        table.name,
        column=headers[0],
        example=fit.example(places[0]),
        text=f"Does {quoted} name the patient?" if one else f"Which column names the patient: {quoted}?",
        why="No header says so, and these cells look like pseudonyms. By it the rows of one patient are known, and the "
        "same patient in a later file.",
        choices=[*choices, Choice(NONE, nobody, "No" if one else "None of them")],
        default=NONE,
    )
    return None if answer == NONE else places[headers.index(answer)]


def ask_what(table: TextTable, fit: Fit, place: int, fields: Sequence[Field], findings: Findings) -> str:
    """Ask which of some fields a column is. Returns a field's name, `NONE`, or "" until it is answered: no field."""
    column, known = table.columns[place], TABLE_FIELDS[table.name]
    answer = findings.answered(question_key(table, place), known)
    shown = [*fields, *([known[answer]] if answer and known[answer] not in fields else [])]
    names = listed([one.label_unit for one in fields], " and ")
    return findings.ask(
        question_key(table, place),
        table.name,
        column=column.header,
        example=fit.example(place),
        text=f"Is the column '{column.header}' {listed([one.label_unit for one in fields], ' or ')}?",
        why=f"Its header is a name, or nearly one, of {names}, and nothing else tells. Until this is answered it is "
        f"{fate(table.name)}.",
        choices=[
            *(Choice(one.name, f"the column is read as {one.label_unit}", f"Yes, {one.label_unit}") for one in shown),
            Choice(NONE, f"the column is {fate(table.name)}", "No" if len(shown) == 1 else "None of them"),
        ],
    )

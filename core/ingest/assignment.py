"""One column read as one field, and how sure that is."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from core.dictionary import Field
from core.ingest.headers import LABEL, LOOSE, NAME, SIMILAR, SYNONYM

STATED = -1
"""The user said so; surer than any header."""
CONFIDENCE = {STATED: 1.0, NAME: 1.0, LABEL: 0.97, SYNONYM: 0.93, LOOSE: 0.85, SIMILAR: 0.8}
"""How sure an assignment is by how it was made; a similar header has its own."""
HOW = {STATED: "stated", NAME: "name", LABEL: "label", SYNONYM: "synonym", LOOSE: "synonym", SIMILAR: "similar"}


_HELD = {
    "date": "dates",
    "yes_no": "yes and no",
    "number": "numbers",
    "integer": "whole numbers",
    "category": "the words of a category",
    "text": "text",
}
_KIND = {
    "date": "date",
    "yes_no": "yes or no of",
    "number": "number",
    "integer": "whole number",
    "category": "category",
    "text": "text",
}


@dataclass(frozen=True)
class Assignment:
    """One column read as one field.

    Parameters
    ----------
    column : place of the column in the table
    field : of the data dictionary
    how : `STATED`, or `NAME`, `LABEL`, `SYNONYM`, `LOOSE`, `SIMILAR` of `core.ingest.headers`
    factor : multiplies the column's numbers to have them in the field's unit
    unit : unit that the header states, where it is another one; else ""
    similarity : of a similar header to the field's name, 0 to 1
    """

    column: int
    field: Field
    how: int
    factor: float = 1.0
    unit: str = ""
    similarity: float | None = None

    @property
    def confidence(self) -> float:
        """How sure it is, 0 to 1: 1 when stated or by the field's own name."""
        return CONFIDENCE[self.how] if self.similarity is None else round(0.95 * self.similarity, 2)


def why_read_as(header: str, field: Field, others: Sequence[Field]) -> str:
    """Why a column is this field and none of the others that go by its header too; told by what its cells hold."""
    if any(one.type == field.type for one in others):
        this, *rest = (f"{one.label} ({one.unit})" if one.unit else one.label for one in (field, *others))
        names = listed([this, *rest], " or ")
        return f"'{header}' may be {names} by its name; its values fit {this} alone, so it is read as that."
    names = listed([f"the {_KIND[one.type]} {one.label}" for one in others], " or ")
    return f"'{header}' holds {_HELD[field.type]}, so it is read as {field.label}, not as {names}."


def fate(table: str) -> str:
    """What becomes of a column that is no field."""
    return "kept under its own name" if table == "courses" else "not used"


def remedy(table: str, field: Field, header: str) -> str:
    """How a person says that a column is a field, on the page and on the command line, quoted for a shell."""
    prefix = "" if table == "courses" else f"{table}."
    return f"say that '{header}' is {field.label} (--map {shlex.quote(f'{prefix}{field.name}={header}')})"


def listed(items: Sequence[str], last: str = ", ") -> str:
    """Items in words: the first twelve, and how many more."""
    shown, rest = list(items[:12]), len(items) - 12
    if rest > 0:
        return ", ".join(shown) + f" and {rest} more"
    return ", ".join(shown[:-1]) + last + shown[-1] if len(shown) > 1 else "".join(shown)

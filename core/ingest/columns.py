"""What every column of a source was read as, how sure that is, and what it looks like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnRead:
    """One column of a source; a column that is read as two fields stands twice.

    Parameters
    ----------
    table : key of `core.dictionary.TABLES`
    header : as it stands in the file
    field : of the data dictionary it was read as, "" for none
    fate : what became of it, in one sentence
    confidence : how sure the field is, 0 to 1; 1 when stated or by the field's own name, 0 without a field
    how : "stated", "name", "label", "synonym", "similar", "remembered", or "" without a field
    type : of the field, or as inferred; "" of a column that is not used
    example : a cell that holds a value, "" where there is none or it would identify a person
    """

    table: str
    header: str
    field: str
    fate: str
    confidence: float
    how: str
    type: str
    example: str


def headers_key(columns: Iterable[ColumnRead]) -> str:
    """A key of the headers of a source, the same for every file that has them, in whatever order.

    Parameters
    ----------
    columns : `Ingested.columns`, or those that a refusal carries

    Returns
    -------
    Hexadecimal SHA-256.
    """
    headers = sorted({(one.table, one.header) for one in columns})
    return hashlib.sha256(json.dumps(headers, ensure_ascii=True).encode()).hexdigest()


def columns_text(columns: Sequence[ColumnRead]) -> list[str]:
    """The columns for people, one line each: what they are read as, how sure that is, and an example."""
    lines = []
    for one in columns:
        what = f"{one.field} ({one.how}, {one.confidence:.0%} sure)" if one.field else one.fate.rstrip(".").lower()
        example = f", such as '{one.example}'" if one.example else ""
        lines.append(f"{one.table}: '{one.header}' -> {what}{example}")
    return lines

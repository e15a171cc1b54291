"""Every field a cohort may hold, read from THE data dictionary, `core/dictionary.csv` (one row a field).

Validation, import mapping, the sidebar, Table 1, Cox factors, the README's table and the template files all read it.
In the file, values of one cell are separated by `|`; synonyms are headers seen in real files, lower case and without
accents.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from core.dictionary import TABLES, Field, index

_FILE = Path(__file__).with_name("dictionary.csv")


def _cell(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _number(text: str) -> float | None:
    return float(text) if text else None


def _field(row: Mapping[str, str]) -> Field:
    low, high = _number(row["low"]), _number(row["high"])
    return Field(
        name=row["name"],
        label=row["label"],
        type=row["type"],
        role=row["role"],
        table=row["table"],
        unit=row["unit"],
        levels=_cell(row["levels"]),
        reference=row["reference"],
        plausible=None if low is None and high is None else (low, high),
        synonyms={language: _cell(row[language]) for language in ("en", "fr", "nl") if row[language]},
        phrases=dict(pair.split("=", 1) for pair in _cell(row["phrases"])),
        derived=row["derived"],
        required=row["required"] == "yes",
        ordered=row["ordered"] == "yes",
        known_later=row["known_later"] == "yes",
        cut=_number(row["cut"]),
        filterable=row["filterable"] == "yes",
        covariate=row["covariate"] == "yes",
        help=row["help"],
        short=row["short"],
    )


def _read() -> dict[str, Mapping[str, Field]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        fields = [_field(row) for row in csv.DictReader(file)]
    return {table: index(one for one in fields if one.table == table) for table in TABLES}


TABLE_FIELDS = _read()
"""Every field of every table: table -> name -> Field, in display order."""
FIELDS = TABLE_FIELDS["courses"]
"""Every field of the courses table, by name, in display order."""

YES_NO = ("no", "yes")
SITES = FIELDS["primary_site"].levels
STOP_REASONS = FIELDS["stop_reason"].levels
RECIST = FIELDS["recist_response"].levels
ANALYTES = TABLE_FIELDS["labs"]["analyte"].levels
TERMS = TABLE_FIELDS["adverse_events"]["term"].levels
HAEMATOLOGICAL = TERMS[:5]
HEPATIC = TERMS[5:11]
RENAL = TERMS[11:13]
SYMPTOMS = TERMS[13:]
LABORATORY_TERMS = HAEMATOLOGICAL + HEPATIC + RENAL
TERM_GROUP = {
    **dict.fromkeys(HAEMATOLOGICAL, "haematological"),
    **dict.fromkeys(HEPATIC, "hepatic"),
    **dict.fromkeys(RENAL, "renal"),
    **dict.fromkeys(SYMPTOMS, "other"),
}


def slug(term: str) -> str:
    """Column stem of a term: "ALT increased" -> "alt_increased"."""
    return term.lower().replace(" ", "_").replace("-", "_")

"""Empty files to fill in, as CSV and as one workbook, and the data dictionary beside them."""

from __future__ import annotations

import csv
from pathlib import Path

from core.dictionary import TABLES, Field
from core.fields import TABLE_FIELDS
from core.problems import CohortError, Problem
from core.template_workbook import template_workbook

DICTIONARY_FILE = "data_dictionary.csv"
WORKBOOK_FILE = "cohort_template.xlsx"
_COLUMNS = (
    *("table", "field", "label", "type", "unit", "allowed values", "plausible from", "plausible to"),
    *("required", "when absent", "headers understood", "remark"),
)
_TYPES = {
    "category": "one of the allowed values",
    "yes_no": "yes or no",
    "integer": "whole number",
    "number": "number",
    "date": "date, 2021-03-25",
    "text": "text",
}


def write_template(directory: Path | str) -> tuple[Path, ...]:
    """Write one empty CSV file for each table, the data dictionary, and a workbook that holds them all.

    Parameters
    ----------
    directory : made when it does not exist

    Returns
    -------
    tuple of Path
        The files written: `courses.csv`, `cycles.csv`, `labs.csv`, `adverse_events.csv`, `data_dictionary.csv`,
        `cohort_template.xlsx`; the same bytes at every call.

    Raises
    ------
    CohortError
        When one of the files exists already (nothing is written then), or the directory cannot be written.
    """
    folder = Path(directory)
    files = {table: folder / f"{table}.csv" for table in TABLES}
    dictionary, workbook = folder / DICTIONARY_FILE, folder / WORKBOOK_FILE
    there = [file.name for file in (*files.values(), dictionary, workbook) if file.exists()]
    if there:
        raise CohortError(
            [_problem("file_exists", f"'{name}' exists already.", "Choose a new folder.") for name in there]
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table, file in files.items():
            _write(file, [tuple(TABLE_FIELDS[table])])
        described = [_COLUMNS, *(_row(one) for table in TABLES for one in TABLE_FIELDS[table].values())]
        _write(dictionary, described)
        workbook.write_bytes(template_workbook(described))
    except OSError:
        raise CohortError(
            [_problem("not_writable", f"The folder '{folder.name}' cannot be written.", "Choose another folder.")]
        ) from None
    return (*files.values(), dictionary, workbook)


def _write(file: Path, rows: list[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel that it is UTF-8
        csv.writer(out).writerows(rows)


def _row(one: Field) -> tuple[str, ...]:
    low, high = one.plausible or (None, None)
    synonyms = dict.fromkeys(name for names in one.synonyms.values() for name in names)
    return (
        one.table,
        one.name,
        one.label,
        _TYPES[one.type],
        one.unit,
        "; ".join(one.levels),
        "" if low is None else f"{low:g}",
        "" if high is None else f"{high:g}",
        "yes" if one.required and not (one.table == "courses" and one.name == "patient_id") else "no",
        one.derived,
        "; ".join(synonyms),
        one.help,
    )


def _problem(code: str, message: str, remedy: str) -> Problem:
    return Problem("error", code, "", None, "", "", message, remedy)

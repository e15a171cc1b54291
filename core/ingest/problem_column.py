"""The column that names each row's problems in the file that is given back: recognised when the file comes again."""

from __future__ import annotations

from dataclasses import replace

from core.ingest.findings import Findings
from core.ingest.headers import plain
from core.ingest.tabular import TextTable

PROBLEM_HEADER = "Problems found by the explorer"


def is_problem_header(header: str) -> bool:
    """Whether a header is `PROBLEM_HEADER`, what was found in the whole table perhaps behind it."""
    return f"{plain(header)} ".startswith(f"{plain(PROBLEM_HEADER)} ")


def without_problem_column(text: TextTable, findings: Findings) -> TextTable:
    """The table without a column of problems of an earlier reading."""
    kept = tuple(column for column in text.columns if not is_problem_header(column.header))
    if len(kept) == len(text.columns):
        return text
    findings.change(f"{text.name}: '{PROBLEM_HEADER}' lists problems of an earlier reading and is left out.")
    return replace(text, columns=kept)

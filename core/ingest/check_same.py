"""Rows of two patients that say the same in every column: perhaps one patient, entered under two pseudonyms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.ingest.findings import Findings
from core.ingest.reading import ReadTable
from core.ingest.rules import report_rows

ENOUGH = 6
"""Filled fields, one of them a date, from which two equal rows are no coincidence."""
_STEP = np.uint64(0x9E3779B97F4A7C15)


def check_same(read: ReadTable, findings: Findings) -> None:
    """Warn of each row that equals an earlier one of another patient in all but the pseudonym and the course."""
    names = [name for name in read.sources if name not in ("patient_id", "course")]
    if "patient_id" not in read.sources or len(names) < ENOUGH:
        return
    n = len(read.text.lines)
    filled, dated = np.zeros(n, np.int64), np.zeros(n, bool)
    mark = np.zeros(n, np.uint64)  # of the whole row: equal rows have equal ones, others by a chance of 1 in 2^64
    for name in names:
        column = read.sources[name]
        present = ~column.missing[column.codes]
        filled += present
        if read.fields[name].type == "date":
            dated |= present
        mark = mark * _STEP + column.codes.astype(np.uint64)
    rows = pd.DataFrame({"patient": read.columns["patient_id"], "line": read.text.lines})
    first = rows.groupby(mark).transform("first")
    flags = (first["patient"] != rows["patient"]).to_numpy() & (filled >= ENOUGH) & dated

    def message(row: int) -> str:
        return f"Every value is the same as on line {first['line'].iat[row]}, which is of another patient."

    remedy = "If both are one patient, delete one of the two rows; if not, leave them."
    report_rows(read, "warning", "possible_duplicate", flags, "patient_id", findings, message, remedy)

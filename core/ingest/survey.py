"""What a workbook's cells are besides their values, and whether they may be held in memory at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.ingest.findings import Findings
from core.ingest.tabular import Limits

_SPARSE_CELLS = 4_000_000
_SPARSE = 50
_REPEATED = 1_000_000
ERROR_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""What Excel's binary files call the errors of formulas."""


@dataclass
class SheetSurvey:
    """Cells of one sheet that need more than their value, by row and column, 0-based.

    Parameters
    ----------
    errors : row -> column -> error of a formula, which the reader of workbooks gives as an empty cell
    percents : row -> columns whose number is shown in percent, 0.15 as 15 %
    """

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    percents: dict[int, set[int]] = field(default_factory=dict)

    def error(self, row: int, column: int, text: str) -> None:
        """Note a cell with the error of a formula."""
        self.errors.setdefault(row, {})[column] = text

    def percent(self, row: int, column: int) -> None:
        """Note a cell shown in percent."""
        self.percents.setdefault(row, set()).add(column)


def check_span(rows: int, columns: int, used: int, file: str, limits: Limits, findings: Findings) -> None:
    """Refuse a sheet whose used cells span too large a rectangle, which would be held whole."""
    span = rows * columns
    if span > limits.cells or (span > _SPARSE_CELLS and span > _SPARSE * used):
        findings.refuse(
            "too_large",
            f"The used cells of a sheet of {file} span {span:,} cells.",
            "Delete stray cells far to the right of or below the table.",
        )


def check_repetition(cells: int, written: int, text: int, file: str, limits: Limits, findings: Findings) -> None:
    """Refuse a workbook in which little is written and much is repeated.

    Parameters
    ----------
    cells : filled cells, repeated ones counted each
    written : filled cells that are written out
    text : characters of all filled cells
    """
    if text > limits.inflated_bytes or (cells > _REPEATED and cells > 10 * written):
        findings.refuse(
            "too_large",
            f"{file} holds {written:,} written cells that stand for {cells:,} cells and {text / 1e6:,.0f} MB of text.",
            "Save the table as CSV, or leave out what is not needed.",
        )

"""What is wrong with a file, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.ingest.columns import ColumnRead
    from core.ingest.questions import Question


@dataclass(frozen=True)
class Problem:
    """One finding in a file.

    Parameters
    ----------
    severity : "error" (the value or row is not used) or "warning" (kept, and worth a look)
    code : stable short name, e.g. "death_before_start"
    table : table of the cohort, e.g. "courses"; "" when it concerns the whole source
    line : line or sheet row as the person sees it, header = 1; None when it concerns a whole column or file
    column : header as it stands in the file; "" when it concerns a whole row or file
    value : the cell as read; "" when there is none
    message : what is wrong
    remedy : how to mend it
    """

    severity: str
    code: str
    table: str
    line: int | None
    column: str
    value: str
    message: str
    remedy: str

    def sentence(self) -> str:
        """The problem in one line: where, what, how to mend."""
        line = f"line {self.line}" if self.line else ""
        column = f"'{self.column}'" if self.column else ""
        place = ", ".join(part for part in (self.table, line, column) if part)
        return f"{place}: {self.message} {self.remedy}".strip(": ").strip()


class CohortError(Exception):
    """A source that cannot be used at all; carries every problem found, question asked and column read so far.

    Its text names no cell value.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        questions: Sequence[Question] = (),
        columns: Sequence[ColumnRead] = (),
    ) -> None:
        self.problems = tuple(problems)
        self.questions = tuple(questions)
        self.columns = tuple(columns)
        super().__init__(f"The source was refused: {len(self.problems)} problem(s).")

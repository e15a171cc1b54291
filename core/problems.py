"""What is wrong with a file, said so that a person can mend it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    rows : how many rows it stands for: more than one where the rest of many is only counted
    file, sheet : where the table was read from, while it is read; "" when that is not known, or there is no sheet
    """

    severity: str
    code: str
    table: str
    line: int | None
    column: str
    value: str
    message: str
    remedy: str
    rows: int = field(default=1, compare=False)
    file: str = field(default="", compare=False)
    sheet: str = field(default="", compare=False)

    @property
    def part(self) -> str:
        """The part of the source as a person finds it: its sheet, else its table."""
        return f"sheet {self.sheet}" if self.sheet else self.table

    @property
    def shown_remedy(self) -> str:
        """How to mend it where there is no command line: without the option, which stands last."""
        said, *option = re.split(r" \((?:such as )?--map ", self.remedy, maxsplit=1)
        return f"{said}." if option else said

    def sentence(self) -> str:
        """The problem in one line: where, what, how to mend."""
        line = f"line {self.line}" if self.line else ""
        column = f"'{self.column}'" if self.column else ""
        place = ", ".join(part for part in (self.part, line, column) if part)
        return f"{place}: {self.message} {self.remedy}".strip(": ").strip()


LEFT_OUT, READ_AS_MISSING = "left out", "read as missing"
"""What the list of problems holds besides, in place of a severity, for who keeps the data: nothing is wrong with it."""

PATIENT_COLUMN = "courses.patient_id.column"
"""The key of the question which column names the patient."""
NO_PATIENT = "no_patient_column"
"""The code of what concerns every number: rows are counted as patients."""


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one kind in one column.

    Parameters
    ----------
    severity, code, table, column : what they have in common
    rows : how many rows have it
    first : the first of them, as an example
    lines : those that are reported one by one, ascending
    """

    severity: str
    code: str
    table: str
    column: str
    rows: int
    first: Problem
    lines: tuple[int, ...]


def grouped(problems: Sequence[Problem]) -> tuple[ProblemGroup, ...]:
    """Problems by severity, code, table and column: errors first, then those of most rows."""
    groups: dict[tuple[str, str, str, str], list[Problem]] = defaultdict(list)
    for one in problems:
        groups[one.severity, one.code, one.table, one.column].append(one)
    found = [
        ProblemGroup(
            *kind,
            sum(one.rows for one in many),
            many[0],
            tuple(sorted(one.line for one in many if one.line is not None)),
        )
        for kind, many in groups.items()
    ]
    return tuple(sorted(found, key=lambda group: (group.severity != "error", -group.rows)))


def counted(problems: Sequence[Problem]) -> Counter[str]:
    """Rows with a problem by severity, "error" and "warning"; a row with two counts twice."""
    counts: Counter[str] = Counter()
    for one in problems:
        counts[one.severity] += one.rows
    return counts


def selected(
    problems: Sequence[Problem],
    *,
    severity: str = "",
    code: str = "",
    table: str = "",
    column: str = "",
    text: str = "",
) -> tuple[Problem, ...]:
    """Those problems that have what is given; "" leaves a condition out.

    Parameters
    ----------
    text : stands in the message, the value or the column, without regard to case
    """
    wanted = {"severity": severity, "code": code, "table": table, "column": column}
    sought = text.casefold()
    return tuple(
        one
        for one in problems
        if all(not value or getattr(one, name) == value for name, value in wanted.items())
        and (not sought or any(sought in part.casefold() for part in (one.message, one.value, one.column)))
    )


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

"""What reading a source finds: columns, problems to report, rows and cells set aside, changes, questions to ask."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np

from core.ingest.columns import ColumnRead
from core.ingest.identifiers import identifies
from core.ingest.questions import Choice, Question
from core.problems import CohortError, Problem

SHOWN_CELLS = 200
"""Cells of one column and one kind that are reported one by one; the rest is counted in one more problem.

Errors of the courses table are reported every one: the store reads from them which cells were unusable."""
_LONGEST = 80


def shorten(text: str) -> str:
    """A cell as shown in a problem: at most 80 characters of it."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


Progress = Callable[[str, int, "int | None"], None]
"""Told the step, how many rows or columns of it are done, and of how many; None when that is not known."""


class Findings:
    """Collects problems, changes and questions while a source is read.

    Parameters
    ----------
    answers : key of a question -> value of a choice
    progress : told how far the reading is
    """

    def __init__(self, answers: Mapping[str, str] | None = None, progress: Progress | None = None) -> None:
        self.progress: Progress = progress or silent
        self.problems: list[Problem] = []
        self.aside: list[Problem] = []
        self.changes: list[str] = []
        self.questions: list[Question] = []
        self.columns: list[ColumnRead] = []
        self._answers = dict(answers or {})
        self._accepted: set[str] = set()
        self._places: dict[str, tuple[str, str]] = {}

    def reading(self, table: str, file: str, sheet: str = "") -> None:
        """Say where a table stands: what is found in it names the place."""
        self._places[table] = (file, sheet)

    def ask(
        self,
        key: str,
        table: str,
        *,
        column: str = "",
        example: str = "",
        text: str,
        why: str,
        choices: Sequence[Choice],
        default: str = "",
    ) -> str:
        """Ask, and go on with the answer given, else with the default; the same key is asked once.

        Returns
        -------
        The value in force, "" for a question that has neither answer nor default.
        """
        for one in self.questions:
            if one.key == key:
                return one.answer
        answer = self._answers.get(key, "")
        given = answer in {choice.value for choice in choices}
        if identifies(example):
            example = ""
        asked = Question(
            key, table, column, shorten(example), text, why, tuple(choices), answer if given else default, given
        )
        self.questions.append(asked)
        return asked.answer

    def answered(self, key: str, allowed: Container[str]) -> str:
        """The answer under a key that need not be asked about, "" without one that is allowed."""
        answer = self._answers.get(key, "")
        if answer not in allowed:
            return ""
        self._accepted.add(key)
        return answer

    def refuse_stray_answers(self) -> None:
        """Give the source up when an answer belongs to no question, or is none of its choices.

        Raises
        ------
        CohortError
        """
        asked = {one.key: one for one in self.questions}
        for key, value in self._answers.items():
            if key in self._accepted:
                continue
            if key not in asked:
                known = ", ".join(f"'{one}'" for one in asked) or "none"
                self.refuse(
                    "unknown_answer",
                    f"Nothing is asked under '{shorten(key)}'; the questions of this source are: {known}.",
                    "Leave the answer out, or correct its key.",
                )
            if not asked[key].given:
                choices = ", ".join(f"'{one.value}'" for one in asked[key].choices)
                self.refuse(
                    "unknown_answer",
                    f"'{shorten(value)}' is no answer to '{key}'.",
                    f"Use one of: {choices}.",
                    table=asked[key].table,
                    column=asked[key].column,
                )

    def change(self, sentence: str) -> None:
        """List a change of what the file says; the same sentence once."""
        if sentence not in self.changes:
            self.changes.append(sentence)

    def error(
        self, code: str, table: str, line: int | None, *, column: str = "", value: str = "", message: str, remedy: str
    ) -> None:
        """Report a value or row that is not used."""
        self._add("error", code, table, line, column, value, message, remedy)

    def warning(
        self, code: str, table: str, line: int | None, *, column: str = "", value: str = "", message: str, remedy: str
    ) -> None:
        """Report a value or row that is kept and worth a look."""
        self._add("warning", code, table, line, column, value, message, remedy)

    def rows(
        self,
        severity: str,
        code: str,
        table: str,
        rows: np.ndarray,
        lines: np.ndarray,
        *,
        column: str,
        remedy: str,
        describe: Callable[[int], tuple[str, str]],
    ) -> None:
        """Report many rows of one kind, one by one or the first `SHOWN_CELLS` and the rest counted.

        Parameters
        ----------
        rows : 0-based row numbers, ascending
        lines : line of every row of the table
        describe : row number -> (value, message)
        """
        shown = len(rows) if table == "courses" and severity == "error" else SHOWN_CELLS
        for row in rows[:shown]:
            value, message = describe(int(row))
            self._add(severity, code, table, int(lines[row]), column, value, message, remedy)
        rest = len(rows) - shown
        if rest > 0:
            self.problems.append(self._rest(severity, code, table, column, rest, remedy))

    def set_aside(
        self,
        kind: str,
        table: str,
        lines: Sequence[int] | np.ndarray,
        *,
        column: str = "",
        cell: Callable[[int], str] = lambda _: "",
        message: str,
        remedy: str,
    ) -> None:
        """Note rows or cells that are not used though nothing is wrong; the first `SHOWN_CELLS`, the rest counted.

        Parameters
        ----------
        kind : `core.problems.LEFT_OUT` or `READ_AS_MISSING`
        lines : ascending
        cell : place in `lines` -> the cell; none for a whole row, which may name a patient
        """
        code = kind.replace(" ", "_")
        for place, line in enumerate(lines[:SHOWN_CELLS]):
            self.aside.append(self._problem(kind, code, table, int(line), column, cell(place), message, remedy))
        rest = len(lines) - SHOWN_CELLS
        if rest > 0:
            self.aside.append(self._rest(kind, code, table, column, rest, remedy))

    def _rest(self, severity: str, code: str, table: str, column: str, rest: int, remedy: str) -> Problem:
        more = f"{rest:,} more rows like the ones before."
        return replace(self._problem(severity, code, table, None, column, "", more, remedy), rows=rest)

    def _problem(
        self, severity: str, code: str, table: str, line: int | None, column: str, value: str, message: str, remedy: str
    ) -> Problem:
        file, sheet = self._places.get(table, ("", ""))
        return Problem(severity, code, table, line, column, value, message, remedy, file=file, sheet=sheet)

    def forget(self, table: str, column: str) -> None:
        """Take back the problems of a column that is not kept after all."""
        self.problems = [one for one in self.problems if (one.table, one.column) != (table, column)]

    def _add(
        self, severity: str, code: str, table: str, line: int | None, column: str, value: str, message: str, remedy: str
    ) -> None:
        if value and identifies(value):
            message, value = message.replace(value, "…"), "…"
        short = shorten(value)
        message = message.replace(value, short) if short != value else message
        self.problems.append(self._problem(severity, code, table, line, column, short, message, remedy))

    def refuse(
        self, code: str, message: str, remedy: str, *, table: str = "", line: int | None = None, column: str = ""
    ) -> NoReturn:
        """Give the source up, with everything found so far."""
        last = self._problem("error", code, table, line, column, "", message, remedy)
        raise CohortError([*self.problems, last], self.questions, self.columns)


def silent(step: str, done: int, total: int | None) -> None:
    """Nobody wants to know how far the reading is."""

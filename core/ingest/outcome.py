"""The outcome of reading a source as `check` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from core.ingest.source import Ingested, read_source
from core.problems import CohortError

FINE, USABLE, REFUSED = 0, 1, 2
"""Exit status: nothing to report; usable, with problems; refused."""


def try_source(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    cutoff: date | None = None,
    today: date | None = None,
) -> Ingested | CohortError:
    """Read a source as `read_source` does; a refusal is returned, not raised."""
    try:
        return read_source(path, mapping=mapping, answers=answers, cutoff=cutoff, today=today)
    except CohortError as refusal:
        return refusal


def status(outcome: Ingested | CohortError) -> int:
    """Exit status of an outcome: 0 nothing to report, 1 usable with problems, 2 refused."""
    if isinstance(outcome, CohortError):
        return REFUSED
    return USABLE if outcome.problems else FINE


def report(outcome: Ingested | CohortError) -> dict[str, Any]:
    """An outcome as the JSON object of `check --json`: rows_read, rows_kept, mapping, changes, problems, questions,
    columns."""
    problems = [asdict(problem) for problem in outcome.problems]
    for problem in problems:
        del problem["rows"], problem["file"], problem["sheet"]
    questions = [asdict(question) for question in outcome.questions]
    columns = [asdict(column) for column in outcome.columns]
    if isinstance(outcome, CohortError):
        return {
            "rows_read": 0,
            "rows_kept": 0,
            "mapping": {},
            "changes": [],
            "problems": problems,
            "questions": questions,
            "columns": columns,
        }
    return {
        "rows_read": outcome.rows_read,
        "rows_kept": outcome.rows_kept,
        "mapping": outcome.mapping,
        "changes": outcome.changes,
        "problems": problems,
        "questions": questions,
        "columns": columns,
    }


def check_source(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    cutoff: date | None = None,
    today: date | None = None,
) -> dict[str, Any]:
    """Read, map and validate a source; store nothing. The object that `check --json` prints."""
    return report(try_source(path, mapping=mapping, answers=answers, cutoff=cutoff, today=today))

"""What reading a column found, as problems and changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np

from core.dictionary import Field
from core.ingest.findings import Findings
from core.ingest.parse import Failure, Parsed
from core.ingest.tabular import TextColumn, TextTable

_SHOWN_READINGS = 12


def report(parsed: Parsed, column: TextColumn, one: Field, text: TextTable, findings: Findings) -> None:
    """Report the cells that could not be used or are implausible, and list what was changed."""
    for severity, found in (("error", parsed.failures), ("warning", parsed.odd)):
        by_kind: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, failure in found.items():
            by_kind[failure.code, failure.remedy].append(place)
        for (code, remedy), places in by_kind.items():
            if text.name != "courses" and one.type == "category":
                _levels(places, parsed, column, text, findings)
            else:
                _cells(severity, code, remedy, places, found, column, text, findings)
    if parsed.doubt is not None:
        _doubt(parsed, parsed.doubt, column, text, findings)
    for note, rows in parsed.notes:
        findings.change(f"{text.name}: '{column.header}': {note} ({counted(rows, 'cell')}).")
    if one.type != "yes_no" and parsed.readings:
        shown = [f"'{written}' read as {level} ({counted(n, 'cell')})" for written, level, n in parsed.readings]
        more = f" and {len(shown) - _SHOWN_READINGS} more words" if len(shown) > _SHOWN_READINGS else ""
        findings.change(f"{text.name}: '{column.header}': {', '.join(shown[:_SHOWN_READINGS])}{more}.")


def list_missing(text: TextTable, findings: Findings) -> None:
    """List the words of a table that were read as "no value"."""
    words: Counter[str] = Counter()
    for column in text.columns:
        for place in np.flatnonzero(column.missing).tolist():
            if column.values[place]:
                words[column.values[place]] += int(column.counts[place])
    if words:
        shown = ", ".join(f"'{word}' ({counted(n, 'cell')})" for word, n in sorted(words.items()))
        findings.change(f"{text.name}: read as missing: {shown}.")


def list_answers(table: str, answers: Mapping[tuple[str, str], list[tuple[str, int]]], findings: Findings) -> None:
    """List the words read as yes and no, each once with the columns it was found in.

    Parameters
    ----------
    answers : (as written, as read) -> (header, cells) of each column
    """
    for (written, shown), found in sorted(answers.items()):
        headers = [f"'{header}'" for header, _ in found]
        columns = ", ".join(headers) if len(headers) <= 4 else f"{len(headers)} columns"
        cells = counted(sum(n for _, n in found), "cell")
        findings.change(f"{table}: {columns}: '{written}' read as {shown} ({cells}).")


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 cell", "1,200 cells"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _cells(
    severity: str,
    code: str,
    remedy: str,
    places: list[int],
    found: Mapping[int, Failure],
    column: TextColumn,
    text: TextTable,
    findings: Findings,
) -> None:
    def describe(row: int) -> tuple[str, str]:
        place = int(column.codes[row])
        return column.values[place], found[place].message

    rows = column.rows_of(places)
    findings.rows(severity, code, text.name, rows, text.lines, column=column.header, remedy=remedy, describe=describe)


def _levels(places: list[int], parsed: Parsed, column: TextColumn, text: TextTable, findings: Findings) -> None:
    """Unknown words of a long table: one problem a word, with its first line and the number of its rows."""
    for place in places:
        failure = parsed.failures[place]
        findings.error(
            failure.code,
            text.name,
            int(text.lines[column.rows_of([place])[0]]),
            column=column.header,
            value=column.values[place],
            message=f"{failure.message[:-1]} ({counted(int(column.counts[place]), 'row')}).",
            remedy=failure.remedy,
        )


def _doubt(parsed: Parsed, place: int, column: TextColumn, text: TextTable, findings: Findings) -> None:
    mixed = any(failure.code == "mixed_dates" for failure in parsed.failures.values())
    why = "both orders occur in the column" if mixed else "nothing tells which"
    findings.warning(
        "ambiguous_dates",
        text.name,
        int(text.lines[column.rows_of([place])[0]]),
        column=column.header,
        value=column.values[place],
        message=f"'{column.values[place]}' may be day/month/year or month/day/year, and {why}; it is read as "
        f"{str(parsed.values[place])[:10]}.",
        remedy="Is that right? If not, write the dates as 2021-03-25 (year-month-day).",
    )

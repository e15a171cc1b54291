"""What reading a column found, as problems and changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from core.dictionary import Field
from core.ingest.findings import Findings, shorten
from core.ingest.parse import Failure, Parsed
from core.ingest.tabular import TextColumn, TextTable
from core.problems import READ_AS_MISSING

_SHOWN_READINGS = 12
_ORDER_OPEN = "Answer the question about the dates of this table, or write them as 2021-03-25 (year-month-day)."
_ORDER_MIXED = "Is that right? If not, write the dates as 2021-03-25 (year-month-day)."


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
    _list_signs(parsed, column, text.name, findings)
    answered = np.flatnonzero(parsed.missing & ~column.missing).tolist()
    if answered:
        _set_aside(answered, column, text, findings)
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
        places = [place for place in np.flatnonzero(column.missing).tolist() if column.values[place]]
        for place in places:
            words[column.values[place]] += int(column.counts[place])
        if places:
            _set_aside(places, column, text, findings)
    if words:
        shown = ", ".join(f"'{word}' ({counted(n, 'cell')})" for word, n in sorted(words.items()))
        findings.change(f"{text.name}: read as missing: {shown}.")


def _set_aside(places: list[int], column: TextColumn, text: TextTable, findings: Findings) -> None:
    """Note the cells that were read as "no value"."""
    rows = column.rows_of(places)
    findings.set_aside(
        READ_AS_MISSING,
        text.name,
        text.lines[rows],
        column=column.header,
        cell=lambda place: shorten(column.values[column.codes[rows[place]]]),
        message="The cell is read as no value.",
        remedy="Nothing to do, unless the value is known.",
    )


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
    """Dates that read both ways: of a column with both orders, else once for the table, whose question stands open."""
    written = column.values[place]
    if not parsed.mixed and any(
        (one.code, one.table, one.remedy) == ("ambiguous_dates", text.name, _ORDER_OPEN) for one in findings.problems
    ):
        return
    why = "both orders occur in the column" if parsed.mixed else "nothing in the table tells which"
    findings.warning(
        "ambiguous_dates",
        text.name,
        int(text.lines[column.rows_of([place])[0]]),
        column=column.header,
        value=written,
        message=f"'{written}' may be day/month/year or month/day/year, and {why}; it is read as "
        f"{str(parsed.values[place])[:10]}.",
        remedy=_ORDER_MIXED if parsed.mixed else _ORDER_OPEN,
    )


def _list_signs(parsed: Parsed, column: TextColumn, table: str, findings: Findings) -> None:
    places = [place for place in parsed.signs if place not in parsed.failures]
    if places and not parsed.whole:
        rows = counted(int(column.counts[places].sum()), "cell")
        findings.change(
            f"{table}: '{column.header}': limits such as '{column.values[places[0]]}' are kept with their sign, and "
            f"the limit is the number used ({rows})."
        )


def list_conversion(
    parsed: Parsed, column: TextColumn, one: Field, unit: str, factor: float, text: TextTable, findings: Findings
) -> None:
    """List the conversion of a column with an example: "134 g/L -> 13.4 g/dL (110 cells)".

    Parameters
    ----------
    unit, factor : of the header, "" where it states the field's own; else `parsed` tells the unit that the values have
    """
    by_range = bool(parsed.unit)
    unit, factor = (parsed.unit, parsed.factor) if by_range else (unit, factor)
    if not unit or not one.numeric:
        return
    known = np.flatnonzero(~np.isnan(parsed.values))
    if not len(known):
        return
    place = int(known[0])
    rows = counted(int(column.counts[known].sum()), "cell")
    why = "" if not by_range else ", the unit that its values tell" if not _answered(column, text, findings) else (
        ", as answered")  # fmt: skip
    written = f"{parsed.values[place] / factor:.6g} {unit} -> {parsed.values[place]:.4g} {one.unit}"
    findings.change(f"{text.name}: '{column.header}': converted from {unit} to {one.unit}{why}: {written} ({rows}).")


def list_units_taken(table: str, taken: Mapping[str, Sequence[str]], findings: Findings) -> None:
    """List the columns whose headers state no unit: the unit in which they are taken -> headers."""
    quoted = {unit: ", ".join(f"'{header}'" for header in headers) for unit, headers in taken.items()}
    said = "; ".join(f"{unit} in {headers}" for unit, headers in quoted.items())
    if said:
        findings.change(f"{table}: the headers state no unit, and the values are taken as {said}.")


def _answered(column: TextColumn, text: TextTable, findings: Findings) -> bool:
    return any(question.key == f"{text.name}.{column.header}.unit" for question in findings.questions)

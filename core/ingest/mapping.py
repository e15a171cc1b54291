"""Which column is which field: stated by the user, else by name, label or synonym; what is ambiguous is reported."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.dictionary import TABLES, Field
from core.fields import TABLE_FIELDS
from core.ingest.findings import Findings
from core.ingest.header_units import header_parts, unit_factor
from core.ingest.headers import NAME, candidates, plain
from core.ingest.tabular import TextTable

STATED = -1
"""The user said so; surer than any header."""
_SHORTEST, _LONGEST, _CLOSE = 6, 60, 0.88


@dataclass(frozen=True)
class Assignment:
    """One column read as one field.

    Parameters
    ----------
    column : place of the column in the table
    field : of the data dictionary
    how : `STATED`, or `NAME`, `LABEL`, `SYNONYM` of `core.ingest.headers`
    factor : multiplies the column's numbers to have them in the field's unit
    unit : unit that the header states, where it is another one; else ""
    """

    column: int
    field: Field
    how: int
    factor: float = 1.0
    unit: str = ""


def fate(table: str) -> str:
    """What becomes of a column that is no field."""
    return "kept under its own name" if table == "courses" else "not used"


def split_mapping(mapping: Mapping[str, str] | None, findings: Findings) -> dict[str, dict[str, str]]:
    """A stated mapping by table: "os_days" is a field of courses, "labs.value" of labs.

    Raises
    ------
    CohortError
        Naming each field that does not exist.
    """
    split: dict[str, dict[str, str]] = {table: {} for table in TABLES}
    for name, header in (mapping or {}).items():
        table, _, field = name.rpartition(".")
        table = table or "courses"
        if field not in TABLE_FIELDS.get(table, {}):
            findings.error(
                "unknown_field",
                table if table in TABLES else "",
                None,
                column=header,
                message=f"The mapping names the field '{name}', which the data dictionary does not have.",
                remedy="Use a field of the data dictionary, such as os_days, or labs.value of another table.",
            )
        else:
            split[table][field] = header
    _refuse_if_any(findings, "unknown_field")
    return split


def assign(table: TextTable, stated: Mapping[str, str], findings: Findings) -> list[Assignment]:
    """Which columns are which fields of a table.

    Parameters
    ----------
    stated : field -> header, wins over everything else

    Raises
    ------
    CohortError
        A stated header that the table does not have.
    """
    taken = [_stated(table, field, header, findings) for field, header in stated.items()]
    _refuse_if_any(findings, "unknown_header")
    assignments = [assignment for assignment in taken if assignment is not None]
    used = {assignment.column for assignment in assignments}
    claims: dict[str, list[Assignment]] = defaultdict(list)
    for place, column in enumerate(table.columns):
        if place not in used and not column.made:
            claim = _claim(table.name, place, column.header, findings)
            if claim is not None and claim.field.name not in stated:
                claims[claim.field.name].append(claim)
    for name, rivals in claims.items():
        winner = _winner(table, name, rivals, findings)
        if winner is not None:
            assignments.append(winner)
    _misspelt(table, assignments, findings)
    return sorted(assignments, key=lambda assignment: assignment.column)


def _misspelt(table: TextTable, assignments: Sequence[Assignment], findings: Findings) -> None:
    """Ask about headers that are nearly the name of a field that no column is."""
    taken = {assignment.field.name for assignment in assignments}
    used = {assignment.column for assignment in assignments}
    free = {plain(name): name for name in TABLE_FIELDS[table.name] if name not in taken}
    for place, column in enumerate(table.columns):
        name = plain(column.header)
        if place in used or column.made or not _SHORTEST <= len(name) <= _LONGEST or name in free:
            continue
        close = difflib.get_close_matches(name, free, n=1, cutoff=_CLOSE)
        if close:
            field = free[close[0]]
            findings.warning(
                "unknown_header",
                table.name,
                None,
                column=column.header,
                message=f"The column '{column.header}' is no field, but nearly {field}; it is {fate(table.name)}.",
                remedy=f"If it is {field}, correct the header, or state {field} = {column.header}.",
            )


def _refuse_if_any(findings: Findings, code: str) -> None:
    found = [problem for problem in findings.problems if problem.code == code]
    if found:
        last = found[-1]
        findings.problems.remove(last)
        findings.refuse(code, last.message, last.remedy, table=last.table, column=last.column)


def _stated(table: TextTable, field: str, header: str, findings: Findings) -> Assignment | None:
    headers = [column.header for column in table.columns]
    places = [place for place, one in enumerate(headers) if one == header.strip()]
    places = places or [place for place, one in enumerate(headers) if plain(one) and plain(one) == plain(header)]
    if len(places) == 1:
        return Assignment(places[0], TABLE_FIELDS[table.name][field], STATED)
    what = "is not among" if not places else "stands more than once among"
    findings.error(
        "unknown_header",
        table.name,
        None,
        column=header,
        message=f"The mapping takes {field} from the column '{header}', which {what} the headers of {table.file}: "
        f"{_listed(headers)}.",
        remedy="Write the header as it stands in the file.",
    )
    return None


def _claim(table: str, place: int, header: str, findings: Findings) -> Assignment | None:
    """The field a header claims; None when no field, or several, go by it."""
    found = candidates(table, header)
    factor, unit = 1.0, ""
    if not found:
        found, factor, unit = _with_unit(table, header, findings)
    if len(found) > 1:
        findings.warning(
            "ambiguous_header",
            table,
            None,
            column=header,
            message=f"The column '{header}' may be {_listed([field.name for field, _ in found], ' or ')}; it is "
            f"{fate(table)}.",
            remedy=f"State which it is: {found[0][0].name} = {header}.",
        )
        return None
    return Assignment(place, found[0][0], found[0][1], factor, unit) if found else None


def _with_unit(table: str, header: str, findings: Findings) -> tuple[tuple[tuple[Field, int], ...], float, str]:
    """Fields that a header names when its unit, or a remark in brackets, is taken off."""
    for base, unit in header_parts(header):
        found = candidates(table, base)
        if not found:
            continue
        if not all(field.numeric for field, _ in found):
            return found, 1.0, ""
        fitting = [(field, how, unit_factor(field, unit)) for field, how in found]
        fitting = [entry for entry in fitting if entry[2] is not None]
        if fitting:
            factor = fitting[0][2] or 1.0
            return tuple((field, how) for field, how, _ in fitting), factor, unit if factor != 1.0 else ""
        field = found[0][0]
        findings.warning(
            "unknown_unit",
            table,
            None,
            column=header,
            message=f"The column '{header}' looks like {field.name}, but '{unit}' is not a unit known for it; it is "
            f"{fate(table)}.",
            remedy=f"Convert the values to {field.unit or 'plain numbers'}, or state {field.name} = {header}.",
        )
        return (), 1.0, ""
    return (), 1.0, ""


def _winner(table: TextTable, name: str, rivals: Sequence[Assignment], findings: Findings) -> Assignment | None:
    """The column that a field takes of those which claim it; none when two claim it equally."""
    if len(rivals) == 1:
        return rivals[0]
    best = min(rival.how for rival in rivals)
    first = [rival for rival in rivals if rival.how == best]
    headers = [table.columns[rival.column].header for rival in rivals]
    quoted = _listed([f"'{header}'" for header in headers], " and ")
    exact = [rival for rival in first if best == NAME and table.columns[rival.column].header == name]
    winner = first[0] if len(first) == 1 else exact[0] if len(exact) == 1 else None
    taken = "none of them" if winner is None else f"'{table.columns[winner.column].header}'"
    findings.warning(
        "ambiguous_header",
        table.name,
        None,
        column=headers[0] if winner is None else table.columns[winner.column].header,
        message=f"The columns {quoted} could each be {name}; {taken} is taken for it.",
        remedy=f"State which it is: {name} = {headers[0]}.",
    )
    return winner


def _listed(items: Sequence[str], last: str = ", ") -> str:
    """Items in words: the first twelve, and how many more."""
    shown, rest = list(items[:12]), len(items) - 12
    if rest > 0:
        return ", ".join(shown) + f" and {rest} more"
    return ", ".join(shown[:-1]) + last + shown[-1] if len(shown) > 1 else "".join(shown)

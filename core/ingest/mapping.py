"""Which column is which field: stated by the user, else by name, label or synonym; what is ambiguous is reported."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.dictionary import TABLES, Field
from core.fields import TABLE_FIELDS
from core.ingest.findings import Findings
from core.ingest.headers import NAME, candidates, plain
from core.ingest.tabular import TextTable
from core.units import factor as analyte_factor
from core.units import plain_unit

STATED = -1
_ANALYTES = {
    "haemoglobin_g_dl": "haemoglobin",
    "leukocytes_1e9_l": "leukocytes",
    "lymphocytes_1e9_l": "lymphocytes",
    "neutrophils_1e9_l": "neutrophils",
    "platelets_1e9_l": "platelets",
    "alt_u_l": "ALT",
    "ast_u_l": "AST",
    "ggt_u_l": "GGT",
    "alp_u_l": "ALP",
    "bilirubin_mg_dl": "bilirubin",
    "albumin_g_l": "albumin",
    "creatinine_mg_dl": "creatinine",
    "egfr": "eGFR",
}
_SAME: dict[str, tuple[str, ...]] = {
    "ug/L": ("ug/l", "ng/ml", "mcg/l"),
    "mmol/L": ("mmol/l", "meq/l"),
    "mg/L": ("mg/l",),
    "GBq": ("gbq",),
    "years": ("years", "year", "yr", "yrs", "y", "ans", "an", "jaar", "jaren", "j"),
    "months": ("months", "month", "mo", "mois", "maanden", "maand", "m"),
    "days": ("days", "day", "d", "jours", "jour", "j", "dagen", "dag"),
    "%": ("%", "percent", "pct", "pourcent", "procent"),
    "x ULN": ("xuln", "uln", "xlsn"),
    "per 2 mm²": ("per2mm2", "/2mm2", "2mm2"),
}
_MULTIPLES = {("GBq", "mbq"): 0.001, ("GBq", "mci"): 0.037, ("mg/L", "mg/dl"): 10.0, ("ug/L", "mg/l"): 1000.0}
_BRACKETS = re.compile(r"^(?P<base>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]\s*$")
_COMMA = re.compile(r"^(?P<base>.*?),\s*(?P<unit>[^,]+)$")


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
        if place not in used:
            claim = _claim(table.name, place, column.header, findings)
            if claim is not None and claim.field.name not in stated:
                claims[claim.field.name].append(claim)
    for name, rivals in claims.items():
        winner = _winner(table, name, rivals, findings)
        if winner is not None:
            assignments.append(winner)
    return sorted(assignments, key=lambda assignment: assignment.column)


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
            message=f"The column '{header}' may be {_listed([field.name for field, _ in found], ' or ')}; it is kept "
            "under its own name.",
            remedy=f"State which it is: {found[0][0].name} = {header}.",
        )
        return None
    return Assignment(place, found[0][0], found[0][1], factor, unit) if found else None


def _with_unit(table: str, header: str, findings: Findings) -> tuple[tuple[tuple[Field, int], ...], float, str]:
    """Fields that a header names when its unit, or a remark in brackets, is taken off."""
    for base, unit in _parts(header):
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
            "kept under its own name.",
            remedy=f"Convert the values to {field.unit or 'plain numbers'}, or state {field.name} = {header}.",
        )
        return (), 1.0, ""
    return (), 1.0, ""


def _parts(header: str) -> list[tuple[str, str]]:
    """(base, unit) as a header may be taken apart: brackets, a comma, or trailing words such as "umol l"."""
    parts = [(found["base"], found["unit"]) for found in (_BRACKETS.match(header), _COMMA.match(header)) if found]
    if parts:
        return parts
    words = plain(header).split()
    if len(words) > 2 and _is_unit("/".join(words[-2:])):
        return [(" ".join(words[:-2]), "/".join(words[-2:]))]
    if len(words) > 1 and _is_unit(words[-1]) and len(words[-1]) > 1:
        return [(" ".join(words[:-1]), words[-1])]
    return []


def _is_unit(text: str) -> bool:
    unit = plain_unit(text)
    return (
        any(unit in same for same in _SAME.values())
        or any(unit == other for _, other in _MULTIPLES)
        or any(analyte_factor(analyte, text) is not None for analyte in _ANALYTES.values())
    )


def unit_factor(field: Field, unit: str) -> float | None:
    """What to multiply a number in `unit` by to have it in the field's unit; None when that is not known."""
    text = plain_unit(unit)
    if not text or text == plain_unit(field.unit) or text in _SAME.get(field.unit, ()):
        return 1.0
    if (field.unit, text) in _MULTIPLES:
        return _MULTIPLES[field.unit, text]
    exact = analyte_factor(_ANALYTES.get(field.name, ""), unit)
    return None if exact is None else float(exact)


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
    taken = "none of them is taken" if winner is None else f"'{table.columns[winner.column].header}' is taken"
    findings.warning(
        "ambiguous_header",
        table.name,
        None,
        column=headers[0] if winner is None else table.columns[winner.column].header,
        message=f"The columns {quoted} could each be {name}; {taken}, the rest are kept under their own names.",
        remedy=f"State which it is: {name} = {headers[0]}.",
    )
    return winner


def _listed(items: Sequence[str], last: str = ", ") -> str:
    """Items in words: the first twelve, and how many more."""
    shown, rest = list(items[:12]), len(items) - 12
    if rest > 0:
        return ", ".join(shown) + f" and {rest} more"
    return ", ".join(shown[:-1]) + last + shown[-1] if len(shown) > 1 else "".join(shown)

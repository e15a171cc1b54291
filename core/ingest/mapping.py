"""Which column is which field: stated, else by name, label, synonym or similarity; what is open is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.dictionary import TABLES
from core.fields import TABLE_FIELDS
from core.ingest.assignment import STATED, Assignment, listed
from core.ingest.findings import Findings
from core.ingest.fit import Fit
from core.ingest.headers import plain
from core.ingest.matching import Matching
from core.ingest.tabular import TextTable


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


def assign(table: TextTable, stated: Mapping[str, str], today: date, findings: Findings) -> list[Assignment]:
    """Which columns are which fields of a table.

    Parameters
    ----------
    stated : field -> header, wins over everything else
    today : no date may be later

    Raises
    ------
    CohortError
        A stated header that the table does not have; two columns answered to be one field.
    """
    taken = [_stated(table, field, header, findings) for field, header in stated.items()]
    _refuse_if_any(findings, "unknown_header")
    matching = Matching(table, Fit(table, today), findings)
    for assignment in taken:
        if assignment is not None:
            matching.take(assignment)
    matching.take_answers()
    matching.take_names()
    matching.take_similar()
    matching.take_patient()
    return sorted(matching.assignments, key=lambda assignment: assignment.column)


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
        f"{listed(headers)}.",
        remedy="Write the header as it stands in the file.",
    )
    return None

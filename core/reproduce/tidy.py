"""The file beside the scripts: what a result needs of the analysis file, one row a course, without identifiers."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from core.analysis_file import analysis_file
from core.export.contents import Look
from core.reproduce.recipe import ROW, Recipe, one_kind_of_line
from core.selection import Selection
from core.spreadsheet import write_csv
from core.sql.names import table_names
from core.sql.read import stratum
from core.sql.summaries import read_expression
from core.strata import SELECTION, Strata


def tidy_file(recipe: Recipe, look: Look) -> bytes:
    """The file as CSV in UTF-8; a running number stands for the course, or in the patient flow for the patient."""
    if recipe.program == "flow":
        return _csv(_flow_columns(look))
    everybody = look.selection.population if recipe.against_rest else look.selection
    found = analysis_file(look.store, look.version, everybody, look.options)
    cells = dict(zip(found.header, found.columns, strict=True))
    columns: dict[str, Sequence[str]] = {ROW: [str(number) for number in range(1, found.n + 1)]}
    if recipe.against_rest:
        columns[SELECTION] = _sides(look)
    nothing = [""] * found.n
    columns |= {name: cells.get(name, nothing) for name in recipe.columns}
    if look.version.synthetic:
        columns["synthetic"] = ["yes"] * found.n
    return _csv(columns)


def _csv(columns: dict[str, Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    write_csv(written, list(columns), zip(*(map(one_kind_of_line, one) for one in columns.values()), strict=True))
    return written.getvalue().encode()


def _sides(look: Look) -> list[str]:
    """Selection or rest, for each course of the population; "" where a missing value leaves it open."""
    population, side = stratum(
        Strata(SELECTION), look.selection, look.version.fields, look.options, table_names(look.version.id).analysis
    )
    rows = look.store.selected(look.version, population, look.options)
    with look.store.cursor() as cursor:
        return [one or "" for one in read_expression(cursor, rows, side)]


def _flow_columns(look: Look) -> dict[str, Sequence[str]]:
    store, version, options = look.store, look.version, look.options
    fields = [one for one in ("histology_complete", "first_prrt_elsewhere") if one in version.fields]
    found = store.columns(version, Selection(conditions=()), ("course_row", "patient_id", "course", *fields), options)
    rows = found["course_row"].astype(int)
    numbers: dict[str, str] = {}
    patients = [numbers.setdefault(str(one), str(len(numbers) + 1)) for one in found["patient_id"]]
    wider = look.selection.population if look.selection.narrowing else look.selection

    def marked(selection: Selection) -> list[str]:
        kept = store.columns(version, selection, ("course_row",), options)["course_row"].astype(int)
        return ["yes" if one else "no" for one in np.isin(rows, kept)]

    def stated(name: str) -> list[str]:
        if name not in found:
            return [""] * len(rows)
        return ["" if one is None else "yes" if one else "no" for one in found[name].tolist()]

    return {
        "patient": patients,
        "course": ["" if one != one else str(int(one)) for one in found["course"].tolist()],
        "histology_complete": stated("histology_complete"),
        "first_prrt_elsewhere": stated("first_prrt_elsewhere"),
        "selected": marked(look.selection),
        "population": marked(wider),
        **({"synthetic": ["yes"] * len(rows)} if version.synthetic else {}),
    }

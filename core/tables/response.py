"""Response by RECIST 1.1 as a table."""

from __future__ import annotations

from core.dictionary import Field
from core.figures.names import level_label
from core.formats import NOT_ESTIMABLE, count, count_percent, plural, span
from core.response import EVALUABLE, Proportion, Response, ResponseTable
from core.tables.table import Table


def response_table(found: ResponseTable, field: Field | None = None, min_cell: int = 0) -> Table:
    """Each response, ORR and DCR with exact intervals; one row a group, or one for everybody.

    Parameters
    ----------
    found : responses of a selection
    field : that divides the groups, for their names
    min_cell : counts below it are suppressed
    """
    groups = found.groups or (found.overall,)
    notes = [
        "Percent of evaluable courses. ORR = CR + PR, DCR = CR + PR + SD; "
        f"{found.conf_level:.0%} intervals after Clopper and Pearson (exact).",
        *(str(one) for one in found.warnings),
    ]
    if found.strata_missing:
        notes.append(f"{plural(found.strata_missing, 'course')} in no group, as a value is missing.")
    return Table(
        title="Response by RECIST 1.1",
        columns=("Patients", "n", "Evaluable", *EVALUABLE, "ORR, % (95% CI)", "DCR, % (95% CI)"),
        rows=tuple(_row(one, field, min_cell) for one in groups),
        notes=tuple(notes),
    )


def _row(one: Response, field: Field | None, min_cell: int) -> tuple[str, ...]:
    counts = [count_percent(one.counts[name], one.evaluable, min_cell) for name in EVALUABLE]
    name = level_label(one.level, field) if one.level else "All"
    return (name, count(one.n), count(one.evaluable), *counts, proportion(one.orr), proportion(one.dcr))


def proportion(one: Proportion) -> str:
    """A proportion in percent with its interval: "22.5 (14.9-31.9)"; em dash where nobody is evaluable."""
    if one.percent is None or one.lower is None or one.upper is None:
        return NOT_ESTIMABLE
    return f"{one.percent:.1f} ({span(f'{one.lower:.1f}', f'{one.upper:.1f}')})"

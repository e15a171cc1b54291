"""The patient flow as a table."""

from __future__ import annotations

from core.flow import Flow
from core.formats import count, suppressed
from core.tables.table import Table


def flow_table(found: Flow, min_cell: int = 0) -> Table:
    """One row a box: patients, how many of the box before are not in it, and why.

    Parameters
    ----------
    found : flow of a cohort
    min_cell : counts below it are suppressed
    """
    rows = tuple(
        (one.step, _count(one.n, min_cell), _count(one.excluded, min_cell), one.reason or "") for one in found.steps
    )
    return Table("Patient flow", ("Step", "Patients", "Not in it", "Reason"), rows, notes=("Patients, not courses.",))


def _count(n: int, min_cell: int) -> str:
    return suppressed(min_cell) if 0 < n < min_cell else count(n)

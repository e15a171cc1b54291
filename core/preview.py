"""What a cohort would look like in the explorer, before it is committed: numbers, endpoints, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.curve import Quantile
from core.dictionary import TABLES
from core.fields import TABLE_FIELDS
from core.options import Options
from core.selection import Selection
from core.store import IN_MEMORY, Store
from core.survival import kaplan_meier

if TYPE_CHECKING:
    from core.cohort import CohortVersion
    from core.ingest import Ingested

EVENT_DATES = ("progression_date", "new_treatment_date", "death_date", "mds_date", "leukaemia_date")
"""Dates of what may not happen: no date says that it has not, as far as is known."""


@dataclass(frozen=True)
class EndpointPreview:
    """One endpoint of the default selection.

    Parameters
    ----------
    endpoint : "pfs", "os" or "ttnt"
    n : courses with a time
    n_events : events among them
    median : Kaplan-Meier median in days, with its interval; its `reason` says why there is none. None without courses
    """

    endpoint: str
    n: int
    n_events: int
    median: Quantile | None


@dataclass(frozen=True)
class MissingCells:
    """Cells of a column without a value that can be used.

    Parameters
    ----------
    table : of `core.dictionary.TABLES`
    field : name of the field or of the cohort's own column
    label : what a clinician calls it
    n : rows of the table
    missing : rows without a value
    unusable : of these, rows whose value could not be used (courses only)
    """

    table: str
    field: str
    label: str
    n: int
    missing: int
    unusable: int


@dataclass(frozen=True)
class Preview:
    """Numbers of a cohort before it is committed.

    Parameters
    ----------
    n_patients, n_courses : of the whole cohort
    rows : rows of each table that was brought
    selection : the default selection, in words
    n_selected : courses in it
    endpoints : those that have a time for at least one course, counted in the default selection
    missing : of every column brought, in the order of tables and columns
    """

    n_patients: int
    n_courses: int
    rows: dict[str, int]
    selection: str
    n_selected: int
    endpoints: tuple[EndpointPreview, ...]
    missing: tuple[MissingCells, ...]


def preview(ingested: Ingested) -> Preview:
    """
    Derive a cohort apart from every store, and count.

    Parameters
    ----------
    ingested : Ingested

    Returns
    -------
    Preview
        Endpoints by the default options; nothing is stored.
    """
    with Store(IN_MEMORY) as store:
        version = store.commit(ingested, "preview")
        selection = Selection()
        size = store.size(version, selection)
        endpoints = tuple(_endpoint(store, version, selection, one) for one in version.endpoints)
        return Preview(
            n_patients=version.n_patients,
            n_courses=version.n_courses,
            rows={table: len(ingested.tables[table]) for table in TABLES if ingested.tables.get(table) is not None},
            selection=selection.sentence(version.fields, size.n_courses, size.total, size.n_patients),
            n_selected=size.n_courses,
            endpoints=endpoints,
            missing=_missing(ingested),
        )


def _endpoint(store: Store, version: CohortVersion, selection: Selection, endpoint: str) -> EndpointPreview:
    counts = store.event_counts(version, selection, endpoint)[None]
    if not counts.n:
        return EndpointPreview(endpoint, 0, 0, None)
    curve = kaplan_meier(counts, Options().conf_type)
    return EndpointPreview(endpoint, curve.n, curve.n_events, curve.median)


def _missing(ingested: Ingested) -> tuple[MissingCells, ...]:
    found = []
    for table in (table for table in TABLES if ingested.tables.get(table) is not None):
        frame = ingested.tables[table]
        fields = {**TABLE_FIELDS[table], **(ingested.extras if table == "courses" else {})}
        gone = frame.isna().sum()
        made = {"patient_id", "course"} - set(ingested.mapping) if table == "courses" else set()
        for name in (name for name in frame.columns if name in fields and name not in made):
            unusable = len(ingested.unusable.get(name, ())) if table == "courses" else 0
            found.append(MissingCells(table, name, fields[name].label, len(frame), int(gone[name]), unusable))
    return tuple(found)

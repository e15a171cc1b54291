"""What is known of a stored cohort version without reading its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.dictionary import Field

DEMO_NAME = "Demo cohort"
"""The cohort that the product brings along; the pages fall back to it, so it is neither renamed nor deleted."""


class StoreError(Exception):
    """The store cannot do what was asked; its text is a sentence for the person and holds no value of a cohort."""


@dataclass(frozen=True)
class CohortVersion:
    """One version of a cohort.

    Parameters
    ----------
    id : int
        Names its tables; never used twice.
    name : str
        Of the cohort.
    version : int
        1, 2, ... within the cohort.
    sha256 : str
        Of what was imported (file, mapping, cut-off).
    synthetic : bool
        Made-up patients; every surface says so.
    n_patients, n_courses : int
        All rows, before any selection.
    rows_read, rows_kept : int
        Rows of the courses table in the file, and those that were kept.
    data_cutoff : date or None
    data_cutoff_source : str
        Where the cut-off comes from.
    committed_at : datetime
        UTC.
    tables : tuple of str
        Of `core.dictionary.TABLES`: those that the cohort brought.
    endpoints : tuple of str
        Of ``pfs``, ``os``, ``ttnt``: those that have a time for at least one course.
    fields : mapping of str to Field
        In the order to show: dictionary fields with at least one value, derived fields, the file's own columns.
        Categories without fixed levels carry those that occur.
    actor : str
        Who committed it.
    file : str
        Name of what was imported; "" in versions that an earlier release committed.
    n_problems : int
        Problems found in the file, and accepted by committing it.
    already_stored : bool
        True in the answer of `Store.commit` when the same content was there already.
    """

    id: int
    name: str
    version: int
    sha256: str
    synthetic: bool
    n_patients: int
    n_courses: int
    rows_read: int
    rows_kept: int
    data_cutoff: date | None
    data_cutoff_source: str
    committed_at: datetime
    tables: tuple[str, ...]
    endpoints: tuple[str, ...]
    fields: Mapping[str, Field] = field(compare=False, repr=False)
    actor: str = "local user"
    file: str = ""
    n_problems: int = 0
    already_stored: bool = field(default=False, compare=False)

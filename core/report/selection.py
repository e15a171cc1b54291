"""Which cohort and which of its courses, as JSON."""

from __future__ import annotations

from typing import Any

from core.cohort import CohortVersion
from core.options import Options
from core.report.cells import count
from core.selection import Selection
from core.small_groups import rounded
from core.store import Size

Json = dict[str, Any]


def cohort_json(version: CohortVersion, options: Options | None = None) -> Json:
    """The cohort and its version."""
    options = options or Options()
    return {
        "name": version.name,
        "version": version.version,
        "sha256": version.sha256,
        "synthetic": version.synthetic,
        "n_patients": rounded(version.n_patients, options),
        "n_courses": rounded(version.n_courses, options),
        "data_cutoff": version.data_cutoff.isoformat() if version.data_cutoff else None,
        "data_cutoff_source": version.data_cutoff_source,
        "tables": list(version.tables),
        "endpoints": list(version.endpoints),
    }


def selection_json(selection: Selection, version: CohortVersion, size: Size, options: Options) -> Json:
    """The selection as a query, in words and in numbers."""
    if 0 < size.n_courses < options.min_cell:
        of = "" if count(size.total, options) is None else f" of {size.total}"
        words = f"Fewer than {options.min_cell}{of} courses"
    else:
        words = selection.sentence(version.fields, size.n_courses, size.total, size.n_patients)
    return {
        "query": selection.query(),
        "sentence": words,
        "n_patients": count(size.n_patients, options),
        "n_courses": count(size.n_courses, options),
    }

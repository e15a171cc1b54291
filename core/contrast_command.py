"""The command `contrast`: A, what `--select` says, against B, what `--against` says."""

from __future__ import annotations

import argparse
from typing import Any

from core.cohort import CohortVersion
from core.contrast import REST, compared, contrast, parse_against
from core.options import DAYS_PER_MONTH, Options
from core.report.contrast import contrast_json
from core.selection import Selection, refused
from core.small_groups import hides, without_hidden
from core.sources import Names
from core.store import Store


def against(text: str | None, names: Names, version: CohortVersion) -> Selection | None:
    """
    B, None = the rest; also where nothing was asked.

    Raises
    ------
    ValueError
        A sentence for each thing that is not understood.
    """
    if text is None:
        return None
    rest = text.strip() == REST
    found = parse_against(REST if rest else names.query(text), version.fields)
    if found is not None and found.problems:
        raise ValueError("\n".join(refused(one) for one in found.problems))
    return found


def result(
    store: Store,
    version: CohortVersion,
    a: Selection,
    b: Selection | None,
    options: Options,
    asked: argparse.Namespace,
) -> dict[str, Any]:
    """The comparison in plain types. Raises ValueError with a sentence where there is nothing to compare."""
    endpoints = version.endpoints if asked.endpoint is None else asked.endpoint
    found = contrast(store, version, compared(store, version, a, b, options), options)
    landmark = None if asked.landmark is None else asked.landmark * DAYS_PER_MONTH
    shown = contrast_json(found, endpoints, asked.tau, landmark)
    return without_hidden(shown) if hides(options) else shown

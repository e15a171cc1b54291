"""How large a source may be and what reading it may cost, as the person who runs the explorer has set it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from core.ingest.tabular import Limits

VARIABLES = {
    "file_bytes": ("PRRT_IMPORT_FILE_MB", 1_000_000),
    "inflated_bytes": ("PRRT_IMPORT_INFLATED_MB", 1_000_000),
    "rows": ("PRRT_IMPORT_ROWS", 1),
    "columns": ("PRRT_IMPORT_COLUMNS", 1),
    "memory_bytes": ("PRRT_IMPORT_MEMORY_MB", 1_000_000),
    "seconds": ("PRRT_IMPORT_SECONDS", 1),
}
"""Bound -> environment variable, and how many of the bound one unit of the variable is."""


@dataclass(frozen=True)
class Cost:
    """What reading one source may cost.

    Parameters
    ----------
    memory_bytes : of the process that reads, beyond what it has when it starts
    seconds : from the beginning to the end
    """

    memory_bytes: int = 2_000_000_000
    seconds: int = 300


def limits_in_force() -> Limits:
    """`Limits`, with what the environment says otherwise.

    Raises
    ------
    ValueError
        A sentence, for a variable that is not a whole number above 0.
    """
    return Limits(**_stated({one.name for one in fields(Limits)}))


def cost_in_force() -> Cost:
    """`Cost`, with what the environment says otherwise. Raises ValueError as `limits_in_force` does."""
    return Cost(**_stated({one.name for one in fields(Cost)}))


def _stated(names: set[str]) -> dict[str, int]:
    stated = {}
    for name, (variable, unit) in VARIABLES.items():
        text = os.environ.get(variable, "").strip()
        if name not in names or not text:
            continue
        if not text.isdecimal() or int(text) == 0:
            raise ValueError(f"The environment variable {variable} is not a whole number above 0.")
        stated[name] = int(text) * unit
    return stated

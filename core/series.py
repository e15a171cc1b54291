"""Published series to compare a selection with (`data/series.csv`), and the selection's own row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SERIES_FILE = Path(__file__).resolve().parent.parent / "data" / "series.csv"
ADVERSE = ("nausea", "vomiting", "fatigue", "diarrhoea", "abdominal_pain")


@dataclass(frozen=True)
class Series:
    """One published series; times in months, shares in percent, "" where not published.

    Parameters
    ----------
    name, arm : who, and which arm
    course : PRRT course it speaks of
    numbers : column of the file -> as printed
    notes, source : remarks and reference
    """

    name: str
    arm: str
    course: str
    numbers: dict[str, str]
    notes: str
    source: str


@cache
def published_series() -> tuple[Series, ...]:
    """Every series of the file, in its order."""
    told = ("series", "course", "arm", "notes", "source")
    with SERIES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Series(
                row["series"],
                row["arm"],
                row["course"],
                {name: value for name, value in row.items() if name not in told},
                row["notes"],
                row["source"],
            )
            for row in csv.DictReader(file)
        )

"""Published series to compare a selection with (`data/series.csv`), and the selection's own row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.cohort import CohortVersion
from core.malignancies import malignancies
from core.options import Options
from core.outcome import Outcome, outcomes
from core.response import Response, response
from core.selection import Selection
from core.small_groups import percent_of, rounded
from core.store import Store
from core.toxicity import Toxicity, toxicity

SERIES_FILE = Path(__file__).resolve().parent.parent / "data" / "series.csv"
ENDPOINTS = ("pfs", "os")
"""What series publish."""
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


@dataclass(frozen=True)
class BesideSeries:
    """A selection's results, and the series to set beside them.

    Parameters
    ----------
    n : courses selected
    outcomes : endpoint -> outcome, "pfs" and "os" where the cohort has them
    response, toxicity : of the selection
    mds_percent : patients with a myelodysplastic syndrome, %; None where nobody is counted
    retreated : the selection holds no first course
    series : those of the same course
    """

    n: int
    outcomes: dict[str, Outcome]
    response: Response
    toxicity: Toxicity
    mds_percent: float | None
    retreated: bool
    series: tuple[Series, ...]


def beside_series(store: Store, version: CohortVersion, selection: Selection, options: Options) -> BesideSeries:
    """What published series report, of a selection; series of retreatment where no first course is selected."""
    asked = (store, version, selection)
    mds = next((one for one in malignancies(*asked, options) if one.term == "MDS"), None)
    course = selection.condition("course")
    retreated = course is not None and "1" not in course.values
    return BesideSeries(
        n=rounded(store.size(version, selection, options).n_courses, options),
        outcomes=outcomes(*asked, tuple(one for one in ENDPOINTS if one in version.endpoints), options),
        response=response(*asked, options).overall,
        toxicity=toxicity(*asked, options),
        mds_percent=percent_of(mds.n, mds.of) if mds is not None else None,
        retreated=retreated,
        series=tuple(one for one in published_series() if (one.course != "1") == retreated),
    )

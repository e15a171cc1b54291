"""Where a figure's or a table's data come from, said below it so that a screenshot stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.formats import day

SYNTHETIC = "Synthetic data: these patients do not exist"
USE = "For research and education on groups; not a medical device"


@dataclass(frozen=True)
class Provenance:
    """Selection and cohort behind a result.

    Parameters
    ----------
    selection : the selection in words
    cohort : name of the cohort
    version : its number; None for a file that is not stored
    synthetic : whether its patients were made up
    data_cutoff : date after which nothing is known
    data_cutoff_source : who says so, in words
    hidden : how small groups are hidden; "" where every count is exact
    stamp : product, day and intended use, of what leaves the screen
    """

    selection: str = ""
    cohort: str = ""
    version: int | None = None
    synthetic: bool = False
    data_cutoff: date | None = None
    data_cutoff_source: str = ""
    hidden: str = ""
    stamp: str = ""

    def brief(self) -> str:
        """The same for a slide, which has room for two lines: "Demo cohort, version 1. Synthetic data. ..." """
        if not self.cohort:
            return ""
        parts = [self._named(), "Synthetic data" if self.synthetic else ""]
        parts.append(f"Data cut-off {day(self.data_cutoff)}" if self.data_cutoff is not None else "")
        parts += ["Counts under 5 hidden, others rounded" if self.hidden else ""]
        made = self.stamp.replace(USE, "Not a medical device")
        return " ".join([*(f"{part}." for part in parts if part), *([made] if made else [])])

    def _named(self) -> str:
        """Cohort and version."""
        version = f", version {self.version}" if self.version is not None else ""
        named = self.cohort if "cohort" in self.cohort.casefold() else f"Cohort {self.cohort}"
        return f"{named}{version}"

    def sentence(self) -> str:
        """Cohort, version, "synthetic", cut-off: "Cohort Bordet, version 2. Data cut-off 31 July 2024." """
        parts = [self._named()] if self.cohort else []
        if self.synthetic:
            parts.append(SYNTHETIC)
        if self.data_cutoff is not None:
            source = f" ({self.data_cutoff_source})" if self.data_cutoff_source else ""
            parts.append(f"Data cut-off {day(self.data_cutoff)}{source}")
        return " ".join([*(f"{part}." for part in parts), *(one for one in (self.hidden, self.stamp) if one)])


def provenance(version: Any, selection: str) -> Provenance:
    """Provenance of a stored cohort version and a selection's sentence.

    Parameters
    ----------
    version : `core.store.CohortVersion`, or anything with its fields
    selection : the selection in words
    """
    return Provenance(
        selection=selection,
        cohort=version.name,
        version=version.version,
        synthetic=version.synthetic,
        data_cutoff=version.data_cutoff,
        data_cutoff_source=(version.data_cutoff_source or "").partition(",")[0].removeprefix("the "),
    )

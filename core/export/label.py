"""What every exported figure or table says of itself, so that it can stand alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.figures.provenance import USE, Provenance
from core.formats import day, sentences

PRODUCT = "PRRT Cohort Explorer"
VERSION = "0.1.0"
"""Of the product; a test compares it with pyproject.toml."""


def stamp(made_on: date) -> str:
    """Product, version, day of the export and intended use: "PRRT Cohort Explorer 0.1.0, 25 November 2026. For ..." """
    return f"{PRODUCT} {VERSION}, {day(made_on)}. {USE}."


@dataclass(frozen=True)
class Label:
    """Where a figure or table comes from.

    Parameters
    ----------
    title : what it shows
    source : selection and cohort
    made_on : day of the export
    method : one line: interval type, ties, test; "" where the notes say it
    printed : whether origin and method stand below the figure or table; the file's metadata hold them always
    """

    title: str
    source: Provenance
    made_on: date
    method: str = ""
    printed: bool = True

    @property
    def shown(self) -> Provenance:
        """What a figure says of its origin: all of it, or only in whom."""
        return self.source if self.printed else Provenance(selection=self.source.selection)

    def below(self) -> tuple[str, ...]:
        """The lines that stand below a table: `lines`, or none where they are not to be printed."""
        return self.lines() if self.printed else ()

    def lines(self) -> tuple[str, ...]:
        """The footer, a paragraph each: in whom, method, cohort, product and intended use."""
        said = (self.source.selection, self.method, self.source.sentence())
        return tuple(sentences([one]) for one in said if one)

    def metadata(self) -> dict[str, str]:
        """What a file carries in its own metadata: title, description, creator, date, rights."""
        return {
            "title": self.title,
            "description": " ".join(self.lines()),
            "creator": f"{PRODUCT} {VERSION}",
            "date": self.made_on.isoformat(),
            "rights": f"{USE}.",
        }

"""The data dictionary: what a field is. The fields stand in `core/fields.py`; everything else reads them from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

TABLES: dict[str, str] = {
    "courses": "one PRRT course of one patient: who, baseline, treatment, outcome",
    "cycles": "one administration: patient, course, cycle number, date, activity",
    "labs": "one measurement: patient, date, analyte, value, unit, limits of normal",
    "adverse_events": "one event: patient, term, CTCAE grade, onset date, end date, relation to PRRT",
}
ROLES: dict[str, str] = {
    "identity": "Who and which course",
    "person": "Person",
    "tumour": "Tumour",
    "metastasis": "Sites of metastasis",
    "earlier treatment": "Earlier treatment",
    "baseline": "Baseline laboratory and imaging",
    "treatment": "Treatment",
    "outcome": "Outcome",
    "ready-made": "Ready-made outcomes, for files without dates",
    "ready-made toxicity": "Ready-made grades, for files without laboratory values",
    "cycles": "Cycles",
    "labs": "Laboratory measurements",
    "adverse events": "Adverse events",
    "other": "Other columns of this cohort",
}
TYPES = ("category", "yes_no", "integer", "number", "date", "text")


@dataclass(frozen=True)
class Field:
    """One field of a cohort.

    Parameters
    ----------
    name : canonical name; carries the unit where there is one
    label : what a clinician calls it, sentence case
    type : one of `TYPES`. category and text are stored as text, yes_no as boolean
    role : key of `ROLES`
    table : key of `TABLES`
    unit : as printed, "" when there is none
    levels : allowed values of a category, in display order; the first is the reference unless `reference` is given
    reference : reference level of a Cox factor, "" = first level
    plausible : closed interval outside which a number is reported; None = no limit
    synonyms : language ("en", "fr", "nl") -> headers seen in real files, lower case, without accents or punctuation
    phrases : level -> how a selection sentence says it; other levels are said as "label level"
    derived : "" or how it is derived when absent
    required : the table cannot be used without it
    known_later : known only after the start of the course (immortal time when used as strata)
    cut : the cut-off offered first, in the field's unit; None = none
    filterable : may stand in a selection and a URL
    covariate : may stand as a Cox factor
    help : one sentence for a tooltip
    short : what a sentence or an axis calls it ("CgA"), "" = the label
    """

    name: str
    label: str
    type: str
    role: str
    table: str = "courses"
    unit: str = ""
    levels: tuple[str, ...] = ()
    reference: str = ""
    plausible: tuple[float | None, float | None] | None = None
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    derived: str = ""
    required: bool = False
    known_later: bool = False
    ordered: bool = False
    cut: float | None = None
    filterable: bool = True
    covariate: bool = True
    help: str = ""
    short: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.type in ("integer", "number")

    @property
    def label_unit(self) -> str:
        """Label with its unit: "Albumin, g/L"."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def reference_level(self) -> str:
        """The level the others are compared with; "" for a number."""
        return self.reference or (self.levels[0] if self.levels else "")


def index(fields: Iterable[Field]) -> Mapping[str, Field]:
    """Fields by name, in order, read-only. Raises ValueError on a name given twice."""
    by_name: dict[str, Field] = {}
    for one in fields:
        if one.name in by_name:
            raise ValueError(f"Field '{one.name}' is defined twice.")
        by_name[one.name] = one
    return MappingProxyType(by_name)

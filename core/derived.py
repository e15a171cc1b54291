"""The fields that every cohort gets beside those of the data dictionary."""

from __future__ import annotations

from core.dictionary import Field, index
from core.grading import WINDOW_DAYS
from core.options import ENDPOINTS

DERIVED = index(
    (
        Field(
            name="eligible_gfr",
            label="eGFR above 30 mL/min/1.73 m²",
            type="yes_no",
            role="baseline",
            levels=("no", "yes"),
            phrases={"yes": "eGFR above 30 mL/min/1.73 m²", "no": "eGFR at most 30 mL/min/1.73 m²"},
            derived="from the eGFR",
            covariate=False,
            help="Eligibility for PRRT: reported, never used to leave a patient out.",
        ),
        Field(
            name="eligible_leukocytes",
            label="Leukocytes at least 2 x 10⁹/L",
            type="yes_no",
            role="baseline",
            levels=("no", "yes"),
            phrases={"yes": "leukocytes at least 2 x 10⁹/L", "no": "leukocytes below 2 x 10⁹/L"},
            derived="from the leukocytes",
            covariate=False,
            help="Eligibility for PRRT: reported, never used to leave a patient out.",
        ),
        Field(
            name="eligible_platelets",
            label="Platelets above 70 x 10⁹/L",
            type="yes_no",
            role="baseline",
            levels=("no", "yes"),
            phrases={"yes": "platelets above 70 x 10⁹/L", "no": "platelets at most 70 x 10⁹/L"},
            derived="from the platelets",
            covariate=False,
            help="Eligibility for PRRT: reported, never used to leave a patient out.",
        ),
        Field(
            name="window_end_date",
            label="End of the toxicity window",
            type="date",
            role="treatment",
            derived=f"{WINDOW_DAYS} days after the last cycle, or the day before the next course",
            known_later=True,
            filterable=False,
            covariate=False,
        ),
    )
)
"""Derived fields by name."""


_ENDPOINT_PARTS = {"days": ("number", "days"), "event": ("yes_no", ""), "reason": ("category", "")}
ENDPOINT_FIELDS = index(
    Field(
        name=f"{endpoint}_{part}",
        label=f"{label}, {part}",
        type=kind,
        role="outcome",
        unit=unit,
        known_later=True,
        filterable=False,
        covariate=False,
    )
    for endpoint, label in ENDPOINTS.items()
    for part, (kind, unit) in _ENDPOINT_PARTS.items()
)
"""The columns of the endpoints by name; no part of a version's fields."""

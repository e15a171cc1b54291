"""Which numbers cannot be: the rule that parts an error (the cell is not used) from a warning (kept, and worth a look).

- Outside the *possible* range (a negative count or concentration, more than 100 %, a CTCAE grade of 7, an age of 145,
  more than 400 months): error, the cell becomes empty, and only the analyses that need it lose the row.
- Possible, but outside the data dictionary's *plausible* range (a sodium of 185 mmol/L): warning, the value is kept.
"""

from __future__ import annotations

from datetime import date

from core.dictionary import Field
from core.ingest.physical import PHYSICAL

MONTHS_LIMIT = 400
"""Times of more months than this are taken for days."""
OLDEST = 120
"""Years; nobody is older."""


def possible_range(field: Field, today: date) -> tuple[float | None, float | None]:
    """The closed interval in which a number can be at all; None = no limit."""
    if field.unit == "%":
        return 0, 100
    if field.unit == "months":
        return 0, MONTHS_LIMIT
    if field.name.endswith("grade"):
        return 0, 5
    if field.name == "age_years":
        return 0, OLDEST
    if field.name == "birth_year":
        return today.year - OLDEST - 30, today.year
    if field.name in PHYSICAL:
        return PHYSICAL[field.name]
    if field.name in ("course", "cycle"):
        return 1, None
    return (None, None) if field.role == "other" else (0, None)

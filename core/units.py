"""Units of laboratory values: what each spelling means, and the exact step to the unit in which the limits stand."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

_BILLIONS = (
    "10^9/l 10e9/l 10*9/l 109/l e9/l g/l giga/l /nl 10^3/ul 10e3/ul 10*3/ul 103/ul k/ul tsd/ul 1000/ul "
    "10^3/mm3 10e3/mm3 10*3/mm3 103/mm3 k/mm3 1000/mm3 10^3/mmc 10^6/ml 10e6/ml 10*6/ml 106/ml giga/litre gpt/l "
    "10^9 10e9 10^3/mcl thou/ul thousand/ul mil/mm3 10(3)/ul 10(9)/l 10^3/microl"
)
_MILLIONS = (
    "/ul /mm3 /mmc cells/ul cells/mm3 cell/ul cellules/ul cellules/mm3 cellen/ul cellen/mm3 per/ul perul permm3 "
    "/microl 10^6/l 10e6/l 10*6/l 106/l 10(6)/l m/l"
)
_COUNT = {
    **dict.fromkeys(_BILLIONS.split(), Fraction(1)),
    **dict.fromkeys(_MILLIONS.split(), Fraction(1, 1000)),
}
_ENZYME = {
    **dict.fromkeys(("u/l", "ui/l", "iu/l", "e/l", "ie/l", "mu/ml", "units/l", "eenheden/l", "u/litre"), Fraction(1)),
    "ukat/l": Fraction(60),
    "microkat/l": Fraction(60),
    "nkat/l": Fraction(60, 1000),
    "u/dl": Fraction(10),
    "u/ml": Fraction(1000),
}
_EGFR = dict.fromkeys(("ml/min/1.73m2", "ml/min/1.73", "ml/min", "ml/min/1.73m^2", "ml/min*1.73m2"), Fraction(1))
_MASS_G_L = {
    "g/l": Fraction(1),
    "g/dl": Fraction(10),
    "g/100ml": Fraction(10),
    "gr/dl": Fraction(10),
    "gr/l": Fraction(1),
    "gm/dl": Fraction(10),
    "g%": Fraction(10),
    "mg/dl": Fraction(1, 100),
    "mg/l": Fraction(1, 1000),
}

CANONICAL = {
    "haemoglobin": "g/dL",
    **dict.fromkeys(("leukocytes", "lymphocytes", "neutrophils", "platelets"), "10^9/L"),
    **dict.fromkeys(("ALT", "AST", "GGT", "ALP"), "U/L"),
    "bilirubin": "mg/dL",
    "albumin": "g/L",
    "creatinine": "mg/dL",
    "eGFR": "mL/min/1.73 m2",
}
"""The unit in which an analyte is graded."""

_FACTORS: dict[str, dict[str, Fraction]] = {
    "haemoglobin": {
        "g/dl": Fraction(1),
        "g/100ml": Fraction(1),
        "g/l": Fraction(1, 10),
        "gr/dl": Fraction(1),
        "gr/l": Fraction(1, 10),
        "gm/dl": Fraction(1),
        "g%": Fraction(1),
        "mmol/l": Fraction(16114, 10000),
    },
    **dict.fromkeys(("leukocytes", "lymphocytes", "neutrophils", "platelets"), _COUNT),
    **dict.fromkeys(("ALT", "AST", "GGT", "ALP"), _ENZYME),
    "bilirubin": {
        "mg/dl": Fraction(1),
        "mg/100ml": Fraction(1),
        "mg/l": Fraction(1, 10),
        "umol/l": Fraction(10, 171),
        "umol": Fraction(10, 171),
        "micromol/l": Fraction(10, 171),
    },
    "albumin": _MASS_G_L,
    "creatinine": {
        "mg/dl": Fraction(1),
        "mg/100ml": Fraction(1),
        "mg/l": Fraction(1, 10),
        "umol/l": Fraction(10, 884),
        "umol": Fraction(10, 884),
        "micromol/l": Fraction(10, 884),
        "mmol/l": Fraction(10000, 884),
    },
    "eGFR": _EGFR,
}


def plain_unit(unit: str) -> str:
    """A unit without case, spaces, superscripts and look-alikes: "x 10⁹/L" -> "109/l", "µmol/L" -> "umol/l"."""
    text = unicodedata.normalize("NFKC", unit).casefold().replace("μ", "u").replace("·", "*").replace("×", "x")
    text = "".join(text.split()).replace(",", ".").replace("mcl", "ul").replace("µ", "u").replace("**", "^")
    return text.removeprefix("x").removeprefix("*")


def factor(analyte: str, unit: str | None) -> Fraction | None:
    """What to multiply a value by to have it in the analyte's `CANONICAL` unit.

    Parameters
    ----------
    analyte : name of `core.fields.ANALYTES`
    unit : as written in the file; None = not stated

    Returns
    -------
    An exact ratio; None for a unit that is not known for this analyte: its value is not graded, and counted as such.
    """
    return _FACTORS.get(analyte, {}).get(plain_unit(unit)) if unit else None


_WRITTEN = {
    "g/l": "g/L",
    "g/dl": "g/dL",
    "mg/dl": "mg/dL",
    "mg/l": "mg/L",
    "umol/l": "µmol/L",
    "mmol/l": "mmol/L",
    "/ul": "/µL",
    "ukat/l": "µkat/L",
    "nkat/l": "nkat/L",
}
"""The units that one conversion each stands for, as a report writes them."""


def conversions(analyte: str) -> list[tuple[str, Fraction]]:
    """The units an analyte comes in and the step from each to `CANONICAL`; one unit for units of the same step."""
    steps: dict[Fraction, str] = {}
    for unit, step in _FACTORS.get(analyte, {}).items():
        if unit in _WRITTEN:
            steps.setdefault(step, _WRITTEN[unit])
    return [(unit, step) for step, unit in steps.items()]

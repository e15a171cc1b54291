"""Units in headers: "Albumin (g/dL)", "creatinine_umol_l", "Haemoglobin, mmol/L"."""

from __future__ import annotations

import re

from core.dictionary import Field
from core.ingest.headers import plain
from core.options import DAYS_PER_MONTH
from core.units import conversions, plain_unit
from core.units import factor as analyte_factor

_ANALYTES = {
    "haemoglobin_g_dl": "haemoglobin",
    "leukocytes_1e9_l": "leukocytes",
    "lymphocytes_1e9_l": "lymphocytes",
    "neutrophils_1e9_l": "neutrophils",
    "platelets_1e9_l": "platelets",
    "alt_u_l": "ALT",
    "ast_u_l": "AST",
    "ggt_u_l": "GGT",
    "alp_u_l": "ALP",
    "bilirubin_mg_dl": "bilirubin",
    "albumin_g_l": "albumin",
    "creatinine_mg_dl": "creatinine",
    "egfr": "eGFR",
}
_SAME: dict[str, tuple[str, ...]] = {
    "ug/L": ("ug/l", "ng/ml", "mcg/l", "microg/l", "microgram/l"),
    "mmol/L": ("mmol/l", "meq/l", "mval/l", "mol/m3"),
    "mg/L": ("mg/l", "ug/ml", "mcg/ml"),
    "GBq": ("gbq",),
    "years": ("years", "year", "yr", "yrs", "y", "ans", "an", "annees", "annee", "jaar", "jaren", "j"),
    "months": ("months", "month", "mo", "mos", "mois", "maanden", "maand", "mnd", "m"),
    "days": ("days", "day", "d", "jours", "jour", "j", "dagen", "dag"),
    "%": ("%", "percent", "pct", "pourcent", "pourcentage", "procent", "percentage"),
    "x ULN": ("xuln", "uln", "xlsn", "xn"),
    "per 2 mm²": ("per2mm2", "/2mm2", "2mm2", "/10hpf", "10hpf", "per10hpf"),
}
MEASURED_IN = frozenset(("ug/L", "mg/L", "g/L", "g/dL", "mg/dL", "mmol/L", "10⁹/L", "GBq"))
"""Units of fields that laboratories report in others too."""
_WEEKS = ("weeks", "week", "wk", "wks", "w", "semaines", "semaine", "sem", "weken")
_MULTIPLES = {
    ("GBq", "mbq"): 0.001,
    ("GBq", "mci"): 0.037,
    ("GBq", "ci"): 37.0,
    ("mg/L", "mg/dl"): 10.0,
    ("mg/L", "g/l"): 1000.0,
    ("ug/L", "mg/l"): 1000.0,
    ("ug/L", "ug/ml"): 1000.0,
    ("ug/L", "ug/dl"): 10.0,
    ("ug/L", "ng/dl"): 0.01,
    ("ug/L", "ng/l"): 0.001,
    ("ug/L", "pg/ml"): 0.001,
    **{("days", week): 7.0 for week in _WEEKS},
    **{("days", year): 365.25 for year in _SAME["years"] if year not in _SAME["days"]},
    **{("months", week): 7 / DAYS_PER_MONTH for week in _WEEKS},
    **{("months", year): 12.0 for year in _SAME["years"]},
}
_STATED = {("days", month): DAYS_PER_MONTH for month in _SAME["months"]} | {
    ("months", day): 1 / DAYS_PER_MONTH for day in _SAME["days"]
}
"""Steps that hold where a person states the field; a header alone is days or months by its unit."""
_LONGEST = 200
_BRACKETS = re.compile(r"^(?P<base>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]\s*$")
_COMMA = re.compile(r"^(?P<base>.*?),\s*(?P<unit>[^,]+)$")


def header_parts(header: str) -> list[tuple[str, str]]:
    """(base, unit) as a header may be taken apart: brackets, a comma, or trailing words such as "umol l"."""
    if len(header) > _LONGEST:
        return []
    parts = [(found["base"], found["unit"]) for found in (_BRACKETS.match(header), _COMMA.match(header)) if found]
    if parts:
        return [*_as_days(parts), *parts]
    words = plain(header).split()
    if len(words) > 2 and _is_unit("/".join(words[-2:])):
        return [(" ".join(words[:-2]), "/".join(words[-2:]))]
    if len(words) > 1 and _is_unit(words[-1]) and len(words[-1]) > 1:
        last = [(" ".join(words[:-1]), words[-1])]
        return [*_as_days(last), *last]
    return []


def _as_days(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Times in weeks or years under the name that the time has in days, so that they keep their precision."""
    long = [part for part in parts if ("days", plain_unit(plain(part[1]))) in _MULTIPLES]
    return [(f"{base} {day}", unit) for base, unit in long for day in ("days", "jours", "dagen")]


def _is_unit(text: str) -> bool:
    unit = plain_unit(text)
    return (
        any(unit in same for same in _SAME.values())
        or any(unit == other for _, other in _MULTIPLES)
        or any(analyte_factor(analyte, text) is not None for analyte in _ANALYTES.values())
    )


def unit_factor(field: Field, unit: str, stated: bool = False) -> float | None:
    """What to multiply a number in `unit` by to have it in the field's unit; None when that is not known.

    Parameters
    ----------
    stated : a person said that the column is the field, so that months are days too
    """
    text = plain_unit(unit)
    if field.unit in ("days", "months", "years", "%"):
        text = plain_unit(plain(unit)) or text
    if not text or text == plain_unit(field.unit) or text in _SAME.get(field.unit, ()):
        return 1.0
    if (field.unit, text) in _MULTIPLES:
        return _MULTIPLES[field.unit, text]
    if stated and (field.unit, text) in _STATED:
        return _STATED[field.unit, text]
    exact = analyte_factor(_ANALYTES.get(field.name, ""), unit)
    return None if exact is None else float(exact)


def other_units(field: Field) -> list[tuple[str, float]]:
    """The units, besides its own, in which a field is known to come, each step once: ("g/L", 0.1) of haemoglobin."""
    analyte = _ANALYTES.get(field.name, "")
    if analyte:
        return [(unit, float(step)) for unit, step in conversions(analyte) if step != 1]
    return [("MBq", 0.001)] if field.unit == "GBq" else []

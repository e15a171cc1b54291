"""Units in headers: "Albumin (g/dL)", "creatinine_umol_l", "Haemoglobin, mmol/L"."""

from __future__ import annotations

import re

from core.dictionary import Field
from core.ingest.headers import plain
from core.units import factor as analyte_factor
from core.units import plain_unit

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
    "ug/L": ("ug/l", "ng/ml", "mcg/l"),
    "mmol/L": ("mmol/l", "meq/l"),
    "mg/L": ("mg/l",),
    "GBq": ("gbq",),
    "years": ("years", "year", "yr", "yrs", "y", "ans", "an", "jaar", "jaren", "j"),
    "months": ("months", "month", "mo", "mois", "maanden", "maand", "m"),
    "days": ("days", "day", "d", "jours", "jour", "j", "dagen", "dag"),
    "%": ("%", "percent", "pct", "pourcent", "procent"),
    "x ULN": ("xuln", "uln", "xlsn"),
    "per 2 mm²": ("per2mm2", "/2mm2", "2mm2"),
}
_MULTIPLES = {("GBq", "mbq"): 0.001, ("GBq", "mci"): 0.037, ("mg/L", "mg/dl"): 10.0, ("ug/L", "mg/l"): 1000.0}
_LONGEST = 200
_BRACKETS = re.compile(r"^(?P<base>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]\s*$")
_COMMA = re.compile(r"^(?P<base>.*?),\s*(?P<unit>[^,]+)$")


def header_parts(header: str) -> list[tuple[str, str]]:
    """(base, unit) as a header may be taken apart: brackets, a comma, or trailing words such as "umol l"."""
    if len(header) > _LONGEST:
        return []
    parts = [(found["base"], found["unit"]) for found in (_BRACKETS.match(header), _COMMA.match(header)) if found]
    if parts:
        return parts
    words = plain(header).split()
    if len(words) > 2 and _is_unit("/".join(words[-2:])):
        return [(" ".join(words[:-2]), "/".join(words[-2:]))]
    if len(words) > 1 and _is_unit(words[-1]) and len(words[-1]) > 1:
        return [(" ".join(words[:-1]), words[-1])]
    return []


def _is_unit(text: str) -> bool:
    unit = plain_unit(text)
    return (
        any(unit in same for same in _SAME.values())
        or any(unit == other for _, other in _MULTIPLES)
        or any(analyte_factor(analyte, text) is not None for analyte in _ANALYTES.values())
    )


def unit_factor(field: Field, unit: str) -> float | None:
    """What to multiply a number in `unit` by to have it in the field's unit; None when that is not known."""
    text = plain_unit(unit)
    if not text or text == plain_unit(field.unit) or text in _SAME.get(field.unit, ()):
        return 1.0
    if (field.unit, text) in _MULTIPLES:
        return _MULTIPLES[field.unit, text]
    exact = analyte_factor(_ANALYTES.get(field.name, ""), unit)
    return None if exact is None else float(exact)

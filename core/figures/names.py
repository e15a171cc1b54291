"""What groups are called in figures and tables: the dictionary's words, typeset."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.dictionary import Field
from core.fields import FIELDS

MISSING = "Missing"
_CUT = re.compile(r"(<=|>=|<|>)\s*(.+)")
_SIGNS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def sentence_case(text: str) -> str:
    """The first letter as a capital; nothing else is changed."""
    return text[:1].upper() + text[1:]


def level_label(level: str | None, field: Field | None = None) -> str:
    """A level as it stands beside a curve or in a table: "Grade 1", "CgA ≥1000 ug/L", "Pancreas", "Missing"."""
    if level is None:
        return MISSING
    if field is None:
        return sentence_case(level)
    if level in field.phrases:
        return sentence_case(field.phrases[level])
    name, unit = sentence_case(field.short or field.label), f" {field.unit}" if field.unit else ""
    cut = _CUT.fullmatch(level)
    if cut:
        return f"{name} {_SIGNS[cut[1]]}{cut[2]}{unit}"
    between = level.split("..<") if "..<" in level else level.split("..")
    if field.numeric and len(between) == 2:
        return f"{name} {between[0]} to {'<' if '..<' in level else ''}{between[1]}{unit}"
    if field.numeric or level in ("yes", "no"):
        return f"{name}: {level}{unit}"
    return sentence_case(level)


def plain_level(level: str) -> str:
    """A level below its factor's own row: "≥1000", "small intestine" -> "Small intestine"."""
    cut = _CUT.fullmatch(level)
    return f"{_SIGNS[cut[1]]}{cut[2]}" if cut else sentence_case(level)


def typeset(text: str) -> str:
    """The signs of cut-offs in a sentence: ">=1000" -> "≥1000"."""
    return text.replace("<=", "≤").replace(">=", "≥")


def factor_unit(factor: str) -> str:
    """Unit of a factor as written ("sodium_mmol_l", "cga_ug_l>=1000"); "" where the dictionary knows none."""
    field = FIELDS.get(factor.partition(">")[0])
    return field.unit if field is not None else ""


def factor_label(factor: str, label: str) -> str:
    """A factor of one coefficient: "Sodium, per mmol/L"."""
    return f"{label}, per {factor_unit(factor) or 'unit'}"


def factor_level(factor: str, level: str) -> str:
    """A level below its factor's row, with the unit of a cut-off: "≥1000 ug/L"."""
    unit = factor_unit(factor) if ">" in factor else ""
    return f"{plain_level(level)} {unit}".strip()


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a sentence: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""

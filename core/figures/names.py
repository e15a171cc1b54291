"""What groups are called in figures and tables: the dictionary's words, typeset."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.dictionary import Field

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


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a sentence: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""

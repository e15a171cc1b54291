"""The levels of categories: what else they are called, in English, French and Dutch, in full and abbreviated."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from core.fields import TABLE_FIELDS
from core.ingest.headers import plain
from core.ingest.words import ANALYTE_FIELDS, key

_ROMAN = {"i": "1", "ii": "2", "iii": "3"}
_GRADE_PREFIXES = ("", "g", "g ", "gr", "gr ", "grade ", "grade g", "graad ", "graad g", "net g")

_FILE = Path(__file__).with_name("levels.csv")
"""Field, level and what else the level is called; lower case, without accents and punctuation, apart by `|`."""
_FILLERS = (
    "net|nets|nec|gep|oms|who|enets|grade|graad|primary|primaire|primitif|primitive|tumor|tumour|tumeur|tumoren|site|"
    "the|of|la|le|les|l|du|de|des|d|un|une|het|een|en|van|in|2010|2017|2019|2022"
)
_ADD_NOTHING = frozenset(_FILLERS.split("|"))
"""Words that do not change what a level is."""
_PLURALS = ("en", "s", "x", "e")
_SHORTEST_PLURAL = 4


@cache
def _words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Field -> level -> other words for it, read from the file beside this module."""
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.setdefault(row["field"], {})[row["level"]] = tuple(row["words"].split("|"))
    return words


@cache
def level_words(table: str, field: str) -> Mapping[str, str]:
    """Plain word -> level of a category: its levels, and what else they are called."""
    levels = TABLE_FIELDS[table][field].levels
    words = {key(level): level for level in levels}
    for level, others in _words().get(field, {}).items():
        for word in others:
            words.setdefault(key(word), level)
    if field == "grade":
        for level in levels:
            forms = (level, next((roman for roman, number in _ROMAN.items() if number == level), level), f"{level}.0")
            words |= {plain(prefix + form): level for prefix in _GRADE_PREFIXES for form in forms}
    if field == "analyte":
        for level, course_field in ANALYTE_FIELDS.items():
            known = TABLE_FIELDS["courses"][course_field]
            names = [known.label, *(one for many in known.synonyms.values() for one in many)]
            words |= {plain(name): level for name in names if plain(name) not in words}
    return words


def level_of(table: str, field: str, text: str) -> str | None:
    """The level that a cell names: by a word of it, else by that word in the plural or with words that add nothing.

    "Intestins grêles", "tumeur primitive : grêle" and "SI-NET" are all the small intestine; None when it is no level.
    """
    word = key(text)
    found = level_words(table, field).get(word)
    return found if found is not None else _reduced_words(table, field).get(_reduced(word))


@cache
def _reduced_words(table: str, field: str) -> Mapping[str, str]:
    """Reduced word -> level; words of two levels are left out."""
    words: dict[str, set[str]] = {}
    for word, level in level_words(table, field).items():
        words.setdefault(_reduced(word), set()).add(level)
    return {word: next(iter(levels)) for word, levels in words.items() if word and len(levels) == 1}


def _reduced(word: str) -> str:
    """A plain word in one, without fillers, its parts in the singular: "tumours of small bowels" -> "smallbowel"."""
    return "".join(_singular(part) for part in word.split() if part not in _ADD_NOTHING)


def _singular(word: str) -> str:
    while len(word) > _SHORTEST_PLURAL:
        ending = next((one for one in _PLURALS if len(word) > len(one) + 3 and word.endswith(one)), "")
        word = word.removesuffix(ending)
        if ending not in ("s", "x"):
            break
    return word

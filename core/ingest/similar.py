"""Headers that are nearly a name of a field: misspelt, abbreviated, or with words in another order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from core.dictionary import Field
from core.fields import TABLE_FIELDS
from core.ingest.headers import index, plain

TAKEN, ASKED = 0.90, 0.84
"""Similarity from which a column is taken for the field when its cells fit, and from which it is asked about."""
_APART = 0.04
_SHORTEST, _LONGEST = 6, 60
_SHORT_WORD, _WORD = 3, 78.0
_NAMES_READ = 12


@dataclass(frozen=True)
class Similar:
    """A field that a header is nearly a name of.

    Parameters
    ----------
    field : of the data dictionary
    score : similarity, 0 to 1
    """

    field: Field
    score: float


def similar(table: str, header: str) -> tuple[Similar, ...]:
    """The fields that a header is nearly a name of, the most similar first; those within 0.04 of it besides.

    The similarity is rapidfuzz's `token_sort_ratio` of the plain forms. Numbers and words of up to three letters have
    to be the same, and every longer word has to have its own counterpart: "date derniere cure" is no "date
    premiere cure".
    """
    name = plain(header)
    if not _SHORTEST <= len(name) <= _LONGEST:
        return ()
    names = _names(table)
    found = process.extract(name, tuple(names), scorer=fuzz.token_sort_ratio, score_cutoff=100 * ASKED,
                            limit=_NAMES_READ)  # fmt: skip
    best: dict[str, float] = {}
    for other, score, _ in found:
        if _same_words(name, other):
            for field in names[other]:
                best[field] = max(best.get(field, 0.0), score / 100)
    if not best:
        return ()
    top = max(best.values())
    fields = TABLE_FIELDS[table]
    close = [Similar(fields[field], score) for field, score in best.items() if score >= top - _APART]
    return tuple(sorted(close, key=lambda one: -one.score))


@cache
def _names(table: str) -> Mapping[str, tuple[str, ...]]:
    """Every plain name of a table's fields that is long enough -> names of the fields."""
    return {
        name: tuple(field.name for field, _ in fields)
        for name, fields in index(table).items()
        if len(name) >= _SHORTEST
    }


def _same_words(one: str, other: str) -> bool:
    if sorted(re.findall("[0-9]+", one)) != sorted(re.findall("[0-9]+", other)):
        return False
    words = [[word for word in text.split() if not any(c.isdigit() for c in word)] for text in (one, other)]
    return _has_counterparts(words[0], words[1]) and _has_counterparts(words[1], words[0])


def _has_counterparts(words: list[str], others: list[str]) -> bool:
    return all(
        any(word == other for other in others)
        if len(word) <= _SHORT_WORD
        else any(len(other) > _SHORT_WORD and fuzz.ratio(word, other) >= _WORD for other in others)
        for word in words
    )

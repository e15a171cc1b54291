"""Headers as people write them, made comparable; and the index of every name a field goes by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from core.dictionary import Field
from core.fields import TABLE_FIELDS

NAME, LABEL, SYNONYM, LOOSE, SIMILAR = 0, 1, 2, 3, 4
"""How a header was recognised; the smaller the surer. `LOOSE`: but for words that say nothing; `SIMILAR`: nearly."""
_FILLER_WORDS = (
    "prrt lu 177lu lu177 177 lutathera dotatate lutetium de du des d la le les l of the at in on to a au aux van het "
    "een bij op voor avant before pre baseline basal base initial initiale initieel patient patients pt"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
_GENERIC_WORDS = (
    "date datum number nummer n nr no numero nombre id code line type status statut site first last start end debut "
    "fin begin einde stop premiere premier derniere dernier eerste laatste total totale totaal 1 2 3 1e 1ere "
    "1er m f h v o treatment traitement behandeling history cycle cycles cyclus day days jours dagen"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())


@cache
def plain(text: str) -> str:
    """Lower case, without accents and punctuation: "Ki-67 (%)" -> "ki 67", "Décès" -> "deces"."""
    spread = unicodedata.normalize("NFKD", text.replace("µ", "u").replace("μ", "u"))
    bare = "".join(character for character in spread if not unicodedata.combining(character)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


@cache
def index(table: str) -> Mapping[str, tuple[tuple[Field, int], ...]]:
    """Every plain name of a table's fields -> the fields that go by it, with how sure that is."""
    names: dict[str, dict[str, tuple[Field, int]]] = {}

    def add(text: str, field: Field, how: int) -> None:
        if plain(text):
            names.setdefault(plain(text), {}).setdefault(field.name, (field, how))

    for field in TABLE_FIELDS[table].values():
        add(field.name, field, NAME)
        add(field.label, field, LABEL)
        add(field.label_unit, field, LABEL)
        for synonyms in field.synonyms.values():
            for synonym in synonyms:
                add(synonym, field, SYNONYM)
    return {name: tuple(fields.values()) for name, fields in names.items()}


def candidates(table: str, header: str) -> tuple[tuple[Field, int], ...]:
    """The fields that go by a header, only the surest; the header as it stands, without a unit taken apart."""
    found = index(table).get(plain(header), ())
    best = min((how for _, how in found if how == NAME), default=None)
    return found if best is None else tuple(entry for entry in found if entry[1] == NAME)


@cache
def _loose(table: str) -> Mapping[str, tuple[tuple[Field, int], ...]]:
    """Every name of a table's fields without its words that say nothing, if any is left -> the fields."""
    found: dict[str, dict[str, tuple[Field, int]]] = {}
    for name, fields in index(table).items():
        telling = _telling(name)
        for field, _ in fields if telling else ():
            found.setdefault(telling, {})[field.name] = (field, LOOSE)
    return {name: tuple(fields.values()) for name, fields in found.items()}


def loosely(table: str, header: str) -> tuple[tuple[Field, int], ...]:
    """The fields that go by a header but for words that say nothing: "Hb pré-PRRT", "Date de la première cure"."""
    return _loose(table).get(_telling(plain(header)), ())


def _telling(name: str) -> str:
    words = [word for word in name.split() if word not in _FILLERS]
    return " ".join(words) if any(word not in _GENERIC for word in words) else ""


def known_headers(table: str, mapping: Iterable[str] = ()) -> _Known:
    """A counter of the cells of a row that are headers of `table`, or headers that the mapping names."""
    return _Known(table, frozenset(plain(header) for header in mapping))


class _Known:
    def __init__(self, table: str, more: frozenset[str]) -> None:
        self.names = frozenset(index(table)) | more

    def __call__(self, row: list[str]) -> int:
        return sum(1 for cell in row if len(cell) < 200 and self._is_known(cell))

    def _is_known(self, cell: str) -> bool:
        name = plain(cell)
        return bool(name) and (name in self.names or plain(re.split(r"[(\[,]", cell)[0]) in self.names)


def resolve(name: str, fields: Mapping[str, Field]) -> str | None:
    """The field of a cohort that a person means: its name, its header in the file, or any name of the dictionary.

    Parameters
    ----------
    name : as typed: "age_years", "age", "ph.ecog"
    fields : the cohort's fields by name, columns of its own included

    Returns
    -------
    The field's name; None when none or several go by it.
    """
    if name in fields:
        return name
    own = [
        field.name for field in fields.values() if field.role == "other" and name in (field.label, plain(field.label))
    ]
    if len(own) == 1:
        return own[0]
    wanted = plain(name)
    own = [field.name for field in fields.values() if field.role == "other" and plain(field.label) == wanted]
    known = [(how, field.name) for field, how in candidates("courses", name) if field.name in fields]
    found = own or [field for how, field in known if how == min(known)[0]]
    return found[0] if len(found) == 1 else None

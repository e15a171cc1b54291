"""A block as plain JSON: what is shown of which selection of which cohort version, and how; and back again.

Every field of `Look` and of what it holds is written by its type, so that a new one cannot be forgotten: a type that is
not known here fails at the first writing.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.cohort import CohortVersion, StoreError
from core.deck.deck import GONE
from core.deck.full import content_name
from core.dictionary import Field
from core.export.contents import CONTENTS, Look
from core.factors import parse_factors
from core.figures.theme import THEMES
from core.selection import Selection, parse_query
from core.store import Store
from core.tables.toxicity import NOTIONS

OUTSIDE = ("store", "version", "made_on")
"""Fields of `Look` that the reader gives, or finds by the cohort's name and the version's number."""
MAX_ITEMS = 200
"""Most entries of a list that are read."""
NO_RECIPE = "This block of the deck cannot be read: it was not written by the explorer, or by a later release of it."
DELETED = "The cohort of this block, or its version, was deleted; nothing of it is left to show."


def write(what: str, look: Look) -> dict[str, Any]:
    """
    A block as plain JSON types.

    Parameters
    ----------
    what : key of `CONTENTS`, or one with `core.deck.full.AS_TABLE` for its tables alone
    look : Look

    Returns
    -------
    dict
        The selection as its query; the theme and every other field of `look`; no store and no day.
    """
    written = {one.name: _plain(getattr(look, one.name)) for one in fields(look) if one.name not in OUTSIDE}
    return {"what": what, "cohort": look.version.name, "version": look.version.version, **written}


def read(recipe: Mapping[str, Any], store: Store, made_on: date) -> tuple[str, Look]:
    """
    The block that a recipe says.

    Parameters
    ----------
    recipe : as `write` gave it; it may come from anybody
    store : Store
    made_on : day of the export

    Returns
    -------
    (str, Look)

    Raises
    ------
    ValueError
        A sentence: it is no recipe, its cohort or version is gone, or the cohort lacks a field that it names.
    """
    what, name, number = recipe.get("what"), recipe.get("cohort"), recipe.get("version")
    if recipe.get(GONE) is True:
        raise ValueError(DELETED)
    if not (isinstance(what, str) and content_name(what) in CONTENTS and isinstance(name, str) and type(number) is int):
        raise ValueError(NO_RECIPE)
    version = _version(store, name, number)
    reader = _Reader(version.fields)
    hints = _hints(Look)
    own = {key: value for key, value in recipe.items() if key not in ("what", "cohort", "version")}
    if not set(own) <= set(hints) - set(OUTSIDE):
        raise ValueError(NO_RECIPE)
    found = {key: reader.read(hints[key], value) for key, value in own.items()}
    missing = {one.name for one in fields(Look) if one.default is MISSING} - set(OUTSIDE) - set(found)
    if missing:
        raise ValueError(NO_RECIPE)
    look = Look(store=store, version=version, made_on=made_on, **found)
    _check(look)
    return what, look


def _version(store: Store, name: str, number: int) -> CohortVersion:
    try:
        return store.version(name, number)
    except StoreError:
        pass
    if store.versions(name):
        raise ValueError(f"Version {number} of the cohort '{name[:60]}' is not there: it was deleted, or never was.")
    raise ValueError(f"The cohort '{name[:60]}' is not there: it was renamed or deleted.")


def _hints(kind: type) -> dict[str, Any]:
    """Types of a dataclass's fields, those too that its module names for the type checker alone."""
    return get_type_hints(kind, localns={"Selection": Selection})


def _check(look: Look) -> None:
    """What the types do not say."""
    request, known = look.request, look.version.fields
    if look.notion not in NOTIONS or look.theme not in THEMES:
        raise ValueError(NO_RECIPE)
    for written in (request.factors, request.multivariable):
        if written is not None:
            parse_factors(written, known, look.options)
    strata = request.strata
    if strata is not None and not strata.pair and strata.field not in known:
        raise ValueError(f"This cohort has no field '{strata.field[:60]}', which divides the groups of this block.")


def _plain(value: Any) -> Any:
    """A value in JSON types."""
    if isinstance(value, Selection):
        return value.query()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"A {type(value).__name__} cannot be kept in a deck.")


@dataclass(frozen=True)
class _Reader:
    """Turns JSON types into what a type hint says, and nothing else.

    Parameters
    ----------
    known : fields of the cohort version, by name
    """

    known: Mapping[str, Field]

    def read(self, hint: Any, value: Any) -> Any:
        """A value of this type; ValueError where it is none."""
        if hint is Selection:
            return self._selection(value)
        if is_dataclass(hint) and isinstance(hint, type):
            return self._record(hint, value)
        origin, inside = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            if value is None and type(None) in inside:
                return None
            return self.read(next(one for one in inside if one is not type(None)), value)
        if origin is not None and issubclass(origin, Sequence):
            return self._sequence(inside, value)
        return _scalar(hint, value)

    def _selection(self, value: Any) -> Selection:
        if not isinstance(value, str):
            raise ValueError(NO_RECIPE)
        found = parse_query(value, self.known)
        if found.problems:  # without what was not understood it would show other patients
            raise ValueError(f"The selection of this block cannot be made any more. {found.problems[0]}")
        return found

    def _record(self, kind: type, value: Any) -> Any:
        hints = _hints(kind)
        if not isinstance(value, dict) or not set(value) <= set(hints):
            raise ValueError(NO_RECIPE)
        try:
            return kind(**{name: self.read(hints[name], one) for name, one in value.items()})
        except TypeError:
            raise ValueError(NO_RECIPE) from None

    def _sequence(self, inside: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise ValueError(NO_RECIPE)
        if len(inside) == 1 or inside[-1] is Ellipsis:
            return tuple(self.read(inside[0], one) for one in value)
        if len(inside) != len(value):
            raise ValueError(NO_RECIPE)
        return tuple(self.read(hint, one) for hint, one in zip(inside, value, strict=True))


def _scalar(hint: Any, value: Any) -> Any:
    if hint is float and type(value) is int and abs(value) < 1e15:
        return value  # 12 months stay 12
    if hint not in (str, bool, int, float) or type(value) is not hint:
        raise ValueError(NO_RECIPE)
    if hint is float and not math.isfinite(value):
        raise ValueError(NO_RECIPE)
    return value

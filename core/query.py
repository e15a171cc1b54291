"""A URL query or the command line's `--select`, read as a selection; what is not understood is told, the rest works."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from urllib.parse import unquote, unquote_plus

from core.condition import ANY, FIRST, MISSING, Bound, Condition, Range, bound_text
from core.dictionary import Field

MAX_CHARACTERS = 20_000
"""A longer query is not read: no address bar holds it."""
MAX_PIECES = 1_000
"""Most values of one field that are read."""

YES_NO = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}

Query = str | Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class ReadQuery:
    """
    What a query says.

    Parameters
    ----------
    conditions : mapping of str to Condition or None
        By field, in the query's order; None: the field's default is lifted.
    first : bool
        First selected course of each patient.
    problems : tuple of str
        A sentence for everything that was left out.
    """

    conditions: Mapping[str, Condition | None]
    first: bool
    problems: tuple[str, ...]


def read_query(query: Query, fields: Mapping[str, Field], ignore: frozenset[str] = frozenset()) -> ReadQuery:
    """
    Read a query; `core.selection.parse_query` says its grammar and makes the selection.

    Parameters
    ----------
    query : str or mapping
    fields : mapping of str to Field
        Of the version.
    ignore : frozenset of str
        Names that are passed over.

    Returns
    -------
    ReadQuery
    """
    problems: list[str] = []
    pieces: dict[str, list[str]] = {}
    for name, value in _parameters(query, problems):
        if name not in ignore:
            pieces.setdefault(name, []).extend(value.split(","))
    first = _first(pieces.pop(FIRST, ["no"])[-1], problems)
    conditions: dict[str, Condition | None] = {}
    for name, values in pieces.items():
        described = _field(name, values, fields, problems)
        if described is None:
            continue
        if values == [ANY] and ANY not in described.levels:
            conditions[name] = None
            continue
        condition = _condition(described, _joined(values, described), problems)
        if not condition.empty:
            conditions[name] = condition
    return ReadQuery(conditions, first, tuple(problems))


def _parameters(query: Query, problems: list[str]) -> list[tuple[str, str]]:
    """Names and raw values in order; a string's values stay escaped, so that a comma inside a level survives."""
    if isinstance(query, str):
        text = query.strip().removeprefix("?")
        if len(text) > MAX_CHARACTERS:
            problems.append(f"The query is longer than {MAX_CHARACTERS:,} characters and was not read.")
            return []
        parts = [part.partition("=") for part in text.split("&") if part]
        return [(unquote_plus(name), value) for name, _, value in parts]
    found = []
    for name, value in query.items():
        texts = [value] if isinstance(value, str) else list(value)
        if sum(map(len, texts)) > MAX_CHARACTERS:
            problems.append(f"'{_clip(name)}' is longer than {MAX_CHARACTERS:,} characters and was not read.")
            continue
        found += [(name, text) for text in texts]
    return found


def _first(text: str, problems: list[str]) -> bool:
    if text not in ("yes", "no"):
        problems.append(f"'{FIRST}': '{_clip(text)}' is not yes or no; it was left out.")
    return text == "yes"


def _field(name: str, pieces: list[str], fields: Mapping[str, Field], problems: list[str]) -> Field | None:
    """The field that a parameter names, or None and a sentence."""
    described = fields.get(name)
    if described is None:
        problems.append(f"This cohort has no field '{_clip(name)}'; it was left out.{_suggestion(name, fields)}")
    elif not described.filterable:
        problems.append(f"'{_clip(name)}' cannot be selected on: it identifies patients, or is free text.")
    elif len(pieces) > MAX_PIECES:
        problems.append(f"'{_clip(name)}' has more than {MAX_PIECES:,} values; it was left out.")
    else:
        return described
    return None


def _condition(described: Field, pieces: list[str], problems: list[str]) -> Condition:
    values: dict[str, None] = {}
    ranges: dict[Range, None] = {}
    missing = False
    for piece in pieces:
        if piece.strip() == MISSING:
            missing = True
            continue
        try:
            read = _read(piece, described)
        except ValueError as error:
            problems.append(f"'{_clip(described.name)}': {error} It was left out.")
            continue
        if isinstance(read, Range):
            ranges[read] = None
        else:
            values[read] = None
    return Condition(described.name, tuple(values), tuple(ranges), missing)


def _read(piece: str, described: Field) -> str | Range:
    """One value or range. Raises ValueError with a sentence."""
    text = unquote(piece).strip()
    if not text:
        raise ValueError("no value is given.")
    if described.numeric or described.type == "date":
        return _range(text, described) if ".." in text else bound_text(_bound(text, described))
    if described.type == "yes_no":
        if text.casefold() not in YES_NO:
            raise ValueError(f"'{_clip(text)}' is not yes or no.")
        return YES_NO[text.casefold()]
    level = _level(piece, described)
    if level is None:
        raise ValueError(f"'{_clip(text)}' is none of {_some(described.levels)}.")
    return level


def _range(text: str, described: Field) -> Range:
    low_text, _, high_text = text.partition("..")
    open_above = high_text.startswith("<")
    high_text = high_text.removeprefix("<")
    if open_above and not high_text:
        raise ValueError(f"'{_clip(text)}' lacks its upper bound.")
    low = _bound(low_text, described) if low_text.strip() else None
    high = _bound(high_text, described) if high_text.strip() else None
    if low is not None and high is not None and (low > high or (open_above and low == high)):  # type: ignore[operator]
        raise ValueError(f"'{_clip(text)}' is empty: its lower bound is not below its upper one.")
    return Range(low, high, open_above)


def _bound(text: str, described: Field) -> Bound:
    text = text.strip()
    if described.type == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"'{_clip(text)}' is not a date such as 2020-12-31.") from None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise ValueError(f"'{_clip(text)}' is not a number.")
    return number + 0.0  # -0 becomes 0


def _level(piece: str, described: Field) -> str | None:
    """The level that a piece means: as escaped, with + as a space, or in another case; None for no level."""
    candidates = [unquote(piece), unquote(piece).strip(), unquote_plus(piece).strip()]
    if not described.levels:
        text = candidates[0]
        return text if text.isprintable() else None
    for candidate in candidates:
        if candidate in described.levels:
            return candidate
    folded = {level.casefold(): level for level in reversed(described.levels)}
    return next((folded[one.casefold()] for one in candidates if one.casefold() in folded), None)


def _joined(pieces: list[str], described: Field) -> list[str]:
    """Neighbouring pieces put together again where a level itself holds a comma that lost its escape."""
    if not any("," in level for level in described.levels):
        return pieces
    joined: list[str] = []
    start = 0
    longest = max(level.count(",") for level in described.levels) + 1
    while start < len(pieces):
        ends = range(min(len(pieces), start + longest), start, -1)
        end = next((end for end in ends if _level(",".join(pieces[start:end]), described) is not None), start + 1)
        joined.append(",".join(pieces[start:end]))
        start = end
    return joined


def _suggestion(name: str, fields: Mapping[str, Field]) -> str:
    close = get_close_matches(name[:60], [one for one in fields if fields[one].filterable], n=1, cutoff=0.75)
    return f" Did you mean '{close[0]}'?" if close else ""


def _some(levels: Sequence[str]) -> str:
    shown = ", ".join(levels[:8]) or "this field's values"
    return f"{shown} and {len(levels) - 8} more" if len(levels) > 8 else shown


def _clip(text: str) -> str:
    printable = "".join(character if character.isprintable() else "?" for character in text[:60])
    return printable + ("..." if len(text) > 60 else "")

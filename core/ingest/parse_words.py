"""Distinct cells read as answers (yes, no, events) and as levels of a category."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.dictionary import Field
from core.ingest.doubts import (
    MISSING,
    blanks_mean_no,
    event_code,
    level_codes,
    missing_code,
    yes_code,
)
from core.ingest.levels import level_of
from core.ingest.parsed import Context, Failure, Parsed
from core.ingest.tabular import TextColumn
from core.ingest.words import ANSWER_CODES, MARKS, key, yes_no_words

_CODE_PAIRS = (("0", "1"), ("1", "2"), ("no", "yes"), ("non", "oui"), ("nee", "ja"), ("neen", "ja"))
_CODED = {("fdg_pet", *pair): "positive" for pair in _CODE_PAIRS if pair != ("1", "2")}
"""Field and its two codes -> level of 1, or yes, until a person says; other codes are not used until then."""
UNANSWERED = "unanswered_codes"
"""Code of the failures of a column whose codes are not explained."""


def parse_yes_no(column: TextColumn, one: Field, missing: np.ndarray, context: Context) -> Parsed:
    """Read a column of yes and no, or of events."""
    words: Mapping[str, bool] = yes_no_words(one.name)
    places = np.flatnonzero(~missing).tolist()
    present = {column.values[place] for place in places}
    if "+" in present:
        words = {**words, "-": False}
    if one.name == "functional":
        words = _functional(words, {key(value) for value in present})
    parsed = Parsed(np.full(len(column.values), None, object), missing)
    codes = {bare(value) for value in present} - ANSWER_CODES
    if codes == {"1", "2"}:
        answers = _coded_answers(column, one, parsed, context)
        if answers is None:
            return parsed
        words = {**words, **{key(text): answers[bare(text)] for text in present if bare(text) in answers}}
    for place in places:
        text = column.values[place]
        answer = words.get(key(text))
        if answer is None:
            allowed = "0 or 1" if one.name.endswith("_event") else "yes or no"
            message, remedy = f"'{text}' is not {allowed}.", f"Write {allowed}, or leave the cell empty."
            _fail_or_missing(place, Failure("wrong_type", message, remedy), column, parsed, context)
            continue
        parsed.values[place] = answer
        shown = "yes" if answer else "no"
        if text != shown:
            parsed.readings.append((text, shown, int(column.counts[place])))
    _blanks(column, present, parsed, context)
    return parsed


def _functional(words: Mapping[str, bool], present: set[str]) -> Mapping[str, bool]:
    """F is functional beside NF, false beside T, and unclear without either."""
    if "nf" in present:
        return {**words, "f": True, "nf": False}
    return words if "t" in present else {word: answer for word, answer in words.items() if word != "f"}


def _coded_answers(column: TextColumn, one: Field, parsed: Parsed, context: Context) -> dict[str, bool] | None:
    """What 1 and 2 mean, asked; None when the column is not used before the answer."""
    rows = int(column.counts[~parsed.missing].sum())
    if one.name.endswith("_event"):
        event, said = event_code(context, column, one)
        how = "as answered" if said else "as R does"
        first, second = ("censored", "event") if event == "2" else ("event", "censored")
        parsed.notes.append((f"the codes 1 and 2 taken as {first} and {second}, {how}", rows))
        return {"1": event == "1", "2": event == "2"}
    yes = yes_code(context, column)
    if not yes:
        _leave_unread(column, parsed)
        return None
    return {"1": yes == "1", "2": yes == "2"}


def _blanks(column: TextColumn, present: set[str], parsed: Parsed, context: Context) -> None:
    """Empty cells beside ticks, where a person says that they are "no"."""
    if "" not in column.values or not present or not all(text.casefold() in MARKS for text in present):
        return
    place = column.values.index("")
    rows = int(column.counts[place])
    if rows and blanks_mean_no(context, column, min(present)):
        parsed.values[place] = False
        parsed.notes.append(("empty cells read as no, as answered", rows))


def _leave_unread(column: TextColumn, parsed: Parsed) -> None:
    """Use no cell of a column until its question is answered."""
    for place in np.flatnonzero(~parsed.missing).tolist():
        parsed.failures[place] = Failure(
            UNANSWERED,
            f"'{column.values[place]}' is a code, and nothing tells what it means.",
            "Answer the question about the column, or write words instead of the codes.",
        )


def _fail_or_missing(place: int, failure: Failure, column: TextColumn, parsed: Parsed, context: Context) -> None:
    """A cell that is no word: missing where a person says that its code means so, else a failure."""
    code, rows = bare(column.values[place]), int(column.counts[place])
    if code in ANSWER_CODES and missing_code(context, column, code) == MISSING:
        parsed.missing[place] = True
        parsed.notes.append((f"{code} read as missing, as answered", rows))
        return
    parsed.failures[place] = failure


def bare(text: str) -> str:
    """A whole number without the decimals that software adds: "1.0" -> "1"."""
    return text.removesuffix(".0").removesuffix(",0")


def parse_category(column: TextColumn, one: Field, missing: np.ndarray, context: Context) -> Parsed:
    """Read a column of levels."""
    parsed = Parsed(np.full(len(column.values), None, object), missing)
    places = np.flatnonzero(~missing).tolist()
    minus = "negative" if "+" in column.values and "negative" in one.levels else None
    known: dict[str, str] = {}
    if len(one.levels) == 2:
        codes = _level_codes(column, one, {column.values[place] for place in places}, parsed, context)
        if codes is None:
            return parsed
        known = codes
    for place in places:
        text = column.values[place]
        if minus and text == "-":
            level: str | None = minus
        else:
            level = (
                text if text in one.levels else known.get(key(bare(text))) or level_of(context.table, one.name, text)
            )
        if level is None:
            message = f"'{text}' is not a level of {one.label}."
            remedy = f"Use one of: {', '.join(one.levels)}; or leave the cell empty."
            _fail_or_missing(place, Failure("unknown_level", message, remedy), column, parsed, context)
            continue
        parsed.values[place] = level
        if text != level:
            parsed.readings.append((text, level, int(column.counts[place])))
    return parsed


def _level_codes(
    column: TextColumn, one: Field, present: set[str], parsed: Parsed, context: Context
) -> dict[str, str] | None:
    """What two codes mean, asked; {} when there are none, None when the column is not used before the answer."""
    codes = {key(bare(text)) for text in present} - ANSWER_CODES
    for pair in _CODE_PAIRS:
        if codes == set(pair):
            known = level_codes(context, column, one, pair, _CODED.get((one.name, *pair), ""))
            if not known:
                _leave_unread(column, parsed)
                return None
            return known
    return {}

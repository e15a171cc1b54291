"""A selection in words, as it stands above every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from core.dictionary import Field

if TYPE_CHECKING:
    from core.condition import Condition, Range
    from core.selection import Selection


def sentence(
    selection: Selection, fields: Mapping[str, Field], n: int, total: int, n_patients: int | None = None
) -> str:
    """
    A selection in words: head (how many of how many), population where it is not the default, conditions.

    Parameters
    ----------
    selection : Selection
    fields : mapping of str to Field
        Of the version; conditions are said in the order of the fields.
    n, total : int
        Courses selected, and courses of the population that they are a part of.
    n_patients : int, optional
        Patients selected; said when a patient may be in the selection with several courses.

    Returns
    -------
    str
        "9 of 110 patients: grade 2; pancreas", "All 17 patients, PRRT-2", "All 129 courses of 114 patients, ...".
    """
    place = {name: position for position, name in enumerate(fields)}
    conditions = sorted(selection.narrowing, key=lambda one: place.get(one.field, len(place)))
    said = [condition_phrase(one, fields[one.field]) for one in conditions if one.field in fields]
    population = _population(selection, fields)
    noun = "patient" if selection.single_course else "course"
    head = f"{_count(n)} of {_plural(total, noun)}" if said or n != total else _all(n, noun)
    if noun == "course" and n_patients is not None:
        head += f" {'from' if said else 'of'} {_plural(n_patients, 'patient')}"
    return ", ".join([head, *population]) + (": " + "; ".join(said) if said else "")


def condition_phrase(condition: Condition, described: Field) -> str:
    """
    One condition in words.

    Parameters
    ----------
    condition : Condition
    described : Field

    Returns
    -------
    str
        "grade 1 or 2", "CgA at least 1000 ug/L", "albumin below 35 g/L or missing".
    """
    name = short_label(described)
    order = {level: position for position, level in enumerate(described.levels)}
    values = sorted(condition.values, key=lambda value: order.get(value, len(order)))
    said = [_level(value, name, described) for value in values]
    said += [f"{name} {_range(one, described)}" for one in condition.ranges]
    if not said:
        return f"{name} missing"
    return alternatives(said, ("missing",) * condition.missing)


def short_label(described: Field) -> str:
    """A field's name inside a sentence: its short name, or its label, in lower case unless it starts with a symbol."""
    if described.short:
        return described.short
    first, _, rest = described.label.partition(" ")
    if described.role != "other" and first.isalpha() and first[1:].islower():
        first = first.lower()
    return f"{first} {rest}".strip()


def alternatives(phrases: Sequence[str], others: Sequence[str] = ()) -> str:
    """Phrases, then others, joined by "or"; leading words that the phrases share said once: "grade 1, 2 or missing"."""
    words = [phrase.split(" ") for phrase in phrases]
    shared = 0
    while words and all(len(one) > shared + 1 and one[shared] == words[0][shared] for one in words):
        shared += 1
    said = [*phrases[:1], *(" ".join(one[shared:]) for one in words[1:]), *others]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def _level(value: str, name: str, described: Field) -> str:
    if value in described.phrases:
        return described.phrases[value]
    return f"{name} {value} {described.unit}".strip() if described.numeric else f"{name} {value}"


def _range(one: Range, described: Field) -> str:
    low, high = _number(one.low), _number(one.high)
    unit = f" {described.unit}" if described.unit else ""
    if one.low is None and one.high is None:
        return "known"
    if described.type == "date":
        return _dates(low, high, one.open_above)
    if one.high is None:
        return f"at least {low}{unit}"
    if one.low is None:
        return f"{'below' if one.open_above else 'at most'} {high}{unit}"
    if one.low == one.high and not one.open_above:
        return f"{low}{unit}"
    return f"{low} to {'below ' if one.open_above else ''}{high}{unit}"


def _dates(low: str, high: str, open_above: bool) -> str:
    if not high:
        return f"from {low} on"
    until = "before" if open_above else "until"
    return f"from {low} {until} {high}" if low else f"{until} {high}"


def _number(bound: float | date | None) -> str:
    if bound is None:
        return ""
    return bound.isoformat() if isinstance(bound, date) else f"{bound:.10g}"


def _population(selection: Selection, fields: Mapping[str, Field]) -> list[str]:
    """What is said about course and histology: nothing while the defaults hold."""
    said = []
    course = selection.condition("course")
    if course is None:
        said.append("all PRRT courses" if "course" in fields else "")
    elif course.values != ("1",) or course.ranges or course.missing:
        numbers = [f"PRRT-{value}" for value in sorted(course.values, key=float)]
        ranges = [f"PRRT course {_range(one, fields['course'])}" for one in course.ranges]
        said.append(alternatives(numbers + ranges, ("course number missing",) * course.missing))
    histology = selection.condition("histology_complete")
    if histology is None:
        said.append("complete histology or not" if "histology_complete" in fields else "")
    elif histology.values != ("yes",) or histology.missing:
        said.append(condition_phrase(histology, fields["histology_complete"]))
    if selection.first:
        said.append("first selected course of each")
    return [one for one in said if one]


def _count(n: int) -> str:
    return f"{n:,}" if n >= 10_000 else str(n)


def _plural(n: int, noun: str) -> str:
    return f"{_count(n)} {noun}" if n == 1 else f"{_count(n)} {noun}s"


def _all(n: int, noun: str) -> str:
    if n == 0:
        return f"No {noun}s"
    return f"1 {noun}" if n == 1 else f"All {_plural(n, noun)}"

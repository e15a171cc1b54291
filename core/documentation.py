"""What the README shows of the product itself: the data dictionary, and the demo cohort beside the paper."""

from __future__ import annotations

from collections.abc import Sequence

from core.compare import AS_PRINTED, MARKS, Comparison, counts
from core.condition import number_text
from core.dictionary import ROLES, TABLES, Field
from core.fields import FIELDS, TABLE_FIELDS, TERMS, slug

BEGIN = "<!-- dictionary:begin -->"
END = "<!-- dictionary:end -->"
COMPARED_BEGIN = "<!-- compared:begin -->"
COMPARED_END = "<!-- compared:end -->"
_COMPARED = ("Place", "Number", "Printed", "Derived", "Mark")
_COLUMNS = ("Field", "Label", "Type", "Values", "Plausible", "When absent")


def dictionary_markdown() -> str:
    """
    The data dictionary as Markdown: a table for each role of `courses`, and one for each other table.

    Returns
    -------
    str
        Without the markers. The fields of ready-made toxicity stand as two rows, with `<term>` for the term.
    """
    parts = []
    for role, title in ROLES.items():
        fields = [one for one in FIELDS.values() if one.role == role]
        if fields:
            rows = _toxicity_rows() if role == "ready-made toxicity" else [_row(one) for one in fields]
            parts.append(_table(f"{title} (`courses`)", rows))
    for table in list(TABLES)[1:]:
        parts.append(_table(f"`{table}`: {TABLES[table]}", [_row(one) for one in TABLE_FIELDS[table].values()]))
    return "\n\n".join(parts) + "\n"


def with_dictionary(readme: str) -> str:
    """The README with the present dictionary between its markers. Raises ValueError if a marker is absent."""
    return _between(readme, BEGIN, END, dictionary_markdown())


def comparison_markdown(found: Sequence[Comparison]) -> str:
    """
    The demo cohort beside the paper as Markdown: how many numbers agree, and each one that is not as printed.

    Parameters
    ----------
    found : sequence of Comparison
        Of the demo cohort's default selection.
    """
    marks = counts(found)
    told = ", ".join(f"{mark} {marks[mark]}" for mark in MARKS)
    rows: list[tuple[str, ...]] = [
        (one.published.place, one.published.item, one.published.text, one.shown, one.mark)
        for one in found
        if one.mark != AS_PRINTED
    ]
    lines = [f"Of {len(found)} published numbers: {told}. Not as printed:", "", *_lines(_COMPARED, rows)]
    return "\n".join(lines) + "\n"


def with_comparison(readme: str, found: Sequence[Comparison]) -> str:
    """The README with this comparison between its markers. Raises ValueError if a marker is absent."""
    return _between(readme, COMPARED_BEGIN, COMPARED_END, comparison_markdown(found))


def _between(readme: str, first: str, last: str, text: str) -> str:
    before, begin, rest = readme.partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        raise ValueError(f"The README lacks the line {first if not begin else last}.")
    return f"{before}{first}\n\n{text}\n{last}{after}"


def _row(one: Field) -> tuple[str, ...]:
    kind = f"{_type(one)}, {one.unit}" if one.unit else _type(one)
    absent = one.derived or ("required" if one.required else "")
    return (
        f"`{one.name}`",
        one.label,
        kind,
        "" if one.type == "yes_no" else ", ".join(one.levels),
        _plausible(one),
        absent,
    )


def _toxicity_rows() -> list[tuple[str, ...]]:
    """Two rows that stand for those of every term."""
    rows: list[tuple[str, ...]] = []
    for part, label in (("baseline_grade", "Baseline grade"), ("highest_grade", "Highest grade")):
        example = FIELDS[f"{slug(TERMS[0])}_{part}"]
        rows.append(
            (f"`<term>_{part}`", f"{label} of a term", _type(example), "", _plausible(example), example.derived)
        )
    return rows


def _type(one: Field) -> str:
    return "yes/no" if one.type == "yes_no" else one.type


def _plausible(one: Field) -> str:
    if one.plausible is None:
        return ""
    low, high = ("" if limit is None else number_text(limit) for limit in one.plausible)
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}"


def _table(title: str, rows: list[tuple[str, ...]]) -> str:
    return "\n".join([f"**{title}**", "", *_lines(_COLUMNS, rows)])


def _lines(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [_line(heads), _line(("---",) * len(heads)), *map(_line, rows)]


def _line(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |".replace("|  |", "| |").replace("|  |", "| |")

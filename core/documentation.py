"""What is written for people from the data dictionary: the README's table, the template files."""

from __future__ import annotations

import csv
from pathlib import Path

from core.condition import number_text
from core.dictionary import ROLES, TABLES, Field
from core.fields import FIELDS, TABLE_FIELDS, TERMS, slug

BEGIN = "<!-- dictionary:begin -->"
END = "<!-- dictionary:end -->"
LANGUAGES = {"en": "English", "fr": "French", "nl": "Dutch"}
DICTIONARY_FILE = "data_dictionary.csv"
_READY_MADE = ("ready-made", "ready-made toxicity")
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
    """
    A README with the present dictionary between its markers.

    Raises
    ------
    ValueError
        If a marker is absent.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The README lacks the line {BEGIN if not begin else END}.")
    return f"{before}{BEGIN}\n\n{dictionary_markdown()}\n{END}{after}"


def write_templates(directory: Path) -> list[Path]:
    """
    Write an empty file with the right headers for each table, and the data dictionary.

    Parameters
    ----------
    directory : Path
        Made if absent; files that stand there are not touched.

    Returns
    -------
    list of Path
        What was written. Ready-made outcomes and grades are left out of `courses.csv`; the dictionary says them.

    Raises
    ------
    FileExistsError
        Naming the first file that is there already; nothing is written then.
    """
    directory.mkdir(parents=True, exist_ok=True)
    headers = {f"{table}.csv": _headers(table) for table in TABLES}
    for name in (*headers, DICTIONARY_FILE):
        if (directory / name).exists():
            raise FileExistsError(f"{directory / name} exists already; give another directory, or move it away.")
    for name, columns in headers.items():
        _write(directory / name, [columns], encoding="utf-8")
    # With a byte order mark, which a spreadsheet program needs to read the accents.
    _write(directory / DICTIONARY_FILE, _dictionary_rows(), encoding="utf-8-sig")
    return [directory / name for name in (*headers, DICTIONARY_FILE)]


def _headers(table: str) -> list[str]:
    return [one.name for one in TABLE_FIELDS[table].values() if one.role not in _READY_MADE]


def _write(path: Path, rows: list[list[str]], encoding: str) -> None:
    with path.open("x", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def _dictionary_rows() -> list[list[str]]:
    head = ["table", "field", "label", "type", "unit", "values", "plausible", "required", "when absent", "role", "help"]
    rows = [head + [f"other headers, {language}" for language in LANGUAGES.values()]]
    for fields in TABLE_FIELDS.values():
        for one in fields.values():
            synonyms = [" | ".join(one.synonyms.get(language, ())) for language in LANGUAGES]
            required = "yes" if one.required else ""
            described = [
                one.label,
                _type(one),
                one.unit,
                " | ".join(one.levels),
                _plausible(one),
                required,
                one.derived,
            ]
            rows.append([one.table, one.name, *described, ROLES[one.role], one.help, *synonyms])
    return rows


def _row(one: Field) -> tuple[str, ...]:
    kind = f"{_type(one)}, {one.unit}" if one.unit else _type(one)
    absent = "required" if one.required else one.derived
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
    rows = []
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
    lines = [f"**{title}**", "", _line(_COLUMNS), _line(("---",) * len(_COLUMNS)), *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |".replace("|  |", "| |").replace("|  |", "| |")

"""A cohort of which every patient, header, level and remark is hostile, and the files that hold it."""

from __future__ import annotations

from pathlib import Path

from core.ingest.identifiers import by_header, identifies
from core.ingest.words import MISSING
from tests.corpus_hostile.texts import HOSTILE
from tests.corpus_messy.files import delimited, save, workbook

_ONCE = {text.strip(): text for text in reversed(HOSTILE)}
CELLS = tuple(text for text in _ONCE.values() if not identifies(text))
"""Those that are no address of a person, which are left out at import as other tests show; each once when trimmed."""
HEADERS = tuple(f"{text} h" for text in CELLS if not by_header(f"{text} h") and len(text) < 3000)
"""A letter more than the cells, as a row of nothing but headers is one."""
LEVELS = 4
"""Different cells of each column, so that it is a category with levels to choose from."""
_KNOWN = ("patient_id", "course", "trial", "sex", "age_years", "grade", "os_days", "os_event", "pfs_days", "pfs_event")


def cell(column: int, row: int) -> str:
    """The text of a column of its own in a row, both from 0."""
    return CELLS[(column * LEVELS + row % LEVELS) % len(CELLS)]


def rows(headers: tuple[str, ...] = HEADERS) -> list[list[str]]:
    """Header and one row for each hostile text."""
    made = [[*_KNOWN, *headers]]
    for row, text in enumerate(CELLS):
        known = [f"{text}", "1", text, ("male", "female")[row % 2], str(40 + row % 40), str(1 + row % 3)]
        times = [str(100 + 7 * row % 1500), str(row % 2), str(80 + 5 * row % 900), str((row + 1) % 2)]
        made.append([*known, *times, *(cell(column, row) for column in range(len(headers)))])
    return made


def text_file(folder: Path, headers: tuple[str, ...] = HEADERS, name: str = "hostile.csv") -> Path:
    """The cohort as a CSV file."""
    return save(folder, delimited(rows(headers)), name)


def sheet(folder: Path) -> Path:
    """The cohort as a workbook; control characters, which XML does not have, left out."""
    kept = [row for row in rows() if all(_in_xml(text) for text in row[:3])]
    safe = [[text if _in_xml(text) else "x" for text in row] for row in kept]
    return workbook(folder / "hostile.xlsx", {"courses": safe})


def _in_xml(text: str) -> bool:
    return all(one >= " " and one not in "\ufffe\uffff" for one in text) and len(text) < 30_000


def as_read(text: str) -> str | None:
    """What a cell of text is after reading: white space around it gone, a missing word missing."""
    stripped = text.strip()
    return None if stripped.casefold() in MISSING else stripped


def wrong_cells(headers: tuple[str, ...] = HEADERS) -> list[list[str]]:
    """A table in which hostile texts stand where numbers, dates, levels and yes or no should be."""
    names = ["patient_id", "age_years", "death_date", "primary_site", "diabetes"]
    return [names, *([f"P{n}", text, text, text, text] for n, text in enumerate(CELLS))]

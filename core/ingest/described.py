"""What the files of a downloaded version say of themselves, in `cohort.json` beside them, so that nothing is guessed.

Its columns are named by the data dictionary, the others are the cohort's own, of a type that is known; text is guarded
against spreadsheets; the data cut-off is stated. Files that were edited since are read like any others, with that help.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.fields import TABLE_FIELDS
from core.ingest.tabular import TextTable
from core.spreadsheet import unguarded

DESCRIPTION = "cohort.json"
"""Name of the file, in a folder or in a zip."""
_LARGEST = 4_000_000
_OWN_TYPES = frozenset(("category", "text", "yes_no", "integer", "number", "date"))


@dataclass(frozen=True)
class OwnColumn:
    """A column of the cohort's own: its type, of `core.dictionary.TYPES`, and the levels of a category."""

    type: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Described:
    """What is known of a source before it is read.

    Parameters
    ----------
    found : the files were downloaded from a store
    own : header -> column of the courses that is no field
    cutoff : the data cut-off, and where it came from at the first import
    """

    found: bool = False
    own: Mapping[str, OwnColumn] = field(default_factory=dict)
    cutoff: date | None = None
    cutoff_source: str = ""

    def prepared(self, texts: Mapping[str, TextTable]) -> dict[str, TextTable]:
        """The text tables with their text as it was, and their own columns claimed by no field."""
        return {table: self._prepared(table, text) for table, text in texts.items()} if self.found else dict(texts)

    def _prepared(self, table: str, text: TextTable) -> TextTable:
        columns = []
        for column in text.columns:
            header = unguarded(column.header)
            own = table == "courses" and header in self.own
            values = tuple(unguarded(value) for value in column.values)
            columns.append(replace(column, header=header, values=values, made=column.made or own))
        return replace(text, columns=tuple(columns))

    def state(self, texts: Mapping[str, TextTable], stated: Mapping[str, dict[str, str]]) -> None:
        """Add to a stated mapping that each column named as a field is this field."""
        if not self.found:
            return
        for table, text in texts.items():
            taken = set(stated[table].values())
            for column in text.columns:
                if column.header in TABLE_FIELDS[table] and not column.made and column.header not in taken:
                    stated[table].setdefault(column.header, column.header)


def read_described(path: Path) -> Described:
    """What a source says of itself; nothing where it has no such file, or one that cannot be read."""
    try:
        if path.is_dir():
            file = path / DESCRIPTION
            text = file.read_bytes() if file.is_file() and file.stat().st_size <= _LARGEST else b""
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(DESCRIPTION) as part:
                text = part.read(_LARGEST)
        else:
            return Described()
        return _described(json.loads(text)) if text else Described()
    except (OSError, KeyError, TypeError, ValueError, RecursionError, zipfile.BadZipFile, NotImplementedError):
        return Described()


def _described(found: Mapping[str, Any]) -> Described:
    own = {
        str(one["header"]): OwnColumn(str(one["type"]), tuple(str(level) for level in one["levels"]))
        for one in found["own_columns"]
        if one["type"] in _OWN_TYPES
    }
    cutoff = found["data_cutoff"]
    return Described(
        True, own, date.fromisoformat(cutoff) if cutoff is not None else None, str(found["data_cutoff_source"])
    )

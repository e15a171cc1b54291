"""Where a source's tables are: a folder of files, or one file; and their bytes, within bounds."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.dictionary import TABLES
from core.ingest.findings import Findings
from core.ingest.headers import plain
from core.ingest.tabular import Limits

MARKER = "SYNTHETIC"
"""A file of this name in a folder says that the cohort is synthetic."""
_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_NAMES = {
    "courses": "courses",
    "course": "courses",
    "cycles": "cycles",
    "cycle": "cycles",
    "labs": "labs",
    "lab": "labs",
    "laboratory": "labs",
    "adverse events": "adverse_events",
    "adverse event": "adverse_events",
    "ae": "adverse_events",
    "aes": "adverse_events",
}


@dataclass(frozen=True)
class Source:
    """The files of a source, read into memory.

    Parameters
    ----------
    files : table -> (file name, bytes); a single file stands under "courses"
    folder : it is a folder, each file one table
    synthetic : the folder holds the marker file
    """

    files: dict[str, tuple[str, bytes]]
    folder: bool
    synthetic: bool

    def sha256(self, mapping: Mapping[str, str] | None, answers: Mapping[str, str] | None, cutoff: date | None) -> str:
        """Hexadecimal SHA-256 of the files' bytes by table, the marker, the stated mapping, answers and cut-off."""
        digest = hashlib.sha256()
        for table in (table for table in TABLES if table in self.files):
            data = self.files[table][1]
            digest.update(f"{table} {len(data)}\n".encode())
            digest.update(data)
        cut = cutoff.isoformat() if cutoff else None
        stated = [sorted((mapping or {}).items()), sorted((answers or {}).items()), cut, self.synthetic]
        digest.update(json.dumps(stated, ensure_ascii=True).encode())
        return digest.hexdigest()


def table_of(name: str) -> str | None:
    """The table that a file or a sheet of this name holds, or None."""
    return _NAMES.get(plain(name))


def resembles_table(name: str) -> bool:
    """Whether a name looks like a table's, misspelt."""
    return bool(difflib.get_close_matches(plain(name), _NAMES, n=1, cutoff=0.75))


def open_source(path: Path, limits: Limits, findings: Findings) -> Source:
    """Read the files of a source.

    Raises
    ------
    CohortError
        No such file or folder, no courses in the folder, a file too large.
    """
    if path.is_dir():
        return _folder(path, limits, findings)
    if not path.is_file():
        findings.refuse("not_found", f"There is no file or folder '{path.name}'.", "Check the name and the folder.")
    return Source({"courses": (path.name, _bytes(path, "courses", limits, findings))}, False, False)


def _folder(path: Path, limits: Limits, findings: Findings) -> Source:
    found: dict[str, Path] = {}
    for file in sorted(path.iterdir()):
        if not file.is_file() or file.suffix.lower() not in _ENDINGS:
            continue
        table = table_of(file.stem)
        if table is None:
            if resembles_table(file.stem):
                findings.change(f"Not read: '{file.name}', which is not named after a table ({', '.join(TABLES)}).")
        elif table in found:
            findings.refuse(
                "two_files",
                f"The folder holds both '{found[table].name}' and '{file.name}'.",
                "Leave one file for each table.",
                table=table,
            )
        else:
            found[table] = file
    if "courses" not in found:
        findings.refuse(
            "missing_table",
            "The folder holds no courses.csv, the one table that is needed.",
            "Name the file with one row per course courses.csv, or choose that file itself.",
            table="courses",
        )
    files = {table: (found[table].name, _bytes(found[table], table, limits, findings)) for table in found}
    return Source(files, True, any(one.name.upper().split(".")[0] == MARKER for one in path.iterdir()))


def _bytes(file: Path, table: str, limits: Limits, findings: Findings) -> bytes:
    try:
        size = file.stat().st_size
        if size <= limits.file_bytes:
            data = file.read_bytes()
    except OSError:
        findings.refuse("not_readable", f"{file.name} cannot be opened.", "Check its permissions.", table=table)
    if size > limits.file_bytes:
        findings.refuse(
            "too_large",
            f"{file.name} has {size / 1e6:,.0f} MB; at most {limits.file_bytes / 1e6:,.0f} MB are read.",
            "Leave out what is not needed, or split the cohort.",
            table=table,
        )
    return data

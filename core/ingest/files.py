"""Where a source's tables are: in a folder or a zip of files, or in one file; and their bytes, within bounds."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NoReturn

from core.dictionary import TABLES
from core.ingest import containers
from core.ingest.containers import TEXT, WORKBOOKS, ZIP, kind_of
from core.ingest.decode import REMEDY, refuse_kind
from core.ingest.findings import Findings, shorten
from core.ingest.recognise import Grid, Stated, choose, list_unread, table_of
from core.ingest.tabular import Limits
from core.ingest.workbook import open_workbook, refuse_protected

MARKER = "SYNTHETIC"
"""A file of this name in a folder says that the cohort is synthetic."""
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
"""Of the files that are tables; what a file is, its content says."""
ACCEPTED = (*ENDINGS, ".zip")
"""Of the files that a person may choose."""
_PEEK = 65_536
_MOST_FILES = 1_000
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz")


@dataclass(frozen=True)
class Source:
    """The tables of a source, read into memory.

    Parameters
    ----------
    grids : table -> the file or sheet that holds it
    synthetic : the folder holds the marker file
    """

    grids: dict[str, Grid]
    synthetic: bool

    def sha256(self, mapping: Mapping[str, str] | None, answers: Mapping[str, str] | None, cutoff: date | None) -> str:
        """Hexadecimal SHA-256 of the files' bytes by table, the marker, the stated mapping, answers and cut-off."""
        digest = hashlib.sha256()
        seen: set[int] = set()
        for table in (table for table in TABLES if table in self.grids):
            data = self.grids[table].data
            if id(data) in seen:
                continue
            seen.add(id(data))
            digest.update(f"{table} {len(data)}\n".encode())
            digest.update(data)
        cut = cutoff.isoformat() if cutoff else None
        stated = [sorted((mapping or {}).items()), sorted((answers or {}).items()), cut, self.synthetic]
        digest.update(json.dumps(stated, ensure_ascii=True).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class _Entry:
    """A file of a folder or zip: its name without folders, and how to read at most so many bytes of it."""

    name: str
    read: Callable[[int | None], bytes]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem


def open_source(path: Path, stated: Stated, limits: Limits, findings: Findings) -> Source:
    """Find the tables of a source, and read the files that hold them.

    Parameters
    ----------
    stated : table -> field -> header, which tell a table by its headers as those of the data dictionary do

    Raises
    ------
    CohortError
        No such file or folder, no courses in it, a file too large, of another kind or damaged.
    """
    if path.is_dir():
        files = [one for one in sorted(path.iterdir()) if one.is_file()]
        entries = [_Entry(one.name, partial(_bytes, one, limits, findings)) for one in files]
        return _several(entries, "folder", stated, limits, findings)
    if not path.is_file():
        findings.refuse("not_found", f"There is no file or folder '{path.name}'.", "Check the name and the folder.")
    data = _bytes(path, limits, findings, None)
    kind = kind_of(data)
    if kind == ZIP:
        return _zip(data, path.name, stated, limits, findings)
    return _single(path.name, data, kind, False, stated, limits, findings)


def _single(
    name: str, data: bytes, kind: str, synthetic: bool, stated: Stated, limits: Limits, findings: Findings
) -> Source:
    """A source of one file: the courses, or a workbook with a sheet for each table."""
    grids = _grids(name, data, kind, None, limits, findings)
    filled = [grid for grid in grids if grid.head] if len(grids) > 1 else grids
    if len(filled) == 1:
        return Source({"courses": filled[0]}, synthetic)
    chosen = choose(filled, stated, findings)
    if "courses" not in chosen:
        shown = ", ".join(f"'{grid.sheet}'" for grid in grids) or "none"
        findings.refuse(
            "missing_table",
            f"No sheet of {name} is named courses or has its headers; its sheets are: {shown}.",
            "Name the sheet with one row per course 'courses'.",
            table="courses",
        )
    list_unread(filled, chosen, stated, findings)
    return Source(chosen, synthetic)


def _several(entries: Sequence[_Entry], where: str, stated: Stated, limits: Limits, findings: Findings) -> Source:
    """A source of several files."""
    synthetic = any(entry.name.upper().split(".")[0] == MARKER for entry in entries)
    tables = [entry for entry in entries if PurePosixPath(entry.name).suffix.lower() in ENDINGS]
    tables = [entry for entry in tables if not entry.name.startswith((".", "~$")) and entry.stem.upper() != MARKER]
    if len(tables) == 1 and table_of(tables[0].stem) is None:
        data = tables[0].read(None)
        return _single(tables[0].name, data, kind_of(data), synthetic, stated, limits, findings)
    grids: list[Grid] = []
    whole = {}
    for entry in tables:
        named = table_of(entry.stem)
        data = entry.read(_PEEK)
        kind = kind_of(data) if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") else TEXT
        if named is None and kind == TEXT:
            grids.append(Grid(entry.name, data))
            whole[entry.name] = entry
            continue
        data = entry.read(None)
        grids += _grids(entry.name, data, kind_of(data), named, limits, findings)
    chosen = choose(grids, stated, findings)
    if "courses" not in chosen:
        findings.refuse(
            "missing_table",
            f"The {where} holds no courses.csv, the one table that is needed, and no file with its headers.",
            "Name the file with one row per course courses.csv, or choose that file itself.",
            table="courses",
        )
    list_unread(grids, chosen, stated, findings)
    for table, grid in chosen.items():
        if grid.file in whole and grid.book is None:
            chosen[table] = Grid(grid.file, whole[grid.file].read(None), grid.kind)
    return Source(chosen, synthetic)


def _grids(name: str, data: bytes, kind: str, named: str | None, limits: Limits, findings: Findings) -> list[Grid]:
    """What a file holds: itself, or the sheets of a workbook; a name of the file serves its only sheet."""
    if kind == containers.PROTECTED:
        refuse_protected(name, findings)
    if kind == ZIP:
        findings.refuse("nested_archive", f"{name} is an archive within the source; it is not opened.", REMEDY)
    if kind not in (*WORKBOOKS, TEXT):
        refuse_kind(kind, named or "courses", name, findings)
    if kind == TEXT:
        return [Grid(name, data, named=named)]
    book = open_workbook(data, kind, name, limits, findings)
    if not book.sheets:
        findings.refuse("empty_file", f"{name} has no sheet.", "Choose the workbook that holds the table.")
    grids = [Grid(name, data, kind, sheet, book, table_of(sheet)) for sheet in book.sheets]
    if named is not None and not any(grid.named == named for grid in grids):
        filled = [grid for grid in grids if grid.head] or grids
        free = [grid for grid in filled if grid.named is None]
        if len(filled) == 1 or len(free) == 1:
            only = filled[0] if len(filled) == 1 else free[0]
            return [Grid(name, data, kind, grid.sheet, book, named if grid is only else grid.named) for grid in grids]
    return grids


def _zip(data: bytes, name: str, stated: Stated, limits: Limits, findings: Findings) -> Source:
    """The files within a zip archive; nothing of it is written to the disk, so that its names lead nowhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            containers.check_inflation(archive, len(data), name, limits, findings)
            members = [entry for entry in archive.infolist() if not entry.is_dir()]
            members = [entry for entry in members if not entry.filename.startswith("__MACOSX/")]
            if len(members) > _MOST_FILES:
                findings.refuse(
                    "too_large",
                    f"{name} holds {len(members):,} files; at most {_MOST_FILES:,} are looked at.",
                    "Pack only the files of the cohort.",
                )
            if any(entry.flag_bits & 1 for entry in members):
                refuse_protected(name, findings)
            for entry in members:
                if entry.filename.lower().endswith(_ARCHIVES):
                    findings.change(f"Not read: '{_shown(entry.filename)}', an archive within {name}.")
            entries = [
                _Entry(
                    _shown(entry.filename), partial(_member, archive, entry.filename, len(data), name, limits, findings)
                )
                for entry in sorted(members, key=lambda entry: entry.filename)
            ]
            return _several(entries, "zip", stated, limits, findings)
    except containers.DAMAGED_ZIP:
        findings.refuse("damaged", f"{name} is a damaged zip archive.", "Pack it again.")


def _shown(path: str) -> str:
    """The last part of a path in an archive, whatever separates it: only ever shown and compared, never opened."""
    return shorten(path.replace("\\", "/").rsplit("/", 1)[-1])


def _member(
    archive: zipfile.ZipFile,
    path: str,
    packed: int,
    file: str,
    limits: Limits,
    findings: Findings,
    most: int | None,
) -> bytes:
    if most is not None:
        with archive.open(path) as part:
            return part.read(most)
    data = b"".join(containers.inflate(archive, path, packed, file, limits, findings))
    if len(data) > limits.file_bytes:
        _refuse_size(_shown(path), len(data), limits, findings)
    return data


def _bytes(file: Path, limits: Limits, findings: Findings, most: int | None) -> bytes:
    """The file's bytes, at most so many of the first."""
    try:
        size = file.stat().st_size
        if size > limits.file_bytes:
            _refuse_size(file.name, size, limits, findings)
        with file.open("rb") as opened:
            return opened.read() if most is None else opened.read(most)
    except OSError:
        findings.refuse("not_readable", f"{file.name} cannot be opened.", "Check its permissions.")


def _refuse_size(name: str, size: int, limits: Limits, findings: Findings) -> NoReturn:
    findings.refuse(
        "too_large",
        f"{name} has {size / 1e6:,.0f} MB; at most {limits.file_bytes / 1e6:,.0f} MB are read.",
        "Leave out what is not needed, or split the cohort.",
    )

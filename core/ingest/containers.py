"""What kind of file the bytes are, whatever it is called; and the parts of a zip archive, inflated within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy

import olefile

from core.ingest.findings import Findings
from core.ingest.tabular import Limits

XLSX, ODS, XLS, ZIP, TEXT = "xlsx", "ods", "xls", "zip", "text"
WORKBOOKS = (XLSX, ODS, XLS)
PROTECTED, BINARY_WORKBOOK, WORD, SLIDES, OFFICE = "protected", "xlsb", "word", "slides", "office"
"""Kinds that are not read, each for its own reason."""
_PK = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEETS = b"application/vnd.oasis.opendocument.spreadsheet"
_PIECE = 1 << 20
SMALL = 20_000_000
"""Bytes up to which the ratio of inflation does not matter."""
DAMAGED_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)
"""What the archive of a damaged file raises."""


def kind_of(data: bytes) -> str:
    """Kind of a file by its content: one of the names above; `TEXT` for whatever is no container."""
    if data.startswith(_PK):
        return _zipped(data)
    if data.startswith(_OLE):
        return _compound(data)
    return TEXT


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except DAMAGED_ZIP:
        return XLSX if b"xl/" in data else ODS if _SHEETS in data[:300] else TEXT
    if mimetype.startswith(_SHEETS):
        return ODS
    if "xl/workbook.bin" in names:
        return BINARY_WORKBOOK
    for folder, kind in (("xl/", XLSX), ("word/", WORD), ("ppt/", SLIDES)):
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    return OFFICE if mimetype.startswith(b"application/vnd.oasis") else ZIP


def _compound(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            if file.exists("EncryptedPackage"):
                return PROTECTED
            return XLS if file.exists("Workbook") or file.exists("Book") else OFFICE
    except Exception:  # a damaged compound file raises nearly anything
        return OFFICE


def check_inflation(archive: zipfile.ZipFile, packed: int, file: str, limits: Limits, findings: Findings) -> None:
    """Refuse an archive that says of itself that it inflates beyond the bounds, or that names a part twice."""
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if inflated > limits.inflated_bytes or (inflated > SMALL and inflated > limits.ratio * packed):
        refuse_inflation(file, inflated, findings)
    if len({entry.filename for entry in entries}) < len(entries):
        findings.refuse(
            "damaged",
            f"{file} is damaged: it holds two parts of one name.",
            "Save it again with the program it comes from.",
        )


def refuse_inflation(file: str, inflated: int, findings: Findings) -> None:
    """Refuse a file that inflates beyond the bounds."""
    findings.refuse(
        "too_large",
        f"{file} would inflate to {inflated / 1e6:,.0f} MB or more.",
        "Save the table as CSV, or leave out what is not needed.",
    )


def inflate(
    archive: zipfile.ZipFile, name: str, packed: int, file: str, limits: Limits, findings: Findings
) -> Iterator[bytes]:
    """A part of an archive in pieces; what it really inflates to is counted against what the archive says.

    Raises
    ------
    CohortError
        The part is larger than allowed.
    zipfile.BadZipFile
        It is not as large as it says.
    """
    entry = archive.getinfo(name)
    if entry.file_size > limits.inflated_bytes or entry.file_size > max(SMALL, limits.ratio * packed):
        refuse_inflation(file, entry.file_size, findings)
    counted = copy(entry)
    counted.file_size = entry.file_size + 1  # else what is beyond the size it says would be cut off unseen
    done = 0
    with archive.open(counted) as part:
        while piece := part.read(_PIECE):
            done += len(piece)
            if done > entry.file_size:
                break
            yield piece
    if done != entry.file_size:
        raise zipfile.BadZipFile("A part has another size than the archive says.")

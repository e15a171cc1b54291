"""Files that are small on the disk or in words and would fill a machine: each must be refused at once."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.corpus_messy.files import archive, old_workbook, open_document, save, workbook
from tests.ingest.files import xlsx

MB = 1_000_000
GB = 1_000 * MB
_PIECE = 1 << 24
SMALL = [["patient_id", "age_years"], ["P1", 60], ["P2", 61]]
_HEADER = b"patient_id,age_years\r\n"
_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "haha">'
    + b"".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode() for n in range(1, 10))
    + b"]>"
)


def inflating(size: int, piece: bytes = b" ") -> tuple[bytes, int, int]:
    """Deflated bytes that inflate to `size` or a little more, their CRC, and the size: one piece again and again."""
    block = piece * (_PIECE // len(piece))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    times = -(-size // len(block))
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    return packed * times + b"\x03\x00", crc, times * len(block)


def raw_zip(entries: Mapping[str, tuple[bytes, int, int]], said: int | None = None) -> bytes:
    """An archive of entries that are deflated already; `said` is the size it claims for each."""
    body, directory = b"", b""
    for name, (packed, crc, size) in entries.items():
        shown = size if said is None else said
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), shown, len(name), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += name.encode()
        body += b"PK\x03\x04" + fields + name.encode() + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _deflated(data: bytes) -> tuple[bytes, int, int]:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(), zlib.crc32(data), len(data)


def _parts(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(workbook(folder / "small.xlsx", {"courses": SMALL})) as book:
        return {name: book.read(name) for name in book.namelist()}


def _inflating_workbook(folder: Path, said: int | None = None) -> Path:
    entries = {name: _deflated(data) for name, data in _parts(folder).items()}
    entries["xl/worksheets/sheet1.xml"] = inflating(2 * GB)
    return save(folder, raw_zip(entries, said), "bomb.xlsx")


def _inflating_archive(folder: Path) -> Path:
    return save(folder, raw_zip({"courses.csv": inflating(2 * GB, b"P1,60\r\n ")}), "bomb.zip")


def _many_archives(folder: Path) -> Path:
    """A hundred tables of 100 MB each."""
    one = inflating(100 * MB)
    return save(folder, raw_zip({f"{n}/courses.csv": one for n in range(100)}), "bomb.zip")


def _nested_archives(folder: Path) -> Path:
    data = raw_zip({"courses.csv": inflating(GB)})
    for depth in range(5):
        path = folder / f"{depth}.zip"
        archive(path, {f"{n}.zip": data for n in range(8)})
        data = path.read_bytes()
    return save(folder, data, "bomb.zip")


def _entities(folder: Path) -> Path:
    parts = _parts(folder)
    parts["xl/sharedStrings.xml"] = _LAUGHS + b"<sst><si><t>&a9;</t></si></sst>"
    return archive(folder / "bomb.xlsx", parts)


def _entities_of_open_document(folder: Path) -> Path:
    with zipfile.ZipFile(open_document(folder / "small.ods", {"courses": SMALL})) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["content.xml"] = _LAUGHS + parts["content.xml"].partition(b"?>")[2].replace(b"P1", b"&a9;")
    return archive(folder / "bomb.ods", parts)


def _repeated_cells(folder: Path) -> Path:
    """An open document that says of one cell that it stands a million times, in a million rows."""
    with zipfile.ZipFile(open_document(folder / "small.ods", {"courses": SMALL})) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    row, cell = b"<table:table-row", b"<table:table-cell"
    head, _, tail = parts["content.xml"].rpartition(row)
    tail = tail.replace(cell, cell + b' table:number-columns-repeated="1000000"', 1)
    parts["content.xml"] = head + row + b' table:number-rows-repeated="1000000"' + tail
    return archive(folder / "bomb.ods", parts)


def _repeated_text(folder: Path) -> Path:
    """A workbook of which 60,000 cells share one text of 5 MB."""
    parts = _parts(folder)
    parts["xl/sharedStrings.xml"] = b'<sst count="1"><si><t>' + b"x" * (5 * MB) + b"</t></si></sst>"
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 60_001))
    parts["xl/worksheets/sheet1.xml"] = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )
    return archive(folder / "bomb.xlsx", parts)


def _repeated_old_text(folder: Path) -> Path:
    """A workbook of Excel 97-2003 of which 130,000 cells share one text of 32 kB."""
    text = "x" * 32_767
    rows = [["patient_id", "remark"], *([text, text] for _ in range(65_000))]
    return old_workbook(folder / "bomb.xls", {"courses": rows})


def _far_cells(folder: Path) -> Path:
    return xlsx(folder / "bomb.xlsx", {"s": [["patient_id", ('<c r="XFD1048576"><v>1</v></c>',)]]})


def text(data: bytes) -> Callable[[Path], Path]:
    """A builder of a text file."""
    return lambda folder: save(folder, data, "bomb.csv")


BOMBS: dict[str, Callable[[Path], Path]] = {
    "50 MB on one line": lambda folder: text(b"x" * (50 * MB))(folder),
    "50 MB on one line of separators": lambda folder: text(b"," * (50 * MB))(folder),
    "50 MB on one line of cells": lambda folder: text(b"patient_id," + b"a," * (25 * MB))(folder),
    "50 MB on one line below a header": lambda folder: text(_HEADER + b"P1,6" + b"0" * (50 * MB))(folder),
    "50 MB in one row below a header": lambda folder: text(_HEADER + b"P1,60" + b",1" * (25 * MB))(folder),
    "50 MB in one quoted cell": lambda folder: text(_HEADER + b'P1,"' + b"x" * (50 * MB) + b'"\r\n')(folder),
    "50 MB of quotation marks": lambda folder: text(_HEADER + b'"' * (50 * MB))(folder),
    "50 MB of zeros": lambda folder: text(bytes(50 * MB))(folder),
    "50 MB of tags": lambda folder: text(b"<a>" * (17 * MB))(folder),
    "2 GB in a workbook": _inflating_workbook,
    "2 GB in a workbook that says 2 kB": lambda folder: _inflating_workbook(folder, 2000),
    "2 GB in an archive": _inflating_archive,
    "10 GB in a hundred tables": _many_archives,
    "archives in archives": _nested_archives,
    "entities in a workbook": _entities,
    "entities in an open document": _entities_of_open_document,
    "a cell repeated a trillion times": _repeated_cells,
    "a text of 5 MB in 60,000 cells": _repeated_text,
    "a text of 32 kB in 130,000 old cells": _repeated_old_text,
    "a cell at the end of the sheet": _far_cells,
}

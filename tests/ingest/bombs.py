"""Files that would fill the memory, made small; each is refused in a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.ingest.files import xlsx
from tests.ingest.sheets import ods

ROWS = [["patient_id", "age_years"], ["P1", 60]]
_HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


def inflating_xlsx(path: Path, inflated: int, honest: bool = True) -> Path:
    """A workbook whose sheet inflates to so many bytes; one that is not honest says that it is small."""
    with zipfile.ZipFile(xlsx(path, {"s": ROWS})) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                out.writestr(name, content)
                continue
            row = b'<row><c t="inlineStr"><is><t>P1</t></is></c><c><v>60</v></c></row>' * 10_000
            with out.open(name, "w", force_zip64=True) as sheet:
                sheet.write(_HEAD)
                for _ in range(inflated // len(row)):
                    sheet.write(row)
                sheet.write(b"</sheetData></worksheet>")
        if not honest:
            for entry in out.infolist():
                if "sheet1" in entry.filename:
                    entry.file_size, entry.extra = 1000, b""
    return path


def entity_xlsx(path: Path, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """A workbook one part of which expands an entity a thousand million times."""
    with zipfile.ZipFile(xlsx(path, {"s": ROWS})) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>a</t></si></sst>"
    head, mark, rest = parts[part].partition(b"?>")
    body = rest if mark else head
    parts[part] = b'<?xml version="1.0"?>' + _ENTITIES + body.replace(b">P1<", b">&j;<")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return path


def shared_string_xlsx(path: Path, length: int, cells: int) -> Path:
    """A workbook in which very many cells share one long string."""
    with zipfile.ZipFile(xlsx(path, {"s": ROWS})) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, cells + 1))
    parts["xl/worksheets/sheet1.xml"] = _HEAD + rows + b"</sheetData></worksheet>"
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"a" * length + b"</t></si></sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return path


def repeating_ods(path: Path, rows: int, columns: int) -> Path:
    """A workbook of one cell, repeated."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string"><text:p>x</text:p>'
    body = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-cell></table:table-row>'
    return ods(path, {"s": body})


def entity_ods(path: Path) -> Path:
    """A workbook that expands an entity a thousand million times."""
    body = '<table:table-row><table:table-cell office:value-type="string"><text:p>&j;</text:p></table:table-cell>'
    return ods(path, {"s": body + "</table:table-row>"}, doctype=_ENTITIES.decode())


def zip_of_zeros(path: Path, size: int) -> Path:
    """An archive with a file of zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        out.open("courses.csv", "w") as member,
    ):
        for _ in range(size >> 20):
            member.write(b"\0" * (1 << 20))
    return path


def one_line(path: Path, size: int, cell: bytes = b"a,") -> Path:
    """A text without a line end."""
    path.write_bytes(b"patient_id,age_years," + cell * (size // len(cell)))
    return path

"""Files that would fill the memory, made small; each is refused in a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.ingest.files import xlsx
from tests.ingest.sheets import ods

ROWS = [["patient_id", "age_years"], ["P1", 60]]
_ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


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


def repeating_ods(path: Path, rows: int, columns: int) -> Path:
    """A workbook of one cell, repeated."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string"><text:p>x</text:p>'
    body = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-cell></table:table-row>'
    return ods(path, {"s": body})


def one_line(path: Path, size: int, cell: bytes = b"a,") -> Path:
    """A text without a line end."""
    path.write_bytes(b"patient_id,age_years," + cell * (size // len(cell)))
    return path

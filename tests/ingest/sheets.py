"""Workbooks of the other kinds for the tests: .ods written by hand, .xls by xlwt."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import xlwt

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_HEAD = (
    f'<office:document-content xmlns:office="{_OASIS}:office:1.0" xmlns:text="{_OASIS}:text:1.0" '
    f'xmlns:table="{_OASIS}:table:1.0"><office:body><office:spreadsheet>'
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
FAR = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)
"""How LibreOffice ends every sheet."""


def ods(path: Path, sheets: Mapping[str, Sequence[Sequence] | str]) -> Path:
    """A workbook. A cell is text, a number, True or False, a date, None, or an XML fragment in a tuple."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">{_rows(rows)}</table:table>' for name, rows in sheets.items()
    )
    manifest = f"{_OASIS}:manifest:1.0"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", _TYPE)
        out.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{_TYPE}"/></manifest:manifest>',
        )
        out.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?>{_HEAD}{body}{_TAIL}')
    return path


def _rows(rows: Sequence[Sequence] | str) -> str:
    if isinstance(rows, str):
        return rows
    return "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows) + FAR


def _cell(value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, tuple):
        return value[0]
    kind, text = "string", escape(str(value))
    more = ""
    if isinstance(value, bool):
        kind, more = "boolean", f' office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, date):
        kind, more = "date", f' office:date-value="{value.isoformat()}"'
    elif isinstance(value, (int, float)):
        kind, more = "float", f' office:value="{value}"'
    return f'<table:table-cell office:value-type="{kind}"{more}><text:p>{text}</text:p></table:table-cell>'


def xls(
    path: Path, sheets: Mapping[str, Sequence[Sequence]], *, date1904: bool = False, percents: Sequence[float] = ()
) -> Path:
    """A workbook of Excel 97. A cell is text, a number, a date, None, or the code of an error in a tuple.

    Parameters
    ----------
    percents : numbers that are shown in percent
    """
    book = xlwt.Workbook()
    book.dates_1904 = date1904
    dated, share = xlwt.easyxf(num_format_str="dd/mm/yyyy"), xlwt.easyxf(num_format_str="0%")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.row(number).set_cell_error(place, value[0])
                elif isinstance(value, date):
                    sheet.write(number, place, value, dated)
                elif value is not None:
                    sheet.write(number, place, value, *([share] if value in percents else []))
    book.save(str(path))
    return path

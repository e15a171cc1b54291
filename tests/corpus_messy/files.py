"""Files of each kind that a person brings: delimited text, XLSX, XLS, ODS, folders and archives."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Rows = Sequence[Sequence[object]]


def delimited(
    rows: Rows, delimiter: str = ",", ending: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL, quote: str = '"'
) -> str:
    """Rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting, quotechar=quote).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def save(folder: Path, text: str | bytes, name: str = "cohort.csv", encoding: str = "utf-8") -> Path:
    """A file in the folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def workbook(path: Path, sheets: Mapping[str, Rows], *, date_1904: bool = False, date_format: str = "dd/mm/yyyy",
             merged: Sequence[tuple[str, int, int, int]] = ()) -> Path:  # fmt: skip
    """A workbook as Excel saves it: dates are numbers with a date format.

    Parameters
    ----------
    merged : (text, row, first column, last column) of merged title cells on each sheet, 0-based
    """
    with xlsxwriter.Workbook(str(path), {"date_1904": date_1904, "default_date_format": date_format}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for text, row, first, last in merged:
                sheet.merge_range(row, first, row, last, text, bold)
            for number, row in enumerate(rows):  # type: ignore[assignment]
                for place, cell in enumerate(row):  # type: ignore[arg-type, var-annotated]
                    if cell == "" or cell is None:
                        continue
                    _write(sheet, number, place, cell)
    return path


def _write(sheet: Any, row: int, place: int, cell: object) -> None:
    if isinstance(cell, Formula):
        sheet.write_formula(row, place, cell.text, None, cell.result)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day))
    elif isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, place, cell)
    else:
        sheet.write_string(row, place, str(cell))


class Formula:
    """A formula and what Excel last made of it, such as =A1/0 and #DIV/0!."""

    def __init__(self, text: str, result: object) -> None:
        self.text, self.result = text, result


def old_workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook of Excel 97-2003."""
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell == "" or cell is None:
                    continue
                if isinstance(cell, date):
                    sheet.write(number, place, datetime(cell.year, cell.month, cell.day), day)
                else:
                    sheet.write(number, place, cell)
    book.save(str(path))
    return path


def open_document(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A spreadsheet of LibreOffice."""
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                line.addElement(_open_cell(cell))
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def _open_cell(cell: object) -> TableCell:
    if cell == "" or cell is None:
        return TableCell()
    if isinstance(cell, date):
        made = TableCell(valuetype="date", datevalue=cell.isoformat())
        shown = cell.strftime("%d/%m/%Y")
    elif isinstance(cell, (int, float)):
        made = TableCell(valuetype="float", value=repr(cell))
        shown = str(cell).replace(".", ",")
    else:
        made = TableCell(valuetype="string")
        shown = str(cell)
    made.addElement(P(text=shown))
    return made


def archive(path: Path, files: Mapping[str, bytes]) -> Path:
    """A zip of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path

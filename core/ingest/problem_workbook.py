"""A workbook with one more column of problems in each of its tables, as .xlsx."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook, SheetTypeEnum

from core.ingest.problem_column import is_problem_header
from core.ingest.problem_text import HEAD, Count, headed, header_place, note, safe
from core.ingest.workbook import cell_text
from core.problems import Problem

_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_WIDE = 60


def opened(data: bytes) -> CalamineWorkbook | None:
    """The workbook that some bytes are, None when they are none."""
    if not data.startswith(_SIGNATURES):
        return None
    return CalamineWorkbook.from_filelike(io.BytesIO(data))


def sheet_heads(book: CalamineWorkbook) -> dict[str, list[list[str]]]:
    """The first rows of each worksheet as text."""
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return {name: [_texts(row) for row in islice(book.get_sheet_by_name(name).iter_rows(), HEAD)] for name in names}


def annotated_workbook(
    book: CalamineWorkbook, notes: Mapping[str, tuple[Mapping[int | None, Sequence[Problem]], Count]]
) -> bytes:
    """A workbook with the values of another, and behind each table a column of what was found in its rows.

    Cells in which something was found are coloured. Formulas are gone; text that looks like one gets a quote in front.

    Parameters
    ----------
    notes : sheet -> what was found by sheet row, None for the whole sheet, and what counts the headers in a row
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as target:
        marked = target.add_format({"bg_color": "#FDE9D9"})
        marked_date = target.add_format({"bg_color": "#FDE9D9", "num_format": "yyyy-mm-dd"})
        bold = target.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for name, head in sheet_heads(book).items():
            sheet = target.add_worksheet(name)
            found, known = notes.get(name, ({}, None))
            place = header_place(head, known) if known is not None else -1
            header = head[place] if known is not None and head else []
            gone = {column for column, cell in enumerate(header) if is_problem_header(cell)}
            kept = [cell.strip() for column, cell in enumerate(header) if column not in gone]
            while kept and not kept[-1]:
                kept.pop()
            for number, row in enumerate(book.get_sheet_by_name(name).iter_rows()):
                here = found.get(number + 1, ())
                wrong = {one.column for one in here}
                for column, value in enumerate(value for at, value in enumerate(row) if at not in gone):
                    flagged = bool(wrong) and column < len(kept) and kept[column] in wrong
                    dated = isinstance(value, (date, datetime))
                    _write(sheet, number, column, value, (marked_date if dated else marked) if flagged else None)
                if here:
                    sheet.write_string(number, len(kept), note(here), marked)
            if known is not None:
                sheet.write_string(place, len(kept), headed(found.get(None, ())), bold)
                sheet.set_column(len(kept), len(kept), _WIDE)
    return out.getvalue()


def _texts(row: Sequence[Any]) -> list[str]:
    return [cell_text(value) for value in row]


def _write(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, form)
    elif isinstance(value, (datetime, date, time)):
        sheet.write_datetime(row, column, value, form)
    elif isinstance(value, timedelta):
        sheet.write_number(row, column, value.total_seconds() / 86400, form)
    elif value:
        sheet.write_string(row, column, safe(str(value)), form)
    elif form is not None:
        sheet.write_blank(row, column, None, form)

"""The empty cohort as one Excel workbook: a sheet a table, drop-down levels, units at the headers, the dictionary.

The headers are the canonical names, so that a workbook that is filled in imports without a question. What a person
needs to know of a column stands in the note of its header, which import does not read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from core.dictionary import TABLES, Field
from core.fields import TABLE_FIELDS

ROWS = 2000
"""Rows below the header that have drop-downs and formats."""
_DICTIONARY, _LISTS = "data dictionary", "lists"
_MADE = datetime(2026, 1, 1)
"""Written as the time of creation, so that the same dictionary gives the same bytes."""
_FIRST_DAY = date(1900, 1, 1)
_NARROW, _WIDE, _WIDEST = 10, 40, 60
_LONGEST_INPUT = 255
"""Characters that Excel shows of a drop-down's explanation."""


def template_workbook(dictionary: Sequence[Sequence[str]]) -> bytes:
    """
    The workbook.

    Parameters
    ----------
    dictionary : sequence of rows
        Of the data dictionary, the header first.

    Returns
    -------
    bytes
        An XLSX file, the same at every call.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": "PRRT cohort", "author": "", "created": _MADE})
        formats = _formats(book)
        sheets = {table: book.add_worksheet(table) for table in TABLES}
        described = book.add_worksheet(_DICTIONARY)
        lists = _lists(book)
        for table, sheet in sheets.items():
            _table(sheet, table, formats, lists)
        _described(described, dictionary, formats)
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    head = {"bold": True, "bottom": 1, "valign": "top", "text_wrap": True}
    return {
        "head": book.add_format(head),
        "required": book.add_format({**head, "bg_color": "#D9E7F0"}),
        "wrap": book.add_format({"valign": "top", "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),  # keeps the zeros of 007
    }


def _lists(book: Any) -> Mapping[tuple[str, ...], str]:
    """A hidden sheet with every list of levels, each a column; levels -> the range they stand in."""
    sheet = book.add_worksheet(_LISTS)
    sheet.hide()
    ranges: dict[tuple[str, ...], str] = {}
    for fields in TABLE_FIELDS.values():
        for one in fields.values():
            if one.levels and one.levels not in ranges:
                place = len(ranges)
                sheet.write_column(0, place, one.levels)
                letter = xlsxwriter.utility.xl_col_to_name(place)
                ranges[one.levels] = f"={_LISTS}!${letter}$1:${letter}${len(one.levels)}"
    return ranges


def _table(sheet: Any, table: str, formats: Mapping[str, Any], lists: Mapping[tuple[str, ...], str]) -> None:
    sheet.freeze_panes(1, 1)
    for place, one in enumerate(TABLE_FIELDS[table].values()):
        kind = formats.get(one.type)
        sheet.set_column(place, place, max(_NARROW, len(one.name) + 2), kind)
        sheet.write_string(0, place, one.name, formats["required" if one.required else "head"])
        sheet.write_comment(0, place, note(one), {"x_scale": 2.2, "y_scale": 1.4, "author": ""})
        rule = _rule(one, lists)
        if rule:
            sheet.data_validation(1, place, ROWS, place, rule)


def note(one: Field) -> str:
    """What the note at a header says: label and unit, type or levels, plausible range, what is done without it."""
    low, high = one.plausible or (None, None)
    span = f"plausible {'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}".rstrip()
    kind = {"date": "a date, such as 2021-03-25", "yes_no": "yes or no", "integer": "a whole number"}.get(one.type, "")
    lines = (
        f"{one.label_unit}." if one.unit else f"{one.label}.",
        f"Unit: {one.unit}." if one.unit else "",
        f"One of: {', '.join(one.levels)}." if one.type == "category" and one.levels else "",
        f"{kind[:1].upper()}{kind[1:]}." if kind else "",
        f"{span[:1].upper()}{span[1:]}." if one.plausible else "",
        f"When left out: {one.derived}." if one.derived else "",
        "Needed in every row." if one.required and not one.derived else "",
        one.help,
    )
    return "\n".join(line for line in lines if line)


def _rule(one: Field, lists: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    """Excel's check of a column: a list for levels, a date, a number within what is plausible (a warning only)."""
    if one.levels:
        return {
            "validate": "list",
            "source": lists[one.levels],
            "error_title": one.name[:32],
            "error_message": f"Choose one of: {', '.join(one.levels)}."[:_LONGEST_INPUT],
        }
    if one.type == "date":
        return {
            "validate": "date",
            "criteria": ">=",
            "value": _FIRST_DAY,
            "error_title": one.name[:32],
            "error_message": "Write a date, such as 2021-03-25.",
        }
    if one.numeric and one.plausible and None not in one.plausible:
        low, high = one.plausible
        return {
            "validate": "integer" if one.type == "integer" else "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_type": "warning",
            "error_title": one.name[:32],
            "error_message": f"{one.label_unit}: plausible is {low:g} to {high:g}. Keep it?"[:_LONGEST_INPUT],
        }
    return {}


def _described(sheet: Any, dictionary: Sequence[Sequence[str]], formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 2)
    header, *rows = dictionary
    for place, name in enumerate(header):
        longest = max(len(row[place]) for row in dictionary)
        sheet.set_column(place, place, min(max(_NARROW, longest + 1), _WIDEST if longest > _WIDE else _WIDE))
        sheet.write_string(0, place, name, formats["head"])
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, formats["wrap"])
    sheet.autofilter(0, 0, len(rows), len(header) - 1)

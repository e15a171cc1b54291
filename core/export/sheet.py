"""A table as a file: CSV, XLSX or HTML, each with its notes, and no cell that a spreadsheet would run."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

from core.export.label import Label
from core.spreadsheet import guarded, write_csv
from core.tables import INDENT, Table

FONT = "Arial"
"""Of tables in office files: on every machine, so that no reader sees a substitute."""
_WIDEST = 60
"""Widest column of a sheet, characters."""
_SHEET_NAME = 31
_NOTE_POINTS = 13
"""Height of a line of notes, points."""
LANDSCAPE_FROM = 6
"""Columns from which a table's page lies on its side."""


def csv_file(table: Table, label: Label) -> bytes:
    """Heads under their spanners, rows, an empty line, then notes and origin, one a line; UTF-8 with its mark."""
    out = io.StringIO()
    heads = [
        f"{spanner}: {head}" if spanner else head
        for spanner, head in zip(table.spanners or [""] * len(table.columns), table.columns, strict=True)
    ]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    below = [[guarded(note)] for note in notes(table, label)]
    write_csv(out, heads, [*rows, [], [guarded(label.title)], *below])
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(tables: Sequence[Table], label: Label) -> bytes:
    """A workbook with a sheet for each table; cells are text as printed, never a formula."""
    import xlsxwriter

    out = io.BytesIO()
    made = datetime(label.made_on.year, label.made_on.month, label.made_on.day)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        told = label.metadata()
        book.set_properties(
            {
                "title": told["title"],
                "comments": told["description"],
                "author": told["creator"],
                "keywords": told["rights"],
                "created": made,
            }
        )
        names: list[str] = []
        for table in tables:
            names.append(_sheet_name(table.title, names))
            _fill(book, book.add_worksheet(names[-1]), table, label)
    return out.getvalue()


def html_table(table: Table, label: Label) -> str:
    """A table as HTML that pastes into Word and PowerPoint as a table; every cell is escaped."""
    line = "border-top:1px solid #000"
    cells = "padding:2px 8px;text-align:{};" + f"font-family:{FONT},sans-serif;font-size:9pt"
    out = [f'<table style="border-collapse:collapse;{line};border-bottom:1px solid #000">']
    out.append(f'<caption style="text-align:left;font-weight:bold">{escape(label.title)}</caption><thead>')
    if table.spanners:
        over = (f'<th colspan="{span}">{escape(text)}</th>' for text, span in spans(table))
        out.append(f"<tr>{''.join(over)}</tr>")
    heads = "".join(f'<th style="{cells.format("left")}">{escape(head)}</th>' for head in table.columns)
    out.append(f"<tr>{heads}</tr></thead><tbody>")
    for row in table.rows:
        written = "".join(f'<td style="{cells.format("left")}">{_indented(cell)}</td>' for cell in row)
        out.append(f"<tr>{written}</tr>")
    below = "<br>".join(escape(note) for note in notes(table, label))
    out.append(f'</tbody></table><p style="font-family:{FONT},sans-serif;font-size:8pt">{below}</p>')
    return "".join(out)


def notes(table: Table, label: Label) -> tuple[str, ...]:
    """What stands below a table: its own notes, then where it comes from."""
    return (*table.notes, *label.below())


def _cell(text: str) -> str:
    """A display string; only what is a number, an interval or a sign of its own may begin as a formula does."""
    shown = text.replace(INDENT, "  ")
    return shown if shown.strip().startswith("-") and shown.strip()[1:2].isdigit() else guarded(shown)


def _indented(cell: str) -> str:
    return escape(cell).replace(INDENT, "&emsp;")


def spans(table: Table) -> Iterator[tuple[str, int]]:
    """Each spanner with the number of columns it stands over."""
    return ((spanner, len(list(same))) for spanner, same in groupby(table.spanners))


def _sheet_name(title: str, taken: Sequence[str]) -> str:
    """A title as Excel allows a sheet's name: no brackets or slashes, at most 31 characters, once."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip("' ")[:_SHEET_NAME] or "Table"
    name, number = plain, 2
    while name.casefold() in {one.casefold() for one in taken}:
        name = f"{plain[: _SHEET_NAME - 3]} {number}"
        number += 1
    return name


def _fill(book: Any, sheet: Any, table: Table, label: Label) -> None:
    plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
    title, head = book.add_format({**plain, "bold": True}), book.add_format({**plain, "bold": True, "bottom": 1})
    over = book.add_format({**plain, "bold": True, "align": "center", "bottom": 1})
    body, inside = book.add_format(plain), book.add_format({**plain, "align": "left", "indent": 2})
    note = book.add_format({**plain, "font_size": 9, "font_color": "#59626d", "text_wrap": True})
    sheet.write_string(0, 0, label.title, title)
    line = 2
    if table.spanners:
        column = 0
        for text, span in spans(table):
            if text and span > 1:
                sheet.merge_range(line, column, line, column + span - 1, text, over)
            elif text:
                sheet.write_string(line, column, text, over)
            column += span
        line += 1
    widths: list[int] = []
    for column, text in enumerate(table.columns):
        sheet.write_string(line, column, text, head)
        widths.append(min(_WIDEST, max([len(text), *(len(row[column]) for row in table.rows)]) + 2))
        sheet.set_column(column, column, widths[-1])
    sheet.freeze_panes(line + 1, 1)
    sheet.repeat_rows(line)
    sheet.fit_to_pages(1, 0)
    if len(table.columns) >= LANDSCAPE_FROM:
        sheet.set_landscape()
    for row in table.rows:
        line += 1
        for column, text in enumerate(row):
            within = column == 0 and text.startswith(INDENT)
            sheet.write_string(line, column, _cell(text.strip() if within else text), inside if within else body)
    for text in notes(table, label):
        line += 1
        sheet.merge_range(line + 1, 0, line + 1, max(1, len(widths) - 1), _cell(text), note)
        sheet.set_row(line + 1, _NOTE_POINTS * (1 + len(text) // max(1, sum(widths))))

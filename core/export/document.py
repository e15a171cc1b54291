"""Tables as a Word document: native tables set as journals do, heads repeated on every page, notes below."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.export.label import Label
from core.export.sheet import FONT, LANDSCAPE_FROM, notes, spans
from core.tables import INDENT, Table

if TYPE_CHECKING:
    from docx.document import Document

TITLE_POINTS, TEXT_POINTS, NOTE_POINTS = 11, 8, 7.5
_LONGEST = 255
"""Of a property that Office's formats allow, characters."""
_LETTER_POINTS = 0.56 * TEXT_POINTS
"""Mean width of a letter, points; columns are as wide as their longest cell, narrower where the page is."""


def docx_file(tables: Sequence[Table], label: Label) -> bytes:
    """A document with a native table for each table."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(TEXT_POINTS)
    normal.paragraph_format.space_after = Pt(2)
    describe(document.core_properties, label.metadata())
    room = set_page(document, landscape=any(len(table.columns) >= LANDSCAPE_FROM for table in tables))
    for table in tables:
        _title(document, table.title)
        add_table(document, table, room)
        for note in notes(table, label):
            document.add_paragraph().add_run(note).font.size = Pt(NOTE_POINTS)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def describe(properties: Any, told: Mapping[str, str]) -> None:
    """Fill an office file's properties from title, creator, description and rights, cut to what the format allows."""
    properties.title, properties.author = told["title"][:_LONGEST], told["creator"]
    properties.comments, properties.keywords = told["description"][:_LONGEST], told["rights"]


def set_page(document: Document, *, landscape: bool = False) -> float:
    """A4 with margins of 2 cm; returns the width between them, points."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    return float(section.page_width.pt - section.left_margin.pt - section.right_margin.pt)


def _title(document: Document, text: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(TITLE_POINTS)


def add_table(document: Document, table: Table, room: float) -> None:
    """Heads and rows; a line above and below the heads and below the last row."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    heads = 2 if table.spanners else 1
    grid = document.add_table(rows=heads + len(table.rows), cols=len(table.columns))
    grid.autofit = False
    cells = grid._cells  # one walk: asking for each cell by its place costs the square of their number
    wide = len(table.columns)
    if table.spanners:
        column = 0
        for text, span in spans(table):
            over = cells[column].merge(cells[column + span - 1]) if span > 1 else cells[column]
            over.text = text
            over.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            for run in over.paragraphs[0].runs:
                run.bold = True
            column += span
    right = [table.numeric(column) for column in range(wide)]
    for place, row in enumerate((table.columns, *table.rows), start=heads - 1):
        for column, text in enumerate(row):
            paragraph = cells[place * wide + column].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.left_indent = Pt(8) if text.startswith(INDENT) else None
            paragraph.add_run(text.strip()).bold = place < heads
            if right[column]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for column, width in enumerate(_widths(table, room)):
        grid.columns[column].width = Pt(width)
        for place in range(heads - 1, heads + len(table.rows)):
            cells[place * wide + column].width = Pt(width)
    _rules(grid, heads)


def _widths(table: Table, room: float) -> list[float]:
    """Widths of the columns in points: what the longest cell needs; where the page is too narrow, what is above the
    longest word gives way, alike in every column."""
    cells = [(table.columns[place], *(row[place] for row in table.rows)) for place in range(len(table.columns))]
    wanted = [12 + _LETTER_POINTS * min(max(map(len, column)), 42) for column in cells]
    if sum(wanted) <= room:
        return wanted
    longest = [max((len(word) for cell in column for word in cell.split(" ")), default=0) for column in cells]
    least = [min(want, 12 + _LETTER_POINTS * word) for want, word in zip(wanted, longest, strict=True)]
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    share = (room - sum(least)) / (sum(wanted) - sum(least))
    return [low + share * (want - low) for low, want in zip(least, wanted, strict=True)]


def _rules(grid: Any, heads: int) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.shared import OxmlElement

    last = len(grid.rows) - 1
    for place, row in enumerate(grid.rows):
        if place < heads:
            repeated = OxmlElement("w:tblHeader")
            repeated.set(qn("w:val"), "true")
            row._tr.get_or_add_trPr().append(repeated)
        sides = [*(["top"] if place == 0 else []), *(["bottom"] if place in (heads - 1, last) else [])]
        if not sides:
            continue
        for cell in row._tr.tc_lst:
            borders = OxmlElement("w:tcBorders")
            for side in sides:
                line = OxmlElement(f"w:{side}")
                for name, value in (("val", "single"), ("sz", "6"), ("color", "000000")):
                    line.set(qn(f"w:{name}"), value)
                borders.append(line)
            cell.get_or_add_tcPr().append(borders)

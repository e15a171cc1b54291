"""A part of a table as a native table of a slide: heads under spanners, numbers to the right, few lines."""

from __future__ import annotations

from typing import Any

from core.deck.canvas import DRAWING, FONT, style
from core.deck.fit import INDENT, PAD_X, PAD_Y, Part, is_head, spanned
from core.deck.words import cell, clean
from core.figures.theme import LIGHT
from core.tables import Table

_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's "No Style, No Grid"."""


def add_table(slide: Any, table: Table, part: Part, left: float, top: float) -> None:
    """
    Place a part of a table.

    Parameters
    ----------
    slide : of python-pptx
    table : gives heads, spanners and title
    part : rows and columns to show, with their measures
    left, top : of the table, points
    """
    from pptx.util import Pt

    heads = 2 if table.spanners else 1
    total = heads + len(part.rows)
    frame = slide.shapes.add_table(
        total, len(part.columns), Pt(left), Pt(top), Pt(sum(part.widths)), Pt(sum(part.heights))
    )
    frame.name = "Table"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(table.title))
    grid = frame.table
    grid._tbl.tblPr.find(f"{DRAWING}tableStyleId").text = _PLAIN_STYLE
    grid.horz_banding = False
    for column, wide in zip(grid.columns, part.widths, strict=True):
        column.width = Pt(wide)
    for row, tall in zip(grid.rows, part.heights, strict=True):
        row.height = Pt(tall)
    texts = [[table.columns[column] for column in part.columns], *part.rows]
    cells = [list(row.cells) for row in grid.rows]
    if table.spanners:
        _spanners(table, part, cells[0])
    for place, row in enumerate(texts, start=heads - 1):
        bold = place < heads or is_head(row)
        for column, said in enumerate(row):
            _fill(cells[place][column], said, part.points, bold, right=table.numeric(part.columns[column]))
    for row_cells, edge in ((cells[0], "T"), (cells[heads - 1], "B"), (cells[-1], "B")):
        for one in row_cells:
            _line(one, edge)


def _spanners(table: Table, part: Part, cells: list[Any]) -> None:
    for start, span, said in spanned(table, part.columns):
        if span > 1:
            cells[start].merge(cells[start + span - 1])
        _fill(cells[start], said, part.points, bold=True, right=False, middle=bool(said))
        for one in cells[start : start + span]:
            if said:
                _line(one, "B", LIGHT.rule)
        for one in cells[start + 1 : start + span]:
            _fill(one, "", part.points, bold=True, right=False)


def _fill(one: Any, said: str, points: float, bold: bool, right: bool, middle: bool = False) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    shown, within = cell(said)
    _margins(one)
    if within:
        one.margin_left = Pt(PAD_X + INDENT)
    one.vertical_anchor = MSO_ANCHOR.BOTTOM if bold else MSO_ANCHOR.TOP
    paragraph = one.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER if middle else PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    if shown:
        style(paragraph.add_run(), shown, points, bold)
    else:  # an empty paragraph is as high as its end mark, which is 18 points unless it is told otherwise
        _end(paragraph, points)


def _end(paragraph: Any, points: float) -> None:
    from lxml import etree

    mark = etree.SubElement(paragraph._p, f"{DRAWING}endParaRPr", sz=str(round(100 * points)))
    etree.SubElement(mark, f"{DRAWING}latin", typeface=FONT)


def _margins(one: Any) -> None:
    from pptx.util import Pt

    one.margin_left = one.margin_right = Pt(PAD_X)
    one.margin_top = one.margin_bottom = Pt(PAD_Y)


def _line(one: Any, edge: str, colour: str = LIGHT.ink) -> None:
    """A line at the top ("T") or bottom ("B") of a cell; the format wants lines in the order left, right, top, bottom,
    before any fill."""
    from lxml import etree

    properties = one._tc.get_or_add_tcPr()
    if properties.find(f"{DRAWING}ln{edge}") is not None:
        return
    line = etree.Element(f"{DRAWING}ln{edge}", w="9525")
    fill = etree.SubElement(line, f"{DRAWING}solidFill")
    etree.SubElement(fill, f"{DRAWING}srgbClr", val=colour.lstrip("#").upper())
    properties.insert(0 if edge == "T" else len(properties.findall(f"{DRAWING}lnT")), line)

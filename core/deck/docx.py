"""A deck as a Word report: headings, figures with captions, native tables, methods, page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.deck import words
from core.deck.canvas import FONT, add_vector
from core.deck.pictures import SVG_TYPE, picture
from core.deck.slides import Progress, Slide
from core.export.document import add_table
from core.export.label import PRODUCT, VERSION
from core.figures.provenance import USE
from core.figures.theme import LIGHT
from core.tables import Table

TEXT_POINTS, SMALL_POINTS = 10, 8
FIGURE_WIDTHS = (640.0,)
"""Width at which figures are drawn for a page, px."""
_TALLEST = 560.0
"""Of a figure on a page, points."""
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def docx_deck(title: str, slides: Sequence[Slide], progress: Progress | None = None) -> bytes:
    """
    Write a deck as a DOCX report.

    Parameters
    ----------
    title : of the deck
    slides : its blocks in order
    progress : called after each block, optional

    Returns
    -------
    bytes
    """
    import docx

    document = docx.Document()
    room = _page(document)
    properties = document.core_properties
    properties.title, properties.author = words.clean(title)[:255], f"{PRODUCT} {VERSION}"
    properties.comments, properties.keywords = " ".join(words.each(slides, words.foot))[:255], f"{USE}."
    document.add_paragraph(words.clean(title), style="Title")
    for said in (*words.each(slides, words.selection), *words.each(slides, words.cohort)):
        document.add_paragraph(said, style="Body Text")
    _small(document, f"{words.product(slides)}. {USE}.")
    for done, slide in enumerate(slides, start=1):
        _block(document, slide, room, done)
        if progress is not None:
            progress(done, len(slides))
    document.add_heading(words.METHODS, 1)
    for head, text in words.methods(slides):
        paragraph = document.add_paragraph(style="Body Text")
        paragraph.add_run(f"{words.clean(head)}. ").bold = True
        paragraph.add_run(words.clean(text))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> float:
    """Styles, A4, footer; returns the width between the margins, points."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sizes = {
        "Normal": SMALL_POINTS,
        "Body Text": TEXT_POINTS,
        "Title": 22,
        "Heading 1": 15,
        "Heading 2": 12,
        "Caption": SMALL_POINTS,
    }
    for name, points in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(points)
        style.font.color.rgb = RGBColor.from_string(LIGHT.ink.lstrip("#").upper())
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        style.paragraph_format.space_after = Pt(4)
    document.styles["Caption"].font.bold = False
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{PRODUCT} {VERSION}. {USE}. Page ").font.size = Pt(SMALL_POINTS)
    _page_number(foot)
    return float(section.page_width.pt - section.left_margin.pt - section.right_margin.pt)


def _page_number(paragraph: Any) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.shared import OxmlElement
    from docx.shared import Pt

    run = paragraph.add_run()
    run.font.size = Pt(SMALL_POINTS)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        one = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            one.set(qn("w:fldCharType"), kind)
        else:
            one.text = text
        run._r.append(one)


def _block(document: Any, slide: Slide, room: float, number: int) -> None:
    """One content: heading, answer, note, figure, tables, origin."""
    shown = slide.content
    document.add_heading(words.title(slide), 1)
    for said in (*words.facts(slide), words.clean(slide.note), words.clean(shown.reason)):
        if said:
            document.add_paragraph(said, style="Body Text").paragraph_format.keep_with_next = True
    if shown.figure is not None:
        drawn = picture(shown.figure, room, _TALLEST, FIGURE_WIDTHS)
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        _picture(document, paragraph, drawn)
        caption = " ".join([f"Block {number}. {words.title(slide)}.", *words.notes(slide)])
        document.add_paragraph(caption, style="Caption")
    for table in shown.tables:
        head = document.add_paragraph()
        head.paragraph_format.keep_with_next = True
        head.add_run(words.clean(table.title)).bold = True
        add_table(document, plain(table), room)
        for note in table.notes:
            _small(document, words.clean(note))
    _small(document, words.foot(slide))
    _small(document, f"Exact query: {words.clean(slide.query) or 'none; the default selection'}")


def plain(table: Table) -> Table:
    """A table whose texts any XML may hold; its indents stay."""
    return replace(
        table,
        columns=tuple(words.clean(one) for one in table.columns),
        spanners=tuple(words.clean(one) for one in table.spanners),
        rows=tuple(tuple(words.clean(one) for one in row) for row in table.rows),
    )


def _picture(document: Any, paragraph: Any, drawn: Any) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.shared import Pt

    shape = paragraph.add_run().add_picture(io.BytesIO(drawn.png), Pt(drawn.width), Pt(drawn.height))
    shape._inline.docPr.set("descr", words.clean(drawn.alt_text))
    number = len(document.inline_shapes)
    part = Part(PackURI(f"/word/media/figure{number}.svg"), SVG_TYPE, drawn.svg, document.part.package)
    add_vector(shape._inline.find(f".//{_A}blip"), document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE))


def _small(document: Any, said: str) -> None:
    from docx.shared import Pt

    document.add_paragraph().add_run(said).font.size = Pt(SMALL_POINTS)

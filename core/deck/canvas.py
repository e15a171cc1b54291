"""An empty 16:9 slide and what is put on it: text boxes, pictures, notes; every place in points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.deck.pictures import SVG_BLIP, SVG_SPACE, SVG_TYPE, Picture
from core.deck.words import clean
from core.figures.theme import LIGHT

if TYPE_CHECKING:
    from pptx.presentation import Presentation

FONT = "Arial"
"""Of native text: on every machine, so that no reader sees a substitute."""
WIDTH, HEIGHT = 960.0, 540.0
"""13.333 x 7.5 inches."""
LEFT, ACROSS = 37.0, 886.0
"""Left margin and the width between the margins."""
_EMPTY_LAYOUT = 6
"""Of python-pptx's own template: "Title Only", so that each slide has a title that outlines and screen readers find."""


def presentation(title: str, told: dict[str, str]) -> Presentation:
    """An empty presentation with its properties and fonts."""
    from pptx import Presentation
    from pptx.util import Pt

    found = Presentation()
    found.slide_width, found.slide_height = Pt(WIDTH), Pt(HEIGHT)
    properties = found.core_properties
    properties.title, properties.author = clean(title)[:255], told["creator"]
    properties.comments, properties.keywords = told["description"][:255], told["rights"]
    _theme(found)
    return found


def _theme(found: Presentation) -> None:
    """The template's theme with our fonts, and its layouts moved to 16:9."""
    from pptx.oxml import parse_xml
    from pptx.util import Emu

    master = found.slide_master
    part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    tree = parse_xml(part.blob)
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for kind in ("majorFont", "minorFont"):
        for one in tree.iter(f"{space}{kind}"):
            one.find(f"{space}latin").set("typeface", FONT)
    part._blob = _bytes(tree)
    wider = WIDTH / 720.0
    for holder in (master, *found.slide_layouts):
        for shape in holder.shapes:
            place = shape._element.find(f".//{space}xfrm")
            if place is not None:
                shape.left, shape.width = Emu(int(shape.left * wider)), Emu(int(shape.width * wider))


def _bytes(tree: Any) -> bytes:
    from lxml import etree

    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def blank(found: Presentation) -> Any:
    """A new slide that holds nothing but its title, still without place and text."""
    return found.slides.add_slide(found.slide_layouts[_EMPTY_LAYOUT - 1])


def heading(slide: Any, text: str, points: float, top: float, down: float) -> None:
    """The slide's title."""
    shape = slide.shapes.title
    _place(shape, LEFT, top, ACROSS, down)
    _write(shape, [text], points, bold=True, colour=LIGHT.ink, anchor="b")


def text(
    slide: Any,
    paragraphs: Sequence[str | tuple[str, str]],
    points: float,
    place: tuple[float, float, float, float],
    *,
    colour: str = LIGHT.ink,
    bold: bool = False,
    right: bool = False,
    gap: float = 0,
    name: str = "",
) -> None:
    """A box of text; place is left, top, width, height; a pair is a bold head and its text."""
    from pptx.util import Pt

    left, top, across, down = place
    shape = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(across), Pt(down))
    if name:
        shape.name = name
    _write(shape, paragraphs, points, bold=bold, colour=colour, right=right, gap=gap)


def add_picture(slide: Any, shown: Picture, left: float, top: float) -> None:
    """A figure: the PNG for every program, the vector for those that know it, its sentence for those who do not see."""
    import io

    from pptx.util import Pt

    shape = slide.shapes.add_picture(io.BytesIO(shown.png), Pt(left), Pt(top), Pt(shown.width), Pt(shown.height))
    shape.name = "Figure"
    shape._element.nvPicPr.cNvPr.set("descr", clean(shown.alt_text))
    package = slide.part.package
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.opc.package import Part

    part = Part(package.next_partname("/ppt/media/figure%d.svg"), SVG_TYPE, package, shown.svg)
    add_vector(shape._element.blipFill.find(_A + "blip"), slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE))


_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def add_vector(blip: Any, relation: str) -> None:
    """Name the vector of a picture beside its PNG."""
    from lxml import etree

    extension = etree.SubElement(etree.SubElement(blip, f"{_A}extLst"), f"{_A}ext", uri=SVG_BLIP)
    vector = etree.SubElement(extension, f"{{{SVG_SPACE}}}svgBlip", nsmap={"asvg": SVG_SPACE})
    vector.set(f"{_R}embed", relation)


def speak(slide: Any, said: str) -> None:
    """Notes for the speaker."""
    slide.notes_slide.notes_text_frame.text = said


def _place(shape: Any, left: float, top: float, across: float, down: float) -> None:
    from pptx.util import Pt

    shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(across), Pt(down)


def _write(
    shape: Any,
    paragraphs: Sequence[str | tuple[str, str]],
    points: float,
    *,
    bold: bool = False,
    colour: str = LIGHT.ink,
    right: bool = False,
    gap: float = 0,
    anchor: str = "t",
) -> None:
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if anchor == "b" else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for place, said in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        paragraph.space_after = Pt(gap)
        if isinstance(said, tuple):
            style(paragraph.add_run(), f"{said[0]}. ", points, True, colour)
            said = said[1]
        style(paragraph.add_run(), said, points, bold, colour)


def style(run: Any, said: str, points: float, bold: bool = False, colour: str = LIGHT.ink) -> None:
    """Text, font, size and colour of a run."""
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    run.text = clean(said)
    run.font.name, run.font.size, run.font.bold = FONT, Pt(points), bold
    run.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())

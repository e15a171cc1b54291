"""A figure as a file: SVG, PNG or PDF with the shipped fonts, and what it is in the file's own metadata."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace
from functools import cache
from xml.sax.saxutils import escape

from core.export.label import Label
from core.figures.figure import Figure
from core.figures.theme import BOLD, FONT, FONT_DIRECTORY

WIDTH = 900
"""Width of a figure when none is asked for, px."""
WIDTHS = (320, 4000)
"""Narrowest and widest figure, px."""
POINTS_PER_INCH = 72
READINGS = ("reading", "dots")
"""Data sets that only a pointer makes visible."""
_VEGA_LITE = "6.4"


@dataclass(frozen=True)
class Size:
    """How large a picture is; checks itself.

    Parameters
    ----------
    width : of the figure, px at a scale of 1; its type keeps its size, so that a wider figure has smaller type
    scale : pixels of a PNG for each px
    dpi : what a PNG says of its resolution, dots per inch; None = 72 x scale

    Raises
    ------
    ValueError
        Naming what is out of range.
    """

    width: float = WIDTH
    scale: float = 3
    dpi: float | None = None

    def __post_init__(self) -> None:
        low, high = WIDTHS
        if not low <= self.width <= high:
            raise ValueError(f"width: {self.width:g} px is not between {low} and {high}.")
        if not 0 < self.scale <= 10:
            raise ValueError(f"scale: {self.scale:g} is not above 0 and at most 10.")
        if self.dpi is not None and not 36 <= self.dpi <= 2400:
            raise ValueError(f"dpi: {self.dpi:g} is not between 36 and 2400.")


def svg(figure: Figure, label: Label, size: Size | None = None) -> bytes:
    """A figure as SVG that stands alone: fonts embedded, title, description and metadata inside."""
    bare = drawn(figure, (size or Size()).width)
    start = bare.index(">", bare.index("<svg")) + 1
    told = "".join(f"<dc:{name}>{escape(text)}</dc:{name}>" for name, text in label.metadata().items() if text)
    inside = (
        f"<title>{escape(label.title)}</title><desc>{escape(figure.alt_text)}</desc>"
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>{told}</rdf:Description></rdf:RDF></metadata>'
        f"<style>{fonts()}</style>"
    )
    return (bare[:start] + inside + bare[start:]).encode()


def png(figure: Figure, label: Label, size: Size | None = None) -> bytes:
    """A figure as PNG, with its resolution and metadata."""
    import vl_convert
    from PIL import Image, PngImagePlugin

    asked = size or Size()
    raw = vl_convert.svg_to_png(drawn(figure, asked.width), scale=asked.scale, ppi=POINTS_PER_INCH)
    dpi = asked.dpi or POINTS_PER_INCH * asked.scale
    told = PngImagePlugin.PngInfo()
    for name, text in label.metadata().items():
        if text:
            told.add_itxt(name.capitalize(), text)
    out = io.BytesIO()
    with Image.open(io.BytesIO(raw)) as picture:
        picture.convert("RGB").save(out, "PNG", dpi=(dpi, dpi), pnginfo=told, compress_level=4)
    return out.getvalue()


def pdf(figure: Figure, label: Label, size: Size | None = None) -> bytes:
    """A figure as a PDF page of its own size, its fonts embedded, its text selectable."""
    import vl_convert
    from pypdf import PdfReader, PdfWriter

    raw = vl_convert.svg_to_pdf(drawn(figure, (size or Size()).width))
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(raw)))
    told = label.metadata()
    writer.add_metadata(
        {
            "/Title": told["title"],
            "/Subject": told["description"],
            "/Creator": told["creator"],
            "/Keywords": told["rights"],
        }
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def drawn(figure: Figure, width: float) -> str:
    """The figure as bare SVG of a width, px; its fonts are named, not embedded."""
    _register()
    import vl_convert

    still = replace(figure, data={name: ({} if name in READINGS else one) for name, one in figure.data.items()})
    spec = still.spec(width)
    found: str = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    return found


@cache
def _register() -> None:
    """Give the renderer the shipped fonts; without them it would fall back to what the machine has."""
    import vl_convert

    vl_convert.register_font_directory(str(FONT_DIRECTORY))


@cache
def fonts() -> str:
    """Style sheet that brings the shipped fonts along."""
    faces = []
    for name, weight in (("Regular", 400), ("SemiBold", BOLD)):
        data = base64.b64encode((FONT_DIRECTORY / f"IBMPlexSans-{name}.woff2").read_bytes()).decode()
        faces.append(
            f"@font-face{{font-family:'{FONT}';font-weight:{weight};"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "".join(faces)

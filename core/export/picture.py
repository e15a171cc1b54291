"""A figure as a file: SVG, PNG or PDF with the shipped fonts, and what it is in the file's own metadata."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from core.export.label import Label
from core.export.still import still
from core.figures.figure import STAGE_WIDTH, Figure
from core.figures.stage import Stage
from core.figures.theme import BOLD, FONT, FONT_DIRECTORY, luminance

WIDTH = 900
"""Width of a figure when none is asked for, px."""
WIDTHS = (320, 4000)
"""Narrowest and widest figure, px."""
SLIDE = (1280, 720)
"""A slide, px."""
FRAME = STAGE_WIDTH * 1280 / 1200
"""Width of a whole slide, px of the layout of a figure made for a room: 40 of 1280 px are left free at either side."""
ON_SLIDE = Stage(height=FRAME * SLIDE[1] / SLIDE[0])
"""What a slide of its own leaves for a figure, which says itself what it shows."""
POINTS_PER_INCH = 72
_MOST_ABOVE = 4.0
"""Most that is left free above a figure lower than its slide, px of its layout."""
_VEGA_LITE = "6.4"
_ROOT = re.compile(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)" viewBox="0 0 [\d.]+ [\d.]+"([^>]*)>')
_GROUND = re.compile(r'<rect width="[\d.]+" height="[\d.]+"')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


@dataclass(frozen=True)
class Size:
    """How large a picture is; checks itself.

    Parameters
    ----------
    width : of the figure, px at a scale of 1; its type keeps its size, so that a wider figure has smaller type
    scale : pixels of a PNG for each px
    dpi : what a PNG says of its resolution, dots per inch; None = 72 x scale
    inches : width of the printed figure; None = 72 px are an inch
    slide : 16:9, of a figure made for a room; `width` is that of the slide
    monochrome : greys only

    Raises
    ------
    ValueError
        Naming what is out of range.
    """

    width: float = WIDTH
    scale: float = 3
    dpi: float | None = None
    inches: float | None = None
    slide: bool = False
    monochrome: bool = False

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
    asked = size or Size()
    bare = _drawn(figure, asked)
    if asked.inches:
        bare = _resized(bare, asked.inches)
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
    from PIL.PngImagePlugin import PngInfo

    asked = size or Size()
    raw: bytes = vl_convert.svg_to_png(_drawn(figure, asked), scale=asked.scale, ppi=POINTS_PER_INCH)
    told = PngInfo()
    per_metre = round((asked.dpi or POINTS_PER_INCH * asked.scale) / 0.0254)
    told.add(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    for name, text in label.metadata().items():
        if text:
            told.add_itxt(name.capitalize(), text)
    return _with_chunks(raw, [(chunk[0], chunk[1]) for chunk in told.chunks])


def _with_chunks(raw: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG with further chunks behind its head: to decode and encode millions of pixels again would take as long as
    to draw them."""
    head_end = 8 + 4 + 4 + 13 + 4
    out = [raw[:head_end]]
    out += [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    place = head_end
    while place < len(raw):
        end = place + 12 + int.from_bytes(raw[place : place + 4], "big")
        if raw[place + 4 : place + 8] != b"pHYs":
            out.append(raw[place:end])
        place = end
    return b"".join(out)


def pdf(figure: Figure | Sequence[Figure], label: Label, size: Size | None = None) -> bytes:
    """Figures as PDF pages of their own size, their fonts embedded, their text selectable."""
    import vl_convert
    from pypdf import PdfReader, PdfWriter

    asked = size or Size()
    writer = PdfWriter()
    for one in [figure] if isinstance(figure, Figure) else figure:
        writer.append(PdfReader(io.BytesIO(vl_convert.svg_to_pdf(_drawn(one, asked)))))
    if asked.inches:
        for page in writer.pages:
            page.scale_by(asked.inches * POINTS_PER_INCH / float(page.mediabox.width))
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


def _drawn(figure: Figure, size: Size) -> str:
    """The figure as bare SVG."""
    bare = _on_slide(drawn(figure, STAGE_WIDTH)) if size.slide else drawn(figure, size.width)
    return _COLOUR.sub(lambda found: grey(found[0]), bare) if size.monochrome else bare


def drawn(figure: Figure, width: float) -> str:
    """The figure as bare SVG of a width, px; its fonts are named, not embedded."""
    _register()
    import vl_convert

    spec = still(figure, width).spec(width)
    found: str = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    return found


def _measured(bare: str) -> tuple[float, float]:
    """Width and height that an SVG states, px."""
    found = _ROOT.search(bare)
    if found is None:
        raise RuntimeError("The renderer's SVG has no width and height.")
    return float(found[2]), float(found[3])


def _framed(height: float) -> float:
    """Width of the slide around a figure of this height, px of its layout; a figure too high for it is made smaller."""
    return max(FRAME, height * SLIDE[0] / SLIDE[1])


def _on_slide(bare: str) -> str:
    """A figure at the top of a slide that its ground fills: the title of each part stands in the same place."""
    width, height = _measured(bare)
    wide = _framed(height)
    tall = wide * SLIDE[1] / SLIDE[0]
    left, top = f"{(width - wide) / 2:g}", f"{max((height - tall) / 2, -_MOST_ABOVE):g}"
    box = f'viewBox="{left} {top} {wide:g} {tall:g}"'
    placed = _ROOT.sub(lambda found: f'<svg {found[1]}width="{SLIDE[0]}" height="{SLIDE[1]}" {box}{found[4]}>', bare, 1)
    return _GROUND.sub(f'<rect x="{left}" y="{top}" width="{wide:g}" height="{tall:g}"', placed, 1)


def _resized(bare: str, inches: float) -> str:
    """The same picture at a width in inches."""
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', bare)
    if found is None:
        raise RuntimeError("The renderer's SVG has no width and height.")
    tall = inches * float(found[2]) / float(found[1])
    return f'{bare[: found.start()]}width="{inches:.4g}in" height="{tall:.4g}in"{bare[found.end() :]}'


def grey(colour: str) -> str:
    """The grey of a colour's luminance."""
    linear = luminance(colour)
    value = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return f"#{round(255 * value):02x}" + f"{round(255 * value):02x}" * 2


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

"""Figures for slides and reports: as large as their place allows, as outlined vectors with a PNG beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.deck.outlines import outlined
from core.export.picture import drawn
from core.figures.figure import Figure

RESOLUTION = 3.0
"""Pixels of the PNG for each point that it takes."""
SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
"""Office's extension that names the vector of a picture; programs without it show the PNG."""
SVG_SPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
SVG_TYPE = "image/svg+xml"


@dataclass(frozen=True)
class Picture:
    """A figure in two forms.

    Parameters
    ----------
    svg, png : the same picture
    width, height : that it takes, points
    alt_text : what it shows, in sentences
    """

    svg: bytes
    png: bytes
    width: float
    height: float
    alt_text: str


def picture(figure: Figure, width: float, height: float, widths: tuple[float, ...]) -> Picture:
    """
    Draw a figure without its head and foot as large as a place allows.

    Parameters
    ----------
    figure : Figure
    width, height : of the place, points
    widths : px at which it is tried; the first that fits fills the width, else the last is scaled to the height

    Returns
    -------
    Picture
    """
    import vl_convert

    bare = figure.bare()
    for asked in widths:
        found = drawn(bare, asked)
        across, down = size(found)
        scale = min(width / across, height / down)
        if scale == width / across:
            break
    vector = outlined(found)
    return Picture(
        svg=vector.encode(),
        png=vl_convert.svg_to_png(vector, scale=RESOLUTION * scale, ppi=72),
        width=across * scale,
        height=down * scale,
        alt_text=figure.alt_text,
    )


def size(svg: str) -> tuple[float, float]:
    """Width and height that an SVG states, px."""
    found = re.search(r'<svg[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"', svg)
    if found is None:
        raise ValueError("The drawing states no size.")
    return float(found[1]), float(found[2])

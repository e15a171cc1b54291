"""Where the texts of an exported picture stand, measured with the shipped fonts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from PIL import ImageFont

from core.figures.theme import BOLD, FONT_DIRECTORY

_SVG = "{http://www.w3.org/2000/svg}"
_TRANSLATE = re.compile(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)")
_FINE = 16
"""Times the size at which a text is measured."""


@dataclass(frozen=True)
class Box:
    """One text and the ink it covers, px."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float) -> bool:
        """Whether two inks cover the same place by more than some px in both directions."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack


@cache
def _font(bold: bool, px: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_DIRECTORY / f"IBMPlexSans-{'SemiBold' if bold else 'Regular'}.ttf", _FINE * px)


def boxes(svg: str) -> tuple[list[Box], float, float]:
    """Every text of a picture, once; and the picture's width and height."""
    root = ElementTree.fromstring(svg)
    found: dict[Box, None] = {}

    def walk(element: ElementTree.Element, x: float, y: float) -> None:
        moved = _TRANSLATE.match(element.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag == f"{_SVG}text" and element.text and element.get("opacity") != "0":
            found[_box(element, element.text, x, y)] = None
        for child in element:
            walk(child, x, y)

    walk(root, 0.0, 0.0)
    return list(found), float(root.get("width", 0)), float(root.get("height", 0))


def _box(element: ElementTree.Element, text: str, x: float, y: float) -> Box:
    px = float(element.get("font-size", "12px").removesuffix("px"))
    font = _font(element.get("font-weight") == str(BOLD), px)
    anchor = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", "start"), 0.0)
    start = x - anchor * font.getlength(text) / _FINE
    left, top, right, bottom = (part / _FINE for part in font.getbbox(text, anchor="ls"))
    return Box(text, start + left, y + top, start + right, y + bottom)


def smallest(svg: str) -> float:
    """Height of the smallest type, px of the picture's own layout."""
    sizes = [
        float(one.get("font-size", "12px").removesuffix("px"))
        for one in ElementTree.fromstring(svg).iter(f"{_SVG}text")
        if one.text and one.get("opacity") != "0"
    ]
    return min(sizes)


def faults(svg: str, slack: float = 0.5) -> list[str]:
    """Texts cut by the edge, and pairs that lie on each other."""
    placed, width, height = boxes(svg)
    told = [
        f"cut: {one.text}"
        for one in placed
        if one.left < -slack or one.right > width + slack or one.top < -slack or one.bottom > height + slack
    ]
    ordered = sorted(placed, key=lambda one: one.top)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.top > one.bottom:
                break
            if one.overlaps(other, slack):
                told.append(f"overlap: {one.text} | {other.text}")
    return told

"""A figure whose letters are outlines: office programs do not read the fonts inside an SVG, and would substitute."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from defusedxml.ElementTree import fromstring

from core.figures.theme import FONT_DIRECTORY

_SVG = "{http://www.w3.org/2000/svg}"
_FOR_BROWSERS = ("class", "role", "aria-hidden", "aria-label", "aria-roledescription", "pointer-events", "display")
_ANCHOR = {"middle": 0.5, "end": 1.0}


def outlined(drawn: str) -> str:
    """
    An SVG with every text as a path of the shipped font.

    Parameters
    ----------
    drawn : as Vega draws it: one line a text, placed by `transform`

    Returns
    -------
    str
        SVG without text, for programs that know neither the font nor the attributes for browsers.
    """
    from xml.etree import ElementTree

    ElementTree.register_namespace("", _SVG.strip("{}"))
    tree = fromstring(drawn)
    for one in tree.iter():
        for name in _FOR_BROWSERS:
            one.attrib.pop(name, None)
        if one.tag == f"{_SVG}text":
            _outline(one)
    return ElementTree.tostring(tree, encoding="unicode")


def _outline(text: Any) -> None:
    """Turn one text element into a path."""
    bold = text.attrib.pop("font-weight", "400") in ("600", "bold")
    size = float(re.sub(r"[^\d.]", "", text.attrib.pop("font-size", "11")))
    anchor = text.attrib.pop("text-anchor", "start")
    text.attrib.pop("font-family", None)
    said = text.text or ""
    shapes, x = [], -_ANCHOR.get(anchor, 0.0) * sum(_glyph(letter, bold)[1] for letter in said)
    for letter in said:
        shape, advance = _glyph(letter, bold)
        if shape:
            shapes.append(_moved(shape, x))
        x += advance
    scale = size / _unit(bold)
    text.tag, text.text = f"{_SVG}path", None
    if "stroke" in text.attrib:
        text.set("stroke-width", f"{float(text.get('stroke-width', '1')) / scale:g}")
    text.set("d", "".join(shapes) or "M0,0")
    text.set("transform", f"{text.get('transform', '')}scale({scale:g},{-scale:g})")


def _moved(shape: tuple[tuple[str, tuple[float, ...]], ...], x: float) -> str:
    return "".join(
        name + " ".join(f"{value + x if not place % 2 else value:g}" for place, value in enumerate(values))
        for name, values in shape
    )


@lru_cache(maxsize=1024)
def _glyph(letter: str, bold: bool) -> tuple[tuple[tuple[str, tuple[float, ...]], ...], float]:
    """Commands of a letter's outline, and its advance, in the font's units; an unknown letter is the font's box."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    font = _font(bold)
    glyphs = font.getGlyphSet()
    name = font.getBestCmap().get(ord(letter), ".notdef")
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return tuple(command for step in pen.value for command in _commands(*step)), glyphs[name].width


def _commands(step: str, points: tuple[Any, ...]) -> list[tuple[str, tuple[float, ...]]]:
    """One step of a pen as commands of an SVG path; TrueType leaves the ends of joined curves to be worked out."""
    if step == "closePath":
        return [("Z", ())]
    if step in ("moveTo", "lineTo"):
        return [("M" if step == "moveTo" else "L", points[0])]
    if step == "curveTo":
        return [("C", tuple(value for point in points for value in point))]
    from fontTools.pens.basePen import decomposeQuadraticSegment

    return [("Q", (*control, *end)) for control, end in decomposeQuadraticSegment(points)]


def _unit(bold: bool) -> int:
    unit: int = _font(bold)["head"].unitsPerEm
    return unit


@cache
def _font(bold: bool) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(FONT_DIRECTORY / f"IBMPlexSans-{'SemiBold' if bold else 'Regular'}.ttf")

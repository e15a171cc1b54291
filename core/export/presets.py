"""Where a figure goes: a screen, a slide, a column of a journal - each with its size, type and colours."""

from __future__ import annotations

from dataclasses import dataclass

from core.export.picture import SLIDE, Size

POINTS_PER_PX = 8 / 12
"""In print the text of a figure, 12 px, is 8 pt; its small print is 7.3 pt and its title 10 pt."""
_INCH = 25.4


@dataclass(frozen=True)
class Preset:
    """One place that figures go to.

    Parameters
    ----------
    label : what it is called
    width : of the layout, px; None = that of a figure made for a room
    inches : width on paper or on the slide
    monochrome : greys only; groups are told apart by dashes and by lightness
    """

    label: str
    width: float | None
    inches: float
    monochrome: bool = False


def _column(label: str, mm: float) -> Preset:
    return Preset(label, mm / _INCH * 72 / POINTS_PER_PX, mm / _INCH, monochrome=True)


PRESETS = {
    "screen": Preset("Screen", 900, 900 / 72),
    "slide": Preset("Slide, 16:9", None, SLIDE[0] / 96),
    "single-column": _column("Journal, single column (90 mm)", 90),
    "double-column": _column("Journal, double column (180 mm)", 180),
}
RESOLUTIONS = {"2x": "2x", "3x": "3x", "300": "300 dpi", "600": "600 dpi"}
"""Pixels of a PNG: for each px of the layout (of a slide: of 1280 x 720), or for each inch."""


def sized(preset: str, resolution: str = "3x") -> Size:
    """
    The size of a figure for a preset.

    Parameters
    ----------
    preset : key of `PRESETS`
    resolution : key of `RESOLUTIONS`

    Returns
    -------
    Size

    Raises
    ------
    ValueError
        Naming what is not on offer.
    """
    for name, value, allowed in (("preset", preset, PRESETS), ("resolution", resolution, RESOLUTIONS)):
        if value not in allowed:
            raise ValueError(f"{name}: '{value}' is not one of {', '.join(allowed)}.")
    one = PRESETS[preset]
    px = one.width or SLIDE[0]
    per_inch = px / one.inches
    scale = float(resolution[:-1]) if resolution.endswith("x") else float(resolution) / per_inch
    return Size(
        width=px,
        scale=scale,
        dpi=scale * per_inch,
        inches=None if preset == "screen" else one.inches,
        slide=one.width is None,
        monochrome=one.monochrome,
    )

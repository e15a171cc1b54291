"""Colours, type and dashes of every figure, light and dark: the one palette module, read by screens and exports alike.

The six categorical colours hold at least 3 : 1 against both grounds and stay apart under simulated deuteranopia,
protanopia and in greyscale (tests/figures/test_theme.py measures it). Their order puts the most different first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.dictionary import Field

FONT = "IBM Plex Sans"
"""The one type family. All its figures are of equal width, so columns of numbers align without a font feature."""
FONT_STACK = f"{FONT}, 'Helvetica Neue', Arial, sans-serif"
FONT_DIRECTORY = Path(__file__).parents[1] / "fonts"
"""TTF for exports and WOFF2 for screens, with the licence (SIL Open Font License 1.1) beside them."""

TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 15, 12, 11
"""The scale of type in figures, in px."""
BOLD = 600

CATEGORICAL = ("#0172af", "#e57635", "#1b9082", "#d33d6f", "#7d7aff", "#895913")
"""Blue, vermilion, green, rose, violet, brown: 42 to 62 in CIE lightness, to serve on white and near-black."""
ACCENT = CATEGORICAL[0]

DASHES: tuple[tuple[int, ...], ...] = (
    (1, 0),
    (7, 3),
    (2, 2),
    (9, 3, 2, 3),
    (12, 3),
    (4, 2, 1, 2, 1, 2),
    (5, 5),
    (1, 3),
    (14, 3, 4, 3),
    (3, 1),
)
"""One pattern a position in the order of levels: line dashes carry the same information as colours."""

UNORDERED = ("not evaluable", "rest")
"""Levels that stand beside the others of their field and take the neutral style."""


@dataclass(frozen=True)
class Theme:
    """The colours of one ground.

    Parameters
    ----------
    name : "light" or "dark"
    ground : behind everything; equals the page's own ground
    ink : text and axes, at least 7 : 1
    muted : secondary text, at least 4.5 : 1
    rule : axis lines, at least 3 : 1
    grid : hairlines that may stay faint
    wash : fills that stand behind text
    none : fill of "no event" (grade 0), the quiet end of a stack
    ramp : stops of the ordered ramp, the least to the most, each at least 3 : 1
    """

    name: str
    ground: str
    ink: str
    muted: str
    rule: str
    grid: str
    wash: str
    none: str
    ramp: tuple[str, ...]


LIGHT = Theme(
    name="light",
    ground="#ffffff",
    ink="#1b2430",
    muted="#59626d",
    rule="#868e98",
    grid="#e4e7eb",
    wash="#f4f6f8",
    none="#dfe3e7",
    ramp=("#0fa2aa", "#0084b0", "#1b64a4", "#45468a", "#552761", "#4e0a36"),
)
DARK = Theme(
    name="dark",
    ground="#12161b",
    ink="#e8edf2",
    muted="#a1a9b3",
    rule="#79818c",
    grid="#2a3139",
    wash="#1b2128",
    none="#3a424c",
    ramp=("#007783", "#008bbc", "#7697e0", "#c0a1e8", "#f0b4e3", "#ffd1e4"),
)
THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True)
class Style:
    """How one level is drawn: its colour, the shade of it that is readable as text, and its position in `DASHES`."""

    colour: str
    text: str
    dash: int = 0


def theme(name: str) -> Theme:
    """The theme of a name. Raises ValueError for any name but "light" and "dark"."""
    if name not in THEMES:
        raise ValueError(f"theme: '{name}' is not one of {', '.join(THEMES)}.")
    return THEMES[name]


@lru_cache(maxsize=64)
def ramp(n: int, name: str = "light") -> tuple[str, ...]:
    """Colours of an ordered field of n levels, the least first."""
    stops = theme(name).ramp
    if n == 1:
        return (stops[2],)
    return tuple(_along(stops, i / (n - 1)) for i in range(n))


@lru_cache(maxsize=512)
def style(position: int, name: str = "light", of: int = 0) -> Style:
    """Style of the level at a position of its field's order.

    Parameters
    ----------
    position : 0 for the first level; colours come round again from the seventh on, dashes do not
    name : of the theme
    of : number of levels of an ordered field, which takes the ramp; 0 for a field without order
    """
    dash = position % len(DASHES)
    colour = ramp(of, name)[min(position, of - 1)] if of else CATEGORICAL[position % len(CATEGORICAL)]
    return Style(colour, readable(colour, name), dash)


@lru_cache(maxsize=8)
def neutral(name: str = "light") -> Style:
    """Style of what stands beside the levels: missing, not evaluable, the rest."""
    shown = theme(name)
    return Style(shown.rule, shown.muted, 6)


def styles(
    levels: Sequence[str], name: str = "light", *, field: Field | None = None, domain: Sequence[str] = ()
) -> dict[str, Style]:
    """Style of each level: the same level of a field looks the same on every page, whatever is filtered away.

    Parameters
    ----------
    levels : the levels to draw
    name : of the theme
    field : gives all levels and their order; a field that is `ordered` takes the ramp
    domain : all levels where the dictionary does not know them: of a threshold ("<1000", ">=1000"), of a brought column

    Returns
    -------
    dict
        level -> Style; a level found nowhere comes after the known ones, in the order given.
    """
    known = list(domain) or (list(field.levels) if field is not None else [])
    if not known and field is not None and field.type == "yes_no":
        known = ["no", "yes"]
    order = [level for level in dict.fromkeys([*known, *levels]) if level not in UNORDERED]
    of = len(order) if field is not None and field.ordered and not domain else 0
    return {level: neutral(name) if level in UNORDERED else style(order.index(level), name, of) for level in levels}


@lru_cache(maxsize=512)
def readable(colour: str, name: str = "light", least: float = 4.5) -> str:
    """The shade of a colour that is readable as text on the theme's ground: mixed with ink just as far as needed."""
    shown = theme(name)
    for step in range(21):
        mixed = mix(colour, shown.ink, step / 20)
        if contrast(mixed, shown.ground) >= least:
            return mixed
    return shown.ink


@lru_cache(maxsize=512)
def on(colour: str) -> str:
    """Text colour on a filled shape: black or white, whichever is easier to read; one of them holds 4.5 : 1."""
    return max(("#000000", "#ffffff"), key=lambda text: contrast(text, colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2: relative luminance, 1 to 21)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour "#rrggbb", 0 to 1 (WCAG 2.2)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(one: str, other: str, share: float) -> str:
    """A colour on the straight line between two; `share` is how much of the other."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _along(stops: Sequence[str], share: float) -> str:
    place = share * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    return mix(stops[left], stops[left + 1], place - left)

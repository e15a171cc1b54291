"""How wide a text is in the product's font, and where to break it: Vega measures but does not wrap.

Widths are the advance widths of IBM Plex Sans for U+0020 to U+007E, in thousandths of the type size; a test compares
them with the font files. Accented letters take the width of their base letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _widths(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


_REGULAR = _widths(
    "236 284 419 713 598 927 694 242 335 335 450 600 272 399 272 383 600 600 600 600 600 600 600 600 600 "
    "600 292 292 600 600 600 477 891 641 653 621 671 583 559 695 707 400 510 634 501 812 707 708 606 708 "
    "640 581 572 678 609 891 613 593 580 317 383 317 600 565 600 534 580 503 580 549 324 528 568 250 250 "
    "527 272 873 568 560 580 580 367 487 351 568 492 768 507 499 464 343 314 343 600 "
)
_SEMIBOLD = _widths(
    "236 309 471 656 600 960 713 260 337 337 556 600 298 402 298 437 600 600 600 600 600 600 600 600 600 "
    "600 318 318 600 600 600 493 899 672 663 642 689 600 577 712 719 423 545 678 521 816 719 712 641 712 "
    "664 611 580 690 638 949 655 632 599 329 437 329 600 559 600 559 600 513 600 558 350 545 588 276 276 "
    "562 294 888 588 563 600 600 393 499 374 588 524 819 544 524 502 363 376 363 600 "
)
_OTHER = {
    "–": 588,
    "—": 780,
    "·": 350,
    "\u00a0": 236,
    "…": 820,
    "≥": 600,
    "≤": 600,
    "×": 600,
    "−": 600,
    "µ": 593,
    "²": 347,
    "³": 346,
}
_TIED = re.compile(r"(?<!\S)([\d.,]+|[<>=]|p|df|version|CI|n) (?=\S)")
"""What must not stand at the end of a line: a number before its noun, a sign before its number."""
_UNKNOWN = 640
_WIDE = 1000


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text, px.

    Parameters
    ----------
    text : one line
    size : of the type, px
    bold : semibold instead of regular
    """
    table = _SEMIBOLD if bold else _REGULAR
    return sum(_advance(letter, table) for letter in text) * size / 1000


def _advance(letter: str, table: tuple[int, ...]) -> int:
    place = ord(letter) - 32
    if 0 <= place < len(table):
        return table[place]
    if letter in _OTHER:
        return _OTHER[letter]
    base = ord(unicodedata.normalize("NFD", letter)[0]) - 32
    if 0 <= base < len(table):
        return table[base]
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _UNKNOWN


@lru_cache(maxsize=2048)
def wrap(text: str, size: float, limit: float, bold: bool = False) -> tuple[str, ...]:
    """Break a text into lines of at most `limit` px, never after a number; a word longer than a line is broken inside.

    Returns
    -------
    tuple of str
        At least one line; line breaks in the text are kept.
    """
    lines: list[str] = []
    space = width(" ", size, bold)
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in _TIED.sub("\\1\u00a0", paragraph).split(" "):
            long = width(word, size, bold)
            if line and used + space + long <= limit:
                line, used = f"{line} {word}", used + space + long
                continue
            if line:
                lines.append(line)
            *full, line = (word,) if long <= limit else _pieces(word, size, limit, bold)
            lines.extend(full)
            used = width(line, size, bold)
        lines.append(line)
    return tuple(line.replace("\u00a0", " ") for line in lines)


def _pieces(word: str, size: float, limit: float, bold: bool) -> list[str]:
    """A word too long for a line, cut into parts that fit: after a hyphen where there is one."""
    pieces = [""]
    for part in re.findall(r"[^-/]*[-/]|[^-/]+", word):
        if width(pieces[-1] + part, size, bold) <= limit:
            pieces[-1] += part
            continue
        pieces.append("")
        for letter in part:
            if pieces[-1] and width(pieces[-1] + letter, size, bold) > limit:
                pieces.append("")
            pieces[-1] += letter
    return [piece for piece in pieces if piece]


@lru_cache(maxsize=2048)
def shorten(text: str, size: float, limit: float, bold: bool = False) -> str:
    """A text that fits into `limit` px, its end replaced by an ellipsis where it does not."""
    if width(text, size, bold) <= limit:
        return text
    end = len(text)
    while end > 1 and width(text[:end].rstrip() + "…", size, bold) > limit:
        end -= 1
    return text[:end].rstrip() + "…"

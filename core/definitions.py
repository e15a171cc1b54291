"""How every number is made, in words: written once in `methods.md`, shown on a page and in decks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("methods.md")


def definitions_markdown() -> str:
    """All definitions as Markdown: a paragraph each, its head in bold."""
    return _FILE.read_text(encoding="utf-8")


@cache
def definitions() -> dict[str, str]:
    """Head -> text of each definition, in order: "Response" -> "RECIST 1.1 among evaluable courses; ..." """
    paragraphs = (" ".join(one.split()) for one in definitions_markdown().split("\n\n"))
    found = (re.fullmatch(r"\*\*(.+?)\.\*\* (.+)", one) for one in paragraphs if one)
    return {one[1]: one[2] for one in found if one}

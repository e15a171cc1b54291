"""Copying to the clipboard, which Streamlit cannot: the page's address, texts, and tables that paste as tables.

The component is ours alone; cells travel as data and become text nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.export import Label
from core.export.sheet import notes
from core.tables import Table
from pages.shared.table import cells


def link(said: Mapping[str, str], without: Sequence[str] = ()) -> None:
    """A button that copies the page's whole address, which opens the same view again.

    Parameters
    ----------
    said : parameters that the link says in any case: what the address leaves open, the newest version, will be another
    without : parameters that are not for the reader of the link
    """
    _component()(data={"label": "Copy link", "said": dict(said), "without": list(without)}, key="copy-link")


def tables(shown: Sequence[Table], label: Label, key: str) -> None:
    """A button that copies tables with their notes as rich text, for Word and PowerPoint."""
    told = [
        cells(one) | {"title": label.title if len(shown) == 1 else one.title, "notes": list(notes(one, label))}
        for one in shown
    ]
    _component()(data={"label": "Copy as table", "tables": told}, key=key)


def text(shown: str, key: str) -> None:
    """A button that copies a text with its paragraphs."""
    _component()(data={"label": "Copy text", "text": shown}, key=key)


@cache
def _component() -> Any:
    here = Path(__file__).parent
    return st.components.v2.component(
        "clipboard",
        css=(here / "clipboard.css").read_text(encoding="utf-8"),
        js=(here / "clipboard.js").read_text(encoding="utf-8"),
    )

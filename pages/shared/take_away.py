"""What a person takes away of a figure or table: one quiet line below it, from which a file is made at the click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.export import (
    FIGURE_FORMATS,
    PRESETS,
    RESOLUTIONS,
    TABLE_FORMATS,
    Look,
    content,
    file,
    in_parts,
    sized,
    zipped,
)
from core.formats import plural
from pages.shared import clipboard, decks, reproduction, session, show

LABEL = "Take away"
FIGURE, TABLES, BOTH = "figure", "tables", "both"
COPY = "copy"
"""Not a file: rich text on the clipboard."""
SCRIPTS, METHODS = "scripts", "methods"
"""Of every figure and table: what prints its numbers again, and what a paper says of how they were made."""
NAMES = {COPY: "Copy", SCRIPTS: "Scripts", METHODS: "Methods text"}
FORMATS = {
    FIGURE: FIGURE_FORMATS,
    TABLES: (*(one for one in ("xlsx", "docx", "csv") if one in TABLE_FORMATS), COPY),
}
MIME = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
THEMES = {"light": "Light", "dark": "Dark"}
SLIDE = "16:9, drawn for a room: type of at least 28 px at 1280 x 720, few words, without notes."
DARK_PRESETS = ("screen", "slide")
"""Presets that have a dark ground; paper has none."""


def offer(what: str, look: Look, key: str = "", part: str = BOTH) -> None:
    """
    Offer a figure or its tables as files, right below them.

    Nothing is computed or drawn before a file is asked for; the choices are drawn when the line is opened, and opening
    it runs this part of the page alone.

    Parameters
    ----------
    what : key of `core.export.CONTENTS`
    look : what the page shows, see `pages.shared.looks`
    key : tells two offers of the same thing apart
    part : `FIGURE`, `TABLES` or `BOTH`: what stands above
    """
    _offer(what, look, f"{what}-{part}{key}", part)


@st.fragment
def _offer(what: str, look: Look, key: str, part: str) -> None:
    panel = st.popover(LABEL, type="tertiary", key=f"take-{key}", on_change="rerun")
    if panel.open:
        with panel:
            _deck(what, look, key, part)
            _choices(what, look, key, part)


def _deck(what: str, look: Look, key: str, part: str) -> None:
    """Add what stands above to the deck, which is made into slides as a whole."""
    added = st.button(
        "Add to deck",
        on_click=decks.add,
        args=(what, look),
        kwargs={"table": part == TABLES},
        key=f"deck-{key}",
        width="stretch",
    )
    if not added:
        return
    if decks.told():
        show.sentence(decks.told())
        return
    number = len(decks.current().blocks)
    st.markdown(f"Added; the deck has {plural(number, 'block', 'blocks')}.")
    st.page_link("deck.py", label="Open the deck")


def _choices(what: str, look: Look, key: str, part: str) -> None:
    offered = [one for kind, formats in FORMATS.items() if part in (kind, BOTH) for one in formats]
    offered += [SCRIPTS, METHODS]
    kind = _chosen("Format", {one: NAMES.get(one, one.upper()) for one in offered}, f"format-{key}")
    if kind in (SCRIPTS, METHODS):
        (reproduction.scripts if kind == SCRIPTS else reproduction.methods)(what, look, key)
        return
    preset, resolution, theme = "screen", "3x", look.theme
    if kind in FIGURE_FORMATS:
        preset = st.selectbox("For", list(PRESETS), key=f"preset-{key}", format_func=lambda one: PRESETS[one].label)
        if kind == "png":
            resolution = _chosen("Resolution", RESOLUTIONS, f"resolution-{key}", "3x")
        if preset in DARK_PRESETS:
            theme = _chosen("Ground", THEMES, f"theme-{key}", look.theme)
        else:
            theme = "light"
            st.caption("Greys and dashes only, text 8 pt: it prints in one colour.")
        if preset == "slide":
            st.caption(SLIDE)
    source_line = st.toggle("With source line", value=True, key=f"source-{key}")
    asked = replace(look, theme=theme, source_line=source_line)
    if kind == COPY:
        found = content(what, asked)
        if found.tables:
            clipboard.tables(found.tables, found.label, f"copy-{key}")
        else:
            show.sentence(found.reason)
        return
    packed = preset == "slide" and kind in ("png", "svg") and in_parts(what, asked)
    if packed:
        st.caption(
            "The figure takes several slides: a ZIP file with one numbered picture for each; a PDF has them all."
        )
    st.download_button(
        f"Download {kind.upper()}",
        data=_maker(what, asked, kind, preset, resolution, packed=packed),
        file_name=f"{what}.zip" if packed else f"{what}.{kind}",
        mime="application/zip" if packed else MIME[kind],
        on_click="ignore",
        key=f"download-{key}",
    )


def _chosen(label: str, choices: dict[str, str], key: str, default: str | None = None) -> str:
    """One of a few choices side by side; it stays as the visitor left it."""
    session.keep_choice(key, choices, default or next(iter(choices)))
    picked = st.segmented_control(
        label, list(choices), key=key, format_func=choices.__getitem__, required=True, wrap=True
    )
    return picked or default or next(iter(choices))


def _maker(what: str, look: Look, kind: str, preset: str, resolution: str, *, packed: bool) -> Callable[[], bytes]:
    """Makes the file when it is called, at the click."""
    size = sized(preset, resolution)
    if packed:
        return lambda: zipped(content(what, look), kind, size, what)
    return lambda: file(content(what, look), kind, size)

"""What lets others check a result: scripts that print it again, and the Methods paragraph of how it was made."""

from __future__ import annotations

import streamlit as st

from core.export import Look
from core.reproduce import archive, methods_text, recipe
from pages.shared import clipboard, show


def scripts(what: str, look: Look, key: str) -> None:
    """Offer the scripts of a result with their data, or say why there are none. Parameters as of `take_away.offer`."""
    try:
        recipe(what, look)
    except ValueError as reason:
        show.sentence(str(reason))
        return
    show.note(
        "A Python script (pandas, lifelines) and an R script (survival) that print these numbers, and their data.",
        "One row for each course, without pseudonyms and dates: pass it on only where the data may go.",
    )
    st.download_button(
        "Download ZIP",
        data=lambda: archive(what, look),
        file_name=f"{what}.zip",
        mime="application/zip",
        on_click="ignore",
        key=f"download-scripts-{key}",
    )


def methods(what: str, look: Look, key: str) -> None:
    """Show the Methods text of a result, or of everything (""), to be copied, and offer it as a file."""
    try:
        text = methods_text(look, what)
    except ValueError as reason:
        show.sentence(str(reason))
        return
    st.download_button(
        "Download TXT",
        data=text,
        file_name=f"{what}-methods.txt" if what else "methods.txt",
        mime="text/plain",
        on_click="ignore",
        key=f"download-methods-{key}",
    )
    clipboard.text(text, f"copy-methods-{key}")
    for paragraph in text.rstrip().split("\n\n"):
        st.markdown("  \n".join(show.escape(line) for line in paragraph.split("\n")))

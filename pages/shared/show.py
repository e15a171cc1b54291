"""How a page shows what core computed: header, figure, table, sentence. Nothing is computed here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape as escape_html
from itertools import groupby
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.figure import Figure
from core.formats import day, plural
from core.tables import INDENT, Table
from pages.shared import session

LOOK = Path(__file__).with_name("look.css")
UNBROKEN = (" (95% CI)", "\u00a0(95%\u00a0CI)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:])")
_NUMBER = re.compile(r"[<>=\u2264\u2265+\-\u2212]*\d(?:[^a-zA-Z]|NR)*$|\u2014$|NR$|NE$|Reference$")


def escape(text: str) -> str:
    """Text that Markdown shows as it stands: a file's cell cannot become a link, an image or a formula."""
    return _MARKDOWN.sub(r"\\\1", text)


def header(title: str, view: session.View, events: str = "") -> None:
    """Page title, cohort and version, "synthetic" where true, and the selection in words.

    Parameters
    ----------
    events : what happened in the selection, e.g. "86 progressions or deaths, 65 deaths"
    """
    version = view.version
    st.title(title, anchor=False)
    tail = f" · {events}" if events else ""
    badge = "  :orange-badge[synthetic]" if version.synthetic else ""
    cutoff = f" · data cut-off {day(version.data_cutoff)}" if version.data_cutoff else ""
    st.markdown(
        f"**{escape(view.sentence)}**{escape(tail)}  \n"
        f":gray[{escape(version.name)}, version {version.version}{cutoff}]{badge}"
    )
    for problem in view.selection.problems:
        st.warning(escape(problem))


EVENTS = {
    "pfs": ("progression or death", "progressions or deaths"),
    "os": ("death", "deaths"),
    "ttnt": ("new treatment or death", "new treatments or deaths"),
}


def events(counted: Mapping[str, int]) -> str:
    """Events of each endpoint in words: "86 progressions or deaths, 65 deaths"."""
    return ", ".join(plural(n, *EVENTS[endpoint]) for endpoint, n in counted.items())


def controls() -> DeltaGenerator:
    """The one row of a page's controls; it wraps on a narrow screen."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small")


def sentence(text: str, next_step: str = "") -> None:
    """What stands in the place of a result that cannot be shown, and what to do."""
    st.info(escape(" ".join(part for part in (text, next_step) if part)))


def note(*texts: str) -> None:
    """Lines of method or footnotes, small."""
    said = [text for text in texts if text]
    if said:
        st.caption("  \n".join(escape(text) for text in said))


def figure(drawn: Figure | str, key: str) -> None:
    """A chart from its prepared specification, in the product's own theme; or the sentence that stands in its place."""
    if isinstance(drawn, str):
        sentence(drawn)
        return
    st.vega_lite_chart(**drawn.streamlit(), key=key)


def look() -> None:
    """What the theme cannot say, once a run; the frame calls it."""
    st.html(LOOK)


def table(shown: Table) -> None:
    """A formatted table with its notes; cells are text, never markup."""
    st.html(table_html(shown))
    note(*shown.notes)


def table_html(shown: Table) -> str:
    """A table as HTML: heads under their spanners, group rows and what stands within them, numbers to the right."""
    numbers = [place > 0 and _numeric([row[place] for row in shown.rows]) for place in range(len(shown.columns))]
    heads = "".join(
        _cell("th", head, "number" * right, "col") for head, right in zip(shown.columns, numbers, strict=True)
    )
    spanners = [
        f'<th class="over" colspan="{len(list(same))}" scope="colgroup">{escape_html(spanner)}</th>'
        for spanner, same in groupby(shown.spanners)
    ]
    over = f"<tr>{''.join(spanners)}</tr>" if spanners else ""
    inside = [row[0].startswith(INDENT) for row in shown.rows]
    body = ""
    for row, within, opens in zip(shown.rows, inside, [*inside[1:], False], strict=True):
        kind = "within" if within else "group" if opens else ""
        cells = [_cell("td", cell, "number" * right, "") for cell, right in zip(row[1:], numbers[1:], strict=True)]
        body += f"<tr>{_cell('th', row[0].strip(), kind, 'row')}{''.join(cells)}</tr>"
    name = escape_html(shown.title, quote=True)
    return (
        f'<div class="prrt-table" tabindex="0" role="region" aria-label="{name}"><table>'
        f"<thead>{over}<tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(tag: str, text: str, kind: str, scope: str) -> str:
    attributes = (f' class="{kind}"' if kind else "") + (f' scope="{scope}"' if scope else "")
    return f"<{tag}{attributes}>{escape_html(text.replace(*UNBROKEN))}</{tag}>"


def _numeric(cells: Sequence[str]) -> bool:
    """Whether a column holds numbers, or what stands for them."""
    said = [cell for cell in cells if cell]
    return bool(said) and all(_NUMBER.match(cell) for cell in said)


def empty(view: session.View) -> None:
    """No patient is selected: say so, and offer the way back."""
    sentence("No patient fits this selection.", "Take a filter away, or start again.")
    st.button("Reset the selection", on_click=session.reset, key="reset-empty")


def refusal(text: str, key: str) -> None:
    """Several courses of one patient: say so, and offer the first selected course of each."""
    sentence(text)
    st.button("First selected course of each patient", on_click=session.select_first, key=f"first-{key}")


def warning(text: str) -> None:
    """What a reader must know before using the numbers beside it."""
    st.warning(escape(text))

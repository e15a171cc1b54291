"""A formatted table on a page, set as journals do: heads under spanners, group rows, numbers to the right.

Streamlit's own tables know neither spanners nor alignment. Cells travel as data and are drawn as text nodes.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import streamlit as st

from core.tables import INDENT, Table

UNBROKEN = (" (95% CI)", "\u00a0(95%\u00a0CI)")


def draw(shown: Table, key: str | None = None) -> None:
    """Show a table; its notes are the page's."""
    _component()(data=_sent(cells(shown)), key=key)


def pick(shown: Table, key: str) -> str:
    """Show a table whose rows with a key can be picked, and picked again to let go; returns the key, "" without one."""
    drawn = _component()(
        data=_sent(cells(shown) | {"keys": list(shown.keys)}),
        key=key,
        default={"picked": ""},
        on_picked_change=lambda: None,
    )
    return drawn.picked if drawn.picked in shown.keys else ""


def _sent(drawn: dict[str, Any]) -> dict[str, Any]:
    """In one piece: Streamlit asks of each piece whether it is a data frame, which takes longer than to draw it."""
    return {"table": drawn}


@cache
def _component() -> Any:
    here = Path(__file__).parent
    return st.components.v2.component(
        "table",
        css=(here / "table.css").read_text(encoding="utf-8"),
        js=(here / "table.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )


def cells(shown: Table) -> dict[str, Any]:
    """What the browser draws: spanners with their widths, heads, which columns are numbers, rows with their kind.

    A row is a "group" when indented rows follow it, "within" when it is one of them.
    """
    inside = [row[0].startswith(INDENT) for row in shown.rows]
    kinds = [
        "within" if within else "group" if opens else ""
        for within, opens in zip(inside, [*inside[1:], False], strict=True)
    ]
    return {
        "title": shown.title,
        "spanners": [(spanner, len(list(same))) for spanner, same in groupby(shown.spanners)],
        "columns": [head.replace(*UNBROKEN) for head in shown.columns],
        "numbers": [shown.numeric(place) for place in range(len(shown.columns))],
        "rows": [
            {"kind": kind, "cells": [row[0].strip(), *(cell.replace(*UNBROKEN) for cell in row[1:])]}
            for kind, row in zip(kinds, shown.rows, strict=True)
        ],
    }

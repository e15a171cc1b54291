"""A formatted table: display strings in rows under heads; rendering comes last, on a page or in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

INDENT = "\u2003"
"""Em space: what an indented level starts with."""
_NUMBER = re.compile(r"[<>=\u2264\u2265+\-\u2212]*\d(?:[^a-zA-Z]|NR)*$|NR \(|\u2014$|NR$|NE$|Reference$")


@dataclass(frozen=True)
class Table:
    """Display strings, ready to show.

    Parameters
    ----------
    title : what the table is
    columns : heads
    rows : each as long as `columns`
    spanners : one for each column, "" where there is none; equal neighbours belong together
    notes : below the table: denominators, methods, reasons
    keys : what stands behind each row, for a page that opens it; empty where nothing does

    Raises
    ------
    ValueError
        If a row, the spanners or the keys do not fit.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spanners: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"Table '{self.title}': a row has not {len(self.columns)} cells.")
        if self.spanners and len(self.spanners) != len(self.columns):
            raise ValueError(f"Table '{self.title}': {len(self.spanners)} spanners for {len(self.columns)} columns.")
        if self.keys and len(self.keys) != len(self.rows):
            raise ValueError(f"Table '{self.title}': {len(self.keys)} keys for {len(self.rows)} rows.")

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, or what stands for them, and is set to the right; never the first. A remark
        among many numbers changes nothing."""
        said = [text for row in self.rows if (text := row[column].strip())]
        return column > 0 and sum(bool(_NUMBER.match(one)) for one in said) > 0.75 * len(said)


def footnotes(reasons: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    """Reasons as notes, each said once with all it holds for: ("Grade, 3", "no events") -> "Grade, 3: no events"."""
    said: dict[str, list[str]] = {}
    for what, reason in reasons:
        if reason:
            said.setdefault(reason, []).append(what)
    return tuple(f"{'; '.join(names)}: {reason[0].lower() + reason[1:]}" for reason, names in said.items())

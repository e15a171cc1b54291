"""A remark that belongs to a result: what a reader should know before using its numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """One remark.

    Parameters
    ----------
    code : stable short name, e.g. "immortal_time"
    message : one or two sentences for the reader; no cell value
    rows : courses concerned; None where it concerns none in particular
    """

    code: str
    message: str
    rows: int | None = None

    def __str__(self) -> str:
        return self.message

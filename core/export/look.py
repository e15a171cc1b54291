"""What is looked at, and what is taken away of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.analysis import Request
from core.cohort import CohortVersion
from core.export.label import Label
from core.figures.figure import Figure
from core.figures.stage import Stage
from core.options import Options
from core.selection import Selection
from core.store import Store
from core.tables import Table


@dataclass(frozen=True)
class Look:
    """What is looked at, and how.

    Parameters
    ----------
    request : groups, factors, landmark
    notion : key of `core.tables.toxicity.NOTIONS`
    theme : "light" or "dark"
    made_on : day of the export
    source_line : say below the figure or table where it comes from; its metadata say so always
    against : B of a comparison of groups; None = everyone else
    tau_months : horizon of its restricted means; None = the default one
    """

    store: Store
    version: CohortVersion
    selection: Selection
    options: Options
    request: Request
    made_on: date
    notion: str = "paper"
    theme: str = "light"
    source_line: bool = True
    against: Selection | None = None
    tau_months: float | None = None


Parts = Callable[[Stage], tuple[Figure, ...]]
"""Draws a figure anew for what a place leaves for it."""


def figures(drawn: Figure | str) -> tuple[Figure, ...]:
    """A drawn figure as its only part; () where there is but a sentence."""
    return () if isinstance(drawn, str) else (drawn,)


def nothing(stage: Stage) -> tuple[Figure, ...]:
    """Nothing is drawn for a room."""
    return ()


@dataclass(frozen=True)
class Content:
    """One thing to take away.

    Parameters
    ----------
    label : title and origin
    figure : None where this kind of thing has none
    tables : () where this kind of thing has none
    parts : draws the figure anew for a room: in several parts where it would be too small in one
    reason : why there is nothing to show, or not all that was asked for, in a sentence; "" = there is
    brief : the tables as a room reads them; () where they are short enough
    """

    label: Label
    figure: Figure | None = None
    tables: tuple[Table, ...] = ()
    parts: Parts = nothing
    reason: str = ""
    brief: tuple[Table, ...] = ()

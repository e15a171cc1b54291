"""One condition of a selection: what a field may be, in SQL with bound values and in a URL query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote as escape

from core.dictionary import Field

Bound = float | date

MISSING = "~"
"""How a query writes a missing value."""
ANY = "all"
"""How a query lifts a default."""
FIRST = "first"
"""The query's name for "first selected course of each patient"."""


@dataclass(frozen=True)
class Range:
    """Numbers or dates between two bounds.

    Parameters
    ----------
    low, high : float or date or None
        Bounds in the field's unit, both included; None = no bound. Without any bound: every known value.
    open_above : bool
        True: ``high`` itself is left out.
    """

    low: Bound | None = None
    high: Bound | None = None
    open_above: bool = False

    def text(self) -> str:
        """The range as a query writes it: ``3..20``, ``1000..``, ``..<5``."""
        below = "<" if self.open_above else ""
        return f"{bound_text(self.low)}..{below}{bound_text(self.high)}"


@dataclass(frozen=True)
class Condition:
    """What one field may be; values, ranges and missing add up (any of them is enough).

    Parameters
    ----------
    field : str
        Name of the field.
    values : tuple of str
        Levels of a category, ``yes``/``no``, or numbers and dates as a query writes them.
    ranges : tuple of Range
        For numbers and dates.
    missing : bool
        Whether courses without a value belong to it.
    """

    field: str
    values: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    missing: bool = False

    @property
    def empty(self) -> bool:
        """Whether it names nothing at all."""
        return not (self.values or self.ranges or self.missing)

    def text(self) -> str:
        """The condition's value in a query, each piece escaped once: ``1,2``, ``1000..,~``."""
        pieces = [escape_value(value) for value in self.values]
        pieces += [escape(one.text(), safe="<.-:") for one in self.ranges]
        return ",".join(pieces + [MISSING] * self.missing)

    def clause(self, described: Field, column: str) -> tuple[str, list[object]]:
        """
        The condition in SQL.

        Parameters
        ----------
        described : Field
            The field, for its type.
        column : str
            The column, quoted.

        Returns
        -------
        (str, list)
            Clause in brackets, true, false or NULL (for a missing value that is not asked for), and its bound values.
        """
        parts: list[str] = []
        values: list[object] = []
        if self.values:
            parts.append(f"{column} IN ({', '.join('?' * len(self.values))})")
            values += [_bound(value, described) for value in self.values]
        for one in self.ranges:
            limits = [f"{column} >= ?"] * (one.low is not None)
            limits += [f"{column} {'<' if one.open_above else '<='} ?"] * (one.high is not None)
            parts.append("(" + (" AND ".join(limits) or f"{column} IS NOT NULL") + ")")
            values += [limit for limit in (one.low, one.high) if limit is not None]
        if self.missing:
            parts.append(f"{column} IS NULL")
        return "(" + (" OR ".join(parts) or "FALSE") + ")", values


DEFAULTS = (Condition("course", ("1",)), Condition("histology_complete", ("yes",)))
"""What holds until a selection names the field: the paper's population."""
POPULATION = tuple(one.field for one in DEFAULTS)
"""The fields that say which population is looked at, rather than which part of it."""


def bound_text(bound: Bound | None) -> str:
    """A bound as a query writes it: the shortest number that reads back the same, an ISO date, or nothing."""
    if bound is None:
        return ""
    return bound.isoformat() if isinstance(bound, date) else number_text(bound)


def number_text(number: float) -> str:
    """The shortest text that reads back as the same number: ``1000``, ``0.5``."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def escape_value(value: str) -> str:
    """A level as a query writes it, so that no level is taken for ``~``, ``all`` or a range."""
    text = escape(value, safe="")
    if value in (MISSING, ANY):
        return f"%{ord(value[0]):02X}{value[1:]}"
    return text


def _bound(value: str, described: Field) -> object:
    """A level as DuckDB compares it."""
    if described.type == "yes_no":
        return value == "yes"
    if described.numeric:
        return float(value)
    return date.fromisoformat(value) if described.type == "date" else value

"""The selected rows of an analysis table, for a query to go over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.dictionary import Field
from core.options import Options
from core.selection import Selection, join_conditions
from core.sql.names import quote

Expression = tuple[str, list[object]]
"""An SQL expression and its bound values."""


@dataclass(frozen=True)
class Rows:
    """
    The selected rows of an analysis table, for a query to go over.

    Parameters
    ----------
    source : str
        What stands behind FROM; has all columns of the table.
    where : str
        What stands behind WHERE; may be followed by AND.
    values : list
        Bound values of both.
    ordered : bool
        Whether DuckDB reads them in the order of `course_row` by itself, as it does a plain table.
    """

    source: str
    where: str
    values: list[object]
    ordered: bool = True

    @property
    def relation(self) -> str:
        """The rows as a subquery in brackets."""
        return f"(SELECT * FROM {self.source} WHERE {self.where})"


def selected(table: str, selection: Selection, fields: Mapping[str, Field], options: Options) -> Rows:
    """
    The selected rows of an analysis table.

    Parameters
    ----------
    table : str
        The version's analysis table.
    selection : Selection
    fields : mapping of str to Field
        Of the version.
    options : Options

    Returns
    -------
    Rows

    Raises
    ------
    ValueError
        For a condition on a field that the version does not have.
    """
    clause, values = join_conditions(selection.conditions, fields, options)
    if not selection.first:
        return Rows(quote(table), clause, values)
    first = "row_number() OVER (PARTITION BY patient_id ORDER BY course, course_row) = 1"
    return Rows(f"(SELECT * FROM {quote(table)} WHERE {clause} QUALIFY {first})", "TRUE", values, ordered=False)

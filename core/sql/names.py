"""The names of a stored cohort version's tables, and the one function that quotes an identifier."""

from __future__ import annotations

from dataclasses import dataclass


def quote(identifier: str) -> str:
    """
    An identifier written for SQL: in double quotes, each double quote in it doubled.

    Parameters
    ----------
    identifier : str
        A table's or a column's name. A name with a NUL character is refused, as DuckDB cannot hold it.

    Returns
    -------
    str
        ``"grade"``, ``"say ""hello"""``.

    Raises
    ------
    ValueError
        For an empty name or one with a NUL character.
    """
    if not identifier or "\0" in identifier:
        raise ValueError("an identifier cannot be empty or hold a NUL character")
    return '"' + identifier.replace('"', '""') + '"'


@dataclass(frozen=True)
class TableNames:
    """The DuckDB tables of one version of a cohort; the names are plain words and need no quoting."""

    courses: str
    cycles: str
    labs: str
    adverse_events: str
    analysis: str
    grades: str


def table_names(version_id: int) -> TableNames:
    """
    The tables of a version: ``v12_courses``, ``v12_cycles``, ..., ``v12_grades``.

    Parameters
    ----------
    version_id : int
        The version's number in the catalogue, 1 or more.

    Returns
    -------
    TableNames
    """
    prefix = f"v{int(version_id)}_"
    return TableNames(
        courses=f"{prefix}courses",
        cycles=f"{prefix}cycles",
        labs=f"{prefix}labs",
        adverse_events=f"{prefix}adverse_events",
        analysis=f"{prefix}analysis",
        grades=f"{prefix}grades",
    )

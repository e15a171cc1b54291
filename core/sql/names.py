"""The names of a stored cohort version's tables, and the one function that quotes an identifier."""

from __future__ import annotations

from dataclasses import dataclass

from core.dictionary import Field
from core.options import Options


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
        For the name ``grade``: ``"grade"``, ready to stand in a statement.

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


_OPTION_COLUMNS = ("egfr", "eligible_gfr")
_PFS_COLUMNS = ("pfs_days", "pfs_event", "pfs_reason")


def physical_column(name: str, options: Options) -> str:
    """
    The column of the analysis table that a field means under the options.

    Parameters
    ----------
    name : str
        A field or an endpoint's column, as callers name it: ``egfr``, ``pfs_days``, ``grade``.
    options : Options
        `egfr` and `pfs_rule` decide.

    Returns
    -------
    str
        ``egfr_2009``, ``pfs_days__censor_any``, ``grade``; not quoted.
    """
    if name in _OPTION_COLUMNS:
        return f"{name}_{options.egfr.removeprefix('ckd-epi-')}"
    if name in _PFS_COLUMNS:
        return f"{name}__{options.pfs_rule.replace('-', '_')}"
    return name


def level_text(field: Field, options: Options) -> str:
    """A field's value as a query writes it, in SQL: ``yes``, ``2``, ``pancreas``; NULL when missing."""
    column = quote(physical_column(field.name, options))
    if field.type == "yes_no":
        return f"CASE {column} WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' END"
    if field.numeric:
        whole = f"{column} = floor({column}) AND abs({column}) < 1e15"  # beyond, 64 bits may not hold it
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
    return f"{column}::VARCHAR"

"""Writing a cohort into the store: tables as ingested, derived tables, catalogue, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from core import catalogue, saved
from core.cohort import CohortVersion, StoreError
from core.dictionary import TABLES, Field
from core.fields import FIELDS
from core.sql.analysis import derive_analysis
from core.sql.describe import describe_fields, free_names
from core.sql.grades import derive_grades
from core.sql.load import load_courses, load_optional
from core.sql.names import TableNames, quote, table_names

if TYPE_CHECKING:
    from core.ingest import Ingested

MAX_NAME = 100
"""Longest name of a cohort, in characters."""


def checked_name(name: str) -> str:
    """A cohort's name without surrounding space. Raises StoreError for one that is empty, too long or not printable."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise StoreError(f"A cohort's name has 1 to {MAX_NAME} printable characters.")
    return name


def write(cursor: duckdb.DuckDBPyConnection, ingested: Ingested, name: str, actor: str) -> int:
    """
    Store a new version of a cohort, whole or not at all.

    Parameters
    ----------
    cursor : duckdb cursor
        Outside a transaction; no other writer is at work.
    ingested : Ingested
    name : str
        Of the cohort.
    actor : str
        Who commits.

    Returns
    -------
    int
        The version's id.

    Raises
    ------
    StoreError
        When the database refuses; its own text could quote cells and is not passed on.
    """
    kept = free_names(ingested.extras)
    extras = {kept[one]: replace(field, name=kept[one]) for one, field in ingested.extras.items()}
    tables = tuple(one for one in TABLES if ingested.tables.get(one) is not None)
    with transaction(cursor, "The cohort could not be written; the store is as before."):
        version = _new_version(cursor, ingested, name, tables, actor)
        load_tables(cursor, ingested, table_names(version.id))
        catalogue.add_version(cursor, version, "")
        renamed = [f"The column '{old}' is kept as '{new}'." for old, new in kept.items() if old != new]
        catalogue.add_notes(cursor, version.id, ingested.problems, [*ingested.changes, *renamed], ingested.mapping)
        catalogue.add_unusable(cursor, version.id, ingested.unusable)
        signs = {kept.get(field, field): own for field, own in ingested.signs.items()}
        catalogue.add_signs(cursor, version.id, signs)
        _derive(cursor, version.id, frozenset(tables), extras)
    return version.id


def load_tables(
    cursor: duckdb.DuckDBPyConnection, ingested: Ingested, names: TableNames, *, temporary: bool = False
) -> None:
    """Create the tables of a cohort as they were read, without what is derived from them.

    Parameters
    ----------
    cursor : duckdb cursor
    ingested : Ingested
    names : TableNames
        Of the tables to create.
    temporary : bool
        Seen by this cursor alone, and gone with it.
    """
    kept = free_names(ingested.extras)
    extras = {kept[one]: replace(field, name=kept[one]) for one, field in ingested.extras.items()}
    for table in TABLES:
        frame = ingested.tables.get(table)
        if table == "courses":
            courses = ingested.tables[table].rename(columns=kept)
            brought = {one: FIELDS[one] for one in FIELDS if one in courses.columns}
            load_courses(cursor, names.courses, courses, brought | extras, temporary=temporary)
        elif frame is not None:
            load_optional(cursor, table, getattr(names, table), frame, temporary=temporary)


def copy(cursor: duckdb.DuckDBPyConnection, version: CohortVersion, actor: str) -> int:
    """
    Store a version's content once more, as the newest version of its cohort.

    Returns
    -------
    int
        The new version's id.

    Raises
    ------
    StoreError
        When the database refuses.
    """
    with transaction(cursor, "The version could not be restored; the store is as before."):
        id_, number = catalogue.next_numbers(cursor, version.name)
        now = datetime.now(UTC).replace(tzinfo=None)
        new = replace(version, id=id_, version=number, actor=actor, committed_at=now)
        sql = "SELECT derivation FROM versions WHERE id = ?"
        catalogue.add_version(cursor, new, cursor.execute(sql, [version.id]).fetchall()[0][0])
        for old in catalogue.own_tables(cursor, version.id):
            name = f"v{id_}_{old.partition('_')[2]}"
            cursor.execute(f"CREATE TABLE {quote(name)} AS SELECT * FROM {quote(old)}")
        catalogue.copy_notes(cursor, version.id, id_)
    return id_


def remove(cursor: duckdb.DuckDBPyConnection, versions: Sequence[CohortVersion]) -> None:
    """Take versions of one cohort out of the catalogue, whole or not at all; their values stay in the file's blocks
    until it is rewritten, which the store's mark asks for."""
    with transaction(cursor, "Nothing could be deleted; the store is as before."):
        for one in versions:
            for table in catalogue.own_tables(cursor, one.id):
                cursor.execute(f"DROP TABLE {quote(table)}")
            catalogue.remove_version(cursor, one.id)
        saved.forget(cursor, versions)
        catalogue.mark_to_rewrite(cursor)


def rename(cursor: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Give a cohort with all its versions another name, whole or not at all."""
    with transaction(cursor, "The cohort could not be renamed; the store is as before."):
        catalogue.rename(cursor, old, new)
        saved.follow(cursor, old, new)


def renew(cursor: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
    """
    Derive again, from the tables as ingested, every version that another release derived.

    Raises
    ------
    StoreError
        When there is one and the store is read-only.
    """
    outdated = catalogue.read_outdated(cursor, catalogue.derivation_key())
    if outdated and read_only:
        raise StoreError(
            "The store was derived by another release; open it once without read-only to bring it up to date."
        )
    for version_id in outdated:
        with transaction(cursor, "The store could not be brought up to date; it is as before."):
            names = table_names(version_id)
            sql = "SELECT unnest(tables) FROM versions WHERE id = ?"
            present = frozenset(row[0] for row in cursor.execute(sql, [version_id]).fetchall())
            cursor.execute(f"DROP TABLE {quote(names.analysis)}; DROP TABLE {quote(names.grades)}")
            _derive(cursor, version_id, present, catalogue.read_extras(cursor, version_id))


def _derive(
    cursor: duckdb.DuckDBPyConnection, version_id: int, present: frozenset[str], extras: Mapping[str, Field]
) -> None:
    names = table_names(version_id)
    endpoints = derive_analysis(cursor, names, version_id, present)
    derive_grades(cursor, names, present)
    catalogue.write_fields(cursor, version_id, describe_fields(cursor, names.analysis, extras))
    counted = f"SELECT count(DISTINCT patient_id) FROM {quote(names.analysis)}"
    n_patients = cursor.execute(counted).fetchall()[0][0]
    catalogue.update_derived(cursor, version_id, n_patients, endpoints, catalogue.derivation_key())


def _new_version(
    cursor: duckdb.DuckDBPyConnection, ingested: Ingested, name: str, tables: tuple[str, ...], actor: str
) -> CohortVersion:
    version_id, number = catalogue.next_numbers(cursor, name)
    return CohortVersion(
        id=version_id,
        name=name,
        version=number,
        sha256=ingested.sha256,
        synthetic=ingested.synthetic,
        n_patients=0,
        n_courses=len(ingested.tables["courses"]),
        rows_read=ingested.rows_read,
        rows_kept=ingested.rows_kept,
        data_cutoff=ingested.data_cutoff,
        data_cutoff_source=ingested.data_cutoff_source,
        committed_at=datetime.now(UTC).replace(tzinfo=None),
        tables=tables,
        endpoints=(),
        fields={},
        actor=actor,
        file=ingested.file,
        n_problems=len(ingested.problems),
    )


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection, refusal: str) -> Iterator[None]:
    """A transaction that is whole or leaves no trace; what the database refuses becomes this sentence."""
    cursor.execute("BEGIN")
    try:
        yield
        cursor.execute("COMMIT")
    except BaseException as error:
        with suppress(duckdb.Error):  # a failed COMMIT has already rolled back
            cursor.execute("ROLLBACK")
        if isinstance(error, (duckdb.IOException, duckdb.OutOfMemoryException)):
            raise
        if isinstance(error, duckdb.TransactionException) and "Could not write" in str(error):
            raise StoreError("The disk is full or cannot be written; the store is as before.") from None
        if isinstance(error, duckdb.Error):
            raise StoreError(refusal) from None
        raise

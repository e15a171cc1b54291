"""The store: one DuckDB file with every version of every cohort, written in one transaction, read by cursors."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb

from core import catalogue, commit
from core.cohort import CohortVersion, StoreError
from core.problems import Problem
from core.reading import Reading, Size

if TYPE_CHECKING:
    from core.ingest import Ingested

__all__ = ["CohortVersion", "Size", "Store", "StoreError", "default_path"]

PATH_VARIABLE = "PRRT_STORE"
"""Environment variable with the store's file; ``--db`` wins."""
MEMORY_VARIABLE = "PRRT_STORE_MEMORY"
"""Environment variable with DuckDB's memory limit (default 4GB)."""

_FILE_ERRORS = (duckdb.IOException, duckdb.InternalException, duckdb.FatalException, duckdb.SerializationException)


def default_path() -> Path:
    """The store's file: `PATH_VARIABLE`, or ``data/cohorts.duckdb`` beside the product."""
    named = os.environ.get(PATH_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parent.parent / "data" / "cohorts.duckdb"


class Store(Reading):
    """
    The cohorts. One store per process and file; every method may be called from any thread.

    Parameters
    ----------
    path : path-like, optional
        The DuckDB file, created when it is missing; `default_path` when left out.
    read_only : bool
        Open an existing file without a right to change it.

    Raises
    ------
    StoreError
        When the file cannot be used: held by another process, damaged, of another release, missing.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, read_only: bool = False) -> None:
        self.path = Path(path) if path is not None else default_path()
        self.read_only = read_only
        self._writing = threading.Lock()
        self._connection = _connect(self.path, read_only)
        try:
            with self._reading() as cursor:
                catalogue.prepare(cursor, read_only=read_only)
                commit.renew(cursor, read_only=read_only)
                self._versions = tuple(catalogue.read_versions(cursor))
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._writing:
            self._connection.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one run: the connection itself must not be shared between threads."""
        return self._connection.cursor()

    def commit(self, ingested: Ingested, name: str) -> CohortVersion:
        """
        Store a cohort, whole or not at all.

        Parameters
        ----------
        ingested : Ingested
            As `core.ingest.read_source` gives it.
        name : str
            Of the cohort; a name that exists gets a new version.

        Returns
        -------
        CohortVersion
            The new version, or, where this cohort already has this very content, the version that holds it, with
            `already_stored`.

        Raises
        ------
        StoreError
            When the store is read-only, the name cannot be used or the file cannot be written; it is then as before.
        """
        if self.read_only:
            raise StoreError("The store is opened for reading only; cohorts cannot be imported.")
        name = commit.checked_name(name)
        with self._writing:
            for version in self._versions:
                if version.name == name and version.sha256 == ingested.sha256:
                    return replace(version, already_stored=True)
            with self._reading() as cursor:
                version_id = commit.write(cursor, ingested, name)
                self._versions = tuple(catalogue.read_versions(cursor))
        return next(version for version in self._versions if version.id == version_id)

    def cohorts(self) -> list[CohortVersion]:
        """The newest version of each cohort, the latest commit first."""
        newest: dict[str, CohortVersion] = {}
        for version in self._versions:
            newest.setdefault(version.name, version)
        return list(newest.values())

    def versions(self, name: str) -> list[CohortVersion]:
        """Every version of a cohort, newest first; empty for an unknown name."""
        return [version for version in self._versions if version.name == name]

    def version(self, name: str, number: int | None = None) -> CohortVersion:
        """
        A version of a cohort.

        Parameters
        ----------
        name : str
        number : int, optional
            The newest when left out.

        Raises
        ------
        StoreError
            When there is none.
        """
        for version in self._versions:
            if version.name == name and number in (None, version.version):
                return version
        which = f"version {number} of " if number is not None and self.versions(name) else ""
        known = ", ".join(f"'{version.name}'" for version in self.cohorts()[:10]) or "nothing yet"
        raise StoreError(f"The store has no {which}cohort '{name[:60]}'; it holds {known}.")

    def problems(self, version: CohortVersion) -> tuple[Problem, ...]:
        """What the import found in the file."""
        with self._reading() as cursor:
            return catalogue.read_problems(cursor, version.id)

    def changes(self, version: CohortVersion) -> tuple[str, ...]:
        """What the import changed in values, each a sentence."""
        with self._reading() as cursor:
            return catalogue.read_changes(cursor, version.id)

    def mapping(self, version: CohortVersion) -> dict[str, str]:
        """Field -> header of the file; other tables' fields as ``labs.value``."""
        with self._reading() as cursor:
            return catalogue.read_mapping(cursor, version.id)

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor whose failures of the file become sentences."""
        try:
            with self.cursor() as cursor:
                yield cursor
        except duckdb.OutOfMemoryException:
            raise StoreError(
                f"The store ran out of its memory limit; raise {MEMORY_VARIABLE} or select less."
            ) from None
        except duckdb.Error as error:
            if not isinstance(error, _FILE_ERRORS) and type(error) is not duckdb.Error:
                raise  # a mistake in a query, not in the file; DuckDB reports a wrong checksum as a plain Error
            raise StoreError(
                f"The store {self.path.name} could not be read or written: the disk is full or the file is damaged."
            ) from None


def _connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open the file, locked down: no other file, no network, no extension, no change of these settings."""
    if read_only and not path.exists():
        raise StoreError(f"The store {path.name} does not exist yet; open it once without read-only.")
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": os.environ.get(MEMORY_VARIABLE, "4GB"),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path), read_only=read_only, config=config)
        connection.execute("SET lock_configuration = true")
    except OSError:
        raise StoreError(f"The folder of the store {path.name} cannot be written; name another with --db.") from None
    except duckdb.Error as error:
        raise StoreError(_open_failure(path, str(error))) from None
    return connection


def _open_failure(path: Path, text: str) -> str:
    if "Could not set lock" in text:
        return f"The store {path.name} is in use by another process. Stop that one, or name another file with --db."
    if "different configuration" in text:
        return f"The store {path.name} is already open in this process with other settings."
    return (
        f"The store {path.name} is damaged, or not a DuckDB file that this release can read. Move it away; "
        "a new one is made, and the cohorts can be imported again."
    )

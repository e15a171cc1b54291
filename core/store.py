"""The store: one DuckDB file with every version of every cohort, written in one transaction, read by cursors."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb

from core import catalogue, commit, permissions, store_format, store_rewrite
from core.cohort import CohortVersion, StoreError
from core.gate import Gate
from core.permissions import LOCAL_USER
from core.reading import Size
from core.store_saved import Saved

if TYPE_CHECKING:
    from core.ingest import Ingested

__all__ = ["CohortVersion", "Size", "Store", "StoreError", "default_path"]

PATH_VARIABLE = "PRRT_STORE"
"""Environment variable with the store's file; ``--db`` wins."""
MEMORY_VARIABLE = "PRRT_STORE_MEMORY"
"""Environment variable with DuckDB's memory limit (default 4GB)."""

IN_MEMORY = ":memory:"
"""Path of a store without a file, which nobody else sees."""

_VERSION_TABLE = re.compile(r"\bv([0-9]+)_[a-z_]+ does not exist")
_FILE_ERRORS = (duckdb.IOException, duckdb.InternalException, duckdb.FatalException, duckdb.SerializationException)


def default_path() -> Path:
    """The store's file: `PATH_VARIABLE`, or ``data/cohorts.duckdb`` beside the product."""
    named = os.environ.get(PATH_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parent.parent / "data" / "cohorts.duckdb"


class Store(Saved):
    """
    The cohorts. One store per process and file; every method may be called from any thread.

    Parameters
    ----------
    path : path-like, optional
        The DuckDB file, created when it is missing; `default_path` when left out.
    read_only : bool, optional
        Open an existing file without a right to change it; as `core.permissions.read_only` says when left out.

    Raises
    ------
    StoreError
        When the file cannot be used: held by another process, damaged, of another release, missing.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, read_only: bool | None = None) -> None:
        self.path = Path(path) if path is not None else default_path()
        self.in_memory = str(self.path) == IN_MEMORY
        self.read_only = permissions.read_only() and not self.in_memory if read_only is None else read_only
        self._gate = Gate()
        self._writing = threading.Lock()
        self._versions = ()
        self._connection = _connect(self.path, self.read_only)
        try:
            with self._reading() as cursor:
                store_format.prepare(cursor, read_only=self.read_only)
                commit.renew(cursor, read_only=self.read_only)
                self._versions = tuple(catalogue.read_versions(cursor))
                unfinished = not self.read_only and catalogue.read_to_rewrite(cursor)
            if not self.read_only and not self.in_memory:
                store_rewrite.tidy(self.path)
            if unfinished:
                with (
                    self._alone() as cursor,
                    suppress(StoreError),
                ):  # it was said at the deletion; the next opening tries
                    cursor.close()
                    self._write_anew()
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

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """
        A cursor of its own for one run: the connection itself must not be shared between threads.

        Raises
        ------
        StoreError
            When the file is being rewritten for long, or the version asked for has been deleted meanwhile.
        """
        with self._gate.using():
            try:
                with self._connection.cursor() as cursor:
                    yield cursor
            except duckdb.CatalogException as error:
                named = _VERSION_TABLE.search(str(error))
                if named is None or int(named[1]) in {version.id for version in self._versions}:
                    raise
                raise StoreError("This version of the cohort has been deleted meanwhile; choose another.") from None
            except duckdb.ConnectionException:
                raise StoreError(f"The store {self.path.name} is closed.") from None

    @contextmanager
    def _alone(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor while nobody else has one; whoever asks for one waits."""
        with self._gate.alone(), self._connection.cursor() as cursor, self._sentences():
            yield cursor

    def _write_anew(self) -> None:
        """
        Write the file without what was deleted; the connection is another one then.

        Raises
        ------
        StoreError
            When the file could not be written anew, or not be opened again.
        """
        if self.in_memory:
            return
        self._connection.close()
        failure = store_rewrite.rewrite(self.path, _memory())
        self._connection = _connect(self.path, self.read_only)
        if failure:
            raise StoreError(
                f"What was deleted is gone from the lists, but may still stand in the file: it could not be written "
                f"anew. {failure} It is tried again when the store is opened next."
            )

    def commit(self, ingested: Ingested, name: str, *, actor: str = LOCAL_USER) -> CohortVersion:
        """
        Store a cohort, whole or not at all.

        Parameters
        ----------
        ingested : Ingested
            As `core.ingest.read_source` gives it.
        name : str
            Of the cohort; a name that exists gets a new version.
        actor : str
            Who commits.

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
        self._permit("import", actor)
        name = commit.checked_name(name)
        with self._writing:
            for version in self._versions:
                if version.name == name and version.sha256 == ingested.sha256:
                    return replace(version, already_stored=True)
            return self._written(lambda cursor: commit.write(cursor, ingested, name, actor))

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor whose failures of the file become sentences."""
        with self._sentences(), self.cursor() as cursor:
            yield cursor

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Failures of the file become sentences."""
        try:
            yield
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
        "memory_limit": _memory(),
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


def _memory() -> str:
    return os.environ.get(MEMORY_VARIABLE, "4GB")


def _open_failure(path: Path, text: str) -> str:
    if "Could not set lock" in text:
        return f"The store {path.name} is in use by another process. Stop that one, or name another file with --db."
    if "different configuration" in text:
        return f"The store {path.name} is already open in this process with other settings."
    return (
        f"The store {path.name} is damaged, or not a DuckDB file that this release can read. Move it away; "
        "a new one is made, and the cohorts can be imported again."
    )

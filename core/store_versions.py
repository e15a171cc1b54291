"""What is done with the versions of a cohort after the import: kept, restored, renamed, deleted; what was stated."""

from __future__ import annotations

import json
import threading
from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from core import catalogue, commit, permissions, store_canonical
from core import store_difference as compare
from core.cohort import DEMO_NAME, CohortVersion, StoreError
from core.difference import Difference
from core.gate import Gate
from core.ingest.stated import Stated
from core.permissions import LOCAL_USER
from core.problems import Problem
from core.reading import Reading

if TYPE_CHECKING:
    from core.ingest import Ingested

ALIKE = 0.5
"""Share of a cohort's courses that a source must hold to be taken for its update."""
_DOING = {
    "import": "cohorts cannot be imported",
    "delete": "cohorts cannot be deleted",
    "rename": "cohorts cannot be renamed",
    "deck": "decks cannot be saved",
    "view": "views cannot be saved, renamed or deleted",
}


@dataclass(frozen=True)
class Resembling:
    """A cohort of which a source seems to be an update.

    Parameters
    ----------
    name : of the cohort
    known : courses of its newest version that are in the source: same patient, course and first cycle
    n_courses : of its newest version
    """

    name: str
    known: int
    n_courses: int

    def sentence(self, source: str) -> str:
        """How many of its courses are in the source: "All 30 courses of 'Ours' are in this file"."""
        which = f"All {self.known:,}" if self.known == self.n_courses else f"{self.known:,} of the {self.n_courses:,}"
        return f"{which} courses of '{self.name}' are in {source}"


class Versions(Reading):
    """The versions that a store holds, and what can be done with them."""

    read_only: bool
    in_memory: bool
    _gate: Gate
    _writing: threading.Lock
    _versions: tuple[CohortVersion, ...]

    @abstractmethod
    def _alone(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A cursor while nobody else has one."""

    @abstractmethod
    def _write_anew(self) -> None:
        """Write the file without what was deleted; nobody else has a cursor."""

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

    def difference(self, name: str, ingested: Ingested) -> Difference:
        """
        What a commit would change against the newest version of a cohort; nothing is stored.

        Parameters
        ----------
        name : str
            Of a cohort that exists.
        ingested : Ingested

        Returns
        -------
        Difference

        Raises
        ------
        StoreError
            When there is no such cohort.
        """
        before = self.version(name)
        with self._reading() as cursor:
            return compare.with_ingested(cursor, before, ingested)

    def resembling(self, ingested: Ingested) -> Resembling | None:
        """
        The cohort of which a source seems to be an update.

        Parameters
        ----------
        ingested : Ingested

        Returns
        -------
        Resembling or None
            The cohort with the largest share of its newest version's courses in the source, where that is at least
            half; the demo cohort is none.
        """
        found = []
        with self._reading() as cursor:
            for one in self.cohorts():
                known = 0 if one.synthetic else compare.known_courses(cursor, one, ingested)
                if known and known >= one.n_courses * ALIKE:
                    found.append(Resembling(one.name, known, one.n_courses))
        return max(found, key=lambda one: one.known / one.n_courses) if found else None

    def restored_from(self, version: CohortVersion) -> CohortVersion | None:
        """The first version of the same cohort with the same content: only a restored version has one before it."""
        earlier = [one for one in self.versions(version.name) if one.version < version.version]
        return next((one for one in reversed(earlier) if one.sha256 == version.sha256), None)

    def difference_between(self, old: CohortVersion, new: CohortVersion) -> Difference:
        """What is different in a version against another one, of the same cohort or not."""
        with self._reading() as cursor:
            return compare.between(cursor, old, new)

    def canonical_files(self, version: CohortVersion) -> dict[str, bytes]:
        """
        A version as clean files, which import again to the identical cohort.

        Parameters
        ----------
        version : CohortVersion

        Returns
        -------
        dict of file name to bytes
            ``courses.csv`` and those of the other tables that the cohort has, ``cohort.json``, and ``SYNTHETIC`` where
            it is; `core.canonical.zipped` makes one file of them.
        """
        with self._reading() as cursor:
            return store_canonical.read_files(cursor, version)

    def restore(self, version: CohortVersion, *, actor: str = LOCAL_USER) -> CohortVersion:
        """
        Make an older version the newest again; the versions in between are kept.

        Parameters
        ----------
        version : CohortVersion
        actor : str

        Returns
        -------
        CohortVersion
            A new version with the old content; the newest one itself is returned as it is, with `already_stored`.

        Raises
        ------
        StoreError
            When it may not be done, the version is gone, or the file cannot be written; the store is then as before.
        """
        self._permit("import", actor)
        with self._writing:
            current = self._current(version)
            if current == self.version(current.name):
                return replace(current, already_stored=True)
            return self._written(lambda cursor: commit.copy(cursor, current, actor))

    def rename(self, old: str, new: str, *, actor: str = LOCAL_USER) -> CohortVersion:
        """
        Give a cohort another name, with all its versions.

        Parameters
        ----------
        old, new : str
        actor : str

        Returns
        -------
        CohortVersion
            The newest version, under the new name.

        Raises
        ------
        StoreError
            When it may not be done, there is no such cohort, the new name is taken or cannot be used.
        """
        self._permit("rename", actor)
        new = commit.checked_name(new)
        with self._writing:
            current = self.version(old)
            if new == old:
                return current
            self._spare_demo(old, "renamed")
            if self.versions(new):
                raise StoreError(f"There is a cohort '{new}' already; choose another name.")

            def write(cursor: duckdb.DuckDBPyConnection) -> int:
                commit.rename(cursor, old, new)
                return current.id

            return self._written(write)

    def delete(self, name: str, number: int | None = None, *, actor: str = LOCAL_USER) -> tuple[CohortVersion, ...]:
        """
        Delete a cohort, or one version of it, so that no value of it is left in the file.

        Others who read are waited for; the file is then written anew without the deleted rows.

        Parameters
        ----------
        name : str
        number : int, optional
            Of one version; all when left out.
        actor : str

        Returns
        -------
        tuple of CohortVersion
            What was deleted.

        Raises
        ------
        StoreError
            When it may not be done, there is no such cohort or version, others go on reading, or the file could not be
            written anew (the sentence says whether values may still stand in it).
        """
        self._permit("delete", actor)
        with self._writing:
            doomed = tuple(self.versions(name)) if number is None else (self.version(name, number),)
            if not doomed:
                self.version(name)  # says which cohorts there are
            if len(doomed) == len(self.versions(name)):
                self._spare_demo(name, "deleted")
            with self._alone() as cursor:
                commit.remove(cursor, doomed)
                self._versions = tuple(catalogue.read_versions(cursor))
                cursor.close()
                self._write_anew()
        return doomed

    def remember(self, headers: str, stated: Stated, *, actor: str = LOCAL_USER) -> None:
        """
        Keep what a person stated, for the next file with the same headers.

        Parameters
        ----------
        headers : str
            As `core.ingest.headers_key` gives it.
        stated : Stated
            Its cut-off belongs to the one file and is not kept.
        actor : str
        """
        self._permit("import", actor)
        with self._writing, self._reading() as cursor:
            catalogue.remember(cursor, headers, stated.text(), actor)

    def remembered(self, headers: str) -> Stated | None:
        """What was stated of the last file with these headers, or None."""
        with self._reading() as cursor:
            text = catalogue.read_remembered(cursor, headers)
        if text is None:
            return None
        kept = json.loads(text)
        return Stated(kept["mapping"], kept["answers"])

    def _permit(self, action: str, actor: str) -> None:
        if self.read_only or not (self.in_memory or permissions.may(action, actor)):
            raise StoreError(f"The store is opened for reading only; {_DOING[action]}.")

    def _spare_demo(self, name: str, doing: str) -> None:
        if name == DEMO_NAME and not self.in_memory:
            raise StoreError(f"'{DEMO_NAME}' belongs to the explorer and cannot be {doing}.")

    def _current(self, version: CohortVersion) -> CohortVersion:
        """The version as the store has it now: it may have another name meanwhile, or be gone."""
        for one in self._versions:
            if one.id == version.id:
                return one
        raise StoreError(f"Version {version.version} of '{version.name}' has been deleted meanwhile.")

    def _written(self, write: Callable[[duckdb.DuckDBPyConnection], int]) -> CohortVersion:
        """The version that a write leaves, by the id that it returns; the lock of writers is held."""
        with self._reading() as cursor:
            version_id = write(cursor)
            self._versions = tuple(catalogue.read_versions(cursor))
        return next(version for version in self._versions if version.id == version_id)

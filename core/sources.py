"""SOURCE of the command line: a folder, a file, a stored cohort or the demo cohort, opened as a version of a cohort."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.cohort import CohortVersion, StoreError
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.dictionary import Field
from core.ingest import read_source, resolve
from core.ingest.stated import Stated
from core.store import IN_MEMORY, Store, default_path

_WRITTEN = re.compile(r"^\s*(?P<name>.+?)\s*(?P<rest>(?:>=|>|~).*)?$", re.DOTALL)


@contextmanager
def opened(source: str | None, db: Path | None, stated: Stated) -> Iterator[tuple[Store, CohortVersion]]:
    """
    Open a source for reading.

    Parameters
    ----------
    source : str or None
        A path that exists is read into memory and never touches the product's store; any other text names a stored
        cohort; None is the demo cohort, read like a path.
    db : Path or None
        The store in which a named cohort is looked for; None = the product's own.
    stated : Stated
        Of a path.

    Yields
    ------
    (Store, CohortVersion)

    Raises
    ------
    CohortError
        A file or folder that cannot be used.
    StoreError
        Neither a path nor a stored cohort, or a store that cannot be opened.
    """
    path = DEMO_FOLDER if source is None else Path(source)
    if path.exists():
        name = DEMO_NAME if source is None else path.resolve().stem
        ingested = read_source(path, **stated.arguments())
        with Store(IN_MEMORY) as store:
            yield store, store.commit(ingested, name)
        return
    file = db or default_path()
    if not file.exists():
        raise StoreError(f"'{source}' is no file or folder, and there is no store yet that could hold it as a cohort.")
    if stated:
        raise StoreError(f"'{source}' is no file or folder; --map, --mapping, --answer and --cutoff belong to a file.")
    with Store(file, read_only=True) as store:
        yield store, named_version(store, str(source))


def named_version(store: Store, text: str) -> CohortVersion:
    """
    The version that a person means: ``NAME``, the newest, or ``NAME@3``.

    A cohort whose own name ends like that is meant by its whole name.

    Raises
    ------
    StoreError
        When there is none.
    """
    name, sign, number = text.rpartition("@")
    if sign and name and number.isascii() and number.isdigit() and len(number) < 9 and not store.versions(text):
        return store.version(name, int(number))
    return store.version(text)


class Names:
    """What a person calls the fields of a cohort: their names, or the headers of the file they were read from.

    Parameters
    ----------
    fields : mapping of str to Field
        Of the version.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.written: dict[str, str] = {}

    def field(self, name: str) -> str:
        """The name of the field that is meant; an unknown one as it is, for others to refuse."""
        return resolve(name, self.fields) or name

    def expression(self, text: str) -> str:
        """A factor or strata, ``ph.ecog>=2``, with the field's own name; what was written is kept for the output."""
        match = _WRITTEN.match(text)
        if match is None:
            return text
        translated = self.field(match["name"]) + (match["rest"] or "").strip()
        if translated != text.strip():
            self.written[translated] = text.strip()
        return translated

    def query(self, text: str) -> str:
        """A selection's query with the fields' own names."""
        parts = [part.partition("=") for part in text.strip().removeprefix("?").split("&")]
        return "&".join(f"{self.field(name)}{sign}{value}" for name, sign, value in parts)

    def as_written(self, key: str) -> str:
        """How the person wrote a factor or strata."""
        return self.written.get(key, key)

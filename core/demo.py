"""The embedded demo cohort: synthetic patients, stored like any other cohort (`python -m core.demo`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.cohort import DEMO_NAME, CohortVersion
from core.ingest import fingerprint, read_source
from core.store import Store

DEMO_FOLDER = Path(__file__).resolve().parent.parent / "data" / "demo"


def ensure_demo(store: Store) -> CohortVersion:
    """
    The demo cohort, imported if the store does not have it as it stands in `DEMO_FOLDER`.

    Parameters
    ----------
    store : Store
        A read-only store is only looked into.

    Returns
    -------
    CohortVersion
        A changed folder becomes a new version.

    Raises
    ------
    StoreError
        When the store cannot be written, or is read-only and has no demo cohort.
    CohortError
        When the folder cannot be read.
    """
    if store.read_only:
        return store.version(DEMO_NAME)
    digest = fingerprint(DEMO_FOLDER)
    for version in store.versions(DEMO_NAME):
        if version.sha256 == digest:
            return replace(version, already_stored=True)
    return store.commit(read_source(DEMO_FOLDER, mapping=None, cutoff=None), DEMO_NAME)


if __name__ == "__main__":
    with Store() as product:
        ensure_demo(product)

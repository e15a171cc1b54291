"""The commands of the command line on stored versions: list, compare, restore, rename, delete, download."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.cohort import CohortVersion, StoreError
from core.difference import CellChange, Difference
from core.store import Store, default_path

_SHOWN_CELLS = 20


def listed(version: CohortVersion) -> str:
    """A version in one line: who, when, which file, how many."""
    kind = " (synthetic)" if version.synthetic else ""
    file = f" from '{version.file}'" if version.file else ""
    when = version.committed_at.strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"{version.name}@{version.version}{kind}: {version.n_patients} patients, {version.n_courses} courses{file}, "
        f"{version.n_problems} problem(s) accepted, by {version.actor}, {when}"
    )


def version_json(version: CohortVersion) -> dict[str, Any]:
    """A version as JSON, beside what the cohort's own object says."""
    from core.report.selection import cohort_json

    more = {"actor": version.actor, "file": version.file, "n_problems": version.n_problems}
    return {**cohort_json(version), **more, "committed_at": version.committed_at.isoformat()}


def difference_json(found: Difference) -> dict[str, Any]:
    """A difference as JSON; cells are listed as far as `core.difference.LISTED` goes, counts are of all."""
    cutoffs = [day.isoformat() if day else None for day in (found.cutoff_before, found.cutoff_after)]
    return {
        "tables": [{**asdict(one), "changed_fields": dict(one.changed_fields)} for one in found.tables],
        "data_cutoff": {"before": cutoffs[0], "after": cutoffs[1]},
    }


def cohorts(asked: argparse.Namespace) -> str | list[dict[str, Any]]:
    """What the store holds: the newest version of each cohort, or every version."""
    from core.report.selection import cohort_json

    held: list[CohortVersion] = []
    if (asked.db or default_path()).exists():
        with _stored(asked, read_only=True) as store:
            held = store.cohorts()
            if asked.versions:
                held = [version for one in held for version in store.versions(one.name)]
    if asked.json:
        return [version_json(one) if asked.versions else cohort_json(one) for one in held]
    lines = [listed(one) if asked.versions else _newest(one) for one in held]
    return "\n".join(lines) or "The store holds no cohort yet."


def difference(asked: argparse.Namespace) -> str | dict[str, Any]:
    """What is different in a version against another: sentences and the first cells, or JSON."""
    from core.sources import named_version

    with _stored(asked, read_only=True) as store:
        new = named_version(store, asked.cohort)
        old = named_version(store, asked.other) if asked.other else _before(store, new)
        found = store.difference_between(old, new)
    if asked.json:
        return {"before": version_json(old), "after": version_json(new), **difference_json(found)}
    cells = [(table.table, change) for table in found.tables for change in table.changes]
    lines = [f"'{new.name}' version {new.version} against '{old.name}' version {old.version}:", *found.sentences()]
    lines += [_cell(table, change) for table, change in cells[:_SHOWN_CELLS]]
    if len(cells) > _SHOWN_CELLS:
        lines.append("and more changed cells (--json lists more).")
    return "\n".join(lines)


def restore(asked: argparse.Namespace) -> str:
    """Make an older version the newest again."""
    from core.sources import named_version

    with _stored(asked) as store:
        old = named_version(store, asked.cohort)
        new = store.restore(old)
    if new.already_stored:
        return f"Version {old.version} of '{old.name}' is the newest already."
    return f"Version {old.version} of '{old.name}' is restored as version {new.version}."


def rename(asked: argparse.Namespace) -> str:
    """Give a cohort another name."""
    with _stored(asked) as store:
        return f"'{asked.cohort}' is now '{store.rename(asked.cohort, asked.name).name}'."


def delete(asked: argparse.Namespace) -> str:
    """Delete a cohort or a version, when it was said twice; else say what would go."""
    from core.sources import named_version

    with _stored(asked) as store:
        whole = bool(store.versions(asked.cohort))
        version = named_version(store, asked.cohort)
        number = None if whole else version.version
        doomed = store.versions(version.name) if whole else [version]
        if not asked.yes:
            return "\n".join(["Nothing is deleted yet; with --yes these are, for good:", *map(listed, doomed)])
        gone = store.delete(version.name, number)
    what = f"'{version.name}' with {len(gone)} version(s)" if whole else f"'{version.name}' version {number}"
    return f"{what} is deleted; the file was written anew without it."


def download(asked: argparse.Namespace) -> str:
    """Write a version as clean files."""
    from core.canonical import zipped
    from core.sources import named_version

    with _stored(asked, read_only=True) as store:
        version = named_version(store, asked.cohort)
        files = store.canonical_files(version)
    output: Path = asked.output
    if output.exists():
        raise ValueError(f"'{output}' exists already; name a new folder or file.")
    try:
        if output.suffix.lower() == ".zip":
            output.write_bytes(zipped(files))
        else:
            output.mkdir(parents=True)
            for name, data in files.items():
                (output / name).write_bytes(data)
    except OSError as fault:
        raise ValueError(f"'{output}' cannot be written: {fault.strerror}.") from None
    return f"'{version.name}' version {version.version} is written to '{output}': {', '.join(files)}."


COMMANDS: dict[str, Callable[[argparse.Namespace], str | dict[str, Any] | list[dict[str, Any]]]] = {
    "cohorts": cohorts,
    "difference": difference,
    "restore": restore,
    "rename": rename,
    "delete": delete,
    "download": download,
}


def _stored(asked: argparse.Namespace, read_only: bool | None = None) -> Store:
    file = asked.db or default_path()
    if not file.exists():
        raise StoreError("There is no store yet; `python -m core import` makes one.")
    return Store(file, read_only=read_only)


def _newest(version: CohortVersion) -> str:
    kind = " (synthetic)" if version.synthetic else ""
    size = f"{version.n_patients} patients, {version.n_courses} courses"
    return f"{version.name}{kind}: version {version.version}, {size}"


def _before(store: Store, version: CohortVersion) -> CohortVersion:
    earlier = [one for one in store.versions(version.name) if one.version < version.version]
    if not earlier:
        raise StoreError(f"'{version.name}' has no version before {version.version}.")
    return earlier[0]


def _cell(table: str, change: CellChange) -> str:
    before, after = (f"'{value}'" if value else "nothing" for value in (change.before, change.after))
    return f"{table}, line {change.line}, {change.field}: {after} instead of {before}"

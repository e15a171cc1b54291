"""Writing the store's file anew, so that no deleted value is left in it.

DuckDB leaves deleted values in the blocks of a file; only a copy is without them. The store itself is locked down and
may not open a second file, so a process of its own does it, `python -m core.store_rewrite`, while nobody has the file.
The copy is made beside the file and takes its place in one step, when it is whole and on the disk: a crash at any
point leaves the old file or the new one. The mark `to_rewrite` in the old file makes the next opening try again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from core.sql.names import quote

SUFFIX = ".rewrite"
"""Of the copy until it takes the file's place."""

_NO_ROOM, _IN_USE = 3, 4


def rewrite(path: Path, memory: str) -> str:
    """
    Have a process of its own write the file anew; nobody in this process may have it open.

    Parameters
    ----------
    path : Path
    memory : str
        DuckDB's memory limit.

    Returns
    -------
    str
        "" when it is done, else why not, in a sentence; the file is then as before.
    """
    command = [sys.executable, "-m", "core.store_rewrite", str(path.resolve()), memory]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parents[1], capture_output=True, check=False)
    if not done.returncode:
        return ""
    tidy(path)
    if done.returncode == _IN_USE:
        return "Another process has opened the file meanwhile."
    return "The disk has no room for a second copy of the file, or cannot be written."


def tidy(path: Path) -> None:
    """Remove what an interrupted rewriting left beside the file; whoever calls holds the file."""
    real = path.resolve()
    for left in real.parent.glob(f"{real.name}{SUFFIX}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def main(path: Path, memory: str) -> int:
    """Write the file anew. Returns the exit status."""
    tidy(path)
    copy = path.with_name(path.name + SUFFIX)
    settings = {"memory_limit": memory, "temp_directory": f"{copy}.tmp", "autoinstall_known_extensions": "false"}
    with duckdb.connect(":memory:", config=dict(settings)) as connection:
        try:
            connection.execute(f"ATTACH {_text(path)} AS old; CHECKPOINT old; DETACH old")  # takes the log in
            # Held until the copy stands in its place, so that nobody writes into the old file meanwhile.
            connection.execute(f"ATTACH {_text(path)} AS old (READ_ONLY)")
        except duckdb.IOException as error:
            return _IN_USE if "Could not set lock" in str(error) else _NO_ROOM
        if _log(path).exists():
            return _IN_USE
        connection.execute(f"ATTACH {_text(copy)} AS new; COPY FROM DATABASE old TO new")
        connection.execute("UPDATE new.store SET to_rewrite = FALSE; CHECKPOINT new")
        if _sizes(connection, "old") != _sizes(connection, "new"):
            return _NO_ROOM
        connection.execute("DETACH new")
        shutil.copymode(path, copy)
        _flush(copy)
        os.replace(copy, path)
        _flush(path.parent)
    shutil.rmtree(f"{path}.tmp", ignore_errors=True)
    return 0


def _sizes(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, int]:
    """Rows of every table."""
    sql = "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
    names = [row[0] for row in connection.execute(sql, [database]).fetchall()]
    counted = {}
    for name in names:
        found = connection.execute(f"SELECT count(*) FROM {database}.{quote(name)}").fetchall()
        counted[name] = found[0][0]
    return counted


def _log(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(path: Path) -> str:
    """A path as a literal: ATTACH takes no bound value."""
    return "'" + str(path).replace("'", "''") + "'"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))

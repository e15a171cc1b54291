"""The process that reads one stranger's file: `core.ingest.process` starts it, tells it which, and takes the outcome.

It waits, with everything imported, for one line of JSON on standard input, and answers in lines of JSON on standard
output. It ends when its standard input does, so that it never outlives the explorer.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
import traceback
from datetime import date
from pathlib import Path
from typing import IO

import msgspec

from core.dictionary import TABLES
from core.ingest.headers import index
from core.ingest.source import read_source
from core.ingest.tabular import Limits
from core.ingest.transport import write_outcome
from core.problems import CohortError

EVERY_SECONDS = 0.1
"""Progress within one step is told at most this often."""


class Order(msgspec.Struct):
    """What to read, and where to put the outcome."""

    path: str
    folder: str
    mapping: dict[str, str]
    answers: dict[str, str]
    cutoff: date | None
    today: date | None
    limits: Limits
    memory_bytes: int


class Word(msgspec.Struct, omit_defaults=True):
    """One line of the answer: `end` is "" while reading, then "done", "memory" or the place of a fault."""

    step: str = ""
    done: int = 0
    total: int | None = None
    end: str = ""


def main() -> None:
    """Read one source, then end."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    rehearse()
    say(out, Word(step="ready"))
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order = msgspec.json.decode(line, type=Order)
    threading.Thread(target=_end_with_the_explorer, daemon=True).start()
    bound_memory(order.memory_bytes)
    say(out, Word(end=_read(order, out)))


def rehearse() -> None:
    """Read a patient who does not exist, so that everything that is made once is made before a person waits."""
    with tempfile.TemporaryDirectory(prefix="prrt-read-") as folder:
        file = Path(folder) / "courses.csv"
        file.write_text("patient_id,sex,first_cycle_date,os_days\nA,male,2020-01-02,3.5\n", encoding="utf-8")
        for table in TABLES:
            index(table)
        write_outcome(read_source(file), Path(folder))


def _read(order: Order, out: IO[bytes]) -> str:
    told = ("", 0.0)

    def progress(step: str, done: int, total: int | None) -> None:
        nonlocal told
        now = time.monotonic()
        if step != told[0] or now - told[1] >= EVERY_SECONDS:
            told = (step, now)
            say(out, Word(step, done, total))

    try:
        try:
            outcome = read_source(
                Path(order.path),
                mapping=order.mapping,
                answers=order.answers,
                cutoff=order.cutoff,
                today=order.today,
                limits=order.limits,
                progress=progress,
            )
        except CohortError as refusal:
            write_outcome(refusal, Path(order.folder))
        else:
            write_outcome(outcome, Path(order.folder))
    except MemoryError:
        return "memory"
    except Exception as fault:  # its text could quote a cell, so only its kind and place are said
        last = traceback.extract_tb(fault.__traceback__)[-1]
        return f"{type(fault).__name__}, {os.path.basename(last.filename)}:{last.lineno}"
    return "done"


def say(out: IO[bytes], word: Word) -> None:
    """Write one line of the answer."""
    out.write(msgspec.json.encode(word) + b"\n")


def bound_memory(more: int) -> None:
    """Let the process take `more` bytes beyond what it has now, where the platform can say so."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit; the time limit holds there too
        return
    try:
        taken = [int(pages) * resource.getpagesize() for pages in Path("/proc/self/statm").read_text().split()]
        address_space, data = taken[0], taken[5]
    except (OSError, IndexError):
        address_space = data = 1_000_000_000
    for kind, has in ((resource.RLIMIT_AS, address_space), (resource.RLIMIT_DATA, data)):
        hard = resource.getrlimit(kind)[1]
        bound = has + more if hard == resource.RLIM_INFINITY else min(has + more, hard)
        resource.setrlimit(kind, (bound, hard))


def _end_with_the_explorer() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()

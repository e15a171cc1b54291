"""Reading a source in a process of its own, with progress, a way to stop it, and bounds on its memory and time.

Whatever a file does to the process that reads it, the explorer goes on and says what happened in a sentence.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from core.ingest.bounds import Cost, cost_in_force, limits_in_force
from core.ingest.findings import Progress, silent
from core.ingest.source import Ingested
from core.ingest.stated import Stated
from core.ingest.tabular import Limits
from core.ingest.transport import read_outcome
from core.ingest.worker import Order, Word
from core.problems import CohortError, Problem

ROOT = Path(__file__).resolve().parents[2]
NICE = 5
"""The explorer's pages come first."""
POLL_SECONDS = 0.05
"""How often it is looked whether the person has cancelled."""

_spare: _Reader | None = None
_keeping = threading.Lock()


class _Reader:
    """A started process that has everything imported, or soon will have, and waits for its one order."""

    def __init__(self) -> None:
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.ingest.worker"],
            cwd=ROOT,
            env={**os.environ, **threads, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE)
        self.words: queue.SimpleQueue[Word | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in self.process.stdout:
                self.words.put(msgspec.json.decode(line, type=Word))
        self.words.put(None)

    def order(self, order: Order) -> None:
        """Tell the process what to read; one that has died in the meantime is found out by its silence."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(msgspec.json.encode(order) + b"\n")
            self.process.stdin.flush()

    def end(self) -> None:
        """Stop the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def prepare() -> None:
    """Start the next reader in advance: its imports take longer than reading an ordinary file."""
    global _spare
    with _keeping:
        if _spare is None or _spare.process.poll() is not None:
            _spare = _Reader()


def _reader() -> _Reader:
    global _spare
    with _keeping:
        taken, _spare = _spare, None
    return taken if taken is not None and taken.process.poll() is None else _Reader()


def read_in_process(
    path: Path | str,
    stated: Stated | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    limits: Limits | None = None,
    cost: Cost | None = None,
    today: date | None = None,
) -> Ingested | CohortError:
    """Read a source as `read_source` does, in another process; a refusal is returned, not raised.

    Parameters
    ----------
    path : folder or file, see `read_source`
    stated : mapping, answers and cut-off
    progress : told the step and how far it is
    cancelled : asked often; True stops the reading
    limits : how large the source may be; None = `limits_in_force`
    cost : memory and time of the process; None = `cost_in_force`
    today : no date may be later; None = today

    Returns
    -------
    Ingested, or CohortError also where the reading was cancelled, took too long or too much memory, or failed.
    """
    path, stated, cost = Path(path), stated or Stated(), cost or cost_in_force()
    reader = _reader()
    try:
        with tempfile.TemporaryDirectory(prefix="prrt-read-") as folder:  # mode 700
            reader.order(
                Order(
                    path=str(path.resolve()),
                    folder=folder,
                    mapping=dict(stated.mapping),
                    answers=dict(stated.answers),
                    cutoff=stated.cutoff,
                    today=today,
                    limits=limits or limits_in_force(),
                    memory_bytes=cost.memory_bytes,
                )
            )
            end = _follow(reader, cost, progress or silent, cancelled or _never)
            return read_outcome(Path(folder)) if end == "done" else _refusal(end, path.name, cost)
    finally:
        reader.end()


def _follow(reader: _Reader, cost: Cost, progress: Progress, cancelled: Callable[[], bool]) -> str:
    """Pass progress on until the process ends. Returns how: "done", "cancelled", "time", "memory", "died", a place."""
    until = time.monotonic() + cost.seconds
    while True:
        if cancelled():
            return "cancelled"
        if time.monotonic() > until:
            return "time"
        try:
            word = reader.words.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if word is None:
            return "died"
        if word.end:
            return word.end
        progress("Starting" if word.step == "ready" else word.step, word.done, word.total)


def _refusal(end: str, name: str, cost: Cost) -> CohortError:
    megabytes = cost.memory_bytes // 1_000_000
    smaller = "Leave out columns that are not needed, save it as CSV, or split the cohort."
    said = {
        "cancelled": (f"Reading {name} was cancelled.", "Load it again when you like."),
        "time": (f"Reading {name} took longer than {cost.seconds} seconds and was stopped.", smaller),
        "memory": (f"Reading {name} needs more than {megabytes:,} MB of memory and was stopped.", smaller),
        "died": (f"Reading {name} broke off: it needs more than {megabytes:,} MB of memory, or is damaged.", smaller),
    }
    message, remedy = said.get(
        end, (f"{name} could not be read: the explorer failed ({end}).", "This is a bug; please report it.")
    )
    code = f"reading_{end}" if end in said else "reading_failed"
    return CohortError([Problem("error", code, "", None, "", "", message, remedy)])


def _never() -> bool:
    return False

"""One reading of an upload, going on beside the page: how far it is, how to stop it, what came out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.cohort import StoreError
from core.ingest.process import read_in_process
from core.ingest.source import Ingested
from core.ingest.stated import Stated
from core.preview import Preview, preview
from core.problems import CohortError, Problem
from core.store_versions import Resembling

Recall = Callable[[Ingested], "Stated | None"]
"""What was stated of an earlier source with the same headers."""
Resemble = Callable[[Ingested], "Resembling | None"]
"""The cohort that a source seems to be an update of."""


class Job:
    """Reads a source, and derives what the cohort would look like.

    Parameters
    ----------
    source : file or folder
    stated : what the person has said so far
    resemble : asked when the source is read
    recall : asked when nothing is stated; what it gives is used in a second reading
    """

    def __init__(self, source: Path, stated: Stated, resemble: Resemble, recall: Recall | None = None) -> None:
        self.stated = stated
        self.recalled = False
        self.step, self.done, self.total = "Starting", 0, 0
        self.outcome: Ingested | CohortError | None = None
        self.preview: Preview | None = None
        self.resembled: Resembling | None = None
        self._source, self._resemble, self._recall = source, resemble, recall
        self._stop = threading.Event()
        self._finished = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait a while for the end; whether it has come."""
        return self._finished.wait(seconds)

    def cancel(self) -> None:
        """Stop reading."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """The person has stopped it."""
        return self._stop.is_set()

    @property
    def share(self) -> float:
        """How much of the present step is done, 0 to 1; 0 where that is not known."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def _run(self) -> None:
        try:
            self.outcome = self._read(self.stated)
            if isinstance(self.outcome, Ingested) and self._recall is not None and not self.stated:
                self._again(self.outcome)
            if isinstance(self.outcome, Ingested):
                self._tell("Deriving the endpoints", 0, None)
                with suppress(StoreError):  # it is said in words when the cohort is stored
                    self.preview = preview(self.outcome)
                    self.resembled = self._resemble(self.outcome)
        except Exception as fault:  # its text could quote a cell
            message = f"The file could not be read: the explorer failed ({type(fault).__name__})."
            failed = Problem("error", "reading_failed", "", None, "", "", message, "This is a bug; please report it.")
            self.outcome = CohortError([failed])
        finally:
            self._finished.set()

    def _read(self, stated: Stated) -> Ingested | CohortError:
        return read_in_process(self._source, stated, progress=self._tell, cancelled=self._stop.is_set)

    def _again(self, first: Ingested) -> None:
        """Read with what was stated of the last file with these headers; where that does not fit, it is left alone."""
        stated = self._recall(first) if self._recall is not None else None
        if not stated:
            return
        outcome = self._read(stated)
        if isinstance(outcome, Ingested):
            self.outcome, self.stated, self.recalled = outcome, stated, True

    def _tell(self, step: str, done: int, total: int | None) -> None:
        self.step, self.done, self.total = step, done, total or 0

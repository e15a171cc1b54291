"""Reads one file in a process of its own: `python -m tests.corpus_bombs.measure FILE` prints what it took as JSON."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Taken:
    """What reading a file took.

    Parameters
    ----------
    seconds : from the call to its answer, without the start of Python
    processor_seconds : of those, the process's own, whatever else the machine does meanwhile
    megabytes : the most memory that the process held, also in giving the file back with its problems, MiB
    code : of the last problem, "" when the file was read
    """

    seconds: float
    processor_seconds: float
    megabytes: float
    code: str
    message: str


def taken(path: Path, timeout: float) -> Taken:
    """Read a file in a child process.

    Raises
    ------
    RuntimeError
        The child ended in any way but with an answer.
    """
    command = [sys.executable, "-m", "tests.corpus_bombs.measure", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=timeout, check=False)
    if done.returncode:
        raise RuntimeError(f"The child ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return Taken(**json.loads(done.stdout))


def _most_memory() -> float:
    """The most memory of this process, MiB; `getrusage` would count what its parent held when it was started."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Read the file named on the command line and print what it took."""
    from core.ingest import try_source
    from core.ingest.problem_files import annotated
    from core.problems import CohortError

    # a bomb that goes off must not take the machine with it
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    begun, worked = time.perf_counter(), time.process_time()
    outcome = try_source(Path(sys.argv[1]))
    seconds, processor_seconds = time.perf_counter() - begun, time.process_time() - worked
    last = outcome.problems[-1] if isinstance(outcome, CohortError) else None
    with suppress(CohortError):
        annotated(Path(sys.argv[1]), outcome.problems)
    found = {
        "seconds": round(seconds, 3),
        "processor_seconds": round(processor_seconds, 3),
        "megabytes": round(_most_memory(), 1),
        "code": last.code if last else "",
        "message": last.message if last else "",
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()

"""Files that would fill a machine, each read in a process of its own: time and memory until they are refused.

python -m tests.bench.bench_bombs
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Measured, report
from tests.corpus_bombs.bombs import BOMBS
from tests.corpus_bombs.measure import taken

SECONDS, MEGABYTES = 5, 500
TIMEOUT = 120


def main() -> int:
    """Measure and print; 1 where a figure is missed."""
    figures = []
    for name, build in BOMBS.items():
        with tempfile.TemporaryDirectory() as folder:
            found = taken(build(Path(folder)), TIMEOUT)
        figures.append(Measured(f"{name}, {found.code or 'READ'}", found.seconds, SECONDS, "s"))
        figures.append(Measured(f"{name}, memory", found.megabytes, MEGABYTES, "MiB"))
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())

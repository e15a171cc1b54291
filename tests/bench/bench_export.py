"""One figure to PNG 3x, SVG and PDF: the first of a process, and each kind of figure when warm.

python -m tests.bench.bench_export
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date

from core.analysis import Request
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export import FIGURE_FORMATS, Look, content, file, sized
from core.ingest import read_source
from core.options import Options
from core.selection import Selection
from core.store import Store
from tests.bench.figures import Measured, report

FIGURES = ("km-pfs", "forest-pfs", "toxicity", "response", "flow", "assumptions-pfs")
FIRST_SECONDS, SECONDS = 2.0, 0.5
ROUNDS = 5


def main() -> int:
    """Print the figures; 1 where one is missed. Each includes the computing of what is drawn."""
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)
        look = Look(store, version, Selection(), Options(), Request(), date.today())
        first = _seconds(look, "forest-pfs", "png", "screen")
        measured = [Measured("first of a process, forest plot, PNG 3x", first, FIRST_SECONDS, "s")]
        for what in FIGURES:
            for kind in FIGURE_FORMATS:
                taken = [_seconds(look, what, kind, "screen") for _ in range(ROUNDS)]
                measured.append(Measured(f"{what}, {kind}", statistics.median(taken), SECONDS, "s"))
    return report(measured)


def _seconds(look: Look, what: str, kind: str, preset: str) -> float:
    begun = time.perf_counter()
    file(content(what, look), kind, sized(preset, "3x"))
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())

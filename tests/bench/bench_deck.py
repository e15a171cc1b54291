"""The full deck of the demo cohort, as each kind of file: at most 15 s."""

from __future__ import annotations

import sys
import time
from datetime import date

from core.analysis import Request
from core.deck.full import full_deck
from core.deck.write import DECK_FORMATS, write
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export.look import Look
from core.ingest import read_source
from core.options import Options
from core.selection import Selection
from core.store import Store
from tests.bench.figures import Measured, report

LONGEST = 15.0
"""Seconds from the selection to the bytes."""


def main() -> int:
    """Measure; 1 where a deck takes too long."""
    measured = []
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)
        look = Look(store, version, Selection(), Options(), Request(), date(2026, 3, 5))
        for kind in DECK_FORMATS:
            start = time.perf_counter()
            write("Demo", full_deck(look), kind)
            measured.append(Measured(f"full deck, {kind}", time.perf_counter() - start, LONGEST, "s"))
    return report(measured)


if __name__ == "__main__":
    sys.exit(main())

"""CPU of all numbers that one page shows for one selection of the demo cohort (n = 110), without drawing.

    python -m tests.bench.bench_pages

Each round takes another selection, so that nothing can be remembered. The figure is the median of the rounds.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from core.baseline import baseline
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.factors import parse_factors
from core.flow import flow
from core.ingest import read_source
from core.malignancies import malignancies
from core.models import models
from core.options import ENDPOINTS, PAPER_FACTORS, Options
from core.outcome import outcomes
from core.response import response
from core.selection import Selection, parse_query
from core.store import CohortVersion, Store
from core.strata import parse_strata
from core.toxicity import toxicity
from core.treatment import treatment

MILLISECONDS = 60.0
"""CPU allowed for the numbers of one page."""
SELECTIONS = (
    "",
    "ki67_percent=..99",
    "age_years=20..",
    "sodium_mmol_l=100..,~",
    "metastasis_liver=yes,no",
    "nlr=0..,~",
)
ROUNDS = 5
OPTIONS = Options()

Page = Callable[[Store, CohortVersion, Selection], object]


def survival(store: Store, version: CohortVersion, selection: Selection) -> object:
    """Three endpoints in all and by grade, with their tests, milestones and follow-up."""
    strata = parse_strata("grade", version.fields)
    found = outcomes(store, version, selection, tuple(ENDPOINTS), OPTIONS, strata)
    days = [month * 30.4375 for month in OPTIONS.months]
    return [group.curve.at(days) for one in found.values() for group in (one.overall, *one.groups)]


def prognosis(store: Store, version: CohortVersion, selection: Selection) -> object:
    """The paper's ten factors alone and together, for two endpoints."""
    factors = parse_factors(PAPER_FACTORS, version.fields, OPTIONS)
    return models(store, version, selection, ("pfs", "os"), factors, OPTIONS)


def safety(store: Store, version: CohortVersion, selection: Selection) -> object:
    """Every term by both notions, in all and by grade, and the malignancies."""
    strata = parse_strata("grade", version.fields)
    found = toxicity(store, version, selection, OPTIONS, strata)
    return found, malignancies(store, version, selection, OPTIONS)


def overview(store: Store, version: CohortVersion, selection: Selection) -> object:
    """Flow, Table 1, treatment, response and the three medians."""
    return (
        flow(store, version, selection, OPTIONS),
        baseline(store, version, selection, OPTIONS),
        treatment(store, version, selection, OPTIONS),
        response(store, version, selection, OPTIONS),
        outcomes(store, version, selection, tuple(ENDPOINTS), OPTIONS),
    )


PAGES: dict[str, Page] = {"Survival": survival, "Prognosis": prognosis, "Toxicity": safety, "Overview": overview}


def cpu(page: Page, store: Store, version: CohortVersion) -> float:
    """Median milliseconds of CPU, all threads, of one selection's numbers."""
    spent = []
    for _ in range(ROUNDS):
        for query in SELECTIONS:
            selection = parse_query(query, version.fields)
            before = time.process_time()
            store.size(version, selection, OPTIONS)
            page(store, version, selection)
            spent.append(1000 * (time.process_time() - before))
    return statistics.median(spent)


def main() -> int:
    """Print the figures; 1 where one is not reached."""
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)
        late = False
        for name, page in PAGES.items():
            page(store, version, Selection())
            found = cpu(page, store, version)
            late = late or found > MILLISECONDS
            told = "" if found <= MILLISECONDS else "  NOT REACHED"
            print(f"numbers of the page {name:<10} n = 110: {found:6.1f} ms CPU (at most {MILLISECONDS:g}){told}")
    return int(late)


if __name__ == "__main__":
    sys.exit(main())

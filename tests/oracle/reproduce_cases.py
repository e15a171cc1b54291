"""Which results are recomputed by generated scripts, and how R's answers are stored.

python -m tests.oracle.reproduce_cases FOLDER           writes each case's files, as a person downloads them
python -m tests.oracle.reproduce_cases FOLDER --store   stores what `Rscript` printed there (`output.tsv`)
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from core.analysis import Request
from core.cohort import CohortVersion
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export.contents import Look
from core.ingest import read_source
from core.options import DAYS_PER_MONTH, Options
from core.reproduce import RECIPES, files
from core.selection import parse_query
from core.store import Store
from core.strata import parse_strata
from tests.corpus_hostile.cohort import CELLS, HEADERS, LEVELS, text_file
from tests.ingest.files import TODAY
from tests.oracle.cohorts_inputs import DATA

STORED = Path(__file__).with_name("reproduce.json")
DAY = date(2026, 3, 5)
HOSTILE = "'; DROP TABLE versions; -- \"\\ coding: utf-7 {settings}"
"""Name of the cohort whose levels are the corpus of hostile texts."""
HOSTILE_HEADERS = HEADERS[: -(-len(CELLS) // LEVELS)]
"""As many columns as it takes to have every hostile text as a level."""


@dataclass(frozen=True)
class Case:
    """One result of one selection: the arguments of `Look`, as a person writes them."""

    what: str
    cohort: str = "demo"
    query: str = ""
    strata: str = ""
    factors: tuple[str, ...] | None = None
    fixed: tuple[str, ...] | None = None
    landmark: float | None = None
    notion: str = "paper"
    options: Mapping[str, Any] = field(default_factory=dict)

    def look(self) -> Look:
        """The case on its cohort."""
        store, version = cohort(self.cohort)
        strata = parse_strata(self.strata, version.fields) if self.strata else None
        factors = hostile_columns() if self.factors == ("*",) else self.factors
        days = None if self.landmark is None else self.landmark * DAYS_PER_MONTH
        request = Request(strata=strata, factors=factors, multivariable=self.fixed, landmark_days=days)
        selection = parse_query(self.query, version.fields)
        assert not selection.problems, selection.problems
        return Look(store, version, selection, Options(**self.options), request, DAY, self.notion)


@cache
def cohort(name: str) -> tuple[Store, CohortVersion]:
    """A stored cohort: the demo, 200 random ones in one file, lung as lifelines packages it, or the hostile one."""
    store = Store(":memory:")
    if name == "demo":
        return store, store.commit(read_source(DEMO_FOLDER), DEMO_NAME)
    if name == "random":
        return store, store.commit(read_source(DATA / "cohorts_courses.csv"), "Random cohorts")
    if name == "lung":
        mapping = {"os_days": "time", "os_event": "status"}
        return store, store.commit(read_source(DATA / "lung.csv", mapping=mapping), "Lung")
    with tempfile.TemporaryDirectory() as folder:
        return store, store.commit(read_source(text_file(Path(folder), HOSTILE_HEADERS), today=TODAY), HOSTILE)


@cache
def hostile_columns() -> tuple[str, ...]:
    """Every column of the hostile cohort that its file brought, with a handful of hostile levels each."""
    fields = cohort("hostile")[1].fields
    return tuple(name for name, one in fields.items() if one.type == "category" and one.role == "other")


def _random(number: int, what: str) -> Case:
    asked = json.loads((DATA / "cohorts_requests.json").read_text(encoding="utf-8"))[number]
    names = ("pfs_rule", "conf_type")
    options = {**{one: asked[one] for one in names}, "months": tuple(asked["months"])}
    strata, factors = (asked["strata"], None) if what.startswith("km") else ("", tuple(asked["factors"]))
    return Case(what, "random", asked["query"], strata, factors, options=options)


CASES: dict[str, Case] = {
    **{what: Case(what) for what in RECIPES},
    "km-pfs by grade": Case("km-pfs", strata="grade"),
    "km-os by site, log": Case("km-os", strata="primary_site", options={"conf_type": "log"}),
    "km-pfs against the rest, plain": Case(
        "km-pfs", query="grade=2", strata="selection", options={"conf_type": "plain"}
    ),
    "km-pfs, missing CgA against the rest": Case("km-pfs", query="cga_ug_l=1000..", strata="selection"),
    "km-os by quartiles": Case("km-os", strata="nlr~quartiles", options={"months": (0, 7.5, 12, 200)}),
    "km-pfs by modalities above 3": Case("km-pfs", strata="prior_modalities>3", options={"pfs_rule": "ignore"}),
    "km-pfs landmark": Case("km-pfs", strata="recist_response", landmark=12, options={"pfs_rule": "event"}),
    "km-ttnt of PRRT-2": Case("km-ttnt", query="course=2", strata="sex"),
    "km-pfs small group": Case(
        "km-pfs", query="grade=3&sex=female", strata="fdg_pet", options={"pfs_rule": "censor-any"}
    ),
    "cox-os fixed": Case(
        "cox-os",
        query="grade=1,2",
        factors=("primary_site", "cga_ug_l>=1000", "albumin_g_l"),
        fixed=("primary_site", "nlr", "sex"),
    ),
    "cox-pfs of PRRT-2": Case("cox-pfs", query="course=2"),
    "cox-pfs with levels and categories": Case(
        "cox-pfs",
        factors=("grade", "prior_modalities", "n_cycles", "alp_u_l>130"),
        options={"levels": (("grade", ("2", "1", "3")),), "categorical": ("prior_modalities",), "entry_p": 0.5},
    ),
    "response by grade": Case("response", strata="grade"),
    "response against the rest": Case("response", query="grade=3", strata="selection"),
    "toxicity, highest": Case("toxicity", query="sex=female", notion="highest"),
    "toxicity, delta": Case("toxicity", query="grade=3", notion="delta", options={"egfr": "ckd-epi-2021"}),
    "baseline by sodium": Case("baseline", strata="sodium_mmol_l>=135"),
    "baseline against the rest": Case(
        "baseline",
        query="grade=2",
        strata="selection",
        options={"categorical": ("prior_modalities",), "egfr": "ckd-epi-2021"},
    ),
    "flow of a selection": Case("flow", query="grade=2&primary_site=pancreas"),
    "flow of PRRT-2": Case("flow", query="course=2"),
    "flow of everything": Case("flow", query="course=all&histology_complete=all"),
    **{
        f"random {number}, {what}": _random(number, what)
        for number in (0, 10, 16, 132, 171)
        for what in ("km-pfs", "cox-os")
    },
    "lung": Case("km-os", "lung", strata="ph_ecog"),
    "lung factors": Case(
        "cox-os", "lung", factors=("age_years", "ph_ecog", "ph_karno", "wt_loss"), options={"entry_p": 1.0}
    ),
    "hostile levels": Case("cox-os", "hostile", factors=("*",), fixed=("grade", "age_years")),
    **{f"hostile groups {name}": Case("km-os", "hostile", strata=name) for name in ("h", "h_2", "h_3", "h_4")},
}
"""Name -> case."""


def folder_name(name: str) -> str:
    """Of a case."""
    return f"{list(CASES).index(name):02d}"


def sha256(data: bytes) -> str:
    """Of a file."""
    return hashlib.sha256(data).hexdigest()


def parsed(text: str) -> dict[str, float | None]:
    """What a script printed: name -> value, None for NA. Raises AssertionError for a line that is not so, or twice."""
    found: dict[str, float | None] = {}
    for line in text.splitlines():
        name, tab, value = line.rpartition("\t")
        assert tab, line
        assert name not in found, name
        found[name] = None if value == "NA" else float(value)
    return found


def as_stored(numbers: dict[str, float | None]) -> dict[str, Any]:
    """Printed numbers by name, the names as their SHA-256: some are a thousand characters long."""
    names = sorted(numbers)
    return {"names": sha256("\n".join(names).encode()), "values": [numbers[name] for name in names]}


def write(folder: Path) -> None:
    """Write the files of every case."""
    for name, case in CASES.items():
        target = folder / folder_name(name)
        target.mkdir()
        for file, data in files(case.what, case.look()).items():
            (target / file).write_bytes(data)


def store(folder: Path, made_by: str) -> None:
    """Store what R printed, with the SHA-256 of what it ran and read."""
    cases = {}
    for name, case in CASES.items():
        target = folder / folder_name(name)
        cases[name] = {
            "script": sha256((target / f"{case.what}.R").read_bytes()),
            "data": sha256((target / "analysis.csv").read_bytes()),
            **as_stored(parsed((target / "output.tsv").read_text(encoding="utf-8"))),
        }
    text = json.dumps({"made_by": made_by, "cases": cases}, ensure_ascii=True, separators=(",", ":"))
    STORED.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--store" in sys.argv:
        store(Path(sys.argv[1]), (Path(sys.argv[1]) / "made_by").read_text(encoding="utf-8").strip())
    else:
        write(Path(sys.argv[1]))

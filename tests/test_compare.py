"""Each published number beside the derived one: paths, marks, tolerances, selections."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from core import compare as comparing
from core.analysis import analyse
from core.compare import AS_PRINTED, DIFFERS, NOT_DERIVABLE, WITHIN, Published, compare, counts, published
from core.demo import DEMO_FOLDER
from core.ingest import read_source
from core.options import Options
from core.path import find
from core.selection import parse_query
from core.store import Store
from tests.stored import stored

CORE = Path(comparing.__file__).parent
RESULTS = {
    "cox": {
        "pfs": {
            "univariable": [
                {"factor": "cga_ug_l>=1000", "reason": None, "levels": [{"level": ">=1000", "hr": 2.38}]},
                {"factor": "nlr", "reason": "Not estimable: one value.", "levels": [{"level": "per unit", "hr": None}]},
            ]
        }
    },
    "malignancies": [{"term": "MDS", "cases": [{"related": False, "months": 2.0}, {"related": True, "months": 31.0}]}],
    "toxicity": [{"term": "anaemia", "highest": {"3": 2, "4": 0}}],
}


@cache
def demo_store() -> Store:
    store = Store(":memory:")
    store.commit(read_source(DEMO_FOLDER), "Demo cohort")
    return store


@cache
def demo(query: str = "") -> dict[str, comparing.Comparison]:
    store = demo_store()
    version = store.version("Demo cohort")
    return {one.published.id: one for one in compare(store, version, parse_query(query, version.fields), Options())}


def number(text: str, quantity: str = "hr", relation: str = "=", decimals: int = 2) -> Published:
    value = None if relation == "NR" else float(text.lstrip("<").rstrip("%"))
    return Published("x", "Table", "item", quantity, text, relation, value, decimals, "", "", "", "", "")


def mark_of(one: Published, value: float) -> str:
    return comparing._marked(one, value, "").mark


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cox.pfs.univariable[factor=cga_ug_l>=1000].levels[level=>=1000].hr", 2.38),
        ("malignancies[term=MDS].cases[related=true].months", 31.0),
        ("toxicity[term=anaemia].highest.3", 2),
        ("toxicity[term=anaemia].highest.4", 0),
    ],
)
def test_path_leads_to_its_number(path, value):
    assert find(RESULTS, path).value == value


def test_path_to_a_null_gives_the_nearest_reason():
    found = find(RESULTS, "cox.pfs.univariable[factor=nlr].levels[level=per unit].hr")
    assert (found.value, found.reason, found.missing) == (None, "Not estimable: one value.", None)


def test_path_with_a_missing_step_says_which():
    found = find(RESULTS, "cox.pfs.univariable[factor=grade].p_wald")
    assert found.missing == ("factor", "grade")
    assert find(RESULTS, "cox.os.univariable").missing == ("os", "")
    assert find(RESULTS, "toxicity[term=nausea].assessed").reason == "'nausea' is not among the toxicity."


def test_path_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="cannot be read as a path"):
        find(RESULTS, "toxicity[anaemia].assessed")


def test_every_published_path_can_be_read():
    read = 0
    for one in published():
        find({}, one.path)  # raises ValueError on a path that cannot be read
        find({}, one.denominator_path)
        read += 1
    assert read > 500


@pytest.mark.parametrize(
    ("printed", "value", "mark"),
    [
        (number("2.38"), 2.384, AS_PRINTED),
        (number("2.38"), 2.385, AS_PRINTED),
        (number("2.38"), 2.40, WITHIN),
        (number("2.38"), 2.41, DIFFERS),
        (number("0.69"), 0.699, WITHIN),
        (number("0.69"), 0.701, DIFFERS),
        (number("0.0162", "p", decimals=4), 0.0165, WITHIN),
        (number("0.0162", "p", decimals=4), 0.0175, DIFFERS),
        (number("<.0001", "p", "<", 4), 0.00009, AS_PRINTED),
        (number("<.0001", "p", "<", 4), 0.0001, DIFFERS),
        (number("49", "count", decimals=0), 49, AS_PRINTED),
        (number("49", "count", decimals=0), 50, DIFFERS),
        (number("44.5%", "percent", decimals=1), 44.5454, AS_PRINTED),
        (number("44.5%", "percent", decimals=1), 44.56, DIFFERS),
        (number("<10%", "percent", "<", 0), 1.87, AS_PRINTED),
        (number("22.5", "median_months", decimals=1), 22.505, AS_PRINTED),
        (number("22.5", "median_months", decimals=1), 22.6, DIFFERS),
        (number("NE", "upper_months", "NR", 0), 30.0, DIFFERS),
    ],
)
def test_mark_follows_the_printed_digits_and_the_tolerance(printed, value, mark):
    assert mark_of(printed, value) == mark


def test_derived_number_is_shown_with_the_printed_decimals():
    assert comparing._marked(number("2.38"), 2.3849, "").shown == "2.38"
    assert comparing._marked(number("22.55", decimals=1), 22.55, "").shown == "22.6"
    assert comparing._marked(number("<.0001", "p", "<", 4), 3e-7, "").shown == "<0.0001"
    assert comparing._marked(number("49", "count", decimals=0), 50, "").difference == 1


def test_every_published_number_is_compared_once():
    assert list(demo()) == [one.id for one in published()]
    assert sum(counts(demo().values()).values()) == len(published())


def test_demo_gives_what_is_demanded_of_its_tables():
    exact = ("f1.", "t1.", "t2.", "t3.", "text.cycles.", "text.stop.", "text.recist.", "text.prrt2.recist", "text.ae.")
    wrong = {one.published.id: one.shown for one in demo().values() if one.mark != AS_PRINTED}
    assert {name: shown for name, shown in wrong.items() if name.startswith(exact)} == {}


def test_demo_gives_the_models_of_the_paper():
    rows = [one for one in demo().values() if one.published.id.startswith(("t4.", "t5."))]

    def marks(*quantities: str) -> Counter[str]:
        return Counter(one.mark for one in rows if one.published.quantity in quantities)

    ratios, limits, levels = marks("hr"), marks("lower", "upper"), marks("p")
    assert (ratios.total(), limits.total(), levels.total()) == (40, 80, 40)
    assert ratios[AS_PRINTED] >= 38
    assert limits[AS_PRINTED] >= 76
    assert ratios[DIFFERS] == limits[DIFFERS] == 0
    assert levels[AS_PRINTED] + levels[WITHIN] >= 36
    assert marks("p_overall")[DIFFERS] == 0


def test_demo_enters_exactly_the_factors_of_the_paper():
    factors = "cox.{}.multivariable.factors[factor="
    for table, endpoint, n in (("t4", "pfs", 8), ("t5", "os", 5)):
        path = factors.format(endpoint)
        printed = {
            one.path[len(path) :].partition("]")[0]
            for one in published()
            if one.id.startswith(f"{table}.multivariable") and one.path.startswith(path)
        }
        store = demo_store()
        version = store.version("Demo cohort")
        found = analyse(store, version, parse_query("", version.fields), Options(), sections=frozenset({"cox"}))
        entered = {one["factor"] for one in found["cox"][endpoint]["multivariable"]["factors"]}
        assert entered == printed
        assert len(entered) == n


def test_rows_take_their_own_population_and_the_selections_conditions():
    found = demo("grade=2&course=1")
    assert found["f1.prrt2"].derived < 17
    assert found["t1.grade.2.n"].derived == 62
    assert found["t1.grade.2.percent"].derived == 100
    assert found["t1.grade.1.n"].derived == 0
    assert found["text.prrt2.n"].query == "course=2&grade=2"


def test_percentage_uses_the_denominator_of_its_own_selection():
    one = demo("sex=female")["t1.prior_modalities.3.percent"]
    store = demo_store()
    version = store.version("Demo cohort")
    sizes = [
        store.size(version, parse_query(query, version.fields)).n_courses
        for query in ("sex=female&prior_modalities=3", "sex=female")
    ]
    assert one.derived == pytest.approx(100 * sizes[0] / sizes[1])


def test_interval_not_reached_is_nr():
    one = demo()["text.prrt2.pfs.upper"]
    assert (one.derived, one.shown, one.difference) == (None, "NR", None)
    assert one.mark == AS_PRINTED


def test_factor_that_did_not_enter_is_not_derivable_with_a_reason():
    found = demo("grade=1")["t4.univariable.grade.3.hr"]
    assert found.mark == NOT_DERIVABLE
    assert found.reason == "No patients at this level."


def test_cohort_without_the_fields_says_so():
    rows = [{"patient_id": f"P{i}", "course": 1, "os_days": 30.4375 * i, "os_event": True} for i in range(1, 10)]
    store, version = stored(courses=rows)
    found = {one.published.id: one for one in compare(store, version, parse_query("", version.fields), Options())}
    assert found["text.os.median"].derived == 5
    assert found["text.os.median"].mark == DIFFERS
    assert found["text.prrt1.lumen"].reason.startswith("This cohort has no field 'trial'")
    assert found["t2.lymphopenia.any.n"].reason.startswith("Not assessed")
    assert found["text.pfs.median"].mark == NOT_DERIVABLE
    assert all(one.reason for one in found.values() if one.mark == NOT_DERIVABLE)


def test_nothing_else_in_core_or_pages_names_the_published_numbers():
    root = CORE.parent
    sources = [*CORE.rglob("*.py"), *(root / "pages").rglob("*.py"), root / "app.py", *CORE.rglob("*.sql")]
    named = [file.relative_to(root).as_posix() for file in sources if "published.csv" in file.read_text("utf-8")]
    assert named == ["core/compare.py"]


def test_only_what_shows_the_comparison_imports_it():
    importing = []
    for file in CORE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        if "core.compare" in modules:
            importing.append(file.relative_to(CORE).as_posix())
    showing = ("__main__.py", "report/comparison.py", "documentation.py", "tables/", "figures/", "export", "deck/")
    assert [one for one in importing if not one.startswith(showing)] == []

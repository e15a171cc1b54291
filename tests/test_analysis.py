"""The object of `analyse`: every key of the interface, plain types, units, reasons, suppression."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from core.analysis import SECTIONS, Request, analyse
from core.demo import DEMO_FOLDER
from core.ingest import read_source
from core.options import DAYS_PER_MONTH, PAPER_FACTORS, Options
from core.selection import parse_query
from core.store import Store
from core.strata import parse_strata
from tests.stored import stored

NUMBER = (int, float)
MAYBE = (int, float, type(None))
COUNT = int
TEXT = str
MAYBE_TEXT = (str, type(None))
MAYBE_COUNT = (int, type(None))

MILESTONE = {"month": NUMBER, "survival": MAYBE, "lower": MAYBE, "upper": MAYBE, "at_risk": COUNT}
GROUP = {"n": COUNT, "events": COUNT, "median": MAYBE, "median_lower": MAYBE, "median_upper": MAYBE}
GROUP |= {"survival": [MILESTONE]}
ENDPOINT = {
    **GROUP,
    "q25": MAYBE,
    "q75": MAYBE,
    "curve": {
        **{name: [MAYBE] for name in ("time", "survival", "lower", "upper")},
        **{name: [COUNT] for name in ("at_risk", "events", "censored")},
    },
    "follow_up": dict.fromkeys(
        ("median_observed", "min", "max", "reverse_km_median", "reverse_km_lower", "reverse_km_upper"), MAYBE
    ),
    "reasons": {...: COUNT},
}
STRATA = {
    "groups": [{"level": TEXT, **GROUP}],
    "logrank": {"chi2": MAYBE, "df": MAYBE_COUNT, "p": MAYBE},
    "pairwise": [{"a": TEXT, "b": TEXT, "chi2": MAYBE, "p": MAYBE, "p_holm": MAYBE}],
}
LEVEL = {"level": TEXT, "reference": bool, "n": COUNT, "events": COUNT, "hr": MAYBE, "lower": MAYBE, "upper": MAYBE}
LEVEL |= {"p": MAYBE, "reason": MAYBE_TEXT}
FACTOR = {"factor": TEXT, "n": COUNT, "events": COUNT, "missing": COUNT, "p_wald": MAYBE, "p_lr": MAYBE}
FACTOR |= {"levels": [LEVEL]}
COX = {
    "univariable": [FACTOR],
    "multivariable": {
        **dict.fromkeys(("n", "events", "missing"), COUNT),
        "factors": [FACTOR],
        **dict.fromkeys(("concordance", "log_likelihood", "events_per_parameter"), MAYBE),
        "proportional_hazards": [{"term": TEXT, "chi2": MAYBE, "df": MAYBE_COUNT, "p": MAYBE}],
    },
}
PROPORTION = {"n": COUNT, "percent": MAYBE, "lower": MAYBE, "upper": MAYBE}
TERM_COUNTS = ("any_grade_highest", "any_grade_delta", "grade_3_4", "grade_3_up", "pre_existing", "delta_missing")
SCHEMA = {
    "cohort": {
        "name": TEXT,
        "version": COUNT,
        "sha256": TEXT,
        "synthetic": bool,
        "n_patients": COUNT,
        "n_courses": COUNT,
        "data_cutoff": MAYBE_TEXT,
    },
    "selection": {"query": TEXT, "sentence": TEXT, "n_patients": COUNT, "n_courses": COUNT},
    "flow": [{"step": TEXT, "n": COUNT, "excluded": COUNT, "reason": MAYBE_TEXT}],
    "baseline": [{"field": TEXT, "label": TEXT, "n": COUNT, "missing": COUNT}],
    "treatment": {
        "cycles": [{"n_cycles": COUNT, "n": COUNT, "percent": MAYBE}],
        "stop_reasons": [{"reason": TEXT, "n": COUNT, "percent": MAYBE}],
    },
    "endpoints": {"pfs": ENDPOINT, "os": ENDPOINT, "ttnt": ENDPOINT},
    "strata": {"by": TEXT, "pfs": STRATA, "os": STRATA, "ttnt": STRATA},
    "cox": {"pfs": COX, "os": COX},
    "response": {
        "n": COUNT,
        "evaluable": COUNT,
        "counts": dict.fromkeys(("CR", "PR", "SD", "PD"), COUNT),
        "orr": PROPORTION,
        "dcr": PROPORTION,
    },
    "toxicity": [
        {
            "term": TEXT,
            "group": TEXT,
            "assessed": COUNT,
            "highest": dict.fromkeys("012345", MAYBE_COUNT),
            **dict.fromkeys(TERM_COUNTS, MAYBE_COUNT),
            "delta": dict.fromkeys("01234", MAYBE_COUNT),
        }
    ],
    "malignancies": [{"term": TEXT, "n": COUNT, "months_since_first_cycle": [NUMBER], "related": COUNT}],
    "warnings": [{"code": TEXT, "message": TEXT, "rows": MAYBE_COUNT}],
}


def check(value: Any, schema: Any, path: str) -> None:
    """Every key of the schema with its type; further keys are allowed."""
    if isinstance(schema, dict):
        assert isinstance(value, dict), path
        for key, inner in schema.items():
            if key is ...:
                for name, one in value.items():
                    check(one, inner, f"{path}.{name}")
            else:
                assert key in value, f"{path}.{key} is missing"
                check(value[key], inner, f"{path}.{key}")
    elif isinstance(schema, list):
        assert isinstance(value, list), path
        for i, one in enumerate(value):
            check(one, schema[0], f"{path}[{i}]")
    else:
        allowed = schema if isinstance(schema, tuple) else (schema,)
        assert type(value) in allowed, f"{path} is {type(value).__name__}"


@cache
def demo_store() -> Store:
    store = Store(":memory:")
    store.commit(read_source(DEMO_FOLDER), "Demo cohort")
    return store


@cache
def demo(query: str = "", strata: str = "", min_cell: int = 0, **asked: Any) -> dict[str, Any]:
    store = demo_store()
    version = store.version("Demo cohort")
    by = parse_strata(strata, version.fields) if strata else None
    selection = parse_query(query, version.fields)
    return analyse(store, version, selection, Options(min_cell=min_cell), Request(strata=by, **asked))


SELECTIONS = ["", "grade=2&primary_site=pancreas", "course=2", "grade=3&cga_ug_l=..<100", "course=3", "course=all"]


@pytest.mark.parametrize("query", SELECTIONS[:3])
def test_every_key_of_the_interface_is_there_with_its_type(query):
    check(demo(query, "grade"), SCHEMA, "")


def test_parts_come_in_the_order_of_the_interface():
    assert [name for name in demo() if name in SCHEMA] == list(SCHEMA)


@pytest.mark.parametrize("query", SELECTIONS)
@pytest.mark.parametrize("min_cell", [0, 5])
def test_every_selection_gives_json_without_nan(query, min_cell):
    written = json.dumps(demo(query, "primary_site", min_cell), allow_nan=False)
    assert json.loads(written)["selection"]["query"] == parse_query(query, demo_store().cohorts()[0].fields).query()


def missing_reasons(value: Any, path: str = "", reasoned: bool = False) -> list[str]:
    """Paths of estimates that are null with no reason in the same object or in one around it."""
    estimates = {"median", "survival", "hr", "p", "p_wald", "percent", "chi2", "assessed", "any_grade_highest"}
    if isinstance(value, dict):
        told = reasoned or bool(value.get("reason"))
        return [
            path_of
            for key, one in value.items()
            for path_of in (
                [f"{path}.{key}"]
                if one is None and key in estimates and not told
                else missing_reasons(one, f"{path}.{key}", told)
            )
        ]
    if isinstance(value, list):
        return [found for i, one in enumerate(value) for found in missing_reasons(one, f"{path}[{i}]", reasoned)]
    return []


@pytest.mark.parametrize("query", SELECTIONS)
def test_what_cannot_be_estimated_has_a_reason_beside_it(query):
    assert missing_reasons(demo(query, "primary_site")) == []


def test_quartile_that_is_not_reached_says_so():
    found = demo("course=2")["endpoints"]["pfs"]
    assert found["q25"] is not None
    assert found["q25_reason"] is None
    assert found["q75"] is None
    assert found["q75_reason"] == "Not reached: survival stays above 25 %."
    assert "more than one course" in demo("course=all")["endpoints"]["os"]["q25_reason"]


def test_flow_cohort_and_selection_are_the_papers():
    found = demo()
    steps = {step["key"]: step["n"] for step in found["flow"]}
    assert [steps[key] for key in ("treated", "included", "prrt_1", "prrt_2", "prrt_3")] == [117, 114, 110, 17, 2]
    assert found["cohort"]["synthetic"] is True
    assert found["cohort"]["n_patients"] == 117
    assert found["selection"] == {"query": "", "sentence": "All 110 patients", "n_patients": 110, "n_courses": 110}


def test_default_factors_are_the_papers_ten_with_their_references():
    factors = demo()["cox"]["pfs"]["univariable"]
    assert tuple(one["factor"] for one in factors) == PAPER_FACTORS
    references = {
        one["factor"]: next((level["level"] for level in one["levels"] if level["reference"]), None) for one in factors
    }
    assert references == {
        "grade": "1",
        "primary_site": "small intestine",
        "functional": "no",
        "cga_ug_l>=1000": "<1000",
        "alp_u_l>=130": "<130",
        "sodium_mmol_l": None,
        "albumin_g_l": None,
        "nlr": None,
        "fdg_pet": "negative",
        "prior_modalities>3": "<=3",
    }


def test_times_are_months():
    found = demo()["endpoints"]["os"]
    assert found["follow_up"]["max"] == pytest.approx(106.4, abs=0.05)
    assert found["curve"]["time"][-1] == pytest.approx(found["follow_up"]["max"])
    assert [row["month"] for row in found["survival"]] == [12, 24, 36, 60]


def test_asked_endpoints_factors_and_model_are_given():
    found = demo(endpoints=("os",), factors=("grade", "nlr"), multivariable=("age_years",))
    assert list(found["endpoints"]) == list(found["cox"]) == ["os"]
    assert [one["factor"] for one in found["cox"]["os"]["univariable"]] == ["grade", "nlr"]
    assert [one["factor"] for one in found["cox"]["os"]["multivariable"]["factors"]] == ["age_years"]


def test_no_strata_are_said_as_such():
    assert demo()["strata"] == {"by": None, "label": None}


def test_sections_limit_what_is_computed():
    store = demo_store()
    version = store.version("Demo cohort")
    found = analyse(store, version, parse_query("", version.fields), Options(), sections=frozenset({"response"}))
    assert set(found) == {"cohort", "selection", "response", "warnings"}
    assert found["response"]["counts"] == {"CR": 1, "PR": 22, "SD": 62, "PD": 17}
    assert set(SECTIONS) <= set(SCHEMA)


def test_mixed_courses_refuse_survival_and_keep_the_rest():
    found = demo("course=all", "grade")
    assert "more than one course" in found["endpoints"]["os"]["reason"]
    assert found["endpoints"]["os"]["median"] is None
    assert found["cox"]["pfs"]["multivariable"]["reason"] == found["cox"]["pfs"]["reason"]
    assert found["strata"]["os"]["groups"] == []
    assert "mixed_courses" in {one["code"] for one in found["warnings"]}
    assert found["response"]["n"] == found["selection"]["n_courses"] > found["selection"]["n_patients"]


def test_cross_check_agrees_with_lifelines():
    found = demo("", "grade", cross_check=True)
    checked = found["cross_check"]
    assert len(checked) > 100
    assert all(set(one) >= {"what", "ours", "lifelines", "difference"} for one in checked)
    unexplained = [one for one in checked if one["difference"] is not None and not one["note"]]
    assert max(one["difference"] for one in unexplained) < 1e-6


def small_counts(value: Any, path: str = "") -> list[str]:
    """Counts of 1 to 4 anywhere but where they are no patients' count."""
    exempt = {"df", "version", "n_cycles", "parameters"}
    if isinstance(value, dict):
        return [
            found for key, one in value.items() if key not in exempt for found in small_counts(one, f"{path}.{key}")
        ]
    if isinstance(value, list):
        return [found for i, one in enumerate(value) for found in small_counts(one, f"{path}[{i}]")]
    return [path] if type(value) is int and 0 < value < 5 else []


@pytest.mark.parametrize("query", ["", "grade=2&primary_site=pancreas", "course=2", "course=3"])
def test_min_cell_shows_no_count_below_it(query):
    found = demo(query, "primary_site", 5)
    without_cohort = {name: part for name, part in found.items() if name not in ("cohort", "flow")}
    assert small_counts(without_cohort) == []
    assert small_counts(found["flow"]) == []


def test_min_cell_keeps_a_small_population_out_of_the_sentence():
    assert demo("course=3", "", 5)["selection"]["sentence"] == "Fewer than 5 courses"
    assert demo("grade=3&sex=male&functional=yes", "", 5)["selection"]["sentence"] == "Fewer than 5 of 110 courses"


def test_min_cell_refusal_is_not_told_as_mixed_courses():
    codes = {one["code"] for one in demo("course=3", "", 5)["warnings"]}
    assert "too_few_patients" in codes
    assert "mixed_courses" not in codes


def test_min_cell_suppresses_the_complement_too():
    sites = {
        row["level"]: row["n"]
        for one in demo("", "", 5)["baseline"]
        if one["field"] == "primary_site"
        for row in one["levels"]
    }
    assert sites["stomach"] is None
    assert list(sites.values()).count(None) >= 2
    assert sites["small intestine"] == 63


def test_default_factors_that_a_cohort_lacks_are_told():
    rows = [
        {"patient_id": f"P{i}", "course": 1, "os_days": 10.0 * i, "os_event": i % 2 == 0, "grade": str(1 + i % 2)}
        for i in range(1, 9)
    ]
    store, version = stored(courses=rows)
    found = analyse(store, version, parse_query("", version.fields), Options())
    assert [one["factor"] for one in found["cox"]["os"]["univariable"]] == ["grade"]
    notice = next(one for one in found["warnings"] if one["code"] == "factors_absent")
    assert "primary_site" in notice["message"]


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (Request(factors=("shoe_size",)), "'shoe_size' is not a field"),
        (Request(multivariable=("shoe_size",)), "'shoe_size' is not a field"),
        (Request(factors=("grade>=2",)), "takes no cut-off"),
        (Request(endpoints=("dfs",)), "'dfs' cannot be derived"),
    ],
)
def test_unknown_names_are_refused_in_a_sentence(request_, sentence):
    store = demo_store()
    version = store.version("Demo cohort")
    with pytest.raises(ValueError, match=sentence):
        analyse(store, version, parse_query("", version.fields), Options(), request_)


def test_one_patient_gets_a_curve_and_no_model():
    start = date(2020, 1, 1)
    row = {"patient_id": "P1", "course": 1, "first_cycle_date": start, "death_date": start + timedelta(days=100)}
    store, version = stored(courses=[{**row, "grade": "2", "last_contact_date": None}])
    found = analyse(store, version, parse_query("", version.fields), Options())
    os = found["endpoints"]["os"]
    assert (os["n"], os["events"]) == (1, 1)
    assert os["median"] == pytest.approx(100 / DAYS_PER_MONTH)
    assert not any(math.isinf(time) for time in os["curve"]["time"])
    assert found["cox"]["os"]["univariable"][0]["levels"][1]["hr"] is None
    assert found["cox"]["os"]["univariable"][0]["reason"] == "Not estimable: fewer than two events."


def test_min_cell_does_not_tell_complete_responses_by_the_response_rate():
    shown = demo("", "", 5)["response"]
    assert demo()["response"]["counts"]["CR"] == 1
    assert (shown["counts"]["CR"], shown["counts"]["PR"], shown["orr"]["n"]) == (None, None, 23)


def test_min_cell_does_not_tell_the_excluded_by_neighbouring_boxes():
    boxes = {one["key"]: one["n"] for one in demo("", "", 5)["flow"]}
    assert (boxes["treated"], boxes["included"], boxes["prrt_1"]) == (117, None, 110)
    assert (boxes["prrt_2"], boxes["prrt_2_of_prrt_1"], boxes["prrt_2_of_elsewhere"]) == (17, None, None)


def test_min_cell_leaves_out_milestones_that_tell_a_few_patients():
    days = [200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400, 1500, 1600]
    rows = [{"patient_id": f"P{i}", "course": 1, "os_days": float(one), "os_event": True} for i, one in enumerate(days)]
    store, version = stored(courses=rows)
    options = Options(min_cell=5, months=(12, 18, 24, 36))
    found = analyse(store, version, parse_query("", version.fields), options)["endpoints"]["os"]
    # 2, 2, 2 and 4 died in turn: six by month 24, and from there to month 36 four more, fewer than five
    assert [one["at_risk"] for one in found["survival"]] == [None, None, 9, None]
    assert [one["survival"] for one in found["survival"]] == [None, None, pytest.approx(0.6), None]
    assert found["events"] == 15


@pytest.mark.parametrize("strata", ["grade", "primary_site", "fdg_pet", "cga_ug_l>=1000", "nlr~quartiles"])
@pytest.mark.parametrize("endpoint", ["pfs", "os", "ttnt"])
def test_min_cell_does_not_tell_who_is_at_risk_in_a_group_by_the_others(strata, endpoint):
    exact, shown = demo("", strata), demo("", strata, 5)
    groups = {one["level"]: one["survival"] for one in exact["strata"][endpoint]["groups"]}
    for place, everybody in enumerate(shown["endpoints"][endpoint]["survival"]):
        at_risk = {one["level"]: one["survival"][place]["at_risk"] for one in shown["strata"][endpoint]["groups"]}
        hidden = [rows[place]["at_risk"] for level, rows in groups.items() if at_risk.get(level) is None]
        if everybody["at_risk"] is not None and hidden:
            rest = everybody["at_risk"] - sum(n for n in at_risk.values() if n)
            assert rest == 0 or (rest >= 5 and len(hidden) > 1), (everybody["month"], at_risk)


def test_min_cell_hides_events_that_tell_who_had_none():
    rows = [
        {"patient_id": f"P{i}", "course": 1, "os_days": 10.0 * i, "os_event": i > 2, "grade": "1" if i < 10 else "2"}
        for i in range(1, 21)
    ]
    store, version = stored(courses=rows)
    request = Request(strata=parse_strata("grade", version.fields))
    found = analyse(store, version, parse_query("", version.fields), Options(min_cell=5), request)
    assert found["endpoints"]["os"]["events"] is None  # 18 of 20
    assert set(found["endpoints"]["os"]["reasons"].values()) == {None}
    assert [one["events"] for one in found["strata"]["os"]["groups"]] == [None, None]
    assert [one["events"] for one in found["cox"]["os"]["univariable"][0]["levels"]] == [None, None, 0]

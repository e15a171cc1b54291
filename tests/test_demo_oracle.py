"""The demo cohort against R, which computed everything again from the exported analysis file (`tests/oracle/make`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.analysis import Request, analyse
from core.cohort import CohortVersion
from core.demo import DEMO_FOLDER
from core.fields import slug
from core.ingest import read_source
from core.options import CONF_TYPES, Options
from core.selection import parse_query
from core.store import Store
from core.strata import parse_strata
from tests.oracle.demo_inputs import POPULATIONS

STORED = json.loads((Path(__file__).parent / "oracle" / "demo_analysis.json").read_text(encoding="utf-8"))
STALE = "The demo cohort has changed since R computed it: run `sh tests/oracle/make demo`."
STRATA = tuple(STORED["populations"]["prrt_1"]["strata"]["pfs"])
ENDPOINTS = ("pfs", "os", "ttnt")

both = pytest.mark.parametrize("name", POPULATIONS)
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS)


@cache
def demo() -> tuple[Store, CohortVersion]:
    store = Store(":memory:")
    return store, store.commit(read_source(DEMO_FOLDER, mapping=None, cutoff=None), "Demo cohort")


@cache
def product(name: str, by: str = "", conf_type: str = "log-log") -> dict[str, Any]:
    """The command line's object of a population."""
    store, version = demo()
    assert version.sha256 == STORED["demo_sha256"], STALE
    request = Request(strata=parse_strata(by, version.fields) if by else None)
    sections = frozenset({"strata"}) if by else None
    selection = parse_query(POPULATIONS[name], version.fields)
    return analyse(store, version, selection, Options(conf_type=conf_type), request, sections)


def by_r(name: str) -> dict[str, Any]:
    return STORED["populations"][name]


def near(expected: float | None, tolerance: float = 1e-8) -> Any:
    """What a number must be; R's missing number is none here."""
    return None if expected is None else pytest.approx(expected, rel=tolerance, abs=1e-12)


def test_stored_results_are_of_the_demo_cohort_as_it_is():
    assert demo()[1].sha256 == STORED["demo_sha256"], STALE


@both
@each_endpoint
@pytest.mark.parametrize("conf_type", CONF_TYPES)
def test_curve_of_everybody(name, endpoint, conf_type):
    found, expected = product(name, "", conf_type)["endpoints"][endpoint], by_r(name)["curves"][endpoint][conf_type]
    assert (found["n"], found["events"]) == (expected["n"], expected["events"])
    quantiles = ("median", "median_lower", "median_upper", "q25", "q75")
    r = (*expected["median"].values(), expected["q25"], expected["q75"])
    assert [found[one] for one in quantiles] == [near(one) for one in r]
    _same_milestones(found["survival"], expected["milestones"])


def _same_milestones(found: list[dict], expected: list[dict]) -> None:
    for ours, r in zip(found, expected, strict=True):
        assert (ours["month"], ours["at_risk"]) == (r["month"], r["at_risk"])
        if ours["survival"] is None:  # beyond the last observed time, where R carries the curve on
            assert ours["at_risk"] == 0
        else:
            assert ours["survival"] == near(r["survival"])
        if ours["lower"] is not None and r["lower"] is not None:
            assert (ours["lower"], ours["upper"]) == (near(r["lower"]), near(r["upper"]))


@both
def test_follow_up(name):
    found, expected = product(name)["endpoints"]["pfs"]["follow_up"], by_r(name)["follow_up"]
    assert [found[one] for one in ("median_observed", "min", "max")] == [
        near(expected[one]) for one in ("median_observed", "min", "max")
    ]
    reverse = [found[f"reverse_km_{one}"] for one in ("median", "lower", "upper")]
    assert reverse == [near(one) for one in expected["reverse"].values()]


@both
@pytest.mark.parametrize("by", STRATA)
def test_groups_and_log_rank(name, by):
    for endpoint in ENDPOINTS:
        found, expected = product(name, by)["strata"][endpoint], by_r(name)["strata"][endpoint][by]
        assert {one["level"] for one in found["groups"]} == set(expected["groups"])
        assert found["missing"] == expected["missing"]
        for group in found["groups"]:
            r = expected["groups"][group["level"]]
            assert (group["n"], group["events"]) == (r["n"], r["events"])
            assert [group[one] for one in ("median", "median_lower", "median_upper")] == [
                near(one) for one in r["median"].values()
            ]
            _same_milestones(group["survival"], r["milestones"])
        test = expected.get("logrank", {"chi2": None, "df": None, "p": None})
        assert {one: found["logrank"][one] for one in ("chi2", "p")} == {one: near(test[one]) for one in ("chi2", "p")}
        pairs = {frozenset((one["a"], one["b"])): one for one in found["pairwise"]}
        assert len(pairs) == len(expected.get("pairwise", []))
        for r in expected.get("pairwise", []):
            ours = pairs[frozenset((r["a"], r["b"]))]
            assert [ours[one] for one in ("chi2", "p", "p_holm")] == [near(r[one]) for one in ("chi2", "p", "p_holm")]


def _same_factor(found: dict, expected: dict) -> None:
    """One factor of a model; without terms R could not estimate it, and the product says why."""
    counts = {one["level"]: (one["n"], one["events"]) for one in expected["counts"].get(found["factor"], [])}
    if counts:
        assert {one["level"]: (one["n"], one["events"]) for one in found["levels"] if one["n"]} == {
            level: n for level, n in counts.items() if n[0]
        }
    estimated = (expected.get("terms") or {}).get(found["factor"])
    if estimated is None:
        assert all(one["hr"] is None and one["reason"] for one in found["levels"])
        return
    assert found["p_wald"] == near(estimated["p_wald"], 1e-6)
    assert found["p_lr"] == near(estimated["p_lr"], 1e-6)
    ours = {one["level"]: one for one in found["levels"] if one["hr"] is not None}
    assert set(ours) == {one["level"] for one in estimated["levels"]}
    for r in estimated["levels"]:
        for part in ("hr", "lower", "upper", "p"):
            assert ours[r["level"]][part] == near(r[part], 1e-6), (found["factor"], r["level"], part)


@both
@each_endpoint
def test_univariable_models(name, endpoint):
    found, expected = product(name)["cox"][endpoint]["univariable"], by_r(name)["cox"][endpoint]["univariable"]
    assert [one["factor"] for one in found] == list(expected)
    for ours in found:
        r = expected[ours["factor"]]
        assert (ours["n"], ours["events"]) == (r["n"], r["events"])
        _same_factor(ours, r)


@both
@each_endpoint
def test_multivariable_model(name, endpoint):
    found, stored = product(name)["cox"][endpoint]["multivariable"], by_r(name)["cox"][endpoint]
    assert [one["factor"] for one in found["factors"]] == stored["entered"]
    expected = stored["multivariable"]
    if expected is None:
        assert found["reason"]
        return
    assert (found["n"], found["events"]) == (expected["n"], expected["events"])
    if expected.get("separated"):
        assert any("separation" in str(level["reason"]) for one in found["factors"] for level in one["levels"])
        return
    for ours in found["factors"]:
        _same_factor(ours, expected)
    assert found["log_likelihood"] == near(expected["log_likelihood"])
    if "concordance" in expected:
        assert found["concordance"] == near(expected["concordance"])
        tests = {one["term"]: (one["chi2"], one["df"], one["p"]) for one in found["proportional_hazards"]}
        assert tests == {
            one["term"]: (near(one["chi2"], 1e-6), one["df"], near(one["p"], 1e-6)) for one in expected["zph"]
        }


@both
def test_response(name):
    found, expected = product(name)["response"], by_r(name)["response"]
    assert (found["n"], found["evaluable"]) == (expected["n"], expected["evaluable"])
    for rate in ("orr", "dcr"):
        assert {one: found[rate][one] for one in expected[rate]} == {
            one: near(value) for one, value in expected[rate].items()
        }


@both
def test_grades(name):
    for found in product(name)["toxicity"]:
        expected = by_r(name)["toxicity"].get(slug(found["term"]))
        if expected is None:
            assert found["assessed"] == 0
            continue
        assert (found["assessed"], found["highest"]) == (expected["assessed"], expected["highest"])
        if found["any_grade_delta"] is not None:
            assert found["delta"] == expected["delta"]


@both
def test_medians_and_quartiles(name):
    rows = {one["field"]: one for one in product(name)["baseline"]}
    for field, expected in by_r(name)["baseline"].items():
        if field in rows:
            assert {one: rows[field][one] for one in expected} == {one: near(value) for one, value in expected.items()}

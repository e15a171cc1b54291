"""200 random cohorts from raw dates to models against R, which selects, derives and estimates on its own.

Then the outcomes are shuffled between patients: every table must change, so that none can be a stored one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis import Request, analyse
from core.cohort import CohortVersion
from core.demo import DEMO_FOLDER
from core.ingest import read_source
from core.options import CONF_TYPES, PFS_RULES, Options
from core.selection import parse_query
from core.store import Store
from core.strata import parse_strata
from tests.oracle.cohorts_inputs import DATA

REQUESTS = json.loads((DATA / "cohorts_requests.json").read_text(encoding="utf-8"))
BY_R = json.loads((DATA.parent / "cohorts_analysis.json").read_text(encoding="utf-8"))["cohorts"]
ENDPOINTS = ("pfs", "os", "ttnt")
SECTIONS = frozenset({"endpoints", "strata", "cox", "response"})
BATCHES = 8
RARE = {"sub-occlusion", "bowel obstruction", "acute pancreatitis"}
"""Terms of a handful of patients, whose counts can stay as they were."""


@cache
def cohorts() -> tuple[Store, CohortVersion]:
    store = Store(":memory:")
    return store, store.commit(read_source(DATA / "cohorts_courses.csv", mapping=None, cutoff=None), "Random cohorts")


def product(asked: dict[str, Any]) -> dict[str, Any]:
    store, version = cohorts()
    options = Options(pfs_rule=asked["pfs_rule"], conf_type=asked["conf_type"], months=tuple(asked["months"]))
    divided = any(one.get("strata") for one in BY_R[asked["cohort"]]["endpoints"].values())
    strata = parse_strata(asked["strata"], version.fields) if divided else None
    request = Request(strata=strata, factors=asked["factors"])
    return analyse(store, version, parse_query(asked["query"], version.fields), options, request, SECTIONS)


def near(expected: float | None, tolerance: float = 1e-8) -> Any:
    return None if expected is None else pytest.approx(expected, rel=tolerance, abs=1e-10)


def same_curve(found: dict, expected: dict) -> None:
    assert (found["n"], found["events"]) == (expected["n"], expected["events"])
    assert [found[f"median{part}"] for part in ("", "_lower", "_upper")] == [
        near(one) for one in expected["median"].values()
    ]
    for ours, r in zip(found["survival"], expected["milestones"], strict=True):
        assert (ours["month"], ours["at_risk"]) == (r["month"], r["at_risk"])
        assert ours["survival"] == near(r["survival"]) or ours["at_risk"] == 0
        if ours["lower"] is not None and r["lower"] is not None:
            assert (ours["lower"], ours["upper"]) == (near(r["lower"]), near(r["upper"]))


def same_factor(found: dict, expected: dict) -> None:
    assert (found["n"], found["events"]) == (expected["n"], expected["events"])
    estimated = (expected.get("terms") or {}).get(found["factor"])
    ours = {one["level"]: one for one in found["levels"] if one["hr"] is not None}
    assert all(one["reason"] for one in found["levels"] if one["hr"] is None)
    if estimated is None:
        assert not ours or expected["separated"]
        told = " ".join(str(one["reason"]) for one in found["levels"])
        assert not expected.get("separated") or "separation" in told or "the reference level" in told
        return
    assert (found["p_wald"], found["p_lr"]) == (near(estimated["p_wald"], 1e-6), near(estimated["p_lr"], 1e-6))
    if "the reference level" in str(found["reason"]):  # it has no events, so that R was given another one
        assert next(one["events"] for one in found["levels"] if one["reference"]) == 0
        assert not ours
        return
    assert set(ours) == {one["level"] for one in estimated["levels"]}
    for r in estimated["levels"]:
        parts = ("hr", "lower", "upper", "p")
        assert [ours[r["level"]][part] for part in parts] == [near(r[part], 1e-5) for part in parts]


def same_strata(found: dict, expected: dict, *, labelled: bool) -> None:
    if labelled:
        assert {one["level"] for one in found["groups"]} == set(expected["groups"])
        groups = {one["level"]: one for one in found["groups"]}
    else:  # a median may be printed with one digit more or less
        groups = dict(zip(expected["groups"], found["groups"], strict=True))
    for level, r in expected["groups"].items():
        same_curve(groups[level], r)
    assert found["missing"] == expected["missing"]
    test, ours = expected.get("logrank"), found["logrank"]
    if test is None or (test["chi2"] == 0 and ours["chi2"] is None):  # R prints 0 where nothing can be compared
        assert ours["p"] is None
        assert ours["reason"]
    else:
        assert (ours["chi2"], ours["p"]) == (near(test["chi2"]), near(test["p"]))
    by_r = {frozenset((one["a"], one["b"])): one for one in expected.get("pairwise", [])}
    for one in found["pairwise"]:
        r = by_r[frozenset((one["a"], one["b"]))]
        if one["p"] is not None:
            assert (one["chi2"], one["p"]) == (near(r["chi2"]), near(r["p"]))


def same_response(found: dict, expected: dict | None) -> None:
    if expected is None:
        return
    assert (found["n"], found["evaluable"]) == (expected["n"], expected["evaluable"])
    for rate in ("orr", "dcr") if expected["evaluable"] else ():
        assert [found[rate][part] for part in expected[rate]] == [near(one) for one in expected[rate].values()]


def same_follow_up(found: dict, expected: dict | None) -> None:
    if expected is None:
        return
    observed = ("median_observed", "min", "max")
    assert [found[one] for one in observed] == [near(expected[one]) for one in observed]
    assert found["reverse_km_median"] == near(expected["reverse"]["time"])


@pytest.mark.parametrize("batch", range(BATCHES))
def test_cohort_from_raw_dates_to_models_equals_r(batch):
    for asked in REQUESTS[batch::BATCHES]:
        expected, found = BY_R[asked["cohort"]], product(asked)
        assert found["selection"]["n_courses"] == expected["n"], asked
        for name in ENDPOINTS:
            r, ours = expected["endpoints"][name], found["endpoints"][name]
            assert ours["n"] == r["n"], (asked, name)
            if not r["n"]:
                continue
            same_curve(ours, r["curve"])
            assert (ours["q25"], ours["q75"]) == (near(r["curve"]["q25"]), near(r["curve"]["q75"]))
            for factor in found["cox"][name]["univariable"]:
                same_factor(factor, r["univariable"][factor["factor"]])
            if r.get("strata"):
                same_strata(found["strata"][name], r["strata"], labelled="median" not in asked["strata"])
        same_follow_up(found["endpoints"]["os"]["follow_up"], expected.get("follow_up"))
        same_response(found["response"], expected.get("response"))


def test_requests_cover_every_rule_interval_and_kind_of_cohort():
    assert len(REQUESTS) == len(BY_R) == 200
    assert {one["pfs_rule"] for one in REQUESTS} == set(PFS_RULES)
    assert {one["conf_type"] for one in REQUESTS} == set(CONF_TYPES)
    sizes = [one["n"] for one in BY_R.values()]
    assert min(sizes) == 0
    assert 1 in sizes
    assert max(sizes) >= 50
    tested = [
        one["strata"].get("logrank") for r in BY_R.values() for one in r["endpoints"].values() if one.get("strata")
    ]
    assert len([one for one in tested if one and one["chi2"]]) > 200
    fitted = [
        one for r in BY_R.values() for end in r["endpoints"].values() for one in end.get("univariable", {}).values()
    ]
    assert len([one for one in fitted if one.get("terms")]) > 900


OUTCOME_COLUMNS = ("progression_date", "death_date", "last_contact_date", "new_treatment_date", "recist_response")


def _demo(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """What the product prints of tables like the demo cohort's."""
    read = read_source(DEMO_FOLDER, mapping=None, cutoff=None)
    with Store(":memory:") as store:
        version = store.commit(replace(read, tables=tables, sha256="0" * 64), "Shuffled")
        selection = parse_query("", version.fields)
        request = Request(strata=parse_strata("grade", version.fields))
        return analyse(store, version, selection, Options(), request)


def test_shuffling_the_outcomes_between_patients_changes_every_table():
    read = read_source(DEMO_FOLDER, mapping=None, cutoff=None)
    courses = read.tables["courses"].copy()
    first = np.flatnonzero(courses["course"] == 1)
    order = np.random.default_rng(3).permutation(first)
    start = courses["first_cycle_date"]
    for name in OUTCOME_COLUMNS:  # dates keep their distance from the first cycle
        moved = courses[name].copy()
        if name.endswith("_date"):
            moved.iloc[first] = (start.iloc[first].to_numpy() + (courses[name] - start).iloc[order].to_numpy()).tolist()
        else:
            moved.iloc[first] = courses[name].iloc[order].to_numpy()
        courses[name] = moved
    owners = courses["patient_id"].iloc[first].to_numpy()
    swap = dict(zip(owners, courses["patient_id"].iloc[order], strict=True))
    moved_tables = {
        name: read.tables[name].assign(patient_id=read.tables[name]["patient_id"].map(lambda one: swap.get(one, one)))
        for name in ("labs", "adverse_events")
    }
    original = _demo(dict(read.tables))
    shuffled = _demo({**read.tables, "courses": courses, **moved_tables})
    for name in ENDPOINTS:
        groups = [found["strata"][name] for found in (original, shuffled)]
        for a, b in zip(groups[0]["groups"], groups[1]["groups"], strict=True):
            assert a["survival"] != b["survival"], (name, a["level"])
        assert groups[0]["logrank"]["p"] != groups[1]["logrank"]["p"]
        models = [found["cox"][name] for found in (original, shuffled)]
        for a, b in zip(models[0]["univariable"], models[1]["univariable"], strict=True):
            assert (a["p_wald"], a["p_lr"]) != (b["p_wald"], b["p_lr"]), (name, a["factor"])
        assert models[0]["multivariable"] != models[1]["multivariable"]
    terms = [{one["term"]: one for one in found["toxicity"]} for found in (original, shuffled)]
    same = [term for term in terms[0] if terms[0][term] == terms[1][term]]
    assert set(same) <= RARE, same

"""Response: exact intervals against R, the paper's counts, groups."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest

from core.options import Options
from core.response import clopper_pearson, response
from core.selection import Selection, parse_query
from core.strata import Strata
from tests.stored import stored

STORED = json.loads((Path(__file__).parent / "oracle" / "response_clopper.json").read_text())
PAPER = {"CR": 1, "PR": 22, "SD": 62, "PD": 17, "not evaluable": 5, None: 3}


def _courses(counts: dict) -> list[dict]:
    stated = [value for value, n in counts.items() for _ in range(n)]
    return [
        {
            "patient_id": f"P{number:03d}",
            "first_cycle_date": date(2020, 1, 1),
            "recist_response": value,
            "sex": ("male", "female")[number % 2] if number % 10 else None,
            "ki67_percent": float(number % 25),
        }
        for number, value in enumerate(stated)
    ]


@pytest.fixture(scope="module")
def paper():
    store, version = stored(courses=_courses(PAPER))
    with store:
        yield store, version


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: f"{case['n']}/{case['total']} {case['conf_level']}")
def test_clopper_pearson_equals_r(case):
    found = clopper_pearson(case["n"], case["total"], case["conf_level"])
    assert found.lower == pytest.approx(100 * case["lower"], rel=1e-10, abs=1e-12)
    assert found.upper == pytest.approx(100 * case["upper"], rel=1e-10)
    assert found.percent == pytest.approx(100 * case["n"] / case["total"])


def test_clopper_pearson_of_nobody_has_a_reason():
    found = clopper_pearson(0, 0)
    assert (found.percent, found.lower, found.upper) == (None, None, None)
    assert found.reason == "No course is evaluable."


def test_clopper_pearson_refuses_more_than_all():
    with pytest.raises(ValueError, match="3 of 2"):
        clopper_pearson(3, 2)


def test_response_of_the_paper(paper):
    store, version = paper
    found = response(store, version, Selection(), Options()).overall
    assert (found.n, found.evaluable, found.not_evaluable, found.missing) == (110, 102, 5, 3)
    assert found.counts == {"CR": 1, "PR": 22, "SD": 62, "PD": 17}
    assert (found.orr.n, round(found.orr.percent, 1)) == (23, 22.5)
    assert (found.dcr.n, round(found.dcr.percent, 1)) == (85, 83.3)


def test_response_says_how_many_are_not_evaluable(paper):
    store, version = paper
    (notice,) = response(store, version, Selection(), Options()).warnings
    assert (notice.message, notice.rows) == ("8 of 110 courses are not evaluable.", 8)


def test_response_by_group_counts_each_group(paper):
    store, version = paper
    courses = _courses(PAPER)
    for strata, groups in (
        (Strata("sex"), {sex: [row for row in courses if row["sex"] == sex] for sex in ("male", "female")}),
        (
            Strata("ki67_percent", 10.0),
            {
                "<10": [row for row in courses if row["ki67_percent"] < 10],
                ">=10": [row for row in courses if row["ki67_percent"] >= 10],
            },
        ),
    ):
        found = response(store, version, Selection(), Options(), strata)
        assert [one.level for one in found.groups] == list(groups)
        for one in found.groups:
            stated = [row["recist_response"] for row in groups[one.level]]
            assert one.n == len(stated)
            assert one.counts == {name: stated.count(name) for name in ("CR", "PR", "SD", "PD")}
            assert one.orr.n == stated.count("CR") + stated.count("PR")
        assert found.overall.n == 110
        assert found.strata_missing == 110 - sum(one.n for one in found.groups)


def test_response_of_selection_against_the_rest(paper):
    store, version = paper
    selection = parse_query("sex=male", version.fields)
    found = response(store, version, selection, Options(), Strata("selection"))
    assert [one.level for one in found.groups] == ["selection", "rest"]
    assert found.overall.counts == found.groups[0].counts
    assert [one.n for one in found.groups] == [44, 55]
    assert found.strata_missing == 11


def test_response_conf_level_narrows_the_interval(paper):
    store, version = paper
    wide = response(store, version, Selection(), Options()).overall.orr
    narrow = response(store, version, Selection(), Options(conf_level=0.8)).overall.orr
    assert wide.lower < narrow.lower < narrow.percent < narrow.upper < wide.upper


def test_response_of_nobody_and_of_a_cohort_without_responses():
    store, version = stored(courses=[{"patient_id": "A", "first_cycle_date": date(2020, 1, 1)}])
    with store:
        found = response(store, version, Selection(), Options())
    assert (found.overall.n, found.overall.evaluable, found.overall.missing, found.overall.orr.percent) == (
        1,
        0,
        1,
        None,
    )
    assert [one.code for one in found.warnings] == ["no_response"]
    store, version = stored(courses=_courses(PAPER))
    with store:
        found = response(store, version, parse_query("course=2", version.fields), Options(), Strata("sex"))
    assert (found.overall.n, found.groups, [one.code for one in found.warnings]) == (0, (), ["no_patients"])


def test_response_changes_when_outcomes_are_shuffled():
    courses = _courses(PAPER)
    values = [row["recist_response"] for row in courses]
    random.Random(1).shuffle(values)
    shuffled = [row | {"recist_response": value} for row, value in zip(courses, values, strict=True)]
    found = []
    for rows in (courses, shuffled):
        store, version = stored(courses=rows)
        with store:
            found.append(response(store, version, Selection(), Options(), Strata("ki67_percent", 10.0)))
    assert found[0].overall.counts == found[1].overall.counts
    assert found[0].groups[0].counts != found[1].groups[0].counts

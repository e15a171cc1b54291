"""Differences between two groups: against R, by hand, and by their properties."""

from __future__ import annotations

import json
from functools import cache
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.baseline import Characteristic, LevelCount
from core.contrast.balance import standardised_difference
from core.contrast.differences import (
    default_horizon,
    milestone_difference,
    newcombe,
    restricted_mean,
    restricted_mean_difference,
)
from core.contrast.hazard import hazard
from core.counts import EventCounts, align_ties, event_counts
from core.options import DAYS_PER_MONTH
from core.spread import spread
from core.survival import kaplan_meier, log_rank
from tests.oracle.survival_results import HERE, SETS, table

A_OF = {
    "lung": ("sex", 1),
    "rossi": ("fin", 1),
    "larynx": ("Stage_IV", 1),
    "leukemia": ("Rx", 1),
    "waltons": ("group", "miR-137"),
}
TIMES = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=20)


@cache
def oracle() -> dict:
    return json.loads((HERE / "contrast.json").read_text())


def pair(time, event, in_a) -> tuple[EventCounts, EventCounts]:
    a, b = align_ties([event_counts(time[rows], event[rows]) for rows in (in_a, ~in_a)])
    return a, b


def close(value) -> object:
    return pytest.approx(value, rel=1e-8, abs=1e-9)


def assert_equals_r(a: EventCounts, b: EventCounts, stored: dict) -> None:
    assert [a.n, b.n] == stored["n"]
    curves = [kaplan_meier(one) for one in (a, b)]
    for one in stored["horizons"]:
        found = restricted_mean_difference(*curves, one["tau"])
        for name in ("a", "b"):
            if one[name]["mean"] is not None:
                area = getattr(found, name)
                assert (area.mean, area.standard_error) == close((one[name]["mean"], one[name]["se"]))
        if one["difference"] is not None and one["se"]:
            shown = (found.difference, found.standard_error, found.lower, found.upper, found.p)
            assert shown == close(tuple(one[name] for name in ("difference", "se", "lower", "upper", "p")))
    for kind, name in (("log-log", "loglog"), ("plain", "plain")):
        left, right = (kaplan_meier(one, kind) for one in (a, b))
        for place, day in enumerate(stored["times"]):
            found = milestone_difference(left, right, day)
            assert found.difference == close(stored[name]["difference"][place])
            for limit in ("lower", "upper"):
                if stored[name][limit][place] is not None and found.lower is not None:
                    assert getattr(found, limit) == close(stored[name][limit][place])
                else:
                    assert getattr(found, limit) is None
                    assert found.reason
    cox = stored["cox"]
    if cox is not None and log_rank((a, b)).p is not None:
        found = hazard((a, b))
        if found.hr is not None:
            assert (found.hr, found.lower, found.upper) == pytest.approx(
                (cox["hr"], cox["lower"], cox["upper"]), rel=1e-5
            )
            assert found.p == pytest.approx(cox["p"], rel=1e-4, abs=1e-9)
            if cox["zph_chi2"] is not None and found.proportional is not None:
                assert found.proportional.chi2 == pytest.approx(cox["zph_chi2"], rel=1e-3, abs=1e-6)
    if stored["chi2"] is not None and log_rank((a, b)).chi2 is not None:
        assert log_rank((a, b)).chi2 == pytest.approx(stored["chi2"], rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_two_groups_of_a_packaged_cohort_equal_r(name):
    rows, (time, event), (group, a) = table(name), SETS[name], A_OF[name]
    happened = (rows[event] == rows[event].max()).to_numpy()
    assert hazard(pair(rows[time].to_numpy(), happened, (rows[group] == a).to_numpy())).hr is not None
    assert_equals_r(*pair(rows[time].to_numpy(), happened, (rows[group] == a).to_numpy()), oracle()["real"][name])


def test_two_groups_of_every_random_cohort_equal_r():
    groups = dict(iter(table("survival_random").groupby("cohort")))
    stored = oracle()["random"]
    assert len(stored) > 120
    for name, one in stored.items():
        rows = groups[int(name)]
        time, event, in_a = (rows[name].to_numpy() for name in ("time", "event", "group"))
        assert_equals_r(*pair(time, event, in_a == "a"), one)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("name", SETS)
def test_with_plain_intervals_the_difference_is_greenwoods_sum(name, place):
    rows, (time, event), (group, a) = table(name), SETS[name], A_OF[name]
    happened = (rows[event] == rows[event].max()).to_numpy()
    stored = oracle()["real"][name]
    se, gap = stored["greenwood"]["se"][place], stored["greenwood"]["difference"][place]
    counts = pair(rows[time].to_numpy(), happened, (rows[group] == a).to_numpy())
    left, right = (kaplan_meier(one, "plain") for one in counts)
    found = milestone_difference(left, right, stored["times"][place])
    clipped = any(limit in (0.0, 1.0) for one in (left, right) for limit in (*one.lower, *one.upper))
    if not clipped or name == "rossi":
        assert found.upper - found.lower == pytest.approx(2 * 1.959963984540054 * se, rel=1e-6)
    assert found.difference == close(gap)


@pytest.mark.parametrize("one", oracle()["balance"], ids=lambda one: f"{one['data']} {one['field']}")
def test_standardised_difference_equals_r(one):
    rows = table(one["data"])
    sides = [rows.loc[(rows[one["group"]] == one["a"]) == inside, one["field"]] for inside in (True, False)]
    if one["kind"] == "number":
        shown = [spread(side.to_numpy(dtype=float)) for side in sides]
        a, b = (Characteristic("x", "X", one.n, 0, (), one) for one in shown)
        assert standardised_difference(a, b).difference == close(one["value"])
        return
    levels = sorted(rows[one["field"]].dropna().unique())
    counted = [[LevelCount(str(level), int((side == level).sum()), None) for level in levels] for side in sides]
    a, b = (Characteristic("x", "X", sum(level.n for level in side), 0, tuple(side), None) for side in counted)
    assert abs(standardised_difference(a, b).difference) == close(one["value"])


@pytest.mark.parametrize("one", oracle()["rates"], ids=lambda one: f"{one['x1']}/{one['n1']} {one['x2']}/{one['n2']}")
def test_newcombe_equals_r(one):
    found = newcombe(one["x1"], one["n1"], one["x2"], one["n2"])
    assert (found.difference, found.lower, found.upper) == close((one["difference"], one["lower"], one["upper"]))


def test_newcombe_as_published():
    """Newcombe 1998, Table II, method 10, first two examples."""
    for counts, printed in (((56, 70, 48, 80), (0.0524, 0.3339)), ((9, 10, 3, 10), (0.1705, 0.8090))):
        found = newcombe(*counts)
        assert (round(found.lower, 4), round(found.upper, 4)) == printed


def test_two_groups_by_hand():
    """A: deaths on days 10 and 30, censored 40, 40. B: deaths on days 10 and 20, one a time."""
    a, b = event_counts([10, 30, 40, 40], [1, 1, 0, 0]), event_counts([10, 20], [1, 1])
    left, right = (kaplan_meier(one, "plain") for one in (a, b))
    # On day 15 S is 3/4 and 1/2, Greenwood's standard errors sqrt(3/64) and sqrt(1/8); limits end at 0 and 1.
    half_a, half_b = 1.959963984540054 * sqrt(3 / 64), 1.959963984540054 * sqrt(1 / 8)
    found = milestone_difference(left, right, 15)
    assert (found.a, found.b, found.difference) == (0.75, 0.5, 0.25)
    assert found.lower == pytest.approx(0.25 - sqrt(half_a**2 + min(half_b, 0.5) ** 2))
    assert found.upper == pytest.approx(0.25 + sqrt(min(half_a, 0.25) ** 2 + min(half_b, 0.5) ** 2))
    # To day 20: A 10 + 10 x 3/4, B 10 + 10 x 1/2.
    assert restricted_mean_difference(left, right, 20).difference == pytest.approx(17.5 - 15)
    # Expected deaths of A: 2 x 4/6 on day 10, 3/4 on day 20, 1 on day 30; variance 2 x (4/6)(2/6)(4/5) + (3/4)(1/4).
    expected, variance = 4 / 3 + 3 / 4 + 1, 16 / 45 + 3 / 16
    assert log_rank((a, b)).chi2 == pytest.approx((2 - expected) ** 2 / variance)


def test_restricted_mean_by_hand():
    """Deaths at 10 and 30, censored at 20 and 40: S is 3/4 from 10, 3/8 from 30."""
    curve = kaplan_meier(event_counts([10, 20, 30, 40], [1, 0, 1, 0]))
    found = restricted_mean(curve, 40)
    assert found.mean == pytest.approx(10 + 20 * 0.75 + 10 * 0.375)
    # After 10: 15 + 3.75, 1 of 4; after 30: 3.75, 1 of 2.
    assert found.standard_error == pytest.approx(sqrt(18.75**2 / (4 * 3) + 3.75**2 / (2 * 1)))
    assert restricted_mean(curve, 5) == (5, 0, None) or restricted_mean(curve, 5).mean == 5
    assert restricted_mean(curve, 41).reason == "The horizon lies beyond the last observed time."


def test_restricted_mean_of_a_curve_that_has_reached_zero_goes_on():
    curve = kaplan_meier(event_counts([10, 20], [1, 1]))
    assert restricted_mean(curve, 100).mean == pytest.approx(10 + 5)


def test_binary_standardised_difference_by_hand_and_its_sign():
    def yes(n: int, of: int) -> Characteristic:
        return Characteristic("x", "X", of, 0, (LevelCount("no", of - n, None), LevelCount("yes", n, None)), None)

    expected = 0.3 / sqrt((0.5 * 0.5 + 0.2 * 0.8) / 2)
    assert standardised_difference(yes(5, 10), yes(2, 10)).difference == pytest.approx(expected)
    assert standardised_difference(yes(2, 10), yes(5, 10)).difference == pytest.approx(-expected)
    assert standardised_difference(yes(3, 10), yes(3, 10)).difference == 0
    assert "no spread" in standardised_difference(yes(10, 10), yes(0, 10)).reason
    assert "In group A no course" in standardised_difference(yes(0, 0), yes(0, 10)).reason


def test_nobody_one_patient_and_no_events_have_reasons():
    nobody, one, calm = (event_counts(*given) for given in (([], []), ([400], [1]), ([300, 500], [0, 0])))
    assert hazard((nobody, one)).reason == "A has no patient with a known time."
    assert hazard((calm, calm)).reason == "Not estimable: no events in A and B."
    assert hazard((one, calm)).reason == "Not estimable: no events in B."
    curves = [kaplan_meier(each) for each in (nobody, one, calm)]
    assert restricted_mean_difference(curves[0], curves[1], default_horizon(curves[0], curves[1])).reason
    assert restricted_mean_difference(curves[2], curves[2], 200).reason == (
        "There is no event before the horizon, so no interval exists."
    )
    assert milestone_difference(curves[0], curves[1], 100).reason == "In group A there are no patients."
    assert "beyond the last observed time" in milestone_difference(curves[1], curves[2], 600).reason
    assert newcombe(0, 0, 1, 2).reason == "In group A there is nobody to count."


def test_default_horizon_is_the_shorter_follow_up_in_whole_months():
    longer, shorter = (kaplan_meier(event_counts([months * DAYS_PER_MONTH], [0])) for months in (40.0, 24.0))
    assert default_horizon(longer, shorter) == pytest.approx(24 * DAYS_PER_MONTH)
    assert default_horizon(longer, kaplan_meier(event_counts([20.0], [0]))) is None


@given(TIMES, TIMES)
def test_swapping_the_groups_flips_signs_and_inverts_the_ratio(first, second):
    counts = [event_counts(*zip(*one, strict=True)) for one in (first, second)]
    a, b = (kaplan_meier(one) for one in counts)
    for forth, back in (
        (milestone_difference(a, b, 7.5), milestone_difference(b, a, 7.5)),
        (restricted_mean_difference(a, b, 5.0), restricted_mean_difference(b, a, 5.0)),
    ):
        if forth.lower is not None:
            assert (forth.difference, forth.lower, forth.upper) == pytest.approx(
                (-back.difference, -back.upper, -back.lower), abs=1e-12
            )
            assert forth.lower <= forth.difference <= forth.upper
    there, back = hazard(tuple(counts)), hazard(tuple(reversed(counts)))
    assert (there.hr is None) == (back.hr is None)
    if there.hr is not None:
        assert there.hr * back.hr == pytest.approx(1, rel=1e-6)
        assert there.lower * back.upper == pytest.approx(1, rel=1e-5)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
def test_newcombe_holds_the_difference_and_stays_within_one(x, y, n, m):
    found = newcombe(min(x, n), n, min(y, m), m)
    assert -1 - 1e-12 <= found.lower <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.upper <= 1 + 1e-12
    back = newcombe(min(y, m), m, min(x, n), n)
    assert (back.lower, back.upper) == pytest.approx((-found.upper, -found.lower))


@given(TIMES)
def test_restricted_mean_is_the_area_of_small_steps(patients):
    curve = kaplan_meier(event_counts(*zip(*patients, strict=True)))
    tau = float(curve.time[-1])
    steps = np.arange(0, tau, 0.5)
    place = np.searchsorted(curve.time, steps, side="right")
    area = 0.5 * np.append(1.0, curve.survival)[place].sum()
    assert restricted_mean(curve, tau).mean == pytest.approx(area)

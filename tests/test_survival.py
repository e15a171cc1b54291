"""Kaplan-Meier curves, quantiles, milestones and follow-up: by hand, against R, and by their properties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.survival import EventCounts, Quantile, event_counts, follow_up, kaplan_meier
from tests.oracle.survival_results import SETS, cohorts, numbers, results, table

CONF_TYPES = ["log-log", "log", "plain"]
PATIENTS = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)

# Freireich et al. 1963, remission in weeks (negative: censored).
SIX_MP = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def signed(times: list[float]) -> EventCounts:
    return event_counts(np.abs(times), np.array(times) > 0)


def counts_of(patients: list[tuple]) -> EventCounts:
    return event_counts([time for time, _ in patients], [event for _, event in patients])


def limits(quantile: Quantile) -> list:
    return [quantile.time, quantile.lower, quantile.upper]


# By hand ---------------------------------------------------------------------------------------------------------


def test_curve_freireich_6mp():
    curve = kaplan_meier(signed(SIX_MP), "plain")
    at_event = curve.events > 0
    assert (curve.n, curve.n_events) == (21, 9)
    assert curve.time[at_event].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk[at_event].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.survival[at_event] == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    standard_error = (curve.survival - curve.lower)[at_event] / 1.959964
    assert standard_error == pytest.approx([0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5)


def test_median_freireich():
    assert kaplan_meier(signed(SIX_MP)).median.time == 23
    assert kaplan_meier(signed(PLACEBO)).median.time == 8


@pytest.mark.parametrize(
    ("time", "event", "median"),
    [
        ([1, 2, 3, 4], [1, 1, 1, 1], 2.5),
        ([1, 2, 3, 4, 6, 8], [1, 1, 1, 0, 0, 0], 5.5),
        ([1, 2, 3], [1, 1, 1], 2),
        ([1, 2, 3, 3, 4, 5], [1, 1, 1, 0, 0, 1], 4),
        ([1, 2, 3], [0, 0, 1], 3),
        ([2, 4], [1, 1], 3),
        ([0, 0, 0, 5], [1, 1, 1, 0], 0),
    ],
    ids=["flat", "ends at half", "crosses", "flat with a tie", "last at risk", "two", "time zero"],
)
def test_median_midpoint_rule(time, event, median):
    assert kaplan_meier(event_counts(time, event)).median.time == median


def test_median_flat_at_one_half_but_for_rounding():
    # The product 11/12 * 10/11 * ... does not give 0.5 to the last bit.
    curve = kaplan_meier(event_counts(np.arange(12) + 1.0, np.ones(12)))
    assert curve.survival[5] != 0.5
    assert curve.median.time == 6.5


def test_quantiles_of_four_events():
    curve = kaplan_meier(signed([1, 2, 3, 4]))
    assert [curve.quantile(p).time for p in (0.2, 0.25, 0.5, 0.75, 0.9)] == [1, 1.5, 2.5, 3.5, 4]


def test_quantile_says_why_it_is_not_reached():
    quantile = kaplan_meier(signed([1, -2, -3, -4])).quantile(0.5)
    assert limits(quantile) == [None, 1, None]
    assert quantile.reason == "Not reached: survival stays above 50 %."


def test_quantile_says_why_a_limit_is_missing():
    assert kaplan_meier(signed([1, 2, 3, 4])).median.reason == (
        "Upper limit not reached: the upper curve of the interval stays above 50 %."
    )
    single = kaplan_meier(signed([5])).median
    assert limits(single) == [5, None, None]
    assert single.reason == "Interval not estimable: its lower curve does not reach 50 % while survival is above 0."


def test_quantile_complete_has_no_reason():
    assert kaplan_meier(signed(PLACEBO)).median == Quantile(8, 4, 11, None)


@pytest.mark.parametrize("p", [0, 1, -0.1, math.nan])
def test_quantile_refuses_shares_outside(p):
    with pytest.raises(ValueError, match="`p` must lie between 0 and 1"):
        kaplan_meier(signed([1, 2])).quantile(p)


@pytest.mark.parametrize("conf_type", CONF_TYPES)
def test_limits_before_the_first_event_and_at_zero(conf_type):
    curve = kaplan_meier(signed([-1, 2, -3, 4]), conf_type)
    assert (curve.lower[0], curve.upper[0]) == (1, 1)
    assert curve.survival[-1] == 0
    assert np.isnan([curve.lower[-1], curve.upper[-1]]).all()
    lists = curve.lists()
    assert (lists["lower"][-1], lists["upper"][-1]) == (None, None)
    assert lists["at_risk"] == [4, 3, 2, 1]


def test_milestones_between_at_and_beyond_times():
    found = kaplan_meier(signed([2, 4, -4, -6])).at([0, 1.9, 2, 4, 6, 6.1])
    assert found.time == (0, 1.9, 2, 4, 6, 6.1)
    assert found.survival == (1, 1, 0.75, 0.5, 0.5, None)
    assert found.at_risk == (4, 4, 4, 3, 1, 0)
    assert found.lower[:2] == found.upper[:2] == (1, 1)
    assert found.lower[5] is found.upper[5] is None
    assert found.reason == (None, None, None, None, None, "The time lies beyond the last observed time.")


def test_milestones_after_everybody_had_the_event():
    found = kaplan_meier(signed([2, 4])).at([4, 100])
    assert (found.survival, found.lower, found.at_risk) == ((0, 0), (None, None), (1, 0))
    assert found.reason == ("Survival is 0, where no interval exists.",) * 2


def test_milestones_at_time_zero_count_events_of_that_day():
    found = kaplan_meier(event_counts([0, 0, 5, 7], [1, 0, 1, 0])).at([0])
    assert (found.survival, found.at_risk) == ((0.75,), (4,))


def test_milestones_none_asked():
    assert kaplan_meier(signed([2, 4])).at([]).survival == ()


@pytest.mark.parametrize("times", [[-1], [math.nan], [math.inf]])
def test_milestones_refuse_what_is_no_time(times):
    with pytest.raises(ValueError, match="`times` must be finite"):
        kaplan_meier(signed([2, 4])).at(times)


def test_curve_of_nobody():
    nobody = event_counts([], [])
    curve = kaplan_meier(nobody)
    assert (curve.n, curve.n_events, curve.time.size) == (0, 0, 0)
    assert curve.median == Quantile(None, None, None, "There are no patients.")
    assert curve.at([12]).reason == ("There are no patients.",)
    assert curve.at([12]).survival == (None,)
    assert follow_up(nobody).median_observed is None
    assert follow_up(nobody).reverse_median.reason == "There are no patients."


def test_curve_names_its_method():
    method = kaplan_meier(signed([1, 2]), "log", 0.9).method
    assert method == "Kaplan-Meier, 90 % CI log (Greenwood), quantiles by Brookmeyer-Crowley"


def test_curve_refuses_unknown_options():
    with pytest.raises(ValueError, match="`conf_type` must be one of log-log, log, plain, not 'loglog'"):
        kaplan_meier(signed([1]), "loglog")
    with pytest.raises(ValueError, match="`conf_level` must lie between 0 and 1, not 95"):
        kaplan_meier(signed([1]), conf_level=95)


def test_curve_of_ten_million_patients():
    days = 4000
    curve = kaplan_meier(EventCounts(np.arange(days) + 1.0, np.full(days, 2500), np.zeros(days, dtype=int)))
    assert curve.n == 10_000_000
    assert curve.survival == pytest.approx(1 - curve.time / days, abs=1e-10)
    assert curve.median.time == 2000.5
    assert 1999 <= curve.median.lower <= 2000.5 <= curve.median.upper <= 2002


def test_follow_up_by_hand():
    found = follow_up(signed([1, 4, -6, -10]))
    assert (found.n, found.median_observed, found.min, found.max) == (4, 5, 1, 10)
    # Reverse curve: 2 at risk at 6 and 1 at 10, so it falls to one half at 6 and to zero at 10.
    assert found.reverse_median.time == 8


def test_follow_up_of_ties_weights_patients_not_times():
    assert follow_up(signed([1, 1, 1, -9, -12])).median_observed == 1


# Against R -------------------------------------------------------------------------------------------------------


def assert_equals_r(counts: EventCounts, stored: dict, conf_level: float = 0.95) -> None:
    """Compare curve, limits, quantiles, milestones and follow-up with one `curve` of `survival_km.R`."""
    for conf_type, of_type in stored["intervals"].items():
        curve = kaplan_meier(counts, conf_type, conf_level)
        assert (curve.n, curve.n_events) == (stored["n"], stored["events"])
        assert curve.time == pytest.approx(numbers(stored["time"]), rel=1e-12)
        for field, name in (("at_risk", "at_risk"), ("events", "n_event"), ("censored", "n_censor")):
            assert getattr(curve, field).tolist() == stored[name]
        assert curve.survival == pytest.approx(numbers(stored["survival"]), abs=1e-10)
        for name in ("lower", "upper"):
            expected = numbers(of_type[name])
            expected[curve.survival == 1] = 1  # R: NA for log-log
            assert getattr(curve, name) == pytest.approx(expected, abs=1e-10, nan_ok=True)
        assert_quantiles_equal([curve.quantile(p) for p in (0.25, 0.5, 0.75)], of_type["quantiles"])
        assert_milestones_equal(curve, of_type["milestones"])
        followed = follow_up(counts, conf_type, conf_level)
        assert followed.median_observed == pytest.approx(stored["median_observed"], rel=1e-9)  # R: of unmerged times
        reverse = {name: values[1:2] for name, values in of_type["reverse"].items()}
        assert_quantiles_equal([followed.reverse_median], reverse)


def assert_quantiles_equal(quantiles: list[Quantile], stored: dict) -> None:
    found = np.array([limits(quantile) for quantile in quantiles], dtype=float).T
    expected = [numbers(stored[name]) for name in ("quantile", "lower", "upper")]
    assert found == pytest.approx(np.array(expected), rel=1e-10, nan_ok=True)
    for quantile in quantiles:
        assert (quantile.reason is None) == (None not in limits(quantile))


def assert_milestones_equal(curve, stored: dict) -> None:
    found = curve.at(stored["time"])
    assert list(found.survival) == pytest.approx(stored["survival"], abs=1e-10)
    assert list(found.at_risk) == stored["at_risk"]
    for name in ("lower", "upper"):
        expected = numbers(stored[name])
        expected[np.array(found.survival) == 1] = 1
        assert numbers(getattr(found, name)) == pytest.approx(expected, abs=1e-10, nan_ok=True)


@pytest.mark.parametrize("name", SETS)
def test_curve_real_cohort_equals_r(name):
    rows, (time, event), stored = table(name), SETS[name], results("real")["sets"][name]
    counts = event_counts(rows[time], rows[event])
    assert_equals_r(counts, stored["all"])
    assert_equals_r(counts, stored["all_90"], conf_level=0.9)


@pytest.mark.parametrize("name", SETS)
def test_curve_real_cohort_by_group_equals_r(name):
    (time, event), stored = SETS[name], results("real")["sets"][name]
    for column, of_column in stored["by"].items():
        by_level = table(name).groupby(column)
        assert len(by_level) == len(of_column["curves"]) >= 2
        for level, rows in by_level:
            key = level if isinstance(level, str) else f"{level:g}"
            assert_equals_r(event_counts(rows[time], rows[event]), of_column["curves"][key])


def test_curve_small_cases_equal_r():
    for rows, stored in cohorts("cases"):
        assert_equals_r(event_counts(rows["time"], rows["event"]), stored["curve"])


def test_curve_random_cohorts_equal_r():
    stored = cohorts("random")
    assert len(stored) == 200
    for rows, expected in stored:
        assert_equals_r(event_counts(rows["time"], rows["event"]), expected["curve"])


def test_median_equals_what_r_prints_unless_the_curve_ends_at_one_half():
    for rows, stored in cohorts("random"):
        curve = kaplan_meier(event_counts(rows["time"], rows["event"]))
        if abs(curve.survival[-1] - 0.5) > 1e-8:
            printed = stored["curve"]["intervals"]["log-log"]["printed"]
            assert numbers(limits(curve.median)) == pytest.approx(numbers(printed), rel=1e-10, nan_ok=True)


# Properties ------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(PATIENTS, st.sampled_from(CONF_TYPES))
def test_curve_never_rises_and_lies_within_its_limits(patients, conf_type):
    curve = kaplan_meier(counts_of(patients), conf_type)
    assert (np.diff(curve.survival, prepend=1.0) <= 0).all()
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()
    known = curve.survival > 0
    assert np.isnan(curve.lower[~known]).all()
    assert (curve.lower[known] >= 0).all()
    assert (curve.lower[known] <= curve.survival[known]).all()
    assert (curve.survival[known] <= curve.upper[known]).all()
    assert (curve.upper[known] <= 1).all()


@settings(deadline=None)
@given(PATIENTS)
def test_curve_at_risk_equals_direct_count(patients):
    curve = kaplan_meier(counts_of(patients))
    assert curve.at_risk.tolist() == [sum(time >= t for time, _ in patients) for t in curve.time]
    assert curve.at_risk[0] == curve.events.sum() + curve.censored.sum() == len(patients)


@settings(deadline=None)
@given(PATIENTS)
def test_curve_without_censoring_is_the_share_still_waiting(patients):
    curve = kaplan_meier(counts_of([(time, True) for time, _ in patients]))
    shares = [sum(time > t for time, _ in patients) / len(patients) for t in curve.time]
    assert curve.survival == pytest.approx(shares, abs=1e-12)


@settings(deadline=None)
@given(PATIENTS, st.sampled_from([0.125, 1 / 7, 1 / 30.4375, 24.0, 1440.0]), st.sampled_from(CONF_TYPES))
def test_curve_time_unit_only_scales_times(patients, unit, conf_type):
    days = kaplan_meier(counts_of(patients), conf_type)
    other = kaplan_meier(counts_of([(time * unit, event) for time, event in patients]), conf_type)
    assert other.survival.tolist() == days.survival.tolist()
    scaled = [None if value is None else value * unit for value in limits(days.median)]
    assert numbers(limits(other.median)) == pytest.approx(numbers(scaled), rel=1e-12, nan_ok=True)


@settings(deadline=None)
@given(PATIENTS)
def test_quantiles_come_in_order(patients):
    quantiles = [kaplan_meier(counts_of(patients)).quantile(p) for p in (0.25, 0.5, 0.75)]
    times = [quantile.time for quantile in quantiles if quantile.time is not None]
    assert times == sorted(times)
    for quantile in quantiles:
        inside = [value for value in (quantile.lower, quantile.time, quantile.upper) if value is not None]
        assert inside == sorted(inside)


@settings(deadline=None)
@given(PATIENTS)
def test_follow_up_median_is_numpys(patients):
    times = [time for time, _ in patients]
    found = follow_up(counts_of(patients))
    assert (found.median_observed, found.min, found.max) == (np.median(times), min(times), max(times))


def test_curve_changes_when_outcomes_are_shuffled():
    rng = np.random.default_rng(7)
    time, event = table("lung")["time"].to_numpy(), table("lung")["status"].to_numpy()
    original = kaplan_meier(event_counts(time, event))
    shuffled = kaplan_meier(event_counts(time, rng.permutation(event)))
    assert original.n_events == shuffled.n_events
    assert original.median.time == 310
    assert shuffled.median.time != original.median.time

"""Counts per distinct time: ties, order, checks and the numbers below a figure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.counts import EventCounts, align_ties, event_counts, grouped_counts, risk_table

PATIENTS = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=60)
TICKS = st.lists(st.integers(0, 40), max_size=6)


def columns(patients: list[tuple]) -> tuple[list, list]:
    return [float(time) for time, _ in patients], [event for _, event in patients]


def as_lists(counts: EventCounts) -> tuple[list, list, list]:
    return counts.time.tolist(), counts.events.tolist(), counts.censored.tolist()


def test_event_counts_sums_ties_in_order_of_time():
    counts = event_counts([5, 2, 5, 0, 5], [1, 0, 0, 1, 1])
    assert as_lists(counts) == ([0, 2, 5], [1, 0, 2], [0, 1, 1])
    assert (counts.n, counts.n_events, counts.at_risk.tolist()) == (5, 3, [5, 4, 3])


def test_event_counts_takes_booleans_numbers_and_objects():
    for event in ([True, False], np.array([1.0, 0.0]), np.array([True, False], dtype=object)):
        assert as_lists(event_counts([1, 2], event)) == ([1, 2], [1, 0], [0, 1])


def test_event_counts_merges_sums_that_differ_in_the_last_bit():
    assert as_lists(event_counts([0.3, 0.1 + 0.2, 0.4], [1, 1, 0])) == ([0.3, 0.4], [2, 0], [0, 1])


@pytest.mark.parametrize(
    ("gap", "distinct"),
    [(1.4e-8, 2), (1.6e-8, 3)],
    ids=["within the absolute tolerance", "beyond it"],
)
def test_event_counts_tolerance_absolute(gap, distinct):
    assert event_counts([0.5, 0.5 + gap, 1.0], [1, 1, 1]).time.size == distinct


@pytest.mark.parametrize(("gap", "distinct"), [(1.4e-5, 2), (1.6e-5, 3)])
def test_event_counts_tolerance_is_relative_to_the_mean_of_distinct_times(gap, distinct):
    assert event_counts([1000, 1000, 1000 + gap, 1000.0 + 2], [1, 1, 1, 1]).time.size == distinct


def test_event_counts_a_chain_of_ties_is_one_time():
    times = 1 + np.arange(5) * 1e-8
    assert as_lists(event_counts(times, [1, 0, 1, 0, 1])) == ([1], [3], [2])


def test_event_counts_of_nobody():
    counts = event_counts([], [])
    assert (counts.n, counts.n_events, counts.time.size) == (0, 0, 0)


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([1, -2, -3], [1, 1, 1], r"`time`, position 1: -2\.0 is not a finite time of zero or more \(2 such of 3\)"),
        ([1, np.nan], [1, 1], r"`time`, position 1: nan"),
        ([np.inf], [1], r"`time`, position 0: inf"),
        (["a"], [1], r"`time` must hold numbers"),
        ([[1, 2]], [1, 1], r"`time` must be one-dimensional"),
        ([1, 2], [1, 2], r"`event`, position 1: .*2.* is not 0 or 1"),
        ([1, 2], [1, np.nan], r"`event`, position 1: .*nan.* is not 0 or 1"),
        ([1, 2], np.array([True, None], dtype=object), r"`event`, position 1: None is not 0 or 1"),
        ([1, 2], ["yes", "no"], r"`event`, position 0: .*yes.* is not 0 or 1"),
        ([1, 2], [1], r"`time` has 2 values, `event` has 1"),
    ],
)
def test_event_counts_refuses_what_is_no_time_or_event(time, event, message):
    with pytest.raises(ValueError, match=message):
        event_counts(time, event)


@pytest.mark.parametrize(
    ("time", "events", "censored", "message"),
    [
        ([2, 1], [1, 1], [0, 0], "`time` must be finite, distinct, ascending"),
        ([1, 1], [1, 1], [0, 0], "`time` must be finite, distinct, ascending"),
        ([-1], [1], [0], "`time` must be finite"),
        ([np.nan], [1], [0], "`time` must be finite"),
        ([1, 2], [1], [0, 1], "of equal length"),
        ([1], [-1], [3], "`events` must not be negative"),
        ([1], [1], [0.5], "`censored` must hold whole numbers"),
        ([1], [0], [0], "a time with neither"),
    ],
)
def test_counts_check_themselves(time, events, censored, message):
    with pytest.raises(ValueError, match=message):
        EventCounts(np.array(time, float), np.array(events), np.array(censored))


def test_grouped_counts_sorts_merges_and_drops_empty_times():
    counts = grouped_counts([9, 0.1 + 0.2, 4, 0.3, 9], [1, 2, 0, 1, 0], [0, 0, 0, 1, 5])
    assert as_lists(counts) == ([0.3, 9], [3, 1], [1, 5])


def test_grouped_counts_refuses_unequal_lengths():
    with pytest.raises(ValueError, match="differ in length: 2, 1, 2"):
        grouped_counts([1, 2], [1], [1, 1])


def test_align_ties_merges_between_groups():
    a, b, nobody = align_ties([event_counts([0.3, 2], [1, 1]), event_counts([0.1 + 0.2], [0]), event_counts([], [])])
    assert as_lists(a) == ([0.3, 2], [1, 1], [0, 0])
    assert as_lists(b) == ([0.3], [0], [1])
    assert nobody.n == 0


def test_align_ties_of_no_groups():
    assert align_ties([]) == ()


def test_risk_table_at_event_times_counts_the_event_after():
    table = risk_table(event_counts([6, 6, 6, 6, 7, 9], [1, 1, 1, 0, 1, 0]), [0, 6, 6.5, 7, 12])
    assert table.ticks == (0, 6, 6.5, 7, 12)
    assert table.at_risk == (6, 6, 2, 2, 0)
    assert table.events == (0, 0, 3, 3, 4)
    assert table.censored == (0, 0, 1, 1, 2)


def test_risk_table_of_nobody_and_of_no_ticks():
    assert risk_table(event_counts([], []), [0, 5]).at_risk == (0, 0)
    assert risk_table(event_counts([3], [1]), []).at_risk == ()


def test_risk_table_refuses_a_negative_tick():
    with pytest.raises(ValueError, match=r"`ticks`, position 1: -1\.0"):
        risk_table(event_counts([3], [1]), [0, -1])


@settings(deadline=None)
@given(PATIENTS, TICKS)
def test_risk_table_equals_direct_count_and_sums_to_the_group(patients, ticks):
    table = risk_table(event_counts(*columns(patients)), ticks)
    for tick, at_risk, events, censored in zip(ticks, table.at_risk, table.events, table.censored, strict=True):
        assert at_risk == sum(time >= tick for time, _ in patients)
        assert events == sum(time < tick and event for time, event in patients)
        assert censored == sum(time < tick and not event for time, event in patients)
        assert at_risk + events + censored == len(patients)


@settings(deadline=None)
@given(PATIENTS)
def test_grouped_counts_equals_event_counts(patients):
    time, event = columns(patients)
    one_by_one = grouped_counts(time, np.array(event, dtype=int), 1 - np.array(event, dtype=int))
    assert as_lists(one_by_one) == as_lists(event_counts(time, event))


@settings(deadline=None)
@given(PATIENTS, st.randoms(use_true_random=False))
def test_event_counts_row_order_is_irrelevant(patients, random):
    shuffled = random.sample(patients, len(patients))
    assert as_lists(event_counts(*columns(shuffled))) == as_lists(event_counts(*columns(patients)))

"""The log-rank test and its pairwise form: by hand, against R, and by their properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.survival import EventCounts, event_counts, log_rank, pairwise_log_rank
from tests.oracle.survival_results import SETS, cohorts, results, table

GROUPS = st.lists(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=15), min_size=2, max_size=4)


def counts_of(patients: list[tuple]) -> EventCounts:
    return event_counts([time for time, _ in patients], [event for _, event in patients])


def by_group(rows, time: str, event: str, group: str) -> list[EventCounts]:
    return [event_counts(part[time], part[event]) for _, part in rows.groupby(group)]


def assert_equals_r(groups: list[EventCounts], stored: dict | None) -> None:
    """Compare with one `logrank` of `survival_km.R`; null there, or no degree of freedom, is a reason here."""
    test = log_rank(groups)
    if stored is not None:
        assert list(test.n) == stored["n"]
        assert list(test.observed) == stored["observed"]
        assert list(test.expected) == pytest.approx(stored["expected"], abs=1e-10)
    if stored is None or stored["p"] is None:
        assert test.reason
        assert (test.chi2, test.df, test.p) == (None, None, None)
        return
    assert test.reason is None
    assert test.df == stored["df"]
    assert test.chi2 == pytest.approx(stored["chi2"], rel=1e-9, abs=1e-10)
    assert test.p == pytest.approx(stored["p"], rel=1e-8)


# By hand ---------------------------------------------------------------------------------------------------------


def test_log_rank_freireich():
    rows = table("leukemia")
    test = log_rank(by_group(rows, "t", "status", "Rx"))
    assert (test.n, test.observed, test.df) == ((21, 21), (9, 21), 1)
    assert test.expected == pytest.approx((19.25, 10.75), abs=5e-3)
    assert test.chi2 == pytest.approx(16.79, abs=5e-3)
    assert test.p == pytest.approx(4.17e-5, abs=5e-8)
    assert test.method == "log-rank test (unweighted, two-sided, chi-squared)"


def test_log_rank_two_by_two_by_hand():
    # Time 1: a dies, 2 of 4 at risk are a: E = 1/2, V = 1/4. Time 3: b dies, 1 of 2 is a: the same. Then chi2 = 0.
    test = log_rank([event_counts([1, 4], [1, 0]), event_counts([2, 3], [0, 1])])
    assert test.expected == (1.0, 1.0)
    assert (test.chi2, test.p) == (0, 1)


def test_log_rank_one_event():
    # Time 1: one of four dies, two of them in its group: (1 - 1/2)^2 / (1/4) = 1.
    test = log_rank([event_counts([1, 4], [1, 0]), event_counts([2, 3], [0, 0])])
    assert (test.chi2, test.df) == (1, 1)
    assert test.p == pytest.approx(0.317310507862914)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([], "There are no groups."),
        ([[(1, 1)]], "A log-rank test needs two groups with patients; there is one."),
        ([[(1, 1)], []], "A log-rank test needs two groups with patients; there is one."),
        ([[], []], "A log-rank test needs two groups with patients; there is none."),
        ([[(1, 0)], [(2, 0)]], "There are no events in any group."),
        ([[(1, 0)], [(2, 1), (3, 0)]], "Only one group has patients at risk at the time of an event."),
        (
            [[(6, 1), (6, 1)], [(6, 1)]],
            "All patients at risk have the event at the first event time, so the groups cannot be compared.",
        ),
    ],
)
def test_log_rank_says_why_it_cannot_be_made(groups, reason):
    test = log_rank([counts_of(group) for group in groups])
    assert (test.chi2, test.df, test.p, test.reason) == (None, None, None, reason)
    assert test.observed == tuple(sum(event for _, event in group) for group in groups)


def test_log_rank_leaves_out_empty_and_early_censored_groups():
    a, b = event_counts([1, 3, 5], [1, 1, 0]), event_counts([2, 4, 6], [0, 1, 1])
    test = log_rank([a, event_counts([], []), b, event_counts([0.5], [0])])
    assert test.left_out == (1, 3)
    assert test.df == 1
    assert test.chi2 == pytest.approx(log_rank([a, b]).chi2, rel=1e-12)


def test_pairwise_labels_every_pair_and_adjusts_by_holm():
    rows = table("lung").dropna(subset=["ph.ecog"])
    tests = pairwise_log_rank(by_group(rows, "time", "status", "ph.ecog"), ["0", "1", "2", "3"])
    assert [(test.a, test.b) for test in tests] == [
        ("0", "1"),
        ("0", "2"),
        ("0", "3"),
        ("1", "2"),
        ("1", "3"),
        ("2", "3"),
    ]
    assert "Holm" in tests[0].method


def test_pairwise_untestable_pair_does_not_count_for_holm():
    a, b = event_counts([1, 3, 5, 7], [1, 1, 1, 0]), event_counts([2, 8, 9, 9], [0, 1, 1, 0])
    tests = pairwise_log_rank([a, b, event_counts([], [])], ["a", "b", "nobody"])
    assert tests[0].p_holm == tests[0].p == log_rank([a, b]).p
    assert [(test.p, test.p_holm) for test in tests[1:]] == [(None, None)] * 2
    assert tests[1].reason == "A log-rank test needs two groups with patients; there is one."


def test_pairwise_refuses_unequal_labels():
    with pytest.raises(ValueError, match="`labels` has 1 names for 2 groups"):
        pairwise_log_rank([event_counts([1], [1])] * 2, ["a"])


def test_log_rank_of_ten_million_patients():
    days = np.arange(4000) + 1.0
    ones = np.ones(4000, dtype=int)
    slow, fast = EventCounts(days, 1000 * ones, 250 * ones), EventCounts(days, 1010 * ones, 240 * ones)
    test = log_rank([slow, fast])
    assert sum(test.n) == 10_000_000
    assert sum(test.expected) == pytest.approx(sum(test.observed), rel=1e-12)
    # Same at-risk numbers at every time: E is half of 2010 a day, V = 2010 / 4 * (n - d) / (n - 1).
    assert test.expected[0] == pytest.approx(4000 * 1005, rel=1e-12)
    n = 2500 * np.arange(4000, 0, -1)
    assert test.chi2 == pytest.approx(20_000**2 / (2010 / 4 * (n - 2010) / (n - 1)).sum(), rel=1e-10)


# Against R -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_log_rank_real_cohort_equals_r(name):
    for column, stored in results("real")["sets"][name]["by"].items():
        groups = by_group(table(name), *SETS[name], column)
        assert_equals_r(groups, stored["logrank"])
        tests = pairwise_log_rank(groups, stored["logrank"]["levels"])
        for field in ("a", "b"):
            assert [getattr(test, field) for test in tests] == [str(level) for level in stored["pairwise"][field]]
        for field in ("chi2", "p", "p_holm"):
            assert [getattr(test, field) for test in tests] == pytest.approx(stored["pairwise"][field], rel=1e-8)


def test_log_rank_small_cases_equal_r():
    for rows, stored in cohorts("cases"):
        assert_equals_r(by_group(rows, "time", "event", "group"), stored["logrank"])


def test_log_rank_random_cohorts_equal_r():
    tested = 0
    for rows, stored in cohorts("random"):
        assert_equals_r(by_group(rows, "time", "event", "group"), stored["logrank"])
        tested += bool(stored["logrank"] and stored["logrank"]["p"] is not None)
    assert tested >= 100


# Properties ------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(GROUPS, st.randoms(use_true_random=False))
def test_log_rank_order_of_groups_is_irrelevant(groups, random):
    order = random.sample(range(len(groups)), len(groups))
    test = log_rank([counts_of(group) for group in groups])
    other = log_rank([counts_of(groups[position]) for position in order])
    assert other.observed == tuple(test.observed[position] for position in order)
    assert (other.df, other.reason) == (test.df, test.reason)
    if test.reason is None:
        assert other.chi2 == pytest.approx(test.chi2, rel=1e-8, abs=1e-9)


@settings(deadline=None)
@given(GROUPS)
def test_log_rank_expected_events_sum_to_observed(groups):
    test = log_rank([counts_of(group) for group in groups])
    assert sum(test.expected) == pytest.approx(sum(test.observed), rel=1e-12)
    assert test.chi2 is None or (test.chi2 >= -1e-12 and 0 <= test.p <= 1)


@settings(deadline=None)
@given(GROUPS, st.sampled_from([1 / 30.4375, 0.125, 24.0]))
def test_log_rank_time_unit_is_irrelevant(groups, unit):
    test = log_rank([counts_of(group) for group in groups])
    other = log_rank([counts_of([(time * unit, event) for time, event in group]) for group in groups])
    assert (other.chi2, other.p, other.reason) == (test.chi2, test.p, test.reason)


def test_log_rank_changes_when_outcomes_are_shuffled():
    rows = table("lung")
    shuffled = np.random.default_rng(7).permutation(len(rows))
    moved = rows.assign(time=rows["time"].to_numpy()[shuffled], status=rows["status"].to_numpy()[shuffled])
    original = log_rank(by_group(rows, "time", "status", "sex"))
    assert original.chi2 == pytest.approx(10.3267, abs=1e-4)
    assert log_rank(by_group(moved, "time", "status", "sex")).chi2 != pytest.approx(original.chi2, abs=1)

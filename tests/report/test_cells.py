"""Small counts: what is shown must not tell, by adding and subtracting, what is not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.options import Options
from core.report.cells import count, counts, levels, part, parts, with_sums

FIVE = Options(min_cell=5)


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (110, 110)])
def test_count_hides_one_to_four(n, shown):
    assert count(n, FIVE) == shown
    assert count(n, Options()) == n


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([62, 22, 17], [62, 22, 17]),
        ([62, 22, 3], [62, None, None]),  # 3 would follow from the total
        ([62, 1, 1], [None, None, None]),  # 1 and 1 would follow from their sum of 2
        ([62, 22, 3, 2], [62, 22, None, None]),
        ([62, 22, 2, 2], [62, None, None, None]),
        ([3, 0, 0], [None, 0, 0]),
    ],
)
def test_counts_hide_until_their_sum_is_large_enough(numbers, shown):
    assert counts(numbers, FIVE) == shown


def test_levels_are_not_covered_by_who_has_none():
    # 107 in a model of the field tell that two have none, so that three would follow from 50 and 52
    assert levels([50, 52, 3], 2, FIVE) == ([None, 52, None], None)
    assert levels([50, 52], 3, FIVE) == ([None, 52], None)
    assert levels([50, 52, 3], 0, Options()) == ([50, 52, 3], 0)


@pytest.mark.parametrize(("n", "total", "shown"), [(3, 110, None), (107, 110, None), (110, 110, 110), (50, 110, 50)])
def test_part_hides_small_rests_too(n, total, shown):
    assert part(n, total, FIVE) == shown


@pytest.mark.parametrize(
    ("events", "sizes", "shown"),
    [
        ([20, 30], [28, 48], [20, 30]),
        ([28, 30], [30, 48], [None, None]),  # two without the event, who would follow from the total
        ([28, 9, 30], [30, 48, 48], [None, None, 30]),
        ([10, 30], [10, 48], [10, 30]),
    ],
)
def test_parts_hide_small_rests_and_what_tells_them(events, sizes, shown):
    assert parts(events, sizes, FIVE) == shown


def test_rates_are_kept_by_hiding_another_response():
    rates = {"orr": (0, 1), "dcr": (0, 1, 2)}
    assert with_sums([1, 22, 62, 17], rates, FIVE) == ([None, None, 62, 17], {"orr": 23, "dcr": 85})


def test_sums_without_suppression_are_all_there():
    assert with_sums([1, 2, 3], {"last": (1, 2)}, Options()) == ([1, 2, 3], {"last": 5})


def told(numbers: list[int], shown: list, sums: dict, summed: dict, limit: int) -> list:
    """Sets of numbers whose sum is small and follows from what is shown."""
    size = len(numbers)
    known = [np.ones(size)] + [np.eye(size)[i] for i, n in enumerate(shown) if n is not None]
    known += [np.isin(np.arange(size), list(sums[name])).astype(float) for name, n in summed.items() if n is not None]
    rank = np.linalg.matrix_rank(np.array(known))
    found = []
    for length in range(1, size + 1):
        for some in combinations([i for i in range(size) if numbers[i]], length):
            asked = np.isin(np.arange(size), some).astype(float)
            if 0 < sum(numbers[i] for i in some) < limit and np.linalg.matrix_rank(np.array([*known, asked])) == rank:
                found.append(some)
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6).filter(lambda numbers: sum(numbers) >= 5))
def test_nothing_small_follows_from_grades_and_their_sums(numbers):
    sums = {"any": (1, 2, 3, 4, 5), "three_four": (3, 4), "three_up": (3, 4, 5)}
    shown, summed = with_sums(numbers, sums, FIVE)
    assert told(numbers, shown, sums, summed, 5) == []
    assert all(one is None or one == n for one, n in zip(shown, numbers, strict=True))

"""Ticks, corners, censor marks and labels of a Kaplan-Meier figure."""

from __future__ import annotations

import numpy as np
import pytest

from core.figures.figure import SIZES, room
from core.figures.steps import (
    MOST_TICKS,
    RESOLUTION,
    Steps,
    censor_marks,
    direct_labels,
    steps,
    tellable,
    ticks,
)
from core.options import DAYS_PER_MONTH
from core.survival import event_counts, kaplan_meier

MONTH = DAYS_PER_MONTH


@pytest.mark.parametrize("end", [0.5, 5.0, 11.9, 17.0, 26.0, 61.0, 106.4, 240.0, 1200.0])
def test_ticks_are_multiples_of_one_step_in_every_size_class(end: float) -> None:
    scale = ticks(end, 90, 25)
    for size in SIZES:
        shown = [month for month, least in scale if least <= size]
        step = shown[1] - shown[0] if len(shown) > 1 else shown[0]
        assert shown == list(range(0, shown[-1] + 1, step or 1))
        assert len(shown) <= MOST_TICKS + 1
        assert (len(shown) - 1) * (25 + 12) <= room(size) - 90 + 37


@pytest.mark.parametrize("end", [18.0, 30.0, 61.0, 106.4, 240.0])
def test_ticks_are_multiples_of_six_or_twelve(end: float) -> None:
    assert all(month % 6 == 0 for month, _ in ticks(end, 90, 25))


def test_ticks_near_the_end_are_kept_and_others_beyond_it_are_not() -> None:
    assert max(month for month, _ in ticks(71.5, 90, 25)) == 72
    assert max(month for month, _ in ticks(61.0, 90, 25)) == 60


def test_ticks_of_a_figure_without_time_show_zero() -> None:
    assert [month for month, _ in ticks(0.01, 90, 25)] == [0]


def test_steps_start_at_one_and_end_at_the_last_observed_time() -> None:
    curve = kaplan_meier(event_counts([MONTH, 2 * MONTH, 3 * MONTH, 4 * MONTH], [True, False, True, False]))
    drawn = steps(curve, 4.0)
    assert drawn.months == pytest.approx([0, 1, 3, 4])
    assert drawn.survival == pytest.approx([100, 75, 37.5, 37.5])
    assert drawn.lower[0] == drawn.upper[0] == 100


def test_steps_are_exact_up_to_the_resolution_and_thinned_beyond() -> None:
    exact = kaplan_meier(event_counts(np.arange(1.0, RESOLUTION + 1), np.ones(RESOLUTION, bool)))
    assert len(steps(exact, RESOLUTION / MONTH).months) == RESOLUTION + 1
    n = 50_000
    curve = kaplan_meier(event_counts(np.arange(1.0, n + 1), np.ones(n, bool)))
    drawn = steps(curve, n / MONTH)
    assert len(drawn.months) <= RESOLUTION + 2
    assert len(steps(curve, n / MONTH, exact=True).months) == n + 1
    place = np.searchsorted(curve.time, np.array(drawn.months[1:]) * MONTH + 1e-6) - 1
    assert np.allclose(drawn.survival[1:], 100 * curve.survival[place])
    assert drawn.survival[-1] == 0


def test_censor_marks_are_exact_while_few_and_thinned_when_many() -> None:
    curve = kaplan_meier(event_counts([10.0, 20.0, 20.0, 30.0], [False, False, True, False]))
    time, survival = censor_marks(curve, 1.0, 100)
    assert time == pytest.approx([10 / MONTH, 20 / MONTH, 30 / MONTH])
    assert survival == pytest.approx([100, 100 * 2 / 3, 100 * 2 / 3])
    many = kaplan_meier(event_counts(np.arange(1.0, 5001), np.zeros(5000, bool)))
    assert len(censor_marks(many, 5000 / MONTH, 100)[0]) <= 161
    assert len(censor_marks(many, 5000 / MONTH, None)[0]) == 5000


def test_steps_with_small_counts_withheld_move_by_at_least_so_many_events() -> None:
    curve = kaplan_meier(event_counts(np.arange(1.0, 21), np.ones(20, bool)))
    kept = tellable(curve, 5)
    assert np.diff(np.append(0, curve.events.cumsum()[kept])).min() >= 5
    assert curve.at_risk[kept].min() >= 5
    assert len(steps(curve, 1.0, min_cell=5).months) == 1 + len(kept)


def _flat(level: float, until: float = 60.0) -> Steps:
    return Steps([0.0, 0.5, until], [100.0, level, level], [None] * 3, [None] * 3)


def test_labels_stand_at_their_own_curve_and_touch_no_other() -> None:
    places = direct_labels([_flat(80), _flat(50), _flat(20)], [60, 60, 60], 60, 300, 90)
    assert all(place is not None for place in places)
    for place, level in zip(places, (80, 50, 20), strict=True):
        assert place is not None
        assert abs(place.percent - level) < 10


def test_labels_that_would_touch_are_left_out() -> None:
    curves = [_flat(50 + 0.5 * i) for i in range(6)]
    places = direct_labels(curves, [60] * 6, 60, 300, 90)
    assert sum(place is None for place in places) >= 4


def test_label_wider_than_half_the_plot_waits_for_a_wider_figure() -> None:
    place = direct_labels([_flat(80), _flat(20)], [200, 40], 60, 300, 90)
    assert place[0] is not None
    assert place[1] is not None
    assert place[0].least > 0
    assert place[1].least == 0


def test_band_goes_on_to_the_day_the_curve_falls_to_zero():
    curve = kaplan_meier(event_counts(np.array([100.0, 200.0, 300.0]), np.array([1, 1, 1])))
    drawn = steps(curve, 12.0)
    assert drawn.survival[-1] == 0
    assert drawn.lower[-1] == drawn.lower[-2] == pytest.approx(100 * curve.lower[1])
    assert drawn.upper[-1] == drawn.upper[-2] == pytest.approx(100 * curve.upper[1])

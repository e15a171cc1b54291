"""Numbers as the journals print them."""

from __future__ import annotations

from datetime import date

import pytest

from core import formats
from core.curve import Quantile


@pytest.mark.parametrize(
    ("days", "said"),
    [(22.5 * 30.4375, "22.5"), (0, "0.0"), (None, "NR"), (106.4 * 30.4375, "106.4"), (1.0, "0.0"), (1.6, "0.1")],
)
def test_months_one_decimal_or_nr(days: float | None, said: str) -> None:
    assert formats.months(days) == said


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ((22.5, 19.7, 29.0), "22.5 (19.7–29.0)"),
        ((12.2, 11.3, None), "12.2 (11.3–NR)"),
        ((None, 16.3, None), "NR (16.3–NR)"),
        ((None, None, None), "NR"),
    ],
)
def test_median_with_interval_and_limits_not_reached(months: tuple[float | None, ...], said: str) -> None:
    days = (None if one is None else one * 30.4375 for one in months)
    assert formats.median_months(Quantile(*days, reason=None)) == said


def test_median_that_is_hidden_is_not_said_to_be_unreached() -> None:
    assert formats.median_months(Quantile(None, None, None, "Fewer than 20.", hidden=True)) == "—"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.694, "0.69"),
        (3.41, "3.41"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (12.34, "12.3"),
        (99.94, "99.9"),
        (99.96, "100"),
        (123.4, "123"),
        (1234.0, "1230"),
        (0.004, "<0.01"),
        (0.005, "0.01"),
        (None, "—"),
        (float("inf"), "—"),
    ],
)
def test_hazard_ratio_two_decimals_three_digits_from_ten(value: float | None, said: str) -> None:
    assert formats.ratio(value) == said


def test_hazard_ratio_with_interval_as_in_the_paper() -> None:
    assert formats.ratio_with_interval(0.69, 0.43, 1.12) == "0.69 (0.43–1.12)"
    assert formats.ratio_with_interval(None, None, None) == "—"
    assert formats.ratio_interval(0.5, None) == "—"


@pytest.mark.parametrize(
    ("p", "journal", "paper"),
    [
        (0.00005, "<0.001", "<.0001"),
        (0.0001, "<0.001", "0.0001"),
        (0.0004, "<0.001", "0.0004"),
        (0.001, "0.001", "0.0010"),
        (0.0162, "0.016", "0.0162"),
        (0.0996, "0.100", "0.0996"),
        (0.1, "0.10", "0.1000"),
        (0.1723, "0.17", "0.1723"),
        (0.99, "0.99", "0.9900"),
        (0.991, ">0.99", "0.9910"),
        (1.0, ">0.99", "1.0000"),
        (0.0, "<0.001", "<.0001"),
        (None, "—", "—"),
    ],
)
def test_p_value_of_both_presets(p: float | None, journal: str, paper: str) -> None:
    assert formats.p_value(p) == journal
    assert formats.p_value(p, "paper") == paper


def test_p_value_is_never_all_zeros() -> None:
    shown = [formats.p_value(10.0**-power, preset) for power in range(12) for preset in formats.PRESETS]
    assert not {one for one in shown if set(one) <= set("0.")}


def test_p_value_refuses_an_unknown_preset() -> None:
    with pytest.raises(ValueError, match="'nature' is not one of journal, paper"):
        formats.p_value(0.5, "nature")


def test_p_equation_in_a_sentence() -> None:
    assert formats.p_equation(0.0001) == "p < 0.001"
    assert formats.p_equation(0.016) == "p = 0.016"
    assert formats.p_equation(0.995) == "p > 0.99"


@pytest.mark.parametrize(
    ("n", "of", "said"),
    [
        (92, 107, "92 (86.0%)"),
        (54, 107, "54 (50.5%)"),
        (0, 107, "0"),
        (0, 0, "0"),
        (23, 102, "23 (22.5%)"),
        (1, 16, "1 (6.3%)"),
        (1, 400, "1 (0.3%)"),
        (1204, 1204, "1,204 (100.0%)"),
    ],
)
def test_count_with_percent_half_away_from_zero(n: int, of: int, said: str) -> None:
    assert formats.count_percent(n, of) == said


def test_count_below_the_smallest_cell_is_suppressed_and_zero_is_not() -> None:
    assert [formats.count_percent(n, 40, min_cell=5) for n in (0, 1, 4, 5)] == ["0", "<5", "<5", "5 (12.5%)"]


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (980, "980"),
        (9999, "9999"),
        (10_000, "10.0k"),
        (12_345, "12.3k"),
        (99_960, "100k"),
        (999_499, "999k"),
        (999_600, "1.00M"),
        (1_200_000, "1.20M"),
        (10_000_000, "10.0M"),
    ],
)
def test_short_count_in_five_characters(n: int, said: str) -> None:
    assert formats.short_count(n) == said
    assert len(said) <= 5


def test_not_reached_and_not_evaluable_differ() -> None:
    assert (formats.NOT_REACHED, formats.NOT_EVALUABLE, formats.NOT_ESTIMABLE) == ("NR", "NE", "—")


def test_decimals_suit_the_field() -> None:
    assert formats.decimals([38.0, 41.0, 44.0]) == 0
    assert formats.decimals([138.2, 140.1, 142.0]) == 0
    assert formats.decimals([38.2, 41.1, 44.0]) == 1
    assert formats.decimals([1.91, 2.85, 4.2]) == 2
    assert formats.decimals([None, float("nan")]) == 0
    assert formats.number(1234.5, 1) == "1,234.5"
    assert formats.number(None, 1) == "—"


def test_day_is_written_out() -> None:
    assert formats.day(date(2023, 7, 3)) == "3 July 2023"
    assert formats.day(None) == "—"


def test_plural_and_sentences() -> None:
    assert formats.plural(1, "patient") == "1 patient"
    assert formats.plural(1204, "patient") == "1,204 patients"
    assert formats.plural(2, "category", "categories") == "2 categories"
    assert formats.sentences(["One", "", "Two.", "Three?"]) == "One. Two. Three?"

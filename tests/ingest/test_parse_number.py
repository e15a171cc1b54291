"""Numbers: decimal comma and point, thousands, and what only the column can tell."""

import numpy as np
import pytest

from core.ingest.parse_number import COMMA, POINT, Hints, decimal_marks, parse_numbers


def parse(values, elsewhere=(), delimiter="", percent=False, limits=False, **hints):
    wanted = np.ones(len(values), bool)
    return parse_numbers(values, wanted, Hints(lambda: frozenset(elsewhere), delimiter, **hints), percent, limits)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("+12", 12.0),
        ("-0.5", -0.5),
        ("\u22120.5", -0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1,5E2", 150.0),
        ("0,123", 0.123),
        ("2,5", 2.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567.0),
        ("1,234,567", 1234567.0),
        ("1 234", 1234.0),
        ("1\u202f234,5", 1234.5),
        ("1'234'567", 1234567.0),
    ],
)
def test_number_alone(text, value):
    numbers = parse([text])
    assert numbers.values.tolist() == [value]
    assert numbers.failures == {}


@pytest.mark.parametrize(
    "text", ["abc", "1.2.3", "1,2,3", "--1", "1_000", "0x1F", "٣٨", "inf", "1e999", "12 mg", "1e", "5%"]
)
def test_number_that_is_none_fails(text):
    numbers = parse([text])
    assert np.isnan(numbers.values[0])
    assert numbers.failures[0][:2] == ("wrong_type", f"'{text}' is not a number.")


def test_number_limit_of_detection_says_so():
    assert parse(["<5"]).failures[0][1] == "'<5' is a limit of detection, not a number."


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [
        ("<0.5", 0.5, "<"), ("< 0,5", 0.5, "<"), (">1000", 1000.0, ">"), ("> 1 000", 1000.0, ">"), (">=5", 5.0, ">="),
        ("≥ 5", 5.0, ">="), ("≤2", 2.0, "<="), ("=<2", 2.0, "<="), ("> 1.234,5", 1234.5, ">"), ("<1 %", 1.0, "<"),
    ],
)  # fmt: skip
def test_number_limit_is_kept_with_its_sign(text, value, sign):
    numbers = parse([text], limits=True, percent=True)
    assert (numbers.values.tolist(), numbers.signs, numbers.failures) == ([value], {0: sign}, {})


@pytest.mark.parametrize("text", ["<", "<abc", "<<5", "~5", "5<", "< 5 mg"])
def test_number_limit_of_no_number_fails(text):
    numbers = parse([text], limits=True)
    assert np.isnan(numbers.values[0])
    assert (numbers.signs, numbers.failures[0][0]) == ({}, "wrong_type")


def test_number_limit_shows_the_decimal_mark():
    assert decimal_marks(["<0,5"]) == {COMMA}
    assert parse(["<0,5", "1.234"], limits=True).values.tolist() == [0.5, 1234.0]


def test_number_percent_sign_where_allowed():
    assert parse(["12 %", "2,5%"], percent=True).values.tolist() == [12.0, 2.5]


def test_number_point_and_three_digits_is_a_decimal():
    assert parse(["1.234", "336"]).values.tolist() == [1.234, 336.0]


def test_number_point_and_three_digits_among_decimal_commas_is_a_thousand():
    numbers = parse(["1.234", "2,5"])
    assert numbers.values.tolist() == [1234.0, 2.5]
    assert numbers.notes == (("decimal comma", (1,)), ("thousands separator", (0,)))


def test_number_point_and_three_digits_in_a_table_of_decimal_commas_is_a_thousand():
    assert parse(["1.234"], elsewhere=[COMMA]).values.tolist() == [1234.0]
    assert parse(["1.234", "0.5"], elsewhere=[COMMA]).values.tolist() == [1.234, 0.5]


def test_number_comma_and_three_digits_follows_its_column():
    assert parse(["1,234", "2,5"]).values.tolist() == [1.234, 2.5]
    assert parse(["1,234", "2.5"]).values.tolist() == [1234.0, 2.5]


def test_number_comma_and_three_digits_follows_the_table_then_the_delimiter():
    assert parse(["1,234"], elsewhere=[COMMA]).values.tolist() == [1.234]
    assert parse(["1,234"], elsewhere=[POINT]).values.tolist() == [1234.0]
    assert parse(["1,234"], delimiter=";").values.tolist() == [1.234]
    assert parse(["1,234"], delimiter=",").values.tolist() == [1234.0]


@pytest.mark.parametrize(
    ("values", "elsewhere"), [(["1,234"], []), (["1,234"], [COMMA, POINT]), (["1,234", "1.5", "2,5"], [])]
)
def test_number_that_may_be_two_is_not_guessed(values, elsewhere):
    numbers = parse(values, elsewhere, "\t")
    assert np.isnan(numbers.values[0])
    assert numbers.failures[0] == (
        "doubtful_number",
        "'1,234' may be 1.234 or 1234, and nothing else in the column or the table tells which.",
        "Write it as 1.234 or as 1234.",
    )


def test_number_point_that_nothing_decides_is_a_decimal_and_in_doubt():
    numbers = parse(["336", "1.234"], delimiter="\t")
    assert (numbers.values.tolist(), numbers.doubt) == ([336.0, 1.234], 1)
    assert parse(["1.234", "0.5"]).doubt is None
    assert parse(["1.234"], delimiter=",").doubt is None


@pytest.mark.parametrize(
    ("mark", "value"), [(POINT, 1.234), (COMMA, 1234.0)]
)  # fmt: skip
def test_number_answered_is_read_so(mark, value):
    numbers = parse(["1.234", "2.345"], mark=mark)
    assert (numbers.values[0], numbers.doubt) == (value, None)
    assert numbers.notes[0][0].endswith(", as answered")


@pytest.mark.parametrize(
    ("values", "span", "expected", "why"),
    [
        (["38.500", "41.200"], (10, 70), 38.5, "decimal point"),
        (["1,234", "2,345"], (100, 5000), 1234.0, "thousands separator"),
        (["1,234", "2,345"], (0.1, 20), 1.234, "decimal comma"),
    ],
)
def test_number_that_only_one_reading_of_is_plausible_is_read_so(values, span, expected, why):
    numbers = parse(values, delimiter="\t", plausible=span)
    assert (numbers.values[0], numbers.doubt) == (expected, None)
    assert numbers.notes[0][0] == f"{why} read, the only reading inside the plausible range"


def test_number_of_which_both_readings_are_plausible_is_a_doubt():
    assert parse(["1.234"], plausible=(1, 1e6)).doubt == 0
    assert parse(["1.234"], plausible=(2e6, 3e6)).doubt == 0


def test_number_among_thousands_without_separator_has_decimals():
    numbers = parse(["1.234", "20500"])
    assert (numbers.values.tolist(), numbers.doubt) == ([1.234, 20500.0], None)
    assert parse(["123.456", "2050"]).doubt == 0


def test_number_of_a_field_that_counts_is_whole():
    assert parse(["1.234"], whole=True).values.tolist() == [1234.0]


def test_number_marks_beyond_doubt():
    assert decimal_marks(["1,234", "1.234", "12", "x"]) == frozenset()
    assert decimal_marks(["2,5"]) == {COMMA}
    assert decimal_marks(["2.5", "1.234,5"]) == {COMMA, POINT}

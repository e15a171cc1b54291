"""CTCAE v5.0 grades below, at and above every limit, typed by hand from the published table; CKD-EPI; units."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fields import LABORATORY_TERMS
from core.grading import (
    HIGH_LIMITS,
    LIMITS,
    LOW_LIMITS,
    UNSURE,
    delta_grade,
    egfr,
    high_grade,
    highest_grade,
    low_grade,
    uln_grade,
)
from core.units import CANONICAL, factor
from tests.oracle import toxicity_bruteforce as bruteforce

# term: lower limit of normal, then (value, grade) from normal downwards
LOW_BY_HAND = {
    "anaemia": (12.0, [(15, 0), (12.0, 0), (11.9, 1), (10.0, 1), (9.9, 2), (8.0, 2), (7.9, 3), (2.0, 3), (0, 3)]),
    "leukopenia": (4.0, [(4.0, 0), (3.99, 1), (3.0, 1), (2.99, 2), (2.0, 2), (1.99, 3), (1.0, 3), (0.99, 4), (0, 4)]),
    "lymphopenia": (1.1, [(1.1, 0), (1.09, 1), (0.8, 1), (0.79, 2), (0.5, 2), (0.49, 3), (0.2, 3), (0.19, 4), (0, 4)]),
    "neutropenia": (1.8, [(1.8, 0), (1.79, 1), (1.5, 1), (1.49, 2), (1.0, 2), (0.99, 3), (0.5, 3), (0.49, 4), (0, 4)]),
    "thrombocytopenia": (150, [(150, 0), (149, 1), (75, 1), (74, 2), (50, 2), (49, 3), (25, 3), (24, 4), (0, 4)]),
    "hypoalbuminaemia": (35, [(35, 0), (34.9, 1), (30, 1), (29.9, 2), (20, 2), (19.9, 3), (1, 3)]),
    "chronic kidney disease": (90, [(90, 0), (89.9, 1), (60, 1), (59.9, 2), (30, 2), (29.9, 3), (15, 3), (14.9, 4)]),
}
# term: upper limit of normal, then (value, grade) with a normal baseline
HIGH_BY_HAND = {
    "ALT increased": (40, [(40, 0), (41, 1), (120, 1), (121, 2), (200, 2), (201, 3), (800, 3), (801, 4)]),
    "AST increased": (35, [(35, 0), (36, 1), (105, 1), (106, 2), (175, 2), (176, 3), (700, 3), (701, 4)]),
    "GGT increased": (60, [(60, 0), (61, 1), (150, 1), (151, 2), (300, 2), (301, 3), (1200, 3), (1201, 4)]),
    "ALP increased": (120, [(120, 0), (121, 1), (300, 1), (301, 2), (600, 2), (601, 3), (2400, 3), (2401, 4)]),
    "bilirubin increased": (1.1, [(1.1, 0), (1.2, 1), (1.65, 1), (1.66, 2), (3.3, 2), (3.4, 3), (11.0, 3), (11.1, 4)]),
    "creatinine increased": (0.7, [(0.7, 0), (0.71, 1), (1.05, 1), (1.06, 2), (2.1, 2), (2.2, 3), (4.2, 3), (4.3, 4)]),
}
# term: upper limit of normal, abnormal baseline, then (value, grade)
ABNORMAL_BY_HAND = {
    "ALT increased": (
        40,
        50,
        [(50, 0), (74.9, 0), (75, 1), (150, 1), (151, 2), (250, 2), (251, 3), (1000, 3), (1001, 4)],
    ),
    "AST increased": (
        35,
        50,
        [(35, 0), (74, 0), (75, 1), (150, 1), (150.1, 2), (250, 2), (252, 3), (1000, 3), (1002, 4)],
    ),
    "GGT increased": (60, 100, [(199, 0), (200, 1), (250, 1), (251, 2), (500, 2), (501, 3), (2000, 3), (2001, 4)]),
    "ALP increased": (120, 150, [(299, 0), (300, 1), (375, 1), (376, 2), (750, 2), (751, 3), (3000, 3), (3001, 4)]),
    "bilirubin increased": (
        1.0,
        2.2,
        [(2.2, 0), (2.3, 1), (3.3, 1), (3.4, 2), (6.6, 2), (6.7, 3), (22.0, 3), (22.1, 4)],
    ),
}
# upper limit, baseline, value, grade: the worse of > 1.5 and > 3 x baseline, and of the multiples of the upper limit
CREATININE_BY_HAND = [
    (1.2, 0.6, 0.9, 0),  # exactly 1.5 x baseline, below the limit
    (1.2, 0.6, 0.91, 2),
    (1.2, 0.6, 1.8, 2),  # exactly 3 x baseline, exactly 1.5 x limit
    (1.2, 0.6, 1.81, 3),
    (1.2, 1.1, 1.65, 1),  # exactly 1.5 x baseline, above the limit
    (1.2, 1.1, 1.66, 2),
    (1.2, 2.0, 2.0, 2),  # baseline already above 1.5 x the limit
    (1.2, 2.0, 3.6, 2),
    (1.2, 2.0, 3.7, 3),
    (1.2, 2.0, 7.2, 3),
    (1.2, 2.0, 7.3, 4),
    (None, 1.0, 1.51, 2),
    (None, 1.0, 3.01, 3),
    (None, 1.0, 9.0, 3),
    (None, 1.0, 1.5, None),
    (None, None, 5.0, None),
    (1.2, None, 1.81, 2),
]


def _cases(table: dict) -> list:
    return [(term, *fixed, value, grade) for term, (*fixed, pairs) in table.items() for value, grade in pairs]


@pytest.mark.parametrize(("term", "lln", "value", "grade"), _cases(LOW_BY_HAND))
def test_low_grade_below_at_and_above_each_limit(term, lln, value, grade):
    assert low_grade([value], [lln], LIMITS[term]).tolist() == [grade]


@pytest.mark.parametrize(("term", "lln", "value", "grade"), _cases(LOW_BY_HAND))
def test_low_grade_without_limit_of_normal_leaves_only_0_against_1_open(term, lln, value, grade):
    has_default = term == "chronic kidney disease"  # 90 holds where none is given
    expected = grade if grade >= 2 or has_default else UNSURE
    assert low_grade([value], None, LIMITS[term]).tolist() == [expected]


@pytest.mark.parametrize(("term", "uln", "value", "grade"), _cases(HIGH_BY_HAND))
def test_high_grade_with_normal_or_no_baseline(term, uln, value, grade):
    limits = LIMITS[term]
    assert high_grade([value], [uln], limits).tolist() == [grade]
    if term != "creatinine increased":
        assert high_grade([value], [uln], limits, [uln], [uln]).tolist() == [grade]


@pytest.mark.parametrize(("term", "uln", "baseline", "value", "grade"), _cases(ABNORMAL_BY_HAND))
def test_high_grade_with_abnormal_baseline(term, uln, baseline, value, grade):
    assert high_grade([value], [uln], LIMITS[term], [baseline], [uln]).tolist() == [grade]
    assert high_grade([value], None, LIMITS[term], [baseline], [uln]).tolist() == [grade]


@pytest.mark.parametrize(("uln", "baseline", "value", "grade"), CREATININE_BY_HAND)
def test_high_grade_creatinine_worse_of_its_criteria(uln, baseline, value, grade):
    nan = float("nan")
    arguments = [nan if one is None else one for one in (uln, baseline)]
    found = high_grade([value], [arguments[0]], LIMITS["creatinine increased"], [arguments[1]], [arguments[0]])
    assert found.tolist() == [UNSURE if grade is None else grade]


def test_high_grade_without_limit_and_baseline_is_open():
    assert high_grade([500.0], None, LIMITS["ALT increased"]).tolist() == [UNSURE]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_grades_of_no_value_are_missing(value):
    assert all(math.isnan(low_grade([value], [1.0], one)[0]) for one in LOW_LIMITS)
    assert all(math.isnan(high_grade([value], [1.0], one)[0]) for one in HIGH_LIMITS)


@pytest.mark.parametrize(
    ("grades", "highest"),
    [
        ([], None),
        ([math.nan], None),
        ([0, math.nan], 0),
        ([UNSURE], None),
        ([0, UNSURE], None),
        ([UNSURE, 1], 1),
        ([2, 4], 4),
    ],
)
def test_highest_grade_missing_is_not_0(grades, highest):
    found = highest_grade(grades)
    assert math.isnan(found) if highest is None else found == highest


def test_delta_grade_is_the_positive_difference_or_0():
    found = delta_grade([3, 1, 2, np.nan, 2], [1, 2, 2, 0, np.nan])
    assert found[:3].tolist() == [2, 0, 0]
    assert np.isnan(found[3:]).all()


def test_limits_cover_every_laboratory_term():
    assert set(LIMITS) == set(LABORATORY_TERMS)


@pytest.mark.parametrize(
    ("creatinine", "sex", "age", "equation", "expected"),
    [
        (1.09, "male", 55, "ckd-epi-2021", 80),
        (1.09, "male", 55, "ckd-epi-2009", 76),
        (85 / 88.4, "female", 65, "ckd-epi-2021", 66),
        (85 / 88.4, "female", 65, "ckd-epi-2009", 62),
    ],
)
def test_egfr_published_examples(creatinine, sex, age, equation, expected):
    assert round(float(egfr(creatinine, age, sex, equation))) == expected


def test_egfr_below_the_breakpoint_by_hand():
    # woman, 40 years, 0.5 mg/dL: 141 x 1.018 x (0.5 / 0.7)^-0.329 x 0.993^40 = 143.538 x 1.117059 x 0.755040
    assert float(egfr(0.5, 40, "female", "ckd-epi-2009")) == pytest.approx(121.0634, abs=1e-3)


def test_egfr_missing_input_is_missing():
    found = egfr(
        [1.0, np.nan, 1.0, 1.0, 0.0], [50, 50, np.nan, 50, 50], ["male", "male", "male", None, "male"], "ckd-epi-2021"
    )
    assert np.isnan(found).tolist() == [False, True, True, True, True]


def test_egfr_unknown_equation_is_named():
    with pytest.raises(ValueError, match="mdrd"):
        egfr(1.0, 50, "male", "mdrd")


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "expected"),
    [
        ("haemoglobin", 100, "g/L", 10.0),
        ("haemoglobin", 12.5, "g/dL", 12.5),
        ("haemoglobin", 8.0, "mmol/L", 12.8912),
        ("creatinine", 88.4, "µmol/L", 1.0),
        ("creatinine", 88.4, "μmol/l", 1.0),
        ("bilirubin", 17.1, "umol/L", 1.0),
        ("platelets", 75_000, "/µL", 75.0),
        ("platelets", 75, "G/L", 75.0),
        ("platelets", 75, "x 10⁹/L", 75.0),
        ("platelets", 75, "10³/mm³", 75.0),
        ("lymphocytes", 800, "cells/µL", 0.8),
        ("leukocytes", 3, "10^3/uL", 3.0),
        ("albumin", 3.5, "g/dL", 35.0),
        ("ALT", 40, "UI/l", 40.0),
        ("ALT", 1, "µkat/L", 60.0),
        ("eGFR", 61, "mL/min/1,73 m²", 61.0),
    ],
)
def test_factor_common_units(analyte, value, unit, expected):
    assert float(value * factor(analyte, unit)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("analyte", "unit"), [("haemoglobin", "furlong"), ("ALT", "g/L"), ("albumin", ""), ("GGT", None)]
)
def test_factor_unknown_unit_is_none(analyte, unit):
    assert factor(analyte, unit) is None


def test_factor_canonical_units_are_themselves():
    assert {analyte: factor(analyte, unit) for analyte, unit in CANONICAL.items()} == dict.fromkeys(CANONICAL, 1)
    assert {limits.analyte: limits.unit for limits in LOW_LIMITS}.items() <= CANONICAL.items()


DECIMALS = st.decimals(0, 400, places=2).map(float)
MAYBE = st.none() | st.decimals("0.01", 60, places=2).map(float)


def _array(value: float | None) -> list[float]:
    return [math.nan if value is None else value]


def _brute(grade: object) -> float:
    return {bruteforce.OPEN: UNSURE, None: math.nan}.get(grade, grade)


@pytest.mark.parametrize("term", sorted(bruteforce.LOW))
@given(value=DECIMALS, lln=MAYBE)
def test_low_grade_equals_brute_force(term, value, lln):
    expected = bruteforce.low_grade(*(bruteforce.exact(one) for one in (value, lln)), bruteforce.LOW[term][1])
    assert low_grade([value], _array(lln), LIMITS[term]).tolist() == [_brute(expected)]


@pytest.mark.parametrize("term", [*sorted(bruteforce.HIGH), "creatinine increased"])
@given(multiple=st.sampled_from([0.5, 1, 1.5, 2, 2.5, 3, 5, 6, 10, 20, 20.1]), base=MAYBE, uln=MAYBE, value=DECIMALS)
def test_high_grade_equals_brute_force(term, multiple, base, uln, value):
    day, start = date(2020, 2, 1), date(2020, 1, 1)
    for one in (value, float(f"{multiple * (base or 1):.10g}"), float(f"{multiple * (uln or 1):.10g}")):
        now = bruteforce.Sample(day, bruteforce.exact(one), None, bruteforce.exact(uln))
        samples = [now]
        if base is not None:
            samples.append(bruteforce.Sample(start, bruteforce.exact(base), None, bruteforce.exact(uln)))
        window = (samples, start, date(2020, 3, 1))
        if term in bruteforce.HIGH:
            before, expected = bruteforce.liver_term(*window, bruteforce.HIGH[term])
        else:
            before, expected = bruteforce.creatinine_term(*window)
        found = high_grade([one], _array(uln), LIMITS[term], _array(base), _array(uln))
        assert found.tolist() == [_brute(expected)]
        if before is not None:
            assert uln_grade([base], [uln], LIMITS[term]).tolist() == [before]


@given(
    creatinine=st.floats(0.1, 15), age=st.floats(18, 100), sex=st.sampled_from(("male", "female")),
    equation=st.sampled_from(("ckd-epi-2009", "ckd-epi-2021")),
)  # fmt: skip
def test_egfr_equals_brute_force(creatinine, age, sex, equation):
    expected = bruteforce.ckd_epi(creatinine, age, sex, equation)
    assert float(egfr(creatinine, age, sex, equation)) == pytest.approx(expected, rel=1e-12)

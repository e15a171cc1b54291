"""Univariable and multivariable models: against R, and in words where nothing can be estimated."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dictionary import Field
from core.factors import Factor, design, parse_factors
from core.fields import FIELDS
from core.multivariable import Multivariable, fit_multivariable
from core.options import PAPER_FACTORS, Options
from core.prognosis import Prognosis, analyse, fit_univariable
from core.terms import (
    NO_EVENTS,
    NO_PATIENTS,
    ONE_VALUE,
    OUT_OF_RANGE,
    REFERENCE,
    SEPARATION,
    TOO_FEW_EVENTS,
    FactorResult,
)
from tests.oracle.cox_inputs import KINDS
from tests.oracle.cox_results import REAL, field, random_cohorts, results, table, values

XZGB = ("x", "z", "g", "b")


def real(name: str, **options) -> Prognosis:
    """Every factor of a real cohort, alone and all together."""
    file, time, event, factors, categories = REAL[name]
    rows = table(file)
    fields = {one: field(one, rows[one], categorical=one in categories) for one in factors}
    chosen = [Factor(one, categorical=one in categories and fields[one].numeric) for one in factors]
    data = {one: values(rows[one]) for one in factors}
    return analyse(
        data, rows[time].to_numpy(float), rows[event], chosen, fields, Options(**options), multivariable=chosen
    )


def coefficients(one: FactorResult) -> dict[str, tuple[float, float]]:
    """R's name of each estimated level -> log hazard ratio and standard error."""
    return {
        one.factor + ("" if level.level == "per unit" else level.level): (level.coef, level.standard_error)
        for level in one.levels
        if level.hr is not None
    }


def assert_equals_r(one: FactorResult, r: dict) -> None:
    """Coefficients and tests of one factor are those of R's model."""
    stored = dict(zip(r["names"], zip(r["coef"], r["se"], strict=True), strict=True))
    for name, (coef, error) in coefficients(one).items():
        assert abs(coef - stored[name][0]) < 1e-6 * stored[name][1]
        assert error == pytest.approx(stored[name][1], rel=1e-6)
    test = r["terms"][one.factor]
    assert (one.wald.df, one.wald.chi2) == (test["wald_df"], pytest.approx(test["wald"], rel=1e-6, abs=1e-9))


def assert_ratio_equals_r(one: FactorResult, r: dict, *, same_df: bool = True) -> None:
    test = r["terms"][one.factor]
    assert not same_df or one.likelihood_ratio.df == test["lr_df"]
    assert one.likelihood_ratio.chi2 == pytest.approx(test["lr"], abs=1e-6)


def numbered(name: str, one: object) -> Field:
    return Field(name, name.upper(), "number", "other")


# Against R -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
def test_real_cohort_equals_r(name):
    shown, stored = real(name), results("real")[name]
    for one in shown.univariable:
        r = stored["univariable"][one.factor]["full"]
        assert (one.n, one.events, one.missing) == (r["n"], r["events"], shown.n - r["n"])
        assert_equals_r(one, r)
        assert_ratio_equals_r(one, r)
    r = stored["multivariable"]["full"]
    together = shown.multivariable
    assert (together.n, together.events, together.missing) == (r["n"], r["events"], shown.n - r["n"])
    assert (together.log_likelihood_null, together.log_likelihood) == pytest.approx(tuple(r["loglik"]), abs=1e-6)
    assert together.score.chi2 == pytest.approx(r["score"], rel=1e-8)
    assert together.likelihood_ratio.chi2 == pytest.approx(2 * (r["loglik"][1] - r["loglik"][0]), abs=1e-6)
    assert together.concordance.concordance == pytest.approx(r["concordance"]["value"], abs=1e-10)
    assert together.parameters == len(r["coef"])
    assert together.events_per_parameter == pytest.approx(r["events"] / len(r["coef"]))
    for one in together.factors:
        assert_equals_r(one, r)
        assert_ratio_equals_r(one, r)
    tests = {**together.proportional_hazards.terms, "GLOBAL": together.proportional_hazards.overall}
    assert list(tests) == r["zph"]["term"]
    assert [one.p for one in tests.values()] == pytest.approx(r["zph"]["p"], abs=1e-6)


def test_real_cohort_counts_levels():
    shown = real("lung").univariable[2]
    assert [(one.level, one.reference, one.n, one.events) for one in shown.levels] == [
        ("0", True, 63, 37),
        ("1", False, 113, 82),
        ("2", False, 50, 44),
        ("3", False, 1, 1),
    ]
    assert (shown.missing, shown.levels[0].hr, shown.levels[0].reason) == (1, None, REFERENCE)
    assert shown.levels[2].hr == pytest.approx(2.5002, abs=1e-4)
    assert (shown.levels[2].lower, shown.levels[2].upper) == pytest.approx((1.6101, 3.8826), abs=1e-4)
    assert shown.levels[2].p == pytest.approx(4.48e-5, rel=1e-3)


def test_real_cohort_warns_of_few_events_per_coefficient():
    assert real("gbsg2").multivariable.warnings == ()
    shown = real("rossi").multivariable
    assert (shown.events, shown.parameters) == (114, 7)
    assert shown.warnings == ()
    rows = table("lung").iloc[:40]
    few = fit_multivariable(
        [design(Factor(one), values(rows[one]), numbered(one, rows)) for one in ("age", "sex", "wt.loss", "ph.karno")],
        rows.time.to_numpy(float),
        rows.status.to_numpy(bool),
    )
    assert few.warnings == (
        f"{few.events / 4:.1f} events per coefficient, fewer than 10: "
        "the hazard ratios are likely too far from 1 and their intervals too narrow.",
    )


def random_models(key: str) -> tuple[tuple[FactorResult, ...], Multivariable]:
    rows = random_cohorts()[key]
    time, event = rows.time.to_numpy(float), rows.event.to_numpy(bool)
    designs = [design(Factor(one), values(rows[one]), field(one, rows[one])) for one in XZGB]
    return fit_univariable(designs, time, event), fit_multivariable(designs, time, event)


def plainly_told(r: dict) -> bool:
    """Whether R found a maximum, or would have without the patients at levels without events."""
    fitted = r.get("limit", r["full"])
    return "coef" in fitted and not fitted["warnings"] and None not in fitted["coef"] and r["full"]["events"] > 1


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_random_cohort_alone_equals_r(kind):
    compared = 0
    for key in list(random_cohorts())[kind :: len(KINDS)]:
        for one in random_models(key)[0]:
            r = results("random")[key]["univariable"].get(one.factor)
            if r is None or not plainly_told(r):
                continue
            assert_equals_r(one, r.get("limit", r["full"]))
            assert_ratio_equals_r(one, r["full"])
            compared += 1
    assert compared >= {"few events": 10, "constant": 40, "separated": 50}.get(KINDS[kind], 60)


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_random_cohort_together_equals_r(kind):
    compared = 0
    for key in list(random_cohorts())[kind :: len(KINDS)]:
        r, shown = results("random")[key]["multivariable"], random_models(key)[1]
        if not plainly_told(r):
            continue
        fitted = r.get("limit", r["full"])
        for one in shown.factors:
            if one.wald is not None:
                assert_equals_r(one, fitted)
                # With infinite coefficients R may take one for collinear, and then counts a degree of freedom less.
                assert_ratio_equals_r(one, r["full"], same_df="limit" not in r)
        assert shown.concordance.concordance == pytest.approx(r["full"]["concordance"]["value"], abs=1e-10)
        if "zph" in fitted:
            ours = shown.proportional_hazards
            tests = [ours.overall if one == "GLOBAL" else ours.terms[one] for one in fitted["zph"]["term"]]
            assert [one.chi2 for one in tests] == pytest.approx(fitted["zph"]["chi2"], rel=1e-6, abs=1e-6)
        compared += 1
    assert compared >= {"few events": 2, "constant": 0, "collinear": 0, "separated": 0}.get(KINDS[kind], 10)


def test_random_cohort_every_warning_of_r_has_a_reason():
    """Where R warns that a coefficient may be infinite, or gives NA, ours says why there is none."""
    warned = 0
    for key in random_cohorts():
        univariable, multivariable = random_models(key)
        stored = results("random")[key]
        for one in univariable:
            r = stored["univariable"].get(one.factor, {}).get("full")
            if r is None or r["warnings"] or None in r["coef"]:
                assert one.reason or any(level.reason not in (None, REFERENCE) for level in one.levels)
                warned += 1
        r = stored["multivariable"]["full"]
        if r["warnings"] or None in r["coef"]:
            reasons = [level.reason for one in multivariable.factors for level in one.levels]
            assert multivariable.reason or any(reason not in (None, REFERENCE, NO_PATIENTS) for reason in reasons)
            warned += 1
    assert warned > 200


def test_random_cohort_prints_no_infinity():
    for key in random_cohorts():
        univariable, multivariable = random_models(key)
        for one in (*univariable, *multivariable.factors):
            assert one.reason or any(level.hr is not None for level in one.levels)
            for level in one.levels:
                numbers = (level.hr, level.lower, level.upper, level.p)
                assert (level.reason is None) == all(number is not None for number in numbers)
                assert level.reason is not None or 0 < level.lower < level.hr < level.upper < np.inf
        json.dumps(multivariable.as_dict(), allow_nan=False)


# Choosing factors ------------------------------------------------------------------------------------------------


def test_entry_follows_the_univariable_p():
    strict = real("lung")
    rows = table("lung")
    fields = {one: numbered(one, rows) for one in ("age", "sex", "wt.loss")}
    data = {one: values(rows[one]) for one in fields}
    loose = analyse(data, rows.time, rows.status, [Factor(one) for one in fields], fields)
    assert [one.factor for one in loose.multivariable.factors] == ["age", "sex"]
    assert loose.entry == "Factors with a univariable overall Wald p below 0.1"
    assert loose.multivariable.independent == ("sex",)
    tight = analyse(data, rows.time, rows.status, [Factor(one) for one in fields], fields, Options(entry_p=0.01))
    assert [one.factor for one in tight.multivariable.factors] == ["sex"]
    assert strict.entry == "Factors chosen beforehand"
    assert strict.multivariable.n == results("real")["lung"]["multivariable"]["full"]["n"]


def test_entry_of_no_factor():
    fields = {"x": Field("x", "X", "number", "other")}
    shown = analyse({"x": [1.0, 2, 1, 2]}, [1, 1, 2, 2], [1, 1, 1, 1], [Factor("x")], fields)
    assert shown.multivariable.factors == ()
    assert shown.multivariable.reason == "No factor entered the multivariable model."
    assert shown.as_dict()["multivariable"]["factors"] == []


def test_outcome_not_known_is_left_out_and_counted():
    rows = table("lung")
    fields = {"age": numbered("age", rows)}
    data = {"age": values(rows["age"])}
    time, event = rows.time.to_numpy(float).copy(), rows.status.to_numpy(bool).astype(object)
    time[:5], event[5:8] = np.nan, None
    shown = analyse(data, time, event, [Factor("age")], fields)
    whole = analyse({"age": data["age"][8:]}, time[8:], event[8:], [Factor("age")], fields)
    assert (shown.without_outcome, shown.n) == (8, len(rows) - 8)
    assert shown.univariable == whole.univariable


def test_known_later_is_warned():
    assert FIELDS["n_cycles"].known_later
    shown = analyse({"n_cycles": [1.0, 3, 2, 4, 1]}, [1, 2, 3, 4, 5], [1] * 5, [Factor("n_cycles")], FIELDS)
    assert shown.warnings == (
        "Only 5 events, fewer than 10: no hazard ratio here is reliable.",
        "Cycles is known only after the start of treatment: its hazard ratios carry immortal time.",
    )


# In words --------------------------------------------------------------------------------------------------------


def alone(column: list, time: list, event: list, name: str = "grade", **factor) -> FactorResult:
    made = design(Factor(name, **factor), np.array(column, dtype=object), FIELDS[name])
    return fit_univariable([made], np.array(time, dtype=float), np.array(event, dtype=bool))[0]


def reasons(one: FactorResult) -> list[str | None]:
    return [level.reason for level in one.levels]


GRADES = ["1", "2", "1", "2", "1", "2", "3", "3"]


def test_level_without_events_is_the_limit():
    one = alone(GRADES, [1, 2, 3, 4, 5, 6, 3, 7], [1, 1, 1, 1, 0, 1, 0, 0])
    limit = alone(GRADES[:6], [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1])
    assert reasons(one) == [REFERENCE, None, NO_EVENTS]
    assert reasons(limit) == [REFERENCE, None, NO_PATIENTS]
    assert one.levels[1].hr == pytest.approx(limit.levels[1].hr, rel=1e-9)
    assert (one.wald.df, one.wald.p) == (1, pytest.approx(limit.wald.p, rel=1e-9))
    assert one.likelihood_ratio.df == 2
    assert one.likelihood_ratio.chi2 > limit.likelihood_ratio.chi2
    assert (one.n, one.events) == (8, 5)


def test_reference_without_events():
    one = alone(["1", "1", "2", "3", "2", "3"], [5, 6, 1, 2, 3, 4], [0, 0, 1, 1, 1, 1])
    said = "Not estimable: the reference level, 1, has no events; choose another."
    assert reasons(one) == [REFERENCE, said, said]
    assert one.reason == said
    assert one.likelihood_ratio.df == 2
    other = alone(["1", "1", "2", "3", "2", "3"], [5, 6, 1, 2, 3, 4], [0, 0, 1, 1, 1, 1], levels=("2",))
    assert [level.level for level in other.levels] == ["2", "1", "3"]
    assert reasons(other) == [REFERENCE, NO_EVENTS, None]
    assert other.likelihood_ratio.chi2 == pytest.approx(one.likelihood_ratio.chi2, abs=1e-9)


def test_two_levels_one_without_events():
    one = alone([True, False, True, False], [4, 1, 3, 2], [0, 1, 0, 1], name="functional")
    assert one.reason == NO_EVENTS
    assert one.wald is None
    # Both deaths in the group of two, among four and three at risk: 2 log(4 * 3 / (2 * 1)).
    assert one.likelihood_ratio.chi2 == pytest.approx(2 * np.log(6))


def test_separation_of_a_number_and_of_a_level():
    number = alone([5.0, 4, 3, 2, 1], [1, 2, 3, 4, 5], [1, 1, 1, 1, 1], name="nlr")
    assert (number.reason, number.wald) == (SEPARATION, None)
    # The likelihood tends to 1, from 1 / 5!: that much can be tested.
    assert number.likelihood_ratio.chi2 == pytest.approx(2 * np.log(120), abs=1e-6)
    level = alone(["2", "2", "1", "1", "1"], [1, 2, 3, 4, 5], [1, 1, 1, 1, 0])
    assert reasons(level)[1] == SEPARATION


@pytest.mark.parametrize(
    ("column", "event", "name", "said"),
    [
        ([3.0, 3, 3], [1, 1, 1], "nlr", ONE_VALUE),
        ([3.0, 2, 1], [1, 0, 0], "nlr", TOO_FEW_EVENTS),
        ([3.0, 2, 1], [0, 0, 0], "nlr", TOO_FEW_EVENTS),
        ([np.nan] * 3, [1, 1, 1], "nlr", "Not estimable: no patients with this value."),
        ([None] * 3, [1, 1, 1], "grade", "Not estimable: no patients with this value."),
        (["2", "2", "2"], [1, 1, 1], "grade", "Not estimable: all patients are at one level, 2."),
        (["1", "2", "1"], [1, 0, 0], "grade", TOO_FEW_EVENTS),
    ],
)
def test_reason_of_a_factor(column, event, name, said):
    one = alone(column, [1, 2, 3], event, name=name)
    assert one.reason == said
    assert (one.wald, one.likelihood_ratio) == (None, None)
    assert all(level.hr is None for level in one.levels)


def test_unit_too_large_for_a_number():
    rng = np.random.default_rng(0)
    one = alone((rng.random(40) / 1e4).tolist(), np.arange(40.0), np.ones(40), name="nlr")
    assert one.reason == OUT_OF_RANGE
    assert one.wald is not None


def test_nobody_and_one_patient():
    for n in (0, 1, 2):
        data = {"grade": np.array(["2"] * n, dtype=object), "nlr": np.full(n, 2.0)}
        factors = [Factor("grade"), Factor("nlr"), Factor("nlr", cut=3)]
        shown = analyse(data, np.ones(n), np.ones(n), factors, FIELDS, multivariable=factors)
        assert [one.reason is None for one in shown.univariable] == [False] * 3
        assert shown.multivariable.reason.startswith("Not estimable")
        json.dumps(shown.as_dict(), allow_nan=False)


def test_collinear_factors_name_each_other():
    rows = table("lung")
    time, event = rows.time.to_numpy(float), rows.status.to_numpy(bool)
    age = rows["age"].to_numpy(float)
    made = [
        design(Factor("a"), age, Field("a", "Age", "number", "other")),
        design(Factor("s"), values(rows["sex"]), Field("s", "Sex", "number", "other")),
        design(Factor("m"), age * 12, Field("m", "Age in months", "number", "other")),
    ]
    shown = fit_multivariable(made, time, event)
    assert shown.factors[2].reason == "Not estimable: collinear (determined by Age)."
    assert (shown.parameters, shown.factors[2].likelihood_ratio) == (2, None)
    pair = fit_multivariable(made[:2], time, event)
    assert shown.factors[0].levels[0].hr == pytest.approx(pair.factors[0].levels[0].hr, rel=1e-12)
    assert shown.factors[0].likelihood_ratio.chi2 == pytest.approx(pair.factors[0].likelihood_ratio.chi2)
    assert list(shown.proportional_hazards.terms) == ["a", "s", "m"]
    assert shown.proportional_hazards.terms["m"] is None
    told = shown.as_dict()["proportional_hazards"][2]
    assert (told["p"], told["reason"]) == (None, "Not testable: no coefficient, or too few event times.")


def test_as_dict_has_the_shape_of_the_interface():
    rng = np.random.default_rng(7)
    n = 110
    data = {
        "grade": rng.choice(np.array(["1", "2", "3", None], dtype=object), n),
        "primary_site": rng.choice(np.array(["small intestine", "pancreas"], dtype=object), n),
        "functional": rng.choice(np.array([True, False], dtype=object), n),
        "fdg_pet": rng.choice(np.array(["positive", "negative"], dtype=object), n),
        "prior_modalities": rng.integers(0, 7, n).astype(float),
        **{
            name: rng.lognormal(0, 1, n) * 1000
            for name in ("cga_ug_l", "alp_u_l", "sodium_mmol_l", "albumin_g_l", "nlr")
        },
    }
    factors = parse_factors(PAPER_FACTORS, FIELDS)
    shown = analyse(
        data, rng.integers(1, 900, n), rng.random(n) < 0.7, factors, FIELDS, multivariable=factors
    ).as_dict()
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert [one["factor"] for one in shown["univariable"]] == list(PAPER_FACTORS)
    factor = {"factor", "n", "events", "missing", "p_wald", "p_lr", "levels"}
    level = {"level", "reference", "n", "events", "hr", "lower", "upper", "p", "reason"}
    for one in (*shown["univariable"], *shown["multivariable"]["factors"]):
        assert factor <= set(one)
        assert all(level <= set(row) for row in one["levels"])
    assert {
        "n",
        "events",
        "missing",
        "factors",
        "concordance",
        "log_likelihood",
        "events_per_parameter",
        "proportional_hazards",
    } <= set(shown["multivariable"])
    tests = shown["multivariable"]["proportional_hazards"]
    assert [one["term"] for one in tests] == [*PAPER_FACTORS, "GLOBAL"]
    assert all({"term", "chi2", "df", "p"} <= set(one) for one in tests)
    site = shown["univariable"][1]["levels"]
    assert [one["level"] for one in site] == list(FIELDS["primary_site"].levels)
    assert site[2]["reason"] == NO_PATIENTS
    cga = shown["univariable"][3]["levels"]
    assert [(one["level"], one["reference"]) for one in cga] == [("<1000", True), (">=1000", False)]


# Properties ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_reference_change_inverts_the_hazard_ratio(seed):
    rng = np.random.default_rng(seed)
    grades, time, event = rng.choice(["1", "2"], 30).tolist(), rng.integers(1, 20, 30), rng.random(30) < 0.7
    one, other = alone(grades, time, event), alone(grades, time, event, levels=("2", "1"))
    assert (one.reason is None) == (other.reason is None)
    if one.reason is None:
        assert one.levels[1].hr * other.levels[1].hr == pytest.approx(1, rel=1e-9)
        assert one.levels[1].p == pytest.approx(other.levels[1].p, rel=1e-7)
        assert one.likelihood_ratio.chi2 == pytest.approx(other.likelihood_ratio.chi2, abs=1e-9)


@given(st.integers(0, 10_000), st.permutations(range(6)))
@settings(max_examples=25, deadline=None)
def test_shuffling_patients_changes_nothing(seed, order):
    key = str(seed % 200)
    rows = random_cohorts()[key]
    shuffled = rows.iloc[np.random.default_rng(order[0] + seed).permutation(len(rows))]
    both = []
    for some in (rows, shuffled):
        designs = [design(Factor(one), values(some[one]), field(one, rows[one])) for one in XZGB]
        both.append(fit_univariable(designs, some.time.to_numpy(float), some.event.to_numpy(bool)))
    for one, other in zip(*both, strict=True):
        assert reasons(one) == reasons(other)
        estimates = [[level.coef for level in some.levels if level.coef is not None] for some in (one, other)]
        assert estimates[0] == pytest.approx(estimates[1], rel=1e-7, abs=1e-7)


def test_separated_factor_that_does_not_enter_is_told():
    time = np.arange(1.0, 21)
    data = {"arm": ["early"] * 10 + ["late"] * 10, "z": [0.0, 1, 2, 3] * 5}
    fields = {"arm": Field("arm", "Arm", "category", "other"), "z": numbered("z", 0)}
    found = analyse(data, time, np.ones(20), parse_factors("arm,z", fields), fields)
    assert found.univariable[0].wald is None
    assert [one.factor for one in found.multivariable.factors] == []
    assert found.warnings[0].startswith("Arm did not enter the multivariable model: a level without estimate")
    assert "its likelihood-ratio p of 8.4e-07 is below 0.1" in found.warnings[0]
    fixed = analyse(
        data, time, np.ones(20), parse_factors("z", fields), fields, multivariable=parse_factors("arm", fields)
    )
    assert fixed.warnings == ()


def test_without_the_tests_of_leaving_out_everything_else_stays():
    time = np.arange(1.0, 41.0)
    event = np.arange(40) % 3 > 0
    data = {"sodium_mmol_l": 130 + (np.arange(40) * 7) % 13, "albumin_g_l": 30 + (np.arange(40) * 5) % 11}
    factors = parse_factors("sodium_mmol_l,albumin_g_l", FIELDS)
    whole = analyse(data, time, event, factors, FIELDS, multivariable=factors).as_dict()
    quick = analyse(data, time, event, factors, FIELDS, multivariable=factors, drop_one=False).as_dict()
    tested = [one.pop("p_lr") for one in whole["multivariable"]["factors"]]
    assert None not in tested
    assert [one.pop("p_lr") for one in quick["multivariable"]["factors"]] == [None, None]
    assert quick == whole

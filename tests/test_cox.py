"""Cox models, score test of proportional hazards and concordance: by hand, against R, and by their properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.concordance import concordance
from core.cox import COLLINEAR, CONSTANT, DIVERGING, ESTIMATED, fit, fit_batch, maximal_logliks
from core.cox_tests import likelihood_ratio, wald, wald_interval, wald_p
from core.factors import Factor, design
from core.zph import zph
from tests.oracle.cox_inputs import KINDS
from tests.oracle.cox_results import REAL, field, random_cohorts, results, table, values


def real(name: str) -> tuple[list[np.ndarray], list[tuple[str, ...]], np.ndarray, np.ndarray]:
    """Columns and their names per factor, time and event of a real cohort."""
    file, time, event, factors, categories = REAL[name]
    rows = table(file)
    columns, names = [], []
    for one in factors:
        described = field(one, rows[one], categorical=one in categories)
        made = design(Factor(one, categorical=one in categories and described.numeric), values(rows[one]), described)
        columns.append(made.columns)
        names.append(tuple(one + level for level in made.levels[1:]) if made.values is None else (one,))
    return columns, names, rows[time].to_numpy(float), rows[event].to_numpy(bool)


def simulated(n: int, p: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariates, times in whole units (ties) and events."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    event_time = rng.exponential(np.exp(-x @ np.linspace(-0.6, 0.6, p))) * 20
    censoring = rng.uniform(2, 60, n)
    return x, np.ceil(np.minimum(event_time, censoring)), event_time <= censoring


# By hand ---------------------------------------------------------------------------------------------------------

# Two events tied at 1, one at 2. With t = exp(b) the Efron likelihood is t^2 / (3 (1 + t)^3): its maximum is t = 2.
TIED_X = np.array([[1.0], [0.0], [1.0], [0.0]])
TIED_TIME = np.array([1.0, 1.0, 2.0, 3.0])
TIED_EVENT = np.array([1, 1, 1, 0])


def test_fit_hand_worked_tie():
    one = fit(TIED_X, TIED_TIME, TIED_EVENT)
    assert one.coef == pytest.approx([np.log(2)], abs=1e-12)
    assert one.covariance == pytest.approx(np.array([[1.5]]), abs=1e-8)
    assert one.loglik_null == pytest.approx(-np.log(24), abs=1e-12)
    assert one.loglik == pytest.approx(np.log(4 / 81), abs=1e-12)
    assert one.score == pytest.approx(1 / 3, abs=1e-12)
    assert (one.n, one.events, one.df, one.converged, one.status) == (4, 3, 1, True, (ESTIMATED,))


def test_fit_floating_times_are_tied_as_in_r():
    nearly = TIED_TIME * 0.3
    nearly[0] = 0.1 + 0.2  # 0.30000000000000004
    assert nearly[0] != nearly[1]
    assert fit(TIED_X, nearly, TIED_EVENT).coef == pytest.approx([np.log(2)], abs=1e-12)


def test_concordance_hand_worked():
    # Risk 3 dies first, then 1 (censored pair partners outlive), then a tie in risk; one pair of events tied in time.
    counted = concordance([3.0, 1.0, 2.0, 2.0, 5.0], [1, 2, 3, 3, 3], [1, 1, 1, 1, 0])
    assert (counted.concordant, counted.discordant, counted.tied_risk, counted.tied_time) == (3, 6, 0, 1)
    assert counted.concordance == pytest.approx(3 / 9)


def test_concordance_rounds_log_hazards():
    risk = np.array([0.1 + 0.2, 0.3])
    assert concordance(risk, [1, 2], [1, 1]).tied_risk == 1


def test_concordance_without_pairs():
    assert concordance([1.0, 2.0], [4, 4], [1, 1]).concordance is None
    assert concordance([1.0, 2.0], [4, 5], [0, 0]).concordance is None
    assert concordance([], [], []).concordance is None


def test_wald_and_likelihood_ratio_values():
    assert wald([2.0], [[1.0]]).chi2 == 4.0
    assert wald([2.0], [[1.0]]).p == pytest.approx(0.04550026389635842)
    assert wald([], np.empty((0, 0))) is None
    assert likelihood_ratio(-10.0, -13.0, 2).p == pytest.approx(np.exp(-3))
    assert likelihood_ratio(-10.0, -10.0 + 1e-13, 1).chi2 == 0.0
    assert likelihood_ratio(-10.0, -10.0, 0) is None
    assert wald_p(1.959963984540054, 1.0) == pytest.approx(0.05)
    lower, upper = wald_interval(0.0, 1.0, 0.95)
    assert (float(lower), float(upper)) == pytest.approx((np.exp(-1.959963984540054), np.exp(1.959963984540054)))


# Against R -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
def test_fit_real_cohort_equals_r(name):
    columns, names, time, event = real(name)
    stored = results("real")[name]
    models = [*columns, np.hstack(columns)]
    labels = [*names, sum(names, ())]
    expected = [*(stored["univariable"][one]["full"] for one in REAL[name][3]), stored["multivariable"]["full"]]
    for one, label, r in zip(fit_batch(models, time, event), labels, expected, strict=True):
        assert tuple(r["names"]) == label
        assert (one.n, one.events) == (r["n"], r["events"])
        errors = np.array(r["se"])
        assert np.abs((one.coef - r["coef"]) / errors).max() < 1e-6
        assert one.standard_error == pytest.approx(errors, rel=1e-7)
        assert [one.loglik_null, one.loglik] == pytest.approx(r["loglik"], abs=1e-6)
        assert one.score == pytest.approx(r["score"], rel=1e-8)


@pytest.mark.parametrize("name", REAL)
def test_zph_real_cohort_equals_r(name):
    columns, _, time, event = real(name)
    x = np.hstack(columns)
    rows = ~np.isnan(x).any(axis=1)
    ends = np.cumsum([one.shape[1] for one in columns])
    terms = {term: range(end - one.shape[1], end) for term, one, end in zip(REAL[name][3], columns, ends, strict=True)}
    tested = zph(fit(x[rows], time[rows], event[rows]), x[rows], time[rows], event[rows], terms)
    r = results("real")[name]["multivariable"]["full"]
    for term, chi2, df, p in zip(*(r["zph"][key] for key in ("term", "chi2", "df", "p")), strict=True):
        ours = tested.overall if term == "GLOBAL" else tested.terms[term]
        assert ours.df == df
        assert [ours.chi2, ours.p] == pytest.approx([chi2, p], abs=1e-6)
    shown = np.array(r["residuals"]["row"]) - 1
    assert tested.time[shown] == pytest.approx(r["residuals"]["time"])
    assert tested.transformed[shown] == pytest.approx(r["residuals"]["x"], abs=1e-10)
    assert tested.residuals[shown] == pytest.approx(np.array(r["residuals"]["y"]), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", REAL)
def test_concordance_real_cohort_equals_r(name):
    columns, _, time, event = real(name)
    x = np.hstack(columns)
    rows = ~np.isnan(x).any(axis=1)
    r = results("real")[name]["multivariable"]["full"]["concordance"]
    one = fit(x[rows], time[rows], event[rows])
    counted = concordance(x[rows] @ one.coef, time[rows], event[rows])
    assert [counted.concordant, counted.discordant, counted.tied_risk, counted.tied_time] == r["counts"]
    assert counted.concordance == pytest.approx(r["value"], abs=1e-10)


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_fit_random_number_equals_r(kind):
    """The two numbers x and z alone, where R finds a maximum; where R warns, the column is marked and not estimated."""
    compared = 0
    for key, rows in random_cohorts().items():
        if int(key) % len(KINDS) != kind:
            continue
        time, event = rows.time.to_numpy(float), rows.event.to_numpy(bool)
        for name, one in zip("xz", fit_batch([rows[[c]].to_numpy(float) for c in "xz"], time, event), strict=True):
            r = results("random")[key]["univariable"][name]["full"]
            if not event.any() or rows[name].nunique() == 1:
                assert "coef" not in r or r["coef"] == [None]
                assert one.status == (CONSTANT,)
                assert np.isnan(one.coef).all()
            elif r["warnings"] or r["coef"] == [None]:
                assert one.status == (DIVERGING,)
            else:
                assert one.status == (ESTIMATED,)
                assert abs(one.coef[0] - r["coef"][0]) < 1e-6 * r["se"][0]
                assert one.standard_error[0] == pytest.approx(r["se"][0], rel=1e-7)
                assert one.loglik == pytest.approx(r["loglik"][1], abs=1e-6)
            compared += 1
    assert compared == 40


def test_status_separation_is_exact():
    """A single column diverges exactly where every event holds the highest (or the lowest) value of its risk set."""
    separated = 0
    for rows in random_cohorts().values():
        order = np.argsort(-rows.time.to_numpy(float), kind="stable")
        for name in "xz":
            used = rows.iloc[order].dropna(subset=[name])
            x, time, event = used[[name]].to_numpy(float), used.time.to_numpy(float), used.event.to_numpy(bool)
            one = fit(x, time, event)
            if one.status[0] == CONSTANT:
                continue
            at_risk = [x[time >= t - 1.5e-8 * max(1, time.mean()), 0] for t in time[event]]
            highest = all(value == others.max() for value, others in zip(x[event, 0], at_risk, strict=True))
            lowest = all(value == others.min() for value, others in zip(x[event, 0], at_risk, strict=True))
            assert (one.status[0] == DIVERGING) == (highest or lowest)
            separated += highest or lowest
    assert separated > 10


# What cannot be fitted -------------------------------------------------------------------------------------------


def test_status_constant_collinear_and_their_neighbours():
    x, time, event = simulated(80, 3, seed=3)
    both = np.column_stack([x[:, 0], np.full(80, 0.1), x[:, 1], 2 * x[:, 0] - x[:, 1] + 7, x[:, 2]])
    one, plain = fit(both, time, event), fit(x, time, event)
    assert one.status == (ESTIMATED, CONSTANT, ESTIMATED, COLLINEAR, ESTIMATED)
    assert one.collinear_with == {3: (0, 2)}
    assert one.coef[[0, 2, 4]] == pytest.approx(plain.coef, rel=1e-9)
    assert one.df == 3
    assert one.loglik == pytest.approx(plain.loglik, abs=1e-9)
    assert np.isnan(one.coef[[1, 3]]).all()


def test_status_constant_among_those_at_risk():
    # The only different value belongs to a patient who left before the first event.
    one = fit([[5.0], [1.0], [1.0], [1.0]], [1, 2, 3, 4], [0, 1, 1, 0])
    assert one.status == (CONSTANT,)


def test_status_separated_continuous_column_leaves_the_other_in_the_limit():
    x, time, event = simulated(60, 1, seed=5)
    early = time <= np.sort(time)[5]
    event = event | early
    one = fit(np.column_stack([x, early]), np.where(early, time, time + 100), event)
    assert one.status == (ESTIMATED, DIVERGING)
    assert one.converged
    assert one.standard_error[0] < 1


def test_status_no_common_maximum_of_many_ordered_patients():
    x = -np.arange(400.0)[:, None]
    one = fit(x, np.arange(400), np.ones(400))
    assert one.status == (DIVERGING,)
    assert np.isfinite([one.loglik, *one.coef]).all()


def test_maximal_loglik_from_nearby_and_from_far_away():
    x, time, event = simulated(60, 3, seed=8)
    one = fit(x, time, event)
    starts = [one.coef, np.zeros(3), np.array([900.0, -900, 900])]
    found = maximal_logliks([x] * 3, time, event, starts)
    assert found == pytest.approx([one.loglik] * 3, abs=1e-9)


def test_fit_without_events():
    one = fit(TIED_X, TIED_TIME, [0, 0, 0, 0])
    assert (one.events, one.df, one.status, one.loglik) == (0, 0, (CONSTANT,), 0.0)


def test_fit_model_without_its_own_events():
    x = np.column_stack([[1.0, 2, np.nan, np.nan], [1.0, 2, 3, 4]])
    first, second = fit_batch([x[:, :1], x[:, 1:]], [1, 2, 3, 4], [0, 0, 1, 1])
    assert (first.n, first.events, first.df) == (2, 0, 0)
    assert (second.n, second.events) == (4, 2)


@pytest.mark.parametrize(
    ("x", "time", "event", "named"),
    [
        ([1.0, 2.0], [1, 2], [1, 0], "x: 1 dimension"),
        ([[1.0], [np.nan]], [1, 2], [1, 0], "x: a value is missing"),
        ([[1.0], [2.0]], [1, np.inf], [1, 0], "time: a value"),
        ([[1.0], [2.0]], [1, 2], [1, 2], "event: a value"),
        ([[1.0], [2.0]], [1, 2], [1], "time and event: shapes"),
        ([[1.0]], [1, 2], [1, 1], "models: each needs 2 rows"),
    ],
)
def test_fit_refuses(x, time, event, named):
    with pytest.raises(ValueError, match=named):
        fit(x, time, event)


def test_zph_one_event_time_is_not_testable():
    tested = zph(fit(TIED_X, [1, 1, 1, 2], [1, 1, 0, 0]), TIED_X, [1, 1, 1, 2], [1, 1, 0, 0], {"x": [0]})
    assert tested.overall is None
    assert tested.terms == {"x": None}


# Properties ------------------------------------------------------------------------------------------------------

SEEDS = st.integers(0, 10_000)


@given(SEEDS, st.integers(20, 80))
@settings(max_examples=30, deadline=None)
def test_fit_row_order_is_irrelevant(seed, n):
    x, time, event = simulated(n, 2, seed)
    order = np.random.default_rng(seed + 1).permutation(n)
    assert fit(x[order], time[order], event[order]).coef == pytest.approx(fit(x, time, event).coef, rel=1e-9, abs=1e-9)


@given(SEEDS, st.sampled_from([1 / 30.4375, 7.0, 365.25]))
@settings(max_examples=30, deadline=None)
def test_fit_time_unit_is_irrelevant(seed, unit):
    x, time, event = simulated(50, 2, seed)
    one, other = fit(x, time, event), fit(x, time * unit, event)
    assert other.coef == pytest.approx(one.coef, rel=1e-12)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-12)


@given(SEEDS, st.floats(-1e4, 1e4), st.sampled_from([1e-6, 0.01, -3.0, 1e5]))
@settings(max_examples=40, deadline=None)
def test_fit_covariate_shift_and_scale(seed, shift, scale):
    x, time, event = simulated(50, 2, seed)
    one, other = fit(x, time, event), fit(np.column_stack([x[:, 0] * scale + shift * scale, x[:, 1]]), time, event)
    assert other.coef * [scale, 1] == pytest.approx(one.coef, rel=1e-7, abs=1e-7)
    assert other.standard_error * [abs(scale), 1] == pytest.approx(one.standard_error, rel=1e-7)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-11)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_fit_other_reference_flips_the_sign(seed):
    x, time, event = simulated(50, 1, seed)
    high = (x > 0).astype(float)
    one, other = fit(high, time, event), fit(1 - high, time, event)
    assert other.status == one.status
    assert other.coef == pytest.approx(-one.coef, rel=1e-9, abs=1e-9)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_fit_batch_equals_single_fits(seed):
    x, time, event = simulated(60, 4, seed)
    rng = np.random.default_rng(seed)
    models = [np.where(rng.random((60, 1)) < 0.1, np.nan, x[:, :k]) for k in (1, 2, 4)]
    for model, together in zip(models, fit_batch(models, time, event), strict=True):
        rows = ~np.isnan(model).any(axis=1)
        alone = fit(model[rows], time[rows], event[rows])
        assert together.coef == pytest.approx(alone.coef, rel=1e-9, abs=1e-9)
        assert together.covariance == pytest.approx(alone.covariance, rel=1e-7)
        assert (together.loglik_null, together.n) == (pytest.approx(alone.loglik_null, rel=1e-12), alone.n)


PATIENTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9), st.booleans()), min_size=1, max_size=40)


@given(PATIENTS)
def test_concordance_equals_pair_by_pair(patients):
    counts = [0, 0, 0, 0]
    for i, (risk, time, event) in enumerate(patients):
        for j, (other_risk, other_time, other_event) in enumerate(patients):
            if event and other_event and time == other_time:
                counts[3] += i < j
            elif event and (time < other_time or (time == other_time and i != j)):
                counts[0 if risk > other_risk else 1 if risk < other_risk else 2] += 1
    risk, time, event = (np.array(column) for column in zip(*patients, strict=True))
    counted = concordance(risk.astype(float), time, event)
    assert [counted.concordant, counted.discordant, counted.tied_risk, counted.tied_time] == counts

"""The cross-check with lifelines: equal where the rules are equal, said in words where they are not."""

import json

import numpy as np
import pytest

from core.counts import event_counts
from core.crosscheck import CrossCheck, check_outcome, check_prognosis
from core.crosscheck.comparison import attempted, compare, worst
from core.crosscheck.survival import INTERVAL_NOTE, MEDIAN_NOTE, ZERO_NOTE
from core.dictionary import Field
from core.factors import Factor, parse_factors
from core.logrank import log_rank, pairwise_log_rank
from core.options import Options
from core.outcome import Group, Outcome
from core.prognosis import analyse
from core.survival import follow_up, kaplan_meier
from tests.oracle.cox_results import table

LUNG = {
    "age": Field("age", "Age", "number", "other"),
    "sex": Field("sex", "Sex", "integer", "other"),
    "ph.ecog": Field("ph.ecog", "ECOG", "integer", "other"),
    "wt.loss": Field("wt.loss", "Weight loss", "number", "other"),
}


def lung_outcome(conf_type: str = "log-log") -> Outcome:
    """Overall survival of the lung cohort, in all and by ECOG."""
    rows = table("lung").dropna(subset=["ph.ecog"])
    groups = {f"{level:g}": event_counts(some.time, some.status) for level, some in rows.groupby("ph.ecog")}
    everybody = event_counts(rows.time, rows.status)
    return Outcome(
        endpoint="os",
        label="Overall survival",
        n=everybody.n,
        without_time=0,
        reasons=(),
        no_time=(),
        overall=Group("", everybody, kaplan_meier(everybody, conf_type)),
        groups=tuple(Group(level, one, kaplan_meier(one, conf_type)) for level, one in groups.items()),
        strata_label="ECOG",
        log_rank=log_rank(list(groups.values())),
        pairwise=pairwise_log_rank(list(groups.values()), list(groups)),
        follow_up=follow_up(everybody),
    )


def small_outcome(time: list[float], event: list[int]) -> Outcome:
    counts = event_counts(time, event)
    return Outcome("pfs", "PFS", counts.n, 0, (), (), Group("", counts, kaplan_meier(counts)))


def lung_prognosis(factors: str, *, rows: np.ndarray | None = None, entry_p: float = 1.0) -> list[CrossCheck]:
    """The cross-check of the lung cohort's models; `rows` (n,) of them."""
    lung = table("lung") if rows is None else table("lung")[rows]
    options = Options(categorical=("ph.ecog", "sex"), entry_p=entry_p)
    chosen = parse_factors(factors, LUNG, options)
    data = {name: lung[name].to_numpy(float) for name in LUNG}
    outcome = lung.time.to_numpy(float), lung.status.to_numpy(bool)
    shown = analyse(data, *outcome, chosen, LUNG, options)
    return check_prognosis("OS", shown, data, *outcome, chosen, LUNG)


def test_outcome_real_cohort_agrees():
    found = check_outcome(lung_outcome())
    assert {one.what.split(": ")[1].split(" (")[0] for one in found} >= {
        "survival",
        "median, days",
        "lower limit",
        "upper limit of the median, days",
        "log-rank chi-squared",
        "reverse Kaplan-Meier median, days",
    }
    assert sum("against" in one.what for one in found) == 6
    compared = [one for one in found if not one.what.startswith("Overall survival, 3")]
    assert all(one.difference is not None and one.difference < 1e-9 for one in compared)
    survival = found[0]
    assert survival.what.startswith("Overall survival, all: survival (day ")
    json.dumps([one.as_dict() for one in found], allow_nan=False)


def test_outcome_of_one_patient_who_died_has_no_limits():
    limit = next(
        one for one in check_outcome(lung_outcome()) if one.what.startswith("Overall survival, 3: lower limit of")
    )
    assert (limit.ours, limit.lifelines, limit.difference, limit.note) == (None, 118.0, None, ZERO_NOTE)


def test_outcome_other_interval_is_said():
    found = check_outcome(lung_outcome("log"))
    assert sum(one.note == INTERVAL_NOTE.format("log") for one in found) == 5
    assert all(one.difference < 1e-9 for one in found if one.difference is not None)


def test_outcome_flat_median_is_said():
    median = next(one for one in check_outcome(small_outcome([1, 2, 3, 4], [1, 1, 1, 1])) if "median, days" in one.what)
    assert (median.ours, median.lifelines, median.difference, median.note) == (2.5, 2.0, 0.5, MEDIAN_NOTE)


def test_outcome_median_not_reached_agrees():
    found = check_outcome(small_outcome([3, 4, 5], [0, 0, 0]))
    median = next(one for one in found if "median, days" in one.what)
    assert (median.ours, median.lifelines, median.difference) == (None, None, 0.0)


def test_outcome_refused_or_empty():
    refused = small_outcome([1], [1])
    object.__setattr__(refused, "refusal", "Two courses of one patient.")
    assert check_outcome(refused) == []
    assert check_outcome(small_outcome([], [])) == []


def test_prognosis_real_cohort_agrees():
    found = lung_prognosis("age,sex,ph.ecog,wt.loss")
    equal = [one for one in found if "proportional" not in one.what and "concordance" not in one.what]
    assert len(equal) == 4 * 3 + 2 + 2 + 4
    assert all(one.difference is not None and one.difference < 1e-6 for one in equal)
    ratio = next(one for one in found if one.what == "OS, multivariable, ECOG: likelihood ratio")
    assert ratio.ours == pytest.approx(ratio.lifelines, abs=1e-6)
    concordance = next(one for one in found if "concordance" in one.what)
    assert concordance.difference < 0.005
    zph = [one for one in found if "proportional hazards" in one.what]
    assert [one.what.split(", ")[2].split(":")[0] for one in zph] == ["Age", "Sex", "Weight loss"]
    assert all("1994" in one.note for one in zph)
    json.dumps([one.as_dict() for one in found], allow_nan=False)


def test_prognosis_level_without_events():
    lung = table("lung")
    rows = ~((lung["ph.ecog"] == 2) & (lung.status == 1)).to_numpy()
    found = lung_prognosis("age,ph.ecog", rows=rows)
    alone = [one for one in found if one.what.startswith("OS, ECOG alone")]
    assert alone[0].difference < 1e-8
    assert alone[2].lifelines is None
    assert "levels without events" in alone[2].note
    drop = {one.what: one for one in found if one.what.startswith("OS, multivariable,")}
    assert drop["OS, multivariable, Age: likelihood ratio"].difference < 1e-6
    assert drop["OS, multivariable, ECOG: likelihood ratio"].difference < 1e-6


def test_prognosis_what_is_not_estimable_is_said():
    rows = (table("lung").sex == 1).to_numpy()
    found = lung_prognosis("sex", rows=rows)
    assert found == [CrossCheck("OS, Sex alone", None, None, None, "Not estimable: all patients are at one level, 1.")]


def test_prognosis_separation_is_said():
    x, time = np.arange(20.0), np.arange(20.0, 0, -1)
    fields = {"x": Field("x", "X", "number", "other")}
    shown = analyse({"x": x}, time, np.ones(20), [Factor("x")], fields, multivariable=[Factor("x")])
    found = check_prognosis("OS", shown, {"x": x}, time, np.ones(20), [Factor("x")], fields)
    assert [one.difference for one in found] == [None, None]
    assert "separation" in found[0].note
    assert "no limit" in found[1].note


def test_comparison_of_numbers():
    assert compare("p", 0.5, 0.25).difference == 0.25
    assert compare("median", None, float("inf")).difference == 0.0
    assert compare("median", 3.0, float("nan")).difference is None
    assert worst("S", [1, 0.5, np.nan], [1, 0.4, 0.1], ["a", "b", "c"]).what == "S (b)"
    assert worst("S", [np.nan], [1.0]).difference is None


def test_comparison_where_lifelines_raises():
    def fail() -> list[CrossCheck]:
        raise ValueError("singular\nlong explanation")

    assert attempted("model", fail) == [
        CrossCheck("model", None, None, None, "lifelines gives no result here: ValueError. singular")
    ]

"""Cohorts that nobody here made, from file to JSON, equal to R's stored results; and files that lack whole parts."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.options import DAYS_PER_MONTH
from tests.command import Answer, run
from tests.oracle import cox_results, survival_results

DATA = Path(__file__).parent / "oracle" / "data"
WITHIN = {"rel": 1e-6, "abs": 1e-9}


@cache
def survival(name: str, strata: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The product's results for a packaged cohort, and R's."""
    stored = survival_results.results("real")["sets"][name]
    months = [time / DAYS_PER_MONTH for time in stored["all"]["intervals"]["log-log"]["milestones"]["time"]]
    mapping = ["--map", f"os_days={stored['time']}", "--map", f"os_event={stored['event']}"]
    asked = ["--months", ",".join(map(repr, months)), "--factors", ""]
    if strata:
        asked += ["--strata", strata]
    answer = run("analyse", DATA / f"{name}.csv", *mapping, *asked)
    assert answer.status == 0, answer.err
    return answer.json, stored


def months(days: float | None) -> float | None:
    return None if days is None or math.isnan(days) else days / DAYS_PER_MONTH


@pytest.mark.parametrize("name", ["lung", "rossi", "larynx", "leukemia", "waltons"])
def test_curve_median_quartiles_and_follow_up_are_rs(name):
    found, stored = survival(name)
    os, expected = found["endpoints"]["os"], stored["all"]
    interval = expected["intervals"]["log-log"]
    assert (os["n"], os["events"]) == (expected["n"], expected["events"])
    quantiles = interval["quantiles"]
    for key, place in (("q25", 0), ("median", 1), ("q75", 2)):
        assert os[key] == pytest.approx(months(quantiles["quantile"][place])), key
    assert os["median_lower"] == pytest.approx(months(quantiles["lower"][1]))
    assert os["median_upper"] == pytest.approx(months(quantiles["upper"][1]))
    assert os["curve"]["survival"] == pytest.approx(expected["survival"], abs=1e-12)
    assert os["curve"]["at_risk"] == expected["at_risk"]
    assert os["follow_up"]["median_observed"] == pytest.approx(months(expected["median_observed"]))
    assert os["follow_up"]["reverse_km_median"] == pytest.approx(months(interval["reverse"]["quantile"][1]))


@pytest.mark.parametrize("name", ["lung", "rossi", "larynx", "leukemia", "waltons"])
def test_survival_at_milestones_is_rs(name):
    found, stored = survival(name)
    expected = stored["all"]["intervals"]["log-log"]["milestones"]
    by_month = {round(row["month"] * DAYS_PER_MONTH, 6): row for row in found["endpoints"]["os"]["survival"]}
    assert len(by_month) > 4
    for time, survived, lower, upper, at_risk in zip(*(expected[key] for key in MILESTONE), strict=True):
        row = by_month[round(time, 6)]
        assert row["at_risk"] == at_risk
        assert row["survival"] == pytest.approx(survived, abs=1e-9)
        if 0 < survived < 1:
            assert (row["lower"], row["upper"]) == (pytest.approx(lower, abs=1e-9), pytest.approx(upper, abs=1e-9))


MILESTONE = ("time", "survival", "lower", "upper", "at_risk")
GROUPS = [
    ("lung", "ph.ecog"),
    ("lung", "sex"),
    ("rossi", "fin"),
    ("larynx", "Stage_II"),
    ("leukemia", "Rx"),
    ("waltons", "group"),
]


@pytest.mark.parametrize(("name", "by"), GROUPS)
def test_groups_and_log_rank_are_rs(name, by):
    found, stored = survival(name, by)
    shown, expected = found["strata"]["os"], stored["by"][by]
    assert found["strata"]["by"] == by
    binary = {"no": "0", "yes": "1"}
    groups = {binary.get(group["level"], group["level"]): group for group in shown["groups"]}
    assert set(groups) == set(expected["curves"])
    for level, curve in expected["curves"].items():
        assert (groups[level]["n"], groups[level]["events"]) == (curve["n"], curve["events"])
        assert groups[level]["median"] == pytest.approx(
            months(curve["intervals"]["log-log"]["quantiles"]["quantile"][1])
        )
    test = expected["logrank"]
    assert shown["logrank"]["chi2"] == pytest.approx(test["chi2"], **WITHIN)
    assert shown["logrank"]["df"] == test["df"]
    assert shown["logrank"]["p"] == pytest.approx(test["p"], **WITHIN)
    pairs = expected["pairwise"]
    if len(groups) > 2:
        assert [pair["p_holm"] for pair in shown["pairwise"]] == pytest.approx(pairs["p_holm"], rel=1e-6, nan_ok=True)
        assert [(pair["a"], pair["b"]) for pair in shown["pairwise"]] == [
            (str(a), str(b)) for a, b in zip(pairs["a"], pairs["b"], strict=True)
        ]


@cache
def models(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The product's Cox models of a packaged cohort, all factors together, and R's."""
    file, time, event, factors, categories = cox_results.REAL[name]
    asked = ["--factors", ",".join(factors), "--multivariable", ",".join(factors)]
    asked += [part for one in categories for part in ("--categorical", one)]
    mapping = ["--map", f"os_days={time}", "--map", f"os_event={event}"]
    answer = run("analyse", DATA / f"{file}.csv", *mapping, *asked)
    assert answer.status == 0, answer.err
    return answer.json["cox"]["os"], cox_results.results("real")[name]


def hazard_ratios(factor: dict[str, Any]) -> list[float]:
    return [math.log(level["hr"]) for level in factor["levels"] if not level["reference"]]


def wald_p(chi2: float, df: int) -> float:
    from scipy.stats import chi2 as distribution

    return float(distribution.sf(chi2, df))


def same_factor(factor: dict[str, Any], coef: list[float], se: list[float], tests: dict[str, Any]) -> None:
    assert hazard_ratios(factor) == pytest.approx(coef, **WITHIN)
    widths = [
        math.log(one["upper"] / one["lower"]) / 2 / 1.959963984540054
        for one in factor["levels"]
        if not one["reference"]
    ]
    assert widths == pytest.approx(se, **WITHIN)
    assert factor["p_wald"] == pytest.approx(wald_p(tests["wald"], tests["wald_df"]), **WITHIN)
    assert factor["p_lr"] == pytest.approx(wald_p(tests["lr"], tests["lr_df"]), **WITHIN)


@pytest.mark.parametrize("name", ["lung", "rossi", "gbsg2"])
def test_univariable_models_are_rs(name):
    found, expected = models(name)
    for factor in found["univariable"]:
        fit = expected["univariable"][factor["factor"]]["full"]
        assert (factor["n"], factor["events"]) == (fit["n"], fit["events"])
        same_factor(factor, fit["coef"], fit["se"], fit["terms"][factor["factor"]])
    assert [factor["factor"] for factor in found["univariable"]] == list(expected["univariable"])


@pytest.mark.parametrize("name", ["lung", "rossi", "gbsg2"])
def test_multivariable_model_and_its_assumptions_are_rs(name):
    found, expected = models(name)
    model, fit = found["multivariable"], expected["multivariable"]["full"]
    assert (model["n"], model["events"]) == (fit["n"], fit["events"])
    assert model["log_likelihood"] == pytest.approx(fit["loglik"][1], **WITHIN)
    assert model["concordance"] == pytest.approx(fit["concordance"]["value"], abs=1e-9)
    place = 0
    for factor in model["factors"]:
        k = len(hazard_ratios(factor))
        own = slice(place, place + k)
        same_factor(factor, fit["coef"][own], fit["se"][own], fit["terms"][factor["factor"]])
        place += k
    assert place == len(fit["coef"])
    tests = model["proportional_hazards"]
    assert [test["term"] for test in tests] == fit["zph"]["term"]
    assert [test["chi2"] for test in tests] == pytest.approx(fit["zph"]["chi2"], rel=1e-5)
    assert [test["p"] for test in tests] == pytest.approx(fit["zph"]["p"], rel=1e-5)
    assert [test["df"] for test in tests] == fit["zph"]["df"]


def test_lung_columns_serve_as_filter_strata_and_factor():
    mapping = ["--map", "os_days=time", "--map", "os_event=status"]
    answer = run("analyse", DATA / "lung.csv", *mapping, "--select", "ph.ecog=2..&age=60..", "--strata", "wt.loss>=10")
    found = answer.json
    groups = {group["level"]: group["n"] for group in found["strata"]["os"]["groups"]}
    rows = survival_results.table("lung").query("`ph.ecog` >= 2 and age >= 60")
    sentence = f"{len(rows)} of 228 patients: age at least 60 years; ph.ecog at least 2"
    assert found["selection"]["sentence"] == sentence
    assert groups == {"<10": int((rows["wt.loss"] < 10).sum()), ">=10": int((rows["wt.loss"] >= 10).sum())}
    assert found["strata"]["os"]["missing"] == int(rows["wt.loss"].isna().sum())


COURSES = """patient_id,first_cycle_date,last_cycle_date,progression_date,progression_basis,death_date,last_contact_date
A1,2020-01-06,2020-08-24,2020-12-07,RECIST,,2022-01-10
A2,2020-02-03,2020-09-21,,,2021-02-03,2021-02-03
A3,2020-03-02,2020-10-19,,,,2021-03-02
A4,2020-04-06,2020-06-29,2020-10-05,clinical,2021-04-06,2021-04-06
"""


def folder(tmp_path: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def analysed(source: Path, *options: str) -> dict[str, Any]:
    answer: Answer = run("analyse", source, *options)
    assert answer.status == 0, answer.err
    assert "Traceback" not in answer.err
    return answer.json


def test_folder_without_labs_counts_the_events_it_has(tmp_path):
    events = "patient_id,term,grade,onset_date\nA1,nausea,2,2020-02-01\nA2,nausea,1,2020-02-10\n"
    found = analysed(folder(tmp_path, courses=COURSES, adverse_events=events))
    terms = {row["term"]: row for row in found["toxicity"]}
    assert terms["nausea"]["assessed"] == 4
    assert terms["nausea"]["highest"] == {"0": 2, "1": 1, "2": 1, "3": 0, "4": 0, "5": 0}
    assert terms["anaemia"]["assessed"] == 0
    assert terms["anaemia"]["highest"]["0"] is None
    assert terms["anaemia"]["reason"].startswith("Not assessed")


def test_folder_without_adverse_events_grades_its_laboratory_values(tmp_path):
    labs = (
        "patient_id,date,analyte,value,unit,lln,uln\n"
        "A1,2020-01-06,haemoglobin,13.0,g/dL,12,16\nA1,2020-02-01,haemoglobin,9.5,g/dL,12,16\n"
    )
    found = analysed(folder(tmp_path, courses=COURSES, labs=labs))
    terms = {row["term"]: row for row in found["toxicity"]}
    assert terms["anaemia"]["assessed"] == 1
    assert terms["anaemia"]["highest"]["2"] == 1
    assert terms["anaemia"]["delta"]["2"] == 1
    assert terms["nausea"]["assessed"] == 0


def test_folder_with_courses_alone_gives_survival_and_says_what_is_missing(tmp_path):
    found = analysed(folder(tmp_path, courses=COURSES))
    assert found["endpoints"]["os"]["events"] == 2
    assert found["endpoints"]["pfs"]["reasons"] == {
        "RECIST progression": 1,
        "clinical progression": 1,
        "death": 1,
        "last contact": 1,
    }
    assert {one["code"] for one in found["warnings"]} >= {"no_toxicity", "no_response"}


def test_file_without_dates_gives_the_ready_made_endpoint_only(tmp_path):
    file = tmp_path / "ready.csv"
    file.write_text("os_months,os_event,grade\n10,1,1\n20.5,0,2\n30,1,2\n", encoding="utf-8")
    found = analysed(file)
    assert list(found["endpoints"]) == ["os"]
    assert found["endpoints"]["os"]["curve"]["time"] == pytest.approx([10, 20.5, 30])
    assert found["endpoints"]["os"]["median"] == pytest.approx(30)
    assert found["cohort"]["data_cutoff"] is None
    assert found["cohort"]["n_patients"] == 3


def test_file_without_any_outcome_still_describes_the_cohort(tmp_path):
    file = tmp_path / "plain.csv"
    file.write_text("patient_id,grade,sex\na,1,male\nb,2,female\nc,2,female\n", encoding="utf-8")
    found = analysed(file)
    assert found["endpoints"] == {} == found["cox"]
    levels = {row["field"]: {one["level"]: one["n"] for one in row["levels"]} for row in found["baseline"]}
    assert levels["grade"] == {"1": 1, "2": 2, "3": 0}

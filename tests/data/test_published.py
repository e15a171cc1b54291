"""The published numbers agree with themselves: as printed, with their counts, and with a Wald test."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
QUANTITIES = {
    "count", "percent", "hr", "lower", "upper", "p", "p_overall",
    "months", "median_months", "lower_months", "upper_months", "min_months", "max_months",
}  # fmt: skip
Z_975 = 1.959963984540054


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read("published.csv")
BY_ID = {row["id"]: row for row in ROWS}
MODELS = [row["id"][:-3] for row in ROWS if row["quantity"] == "hr"]


def number(identity: str) -> float:
    return float(BY_ID[identity]["value"])


def window(identity: str) -> tuple[float, float]:
    """The values that print as this one."""
    row = BY_ID[identity]
    half = 0.5 * 10 ** -int(row["decimals"])
    return float(row["value"]) - half, float(row["value"]) + half


def wald_p(log_hr: float, log_width: float) -> float:
    return math.erfc(abs(log_hr) * 2 * Z_975 / log_width / math.sqrt(2))


def test_ids_are_unique_and_every_number_has_a_place_and_a_path():
    assert len(BY_ID) == len(ROWS)
    assert all(row["place"] and row["path"] and row["query"] for row in ROWS)
    assert {row["quantity"] for row in ROWS} == QUANTITIES
    assert {row["demanded"] for row in ROWS} == {"now", "later"}


def test_values_repeat_the_printed_text_with_its_decimals():
    for row in ROWS:
        if row["relation"] == "NR":
            assert (row["text"], row["value"], row["decimals"]) == ("NE", "", "")
            continue
        printed = row["text"].rstrip("%").lstrip("<")
        printed = {"-": "0"}.get(printed, "0" + printed if printed.startswith(".") else printed)
        assert row["value"] == printed
        assert int(row["decimals"]) == len(printed.partition(".")[2])
        assert (row["relation"] == "<") == row["text"].startswith("<")


def test_numbers_of_each_kind_are_the_papers():
    kinds = Counter(row["quantity"] for row in ROWS if row["place"].startswith(("Table 4", "Table 5")))
    assert kinds == {"hr": 40, "lower": 40, "upper": 40, "p": 40, "p_overall": 21}
    tables = Counter(row["place"][:7] for row in ROWS if row["place"].startswith("Table"))
    assert tables == {"Table 1": 80, "Table 2": 61, "Table 3": 36, "Table 4": 100, "Table 5": 81}


COUNTED = [row["id"].removesuffix(".percent") for row in ROWS if row["id"].endswith(".percent")]


@pytest.mark.parametrize("stem", [stem for stem in COUNTED if f"{stem}.n" in BY_ID])
def test_percent_is_its_count_over_its_denominator(stem):
    low, high = window(f"{stem}.percent")
    assert low - 1e-9 <= 100 * number(f"{stem}.n") / denominator_of(stem) <= high + 1e-9


def test_every_percent_of_a_table_has_its_count():
    tables = [stem for stem in COUNTED if stem.startswith(("t1.", "t2.", "t3."))]
    assert len(tables) == 40 + 26 + 16
    assert [stem for stem in tables if f"{stem}.n" not in BY_ID] == []


def denominator_of(stem: str) -> float:
    """Its row's total in Table 3; else the patients assessed for it."""
    if stem.startswith("t3."):
        return number(stem.rpartition(".")[0] + ".total")
    if "recist" in stem:
        return 13 if "prrt2" in stem else 102
    if any(term in stem for term in ("lympho", "thrombo", "anaemia", "leuko")):
        return 107
    if any(term in stem for term in ("ast_", "alt_", "ggt_", "bilirubin")):
        return 105
    return 63 if stem.startswith("text.ae.diarrhoea.") else 110


def test_delta_counts_sum_to_the_any_grade_counts_of_table_2():
    for term in ("lymphopenia", "thrombocytopenia", "anaemia", "leukopenia"):
        deltas = sum(number(f"t3.{term}.delta_{d}.n") for d in (1, 2, 3, 4))
        assert deltas == number(f"t3.{term}.total") == number(f"t2.{term}.any.n")


def test_flow_cycles_reasons_and_responses_sum_up():
    assert number("f1.treated") - number("f1.incomplete_histology") == number("f1.included")
    elsewhere = number("f1.prrt2_elsewhere") + number("f1.prrt3_elsewhere")
    assert number("f1.prrt1") + elsewhere == number("f1.included")
    assert sum(number(f"text.cycles.{k}.n") for k in (1, 2, 3, 4, 5)) == 110
    reasons = sum(float(row["value"]) for row in ROWS if row["id"].startswith("text.stop."))
    assert reasons == sum(number(f"text.cycles.{k}.n") for k in (1, 2, 3))
    assert sum(number(f"text.recist.{c}.n") for c in ("CR", "PR", "SD", "PD")) == number("text.recist.evaluable")
    assert sum(number(f"text.prrt2.cycles.{k}") for k in (1, 2, 3, 4)) == number("text.prrt2.patients")


@pytest.mark.parametrize("model", MODELS)
def test_hazard_ratio_limits_and_p_fit_one_wald_test(model):
    hr, lower, upper = (window(f"{model}.{part}") for part in ("hr", "lower", "upper"))
    centre = math.sqrt(lower[0] * upper[0]), math.sqrt(lower[1] * upper[1])
    assert centre[0] <= hr[1] + 1e-9
    assert hr[0] <= centre[1] + 1e-9
    widths = math.log(upper[0] / lower[1]), math.log(upper[1] / lower[0])
    smallest = max(0.0, math.log(hr[0]) if hr[0] > 1 else -math.log(hr[1]))
    largest = max(abs(math.log(hr[0])), abs(math.log(hr[1])))
    p_low, p_high = wald_p(largest, widths[0]), wald_p(smallest, widths[1])
    printed = window(f"{model}.p") if BY_ID[f"{model}.p"]["relation"] == "=" else (0.0, 0.0001)
    assert p_low <= printed[1]
    assert printed[0] <= p_high


def test_two_level_factors_print_their_p_twice():
    twice = [row for row in ROWS if row["quantity"] == "p_overall" and row["note"].startswith("two levels")]
    assert len(twice) == 16
    for row in twice:
        stem = row["id"].removesuffix(".p")
        level = [r for r in ROWS if r["quantity"] == "p" and r["id"].startswith(stem + ".")]
        assert [r["text"] for r in level] == [row["text"]]


def test_series_hold_the_published_comparators():
    series = {(row["series"], row["course"], row["arm"]): row for row in read("series.csv")}
    assert len(series) == 11
    assert series["NETTER-1", "1", "PRRT"]["pfs_20_months_percent"] == "65.2"
    assert series["NETTER-2", "1", "control"]["pfs_median"] == "8.5"
    assert series["Kashyap 2025", "2", "PRRT"]["n"] == "63"
    own = series["Bordet (the paper)", "1", "PRRT"]
    assert (own["pfs_median"], own["os_median"]) == (
        BY_ID["text.pfs.median"]["value"],
        BY_ID["text.os.median"]["value"],
    )


def test_cutoffs_name_known_units():
    units = {row["field"]: row["unit"] for row in read("cutoffs.csv")}
    assert units["cga_ug_l"] == "ug/L"
    assert units["albumin_g_l"] == "g/L"

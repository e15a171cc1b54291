"""The Kaplan-Meier figure: the curve and its risk table from the same counts, at the same ticks, in one view."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.curve import Curve
from core.fields import FIELDS
from core.figures import Figure, Survival, caption, empty_reason, survival_figure
from core.figures.survival_result import group_facts, survival, title
from core.figures.theme import CATEGORICAL, DARK, ramp
from core.options import DAYS_PER_MONTH, Options
from core.outcome import Group, Outcome
from core.strata import Strata
from core.survival import event_counts, kaplan_meier, log_rank
from tests.figures import samples


def drawn(result: Survival, theme: str = "light") -> Figure:
    figure = survival_figure(result, samples.SOURCE, theme)
    assert isinstance(figure, Figure)
    return figure


def rows(figure: Figure, name: str) -> list[dict[str, Any]]:
    return figure.spec()["datasets"][name]


def said(figure: Figure, size: int = 3) -> str:
    return "\n".join(row["text"] for row in rows(figure, "text") if row["size"] == size)


def test_figure_is_one_view_as_wide_as_its_container() -> None:
    spec = drawn(samples.BY_GRADE).spec()
    assert spec["width"] == "container"
    assert "layer" in spec
    assert not {"vconcat", "hconcat", "facet"} & set(spec)
    assert drawn(samples.BY_GRADE).spec(700)["width"] == 700


def test_figure_is_named_and_described() -> None:
    figure = drawn(samples.BY_GRADE)
    spec = figure.spec()
    assert spec["description"] == figure.alt_text
    assert "Grade 1: 38 patients" in figure.alt_text
    assert "Log-rank p < 0.001" in figure.alt_text
    assert "median" in figure.alt_text
    assert figure.name == "Kaplan-Meier curves, progression-free survival"


def test_layout_is_compiled_once_and_the_same_for_every_result() -> None:
    one, other = drawn(samples.BY_GRADE), drawn(samples.EVERYBODY)
    assert one.layout is other.layout
    assert one.layout is not drawn(samples.BY_GRADE, "dark").layout
    assert "datasets" not in one.layout
    everything = json.dumps(one.layout)
    assert "Grade" not in everything
    assert "patients" not in everything


def test_streamlit_gets_arrow_data_and_a_spec_that_no_selection_changes() -> None:
    one, other = drawn(samples.BY_GRADE).streamlit(), drawn(replace(samples.BY_GRADE, notes=("Mind.",))).streamlit()
    strip = [{**arguments, "spec": {**arguments["spec"], "datasets": None}} for arguments in (one, other)]
    assert strip[0] == strip[1]
    assert one["theme"] is None
    assert all(isinstance(data, bytes) for data in one["spec"]["datasets"].values())
    assert set(one["spec"]["datasets"]) == set(other["spec"]["datasets"])


def test_risk_table_counts_at_the_ticks_of_the_axis() -> None:
    figure = drawn(samples.BY_GRADE)
    tick_months = [row["months"] for row in rows(figure, "ticks")]
    risk = rows(figure, "risk")
    assert sorted({row["months"] for row in risk}) == tick_months
    for group, block in zip(samples.BY_GRADE.groups, _blocks(risk, len(tick_months)), strict=True):
        time = np.repeat(group.counts.time, group.counts.events + group.counts.censored)
        for month, at_risk, events, censored in block:
            assert at_risk == (time >= month * DAYS_PER_MONTH).sum()
            assert at_risk + events + censored == group.curve.n


def _blocks(risk: list[dict[str, Any]], n_ticks: int) -> list[list[tuple[int, int, int, int]]]:
    per_group = 3 * n_ticks
    blocks = [risk[start : start + per_group] for start in range(0, len(risk), per_group)]
    out = []
    for block in blocks:
        counts = [[int(row["count"].strip("()")) for row in block if row["row"] == kind] for kind in range(3)]
        months = [row["months"] for row in block if row["row"] == 0]
        out.append(list(zip(months, *counts, strict=True)))
    return out


def test_risk_table_of_freireich_6mp() -> None:
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapse = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    counts = event_counts([week * DAYS_PER_MONTH for week in weeks], relapse)
    figure = drawn(Survival("pfs", (Group("", counts, kaplan_meier(counts)),)))
    shown = {row["months"]: row["count"] for row in rows(figure, "risk") if row["row"] == 0}
    assert {month: shown[month] for month in (0, 6, 12, 24)} == {0: "21", 6: "21", 12: "12", 24: "5"}
    assert [row["p"] for row in rows(figure, "percent")] == [0, 25, 50, 75, 100]


def test_curve_rows_are_the_estimate_in_months_and_percent() -> None:
    group = samples.BY_GRADE.groups[0]
    corner = [row for row in rows(drawn(samples.BY_GRADE), "steps") if row["group"] == 0]
    at = {round(row["months"], 6): row["survival"] for row in corner}
    for time, survival_there, events in zip(group.curve.time, group.curve.survival, group.curve.events, strict=True):
        if events:
            assert at[round(time / DAYS_PER_MONTH, 6)] == pytest.approx(100 * survival_there)
    marks = [row["months"] for row in rows(drawn(samples.BY_GRADE), "marks")]
    assert len(marks) == sum(int((one.curve.censored > 0).sum()) for one in samples.BY_GRADE.groups)


def test_head_and_foot_say_what_a_screenshot_needs() -> None:
    words = said(drawn(samples.BY_GRADE))
    for part in (
        "Progression-free survival by grade",
        samples.SOURCE.selection,
        "Log-rank p < 0.001 (two-sided, chi-squared",
        "110 patients, 82 events",
        "38 patients, 22 events, median 42.0 months (95% CI 22.0–80.0)",
        "Follow-up: median observed",
        "reverse Kaplan-Meier median",
        "Brookmeyer-Crowley",
        "Cohort Demo, version 1. Synthetic data",
        "Data cut-off 31 July 2024",
        "At risk",
        "(Events)",
        "(Censored)",
    ):
        assert part in words


def test_head_of_everybody_gives_the_median() -> None:
    assert "110 patients, 80 events, median 24.5 months (95% CI 17.5–29.7)" in said(drawn(samples.EVERYBODY))


@pytest.mark.parametrize("size", range(4))
def test_text_of_each_size_class_fits(size: int) -> None:
    from core.figures.figure import room
    from core.figures.text import width

    for row in rows(drawn(samples.SIX), "text"):
        if row["size"] == size and row["align"] == "left":
            assert row["x"] + width(row["text"], row["px"], row["weight"] > 400) <= room(size)


def test_small_group_is_listed_and_not_drawn() -> None:
    figure = drawn(samples.BY_SITE)
    assert "Not drawn, fewer than 5 patients: Stomach (2)." in said(figure)
    assert len({row["group"] for row in rows(figure, "steps")}) == 4


def test_more_than_ten_groups_are_listed() -> None:
    many = samples.survival([(f"{i:02d}", 6, 12.0) for i in range(12)], "os", None, "Centre")
    figure = drawn(many)
    assert len({row["group"] for row in rows(figure, "steps")}) == 10
    assert "10 (6) and 11 (6)" in said(figure)


def test_levels_keep_colour_and_dash_of_their_field() -> None:
    colours = {row["group"]: row["colour"] for row in rows(drawn(samples.BY_GRADE), "steps")}
    assert [colours[i] for i in range(3)] == list(ramp(3))
    only = replace(samples.BY_GRADE, groups=samples.BY_GRADE.groups[1:])
    assert {row["colour"] for row in rows(drawn(only), "steps") if row["group"] == 0} == {ramp(3)[1]}
    cut = {row["group"]: (row["colour"], row["dash"]) for row in rows(drawn(samples.BY_CGA), "steps")}
    assert cut == {0: (CATEGORICAL[0], 0), 1: (CATEGORICAL[1], 1)}


def test_dark_theme_stands_on_its_own_ground() -> None:
    assert drawn(samples.BY_GRADE, "dark").spec()["background"] == DARK.ground


def test_nobody_and_tiny_groups_give_a_sentence() -> None:
    empty = event_counts([], [])
    nobody = Survival("os", (Group("", empty, kaplan_meier(empty)),))
    assert survival_figure(nobody) == empty_reason(nobody)
    assert "no patient in this selection has a known time" in str(survival_figure(nobody))
    assert "Grade 1 (4) and Grade 2 (3)" in str(survival_figure(samples.TINY))


def test_one_patient_no_event_and_median_not_reached_are_drawn() -> None:
    assert "1 patient, 1 event, median 11.8 months (95% CI not estimable)" in said(drawn(samples.ONE_PATIENT))
    assert "12 patients, 0 events, median not reached" in said(drawn(samples.NO_EVENTS))
    assert "median NR (95% CI 93.3–NR)" in said(drawn(samples.NOT_REACHED))
    assert rows(drawn(samples.NO_EVENTS), "guides") == []


def test_all_times_zero_are_drawn() -> None:
    counts = event_counts([0.0, 0.0], [True, False])
    figure = drawn(Survival("os", (Group("", counts, kaplan_meier(counts)),)))
    assert rows(figure, "percent")[0]["end"] >= 1
    assert [row["count"] for row in rows(figure, "risk") if row["months"] == 0] == ["2", "(0)", "(0)"]


def test_refused_log_rank_says_why() -> None:
    one = samples.group("1", 20, 20.0, 1)
    result = Survival("os", (one,), "Grade", FIELDS["grade"], log_rank=log_rank([one.counts]))
    assert "No log-rank test. A log-rank test needs two groups with patients; there is one." in said(drawn(result))


def test_reading_gives_survival_interval_and_number_at_risk() -> None:
    reading = rows(drawn(samples.BY_GRADE), "reading")
    curve: Curve = samples.BY_GRADE.groups[0].curve
    at = curve.at([12 * DAYS_PER_MONTH])
    (row,) = [one for one in reading if one["Months"] == 12]
    assert at.survival[0] is not None
    assert at.lower[0] is not None
    assert at.upper[0] is not None
    interval = f"({100 * at.lower[0]:.1f}–{100 * at.upper[0]:.1f})"
    assert row["Grade 1"] == f"{100 * at.survival[0]:.1f}% {interval}, {at.at_risk[0]} at risk"
    assert len(reading) <= 121


def test_landmark_curves_start_at_the_landmark() -> None:
    figure = drawn(samples.LANDMARK)
    start = 365.25 / DAYS_PER_MONTH
    assert min(row["months"] for row in rows(figure, "steps")) == start
    assert min(row["months"] for row in rows(figure, "risk")) >= start - 1e-9
    assert min(row["Months"] for row in rows(figure, "reading")) >= start - 1e-9
    assert title(samples.LANDMARK) == "Overall survival by CgA, cut-off 1000 ug/L, from 12.0 months on"


def test_small_counts_are_withheld() -> None:
    figure = drawn(samples.SUPPRESSED)
    assert rows(figure, "marks") == []
    assert {row["row"] for row in rows(figure, "risk")} == {0}
    counts = {row["count"] for row in rows(figure, "risk")}
    assert "<5" in counts
    assert not {"1", "2", "3", "4"} & counts
    assert not any(f", {n} at risk" in json.dumps(rows(figure, "reading")) for n in range(1, 5))


def test_outcome_becomes_the_figure_of_its_groups() -> None:
    overall = samples.group("", 110, 22.0, 5)
    by_grade = samples.BY_GRADE
    outcome = Outcome(
        "pfs", "Progression-free survival", 110, 0, (), (), overall, by_grade.groups, Strata("grade"), "Grade"
    )
    result = survival(outcome, FIELDS, Options(min_cell=5))
    assert (result.by, result.field, result.min_cell) == ("Grade", FIELDS["grade"], 5)
    assert title(result) == "Progression-free survival by grade"
    assert survival(outcome, FIELDS, divided=False).groups == (overall,)


@pytest.mark.parametrize(
    ("strata", "label", "expected"),
    [
        (Strata("selection"), "Selection against the rest", "Overall survival: selection against the rest"),
        (Strata("nlr", split="quartiles", cuts=(1.0,)), "NLR by quartiles", "Overall survival by NLR, quartiles"),
        (Strata("fdg_pet"), "FDG PET", "Overall survival by FDG PET"),
    ],
)
def test_title_names_what_divides(strata: Strata, label: str, expected: str) -> None:
    groups = (samples.group("selection", 20, 20, 1), samples.group("rest", 20, 20, 2))
    outcome = Outcome("os", "Overall survival", 40, 0, (), (), groups[0], groups, strata, label)
    assert title(survival(outcome, FIELDS)) == expected


def test_notes_of_the_outcome_stand_below() -> None:
    result = replace(samples.BY_GRADE, notes=("Grouping uses response: immortal time.",))
    assert "Grouping uses response: immortal time." in caption(result, samples.SOURCE)


def test_group_facts_in_words() -> None:
    assert group_facts(samples.ONE_PATIENT.groups[0]).startswith("1 patient, 1 event")


def test_a_million_patients_stay_a_small_figure() -> None:
    figure = drawn(samples.MANY)
    assert sum(len(values) for values in figure.spec()["datasets"].values()) < 4500
    assert "400,000 patients" in said(figure)
    assert all(len(row["count"].strip("()")) <= 5 for row in rows(figure, "risk"))

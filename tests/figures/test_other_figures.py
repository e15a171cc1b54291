"""Forest plot, residuals, adverse events, response, shift and flow: what they draw is what the result holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.fields import FIELDS
from core.figures import (
    Figure,
    flow_figure,
    forest_figure,
    response_figure,
    schoenfeld_figure,
    shift_figure,
    toxicity_figure,
)
from core.figures.figure import SIZES, room
from core.figures.text import width
from core.figures.theme import LIGHT, ramp
from core.flow import Flow, Step
from core.formats import ratio_with_interval
from core.prognosis import Prognosis
from tests.figures import samples

PFS = "Progression-free survival"
MODELS = samples.prognosis()
Draw = Callable[[str], "Figure | str"]
EVERY: dict[str, Draw] = {
    "forest": lambda theme: forest_figure(MODELS, PFS, samples.SOURCE, theme),
    "schoenfeld": lambda theme: schoenfeld_figure(MODELS, samples.SOURCE, theme),
    "toxicity": lambda theme: toxicity_figure(samples.TOXICITY, "highest", samples.SOURCE, theme),
    "response": lambda theme: response_figure(samples.RESPONSE_BY_GRADE, FIELDS["grade"], samples.SOURCE, theme),
    "shift": lambda theme: shift_figure(samples.SHIFT, samples.SOURCE, theme),
    "flow": lambda theme: flow_figure(samples.FLOW, samples.SOURCE, theme),
}


def rows(figure: Figure | str, name: str) -> list[dict[str, Any]]:
    assert isinstance(figure, Figure)
    return figure.spec()["datasets"][name]


def said(figure: Figure | str, size: int = 3) -> str:
    return "\n".join(row["text"] for row in rows(figure, "text") if row["size"] == size)


@pytest.mark.parametrize("draw", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_figure_is_one_described_view_with_its_source(draw: Draw, theme: str) -> None:
    figure = draw(theme)
    assert isinstance(figure, Figure)
    spec = figure.spec()
    assert spec["width"] == "container"
    assert "layer" in spec
    assert spec["description"] == figure.alt_text
    assert len(figure.alt_text) > 60
    assert samples.SOURCE.selection in said(figure)
    assert "Synthetic data" in said(figure)
    assert set(figure.streamlit()) == {"spec", "alt", "theme", "width"}


@pytest.mark.parametrize("draw", EVERY.values(), ids=EVERY)
def test_every_figure_has_one_layout_for_all_results(draw: Draw) -> None:
    one, other = draw("light"), draw("light")
    assert isinstance(one, Figure)
    assert isinstance(other, Figure)
    assert one.layout is other.layout


@pytest.mark.parametrize("draw", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("size", SIZES)
def test_words_of_every_figure_fit(draw: Draw, size: int) -> None:
    for row in rows(draw("light"), "text"):
        if row["size"] == size and row["align"] == "left" and row["x"] >= 0:
            assert row["x"] + width(row["text"], row["px"], row["weight"] > 400) <= room(size)


def test_forest_draws_each_hazard_ratio_with_its_interval() -> None:
    figure = forest_figure(MODELS, PFS)
    drawn = sorted(row["hr"] for row in rows(figure, "squares") if row["size"] == 3)
    levels = [
        level
        for model in (MODELS.univariable, MODELS.multivariable.factors)
        for one in model
        for level in one.levels
        if level.hr is not None
    ]
    assert drawn == pytest.approx(sorted(level.hr for level in levels))
    words = said(figure)
    assert all(ratio_with_interval(level.hr, level.lower, level.upper) in words for level in levels)
    assert "Reference" in words


def test_forest_axis_holds_one_and_every_interval_or_ends_in_an_arrow() -> None:
    figure = forest_figure(MODELS, PFS)
    (axis,) = rows(figure, "axis")
    assert axis["low"] <= 0.5
    assert axis["high"] >= 2
    for row in rows(figure, "bars"):
        assert axis["low"] <= row["left"] < row["right"] <= axis["high"]
    assert [row["label"] for row in rows(figure, "ticks") if row["size"] == 3 and row["strong"]] == ["1"]


def test_forest_cuts_a_wide_interval_with_an_arrow() -> None:
    one = MODELS.univariable[1]
    wide = replace(one.levels[1], hr=3.0, lower=0.001, upper=900.0)
    model = replace(MODELS, univariable=(replace(one, levels=(one.levels[0], wide)),))
    arrows = [row for row in rows(forest_figure(model, PFS), "arrows") if row["size"] == 3]
    assert sorted((row["hr"], row["angle"]) for row in arrows) == [(1 / 32, -90), (32.0, 90)]


def test_forest_says_which_factors_are_independent_and_who_is_in_the_model() -> None:
    words = said(forest_figure(MODELS, PFS))
    together = MODELS.multivariable
    assert f"multivariable model: {together.n} patients, {together.events} events" in words
    assert "Independent (p < 0.05 together): Chromogranin A, Sodium and Albumin" in words
    assert "Sodium, per mmol/L" in words
    assert "≥1000 ug/L" in words


def test_forest_tells_what_cannot_be_estimated_once() -> None:
    one = MODELS.univariable[0]
    reason = "Not estimable: no events at this level."
    level = replace(one.levels[2], hr=None, lower=None, upper=None, p=None, coef=None, reason=reason)
    model = replace(MODELS, univariable=(replace(one, levels=(*one.levels[:2], level)), *MODELS.univariable[1:]))
    words = said(forest_figure(model, PFS))
    assert "Grade 3: not estimable: no events at this level." in words
    assert "—" in words


def test_forest_without_any_hazard_ratio_is_a_sentence() -> None:
    reason = "Not estimable: fewer than two events."
    nothing: Prognosis = replace(
        MODELS,
        n=3,
        events=1,
        univariable=tuple(replace(one, levels=(), reason=reason) for one in MODELS.univariable),
        multivariable=replace(MODELS.multivariable, factors=()),
    )
    sentence = forest_figure(nothing, PFS)
    assert isinstance(sentence, str)
    assert sentence.startswith("Progression-free survival: not estimable: fewer than two events")
    assert "(3 patients, 1 event)" in sentence


def test_schoenfeld_draws_one_panel_a_coefficient() -> None:
    tested = MODELS.multivariable.proportional_hazards
    assert tested is not None
    figure = schoenfeld_figure(MODELS)
    assert len(rows(figure, "points")) == tested.residuals.size
    assert {row["panel"] for row in rows(figure, "smooth")} == set(range(len(tested.columns)))
    titles = [row["said"] for row in rows(figure, "words") if row["x"] == -1]
    assert len(titles) == len(tested.columns)
    assert titles[0].startswith("Chromogranin A: ≥1000 (p = ")


def test_schoenfeld_without_a_model_is_a_sentence() -> None:
    nothing = replace(MODELS, multivariable=replace(MODELS.multivariable, proportional_hazards=None))
    assert isinstance(schoenfeld_figure(nothing), str)


def test_toxicity_bars_add_up_to_any_grade_by_either_notion() -> None:
    for notion, any_grade in (("highest", 97), ("delta", 92), ("paper", 92)):
        figure = toxicity_figure(samples.TOXICITY, notion)
        bars = [row for row in rows(figure, "bars") if row["what"].startswith("Lymphopenia")]
        assert max(row["to"] for row in bars) == pytest.approx(100 * any_grade / 107)
        assert f"{any_grade} ({100 * any_grade / 107:.1f}%)" in said(figure)
        assert "54 (50.5%)" in said(figure)


def test_toxicity_lists_groups_then_frequency_and_the_paper_only_common_terms() -> None:
    listed = [row["text"] for row in rows(toxicity_figure(samples.TOXICITY, "paper"), "text") if row["size"] == 3]
    terms = [name for name in listed if name.lower() in {one.term.lower() for one in samples.TOXICITY.rows}]
    assert terms == [
        "Lymphopenia",
        "Thrombocytopenia",
        "Anaemia",
        "Leukopenia",
        "AST increased",
        "ALT increased",
        "GGT increased",
        "Chronic kidney disease",
        "Fatigue",
        "Diarrhoea",
        "Abdominal pain",
        "Alopecia",
        "Nausea",
    ]


def test_toxicity_shades_follow_the_grades() -> None:
    bars = [row for row in rows(toxicity_figure(samples.TOXICITY), "bars") if row["what"].startswith("Lymphopenia")]
    assert [row["colour"] for row in bars] == [LIGHT.ramp[shade] for shade in (0, 1, 3, 4)]
    assert bars[2]["what"] == "Lymphopenia, grade 3: 50 of 107 (46.7%)"


def test_toxicity_without_events_or_assessment_is_a_sentence() -> None:
    nothing = samples.toxicity([])
    assert toxicity_figure(nothing) == "Adverse events: nobody in this selection was assessed for any term."
    quiet = samples.toxicity([samples.term("fatigue", (20, 0, 0, 0, 0, 0), (20, 0, 0, 0, 0))])
    assert "none of grade 1 or more" in str(toxicity_figure(quiet))


def test_toxicity_withholds_small_grades() -> None:
    figure = toxicity_figure(samples.TOXICITY, min_cell=5)
    assert rows(figure, "bars")[0]["what"] == "Lymphopenia"
    assert "<5" in said(figure)


def test_response_shows_rates_with_exact_intervals_and_who_is_left_out() -> None:
    figure = response_figure(samples.RESPONSE)
    words = said(figure)
    assert "22.5% (14.9–31.9)\n23 of 102\n83.3% (74.7–90.0)\n85 of 102" in words
    assert "ORR (95% CI)\nDCR (95% CI)" in words
    assert "Objective response 22.5% (95% CI 14.9–31.9)" in said(figure, 0)
    assert "Not in the denominators: 5 not evaluable (NE) and 3 responses not stated." in words
    assert "102 evaluable of 110" in words


def test_response_bar_fills_the_width_and_its_shades_are_ordered() -> None:
    bars = [row for row in rows(response_figure(samples.RESPONSE), "segments") if row["size"] == 3]
    assert [row["what"] for row in bars] == ["CR 1 (1.0%)", "PR 22 (21.6%)", "SD 62 (60.8%)", "PD 17 (16.7%)"]
    assert bars[-1]["to"] == pytest.approx(100)
    assert [row["colour"] for row in bars] == list(ramp(4))


def test_response_by_group_names_the_groups() -> None:
    words = said(response_figure(samples.RESPONSE_BY_GRADE, FIELDS["grade"]))
    assert "Response (RECIST 1.1) by grade" in words
    assert [one for one in words.split("\n") if one in ("All selected", "Grade 1", "Grade 2", "Grade 3")] == [
        "All selected",
        "Grade 1",
        "Grade 2",
        "Grade 3",
    ]


def test_response_of_nobody_evaluable_is_a_sentence() -> None:
    assert response_figure(samples.NO_RESPONSE) == "Response: no selected course is evaluable."


def test_shift_counts_who_worsened() -> None:
    figure = shift_figure(samples.SHIFT)
    assert "Worsened: 94 of 106 patients with both grades; 107 assessed" in said(figure)
    cells = rows(figure, "cells")
    assert sum(int(row["said"]) for row in cells if row["said"] != "·") == 110
    assert len(cells) == 6 * 6


def test_shift_of_nobody_assessed_is_a_sentence() -> None:
    nobody = replace(samples.SHIFT, assessed=0)
    assert shift_figure(nobody) == "Lymphopenia: nobody in this selection was assessed for it."


def test_flow_draws_every_step_of_the_paper() -> None:
    figure = flow_figure(samples.FLOW)
    words = [row["said"] for row in rows(figure, "words") if row["size"] == 3]
    assert [one for one in words if one.isdecimal()] == ["117", "3", "114", "110", "17", "2", "47"]
    assert "excluded: incomplete histology" in words
    assert "14 after PRRT-1 here" in words
    assert "63 outside the selection" in words


def test_flow_of_a_plain_cohort_has_no_empty_boxes() -> None:
    plain = Flow(
        (
            Step("treated", "Patients treated with PRRT", 20, 0, None, None),
            Step("included", "Included", 20, 0, None, "treated"),
            Step("prrt_1", "PRRT-1 here", 20, 0, None, "included"),
        ),
        20,
    )
    assert len([row for row in rows(flow_figure(plain), "boxes") if row["size"] == 0]) == 3
    assert flow_figure(Flow((), 0)) == "Patient flow: this cohort has no patient."

"""Adverse events by grade: order, shades, panels and what is said of terms without a bar."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from core.figures import Figure, toxicity_figure
from core.figures.figure import SIZES
from core.figures.theme import THEMES, contrast
from tests.figures import samples


def rows(figure: Figure | str, name: str) -> list[dict[str, Any]]:
    assert isinstance(figure, Figure)
    return figure.spec()["datasets"][name]


def said(figure: Figure | str, size: int = 3) -> list[str]:
    return [row["text"].replace("\u00a0", " ") for row in rows(figure, "text") if row["size"] == size]


def test_key_names_what_the_shades_mean() -> None:
    for notion, name in (("highest", "Grade"), ("delta", "Delta"), ("paper", "Grade or delta")):
        assert name in said(toxicity_figure(samples.TOXICITY, notion))


def test_bar_by_delta_says_delta_and_a_term_without_one_says_grade() -> None:
    told = [row["what"] for row in rows(toxicity_figure(samples.TOXICITY, "delta"), "bars")]
    assert "Lymphopenia, delta 3: 32 of 107 (29.9%)" in told
    assert "AST increased, grade 1: 25 of 105 (23.8%)" in told


def test_equally_frequent_terms_stand_in_alphabetical_order() -> None:
    found = samples.toxicity(
        [samples.term(name, (9, 1, 0, 0, 0, 0), None) for name in ("vomiting", "alopecia", "nausea")]
    )
    listed = [one for one in said(toxicity_figure(found)) if one in ("Vomiting", "Alopecia", "Nausea")]
    assert listed == ["Alopecia", "Nausea", "Vomiting"]


def test_terms_assessed_without_an_event_are_named() -> None:
    found = samples.toxicity(
        [samples.term("fatigue", (9, 1, 0, 0, 0, 0), None), samples.term("nausea", (10, 0, 0, 0, 0, 0), None)]
    )
    assert any("None: nausea." in line for line in said(toxicity_figure(found)))


@pytest.mark.parametrize("size", SIZES)
def test_lines_behind_the_bars_keep_out_of_the_heads_of_groups(size: int) -> None:
    figure = toxicity_figure(samples.TOXICITY)
    ticks = [row for row in rows(figure, "ticks") if row["size"] == size]
    heads = [row["y"] for row in rows(figure, "text") if row["size"] == size and row["text"].endswith(" assessed")]
    assert len({row["y"] for row in ticks}) == len(heads) == 4
    assert not [y for y in heads for row in ticks if row["y"] <= y <= row["y2"]]
    assert all(row["label"] == "" for row in ticks if row["y2"] != max(one["y2"] for one in ticks))


@pytest.mark.parametrize("name", THEMES)
def test_step_from_grade_2_to_3_is_the_widest(name: str) -> None:
    found = samples.toxicity([samples.term("fatigue", (1, 1, 1, 1, 1, 1), None)])
    colours = [row["colour"] for row in rows(toxicity_figure(found, theme_name=name), "bars")]
    steps = [contrast(one, other) for one, other in pairwise(colours)]
    assert len(colours) == 5
    assert max(steps) == steps[1] > 1.6


def test_one_group_can_be_drawn_and_is_named() -> None:
    term = samples.term("fatigue", (5, 5, 0, 0, 0, 0), None, level="3")
    found = replace(samples.TOXICITY, rows=(*samples.TOXICITY.rows, term))
    figure = toxicity_figure(found, level="3")
    assert [row["to"] for row in rows(figure, "bars")] == [50.0]
    assert "Adverse events by CTCAE grade: 3" in said(figure)


def test_small_grades_and_totals_are_withheld_in_bars_and_words() -> None:
    rows_given = [
        samples.term("anaemia", (90, 10, 3, 0, 0, 0), None),
        samples.term("neutropenia", (100, 3, 0, 0, 0, 0), None),
        samples.term("lymphopenia", (50, 10, 20, 23, 0, 0), None),
    ]
    figure = toxicity_figure(samples.toxicity(rows_given), min_cell=5)
    assert isinstance(figure, Figure)
    bars = rows(figure, "bars")
    assert [row["what"] for row in bars if "," not in row["what"]] == ["Anaemia"]
    assert len([row for row in bars if row["what"].startswith("Lymphopenia, grade")]) == 3
    assert not [row for row in bars if row["what"].startswith("Neutropenia")]
    assert "Neutropenia: any grade <5" in figure.alt_text
    assert "Grey: total only, as a grade concerns fewer than 5 patients." in said(figure)

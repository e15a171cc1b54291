"""Response as stacked bars: every count is said, groups below everybody, small and empty groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.fields import FIELDS
from core.figures import Figure, response_figure
from core.figures.figure import SIZES, room
from core.figures.response import LABELS, MOST_GROUPS, NUMBERS
from core.figures.text import width
from core.response import ResponseTable
from core.strata import SELECTION, Strata
from tests.figures import samples

GRADE = FIELDS["grade"]


def rows(figure: Figure | str, name: str, size: int = 3) -> list[dict[str, Any]]:
    assert isinstance(figure, Figure)
    return [row for row in figure.spec()["datasets"][name] if row["size"] == size]


def said(figure: Figure | str, size: int = 3) -> list[str]:
    return [row["text"].replace("\u00a0", " ") for row in rows(figure, "text", size)]


def by(field: str, *groups: Any) -> ResponseTable:
    return replace(samples.RESPONSE, groups=groups, by=Strata(field))


@pytest.mark.parametrize("size", SIZES)
def test_every_count_is_said_inside_its_bar_or_beside_it(size: int) -> None:
    figure = response_figure(samples.RESPONSE_BY_GRADE, GRADE)
    words = " ".join([row["n"] for row in rows(figure, "inside", size)] + said(figure, size))
    for one in (samples.RESPONSE_BY_GRADE.overall, *samples.RESPONSE_BY_GRADE.groups):
        for name, n in one.counts.items():
            assert not n or f"{name} {n}" in words


@pytest.mark.parametrize("size", SIZES)
def test_labels_fit_into_their_segments(size: int) -> None:
    figure = response_figure(samples.RESPONSE_BY_GRADE, GRADE)
    long = room(size) - LABELS[size] - NUMBERS[size]
    for row in rows(figure, "inside", size):
        (segment,) = [
            one for one in rows(figure, "segments", size) if one["y"] < row["y"] < one["y2"]
            and one["from"] <= row["at"] <= one["to"]
        ]  # fmt: skip
        assert width(row["n"], 11) <= (segment["to"] - segment["from"]) / 100 * long


def test_zero_has_no_segment() -> None:
    figure = response_figure(by("grade", samples.response("3", (0, 0, 2, 0))), GRADE)
    assert [row["what"] for row in rows(figure, "segments")] == ["SD 2 (100.0%)"]
    assert "0.0% (0.0–84.2)" in said(figure)
    assert "100.0% (15.8–100.0)" in said(figure)


def test_only_group_stands_alone_and_several_stand_below_everybody() -> None:
    one = samples.response("3", (0, 1, 3, 5))
    assert "All selected" not in said(response_figure(by("grade", one), GRADE))
    assert "All selected" in said(response_figure(by("grade", one, samples.response("2", (0, 1, 1, 0))), GRADE))


def test_selection_beside_the_rest_is_not_drawn_twice() -> None:
    figure = response_figure(
        by(SELECTION, samples.response("selection", (1, 22, 62, 17)), samples.response("rest", (0, 2, 5, 3)))
    )
    assert "All selected" not in said(figure)
    assert "Response (RECIST 1.1), selection and rest" in said(figure)
    assert len({row["y"] for row in rows(figure, "segments")}) == 2


def test_group_of_which_nobody_is_evaluable_has_no_bar() -> None:
    groups = samples.response("2", (0, 2, 5, 3)), samples.response("3", (0, 0, 0, 0), not_evaluable=2)
    figure = response_figure(by("grade", *groups), GRADE)
    assert "0 evaluable of 2" in said(figure)
    assert "Nobody is evaluable." in said(figure)
    assert len({row["y"] for row in rows(figure, "segments")}) == 2


def test_small_counts_are_withheld_with_their_rates() -> None:
    figure = response_figure(by("grade", samples.response("3", (0, 1, 8, 9))), GRADE, min_cell=5)
    assert rows(figure, "segments") == []
    assert "A response of fewer than 5 patients is not shown." in said(figure)
    assert not [one for one in said(figure) if one.startswith("5.6%")]
    assert isinstance(figure, Figure)
    assert "PR 1" not in figure.alt_text


def test_more_than_ten_groups_are_counted_not_drawn() -> None:
    groups = [samples.response(f"site {place}", (0, 1, 1, 1)) for place in range(13)]
    figure = response_figure(by("primary_site", *groups), FIELDS["primary_site"])
    assert len({row["y"] for row in rows(figure, "segments")}) == 1 + MOST_GROUPS
    assert "3 more groups without a bar: see the table." in said(figure)


def test_title_keeps_the_capitals_of_an_abbreviation() -> None:
    groups = samples.response("<1000", (0, 1, 1, 1)), samples.response(">=1000", (0, 1, 1, 1))
    words = said(response_figure(by("cga_ug_l", *groups), FIELDS["cga_ug_l"]))
    assert "Response (RECIST 1.1) by CgA" in words
    assert "CgA ≥1000 ug/L" in words

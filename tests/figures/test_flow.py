"""The flow of patients: boxes in rows or as a tree, the selection below the box it comes from, words inside boxes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from core.figures import Figure, flow_figure
from core.figures.figure import SIZES, room
from core.figures.flow import WIDEST
from core.figures.text import width
from core.flow import Flow, Step
from tests.figures import samples


def rows(figure: Figure | str, name: str, size: int = 3) -> list[dict[str, Any]]:
    assert isinstance(figure, Figure)
    return [row for row in figure.spec()["datasets"][name] if row["size"] == size]


def selected_from(parent: str) -> Flow:
    *others, selected = samples.FLOW.steps
    return Flow((*others, replace(selected, parent=parent)), samples.FLOW.n)


def chosen(figure: Figure | str, size: int = 3) -> dict[str, Any]:
    (found,) = [row for row in rows(figure, "boxes", size) if row["weight"] == 2.0]
    return found


def touches(figure: Figure | str, box: dict[str, Any], size: int) -> bool:
    """Whether a vertical line ends on the upper edge of a box."""
    return any(row["y2"] == box["y"] and box["left"] <= row["x"] <= box["right"] for row in rows(figure, "down", size))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_courses_stand_side_by_side_and_the_selection_below_its_course(size: int) -> None:
    figure = flow_figure(selected_from("prrt_2"))
    boxes = rows(figure, "boxes", size)
    courses = boxes[3:6]
    assert len({row["y"] for row in courses}) == 1
    assert [row["left"] for row in courses] == sorted(row["left"] for row in courses)
    assert courses[-1]["right"] == pytest.approx(1)
    last = chosen(figure, size)
    (line,) = [row for row in rows(figure, "down", size) if row["y2"] == last["y"]]
    assert line["y"] == courses[1]["y2"]
    assert courses[1]["left"] < line["x"] < courses[1]["right"]


def test_boxes_of_a_phone_are_a_tree() -> None:
    boxes = rows(flow_figure(samples.FLOW), "boxes", 0)
    assert [round(row["left"] / 0.075) for row in boxes] == [0, 1, 0, 1, 2, 1, 1]
    assert all(above["y2"] < below["y"] for above, below in pairwise(boxes))
    assert chosen(flow_figure(samples.FLOW), 0) == boxes[4]


def test_selection_from_several_courses_stands_beside_them() -> None:
    figure = flow_figure(selected_from("included"))
    assert chosen(figure)["y"] == rows(figure, "boxes")[3]["y"]
    assert touches(figure, chosen(figure), 3)


@pytest.mark.parametrize("size", SIZES)
def test_selection_that_counts_excluded_patients_hangs_on_no_box(size: int) -> None:
    figure = flow_figure(selected_from("treated"))
    last = chosen(figure, size)
    assert last["y2"] == max(row["y2"] for row in rows(figure, "boxes", size))
    assert not touches(figure, last, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("parent", ["prrt_1", "prrt_3", "included", "treated"])
def test_words_stay_inside_their_boxes(size: int, parent: str) -> None:
    figure = flow_figure(selected_from(parent))
    wide = min(room(size), WIDEST) - 4
    for word in rows(figure, "words", size):
        long = width(word["said"], word["px"], word["weight"] > 400)
        left = word["x"] * wide + word["dx"] - (long / 2 if word["align"] == "center" else 0)
        assert any(
            box["y"] < word["y"] < box["y2"] and box["left"] * wide <= left and left + long <= box["right"] * wide
            for box in rows(figure, "boxes", size)
        )


def test_cohort_without_exclusion_or_later_courses_is_one_column() -> None:
    plain = Flow(
        (
            Step("treated", "Patients treated with PRRT", 20, 0, None, None),
            Step("included", "Included", 20, 0, None, "treated"),
            Step("prrt_1", "PRRT-1 here", 20, 0, None, "included"),
            Step("selected", "Selected", 0, 20, "outside the selection", "prrt_1"),
        ),
        20,
    )
    figure = flow_figure(plain)
    assert {(row["left"], row["right"]) for row in rows(figure, "boxes")} == {(0.0, 0.5)}
    assert rows(figure, "across") == []
    assert len(rows(figure, "down")) == 3
    assert not [row for row in rows(figure, "text") if "Excluded" in row["text"]]


def test_small_counts_are_withheld_everywhere() -> None:
    figure = flow_figure(samples.FLOW, min_cell=5)
    assert isinstance(figure, Figure)
    words = [row["said"] for row in rows(figure, "words")]
    assert "<5 after PRRT-1 elsewhere" in words
    assert "<5 others: first PRRT elsewhere" in words
    assert not {"1", "2", "3", "4"} & set(words)
    assert "Included: 114 (<5 incomplete histology)" in figure.alt_text

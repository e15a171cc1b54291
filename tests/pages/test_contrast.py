"""The page that compares groups: B is chosen, swapped, restored from the address, and refused in a sentence."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Open, text


def labels(at) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def test_everyone_else_is_compared_at_once(open_page: Open) -> None:
    at = open_page("contrast", grade="3")
    assert not at.exception
    assert "Everyone else of the same courses: 100 patients" in text(at)
    assert "No patient is in both groups." in text(at)
    assert labels(at)["Hazard ratio OS, A against B (95% CI)"] == "1.97 (0.88\u20134.41)"
    assert at.button(key="swap").disabled


def test_a_selection_is_kept_as_b_and_swapped(open_page: Open) -> None:
    at = open_page("contrast", grade="3")
    at.button(key="keep-as-b").click().run()
    assert "the same selection" in text(at)
    at.pills(key="filter-grade").set_value(["1"]).run()
    assert "A 38 of 110 patients: grade 1" in text(at).replace("*", "")
    assert "B 10 of 110 patients: grade 3" in text(at).replace("*", "")
    before = labels(at)
    at.button(key="swap").click().run()
    assert "A 10 of 110 patients: grade 3" in text(at).replace("*", "")
    after = labels(at)
    assert after["A: median OS, months (95% CI)"] == before["B: median OS, months (95% CI)"]
    at.button(key="rest").click().run()
    assert "against" not in at.query_params
    assert "Everyone else" in text(at)


def test_the_address_restores_b_and_the_horizon(open_page: Open) -> None:
    first = open_page("contrast", grade="3", against="grade=1&primary_site=small%20intestine", tau="24")
    again = open_page("contrast", grade="3", against="grade=1&primary_site=small%20intestine", tau="24")
    assert "grade 1; small intestine" in text(first)
    assert labels(first) == labels(again)
    assert first.number_input(key="horizon").value == 24
    first.number_input(key="horizon").set_value(18.0).run()
    assert first.query_params["tau"] in ("18", ["18"])


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "A is everybody"),
        ({"grade": "3", "against": "?"}, "Every patient of A is in B too"),
        ({"grade": "3", "against": "primary_site=stomach&grade=1&cga_ug_l=900000.."}, "No patient is in B"),
        ({"grade": "3", "against": "course=all&grade=1&shoe=<script>"}, "no field 'shoe'"),
        ({"course": "all", "grade": "1", "against": "course=all&grade=2"}, "more than one course"),
        ({"grade": "2", "against": "cga_ug_l=1000.."}, "21 patients are in both groups"),
        ({"grade": "3", "tau": "yesterday"}, "Everyone else"),
        ({"cohort": "Calm", "grade": "1"}, "no events in A and B"),
        ({"cohort": "Bare", "sex": "male"}, "neither dates nor ready-made times"),
        ({"recist_response": "PR"}, "immortal time"),
    ],
)
def test_every_state_has_a_sentence(open_page: Open, parameters: dict[str, str], said: str) -> None:
    at = open_page("contrast", **parameters)
    assert not at.exception
    assert said in text(at)

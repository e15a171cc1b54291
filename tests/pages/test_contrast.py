"""The page that compares groups: B is chosen, swapped, restored from the address, and refused in a sentence."""

from __future__ import annotations

import pytest

from core.export import content
from tests.pages.conftest import Open, shown_texts, text
from tests.pages.test_address import address
from tests.pages.test_take_away import offers


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
        ({"grade": "3", "ki67_percent": "99..", "against": "grade=1"}, "No patient fits this selection"),
        ({"grade": "3", "against": "grade=3"}, "A and B are the same selection"),
        ({"grade": "2", "against": "grade=2&fdg_pet=positive"}, "Every patient of B is in A too"),
        ({"primary_site": "stomach", "grade": "1"}, "No patient fits this selection"),
        ({"ki67_percent": "29..30", "sex": "male"}, "Not drawn, fewer than 5 patients: A (1)"),
        ({"primary_site": "stomach", "hide": "5"}, "Fewer than 5 patients are selected"),
        ({"age_years": "41..", "hide": "5"}, "leaves out fewer than 5 patients"),
        ({"grade": "2", "against": "primary_site=stomach", "hide": "5"}, "the comparison is not shown"),
        ({"cohort": "Calm", "grade": "1"}, "A and B have no laboratory values, events or ready-made grades."),
        ({"cohort": "Calm", "grade": "1"}, "No course of A or B is evaluable"),
    ],
)
def test_every_state_has_a_sentence(open_page: Open, parameters: dict[str, str], said: str) -> None:
    at = open_page("contrast", **parameters)
    assert not at.exception
    assert said in text(at)


def test_known_later_offers_a_landmark_that_stands_in_the_address(open_page: Open) -> None:
    at = open_page("contrast", recist_response="PR,SD")
    assert "immortal time" in text(at)
    at.button_group(key="parameter-landmark").set_value("landmark").run()
    assert not at.exception
    assert "immortal time" not in text(at)
    assert at.query_params["landmark"] in ("landmark", ["landmark"])
    assert "who had the event or was censored before it is left out" in text(at)


def test_what_is_taken_away_is_what_the_page_shows(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    made = offers(monkeypatch)
    open_page("contrast", grade="3", against="grade=1", tau="18")
    look = next(given for what, given, _ in reversed(made) if what == "contrast-os")
    found = content("contrast-os", look)
    assert "B: 38 of 110 patients: grade 1" in found.label.source.selection
    assert "Restricted mean to 18 months" in [row[0] for row in found.tables[0].rows]


def test_no_patient_stays_in_the_address_of_b(open_page: Open) -> None:
    at = open_page("contrast", grade="3", against="patient_id=P001&grade=1")
    assert "P001" not in str(at.query_params.get("against"))
    assert "is ignored" in text(at)
    assert "Everyone else of the same courses" in text(at)


def test_several_courses_are_mended_in_a_and_in_b(open_page: Open) -> None:
    at = open_page("contrast", course="all", grade="1", against="course=all&grade=2")
    at.button(key="first-pfs").click().run()
    assert "more than one course" not in text(at)
    assert "first" in str(at.query_params["against"])
    assert at.query_params["first"] in ("yes", ["yes"])


def test_pancreas_against_small_intestine_in_three_clicks(open_page: Open) -> None:
    at = open_page("contrast", grade="2", primary_site="pancreas")
    assert not [one for one in at.main if str(one.key).startswith("b-")]
    at.button(key="keep-as-b").click().run()
    assert "A and B are the same selection. Change one of them" in text(at)
    assert at.pills(key="b-filter-primary_site").value == ["pancreas"]
    at.pills(key="b-filter-primary_site").set_value(["pancreas", "small intestine"]).run()
    assert "Every patient of A is in B too" in text(at)
    at.pills(key="b-filter-primary_site").set_value(["small intestine"]).run()
    assert "A 16 of 110 patients: grade 2; pancreas" in text(at).replace("*", "")
    assert "B 35 of 110 patients: grade 2; small intestine" in text(at).replace("*", "")
    assert labels(at)["Hazard ratio PFS, A against B (95% CI)"] == "1.50 (0.77\u20132.90)"
    assert address(at)["primary_site"] == "pancreas"
    again = open_page("contrast", **address(at))
    assert labels(again) == labels(at)
    assert not [one for one in again.main if str(one.key).startswith("b-")]  # a link shows the answer, not the panel


def test_filters_of_b_change_b_alone_and_are_swapped_with_it(open_page: Open) -> None:
    at = open_page("contrast", grade="2", filters="sex")
    at.button(key="keep-as-b").click().run()
    assert address(at)["filters_b"] == "sex"
    at.selectbox(key="b-search-field").set_value("age_years").run()
    at.number_input(key="b-filter-age_years-low").set_value(60.0).run()
    at.pills(key="b-filter-grade").set_value(["1"]).run()
    said = address(at)
    assert (said["grade"], said["filters"], said["filters_b"]) == ("2", "sex", "sex,age_years")
    assert said["against"] == "grade=1&age_years=60.."
    at.button(key="swap").click().run()
    said = address(at)
    assert (said["grade"], said["filters"], said["age_years"]) == ("1", "sex,age_years", "60..")
    assert (said["against"], said["filters_b"]) == ("grade=2", "sex")
    at.button(key="b-remove-sex").click().run()
    assert "filters_b" not in address(at)
    at.button(key="reset-b").click().run()
    assert address(at)["against"] == "?"
    assert at.button(key="reset-b").disabled
    assert "Every patient of A is in B too" in text(at)
    at.button(key="rest").click().run()
    assert not {"against", "filters_b"} & set(address(at))
    assert not [one for one in at.main if str(one.key).startswith("b-")]


def test_filters_of_b_count_as_those_of_the_sidebar_while_small_groups_are_hidden(open_page: Open) -> None:
    at = open_page("contrast", grade="2", hide="5")
    at.button(key="keep-as-b").click().run()
    for key in ("filter-grade", "filter-primary_site", "filter-fdg_pet"):
        assert at.pills(key=f"b-{key}").options == at.pills(key=key).options
        for said in at.pills(key=f"b-{key}").options:
            told = said.rpartition("\u00b7 ")[2].strip("]").replace("\\", "")
            assert told == "<5" or int(told) % 5 == 0, said
    at.pills(key="b-filter-primary_site").set_value(["stomach"]).run()
    assert "Fewer than 5" in text(at) or "fewer than 5" in text(at)
    assert not at.metric


@pytest.mark.parametrize("key", ["keep-as-b", "swap", "rest"])
def test_what_a_button_does_to_b_is_restored_from_the_address(open_page: Open, key: str) -> None:
    at = open_page("contrast", recist_response="SD", against="course=all&recist_response=PD,~&first=yes", show="os")
    at.button(key=key).click().run()
    again = open_page("contrast", **address(at))
    assert sorted(shown_texts(again)) == sorted(shown_texts(at))
    assert address(again) == address(at)

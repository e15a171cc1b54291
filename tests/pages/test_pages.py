"""Every page on every kind of selection: numbers where there are any, a designed sentence where there are none."""

from __future__ import annotations

import re

import pytest

from pages.shared.titles import PAGES
from tests.pages.conftest import Open, text

SELECTIONS = {
    "default": {},
    "nobody": {"grade": "1", "primary_site": "stomach", "cga_ug_l": "900000.."},
    "few": {"primary_site": "stomach"},
    "retreatment": {"course": "2"},
    "third": {"course": "3"},
    "divided": {"by": "grade"},
    "against the rest": {"grade": "3", "by": "selection"},
    "known later": {"by": "recist_response", "landmark": "landmark"},
    "missing": {"cga_ug_l": "~"},
    "bare": {"cohort": "Bare"},
    "no events": {"cohort": "Calm"},
    "no events, divided": {"cohort": "Calm", "by": "grade"},
    "one patient": {"age_years": "..40"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_page_shows_without_error(open_page: Open, page: str, selection: str) -> None:
    at = open_page(page, **SELECTIONS[selection])
    assert not at.exception
    assert at.title[0].value == PAGES[page]
    synthetic = SELECTIONS[selection].get("cohort") is None
    assert (":orange-badge[synthetic]" in text(at)) == synthetic


@pytest.mark.parametrize("page", ["overview", "survival", "prognosis", "response", "toxicity", "benchmarks"])
def test_page_of_nobody_offers_the_way_back(open_page: Open, page: str) -> None:
    at = open_page(page, **SELECTIONS["nobody"])
    assert "No patient fits this selection" in text(at)
    at.button(key="reset-empty").click().run()
    assert "All 110 patients" in text(at)


def test_survival_shows_the_medians_of_the_demo(open_page: Open) -> None:
    at = open_page("survival")
    assert [one.value for one in at.metric][:2] == ["22.5 (19.7–29.0)", "42.3 (34.3–55.0)"]


def test_sidebar_filter_changes_the_sentence_and_the_medians(open_page: Open) -> None:
    at = open_page("survival")
    before = [one.value for one in at.metric]
    at.pills(key="filter-grade").set_value(["2"]).run()
    assert "62 of 110 patients: grade 2" in text(at)
    assert [one.value for one in at.metric] != before
    at.button(key="reset").click().run()
    assert [one.value for one in at.metric] == before


def test_threshold_number_and_slider_say_the_same(open_page: Open) -> None:
    at = open_page("survival")
    at.number_input(key="threshold-exact").set_value(1234.0).run()
    assert "CgA at least 1234 ug/L" in text(at)
    assert at.select_slider(key="threshold-slider").value == 1234.0


def test_field_found_by_search_becomes_a_filter(open_page: Open) -> None:
    at = open_page("survival")
    at.selectbox(key="search-field").set_value("albumin_g_l").run()
    at.number_input(key="filter-albumin_g_l-low").set_value(40.0).run()
    assert "albumin at least 40 g/L" in text(at)
    at.button(key="remove-albumin_g_l").click().run()
    assert "All 110 patients" in text(at)


def test_address_restores_the_selection_and_hostile_parts_are_told(open_page: Open) -> None:
    at = open_page("survival", grade="2", nonsense="<script>alert(1)</script>", sex="; DROP TABLE versions")
    assert "grade 2" in text(at)
    warned = [one.value for one in at.warning]
    assert any("nonsense" in one for one in warned)
    assert any("DROP TABLE" in one for one in warned)


def test_mixed_courses_are_refused_with_an_offer(open_page: Open) -> None:
    at = open_page("survival", course="all")
    assert "more than one course" in text(at)
    at.button(key="first-pfs").click().run()
    assert "more than one course" not in text(at)
    assert "first selected course of each" in text(at)


def test_toxicity_counts_the_paper_s_lymphopenia(open_page: Open) -> None:
    at = open_page("toxicity")
    assert at.metric[0].value == "54 (50.5%)"


def test_prognosis_names_the_independent_factors(open_page: Open) -> None:
    told = text(open_page("prognosis"))
    assert "Independent factors" in told
    assert "Chromogranin A" in told


def test_cross_check_agrees(open_page: Open) -> None:
    at = open_page("methods", by="grade")
    at.button(key="cross-check").click().run()
    assert not at.exception
    largest = re.search(r"(\d+) numbers compared; largest difference ([\d.e-]+)", text(at))
    assert largest is not None
    assert int(largest[1]) > 150
    assert float(largest[2]) < 1e-6


def test_conventions_of_the_methods_page_change_the_numbers(open_page: Open) -> None:
    default = [one.value for one in open_page("survival", show="all").metric]
    plain = [one.value for one in open_page("survival", show="all", interval="plain").metric]
    assert [one.split(" ")[0] for one in plain] == [one.split(" ")[0] for one in default]
    assert plain != default


def test_page_text_is_never_markup(open_page: Open) -> None:
    told = open_page("survival", sex="![x](http://example.org/a.png)")
    assert all("![x](" not in one.value for one in told.warning)
    assert all("http:" not in one.value and "http\\:" not in one.value for one in told.warning)


def test_figure_of_the_paper_is_one_choice_away(open_page: Open) -> None:
    at = open_page("survival", grade="3", by="fdg_pet")
    at.pills(key="preset").set_value("3A").run()
    assert "All 110 patients" in text(at)
    assert [one.value for one in at.metric] == ["22.5 (19.7\u201329.0)"]
    assert at.selectbox(key="parameter-by").value == "grade"
    at.pills(key="preset").set_value("5B").run()
    assert "PRRT-2" in text(at)
    assert at.pills(key="preset").value == "5B"


def test_selection_against_the_rest_is_one_click_and_needs_a_selection(open_page: Open) -> None:
    at = open_page("survival")
    assert at.checkbox(key="against-the-rest").disabled
    at.pills(key="filter-grade").set_value(["3"]).run()
    at.checkbox(key="against-the-rest").check().run()
    assert at.query_params["by"] in ("selection", ["selection"])
    assert at.selectbox(key="parameter-by").disabled
    assert "Follow-up of the selection: " in text(at)
    at.checkbox(key="against-the-rest").uncheck().run()
    assert "by" not in at.query_params
    assert not at.selectbox(key="parameter-by").disabled
    assert "Follow-up: " in text(at)


def test_comparison_with_the_paper_is_filtered_by_mark_and_place(open_page: Open) -> None:
    at = open_page("benchmarks", compared="paper")
    everything = len(at.dataframe[0].value)
    at.selectbox(key="parameter-place").set_value("Table 1").run()
    assert {place.split(",")[0] for place in at.dataframe[0].value["Place"]} == {"Table 1"}
    assert 0 < len(at.dataframe[0].value) < everything
    at.pills(key="parameter-marks").set_value(["differs"]).run()
    assert set(at.dataframe[0].value["Mark"]) <= {"differs"}


def test_another_cohort_opens_with_a_click_and_resets(open_page: Open) -> None:
    at = open_page("cohorts")
    at.button(key="open-Calm").click().run()
    assert not at.exception
    assert "Calm, version 1" in text(at)
    at.switch_page("survival.py").run()
    assert not at.exception
    assert "All 12 patients" in text(at)
    at.pills(key="filter-grade").set_value(["2"]).run()
    at.button(key="reset").click().run()
    assert "All 12 patients" in text(at)


def test_sidebar_keeps_every_level_of_the_cohort(open_page: Open) -> None:
    at = open_page("survival", **SELECTIONS["nobody"])
    offered = {
        key: [one.split(" ")[0] for one in at.pills(key=f"filter-{key}").options] for key in ("course", "fdg_pet")
    }
    assert [len(offered["course"]), len(offered["fdg_pet"])] == [3, 3]


def test_prognosis_of_few_events_says_so_before_the_numbers(open_page: Open) -> None:
    told = text(open_page("prognosis", grade="2", primary_site="pancreas", cga_ug_l="1000.."))
    assert "Only 6 events, fewer than 10: no hazard ratio here is reliable." in told
    assert "Overall survival: no factor entered the multivariable model." in told
    assert ">=" not in told


def test_many_pairs_of_groups_are_shown_when_asked_for(open_page: Open) -> None:
    assert not open_page("survival", by="grade").expander
    assert [one.label for one in open_page("survival", by="prior_modalities").expander] == [
        "28 pairs of groups, p adjusted after Holm"
    ] * 2


def test_response_says_how_many_of_how_many(open_page: Open) -> None:
    at = open_page("response")
    assert at.metric[0].label == "Objective response in 23 of 102, % (95% CI)"


def test_patients_chosen_by_what_is_known_later_get_the_landmark(open_page: Open) -> None:
    at = open_page("survival", recist_response="PR")
    assert "A landmark analysis avoids it" in text(at)
    at.segmented_control(key="parameter-landmark").set_value("landmark").run()
    assert not at.exception
    assert "A landmark analysis avoids it" not in text(at)

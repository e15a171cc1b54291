"""The switch "Hide counts under 5" on every page: nothing that is shown there tells a small count."""

from __future__ import annotations

import pytest

from pages.shared.titles import PAGES
from tests.pages.conftest import Open, shown_texts, text
from tests.test_small_groups import counted

SHOWN = ("overview", "survival", "contrast", "prognosis", "response", "toxicity", "benchmarks")
FEW = {"primary_site": "stomach"}
ALL_BUT_A_FEW = {"age_years": "40.."}


@pytest.mark.parametrize("by", ["", "primary_site"])
@pytest.mark.parametrize("page", SHOWN)
def test_page_tells_multiples_of_five(open_page: Open, page: str, by: str) -> None:
    at = open_page(page, hide="5", **({"by": by} if by else {}))
    assert not at.exception
    assert "counts under 5 are shown as <5" in text(at)
    told = [(n, one) for one in shown_texts(at) for n in counted(one) if n % 5 and "series" not in one.casefold()]
    assert told == []


@pytest.mark.parametrize("query", [FEW, ALL_BUT_A_FEW])
@pytest.mark.parametrize("page", SHOWN)
def test_selection_of_a_few_shows_a_sentence_in_place_of_results(
    open_page: Open, page: str, query: dict[str, str]
) -> None:
    at = open_page(page, hide="5", **query)
    assert not at.exception
    assert "small groups are hidden" in text(at)
    assert not at.metric
    assert not [one for one in at.main if one.type in ("vega_lite_chart", "arrow_vega_lite_chart")]


def test_switch_stands_in_the_address_and_rounds_the_sidebar(open_page: Open) -> None:
    at = open_page("survival")
    assert "62" in " ".join(at.pills(key="filter-grade").options)
    at.toggle(key="parameter-hide").set_value(True).run()
    options = " ".join(at.pills(key="filter-grade").options)
    assert "62" not in options
    assert "60" in options
    assert at.session_state["parameters"] == {"hide": "5"}
    at.toggle(key="parameter-hide").set_value(False).run()
    assert at.session_state["parameters"] == {}


def test_lists_of_single_patients_are_not_offered(open_page: Open) -> None:
    assert "prints every count exactly" in text(open_page("benchmarks", compared="paper", hide="5"))
    methods = open_page("methods", hide="5")
    assert "cross-check compares exact numbers" in text(methods)
    assert not [one for one in methods.button if one.key == "cross-check"]


@pytest.mark.parametrize("page", PAGES)
def test_unknown_value_of_the_switch_hides_nothing_and_says_so(open_page: Open, page: str) -> None:
    at = open_page(page, hide="sometimes")
    assert not at.exception
    assert "hide=sometimes" in text(at)


def test_page_that_manages_the_data_says_that_it_is_exact(open_page: Open) -> None:
    assert "Here, where the data are managed, all is told exactly." in text(open_page("cohorts", hide="5"))
    assert "all is told exactly" not in text(open_page("cohorts"))

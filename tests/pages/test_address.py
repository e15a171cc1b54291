"""The address says exactly what is shown: every control of every page, hostile values, what is gone, no patient."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.testing.v1 import AppTest

from pages.shared import session
from pages.shared.titles import PAGES
from tests.pages.conftest import FRAME, Open, shown_texts, text, visit

OPENED = {"prognosis": ("factors",), "survival": ("pairs-pfs",), "contrast": ("filters-of-b",)}
"""Expanders to open, as the controls in them are drawn only then."""
LOCAL = {
    **dict.fromkeys(
        ("search-field", "b-search-field"), "adds a filter, which stands in the address, and empties itself"
    ),
    "cohort": "another cohort resets the selection; tested apart",
    "preset": "sets selection, endpoint and groups, which stand in the address; shows which figure they are",
}
ELSEWHERE = ("cohorts", "deck")
"""Pages about the store, not about a selection: what is managed there is no view to share; a deck's own words stand in
the deck, and its id in the address."""
KINDS = (
    *("button_group", "checkbox", "date_input", "multiselect", "number_input", "radio", "select_slider", "selectbox"),
    *("slider", "text_area", "text_input", "time_input", "toggle"),
)
START = {"by": "nlr~median", "filters": "age_years,first_cycle_date,sex", "recist_response": "SD,PR"}
"""A view with every kind of control: a cut-off, the landmark, filters by range, by date and by level."""
OF_A_PAGE = {
    "benchmarks": {"compared": "paper"},
    "contrast": {
        "against": "recist_response=PD&primary_site=small%20intestine,~",
        "filters_b": "age_years,first_cycle_date,sex",
        "tau": "24",
        "show": "os",
    },
}


def fresh(page: str, parameters: dict[str, Any]) -> AppTest:
    at = visit(page, parameters)
    for key in OPENED.get(page, ()):
        at.session_state[key] = True
        at.run()
    return at


def address(at: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[-1] for name, value in at.query_params.items()}


def controls(at: AppTest, *, sidebar: bool = True) -> dict[str, Any]:
    """Every control of the page and its sidebar, by key; one without a key by its label."""
    found = {}
    for block in (at.sidebar, at.main) if sidebar else (at.main,):
        for one in block:
            if one.type in KINDS:
                found[one.key or one.label] = one
    return found


def values(at: AppTest) -> dict[str, Any]:
    return {key: one.value for key, one in controls(at).items() if "search-field" not in key}


CASES = [page for page in PAGES if page not in ELSEWHERE]


@pytest.mark.parametrize("page", CASES)
def test_every_control_of_the_page_stands_in_the_address(store_file: Path, page: str) -> None:
    more = OF_A_PAGE.get(page, {})
    begun = fresh(page, START | more)
    assert not begun.exception
    tried = []
    for key in controls(begun, sidebar=page == "overview"):  # the sidebar is the same beside every page
        if key in LOCAL:
            continue
        at = fresh(page, START | more)
        before, was = address(at), controls(at)[key].value
        change(at, key)
        assert not at.exception, key
        now = controls(at).get(key)
        if now is not None and now.value == was:
            continue  # nothing else can be chosen there
        assert address(at) != before, f"{page}: {key} does not stand in the address"
        again = fresh(page, address(at))
        assert values(again) == values(at), key
        assert address(again) == address(at), key
        assert sorted(shown_texts(again)) == sorted(shown_texts(at)), key
        tried.append(key)
    assert len(tried) >= {"overview": 10, "contrast": 16}.get(page, 1), tried


def change(at: AppTest, key: str) -> None:
    """Put a control on another value than it has, as a visitor would."""
    control = controls(at)[key]
    kind, value = control.type, control.value
    if kind in ("checkbox", "toggle"):
        control.set_value(not value).run()
    elif kind == "number_input":
        control.set_value(4.5 if value == 3.5 else 3.5).run()
    elif kind == "date_input":
        control.set_value(date(2020, 5, 17)).run()
    elif kind in ("selectbox", "select_slider", "multiselect", "button_group"):
        several = isinstance(value, list)
        told = control.root.session_state[TESTING_KEY]
        said = told[control.id]
        chosen = [said(one) for one in (value if several else [value])]
        other = next((one for one in reversed(control.options) if one not in chosen), None)
        if other is not None:
            told[control.id] = str  # options are given as they are written, not as values
            control.set_value([other] if several else other).run()
    else:
        raise AssertionError(f"{key}: say here how a {kind} is changed")


def test_every_kind_of_control_is_listed() -> None:
    """A page uses no control that the test above would pass over."""
    used = set()
    for file in (FRAME.parent).rglob("*.py"):
        used |= set(re.findall(r"\b(?:st|column|panel|row|left|right)\.([a-z_]+)\(", file.read_text("utf-8")))
        used |= set(re.findall(r"\bst\.([a-z_]+),", file.read_text("utf-8")))
    widgets = {"pills", "segmented_control", "feedback", "color_picker", "chat_input", "camera_input", "data_editor"}
    widgets |= {
        "checkbox",
        "date_input",
        "multiselect",
        "number_input",
        "radio",
        "select_slider",
        "selectbox",
        "toggle",
    }
    widgets |= {"slider", "text_area", "text_input", "time_input", "datetime_input"}
    drawn = {"pills": "button_group", "segmented_control": "button_group"}
    assert {drawn.get(one, one) for one in used & widgets} <= set(KINDS)


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            *(
                "' OR 1=1 --",
                "<script>alert(1)</script>",
                "../../etc/passwd",
                "=cmd|' /C calc'!A0",
                "1e999",
                "NaN",
                "-1",
            ),
            *(
                "%00",
                "\u202egrade",
                "~",
                "all",
                "..",
                "..<",
                "1..0",
                "patient_id",
                "a" * 5000,
                ",,,",
                "{}",
                "[click](x)",
            ),
        ]
    ),
)
NAMES = st.sampled_from(
    [
        *session.PARAMETERS,
        *("grade", "course", "cga_ug_l", "age_years", "first_cycle_date", "first", "patient_id", "sex"),
    ]
)


@example(parameters={"course": "~", "histology_complete": "~"}, page="survival")
@given(parameters=st.dictionaries(NAMES, HOSTILE, min_size=1, max_size=4), page=st.sampled_from(list(PAGES)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_breaks_a_page(store_file: Path, parameters: dict[str, str], page: str) -> None:
    at = fresh(page, parameters)
    assert not at.exception
    assert at.title[0].value == PAGES[page]


WRONG = {
    **dict.fromkeys(session.PARAMETERS, "no such thing"),
    "version": "99",
    "grade": "7",
    "patient_id": "P001",
    "shoe_size": "43",
    "cga_ug_l": "many",
    "age_years": "9..1",
}


@pytest.fixture(scope="module")
def default(store_file: Path) -> list[str]:
    """The answers of the page Survival when nothing is asked."""
    return [one.value for one in fresh("survival", {}).metric]


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_parameter_is_told_and_the_rest_works(open_page: Open, default: list[str], name: str) -> None:
    at = open_page("survival", **{name: WRONG[name]})
    assert not at.exception
    assert [one for one in at.warning if name in one.value.replace("\\", "") or WRONG[name] in one.value]
    assert [one.value for one in at.metric] == default


def test_version_or_cohort_that_is_gone_is_told(open_page: Open) -> None:
    assert "no version 9" in text(open_page("survival", version="9"))
    gone = text(open_page("survival", cohort="Long ago"))
    assert "There is no cohort 'Long ago': it was renamed or deleted" in gone


def test_another_cohort_stands_in_the_address(store_file: Path) -> None:
    at = fresh("overview", {"grade": "2"})
    at.selectbox(key="cohort").set_value("Calm").run()
    assert address(at) == {"cohort": "Calm"}
    assert sorted(shown_texts(fresh("overview", address(at)))) == sorted(shown_texts(at))


def test_figure_of_the_paper_stands_in_the_address(store_file: Path) -> None:
    at = fresh("survival", {})
    at.pills(key="preset").set_value("3B").run()
    assert address(at) == {"show": "pfs", "by": "cga_ug_l>=1000"}
    assert values(fresh("survival", address(at))) == values(at)


def test_no_field_that_tells_a_patient_is_offered_or_read(open_page: Open) -> None:
    at = open_page("survival", patient_id="P001", by="patient_id", filters="patient_id", factors="patient_id")
    assert not at.exception
    assert "P001" not in str(address(at).get("patient_id"))
    fields = session.open_store().version("Demo cohort").fields
    for name, field in fields.items():
        if name == "patient_id" or (field.type == "text" and not field.levels):
            assert not field.filterable, name
    offered = [option for one in (*at.selectbox, *at.multiselect) for option in one.options]
    assert not [one for one in offered if one.startswith("Patient")]

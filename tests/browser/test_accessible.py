"""Accessibility of states that a fresh page does not show, the keyboard's way, and what a figure says in words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.explorer import Explorer, settle
from tests.browser.test_explorer import SERIOUS, open_page

STATES = {
    "overview": ("grade=1&primary_site=stomach&cga_ug_l=900000..", "age_years=..40", "hide=5&by=grade"),
    "survival": (
        "grade=1&primary_site=stomach&cga_ug_l=900000..",
        "age_years=..40",
        "hide=5&primary_site=stomach",
        "by=recist_response&filters=age_years,first_cycle_date&grade=no",
    ),
    "contrast": ("grade=2&against=cga_ug_l%3D1000..", "recist_response=PR&hide=5"),
    "prognosis": ("age_years=..40", "hide=5"),
    "toxicity": ("age_years=..40", "hide=5&by=grade"),
    "response": ("recist_response=~", "hide=5"),
    "benchmarks": ("compared=paper", "hide=5"),
}
"""Nobody, one patient, nothing evaluable, small groups hidden, a wrong parameter, added filters."""
PANELS = {"prognosis": ("factors", "assumptions-pfs"), "methods": ("dictionary", "methods-text")}
FOCUS = """() => {
    const host = document.activeElement; // a component of ours keeps its button in its own root
    if (!host || host === document.body) return null;
    const at = host.shadowRoot && host.shadowRoot.activeElement || host;
    const box = at.getBoundingClientRect(), style = getComputedStyle(at);
    const ringed = (one) => {
        const shown = getComputedStyle(one);
        return (shown.outlineStyle !== 'none' && parseFloat(shown.outlineWidth) > 0) || shown.boxShadow !== 'none';
    };
    let around = at, visible = false;
    for (let i = 0; i < 4 && around; i++, around = around.parentElement) visible ||= ringed(around);
    visible ||= at.matches('input, textarea') || at.querySelector('h1') !== null; // a caret; what scrolls the page
    const region = host.closest('[data-testid="stSidebar"]') ? 'sidebar'
        : host.closest('[data-testid="stMain"]') ? 'main' : 'frame';
    const row = host.closest('[data-testid="stHorizontalBlock"], [role="radiogroup"], [role="group"]');
    const outer = row ? row.getBoundingClientRect() : box;
    const scrolled = host.closest('[data-testid="stSidebarContent"], [data-testid="stMain"]');
    return {
        name: at.getAttribute('aria-label') || at.innerText || at.tagName, region, visible,
        top: Math.round(outer.top + (scrolled ? scrolled.scrollTop : 0)), left: Math.round(box.left),
    };
}"""


def serious(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_of_a_page_has_a_serious_violation(browser: Browser, product: Explorer, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 720})  # type: ignore[arg-type]
    page, found = context.new_page(), {}
    states = [(name, query) for name, queries in STATES.items() for query in queries]
    for name, query in states[scheme == "dark" :: 2]:  # each state in one theme: together they cost a minute
        open_page(page, product, f"{'' if name == 'overview' else name}?{query}")
        found[name, query] = serious(page)
    for name, keys in PANELS.items():
        open_page(page, product, name)
        for key in keys:
            page.locator(f".st-key-{key} summary").click()
            settle(page)
        found[name, "opened"] = serious(page)
    context.close()
    assert {where: one for where, one in found.items() if one} == {}


def test_tab_reaches_controls_in_reading_order_with_visible_focus(page: Page, product: Explorer) -> None:
    open_page(page, product, "survival?grade=2,3&by=grade")
    walked: list[dict[str, Any]] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None and walked:
            break
        if at is not None:
            walked.append(at)
    unseen = [one["name"] for one in walked if not one["visible"]]
    assert not unseen, "; ".join(unseen)
    for region in ("sidebar", "main"):
        there = [one for one in walked if one["region"] == region]
        assert len(there) > 3, region
        back = [  # a row of controls is aligned at its foot; a column is read whole before the one to its right
            (one, other)
            for one, other in pairwise(there)
            if other["top"] < one["top"] - 40 and other["left"] < one["left"] + 200
        ]
        assert back == [], back
    names = " ".join(one["name"] for one in walked)
    for wanted in ("Reset", "Groups", "Hide counts under 5", "Against the rest", "Add a filter"):
        assert wanted in names, names


def test_every_figure_says_its_result_to_who_does_not_see_it(page: Page, product: Explorer) -> None:
    said = {
        "": ("Kaplan-Meier curves: progression-free survival", "Patients treated with PRRT: 117"),
        "prognosis": ("Forest plot",),
        "response": ("Stacked bars: Response (RECIST 1.1)",),
        "toxicity": ("Stacked bars: ",),
    }
    for name, sentences in said.items():
        open_page(page, product, name)
        expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        figures = page.get_by_test_id("stVegaLiteChart").count()
        assert page.locator('[class*="st-key-alt-"]').count() == figures
        tree = page.get_by_test_id("stMain").aria_snapshot()
        for sentence in sentences:
            assert sentence in tree, (name, tree[:3000])

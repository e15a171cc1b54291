"""The explorer in a real Chromium: tumour-board journey, address, every page at its own address, accessibility."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pages.shared.titles import PAGES
from tests.browser.explorer import Explorer, explorer, settle

SERIOUS = ("serious", "critical")


def open_page(page: Page, product: Explorer, path: str = "") -> None:
    """Open an address and wait until everything is drawn."""
    page.goto(f"{product.address}/{path}")
    page.get_by_test_id("stSidebar").wait_for(state="attached")
    settle(page)


def sentence(page: Page) -> str:
    """The selection in words, as the page's head says it."""
    return page.get_by_test_id("stMain").locator("strong").first.inner_text()


def shown(page: Page) -> list[str]:
    """Every line of the page in a fixed order: a redrawn axis puts its labels elsewhere in the document."""
    return sorted(page.get_by_test_id("stMain").inner_text().split("\n"))


def metrics(page: Page) -> list[str]:
    """The answers at the head of the page."""
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def navigate(page: Page, title: str) -> None:
    """Go to another page by the navigation."""
    page.get_by_test_id("stTopNavLink").filter(has_text=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    settle(page)


def filter_by(page: Page, field: str, level: str) -> None:
    """Click a level of a field in the sidebar."""
    before = sentence(page)
    group = page.get_by_test_id("stSidebar").get_by_test_id("stButtonGroup").filter(has_text=field)
    group.get_by_role("button", name=re.compile(rf"^{re.escape(level)} · ")).click()
    expect(page.get_by_test_id("stMain").locator("strong").first).not_to_have_text(before)
    settle(page)


def test_first_screen_shows_both_curves_and_says_synthetic(page: Page, product: Explorer) -> None:
    open_page(page, product)
    assert sentence(page) == "All 110 patients"
    assert metrics(page)[:2] == ["22.5 (19.7–29.0)", "42.3 (34.3–55.0)"]
    assert page.get_by_test_id("stVegaLiteChart").count() >= 2
    expect(page.get_by_test_id("stMain").get_by_text("synthetic", exact=True)).to_be_visible()


def test_navigation_shows_every_page_on_a_projector(page: Page, product: Explorer) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, product, "survival")
    for title in PAGES.values():
        expect(page.get_by_test_id("stTopNav").get_by_role("link", name=title, exact=True)).to_be_visible()


def test_tumour_board_journey(page: Page, product: Explorer) -> None:
    open_page(page, product, "survival")
    whole = metrics(page)
    filter_by(page, "Grade", "2")
    filter_by(page, "Primary site", "pancreas")
    exact = page.get_by_test_id("stSidebar").get_by_role("spinbutton").first
    exact.fill("1000")
    exact.press("Enter")
    expect(page.get_by_text("CgA at least 1000 ug/L", exact=False).first).to_be_visible()
    settle(page)
    narrowed = sentence(page)
    assert re.fullmatch(r"\d+ of 110 patients: grade 2; pancreas; CgA at least 1000 ug/L", narrowed)
    assert metrics(page) != whole
    page.get_by_test_id("stMain").get_by_text("Against the rest").click()
    expect(page.get_by_text("Log-rank test").first).to_be_visible()
    settle(page)
    navigate(page, "Prognosis")
    assert sentence(page) == narrowed
    navigate(page, "Toxicity")
    assert sentence(page) == narrowed
    assert len(metrics(page)) == 4
    link = page.url
    other = page.context.new_page()
    other.goto(link)
    expect(other.get_by_role("heading", level=1, name="Toxicity")).to_be_visible()
    settle(other)
    assert sentence(other) == narrowed
    assert metrics(other) == metrics(page)


@pytest.mark.parametrize("title", ["Survival", "Prognosis", "Toxicity"])
def test_a_filter_click_changes_a_known_number(page: Page, product: Explorer, title: str) -> None:
    open_page(page, product, title.lower())
    before = shown(page)
    filter_by(page, "Grade", "3")
    assert sentence(page) == "10 of 110 patients: grade 3"
    assert shown(page) != before
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("All 110 patients").first).to_be_visible()
    settle(page)
    assert shown(page) == before


def test_a_row_of_the_toxicity_table_opens_the_patients_behind_it(page: Page, product: Explorer) -> None:
    open_page(page, product, "toxicity")
    main = page.get_by_test_id("stMain")
    row = main.get_by_role("row", name=re.compile("^Thrombocytopenia 107 "))
    row.get_by_role("cell").nth(1).click()
    expect(main.get_by_text("60 courses with a grade of 1 or more")).to_be_visible()
    filter_by(page, "Grade", "2")
    expect(main.get_by_text("29 courses with a grade of 1 or more")).to_be_visible()
    main.get_by_role("button", name="Lymphopenia").focus()
    page.keyboard.press("Enter")
    expect(main.get_by_text("Lymphopenia: baseline against highest grade")).to_be_visible()
    settle(page)
    expect(main.get_by_role("button", name="Lymphopenia")).to_be_focused()
    page.keyboard.press("Enter")
    expect(main.get_by_text("with a grade of 1 or more")).to_have_count(0)


def test_no_answer_is_cut_off_on_a_phone(browser: Browser, product: Explorer) -> None:
    context = browser.new_context(viewport={"width": 420, "height": 900})
    page = context.new_page()
    open_page(page, product)
    cut = page.get_by_test_id("stMetric").evaluate_all(
        "all => all.filter(e => [...e.querySelectorAll('*')].some(p => p.scrollWidth > p.clientWidth + 1 "
        "&& getComputedStyle(p).textOverflow === 'ellipsis')).map(e => e.innerText)"
    )
    context.close()
    assert cut == []


def test_reload_keeps_the_selection(page: Page, product: Explorer) -> None:
    open_page(page, product, "survival")
    filter_by(page, "Grade", "2")
    assert "grade=2" in page.url
    shown = metrics(page)
    page.reload()
    expect(page.get_by_text("62 of 110 patients: grade 2").first).to_be_visible()
    settle(page)
    assert metrics(page) == shown


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_at_its_own_address_on_a_fresh_server(
    browser: Browser, tmp_path: Path, demo_file: Path, name: str
) -> None:
    """What a server of Streamlit serves first is decided once in its life, so each page has one that served nothing."""
    shutil.copyfile(demo_file, tmp_path / "cohorts.duckdb")
    with explorer(tmp_path / "cohorts.duckdb") as fresh:
        page = browser.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{fresh.address}/{'' if name == 'overview' else name}")
        expect(page.get_by_role("heading", level=1, name=PAGES[name])).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("stSidebar").get_by_text("Selection", exact=True)).to_be_visible()
        settle(page)
        assert errors == []
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_serious_accessibility_violation(
    browser: Browser, product: Explorer, name: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 720})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{product.address}/{'' if name == 'overview' else name}")
    expect(page.get_by_role("heading", level=1, name=PAGES[name])).to_be_visible(timeout=30_000)
    settle(page)
    found = Axe().run(page).response["violations"]
    serious = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found if one["impact"] in SERIOUS]
    context.close()
    assert serious == []

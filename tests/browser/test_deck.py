"""A deck in a real Chromium: added, reloaded, made a file, presented with keys, asked another question."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.explorer import Explorer, settle
from tests.browser.test_explorer import open_page
from tests.browser.test_take_away import take

LEAST = 28.0
"""Height of the smallest type of a slide on a screen of 1280 x 720, px."""
SMALL_TYPE = """least => [...document.querySelectorAll('[data-testid="stApp"] *')].filter(one =>
    one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !one.closest('[class*="st-key-alt-"]')
    && [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
    && one.getBoundingClientRect().right > 0
).map(one => {
    const type = parseFloat(getComputedStyle(one).fontSize);
    const scale = one instanceof SVGElement ? one.getScreenCTM().a : one.currentCSSZoom;
    return [one.textContent, type * scale];
}).filter(([_, type]) => type < least)"""
"""Texts smaller than that, with their height as drawn: figures are stretched, tables zoomed."""


BELOW = """() => {
    const screen = document.querySelector('[data-testid="stMain"]');
    return screen.scrollHeight - screen.clientHeight;
}"""
"""How much of what is presented lies below the screen, px."""


def legible(page: Page) -> None:
    """All type is large enough, once the figure has taken the width of the page."""
    page.wait_for_function(f"() => ({SMALL_TYPE})({LEAST}).length === 0", timeout=10_000)


def add(page: Page, number: int = 0) -> None:
    """Add to the deck what stands above one of the lines below figures and tables."""
    take(page, number)
    page.get_by_role("button", name="Add to deck").click()
    page.get_by_role("link", name="Open the deck").wait_for()
    settle(page)


def open_deck(page: Page) -> None:
    page.get_by_role("link", name="Open the deck").click()
    page.get_by_role("heading", name="Deck", exact=True).wait_for()
    settle(page)


def present(page: Page) -> None:
    page.get_by_role("button", name="Present", exact=True).click()
    page.get_by_role("navigation", name="Presentation").wait_for()
    settle(page)


def press(page: Page, key: str) -> None:
    """A key, and whatever comes of it."""
    page.wait_for_timeout(200)
    page.keyboard.press(key)
    page.wait_for_timeout(500)
    settle(page)


def heading(page: Page) -> str:
    return page.get_by_test_id("stMain").locator("h1").inner_text()


def place(page: Page) -> str:
    return page.get_by_role("navigation", name="Presentation").get_by_role("status").inner_text()


def at(page: Page, number: str) -> None:
    """Wait until that slide is shown."""
    status = page.get_by_role("navigation", name="Presentation").get_by_role("status")
    expect(status).to_have_text(re.compile(f"^{number}"))
    settle(page)


def test_deck_from_the_first_click_to_the_last_slide(page: Page, product: Explorer) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, product, "survival?grade=2")
    add(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("stTopNavLink").filter(has_text="Response").click()
    page.get_by_role("heading", name="Response", exact=True).wait_for()
    settle(page)
    add(page, 1)
    open_deck(page)
    page.reload()
    settle(page)
    blocks = page.locator("[class*='st-key-block-']")
    expect(blocks).to_have_count(2)
    expect(blocks.first).to_contain_text("62 of 110 patients: grade 2.")

    page.get_by_role("button", name="Make PowerPoint").click()
    ready = page.get_by_role("button", name="Download PowerPoint")
    ready.wait_for(timeout=30_000)
    with page.expect_download() as waited:
        ready.click()
    slides = Presentation(Path(waited.value.path())).slides
    assert [one.shapes.title.text_frame.text for one in slides][1:3] == [
        "Progression-free survival",
        "Response by RECIST 1.1, table",
    ]

    present(page)
    expect(page.get_by_test_id("stHeader")).not_to_be_visible()
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    assert (heading(page), place(page)) == ("Progression-free survival", "1 of 2")
    legible(page)
    press(page, "ArrowRight")
    at(page, "2 of 2")
    assert heading(page) == "Response by RECIST 1.1, table"
    legible(page)
    press(page, "ArrowLeft")
    at(page, "1 of 2")
    press(page, "Space")
    at(page, "2 of 2")
    page.reload()
    at(page, "2 of 2")
    press(page, "Escape")
    page.get_by_role("heading", name="Deck", exact=True).wait_for()
    settle(page)
    expect(page.get_by_test_id("stHeader")).to_be_visible()


def test_room_asks_and_in_pancreas(page: Page, product: Explorer) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, product, "survival?grade=2&by=fdg_pet")
    add(page)
    page.keyboard.press("Escape")
    add(page, 1)
    open_deck(page)
    present(page)
    press(page, "f")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_be_in_viewport()
    sidebar.get_by_text("pancreas").click()
    said = page.get_by_test_id("stMain")
    expect(said).to_contain_text("16 of 110 patients: grade 2; pancreas.")
    settle(page)
    press(page, "f")
    expect(sidebar).not_to_be_in_viewport()
    assert parse_qs(urlsplit(page.url).query)["primary_site"] == ["pancreas"]
    expect(said).to_contain_text("Not the deck's own, which is 62 of 110 patients: grade 2.")
    legible(page)
    assert page.evaluate(BELOW) <= 0
    first = heading(page)
    press(page, "ArrowRight")
    assert place(page).startswith("2 of 2")
    assert heading(page) != first
    expect(said).to_contain_text("16 of 110 patients: grade 2; pancreas.")
    expect(said).to_contain_text("Not the deck's own, which is 62 of 110 patients: grade 2.")
    press(page, "ArrowLeft")
    page.reload()
    settle(page)
    expect(said).to_contain_text("16 of 110 patients: grade 2; pancreas.")
    page.get_by_role("button", name="Back to the deck's").click()
    expect(said).to_contain_text("62 of 110 patients: grade 2.")
    expect(page.get_by_role("button", name="Back to the deck's")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_of_a_selection_is_legible_in_a_room(page: Page, product: Explorer, theme: str) -> None:
    """Figures and tables of every kind: type as drawn, nothing wider than the screen."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, product, "deck?grade=2")
    page.get_by_role("button", name="Add everything of this selection").click()
    page.get_by_role("button", name="Present", exact=True).wait_for()
    settle(page)
    present(page)
    address = page.url.partition("&slide")[0]
    for number in (1, 2, 6, 7, 10, 11, 15) if theme == "light" else (3, 6):
        page.goto(f"{address}&slide={number}")
        page.get_by_role("navigation", name="Presentation").wait_for()
        settle(page)
        page.wait_for_timeout(200)
        assert place(page).startswith(f"{number} of 15")
        assert page.evaluate(SMALL_TYPE, LEAST) == [], heading(page)
        assert page.evaluate(BELOW) <= 0, heading(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("one => one.scrollWidth - one.clientWidth") <= 0, heading(page)
        wide = "all => all.map(one => one.scrollWidth - one.clientWidth)"
        assert max(page.locator(".prrt-table").evaluate_all(wide), default=0) <= 2, heading(page)
        ground = "one => getComputedStyle(one).backgroundColor"
        for figure in page.locator("svg.marks").all():
            assert figure.evaluate(ground) == page.get_by_test_id("stApp").evaluate(ground)


def test_view_is_saved_and_opened_from_the_sidebar(page: Page, product: Explorer) -> None:
    open_page(page, product, "survival?grade=2&by=fdg_pet&interval=log")
    page.get_by_role("button", name="Saved views").click()
    body = page.get_by_test_id("stPopoverBody")
    body.get_by_label("Save this view as").fill("Board, grade 2")
    body.get_by_role("button", name="Save", exact=True).click()
    expect(body).to_contain_text("Saved: Board, grade 2.")
    open_page(page, product, "toxicity?grade=3")
    page.get_by_role("button", name="Saved views").click()
    page.get_by_role("button", name="Open this view").click()
    page.get_by_role("heading", name="Survival", exact=True).wait_for()
    settle(page)
    found = urlsplit(page.url)
    assert found.path == "/survival"
    assert parse_qs(found.query) == {"grade": ["2"], "by": ["fdg_pet"], "interval": ["log"]}

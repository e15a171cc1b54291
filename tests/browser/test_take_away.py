"""Files and the clipboard in a real Chromium: what is below a figure is downloaded, tables and the link are copied."""

from __future__ import annotations

import zipfile
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from playwright.sync_api import Page, expect

from pages.shared.take_away import SLIDE
from tests.browser.explorer import Explorer, settle
from tests.browser.test_explorer import open_page

READ_HTML = """async () => {
    const item = (await navigator.clipboard.read())[0];
    return (await item.getType('text/html')).text();
}"""


def take(page: Page, number: int = 0) -> None:
    """Open one of the lines below figures and tables."""
    page.get_by_role("button", name="Take away").nth(number).click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    settle(page)


def test_figure_leaves_as_the_picture_that_the_page_shows(page: Page, product: Explorer) -> None:
    open_page(page, product, "survival?by=grade")
    take(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download PNG").click()
    picture = Image.open(waited.value.path())
    assert picture.width == 2700
    assert "Grade" in picture.info["Title"] or "All 110 patients" in picture.info["Description"]


def test_slide_of_a_figure_is_one_choice_away(page: Page, product: Explorer) -> None:
    open_page(page, product, "response")
    take(page)
    body = page.get_by_test_id("stPopoverBody")
    body.get_by_role("combobox").click()
    page.get_by_role("option", name="Slide, 16:9").click()
    expect(body.get_by_text(SLIDE)).to_be_visible()
    settle(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download PNG").click()
    assert Image.open(waited.value.path()).size == (3840, 2160)


def test_table_pastes_as_a_table(page: Page, product: Explorer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, product, "response")
    take(page, 1)
    page.get_by_test_id("stPopoverBody").get_by_role("radio", name="Copy").click()
    settle(page)
    page.get_by_role("button", name="Copy as table").click()
    expect(page.get_by_text("Table copied")).to_be_visible()
    html = page.evaluate(READ_HTML)
    assert html.count("<tr") == 2
    assert "DCR, % (95% CI)" in html.replace("\u00a0", " ").replace("&nbsp;", " ")
    assert "Synthetic data" in html
    text = page.evaluate("() => navigator.clipboard.readText()")
    assert text.startswith("Response by RECIST 1.1")
    assert "\t" in text


def test_table_is_copied_where_the_browser_has_no_clipboard(page: Page, product: Explorer) -> None:
    """Over plain http there is none to write to; the paste goes into an editable place of the page."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, product, "response")
    take(page, 1)
    page.get_by_test_id("stPopoverBody").get_by_role("radio", name="Copy").click()
    settle(page)
    page.evaluate("() => { navigator.clipboard.write = () => { throw new Error('not allowed'); }; }")
    page.get_by_role("button", name="Copy as table").click()
    expect(page.get_by_text("Table copied")).to_be_visible()
    assert "<table" in page.evaluate(READ_HTML)


def test_methods_text_is_copied_and_scripts_are_downloaded(page: Page, product: Explorer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, product, "survival?by=grade")
    take(page)
    page.get_by_test_id("stPopoverBody").get_by_role("radio", name="Methods text").click()
    settle(page)
    page.get_by_role("button", name="Copy text").click()
    expect(page.get_by_text("Text copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "Grade 1 (n = 38, 27 events)" in copied
    assert "\n\nReferences\n\n1. Kaplan EL" in copied
    page.get_by_test_id("stPopoverBody").get_by_role("radio", name="Scripts").click()
    settle(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download ZIP").click()
    with zipfile.ZipFile(waited.value.path()) as found:
        assert "km-pfs/km-pfs.R" in found.namelist()


def test_link_is_copied_and_opens_the_same_view(page: Page, product: Explorer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, product, "survival?grade=2&by=fdg_pet")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query) == {
        "grade": ["2"], "by": ["fdg_pet"], "cohort": ["Demo cohort"], "version": ["1"]
    }  # fmt: skip
    page.goto(copied)
    expect(page.get_by_text("62 of 110 patients: grade 2").first).to_be_visible()
    assert "version=1" in page.url

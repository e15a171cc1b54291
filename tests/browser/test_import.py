"""Journey 2 in a real Chromium: an investigator's own file, from drop to first curve, with the clicks counted."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.explorer import Explorer, explorer, settle
from tests.ingest.files import xlsx

DEMO = Path(__file__).parents[2] / "data" / "demo" / "courses.csv"
SITES = {
    "small intestine": "Intestin grêle",
    "pancreas": "Pancréas",
    "colon or rectum": "Côlon ou rectum",
    "stomach": "Estomac",
    "other": "Autre",
}
HOSTILE = (
    "=HYPERLINK(\"http://outside.example/f\")", "<img src=http://outside.example/a.png onerror=alert(1)>",
    "![x](http://outside.example/b.png)", "[x](http://outside.example/c)", "<script>alert(2)</script>",
    "'; DROP TABLE versions; --", "{{7*7}}", ":material/delete: $x^2$", "x\u202eexe.csv", "http://outside.example/bare",
)  # fmt: skip


class Clicks:
    """Counts what a person does with the mouse."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, target: Locator) -> None:
        target.click()
        self.n += 1


def demo() -> list[dict[str, str]]:
    """The demo cohort's courses, to be written as other centres would."""
    with DEMO.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def belgian(path: Path, *, later: bool = False) -> Path:
    """A French export as Excel keeps it: a title, French words, decimal commas, real dates, a typing error.

    `later` is the file three months on: one patient more, one death that had not been known.
    """

    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    head = [
        *("Code patient", "Cure PRRT", "Sexe", "Age", "Ki-67 (%)", "Grade", "Tumeur primitive", "CgA (ng/mL)"),
        *("Date premier cycle", "Date de progression", "Date de décès", "Dernières nouvelles", "Oncologue"),
    ]
    rows: list[list] = [["Registre PRRT"], [], head]
    for place, one in enumerate(demo()):
        sex = {"male": "H", "female": "F"}.get(one["sex"], "")
        numbers = [one[name].replace(".", ",") or None for name in ("ki67_percent", "cga_ug_l")]
        dates = [day(one[f"{name}_date"]) for name in ("first_cycle", "progression", "death", "last_contact")]
        rows.append(
            [one["patient_id"], float(one["course"]), sex, float(one["age_years"]), numbers[0], one["grade"],
             SITES.get(one["primary_site"], ""), numbers[1], *dates, "Dr A" if place % 2 else "Dr B"]
        )  # fmt: skip
    rows[7][4] = "15O"
    if later:
        new = ["P900", 1.0, "F", 60.0, "2,0", "1", "Pancréas", "100", date(2022, 1, 5)]
        rows.append([*new, None, None, date(2024, 3, 1), "Dr A"])
        alive = next(row for row in rows[3:] if row[10] is None and row[11] < date(2024, 9, 1))
        alive[10] = alive[11] = date(2024, 9, 1)
    return xlsx(path, {"Feuil1": rows})


@pytest.fixture
def page(browser: Browser, own: Explorer) -> Iterator[Page]:
    """A page on a store of its own, of which no request may leave the machine and no error stand in the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    tab = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: outside.append(request.url) if not _home(request.url, own) else None)
    tab.on("websocket", lambda socket: outside.append(socket.url) if not _home(socket.url, own) else None)
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("dialog", lambda dialog: errors.append(f"dialog {dialog.message}"))
    tab.goto(f"{own.address}/cohorts")
    expect(tab.get_by_role("heading", level=1, name="Cohorts")).to_be_visible(timeout=30_000)
    settle(tab)
    yield tab
    context.close()
    assert outside == []
    assert errors == []


@pytest.fixture
def own(tmp_path: Path, demo_file: Path) -> Iterator[Explorer]:
    shutil.copyfile(demo_file, tmp_path / "cohorts.duckdb")
    with explorer(tmp_path / "cohorts.duckdb") as running:
        yield running


def _home(url: str, own: Explorer) -> bool:
    return url.startswith((own.address, own.address.replace("http", "ws"), "data:", "blob:"))


def drop(page: Page, *files: Path) -> None:
    """Drop files; wait until they are understood."""
    page.locator("input[type=file]").first.set_input_files(list(files))
    expect(page.get_by_role("heading", name="Store it")).to_be_visible(timeout=30_000)
    settle(page)


def curves(page: Page) -> int:
    """The figures on the page Survival."""
    expect(page.get_by_role("heading", level=1, name="Survival")).to_be_visible(timeout=30_000)
    settle(page)
    return page.get_by_test_id("stVegaLiteChart").count()


def accessible(page: Page) -> list[str]:
    """Serious violations."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_clean_file_is_a_curve_after_at_most_three_clicks(page: Page) -> None:
    click = Clicks()
    drop(page, DEMO)
    assert page.get_by_text("question", exact=False).count() == 0
    click(page.get_by_role("button", name="Store and show survival"))
    assert curves(page) == 2
    assert click.n <= 3
    expect(page.get_by_text("courses, version 1, is stored; every page shows it now.")).to_be_visible()
    assert "cohort=courses" in page.url


def test_french_export_is_a_curve_after_at_most_five_clicks_and_comes_back_as_a_version(
    page: Page, tmp_path: Path
) -> None:
    click = Clicks()
    drop(page, belgian(tmp_path / "Registre.xlsx"))
    expect(page.get_by_text("'15O' is not a number.")).to_be_visible()
    assert accessible(page) == []
    for question in page.get_by_test_id("stRadio").all():
        click(question.get_by_role("radio").first.locator("xpath=.."))
        settle(page)
    click(page.get_by_role("button", name="Store and show survival"))
    assert curves(page) == 2
    assert click.n <= 5
    medians = page.get_by_test_id("stMetricValue").all_inner_texts()
    assert len(medians) == 2

    page.get_by_test_id("stTopNavLink").filter(has_text="Cohorts").click()
    expect(page.get_by_role("heading", level=1, name="Cohorts")).to_be_visible()
    settle(page)
    (tmp_path / "later").mkdir()
    drop(page, belgian(tmp_path / "later" / "Registre.xlsx", later=True))
    page.get_by_text("Against version 1", exact=True).click()
    expect(page.get_by_text("1 row added, none removed, 1 row changed", exact=False)).to_be_visible()
    expect(page.get_by_text("this becomes its version 2", exact=False)).to_be_visible()
    page.get_by_role("button", name="Store and show survival").click()
    curves(page)
    expect(page.get_by_text("Registre, version 2, is stored; every page shows it now.")).to_be_visible()


def test_column_is_changed_with_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    text = DEMO.read_text(encoding="utf-8-sig").replace("death_date", "last seen dead", 1)
    (tmp_path / "odd.csv").write_text(text, encoding="utf-8")
    drop(page, tmp_path / "odd.csv")
    before = page.get_by_test_id("stMetricValue").all_inner_texts()
    page.get_by_role("radio", name=re.compile("^Columns")).click()
    settle(page)
    page.get_by_role("combobox", name="Change what a column is read as").focus()
    page.keyboard.type("last seen dead")
    page.keyboard.press("Enter")
    settle(page)
    field = page.get_by_role("combobox", name=re.compile("'last seen dead'"))
    field.focus()
    page.keyboard.type("Death")
    page.get_by_role("option", name="Death", exact=True).wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_text("65 deaths", exact=False).first).to_be_visible(timeout=30_000)
    assert page.get_by_test_id("stMetricValue").all_inner_texts() != before


def test_hostile_names_and_cells_are_shown_as_text(page: Page, tmp_path: Path) -> None:
    rows = [["patient_id", "first_cycle_date", "death_date", "grade", *HOSTILE]]
    for place, cell in enumerate(HOSTILE):
        rows.append([f"P{place}", "2019-01-0" + str(place % 9 + 1), "2020-02-02", cell, *HOSTILE])
    path = tmp_path / "![x](http___outside.example) <b>.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    drop(page, path)
    main = page.get_by_test_id("stMain")
    for part in ("^Columns", "error|warning", "^How it was read$", "^Missing"):
        page.get_by_role("radio", name=re.compile(part)).click()
        settle(page)
        assert main.locator("img, script, iframe, a[href*='outside']").count() == 0
    page.get_by_role("button", name=re.compile("^Store and show")).click()
    expect(page.get_by_role("heading", level=1, name="Cohorts")).to_be_hidden(timeout=30_000)
    settle(page)
    assert main.locator("img, script, iframe, a[href*='outside']").count() == 0
    page.get_by_test_id("stTopNavLink").filter(has_text="Cohorts").click()
    expect(page.get_by_role("heading", level=1, name="Cohorts")).to_be_visible()
    page.get_by_text("Versions: compare").click()
    settle(page)
    assert main.locator("img, script, iframe, a[href*='outside']").count() == 0
    assert accessible(page) == []


def test_large_file_shows_progress_and_can_be_cancelled(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = "".join(f"P{n},male,{n % 40 + 40},{n % 97}.{n % 89},{n * 7919 % 100_003}\n" for n in range(400_000))
    path.write_text("patient_id,sex,age,first,second\n" + rows, encoding="utf-8")
    page.locator("input[type=file]").first.set_input_files(path)
    expect(page.get_by_text("Reading the rows of courses: ", exact=False)).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The reading was cancelled; the store is unchanged.")).to_be_visible(timeout=10_000)

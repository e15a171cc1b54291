"""What a page offers to take away is offered quietly, and is what the page shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.export import CONTENTS, content
from pages.shared import take_away
from tests.pages.conftest import Open, text

OFFERED = {
    "overview": {"km-pfs", "km-os", "flow", "treatment", "baseline"},
    "survival": {"km-pfs", "km-os"},
    "contrast": {f"contrast-{one}" for one in ("pfs", "os", "baseline", "response", "toxicity")},
    "prognosis": {"forest-pfs", "forest-os", "cox-pfs", "cox-os"},
    "response": {"response"},
    "toxicity": {"toxicity", "toxicity-groups", "delta", "malignancies"},
    "benchmarks": {"series"},
}


def offers(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Every offer that a page makes from now on, as it was asked for."""
    made: list[tuple] = []
    real = take_away.offer

    def noted(what, shown, key="", part=take_away.BOTH):
        made.append((what, shown, part))
        real(what, shown, key, part)

    monkeypatch.setattr(take_away, "offer", noted)
    return made


@pytest.mark.parametrize("page", OFFERED)
def test_every_figure_and_table_is_offered_and_nothing_is_drawn_before(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    made = offers(monkeypatch)
    monkeypatch.setattr(take_away, "content", lambda *_: pytest.fail("computed before it was asked for"))
    at = open_page(page, **({"grade": "3"} if page == "contrast" else {"by": "grade"}))
    assert not at.exception
    shown = [what for what, given, _ in made[-12:] if given is not None]
    assert OFFERED[page] <= set(shown)
    assert set(shown) <= set(CONTENTS)


def test_what_is_taken_away_is_what_the_page_shows(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    made = offers(monkeypatch)
    at = open_page("survival", by="grade", grade="1,2")
    shown = next(given for what, given, _ in reversed(made) if what == "km-pfs")
    assert shown.request.strata.key == "grade"
    found = content("km-pfs", shown)
    assert "Grade 1" in found.figure.alt_text
    assert "Grade 3" not in found.figure.alt_text
    assert not at.exception


def test_comparison_offers_its_numbers_above_the_table(open_page: Open) -> None:
    at = open_page("benchmarks", compared="paper")
    kinds = [one.type for one in at.main]
    assert kinds.index("download_button") < kinds.index("dataframe")


@pytest.fixture
def panel(open_page: Open) -> Callable[..., AppTest]:
    """The page of survival with what it offers of its first figure, at one of the choices."""

    def opened(choice: str, **parameters: str) -> AppTest:
        at = open_page("survival", **parameters)
        at.session_state["take-km-pfs-figure"] = True
        at.session_state["format-km-pfs-figure"] = choice
        return at.run()

    return opened


def test_methods_text_says_what_the_page_shows(panel: Callable[..., AppTest]) -> None:
    at = panel(take_away.METHODS, by="grade", grade="1,2")
    assert not at.exception
    said = text(at)
    assert "100 of 110 patients: grade 1 or 2" in said
    assert "Grade 1 (n = 38, 27 events) and Grade 2 (n = 62, 49 events)" in said


def test_scripts_are_offered_or_a_sentence_says_why_not(panel: Callable[..., AppTest]) -> None:
    at = panel(take_away.SCRIPTS, by="grade")
    assert "Download ZIP" in [one.label for one in at.get("download_button")]
    hidden = panel(take_away.SCRIPTS, hide="5")
    assert "small groups are hidden: show all counts to get them" in text(hidden)
    assert "Download ZIP" not in [one.label for one in hidden.get("download_button")]


def test_methods_page_writes_the_text_when_it_is_opened(open_page: Open) -> None:
    at = open_page("methods", grade="2")
    assert "62 of 110 patients: grade 2." not in text(at)
    at.session_state["methods-text"] = True
    at.run()
    assert "62 of 110 patients: grade 2." in text(at)
    assert "1. Kaplan EL, Meier P." in text(at)


@pytest.mark.parametrize(("page", "what", "packed"), [("survival", "km-pfs", False), ("prognosis", "forest-pfs", True)])
def test_figure_of_several_slides_is_a_zip_of_pictures(open_page: Open, page: str, what: str, packed: bool) -> None:
    at = open_page(page)
    at.session_state[f"take-{what}-figure"] = True
    at.run()
    at.selectbox(key=f"preset-{what}-figure").set_value("slide").run()
    said = text(at)
    assert "type of at least 28 px" in said
    assert ("a ZIP file with one numbered picture for each" in said) == packed

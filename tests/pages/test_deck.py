"""The deck page: what is added on other pages stands there, can be ordered, named, taken out, put back, made a file."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from core.deck import blocks
from core.deck.full import CONTRAST, whole
from core.deck.recipe import read
from core.permissions import READ_ONLY_VARIABLE
from core.selection import parse_query
from pages.shared import session
from tests.pages.conftest import Open, text


def id_of(at: AppTest) -> str:
    found = at.query_params["deck"]
    return found if isinstance(found, str) else found[-1]


def titles(at: AppTest) -> list[str]:
    """The blocks as the page lists them."""
    return [one.label.replace("\\", "") for one in at.text_input if (one.key or "").startswith("title-")]


def add(at: AppTest, key: str) -> None:
    """Open a line below a figure or table, and add what stands above it."""
    at.session_state[f"take-{key}"] = True
    at.run()
    at.button(key=f"deck-{key}").click().run()
    assert not at.exception


@pytest.fixture
def filled(open_page: Open) -> AppTest:
    """A deck page with a figure of two groups, its table, and a figure of another selection."""
    at = open_page("survival", grade="2", by="fdg_pet")
    add(at, "km-pfs-figure")
    add(at, "km-pfs-tables")
    id_ = id_of(at)
    at = open_page("response", grade="3", deck=id_)
    add(at, "response-figure")
    assert "Added; the deck has 3 blocks" in text(at)
    at.switch_page("deck.py").run()
    return at


def test_blocks_keep_their_own_selection_and_survive_a_new_session(filled: AppTest, open_page: Open) -> None:
    again = open_page("deck", deck=id_of(filled))
    for at in (filled, again):
        assert titles(at) == [
            "1. Progression-free survival", "2. Progression-free survival, table", "3. Response by RECIST 1.1"
        ]  # fmt: skip
        said = text(at)
        assert said.count("62 of 110 patients: grade 2. By FDG PET. Demo cohort, version 1.") == 2
        assert "10 of 110 patients: grade 3. Demo cohort, version 1." in said


def test_blocks_are_moved_named_and_annotated(filled: AppTest, open_page: Open) -> None:
    filled.button(key="up-3").click().run()
    filled.button(key="down-1").click().run()
    filled.text_input(key="title-3").set_value("Answer *first*").run()
    filled.text_area(key="note-3").set_value("Ask about [this](http://x)").run()
    filled.text_input(key="deck-title").set_value("Board").run()
    at = open_page("deck", deck=id_of(filled))
    assert [one.partition(". ")[2] for one in titles(at)] == [
        "Response by RECIST 1.1", "Progression-free survival", "Progression-free survival, table"
    ]  # fmt: skip
    assert at.text_input(key="title-3").value == "Answer *first*"
    assert at.text_area(key="note-3").value == "Ask about [this](http://x)"
    assert at.text_input(key="deck-title").value == "Board"
    other = open_page("deck")
    assert not titles(other)
    other.selectbox(key="other-deck").set_value(id_of(filled)).run()
    assert len(titles(other)) == 3
    other.button(key="clear").click().run()


def test_what_is_removed_can_be_put_back(filled: AppTest) -> None:
    before = titles(filled)
    filled.button(key="remove-2").click().run()
    assert "Removed: Progression-free survival, table." in text(filled)
    assert len(titles(filled)) == 2
    filled.button(key="undo").click().run()
    assert titles(filled) == before
    filled.button(key="clear").click().run()
    assert "The deck is empty." in text(filled)
    filled.button(key="undo").click().run()
    assert titles(filled) == before
    assert not [one for one in filled.button if one.key == "undo"]


def test_nothing_is_computed_before_a_file_is_asked_for(filled: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(blocks, "content", lambda *_: pytest.fail("computed before it was asked for"))
        filled.run()
    assert not filled.exception
    filled.button(key="make-pptx").click().run()
    assert not filled.exception
    assert any(one.key == "download-deck" for one in filled.main if one.type == "download_button")
    _, kind, data = filled.session_state["kept-deck-file"]
    assert kind == "pptx"
    said = [shape.text_frame.text for one in Presentation(io.BytesIO(data)).slides for shape in one.shapes
            if shape.has_text_frame]  # fmt: skip
    assert "62 of 110 patients: grade 2." in " ".join(said)
    assert "10 of 110 patients: grade 3." in " ".join(said)
    filled.button(key="up-2").click().run()  # another deck is another file
    assert not any(one.key == "download-deck" for one in filled.main if one.type == "download_button")


def test_switch_of_small_groups_holds_for_every_block(filled: AppTest, open_page: Open) -> None:
    at = open_page("deck", deck=id_of(filled), hide="5")
    assert "60 of 110 patients: grade 2" in text(at)
    assert "62 of 110" not in text(at)
    at.button(key="make-html").click().run()
    _, _, data = at.session_state["kept-deck-file"]
    assert "62 of 110" not in data.decode()
    assert "Small groups are hidden" in data.decode()


def test_everything_of_a_selection_is_added_at_once(open_page: Open) -> None:
    at = open_page("deck", grade="2")
    at.button(key="add-all").click().run()
    assert len(titles(at)) == len(whole(session.open_store().version("Demo cohort"))) == 15
    calm = open_page("deck", cohort="Calm")
    calm.button(key="add-all").click().run()
    assert not [one for one in titles(calm) if "Progression" in one or "next treatment" in one]


def test_everything_has_the_comparison_where_a_b_is_set(open_page: Open) -> None:
    at = open_page("deck", recist_response="SD,PR", against="recist_response=PD", tau="18", landmark="landmark")
    assert at.button(key="add-all").label == "Add everything of this selection and its comparison with B"
    at.button(key="add-all").click().run()
    version = session.open_store().version("Demo cohort")
    assert len(titles(at)) == len(whole(version, contrast=True)) == len(whole(version)) + len(CONTRAST)
    assert [one for one in titles(at) if "A against B" in one] == [
        "16. Baseline: A against B",
        "17. Progression-free survival: A against B",
        "18. Progression-free survival: A against B, table",
        "19. Overall survival: A against B",
        "20. Overall survival: A against B, table",
        "21. Response: A against B",
        "22. Adverse events: A against B",
    ]
    deck = session.open_store().deck(id_of(at))
    assert deck is not None
    looks = {one.recipe["what"]: read(one.recipe, session.open_store(), date(2026, 3, 5))[1] for one in deck.blocks}
    beside = looks["contrast-os"]
    assert beside.against == parse_query("recist_response=PD", version.fields)
    assert (beside.tau_months, beside.request.landmark_days is not None) == (18, True)
    assert (looks["km-os"].against, looks["km-os"].request.landmark_days) == (None, None)


def test_everything_has_no_comparison_without_a_b_or_where_it_is_refused(open_page: Open) -> None:
    same = open_page("deck", grade="2", against="grade=2")
    assert "The comparison with B is left out. A and B are the same selection." in text(same)
    same.button(key="add-all").click().run()
    assert len(titles(same)) == 15
    bare = session.open_store().version("Calm")
    assert [what for what in whole(bare, contrast=True) if what.startswith("contrast-")] == [
        *("contrast-baseline", "contrast-os", "contrast-os-table", "contrast-response", "contrast-toxicity")
    ]


def test_block_of_a_deleted_cohort_says_so_and_the_rest_works(store_file: Path, open_page: Open) -> None:
    store = session.open_store()
    store.rename("Bare", "Secretive")
    at = open_page("overview", cohort="Secretive")
    add(at, "baseline-tables")
    added = open_page("response", grade="3", deck=id_of(at))
    add(added, "response-figure")
    added.switch_page("deck.py").run()
    added.text_input(key="title-1").set_value("Secretive title").run()
    store.delete("Secretive")
    added.run()
    assert "The cohort of this block, or its version, was deleted" in text(added)
    assert "Secretive" not in text(added)
    added.button(key="make-html").click().run()
    page = added.session_state["kept-deck-file"][2].decode()
    assert "The cohort of this block, or its version, was deleted" in page
    assert "10 of 110 patients: grade 3." in page


def test_unknown_deck_of_the_address_is_said_and_a_new_one_begun(open_page: Open) -> None:
    at = open_page("deck", deck="never-given")
    assert "there is no such deck" in text(at)
    assert "The deck is empty." in text(at)
    at.button(key="add-all").click().run()
    assert id_of(at) != "never-given"


def test_deck_of_a_read_only_explorer_stays_in_the_session(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    at = open_page("response")
    add(at, "response-figure")
    at.switch_page("deck.py").run()
    assert titles(at) == ["1. Response by RECIST 1.1"]
    assert "until this window is closed" in text(at)
    assert "deck" not in at.query_params
    assert not titles(open_page("deck"))


def test_full_deck_refuses_in_words(filled: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.deck.deck.MAX_BLOCKS", 3)
    filled.button(key="add-all").click().run()
    assert "The deck is full" in text(filled)
    assert len(titles(filled)) == 3

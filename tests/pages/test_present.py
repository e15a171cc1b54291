"""Present mode: each block on its own selection, another one at hand, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis import Request
from core.deck.blocks import TOGETHER, slides
from core.deck.deck import Deck, add
from core.deck.recipe import write
from core.deck.screens import MOST_PAGES, screens
from core.export import Look
from core.options import Options
from core.selection import parse_query
from core.strata import parse_strata
from pages.shared import session, stage
from tests.kept import keep
from tests.pages.conftest import Open, shown_texts, text
from tests.test_small_groups import counted

Present = Callable[..., AppTest]


@pytest.fixture
def present(open_page: Open) -> Present:
    """Present blocks of (what, query, options) of the demo cohort, as from their link."""

    def opened(*wanted: tuple[Any, ...], **parameters: str) -> AppTest:
        store = session.open_store()
        version = store.version("Demo cohort")
        deck = Deck()
        for what, query, *options in wanted:
            selection = parse_query(query, version.fields)
            request = Request(strata=parse_strata("fdg_pet", version.fields))
            look = Look(store, version, selection, options[0] if options else Options(), request, date.today())
            deck = add(deck, write(what, look))
        return open_page("present", deck=keep(store, deck), **parameters)

    return opened


def press(at: AppTest, key: str) -> AppTest:
    """What the bar's keys do; the component itself runs only in a browser."""
    by = {"next": 1, "previous": -1}[key]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "ready", lambda: stage.step(by))
        at.run()
    return at


TWO = (("km-pfs", "grade=2"), ("response-table", "grade=3"))


def test_each_block_is_shown_on_its_own_selection(present: Present) -> None:
    at = present(*TWO)
    assert at.title[0].value == "Progression\\-free survival by FDG PET"
    assert "62 of 110 patients: grade 2. Synthetic data." in text(at)
    assert at.session_state["parameters"]["slide"] == "1"
    press(at, "next")
    assert not at.exception
    assert at.title[0].value.startswith("Response by RECIST")
    assert "10 of 110 patients: grade 3" in text(at)
    assert at.pills(key="filter-grade").value == ["3"]
    press(at, "next")
    assert at.session_state["parameters"]["slide"] == "2.2"  # the columns that the first part has no room for
    press(at, "next")
    assert at.session_state["parameters"]["slide"] == "2.2"
    press(at, "previous")
    press(at, "previous")
    assert "62 of 110 patients: grade 2" in text(at)
    press(at, "previous")
    assert at.session_state["parameters"]["slide"] == "1"


def test_another_selection_in_front_of_the_slide_is_said_and_one_click_from_the_deck_s(
    present: Present, open_page: Open
) -> None:
    at = present(*TWO)
    assert not [one for one in at.button if one.key == "own"]
    at.pills(key="filter-primary_site").set_value(["pancreas"]).run()
    said = text(at)
    assert "16 of 110 patients: grade 2; pancreas" in said
    assert "Not the deck's own, which is 62 of 110 patients: grade 2." in said
    again = open_page("present", **{key: value[-1] if isinstance(value, list) else value
                                    for key, value in at.query_params.items()})  # fmt: skip
    assert sorted(shown_texts(again)) == sorted(shown_texts(at))
    at.button(key="own").click().run()
    assert "62 of 110 patients: grade 2" in text(at)
    assert "Not the deck's" not in text(at)


def test_deck_itself_is_not_changed_by_what_the_room_asks(present: Present) -> None:
    at = present(*TWO)
    id_ = at.session_state["parameters"]["deck"]
    before = session.open_store().deck(id_)
    at.pills(key="filter-primary_site").set_value(["pancreas"]).run()
    press(at, "next")
    assert session.open_store().deck(id_) == before


def test_leaving_gives_back_what_was_looked_at(open_page: Open) -> None:
    at = open_page("response", grade="1", notion="delta")
    at.session_state["take-response-figure"] = True
    at.run()
    at.button(key="deck-response-figure").click().run()
    at.pills(key="filter-grade").set_value(["2"]).run()
    at.switch_page("deck.py").run()
    at.button(key="begin").click().run()
    at.switch_page("present.py").run()
    assert at.title[0].value.startswith("Response")
    assert "38 of 110 patients: grade 1" in text(at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "keys", lambda *_: True)
        at.run()
    at.switch_page("deck.py").run()
    assert at.pills(key="filter-grade").value == ["2"]
    assert at.session_state["parameters"]["notion"] == "delta"
    assert "slide" not in at.session_state["parameters"]


def test_small_groups_are_hidden_where_the_block_or_the_switch_says(present: Present) -> None:
    hiding = Options(round_to=5)
    for at in (present(("baseline", "", hiding)), present(("baseline", ""), hide="5", slide="1")):
        assert at.toggle(key="parameter-hide").value is True
        assert "Counts under 5 are hidden" in text(at)
        for _ in range(40):
            told = [(n, one) for one in shown_texts(at) for n in counted(one) if n % 5 and ", part " not in one]
            assert told == []
            place = at.session_state["parameters"]["slide"]
            press(at, "next")
            if at.session_state["parameters"]["slide"] == place:
                break
    at = present(("km-pfs", "primary_site=stomach", hiding))
    assert "nothing of them is shown" in text(at)


def test_baseline_is_presented_in_few_parts_and_every_row_is_on_one_of_them() -> None:
    store = session.open_store()
    version = store.version("Demo cohort")
    look = Look(store, version, parse_query("", version.fields), Options(), Request(), date.today())
    found = slides(add(Deck(), write("baseline", look)), store, date.today())[0].content
    assert found.tables[0].columns[2:] == ("All (n = 110)",)
    cut = screens(found)
    assert 3 <= len(cut) <= 6
    halves = [half for one in cut for half in (one.table, one.beside) if half is not None]
    shown = [row for half in halves for row in half.rows]
    assert {cell for row in found.brief[0].rows for cell in row} <= {cell for row in shown for cell in row}
    kept = {row[0] for row in found.tables[0].rows if row[2] != "0"}
    assert kept <= {row[0] for row in shown}
    assert not any(row[1] == "0" for row in shown)
    assert max(len(half.rows) for half in halves) <= 12


def test_groups_too_small_for_curves_give_the_curve_of_all_and_say_so(present: Present) -> None:
    at = present(("km-pfs", ""))
    at.pills(key="filter-primary_site").set_value(["pancreas"]).run()
    at.pills(key="filter-grade").set_value(["3"]).run()
    said = text(at)
    assert TOGETHER in said
    assert at.title[0].value == "Progression\\-free survival"
    assert len(at.get("vega_lite_chart")) == 1


def test_whom_the_room_asked_for_stays_until_it_goes_back_and_every_block_says_so(present: Present) -> None:
    at = present(*TWO)
    at.pills(key="filter-primary_site").set_value(["pancreas"]).run()
    press(at, "next")
    said = text(at)
    assert at.title[0].value.startswith("Response by RECIST")
    assert "16 of 110 patients: grade 2; pancreas" in said
    assert "Not the deck's own, which is 10 of 110 patients: grade 3." in said
    press(at, "previous")
    assert "16 of 110 patients: grade 2; pancreas" in text(at)
    at.button(key="own").click().run()
    press(at, "next")
    assert "10 of 110 patients: grade 3" in text(at)
    assert "Not the deck's" not in text(at)


def test_table_that_nobody_would_present_whole_ends_with_a_word_about_the_rest(present: Present) -> None:
    at = present(("compare", "grade=2"))
    store = session.open_store()
    found = slides(store.deck(at.session_state["parameters"]["deck"]), store, date.today())[0].content
    cut = [one for one in screens(found) if one.title == found.tables[1].title]
    assert len(cut) == MOST_PAGES
    assert "more pages of this table are not presented" in cut[-1].note
    assert not any(one.note for one in cut[:-1])


@pytest.mark.parametrize("slide", ["99", "1.99", "0", "2.0", "-1", "1e9", "x", "1.2.3", "9" * 400, "\u00b2"])
def test_hostile_place_shows_a_block_all_the_same(present: Present, slide: str) -> None:
    at = present(*TWO, slide=slide)
    assert not at.exception
    assert at.title


def test_gone_block_and_empty_deck_are_said(present: Present, open_page: Open) -> None:
    at = present(*TWO)
    id_ = at.session_state["parameters"]["deck"]
    keep(
        session.open_store(),
        add(Deck(), {"what": "km-pfs", "cohort": "Never", "version": 1, "selection": "grade=2"}),
        id_,
    )
    at.run()
    assert not at.exception
    assert "was deleted" in text(at)
    assert "nothing to present" in text(open_page("present"))
    assert "nothing to present" in text(open_page("present", deck="unknown"))

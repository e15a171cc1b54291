"""Decks are values: every change gives another one, and nothing but what was asked changes."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation

from core.condition import Condition
from core.deck import blocks
from core.deck.blocks import slide, slides
from core.deck.deck import (
    MAX_BLOCKS,
    MAX_TITLE,
    Deck,
    add,
    annotate,
    follow,
    forget,
    from_text,
    move,
    remove,
    retitle,
    settled,
    titled,
    to_text,
)
from core.deck.recipe import DELETED, write
from core.deck.write import DECK_FORMATS
from core.deck.write import write as write_deck
from core.export import content
from core.options import Options
from core.selection import Selection
from core.store import Store
from tests.deck.conftest import DAY, Looked


def three() -> Deck:
    deck = Deck()
    for cohort, version in (("A", 1), ("A", 2), ("B", 1)):
        deck = add(deck, {"what": "flow", "cohort": cohort, "version": version, "selection": "grade=2"})
    return deck


def numbers(deck: Deck) -> list[int]:
    return [one.number for one in deck.blocks]


def test_blocks_move_one_place_and_stop_at_the_ends() -> None:
    deck = three()
    assert numbers(move(deck, 3, -1)) == [1, 3, 2]
    assert numbers(move(deck, 1, 1)) == [2, 1, 3]
    assert numbers(move(deck, 1, -1)) == [1, 2, 3]
    assert numbers(move(deck, 3, 5)) == [1, 2, 3]
    assert numbers(move(deck, 99, 1)) == [1, 2, 3]


def test_number_is_never_given_twice_within_a_deck() -> None:
    deck = add(remove(three(), 1), {"what": "flow"})
    assert numbers(deck) == [2, 3, 4]


def test_titles_and_notes_are_cut_to_plain_lines() -> None:
    deck = annotate(retitle(titled(three(), " Board\n of\tMay "), 2, "x" * 999), 2, " A\nB ")
    assert deck.title == "Board of May"
    assert len(deck.blocks[1].title) == MAX_TITLE
    assert deck.blocks[1].note == "A\nB"
    assert deck.blocks[0] == three().blocks[0]


def test_full_deck_says_so() -> None:
    deck = Deck()
    for _ in range(MAX_BLOCKS):
        deck = add(deck, {"what": "flow"})
    with pytest.raises(ValueError, match="The deck is full"):
        add(deck, {"what": "flow"})


def test_renamed_cohort_is_followed() -> None:
    deck = follow(three(), "A", "C")
    assert [one.recipe["cohort"] for one in deck.blocks] == ["C", "C", "B"]
    assert follow(deck, "nobody", "D") == deck


def test_deleted_version_leaves_its_place_and_no_word() -> None:
    deck = annotate(retitle(titled(three(), "About A"), 2, "A's"), 2, "A's note")
    left = forget(deck, "A", {2})
    assert left.title == ""
    assert left.blocks[1].recipe == {"what": "flow", "gone": True}
    assert (left.blocks[1].title, left.blocks[1].note, left.blocks[1].number) == ("", "", 2)
    assert (left.blocks[0], left.blocks[2]) == (deck.blocks[0], deck.blocks[2])
    assert forget(deck, "C", {1}) is deck


def test_deck_that_is_kept_says_nothing_of_what_is_not_in_the_store() -> None:
    deck = titled(three(), "About A")
    assert settled(deck, {("A", 1), ("A", 2), ("B", 1)}) is deck
    left = settled(deck, {("A", 1), ("B", 1)})
    assert left == forget(deck, "A", {2})
    assert settled(left, {("A", 1), ("B", 1)}) is left


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-3, 3)), max_size=12))
def test_moving_loses_and_adds_nothing(steps: list[tuple[int, int]]) -> None:
    deck = three()
    for number, by in steps:
        deck = move(deck, number, by)
    assert sorted(deck.blocks, key=lambda one: one.number) == list(three().blocks)


@given(st.text(max_size=50), st.text(max_size=50))
def test_text_of_a_deck_reads_back(title: str, note: str) -> None:
    deck = annotate(retitle(titled(three(), title), 1, note), 2, note)
    assert from_text(to_text(deck)) == deck


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", "[" * 100_000),
        '{"title": 1, "blocks": []}',
        '{"title": "", "blocks": [{"number": 1}]}',
        '{"title": "", "blocks": [{"recipe": [], "number": 1}]}',
        '{"title": "", "blocks": [{"recipe": {}, "x": 1}]}',
    ],
)
def test_text_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="This is no deck"):
        from_text(text)


def test_slides_of_two_selections_and_a_gone_cohort(store: Store, looked: Looked) -> None:
    deck = add(Deck(), write("km-pfs", looked("grade=2")))
    deck = add(deck, {**write("km-pfs", looked()), "cohort": "Gone"})
    deck = add(deck, {"what": "toxicity", "gone": True})
    deck = annotate(retitle(add(deck, write("km-pfs", looked("grade=3"))), 4, "Grade 3"), 4, "Note")
    told: list[tuple[int, int]] = []
    found = slides(deck, store, DAY, lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [one.query for one in found] == ["grade=2", "", "", "grade=3"]
    assert "62 of 110 patients: grade 2" in found[0].content.label.source.selection
    assert found[1].content.reason == "The cohort 'Gone' is not there: it was renamed or deleted."
    assert (found[2].content.reason, found[2].content.label.title) == (DELETED, "Adverse events by CTCAE grade")
    assert (found[3].title, found[3].note, found[3].content.reason) == ("Grade 3", "Note", "")
    assert found[0].content.figure != found[3].content.figure


def test_comparison_keeps_with_whom_it_compares(store: Store, looked: Looked) -> None:
    other = Selection().with_condition(Condition("grade", ("3",)))
    deck = add(Deck(), write("contrast-os", looked("grade=2", against=other)))
    found = slides(deck, store, DAY)[0]
    assert (found.content.reason, found.query) == ("", "A: grade=2; B: grade=3")
    said, reason = blocks.origin(deck.blocks[0], store, DAY)
    assert "62 of 110 patients: grade 2. Compared with: 10 of 110 patients: grade 3." in said
    assert reason == ""
    rest = add(Deck(), write("contrast-os", looked("grade=2"))).blocks[0]
    assert "Compared with: everyone else." in blocks.origin(rest, store, DAY)[0]


def test_empty_and_suppressed_selections_are_said(store: Store, looked: Looked) -> None:
    hidden = Options(round_to=5)
    deck = add(Deck(), write("km-pfs", looked("grade=2&ki67_percent=99..")))
    deck = add(deck, write("km-os", looked("primary_site=stomach", hidden)))
    deck = add(deck, write("treatment", looked("", replace(hidden, min_cell=5))))
    found = slides(deck, store, DAY)
    assert found[0].content.reason == "No patient fits this selection."
    assert "small groups are hidden: nothing of them is shown" in found[1].content.reason
    assert "small ones cannot be suppressed" in found[2].content.reason
    for kind in DECK_FORMATS:
        told = written(write_deck("Board", found, kind), kind)
        assert all(one.content.reason in told for one in found), kind


def written(data: bytes, kind: str) -> str:
    """The words of a deck's file."""
    if kind == "html":
        return data.decode()
    if kind == "docx":
        return "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    pages = Presentation(io.BytesIO(data)).slides
    return "\n".join(one.text_frame.text for page in pages for one in page.shapes if one.has_text_frame)


def test_figure_and_table_of_one_content_are_two_blocks_computed_once(
    store: Store, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(blocks, "content", lambda what, look: asked.append(what) or content(what, look))
    deck = Deck()
    for what in ("forest-os", "cox-os", "response", "response-table"):
        deck = add(deck, write(what, looked(theme="dark")))
    found = [one.content for one in slides(deck, store, DAY)]
    assert asked == ["forest-os", "response"]
    assert [one.figure is not None for one in found] == [True, False, True, False]
    assert found[3].tables == found[2].tables
    assert found[0].figure is not None
    assert found[0].figure.layout["background"] == "#ffffff"  # paper is white, whatever the screen was


def test_slide_in_another_theme_and_selection(store: Store, looked: Looked) -> None:
    block = add(Deck(), write("km-pfs", looked("grade=2"))).blocks[0]
    dark = slide(block, store, DAY, lambda look: looked("grade=3", theme="dark"))
    assert dark.query == "grade=3"
    assert dark.content.figure is not None
    assert dark.content.figure.layout["background"] == "#12161b"

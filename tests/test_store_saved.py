"""Decks and named views in the store."""

from __future__ import annotations

import threading

import pytest

from core.deck.deck import Deck, add, annotate, titled
from core.saved import SavedView
from core.store import Store, StoreError
from tests.ingested import ingested
from tests.kept import keep
from tests.test_store import ROWS

VIEW = SavedView("Grade 2", "Test", 1, "survival", "grade=2&by=fdg_pet")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as found:
        found.commit(ingested(ROWS), "Test")
        yield found


def test_deck_is_kept_under_an_id_that_the_store_gives(store):
    deck = add(titled(Deck(), "Board"), {"what": "flow", "cohort": "Test", "version": 1})
    id_ = keep(store, deck)
    assert len(id_) >= 20
    assert keep(store, titled(deck, "Other"), id_) == id_
    assert store.deck(id_) == titled(deck, "Other")
    assert keep(store, Deck(), "chosen") != "chosen"
    assert store.deck("chosen") is None
    assert store.deck("' OR TRUE --") is None
    assert keep(store, Deck()) != keep(store, Deck())
    path = store.path
    store.close()
    with Store(path) as again:
        assert again.deck(id_) == titled(deck, "Other")


def test_views_are_saved_listed_renamed_and_deleted(store):
    saved = store.save_view(VIEW, actor="Me")
    assert (saved.name, saved.query, saved.page, saved.actor, saved.newest) == (
        "Grade 2",
        "grade=2&by=fdg_pet",
        "survival",
        "Me",
        False,
    )
    assert saved.saved_at is not None
    store.save_view(SavedView("  a   view ", "Test", 1, "survival", "", newest=True))
    assert [(one.name, one.newest) for one in store.views()] == [("a view", True), ("Grade 2", False)]
    with pytest.raises(StoreError, match="There is a view 'a view' already"):
        store.rename_view("Grade 2", "a view")
    with pytest.raises(StoreError, match="There is a view 'Grade 2' already"):
        store.save_view(VIEW)
    assert store.rename_view("Grade 2", "B").query == VIEW.query
    assert store.rename_view("B", "B").name == "B"
    store.delete_view("B")
    assert [one.name for one in store.views()] == ["a view"]
    for change in (lambda: store.delete_view("B"), lambda: store.rename_view("B", "C")):
        with pytest.raises(StoreError, match="There is no view 'B' any more"):
            change()


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b", "a\u202eb"])
def test_name_that_cannot_be_used_is_refused(store, name):
    with pytest.raises(StoreError, match="1 to 100 printable"):
        store.save_view(SavedView(name, "Test", 1, "survival", ""))


def test_view_of_what_is_not_there_is_refused(store):
    for cohort, version in (("Nobody", 1), ("Test", 7)):
        with pytest.raises(StoreError, match="The store has no"):
            store.save_view(SavedView("v", cohort, version, "survival", ""))
    assert store.views() == []


def test_rename_of_a_cohort_takes_views_and_blocks_along(store):
    store.save_view(VIEW)
    id_ = keep(store, add(Deck(), {"what": "flow", "cohort": "Test", "version": 1}))
    store.rename("Test", "New name")
    assert [one.cohort for one in store.views()] == ["New name"]
    assert store.deck(id_).blocks[0].recipe["cohort"] == "New name"


def test_deletion_of_a_version_takes_its_views_and_leaves_the_others(store):
    store.commit(ingested([{"patient_id": "C", "course": 1, "sex": "male"}]), "Test")
    for number, newest in ((1, False), (1, True), (2, False)):
        store.save_view(SavedView(f"{number} {newest}", "Test", number, "survival", "", newest))
    deck = Deck()
    for number in (1, 2):
        deck = add(deck, {"what": "flow", "cohort": "Test", "version": number})
    id_ = keep(store, deck)
    store.delete("Test", 1)
    assert [one.name for one in store.views()] == ["2 False"]
    assert [one.recipe.get("gone") for one in store.deck(id_).blocks] == [True, None]


def test_deck_that_cannot_be_read_is_said_and_goes_with_the_next_deletion(store):
    id_ = keep(store, Deck())
    with store.cursor() as cursor:
        cursor.execute("UPDATE decks SET content = 'broken'")
    with pytest.raises(StoreError, match="The deck in the store cannot be read"):
        store.deck(id_)
    store.commit(ingested([{"patient_id": "C", "course": 1, "sex": "male"}]), "Other")
    store.rename("Other", "Another")
    store.delete("Another")
    assert store.deck(id_) is None


def test_failed_write_leaves_no_trace(store, monkeypatch):
    from core import saved

    id_ = keep(store, titled(Deck(), "Before"))

    def failing(*_):
        raise RuntimeError

    monkeypatch.setattr(saved, "to_text", failing)
    with pytest.raises(RuntimeError):
        keep(store, titled(Deck(), "After"), id_)
    monkeypatch.undo()
    assert store.deck(id_).title == "Before"


def test_one_name_is_given_once_to_many_at_a_time(store):
    refused = []

    def save():
        try:
            store.save_view(VIEW)
        except StoreError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=save) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 7
    assert [one.name for one in store.views()] == ["Grade 2"]


def test_two_windows_on_one_deck_do_not_undo_each_other(store):
    id_ = keep(store, Deck())
    recipe = {"what": "flow", "cohort": "Test", "version": 1}
    threads = [threading.Thread(target=store.change_deck, args=(id_, lambda deck: add(deck, recipe))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.number for one in store.deck(id_).blocks] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_window_that_still_knows_a_deleted_cohort_writes_no_word_of_it(store):
    recipe = {"what": "flow", "cohort": "Test", "version": 1, "selection": "note=secret"}
    before = annotate(add(titled(Deck(), "secret"), recipe), 1, "secret")
    id_ = keep(store, before)
    store.commit(ingested([{"patient_id": "C", "course": 1, "sex": "male"}]), "Other")
    store.delete("Test")
    keep(store, before, id_)
    with store.cursor() as cursor:
        assert "secret" not in str(cursor.execute("SELECT * FROM decks").fetchall())


def test_decks_with_a_title_are_found_the_last_changed_first(store):
    first = keep(store, titled(Deck(), "First"))
    keep(store, Deck())
    keep(store, titled(Deck(), "Second"))
    store.change_deck(first, lambda deck: titled(deck, "First again"))
    assert [one.title for one in store.decks()] == ["First again", "Second"]

"""Decks and named views in the store: kept, found again, renamed, taken away."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import duckdb

from core import commit, saved
from core.cohort import StoreError
from core.deck.deck import Deck, settled
from core.permissions import LOCAL_USER
from core.saved import KeptDeck, SavedView
from core.store_versions import Versions

MAX_NAME, MAX_QUERY = 100, 20_000
"""Longest name and query of a view, characters."""


class Saved(Versions):
    """What people kept of their work with the cohorts."""

    def deck(self, id_: str) -> Deck | None:
        """The deck of an id, None when there is none."""
        with self._reading() as cursor:
            try:
                return saved.read_deck(cursor, id_)
            except ValueError:
                raise StoreError("The deck in the store cannot be read; begin another.") from None

    def decks(self) -> list[KeptDeck]:
        """Every deck that has a title, the last changed first; one without is found by its id alone."""
        with self._reading() as cursor:
            return saved.read_decks(cursor)

    def change_deck(self, id_: str, change: Callable[[Deck], Deck], *, actor: str = LOCAL_USER) -> str:
        """
        Change a deck as it stands in the store, so that two windows on one deck do not undo each other's work.

        Parameters
        ----------
        id_ : str
            As it was given before; "" for a new deck. An id that the store has not given is not used.
        change : deck -> deck; of cohorts that are not in the store no word is kept
        actor : str

        Returns
        -------
        str
            The deck's id, which nobody can guess.

        Raises
        ------
        StoreError
            When it may not be done or the file cannot be written; the store is then as before.
        ValueError
            From `change`; nothing is written.
        """
        self._permit("deck", actor)
        refusal = "The deck could not be saved; the store is as before."
        with self._writing, self._reading() as cursor:
            found = self._readable(cursor, id_)
            deck = settled(change(found or Deck()), {(one.name, one.version) for one in self._versions})
            id_ = id_ if found is not None else secrets.token_urlsafe(16)
            with commit.transaction(cursor, refusal):
                saved.write_deck(cursor, id_, deck, actor)
        return id_

    @staticmethod
    def _readable(cursor: duckdb.DuckDBPyConnection, id_: str) -> Deck | None:
        try:
            return saved.read_deck(cursor, id_) if id_ else None
        except ValueError:
            return None  # a new deck is begun; what cannot be read stays as it is

    def views(self) -> list[SavedView]:
        """Every named view, by name."""
        with self._reading() as cursor:
            return saved.read_views(cursor)

    def save_view(self, view: SavedView, *, actor: str = LOCAL_USER) -> SavedView:
        """
        Keep a view under its name.

        Raises
        ------
        StoreError
            When it may not be done, the name is taken or cannot be used, or the cohort or version is not there.
        """
        self._permit("view", actor)
        view = replace(view, name=_checked(view.name))
        if len(view.query) > MAX_QUERY:
            raise StoreError("The selection is too long to be saved as a view; select less.")
        with self._writing, self._reading() as cursor:
            self.version(view.cohort, view.version)
            self._free(view.name)
            with commit.transaction(cursor, "The view could not be saved; the store is as before."):
                saved.write_view(cursor, view, actor)
        return self._view(view.name)

    def rename_view(self, old: str, new: str, *, actor: str = LOCAL_USER) -> SavedView:
        """
        Give a view another name.

        Raises
        ------
        StoreError
            When it may not be done, there is no such view, or the new name is taken or cannot be used.
        """
        self._permit("view", actor)
        new = _checked(new)
        with self._writing, self._reading() as cursor:
            self._view(old)
            if new != old:
                self._free(new)
                with commit.transaction(cursor, "The view could not be renamed; the store is as before."):
                    saved.rename_view(cursor, old, new)
        return self._view(new)

    def delete_view(self, name: str, *, actor: str = LOCAL_USER) -> None:
        """
        Take a view away.

        Raises
        ------
        StoreError
            When it may not be done, or there is no such view.
        """
        self._permit("view", actor)
        with self._writing, self._reading() as cursor:
            self._view(name)
            with commit.transaction(cursor, "The view could not be deleted; the store is as before."):
                saved.remove_view(cursor, name)

    def _view(self, name: str) -> SavedView:
        for one in self.views():
            if one.name == name:
                return one
        raise StoreError(f"There is no view '{name[:60]}' any more: it was renamed or deleted.")

    def _free(self, name: str) -> None:
        if any(one.name == name for one in self.views()):
            raise StoreError(f"There is a view '{name}' already; choose another name.")


def _checked(name: str) -> str:
    """A name without needless spaces."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise StoreError(f"The name of a view is 1 to {MAX_NAME} printable characters.")
    return name

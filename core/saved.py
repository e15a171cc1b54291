"""The tables of the store with what people kept: decks, and views under a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from core.cohort import CohortVersion
from core.deck.deck import Deck, from_text, to_text
from core.deck.deck import follow as followed
from core.deck.deck import forget as forgotten


@dataclass(frozen=True)
class SavedView:
    """A view kept under a name.

    Parameters
    ----------
    name : of the view
    cohort : name of the cohort
    version : its number when the view was saved
    newest : whether it opens the newest version instead, where there is a newer one
    page : its name in the address
    query : what else the address says, ``grade=2&by=fdg_pet``
    actor : who kept it
    saved_at : UTC; None before it is kept
    """

    name: str
    cohort: str
    version: int
    page: str
    query: str
    newest: bool = False
    actor: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True)
class KeptDeck:
    """A deck that can be found again by its title.

    Parameters
    ----------
    id : of the deck in the store
    title : never ""
    changed_at : UTC
    """

    id: str
    title: str
    changed_at: datetime


def read_decks(cursor: duckdb.DuckDBPyConnection) -> list[KeptDeck]:
    """Every deck that has a title, the last changed first."""
    sql = "SELECT id, title, changed_at FROM decks WHERE title <> '' ORDER BY changed_at DESC, id"
    return [KeptDeck(*row) for row in cursor.execute(sql).fetchall()]


def read_deck(cursor: duckdb.DuckDBPyConnection, id_: str) -> Deck | None:
    """The deck of this id, or None."""
    rows = cursor.execute("SELECT content FROM decks WHERE id = ?", [id_]).fetchall()
    return from_text(rows[0][0]) if rows else None


def write_deck(cursor: duckdb.DuckDBPyConnection, id_: str, deck: Deck, actor: str) -> None:
    """Keep a deck, in place of what its id held before."""
    cursor.execute(
        "INSERT INTO decks VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET title = excluded.title, "
        "content = excluded.content, actor = excluded.actor, changed_at = excluded.changed_at",
        [id_, deck.title, to_text(deck), actor, _now()],
    )


def read_views(cursor: duckdb.DuckDBPyConnection) -> list[SavedView]:
    """Every view, by name."""
    sql = "SELECT name, cohort, version, page, query, newest, actor, saved_at FROM views ORDER BY lower(name), name"
    return [SavedView(*row) for row in cursor.execute(sql).fetchall()]


def write_view(cursor: duckdb.DuckDBPyConnection, view: SavedView, actor: str) -> None:
    """Keep a view under a name that is free."""
    values = [view.name, view.cohort, view.version, view.page, view.query, view.newest, actor, _now()]
    cursor.execute("INSERT INTO views VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)


def rename_view(cursor: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Give a view another name."""
    cursor.execute("UPDATE views SET name = ? WHERE name = ?", [new, old])


def remove_view(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    """Take a view away."""
    cursor.execute("DELETE FROM views WHERE name = ?", [name])


def follow(cursor: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """A cohort has another name: so have its views and blocks."""
    cursor.execute("UPDATE views SET cohort = ? WHERE cohort = ?", [new, old])
    for id_, deck in _decks(cursor):
        if deck is not None:
            _replace(cursor, id_, deck, followed(deck, old, new))


def forget(cursor: duckdb.DuckDBPyConnection, versions: Sequence[CohortVersion]) -> None:
    """Versions of one cohort are gone: so are the views saved on them, and every word about them in a deck.

    A view that follows the newest version goes too: its selection may name a value of the version it was saved on.
    """
    for one in versions:
        cursor.execute("DELETE FROM views WHERE cohort = ? AND version = ?", [one.name, one.version])
    name, numbers = versions[0].name, {one.version for one in versions}
    for id_, deck in _decks(cursor):
        if deck is None:  # nobody can say what it holds
            cursor.execute("DELETE FROM decks WHERE id = ?", [id_])
        else:
            _replace(cursor, id_, deck, forgotten(deck, name, numbers))


def _decks(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, Deck | None]]:
    """Every deck by its id; None for one that cannot be read."""
    found: list[tuple[str, Deck | None]] = []
    for id_, text in cursor.execute("SELECT id, content FROM decks").fetchall():
        try:
            found.append((id_, from_text(text)))
        except ValueError:
            found.append((id_, None))
    return found


def _replace(cursor: duckdb.DuckDBPyConnection, id_: str, old: Deck, new: Deck) -> None:
    if new != old:
        cursor.execute("UPDATE decks SET title = ?, content = ? WHERE id = ?", [new.title, to_text(new), id_])


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

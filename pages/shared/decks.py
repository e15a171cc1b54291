"""The visitor's deck: it stands in the store under an id, and its id in the address."""

from __future__ import annotations

from collections.abc import Callable

from core.cohort import StoreError
from core.deck import deck as model
from core.deck.deck import Deck
from core.deck.full import AS_TABLE, CONTRAST, whole
from core.deck.recipe import write
from core.export.look import Look
from pages.shared import session

_HERE, _UNDO, _TOLD = "deck", "deck-undo", "deck-told"
Change = Callable[[Deck], Deck]
APART = ("km-pfs", "km-os", "km-ttnt", "response", "toxicity", "contrast-pfs", "contrast-os")
"""Contents whose tables stand apart from their figure on a page."""


def current() -> Deck:
    """The deck in view, empty before anything is added."""
    if not session.may("deck"):
        return session.kept(_HERE) or Deck()
    try:
        return session.open_store().deck(session.parameter(session.DECK)) or Deck()
    except StoreError:
        return Deck()


def unknown(id_: str) -> bool:
    """Whether there is no deck of this id, or none that can be read."""
    if not session.may("deck"):
        return False
    try:
        return session.open_store().deck(id_) is None
    except StoreError:
        return True


def change(how: Change) -> None:
    """Change the deck in view, and keep it; `told` says why where that cannot be done."""
    session.keep(_UNDO, None)
    session.keep(_TOLD, "")
    try:
        if session.may("deck"):
            id_ = session.open_store().change_deck(session.parameter(session.DECK), how, actor=session.actor())
            session.set_parameter(session.DECK, id_)
            session.write_address()
        else:
            session.keep(_HERE, how(current()))
    except (StoreError, ValueError) as error:
        session.keep(_TOLD, str(error))


def add(what: str, look: Look, *, table: bool = False) -> None:
    """Put what a page shows at the end of the deck.

    Parameters
    ----------
    what : key of `CONTENTS`
    look : Look
    table : only its tables
    """
    name = f"{what}{AS_TABLE}" if table and what in APART else what
    change(lambda deck: model.add(deck, write(name, look)))


def add_all(look: Look, beside: Look | None = None) -> None:
    """Put everything of a selection at the end of the deck, and its comparison with B, as `beside` looks at it."""

    def more(deck: Deck) -> Deck:
        for what in whole(look.version, contrast=beside is not None):
            deck = model.add(deck, write(what, beside if beside is not None and what in CONTRAST else look))
        return deck

    change(more)


def remove(number: int, title: str) -> None:
    """Take a block out; it can be put back."""
    _undoably(lambda deck: model.remove(deck, number), f"Removed: {title}.")


def clear() -> None:
    """Take everything out; it can be put back."""
    _undoably(lambda _: Deck(), "The deck is empty.")


def _undoably(how: Change, said: str) -> None:
    before = current()
    change(how)
    if not told():
        session.keep(_UNDO, before)
        session.keep(_TOLD, said)


def undo() -> None:
    """Put back what was taken out last."""
    before = session.kept(_UNDO)
    if before is not None:
        change(lambda _: before)


def can_undo() -> bool:
    """Whether something was taken out last."""
    return session.kept(_UNDO) is not None


def told() -> str:
    """What the last change has to say; "" without anything."""
    return session.kept(_TOLD) or ""


def choose(id_: str) -> None:
    """Put another deck in view; "" begins a new one."""
    session.set_parameter(session.DECK, id_)
    session.keep(_HERE, None)
    session.keep(_UNDO, None)
    session.keep(_TOLD, "")

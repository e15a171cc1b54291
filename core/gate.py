"""Readers of the store side by side; one who needs the file to itself waits for them, and they for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.cohort import StoreError

PATIENCE = 30.0
"""Seconds that a reader waits for the file, and one who needs it alone for the readers."""


class Gate:
    """Counts who uses the file.

    Parameters
    ----------
    patience : float
        Seconds to wait before saying that it cannot be done now.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._changed = threading.Condition()
        self._users: dict[int, int] = {}
        self._closed = False

    @contextmanager
    def using(self) -> Iterator[None]:
        """
        Use the file beside others. A thread that uses it already is let through, so that it never waits for itself.

        Raises
        ------
        StoreError
            When somebody has had the file alone for longer than the patience.
        """
        me = threading.get_ident()
        with self._changed:
            if me not in self._users and not self._changed.wait_for(lambda: not self._closed, self.patience):
                raise StoreError("The store is being rewritten after a deletion; try again in a moment.")
            self._users[me] = self._users.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._users[me] -= 1
                if not self._users[me]:
                    del self._users[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Have the file alone: whoever comes waits, whoever is there is waited for.

        Raises
        ------
        StoreError
            When this thread uses the file itself, or others have used it for longer than the patience.
        """
        with self._changed:
            if threading.get_ident() in self._users:
                raise StoreError("The store is in use by this very task; finish reading first.")
            if not self._changed.wait_for(lambda: not self._closed, self.patience):
                raise StoreError("The store is being rewritten after a deletion; try again in a moment.")
            self._closed = True
            if not self._changed.wait_for(lambda: not self._users, self.patience):
                self._closed = False
                self._changed.notify_all()
                raise StoreError("The store is being read by others, so nothing was changed; try again in a moment.")
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()

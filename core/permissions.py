"""Who may do what to the store: the one place that decides."""

from __future__ import annotations

import os

READ_ONLY_VARIABLE = "PRRT_READ_ONLY"
"""Environment variable: 1, true, yes or on shows the cohorts and lets nobody change them."""
LOCAL_USER = "local user"
"""Who acts where there is no login."""
ACTIONS = ("import", "delete", "rename", "deck", "view")
"""What can be done to the store besides reading; restoring a version is an import, "deck" and "view" keep one."""

_ON = frozenset(("1", "true", "yes", "on"))


def read_only() -> bool:
    """Whether this installation only shows what its store holds."""
    return os.environ.get(READ_ONLY_VARIABLE, "").strip().casefold() in _ON


def may(action: str, actor: str = LOCAL_USER) -> bool:
    """
    Whether somebody may do something to the store.

    Parameters
    ----------
    action : str
        Of `ACTIONS`.
    actor : str
        Who; without login everybody is the `LOCAL_USER`. Nobody is nobody: an empty name may do nothing.

    Raises
    ------
    ValueError
        For an action that does not exist.
    """
    if action not in ACTIONS:
        raise ValueError(f"'{action}' is not an action; these are: {', '.join(ACTIONS)}.")
    return bool(actor.strip()) and not read_only()

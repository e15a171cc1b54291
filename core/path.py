"""Find one number in the command line's object by its path: `cox.pfs.univariable[factor=grade].levels[level=3].hr`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r"\.?(?P<name>[^.\[\]]+)|\[(?P<key>[^=\]]+)=(?P<value>[^\]]*)\]")


@dataclass(frozen=True)
class Found:
    """What a path leads to.

    Parameters
    ----------
    value : the number; None where there is none
    reason : why there is none, as the object itself says it, else which step is missing
    missing : the step that the object does not have, as ("name", "") or ("key", "value"); None when it has them all
    within : name of the list in which an item is missing, "" otherwise
    """

    value: Any
    reason: str | None = None
    missing: tuple[str, str] | None = None
    within: str = ""


def find(data: Mapping[str, Any], path: str) -> Found:
    """
    Follow a path.

    Parameters
    ----------
    data : mapping
    path : str
        Names separated by dots; ``[key=value]`` picks the first item of a list whose key has that value.

    Returns
    -------
    Found

    Raises
    ------
    ValueError
        For a path that cannot be read.
    """
    here: Any = data
    reason, within = None, ""
    for name, key, value in _steps(path):
        if name:
            if not isinstance(here, Mapping) or name not in here:
                return Found(None, reason or f"There is no '{name}' here.", (name, ""))
            here, within = here[name], name
        else:
            items = here if isinstance(here, Sequence) else ()
            picked = next((one for one in items if isinstance(one, Mapping) and _text(one.get(key)) == value), None)
            if picked is None:
                return Found(
                    None, reason or f"'{value}' is not among the {within.replace('_', ' ')}.", (key, value), within
                )
            here = picked
        if isinstance(here, Mapping) and here.get("reason"):
            reason = str(here["reason"])
    return Found(here, reason if here is None else None)


def _steps(path: str) -> Iterator[tuple[str, str, str]]:
    place = 0
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            raise ValueError(f"'{path}' cannot be read as a path at character {place + 1}.")
        yield step["name"] or "", step["key"] or "", step["value"] or ""
        place = step.end()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

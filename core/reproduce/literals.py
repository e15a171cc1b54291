"""Values written as source text of Python and of R: whatever a text holds, it stays a text.

Strings hold printable ASCII only, everything else is an escape, so that no encoding, direction mark or line break of a
level or label can change what a program does.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence

Literal = str | float | int | bool | None | Sequence["Literal"] | Mapping[str, "Literal"]
WIDTH = 110
"""Of a line of a script, as far as it can be kept."""


def python_literal(value: Literal) -> str:
    """A value as Python writes it. Raises ValueError for a number that is not finite."""
    if isinstance(value, str):
        return ascii(value)
    if value is None or isinstance(value, bool | int | float):
        return _number(value, repr, "None", ("False", "True"))
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name!a}: {python_literal(one)}' for name, one in value.items())}}}"
    return f"[{_joined([python_literal(one) for one in value])}]"


def r_literal(value: Literal) -> str:
    """A value as R writes it: a sequence as a vector, a mapping as a named list. Raises as `python_literal`."""
    if isinstance(value, str):
        return _r_text(value)
    if value is None or isinstance(value, bool | int | float):
        return _number(value, _r_number, "NULL", ("FALSE", "TRUE"))
    if isinstance(value, Mapping):
        return f"list({', '.join(f'{_r_name(name)} = {r_literal(one)}' for name, one in value.items())})"
    kind = "list" if any(isinstance(one, Mapping) for one in value) else "c"
    return f"{kind}({_joined([r_literal(one) for one in value])})"


def comment(text: str) -> str:
    """A text as one line of a comment: printable characters only, runs of white space as one space."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def comment_lines(text: str) -> list[str]:
    """A text as lines of a comment, each with its sign."""
    return [f"# {line}" for line in textwrap.wrap(comment(text), WIDTH, break_on_hyphens=False)]


def _joined(parts: Sequence[str]) -> str:
    """The elements of a vector; a long one has an element a line, as R's parser fails on escapes in very long lines."""
    together = ", ".join(parts)
    return together if len(together) < WIDTH else "\n  " + ",\n  ".join(parts)


def _number(value: float | None, write, nothing: str, truth: tuple[str, str]) -> str:
    if value is None:
        return nothing
    if isinstance(value, bool):
        return truth[value]
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that a script can hold.")
    return write(int(value) if float(value).is_integer() and abs(value) < 1e15 else value)


def _r_text(value: str) -> str:
    """A text in quotes; a very long one in pieces, a line each, as R's parser fails on many escapes in one text."""
    pieces = [value[start : start + WIDTH] for start in range(0, len(value), WIDTH)] or [""]
    quoted = [f'"{"".join(_r_character(one) for one in piece)}"' for piece in pieces]
    return quoted[0] if len(quoted) == 1 else f"paste0(\n  {f',{chr(10)}  '.join(quoted)})"


def _r_number(value: float) -> str:
    return repr(value)


def _r_name(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise ValueError("A name in a script is a plain word.")
    return name


def _r_character(one: str) -> str:
    """R takes no NUL and no lone surrogate; of `\\u` escapes and others in one string it takes the first kind only."""
    if one in '"\\':
        return f"\\{one}"
    if one.isascii() and one.isprintable():
        return one
    code = ord(one)
    if not code or unicodedata.category(one) == "Cs":
        return "\\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

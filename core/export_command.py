"""`python -m core export`: a figure, table, deck, text or archive of scripts, as one file or a numbered one a slide."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from core import arguments
from core.deck.full import full_deck
from core.deck.write import writer
from core.export import Look, Size, content, files, sized
from core.reproduce import archive, methods_file

Say = Callable[[str], None]
"""Told, in a sentence, how far it is."""


def export(asked: argparse.Namespace, look: Look, say: Say) -> str:
    """
    Compute what is asked and write it.

    Parameters
    ----------
    asked : `what`, `output`, and how the file is to be, as `core.arguments` reads them
    look : what is looked at
    say : told how far a deck is

    Returns
    -------
    str
        What was written, and where.

    Raises
    ------
    ValueError
        A sentence: there is nothing to show, or not in this format or size.
    OSError
        The file cannot be written.
    """
    path, kind = asked.output, asked.output.suffix.lower().removeprefix(".")
    if asked.what == "deck":
        data: tuple[bytes, ...] = (_deck(path, look, say, contrast=asked.against is not None),)
    elif asked.what == arguments.METHODS_TEXT:
        data = (methods_file(kind, look),)
    elif kind == "zip":
        data = (archive(asked.what, look),)
    else:
        data = files(content(asked.what, look), kind, _size(asked))
    return f"{asked.what} {_written(path, data)}"


def _written(path: Path, data: Sequence[bytes]) -> str:
    """Write one file, or a numbered one for each of several slides: "forest-1.png"."""
    if len(data) == 1:
        path.write_bytes(data[0])
        return f"written to '{path}'"
    paths = [path.with_name(f"{path.stem}-{place}{path.suffix}") for place in range(1, len(data) + 1)]
    for one, content_of_one in zip(paths, data, strict=True):
        one.write_bytes(content_of_one)
    return f"written as {len(data)} slides, '{paths[0]}' to '{paths[-1].name}'"


def _size(asked: argparse.Namespace) -> Size:
    """The size of a figure: of a preset, or as its width, scale and resolution say."""
    own = {name: value for name in ("width", "scale", "dpi") if (value := getattr(asked, name)) is not None}
    if asked.preset is None:
        return Size(**own)
    if own:
        raise ValueError(f"--preset sets the size itself; leave out {', '.join(f'--{name}' for name in own)}.")
    size = sized(asked.preset, asked.resolution)
    if asked.theme == "dark" and size.monochrome:
        raise ValueError(f"--preset {asked.preset} is for paper, which has no dark ground.")
    return size


def _deck(path: Path, look: Look, say: Say, *, contrast: bool) -> bytes:
    """The full deck; an unknown format is refused before anything is computed."""
    write = writer(path.suffix.lower().removeprefix("."))
    slides = full_deck(look, lambda done, of: say(f"computed {done} of {of}"), contrast=contrast)
    return write(f"{look.version.name}: PRRT", slides, lambda done, of: say(f"written {done} of {of}"))

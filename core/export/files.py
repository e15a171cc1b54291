"""One content as the bytes of a file, or of several; the format follows the file's ending."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

from core.export import document, picture, sheet
from core.export.label import Label
from core.export.look import Content
from core.export.picture import ON_SLIDE, Size
from core.figures.figure import Figure
from core.formats import sentences

_PICTURES: dict[str, Callable[..., bytes]] = {"png": picture.png, "svg": picture.svg, "pdf": picture.pdf}
FIGURE_FORMATS = tuple(_PICTURES)
TABLE_FORMATS = ("csv", "xlsx", "docx", "html")


def file(found: Content, kind: str, size: Size | None = None) -> bytes:
    """
    Write one content as one file.

    Parameters
    ----------
    found : Content
    kind : of `FIGURE_FORMATS` or `TABLE_FORMATS`
    size : Size, optional
        Of a figure. On slides a PDF of several parts has a page for each.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        A sentence: there is nothing to show, or not in this format, or not in one picture.
    """
    made = files(found, kind, size)
    if len(made) > 1:
        raise ValueError(f"{found.label.title} takes {len(made)} slides; take a PDF, or a file for each of them.")
    return made[0]


def files(found: Content, kind: str, size: Size | None = None) -> tuple[bytes, ...]:
    """
    Write one content: one file, but of a PNG or SVG for slides one for each slide that the figure takes.

    Parameters
    ----------
    found, kind, size : as of `file`

    Returns
    -------
    tuple of bytes

    Raises
    ------
    ValueError
        A sentence: there is nothing to show, or not in this format.
    """
    if kind in FIGURE_FORMATS and found.figure is not None:
        figures = found.parts(ON_SLIDE) if size is not None and size.slide else (found.figure,)
        label = _with_notes(found.label, found.figure)
        if kind == "pdf":
            return (picture.pdf(figures, label, size),)
        return tuple(_PICTURES[kind](one, label, size) for one in figures)
    return (_table_file(found, kind),)


def _with_notes(label: Label, figure: Figure) -> Label:
    """The label of a picture, whose metadata say the figure's notes too: a slide has no room for its methods."""
    origin = sentences([label.source.sentence()])
    notes = [sentences([one]) for one in figure.words("note")]
    return replace(label, method=" ".join(one for one in notes if one != origin))


def zipped(found: Content, kind: str, size: Size, name: str) -> bytes:
    """
    The pictures of a figure for slides in one ZIP file: "forest-pfs-1.png", "forest-pfs-2.png", ...

    Parameters
    ----------
    found, kind, size : as of `file`
    name : of the pictures, without number and ending
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for place, data in enumerate(files(found, kind, size), start=1):
            package.writestr(f"{name}-{place}.{kind}", data)
    return out.getvalue()


def _table_file(found: Content, kind: str) -> bytes:
    formats = (*(FIGURE_FORMATS if found.figure else ()), *(TABLE_FORMATS if found.tables else ()))
    if kind not in formats:
        if found.reason:
            raise ValueError(f"{found.label.title}: {found.reason}")
        allowed = ", ".join(f".{one}" for one in formats)
        raise ValueError(f"{found.label.title} cannot be written as .{kind}; give a name that ends with {allowed}.")
    if kind == "csv":
        return sheet.csv_file(found.tables[0], found.label)
    if kind == "xlsx":
        return sheet.xlsx_file(found.tables, found.label)
    if kind == "docx":
        return document.docx_file(found.tables, found.label)
    return "\n".join(sheet.html_table(table, found.label) for table in found.tables).encode()

"""One content as the bytes of a file; the format follows the file's ending."""

from __future__ import annotations

from collections.abc import Callable

from core.export import document, picture, sheet
from core.export.look import Content
from core.export.picture import Size

_PICTURES: dict[str, Callable[..., bytes]] = {"png": picture.png, "svg": picture.svg, "pdf": picture.pdf}
FIGURE_FORMATS = tuple(_PICTURES)
TABLE_FORMATS = ("csv", "xlsx", "docx", "html")

ROOM_HEIGHT = 260.0
"""Height of a figure on a slide of its own, px: lower, its type would be larger still, but its curves flat."""


def file(found: Content, kind: str, size: Size | None = None) -> bytes:
    """
    Write one content.

    Parameters
    ----------
    found : Content
    kind : of `FIGURE_FORMATS` or `TABLE_FORMATS`
    size : Size, optional
        Of a figure. On slides a PDF of several parts has a page for each; a picture is one, with smaller type.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        A sentence: there is nothing to show, or not in this format.
    """
    formats = (*(FIGURE_FORMATS if found.figure else ()), *(TABLE_FORMATS if found.tables else ()))
    if kind in FIGURE_FORMATS and found.figure is not None:
        parts = found.parts(ROOM_HEIGHT) if size is not None and size.slide else ()
        if kind == "pdf" and parts:
            return picture.pdf(parts, found.label, size)
        return _PICTURES[kind](parts[0] if len(parts) == 1 else found.figure, found.label, size)
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

"""A version as clean files that import again to the identical cohort, and the zip that holds them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np

from core.cohort import CohortVersion
from core.dictionary import Field
from core.fields import TABLE_FIELDS
from core.ingest.described import DESCRIPTION
from core.ingest.files import MARKER
from core.spreadsheet import guarded, write_csv

UNUSABLE = "unusable"
"""Stands where the imported file had a value that could not be used, which is not the same as no value."""

_SYNTHETIC = "These patients are made up.\n"
_LIKE_THOUSANDS = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")
_LARGEST_WHOLE = 1e15


def table_csv(
    table: str,
    columns: Mapping[str, np.ndarray],
    fields: Mapping[str, Field],
    *,
    unusable: Mapping[str, np.ndarray],
    signs: Mapping[str, Mapping[int, str]],
    synthetic: bool,
) -> bytes:
    """
    A table as CSV in UTF-8.

    Parameters
    ----------
    table : of `core.dictionary.TABLES`
    columns : name -> values, shape (n,): float (NaN), datetime64 (NaT), object (str, bool, int or None)
    fields : name -> field of every column; one of the cohort's own is headed by its label, as in the imported file
    unusable : field -> rows (0-based) whose value could not be used
    signs : field -> row (0-based) -> sign before the value
    synthetic : adds a column that says so in every row

    Returns
    -------
    bytes
        Columns without any value are left out, but for those that a table cannot do without.
    """
    header, cells = [], []
    for name, values in columns.items():
        one = fields[name]
        text = _cells(values, one)
        for row, sign in signs.get(name, {}).items():
            text[row] = sign + text[row]
        if one.type != "text" and (one.type != "category" or one.levels):
            for row in unusable.get(name, ()):
                text[row] = text[row] or UNUSABLE
        if any(text) or one.required or one.role == "other" or table == "courses":
            header.append(one.label if one.role == "other" else name)
            cells.append(text)
    if synthetic:
        header.append("synthetic")
        cells.append(["yes"] * len(cells[0]))
    with io.StringIO(newline="") as out:
        write_csv(out, header, zip(*cells, strict=True))
        return out.getvalue().encode("utf-8-sig")


def description_json(version: CohortVersion, own: Sequence[Field]) -> bytes:
    """`cohort.json`: what the tables cannot say, so that nothing is guessed when they are imported again.

    Parameters
    ----------
    version : CohortVersion
    own : the cohort's own columns
    """
    cutoff = version.data_cutoff.isoformat() if version.data_cutoff else None
    said = {
        "cohort": version.name,
        "version": version.version,
        "synthetic": version.synthetic,
        "data_cutoff": cutoff,
        "data_cutoff_source": version.data_cutoff_source,
        "own_columns": [{"header": one.label, "type": one.type, "levels": list(one.levels)} for one in own],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def canonical_files(version: CohortVersion, tables: Mapping[str, bytes], own: Sequence[Field]) -> dict[str, bytes]:
    """The files of a version by name: its tables, their description, and the marker of a synthetic cohort."""
    files = {f"{table}.csv": data for table, data in tables.items()}
    files[DESCRIPTION] = description_json(version, own)
    if version.synthetic:
        files[MARKER] = _SYNTHETIC.encode()
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as one zip; the same files give the same bytes."""
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def fields_of(table: str, own: Sequence[Field] = ()) -> dict[str, Field]:
    """Every field that a table may have, by name."""
    return {**TABLE_FIELDS[table], **{one.name: one for one in own}}


def _cells(values: np.ndarray, one: Field) -> list[str]:
    if one.type == "date":
        days = np.datetime_as_string(values.astype("datetime64[D]")).tolist()
        return ["" if day == "NaT" else day for day in days]
    if one.type in ("number", "integer"):
        return ["" if value is None or value != value else _number(value) for value in values.tolist()]
    if one.type == "yes_no":
        return ["" if value is None else "yes" if value else "no" for value in values.tolist()]
    return ["" if value is None else guarded(value) for value in values.tolist()]


def _number(value: float) -> str:
    """A number in the fewest digits that give it back, never such that its point could group thousands."""
    if float(value).is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    text = repr(value)
    return text + "0" if _LIKE_THOUSANDS.fullmatch(text) else text

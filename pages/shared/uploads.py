"""Uploaded files on the page Cohorts: read them through core's ingest, and list what was found."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.fields import TABLE_FIELDS
from core.formats import plural
from core.ingest.source import Ingested, read_source
from core.problems import CohortError, Problem
from core.spreadsheet import guarded, write_csv
from core.tables import Table
from core.template import write_template
from pages.shared import session, show

SHOWN_PROBLEMS = 10


@dataclass(frozen=True)
class Read:
    """What reading the files gave: a cohort, or, where they are refused, only problems."""

    ingested: Ingested | None
    problems: tuple[Problem, ...]


def read(files: Sequence[UploadedFile]) -> Read:
    """Read one file, or several as the tables of one cohort; what is wrong comes back as problems."""
    return session.last_upload(tuple(file.file_id for file in files), lambda: _read(files))


def _read(files: Sequence[UploadedFile]) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / Path(file.name).name for file in files]
        for path, file in zip(paths, files, strict=True):
            path.write_bytes(file.getbuffer())
        source = paths[0] if len(paths) == 1 else Path(folder)
        try:
            ingested = read_source(source)
        except CohortError as refusal:
            return Read(None, refusal.problems)
    return Read(ingested, ingested.problems)


def proposed_name(files: Sequence[UploadedFile]) -> str:
    """A name for the cohort from the file's own."""
    return Path(files[0].name).stem.replace("_", " ") if len(files) == 1 else "My cohort"


def list_problems(problems: Sequence[Problem]) -> None:
    """The first ten problems in words, the rest counted, all of them as a file."""
    if not problems:
        return
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    said = [plural(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    left = len(problems) - SHOWN_PROBLEMS
    st.markdown(f"**{' and '.join(said)}**" + (f", the first {SHOWN_PROBLEMS}:" if left > 0 else ""))
    rows = tuple(
        (
            one.severity,
            ", ".join(part for part in (one.table, f"line\u00a0{one.line}" if one.line else "") if part),
            one.column,
            one.message,
            one.remedy,
        )
        for one in problems[:SHOWN_PROBLEMS]
    )
    notes = ("An error leaves the value out of the analyses that need it; a warning keeps it.",)
    show.table(Table("Problems", ("Kind", "Where", "Column", "What is wrong", "What to do"), rows, notes=notes))
    st.download_button(
        "All problems as CSV",
        data=lambda: problem_file(problems),
        file_name="problems.csv",
        mime="text/csv",
        on_click="ignore",
    )


def problem_file(problems: Sequence[Problem]) -> bytes:
    """Every problem with its place and remedy, one a line; text that a spreadsheet would run gets a leading quote."""
    out = io.StringIO()
    cells = (
        (one.severity, one.table, str(one.line or ""), one.column, one.value, one.message, one.remedy)
        for one in problems
    )
    header = ["severity", "table", "line", "column", "value", "message", "remedy"]
    write_csv(out, header, ([guarded(cell) for cell in row] for row in cells))
    return out.getvalue().encode("utf-8-sig")


def list_understood(ingested: Ingested) -> None:
    """Which column became which field, which columns are kept as they are, and what was changed."""
    labels = {name: field.label for fields in TABLE_FIELDS.values() for name, field in fields.items()}
    with st.expander(
        f"{plural(len(ingested.mapping), 'column')} recognised, {len(ingested.extras)} kept under their own name"
    ):
        rows = [(header, labels.get(name, name)) for name, header in ingested.mapping.items()]
        rows += [(field.label, "kept under its own name") for field in ingested.extras.values()]
        show.table(Table("Columns", ("Column of the file", "Read as"), tuple(rows)))
    if ingested.changes:
        with st.expander(plural(len(ingested.changes), "change") + " made while reading", expanded=True):
            st.markdown("\n".join(f"- {show.escape(change)}" for change in ingested.changes))


def templates() -> bytes:
    """Empty template files and the data dictionary, zipped."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        write_template(Path(folder))
        for path in sorted(Path(folder).iterdir()):
            archive.write(path, path.name)
    return out.getvalue()

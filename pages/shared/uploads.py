"""Uploaded files on the page Cohorts: put aside, read beside the page, read again with what the visitor says."""

from __future__ import annotations

import io
import json
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.ingest import headers_key, process
from core.ingest.files import ACCEPTED
from core.ingest.source import Ingested
from core.ingest.stated import Stated, read_stated
from core.store_versions import Resembling
from core.template import write_template
from pages.shared import dropped, session, show
from pages.shared.job import Job

ENDINGS = (*(ending[1:] for ending in ACCEPTED), "json")
"""What the uploader takes: data, and a saved mapping."""
PATIENCE = 1.0
"""Seconds of reading before its progress is shown."""
LOOK_EVERY = 0.4
"""Seconds between two looks at the progress."""
SAVED_MAPPING = ".json"
_LONGEST_NAME = 100
_LAST = "last-stated"
"""Headers of the file that something was stated of last, and what: for its next try."""


@dataclass
class Upload:
    """What a visitor has dropped, and what he has said of it.

    Parameters
    ----------
    key : names the files
    source : the file, or the folder with several
    folder : is removed with the upload
    title : proposed as the cohort's name
    job : the reading in force
    refused_mapping : why a saved mapping among the files could not be used
    """

    key: Hashable
    source: Path
    folder: tempfile.TemporaryDirectory[str]
    title: str
    job: Job
    refused_mapping: str = ""

    @property
    def stated(self) -> Stated:
        """What is stated of the files in the reading in force."""
        return self.job.stated

    def answer(self, key: str, value: str) -> None:
        """Answer one question and read again."""
        self.state(replace(self.stated, answers={**self.stated.answers, key: value}))

    def state(self, stated: Stated) -> None:
        """Read again with what is stated now."""
        self.job.cancel()
        if self.job.outcome is not None:
            session.keep(_LAST, (headers_key(self.job.outcome.columns), stated))
        recalled, self.job = self.job.recalled, Job(self.source, stated, _resemble)
        self.job.recalled = recalled and bool(stated)


def current(files: Sequence[UploadedFile]) -> Upload:
    """The upload of these files; they are put aside and their reading begun when they are new."""
    key = tuple(file.file_id for file in files)
    kept: Upload | None = dropped.upload()
    if kept is None or kept.key != key:
        if kept is not None:
            kept.job.cancel()
        kept = _begun(key, files)
        dropped.keep(kept)
    return kept


def _begun(key: Hashable, files: Sequence[UploadedFile]) -> Upload:
    folder = tempfile.TemporaryDirectory(prefix="prrt-upload-")  # mode 700; removed when the session forgets it
    inside = Path(folder.name) / "files"
    inside.mkdir()
    saved = [file for file in files if file.name.lower().endswith(SAVED_MAPPING)]
    data = [file for file in files if file not in saved]
    paths = []
    for file in data:
        path = _free(inside / file_name(file.name))
        path.write_bytes(file.getbuffer())
        paths.append(path)
    stated, refused = Stated(), ""
    if saved:
        written = Path(folder.name) / "mapping.json"
        written.write_bytes(saved[-1].getbuffer())
        try:
            stated = read_stated(written, (), ())
        except ValueError:
            refused = "The saved mapping is not a JSON file that this page has saved; it is left aside."
    source = paths[0] if len(paths) == 1 else inside
    title = paths[0].stem.replace("_", " ") if len(paths) == 1 else "My cohort"
    headers, last = session.kept(_LAST) or ("", None)

    def recall(ingested: Ingested) -> Stated | None:
        own = headers_key(ingested.columns)
        return last if own == headers else session.open_store().remembered(own)

    return Upload(key, source, folder, title, Job(source, stated, _resemble, recall), refused)


def file_name(given: str) -> str:
    """A name for an uploaded file on this machine: no folder in it, nothing that cannot be seen, not too long."""
    last = PurePosixPath(given.replace("\\", "/")).name
    seen = "".join(one for one in last if unicodedata.category(one)[0] not in "CZ" or one == " ").strip(" .")
    stem, dot, ending = re.sub(r'[<>:"|?*]', "_", seen).rpartition(".")
    return f"{(stem or 'file')[:_LONGEST_NAME]}{dot or '.'}{ending[:10] or 'csv'}" if seen else "file.csv"


def _free(path: Path) -> Path:
    """The path, or the next that nobody has."""
    number = 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem} ({number})")
        number += 1
    return free


def _resemble(ingested: Ingested) -> Resembling | None:
    return session.open_store().resembling(ingested)


def uploader() -> Sequence[UploadedFile]:
    """Where files are dropped; a process to read them is made ready meanwhile."""
    process.prepare()
    return st.file_uploader(
        "Files of one cohort",
        type=list(ENDINGS),
        accept_multiple_files=True,
        key=dropped.key(),
        help="A mapping that was saved here (.json) may be dropped with them.",
    )


def progress(upload: Upload) -> None:
    """What a reading that takes its time is doing, and a way to stop it."""

    @st.fragment(run_every=LOOK_EVERY)
    def look() -> None:
        job = upload.job
        if job.wait(0):
            st.rerun()
        rows = f": {job.done:,} of about {job.total:,}" if job.total else f": {job.done:,}" if job.done else ""
        st.progress(job.share, text=show.escape(f"{job.step}{rows}"))
        st.button("Cancel", key="cancel-reading", on_click=job.cancel)

    look()


def saved_mapping(upload: Upload, ingested: Ingested) -> bytes:
    """What was understood and answered, as the small file that this page and the command line read."""
    answers = {one.key: one.answer for one in ingested.questions if one.answer}
    stated = replace(upload.stated, mapping=dict(ingested.mapping), answers=answers)
    return json.dumps(json.loads(stated.text()), ensure_ascii=False, indent=1).encode()


def templates() -> bytes:
    """Empty template files and the data dictionary, zipped."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        write_template(Path(folder))
        for path in sorted(Path(folder).iterdir()):
            archive.write(path, path.name)
    return out.getvalue()

"""Cohorts: what the store holds, and how a file becomes one."""

from __future__ import annotations

import streamlit as st

from core.ingest.source import Ingested
from core.ingest.stated import Stated
from pages.shared import dropped, problem_list, session, show, understood, uploads, versions


def main() -> None:
    """The page."""
    view = session.view()
    show.opened("Cohorts", view)
    if session.may("import"):
        st.header("Load a cohort", anchor=False)
        _load(view)
    else:
        show.sentence("This explorer only shows its cohorts: loading and deleting are switched off.")
    st.header("In the store", anchor=False)
    versions.draw(view)


def _load(view: session.View) -> None:
    """Where files are dropped, and beneath it what was understood of them."""
    told = st.container()
    files = uploads.uploader()
    if files:
        _uploaded(view, uploads.current(files))
        return
    dropped.forget()
    told.markdown(
        "One table with a row per PRRT course, as CSV, TSV or workbook; where you have them also cycles, laboratory "
        "values and adverse events, as sheets, further files or a zip. Headers may be English, French or Dutch. Use "
        "pseudonyms; nothing leaves this machine, and nothing is stored before you have seen what was understood."
    )
    st.download_button(
        "Empty templates and data dictionary",
        data=uploads.templates,
        file_name="prrt-cohort-template.zip",
        mime="application/zip",
        on_click="ignore",
    )


def _uploaded(view: session.View, upload: uploads.Upload) -> None:
    """The reading of the files: going on, stopped, refused or understood."""
    job = upload.job
    if not job.wait(uploads.PATIENCE):
        uploads.progress(upload)
        return
    if isinstance(job.outcome, Ingested):
        understood.draw(view, upload, job.outcome)
        return
    if job.outcome is None or job.cancelled:
        show.sentence("The reading was cancelled; the store is unchanged.")
        st.button("Read again", key="read-again", on_click=upload.state, args=(upload.stated,))
        return
    show.sentence("These files cannot be used as they are; the store is unchanged.", "Mend what is listed, load again.")
    problem_list.draw(job.outcome.problems, upload)
    for asked in job.outcome.questions:
        understood.question(upload, asked)
    if upload.stated:
        st.button("Forget the mapping and answers", key="forget", on_click=upload.state, args=(Stated(),))


main()

"""Cohorts: what the store holds, and how a file becomes one."""

from __future__ import annotations

import streamlit as st

from core.cohort import StoreError
from core.formats import count, day, plural
from core.ingest.files import ACCEPTED
from core.tables import Table
from pages.shared import session, show, uploads

view = session.view()
show.header("Cohorts", view)

told = session.stored()
if told:
    st.success(show.escape(f"{told} is stored and in view: every page now shows it."))
st.header("In the store", anchor=False)
cohorts = view.store.cohorts()
rows = tuple(
    (
        one.name,
        str(one.version),
        count(one.n_patients),
        count(one.n_courses),
        day(one.data_cutoff),
        "synthetic" if one.synthetic else "own",
    )
    for one in cohorts
)
show.table(Table("Cohorts", ("Cohort", "Version", "Patients", "Courses", "Data cut-off", "Data"), rows))
names = [one.name for one in cohorts]
if len(names) > 1:
    others = [name for name in names if name != view.version.name]
    row = show.controls()
    for name in others:
        row.button(f"Open {show.escape(name)}", on_click=session.choose_cohort, args=(name,), key=f"open-{name}")

st.header("Load a cohort", anchor=False)
st.markdown(
    "One table with a row per PRRT course, as CSV, TSV or workbook (XLSX, XLS, ODS); where you have them also cycles, "
    "laboratory values and adverse events, as sheets, further files or a zip of them. Headers may be English, French "
    "or Dutch. Use pseudonyms; nothing leaves this machine. "
    "What was understood is shown first; nothing is stored before you say so."
)
files = st.file_uploader(
    "Files of one cohort",
    type=[ending[1:] for ending in ACCEPTED],
    accept_multiple_files=True,
    key=session.upload_key(),
)
st.download_button(
    "Empty templates and data dictionary",
    data=uploads.templates,
    file_name="prrt-cohort-template.zip",
    mime="application/zip",
    on_click="ignore",
)
if not files:
    st.stop()

read = uploads.read(files)
ingested = read.ingested
if ingested is None:
    show.sentence("These files cannot be used as they are; the store is unchanged.", "Mend what is listed, load again.")
    uploads.list_problems(read.problems)
    st.stop()
st.markdown(
    f"**{plural(ingested.rows_kept, 'course')} understood** of {plural(ingested.rows_read, 'row')} read, "
    f"data cut-off {day(ingested.data_cutoff)}."
)
uploads.list_problems(read.problems)
uploads.list_understood(ingested)
left, right = st.columns([3, 1], vertical_alignment="bottom")
name = left.text_input("Name of the cohort", value=uploads.proposed_name(files), max_chars=80, key="cohort-name")
if right.button("Store this cohort", type="primary", disabled=not name.strip(), key="commit", width="stretch"):
    try:
        with st.spinner("Storing the cohort and deriving its endpoints"):
            committed = view.store.commit(ingested, name.strip())
    except StoreError as error:
        show.warning(str(error))
        st.stop()
    session.choose_cohort(committed.name)
    session.clear_upload()
    st.rerun()

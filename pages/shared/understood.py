"""What was understood of an upload: preview, questions, columns, problems, how it was read, difference; then store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from core.cohort import StoreError
from core.formats import count, count_percent, day, median_months, plural
from core.ingest import headers_key
from core.ingest.questions import Question
from core.ingest.source import Ingested
from core.ingest.stated import Stated
from core.preview import EVENT_DATES, MissingCells, Preview
from core.problems import NO_PATIENT, PATIENT_COLUMN
from core.tables import Table
from pages.shared import columns, difference, dropped, problem_list, session, show, uploads

ENDPOINTS = ("pfs", "os")


def draw(view: session.View, upload: uploads.Upload, ingested: Ingested) -> None:
    """Everything between the drop and the click that stores."""
    job = upload.job
    st.header("What was understood", anchor=False)
    if upload.refused_mapping:
        show.warning(upload.refused_mapping)
    if job.recalled:
        _recalled(upload)
    if not any(one.key == PATIENT_COLUMN for one in ingested.questions):
        nameless = (one for one in ingested.problems if one.code == NO_PATIENT)
        show.warning(*(f"{one.message} {one.shown_remedy}" for one in nameless))
    if job.preview is not None:
        _figures(job.preview, ingested)
    _questions(upload, ingested)
    name = _name(upload)
    _details(view, upload, ingested, name)
    _store(view, upload, ingested, name)


def _recalled(upload: uploads.Upload) -> None:
    st.markdown("The mapping and the answers of your last file with these headers are used again.")
    st.button("Read it as if for the first time", key="forget-mapping", on_click=upload.state, args=(Stated(),))


def _figures(found: Preview, ingested: Ingested) -> None:
    """Patients, courses, events and medians, as the pages would show them."""
    told = [("Patients (courses)", f"{count(found.n_patients)} ({count(found.n_courses)})")]
    shown = [one for one in found.endpoints if one.endpoint in ENDPOINTS and one.median is not None]
    for one in shown:
        assert one.median is not None
        value = median_months(one.median)
        told.append((f"Median {one.endpoint.upper()}, months (95% CI)", value))
    grid = st.grid(3, min_column_width=215)
    for label, value in told:
        with grid.cell():
            st.metric(label, value)
    events = [
        plural(one.n_events, *show.EVENTS[one.endpoint]) + f" among {plural(one.n, 'first course')}" for one in shown
    ]
    others = [plural(n, "row") + f" of {table}" for table, n in found.rows.items() if table != "courses"]
    left_out = ingested.rows_read - ingested.rows_kept
    read = f"{plural(ingested.rows_kept, 'course')} of {plural(ingested.rows_read, 'row')} read"
    said = [read + (f", {left_out:,} left out" if left_out else ""), *others, *events]
    cutoff = f"Data cut-off {day(ingested.data_cutoff)}: {ingested.data_cutoff_source}."
    show.note("; ".join(said) + ".", cutoff if ingested.data_cutoff else "")
    if not shown:
        show.sentence(
            "No survival time can be derived from these columns.",
            "Say below which columns hold the dates or the times; the problems say what is missing.",
        )


def _questions(upload: uploads.Upload, ingested: Ingested) -> None:
    """Each question with its reason, and what each answer does."""
    asked = [one for one in ingested.questions if not one.key.endswith(".field") or len(one.choices) > 1]
    if not asked:
        return
    given = sum(one.given for one in asked)
    st.subheader(plural(len(asked), "question") + (f", {given} answered" if given else ""), anchor=False)
    for one in asked:
        question(upload, one)


def question(upload: uploads.Upload, one: Question) -> None:
    """One question; what is chosen is in force at once."""
    key = f"question-{one.key}"
    values = [choice.value for choice in one.choices]
    session.keep_widget(key, one.answer if one.answer in values else None)
    effects = {choice.value: choice.effect for choice in one.choices}
    labels = {choice.value: choice.label or choice.value for choice in one.choices}

    def keep() -> None:
        upload.answer(one.key, session.widget_value(key))

    waiting = "The marked answer is in force until you choose another" if one.answer else "Not used until you answer"
    told = "" if one.given else f" {waiting}."
    example = f" For example '{one.example}'." if one.example else ""
    st.radio(
        show.escape(one.text),
        values,
        key=key,
        format_func=lambda value: show.escape(labels[value]),
        captions=[show.escape(effects[value]) for value in values],
        on_change=keep,
    )
    show.note(f"Why this is asked: {one.why}{example}{told}")


def _name(upload: uploads.Upload) -> str:
    """The name typed; else that of the cohort whose courses these are, else the file's."""
    kept = dropped.name()
    resembled = upload.job.resembled
    return (resembled.name if resembled else upload.title) if kept is None else kept


def _details(view: session.View, upload: uploads.Upload, ingested: Ingested, name: str) -> None:
    """Columns, problems, changes, missing values and what is new: one at a time."""
    before = view.store.versions(name.strip())
    labels = {"columns": f"Columns {len(ingested.columns)}"}
    if ingested.problems:
        labels["problems"] = problem_list.said(ingested.problems, ", ").capitalize()
    if ingested.changes:
        labels["changes"] = "How it was read"
    labels["missing"] = "Missing values"
    if before:
        labels["difference"] = f"Against version {before[0].version}"
    errors = any(one.severity == "error" for one in ingested.problems)
    first = "difference" if before else "problems" if errors else "columns"
    known = before[0].id if before else "new"  # another one brings its difference forward
    key = f"details-{dropped.key()}-{known}"
    session.keep_choice(key, labels, session.kept(key) or first)
    picked = st.segmented_control(
        "Look at", list(labels), key=key, format_func=labels.__getitem__, required=True, wrap=True
    )
    session.keep(key, picked)  # a reading that takes its time leaves the page without the control
    if picked == "columns":
        columns.draw(upload, ingested)
    elif picked == "problems":
        problem_list.draw(ingested.problems, upload, ingested.set_aside)
    elif picked == "changes":
        _how_read(ingested)
    elif picked == "difference" and before:
        difference.draw(view.store.difference(name.strip(), ingested))
    elif upload.job.preview is not None:
        show.table(missing_table(upload.job.preview))


def _how_read(ingested: Ingested) -> None:
    """Every step between the file and what is stored, in sentences; what was not used also line by line, as a file."""
    st.markdown("\n".join(f"- {show.escape(change)}" for change in ingested.changes))
    if ingested.set_aside:
        problem_list.as_csv("Rows left out and cells read as missing, as CSV", ingested.set_aside)


def missing_table(found: Preview) -> Table:
    """How often each column has no value, the most often first; what could not be used is counted beside it."""
    some = [(one, _missing(one)) for one in found.missing if _missing(one)]
    ordered = sorted(some, key=lambda pair: (pair[0].table != "courses", -pair[1] / pair[0].n))
    rows = tuple((one.label, one.table, count_percent(gone, one.n), count(one.unusable)) for one, gone in ordered)
    full = sum(not one.missing for one in found.missing)
    notes: tuple[str, ...] = (f"{plural(full, 'column')} without a missing value.",) if full else ()
    events = ", ".join(one.label for one in found.missing if one.missing > _missing(one))
    if events:
        notes += (f"Empty cells not counted: {events}. No date there says that it did not happen, as far as is known.",)
    heads = ("Field", "Table", "Missing", "of these not usable")
    return Table("Missing values", heads, rows or (("None", "", "0", "0"),), notes=notes)


def _missing(one: MissingCells) -> int:
    """Rows without a value; of the date of what may not have happened, only those whose date could not be used."""
    return one.unusable if one.table == "courses" and one.field in EVENT_DATES else one.missing


def _store(view: session.View, upload: uploads.Upload, ingested: Ingested, name: str) -> None:
    """The name, what storing will do, and the one click."""
    st.header("Store it", anchor=False)
    key = f"name-{dropped.key()}"
    session.keep_widget(key, name)
    with show.controls():
        st.text_input("Name of the cohort", key=key, max_chars=100, on_change=dropped.take_name, args=(key,), width=360)
        _cutoff(upload)
        found = upload.job.preview
        where = "survival" if found is None or found.endpoints else "overview"
        clicked = st.button(f"Store and show {where}", type="primary", key="commit")
    _as_update(view, upload, name.strip())
    show.note(_effect(view, ingested, name.strip()))
    _offer_versions(view, name.strip())
    if clicked:
        _commit(view, upload, ingested, name)


def _as_update(view: session.View, upload: uploads.Upload, name: str) -> None:
    """Why the name of a stored cohort is proposed, and one click to make it a cohort of its own."""
    resembled = upload.job.resembled
    if resembled is None or name != resembled.name:
        return
    files, taken = ("these files", "they are") if upload.source.is_dir() else ("this file", "it is")
    show.note(f"{resembled.sentence(files)}, so {taken} taken for its update.")
    if not view.store.versions(upload.title):
        st.button(
            f"Store it as a new cohort, {show.escape(upload.title)}, instead",
            key="as-new-cohort",
            type="tertiary",
            on_click=dropped.put_name,
            args=(upload.title,),
        )


def _cutoff(upload: uploads.Upload) -> None:
    """The data cut-off, for a person who knows it."""
    key = f"cutoff-{dropped.key()}"
    session.keep_widget(key, upload.stated.cutoff)

    def keep() -> None:
        upload.state(replace(upload.stated, cutoff=session.widget_value(key)))

    st.date_input(
        "Data cut-off, if known",
        value=None,
        key=key,
        min_value=date(1980, 1, 1),
        max_value=date.today(),
        format="DD/MM/YYYY",
        on_change=keep,
        width=200,
        help="Left empty: the latest date in the data. Dates later than the one you choose are listed as problems.",
    )


def _effect(view: session.View, ingested: Ingested, name: str) -> str:
    """What storing under this name will do."""
    before = view.store.versions(name)
    same = next((one for one in before if one.sha256 == ingested.sha256), None)
    if same is not None:
        return f"These very files, read in this way, are version {same.version} of '{name}' already; it is opened."
    if before:
        return f"'{name}' exists: this becomes its version {before[0].version + 1}; the earlier ones are kept."
    return "A new cohort. The file itself is not kept, only what was understood of it."


def _offer_versions(view: session.View, name: str) -> None:
    """A way to say that it is the next version of a cohort that is in the store, for one who looks for it."""
    own = [one.name for one in view.store.cohorts() if not one.synthetic and one.name != name]
    if not own or view.store.versions(name):
        return
    key = "version-of"

    def keep() -> None:
        dropped.put_name(session.widget_value(key))

    with st.popover("It is an update of a cohort that I have", type="tertiary"):
        st.selectbox("Of which", own, index=None, key=key, on_change=keep, placeholder="Choose a cohort")


def _commit(view: session.View, upload: uploads.Upload, ingested: Ingested, name: str) -> None:
    try:
        with st.spinner("Storing the cohort and deriving its endpoints"):
            stored = view.store.commit(ingested, name, actor=session.actor())
            if upload.stated.mapping or upload.stated.answers:
                view.store.remember(headers_key(ingested.columns), upload.stated, actor=session.actor())
    except StoreError as error:
        show.warning(str(error))
        return
    already = "was stored already" if stored.already_stored else "is stored"
    session.tell(f"{stored.name}, version {stored.version}, {already}; every page shows it now.")
    session.choose_cohort(stored.name, stored.version)
    dropped.clear()
    st.switch_page("survival.py" if stored.endpoints else "overview.py")

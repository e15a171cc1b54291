"""What the store holds: cohorts and their versions; open, compare, take away, restore, rename, delete."""

from __future__ import annotations

import io
import zipfile

import streamlit as st

from core.cohort import DEMO_NAME, CohortVersion, StoreError
from core.formats import count, day, plural
from core.selection import Selection
from core.store import Store
from core.tables import Table
from pages.shared import difference, session, show

UNBROKEN = "\u00a0"
MANAGED = "managed-cohort"
RESTORE, RENAME = "restore", "rename"
"""Places where it is said what came of a click."""
WHOLE = 0
"""Stands for all versions of a cohort."""


def draw(view: session.View) -> None:
    """The newest version of every cohort, one click to open another, and everything else behind one door."""
    cohorts = view.store.cohorts()
    rows = tuple((f"{one.name} (synthetic)" if one.synthetic else one.name, *_row(one)) for one in cohorts)
    show.table(Table("Cohorts", ("Cohort", *_HEADS), rows))
    show.note(_in_view(view))
    others = [one.name for one in cohorts if one.name != view.version.name]
    if others:
        row = show.controls()
        for name in others:
            row.button(f"Open {show.escape(name)}", on_click=session.choose_cohort, args=(name,), key=f"open-{name}")
    doing = "compare, download, restore, rename, delete" if session.may("delete") else "compare, download"
    panel = st.expander(f"Versions: {doing}", key="versions", on_change="rerun")
    if panel.open:
        with panel:
            _manage(view)


def _in_view(view: session.View) -> str:
    """Why the pages count fewer than the store: they open with first courses."""
    shown, held = view.store.size(view.version, Selection(), view.options).n_courses, view.version.n_courses
    if shown == held:
        return ""
    return (
        f"The pages open {view.version.name} with {count(shown)} of its {plural(held, 'course')}: one of each patient, "
        "the first here. The patient flow on Overview counts who is left out, and why."
    )


_HEADS = ("Version", "Patients", "Courses", "Data cut-off", "File", "Stored (UTC)", "By", "Problems")


def _row(one: CohortVersion, restored_from: CohortVersion | None = None) -> tuple[str, ...]:
    origin = f"restored from version {restored_from.version}" if restored_from else ""
    return (
        str(one.version),
        count(one.n_patients),
        count(one.n_courses),
        day(one.data_cutoff).replace(" ", UNBROKEN),
        f"{one.file} ({origin})" if origin else one.file,
        f"{one.committed_at:%Y-%m-%d %H:%M}",
        one.actor.replace(" ", UNBROKEN),
        count(one.n_problems),
    )


def _manage(view: session.View) -> None:
    """One cohort with all its versions."""
    store = view.store
    names = [one.name for one in store.cohorts()]  # the one stored last comes first
    own = [one for one in names if one != DEMO_NAME]
    session.keep_choice(MANAGED, names, view.version.name if view.version.name in own else (own or names)[0])
    name = st.selectbox("Cohort", names, key=MANAGED) if len(names) > 1 else names[0]
    versions = store.versions(name)
    show.table(Table(f"Versions of {name}", _HEADS, tuple(_row(one, store.restored_from(one)) for one in versions)))
    numbers = [one.version for one in versions]
    session.keep_choice("managed-version", numbers, numbers[0])
    number = st.selectbox("Version", numbers, key="managed-version") if len(numbers) > 1 else numbers[0]
    chosen = next(one for one in versions if one.version == number)
    _actions(store, view.version, chosen, newest=chosen == versions[0], earlier=len(versions) > 1)
    show.told(RESTORE)
    if len(versions) > 1:
        st.subheader("Compare", anchor=False)
        _compare(store, versions, chosen)
    if name == DEMO_NAME:
        show.note("The demo cohort belongs to the explorer; it is neither renamed nor deleted.")
    if session.may("rename") and name != DEMO_NAME:
        st.subheader("Rename", anchor=False)
        _rename(store, name)
    if session.may("delete") and name != DEMO_NAME:
        st.subheader("Delete", anchor=False)
        _delete(store, versions)


def _actions(store: Store, shown: CohortVersion, chosen: CohortVersion, *, newest: bool, earlier: bool) -> None:
    with show.controls():
        st.button(
            f"Open version {chosen.version}",
            on_click=_open,
            args=(chosen,),
            key="open-version",
            disabled=chosen == shown,
        )
        st.download_button(
            "Download as clean files",
            data=lambda: files(store, chosen),
            file_name=f"{_plain(chosen.name)} version {chosen.version}.zip",
            mime="application/zip",
            on_click="ignore",
            key="download-version",
            help="CSV files with the explorer's own headers, which can be loaded again without a question.",
        )
        if not newest and session.may("import"):
            st.button(
                f"Restore version {chosen.version} as the newest",
                key="restore",
                on_click=_restore,
                args=(store, chosen),
            )
    restoring = "Restore adds a new version with the content of this one; the versions in between are kept."
    if newest:
        restoring = "Choose an earlier version to restore it." if earlier else ""
    show.note(
        "Open shows this version on every page; the store stays as it is.",
        restoring if session.may("import") else "",
    )


def _open(version: CohortVersion) -> None:
    session.choose_cohort(version.name, version.version)
    session.tell(f"Every page shows version {version.version} of {version.name} now.", RESTORE)


def files(store: Store, version: CohortVersion) -> bytes:
    """A version as clean files, zipped."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in store.canonical_files(version).items():
            archive.writestr(name, content)
    return out.getvalue()


def _plain(name: str) -> str:
    return "".join(one if one.isalnum() or one in " -_" else "_" for one in name)


def _restore(store: Store, version: CohortVersion) -> None:
    try:
        restored = store.restore(version, actor=session.actor())
    except StoreError as error:
        session.tell(str(error), RESTORE, failed=True)
        return
    said = f"Version {version.version} of {version.name} is restored as version {restored.version}"
    session.tell(f"{said}, which every page shows now.", RESTORE)
    session.choose_cohort(restored.name)


def _compare(store: Store, versions: list[CohortVersion], chosen: CohortVersion) -> None:
    others = {one.version: one for one in versions if one.version != chosen.version}
    picked = st.selectbox(
        f"Compare version {chosen.version} with",
        list(others),
        index=None,
        key=f"compare-{chosen.name}-{chosen.version}",
        format_func=lambda number: f"version {number}",
        placeholder="Choose a version",
    )
    if picked is not None:
        older, newer = sorted((chosen, others[picked]), key=lambda one: one.version)
        show.note(f"From version {older.version} to version {newer.version}:")
        difference.draw(store.difference_between(older, newer))


def _rename(store: Store, name: str) -> None:
    key = f"rename-{name}"
    with st.form("rename", border=False), show.controls():
        st.text_input("New name of the cohort", value=name, max_chars=100, key=key, width=360)
        st.form_submit_button("Rename", on_click=_renamed, args=(store, name, key))
    show.told(RENAME)


def _renamed(store: Store, name: str, key: str) -> None:
    shown = session.version()
    try:
        renamed = store.rename(name, session.widget_value(key), actor=session.actor())
    except StoreError as error:
        session.tell(str(error), RENAME, failed=True)
        return
    session.tell(f"{name} is called {renamed.name} now.", RENAME)
    session.keep_widget(MANAGED, renamed.name)
    if shown.name == name:
        session.follow_rename(renamed.name)


def _delete(store: Store, versions: list[CohortVersion]) -> None:
    name = versions[0].name
    with st.form("delete", border=False):
        what = WHOLE
        if len(versions) > 1:
            what = st.selectbox(
                "What to delete",
                [WHOLE, *(one.version for one in versions)],
                key=f"delete-{name}",
                format_func=lambda number: f"version {number}" if number else "the cohort with all its versions",
            )
        with show.controls():
            typed = st.text_input("Type the cohort's name to delete it for good", key=f"typed-{name}", width=360)
            with st.container(key="delete-for-good", width="content"):
                clicked = st.form_submit_button("Delete for good")
    if clicked:
        _deleted(store, name, what, typed)


def _deleted(store: Store, name: str, number: int, typed: str) -> None:
    if typed.strip() != name:
        show.warning(f"Nothing is deleted: the name typed is not '{name}'.")
        return
    shown = session.version()
    try:
        with st.spinner("Deleting, and writing the store anew without it"):
            store.delete(name, number or None, actor=session.actor())
    except StoreError as error:
        show.warning(str(error))
        return
    what = f"Version {number} of {name}" if number else name
    session.tell(f"{what} is deleted; nothing of it is left in the store.")
    if shown.name == name and number in (WHOLE, shown.version):
        names = [one.name for one in store.cohorts()]  # the one stored last comes first
        own = [one for one in names if one != DEMO_NAME]
        session.choose_cohort(name if name in names else (own or names)[0])
    st.rerun()

"""Problems of an upload: grouped, counted, filtered, taken away as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.formats import plural
from core.ingest.problem_files import annotated, annotated_name, problems_csv
from core.problems import LEFT_OUT, READ_AS_MISSING, Problem, ProblemGroup, counted, grouped, selected
from core.tables import Table
from pages.shared import dropped, session, show, uploads

SHOWN = 50
"""Problems of one kind that are listed; the files have all."""
LINES = 5
"""Lines of one kind that are named in the overview."""
ALL = "all"


def draw(problems: Sequence[Problem], upload: uploads.Upload, aside: Sequence[Problem] = ()) -> None:
    """The kinds of problem with their number and an example; one kind can be opened; all go into a file.

    Parameters
    ----------
    aside : rows left out and cells read as missing; the file lists them too
    """
    if not problems:
        show.sentence("Nothing to report.")
        return
    groups = {"|".join((one.severity, one.code, one.table, one.column)): one for one in grouped(problems)}
    picked = _picked(problems, groups) if len(problems) > 1 else ALL
    if picked in groups:
        one = groups[picked]
        show.table(
            _listed(selected(problems, severity=one.severity, code=one.code, table=one.table, column=one.column))
        )
    else:
        show.table(_overview([one for one in groups.values() if picked in (ALL, one.severity)]))
    with show.controls():
        as_csv("All problems as CSV", [*problems, *aside])
        st.download_button(
            "Your file with a problem column",
            data=lambda: annotated(upload.source, problems),
            file_name=annotated_name(upload.source),
            on_click="ignore",
            help="Mend what its last column says, and drop the file again.",
        )


def as_csv(label: str, listed: Sequence[Problem]) -> None:
    """A list of problems to take away."""
    held = "Also lists the rows that were left out and the cells that were read as missing."
    st.download_button(
        label,
        data=lambda: problems_csv(listed),
        file_name="problems.csv",
        mime="text/csv",
        on_click="ignore",
        help=held if any(one.severity in (LEFT_OUT, READ_AS_MISSING) for one in listed) else None,
    )


def said(problems: Sequence[Problem], between: str = " and ") -> str:
    """ "2 errors and 3 warnings"; what there is none of is not said."""
    counts = counted(problems)
    return between.join(plural(counts[word], word) for word in ("error", "warning") if counts[word])


def _picked(problems: Sequence[Problem], groups: Mapping[str, ProblemGroup]) -> str:
    """All kinds, one severity, or one kind."""
    severities = list(dict.fromkeys(one.severity for one in groups.values()))
    kinds = [ALL, *(severities if len(severities) > 1 else ()), *groups]
    kind = "of one kind" if len(groups) == 1 else f"of {len(groups)} kinds"
    names = {ALL: f"{said(problems)} {kind}", "error": "Errors only", "warning": "Warnings only"}
    key = f"problems-{dropped.key()}"
    session.keep_choice(key, kinds, ALL)
    return st.selectbox("Show", kinds, key=key, format_func=lambda kind: names.get(kind) or _title(groups[kind]))


def _title(group: ProblemGroup) -> str:
    """What kind, where, how many."""
    where = ", ".join(part for part in (group.first.part, f"'{group.column}'" if group.column else "") if part)
    return f"{group.code.replace('_', ' ')}{f', {where}' if where else ''}: {group.rows:,}"


def _overview(groups: Sequence[ProblemGroup]) -> Table:
    rows = tuple(
        (one.severity, f"{one.rows:,}", _where(one), one.column, _what(one), one.first.shown_remedy) for one in groups
    )
    notes = ("An error leaves the value out of the analyses that need it; a warning keeps it.",)
    return Table("Problems", ("Kind", "Number", "Where", "Column", "What is wrong", "What to do"), rows, notes=notes)


def _what(group: ProblemGroup) -> str:
    """What is wrong; of several rows it is that of the first, and says so."""
    first = group.first
    return f"Line {first.line}, for example: {first.message}" if group.rows > 1 and first.line else first.message


def _where(group: ProblemGroup) -> str:
    if not group.lines:
        return group.first.part
    named = ", ".join(f"{line}" for line in group.lines[:LINES]) + ("\u2026" if len(group.lines) > LINES else "")
    return f"{group.first.part}, line\u00a0{named}".strip(", ")


def _listed(problems: Sequence[Problem]) -> Table:
    rows = tuple(
        (f"{one.line or ''}", one.column, one.value, one.message, one.shown_remedy) for one in problems[:SHOWN]
    )
    left = len(problems) - SHOWN
    notes = (f"The first {SHOWN}; {left:,} more are in the files.",) if left > 0 else ()
    return Table("Problems of one kind", ("Line", "Column", "Value", "What is wrong", "What to do"), rows, notes=notes)

"""The CTCAE grades of a stored cohort, derived in SQL from the limits of `core/grading.py`.

One row per course, term and eGFR equation of which anything is known; no row means not assessed. Columns:
`course_row`, `term`, `variant` ('' or the eGFR equation), `baseline`, `highest`, `delta` (TINYINT; NULL = missing),
`pre_existing` (an event of grade 1 or more began before the first day), `emergent` (one began on it or later),
`assessed` (counts in the denominator), `worst_date`, `pattern` (of the events), `ungraded` (laboratory values in the
window whose unit is unknown), `source` ('labs', 'event', 'stated', 'follow-up', or why the highest grade is missing).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from core.fields import LABORATORY_TERMS, TERMS, slug
from core.grading import KIDNEY_TERM, RELATIVE_TERMS, UNSURE
from core.options import EGFR_EQUATIONS
from core.sql.laboratory import lab_parts, lab_values, no_rows
from core.sql.names import TableNames, quote

WITHOUT_LIMIT = "limit of normal missing"
"""Source of a highest grade that is missing because grade 0 and 1 cannot be told apart."""
_INCOMPLETE, _NO_UNIT, _NO_VALUE = "event without grade or onset", "unit unknown", "no value in the window"
_SOURCES = ("labs", "event", "stated", "follow-up", WITHOUT_LIMIT, _INCOMPLETE, _NO_UNIT, _NO_VALUE)
"""Where a highest grade comes from, or why it is missing."""
_PATTERNS = ("single", "transient", "chronic")
"""From the briefest to the most lasting: of several events of one term the most lasting pattern is kept."""


def _enum(values: Iterable[str]) -> str:
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"ENUM({quoted})"


_GRADES_COLUMNS = ", ".join(
    (
        "course_row BIGINT",
        f"term {_enum(TERMS)}",
        f"variant {_enum(('', *EGFR_EQUATIONS))}",
        "baseline TINYINT, highest TINYINT, delta TINYINT",
        "pre_existing BOOLEAN, emergent BOOLEAN, assessed BOOLEAN",
        f"worst_date DATE, pattern {_enum(_PATTERNS)}",
        f"ungraded INTEGER, source {_enum(_SOURCES)}",
    )
)


def _columns(cursor: duckdb.DuckDBPyConnection, table: str) -> frozenset[str]:
    """Names of the columns of a table."""
    return frozenset(row[0] for row in cursor.execute(f"DESCRIBE {quote(table)}").fetchall())


def _column(name: str, present: frozenset[str], kind: str) -> str:
    """The column, cast, or a typed NULL where the cohort has none."""
    return f"{quote(name)}::{kind}" if name in present else f"NULL::{kind}"


def _windows(names: TableNames, fields: frozenset[str]) -> str:
    """Courses with the first and last day on which something counts; without such days nothing can be graded."""
    return f"""
    courses AS (
        SELECT course_row, patient_id, {_column("first_cycle_date", fields, "DATE")} AS start, window_end_date AS stop,
            {_column("age_years", fields, "DOUBLE")} AS age, {_column("sex", fields, "VARCHAR")} AS sex,
            coalesce({_column("ae_assessed", fields, "BOOLEAN")}, true) AS followed
        FROM {quote(names.analysis)}
    ),
    windows AS MATERIALIZED (FROM courses WHERE start <= stop)"""


_TERMS = """
    term_variants AS (SELECT unnest($term) AS term, unnest($term_variant) AS variant, unnest($laboratory) AS laboratory,
                             unnest($relative) AS relative)"""


def _event_part(names: TableNames, *, present: bool) -> str:
    """Events whose time from onset to end, or open, meets the window.

    An event whose grade or onset could not be read is none of grade 0: like a value without its limit it leaves the
    highest grade missing, unless another is known to be worse.
    """
    if not present:
        nothing = no_rows(
            "NULL::BIGINT AS course_row, '' AS term, NULL::DOUBLE AS highest, NULL::DOUBLE AS baseline, "
            "NULL::BOOLEAN AS open_baseline, NULL::BOOLEAN AS pre_existing, NULL::BOOLEAN AS emergent, "
            "NULL::DATE AS worst_date, NULL::VARCHAR AS pattern"
        )
        return f"events AS {nothing}"
    return f"""
    met AS (
        SELECT course_row, start, term, grade IS NULL OR grade >= 1 AS happened, onset_date AS onset,
            CASE WHEN onset_date IS NULL THEN {UNSURE} ELSE coalesce(grade::DOUBLE, {UNSURE}) END AS grade,
            baseline_grade::DOUBLE AS before, pattern
        FROM {quote(names.adverse_events)} JOIN windows USING (patient_id)
        WHERE coalesce(onset_date, stop) <= stop AND coalesce(end_date, start) >= start
    ),
    events AS (
        SELECT course_row, term, max(grade) AS highest,
            bool_or(before IS NULL AND coalesce(onset < start, true) AND happened) AS open_baseline,
            CASE WHEN NOT open_baseline THEN max(before) END AS baseline,
            bool_or(coalesce(onset < start, false) AND happened) AS pre_existing,
            bool_or(coalesce(onset >= start, false) AND happened) AS emergent,
            arg_min(onset, {{'grade': -grade, 'onset': onset}}) AS worst_date,
            arg_max(pattern, list_position($patterns, pattern)) AS pattern
        FROM met GROUP BY ALL
    )"""


def _stated_part(names: TableNames, fields: frozenset[str]) -> str:
    """Ready-made grades of the courses table."""
    parts = []
    for number, term in enumerate(TERMS):
        baseline, highest = f"{slug(term)}_baseline_grade", f"{slug(term)}_highest_grade"
        if baseline in fields or highest in fields:
            parts.append(
                f"SELECT course_row, ($all_terms)[{number + 1}] AS term, "
                f"{_column(baseline, fields, 'DOUBLE')} AS baseline, {_column(highest, fields, 'DOUBLE')} AS highest "
                f"FROM {quote(names.analysis)}"
            )
    if not parts:
        nothing = no_rows("NULL::BIGINT AS course_row, '' AS term, NULL::DOUBLE AS baseline, NULL::DOUBLE AS highest")
        return f"stated AS {nothing}"
    union = " UNION ALL ".join(parts)
    return f"stated AS (SELECT * FROM ({union}) WHERE baseline IS NOT NULL OR highest IS NOT NULL)"


def _followed_part(*, events: bool) -> str:
    """Symptoms are assessed in every followed course of a cohort with an adverse_events table."""
    return f"""
    followed_up AS (
        SELECT course_row, term, variant FROM windows, term_variants
        WHERE NOT laboratory AND followed AND {str(events).lower()}
    )"""


_COMBINED = f"""
    keys AS (
        SELECT course_row, term, variant FROM measured
        UNION SELECT course_row, term, variant FROM events JOIN term_variants USING (term)
        UNION SELECT course_row, term, variant FROM stated JOIN term_variants USING (term)
        UNION FROM followed_up
    ),
    joined AS (
        SELECT k.course_row, k.term, k.variant, laboratory, relative, followed,
            m.highest AS lab, m.baseline AS lab_baseline, coalesce(m.ungraded, 0) AS ungraded, m.worst_date AS lab_date,
            e.highest AS event, e.baseline AS event_baseline, e.worst_date AS event_date, e.pattern,
            coalesce(e.open_baseline, false) AS open_baseline,
            coalesce(e.pre_existing, false) AS pre_existing, coalesce(e.emergent, false) AS emergent,
            s.highest AS stated, s.baseline AS stated_baseline, f.course_row IS NOT NULL AS zero
        FROM keys k JOIN term_variants USING (term, variant) JOIN courses USING (course_row)
            LEFT JOIN measured m USING (course_row, term, variant) LEFT JOIN events e USING (course_row, term)
            LEFT JOIN stated s USING (course_row, term) LEFT JOIN followed_up f USING (course_row, term, variant)
    ),
    merged AS (
        SELECT *,
            CASE WHEN lab IS NULL OR lab = {UNSURE} THEN coalesce(stated, lab) ELSE lab END AS measured_grade,
            CASE WHEN laboratory THEN nullif(lab_baseline, {UNSURE}) END AS measured_baseline
        FROM joined
    ),
    worst AS (
        SELECT *,
            nullif(coalesce(greatest(measured_grade, event), CASE WHEN zero THEN 0 END), {UNSURE}) AS highest_grade,
            coalesce(greatest(coalesce(measured_baseline, stated_baseline), event_baseline),
                     CASE WHEN zero AND NOT open_baseline THEN 0 END) AS baseline_grade
        FROM merged
    )
    SELECT course_row, term, variant, baseline_grade, highest_grade,
        CASE WHEN relative THEN NULL WHEN highest_grade < baseline_grade THEN 0 ELSE highest_grade - baseline_grade END,
        pre_existing, emergent,
        highest_grade IS NOT NULL
            AND CASE WHEN laboratory THEN nullif(measured_grade, {UNSURE}) IS NOT NULL OR followed ELSE followed END,
        CASE WHEN highest_grade IS NULL THEN NULL WHEN event >= coalesce(measured_grade, event) THEN event_date
             WHEN lab = highest_grade THEN lab_date END,
        pattern, ungraded, CASE
            WHEN highest_grade IS NULL AND lab = {UNSURE} THEN '{WITHOUT_LIMIT}'
            WHEN highest_grade IS NULL AND event = {UNSURE} THEN '{_INCOMPLETE}'
            WHEN highest_grade IS NULL AND ungraded > 0 THEN '{_NO_UNIT}'
            WHEN highest_grade IS NULL THEN '{_NO_VALUE}'
            WHEN event >= coalesce(measured_grade, event) THEN 'event'
            WHEN lab = highest_grade THEN 'labs'
            WHEN measured_grade IS NOT NULL THEN 'stated'
            ELSE 'follow-up' END
    FROM worst"""


def _term_values() -> dict[str, list]:
    """The terms as bound lists, the one that depends on the eGFR equation once per equation."""
    variants = [(term, variant) for term in TERMS for variant in (EGFR_EQUATIONS if term == KIDNEY_TERM else ("",))]
    return {
        "term": [term for term, _ in variants],
        "term_variant": [variant for _, variant in variants],
        "laboratory": [term in LABORATORY_TERMS for term, _ in variants],
        "relative": [term in RELATIVE_TERMS for term, _ in variants],
        "all_terms": list(TERMS),
        "patterns": list(_PATTERNS),
    }


def derive_grades(cursor: duckdb.DuckDBPyConnection, names: TableNames, present: frozenset[str]) -> None:
    """Create `names.grades` from the analysis table, the laboratory values, the events and the ready-made grades.

    Parameters
    ----------
    cursor : inside the transaction of the commit
    names : tables of the version; `names.analysis` exists
    present : tables of the cohort that were brought: "courses", "cycles", "labs", "adverse_events"

    Source: CTCAE v5.0; window, baseline and delta as the module's docstring and the Methods page say.
    """
    fields = _columns(cursor, names.analysis)
    labs, events = "labs" in present, "adverse_events" in present
    parts = (
        _windows(names, fields),
        _TERMS,
        lab_parts(names, present=labs),
        _event_part(names, present=events),
        _stated_part(names, fields),
        _followed_part(events=events),
        _COMBINED,
    )
    query = f"INSERT INTO {quote(names.grades)} WITH {','.join(parts)}"
    values = _term_values() | (lab_values(cursor, names) if labs else {})
    cursor.execute(f"CREATE TABLE {quote(names.grades)} ({_GRADES_COLUMNS})")
    cursor.execute(query, {name: value for name, value in values.items() if f"${name}" in query})

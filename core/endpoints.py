"""Dates to (days, event, reason) for progression-free survival, overall survival and time to next treatment, in SQL.

The rules (all in days from the first cycle of the course):

- The earliest of an endpoint's dates decides; on the same day an event wins over a censoring. Without any: censored at
  last contact.
- PFS: progression, death; a new treatment after imaging-only progression as `core.options.PFS_RULES` says.
- OS: death. TTNT: new treatment, first cycle of the next course, death.
- Death and last contact belong to the patient: a death that a course's row does not state counts from another row of
  the same patient (the earliest); the latest contact of all rows counts, as otherwise who died after a later course
  would be followed longer than who lived.
- A progression that a course's row does not state counts from a later course of the patient (the earliest), as
  otherwise the patient's latest contact would count as free of it.
- The next course of the patient is a new treatment too. Its basis is "other", unless the row states a basis without a
  date: then that basis is its.
- A death, or a PFS event, that is only stated, without its date, leaves untimed what nothing earlier decides: the
  patient was not free of it at last contact.
- Nothing is guessed: a date before the start, a needed date that was unusable in the file, or no last contact gives no
  time, and the reason says which. Dates win over ready-made times; those fill in where a date is absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.options import DAYS_PER_MONTH, PFS_RULES, Options

RECIST_PROGRESSION = "RECIST progression"
CLINICAL_PROGRESSION = "clinical progression"
PROGRESSION = "progression, basis not stated"
DEATH = "death"
IMAGING_TREATMENT = "new treatment after imaging-only progression"
NEW_TREATMENT = "new treatment"
NEXT_COURSE = "next PRRT course"
LAST_CONTACT = "last contact"
STATED_EVENT = "event as stated"
STATED_CENSORING = "censored as stated"
NO_START = "no first cycle date"
NO_CONTACT = "no last contact"
DEATH_UNDATED = "death without a date"
EVENT_UNDATED = "progression or death without a date"

IMAGING_ONLY = "imaging-only progression"

DATE_COLUMNS = {
    "pfs": ("first_cycle_date", "progression_date", "death_date"),
    "os": ("first_cycle_date", "death_date"),
    "ttnt": ("first_cycle_date", "new_treatment_date", "death_date"),
}
"""Columns without which an endpoint cannot come from dates: a file without deaths says nothing of survival."""
EVENT_COLUMN = {"pfs": "progression_date", "os": "death_date"}
"""Where a file brings ready-made times too, its dates are used if this column holds any."""
READY_COLUMNS = {"pfs": ("pfs_days", "pfs_months", "pfs_event"), "os": ("os_days", "os_months", "os_event")}
SOURCE_COLUMNS = (
    "first_cycle_date",
    "progression_date",
    "progression_basis",
    "new_treatment_date",
    "new_treatment_basis",
    "death_date",
    "last_contact_date",
    *READY_COLUMNS["pfs"],
    *READY_COLUMNS["os"],
)
"""What the rules read from the courses."""


def is_event(endpoint: str, reason: str, options: Options) -> bool:
    """Whether a time that ended for this reason ended with the event; any other reason censors it."""
    if endpoint == "pfs" and reason == IMAGING_TREATMENT:
        return options.pfs_rule == "event"
    if reason in (NEW_TREATMENT, NEXT_COURSE):
        return endpoint == "ttnt"
    return reason not in (LAST_CONTACT, STATED_CENSORING)


@dataclass(frozen=True)
class _Candidate:
    """A date that may decide an endpoint; all SQL. `subject` names it when it stands before the start."""

    date: str
    reason: str
    subject: str
    event: bool = True


@dataclass(frozen=True)
class _Endpoint:
    """One endpoint under one rule: how its columns are called, its dates, which unusable cells leave it untimed."""

    name: str
    suffix: str
    candidates: tuple[_Candidate, ...]
    unusable: tuple[tuple[str, str], ...]

    @property
    def first(self) -> str:
        """The column with the deciding date."""
        return f"{self.name}_first{self.suffix}"

    @property
    def why_not(self) -> str:
        """The column that says why there is no time."""
        return f"{self.name}_why_not{self.suffix}"


_DIED = _Candidate("death", f"'{DEATH}'", DEATH)
_PROGRESSED = _Candidate(
    "progressed.date",
    f"CASE progressed.basis WHEN 'RECIST' THEN '{RECIST_PROGRESSION}' WHEN 'clinical' THEN '{CLINICAL_PROGRESSION}' "
    f"ELSE '{PROGRESSION}' END",
    "progression",
)
_NEXT_COURSE_FIRST = "(new_treatment_date IS NULL OR next_start < new_treatment_date)"
_TREATMENT_REASON = f"CASE WHEN {_NEXT_COURSE_FIRST} THEN '{NEXT_COURSE}' ELSE '{NEW_TREATMENT}' END"
_TREATED = _Candidate("any_treatment", _TREATMENT_REASON, NEW_TREATMENT)


def _imaging(event: bool) -> _Candidate:
    return _Candidate("imaging_treatment", f"'{IMAGING_TREATMENT}'", NEW_TREATMENT, event)


def _pfs(rule: str) -> _Endpoint:
    any_treatment = _Candidate(
        "any_treatment",
        f"CASE WHEN imaging_treatment = any_treatment THEN '{IMAGING_TREATMENT}' ELSE {_TREATMENT_REASON} END",
        NEW_TREATMENT,
        event=False,
    )
    extra = {
        "paper": (_imaging(event=False),),
        "event": (_imaging(event=True),),
        "ignore": (),
        "censor-any": (any_treatment,),
    }[rule]
    undecided = "later_unusable AND (pfs_first{0} IS NULL OR pfs_first{0} >= next_start)".format(_suffix(rule))
    unusable = [("unusable progression date", f"progression_unusable OR {undecided}")]
    if rule == "censor-any":
        unusable.append(("unusable date of new treatment", "treatment_unusable"))
    elif rule != "ignore":
        imaging = f"(basis_unusable OR new_treatment_basis = '{IMAGING_ONLY}')"
        unusable.append(("unusable date of new treatment", f"treatment_unusable AND {imaging}"))
        either = "basis_unusable AND (pfs_first{0} IS NULL OR new_treatment_date < pfs_first{0})"
        unusable.append(("unusable basis of new treatment", either.format(_suffix(rule))))
    return _Endpoint("pfs", _suffix(rule), (_PROGRESSED, _DIED, *extra), tuple(unusable))


def _suffix(rule: str) -> str:
    return f"__{rule.replace('-', '_')}"


_ENDPOINTS = (
    *(_pfs(rule) for rule in PFS_RULES),
    _Endpoint("os", "", (_DIED,), ()),
    _Endpoint("ttnt", "", (_TREATED, _DIED), (("unusable date of new treatment", "treatment_unusable"),)),
)

ENDPOINT_COLUMNS = tuple(f"{one.name}_{part}{one.suffix}" for one in _ENDPOINTS for part in ("days", "event", "reason"))
"""The columns that `endpoint_ctes` ends with: days DOUBLE >= 0 or NULL, event BOOLEAN, reason VARCHAR."""


def endpoint_ctes(source: str, dated: Mapping[str, bool]) -> str:
    """
    The derivation as common table expressions, the last one named ``endpoints``.

    Parameters
    ----------
    source : str
        Name of a table expression with ``course_row``, ``patient_id``, `SOURCE_COLUMNS` (dates DATE, events BOOLEAN,
        the rest as in the dictionary) and ``cells``: names of the fields whose cell was unusable in the file, or NULL.
    dated : mapping of str to bool
        Whether ``pfs``, ``os``, ``ttnt`` come from dates.

    Returns
    -------
    str
        SQL without the leading ``WITH``; ``endpoints`` has ``course_row``, ``next_start`` and `ENDPOINT_COLUMNS`.
    """
    firsts = ", ".join(f"least({', '.join(one.date for one in e.candidates)}) AS {e.first}" for e in _ENDPOINTS)
    whys = ", ".join(f"{_why_not(one)} AS {one.why_not}" for one in _ENDPOINTS)
    results = ", ".join(_result(one, dated[one.name]) for one in _ENDPOINTS)
    return f"""{_facts(source)},
    decided AS (SELECT *, {firsts} FROM treated),
    judged AS (SELECT *, {whys} FROM decided),
    endpoints AS (SELECT course_row, next_start, {results} FROM judged)"""


def _facts(source: str) -> str:
    """The dates that decide, per course: progression, the patient's death and last contact, next course, treatments."""

    def unusable(field: str) -> str:
        return f"coalesce(list_contains(cells, '{field}'), FALSE) AND {field} IS NULL"

    progression = "{'date': progression_date, 'basis': progression_basis}"
    return f"""
    patient_facts AS (
        SELECT course_row, patient_id, {", ".join(SOURCE_COLUMNS)},
            CASE WHEN progression_date IS NOT NULL OR {unusable("progression_date")} THEN {progression}
                ELSE min({progression}) FILTER (WHERE progression_date IS NOT NULL) OVER later END AS progressed,
            coalesce(death_date, min(death_date) OVER patient) AS death,
            max(last_contact_date) OVER patient AS contact,
            min(first_cycle_date) OVER later AS next_start,
            bool_or({unusable("death_date")}) OVER patient AS death_unusable,
            bool_or({unusable("last_contact_date")}) OVER patient AS contact_unusable,
            coalesce(bool_or(os_event) OVER patient, FALSE) AS died,
            {unusable("progression_date")} AS progression_unusable,
            progression_date IS NULL AND coalesce(bool_or({unusable("progression_date")}) OVER later, FALSE)
                AS later_unusable,
            {unusable("new_treatment_date")} AS treatment_unusable,
            {unusable("new_treatment_basis")} AS basis_unusable
        FROM {source}
        WINDOW patient AS (PARTITION BY patient_id),
            later AS (PARTITION BY patient_id ORDER BY first_cycle_date
                GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ),
    treated AS (
        SELECT *,
            least(new_treatment_date, next_start) AS any_treatment,
            CASE WHEN new_treatment_basis = '{IMAGING_ONLY}' THEN coalesce(new_treatment_date, next_start) END
                AS imaging_treatment
        FROM patient_facts
    )"""


def _why_not(endpoint: _Endpoint) -> str:
    """Why an endpoint has no time, or NULL. An unusable death matters only where nothing earlier is known."""
    first = endpoint.first
    unusable = [
        *endpoint.unusable,
        ("unusable date of death", f"{first} IS NULL AND death IS NULL AND death_unusable"),
        ("unusable date of last contact", f"{first} IS NULL AND contact IS NULL AND contact_unusable"),
        (DEATH_UNDATED, f"{first} IS NULL AND died"),
    ]
    if endpoint.name == "pfs":
        unusable.append((EVENT_UNDATED, f"{first} IS NULL AND pfs_event"))
    whens = [f"WHEN first_cycle_date IS NULL THEN '{NO_START}'"]
    whens += [f"WHEN {condition} THEN '{reason}'" for reason, condition in unusable]
    whens.append(f"WHEN {first} IS NULL AND contact IS NULL THEN '{NO_CONTACT}'")
    for one in endpoint.candidates:
        whens.append(f"WHEN {first} < first_cycle_date AND {one.date} = {first} THEN '{one.subject} before start'")
    whens.append(f"WHEN {first} IS NULL AND contact < first_cycle_date THEN '{LAST_CONTACT} before start'")
    return f"CASE {' '.join(whens)} END"


def _result(endpoint: _Endpoint, dated: bool) -> str:
    """Days, event and reason of one endpoint, from dates where it can, else ready-made."""
    first, why_not = endpoint.first, endpoint.why_not
    ordered = sorted(endpoint.candidates, key=lambda one: not one.event)  # on the same day the event wins
    events = [f"{one.date} = {first}" for one in ordered if one.event]
    reasons = " ".join(f"WHEN {one.date} = {first} THEN {one.reason}" for one in ordered)
    days = f"CASE WHEN {why_not} IS NULL THEN (coalesce({first}, contact) - first_cycle_date)::DOUBLE END"
    event = f"CASE WHEN {why_not} IS NULL THEN {' OR '.join(f'coalesce({one}, FALSE)' for one in events)} END"
    reason = f"CASE WHEN {why_not} IS NOT NULL THEN {why_not} {reasons} ELSE '{LAST_CONTACT}' END"
    by_dates = (days, event, reason)
    if endpoint.name not in READY_COLUMNS:
        return _columns(endpoint, by_dates if dated else ("NULL::DOUBLE", "NULL::BOOLEAN", "NULL::VARCHAR"))
    *ready, time, stated = _ready_made(endpoint.name)
    if not dated:
        return _columns(endpoint, ready)
    use = (
        f"({stated}) AND {why_not} IN ('{NO_START}', '{NO_CONTACT}') "
        f"OR {time} IS NOT NULL AND {why_not} IN ('{DEATH_UNDATED}', '{EVENT_UNDATED}')"
    )
    both = [f"CASE WHEN {use} THEN {a} ELSE {b} END" for a, b in zip(ready, by_dates, strict=True)]
    return _columns(endpoint, both)


def _columns(endpoint: _Endpoint, expressions: Sequence[str]) -> str:
    named = zip(expressions, ("days", "event", "reason"), strict=True)
    return ", ".join(f"{text} AS {endpoint.name}_{part}{endpoint.suffix}" for text, part in named)


def _ready_made(name: str) -> tuple[str, str, str, str, str]:
    """Days, event and reason as the file states them; its time, and whether it states anything."""
    days_column, months_column, event = READY_COLUMNS[name]
    time = f"coalesce({days_column}, {months_column} * {DAYS_PER_MONTH})"
    fine = f"{time} >= 0 AND isfinite({time}) AND {event} IS NOT NULL"
    reason = (
        f"CASE WHEN {time} IS NULL AND {event} IS NULL THEN 'no time and no event status' "
        f"WHEN {time} IS NULL THEN 'no time' WHEN {event} IS NULL THEN 'no event status' "
        f"WHEN NOT {time} >= 0 THEN 'negative time' WHEN NOT isfinite({time}) THEN 'no time' "
        f"WHEN {event} THEN '{STATED_EVENT}' ELSE '{STATED_CENSORING}' END"
    )
    stated = f"{time} IS NOT NULL OR {event} IS NOT NULL"
    return f"CASE WHEN {fine} THEN {time} END", f"CASE WHEN {fine} THEN {event} END", reason, time, stated

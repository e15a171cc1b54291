"""Which courses an analysis looks at: conditions on fields, as a SQL clause with bound values and as a URL query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import quote as escape

from core.dictionary import Field
from core.options import Options
from core.sentence import sentence
from core.sql.names import physical_column, quote

Bound = float | date

MISSING = "~"
"""How a query writes a missing value."""
ANY = "all"
"""How a query lifts a default."""
FIRST = "first"
"""The query's name for "first selected course of each patient"."""


@dataclass(frozen=True)
class Range:
    """Numbers or dates between two bounds.

    Parameters
    ----------
    low, high : float or date or None
        Bounds in the field's unit, both included; None = no bound. Without any bound: every known value.
    open_above : bool
        True: ``high`` itself is left out.
    """

    low: Bound | None = None
    high: Bound | None = None
    open_above: bool = False

    def text(self) -> str:
        """The range as a query writes it: ``3..20``, ``1000..``, ``..<5``."""
        below = "<" if self.open_above else ""
        return f"{bound_text(self.low)}..{below}{bound_text(self.high)}"


@dataclass(frozen=True)
class Condition:
    """What one field may be; values, ranges and missing add up (any of them is enough).

    Parameters
    ----------
    field : str
        Name of the field.
    values : tuple of str
        Levels of a category, ``yes``/``no``, or numbers and dates as a query writes them.
    ranges : tuple of Range
        For numbers and dates.
    missing : bool
        Whether courses without a value belong to it.
    """

    field: str
    values: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    missing: bool = False

    @property
    def empty(self) -> bool:
        """Whether it names nothing at all."""
        return not (self.values or self.ranges or self.missing)

    def text(self) -> str:
        """The condition's value in a query, each piece escaped once: ``1,2``, ``1000..,~``."""
        pieces = [escape_value(value) for value in self.values]
        pieces += [escape(one.text(), safe="<.-:") for one in self.ranges]
        return ",".join(pieces + [MISSING] * self.missing)

    def clause(self, described: Field, column: str) -> tuple[str, list[object]]:
        """
        The condition in SQL.

        Parameters
        ----------
        described : Field
            The field, for its type.
        column : str
            The column, quoted.

        Returns
        -------
        (str, list)
            Clause in brackets, true, false or NULL (for a missing value that is not asked for), and its bound values.
        """
        parts: list[str] = []
        values: list[object] = []
        if self.values:
            parts.append(f"{column} IN ({', '.join('?' * len(self.values))})")
            values += [_bound(value, described) for value in self.values]
        for one in self.ranges:
            limits = [f"{column} >= ?"] * (one.low is not None)
            limits += [f"{column} {'<' if one.open_above else '<='} ?"] * (one.high is not None)
            parts.append("(" + (" AND ".join(limits) or f"{column} IS NOT NULL") + ")")
            values += [limit for limit in (one.low, one.high) if limit is not None]
        if self.missing:
            parts.append(f"{column} IS NULL")
        return "(" + (" OR ".join(parts) or "FALSE") + ")", values


DEFAULTS = (Condition("course", ("1",)), Condition("histology_complete", ("yes",)))
"""What holds until a selection names the field: the paper's population."""
POPULATION = tuple(one.field for one in DEFAULTS)
"""The fields that say which population is looked at, rather than which part of it."""


@dataclass(frozen=True)
class Selection:
    """Conditions that all hold, on the courses of one cohort.

    Parameters
    ----------
    conditions : tuple of Condition
        At most one a field. Without an argument: the two defaults.
    first : bool
        Keep of each patient only the first course that meets the conditions.
    problems : tuple of str
        What could not be understood in the query it came from, each a sentence; no part of equality.
    """

    conditions: tuple[Condition, ...] = DEFAULTS
    first: bool = False
    problems: tuple[str, ...] = field(default=(), compare=False)

    def condition(self, name: str) -> Condition | None:
        """The condition on a field, or None."""
        return next((one for one in self.conditions if one.field == name), None)

    def with_condition(self, condition: Condition) -> Selection:
        """The selection with this condition in the place of the field's present one; an empty condition removes it."""
        if condition.empty:
            return self.without(condition.field)
        if self.condition(condition.field) is None:
            return replace(self, conditions=(*self.conditions, condition))
        kept = tuple(condition if one.field == condition.field else one for one in self.conditions)
        return replace(self, conditions=kept)

    def without(self, name: str) -> Selection:
        """The selection without any condition on a field; of `course` or `histology_complete` it lifts the default."""
        return replace(self, conditions=tuple(one for one in self.conditions if one.field != name))

    @property
    def without_defaults(self) -> Selection:
        """The selection with both defaults lifted, as long as they stand as they are."""
        return replace(self, conditions=tuple(one for one in self.conditions if one not in DEFAULTS))

    @property
    def population(self) -> Selection:
        """The courses it is a part of: only the conditions on `POPULATION`, and `first`."""
        return replace(self, conditions=tuple(one for one in self.conditions if one.field in POPULATION), problems=())

    @property
    def narrowing(self) -> tuple[Condition, ...]:
        """The conditions beyond those of the population."""
        return tuple(one for one in self.conditions if one.field not in POPULATION)

    @property
    def single_course(self) -> bool:
        """Whether no patient can be in it twice."""
        course = self.condition("course")
        one_number = course is not None and len(course.values) == 1 and not course.ranges and not course.missing
        return self.first or one_number

    def parameters(self) -> dict[str, str]:
        """
        The selection as query parameters, for software that escapes them itself (``st.query_params``).

        Returns
        -------
        dict
            Field to text; a default is left out while it holds, and is ``all`` when lifted.
        """
        found = {}
        for default in DEFAULTS:
            if self.condition(default.field) is None:
                found[default.field] = ANY
        found.update({one.field: one.text() for one in self.conditions if one not in DEFAULTS})
        if self.first:
            found[FIRST] = "yes"
        return found

    def query(self) -> str:
        """The selection as a URL query, ``grade=1,2&cga_ug_l=1000..``; empty for the defaults alone."""
        return "&".join(f"{escape(name, safe='')}={text}" for name, text in self.parameters().items())

    def where(self, fields: Mapping[str, Field], options: Options | None = None) -> tuple[str, list[object]]:
        """
        The conditions in SQL, for the version's analysis table; `first` is not part of it (`core.sql.read` adds it).

        Parameters
        ----------
        fields : mapping of str to Field
            The version's fields.
        options : Options, optional
            Say which eGFR equation the field `egfr` means.

        Returns
        -------
        (str, list)
            Clause (``TRUE`` without conditions) and its bound values.

        Raises
        ------
        ValueError
            Naming a field that the version does not have.
        """
        return join_conditions(self.conditions, fields, options or Options())

    def sentence(self, fields: Mapping[str, Field], n: int, total: int, n_patients: int | None = None) -> str:
        """
        The selection in words: "9 of 110 patients: grade 2; pancreas; CgA at least 1000 ug/L".

        Parameters
        ----------
        fields : mapping of str to Field
            The version's fields.
        n : int
            Courses selected.
        total : int
            Courses of `population`.
        n_patients : int, optional
            Patients selected, said when a patient may be in it with several courses.

        Returns
        -------
        str
            Plain text without a final stop.
        """
        return sentence(self, fields, n, total, n_patients)


def join_conditions(
    conditions: Iterable[Condition], fields: Mapping[str, Field], options: Options
) -> tuple[str, list[object]]:
    """Several conditions in SQL, all of them to hold. Parameters and result as of `Selection.where`."""
    clauses: list[str] = []
    values: list[object] = []
    for one in conditions:
        if one.field not in fields:
            raise ValueError(f"This cohort has no field '{one.field}'; take it out of the selection.")
        clause, bound = one.clause(fields[one.field], quote(physical_column(one.field, options)))
        clauses.append(clause)
        values += bound
    return " AND ".join(clauses) or "TRUE", values


def mixed_courses_refusal(n_patients: int, endpoint_label: str) -> str:
    """
    Why survival is not shown when patients are in the selection with several courses, and what to do.

    Parameters
    ----------
    n_patients : int
        Patients with more than one course in the selection (`Store.repeated_patients`).
    endpoint_label : str
        "Overall survival".

    Returns
    -------
    str
    """
    who = "1 patient is" if n_patients == 1 else f"{n_patients:,} patients are"
    return (
        f"{who} in this selection with more than one course, and {endpoint_label.lower()} would count a death "
        "more than once. Choose one course, or the first selected course of each patient."
    )


def bound_text(bound: Bound | None) -> str:
    """A bound as a query writes it: the shortest number that reads back the same, an ISO date, or nothing."""
    if bound is None:
        return ""
    return bound.isoformat() if isinstance(bound, date) else number_text(bound)


def number_text(number: float) -> str:
    """The shortest text that reads back as the same number: ``1000``, ``0.5``."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def escape_value(value: str) -> str:
    """A level as a query writes it, so that no level is taken for ``~``, ``all`` or a range."""
    text = escape(value, safe="")
    if value in (MISSING, ANY):
        return f"%{ord(value[0]):02X}{value[1:]}"
    return text


def _bound(value: str, described: Field) -> object:
    """A level as DuckDB compares it."""
    if described.type == "yes_no":
        return value == "yes"
    if described.numeric:
        return float(value)
    return date.fromisoformat(value) if described.type == "date" else value

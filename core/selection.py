"""Which courses an analysis looks at: conditions on fields, as a SQL clause with bound values and as a URL query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote as escape

from core.condition import ANY, DEFAULTS, FIRST, POPULATION, Condition, Range
from core.dictionary import Field
from core.options import Options
from core.query import Query, read_query
from core.sentence import sentence
from core.sql.names import physical_column, quote

__all__ = [
    "DEFAULTS",
    "POPULATION",
    "Condition",
    "Range",
    "Selection",
    "mixed_courses_refusal",
    "parse_query",
    "refused",
]


@dataclass(frozen=True)
class Selection:
    """Conditions that all hold, on the courses of one cohort.

    Parameters
    ----------
    conditions : tuple of Condition
        At most one a field; those of `POPULATION` are put first. Without an argument: the two defaults.
    first : bool
        Keep of each patient only the first course that meets the conditions.
    problems : tuple of str
        What could not be understood in the query it came from, each a sentence; no part of equality.

    Raises
    ------
    ValueError
        For two conditions on one field.
    """

    conditions: tuple[Condition, ...] = DEFAULTS
    first: bool = False
    problems: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        names = [one.field for one in self.conditions]
        if len(set(names)) < len(names):
            raise ValueError("A selection holds at most one condition a field; put its values into one.")
        ordered = sorted(self.conditions, key=lambda one: (*POPULATION, one.field).index(one.field))
        object.__setattr__(self, "conditions", tuple(ordered))

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


def parse_query(query: Query, fields: Mapping[str, Field], *, ignore: Iterable[str] = ()) -> Selection:
    """
    Read a selection; what is not understood is told, the rest works.

    Parameters
    ----------
    query : str or mapping
        ``course=1&grade=1,2&cga_ug_l=1000..`` with URL-escaped values, or the parameters already taken apart
        (``st.query_params``). ``a..b``, ``a..``, ``..b`` are closed, ``a..<b`` and ``..<b`` open above, ``..`` any
        known value, ``~`` missing, ``first=yes`` the first selected course of each patient; several values are
        separated by commas.
    fields : mapping of str to Field
        Of the version.
    ignore : iterable of str
        Names that belong to somebody else (a page's own parameters).

    Returns
    -------
    Selection
        With the two defaults unless the query names their fields; `problems` holds a sentence for everything that was
        left out.
    """
    read = read_query(query, fields, frozenset(ignore))
    selection = Selection(tuple(one for one in DEFAULTS if one.field in fields), read.first, read.problems)
    for name, condition in read.conditions.items():
        selection = selection.without(name) if condition is None else selection.with_condition(condition)
    return selection


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


def refused(problem: str) -> str:
    """A problem of a query where it is not left out, as a page does, but refused."""
    return problem.replace("; it was left out", "").replace(" It was left out.", "")

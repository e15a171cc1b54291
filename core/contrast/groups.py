"""Who is compared: A, B, whom they share, and why a comparison is not possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.cohort import CohortVersion
from core.dictionary import Field
from core.formats import count, plural
from core.options import Options
from core.selection import Selection, mixed_courses_refusal, parse_query
from core.small_groups import rounded, withheld
from core.sql.contrast import ContrastSize, read_contrast_size
from core.sql.names import table_names
from core.store import Size, Store
from core.strata import CONTRAST, Strata

REST = "rest"
"""How an address or the command line writes "everyone else" for B."""
EVERYONE_ELSE = "Everyone else"
RULE = "A patient belongs to one group only: who has a course in A and a course in B is left out of both."


@dataclass(frozen=True)
class Compared:
    """A and B of one cohort version, counted.

    Parameters
    ----------
    a : Selection
    b : Selection or None
        None = the rest of A's population.
    size : ContrastSize
    sentences : (str, str)
        A and B in words, with their numbers as they may be told.
    refusal : str
        Why they cannot be compared, and what to do; "" = they can.
    options : Options
        Say how counts may be told.
    """

    a: Selection
    b: Selection | None
    size: ContrastSize
    sentences: tuple[str, str]
    refusal: str
    options: Options = field(default_factory=Options)

    @property
    def strata(self) -> Strata:
        """The two groups, for the estimators that divide a selection."""
        return Strata(CONTRAST, against=self.b)

    @property
    def n(self) -> tuple[int, int]:
        """Courses compared in A and in B, as they may be told."""
        return self.told.a_left, self.told.b_left

    @property
    def told(self) -> ContrastSize:
        """`size` as it may be told."""
        return ContrastSize(*(rounded(one, self.options) for one in self.size))

    @property
    def shared(self) -> bool:
        """Whether a patient is in both."""
        return self.size.both_patients > 0

    @property
    def overlap(self) -> str:
        """How many are in both, and what was done about it, in sentences."""
        size = self.told
        if not size.both_patients:
            told = "No patient is in both groups."
        else:
            are = "is" if size.both_patients == 1 else "are"
            one_each = size.both_courses == size.both_patients
            courses = "" if one_each else f" ({plural(size.both_courses, 'course')} in both)"
            told = (
                f"{plural(size.both_patients, 'patient')} {are} in both groups{courses}; left out of the comparison, "
                f"which is of {plural(size.a_left, 'course')} of A and {count(size.b_left)} of B."
            )
        if self.b is None and size.neither and not 0 < size.neither < self.options.min_cell:
            are = "is" if size.neither == 1 else "are"
            told += (
                f" {plural(size.neither, 'course')} {are} in neither group, because a value that A asks for is missing."
            )
        return told

    def repeated(self, label: str) -> str:
        """Why an endpoint cannot be compared where a patient has several courses in one group; "" when none has."""
        repeated = self.size.a_repeated + self.size.b_repeated
        return mixed_courses_refusal(rounded(repeated, self.options), label) if repeated else ""


def parse_against(text: str, fields: Mapping[str, Field], ignore: Iterable[str] = ()) -> Selection | None:
    """
    Read B as an address or the command line write it.

    Parameters
    ----------
    text : str
        `REST`, or a query such as ``grade=3&primary_site=pancreas``; ``?`` alone is the default selection.
    fields : mapping of str to Field
        Of the version.
    ignore : iterable of str
        Names in the query that are passed over.

    Returns
    -------
    Selection or None
        None = the rest; its `problems` say what was not understood.
    """
    return None if text.strip() == REST else parse_query(text, fields, ignore=ignore)


def against_text(b: Selection | None) -> str:
    """B as `parse_against` reads it."""
    return REST if b is None else b.query() or "?"


def compared(store: Store, version: CohortVersion, a: Selection, b: Selection | None, options: Options) -> Compared:
    """
    Count two selections of one version, and what they share.

    Parameters
    ----------
    store, version, options
    a : Selection
    b : Selection or None
        None = the rest of A's population.

    Returns
    -------
    Compared
        With a `refusal` where there is nothing to compare.

    Raises
    ------
    ValueError
        For a condition on a field that the version does not have.
    """
    table = table_names(version.id).analysis
    with store.cursor() as cursor:
        size = read_contrast_size(cursor, table, a, b, version.fields, options)
    of_a = Size(size.a_courses, size.a_patients, size.a_total)
    of_b = Size(size.b_courses, size.b_patients, size.b_total) if b is not None else None
    sentences = (
        _sentence(version, a, of_a, options),
        _rest(size, options) if b is None or of_b is None else _sentence(version, b, of_b, options),
    )
    hidden = [withheld(one.n_courses, one.total, options) for one in (of_a, of_b) if one is not None]
    refusal = _refusal(a, b, size, max(options.min_cell, options.round_to)) or next(filter(None, hidden), "")
    return Compared(a, b, size, sentences, refusal, options)


def _sentence(version: CohortVersion, one: Selection, size: Size, options: Options) -> str:
    if 0 < size.n_courses < options.min_cell:
        return f"Fewer than {options.min_cell} courses"
    n, total, patients = (rounded(each, options) for each in (size.n_courses, size.total, size.n_patients))
    return one.sentence(version.fields, n, total, patients)


def _rest(size: ContrastSize, options: Options) -> str:
    patients = plural(rounded(size.b_patients, options), "patient")
    if size.b_courses == size.b_patients:
        return f"{EVERYONE_ELSE} of the same courses: {patients}"
    courses = plural(rounded(size.b_courses, options), "course")
    return f"{EVERYONE_ELSE} of the same courses: {courses} of {patients}"


def _refusal(a: Selection, b: Selection | None, size: ContrastSize, least: int) -> str:
    if not size.a_courses:
        return "No patient fits A. Take a filter away in the sidebar."
    if b is None and not a.narrowing:
        return "A is everybody, so there is nobody else to compare with. Choose a filter in the sidebar, or another B."
    if b is not None and _same(a, b):
        return "A and B are the same selection. Change one of them, or compare with everyone else."
    if not size.b_courses:
        return "No patient is in B. Choose another B, or other filters."
    few = f"A group, or what both share, has fewer than {least} patients: the comparison is not shown."
    if size.a_courses < least or size.b_courses < least:  # else "all of B is in A" would tell something of a few
        return few
    for name, other, left in (("A", "B", size.a_left), ("B", "A", size.b_left)):
        if not left:
            return (
                f"Every patient of {name} is in {other} too, and a patient belongs to one group only: nobody of "
                f"{name} is left to compare. Choose groups that exclude each other, or compare with everyone else."
            )
    counts = (size.a_left, size.b_left, size.both_patients, size.a_courses - size.a_left, size.b_courses - size.b_left)
    if any(0 < n < least for n in counts):
        return few
    return ""


def _same(a: Selection, b: Selection) -> bool:
    return (set(a.conditions), a.first) == (set(b.conditions), b.first)

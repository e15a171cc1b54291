"""Two selections beside each other in SQL: which course is in A, in B, in both. One patient is in one group only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import duckdb

from core.dictionary import Field
from core.options import Options
from core.selection import Selection, join_conditions
from core.sql.names import quote
from core.sql.rows import Expression, selected


class ContrastSize(NamedTuple):
    """Courses and patients of A and of B, in both, and what is left to compare.

    Parameters
    ----------
    a_courses, a_patients, b_courses, b_patients : whole selections
    both_courses : courses that are in A and in B
    both_patients : patients with a course in A and a course in B, the same one or another
    a_left, b_left : courses of patients who are in one of the two only
    a_repeated, b_repeated : of those patients, how many have more than one course
    neither : courses of A's population that are in neither
    a_total, b_total : courses of A's and of B's population
    """

    a_courses: int
    a_patients: int
    b_courses: int
    b_patients: int
    both_courses: int
    both_patients: int
    a_left: int
    b_left: int
    a_repeated: int
    b_repeated: int
    neither: int
    a_total: int
    b_total: int


def contrast_level(
    table: str, a: Selection, b: Selection | None, fields: Mapping[str, Field], options: Options
) -> Expression:
    """
    The group of a course: 'A', 'B', or NULL for neither and for every course of a patient who is in both.

    Parameters
    ----------
    table : str
        The version's analysis table.
    a, b : Selection
        Without `b` the rest of A's population: courses for which A's further conditions are false.
    fields, options

    Raises
    ------
    ValueError
        For a condition on a field that the version does not have.
    """
    if b is None and _one_row_each(a, b) and a.narrowing:  # the same in fewer words, which are quicker to plan
        population, its = join_conditions(a.population.conditions, fields, options)
        clause, values = join_conditions(a.narrowing, fields, options)
        text = f"CASE WHEN {population} THEN CASE WHEN {clause} THEN 'A' WHEN NOT ({clause}) THEN 'B' END END"
        return text, [*its, *values, *values]
    in_a, in_b = _members(table, a, b, fields, options)
    if _one_row_each(a, b):
        text = f"CASE WHEN {in_a[0]} THEN CASE WHEN NOT {in_b[0]} THEN 'A' END WHEN {in_b[0]} THEN 'B' END"
        return text, [*in_a[1], *in_b[1], *in_b[1]]
    patients = "patient_id NOT IN (SELECT patient_id FROM {} WHERE {})"
    text = (
        f"CASE WHEN {in_a[0]} THEN CASE WHEN {patients.format(quote(table), in_b[0])} THEN 'A' END "
        f"WHEN {in_b[0]} THEN CASE WHEN {patients.format(quote(table), in_a[0])} THEN 'B' END END"
    )
    return text, [*in_a[1], *in_b[1], *in_b[1], *in_a[1]]


def read_contrast_size(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    a: Selection,
    b: Selection | None,
    fields: Mapping[str, Field],
    options: Options,
) -> ContrastSize:
    """Count A, B and what they share, by one statement; parameters as of `contrast_level`."""
    in_a, in_b = _members(table, a, b, fields, options)
    population = _member(table, a.population, fields, options)
    of_b = None if b is None else _member(table, b.population, fields, options)
    total_of_b = "in_population" if of_b is None else "in_population_of_b"
    members = f"""(
        SELECT patient_id, {in_a[0]} AS in_a, {in_b[0]} AS in_b, {population[0]} AS in_population
            {f", {of_b[0]} AS {total_of_b}" if of_b else ""}
        FROM {quote(table)}
    )"""
    values = [*in_a[1], *in_b[1], *population[1], *(of_b[1] if of_b else [])]
    if _one_row_each(a, b):
        query = f"""
        SELECT count_if(in_a), count_if(in_b), count_if(in_a AND in_b),
            count_if(in_population AND NOT in_a AND NOT in_b), count_if(in_population), count_if({total_of_b})
        FROM {members}"""
        n_a, n_b, both, neither, *totals = cursor.execute(query, values).fetchall()[0]
        return ContrastSize(n_a, n_a, n_b, n_b, both, both, n_a - both, n_b - both, 0, 0, neither, *totals)
    query = f"""
    SELECT coalesce(sum(a), 0), count_if(a > 0), coalesce(sum(b), 0), count_if(b > 0), coalesce(sum(ab), 0),
        count_if(a > 0 AND b > 0), coalesce(sum(a) FILTER (b = 0), 0), coalesce(sum(b) FILTER (a = 0), 0),
        count_if(a > 1 AND b = 0), count_if(b > 1 AND a = 0), coalesce(sum(outside), 0),
        coalesce(sum(total), 0), coalesce(sum(b_total), 0)
    FROM (
        SELECT count_if(in_a) AS a, count_if(in_b) AS b, count_if(in_a AND in_b) AS ab,
            count_if(in_population AND NOT in_a AND NOT in_b) AS outside,
            count_if(in_population) AS total, count_if({total_of_b}) AS b_total
        FROM {members} GROUP BY patient_id
    )"""
    found = cursor.execute(query, values).fetchall()[0]
    return ContrastSize(*(int(one) for one in found))


def _one_row_each(a: Selection, b: Selection | None) -> bool:
    """Whether both are of one and the same course number: a patient in both is then there with one row."""
    return (
        a.single_course
        and not a.first
        and (b is None or (not b.first and a.condition("course") == b.condition("course")))
    )


def _members(
    table: str, a: Selection, b: Selection | None, fields: Mapping[str, Field], options: Options
) -> tuple[Expression, Expression]:
    in_a = _member(table, a, fields, options)
    if b is not None:
        return in_a, _member(table, b, fields, options)
    if not a.narrowing:
        return in_a, ("FALSE", [])
    population = _member(table, a.population, fields, options)
    clause, values = join_conditions(a.narrowing, fields, options)
    return in_a, (f"({population[0]} AND coalesce(NOT ({clause}), FALSE))", [*population[1], *values])


def _member(table: str, selection: Selection, fields: Mapping[str, Field], options: Options) -> Expression:
    """Whether a course is in a selection: true or false, never NULL."""
    if selection.first:
        rows = selected(table, selection, fields, options)
        return f"course_row IN (SELECT course_row FROM {rows.source} WHERE {rows.where})", rows.values
    clause, values = join_conditions(selection.conditions, fields, options)
    return f"coalesce(({clause}), FALSE)", values

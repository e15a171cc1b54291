"""Laboratory values to CTCAE grades in SQL: common units, the eGFR, every value's grade, and each course's summary.

The fragments are common table expressions, to be joined by commas after one named `windows`. They repeat the rules of
`core/grading.py` on a stored cohort and read its limits as bound lists; the tests hold both against each other.
"""

from __future__ import annotations

import duckdb

from core.grading import HIGH_LIMITS, LOW_LIMITS, TOLERANCE, UNSURE
from core.options import EGFR_EQUATIONS
from core.sql.egfr import egfr_expression
from core.sql.names import TableNames, quote
from core.units import factor


def _measures(names: TableNames) -> str:
    """Values and limits in the graded unit, per course, to the end of its window; eGFR computed on days without one."""

    def limit(name: str, test: str) -> str:
        return f"CASE WHEN isfinite({name}) AND {name} {test} 0 THEN {name} * times / per END AS {name}"

    computed = "".join(
        f"""
        UNION ALL
        SELECT course_row, start, date, 'eGFR', '{equation}',
            {egfr_expression(equation, "value", "age", "sex")}, NULL, NULL
        FROM samples ANTI JOIN (FROM samples WHERE known AND analyte = 'eGFR') stated USING (course_row, date)
        WHERE known AND analyte = 'creatinine'"""
        for equation in EGFR_EQUATIONS
    )
    return f"""
    units AS (SELECT unnest($unit_analyte) AS analyte, unnest($unit) AS unit, unnest($times) AS times,
                     unnest($per) AS per),
    samples AS MATERIALIZED (
        SELECT course_row, start, age, sex, date, u.analyte, times IS NOT NULL AS known,
            value * times / per AS value, {limit("lln", ">=")}, {limit("uln", ">")}
        FROM {quote(names.labs)} l JOIN windows USING (patient_id)
            JOIN units u ON u.analyte = l.analyte AND u.unit IS NOT DISTINCT FROM l.unit
        WHERE isfinite(value) AND value >= 0 AND date <= stop
    ),
    measures AS (
        SELECT course_row, start, date, analyte, '' AS variant, value, lln, uln
        FROM samples WHERE known AND analyte <> 'eGFR'
        UNION ALL
        SELECT course_row, start, date, analyte, unnest($equations), value, lln, uln
        FROM samples WHERE known AND analyte = 'eGFR'
        {computed}
    )"""


_LOW_GRADES = f"""
    low_limits AS (SELECT unnest($low_term) AS term, unnest($low_analyte) AS analyte, unnest($below2) AS below2,
                          unnest($below3) AS below3, unnest($below4) AS below4, unnest($default_lln) AS default_lln),
    low_graded AS (
        SELECT course_row, term, variant, start, date, CASE
            WHEN value < below4 * (1 - {TOLERANCE}) THEN 4
            WHEN value < below3 * (1 - {TOLERANCE}) THEN 3
            WHEN value < below2 * (1 - {TOLERANCE}) THEN 2
            WHEN coalesce(lln, default_lln) IS NULL THEN {UNSURE}
            WHEN value < coalesce(lln, default_lln) * (1 - {TOLERANCE}) THEN 1
            ELSE 0 END::DOUBLE AS grade
        FROM measures JOIN low_limits USING (analyte) WHERE value IS NOT NULL
    ),
    low_summary AS (
        SELECT course_row, term, variant,
            (max({{'date': date, 'grade': grade}}) FILTER (WHERE date <= start)).grade AS baseline,
            max(grade) FILTER (WHERE date > start) AS highest,
            arg_min(date, {{'grade': -grade, 'date': date}}) FILTER (WHERE date > start) AS worst_date
        FROM low_graded GROUP BY ALL
    )"""
"""The baseline is the last sample on or before the first day; of several on that day, the worst."""

_BY_ULN = f"""CASE WHEN {{uln}} IS NULL OR {{value}} IS NULL THEN NULL
            WHEN {{value}} > uln4 * {{uln}} * (1 + {TOLERANCE}) THEN 4
            WHEN {{value}} > uln3 * {{uln}} * (1 + {TOLERANCE}) THEN 3
            WHEN {{value}} > uln2 * {{uln}} * (1 + {TOLERANCE}) THEN 2
            WHEN {{value}} > uln1 * {{uln}} * (1 + {TOLERANCE}) THEN 1
            ELSE 0 END::DOUBLE"""
_BY_BASELINE = f"""CASE WHEN base.value IS NULL OR base.value <= 0 THEN NULL
            WHEN m.value > base4 * base.value * (1 + {TOLERANCE}) THEN 4
            WHEN m.value > base3 * base.value * (1 + {TOLERANCE}) THEN 3
            WHEN m.value > base2 * base.value * (1 + {TOLERANCE}) THEN 2
            WHEN m.value > base1 * base.value * (1 + {TOLERANCE}) THEN 1
            WHEN from_first AND m.value >= base1 * base.value * (1 - {TOLERANCE}) THEN 1
            ELSE 0 END::DOUBLE"""
_HIGH_GRADES = f"""
    high_limits AS (SELECT unnest($high_term) AS term, unnest($high_analyte) AS analyte, unnest($uln1) AS uln1,
                           unnest($uln2) AS uln2, unnest($uln3) AS uln3, unnest($uln4) AS uln4, unnest($base1) AS base1,
                           unnest($base2) AS base2, unnest($base3) AS base3, unnest($base4) AS base4,
                           unnest($from_first) AS from_first, unnest($worse) AS worse),
    high_baselines AS (
        SELECT course_row, analyte, max({{'date': date, 'value': value, 'uln': coalesce(uln, 0)}}) AS base
        FROM measures JOIN high_limits USING (analyte) WHERE date <= start GROUP BY ALL
    ),
    baselines AS (
        SELECT course_row, analyte, base.value AS value, nullif(base.uln, 0) AS uln FROM high_baselines
    ),
    high_compared AS (
        SELECT m.course_row, term, date, worse, {_BY_ULN.format(value="m.value", uln="m.uln")} AS by_uln,
            {_BY_BASELINE} AS by_baseline, coalesce(base.value > base.uln * (1 + {TOLERANCE}), false) AS abnormal
        FROM measures m JOIN high_limits USING (analyte) LEFT JOIN baselines base USING (course_row, analyte)
        WHERE date > start
    ),
    high_graded AS (
        SELECT course_row, term, date, CASE
            WHEN NOT worse THEN CASE WHEN abnormal THEN by_baseline ELSE coalesce(by_uln, {UNSURE}) END
            WHEN by_uln IS NOT NULL THEN greatest(by_uln, by_baseline)
            WHEN by_baseline >= 2 THEN by_baseline
            ELSE {UNSURE} END AS grade
        FROM high_compared
    ),
    high_worst AS (
        SELECT course_row, term, max(grade) AS highest, arg_min(date, {{'grade': -grade, 'date': date}}) AS worst_date
        FROM high_graded GROUP BY ALL
    ),
    high_before AS (
        SELECT course_row, term, {_BY_ULN.format(value="value", uln="uln")} AS baseline
        FROM baselines JOIN high_limits USING (analyte)
    ),
    high_summary AS (
        SELECT course_row, term, '' AS variant, baseline, highest, worst_date
        FROM high_worst FULL JOIN high_before USING (course_row, term)
    )"""
_UNGRADED = """
    unknown_units AS (
        SELECT course_row, term, variant, count(*) AS ungraded
        FROM samples JOIN (SELECT term, analyte FROM low_limits UNION ALL SELECT term, analyte FROM high_limits)
            USING (analyte) JOIN term_variants USING (term)
        WHERE NOT known AND date > start GROUP BY ALL
    )"""


def no_rows(select: str) -> str:
    return f"(SELECT {select} WHERE false)"


def lab_parts(names: TableNames, *, present: bool) -> str:
    """Per course, term and equation what was measured: baseline, highest grade with its date, values left ungraded."""
    if not present:
        nothing = no_rows(
            "NULL::BIGINT AS course_row, '' AS term, '' AS variant, NULL::DOUBLE AS baseline, NULL::DOUBLE AS highest, "
            "NULL::DATE AS worst_date, NULL::BIGINT AS ungraded"
        )
        return f"measured AS {nothing}"
    summary = """
    measured AS (
        SELECT course_row, term, variant, baseline, highest, worst_date, ungraded
        FROM (FROM low_summary UNION ALL BY NAME FROM high_summary)
            FULL JOIN unknown_units USING (course_row, term, variant)
    )"""
    return ",".join((_measures(names), _LOW_GRADES, _HIGH_GRADES, _UNGRADED, summary))


def _limit_values() -> dict[str, list]:
    """The limits of `core/grading.py` and the equations' names as bound lists."""
    values: dict[str, list] = {
        "low_term": [one.term for one in LOW_LIMITS],
        "low_analyte": [one.analyte for one in LOW_LIMITS],
        "default_lln": [one.lln for one in LOW_LIMITS],
        "high_term": [one.term for one in HIGH_LIMITS],
        "high_analyte": [one.analyte for one in HIGH_LIMITS],
        "from_first": [one.from_first for one in HIGH_LIMITS],
        "worse": [one.worse for one in HIGH_LIMITS],
        "equations": list(EGFR_EQUATIONS),
    }
    for step in (2, 3, 4):
        values[f"below{step}"] = [one.below[step - 2] for one in LOW_LIMITS]
    for step in (1, 2, 3, 4):
        values[f"uln{step}"] = [one.x_uln[step - 1] for one in HIGH_LIMITS]
        values[f"base{step}"] = [one.x_baseline[step - 1] for one in HIGH_LIMITS]
    return values


def lab_values(cursor: duckdb.DuckDBPyConnection, names: TableNames) -> dict[str, list]:
    """What the fragments bind: limits, equations, each unit found with its step to the graded one (NULL = unknown)."""
    found = cursor.execute(
        f"SELECT DISTINCT analyte, unit FROM {quote(names.labs)} WHERE analyte IN (SELECT unnest($analytes))",
        {"analytes": [one.analyte for one in (*LOW_LIMITS, *HIGH_LIMITS)]},
    ).fetchall()
    steps = [factor(analyte, unit) for analyte, unit in found]
    return _limit_values() | {
        "unit_analyte": [analyte for analyte, _ in found],
        "unit": [unit for _, unit in found],
        "times": [None if step is None else float(step.numerator) for step in steps],
        "per": [None if step is None else float(step.denominator) for step in steps],
    }

"""Table 1: categories on non-missing, numbers by quartiles, groups, the paper's modalities."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest

from core.baseline import DEFAULT_FIELDS, baseline
from core.fields import FIELDS
from core.options import Options
from core.selection import Selection, parse_query
from core.strata import Strata
from tests.stored import stored

OPTIONS = Options()


def _courses(n: int = 120) -> list[dict]:
    random_ = random.Random(8)
    rows = []
    for number in range(n):
        row: dict = {"patient_id": f"P{number:03d}", "first_cycle_date": date(2020, 1, 1)}
        for name in ("sex", "grade", "primary_site", "fdg_pet"):
            row[name] = random_.choice((*FIELDS[name].levels, None))
        for name in ("functional", "metastasis_liver", "metastasis_bone"):
            row[name] = random_.choice((True, False, None))
        for name in ("age_years", "albumin_g_l", "cga_ug_l"):
            row[name] = random_.choice((None, round(random_.uniform(1, 90), 1), 40.0))
        row["prior_modalities"] = random_.choice((None, 0, 1, 2, 3, 4, 5, 7))
        rows.append(row)
    return rows


COURSES = _courses()


@pytest.fixture(scope="module")
def random_store():
    store, version = stored(courses=COURSES)
    with store:
        yield store, version


def _check(found, rows: list[dict]) -> None:
    """Every characteristic against plain counting."""
    for one in found:
        if one.field not in rows[0]:
            continue
        values = [row[one.field] for row in rows]
        known = [value for value in values if value is not None]
        assert (one.n, one.missing) == (len(known), len(values) - len(known))
        if one.spread is not None:
            assert one.spread.n == len(known)
            expected = np.percentile(known, (25, 50, 75, 0, 100))
            assert (one.spread.q1, one.spread.median, one.spread.q3, one.spread.low, one.spread.high) == tuple(expected)
            continue
        for level in one.levels:
            n = sum(_is(value, level.level) for value in known)
            assert (level.n, level.percent) == (n, pytest.approx(100 * n / len(known)))
        assert sum(level.n for level in one.levels) == len(known)


def _is(value: object, level: str) -> bool:
    if isinstance(value, bool):
        return value == (level == "yes")
    if isinstance(value, int):
        return {"<=2": value <= 2, ">=5": value >= 5}.get(level, str(value) == level)
    return value == level


def test_baseline_overall_equals_counting(random_store):
    store, version = random_store
    found = baseline(store, version, Selection(), OPTIONS)
    assert found.n == 120
    _check(found.overall, COURSES)


@pytest.mark.parametrize(
    ("strata", "groups"),
    [
        (Strata("sex"), {"male": lambda row: row["sex"] == "male", "female": lambda row: row["sex"] == "female"}),
        (
            Strata("age_years", 40.0),
            {
                "<40": lambda row: row["age_years"] is not None and row["age_years"] < 40,
                ">=40": lambda row: row["age_years"] is not None and row["age_years"] >= 40,
            },
        ),
    ],
)
def test_baseline_by_group_equals_counting(random_store, strata, groups):
    store, version = random_store
    found = baseline(store, version, Selection(), OPTIONS, by=strata)
    assert list(found.groups) == list(groups)
    for level, belongs in groups.items():
        rows = [row for row in COURSES if belongs(row)]
        assert found.sizes[level] == len(rows)
        _check(found.groups[level], rows)
    _check(found.overall, COURSES)
    assert found.strata_missing == 120 - sum(found.sizes.values()) > 0


def test_baseline_of_selection_against_the_rest(random_store):
    store, version = random_store
    selection = parse_query("sex=male", version.fields)
    found = baseline(store, version, selection, OPTIONS, by=Strata("selection"))
    men = [row for row in COURSES if row["sex"] == "male"]
    assert (found.n, found.sizes["selection"], found.strata_missing) == (len(men), len(men), 0)
    assert found.overall == found.groups["selection"]
    _check(found.overall, men)
    _check(found.groups["rest"], [row for row in COURSES if row["sex"] == "female"])


def test_baseline_modalities_are_grouped_as_in_the_paper():
    counts = {0: 6, 1: 20, 2: 30, 3: 28, 4: 14, 5: 9, 8: 3}
    values = [value for value, n in counts.items() for _ in range(n)]
    courses = [{"patient_id": f"P{place}", "prior_modalities": value} for place, value in enumerate(values)]
    store, version = stored(courses=courses)
    with store:
        (found,) = baseline(store, version, Selection(), OPTIONS, ["prior_modalities"]).overall
    levels = [(one.level, one.n, round(one.percent, 1)) for one in found.levels]
    assert levels == [("<=2", 56, 50.9), ("3", 28, 25.5), ("4", 14, 12.7), (">=5", 12, 10.9)]


def test_baseline_quartiles_by_hand():
    courses = [
        {"patient_id": f"P{place}", "albumin_g_l": value} for place, value in enumerate((30.0, 40, 41, 50, None))
    ]
    store, version = stored(courses=courses)
    with store:
        (found,) = baseline(store, version, Selection(), OPTIONS, ["albumin_g_l"]).overall
    assert found.spread is not None
    assert found.spread[:6] == (4, 37.5, 40.5, 43.25, 30.0, 50.0)
    assert found.spread[6:] == pytest.approx((40.25, (200.75 / 3) ** 0.5))
    assert (found.label, found.n, found.missing) == ("Albumin, g/L", 4, 1)


def test_baseline_default_fields_are_those_the_cohort_has(random_store):
    store, version = random_store
    found = baseline(store, version, Selection(), OPTIONS)
    assert [one.field for one in found.overall] == [name for name in DEFAULT_FIELDS if name in version.fields]
    assert set(COURSES[0]) - {"patient_id", "first_cycle_date"} <= {one.field for one in found.overall}


def test_baseline_numbers_as_categories_are_listed(random_store):
    store, version = random_store
    options = Options(categorical=("prior_modalities", "age_years"))
    found = baseline(store, version, Selection(), options, ["age_years"], Strata("sex"))
    known = {row["age_years"] for row in COURSES if row["age_years"] is not None}
    (overall,), (men,) = found.overall, found.groups["male"]
    assert [float(one.level) for one in overall.levels] == sorted(known)
    assert [one.level for one in men.levels] == [one.level for one in overall.levels]
    assert next(one.n for one in men.levels if one.level == "40") == sum(
        row["age_years"] == 40 and row["sex"] == "male" for row in COURSES
    )


def test_baseline_order_of_levels_follows_the_options(random_store):
    store, version = random_store
    options = Options(levels=(("primary_site", ("pancreas", "stomach")),))
    (found,) = baseline(store, version, Selection(), options, ["primary_site"]).overall
    assert [one.level for one in found.levels][:3] == ["pancreas", "stomach", "small intestine"]
    assert sum(one.n for one in found.levels) == found.n


def test_baseline_unknown_field_is_named(random_store):
    store, version = random_store
    with pytest.raises(ValueError, match="'shoe_size'"):
        baseline(store, version, Selection(), OPTIONS, ["shoe_size"])


def test_baseline_of_nobody_has_no_numbers(random_store):
    store, version = random_store
    found = baseline(store, version, parse_query("course=2", version.fields), OPTIONS, by=Strata("sex"))
    assert (found.n, dict(found.groups), [one.code for one in found.warnings]) == (0, {}, ["no_patients"])
    sex = next(one for one in found.overall if one.field == "sex")
    age = next(one for one in found.overall if one.field == "age_years")
    assert [(one.n, one.percent) for one in sex.levels] == [(0, None), (0, None)]
    assert age.spread == (0, *[None] * 7)

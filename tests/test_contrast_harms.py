"""Adverse events of grade 3 or more, A against B: against R, by hand, by their properties, and where few are hidden."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis import Request
from core.contrast import Contrast, compared, parse_against
from core.contrast.differences import newcombe
from core.export import Look, content
from core.options import Options
from core.report.contrast import rates_json, toxicity_json
from core.selection import parse_query
from core.small_groups import Below
from core.strata import CONTRAST_LEVELS
from tests.oracle.contrast_inputs import cohort
from tests.oracle.survival_results import HERE
from tests.stored import stored
from tests.test_analysis import demo_store

START, LAST = date(2020, 1, 10), date(2020, 6, 1)
QUERIES = ("grade=1", "grade=2", "primary_site=pancreas", "primary_site=small%20intestine", "sex=male", "fdg_pet=~")


def both(a: str, b: str = "rest", **options) -> Contrast:
    store, chosen = demo_store(), Options(**options)
    version = store.version("Demo cohort")
    found = compared(store, version, parse_query(a, version.fields), parse_against(b, version.fields), chosen)
    return Contrast(store, version, found, chosen)


def shown(found: Contrast) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The rows of the table by their term, and its notes."""
    own = found.compared
    look = Look(found.store, found.version, own.a, found.options, Request(), date(2026, 3, 5), against=own.b)
    (table,) = content("contrast-toxicity", look).tables
    assert len(table.columns) == len(table.spanners)
    return {row[0].strip(): row for row in table.rows}, table.notes


def test_differences_of_men_and_women_equal_r():
    rows = cohort()
    store, version = stored(courses=rows["courses"], labs=rows["labs"], adverse_events=rows["events"])
    expected = json.loads((HERE / "contrast.json").read_text())["harms"]
    assert len(expected) > 20
    with store:
        men, women = (parse_query(f"sex={sex}", version.fields) for sex in ("male", "female"))
        found = Contrast(store, version, compared(store, version, men, women, Options()), Options())
        for one in expected:
            a, b = (found.toxicity.term(one["term"], level) for level in CONTRAST_LEVELS)
            assert (a.grade_3_up, a.assessed, b.grade_3_up, b.assessed) == (one["x1"], one["n1"], one["x2"], one["n2"])
            mine = found.harms[one["term"]]
            assert (mine.difference, mine.lower, mine.upper) == pytest.approx(
                (one["difference"], one["lower"], one["upper"]), rel=1e-8, abs=1e-9
            )


def test_two_of_four_against_one_of_five_by_hand():
    """Wilson's limits are 0.1500 and 0.8500 of 2/4, 0.0362 and 0.6245 of 1/5; a death counts as grade 3 or more."""
    courses = [
        {"patient_id": f"P{i}", "course": 1, "first_cycle_date": START, "last_cycle_date": LAST, "grade": grade}
        for i, grade in enumerate("333311111")
    ]
    events = [
        {"patient_id": patient, "term": "fatigue", "grade": grade, "onset_date": date(2020, 2, 1), "end_date": None}
        for patient, grade in (("P0", 3), ("P1", 5), ("P2", 2), ("P5", 4), ("P6", 1))
    ]
    store, version = stored(courses=courses, adverse_events=events)
    with store:
        found = Contrast(
            store, version, compared(store, version, parse_query("grade=3", version.fields), None, Options()), Options()
        )
        mine = found.harms["fatigue"]
        assert (mine.a, mine.b, mine.difference) == pytest.approx((0.5, 0.2, 0.3))
        assert mine.lower == pytest.approx(0.3 - (0.3500**2 + 0.4245**2) ** 0.5, abs=2e-4)
        assert mine.upper == pytest.approx(0.3 + (0.3500**2 + 0.1638**2) ** 0.5, abs=2e-4)
        row, notes = shown(found)
    assert row["Fatigue"][1:] == (
        *("4", "3 (75.0%)", "2 (50.0%)", "5", "2 (40.0%)", "1 (20.0%)"),
        "30.0 (\u221225.0, 68.6)",
    )
    assert "not corrected for the number of terms" in notes[0]


@given(a=st.sampled_from(QUERIES), b=st.sampled_from(QUERIES))
def test_swapping_the_groups_flips_every_sign(a, b):
    there = both(a, b)
    if there.compared.refusal:
        return
    back = both(b, a)
    assert list(there.harms) == list(back.harms)
    for term, one in there.harms.items():
        other = back.harms[term]
        assert (one.reason is None) == (other.reason is None)
        if one.difference is not None:
            assert (one.difference, one.lower, one.upper) == pytest.approx(
                (-other.difference, -other.upper, -other.lower), abs=1e-12
            )
            assert one.lower - 1e-12 <= one.difference <= one.upper + 1e-12


@pytest.mark.parametrize("b", ["rest", "grade=1", "primary_site=pancreas"])
def test_while_small_groups_are_hidden_only_rounded_counts_are_compared(b):
    found = both("grade=2", b, round_to=5)
    rows, notes = shown(found)
    hidden = 0
    for term, one in found.harms.items():
        a, other = (found.toxicity.term(term, level) for level in CONTRAST_LEVELS)
        counts = (a.grade_3_up, a.assessed, other.grade_3_up, other.assessed)
        if any(isinstance(n, Below) for n in counts):
            hidden += 1
            assert one.difference is None
            assert one.a is None
            assert rows[term[:1].upper() + term[1:]][-1] == "\u2014"
        else:
            assert all(n % 5 == 0 for n in counts)
            assert one == newcombe(*counts)
    assert hidden
    assert any("fewer than 5: not shown" in note for note in notes)


def test_suppressed_counts_have_no_difference():
    found = both("grade=2", "grade=1", min_cell=5)
    told = toxicity_json(found)
    assert {one["grade_3_up_difference"]["difference"] is None for one in told} == {True, False}
    for one in told:
        counts = [one[side][key] for side in "AB" for key in ("assessed", "grade_3_up")]
        difference = one["grade_3_up_difference"]
        if None in counts:
            assert {difference[key] for key in ("a", "b", "difference", "lower", "upper")} == {None}
            assert difference["reason"]
    assert {row[-1] for row in shown(found)[0].values()} >= {"\u2014"}


def test_term_assessed_in_one_group_only_says_so():
    courses = [
        {"patient_id": f"P{i}", "course": 1, "first_cycle_date": START, "last_cycle_date": LAST, "grade": grade}
        for i, grade in enumerate("3311")
    ]
    lab = {"analyte": "platelets", "unit": "G/L", "lln": 150.0, "uln": 400.0, "date": date(2020, 3, 1)}
    labs = [lab | {"patient_id": patient, "value": 40.0} for patient in ("P0", "P1")]
    store, version = stored(courses=courses, labs=labs)
    with store:
        a = parse_query("grade=3", version.fields)
        found = Contrast(store, version, compared(store, version, a, None, Options()), Options())
        rows, notes = shown(found)
    assert rows["Thrombocytopenia"][1:] == ("2", "2 (100.0%)", "2 (100.0%)", "0", "\u2014", "\u2014", "\u2014")
    assert "Thrombocytopenia: in group B there is nobody to count." in notes


@pytest.mark.parametrize("a", ["grade=2", "sex=male", "primary_site=pancreas"])
def test_a_difference_stands_beside_both_shares_that_it_is_of(a):
    found = both(a, round_to=5)
    rows, _ = shown(found)
    for name, row in rows.items():
        if any(row[1:]):
            hidden = any(cell.startswith(("<", "\u2014")) for cell in (row[1], row[3], row[4], row[6]))
            assert (row[-1] == "\u2014") == hidden, name
    told = rates_json(found)
    for name in ("orr", "dcr"):
        shares = [told[side][name]["percent"] for side in "AB"]
        assert (told["differences"][name]["difference"] is None) == (None in shares)

"""Groups: what is written, how it is labelled, who falls where."""

import numpy as np
import pytest

from core.fields import FIELDS
from core.options import Options
from core.selection import Selection, parse_query
from core.store import Store
from core.strata import Strata, natural_order, parse_strata
from tests.ingested import extra, ingested

EXTRAS = {"ph.ecog": extra("ph.ecog", "integer"), "a>=1": extra("a>=1", "number"), "ward": extra("ward", "category")}
FIELDS_AND_EXTRAS = {**FIELDS, **EXTRAS}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """12 patients: CgA 100, 200, ... 1200; NLR 1 to 12; grade 1, 2, 3 in turn, the last one missing."""
    rows = [
        {
            "patient_id": f"P{number}",
            "cga_ug_l": None if number == 11 else 100.0 * (number + 1),
            "nlr": float(number + 1),
            "grade": None if number == 11 else str(number % 3 + 1),
            "functional": None if number == 0 else number % 2 == 0,
            "prior_modalities": number % 5,
            "sex": "male" if number < 4 else "female",
            "os_days": float(number),
            "os_event": number % 2 == 1,
            "ph.ecog": 10 if number == 3 else number % 3,
            "a>=1": 1.0,
            "ward": None if number > 5 else ("B 10" if number % 2 else "B 2"),
        }
        for number in range(12)
    ]
    with Store(tmp_path_factory.mktemp("strata") / "cohorts.duckdb") as store:
        yield store, store.commit(ingested(rows, extras=EXTRAS), "Test")


@pytest.mark.parametrize(
    ("text", "strata"),
    [
        ("grade", Strata("grade")),
        ("cga_ug_l>=1000", Strata("cga_ug_l", 1000.0)),
        (" cga_ug_l >= 1e3 ", Strata("cga_ug_l", 1000.0)),
        ("prior_modalities>3", Strata("prior_modalities", 3.0, ">")),
        ("nlr~median", Strata("nlr", split="median")),
        ("nlr~quartiles", Strata("nlr", split="quartiles")),
        ("selection", Strata("selection")),
        ("a>=1", Strata("a>=1")),
        ("a>=1>=2.5", Strata("a>=1", 2.5)),
    ],
)
def test_strata_parsed(text, strata):
    assert parse_strata(text, FIELDS_AND_EXTRAS) == strata
    assert parse_strata(strata.key, FIELDS_AND_EXTRAS) == strata


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "No field is given"),
        ("colour", "no field 'colour'"),
        ("colour>=3", "no field 'colour'"),
        ("nlr~tertiles", "'tertiles' is not median or quartiles"),
        ("nlr>=1.2.3", "the cut-off is not a number"),
        ("nlr>=1e999", "the cut-off is not a number"),
    ],
)
def test_strata_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parse_strata(text, FIELDS_AND_EXTRAS)


def test_strata_refuse_an_unknown_operator():
    with pytest.raises(ValueError, match="'<' is not >= or >"):
        Strata("nlr", 3.0, "<")


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("grade", [("1", 4), ("2", 4), ("3", 3), (None, 1)]),
        ("functional", [("no", 6), ("yes", 5), (None, 1)]),
        ("sex", [("male", 4), ("female", 8)]),
        ("cga_ug_l>=1000", [("<1000", 9), (">=1000", 2), (None, 1)]),
        ("cga_ug_l>1000", [("<=1000", 10), (">1000", 1), (None, 1)]),
        ("prior_modalities>3", [("<=3", 10), (">3", 2)]),
        ("nlr~median", [("<6.5", 6), (">=6.5", 6)]),
        ("nlr~quartiles", [("<3.75", 3), ("3.75..<6.5", 3), ("6.5..<9.25", 3), (">=9.25", 3)]),
        ("ph.ecog", [("0", 3), ("1", 4), ("2", 4), ("10", 1)]),
        ("ward", [("B 2", 3), ("B 10", 3), (None, 6)]),
        ("course", [("1", 12)]),
    ],
)
def test_strata_groups(cohort, text, groups):
    store, version = cohort
    strata = parse_strata(text, version.fields)
    assert store.strata_counts(version, Selection(), strata) == groups
    counts = store.event_counts(version, Selection(), "os", strata)
    assert [(level, one.n) for level, one in counts.items()] == [pair for pair in groups if pair[0] is not None]


def test_strata_event_counts_by_hand(cohort):
    store, version = cohort
    counts = store.event_counts(version, Selection(), "os", parse_strata("sex"))
    assert counts["male"].time.tolist() == [0, 1, 2, 3]
    assert counts["male"].events.tolist() == [0, 1, 0, 1]
    assert counts["male"].censored.tolist() == [1, 0, 1, 0]
    assert counts["female"].n_events == 4


def test_strata_asked_levels_in_their_order(cohort):
    store, version = cohort
    assert store.strata_counts(version, Selection(), Strata("grade", levels=("3", "1"))) == [
        ("3", 3),
        ("1", 4),
        (None, 5),
    ]
    options = Options(levels=(("grade", ("3", "1")),))
    counts = store.strata_counts(version, Selection(), Strata("grade"), options)
    assert counts == [("3", 3), ("1", 4), ("2", 4), (None, 1)]


def test_strata_median_of_the_selection_and_not_of_all(cohort):
    store, version = cohort
    selection = parse_query("sex=male", version.fields)
    assert store.resolve_strata(version, selection, Strata("nlr", split="median")).cuts == (2.5,)
    assert [level for level, _ in store.strata_counts(version, selection, Strata("nlr", split="median"))] == [
        "<2.5",
        ">=2.5",
    ]


def test_strata_cut_rounds_down_so_that_the_median_patient_stays_above():
    assert Strata("nlr", split="median").with_cuts([3.0769230769]).cuts == (3.076,)
    assert Strata("nlr", split="median").with_cuts([12345.678]).cuts == (12340.0,)
    assert Strata("nlr", split="median").with_cuts([-0.123456]).cuts == (-0.1235,)
    assert Strata("nlr", split="quartiles").with_cuts([1.0, 1.0, 2.0]).cuts == (1.0, 2.0)
    with pytest.raises(ValueError, match="no value in this selection"):
        Strata("nlr", split="median").with_cuts([])


def test_strata_selection_against_the_rest(cohort):
    store, version = cohort
    selection = parse_query("cga_ug_l=1000..", version.fields)
    rest = parse_strata("selection")
    # the patient without CgA is in neither group
    assert store.strata_counts(version, selection, rest) == [("selection", 2), ("rest", 9), (None, 1)]
    counts = store.event_counts(version, selection, "os", rest)
    assert {level: one.n for level, one in counts.items()} == {"selection": 2, "rest": 9}
    # a grade that is known not to fit settles it, whatever the missing CgA
    both = parse_query("cga_ug_l=1000..&sex=male", version.fields)
    assert store.strata_counts(version, both, rest) == [("rest", 12)]
    with pytest.raises(ValueError, match="no rest"):
        store.event_counts(version, Selection(), "os", rest)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nlr", "'nlr' is a number: give a cut-off"),
        ("cga_ug_l", "cga_ug_l>=1000"),
        ("sex>=1", "'sex' is not a number and takes no cut-off"),
        ("sex~median", "'sex' is not a number of this cohort"),
        ("fdg_pet", "no field 'fdg_pet'"),
    ],
)
def test_strata_that_cannot_divide(cohort, text, message):
    store, version = cohort
    with pytest.raises(ValueError, match=message):
        store.event_counts(version, Selection(), "os", parse_strata(text))


def test_strata_number_as_categories(cohort):
    store, version = cohort
    counts = store.strata_counts(
        version, parse_query("sex=male", version.fields), Strata("nlr"), Options(categorical=("nlr",))
    )
    assert counts == [("1", 1), ("2", 1), ("3", 1), ("4", 1)]


def test_strata_labels():
    assert Strata("grade").label(FIELDS) == "Grade"
    assert Strata("cga_ug_l", 1000.0).label(FIELDS) == "CgA, cut-off 1000 ug/L"
    assert Strata("albumin_g_l", 35.0).label(FIELDS) == "Albumin, cut-off 35 g/L"
    assert Strata("nlr", split="median").label(FIELDS) == "Neutrophil-to-lymphocyte ratio by median"
    assert Strata("selection").label(FIELDS) == "Selection against the rest"


def test_event_counts_with_landmark(cohort):
    store, version = cohort
    counts = store.event_counts(version, Selection(), "os", landmark=9.0)[None]
    assert counts.time.tolist() == [0, 1, 2]
    assert counts.events.tolist() == [1, 0, 1]


def test_natural_order():
    assert sorted(["10", "b", "9", "A", "2.5", "B 10", "B 9"], key=natural_order) == [
        "2.5",
        "9",
        "10",
        "A",
        "b",
        "B 9",
        "B 10",
    ]


def test_groups_and_their_missing_sum_to_the_selection(cohort):
    store, version = cohort
    for name in ("grade", "functional", "ward", "cga_ug_l>=300", "nlr~quartiles"):
        listed = store.strata_counts(version, Selection(), parse_strata(name))
        assert sum(n for _, n in listed) == 12
        assert np.all([n > 0 for _, n in listed])


@pytest.mark.parametrize("name", ["patient_id", "first_cycle_date", "remark"])
def test_parse_refuses_fields_that_name_single_patients(name):
    fields = {**FIELDS, "remark": extra("remark", "text", filterable=False)}
    with pytest.raises(ValueError, match="makes no groups"):
        parse_strata(name, fields)
    assert parse_strata("trial", fields).field == "trial"

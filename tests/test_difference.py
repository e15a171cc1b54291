"""The difference of two versions: counted exactly, listed within bounds, the same whether stored or about to be."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.difference import LISTED, CellChange, RowOf, row_name
from core.store import Store, StoreError
from core.store_versions import Resembling
from tests.ingested import extra, ingested

BEFORE = [
    {"patient_id": "A", "course": 1, "sex": "male", "cga_ug_l": 10.0, "death_date": None, "ward": "B"},
    {"patient_id": "B", "course": 1, "sex": "female", "cga_ug_l": 20.5, "death_date": "2020-05-01", "ward": "C"},
    {"patient_id": "B", "course": 2, "sex": "female", "cga_ug_l": None, "death_date": None, "ward": None},
]
AFTER = [
    {"patient_id": "B", "course": 1, "sex": "male", "cga_ug_l": 20.5, "death_date": "2020-05-02", "diabetes": True},
    {"patient_id": "C", "course": 1, "sex": "male", "cga_ug_l": 1.0, "death_date": None, "diabetes": None},
    {"patient_id": "A", "course": 1, "sex": "male", "cga_ug_l": 10.0, "death_date": None, "diabetes": False},
]
WARD = {"ward": extra("ward", "category")}


def both(store, before, after):
    """The difference before the commit, having seen that it is the same after it."""
    old = store.commit(before, "Test")
    found = store.difference("Test", after)
    new = store.commit(after, "Test")
    assert store.difference_between(old, new) == found
    assert store.difference_between(new, new).nothing
    return found


def test_difference_of_courses():
    with Store(":memory:") as store:
        found = both(store, ingested(BEFORE, extras=WARD), ingested(AFTER))
    (courses,) = found.tables
    assert (courses.rows_before, courses.rows_after) == (3, 3)
    assert (courses.n_added, courses.n_removed, courses.n_changed, courses.n_cells) == (1, 1, 1, 2)
    assert courses.added == (RowOf(("C", "1"), 3, {"sex": "male"}),)
    assert courses.removed == (RowOf(("B", "2"), 4, {"sex": "female"}),)
    assert courses.changed_fields == {"sex": 1, "death_date": 1}
    assert courses.changes == (
        CellChange(("B", "1"), 2, "sex", "female", "male"),
        CellChange(("B", "1"), 2, "death_date", "2020-05-01", "2020-05-02"),
    )
    assert (courses.columns_added, courses.columns_removed) == (("diabetes",), ("ward",))
    assert found.sentences() == (
        "Courses: 1 row added, 1 row removed, 1 row changed (Death in 1, Sex in 1); a new column: "
        "Diabetes; a column gone: ward.",
    )


def test_difference_says_what_a_row_is_and_what_it_holds():
    lab = {"patient_id": "A", "date": "2020-01-01", "analyte": "ALT", "unit": "U/L"}
    with Store(":memory:") as store:
        (_, labs) = both(
            store,
            ingested(BEFORE, extras=WARD, labs=[{**lab, "value": 1.0}]),
            ingested(BEFORE, extras=WARD, labs=[{**lab, "value": 1.0}, {**lab, "value": 3.0}],
                     signs={"labs.value": {3: ">"}}),
        ).tables  # fmt: skip
    assert labs.added == (RowOf(("A", "2020-01-01", "ALT"), 3, {"value": ">3", "unit": "U/L"}),)
    assert labs.sentence() == "Labs: 1 row added, none removed, none changed."
    assert row_name("courses", ("AZ004", "1")) == "AZ004, PRRT course 1"
    assert row_name("cycles", ("P, 1", "2", "3")) == "P, 1, PRRT course 2, cycle 3"
    assert row_name("labs", ("A", "2020-01-01", "ALT")) == "A, date 2020-01-01, ALT"
    assert row_name("adverse_events", ("A", "Anaemia", "")) == "A, Anaemia"


def test_difference_of_nothing():
    with Store(":memory:") as store:
        again = ingested(BEFORE, extras=WARD, sha="another file")
        found = both(store, ingested(BEFORE, extras=WARD), again)
    assert found.nothing
    assert found.sentences() == ("No row, column or value is different.",)


def test_difference_of_signs_types_and_cutoff():
    rows = [{"patient_id": "A", "course": 1, "cga_ug_l": 5.0, "site": 1, "kg": 70}]
    types = {"site": extra("site", "integer"), "kg": extra("kg", "integer")}
    before = ingested(rows, extras=types, signs={"cga_ug_l": {2: "<"}}, sha="1")
    types = {"site": extra("site", "text"), "kg": extra("kg", "number")}
    after = ingested([{**rows[0], "site": "x'"}], extras=types, sha="2")
    before.data_cutoff, after.data_cutoff = date(2020, 1, 1), None
    with Store(":memory:") as store:
        found = both(store, before, after)
    assert found.tables[0].changes == (
        CellChange(("A", "1"), 2, "cga_ug_l", "<5", "5"),
        CellChange(("A", "1"), 2, "site", "1", "x'"),
    )
    assert found.sentences()[-1] == "The data cut-off is none instead of 1 January 2020."


def test_difference_of_repeated_rows_of_other_tables():
    lab = {"patient_id": "A", "date": "2020-01-01", "analyte": "ALT", "unit": "U/L"}
    before = ingested(BEFORE, extras=WARD, labs=[{**lab, "value": 1.0}, {**lab, "value": 2.0}])
    after = ingested(
        BEFORE,
        extras=WARD,
        labs=[{**lab, "value": 1.0}, {**lab, "value": 3.0}, {**lab, "value": 2.0}],
        cycles=[{"patient_id": "A", "course": 1, "cycle": 1, "date": "2020-01-02", "activity_gbq": 7.4}],
        signs={"labs.value": {2: ">"}},
    )
    with Store(":memory:") as store:
        courses, cycles, labs = both(store, before, after).tables
    assert courses.nothing
    assert (cycles.rows_before, cycles.rows_after, cycles.n_added, cycles.columns_added) == (0, 1, 1, ())
    assert (labs.n_added, labs.n_removed, labs.n_changed) == (1, 0, 2)
    key = ("A", "2020-01-01", "ALT")
    assert labs.changes == (CellChange(key, 2, "value", "1", ">1"), CellChange(key, 3, "value", "2", "3"))


def test_difference_lists_within_bounds_and_counts_all():
    def rows(n, first, value):
        return [{"patient_id": f"P{i:05d}", "course": 1, "cga_ug_l": value} for i in range(first, first + n)]

    with Store(":memory:") as store:
        (found,) = both(store, ingested(rows(1_000, 0, 1.0)), ingested(rows(1_000, 400, 2.0))).tables
    assert (found.n_added, found.n_removed, found.n_changed, found.n_cells) == (400, 400, 600, 600)
    assert len(found.added) == len(found.removed) == len(found.changes) == LISTED == 200
    assert found.changes[0] == CellChange(("P00400", "1"), 2, "cga_ug_l", "1", "2")


def test_difference_of_an_unknown_cohort():
    with Store(":memory:") as store, pytest.raises(StoreError, match="no cohort 'Test'"):
        store.difference("Test", ingested(BEFORE[:1], extras=WARD))


CELL = st.sampled_from([None, 0.0, 1.0, 1.5])
TABLE = st.dictionaries(st.integers(0, 6), st.tuples(CELL, st.sampled_from([None, True, False])), min_size=1)


@settings(max_examples=30, deadline=None)
@given(TABLE, TABLE)
def test_difference_agrees_with_a_plain_comparison(before, after):
    def made(rows, sha):
        listed = [
            {"patient_id": f"P{key}", "course": 1, "nlr": row[0], "diabetes": row[1]} for key, row in rows.items()
        ]
        return ingested(listed, sha=sha)

    with Store(":memory:") as store:
        (found,) = both(store, made(before, "1"), made(after, "2")).tables
    shared = before.keys() & after.keys()
    assert found.n_added == len(after.keys() - before.keys())
    assert found.n_removed == len(before.keys() - after.keys())
    assert found.n_changed == sum(before[key] != after[key] for key in shared)
    assert found.n_cells == sum(a != b for key in shared for a, b in zip(before[key], after[key], strict=True))


def test_difference_leaves_no_table_behind(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        store.commit(ingested(BEFORE, extras=WARD), "Test")
    with Store(store.path, read_only=True) as store:
        assert store.difference("Test", ingested(AFTER)).tables[0].n_changed == 1
        with store.cursor() as cursor:
            names = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert not [one for one in names if one.startswith("coming")]


def started(patients, day="2020-01-0{}"):
    """Courses of these patients, each with a first cycle of its own."""
    found = ingested(
        [
            {"patient_id": one, "course": 1, "first_cycle_date": day.format(place + 1)}
            for place, one in enumerate(patients)
        ]
    )
    found.synthetic = False
    return found


@pytest.mark.parametrize(
    ("coming", "day", "found"),
    [
        ("ABCD", "2020-01-0{}", "Ours"),
        ("ABCDEF", "2020-01-0{}", "Ours"),
        ("AB", "2020-01-0{}", "Ours"),
        ("A", "2020-01-0{}", None),
        ("ABCD", "2021-01-0{}", None),
        ("WXYZ", "2020-01-0{}", None),
    ],
)
def test_source_with_half_of_a_cohorts_courses_is_taken_for_its_update(coming, day, found):
    with Store(":memory:") as store:
        store.commit(started("ABCD"), "Ours")
        store.commit(started("EFGH", "2019-01-0{}"), "Theirs")
        resembled = store.resembling(started(coming, day))
    assert (resembled.name if resembled else None) == found
    known = sum(one in coming for one in "ABCD")
    assert resembled is None or (resembled.known, resembled.n_courses) == (known, 4)


def test_how_many_courses_are_known_again_is_said():
    assert Resembling("Ours", 30, 30).sentence("this file") == "All 30 courses of 'Ours' are in this file"
    assert Resembling("Ours", 2, 4).sentence("these files") == "2 of the 4 courses of 'Ours' are in these files"


def test_source_without_first_cycles_resembles_nothing():
    with Store(":memory:") as store:
        store.commit(ingested(BEFORE, extras=WARD), "Ours")
        assert store.resembling(ingested(BEFORE, extras=WARD)) is None

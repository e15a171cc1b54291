"""The store: whole or not at all, once, locked down, right from many threads; derived columns by hand."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pytest

from core import catalogue, commit
from core.demo import DEMO_NAME, ensure_demo
from core.options import Options
from core.problems import Problem
from core.selection import Condition, Selection, parse_query
from core.sql.names import quote, table_names
from core.store import PATH_VARIABLE, Store, StoreError, default_path
from core.strata import Strata
from tests.bench.bench_store import make
from tests.ingested import extra, ingested, stored

EVERYTHING = Selection(())
ROWS = [
    {"patient_id": "A", "course": 1, "sex": "male", "os_days": 10.0, "os_event": True},
    {"patient_id": "B", "course": 1, "sex": "female", "os_days": 20.0, "os_event": False},
    {"patient_id": "B", "course": 2, "sex": "female", "os_days": 5.0, "os_event": False},
]


def contents(store):
    """Every row of every table, to compare the store before and after."""
    with store.cursor() as cursor:
        names = sorted(row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall())
        return {name: sorted(map(str, cursor.execute(f"SELECT * FROM {quote(name)}").fetchall())) for name in names}


def values(store, version, name, selection=EVERYTHING, options=None):
    """A column as a list, NaN as None."""
    found = store.columns(version, selection, [name], options)[name].tolist()
    return [None if one is None or one != one else one for one in found]


def derive(tmp_path, rows, name, options=None, **more):
    """One derived column of a new cohort."""
    full = [{"patient_id": f"P{number}", **row} for number, row in enumerate(rows)]
    store, version = stored(tmp_path, full, **more)
    with store:
        return values(store, version, name, options=options)


# --- commit


def test_commit_gives_numbered_versions(tmp_path):
    store, first = stored(tmp_path, ROWS)
    with store:
        second = store.commit(ingested(ROWS[:2]), "Test")
        other = store.commit(ingested(ROWS[:1]), "Other")
        assert [(one.name, one.version, one.n_patients, one.n_courses) for one in (first, second, other)] == [
            ("Test", 1, 2, 3),
            ("Test", 2, 2, 2),
            ("Other", 1, 1, 1),
        ]
        assert [one.id for one in store.cohorts()] == [other.id, second.id]
        assert store.versions("Test") == [second, first]
        assert store.version("Test") == second
        assert store.version("Test", 1) == first
        assert first.tables == ("courses",)
        assert first.endpoints == ("os",)


def test_commit_survives_closing_the_file(tmp_path):
    store, version = stored(tmp_path, ROWS)
    with store:
        before = contents(store)
    with Store(store.path) as again:
        assert again.version("Test") == version
        assert again.version("Test").fields == version.fields
        assert contents(again) == before
    with Store(store.path, read_only=True) as again:
        assert values(again, version, "os_days") == [10, 20, 5]


def test_commit_of_the_same_content_changes_nothing(tmp_path):
    store, version = stored(tmp_path, ROWS)
    with store:
        before = contents(store)
        again = store.commit(ingested(ROWS), "  Test ")
        assert again == version
        assert (again.already_stored, version.already_stored) == (True, False)
        assert contents(store) == before
        assert store.commit(ingested(ROWS), "Another name").already_stored is False


@pytest.mark.parametrize("step", ["derive_analysis", "derive_grades", "describe_fields", "load_optional"])
def test_commit_that_fails_in_the_middle_leaves_the_store_as_it_was(tmp_path, monkeypatch, step):
    store, version = stored(tmp_path, ROWS)
    with store:
        before = contents(store)
        inner = getattr(commit, step)

        def fail(*arguments, **more):
            inner(*arguments, **more)
            raise RuntimeError("in the middle")

        monkeypatch.setattr(commit, step, fail)
        labs = [{"patient_id": "A", "date": "2020-01-01", "analyte": "ALT", "value": 1.0, "unit": "U/L"}]
        with pytest.raises(RuntimeError, match="in the middle"):
            store.commit(ingested(ROWS[:1], labs=labs), "Test")
        assert contents(store) == before
        assert store.cohorts() == [version]
        monkeypatch.undo()
        assert store.commit(ingested(ROWS[:1], labs=labs), "Test").version == 2


def test_commit_refused_by_the_database_says_no_value(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        bad = ingested(ROWS)
        bad.tables["courses"]["line"] = 2  # every derived row would be there several times
        bad.sha256 = None  # and the catalogue refuses a version without a fingerprint
        before = contents(store)
        with pytest.raises(StoreError, match=r"^The cohort could not be written; the store is as before\.$"):
            store.commit(bad, "Test")
        assert contents(store) == before


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b", "tab\x07"])
def test_commit_refuses_a_name(tmp_path, name):
    with Store(tmp_path / "cohorts.duckdb") as store, pytest.raises(StoreError, match="1 to 100 printable"):
        store.commit(ingested(ROWS), name)


def test_commit_keeps_problems_changes_and_mapping(tmp_path):
    problems = (
        Problem("error", "not_a_number", "courses", 3, "CgA", "12;3", "It is not a number.", "Write 12.3."),
        Problem("warning", "unusual", "", None, "", "", "Something about the file.", "Look at it."),
    )
    given = ingested(ROWS, problems=problems, changes=["'sex': 'M' became male."])
    given.mapping |= {"labs.value": "result"}
    with Store(tmp_path / "cohorts.duckdb") as store:
        version = store.commit(given, "Test")
        assert store.problems(version) == problems
        assert store.changes(version) == ("'sex': 'M' became male.",)
        assert store.mapping(version) == given.mapping


def test_commit_keeps_the_tables_as_ingested(tmp_path):
    cycles = [{"patient_id": "A", "course": 1, "cycle": 1, "date": "2020-01-02", "activity_gbq": 7.4}]
    store, version = stored(tmp_path, ROWS, cycles=cycles)
    names = table_names(version.id)
    with store, store.cursor() as cursor:
        sql = f"SELECT course_row, line, patient_id, course, os_days, os_event FROM {names.courses} ORDER BY course_row"
        assert cursor.execute(sql).fetchall() == [
            (1, 2, "A", 1, 10.0, True),
            (2, 3, "B", 1, 20.0, False),
            (3, 4, "B", 2, 5.0, False),
        ]
        found = cursor.execute(
            f"SELECT line, patient_id, course, cycle, date, activity_gbq FROM {names.cycles}"
        ).fetchall()
        assert found == [(2, "A", 1, 1, date(2020, 1, 2), 7.4)]


def test_commit_keeps_hostile_text_as_text(tmp_path):
    name = 'x"; DROP TABLE versions; --'
    rows = [{"patient_id": "'; DROP TABLE cohorts; --", name: "Robert'); --"}]
    store, version = stored(tmp_path, rows, extras={name: extra(name, "category")})
    with store:
        assert values(store, version, name) == ["Robert'); --"]
        selection = parse_query({name: "Robert'); --"}, version.fields)
        assert selection.problems == ()
        assert store.size(version, selection).n_courses == 1
        assert store.value_counts(version, selection, name) == [("Robert'); --", 1)]


def test_commit_renames_columns_that_the_database_would_confuse(tmp_path):
    extras = {name: extra(name, "integer") for name in ("Site", "site", "first", "os_reason")}
    rows = [{"patient_id": "A", "Site": 1, "site": 2, "first": 3, "os_reason": 4}]
    store, version = stored(tmp_path, rows, extras=extras)
    with store:
        kept = ["Site", "site_2", "first_2", "os_reason_2"]
        assert list(version.fields)[-4:] == kept
        assert [values(store, version, name) for name in kept] == [[1], [2], [3], [4]]
        assert store.changes(version)[0] == "The column 'site' is kept as 'site_2'."


def test_fields_are_those_with_values_derived_and_own(tmp_path):
    rows = [
        {"patient_id": "A", "ki67_percent": 5.0, "trial": "LuMEN", "fdg_pet": None, "ward": "B", "empty": None},
        {"patient_id": "B", "ki67_percent": 1.0, "trial": None, "fdg_pet": None, "ward": "A", "empty": None},
    ]
    extras = {"ward": extra("ward", "category"), "empty": extra("empty", "number")}
    store, version = stored(tmp_path, rows, extras=extras)
    with store:
        assert list(version.fields) == [
            "patient_id",
            "course",
            "trial",
            "histology_complete",
            "ki67_percent",
            "grade",
            "ward",
        ]
        assert version.fields["trial"].levels == ("LuMEN",)
        assert version.fields["ward"].levels == ("A", "B")
        # a field of the dictionary that this cohort lacks is missing, not an error
        assert values(store, version, "fdg_pet") == [None, None]
        with pytest.raises(ValueError, match="no field 'colour'"):
            store.columns(version, EVERYTHING, ["colour"])


def test_fields_text_with_many_values_is_no_filter(tmp_path):
    rows = [{"patient_id": f"P{number}", "note": f"note {number}"} for number in range(60)]
    store, version = stored(tmp_path, rows, extras={"note": extra("note", "text")})
    with store:
        assert version.fields["note"].filterable is False
        assert parse_query("note=note%201", version.fields).problems != ()


def test_demo_is_imported_once(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        version = ensure_demo(store)
        assert (version.name, version.version, version.synthetic) == (DEMO_NAME, 1, True)
        assert (version.n_patients, version.n_courses) == (117, 132)
        assert ensure_demo(store) == version
        assert store.size(version, Selection()).n_courses == 110
        assert len(store.versions(DEMO_NAME)) == 1
    with Store(store.path, read_only=True) as store:
        assert ensure_demo(store) == version


# --- derived columns


@pytest.mark.parametrize(
    ("ki67", "mitoses", "grade"),
    [
        (2.9, None, "1"),
        (3.0, None, "2"),
        (20.0, None, "2"),
        (20.1, None, "3"),
        (None, 1.0, "1"),
        (None, 2.0, "2"),
        (None, 20.0, "2"),
        (None, 21.0, "3"),
        (1.0, 5.0, "2"),
        (25.0, 1.0, "3"),
        (None, None, None),
    ],
)
def test_grade_from_ki67_and_mitoses(tmp_path, ki67, mitoses, grade):
    assert derive(tmp_path, [{"ki67_percent": ki67, "mitoses_per_2mm2": mitoses}], "grade") == [grade]


def test_grade_stated_wins_and_an_unusable_one_is_not_replaced(tmp_path):
    rows = [
        {"grade": "1", "ki67_percent": 50.0},
        {"grade": None, "ki67_percent": 50.0},
        {"grade": None, "ki67_percent": 50.0},
    ]
    assert derive(tmp_path, rows, "grade", unusable={"grade": [3]}) == ["1", None, "3"]


def test_egfr_examples_of_both_equations(tmp_path):
    rows = [
        {"creatinine_mg_dl": 1.09, "sex": "male", "age_years": 55.0},
        {"creatinine_mg_dl": 85 / 88.4, "sex": "female", "age_years": 65.0},
        {"creatinine_mg_dl": 0.6, "sex": "female", "age_years": 40.0},
        {"creatinine_mg_dl": 1.09, "sex": "male", "age_years": 55.0, "egfr": 33.0},
        {"creatinine_mg_dl": 1.09, "age_years": 55.0},
        {"creatinine_mg_dl": 0.0, "sex": "male", "age_years": 55.0},
    ]
    store, version = stored(tmp_path, [{"patient_id": f"P{number}", **row} for number, row in enumerate(rows)])
    with store:
        old = values(store, version, "egfr")
        new = values(store, version, "egfr", options=Options(egfr="ckd-epi-2021"))
    assert [round(one) for one in old[:2]] == [76, 62]
    assert [round(one) for one in new[:2]] == [80, 66]
    assert old[2] == pytest.approx(141 * 1.018 * (0.6 / 0.7) ** -0.329 * 0.993**40)
    assert new[2] == pytest.approx(142 * 1.012 * (0.6 / 0.7) ** -0.241 * 0.9938**40)
    assert old[3:] == new[3:] == [33.0, None, None]


def test_age_from_the_year_of_birth(tmp_path):
    rows = [
        {"birth_year": 1960, "first_cycle_date": "2020-12-31"},
        {"birth_year": 1960, "age_years": 59.5, "first_cycle_date": "2020-12-31"},
        {"birth_year": 1960},
    ]
    assert derive(tmp_path, rows, "age_years") == [60, 59.5, None]


def test_ratios_and_counts_of_earlier_treatment(tmp_path):
    rows = [
        {
            "cga_ug_l": 300.0,
            "cga_uln_ug_l": 100.0,
            "neutrophils_1e9_l": 4.0,
            "lymphocytes_1e9_l": 2.0,
            "prior_surgery": True,
        },
        {"cga_ug_l": 300.0, "cga_x_uln": 9.0, "nlr": 5.0, "prior_modalities": 4, "prior_surgery": True},
        {"neutrophils_1e9_l": 4.0, "lymphocytes_1e9_l": 0.0, "prior_surgery": False, "prior_chemotherapy": True},
        {"cga_uln_ug_l": 0.0, "cga_ug_l": 1.0},
    ]
    store, version = stored(tmp_path, [{"patient_id": f"P{number}", **row} for number, row in enumerate(rows)])
    with store:
        assert values(store, version, "cga_x_uln") == [3, 9, None, None]
        assert values(store, version, "nlr") == [2, 5, None, None]
        assert values(store, version, "prior_modalities") == [1, 4, 1, None]


def test_cycles_of_the_cycles_table(tmp_path):
    rows = [
        {"patient_id": "A", "course": 1, "first_cycle_date": "2020-01-01", "n_cycles": None},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2021-01-01", "n_cycles": 3},
        {"patient_id": "B", "course": 1, "first_cycle_date": "2020-01-01", "n_cycles": None},
        {"patient_id": "C", "course": 1, "first_cycle_date": "2020-01-01", "n_cycles": 1},
    ]
    cycles = [
        {"patient_id": "A", "course": 1, "cycle": 1, "date": "2020-01-01", "activity_gbq": 7.4},
        {"patient_id": "A", "course": 1, "cycle": 2, "date": "2020-03-11", "activity_gbq": 7.0},
        {"patient_id": "A", "course": 2, "cycle": 1, "date": "2021-01-01", "activity_gbq": None},
    ]
    store, version = stored(tmp_path, rows, cycles=cycles)
    with store:
        assert values(store, version, "n_cycles") == [2, 3, None, 1]
        assert values(store, version, "last_cycle_date") == [
            date(2020, 3, 11),
            date(2021, 1, 1),
            None,
            date(2020, 1, 1),
        ]
        assert values(store, version, "total_activity_gbq") == [pytest.approx(14.4), None, None, None]
        # 70 days after the last cycle, cut off by the next course
        assert values(store, version, "window_end_date") == [
            date(2020, 5, 20),
            date(2021, 3, 12),
            None,
            date(2020, 3, 11),
        ]


def test_window_ends_the_day_before_the_next_course(tmp_path):
    rows = [
        {"patient_id": "A", "course": 1, "first_cycle_date": "2020-01-01", "last_cycle_date": "2020-03-01"},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2020-04-01", "last_cycle_date": "2020-06-01"},
    ]
    store, version = stored(tmp_path, rows)
    with store:
        assert values(store, version, "window_end_date") == [date(2020, 3, 31), date(2020, 8, 10)]


def test_eligibility_at_its_limits(tmp_path):
    rows = [
        {"egfr": 30.0, "leukocytes_1e9_l": 2.0, "platelets_1e9_l": 70.0},
        {"egfr": 30.1, "leukocytes_1e9_l": 1.99, "platelets_1e9_l": 70.1},
        {"egfr": None, "leukocytes_1e9_l": None, "platelets_1e9_l": None},
    ]
    store, version = stored(tmp_path, [{"patient_id": f"P{number}", **row} for number, row in enumerate(rows)])
    with store:
        assert values(store, version, "eligible_gfr") == [False, True, None]
        assert values(store, version, "eligible_leukocytes") == [True, False, None]
        assert values(store, version, "eligible_platelets") == [False, True, None]


def test_absent_columns_take_their_defaults(tmp_path):
    store, version = stored(tmp_path, [{"patient_id": "A"}, {"patient_id": "B"}])
    with store:
        assert values(store, version, "course") == [1, 1]
        assert values(store, version, "histology_complete") == [True, True]
        assert values(store, version, "ae_assessed") == [None, None]
        events = [{"patient_id": "A", "term": "nausea", "grade": 1, "onset_date": "2020-01-01"}]
        assert values(store, store.commit(ingested(ROWS, adverse_events=events), "AE"), "ae_assessed") == [True] * 3
    (tmp_path / "stated").mkdir()
    rows = [{"histology_complete": True}, {"histology_complete": None}]
    assert derive(tmp_path / "stated", rows, "histology_complete") == [True, None]


# --- reading


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """200 patients, 60 of them with a second course, from a fixed seed."""
    random = np.random.default_rng(20)
    rows = []
    for number in range(260):
        patient, course = (number, 1) if number < 200 else (number - 200, 2)
        rows.append(
            {
                "patient_id": f"P{patient}",
                "course": course,
                "histology_complete": bool(random.random() < 0.9),
                "sex": random.choice(["male", "female"]),
                "grade": random.choice(["1", "2", "3", None]),
                "functional": random.choice([True, False, None]),
                "cga_ug_l": None if random.random() < 0.1 else float(random.integers(10, 5000)),
                "os_days": None if random.random() < 0.1 else float(random.integers(0, 60)),
                "os_event": bool(random.random() < 0.5),
            }
        )
    store, version = stored(tmp_path_factory.mktemp("reading"), rows)
    yield store, version, rows
    store.close()


def matching(rows, **wanted):
    """The rows by plain Python: each keyword a set of values, or a test."""
    return [row for row in rows if all(row[name] in one for name, one in wanted.items())]


def test_columns_types_and_order(cohort):
    store, version, rows = cohort
    found = store.columns(version, EVERYTHING, ["course_row", "cga_ug_l", "functional", "grade", "os_days", "os_event"])
    assert found["course_row"].tolist() == list(range(1, 261))
    assert found["cga_ug_l"].dtype == np.float64
    assert np.array_equal(
        found["cga_ug_l"], [np.nan if row["cga_ug_l"] is None else row["cga_ug_l"] for row in rows], True
    )
    assert found["functional"].tolist() == [row["functional"] for row in rows]
    assert found["grade"].tolist() == [row["grade"] for row in rows]


def test_columns_of_nobody(cohort):
    store, version, _ = cohort
    nobody = parse_query("cga_ug_l=1000000..", version.fields)
    found = store.columns(version, nobody, ["cga_ug_l", "grade", "functional", "first_cycle_date", "os_days"])
    assert {name: one.shape for name, one in found.items()} == dict.fromkeys(found, (0,))
    assert found["cga_ug_l"].dtype == np.float64
    assert store.event_counts(version, nobody, "os")[None].n == 0
    assert store.event_counts(version, nobody, "os", Strata("grade")) == {}
    assert store.size(version, nobody).n_courses == 0
    assert store.columns(version, nobody, []) == {}


def test_columns_keep_their_order_over_parallel_scans(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store:
        make(store, 300_000)
    with Store(tmp_path / "cohorts.duckdb") as store:
        version = store.version("bench")
        found = store.columns(version, parse_query("grade=2", version.fields), ["course_row"])["course_row"]
        assert len(found) > 90_000
        assert (np.diff(found) > 0).all()


def test_columns_of_the_first_course_keep_their_order(cohort):
    store, version, _ = cohort
    first = parse_query("course=all&first=yes", version.fields)
    found = store.columns(version, first, ["course_row"])["course_row"]
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {"course": {1}, "histology_complete": {True}}),
        ("course=2", {"course": {2}, "histology_complete": {True}}),
        ("course=all", {"histology_complete": {True}}),
        ("course=all&histology_complete=all", {}),
        ("grade=1,2", {"course": {1}, "histology_complete": {True}, "grade": {"1", "2"}}),
        ("grade=3,~", {"course": {1}, "histology_complete": {True}, "grade": {"3", None}}),
        ("functional=no", {"course": {1}, "histology_complete": {True}, "functional": {False}}),
        ("functional=~&sex=male", {"course": {1}, "histology_complete": {True}, "functional": {None}, "sex": {"male"}}),
    ],
)
def test_selection_counts_by_plain_python(cohort, query, wanted):
    store, version, rows = cohort
    selection = parse_query(query, version.fields)
    chosen = matching(rows, **wanted)
    assert store.size(version, selection).n_courses == len(chosen)
    assert store.size(version, selection).n_patients == len({row["patient_id"] for row in chosen})
    timed = [row for row in chosen if row["os_days"] is not None]
    counts = store.event_counts(version, selection, "os")[None]
    assert (counts.n, counts.n_events) == (len(timed), sum(row["os_event"] for row in timed))
    for level, group in store.event_counts(version, selection, "os", Strata("sex")).items():
        own = [row for row in timed if row["sex"] == level]
        expected = sorted({row["os_days"] for row in own})
        assert group.time.tolist() == expected
        assert group.events.tolist() == [
            sum(row["os_event"] for row in own if row["os_days"] == day) for day in expected
        ]


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("1000..2000", lambda one: one is not None and 1000 <= one <= 2000),
        ("..<1000", lambda one: one is not None and one < 1000),
        ("1000..", lambda one: one is not None and one >= 1000),
        ("..1000,~", lambda one: one is None or one <= 1000),
        ("..", lambda one: one is not None),
        ("~", lambda one: one is None),
    ],
)
def test_selection_ranges_by_plain_python(cohort, text, test):
    store, version, rows = cohort
    selection = parse_query(f"course=all&histology_complete=all&cga_ug_l={text}", version.fields)
    assert store.size(version, selection).n_courses == sum(test(row["cga_ug_l"]) for row in rows)


def test_size_total_is_the_population(cohort):
    store, version, rows = cohort
    size = store.size(version, parse_query("course=2&grade=1", version.fields))
    assert size.total == len(matching(rows, course={2}, histology_complete={True}))
    assert size.n_courses == len(matching(rows, course={2}, histology_complete={True}, grade={"1"}))


def test_first_selected_course_is_the_first_that_meets_the_conditions(cohort):
    store, version, rows = cohort
    selection = parse_query("course=all&grade=2&first=yes", version.fields)
    chosen = matching(rows, histology_complete={True}, grade={"2"})
    first = {}
    for number, row in enumerate(rows, start=1):
        if row in chosen:
            first.setdefault(row["patient_id"], number)
    assert store.columns(version, selection, ["course_row"])["course_row"].tolist() == sorted(first.values())
    assert store.repeated_patients(version, selection) == 0


def test_repeated_patients(cohort):
    store, version, rows = cohort
    chosen = matching(rows, histology_complete={True})
    both = sum(1 for number in range(60) if len([row for row in chosen if row["patient_id"] == f"P{number}"]) == 2)
    assert store.repeated_patients(version, parse_query("course=all", version.fields)) == both > 0
    assert store.repeated_patients(version, Selection()) == 0


def test_value_counts_in_the_order_of_levels(cohort):
    store, version, rows = cohort
    chosen = matching(rows, course={1}, histology_complete={True})

    def n(name, value):
        return len(matching(chosen, **{name: {value}}))

    expected = [("1", n("grade", "1")), ("2", n("grade", "2")), ("3", n("grade", "3")), (None, n("grade", None))]
    assert store.value_counts(version, Selection(), "grade") == expected
    assert store.value_counts(version, Selection(), "functional") == [
        ("no", n("functional", False)),
        ("yes", n("functional", True)),
        (None, n("functional", None)),
    ]
    only = parse_query("grade=2", version.fields)
    assert store.value_counts(version, only, "grade") == [("1", 0), ("2", n("grade", "2")), ("3", 0)]
    reasons = dict(store.value_counts(version, Selection(), "os_reason"))
    assert sum(reasons.values()) == len(chosen)
    assert reasons["no time"] == len(matching(chosen, os_days={None}))


def test_level_counts_ignore_the_own_condition(cohort):
    store, version, rows = cohort
    selection = parse_query("grade=2&sex=male", version.fields)
    found = store.level_counts(version, selection, ["grade", "sex", "functional", "course"])
    usual = {"course": {1}, "histology_complete": {True}}
    assert dict(found["grade"])["3"] == len(matching(rows, **usual, sex={"male"}, grade={"3"}))
    assert dict(found["sex"])["female"] == len(matching(rows, **usual, grade={"2"}, sex={"female"}))
    assert dict(found["functional"])["yes"] == len(
        matching(rows, **usual, sex={"male"}, grade={"2"}, functional={True})
    )
    expected = len(matching(rows, histology_complete={True}, course={2}, sex={"male"}, grade={"2"}))
    assert dict(found["course"])["2"] == expected
    assert store.level_counts(version, selection, []) == {}


def test_reading_refuses_in_a_sentence(cohort):
    store, version, _ = cohort
    with pytest.raises(ValueError, match="'dfs' is not an endpoint"):
        store.event_counts(version, Selection(), "dfs")
    with pytest.raises(ValueError, match="no field 'ward'"):
        store.size(version, Selection((Condition("ward", ("B",)),)))
    with pytest.raises(StoreError, match=r"no cohort 'Other'; it holds 'Test'\."):
        store.version("Other")
    with pytest.raises(StoreError, match="no version 7 of cohort 'Test'"):
        store.version("Test", 7)


def test_reading_from_eight_threads_gives_the_same(cohort):
    store, version, _ = cohort
    queries = ["", "grade=1", "grade=2", "sex=male", "cga_ug_l=1000..", "course=all", "course=2", "functional=yes"]

    def read(query):
        selection = parse_query(query, version.fields)
        counts = store.event_counts(version, selection, "os", Strata("sex"))
        columns = store.columns(version, selection, ["course_row", "cga_ug_l", "grade"])
        return (
            {level: (one.time.tolist(), one.events.tolist()) for level, one in counts.items()},
            {name: str(one.tolist()) for name, one in columns.items()},
            store.size(version, selection),
            store.value_counts(version, selection, "grade"),
        )

    expected = {query: read(query) for query in queries}
    with ThreadPoolExecutor(8) as pool:
        for query, found in zip(queries * 12, pool.map(read, queries * 12), strict=True):
            assert found == expected[query]


def test_commits_from_eight_threads_are_all_there(tmp_path):
    with Store(tmp_path / "cohorts.duckdb") as store, ThreadPoolExecutor(8) as pool:
        versions = list(
            pool.map(lambda number: store.commit(ingested(ROWS, sha=f"sha {number % 6}"), "Test"), range(8))
        )
        assert sorted({one.version for one in versions}) == [1, 2, 3, 4, 5, 6]
        assert sum(one.already_stored for one in versions) == 2
        assert len(store.versions("Test")) == 6


# --- the file


def test_store_is_locked_down(tmp_path):
    store, _ = stored(tmp_path, ROWS)
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with store, store.cursor() as cursor:
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",
            f"SELECT * FROM '{secret}'",
            f"COPY versions TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            "INSTALL excel",
            "LOAD excel",
            "SET enable_external_access = true",
            "SET memory_limit = '64GB'",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(statement)
        settings = dict(cursor.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert settings["enable_external_access"] == settings["autoload_known_extensions"] == "false"
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["lock_configuration"] == "true"
    assert settings["memory_limit"] == "3.7 GiB"
    assert not (tmp_path / "out.csv").exists()


def test_store_held_by_another_process(tmp_path):
    file = tmp_path / "cohorts.duckdb"
    hold = f"import duckdb; held = duckdb.connect({str(file)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(StoreError, match=r"^The store cohorts.duckdb is in use by another process"):
            Store(file)
        other.communicate("\n")


def test_store_damaged(tmp_path):
    file = tmp_path / "cohorts.duckdb"
    file.write_bytes(b"This is no database. " * 1_000)
    with pytest.raises(StoreError, match=r"^The store cohorts.duckdb is damaged"):
        Store(file)
    assert file.read_bytes().startswith(b"This is no")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("harm", ["cut", "overwrite"])
def test_store_damaged_in_the_middle_is_a_sentence_or_not_noticed(tmp_path, share, harm):
    store, _ = stored(tmp_path, ROWS)
    store.close()
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        if harm == "cut":
            file.truncate(int(size * share))
        else:
            file.seek(int(size * share))
            file.write(b"\xa5" * 4_000)
    said = "damaged or not noticed"
    try:
        with Store(store.path) as again:
            for version in again.cohorts():
                again.columns(version, EVERYTHING, list(version.fields))
    except StoreError as error:
        said = str(error)
    assert "damaged" in said


def test_store_of_another_release(tmp_path):
    store, _ = stored(tmp_path, ROWS)
    with store, store.cursor() as cursor:
        cursor.execute("UPDATE store SET format = 99")
    with pytest.raises(StoreError, match="its format is 99, this release reads 3"):
        Store(store.path)


def test_store_refuses_a_database_of_something_else(tmp_path):
    with duckdb.connect(tmp_path / "other.duckdb") as connection:
        connection.execute("CREATE TABLE guests (name VARCHAR)")
    with pytest.raises(StoreError, match="DuckDB file of something else"):
        Store(tmp_path / "other.duckdb")


def test_store_read_only(tmp_path):
    with pytest.raises(StoreError, match="does not exist yet"):
        Store(tmp_path / "cohorts.duckdb", read_only=True)
    store, version = stored(tmp_path, ROWS)
    store.close()
    with Store(store.path, read_only=True) as reader:
        assert reader.cohorts() == [version]
        with pytest.raises(StoreError, match="for reading only"):
            reader.commit(ingested(ROWS), "New")


def test_store_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="folder of the store"):
        Store(tmp_path / "file" / "cohorts.duckdb")


def test_store_default_path_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv(PATH_VARIABLE, raising=False)
    assert default_path().parts[-2:] == ("data", "cohorts.duckdb")
    monkeypatch.setenv(PATH_VARIABLE, str(tmp_path / "mine.duckdb"))
    with Store() as store:
        assert store.path == tmp_path / "mine.duckdb"


def test_store_derives_again_what_other_rules_derived(tmp_path, monkeypatch):
    rows = [{"patient_id": "A", "ki67_percent": 5.0, "ward": "B", "empty": None}]
    extras = {"ward": extra("ward", "category"), "empty": extra("empty", "number")}
    labs = [{"patient_id": "A", "date": "2020-01-01", "analyte": "ALT", "value": 1.0, "unit": "U/L"}]
    store, version = stored(tmp_path, rows, extras=extras, labs=labs)
    with store:
        before = contents(store)
        names = table_names(version.id)
        with store.cursor() as cursor:
            cursor.execute(f"UPDATE {names.analysis} SET grade = '3'; UPDATE versions SET derivation = 'old rules'")
    with pytest.raises(StoreError, match="derived by another release"):
        Store(store.path, read_only=True)
    with Store(store.path) as again:
        assert contents(again) == before
        assert values(again, again.version("Test"), "grade") == ["2"]


def test_version_can_be_a_key(tmp_path):
    store, version = stored(tmp_path, ROWS)
    store.close()
    assert {version: 1}[replace(version, already_stored=True)] == 1


def test_catalogue_holds_the_promised_tables(tmp_path):
    store, _ = stored(tmp_path, ROWS)
    with store:
        assert {"cohorts", "versions", "fields", "problems", "changes", "mapping"} <= set(contents(store))
        with store.cursor() as cursor:
            assert catalogue.read_outdated(cursor, catalogue.derivation_key()) == []

"""Patient flow and treatment: the paper's Figure 1, cohorts without its fields, cycles and intervals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.flow import flow
from core.options import Options
from core.selection import Selection, parse_query
from core.treatment import treatment
from tests.stored import stored

START = date(2020, 1, 1)


def _course(patient: int, course: int, **fields: object) -> dict:
    return {"patient_id": f"P{patient:03d}", "course": course, "first_cycle_date": START + timedelta(days=400 * course),
            **fields}  # fmt: skip


def _figure_1() -> list[dict]:
    """110 PRRT-1 here (14 with PRRT-2, one of them with PRRT-3), 3 for PRRT-2, 1 for PRRT-3, 3 without histology."""
    rows = [_course(number, 1, histology_complete=True, first_prrt_elsewhere=False) for number in range(110)]
    rows += [_course(number, 2, histology_complete=True, first_prrt_elsewhere=False) for number in range(14)]
    rows += [_course(0, 3, histology_complete=True, first_prrt_elsewhere=False)]
    rows += [_course(number, 2, histology_complete=True, first_prrt_elsewhere=True) for number in range(110, 113)]
    rows += [_course(113, 3, histology_complete=True, first_prrt_elsewhere=True)]
    rows += [_course(number, 1, histology_complete=False, first_prrt_elsewhere=False) for number in range(114, 117)]
    return rows


def _boxes(found) -> dict[str, tuple]:
    return {one.key: (one.n, one.excluded, one.reason) for one in found.steps}


def test_flow_of_figure_1():
    store, version = stored(courses=_figure_1())
    with store:
        found = flow(store, version)
    assert found.n == 117
    assert _boxes(found) == {
        "treated": (117, 0, None),
        "included": (114, 3, "incomplete histology"),
        "prrt_1": (110, 4, "first PRRT elsewhere"),
        "prrt_2_elsewhere": (3, 0, None),
        "prrt_3_elsewhere": (1, 0, None),
        "prrt_2": (17, 0, None),
        "prrt_2_of_prrt_1": (14, 0, None),
        "prrt_2_of_elsewhere": (3, 0, None),
        "prrt_3": (2, 0, None),
        "prrt_3_of_prrt_1": (1, 0, None),
        "prrt_3_of_elsewhere": (1, 0, None),
    }
    assert {one.parent for one in found.steps} <= {None, *_boxes(found)}


def test_flow_ends_in_the_selection():
    store, version = stored(courses=_figure_1())
    with store:
        assert flow(store, version, Selection()).step("selected").n == 110
        again = flow(store, version, parse_query("course=2", version.fields)).step("selected")
        nobody = flow(store, version, parse_query("first_prrt_elsewhere=yes", version.fields)).step("selected")
    assert (again.n, again.excluded, again.reason) == (17, 0, None)
    assert (nobody.n, nobody.excluded, nobody.reason) == (0, 110, "outside the selection")


def test_selection_hangs_on_the_box_of_its_only_course():
    store, version = stored(courses=_figure_1())
    with store:
        parents = {
            query: flow(store, version, parse_query(query, version.fields)).step("selected").parent
            for query in ("grade=2", "course=2", "course=1,2", "histology_complete=all")
        }
    assert parents == {
        "grade=2": "prrt_1",
        "course=2": "prrt_2",
        "course=1,2": "included",
        "histology_complete=all": "treated",
    }


def test_flow_tells_histology_that_is_not_stated_apart():
    courses = [
        _course(1, 1, histology_complete=True),
        _course(1, 2),
        _course(2, 1),
        _course(3, 1, histology_complete=False),
    ]
    store, version = stored(courses=courses)
    with store:
        included = flow(store, version).step("included")
    assert (included.n, included.excluded) == (1, 2)
    assert included.reason == "incomplete histology 1, histology not stated 1"


def test_flow_of_a_file_with_one_row_a_patient():
    store, version = stored(courses=[{"patient_id": name} for name in "ABC"])
    with store:
        found = flow(store, version)
    assert _boxes(found) == {"treated": (3, 0, None), "included": (3, 0, None), "prrt_1": (3, 0, None)}


def test_treatment_cycles_and_stop_reasons_of_the_paper():
    given = [4] * 65 + [3] * 20 + [2] * 12 + [1] * 10 + [5] * 3
    stops = {"completed": 68, "radiologic progression": 8, "myelotoxicity": 3, "clinical deterioration": 9,
             "death unrelated to PRRT": 8, "partial response": 7, "patient decision or lost": 7}  # fmt: skip
    stated = [reason for reason, n in stops.items() for _ in range(n)]
    courses = [
        _course(number, 1, n_cycles=cycles, stop_reason=reason)
        for number, (cycles, reason) in enumerate(zip(given, stated, strict=True))
    ]
    store, version = stored(courses=courses)
    with store:
        found = treatment(store, version, Selection(), Options())
    assert [(one.value, one.n, round(one.percent, 1)) for one in found.cycles] == [
        ("1", 10, 9.1),
        ("2", 12, 10.9),
        ("3", 20, 18.2),
        ("4", 65, 59.1),
        ("5", 3, 2.7),
    ]
    assert {one.value: one.n for one in found.stop_reasons} == stops
    assert (found.cycles_missing, found.stop_missing, found.interval_days) == (0, 0, None)


def test_treatment_intervals_and_activity_from_the_cycles():
    days = {0: (0, 70, 154), 1: (0, 120), 2: (0,)}
    cycles = [
        {"patient_id": f"P{patient:03d}", "course": 1, "cycle": place + 1, "activity_gbq": 7.4,
         "date": START + timedelta(days=400 + day)}
        for patient, given in days.items()
        for place, day in enumerate(given)
    ]  # fmt: skip
    store, version = stored(courses=[_course(number, 1, sex="male" if number else "female") for number in range(4)],
                            cycles=cycles)  # fmt: skip
    with store:
        found = treatment(store, version, Selection(), Options())
        men = treatment(store, version, parse_query("sex=male", version.fields), Options())
    assert (found.interval_days.n, found.interval_days.median, found.long_intervals) == (3, 84.0, 1)
    assert (found.interval_days.low, found.interval_days.high) == (70.0, 120.0)
    assert [(one.value, one.n) for one in found.cycles] == [("1", 1), ("2", 1), ("3", 1)]
    assert (found.cycles_missing, found.stop_reasons, found.stop_missing) == (1, (), 4)
    assert found.activity_gbq.median == pytest.approx(14.8)
    assert (men.interval_days.n, men.interval_days.median) == (1, 120.0)


def test_treatment_of_nobody():
    store, version = stored(courses=[_course(1, 1, n_cycles=4)])
    with store:
        found = treatment(store, version, parse_query("course=2", version.fields), Options())
    assert (found.n, found.cycles, found.activity_gbq.n) == (0, (), 0)

"""The preview shows what the store will: the same numbers, before anything is committed."""

import pytest

from core.demo import DEMO_FOLDER
from core.ingest import read_source
from core.preview import MissingCells, preview
from core.selection import Selection
from core.store import Store
from core.survival import kaplan_meier
from tests.ingested import extra, ingested


def test_preview_of_the_demo_cohort_is_what_the_store_gives():
    read = read_source(DEMO_FOLDER)
    found = preview(read)
    assert (found.n_patients, found.n_courses, found.n_selected) == (117, 132, 110)
    assert found.rows == {table: len(frame) for table, frame in read.tables.items()}
    with Store(":memory:") as store:
        version = store.commit(read, "Demo")
        assert tuple(one.endpoint for one in found.endpoints) == version.endpoints == ("pfs", "os", "ttnt")
        for one in found.endpoints:
            curve = kaplan_meier(store.event_counts(version, Selection(), one.endpoint)[None])
            assert (one.n, one.n_events, one.median) == (curve.n, curve.n_events, curve.median)
    assert found.endpoints[1].median.time / 30.4375 == pytest.approx(42.3, abs=0.1)


def test_preview_counts_what_is_missing_and_what_was_unusable():
    given = ingested(
        [
            {"patient_id": "A", "sex": "male", "nlr": None, "ward": "x"},
            {"patient_id": "B", "sex": None, "nlr": None, "ward": None},
        ],
        extras={"ward": extra("ward", "text", label="Ward (own)")},
        unusable={"nlr": [3]},
        labs=[{"patient_id": "A", "date": "2020-01-01", "analyte": "ALT", "value": None, "unit": "U/L"}],
    )
    found = preview(given)
    assert found.endpoints == ()
    assert MissingCells("courses", "nlr", "Neutrophil-to-lymphocyte ratio", 2, 2, 1) in found.missing
    assert [(one.table, one.field, one.n, one.missing, one.unusable) for one in found.missing] == [
        ("courses", "patient_id", 2, 0, 0),
        ("courses", "sex", 2, 1, 0),
        ("courses", "nlr", 2, 2, 1),
        ("courses", "ward", 2, 1, 0),
        ("labs", "patient_id", 1, 0, 0),
        ("labs", "date", 1, 0, 0),
        ("labs", "analyte", 1, 0, 0),
        ("labs", "value", 1, 1, 0),
        ("labs", "unit", 1, 0, 0),
    ]


def test_preview_of_courses_outside_the_default_selection():
    rows = [{"patient_id": "A", "course": 2, "os_days": 10.0, "os_event": True}]
    (os,) = preview(ingested(rows)).endpoints
    assert (os.endpoint, os.n, os.n_events, os.median) == ("os", 0, 0, None)

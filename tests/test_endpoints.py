"""Every rule by which dates become times, by hand, to the day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.endpoints import (
    CLINICAL_PROGRESSION,
    DEATH,
    DEATH_UNDATED,
    EVENT_UNDATED,
    IMAGING_TREATMENT,
    LAST_CONTACT,
    NEW_TREATMENT,
    NEXT_COURSE,
    NO_CONTACT,
    NO_START,
    PROGRESSION,
    RECIST_PROGRESSION,
    STATED_CENSORING,
    STATED_EVENT,
)
from core.options import PFS_RULES, Options
from core.selection import Selection
from core.store import Store
from tests.ingested import ingested

EVERYTHING = Selection(())
START = "2020-01-01"
LAST = "2021-01-01"  # day 366
DATES = ("progression_date", "new_treatment_date", "death_date", "last_contact_date")
Result = tuple[float | None, bool | None, str | None]


def derived(folder: Path, rows: list[dict], endpoint: str, rule: str = "paper", **more: object) -> list[Result]:
    """Days, event and reason of each row; rows of one patient each unless they name one; all date columns exist."""
    full = [
        {
            "patient_id": f"P{number}",
            "course": 1,
            "first_cycle_date": START,
            "last_contact_date": LAST,
            **dict.fromkeys(DATES[:3]),
            "progression_basis": None,
            "new_treatment_basis": None,
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return read(folder, full, endpoint, rule, **more)


def read(folder: Path, rows: list[dict], endpoint: str, rule: str = "paper", **more: object) -> list[Result]:
    """Days, event and reason of rows as they are."""
    with committed(folder, rows, **more) as (store, version):
        names = [f"{endpoint}_{part}" for part in ("days", "event", "reason")]
        found = store.columns(version, EVERYTHING, names, Options(pfs_rule=rule))
    days = [None if np.isnan(one) else float(one) for one in found[names[0]]]
    return list(zip(days, found[names[1]], found[names[2]], strict=True))


@contextmanager
def committed(folder: Path, rows: list[dict], **more: object) -> Iterator[tuple]:
    with Store(folder / "cohorts.duckdb") as store:
        yield store, store.commit(ingested(rows, **more), "Test")


def one(folder: Path, row: dict, endpoint: str, rule: str = "paper", **more: object) -> Result:
    return derived(folder, [row], endpoint, rule, **more)[0]


PFS = [
    ({}, (366, False, LAST_CONTACT)),
    ({"progression_date": "2020-01-31", "progression_basis": "RECIST"}, (30, True, RECIST_PROGRESSION)),
    ({"progression_date": "2020-01-31", "progression_basis": "clinical"}, (30, True, CLINICAL_PROGRESSION)),
    ({"progression_date": "2020-01-31"}, (30, True, PROGRESSION)),
    ({"death_date": "2020-03-01"}, (60, True, DEATH)),
    (
        {"death_date": "2020-03-01", "progression_date": "2020-01-31", "progression_basis": "RECIST"},
        (30, True, RECIST_PROGRESSION),
    ),
    (
        {"death_date": "2020-03-01", "progression_date": "2020-03-01", "progression_basis": "RECIST"},
        (60, True, RECIST_PROGRESSION),
    ),
    # a progression noted after death: the earliest decides
    ({"death_date": "2020-03-01", "progression_date": "2020-03-31", "progression_basis": "RECIST"}, (60, True, DEATH)),
    # a progression after the stated last contact was seen, so it counts
    ({"progression_date": "2021-01-31", "progression_basis": "RECIST"}, (396, True, RECIST_PROGRESSION)),
    # nothing is needed of the last contact where an event is known
    (
        {"progression_date": "2020-01-31", "progression_basis": "RECIST", "last_contact_date": None},
        (30, True, RECIST_PROGRESSION),
    ),
    # on the first day
    ({"death_date": START}, (0, True, DEATH)),
    ({"last_contact_date": START}, (0, False, LAST_CONTACT)),
    # no time, and why
    ({"first_cycle_date": None}, (None, None, NO_START)),
    ({"last_contact_date": None}, (None, None, NO_CONTACT)),
    ({"progression_date": "2019-12-31"}, (None, None, "progression before start")),
    ({"death_date": "2019-12-31"}, (None, None, "death before start")),
    ({"last_contact_date": "2019-12-31"}, (None, None, "last contact before start")),
    ({"progression_date": "2019-12-31", "death_date": "2020-03-01"}, (None, None, "progression before start")),
]


def test_pfs_each_rule(tmp_path):
    assert derived(tmp_path, [row for row, _ in PFS], "pfs") == [expected for _, expected in PFS]


def test_pfs_without_new_treatment_is_the_same_under_every_rule(tmp_path):
    for rule in PFS_RULES:
        (tmp_path / rule).mkdir()
        assert derived(tmp_path / rule, [row for row, _ in PFS], "pfs", rule) == [expected for _, expected in PFS]


IMAGING = {"new_treatment_date": "2020-02-20", "new_treatment_basis": "imaging-only progression"}  # day 50
RECIST_DAY_30 = {"progression_date": "2020-01-31", "progression_basis": "RECIST"}
RECIST_DAY_50 = {"progression_date": "2020-02-20", "progression_basis": "RECIST"}
OTHER = {"new_treatment_date": "2020-02-20", "new_treatment_basis": "other"}
NEW_TREATMENTS = [
    # row, result under: paper, event, ignore, censor-any
    (
        IMAGING,
        (50, False, IMAGING_TREATMENT),
        (50, True, IMAGING_TREATMENT),
        (366, False, LAST_CONTACT),
        (50, False, IMAGING_TREATMENT),
    ),
    (
        OTHER,
        (366, False, LAST_CONTACT),
        (366, False, LAST_CONTACT),
        (366, False, LAST_CONTACT),
        (50, False, NEW_TREATMENT),
    ),
    ({"new_treatment_date": "2020-02-20"}, *[(366, False, LAST_CONTACT)] * 3, (50, False, NEW_TREATMENT)),
    # a later event does not undo the censoring; without the rule it counts
    (
        {**IMAGING, "death_date": "2020-03-01"},
        (50, False, IMAGING_TREATMENT),
        (50, True, IMAGING_TREATMENT),
        (60, True, DEATH),
        (50, False, IMAGING_TREATMENT),
    ),
    # an earlier event decides
    (
        {**IMAGING, "progression_date": "2020-01-31", "progression_basis": "RECIST"},
        *[(30, True, RECIST_PROGRESSION)] * 4,
    ),
    # on the same day the event wins
    (
        {**IMAGING, "progression_date": "2020-02-20", "progression_basis": "RECIST"},
        *[(50, True, RECIST_PROGRESSION)] * 4,
    ),
    ({**OTHER, "death_date": "2020-02-20"}, *[(50, True, DEATH)] * 4),
    # treatment before the first cycle
    (
        {"new_treatment_date": "2019-12-01", "new_treatment_basis": "imaging-only progression"},
        (None, None, "new treatment before start"),
        (None, None, "new treatment before start"),
        (366, False, LAST_CONTACT),
        (None, None, "new treatment before start"),
    ),
    # the censoring needs no last contact
    (
        {**IMAGING, "last_contact_date": None},
        (50, False, IMAGING_TREATMENT),
        (50, True, IMAGING_TREATMENT),
        (None, None, NO_CONTACT),
        (50, False, IMAGING_TREATMENT),
    ),
]


@pytest.mark.parametrize(("number", "rule"), list(enumerate(PFS_RULES)))
def test_pfs_new_treatment(tmp_path, number, rule):
    found = derived(tmp_path, [row[0] for row in NEW_TREATMENTS], "pfs", rule)
    assert found == [row[1 + number] for row in NEW_TREATMENTS]


def test_pfs_next_course_is_a_new_treatment_of_other_basis(tmp_path):
    rows = [
        {"patient_id": "A", "course": 1},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2020-05-30"},
        {"patient_id": "B", "course": 1, "new_treatment_basis": "imaging-only progression"},
        {"patient_id": "B", "course": 2, "first_cycle_date": "2020-05-30"},
    ]
    censor_any = derived(tmp_path, rows, "pfs", "censor-any")
    assert censor_any[0] == (150, False, NEXT_COURSE)
    assert censor_any[1] == (216, False, LAST_CONTACT)
    (tmp_path / "paper").mkdir()
    paper = derived(tmp_path / "paper", rows, "pfs")
    assert paper[0] == (366, False, LAST_CONTACT)
    # a basis stated without a date is that of the next course
    assert paper[2] == (150, False, IMAGING_TREATMENT)


OS = [
    ({}, (366, False, LAST_CONTACT)),
    ({"death_date": "2020-03-01"}, (60, True, DEATH)),
    ({"death_date": "2020-03-01", "last_contact_date": None}, (60, True, DEATH)),
    ({"death_date": "2020-03-01", "last_contact_date": "2019-01-01"}, (60, True, DEATH)),
    # progression and treatment do not matter
    ({"progression_date": "2020-01-31", **IMAGING}, (366, False, LAST_CONTACT)),
    ({"progression_date": "2019-12-31"}, (366, False, LAST_CONTACT)),
    ({"last_contact_date": None}, (None, None, NO_CONTACT)),
    ({"first_cycle_date": None, "death_date": "2020-03-01"}, (None, None, NO_START)),
    ({"death_date": "2019-12-31"}, (None, None, "death before start")),
    ({"last_contact_date": "2019-12-31"}, (None, None, "last contact before start")),
]


def test_os_each_rule(tmp_path):
    assert derived(tmp_path, [row for row, _ in OS], "os") == [expected for _, expected in OS]


TTNT = [
    ({}, (366, False, LAST_CONTACT)),
    (OTHER, (50, True, NEW_TREATMENT)),
    (IMAGING, (50, True, NEW_TREATMENT)),
    ({"death_date": "2020-03-01"}, (60, True, DEATH)),
    ({**OTHER, "death_date": "2020-02-20"}, (50, True, NEW_TREATMENT)),
    ({**OTHER, "death_date": "2020-01-31"}, (30, True, DEATH)),
    # progression is no treatment
    ({"progression_date": "2020-01-31"}, (366, False, LAST_CONTACT)),
    ({"new_treatment_date": "2019-12-01"}, (None, None, "new treatment before start")),
    ({"last_contact_date": None}, (None, None, NO_CONTACT)),
]


def test_ttnt_each_rule(tmp_path):
    assert derived(tmp_path, [row for row, _ in TTNT], "ttnt") == [expected for _, expected in TTNT]


def test_ttnt_next_course_counts(tmp_path):
    rows = [
        {"patient_id": "A", "course": 1},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2020-05-30"},
        {"patient_id": "A", "course": 3, "first_cycle_date": "2020-08-28"},
        {"patient_id": "B", "course": 1, **OTHER},
        {"patient_id": "B", "course": 2, "first_cycle_date": "2020-05-30"},
        {"patient_id": "C", "course": 1, "new_treatment_date": "2020-05-30"},
        {"patient_id": "C", "course": 2, "first_cycle_date": "2020-05-30"},
    ]
    assert derived(tmp_path, rows, "ttnt") == [
        (150, True, NEXT_COURSE),
        (90, True, NEXT_COURSE),
        (126, False, LAST_CONTACT),
        (50, True, NEW_TREATMENT),
        (216, False, LAST_CONTACT),
        (150, True, NEW_TREATMENT),
        (216, False, LAST_CONTACT),
    ]


def test_pfs_progression_that_only_a_later_course_states_counts(tmp_path):
    second = {"patient_id": "P", "course": 2, "first_cycle_date": "2020-06-01"}
    rows = [{"patient_id": "P"}, {**second, "progression_date": "2020-09-09", "progression_basis": "clinical"}]
    assert derived(tmp_path, rows, "pfs") == [(252, True, CLINICAL_PROGRESSION), (100, True, CLINICAL_PROGRESSION)]
    stated = [{"patient_id": "P", "progression_date": "2020-05-01", "progression_basis": "RECIST"}, rows[1]]
    assert derived(tmp_path, stated, "pfs")[0] == (121, True, RECIST_PROGRESSION)
    before = [{"patient_id": "P", "progression_date": "2020-05-01"}, second]
    assert derived(tmp_path, before, "pfs")[1] == (214, False, LAST_CONTACT)


def test_os_death_and_last_contact_belong_to_the_patient(tmp_path):
    rows = [
        {"patient_id": "A", "course": 1, "last_contact_date": None},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2020-05-30", "death_date": "2020-09-27"},
        {"patient_id": "B", "course": 1, "last_contact_date": None},
        {"patient_id": "B", "course": 2, "first_cycle_date": "2020-05-30"},
        {"patient_id": "C", "course": 1, "last_contact_date": "2020-05-01"},
        {"patient_id": "C", "course": 2, "first_cycle_date": "2020-05-30"},
    ]
    assert derived(tmp_path, rows, "os") == [
        (270, True, DEATH),
        (120, True, DEATH),
        (366, False, LAST_CONTACT),
        (216, False, LAST_CONTACT),
        (366, False, LAST_CONTACT),  # its own row states an earlier one, but the patient was seen alive later
        (216, False, LAST_CONTACT),
    ]


UNUSABLE = [
    # field, row, pfs, os, ttnt
    ("death_date", {}, "unusable date of death", "unusable date of death", "unusable date of death"),
    ("death_date", {"progression_date": "2020-01-31"}, PROGRESSION, "unusable date of death", "unusable date of death"),
    ("death_date", OTHER, "unusable date of death", "unusable date of death", NEW_TREATMENT),
    ("progression_date", {"death_date": "2020-03-01"}, "unusable progression date", DEATH, DEATH),
    ("last_contact_date", {"death_date": "2020-03-01"}, DEATH, DEATH, DEATH),
    ("last_contact_date", {}, *["unusable date of last contact"] * 3),
    ("new_treatment_date", {}, LAST_CONTACT, LAST_CONTACT, "unusable date of new treatment"),
    (
        "new_treatment_date",
        {"new_treatment_basis": "imaging-only progression"},
        "unusable date of new treatment",
        LAST_CONTACT,
        "unusable date of new treatment",
    ),
    (
        "new_treatment_basis",
        {"new_treatment_date": "2020-02-20"},
        "unusable basis of new treatment",
        LAST_CONTACT,
        NEW_TREATMENT,
    ),
    (
        "new_treatment_basis",
        {"new_treatment_date": "2020-02-20", "death_date": "2020-01-31"},
        DEATH,
        DEATH,
        DEATH,
    ),
]


@pytest.mark.parametrize(("place", "endpoint"), [(2, "pfs"), (3, "os"), (4, "ttnt")])
def test_unusable_cell_leaves_out_exactly_what_needs_it(tmp_path, place, endpoint):
    rows: list[dict] = []
    lines: dict[str, list[int]] = {}
    for line, (field, row, *_) in enumerate(UNUSABLE, start=2):
        rows.append({**row, **({"last_contact_date": None} if field == "last_contact_date" else {})})
        lines.setdefault(field, []).append(line)
    found = derived(tmp_path, rows, endpoint, unusable=lines)
    assert [reason for _, _, reason in found] == [row[place] for row in UNUSABLE]
    for days, event, reason in found:
        assert (days is None) == (event is None) == reason.startswith("unusable")


def test_unusable_treatment_matters_to_the_rule_that_needs_it(tmp_path):
    reasons = {}
    for rule in PFS_RULES:
        (tmp_path / rule).mkdir()
        reasons[rule] = one(tmp_path / rule, {}, "pfs", rule, unusable={"new_treatment_date": [2]})[2]
    assert reasons == {
        "paper": LAST_CONTACT,
        "event": LAST_CONTACT,
        "ignore": LAST_CONTACT,
        "censor-any": "unusable date of new treatment",
    }


def test_unusable_death_on_a_later_course_is_the_patients(tmp_path):
    rows = [
        {"patient_id": "A", "course": 1},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2020-05-30"},
        {"patient_id": "B", "course": 1},
    ]
    found = derived(tmp_path, rows, "os", unusable={"death_date": [3]})
    assert [reason for _, _, reason in found] == ["unusable date of death"] * 2 + [LAST_CONTACT]


def test_unusable_progression_on_a_later_course_matters_where_nothing_came_before_it(tmp_path):
    second = {"course": 2, "first_cycle_date": "2020-05-30"}
    rows = [
        {"patient_id": "A"},
        {"patient_id": "A", **second},
        {"patient_id": "B", "progression_date": "2020-03-01"},
        {"patient_id": "B", **second},
        {"patient_id": "C", "new_treatment_date": "2020-04-01", "new_treatment_basis": "imaging-only progression"},
        {"patient_id": "C", **second},
    ]
    found = derived(tmp_path, rows, "pfs", unusable={"progression_date": [3, 5, 7]})
    assert [reason for _, _, reason in found[::2]] == ["unusable progression date", PROGRESSION, IMAGING_TREATMENT]


READY = [
    ({"os_days": 100.5, "os_event": True}, (100.5, True, STATED_EVENT)),
    ({"os_days": 0, "os_event": False}, (0, False, STATED_CENSORING)),
    ({"os_months": 12, "os_event": False}, (365.25, False, STATED_CENSORING)),
    ({"os_days": 100, "os_months": 12, "os_event": False}, (100, False, STATED_CENSORING)),
    ({"os_days": 100}, (None, None, "no event status")),
    ({"os_event": True}, (None, None, "no time")),
    ({}, (None, None, "no time and no event status")),
    ({"os_days": -1, "os_event": True}, (None, None, "negative time")),
]


def test_ready_made_times(tmp_path):
    columns = dict.fromkeys(("os_days", "os_months", "os_event"))
    rows = [{"patient_id": f"P{number}", **columns, **row} for number, (row, _) in enumerate(READY)]
    assert read(tmp_path, rows, "os") == [expected for _, expected in READY]


def test_ready_made_pfs_is_the_same_under_every_rule(tmp_path):
    rows = [{"patient_id": "A", "pfs_months": 2, "pfs_event": True}]
    for rule in PFS_RULES:
        (tmp_path / rule).mkdir()
        assert read(tmp_path / rule, rows, "pfs", rule) == [(60.875, True, STATED_EVENT)]


def test_dates_win_over_ready_made_times(tmp_path):
    rows = [
        {"death_date": "2020-03-01", "os_days": 999, "os_event": False},
        {"os_days": 999, "os_event": True},  # a death after the last contact
        {"os_days": 999, "os_event": False},
        {"death_date": "2019-12-31", "os_days": 999, "os_event": True},  # a contradiction is not papered over
        {"last_contact_date": None, "os_days": 999, "os_event": True},  # nothing to win with
        {"first_cycle_date": None, "os_days": 999, "os_event": False},
    ]
    assert derived(tmp_path, rows, "os") == [
        (60, True, DEATH),
        (999, True, STATED_EVENT),
        (366, False, LAST_CONTACT),
        (None, None, "death before start"),
        (999, True, STATED_EVENT),
        (999, False, STATED_CENSORING),
    ]


def test_death_without_a_date_is_not_life_until_last_contact(tmp_path):
    rows = [
        {"os_event": True},
        {"os_event": False},
        {"os_event": True, "progression_date": "2020-01-31", "progression_basis": "RECIST"},
        {"os_event": True, "death_date": "2020-03-01"},
        {"death_date": "2020-03-02"},  # so that the column is not empty
        {"patient_id": "A", "course": 1},
        {"patient_id": "A", "course": 2, "first_cycle_date": "2020-06-01", "os_event": True},
    ]
    full = [{"os_event": None, **row} for row in rows]
    expected = {
        "os": [(None, None, DEATH_UNDATED), (366, False, LAST_CONTACT), (None, None, DEATH_UNDATED), (60, True, DEATH),
               (61, True, DEATH), (None, None, DEATH_UNDATED), (None, None, DEATH_UNDATED)],
        "pfs": [(None, None, DEATH_UNDATED), (366, False, LAST_CONTACT), (30, True, RECIST_PROGRESSION),
                (60, True, DEATH), (61, True, DEATH), (None, None, DEATH_UNDATED), (None, None, DEATH_UNDATED)],
    }  # fmt: skip
    for endpoint, said in expected.items():
        (tmp_path / endpoint).mkdir()
        assert derived(tmp_path / endpoint, full, endpoint) == said


def test_progression_without_a_date_is_not_freedom_from_it(tmp_path):
    rows = [
        {"pfs_event": True},
        {"pfs_event": True, "death_date": "2020-03-01"},
        {"pfs_event": False},
        {"pfs_event": None, "progression_date": "2020-01-31"},
    ]
    assert derived(tmp_path, rows, "pfs") == [
        (None, None, EVENT_UNDATED),
        (60, True, DEATH),
        (366, False, LAST_CONTACT),
        (30, True, PROGRESSION),
    ]


def test_ready_made_times_win_over_an_empty_death_column(tmp_path):
    rows = [{"os_days": 999, "os_event": True}, {"os_days": 500, "os_event": False}]
    assert derived(tmp_path, rows, "os") == [(999, True, STATED_EVENT), (500, False, STATED_CENSORING)]


@pytest.mark.parametrize(
    ("absent", "endpoints"),
    [
        ((), ("pfs", "os", "ttnt")),
        (("progression_date",), ("os", "ttnt")),
        (("new_treatment_date",), ("pfs", "os")),
        (("death_date",), ()),
        (("first_cycle_date",), ()),
    ],
)
def test_endpoints_that_a_file_can_give(tmp_path, absent, endpoints):
    row = {"patient_id": "A", "first_cycle_date": START, **dict.fromkeys(DATES), "last_contact_date": LAST}
    with committed(tmp_path, [{name: value for name, value in row.items() if name not in absent}]) as (_, version):
        assert version.endpoints == endpoints


def test_endpoints_of_a_file_with_ready_made_times_only(tmp_path):
    with committed(tmp_path, [{"patient_id": "A", "os_days": 3, "os_event": True}]) as (_, version):
        assert version.endpoints == ("os",)


def test_times_are_whole_days_and_never_negative_over_random_dates(tmp_path):
    random = np.random.default_rng(7)

    def day() -> str | None:
        return None if random.random() < 0.3 else str(np.datetime64(START) + int(random.integers(-30, 60)))

    rows = [
        {**{name: day() for name in DATES}, "new_treatment_basis": random.choice(["imaging-only progression", "other"])}
        for _ in range(400)
    ]
    for rule in PFS_RULES:
        (tmp_path / rule).mkdir()
        for row, (days, event, reason) in zip(rows, derived(tmp_path / rule, rows, "pfs", rule), strict=True):
            assert (days, event) == brute_force_pfs(row, rule), (row, reason)


def brute_force_pfs(row: dict, rule: str) -> tuple[float | None, bool | None]:
    """PFS by the words of the rules, one row at a time."""
    day = {
        name: (date.fromisoformat(row[name]) - date.fromisoformat(START)).days if row[name] else None for name in DATES
    }
    events = [day["progression_date"], day["death_date"]]
    censorings = []
    imaging = row["new_treatment_basis"] == "imaging-only progression"
    if rule == "event" and imaging:
        events.append(day["new_treatment_date"])
    if rule == "censor-any" or (rule == "paper" and imaging):
        censorings.append(day["new_treatment_date"])
    known = [(one, 0) for one in events if one is not None] + [(one, 1) for one in censorings if one is not None]
    if not known:
        known = [(one, 1) for one in [day["last_contact_date"]] if one is not None]
    if not known or min(known)[0] < 0:
        return None, None
    return float(min(known)[0]), min(known)[1] == 0

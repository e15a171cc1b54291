"""The known cohort: 26 made-up patients, 30 courses, their cycles, laboratory values and adverse events."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from core.fields import TABLE_FIELDS
from core.ingest import Ingested

Row = Mapping[str, object]
SEED = 1107
PATIENTS, RETREATED = 26, 4
KEYS = {
    "courses": ("patient_id", "course"),
    "cycles": ("patient_id", "course", "cycle"),
    "labs": ("patient_id", "date", "analyte"),
    "adverse_events": ("patient_id", "term", "onset_date"),
}
"""What tells the rows of a table apart, so that their order in a file does not matter."""
_SAME = 1e-9
"""Relative difference below which two numbers are the same: a unit was converted and back."""


@dataclass(frozen=True)
class Cohort:
    """Tables as rows of plain values: str, float, int, bool, date, None where missing."""

    tables: Mapping[str, tuple[Row, ...]]

    @property
    def courses(self) -> tuple[Row, ...]:
        """Rows of the courses."""
        return self.tables["courses"]

    def only(self, *tables: str) -> Cohort:
        """The same cohort with some of its tables."""
        return Cohort({name: self.tables[name] for name in tables})

    def changed(self, table: str, change: Callable[[Row], Row]) -> Cohort:
        """The same cohort with each row of a table made into another."""
        return replace(self, tables={**self.tables, table: tuple(change(row) for row in self.tables[table])})


def known() -> Cohort:
    """The cohort, the same at every call."""
    drawn = random.Random(SEED)
    courses: list[Row] = []
    for number in range(1, PATIENTS + 1):
        first = _course(drawn, f"P{number:03d}", 1, date(2014, 1, 6) + timedelta(days=drawn.randrange(2400)))
        if number <= RETREATED:
            courses += _two_courses(drawn, first)
        else:
            courses.append(first)
    tables = {
        "courses": tuple(courses),
        "cycles": tuple(row for course in courses for row in _cycles(course)),
        "labs": tuple(row for course in courses if course["course"] == 1 for row in _labs(drawn, course)),
        "adverse_events": tuple(_events(drawn, courses)),
    }
    return Cohort(tables)


def _course(drawn: random.Random, patient: str, course: int, start: date) -> dict[str, object]:
    ki67 = drawn.choice([1.0, 2.0, 2.5, 3.0, 5.0, 8.5, 12.0, 15.0, 20.0, 24.0, 35.5, 55.0])
    n_cycles = drawn.choice([1, 2, 3, 4, 4, 4, 4])
    last_cycle = start + timedelta(days=70 * (n_cycles - 1))
    progression = last_cycle + timedelta(days=drawn.randrange(90, 900)) if drawn.random() < 0.7 else None
    end = (progression or last_cycle) + timedelta(days=drawn.randrange(60, 700))
    died = drawn.random() < 0.5
    maybe: Callable[[object], object] = lambda value: None if drawn.random() < 0.1 else value  # noqa: E731
    return {
        "patient_id": patient,
        "course": course,
        "sex": drawn.choice(["male", "female"]),
        "age_years": float(drawn.randrange(36, 84)),
        "ki67_percent": ki67,
        "grade": "1" if ki67 < 3 else "2" if ki67 <= 20 else "3",
        "primary_site": drawn.choice(TABLE_FIELDS["courses"]["primary_site"].levels),
        "functional": maybe(drawn.random() < 0.4),
        "hypertension": drawn.random() < 0.4,
        "diabetes": maybe(drawn.random() < 0.2),
        "metastasis_liver": drawn.random() < 0.8,
        "metastasis_bone": drawn.random() < 0.3,
        "prior_surgery": drawn.random() < 0.5,
        "prior_somatostatin_analogs": drawn.random() < 0.8,
        "cga_ug_l": maybe(round(drawn.choice([1, 10, 100]) * drawn.uniform(40, 400), 1)),
        "alp_u_l": maybe(float(drawn.randrange(45, 420))),
        "sodium_mmol_l": float(drawn.randrange(129, 146)),
        "albumin_g_l": maybe(round(drawn.uniform(27, 48), 1)),
        "crp_mg_l": maybe(round(drawn.uniform(0.6, 60), 1)),
        "haemoglobin_g_dl": round(drawn.uniform(9, 16), 1),
        "leukocytes_1e9_l": round(drawn.uniform(2.5, 11), 2),
        "platelets_1e9_l": float(drawn.randrange(90, 420)),
        "creatinine_mg_dl": round(drawn.uniform(0.55, 1.9), 2),
        "bilirubin_mg_dl": maybe(round(drawn.uniform(0.25, 1.9), 2)),
        "fdg_pet": maybe(drawn.choice(["positive", "negative"])),
        "first_cycle_date": start,
        "last_cycle_date": last_cycle,
        "n_cycles": n_cycles,
        "stop_reason": "completed" if n_cycles == 4 else drawn.choice(["radiologic progression", "myelotoxicity"]),
        "recist_response": drawn.choice(["PR", "SD", "SD", "SD", "PD", "not evaluable"]),
        "progression_date": progression,
        "progression_basis": drawn.choice(["RECIST", "RECIST", "clinical"]) if progression else None,
        "death_date": end if died else None,
        "last_contact_date": end,
    }


def _two_courses(drawn: random.Random, first: dict[str, object]) -> list[Row]:
    """A first course that progressed, and a second one after it; the patient's end is that of the second."""
    last_cycle = first["last_cycle_date"]
    assert isinstance(last_cycle, date)
    progression = last_cycle + timedelta(days=drawn.randrange(300, 800))
    second = _course(drawn, str(first["patient_id"]), 2, progression + timedelta(days=drawn.randrange(30, 90)))
    same = {name: first[name] for name in ("sex", "primary_site", "hypertension", "functional")}
    ends = {name: second[name] for name in ("death_date", "last_contact_date")}
    second["age_years"] = float(str(first["age_years"])) + 2
    return [{**first, "progression_date": progression, "progression_basis": "RECIST", **ends}, {**second, **same}]


def _cycles(course: Row) -> list[Row]:
    start, many = course["first_cycle_date"], course["n_cycles"]
    assert isinstance(start, date)
    assert isinstance(many, int)
    return [
        {
            "patient_id": course["patient_id"],
            "course": course["course"],
            "cycle": cycle + 1,
            "date": start + timedelta(days=70 * cycle),
            "activity_gbq": 7.4 if cycle % 2 == 0 else 7.25,
        }
        for cycle in range(many)
    ]


def _labs(drawn: random.Random, course: Row) -> list[Row]:
    start = course["first_cycle_date"]
    assert isinstance(start, date)
    tests: tuple[tuple[str, str, float, float, float, int], ...] = (
        ("haemoglobin", "g/dL", 12.0, 16.0, 12.0, 1),
        ("platelets", "10^9/L", 150.0, 400.0, 210.0, 0),
        ("creatinine", "mg/dL", 0.5, 1.2, 0.9, 2),
    )
    return [
        {
            "patient_id": course["patient_id"],
            "date": start + timedelta(days=day),
            "analyte": analyte,
            "value": round(middle * drawn.uniform(0.7, 1.4), digits),
            "unit": unit,
            "lln": low,
            "uln": high,
        }
        for day in (-3, 35)
        for analyte, unit, low, high, middle, digits in tests
    ]


def _events(drawn: random.Random, courses: list[Row]) -> list[Row]:
    events: list[Row] = []
    for course in courses:
        start = course["first_cycle_date"]
        assert isinstance(start, date)
        for term in drawn.sample(["fatigue", "diarrhoea", "nausea", "abdominal pain", "vomiting"], 2):
            onset = start + timedelta(days=drawn.randrange(1, 40))
            events.append(
                {
                    "patient_id": course["patient_id"],
                    "term": term,
                    "grade": drawn.choice([1, 1, 2, 3]),
                    "onset_date": onset,
                    "end_date": onset + timedelta(days=drawn.randrange(2, 20)) if drawn.random() < 0.8 else None,
                    "related": drawn.random() < 0.5,
                }
            )
    return events


KNOWN = known()


def differences(ingested: Ingested, expected: Cohort, extras: Mapping[str, tuple[object, ...]]) -> list[str]:
    """Every cell in which what was read is not the cohort, in words; empty when it is the cohort.

    Parameters
    ----------
    extras : header of a column of the file's own -> its values in the order of the file's rows
    """
    found = [f"table {name} was not read" for name in expected.tables if name not in ingested.tables]
    found += [f"table {name} was made up" for name in ingested.tables if name not in expected.tables]
    for name in (name for name in expected.tables if name in ingested.tables):
        found += _table_differences(ingested, name, expected.tables[name])
    labels = {field.label: key for key, field in ingested.extras.items()}
    found += [f"own column '{label}' was not declared" for label in labels if label not in extras]
    for header, values in extras.items():
        if header not in labels:
            found.append(f"own column '{header}' was lost")
            continue
        read = _plain(ingested, "courses", labels[header])
        found += [f"{header}, row {n}: {a!r} instead of {b!r}" for n, (a, b) in enumerate(zip(read, values, strict=True)) if not _same(a, b)]  # fmt: skip  # noqa: E501
    return found


def _table_differences(ingested: Ingested, table: str, rows: tuple[Row, ...]) -> list[str]:
    names = list(rows[0])
    frame = ingested.tables[table]
    own = set(ingested.extras) if table == "courses" else set()
    empty = {name for name in frame if name not in names and frame[name].isna().all()}
    found = [f"{table}.{name} was made up" for name in frame if name not in {*names, "line", *own, *empty}]
    missing = [name for name in names if name not in frame]
    found += [f"{table}.{name} was not read" for name in missing]
    if len(frame) != len(rows):
        return [*found, f"{table} has {len(frame)} rows instead of {len(rows)}"]
    keys = KEYS[table]
    if any(key in missing for key in keys):
        return found
    columns = {name: _plain(ingested, table, name) for name in names if name not in missing}
    read = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    order: Callable[[Row], tuple[str, ...]] = lambda row: tuple(str(row[key]) for key in keys)  # noqa: E731
    for here, there in zip(sorted(read, key=order), sorted(rows, key=order), strict=True):
        for name in columns:
            if not _same(here[name], there[name]):
                found.append(f"{table}.{name} of {order(there)}: {here[name]!r} instead of {there[name]!r}")
    return found


def _plain(ingested: Ingested, table: str, name: str) -> list[object]:
    column = ingested.tables[table][name]
    values = [None if gone else value for value, gone in zip(column.tolist(), column.isna(), strict=True)]
    return [value.date() if hasattr(value, "date") else value for value in values]


def _same(one: object, other: object) -> bool:
    if isinstance(one, (float, int)) and isinstance(other, (float, int)) and not isinstance(one, bool):
        return bool(np.isclose(float(one), float(other), rtol=_SAME, atol=0))
    return type(one) is type(other) and one == other

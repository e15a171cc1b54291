"""Defects across cells and tables: order of dates, grade and Ki-67, times and events, keys, cycles, labs, events."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.corpus_malformed.defect import ROW, Defect, cells, column, edited, table_rows, write_cohort
from tests.corpus_messy.files import delimited, save
from tests.corpus_messy.variant import COURSES

_COURSE = COURSES.courses[ROW - 1]


def _row_of(table: str) -> int:
    """The last row of that patient in another table."""
    return max(n for n, row in enumerate(table_rows(table)) if row[0] == _COURSE["patient_id"])


def _day(name: str, more: int = 0) -> str:
    one = _COURSE[name]
    assert isinstance(one, date)
    return date.fromordinal(one.toordinal() + more).isoformat()


def _with_tables(name: str, value: str) -> Defect:
    """One cell of the courses changed, with the other tables beside them."""

    def build(folder: Path) -> Path:
        made = write_cohort(folder, "cycles", table_rows("cycles"))
        rows = table_rows()
        rows[ROW][rows[0].index(name)] = value
        save(made, delimited(rows), "courses.csv")
        return made

    return Defect(build, table="", column="")


def _before_start() -> dict[str, Defect]:
    early = _day("first_cycle_date", -40)
    names = ("progression", "last_contact", "new_treatment", "last_cycle", "death")
    return {
        f"{name} before start": cells({f"{name}_date": early}, f"{name}_before_start", at=f"{name}_date")
        for name in names
    }


def _after_death() -> dict[str, Defect]:
    late = _day("death_date", 30)
    names = ("progression_date", "last_contact_date", "new_treatment_date", "mds_date", "leukaemia_date")
    return {f"{name} after death": cells({name: late}, "date_after_death") for name in names}


def _twice(rows: list[list[str]]) -> list[list[str]]:
    return [*rows, rows[ROW]]


def _last(table: str) -> int:
    return len(table_rows(table)) + 1


def _without(name: str):
    def edit(rows: list[list[str]]) -> list[list[str]]:
        place = rows[0].index(name)
        return [[*row[:place], *row[place + 1 :]] for row in rows]

    return edit


def _ready(event: str, row: int = ROW):
    """Ready-made times and events in place of the dates."""

    def edit(rows: list[list[str]]) -> list[list[str]]:
        made = [[line[0], line[1], "400", "1"] for line in rows]
        made[0] = ["patient_id", "course", "os_days", "os_event"]
        made[row][3] = event
        return made

    return edit


def _mixed(dates: tuple[str, ...]):
    """First cycles written day first, but for one; every other date is left out."""

    def edit(rows: list[list[str]]) -> list[list[str]]:
        made = [["patient_id", "course", "first_cycle_date"]]
        for number, row in enumerate(rows[1:], 1):
            made.append([row[0], row[1], dates[0] if number == ROW else f"{13 + number % 15:02d}/03/2019"])
        return made

    return edit


RULES: dict[str, Defect] = {
    **_before_start(),
    **_after_death(),
    "no first cycle": cells({"first_cycle_date": ""}, "missing_first_cycle_date"),
    "neither death nor last contact": cells(
        {"death_date": "", "last_contact_date": ""}, "missing_last_contact", at="last_contact_date"
    ),
    "no patient": cells({"patient_id": ""}, "missing_patient_id"),
    "no course": cells({"course": ""}, "missing_course"),
    "course 0": cells({"course": "0"}, "impossible_value"),
    "grade 1 with a Ki-67 of 55": cells(
        {"grade": "1", "ki67_percent": "55"}, "grade_contradicts_ki67", at="grade", value="1"
    ),
    "grade 3 with a Ki-67 of 2": cells(
        {"grade": "3", "ki67_percent": "2"}, "grade_contradicts_ki67", at="grade", value="3"
    ),
    "grade 1 with 12 mitoses": cells(
        {"grade": "1", "ki67_percent": "2", "mitoses_per_2mm2": "12"}, "grade_contradicts_ki67", at="grade", value="1"
    ),
    "course twice": edited(_twice, "duplicate_course", line=_last("courses"), column="patient_id"),
    "course twice without the column": edited(
        lambda rows: _without("course")(_twice(rows)[:1] + _twice(rows)[6:]), "duplicate_course"
    ),
    "time without event": edited(_ready(""), "missing_event", line=ROW + 1, column="os_event"),
    "time without events": edited(
        lambda rows: _without("os_event")(_ready("1")(rows)), "missing_event_column", column="os_days"
    ),
    "event of 3": edited(_ready("3"), line=ROW + 1, column="os_event", value="3"),
    "event in words unknown": edited(_ready("maybe"), line=ROW + 1, column="os_event", value="maybe"),
    "negative time": cells({"os_days": "-5", "os_event": "1"}, "impossible_value", at="os_days"),
    "months that are days": column("os_months", lambda n: str(400 + 10 * n), "months_above_400"),
    "one time of months that is days": edited(
        lambda rows: [
            ["patient_id", "course", "os_months", "os_event"],
            *([row[0], row[1], "812" if n == ROW else "23.5", "1"] for n, row in enumerate(rows[1:], 1)),
        ],
        "months_above_400",
        line=ROW + 1,
        column="os_months",
        value="812",
    ),
    "event denied by the date of death": cells({"os_event": "no", "os_days": "400"}, at="os_event"),
    "progression event denied by its date": cells({"pfs_event": "no", "pfs_days": "300"}, at="pfs_event"),
    "month first among day first": edited(
        _mixed(("03/25/2019",)), "mixed_dates", "impossible_date", line=ROW + 1, column="first_cycle_date",
        value="03/25/2019",
    ),
    "cut-off before the last contact": Defect(
        cells({}, at="last_contact_date").build, ("date_after_cutoff",), cutoff=date(2013, 1, 1)
    ),
    "cycles of nobody": cells({"patient_id": "P999"}, "unknown_patient", table="cycles"),
    "cycles of a course that is none": cells({"course": "3"}, "unknown_course", table="cycles"),
    "cycle twice": cells({"cycle": "1"}, "duplicate_cycle", table="cycles", row=2),
    "cycle 0": cells({"cycle": "0"}, "impossible_value", table="cycles"),
    "cycle without date": cells({"date": ""}, "missing_value", table="cycles"),
    "cycle without patient": cells({"patient_id": ""}, "missing_value", table="cycles"),
    "cycle without number": cells({"cycle": ""}, "missing_value", table="cycles"),
    "cycle of 74 GBq": cells({"activity_gbq": "74"}, "impossible_value", "implausible_value", table="cycles"),
    "cycle of less than nothing": cells({"activity_gbq": "-7.4"}, "impossible_value", table="cycles"),
    "cycle after death": cells({"date": "2025-06-01"}, "date_after_death", table="cycles", row=_row_of("cycles")),
    "cycle before the first": cells({"date": "2001-06-01"}, table="cycles", row=_row_of("cycles")),
    "cycles without a date column": edited(_without("date"), "missing_column", table="cycles", column="date"),
    "more cycles in the course than in the table": _with_tables("n_cycles", "6"),
    "last cycle that is not the table's": _with_tables("last_cycle_date", _day("last_cycle_date", 3)),
    "labs of nobody": cells({"patient_id": "P999"}, "unknown_patient", table="labs"),
    "labs without value": cells({"value": ""}, "missing_value", table="labs"),
    "labs without unit": cells({"unit": ""}, table="labs"),
    "labs of an unknown analyte": cells({"analyte": "moon dust"}, "unknown_level", table="labs"),
    "labs in an unknown unit": cells({"unit": "furlong"}, "unknown_unit", table="labs", row=4),
    "labs below nothing": cells({"value": "-3"}, table="labs"),
    "labs of a haemoglobin of 140 g/dL": cells({"value": "140"}, table="labs", row=7),
    "labs after death": cells({"date": "2025-06-01"}, "date_after_death", table="labs", row=_row_of("labs")),
    "labs in the future": cells({"date": "2031-06-01"}, "future_date", table="labs"),
    "labs without a column of values": edited(_without("value"), "missing_column", table="labs", column="value"),
    "events of nobody": cells({"patient_id": "P999"}, "unknown_patient", table="adverse_events"),
    "event of grade 7": cells({"grade": "7"}, "impossible_value", table="adverse_events"),
    "event without term": cells({"term": ""}, "missing_value", table="adverse_events"),
    "event of an unknown term": cells({"term": "bad luck"}, "unknown_level", table="adverse_events"),
    "event that ends before it begins": cells(
        {"end_date": "2001-01-01"}, "end_before_onset", table="adverse_events"
    ),
    "event after death": cells(
        {"onset_date": "2025-06-01", "end_date": ""}, "date_after_death", table="adverse_events",
        row=_row_of("adverse_events"),
    ),
    "event without onset": cells({"onset_date": ""}, table="adverse_events", line=None, column=""),
}  # fmt: skip

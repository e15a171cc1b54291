"""Questions about values: asked once, only where nothing decides, and every answer does what it says."""

import pytest

from core.ingest import read_source
from tests.ingest.files import TODAY, cells, one_problem, read, write


def column(header, values, delimiter="\t"):
    return f"patient_id{delimiter}{header}\n" + "".join(f"P{n}{delimiter}{value}\n" for n, value in enumerate(values))


def keys(ingested):
    return [one.key for one in ingested.questions]


DATES = """patient_id,first_cycle_date,death_date,seen
P1,03/04/2020,05/06/2021,01/02/2020
P2,01/02/2020,05/06/2021,02/03/2020
"""


def test_dates_are_asked_about_once_for_a_table(tmp_path):
    ingested = read(tmp_path, DATES)
    assert keys(ingested) == ["courses.dates"]
    (asked,) = ingested.questions
    assert (asked.example, asked.answer, asked.given) == ("03/04/2020", "day first", False)
    assert [one.effect for one in asked.choices] == [
        "'03/04/2020' is read as 2020-04-03 (year-month-day)",
        "'03/04/2020' is read as 2020-03-04 (year-month-day)",
    ]
    assert [str(one) for one in cells(ingested, "first_cycle_date")] == ["2020-04-03", "2020-02-01"]
    assert [one.code for one in ingested.problems] == ["ambiguous_dates"]


def test_dates_answered_are_read_so_in_every_column(tmp_path):
    ingested = read(tmp_path, DATES, answers={"courses.dates": "month first"})
    assert [str(one) for one in cells(ingested, "first_cycle_date")] == ["2020-03-04", "2020-01-02"]
    assert str(cells(ingested, "death_date")[0]) == "2021-05-06"
    assert str(cells(ingested, "seen")[0]) == "2020-01-02"
    assert ingested.problems == ()
    assert (
        "courses: 'first_cycle_date': read as month/day/year, as answered, '03/04/2020' is 2020-03-04 (2 cells)."
        in ingested.changes
    )


def test_dates_are_not_asked_about_when_a_column_decides(tmp_path):
    ingested = read(tmp_path, DATES.replace("02/03/2020", "25/03/2020"))
    assert keys(ingested) == []
    assert str(cells(ingested, "first_cycle_date")[0]) == "2020-04-03"


def test_dates_of_birth_decide_and_are_not_kept(tmp_path):
    text = "patient_id;date de naissance;first_cycle_date\nP1;03/04/48;01/02/2020\nP2;25/04/30;01/02/2020\n"
    ingested = read(tmp_path, text)
    assert (keys(ingested), cells(ingested, "age_years")) == ([], [71.0, 89.0])


def test_dates_of_two_tables_are_two_questions(tmp_path):
    write(tmp_path, DATES)
    write(tmp_path, "patient_id,date,analyte,value,unit\nP1,01/02/2020,Hb,13,g/dL\n", "labs.csv")
    assert keys(read_source(tmp_path, today=TODAY)) == ["courses.dates", "labs.dates"]


@pytest.mark.parametrize(("answer", "day"), [("1900", "2018-02-03"), ("1904", "2022-02-04")])
def test_date_numbers_of_a_text_file_are_asked_about(tmp_path, answer, day):
    ingested = read(tmp_path, column("first_cycle_date", ["43134", "2019-01-01"]),
                    answers={"courses.date_numbers": answer})  # fmt: skip
    assert str(cells(ingested, "first_cycle_date")[0]) == day


def test_date_numbers_that_only_1900_makes_past_are_not_asked_about(tmp_path):
    ingested = read(tmp_path, column("first_cycle_date", ["45000"]))
    assert (keys(ingested), str(cells(ingested, "first_cycle_date")[0])) == ([], "2023-03-15")


@pytest.mark.parametrize(("answer", "value"), [("decimals", 1.234), ("thousands", 1234.0)])
def test_decimals_or_thousands_is_asked_about(tmp_path, answer, value):
    for text in ("1.234", "1,234"):
        ingested = read(tmp_path, column("CgA", [text, "336"]), answers={"courses.CgA.decimal": answer})
        assert cells(ingested, "cga_ug_l") == [value, 336.0]
        assert [one.code for one in ingested.problems] == ["no_times"]


def test_decimals_or_thousands_unanswered(tmp_path):
    point, comma = (read(tmp_path, column("CgA", [text, "336"])) for text in ("1.234", "1,234"))
    assert (cells(point, "cga_ug_l"), cells(comma, "cga_ug_l")) == ([1.234, 336.0], [None, 336.0])
    assert [(one_problem(one).severity, one_problem(one).code) for one in (point, comma)] == [
        ("warning", "doubtful_number"),
        ("error", "doubtful_number"),
    ]


def test_decimals_are_decided_by_the_table_the_range_and_the_delimiter(tmp_path):
    table = "patient_id\tCgA\tKi-67\nP1\t1.234\t2,5\n"
    assert cells(read(tmp_path, table), "cga_ug_l") == [1234.0]
    albumin = read(tmp_path, column("albumin", ["38.500", "41.250"]))
    assert (keys(albumin), cells(albumin, "albumin_g_l")) == ([], [38.5, 41.25])
    note = "decimal point read, the only reading inside the plausible range, '38.500' is 38.5 (2 cells)."
    assert f"courses: 'albumin': {note}" in albumin.changes
    semicolons = read(tmp_path, column("CgA", ["1.234", "336"], ";"))
    assert (keys(semicolons), cells(semicolons, "cga_ug_l")) == ([], [1234.0, 336.0])


@pytest.mark.parametrize(
    ("header", "values", "code", "asked"),
    [
        ("albumin", ["38", "41", "999"], "999", True),
        ("sodium_mmol_l", ["138", "-9", "140"], "-9", True),
        ("ECOG", ["0", "1", "2", "99", "99"], "99", True),
        ("CRP", ["3", "10", "99"], "99", False),
        ("CgA", ["100", "20000", "5000", "9999"], "9999", False),
        ("age_years", ["61", "85", "40", "99"], "99", False),
        ("diabetes", ["yes", "no", "9"], "9", True),
        ("sex", ["m", "f", "99"], "99", True),
    ],
)
def test_codes_far_from_the_rest_are_asked_about(tmp_path, header, values, code, asked):
    text = column(header, values)
    found = [key for key in keys(read(tmp_path, text)) if "missing" in key]
    assert found == ([f"courses.missing.{code}"] if asked else [])


def test_codes_are_missing_where_a_person_says_so(tmp_path):
    text = "patient_id\talbumin\tsodium_mmol_l\nP1\t38\t99\nP2\t99\t140\nP3\t40\t141\n"
    written, missing = read(tmp_path, text), read(tmp_path, text, answers={"courses.missing.99": "missing"})
    assert cells(written, "albumin_g_l") == [38.0, 99.0, 40.0]
    assert "courses: 'albumin': 99 kept as written (1 cell)." in written.changes
    assert "implausible_value" in [one.code for one in written.problems]
    assert (cells(missing, "albumin_g_l"), cells(missing, "sodium_mmol_l")) == (
        [38.0, None, 40.0],
        [None, 140.0, 141.0],
    )
    assert "courses: 'albumin': 99 read as missing, as answered (1 cell)." in missing.changes
    assert [one.code for one in missing.problems] == ["no_times"]
    assert len(missing.questions) == 1


@pytest.mark.parametrize(("answer", "events"), [("2", [False, True]), ("1", [True, False])])
def test_event_codes_are_asked_about(tmp_path, answer, events):
    text = column("os_event", ["1", "2"])
    ingested = read(tmp_path, text, answers={"courses.os_event.event": answer})
    assert cells(ingested, "os_event") == events
    assert read(tmp_path, text).questions[0].answer == "2"
    assert keys(read(tmp_path, column("os_event", ["0", "1"]))) == []


@pytest.mark.parametrize(("answer", "values"), [("1", [True, False]), ("2", [False, True])])
def test_yes_no_codes_are_asked_about_and_not_used_before(tmp_path, answer, values):
    text = column("diabetes", ["1", "2"])
    assert cells(read(tmp_path, text, answers={"courses.diabetes.yes": answer}), "diabetes") == values
    waiting = read(tmp_path, text)
    assert cells(waiting, "diabetes") == [None, None]
    assert (one_problem(waiting).code, one_problem(waiting).line) == ("unanswered_codes", None)


def test_level_codes_are_asked_about(tmp_path):
    text = column("sex", ["1", "2", "2.0", ""])
    male = read(tmp_path, text, answers={"courses.sex.codes": "1 male"})
    assert cells(male, "sex") == ["male", "female", "female", None]
    assert cells(read(tmp_path, text, answers={"courses.sex.codes": "1 female"}), "sex")[0] == "female"
    zero_one = read(tmp_path, column("sex", ["1", "0"]), answers={"courses.sex.codes": "1 male"})
    assert cells(zero_one, "sex") == ["male", "female"]
    fdg = read(tmp_path, column("fdg_pet", ["1", "0"]))
    assert (cells(fdg, "fdg_pet"), fdg.questions[0].answer) == (["positive", "negative"], "1 positive")


def test_ticks_and_empty_cells_are_asked_about_once(tmp_path):
    text = "patient_id\tdiabetes\thypertension\nP1\tx\t\nP2\t\tX\n"
    unknown, no = read(tmp_path, text), read(tmp_path, text, answers={"courses.blanks": "no"})
    assert cells(unknown, "diabetes") == [True, None]
    assert (cells(no, "diabetes"), cells(no, "hypertension")) == ([True, False], [False, True])
    assert keys(no) == ["courses.blanks"]
    assert "courses: 'diabetes': empty cells read as no, as answered (1 cell)." in no.changes


@pytest.mark.parametrize("words", [["x", "n", ""], ["yes", ""], ["x", "x"]])
def test_ticks_beside_a_no_or_without_empty_cells_are_not_asked_about(tmp_path, words):
    assert keys(read(tmp_path, column("diabetes", words))) == []


def test_months_that_may_be_days_are_asked_about(tmp_path):
    text = "patient_id,os_months,os_event\nP1,487,1\nP2,974,1\nP3,30,0\n"
    days = read(tmp_path, text, answers={"courses.os_months.unit": "days"})
    assert cells(days, "os_months") == [pytest.approx(16.0), pytest.approx(32.0), pytest.approx(0.98563, abs=1e-5)]
    assert "courses: 'os_months': converted from days to months, as answered: 487 days -> 16 months (3 cells)." in (
        days.changes
    )
    months = read(tmp_path, text, answers={"courses.os_months.unit": "months"})
    assert cells(months, "os_months") == [None, None, 30.0]
    assert cells(read(tmp_path, text), "os_months") == [None, None, None]


def test_no_date_that_may_be_one_of_birth_is_shown(tmp_path):
    rows = "P1,2020-01-01,03/05/1948,06/05/1948\nP2,2020-02-01,07/08/1951,07/08/1951\n"
    text = f"patient_id,first_cycle_date,seen,DDN\n{rows}"
    ingested = read(tmp_path, text)
    said = [
        *ingested.changes,
        *(one.sentence() for one in ingested.problems),
        *(str(one) for one in ingested.questions),
    ]
    assert not [one for one in said if "1948" in one or "1951" in one]
    assert ingested.questions[0].example == "03/04/2020"

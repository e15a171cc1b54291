"""Dates: forms, the order of day and month by column, and what the calendar does not have."""

from datetime import date

import numpy as np
import pytest

from core.ingest.parse_date import DAY_FIRST, MONTH_FIRST, Told, parse_dates

TODAY = date(2026, 1, 1)


def parse(values, elsewhere=(), day_zero=None, counts=None, **told):
    counts = np.ones(len(values), int) if counts is None else np.array(counts)
    wanted = np.ones(len(values), bool)
    return parse_dates(values, wanted, counts, lambda: frozenset(elsewhere), day_zero, TODAY, Told(**told))


def days(values, **options):
    return [str(value)[:10] for value in parse(values, **options).values]


@pytest.mark.parametrize(
    "text",
    [
        *("2020-02-29", "2020/2/29", "2020.02.29", "20200229", "2020-02-29T00:00:00Z", "2020-02-29 00:00"),
        *("29/02/2020", "29-2-2020", "29.02.2020", "29 02 2020", "29/02/20", "29/02/2020 00:00:00"),
        *("29/02/2020 09:30", "2/29/2020 2:30 PM", "29/02/2020 9h30", "2020-02-29T08:15:00.123+01:00", "29-Feb-20"),
        *("29\u00a0février\u00a02020", "samedi 29 février 2020", "za 29 feb 2020", "29-mrt-20".replace("mrt", "feb.")),
        *("29FEB2020", "2020-Feb-29", "February 29th, 2020", "29-FEVR-20", "29 févr. 20"),
        *("29 Feb 2020", "29-févr.-2020", "29 februari 2020", "29feb2020", "February 29, 2020", "Feb 29 2020"),
    ],
)
def test_date_forms(text):
    assert days([text]) == ["2020-02-29"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "impossible_date") for text in ("2020-02-30", "31/04/2020", "2021-13-01", "0020-01-01", "00/01/2020")],
        *[(text, "incomplete_date") for text in ("2020", "2020-02", "02/2020", "mars 2020", "Feb-2020")],
        *[(text, "wrong_type") for text in ("soon", "43890", "1/2", "29 foo 2020", "1/2-2020", "٢٠٢٠-٠١-٠١")],
    ],
)
def test_date_that_is_none_fails(text, code):
    dates = parse([text])
    assert np.isnat(dates.values[0])
    assert dates.failures[0][0] == code
    known = "Look up the date." if code == "impossible_date" else "Write the date as 2021-03-25 (year-month-day)."
    assert dates.failures[0][2] == known


def test_date_order_is_decided_by_the_column():
    assert days(["03/04/2020", "25/03/2020"]) == ["2020-04-03", "2020-03-25"]
    assert days(["03/04/2020", "03/25/2020"]) == ["2020-03-04", "2020-03-25"]


def test_date_order_unknown_is_day_first_and_in_doubt():
    dates = parse(["03/03/2020", "03/04/2020"])
    assert [str(value)[:10] for value in dates.values] == ["2020-03-03", "2020-04-03"]
    assert dates.doubt == 1
    assert dates.notes == (("read as day/month/year", (0, 1)),)


def test_date_order_of_equal_day_and_month_is_in_no_doubt():
    assert parse(["03/03/2020"]).doubt is None


def test_date_order_follows_the_other_columns():
    dates = parse(["03/04/2020"], elsewhere=[MONTH_FIRST])
    assert str(dates.values[0])[:10] == "2020-03-04"
    assert dates.doubt is None
    assert dates.notes == (("read as month/day/year, as the other dates of the table", (0,)),)
    assert parse(["03/04/2020"], elsewhere=[MONTH_FIRST, DAY_FIRST]).doubt == 0


def test_date_both_orders_in_one_column_keep_the_more_frequent():
    dates = parse(["25/03/2020", "03/25/2020", "02/03/2020"], counts=[3, 1, 1])
    assert [str(value)[:10] for value in dates.values] == ["2020-03-25", "NaT", "2020-03-02"]
    assert dates.failures[1][0] == "mixed_dates"
    assert dates.doubt == 2


def test_date_two_digit_years_are_not_in_the_future():
    assert days(["01/01/26", "01/01/27", "01/01/99"]) == ["2026-01-01", "1927-01-01", "1999-01-01"]


def test_date_time_of_day_is_left_out_and_noted():
    dates = parse(["2020-02-29 13:45", "2020-03-01 00:00:00"])
    assert dates.notes == (("time of day left out", (0,)),)


def test_date_numbers_only_in_workbooks():
    assert days(["43890", "43890.75"], day_zero=date(1899, 12, 30)) == ["2020-02-29"] * 2
    assert parse(["43890"]).failures[0][0] == "wrong_type"


def test_date_numbers_without_a_day_zero_are_named():
    assert parse(["43890", "2020-01-01", "123"]).serials == (0,)


def test_date_order_answered_is_taken_where_nothing_else_decides():
    dates = parse(["03/04/2020"], order=MONTH_FIRST)
    assert (str(dates.values[0])[:10], dates.doubt) == ("2020-03-04", None)
    assert dates.notes == (("read as month/day/year, as answered", (0,)),)
    assert str(parse(["25/03/2020", "03/04/2020"], order=MONTH_FIRST).values[1])[:10] == "2020-04-03"


def test_date_of_birth_of_two_digits_makes_no_child():
    assert days(["25/04/48", "25/04/26", "25/04/08"], last_year=2011) == ["1948-04-25", "1926-04-25", "2008-04-25"]


@pytest.mark.parametrize(
    ("months", "language"),
    [
        ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "English"),
        ("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.", "French"),
        ("jan feb mrt apr mei jun jul aug sep okt nov dec", "Dutch"),
    ],
)
def test_date_months_of_three_languages(months, language):
    names = months.split()
    assert len(names) == 12, language
    for written in ("03-{}-20", "03 {} 2020", "03{}2020"):
        found = days([written.format(name) for name in names])
        assert found == [f"2020-{month:02d}-03" for month in range(1, 13)]

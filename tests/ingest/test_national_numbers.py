"""A thousand valid Belgian national numbers, made here and checked by a library of its own, are found in every form."""

from __future__ import annotations

import calendar
import random
from datetime import date

import pytest
from stdnum.be import bis, nn

from core.ingest.identifiers import bare_national, by_values, identifies, in_patient_ids, national_number
from tests.ingest.files import read, refused

MOST = 1_000


def numbers() -> list[str]:
    """National and bis numbers of every century and kind, eleven digits each; one in five born from 2000 to 2009."""
    random_ = random.Random(20230723)
    made: list[str] = []
    for place in range(MOST):
        year = random_.randint(2000, 2009) if place % 5 == 0 else random_.randint(1925, date.today().year - 1)
        month = random_.randint(1, 12)
        day = random_.randint(1, calendar.monthrange(year, month)[1])
        month += (0, 0, 20, 40)[place % 4]
        nine = f"{year % 100:02d}{month:02d}{day:02d}{random_.randint(1, 998):03d}"
        check = 97 - int(("2" if year >= 2000 else "") + nine) % 97
        made.append(f"{nine}{check:02d}")
    return made


NUMBERS = numbers()
FORMS = {
    "bare": lambda one: one,
    "as on the card": lambda one: f"{one[:2]}.{one[2:4]}.{one[4:6]}-{one[6:9]}.{one[9:]}",
    "spaces": lambda one: f"{one[:2]} {one[2:4]} {one[4:6]} {one[6:9]} {one[9:]}",
    "no-break spaces": lambda one: f"{one[:6]}\u00a0{one[6:9]}\u00a0{one[9:]}",
    "dashes": lambda one: f"{one[:6]}-{one[6:9]}-{one[9:]}",
    "slashes": lambda one: f"{one[:2]}/{one[2:4]}/{one[4:6]} {one[6:9]}/{one[9:]}",
    "wide dash": lambda one: f"{one[:2]}.{one[2:4]}.{one[4:6]} - {one[6:9]}.{one[9:]}",
    "a float": lambda one: f"{one}.0",
    "in a sentence": lambda one: f"NISS {one}, revu",
}


def stripped(one: str) -> str:
    return str(int(one))


def test_the_thousand_are_valid_by_another_implementation():
    assert len(set(NUMBERS)) > 990
    assert all(nn.is_valid(one) or bis.is_valid(one) for one in NUMBERS)
    assert sum(bis.is_valid(one) for one in NUMBERS) == MOST // 2
    assert sum(len(stripped(one)) < 11 for one in NUMBERS) >= 190


@pytest.mark.parametrize("form", FORMS)
def test_number_is_found_in_every_form(form):
    missed = [one for one in NUMBERS if not identifies(FORMS[form](one))]
    assert missed == []


def test_number_without_its_leading_zeros_is_found_in_its_column():
    short = [stripped(one) for one in NUMBERS]
    assert [one for one in short if not bare_national(one)] == []
    for begin in range(0, MOST, 10):
        some = short[begin : begin + 10]
        assert by_values(some, [1] * 10) == "a national number"
        assert (in_patient_ids(some) or (0, ""))[1] == "a national number"
    only_short = [one for one in short if len(one) < 11]
    assert by_values(only_short, [1] * len(only_short)) == "a national number"
    assert in_patient_ids(only_short) is not None


@pytest.mark.parametrize("form", ["bare", "as on the card", "a float", "slashes"])
def test_column_of_numbers_is_left_out_and_no_number_remains(tmp_path, form):
    rows = [(f"P{place}", FORMS[form](one)) for place, one in enumerate(NUMBERS)]
    ingested = read(tmp_path, "patient_id,kenmerk\n" + "".join(f"{one},{other}\n" for one, other in rows))
    assert "courses: 'kenmerk' holds a national number and is left out." in ingested.changes
    assert ingested.extras == {}
    assert [one.example for one in ingested.columns] == ["P0", ""]


def test_column_of_stripped_numbers_is_left_out(tmp_path):
    rows = "".join(f"P{place},{stripped(one)}\n" for place, one in enumerate(NUMBERS))
    assert read(tmp_path, f"patient_id,kenmerk\n{rows}").extras == {}


@pytest.mark.parametrize("one", [NUMBERS[0], NUMBERS[2], NUMBERS[3]])
def test_patients_by_stripped_numbers_are_refused(tmp_path, one):
    problem = refused(tmp_path, f"patient_id,sex\n{stripped(one)},m\n")[-1]
    assert (problem.code, problem.value) == ("identifying_patient_id", "")


def test_numbers_among_other_ids_are_found():
    others = [f"{place:011d}" for place in range(60_000_000_000, 60_000_000_060)]
    assert in_patient_ids([*others, *NUMBERS[10:20]]) is not None
    assert by_values([*others, *NUMBERS[10:20]], [1] * 70) == "a national number"


def test_every_eleven_digits_are_judged_as_by_another_implementation():
    """But for days above 31 of a known month, which the other takes for unknown days."""
    random_ = random.Random(4)
    tried = 0
    for _ in range(200_000):
        one = f"{random_.randrange(10**11):011d}"
        if int(one[2:4]) % 20 and int(one[4:6]) > 31:
            continue
        tried += 1
        assert national_number(one) == (nn.is_valid(one) or bis.is_valid(one)), one
    assert tried > 50_000


@pytest.mark.parametrize(
    "values",
    [
        [f"{place}" for place in range(10_000_000, 10_000_400)],
        [f"{place}" for place in range(100_000_000, 100_000_400)],
        [f"2021{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 29)],
        [f"{place / 7:.11f}" for place in range(1, 400)],
        [f"2021-{month:02d}-{day:02d} 10:15" for month in range(1, 13) for day in range(1, 29)],
        [f"BOR-{place:04d}" for place in range(400)],
        [str(place * 1000) for place in range(10_000, 10_400)],
    ],
)
def test_ordinary_columns_are_no_national_numbers(values):
    assert by_values(values, [1] * len(values)) == ""
    assert in_patient_ids(values) is None

"""Properties: what is written comes back in any delimiter, decimal mark, date form, encoding; noise never crashes."""

import csv
import io
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.fields import FIELDS
from core.ingest import Ingested, read_source, status, try_source
from core.ingest.words import MISSING as MISSING_MARKERS
from core.problems import CohortError
from tests.ingest.files import TODAY, cells, write

DELIMITERS = st.sampled_from([",", ";", "\t", "|"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
ENDINGS = st.sampled_from(["\n", "\r\n"])
DATE_FORMS = st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%d %b %Y"])
MISSING = st.sampled_from(["", "NA", "?", "n.a."])
LETTERS = "abcXYZ 019,;|\"'=+@-_<&#éèêëàçïôûùü"  # in Windows-1252 no two of them make a character of UTF-8
TEXT = st.text(LETTERS, max_size=12).map(lambda text: f"x{text}".strip())
NUMBERS = st.one_of(st.none(), st.integers(0, 9999).map(lambda n: n / 100))
DATES = st.one_of(st.none(), st.integers(0, 4000).map(lambda n: date(2010, 1, 1) + timedelta(days=n)))
FLAGS = st.one_of(st.none(), st.booleans())
ROW = st.tuples(TEXT, NUMBERS, DATES, FLAGS, st.sampled_from([None, *FIELDS["primary_site"].levels]))
HEADER = ["patient_id", "trial", "ki67_percent", "mds_date", "diabetes", "primary_site"]
SETTINGS = settings(max_examples=60, deadline=None)


def written(rows, delimiter, ending, decimal, form, words, missing):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
    writer.writerow(HEADER)
    for n, (text, number, day, flag, site) in enumerate(rows):
        plain = None if number is None else f"{number:.2f}".replace(".", decimal)
        moment = None if day is None else day.strftime(form)
        answer = None if flag is None else words[flag]
        shown = [missing if cell is None else cell for cell in (plain, moment, answer, site)]
        writer.writerow([f"P{n:03d}", text, *shown])
    return out.getvalue()


@SETTINGS
@given(
    rows=st.lists(ROW, min_size=1, max_size=12),
    delimiter=DELIMITERS,
    encoding=ENCODINGS,
    ending=ENDINGS,
    decimal=st.sampled_from([".", ","]),
    form=DATE_FORMS,
    words=st.sampled_from([("no", "yes"), ("0", "1"), ("non", "oui"), ("Nee", "Ja"), ("FALSE", "TRUE")]),
    missing=MISSING,
)
def test_round_trip_of_a_table_in_any_dialect(rows, delimiter, encoding, ending, decimal, form, words, missing):
    text = written(rows, delimiter, ending, decimal, form, words, missing)
    with tempfile.TemporaryDirectory() as folder:
        ingested = read_source(write(Path(folder), text.encode(encoding)), today=TODAY)
    expected = list(zip(*rows, strict=True))
    assert cells(ingested, "patient_id") == [f"P{n:03d}" for n in range(len(rows))]
    assert cells(ingested, "trial") == list(expected[0])
    assert cells(ingested, "ki67_percent") == list(expected[1])
    assert cells(ingested, "diabetes") == list(expected[3])
    assert cells(ingested, "primary_site") == list(expected[4])
    found = cells(ingested, "mds_date")
    assert [one is None for one in found] == [one is None for one in expected[2]]
    doubtful = "ambiguous_dates" in {one.code for one in ingested.problems}
    assert not [one for one in ingested.problems if one.severity == "error"]
    if form[:2] != "%Y" and doubtful:
        assert all(max(one.day, one.month) <= 12 for one in expected[2] if one)
    assert found == list(expected[2])  # day first is how the test writes them, and the Belgian reading


@SETTINGS
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=20))
def test_round_trip_of_floating_point_numbers(values):
    text = "patient_id\town\n" + "".join(f"P{n}\t{value!r}\n" for n, value in enumerate(values))
    with tempfile.TemporaryDirectory() as folder:
        ingested = read_source(write(Path(folder), text), today=TODAY)
    if ingested.extras["own"].type == "yes_no":
        assert set(values) <= {0.0, 1.0}
    else:
        assert np.array_equal(np.array(cells(ingested, "own"), float), np.array(values))


@SETTINGS
@given(st.binary(max_size=400))
def test_noise_is_read_or_refused_and_never_crashes(data):
    with tempfile.TemporaryDirectory() as folder:
        outcome = try_source(write(Path(folder), data), today=TODAY)
    assert status(outcome) in (0, 1, 2)


@SETTINGS
@given(st.data())
def test_noise_within_a_good_file_never_crashes(data):
    good = "patient_id,course,first_cycle_date,death_date,ki67_percent,sex,os_days,os_event\n" + "".join(
        f"P{n},1,0{n}/02/2020,2021-01-0{n},{n}.5,m,{n}00,1\n" for n in range(1, 6)
    )
    characters = list(good)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(characters) - 1))
        characters[place] = data.draw(
            st.sampled_from(['"', ",", ";", "\n", "\r", "\t", "-", "9", "é", "٣", "\u2028", "="])
        )
    with tempfile.TemporaryDirectory() as folder:
        outcome = try_source(write(Path(folder), "".join(characters)), today=TODAY)
    assert isinstance(outcome, (Ingested, CohortError))


@SETTINGS
@given(
    name=st.sampled_from([name for name, field in FIELDS.items() if field.role != "identity"]),
    values=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10), min_size=1, max_size=8),
)
def test_noise_in_any_field_is_read_or_a_problem_with_its_line(name, values):
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows([["patient_id", name], *([f"P{n}", value] for n, value in enumerate(values))])
    with tempfile.TemporaryDirectory() as folder:
        outcome = try_source(write(Path(folder), out.getvalue()), today=TODAY)
    assert isinstance(outcome, Ingested)
    if name in outcome.mapping:
        lines = {one.line for one in outcome.problems if one.severity == "error"}
        kept = dict(zip(cells(outcome, "line"), cells(outcome, name), strict=True))
        missing = {n for n, value in enumerate(values, 2) if kept[n] is None}
        words = {n for n, value in enumerate(values, 2) if value.strip().casefold() in MISSING_MARKERS}
        assert missing <= lines | words

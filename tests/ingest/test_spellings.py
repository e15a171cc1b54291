"""A known value in any of the accepted spellings is read as that value, whatever stands around it."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.fields import FIELDS
from core.ingest.header_units import other_units
from core.ingest.levels import level_words
from core.ingest.words import MISSING
from tests.ingest.files import cells, read
from tests.ingest.test_doubts import column, keys

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
}
DAYS = st.dates(date(1950, 1, 1), date(2025, 12, 31))
RECENT = st.dates(date(1990, 1, 1), date(2025, 12, 31))
LEVELS = [(name, level) for name in ("primary_site", "sex", "recist_response", "stop_reason", "fdg_pet", "grade")
          for level in FIELDS[name].levels]  # fmt: skip


def of(text, **options):
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), text, **options)


def grouped(value: float, thousands: str, decimal: str) -> str:
    """A number with one decimal as a spreadsheet shows it."""
    return f"{value:,.1f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)


@SETTINGS
@given(
    st.lists(st.integers(10, 9_999_999).map(lambda tenths: tenths / 10), min_size=1, max_size=8),
    st.sampled_from([",.", ".,", " ,", " .", "\u00a0,", "\u202f,", "'.", "’."]),
)
def test_spelling_of_numbers(values, marks):
    ingested = of(column("CgA", [grouped(value, *marks) for value in values]))
    assert cells(ingested, "cga_ug_l") == values
    assert keys(ingested) == []


@SETTINGS
@given(
    st.lists(st.integers(1000, 999_999), min_size=1, max_size=8),
    st.sampled_from([",", "."]),
    st.sampled_from(["decimals", "thousands"]),
)
def test_spelling_of_thousands_follows_the_answer(values, mark, answer):
    ingested = of(column("CgA", [f"{value:,}".replace(",", mark) for value in values]),
                  answers={"courses.CgA.decimal": answer})  # fmt: skip
    expected = [value / 1000 if answer == "decimals" else float(value) for value in values]
    assert cells(ingested, "cga_ug_l") == expected


@SETTINGS
@given(
    st.lists(st.tuples(st.sampled_from(["<", ">", "<=", ">=", ""]), st.integers(1, 5999)), min_size=1, max_size=8),
    st.sampled_from(["", " ", "\u00a0"]),
    st.sampled_from([".", ","]),
)
def test_spelling_of_limits_keeps_value_and_sign(limits, space, decimal):
    written = [f"{sign}{space if sign else ''}{tenths / 10:.1f}".replace(".", decimal) for sign, tenths in limits]
    ingested = of(column("CRP", written))
    assert cells(ingested, "crp_mg_l") == [tenths / 10 for _, tenths in limits]
    signs = {line: sign for line, (sign, _) in enumerate(limits, 2) if sign}
    assert ingested.signs == ({"crp_mg_l": signs} if signs else {})


@SETTINGS
@given(
    st.lists(RECENT, min_size=1, max_size=8),
    st.sampled_from(["en", "fr", "nl"]),
    st.sampled_from(["{d:02d}-{n}-{y:02d}", "{d} {n} {c}{y:02d}", "{d:02d}{n}{c}{y:02d}", "{d}-{n}-{c}{y:02d} 00:00"]),
    st.booleans(),
)
def test_spelling_of_dates_with_the_name_of_the_month(days, language, form, capitals):
    names = MONTHS[language]
    written = [form.format(d=one.day, n=names[one.month - 1], y=one.year % 100, c=one.year // 100) for one in days]
    ingested = of(column("mds_date", [one.upper() if capitals else one for one in written]))
    assert cells(ingested, "mds_date") == days
    assert keys(ingested) == []


@SETTINGS
@given(
    st.lists(DAYS, min_size=1, max_size=8),
    st.sampled_from(["/", "-", "."]),
    st.sampled_from([("%d{0}%m{0}%Y", "day first"), ("%m{0}%d{0}%Y", "month first")]),
    st.sampled_from(["", " 09:30", " 14:05:59"]),
)
def test_spelling_of_dates_is_decided_or_asked_about(days, mark, form, time):
    pattern, order = form
    text = column("mds_date", [one.strftime(pattern.format(mark)) + time for one in days])
    first = of(text)
    asked = keys(first) == ["courses.dates"]
    assert asked == (all(one.day <= 12 for one in days) and any(one.day != one.month for one in days))
    ingested = of(text, answers={"courses.dates": order}) if asked else first
    assert cells(ingested, "mds_date") == days


def _with_full_stop(word: str) -> str:
    return word if word[-1] in "+-" else f"{word}."


@SETTINGS
@given(st.sampled_from(LEVELS), st.data())
def test_spelling_of_levels(which, data):
    name, level = which
    words = sorted(word for word, one in level_words("courses", name).items() if one == level and not word.isdigit())
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=5))
    change = data.draw(st.sampled_from([str, str.upper, str.title, lambda word: f"  {word} ", _with_full_stop]))
    spaces = data.draw(st.sampled_from([" ", "-", " / ", "\u00a0"]))
    written = [change(word if word[-1] in "+-" else word.replace(" ", spaces)) for word in chosen]
    ingested = of(column(name, written))
    expected = [level if one.strip(" ") else None for one in written]
    assert cells(ingested, name) == expected


@SETTINGS
@given(
    st.lists(st.sampled_from(sorted(MISSING)), min_size=1, max_size=10), st.sampled_from([str, str.upper, str.title])
)
def test_spelling_of_no_value(words, change):
    text = "patient_id\tsex\tage_years\tmds_date\n" + "".join(
        f"P{n}\t{change(word)}\t{change(word)}\t{change(word)}\n" for n, word in enumerate(words)
    )
    ingested = of(text)
    assert [cells(ingested, name) for name in ("sex", "age_years", "mds_date")] == [[None] * len(words)] * 3


@SETTINGS
@given(
    st.sampled_from([name for name, one in FIELDS.items() if one.role == "baseline" and other_units(one)]),
    st.lists(st.floats(0.05, 0.95), min_size=3, max_size=8),
    st.data(),
)
def test_spelling_of_units_in_headers(name, places, data):
    field = FIELDS[name]
    low, high = field.plausible
    values = [low + place * (high - low) for place in places]
    unit, factor = data.draw(st.sampled_from(other_units(field)))
    label = data.draw(st.sampled_from([one for many in field.synonyms.values() for one in many if " " not in one]))
    header = data.draw(st.sampled_from(["{} ({})", "{} [{}]", "{}, {}"])).format(label, unit)
    ingested = of(column(header, [repr(value / factor) for value in values]))
    found = cells(ingested, name)
    assert all(abs(one - value) <= 1e-9 * value for one, value in zip(found, values, strict=True))

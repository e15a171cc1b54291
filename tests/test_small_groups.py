"""Small groups hidden: no count of 1 to 4 is told, nor follows from two told numbers, of one selection or of two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import Request, analyse
from core.analysis_file import analysis_file
from core.counts import EventCounts, event_counts
from core.export.contents import CONTENTS, Content, Look, content
from core.formats import count, count_percent, plural, short_count
from core.options import DAYS_PER_MONTH, Options
from core.selection import Condition, Selection, parse_query
from core.small_groups import Below, coarse, percent_of, rounded, withheld
from core.strata import parse_strata
from core.survival import kaplan_meier
from core.tables import Table
from tests.test_analysis import demo_store

EACH = (*(one for one in CONTENTS if not one.startswith("shift-")), "shift-lymphopenia")
"""Every kind; of the shift of each term one."""
HIDE = Options(round_to=5)
MADE = date(2026, 1, 31)
_NOUNS = (
    "patients?|courses?|events?|evaluable|assessed|at risk|deaths?|progressions?|not evaluable|responses?|excluded|"
    "incomplete histology|first PRRT|outside the selection"
)
_COUNTED = re.compile(rf"(?<![\d.,<–-])(\d[\d,]*)(?= (?:{_NOUNS})\b)|(?:n = |(?<=\w) of )(\d[\d,]*)(?![\d.%])")
_CELL = re.compile(r"^(\d[\d,]*)(?: \((\d+\.\d)%\))?$")
_NOT_COUNTS = ("df", "Chi-squared", "p", "p adjusted (Holm)")
_EXEMPT = {"df", "version", "n_cycles", "parameters", "chi2", "months", "month"}
"""Whole numbers in the JSON that count no patients."""


def version() -> Any:
    return demo_store().version("Demo cohort")


def selected(query: str) -> Selection:
    return parse_query(query, version().fields)


@cache
def shown(what: str, query: str, by: str = "") -> Content:
    strata = parse_strata(by, version().fields) if by else None
    look = Look(demo_store(), version(), selected(query), HIDE, Request(strata=strata), MADE, notion="highest")
    found = content(what, look)
    return replace(found, tables=tuple(map(own_row, found.tables))) if what == "series" else found


def own_row(table: Table) -> Table:
    """The selection's row; those of published series are public."""
    return replace(table, rows=table.rows[:1], notes=())


def words(found: Content) -> Iterator[str]:
    """Every text that a figure or table tells: titles, notes, alternative text, the figure's data."""
    yield found.reason
    yield from found.label.lines()
    for table in found.tables:
        yield from (*table.columns, *table.spanners, *table.notes)
        yield from (cell for row in table.rows for cell in row[1:])
    if found.figure is not None:
        yield found.figure.alt_text
        for columns in found.figure.data.values():
            yield from (value for values in columns.values() for value in values if isinstance(value, str))


def counted(text: str) -> list[int]:
    """Numbers of patients that a text tells."""
    text = re.sub(r"fewer than \d+|Fewer than \d+|under 5|nearest 5|window of 1 or more|paper's \d+", "", text)
    return [int((one or other).replace(",", "")) for one, other in _COUNTED.findall(text)]


def cells(found: Content) -> Iterator[tuple[str, int, float | None]]:
    """Counts that stand alone in a table, with their percent: where, n, percent."""
    for table in found.tables:
        for row in table.rows:
            for head, cell in zip(table.columns[1:], row[1:], strict=True):
                match = _CELL.match(cell)
                if match and head not in _NOT_COUNTS and not row[0].startswith("Days between cycles"):
                    yield f"{table.title}/{row[0]}/{head}", int(match[1].replace(",", "")), float(match[2] or 0)


def whole(value: Any, path: str = "") -> Iterator[tuple[str, int]]:
    """Whole numbers of an object, with where they stand."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in _EXEMPT:
                yield from whole(one, f"{path}.{key}")
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from whole(one, f"{path}[{i}]")
    elif type(value) is int:
        yield path, value


QUERIES = ("", "grade=2", "primary_site=stomach,pancreas", "course=2", "functional=yes", "fdg_pet=positive", "sex=male")
NEIGHBOURS = (
    ("", "age_years=40.."),
    ("grade=1,2", "grade=1,2&age_years=40.."),
    ("sex=male", "sex=male&primary_site=pancreas,small%20intestine,other,colon%20or%20rectum"),
    ("fdg_pet=positive", "fdg_pet=positive,~"),
    ("prior_surgery=yes", "prior_surgery=yes&metastasis_liver=yes"),
    ("", "histology_complete=all"),
    ("grade=2", "grade=2&age_years=42.."),
    ("primary_site=pancreas", "primary_site=pancreas,stomach"),
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("what", EACH)
def test_every_count_that_is_told_is_a_multiple_of_five_or_hidden(what: str, query: str) -> None:
    for by in ("", "primary_site") if query in ("", "course=2") else ("", "primary_site", "selection"):
        found = shown(what, query, by)
        odd = [(n, text) for text in words(found) for n in counted(text) if n % 5]
        odd += [(n, where) for where, n, _ in cells(found) if n % 5]
        assert not odd, (by, odd[:5])


@pytest.mark.parametrize("what", EACH)
def test_neighbours_do_not_differ_by_a_few(what: str) -> None:
    for one, other in NEIGHBOURS:
        first, second = ({where: n for where, n, _ in cells(shown(what, query))} for query in (one, other))
        for where in first.keys() & second.keys():
            assert abs(first[where] - second[where]) not in (1, 2, 3, 4), (where, one, other)


@pytest.mark.parametrize("query", QUERIES)
def test_json_tells_multiples_of_five_and_no_percentage_of_other_counts(query: str) -> None:
    strata = parse_strata("primary_site", version().fields)
    found = analyse(demo_store(), version(), selected(query), HIDE, Request(strata=strata))
    assert [(where, n) for where, n in whole(found) if n % 5 and "problems" not in where] == []
    for one in found["baseline"]:
        for level in one.get("levels", ()):
            if level["percent"]:
                assert level["n"] is not None
                assert level["percent"] == pytest.approx(100 * level["n"] / one["n"])
    for one in found["endpoints"].values():
        curve = one["curve"]
        left = np.array(curve["at_risk"])
        again = np.cumprod(1 - np.array(curve["events"]) / left)
        assert curve["survival"] == pytest.approx(again.tolist())
        assert one["follow_up"]["min"] is None


def bounds(n: int) -> tuple[int, int]:
    """What a reader knows of a count that is told as n."""
    if isinstance(n, Below):
        return 1, n.bound - 1
    return (0, 0) if n == 0 else (max(5, n - 2), n + 2)


def told_by_the_others(sizes: tuple[int, ...], place: int) -> bool:
    """Whether a small level follows from the total and the other levels."""
    total = bounds(rounded(sum(sizes), HIDE))
    others = [bounds(rounded(n, HIDE)) for i, n in enumerate(sizes) if i != place]
    least = max(1, total[0] - sum(high for _, high in others))
    most = min(4, total[1] - sum(low for low, _ in others))
    return least == most


@pytest.mark.parametrize("levels", [2, 3])
def test_small_level_hardly_ever_follows_from_the_total_and_the_other_levels(levels: int) -> None:
    small = [
        (sizes, place)
        for sizes in product(range(31), repeat=levels)
        for place, n in enumerate(sizes)
        if 0 < n < 5 <= sum(sizes)
    ]
    given_away = [one for one in small if told_by_the_others(*one)]
    assert len(given_away) / len(small) < 0.02
    for sizes, place in given_away:  # only where every other level is as far from what is told of it as it can be
        others = {n - bounds(rounded(n, HIDE))[sizes[place] == 4] for i, n in enumerate(sizes) if i != place}
        assert others == {0}, sizes


@given(st.integers(0, 400), st.integers(0, 400))
def test_two_told_counts_never_differ_by_a_few(one: int, other: int) -> None:
    first, second = rounded(one, HIDE), rounded(other, HIDE)
    if not isinstance(first, Below) and not isinstance(second, Below):
        assert abs(first - second) not in (1, 2, 3, 4)
        assert abs(first - one) <= 2
    share = percent_of(first, second)
    assert share is None or round(share * second / 100, 6) % 5 == 0


followed = st.lists(st.tuples(st.integers(0, 2500), st.booleans()), min_size=1, max_size=120)


@given(followed)
@settings(max_examples=200)
def test_curve_is_made_of_whole_months_and_multiples_of_five(patients: list[tuple[int, bool]]) -> None:
    exact = event_counts([days for days, _ in patients], [event for _, event in patients])
    told = coarse(exact, HIDE)
    if exact.n < 18:
        assert told.n == 0
        return
    assert told.n == rounded(exact.n, HIDE)
    assert not (told.events % 5).any()
    assert not (told.censored % 5).any()
    assert np.allclose(told.time / DAYS_PER_MONTH, np.round(told.time / DAYS_PER_MONTH))
    assert told.at_risk.min() >= 5
    assert kaplan_meier(told).survival.min(initial=1) > 0


def test_coarse_curve_worked_by_hand() -> None:
    # Twenty-one patients: deaths on days 10, 20, 30, 40, 50, 70, 100; fourteen censored on day 200.
    exact = EventCounts(
        np.array([10, 20, 30, 40, 50, 70, 100, 200.0]), np.array([1] * 7 + [0]), np.array([0] * 7 + [14])
    )
    told = coarse(exact, HIDE)
    # Of twenty: month 1, three deaths, survival 18/21, a fall of 2.9 of 20, nearest five; months 2 to 4, survival
    # 16/21 to 14/21: of the fifteen left no fall, or one of 1.7, nearer none than five; at the end of month 7 nobody
    # is left: the other fifteen are told as censored then.
    assert (told.time / DAYS_PER_MONTH).tolist() == pytest.approx([1, 7])
    assert (told.events.tolist(), told.censored.tolist()) == ([5, 0], [0, 15])
    assert kaplan_meier(told).survival.tolist() == [0.75, 0.75]


@given(followed)
@settings(max_examples=200)
def test_told_curve_is_off_by_half_a_step_at_most(patients: list[tuple[int, bool]]) -> None:
    exact = event_counts([days for days, _ in patients], [event for _, event in patients])
    told = coarse(exact, HIDE)
    if not told.n:
        return
    curve, other, before = kaplan_meier(exact), kaplan_meier(told), 1.0
    for day, left, events in zip(told.time[:-1].tolist(), told.at_risk.tolist(), told.events.tolist(), strict=False):
        one, rough = curve.at([day]).survival[0], other.at([day]).survival[0]
        assert one is not None
        assert rough is not None
        if left - events > 5:  # five are always left, whatever the exact curve does
            assert abs(one - rough) <= before * 5 / left / 2 + 1e-9
        before = rough


def test_told_curve_ends_where_fewer_than_ten_are_left() -> None:
    exact = event_counts([30.0 * i for i in range(1, 31)], [i % 2 == 0 for i in range(30)])
    last = coarse(exact, HIDE).time[-1] / DAYS_PER_MONTH
    assert last == pytest.approx(21)  # 21 of 30 have ended by day 630, in month 21: nine are left


def test_share_is_not_told_whose_complement_is_small() -> None:
    (row,) = (row for row in shown("response", "", "grade").tables[0].rows if row[0] == "Grade 1")
    assert row[-1] == "—"  # 29 of 32 have disease control
    exact = content("response", Look(demo_store(), version(), selected("grade=1"), Options(), Request(), MADE))
    assert exact.tables[0].rows[0][-1] == "90.6 (75.0–98.0)"


def test_who_is_left_after_the_told_curve_is_a_few_and_not_nobody() -> None:
    figure = shown("km-pfs", "", "grade").figure
    assert figure is not None
    assert "<10" in figure.data["risk"]["count"]
    head = " ".join(figure.words("fact"))
    assert "Tested too, but not drawn: Grade 3 (10)" in head


def test_group_that_is_hidden_is_said_to_be_left_out_of_the_test() -> None:
    figure = shown("km-pfs", "", "primary_site").figure
    assert figure is not None
    assert "Too few to show, and not tested: Stomach" in " ".join(figure.words("fact"))


def test_curve_stays_near_the_exact_one() -> None:
    exact = demo_store().event_counts(version(), Selection(), "pfs", None, Options())[None]
    curve, told = kaplan_meier(exact), kaplan_meier(coarse(exact, HIDE))
    days = [month * DAYS_PER_MONTH for month in (6, 12, 18, 24, 36, 48)]
    for one, other in zip(curve.at(days).survival, told.at(days).survival, strict=True):
        assert one == pytest.approx(other, abs=0.03)


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
@pytest.mark.parametrize("by", ["grade", "primary_site", "sex", "functional", "fdg_pet"])
def test_curves_of_groups_stay_near_the_exact_ones(endpoint: str, by: str) -> None:
    counted = demo_store().event_counts(version(), Selection(), endpoint, parse_strata(by, version().fields), Options())
    for level, exact in counted.items():
        told = coarse(exact, HIDE)
        days = [month * DAYS_PER_MONTH for month in range(1, 120) if month * DAYS_PER_MONTH < told.time.max(initial=0)]
        if days:
            pairs = zip(kaplan_meier(exact).at(days).survival, kaplan_meier(told).at(days).survival, strict=True)
            off = [abs(one - other) for one, other in pairs if one is not None and other is not None]
            assert max(off) < 0.14, level
            assert float(np.median(off)) < 0.06, level


def test_medians_are_told_in_whole_months_and_of_twenty_patients_or_more() -> None:
    table = shown("km-pfs", "", "grade").tables[0]
    medians = {row[0]: row[3] for row in table.rows}
    assert medians["3"] == "—"  # of ten
    for level in ("1", "2"):
        assert set(re.findall(r"\.(\d)", medians[level])) == {"0"}
    found = analyse(demo_store(), version(), selected("grade=3"), HIDE, Request())["endpoints"]["pfs"]
    assert found["median"] is None
    assert found["reason"] == found["follow_up"]["reason"] == "Fewer than 20 patients: not shown."


def test_forest_plot_says_that_its_ratios_are_hidden_not_that_there_are_none() -> None:
    told = shown("forest-os", "grade=3").reason
    assert "small groups are hidden, and every hazard ratio would tell of fewer than five patients" in told


def test_hidden_count_writes_itself() -> None:
    few = rounded(3, HIDE)
    assert [count(few), short_count(few), plural(few, "patient"), count_percent(few, 110)] == [
        "<5",
        "<5",
        "<5 patients",
        "<5",
    ]
    assert f"{few} {few:,}" == "<5 <5"
    assert (rounded(0, HIDE), rounded(7, HIDE), rounded(8, HIDE), rounded(3, Options())) == (0, 5, 10, 3)


@pytest.mark.parametrize(
    ("n", "total", "said"),
    [(0, 110, ""), (3, 110, "Fewer than 5 patients are selected"), (107, 110, "leaves out fewer than 5"),
     (105, 110, ""), (110, 110, ""), (3, 3, "Fewer than 5")],
)  # fmt: skip
def test_selection_of_a_few_or_of_all_but_a_few_is_not_shown(n: int, total: int, said: str) -> None:
    assert withheld(n, total, HIDE).startswith(said) if n in (3,) else said in withheld(n, total, HIDE)
    assert withheld(n, total, Options()) == ""


def test_every_small_level_of_the_demo_and_its_complement_are_withheld() -> None:
    fields, tried = version().fields, 0
    for name in ("primary_site", "grade", "fdg_pet", "functional", "prior_everolimus", "metastasis_spleen"):
        listed = dict(demo_store().value_counts(version(), Selection(), name))
        for level, n in listed.items():
            if level is None or not 0 < n < 5:
                continue
            rest = tuple(one for one in listed if one not in (level, None))
            few, others = Condition(name, (level,)), Condition(name, rest, missing=None in listed)
            for condition in (few, others):
                chosen = Selection().with_condition(condition)
                look = Look(demo_store(), version(), chosen, HIDE, Request(), MADE)
                for what in EACH:
                    found = content(what, look)
                    assert found.reason
                    assert found.figure is None
                    assert found.tables == ()
                tried += 1
    assert fields
    assert tried >= 4


def test_one_row_a_patient_and_cross_checks_are_refused() -> None:
    with pytest.raises(ValueError, match="one row per course"):
        analysis_file(demo_store(), version(), Selection(), HIDE)
    with pytest.raises(ValueError, match="exact numbers"):
        analyse(demo_store(), version(), Selection(), HIDE, Request(cross_check=True))


def test_export_says_that_small_groups_are_hidden() -> None:
    assert "counts under 5 are shown as <5" in " ".join(shown("response", "").label.lines())


def test_pairs_of_queries_are_neighbours() -> None:
    """The pairs above differ by a few patients, or the attack would be none."""
    sizes = [[demo_store().size(version(), selected(query)).n_courses for query in pair] for pair in NEIGHBOURS]
    assert sum(0 < abs(one - other) < 5 for one, other in sizes) >= 5, sizes
    assert len(list(combinations(QUERIES, 2))) == 21

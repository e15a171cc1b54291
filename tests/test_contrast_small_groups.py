"""Two selections side by side while small groups are hidden: what is told, what is refused, what neighbours tell."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core.analysis import Request
from core.contrast import Contrast, compared, parse_against
from core.contrast.differences import restricted_mean
from core.export.contents import Content, Look, content
from core.export.contrasts import CONTRASTS
from core.report.contrast import contrast_json
from core.small_groups import Below, without_hidden
from core.tables import Table
from tests.test_analysis import demo_store
from tests.test_small_groups import HIDE, MADE, cells, counted, selected, version, whole, words

PAIRS = (
    ("grade=3", "rest"),
    ("grade=2", "grade=1"),
    ("sex=male", "functional=yes"),
    ("primary_site=pancreas", "primary_site=small%20intestine"),
    ("recist_response=SD", "recist_response=PR"),
    ("course=2", "rest"),
    ("prior_everolimus=yes", "rest"),
)
NEIGHBOURS = (
    (("grade=2", "rest"), ("grade=2&age_years=42..", "rest")),
    (("grade=2", "grade=1"), ("grade=2", "grade=1&age_years=40..")),
    (("sex=male", "functional=yes"), ("sex=male", "functional=yes,~")),
    (("primary_site=pancreas", "rest"), ("primary_site=pancreas,stomach", "rest")),
    (("grade=2", "rest"), ("grade=2", "grade=1,3")),
)


def both(a: str, b: str) -> Contrast:
    found = compared(demo_store(), version(), selected(a), parse_against(b, version().fields), HIDE)
    return Contrast(demo_store(), version(), found, HIDE)


@cache
def shown(what: str, a: str, b: str) -> Content:
    against = parse_against(b, version().fields)
    return content(what, Look(demo_store(), version(), selected(a), HIDE, Request(), MADE, against=against))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_count_that_is_told_is_a_multiple_of_five_or_hidden(pair: tuple[str, str]) -> None:
    told: list[Table] = []
    for what in CONTRASTS:
        found = shown(what, *pair)
        told += found.tables
        odd = [(n, text) for text in words(found) for n in counted(text) if n % 5]
        odd += [(n, where) for where, n, _ in cells(found) if n % 5]
        assert not odd, (what, odd[:5])
    found = both(*pair)
    if not found.compared.refusal:
        assert told
        listed = without_hidden(contrast_json(found, version().endpoints))
        assert [(where, n) for where, n in whole(listed) if n % 5] == []
        assert "<5" in str([table.rows for table in told])


@pytest.mark.parametrize("what", CONTRASTS)
def test_neighbours_do_not_differ_by_a_few(what: str) -> None:
    for one, other in NEIGHBOURS:
        first, second = ({where: n for where, n, _ in cells(shown(what, *pair))} for pair in (one, other))
        for where in first.keys() & second.keys():
            assert abs(first[where] - second[where]) not in (1, 2, 3, 4), (where, one, other)


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("primary_site=stomach", "rest", "fewer than 5 patients"),
        ("grade=3", "primary_site=stomach", "fewer than 5 patients"),
        ("age_years=41..", "rest", "fewer than 5 patients"),
        ("course=2", "course=1", "fewer than 5 patients"),
        ("grade=2", "grade=1,2&age_years=..45", "fewer than 5 patients"),
    ],
)
def test_a_few_on_one_side_or_in_both_or_left_out_are_not_compared(a: str, b: str, said: str) -> None:
    found = both(a, b).compared
    assert said in found.refusal
    for what in CONTRASTS:
        made = shown(what, a, b)
        assert made.reason
        assert made.figure is None
        assert made.tables == ()


def test_what_is_read_off_the_curves_is_read_off_those_that_are_told() -> None:
    """A restricted mean to any horizon would else give the exact curve back, day by day."""
    found = both("grade=2", "grade=1")
    for horizon in (7.0, 13.5, 30.0):
        one = found.outcomes(("os",), horizon)["os"]
        for group, area in zip(one.groups, (one.restricted.a, one.restricted.b), strict=True):
            assert not (group.counts.events % 5).any()
            assert area == restricted_mean(group.curve, one.restricted.tau)
            steps = np.diff(np.concatenate([[0], group.curve.time])) / 30.4375
            assert np.allclose(steps, np.round(steps))
    milestone = one.milestones[0][1]
    assert milestone.a == one.groups[0].curve.at([12 * 30.4375]).survival[0]


def test_no_ratio_and_no_difference_of_a_few_is_given() -> None:
    one = both("recist_response=SD", "recist_response=PR")
    counts = [group.counts for group in one.outcomes(("os",))["os"].groups]
    assert all(each.n % 5 == 0 for each in counts)
    few = both("primary_site=colon%20or%20rectum", "rest")
    reasons = {name: rate.reason for name, rate in few.rates.items() if rate.difference is None}
    hidden = [rate for group in few.response.groups for rate in (group.orr, group.dcr) if isinstance(rate.n, Below)]
    assert bool(hidden) == bool(reasons)
    for place, row in enumerate(few.balance):
        levels = [level for group in few.baseline.groups.values() for level in group[place].levels]
        if any(isinstance(level.n, Below) for level in levels):
            assert row.difference is None
            assert row.reason == "Fewer than 5: not shown."

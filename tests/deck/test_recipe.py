"""A block as JSON and back: nothing is lost, nothing hostile gets in, what is gone is said in a sentence."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import Request
from core.condition import Condition
from core.deck.recipe import DELETED, NO_RECIPE, OUTSIDE, read, write
from core.export import CONTENTS, Look, content
from core.options import Options
from core.selection import Selection
from core.store import Store
from core.strata import parse_strata
from tests.deck.conftest import DAY, Looked

OPTIONS = Options(
    pfs_rule="event",
    egfr="ckd-epi-2021",
    conf_type="plain",
    conf_level=0.9,
    months=(6, 12.5),
    entry_p=0.05,
    min_cell=5,
    round_to=5,
    levels=(("grade", ("3", "1", "2")),),
    categorical=("prior_modalities",),
)
REQUEST = Request(
    endpoints=("pfs",),
    strata=parse_strata("cga_ug_l>=1000"),
    factors=("grade", "sodium_mmol_l"),
    multivariable=("grade",),
    landmark_days=182.6,
    cross_check=True,
)
OTHER = Selection().with_condition(Condition("grade", ("3",)))
QUERIES = (
    "",
    "grade=2,~&primary_site=pancreas",
    "cga_ug_l=1000..&course=all&first=yes",
    "histology_complete=all&age_years=..<60",
)


def given_by(found: dict, store: Store) -> tuple[str, Look]:
    """Through a file and back."""
    return read(json.loads(json.dumps(found, allow_nan=False)), store, DAY)


@pytest.mark.parametrize("what", [*CONTENTS, "response-table"])
@pytest.mark.parametrize("query", QUERIES)
def test_every_kind_comes_back_as_it_was(store: Store, looked: Looked, what: str, query: str) -> None:
    look = looked(
        query,
        OPTIONS,
        REQUEST,
        notion="delta",
        theme="dark",
        source_line=False,
        against=OTHER,
        tau_months=36.0,
    )
    assert given_by(write(what, look), store) == (what, look)
    assert given_by(write(what, looked(query)), store) == (what, looked(query))


def test_what_comes_back_shows_the_same(store: Store, looked: Looked) -> None:
    look = looked("grade=2", request=Request(strata=parse_strata("fdg_pet")))
    for what in ("km-pfs", "baseline", "toxicity"):
        again, found = given_by(write(what, look), store)
        assert replace(content(again, found), parts=tuple) == replace(content(what, look), parts=tuple)


def test_no_field_is_left_at_its_default_by_this_test(looked: Looked) -> None:
    """A field added to `Look`, `Options` or `Request` has to be given here another value than its default."""
    look = looked(
        "grade=2",
        OPTIONS,
        REQUEST,
        notion="delta",
        theme="dark",
        source_line=False,
        against=OTHER,
        tau_months=36.0,
    )
    for held, plain in ((look, looked()), (OPTIONS, Options()), (REQUEST, Request())):
        same = [one.name for one in fields(held) if getattr(held, one.name) == getattr(plain, one.name)]
        assert same == [one for one in OUTSIDE if held is look]


def test_every_field_is_written(looked: Looked) -> None:
    look = looked("grade=2", OPTIONS, REQUEST)
    found = write("km-pfs", look)
    assert set(found) == {"what", "cohort", "version"} | {one.name for one in fields(look)} - set(OUTSIDE)
    for name in ("options", "request"):
        held = getattr(look, name)
        assert is_dataclass(held)
        assert set(found[name]) == {one.name for one in fields(held)}


def test_unknown_kind_of_value_fails_when_it_is_written(looked: Looked) -> None:
    odd = replace(looked(), notion=date(2020, 1, 1))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="A date cannot be kept"):
        write("flow", odd)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"what": "shell"}, NO_RECIPE),
        ({"what": "shell-table"}, NO_RECIPE),
        ({"what": ["flow"]}, NO_RECIPE),
        ({"cohort": 7}, NO_RECIPE),
        ({"version": True}, NO_RECIPE),
        ({"version": "1"}, NO_RECIPE),
        ({"store": "x"}, NO_RECIPE),
        ({"made_on": "2020-01-01"}, NO_RECIPE),
        ({"theme": "../../x"}, NO_RECIPE),
        ({"notion": "__class__"}, NO_RECIPE),
        ({"options": None}, NO_RECIPE),
        ({"options": {"months": [float("nan")]}}, NO_RECIPE),
        ({"options": {"months": "12"}}, NO_RECIPE),
        ({"options": {"months": [[1]]}}, NO_RECIPE),
        ({"options": {"levels": [["grade"]]}}, NO_RECIPE),
        ({"options": {"nothing": 1}}, NO_RECIPE),
        ({"options": {"min_cell": True}}, NO_RECIPE),
        ({"options": {"months": list(range(1000))}}, NO_RECIPE),
        ({"options": {"pfs_rule": "mine"}}, "pfs_rule: 'mine'"),
        ({"request": {"strata": {}}}, NO_RECIPE),
        ({"request": {"strata": {"field": "nothing"}}}, "has no field 'nothing'"),
        ({"request": {"factors": ["nothing"]}}, "nothing"),
        ({"selection": 3}, NO_RECIPE),
        ({"selection": "nothing=1"}, "cannot be made any more"),
        ({"selection": "patient_id=P1"}, "cannot be made any more"),
        ({"cohort": "Gone"}, "The cohort 'Gone' is not there: it was renamed or deleted."),
        ({"version": 99}, "Version 99 of the cohort 'Demo cohort' is not there"),
        ({"gone": True}, DELETED),
    ],
)
def test_hostile_or_outdated_recipe_is_refused_in_words(store: Store, looked: Looked, changed: dict, said: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        read({**write("km-pfs", looked("grade=2")), **changed}, store, DAY)
    assert said in str(refused.value)


@pytest.mark.parametrize("left_out", ["what", "cohort", "version", "selection", "options", "request"])
def test_part_that_is_missing_is_refused(store: Store, looked: Looked, left_out: str) -> None:
    found = write("flow", looked())
    del found[left_out]
    with pytest.raises(ValueError, match="cannot be read"):
        read(found, store, DAY)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_recipe_is_read_or_refused(store: Store, looked: Looked, data: st.DataObject) -> None:
    found = write("flow", looked("grade=2"))
    where = data.draw(st.sampled_from([*found, "odd"]))
    inside = data.draw(st.sampled_from(["", *(found[where] if isinstance(found.get(where), dict) else [])]))
    value = data.draw(PLAIN)
    changed = {**found, where: {**found[where], inside: value} if inside else value}
    try:
        what, look = read(changed, store, DAY)
    except ValueError:
        return
    assert what in CONTENTS
    assert write(what, look).keys() == found.keys()

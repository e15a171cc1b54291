"""Every messy variant imports to exactly the known cohort, with at most the questions a person could not avoid."""

from __future__ import annotations

import re

import pytest

from core.ingest import Question, read_source
from core.problems import CohortError
from tests.corpus_messy.cohort import KNOWN, differences, known
from tests.corpus_messy.variant import Variant
from tests.corpus_messy.variants_text import TEXT
from tests.corpus_messy.variants_values import VALUES
from tests.corpus_messy.variants_workbooks import WORKBOOKS
from tests.ingest.files import TODAY

VARIANTS: dict[str, Variant] = {**TEXT, **VALUES, **WORKBOOKS}
ROUNDS = 4
"""Answers may bring another question up; never more often than this."""


def answered(variant: Variant, path):
    """The source with every question answered as a person would, and the questions in the order they came up."""
    answers: dict[str, str] = {}
    asked: dict[str, Question] = {}
    for _ in range(ROUNDS):
        try:
            outcome = read_source(path, answers=answers, today=TODAY)
        except CohortError as refusal:
            outcome = refusal
        fresh = [one for one in outcome.questions if one.key not in asked]
        asked |= {one.key: one for one in outcome.questions}
        if not fresh:
            return outcome, asked
        answers |= {one.key: answer(variant, one) for one in fresh}
    raise AssertionError(f"The questions never end: {list(asked)}")


def answer(variant: Variant, question: Question) -> str:
    """What the person who keeps the file answers."""
    values = [choice.value for choice in question.choices]
    for pattern, wanted in variant.asks.items():
        if re.search(pattern, question.key):
            exact = [one for one in values if one == wanted]
            fitting = exact or [one for one in values if re.search(wanted, one)]
            assert fitting, f"{question.key}: none of {values} is '{wanted}'"
            return fitting[0]
    raise AssertionError(f"Asked without need: {question.key}: {question.text} {values}")


@pytest.mark.parametrize("name", VARIANTS)
def test_messy_variant_is_the_known_cohort(tmp_path, name):
    variant = VARIANTS[name]
    outcome, asked = answered(variant, variant.build(tmp_path))
    assert not isinstance(outcome, CohortError), [one.sentence() for one in outcome.problems]
    assert differences(outcome, variant.cohort, variant.extras) == []
    assert len(asked) <= len(variant.asks), list(asked)
    said = [one for one in outcome.problems if one.code not in variant.warns]
    assert [one.sentence() for one in said] == []
    signs = {name: tuple(one for _, one in sorted(lines.items())) for name, lines in _signs(outcome).items()}
    assert signs == variant.signs


def _signs(outcome):
    return getattr(outcome, "signs", {})


def test_messy_variants_are_many_and_the_cohort_is_always_the_same():
    assert len(VARIANTS) >= 40
    assert len(KNOWN.courses) == 30
    assert known() == KNOWN
    assert len({row["patient_id"] for row in KNOWN.courses}) == 26


@pytest.mark.parametrize("name", ["canonical", "french_windows_1252", "zip_of_tables", "xlsx_1904"])
def test_messy_variant_is_built_the_same_twice(tmp_path, name):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one, other = (VARIANTS[name].build(tmp_path / folder) for folder in ("a", "b"))
    if one.suffix == ".csv":
        assert one.read_bytes() == other.read_bytes()
    else:  # an archive holds the hour at which it was packed
        cohort = VARIANTS[name].cohort
        assert not differences(read_source(one, today=TODAY), cohort, {})
        assert not differences(read_source(other, today=TODAY), cohort, {})


def test_messy_difference_is_seen(tmp_path):
    """The comparison can fail: one changed cell, one lost column, one row too many."""
    path = VARIANTS["canonical"].build(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("patient_id,course,sex", "patient_id,course,Colour of hair"), encoding="utf-8")
    found = differences(read_source(path, today=TODAY), VARIANTS["canonical"].cohort, {})
    assert any("courses.sex was not read" in one for one in found)
    path.write_text(text.replace("P010,1", "P099,1"), encoding="utf-8")
    assert differences(read_source(path, today=TODAY), VARIANTS["canonical"].cohort, {})
